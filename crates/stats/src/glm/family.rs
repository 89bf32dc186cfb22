use crate::numeric::distributions::{LN_SQRT_2PI, normal_cdf, normal_pdf, normal_quantile};
use crate::numeric::special::{ln_factorial, ln_gamma};
use crate::{Result, StatsError};

/// Distribution of the outcome around its mean `mu`, by its variance function `V(mu)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Family {
    /// Normal: `V = 1`, dispersion estimated.
    Gaussian,
    /// Binomial proportion: `V = mu (1 - mu)`.
    Binomial,
    /// Poisson count: `V = mu`.
    Poisson,
    /// As binomial, with the dispersion estimated (Pearson).
    QuasiBinomial,
    /// As Poisson, with the dispersion estimated (Pearson).
    QuasiPoisson,
    /// Gamma: `V = mu^2`, dispersion estimated.
    Gamma,
    /// Negative binomial (NB2) with known `theta`: `V = mu + mu^2 / theta`.
    NegativeBinomial {
        /// Shape; large values come near the Poisson distribution.
        theta: f64,
    },
}

/// The function of the mean that is linear in the covariates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// `eta = mu`
    Identity,
    /// `eta = log mu`
    Log,
    /// `eta = log(mu / (1 - mu))`
    Logit,
    /// `eta = Phi^-1(mu)`
    Probit,
    /// `eta = log(-log(1 - mu))`
    CLogLog,
    /// `eta = 1 / mu`
    Inverse,
    /// `eta = sqrt(mu)`
    Sqrt,
}

impl Family {
    /// The link that R takes unless told otherwise (the canonical one; the logarithm for the negative binomial).
    #[must_use]
    pub fn usual_link(self) -> Link {
        match self {
            Self::Gaussian => Link::Identity,
            Self::Binomial | Self::QuasiBinomial => Link::Logit,
            Self::Poisson | Self::QuasiPoisson | Self::NegativeBinomial { .. } => Link::Log,
            Self::Gamma => Link::Inverse,
        }
    }

    /// True if the dispersion is estimated and not one; tests then use Student's t and F.
    #[must_use]
    pub fn estimates_dispersion(self) -> bool {
        matches!(self, Self::Gaussian | Self::QuasiBinomial | Self::QuasiPoisson | Self::Gamma)
    }

    /// True for the two families of proportions.
    #[must_use]
    pub fn is_binomial(self) -> bool {
        matches!(self, Self::Binomial | Self::QuasiBinomial)
    }

    pub(super) fn is_count(self) -> bool {
        matches!(self, Self::Poisson | Self::QuasiPoisson | Self::NegativeBinomial { .. })
    }

    /// Variance function.
    #[must_use]
    pub fn variance(self, mu: f64) -> f64 {
        match self {
            Self::Gaussian => 1.0,
            Self::Binomial | Self::QuasiBinomial => mu * (1.0 - mu),
            Self::Poisson | Self::QuasiPoisson => mu,
            Self::Gamma => mu * mu,
            Self::NegativeBinomial { theta } => mu + mu * mu / theta,
        }
    }

    /// Contribution of one observation of unit weight to the deviance: twice the log-likelihood lost by `mu` against `y`.
    #[must_use]
    pub fn unit_deviance(self, y: f64, mu: f64) -> f64 {
        // y log(y / mu), which is 0 where y is 0.
        let part = |y: f64, mu: f64| if y == 0.0 { 0.0 } else { y * (y / mu).ln() };
        let deviance = match self {
            Self::Gaussian => (y - mu) * (y - mu),
            Self::Binomial | Self::QuasiBinomial => 2.0 * (part(y, mu) + part(1.0 - y, 1.0 - mu)),
            Self::Poisson | Self::QuasiPoisson => 2.0 * (part(y, mu) - (y - mu)),
            Self::Gamma => 2.0 * ((y - mu) / mu - (y / mu).ln()),
            Self::NegativeBinomial { theta } => {
                2.0 * (part(y, mu) - (y + theta) * ((y - mu) / (mu + theta)).ln_1p())
            }
        };
        deviance.max(0.0)
    }

    /// The part of the log-likelihood of one observation of unit weight that depends on `mu` (for dispersion one).
    pub(super) fn kernel(self, y: f64, mu: f64) -> f64 {
        let part = |y: f64, mu: f64| if y == 0.0 { 0.0 } else { y * mu.ln() };
        match self {
            Self::Gaussian => -0.5 * (y - mu) * (y - mu),
            Self::Binomial | Self::QuasiBinomial => {
                part(y, mu) + if y == 1.0 { 0.0 } else { (1.0 - y) * (-mu).ln_1p() }
            }
            Self::Poisson | Self::QuasiPoisson => part(y, mu) - mu,
            Self::Gamma => -y / mu - mu.ln(),
            Self::NegativeBinomial { theta } => part(y, mu) - (y + theta) * (mu / theta).ln_1p(),
        }
    }

    /// Log-likelihood of one observation with all its constants. `weight` is its weight, for proportions with the `trials` in
    /// it; `dispersion` is used by the Gaussian and the gamma distribution.
    pub(super) fn log_density(
        self,
        y: f64,
        mu: f64,
        weight: f64,
        trials: Option<f64>,
        dispersion: f64,
    ) -> f64 {
        match self {
            Self::Binomial | Self::QuasiBinomial => {
                let constant = trials.map_or(0.0, |m| {
                    weight / m * (ln_factorial(m) - ln_factorial(m * y) - ln_factorial(m * (1.0 - y)))
                });
                constant + weight * self.kernel(y, mu)
            }
            Self::Poisson | Self::QuasiPoisson => weight * (self.kernel(y, mu) - ln_factorial(y)),
            Self::NegativeBinomial { theta } => {
                let rising = ln_gamma(y + theta) - ln_gamma(theta) - y * theta.ln() - ln_factorial(y);
                weight * (rising + self.kernel(y, mu))
            }
            Self::Gamma => {
                let shape = 1.0 / dispersion;
                let scaled = y * shape / mu;
                weight * (shape * scaled.ln() - scaled - ln_gamma(shape) - y.ln())
            }
            Self::Gaussian => {
                weight * (-0.5 * (y - mu) * (y - mu) / dispersion - 0.5 * dispersion.ln() - LN_SQRT_2PI)
            }
        }
    }

    /// Where the first iteration begins: near the outcome, inside the range of the mean.
    pub(super) fn start(self, y: f64, weight: f64) -> f64 {
        match self {
            Self::Gaussian | Self::Gamma => y,
            Self::Binomial | Self::QuasiBinomial => (weight * y + 0.5) / (weight + 1.0),
            Self::Poisson | Self::QuasiPoisson | Self::NegativeBinomial { .. } => y + 0.1,
        }
    }

    /// True if `mu` is a possible mean.
    pub(super) fn allows(self, mu: f64) -> bool {
        match self {
            Self::Gaussian => mu.is_finite(),
            Self::Binomial | Self::QuasiBinomial => mu > 0.0 && mu < 1.0,
            _ => mu > 0.0 && mu.is_finite(),
        }
    }

    /// Checks an outcome.
    pub(super) fn check(self, y: &[f64], counted: bool) -> Result<()> {
        let (reason, wrong): (&'static str, fn(f64) -> bool) = match self {
            Self::Gaussian => return Ok(()),
            Self::Binomial | Self::QuasiBinomial if counted => return Ok(()),
            Self::Binomial | Self::QuasiBinomial => ("is not between 0 and 1", |y| !(0.0..=1.0).contains(&y)),
            Self::Poisson | Self::QuasiPoisson => ("is negative", |y| y < 0.0),
            Self::NegativeBinomial { .. } => {
                ("is negative or not a whole number", |y| y < 0.0 || y.fract() != 0.0)
            }
            Self::Gamma => ("is zero or negative", |y| y <= 0.0),
        };
        match y.iter().position(|y| wrong(*y)) {
            None => Ok(()),
            Some(at) => Err(StatsError::Value { what: "the outcome".into(), row: at + 1, reason }),
        }
    }
}

impl Link {
    /// The linear predictor of a mean.
    #[must_use]
    pub fn eta(self, mu: f64) -> f64 {
        match self {
            Self::Identity => mu,
            Self::Log => mu.ln(),
            Self::Logit => (mu / (1.0 - mu)).ln(),
            Self::Probit => normal_quantile(mu),
            Self::CLogLog => (-(-mu).ln_1p()).ln(),
            Self::Inverse => 1.0 / mu,
            Self::Sqrt => mu.sqrt(),
        }
    }

    /// The mean of a linear predictor.
    #[must_use]
    pub fn mean(self, eta: f64) -> f64 {
        match self {
            Self::Identity => eta,
            Self::Log => eta.exp(),
            Self::Logit => {
                let small = (-eta.abs()).exp();
                if eta < 0.0 { small / (1.0 + small) } else { 1.0 / (1.0 + small) }
            }
            // Held off the ends by a rounding step, so that the variance is never zero.
            Self::Probit => normal_cdf(eta).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON),
            Self::CLogLog => (-(-eta.exp()).exp_m1()).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON),
            Self::Inverse => 1.0 / eta,
            Self::Sqrt => eta * eta,
        }
    }

    /// Derivative of the mean with respect to the linear predictor.
    #[must_use]
    pub fn slope(self, eta: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Log => eta.exp(),
            Self::Logit => {
                let small = (-eta.abs()).exp();
                small / ((1.0 + small) * (1.0 + small))
            }
            Self::Probit => normal_pdf(eta).max(f64::MIN_POSITIVE),
            Self::CLogLog => (eta - eta.exp()).exp().max(f64::MIN_POSITIVE),
            Self::Inverse => -1.0 / (eta * eta),
            Self::Sqrt => 2.0 * eta,
        }
    }

    /// Second derivative of the mean with respect to the linear predictor.
    #[must_use]
    pub fn curvature(self, eta: f64) -> f64 {
        match self {
            Self::Identity => 0.0,
            Self::Log => eta.exp(),
            Self::Logit => {
                let mean = self.mean(eta);
                self.slope(eta) * (1.0 - 2.0 * mean)
            }
            Self::Probit => -eta * normal_pdf(eta),
            Self::CLogLog => (eta - eta.exp()).exp() * (1.0 - eta.exp()),
            Self::Inverse => 2.0 / (eta * eta * eta),
            Self::Sqrt => 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: [Link; 7] =
        [Link::Identity, Link::Log, Link::Logit, Link::Probit, Link::CLogLog, Link::Inverse, Link::Sqrt];

    #[test]
    fn links_invert_and_their_derivatives_agree_with_differences() {
        for link in LINKS {
            for mu in [0.03, 0.4, 0.9] {
                let eta = link.eta(mu);
                assert!((link.mean(eta) - mu).abs() < 1e-14, "{link:?}");
                let h = 1e-5;
                let slope = (link.mean(eta + h) - link.mean(eta - h)) / (2.0 * h);
                assert!((link.slope(eta) - slope).abs() < 1e-8, "{link:?} {slope}");
                let curvature = (link.slope(eta + h) - link.slope(eta - h)) / (2.0 * h);
                assert!((link.curvature(eta) - curvature).abs() < 1e-8, "{link:?} {curvature}");
            }
        }
    }

    #[test]
    fn deviances_are_twice_the_loss_of_log_likelihood() {
        for (family, y) in [
            (Family::Gaussian, 0.7),
            (Family::Binomial, 0.25),
            (Family::Poisson, 3.0),
            (Family::Gamma, 2.5),
            (Family::NegativeBinomial { theta: 1.7 }, 4.0),
        ] {
            for mu in [0.1, 0.3, 0.8] {
                let loss = 2.0 * (family.kernel(y, y) - family.kernel(y, mu));
                assert!((family.unit_deviance(y, mu) - loss).abs() < 1e-13, "{family:?} {mu}");
            }
        }
        assert_eq!(Family::Poisson.unit_deviance(0.0, 0.3), 0.6);
        assert!((Family::Binomial.unit_deviance(0.0, 0.3) + 2.0 * 0.7_f64.ln()).abs() < 1e-15);
    }
}
