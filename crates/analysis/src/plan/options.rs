use serde::{Deserialize, Serialize};

/// Settings of methods. Each belongs to some methods only; one that does nothing is refused.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Draws of a bootstrap, of permutations or of a posterior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<u32>,
    /// Nodes of the quadrature of a mixed model; 1 is Laplace's approximation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u32>,
    /// Intervals of a mixed model: `wald` or `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<String>,
    /// Kind of the covariance: `CR0`, `CR1`, `CR2` or `CR3` (cluster-robust); `robust`, `mancl-derouen`, `kauermann-carroll` or
    /// `fay-graubard` (estimating equations).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covariance: Option<String>,
    /// Signs of the wild bootstrap: `rademacher`, `webb` or `mammen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs: Option<String>,
    /// Family of a generalised linear model: `gaussian`, `binomial`, `poisson`, `quasipoisson` or `negative-binomial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Working correlation of estimating equations: `exchangeable` or `independence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
    /// Units compared with in staggered designs: `never-treated` or `not-yet-treated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<String>,
    /// How covariates enter group-time effects: `doubly-robust`, `weighting` or `regression`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<String>,
    /// What group-time effects are averaged over: `simple`, `event-time`, `cohort` or `calendar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<String>,
    /// Factors absorbed in models with fixed effects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absorb: Option<Vec<String>>,
    /// What a unit of the outcome may cost, in economic analyses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<Vec<f64>>,
    /// The period in which something began, in interrupted series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<f64>,
    /// Periods in one season, in interrupted series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<f64>,
    /// Lags of autocorrelation that standard errors allow for, in interrupted series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lags: Option<u32>,
    /// Standard deviation of the prior of the effect on the logarithmic scale, in Bayesian models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<f64>,
    /// First and last period whose outcomes the importance of predictors is fitted to, in synthetic controls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted: Option<[f64; 2]>,
}

impl Options {
    /// True if nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Names of the settings that are set.
    #[must_use]
    pub fn set(&self) -> Vec<&'static str> {
        let all = [
            ("draws", self.draws.is_some()),
            ("nodes", self.nodes.is_some()),
            ("intervals", self.intervals.is_some()),
            ("covariance", self.covariance.is_some()),
            ("signs", self.signs.is_some()),
            ("family", self.family.is_some()),
            ("correlation", self.correlation.is_some()),
            ("comparison", self.comparison.is_some()),
            ("adjustment", self.adjustment.is_some()),
            ("average", self.average.is_some()),
            ("absorb", self.absorb.is_some()),
            ("thresholds", self.thresholds.is_some()),
            ("began", self.began.is_some()),
            ("season", self.season.is_some()),
            ("lags", self.lags.is_some()),
            ("prior", self.prior.is_some()),
            ("fitted", self.fitted.is_some()),
        ];
        all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }
}
