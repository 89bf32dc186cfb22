use serde::Serialize;

use super::diagnostics::{plain_effective_size, quantile};
use super::{Diagnostics, Priors, diagnostics};
use crate::{Matrix, Result, StatsError};

/// A quantity's posterior in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The quantity.
    pub name: String,
    /// Posterior mean.
    pub mean: f64,
    /// Posterior standard deviation.
    pub sd: f64,
    /// Posterior median.
    pub median: f64,
    /// Lower end of the central interval.
    pub low: f64,
    /// Upper end of the central interval.
    pub high: f64,
    /// Monte Carlo standard error of the mean.
    pub monte_carlo_error: f64,
    /// How well the chains have mixed.
    pub diagnostics: Diagnostics,
}

/// What another prior would have made of a quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// Posterior mean under the other prior.
    pub mean: f64,
    /// Lower end of its central interval.
    pub low: f64,
    /// Upper end of its central interval.
    pub high: f64,
    /// Probability under the other prior that the quantity is below zero.
    pub below_zero: f64,
    /// Draws that the weights are worth, `(sum w)^2 / sum w^2`; if this is small the other prior is too far away to be reached by
    /// weighting, and the model should be sampled again.
    pub effective_draws: f64,
}

/// Draws from a posterior.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// Names of the parameters: coefficients, `log sd`, and `log theta` for the negative binomial.
    pub names: Vec<String>,
    /// One matrix for each chain: draws by parameters.
    pub chains: Vec<Matrix>,
    /// Mode.
    pub mode: Vec<f64>,
    /// Share of the proposals that were accepted.
    pub acceptance: f64,
    /// What a reader should know.
    pub remarks: Vec<String>,
    priors: Priors,
}

impl Posterior {
    pub(super) fn new(
        names: Vec<String>,
        chains: Vec<Matrix>,
        mode: Vec<f64>,
        acceptance: f64,
        priors: Priors,
    ) -> Self {
        let mut posterior = Self { names, chains, mode, acceptance, remarks: Vec::new(), priors };
        for j in 0..posterior.names.len() {
            let found = posterior.diagnose(j);
            let enough = 100.0 * posterior.chains.len() as f64;
            // Written so that a value that is not a number counts as bad.
            let mixed = found.r_hat < 1.01 && found.bulk > enough && found.tail > enough;
            if !mixed {
                posterior.remarks.push(format!(
                    "the chains have not mixed for {}: R-hat {:.3}, effective draws {:.0} (bulk) and {:.0} (tails); take more draws",
                    posterior.names[j], found.r_hat, found.bulk, found.tail
                ));
            }
        }
        if posterior.acceptance < 0.2 {
            posterior.remarks.push(format!(
                "only {:.0}% of the proposals were accepted: the posterior is far from normal",
                100.0 * posterior.acceptance
            ));
        }
        posterior
    }

    /// Position of a parameter.
    ///
    /// # Errors
    /// [`StatsError::Setting`] naming the parameters that there are.
    pub fn position(&self, name: &str) -> Result<usize> {
        self.names.iter().position(|known| known == name).ok_or_else(|| {
            StatsError::Setting(format!(
                "there is no parameter '{name}'; there are {}",
                self.names.join(", ")
            ))
        })
    }

    fn columns(&self, j: usize) -> Vec<&[f64]> {
        self.chains
            .iter()
            .map(|chain| &chain.as_slice()[j * chain.nrows()..(j + 1) * chain.nrows()])
            .collect()
    }

    fn diagnose(&self, j: usize) -> Diagnostics {
        diagnostics(&self.columns(j))
    }

    /// Every parameter, with central intervals of this level.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside 0 to 1.
    pub fn table(&self, level: f64) -> Result<Vec<Summary>> {
        StatsError::check_probability("the level of an interval", level)?;
        Ok((0..self.names.len()).map(|j| self.summary(j, level)).collect())
    }

    fn summary(&self, j: usize, level: f64) -> Summary {
        let columns = self.columns(j);
        let mut values = columns.concat();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let monte_carlo_error = sd / plain_effective_size(&columns).sqrt();
        values.sort_by(f64::total_cmp);
        Summary {
            name: self.names[j].clone(),
            mean,
            sd,
            median: quantile(&values, 0.5),
            low: quantile(&values, 0.5 - level / 2.0),
            high: quantile(&values, 0.5 + level / 2.0),
            monte_carlo_error,
            diagnostics: self.diagnose(j),
        }
    }

    /// Probability that a parameter is below a value (a coefficient below zero is a rate that fell), with its Monte Carlo
    /// standard error.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a name that there is not or a value that is not a number.
    pub fn probability_below(&self, name: &str, value: f64) -> Result<(f64, f64)> {
        let j = self.position(name)?;
        if value.is_nan() {
            return Err(StatsError::Setting("the value to compare with is not a number".into()));
        }
        let below: Vec<Vec<f64>> = self
            .columns(j)
            .iter()
            .map(|chain| chain.iter().map(|v| f64::from(*v < value)).collect())
            .collect();
        let all = below.concat();
        let share = all.iter().sum::<f64>() / all.len() as f64;
        let size = plain_effective_size(&below.iter().map(Vec::as_slice).collect::<Vec<_>>());
        // Where every draw lies on one side the share is known to within about one draw.
        let error =
            if size.is_finite() { (share * (1.0 - share) / size).sqrt() } else { 1.0 / all.len() as f64 };
        Ok((share, error))
    }

    /// The posterior of a parameter under other priors, by weighting the draws with the ratio of the priors.
    ///
    /// # Errors
    /// As [`Posterior::position`]; priors out of range.
    pub fn under(&self, name: &str, priors: &Priors, level: f64) -> Result<Sensitivity> {
        let j = self.position(name)?;
        StatsError::check_probability("the level of an interval", level)?;
        priors.check(self.priors.coefficients.len())?;
        let d = self.names.len();
        let mut weighted = Vec::new();
        for chain in &self.chains {
            for row in chain.row_iter() {
                let at: Vec<f64> = row.iter().copied().collect();
                let density = |priors: &Priors| priors.density(&at, &mut vec![0.0; d], &mut vec![0.0; d]);
                weighted.push((at[j], density(priors) - density(&self.priors)));
            }
        }
        let most = weighted.iter().fold(f64::NEG_INFINITY, |most, (_, log)| most.max(*log));
        for pair in &mut weighted {
            pair.1 = (pair.1 - most).exp();
        }
        weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = weighted.iter().map(|(_, w)| w).sum();
        let squares: f64 = weighted.iter().map(|(_, w)| w * w).sum();
        let at = |p: f64| {
            let mut sum = 0.0;
            let place = weighted.iter().find(|(_, w)| {
                sum += w;
                sum >= p * total
            });
            place.or(weighted.last()).map_or(f64::NAN, |(value, _)| *value)
        };
        Ok(Sensitivity {
            mean: weighted.iter().map(|(v, w)| v * w).sum::<f64>() / total,
            low: at(0.5 - level / 2.0),
            high: at(0.5 + level / 2.0),
            below_zero: weighted.iter().filter(|(v, _)| *v < 0.0).map(|(_, w)| w).sum::<f64>() / total,
            effective_draws: total * total / squares,
        })
    }
}
