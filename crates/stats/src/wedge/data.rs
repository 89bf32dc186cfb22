use std::collections::BTreeMap;

use super::layout::{Effect, effect_names, effect_row, exposure};
use crate::numeric::algebra;
use crate::{Matrix, Result, StatsError};

/// Measurements of people (or of whole cluster-periods) in a trial over periods; one row each.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Outcome.
    pub outcome: Vec<f64>,
    /// Cluster: any numbers.
    pub cluster: Vec<usize>,
    /// Period: any numbers, rising with time; periods without rows count as if they did not exist.
    pub period: Vec<usize>,
    /// Treatment of the cluster in that period, 0 to 1; the same for all rows of a cluster and period.
    pub treatment: Vec<f64>,
    /// Person, for people who are followed over periods; any numbers, unique within a cluster.
    pub individual: Option<Vec<usize>>,
    /// Further covariates, a row for each measurement.
    pub covariates: Matrix,
    /// Their names.
    pub covariate_names: Vec<String>,
}

/// What a cluster contributes, as sums of products of `(x, y, z)`: fixed effects, outcome and indicators of periods.
pub(super) struct Cluster {
    /// Sum over rows.
    pub(super) rows: Matrix,
    /// For people with `t` rows: `t`, their number, and the sum of products of their totals.
    pub(super) people: Vec<(usize, f64, Matrix)>,
    /// Treatment in each period; where nothing is measured, the last before it.
    pub(super) treatment: Vec<f64>,
}

/// Sums over the rows of a cluster, and over its people by their number of rows.
type Sums = (Matrix, Vec<(usize, f64, Matrix)>);

/// A trial made ready.
pub(super) struct Prepared {
    pub(super) clusters: Vec<Cluster>,
    pub(super) names: Vec<String>,
    /// Fixed effects: periods, treatment, covariates.
    pub(super) columns: usize,
    pub(super) periods: usize,
    pub(super) effects: usize,
    pub(super) rows: usize,
    /// Mean of the outcome, taken off before sums are formed so that they keep their digits.
    pub(super) centre: f64,
}

impl Trial {
    fn check(&self) -> Result<()> {
        let n = self.outcome.len();
        if n == 0 {
            return Err(StatsError::TooFew { what: "rows", found: 0, needed: 1 });
        }
        StatsError::check_length("the clusters", self.cluster.len(), n)?;
        StatsError::check_length("the periods", self.period.len(), n)?;
        StatsError::check_length("the treatments", self.treatment.len(), n)?;
        StatsError::check_finite("outcome", &self.outcome)?;
        StatsError::check_finite("treatment", &self.treatment)?;
        if let Some(at) = self.treatment.iter().position(|x| !(0.0..=1.0).contains(x)) {
            return Err(StatsError::Value {
                what: "treatment".into(),
                row: at + 1,
                reason: "must lie from 0 to 1",
            });
        }
        if let Some(individual) = &self.individual {
            StatsError::check_length("the people", individual.len(), n)?;
        }
        let covariates = self.covariates.ncols();
        StatsError::check_length("the names of the covariates", self.covariate_names.len(), covariates)?;
        if covariates > 0 {
            StatsError::check_length("the covariates", self.covariates.nrows(), n)?;
        }
        for (name, column) in self.covariate_names.iter().zip(self.covariates.column_iter()) {
            StatsError::check_finite(name, column.as_slice())?;
        }
        Ok(())
    }

    pub(super) fn prepare(&self, effect: Effect) -> Result<Prepared> {
        self.check()?;
        let period_of = numbered(&self.period);
        let cluster_of = numbered(&self.cluster);
        let (periods, clusters) = (period_of.len(), cluster_of.len());
        if clusters < 2 {
            return Err(StatsError::TooFew { what: "clusters", found: clusters, needed: 2 });
        }
        let paths = self.paths(&cluster_of, &period_of)?;
        let exposures: Vec<Vec<usize>> = paths.iter().map(|path| exposure(path)).collect();
        let longest = exposures
            .iter()
            .zip(&paths)
            .flat_map(|(times, path)| times.iter().zip(path).filter(|(_, x)| x.is_some()).map(|(t, _)| *t))
            .max()
            .unwrap_or(0);
        if longest == 0 {
            return Err(StatsError::NoAnswer("no cluster is treated in any period".into()));
        }
        let treated = effect_names(effect, longest);
        let effects = treated.len();
        let mut names: Vec<String> = period_of.keys().map(|period| format!("period {period}")).collect();
        names.extend(treated);
        names.extend(self.covariate_names.iter().cloned());
        let columns = names.len();
        let centre = self.outcome.iter().sum::<f64>() / self.outcome.len() as f64;
        let design = self.design(&cluster_of, &period_of, &exposures, effect, longest, columns);
        check_columns(&design, &names)?;
        let sums = self.sums(&design, &cluster_of, &period_of, centre);
        let clusters = paths
            .iter()
            .zip(sums)
            .map(|(path, (rows, people))| Cluster { rows, people, treatment: filled(path) })
            .collect();
        Ok(Prepared { clusters, names, columns, periods, effects, rows: self.outcome.len(), centre })
    }

    /// Treatment of each cluster in each period.
    fn paths(
        &self,
        cluster_of: &BTreeMap<usize, usize>,
        period_of: &BTreeMap<usize, usize>,
    ) -> Result<Vec<Vec<Option<f64>>>> {
        let mut paths = vec![vec![None; period_of.len()]; cluster_of.len()];
        for (i, x) in self.treatment.iter().enumerate() {
            let cell = &mut paths[cluster_of[&self.cluster[i]]][period_of[&self.period[i]]];
            if cell.is_some_and(|known| known != *x) {
                return Err(StatsError::Value {
                    what: "treatment".into(),
                    row: i + 1,
                    reason: "differs from that of other rows of the same cluster and period",
                });
            }
            *cell = Some(*x);
        }
        Ok(paths)
    }

    fn design(
        &self,
        cluster_of: &BTreeMap<usize, usize>,
        period_of: &BTreeMap<usize, usize>,
        exposures: &[Vec<usize>],
        effect: Effect,
        longest: usize,
        columns: usize,
    ) -> Matrix {
        let periods = period_of.len();
        let effects = columns - periods - self.covariates.ncols();
        let mut x = Matrix::zeros(self.outcome.len(), columns);
        let mut cells = vec![0.0; effects];
        for i in 0..self.outcome.len() {
            let (c, j) = (cluster_of[&self.cluster[i]], period_of[&self.period[i]]);
            x[(i, j)] = 1.0;
            effect_row(effect, longest, self.treatment[i], exposures[c][j], &mut cells);
            for (k, cell) in cells.iter().enumerate() {
                x[(i, periods + k)] = *cell;
            }
            for k in 0..self.covariates.ncols() {
                x[(i, periods + effects + k)] = self.covariates[(i, k)];
            }
        }
        x
    }

    /// Sums of products of every cluster.
    fn sums(
        &self,
        x: &Matrix,
        cluster_of: &BTreeMap<usize, usize>,
        period_of: &BTreeMap<usize, usize>,
        centre: f64,
    ) -> Vec<Sums> {
        let p = x.ncols();
        let size = p + 1 + period_of.len();
        let mut result = vec![(Matrix::zeros(size, size), Vec::new()); cluster_of.len()];
        let mut people: Vec<BTreeMap<usize, (usize, Vec<f64>)>> = vec![BTreeMap::new(); cluster_of.len()];
        let mut row = vec![0.0; size];
        for i in 0..self.outcome.len() {
            let (c, j) = (cluster_of[&self.cluster[i]], period_of[&self.period[i]]);
            row.fill(0.0);
            for k in 0..p {
                row[k] = x[(i, k)];
            }
            row[p] = self.outcome[i] - centre;
            row[p + 1 + j] = 1.0;
            add_square(&mut result[c].0, &row);
            if let Some(individual) = &self.individual {
                let (count, totals) = people[c].entry(individual[i]).or_insert_with(|| (0, vec![0.0; size]));
                *count += 1;
                for (total, value) in totals.iter_mut().zip(&row) {
                    *total += value;
                }
            }
        }
        for (c, people) in people.iter().enumerate() {
            let mut by_count: BTreeMap<usize, (f64, Matrix)> = BTreeMap::new();
            for (count, totals) in people.values() {
                let (number, sum) =
                    by_count.entry(*count).or_insert_with(|| (0.0, Matrix::zeros(size, size)));
                *number += 1.0;
                add_square(sum, totals);
            }
            result[c].1 = by_count.into_iter().map(|(count, (number, sum))| (count, number, sum)).collect();
        }
        result
    }
}

fn add_square(to: &mut Matrix, row: &[f64]) {
    for (j, right) in row.iter().enumerate() {
        if *right != 0.0 {
            for (i, left) in row.iter().enumerate() {
                to[(i, j)] += left * right;
            }
        }
    }
}

fn numbered(values: &[usize]) -> BTreeMap<usize, usize> {
    let mut numbers: BTreeMap<usize, usize> = values.iter().map(|value| (*value, 0)).collect();
    for (i, number) in numbers.values_mut().enumerate() {
        *number = i;
    }
    numbers
}

/// The last treatment carried into periods that are not measured; none before the first.
fn filled(path: &[Option<f64>]) -> Vec<f64> {
    let mut last = 0.0;
    path.iter()
        .map(|x| {
            last = x.unwrap_or(last);
            last
        })
        .collect()
}

fn check_columns(x: &Matrix, names: &[String]) -> Result<()> {
    let kept = algebra::independent_columns(x, None, 1e-7);
    if kept.len() == names.len() {
        return Ok(());
    }
    let dropped = (0..names.len()).filter(|j| !kept.contains(j)).map(|j| names[j].clone()).collect();
    Err(StatsError::Collinear(dropped))
}
