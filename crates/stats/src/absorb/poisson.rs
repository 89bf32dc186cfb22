use super::covariance::Parts;
use super::demean::Absorber;
use super::iterate::{Start, State, many};
use super::linear::{by_given_level, within};
use super::one::one;
use super::sample::{Rules, Sample, sample};
use super::separation::separated;
use super::{Covariance, Degrees, Factor, Options, Problem};
use crate::cluster::{Clusters, Correction, Robust, Target, sandwich};
use crate::numeric::special::ln_factorial;
use crate::numeric::vector::{Processor, ln};
use crate::{Convergence, Estimates, Matrix, Result, StatsError};

/// A Poisson model with absorbed factors.
#[derive(Debug, Clone)]
pub struct PoissonFit {
    /// Slopes (logarithms of rate ratios) with the covariance that was asked for.
    pub estimates: Estimates,
    /// Regressors that the absorbed factors or other regressors determine; they have no slope.
    pub dropped: Vec<String>,
    /// Position, in the data as given, of the rows that take part.
    pub rows: Vec<usize>,
    /// Log-likelihood with all constants, on these rows.
    pub log_likelihood: f64,
    /// Deviance.
    pub deviance: f64,
    /// Expected counts of these rows.
    pub fitted: Vec<f64>,
    /// Effects of the levels of each factor, by the number of the level; `NaN` for levels that take no part. With several
    /// factors a constant can move between them: all but the largest have (weighted) mean zero.
    pub fixed_effects: Vec<Vec<f64>>,
    /// How coefficients were counted for the covariance.
    pub degrees: Degrees,
    /// Iterations and remarks: rows, levels and columns left out, separation.
    pub convergence: Convergence,
    /// Regressors of these rows without the absorbed factors, under the working weights.
    x: Matrix,
    bread: Matrix,
    working: Vec<f64>,
    residuals: Vec<f64>,
    factors: Vec<Factor>,
    given: usize,
}

/// Poisson regression of counts (or any outcome that is not negative) on `x` and the dummies of all factors:
/// `y_i ~ Poisson(exp(x_i'b + offset_i + sum_f a_f[level_f(i)]))`.
///
/// With one factor the effects have the closed form `a = log(sum y / sum exp(x'b + offset))`, which leaves the conditional
/// (multinomial) likelihood of Hausman, Hall and Griliches (1984) and Newton's method in the slopes alone. With more factors
/// iterated weighted least squares with the factors absorbed (Correia, Guimaraes and Zylkin 2020). Levels without an event are left
/// out, and rows whose outcome of zero is predicted without error (separation; Correia, Guimaraes and Zylkin 2019) too: they have an
/// expected count of zero and say nothing about the other effects.
///
/// # Errors
/// Shapes and values that do not fit (negative outcomes among them); [`StatsError::NoAnswer`] if no row is left or every
/// regressor is determined by the factors; [`StatsError::NotConverged`].
pub fn poisson(problem: &Problem<'_>, covariance: Covariance<'_>, options: &Options) -> Result<PoissonFit> {
    problem.check()?;
    options.check()?;
    if let Some(row) = problem.y.iter().position(|y| *y < 0.0) {
        let reason = "is negative, which a count cannot be";
        return Err(StatsError::Value { what: "the outcome".into(), row: row + 1, reason });
    }
    let rules = Rules { singletons: !options.keep_singletons, events: true };
    let mut sample = sample(problem, rules, &[])?;
    let mut attempt = fit(problem, &sample, options)?;
    if attempt.suspicious {
        let lost = separated(&sample, options)?;
        if lost.contains(&true) {
            let mut without = vec![false; problem.y.len()];
            for (row, lost) in sample.rows.iter().zip(&lost) {
                without[*row] = *lost;
            }
            let number = lost.iter().filter(|lost| **lost).count();
            let mut remarks = std::mem::take(&mut sample.remarks);
            sample = super::sample::sample(problem, rules, &without)?;
            remarks.append(&mut sample.remarks);
            remarks.push(format!(
                "{number} rows without an event are predicted without error (separation): left out, for their expected count is \
                 zero and a coefficient would be infinite"
            ));
            sample.remarks = remarks;
            attempt = fit(problem, &sample, options)?;
        }
    }
    attempt.finish(problem, sample, covariance)
}

/// A fit before its covariance.
struct Attempt {
    state: State,
    kept: Vec<usize>,
    suspicious: bool,
}

/// Rows of no event whose expected count falls below this share of the mean count are a sign of separation.
const SUSPICIOUS: f64 = 1e-5;

fn fit(problem: &Problem<'_>, sample: &Sample<'_>, options: &Options) -> Result<Attempt> {
    let (state, kept) = if sample.factors.len() == 1 {
        one(sample, options)?
    } else {
        let absorber = Absorber::new(&sample.factors, sample.weights.as_deref());
        let (_, kept, ..) = within(sample, &absorber, problem.names, options)?;
        (many(sample, &sample.x.select_columns(&kept), Start::Data, options)?, kept)
    };
    let mean = sample.y.iter().sum::<f64>() / sample.y.len() as f64;
    let suspicious = !state.converged
        || sample.y.iter().zip(&state.mu).any(|(y, mu)| *y == 0.0 && *mu < SUSPICIOUS * mean);
    Ok(Attempt { state, kept, suspicious })
}

impl Attempt {
    fn finish(
        self,
        problem: &Problem<'_>,
        sample: Sample<'_>,
        covariance: Covariance<'_>,
    ) -> Result<PoissonFit> {
        let Self { state, kept, .. } = self;
        if !state.converged {
            return Err(StatsError::NotConverged {
                method: "Poisson regression with absorbed factors",
                iterations: state.iterations,
                reason: format!(
                    "the last step would change the fit by {:.1e} standard errors",
                    state.decrement
                ),
            });
        }
        let names: Vec<String> = kept.iter().map(|j| problem.names[*j].clone()).collect();
        let dropped: Vec<String> = (0..problem.names.len())
            .filter(|j| !kept.contains(j))
            .map(|j| problem.names[j].clone())
            .collect();
        let weights = sample.weights.as_deref();
        let prior = |i: usize| weights.map_or(1.0, |w| w[i]);
        let (log_likelihood, deviance) = likelihood(&sample.y, &state.mu, weights);
        let working: Vec<f64> = state.mu.iter().enumerate().map(|(i, mu)| mu * prior(i)).collect();
        let residuals: Vec<f64> = sample.y.iter().zip(&state.mu).map(|(y, mu)| (y - mu) / mu).collect();
        let parts = Parts {
            names: &names,
            beta: &state.beta,
            x: &state.x,
            weights: Some(&working),
            residuals: &residuals,
            bread: &state.bread,
            factors: &sample.factors,
            rows: &sample.rows,
            given: problem.y.len(),
            target: Target::InverseWeights,
        };
        let (estimates, degrees, more) = parts.covariance(covariance, |_| Ok(state.bread.clone()))?;
        let mut remarks = sample.remarks.clone();
        remarks.extend(dropped.iter().map(|name| {
            format!("{name} is determined by the absorbed factors or other regressors and has no slope")
        }));
        remarks.extend(more);
        Ok(PoissonFit {
            estimates,
            dropped,
            log_likelihood,
            deviance,
            fixed_effects: by_given_level(problem, &sample, &state.effects),
            degrees,
            convergence: Convergence {
                converged: true,
                iterations: state.iterations,
                gradient: state.decrement,
                remarks,
            },
            rows: sample.rows,
            fitted: state.mu,
            x: state.x,
            bread: state.bread,
            working,
            residuals,
            factors: sample.factors.into_owned(),
            given: problem.y.len(),
        })
    }
}

/// Counts below this take their constants from a table.
const TABLE: usize = 256;
/// Rows whose logarithms are taken at a time.
const BLOCK: usize = 1024;

/// Log-likelihood and deviance, `sum w [y log mu - mu - log y!]` and `2 sum w [y log(y / mu) - (y - mu)]`.
fn likelihood(y: &[f64], mu: &[f64], weights: Option<&[f64]>) -> (f64, f64) {
    let entropy = |y: f64| if y > 0.0 { y * y.ln() } else { 0.0 };
    let table: Vec<(f64, f64)> = (0..TABLE).map(|y| (ln_factorial(y as f64), entropy(y as f64))).collect();
    let (mut log_likelihood, mut deviance) = (0.0, 0.0);
    let mut logs = [0.0; BLOCK];
    for (block, (y, mu)) in y.chunks(BLOCK).zip(mu.chunks(BLOCK)).enumerate() {
        let logs = &mut logs[..mu.len()];
        Processor::default().run(
            #[inline(always)]
            || logs.iter_mut().zip(mu).for_each(|(log, mu)| *log = ln(*mu)),
        );
        for (i, ((y, mu), log)) in y.iter().zip(mu).zip(logs.iter()).enumerate() {
            let whole = *y as usize;
            let (factorial, entropy) = if whole < TABLE && whole as f64 == *y {
                table[whole]
            } else {
                (ln_factorial(*y), entropy(*y))
            };
            let weight = weights.map_or(1.0, |w| w[block * BLOCK + i]);
            let fit = y * log - mu;
            log_likelihood += weight * (fit - factorial);
            deviance += 2.0 * weight * (entropy - y - fit);
        }
    }
    (log_likelihood, deviance)
}

impl PoissonFit {
    /// Any other covariance of the slopes; the clusters have one entry for each row of the data as given. For CR2 see the remark
    /// at [`super::LinearFit::robust`].
    ///
    /// # Errors
    /// As [`sandwich`].
    pub fn robust(&self, clusters: &Clusters, correction: Correction) -> Result<Robust> {
        let parts = Parts {
            names: &self.estimates.names,
            beta: &self.estimates.beta,
            x: &self.x,
            weights: Some(&self.working),
            residuals: &self.residuals,
            bread: &self.bread,
            factors: &self.factors,
            rows: &self.rows,
            given: self.given,
            target: Target::InverseWeights,
        };
        let clusters = parts.matching(clusters)?;
        let degrees = super::covariance::degrees(self.estimates.beta.len(), &self.factors, |f| {
            f.nested_in(clusters.codes())
        });
        sandwich(&parts.working(degrees.counted - degrees.slopes), &clusters, correction)
    }
}
