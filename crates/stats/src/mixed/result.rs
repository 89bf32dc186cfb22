use super::data::{Family, Integral};
use crate::numeric::distributions::{chi_squared_upper, normal_quantile};
use crate::{Convergence, Estimate, Estimates, Matrix, Result, StatsError};

/// The random intercepts of one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Intercepts {
    /// Standard deviation between groups; zero is a result.
    pub sd: f64,
    /// Standard error of `log sd`; `None` where the standard deviation is zero.
    pub log_sd_error: Option<f64>,
    /// Number of groups.
    pub groups: usize,
    /// Conditional mode of every group.
    pub modes: Vec<Mode>,
}

/// Most likely random intercept of a group, given its data and the estimates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode {
    /// Labels of the group: outer (zero where there is one level) and its own.
    pub label: (usize, usize),
    /// The mode, on the scale of the linear predictor.
    pub mode: f64,
    /// Its conditional variance: the inverse of the second derivative at the mode (estimates taken as known).
    pub variance: f64,
}

impl Mode {
    /// Prediction interval of this level.
    #[must_use]
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let half = normal_quantile(0.5 + level / 2.0) * self.variance.sqrt();
        (self.mode - half, self.mode + half)
    }
}

impl Intercepts {
    /// Wald interval of the standard deviation, symmetric for its logarithm; `None` where it is zero.
    #[must_use]
    pub fn sd_interval(&self, level: f64) -> Option<(f64, f64)> {
        let half = normal_quantile(0.5 + level / 2.0) * self.log_sd_error?;
        Some((self.sd * (-half).exp(), self.sd * half.exp()))
    }

    /// Median rate (or odds) ratio: the median ratio between the higher and the lower of two groups drawn at random
    /// (Larsen and Merlo 2005).
    #[must_use]
    pub fn median_ratio(&self) -> f64 {
        (std::f64::consts::SQRT_2 * self.sd * normal_quantile(0.75)).exp()
    }
}

/// A fitted model with random intercepts.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedFit {
    /// Coefficients with their covariance, from the observed information of all parameters together.
    pub estimates: Estimates,
    /// Degrees of freedom of every coefficient (Satterthwaite 1946), for Gaussian models by restricted likelihood.
    pub df: Option<Vec<f64>>,
    /// Distribution of the outcome.
    pub family: Family,
    /// How the random intercepts were integrated out.
    pub integral: Integral,
    /// Whether `log_likelihood` is a restricted likelihood.
    pub restricted: bool,
    /// Random intercepts, the largest groups first.
    pub intercepts: Vec<Intercepts>,
    /// Standard deviation within groups (Gaussian).
    pub residual_sd: Option<f64>,
    /// Theta of the negative binomial; infinite where the counts vary no more than Poisson counts.
    pub theta: Option<f64>,
    /// Standard error of `log theta`.
    pub log_theta_error: Option<f64>,
    /// Covariance of all parameters: coefficients, logarithms of the standard deviations that are not zero, and then `log
    /// theta` (or the logarithm of the residual standard deviation).
    pub covariance: Matrix,
    /// Log-likelihood with all its constants.
    pub log_likelihood: f64,
    /// Number of parameters.
    pub parameters: usize,
    /// Rows used (of positive weight).
    pub rows: usize,
    /// Expected outcome of every row of the data at the conditional modes (successes, for the binomial).
    pub fitted: Vec<f64>,
    /// Sum of the squared Pearson residuals at the conditional modes, divided by rows less parameters: well above one
    /// shows variation that the model has not.
    pub dispersion: f64,
    /// How the search ended.
    pub convergence: Convergence,
}

impl MixedFit {
    /// Akaike's criterion.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.parameters as f64 - 2.0 * self.log_likelihood
    }

    /// Bayesian information criterion, with the number of rows.
    #[must_use]
    pub fn bic(&self) -> f64 {
        (self.rows as f64).ln() * self.parameters as f64 - 2.0 * self.log_likelihood
    }

    /// Coefficients with Wald intervals of this level, with Student's t where there are degrees of freedom.
    #[must_use]
    pub fn table(&self, level: f64) -> Vec<Estimate> {
        let errors = self.estimates.standard_errors();
        (0..errors.len())
            .map(|j| {
                let df = self.df.as_ref().map(|df| df[j]);
                Estimate::wald(&self.estimates.names[j], self.estimates.beta[j], errors[j], df, level)
            })
            .collect()
    }

    /// Share of the variance that is between groups (all levels together): for the binomial on the scale of the logistic
    /// distribution (variance pi^2 / 3), for measurements on their own. `None` for counts, where it depends on the mean:
    /// see [`Intercepts::median_ratio`].
    #[must_use]
    pub fn intraclass_correlation(&self) -> Option<f64> {
        let between: f64 = self.intercepts.iter().map(|level| level.sd * level.sd).sum();
        let within = match (self.family, self.residual_sd) {
            (Family::Binomial, _) => std::f64::consts::PI.powi(2) / 3.0,
            (Family::Gaussian, Some(sd)) => sd * sd,
            _ => return None,
        };
        Some(between / (between + within))
    }

    /// Likelihood-ratio test against a model that is a special case of this one.
    ///
    /// Where the smaller model only lacks one standard deviation, that is a point on the border of the larger one and the
    /// reference is the equal mixture of chi-squared with 0 and 1 degrees of freedom (Self and Liang 1987, case 5).
    ///
    /// # Errors
    /// Different rows, families or integrals; restricted likelihoods with different coefficients; a smaller model that
    /// does not have fewer parameters.
    pub fn likelihood_ratio(&self, smaller: &Self) -> Result<LikelihoodRatio> {
        let comparable = self.rows == smaller.rows && self.restricted == smaller.restricted;
        let integral = self.family == Family::Gaussian || self.integral == smaller.integral;
        let families = self.family == smaller.family
            || (self.family == Family::NegativeBinomial && smaller.family == Family::Poisson);
        if !(comparable && integral && families) {
            return Err(StatsError::Setting(
                "a likelihood-ratio test needs two fits of the same rows, family, integral and likelihood"
                    .to_owned(),
            ));
        }
        if self.restricted && self.estimates.names != smaller.estimates.names {
            return Err(StatsError::Setting(
                "restricted likelihoods of different coefficients cannot be compared; fit by full likelihood"
                    .to_owned(),
            ));
        }
        if smaller.parameters >= self.parameters {
            return Err(StatsError::Setting(
                "the smaller model of a likelihood-ratio test has fewer parameters".to_owned(),
            ));
        }
        let df = self.parameters - smaller.parameters;
        let border = self.estimates.beta.len() == smaller.estimates.beta.len();
        Ok(LikelihoodRatio::new(2.0 * (self.log_likelihood - smaller.log_likelihood), df, border && df == 1))
    }
}

/// A likelihood-ratio test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelihoodRatio {
    /// Twice the difference of the log-likelihoods.
    pub statistic: f64,
    /// Difference of the numbers of parameters.
    pub df: usize,
    /// p-value.
    pub p: f64,
}

impl LikelihoodRatio {
    /// Test from a statistic; `border` halves the p-value for a variance (or `1 / theta`) that is zero in the smaller
    /// model.
    #[must_use]
    pub fn new(statistic: f64, df: usize, border: bool) -> Self {
        // Less than this is what is left of two equal likelihoods after rounding.
        let statistic = if statistic < 1e-9 { 0.0 } else { statistic };
        let p = match (border, statistic > 0.0) {
            (_, false) => 1.0,
            (true, true) => 0.5 * chi_squared_upper(statistic, 1.0),
            (false, true) => chi_squared_upper(statistic, df as f64),
        };
        Self { statistic, df, p }
    }
}
