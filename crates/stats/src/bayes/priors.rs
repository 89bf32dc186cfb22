use serde::Serialize;

use crate::numeric::special::ln_gamma;
use crate::{Result, StatsError};

/// A normal prior.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Prior of the standard deviation of the random intercepts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum SpreadPrior {
    /// Normal with this scale, folded at zero.
    HalfNormal(f64),
    /// Student's t with these degrees of freedom and scale, folded at zero (Gelman 2006).
    HalfT {
        /// Degrees of freedom.
        df: f64,
        /// Scale.
        scale: f64,
    },
    /// Exponential with this rate.
    Exponential(f64),
}

/// Priors of all parameters; independent of one another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Priors {
    /// One for each coefficient, on the logarithmic scale.
    pub coefficients: Vec<Normal>,
    /// Of the standard deviation of the random intercepts.
    pub spread: SpreadPrior,
    /// Of the logarithm of theta (negative binomial only).
    pub log_theta: Normal,
}

impl Priors {
    /// Weak priors for `p` coefficients of variables on a scale of about one: normal with standard deviation 10 for the
    /// intercept (the first) and 2.5 for the others, half-normal with scale 1 for the spread, normal(1, 1.5) for log theta.
    #[must_use]
    pub fn weak(p: usize) -> Self {
        let sd = |j: usize| if j == 0 { 10.0 } else { 2.5 };
        Self {
            coefficients: (0..p).map(|j| Normal { mean: 0.0, sd: sd(j) }).collect(),
            spread: SpreadPrior::HalfNormal(1.0),
            log_theta: Normal { mean: 1.0, sd: 1.5 },
        }
    }

    pub(super) fn check(&self, coefficients: usize) -> Result<()> {
        StatsError::check_length("the priors of the coefficients", self.coefficients.len(), coefficients)?;
        let normals = self.coefficients.iter().chain([&self.log_theta]);
        let scales = match self.spread {
            SpreadPrior::HalfNormal(scale) => vec![scale],
            SpreadPrior::HalfT { df, scale } => vec![df, scale],
            SpreadPrior::Exponential(rate) => vec![rate],
        };
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if normals.clone().all(|n| n.mean.is_finite() && positive(n.sd))
            && scales.iter().all(|v| positive(*v))
        {
            return Ok(());
        }
        Err(StatsError::Setting("priors have finite means and positive, finite scales".into()))
    }

    /// Logarithm of the prior density at `(coefficients, log sd[, log theta])`, on that scale (with the Jacobian of the
    /// logarithm); adds its gradient and the diagonal of its Hessian, which has nothing off the diagonal.
    pub(super) fn density(&self, at: &[f64], gradient: &mut [f64], curvature: &mut [f64]) -> f64 {
        let p = self.coefficients.len();
        let mut value = 0.0;
        let mut normal = |j: usize, prior: &Normal| {
            let z = (at[j] - prior.mean) / prior.sd;
            gradient[j] -= z / prior.sd;
            curvature[j] -= 1.0 / (prior.sd * prior.sd);
            -0.5 * z * z - prior.sd.ln() - 0.5 * std::f64::consts::TAU.ln()
        };
        for (j, prior) in self.coefficients.iter().enumerate() {
            value += normal(j, prior);
        }
        if at.len() > p + 1 {
            value += normal(p + 1, &self.log_theta);
        }
        let (spread, slope, bend) = self.spread.density(at[p].exp());
        gradient[p] += slope + 1.0;
        curvature[p] += bend;
        value + spread + at[p]
    }
}

impl SpreadPrior {
    /// Logarithm of the density at `sd`, and its first and second derivative in `log sd`.
    fn density(self, sd: f64) -> (f64, f64, f64) {
        match self {
            Self::HalfNormal(scale) => {
                let z = (sd / scale).powi(2);
                let constant = 0.5 * (2.0 / std::f64::consts::PI).ln() - scale.ln();
                (constant - 0.5 * z, -z, -2.0 * z)
            }
            Self::HalfT { df, scale } => {
                let z = (sd / scale).powi(2) / df;
                let constant = std::f64::consts::LN_2 + ln_gamma(0.5 * (df + 1.0))
                    - ln_gamma(0.5 * df)
                    - 0.5 * (df * std::f64::consts::PI).ln()
                    - scale.ln();
                let share = z / (1.0 + z);
                (
                    constant - 0.5 * (df + 1.0) * z.ln_1p(),
                    -(df + 1.0) * share,
                    -2.0 * (df + 1.0) * share * (1.0 - share),
                )
            }
            Self::Exponential(rate) => (rate.ln() - rate * sd, -rate * sd, -rate * sd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::quadrature::gauss_legendre;

    const KINDS: [SpreadPrior; 3] = [
        SpreadPrior::HalfNormal(0.7),
        SpreadPrior::HalfT { df: 4.0, scale: 1.3 },
        SpreadPrior::Exponential(2.0),
    ];

    #[test]
    fn densities_integrate_to_one_and_derivatives_agree() {
        let rule = gauss_legendre(101).unwrap();
        for kind in KINDS {
            // Over log sd from -20 to 12, in pieces.
            let mut total = 0.0;
            for piece in 0..32 {
                for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
                    let log = -20.0 + f64::from(piece) + 0.5 * (node + 1.0);
                    total += 0.5 * weight * (kind.density(log.exp()).0 + log).exp();
                }
            }
            assert!((total - 1.0).abs() < 1e-7, "{kind:?}: {total}");
            let value = |log: f64| kind.density(log.exp());
            let h = 1e-5;
            assert!(((value(0.3 + h).0 - value(0.3 - h).0) / (2.0 * h) - value(0.3).1).abs() < 1e-8);
            assert!(((value(0.3 + h).1 - value(0.3 - h).1) / (2.0 * h) - value(0.3).2).abs() < 1e-8);
        }
    }
}
