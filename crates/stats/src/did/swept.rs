//! Least squares with the level of every unit (or cohort) and every period taken out, and clustered standard errors.

use serde::Serialize;

use super::panel::Panel;
use crate::numeric::algebra::{cross_product, dot, independent_columns, inverse};
use crate::{Estimates, Matrix, Result, StatsError, Vector};

/// Levels that are taken out beside those of the periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Levels {
    /// One for each unit: for panels.
    #[default]
    Units,
    /// One for each cohort: for repeated cross-sections, where every unit has one row.
    Cohorts,
}

/// A named column, one value for each row of the panel.
pub(super) type Column = (String, Vec<f64>);

/// A fit with levels of units (or cohorts) and periods.
#[derive(Debug, Clone)]
pub(super) struct Swept {
    /// The columns asked for that could be estimated, the last `interest` first.
    pub(super) estimates: Estimates,
    /// Names of columns that the levels or other columns determine.
    pub(super) dropped: Vec<String>,
    pub(super) clusters: usize,
    /// Rows of units with a single row; they say nothing about change.
    pub(super) single: usize,
}

/// Fits `y_it = level_i + level_t + columns_it b + error_it`.
///
/// Levels of units are removed exactly by (weighted) centring, periods by indicator columns, so unbalanced and weighted
/// panels need no iteration. The covariance is the cluster sandwich `c (X'WX)^-1 sum_g s_g s_g' (X'WX)^-1` with
/// `c = G / (G - 1) * (n - 1) / (n - K)`, `K` counting the columns, the periods' levels and levels not nested in the
/// clusters, as R's `fixest` does; degrees of freedom are `G - 1`.
pub(super) fn fit(panel: &Panel, columns: &[Column], levels: Levels) -> Result<Swept> {
    let n = panel.row_count();
    let group = groups(panel, levels);
    let mut names: Vec<String> = Vec::new();
    let mut x = Matrix::zeros(n, columns.len() + panel.periods.len() - 1);
    for period in 1..panel.periods.len() {
        names.push(format!("period {}", panel.periods[period]));
        for row in 0..n {
            x[(row, period - 1)] = f64::from(u8::from(panel.row_period[row] == period));
        }
    }
    for (j, (name, values)) in columns.iter().enumerate() {
        names.push(name.clone());
        x.column_mut(panel.periods.len() - 1 + j).copy_from_slice(values);
    }
    let mut y = panel.outcome.clone();
    let centring = Centring::new(&group, &panel.weight);
    centring.apply(&mut y);
    for column in x.as_mut_slice().chunks_exact_mut(n) {
        centring.apply(column);
    }
    let kept = independent_columns(&x, None, 1e-7);
    let dropped = (panel.periods.len() - 1..names.len())
        .filter(|j| !kept.contains(j))
        .map(|j| names[j].clone())
        .collect();
    let x = x.select_columns(&kept);
    let names: Vec<String> = kept.iter().map(|&j| names[j].clone()).collect();
    let nested = match levels {
        Levels::Units => 1,
        Levels::Cohorts => panel.cohorts().len() + 1,
    };
    let (beta, covariance, clusters) = solve(panel, &x, &y, nested)?;
    let first = kept.iter().filter(|&&j| j < panel.periods.len() - 1).count();
    let count = names.len() - first;
    let single = match levels {
        Levels::Units => panel.starts.windows(2).filter(|ends| ends[1] - ends[0] == 1).count(),
        Levels::Cohorts => 0,
    };
    Ok(Swept {
        estimates: Estimates {
            names: names[first..].to_vec(),
            beta: beta.as_slice()[first..].to_vec(),
            covariance: covariance.view((first, first), (count, count)).clone_owned(),
            df: Some(clusters as f64 - 1.0),
        },
        dropped,
        clusters,
        single,
    })
}

/// The part of a column that levels of units (or cohorts) and periods do not determine.
pub(super) fn residual(panel: &Panel, values: &[f64], levels: Levels) -> Result<Vec<f64>> {
    let n = panel.row_count();
    let group = groups(panel, levels);
    let centring = Centring::new(&group, &panel.weight);
    let mut x = Matrix::zeros(n, panel.periods.len() - 1);
    for row in 0..n {
        if panel.row_period[row] > 0 {
            x[(row, panel.row_period[row] - 1)] = 1.0;
        }
    }
    for column in x.as_mut_slice().chunks_exact_mut(n) {
        centring.apply(column);
    }
    let x = x.select_columns(&independent_columns(&x, None, 1e-7));
    let mut y = values.to_vec();
    centring.apply(&mut y);
    let y = Vector::from_vec(y);
    let fitted = if x.ncols() == 0 {
        Vector::zeros(n)
    } else {
        &x * (inverse(&cross_product(&x, None), "the levels of units and periods cannot be told apart")?
            * x.tr_mul(&y))
    };
    Ok((0..n).map(|row| (y[row] - fitted[row]) / panel.weight[row].sqrt()).collect())
}

/// The group of each row whose level is taken out.
fn groups(panel: &Panel, levels: Levels) -> Vec<usize> {
    match levels {
        Levels::Units => panel.row_unit.clone(),
        Levels::Cohorts => {
            let known: Vec<i64> = panel.cohorts().iter().map(|(cohort, _)| *cohort).collect();
            let number = |unit: &usize| {
                panel.cohort[*unit].map_or(0, |first| 1 + known.partition_point(|&cohort| cohort < first))
            };
            panel.row_unit.iter().map(number).collect()
        }
    }
}

/// Removes weighted group means and multiplies by the root of the weights.
struct Centring<'a> {
    group: &'a [usize],
    weight: &'a [f64],
    total: Vec<f64>,
}

impl<'a> Centring<'a> {
    fn new(group: &'a [usize], weight: &'a [f64]) -> Self {
        let mut total = vec![0.0; group.iter().max().map_or(0, |last| last + 1)];
        for (&group, weight) in group.iter().zip(weight) {
            total[group] += weight;
        }
        Self { group, weight, total }
    }

    fn apply(&self, values: &mut [f64]) {
        let before = dot(values, values);
        let mut sums = vec![0.0; self.total.len()];
        for row in 0..values.len() {
            sums[self.group[row]] += self.weight[row] * values[row];
        }
        for row in 0..values.len() {
            values[row] -= sums[self.group[row]] / self.total[self.group[row]];
        }
        // What is left of a column that the levels determine is rounding; it must not look like a column.
        if dot(values, values) <= 1e-24 * before {
            values.fill(0.0);
        }
        for (value, weight) in values.iter_mut().zip(self.weight) {
            *value *= weight.sqrt();
        }
    }
}

fn solve(panel: &Panel, x: &Matrix, y: &[f64], nested: usize) -> Result<(Vector, Matrix, usize)> {
    let (n, p) = x.shape();
    let clusters = panel.clusters.len();
    if clusters < 2 {
        return Err(StatsError::TooFew { what: "clusters", found: clusters, needed: 2 });
    }
    let k = p + nested;
    if n <= k {
        return Err(StatsError::TooFew { what: "rows of the panel", found: n, needed: k + 1 });
    }
    let bread =
        inverse(&cross_product(x, None), "the regression with levels of units and periods is singular")?;
    let beta = &bread * x.tr_mul(&Vector::from_column_slice(y));
    let residual = Vector::from_column_slice(y) - x * &beta;
    let mut scores = Matrix::zeros(clusters, p);
    for j in 0..p {
        for row in 0..n {
            scores[(panel.cluster[panel.row_unit[row]], j)] += x[(row, j)] * residual[row];
        }
    }
    let (n, g) = (n as f64, clusters as f64);
    let factor = g / (g - 1.0) * (n - 1.0) / (n - k as f64);
    let covariance = &bread * cross_product(&scores, None) * &bread * factor;
    Ok((beta, covariance, clusters))
}
