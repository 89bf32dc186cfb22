use serde::{Deserialize, Serialize};

/// The methods that a plan may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each adapter in `estimators` describes its method")]
pub enum EstimatorName {
    PoissonMixed,
    NegativeBinomialMixed,
    LogisticMixed,
    LinearMixed,
    Glm,
    ClusterRobust,
    Gee,
    WildBootstrap,
    FixedEffectsLinear,
    FixedEffectsPoisson,
    BayesRate,
    DidTwoWay,
    EventStudy,
    GroupTime,
    SunAbraham,
    SyntheticControl,
    AugmentedSyntheticControl,
    SyntheticDid,
    InterruptedTimeSeries,
    SteppedWedge,
    CostEffectiveness,
    ComplierEffect,
}

impl EstimatorName {
    /// All methods.
    pub const ALL: [Self; 22] = [
        Self::PoissonMixed,
        Self::NegativeBinomialMixed,
        Self::LogisticMixed,
        Self::LinearMixed,
        Self::Glm,
        Self::ClusterRobust,
        Self::Gee,
        Self::WildBootstrap,
        Self::FixedEffectsLinear,
        Self::FixedEffectsPoisson,
        Self::BayesRate,
        Self::DidTwoWay,
        Self::EventStudy,
        Self::GroupTime,
        Self::SunAbraham,
        Self::SyntheticControl,
        Self::AugmentedSyntheticControl,
        Self::SyntheticDid,
        Self::InterruptedTimeSeries,
        Self::SteppedWedge,
        Self::CostEffectiveness,
        Self::ComplierEffect,
    ];

    /// The name as a plan writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PoissonMixed => "poisson-mixed",
            Self::NegativeBinomialMixed => "negative-binomial-mixed",
            Self::LogisticMixed => "logistic-mixed",
            Self::LinearMixed => "linear-mixed",
            Self::Glm => "glm",
            Self::ClusterRobust => "cluster-robust",
            Self::Gee => "gee",
            Self::WildBootstrap => "wild-bootstrap",
            Self::FixedEffectsLinear => "fixed-effects-linear",
            Self::FixedEffectsPoisson => "fixed-effects-poisson",
            Self::BayesRate => "bayes-rate",
            Self::DidTwoWay => "did-two-way",
            Self::EventStudy => "event-study",
            Self::GroupTime => "group-time",
            Self::SunAbraham => "sun-abraham",
            Self::SyntheticControl => "synthetic-control",
            Self::AugmentedSyntheticControl => "augmented-synthetic-control",
            Self::SyntheticDid => "synthetic-did",
            Self::InterruptedTimeSeries => "interrupted-time-series",
            Self::SteppedWedge => "stepped-wedge",
            Self::CostEffectiveness => "cost-effectiveness",
            Self::ComplierEffect => "complier-effect",
        }
    }
}
