//! What is known of one unit's rate after its count was seen.

use rayon::prelude::*;
use serde::Serialize;

use crate::numeric::distributions::{gamma_cdf, gamma_quantile, normal_cdf, normal_quantile};
use crate::numeric::special::incomplete_gamma;

use super::gamma_poisson::GammaPoisson;

/// Distribution of a unit's true rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Posterior {
    /// Gamma distribution with this shape and rate (mean `shape / rate`).
    Gamma {
        /// Shape.
        shape: f64,
        /// Rate, the inverse of the scale.
        rate: f64,
    },
    /// The logarithm of the rate is normal: a conditional mode of a mixed model and its standard deviation.
    LogNormal {
        /// Mean of the logarithm.
        location: f64,
        /// Standard deviation of the logarithm.
        scale: f64,
    },
    /// The rate is known, or the same for all units.
    Known(f64),
}

impl Posterior {
    /// Mean of the distribution.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Gamma { shape, rate } => shape / rate,
            Self::LogNormal { location, scale } => (location + 0.5 * scale * scale).exp(),
            Self::Known(value) => value,
        }
    }

    /// Variance of the distribution.
    #[must_use]
    pub fn variance(&self) -> f64 {
        match *self {
            Self::Gamma { shape, rate } => shape / (rate * rate),
            Self::LogNormal { scale, .. } => self.mean().powi(2) * (scale * scale).exp_m1(),
            Self::Known(_) => 0.0,
        }
    }

    /// The value below which the rate lies with this probability.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        match *self {
            Self::Gamma { shape, rate } => gamma_quantile(probability, shape, rate),
            Self::LogNormal { location, scale } => (location + scale * normal_quantile(probability)).exp(),
            Self::Known(value) => value,
        }
    }

    /// Probability that the rate is above a value.
    #[must_use]
    pub fn probability_above(&self, value: f64) -> f64 {
        match *self {
            Self::Gamma { shape, rate } if value > 0.0 => incomplete_gamma(shape, value * rate).1,
            Self::Gamma { shape, rate } => 1.0 - gamma_cdf(value.max(0.0), shape, rate),
            Self::LogNormal { location, scale } if value > 0.0 => normal_cdf((location - value.ln()) / scale),
            Self::LogNormal { .. } => 1.0,
            Self::Known(known) => f64::from(known > value),
        }
    }
}

/// A unit's rate as observed and as estimated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct UnitRate {
    /// Count divided by exposure; `None` without exposure.
    pub observed: Option<f64>,
    /// Mean rate that the model gives to units with these covariates.
    pub expected: f64,
    /// Posterior mean of the unit's rate, between the observed and the expected one.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Weight of the expected rate in the posterior mean (1: nothing is known of this unit but that it is one of them).
    pub shrinkage: f64,
    /// The whole distribution.
    pub posterior: Posterior,
}

pub(super) fn unit_rates(model: &GammaPoisson, level: f64) -> Vec<UnitRate> {
    let p = model.coefficients.beta.len();
    let tail = 0.5 * (1.0 - level);
    let z = normal_quantile(1.0 - tail);
    (0..model.counts.len())
        .into_par_iter()
        .map(|i| {
            let row = &model.design[i * p..(i + 1) * p];
            let log_rate: f64 = row.iter().zip(&model.coefficients.beta).map(|(x, b)| x * b).sum();
            let (y, exposure, expected) = (model.counts[i], model.exposure[i], log_rate.exp());
            let observed = (exposure > 0.0).then(|| y / exposure);
            if !model.overdispersed() {
                let half = z * linear_error(model, row);
                return UnitRate {
                    observed,
                    expected,
                    mean: expected,
                    low: (log_rate - half).exp(),
                    high: (log_rate + half).exp(),
                    shrinkage: 1.0,
                    posterior: Posterior::Known(expected),
                };
            }
            let prior = model.shape / expected;
            let posterior = Posterior::Gamma { shape: model.shape + y, rate: prior + exposure };
            UnitRate {
                observed,
                expected,
                mean: posterior.mean(),
                low: posterior.quantile(tail),
                high: posterior.quantile(1.0 - tail),
                shrinkage: prior / (prior + exposure),
                posterior,
            }
        })
        .collect()
}

/// Standard error of `x'b`.
fn linear_error(model: &GammaPoisson, row: &[f64]) -> f64 {
    let mut variance = 0.0;
    for (i, a) in row.iter().enumerate() {
        for (j, b) in row.iter().enumerate() {
            variance += a * model.coefficients.covariance[(i, j)] * b;
        }
    }
    variance.max(0.0).sqrt()
}
