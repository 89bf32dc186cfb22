use super::covariance::{Parts, degrees};
use super::demean::{Absorber, Effects};
use super::sample::{Rules, Sample, sample};
use super::{Covariance, Degrees, Options, Problem};
use crate::cluster::{Clusters, Correction, Robust, Target, sandwich, solve_normal_equations};
use crate::numeric::algebra::independent_columns;
use crate::{Convergence, Estimates, Matrix, Result, StatsError};

/// A column is taken for a combination of others, or of the absorbed factors, when less than this share of its spread
/// is left.
pub(super) const COLLINEAR: f64 = 1e-7;

/// A linear model with absorbed factors.
#[derive(Debug, Clone)]
pub struct LinearFit {
    /// Slopes with the covariance that was asked for.
    pub estimates: Estimates,
    /// Regressors that the absorbed factors or other regressors determine; they have no slope.
    pub dropped: Vec<String>,
    /// Position, in the data as given, of the rows that take part.
    pub rows: Vec<usize>,
    /// Regressors of these rows without the absorbed factors, one column for each slope.
    pub x: Matrix,
    /// `(X' W X)^-1` of these.
    pub bread: Matrix,
    /// Residuals of these rows.
    pub residuals: Vec<f64>,
    /// Effects of the levels of each factor, by the number of the level; `NaN` for levels that take no part. With several
    /// factors a constant can move between them: here all but the largest have mean zero.
    pub fixed_effects: Vec<Vec<f64>>,
    /// Residual standard deviation, `sqrt(sum w e^2 / (n - K))` with all absorbed levels counted.
    pub sigma: f64,
    /// Share of the variance of the outcome that slopes and factors explain.
    pub r_squared: f64,
    /// Share of the variance within the absorbed factors that the slopes explain.
    pub within_r_squared: f64,
    /// How coefficients were counted for the covariance.
    pub degrees: Degrees,
    /// Steps of absorption, and remarks: rows, levels and columns left out.
    pub convergence: Convergence,
    weights: Option<Vec<f64>>,
    factors: Vec<super::Factor>,
    given: usize,
}

/// Least squares of `y` on `x` and the dummies of all factors, the dummies absorbed (Frisch, Waugh and Lovell: the slopes are those
/// of the regression of what is left of `y` on what is left of `x`; Guimaraes and Portugal 2010; Correia 2017).
///
/// # Errors
/// Shapes and values that do not fit; [`StatsError::NoAnswer`] if no row is left or every regressor is determined by the
/// factors; [`StatsError::TooFew`] if there are not more rows than coefficients; [`StatsError::NotConverged`] if absorption
/// does not reach its tolerance.
pub fn linear(problem: &Problem<'_>, covariance: Covariance<'_>, options: &Options) -> Result<LinearFit> {
    problem.check()?;
    options.check()?;
    let rules = Rules { singletons: !options.keep_singletons, events: false };
    let sample = sample(problem, rules, &[])?;
    let weights = sample.weights.as_deref();
    let absorber = Absorber::new(&sample.factors, weights);
    let outcome: Vec<f64> = match &sample.offset {
        None => sample.y.to_vec(),
        Some(offset) => sample.y.iter().zip(offset.iter()).map(|(y, offset)| y - offset).collect(),
    };
    let mut y = outcome.clone();
    let mut steps = absorber.remove(&mut y, options.tolerance, options.iterations)?;
    let (x, kept, dropped, x_steps) = within(&sample, &absorber, problem.names, options)?;
    steps = steps.max(x_steps);
    let names: Vec<String> = kept.iter().map(|j| problem.names[*j].clone()).collect();
    let all = degrees(kept.len(), &sample.factors, |_| false);
    let n = y.len();
    if n <= all.counted {
        return Err(StatsError::TooFew { what: "rows", found: n, needed: all.counted + 1 });
    }
    let (beta, bread) = solve_normal_equations(&x, &y, weights)?;
    let fitted = &x * &beta;
    let residuals: Vec<f64> = y.iter().zip(fitted.iter()).map(|(y, fitted)| y - fitted).collect();
    let squares = |values: &[f64]| -> f64 {
        values.iter().enumerate().map(|(i, v)| weights.map_or(1.0, |w| w[i]) * v * v).sum()
    };
    let left = squares(&residuals);
    let variance = left / (n - all.counted) as f64;
    let parts = Parts {
        names: &names,
        beta: beta.as_slice(),
        x: &x,
        weights,
        residuals: &residuals,
        bread: &bread,
        factors: &sample.factors,
        rows: &sample.rows,
        given: problem.y.len(),
        target: target(weights),
    };
    let (estimates, degrees, more) = parts.covariance(covariance, |_| Ok(&bread * variance))?;
    let mut remarks = sample.remarks.clone();
    remarks.extend(dropped.iter().map(|name| {
        format!("{name} is determined by the absorbed factors or other regressors and has no slope")
    }));
    if left <= 1e-20 * squares(&centred(&outcome, weights)) {
        remarks.push("the model reproduces the outcome exactly; standard errors have no meaning".into());
    }
    remarks.extend(more);
    let fixed_effects = recover(problem, &sample, &absorber, &kept, beta.as_slice(), &outcome, options)?;
    Ok(LinearFit {
        estimates,
        dropped,
        r_squared: 1.0 - left / squares(&centred(&outcome, weights)),
        within_r_squared: 1.0 - left / squares(&y),
        sigma: variance.sqrt(),
        residuals,
        fixed_effects,
        degrees,
        convergence: Convergence { converged: true, iterations: steps, gradient: options.tolerance, remarks },
        rows: sample.rows,
        x,
        bread,
        weights: sample.weights.map(std::borrow::Cow::into_owned),
        factors: sample.factors.into_owned(),
        given: problem.y.len(),
    })
}

fn target(weights: Option<&[f64]>) -> Target {
    if weights.is_some() { Target::InverseWeights } else { Target::Identity }
}

fn centred(values: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let total: f64 = (0..values.len()).map(weight).sum();
    let mean = values.iter().enumerate().map(|(i, v)| v * weight(i)).sum::<f64>() / total;
    values.iter().map(|value| value - mean).collect()
}

/// The regressors without the factors; which of them are left, and the names of the others.
pub(super) fn within(
    sample: &Sample<'_>,
    absorber: &Absorber<'_>,
    names: &[String],
    options: &Options,
) -> Result<(Matrix, Vec<usize>, Vec<String>, usize)> {
    let weights = sample.weights.as_deref();
    let length = |values: &[f64]| -> f64 {
        let squares = values.iter().enumerate().map(|(i, v)| weights.map_or(1.0, |w| w[i]) * v * v);
        squares.sum::<f64>().sqrt()
    };
    let mut columns = Vec::new();
    let mut candidates = Vec::new();
    let mut steps = 0;
    for j in 0..sample.x.ncols() {
        let given = sample.x.column(j).clone_owned();
        let spread = length(&centred(given.as_slice(), weights));
        let mut column = given.as_slice().to_vec();
        // A constant has no spread beside its rounding.
        if spread <= 1e-14 * length(given.as_slice()) {
            continue;
        }
        steps = steps.max(absorber.remove(&mut column, options.tolerance, options.iterations)?);
        if length(&column) > COLLINEAR * spread {
            columns.push(crate::Vector::from_vec(column));
            candidates.push(j);
        }
    }
    let n = sample.y.len();
    let all = if columns.is_empty() { Matrix::zeros(n, 0) } else { Matrix::from_columns(&columns) };
    let independent = independent_columns(&all, weights, COLLINEAR);
    let kept: Vec<usize> = independent.iter().map(|at| candidates[*at]).collect();
    if kept.is_empty() {
        return Err(StatsError::NoAnswer(
            "every regressor is determined by the absorbed factors, so there is no slope to estimate".into(),
        ));
    }
    let dropped = (0..names.len()).filter(|j| !kept.contains(j)).map(|j| names[j].clone()).collect();
    let x = if independent.len() == all.ncols() { all } else { all.select_columns(&independent) };
    Ok((x, kept, dropped, steps))
}

/// Effects of the levels: what the factors take out of the outcome less the slopes' part.
fn recover(
    problem: &Problem<'_>,
    sample: &Sample<'_>,
    absorber: &Absorber<'_>,
    kept: &[usize],
    beta: &[f64],
    outcome: &[f64],
    options: &Options,
) -> Result<Effects> {
    let mut rest = outcome.to_vec();
    for (j, slope) in kept.iter().zip(beta) {
        for (rest, x) in rest.iter_mut().zip(sample.x.column(*j).iter()) {
            *rest -= slope * x;
        }
    }
    let effects = absorber.effects(&mut rest, options.tolerance, options.iterations)?;
    Ok(by_given_level(problem, sample, &effects))
}

/// Puts effects of the levels that are left at the numbers that the levels were given.
pub(super) fn by_given_level(problem: &Problem<'_>, sample: &Sample<'_>, effects: &Effects) -> Vec<Vec<f64>> {
    problem
        .factors
        .iter()
        .zip(&sample.levels)
        .zip(effects)
        .map(|((factor, old), effects)| {
            let mut all = vec![f64::NAN; factor.levels()];
            for (old, effect) in old.iter().zip(effects) {
                all[*old as usize] = *effect;
            }
            all
        })
        .collect()
}

impl LinearFit {
    /// Any other covariance of the slopes, CR2 with its degrees of freedom among them. The clusters have one entry for each
    /// row of the data as given.
    ///
    /// CR2 here adjusts the residuals by the leverages of the slopes alone. Where the absorbed factors are nested in the
    /// clusters and there are no weights this is the CR2 of the model with all dummies (Pustejovsky and Tipton 2018, theorem 2);
    /// otherwise it leaves the absorbed levels out of account.
    ///
    /// # Errors
    /// As [`sandwich`].
    pub fn robust(&self, clusters: &Clusters, correction: Correction) -> Result<Robust> {
        let weights = self.weights.as_deref();
        let parts = Parts {
            names: &self.estimates.names,
            beta: &self.estimates.beta,
            x: &self.x,
            weights,
            residuals: &self.residuals,
            bread: &self.bread,
            factors: &self.factors,
            rows: &self.rows,
            given: self.given,
            target: target(weights),
        };
        let clusters = parts.matching(clusters)?;
        let counted = degrees(self.estimates.beta.len(), &self.factors, |f| f.nested_in(clusters.codes()));
        sandwich(&parts.working(counted.counted - counted.slopes), &clusters, correction)
    }
}
