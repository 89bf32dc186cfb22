use serde::Serialize;

/// How the effect of one group in one period is estimated. Without covariates all three give the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum GroupTimeMethod {
    /// Doubly robust: logistic propensity score by maximum likelihood and least-squares outcome regression
    /// (Sant'Anna and Zhao 2020, equation 3.1 with the estimators of their section 3.1).
    #[default]
    DoublyRobust,
    /// Inverse probability weighting with normalised weights (Hájek; Abadie 2005, Sant'Anna and Zhao 2020).
    InverseProbability,
    /// Outcome regression among the comparison units (Heckman, Ichimura and Todd 1997).
    OutcomeRegression,
}

/// Units that the treated are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Comparison {
    /// Units never treated (or treated only after the last period).
    #[default]
    NeverTreated,
    /// Units not treated yet in both periods of the comparison, the never treated among them.
    NotYetTreated,
}

/// Period against which change is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum BasePeriod {
    /// Effects after treatment against the last period before it; placebo effects against the period just before.
    #[default]
    Varying,
    /// Everything against the last period before treatment; that period itself is zero by construction.
    Universal,
}

/// Choices for group-time effects.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GroupTimeOptions {
    /// Estimator of each cell.
    pub method: GroupTimeMethod,
    /// Comparison units.
    pub comparison: Comparison,
    /// Base period.
    pub base: BasePeriod,
    /// How long before treatment (in the units of the periods) behaviour may already change, zero or more.
    pub anticipation: i64,
    /// Comparison units with a propensity score at or above this are left out of a cell (and counted); 0.995 as in R.
    pub trim: f64,
    /// Adjust for the covariates of the panel, each as it stands in the earlier of the two periods.
    pub covariates: bool,
}

impl Default for GroupTimeOptions {
    fn default() -> Self {
        Self {
            method: GroupTimeMethod::default(),
            comparison: Comparison::default(),
            base: BasePeriod::default(),
            anticipation: 0,
            trim: 0.995,
            covariates: true,
        }
    }
}
