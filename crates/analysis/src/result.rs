//! What an analysis found: everything that its reports show, in one value that is the same to the bit on every run.

use serde::Serialize;
use stats::Estimate;

use crate::figure::Figure;
use crate::plan::Plan;
use crate::verdict::Verdict;

/// The version of the form of [`Analysis`] as JSON.
pub const SCHEMA: &str = "nearhand-analysis/1";

/// The result of an analysis.
#[derive(Debug, Clone, Serialize)]
pub struct Analysis {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What the analysis is called.
    pub title: String,
    /// The question.
    pub question: Option<String>,
    /// What the result says in plain words.
    pub verdict: Verdict,
    /// The effect asked for, on the scale that people read.
    pub effect: Effect,
    /// The method.
    pub method: Method,
    /// All coefficients on the scale of the model.
    pub coefficients: Vec<Estimate>,
    /// Which rows were analysed and which were not.
    pub flow: FlowAccount,
    /// Whether the model fits.
    pub checks: Vec<Check>,
    /// What happens to the effect when each cluster is left out.
    pub influence: Option<Influence>,
    /// The effect in groups.
    pub subgroups: Vec<SubgroupResult>,
    /// The same question by other roads.
    pub sensitivity: Vec<VariantResult>,
    /// Pictures with their data.
    pub figures: Vec<Figure>,
    /// What the result was made from.
    pub provenance: Provenance,
    /// The plan as it was understood.
    pub plan: Plan,
}

/// How an effect is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Ratio of rates.
    RateRatio,
    /// Ratio of odds.
    OddsRatio,
    /// Difference on the outcome's own scale.
    Difference,
}

impl Measure {
    /// Whether the model works with its logarithm, and 1 means no effect.
    #[must_use]
    pub fn is_ratio(self) -> bool {
        !matches!(self, Self::Difference)
    }

    /// The value of no effect.
    #[must_use]
    pub fn null(self) -> f64 {
        if self.is_ratio() { 1.0 } else { 0.0 }
    }

    /// Words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::RateRatio => "rate ratio",
            Self::OddsRatio => "odds ratio",
            Self::Difference => "difference",
        }
    }
}

/// An effect on the scale that people read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// What it is the effect of, in words.
    pub label: String,
    /// Name of the coefficient.
    pub coefficient: String,
    /// How it is measured.
    pub measure: Measure,
    /// The estimate.
    pub estimate: f64,
    /// Lower end of the interval; none where the method gives no interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Two-sided p-value of no effect.
    pub p: Option<f64>,
    /// How the p-value was made, where it is not Wald's.
    pub p_from: Option<String>,
    /// Estimate on the scale of the model (logarithms for ratios).
    pub model_estimate: f64,
    /// Standard error on that scale.
    pub standard_error: Option<f64>,
    /// Degrees of freedom; none is the normal distribution.
    pub df: Option<f64>,
    /// Level of the interval.
    pub level: f64,
}

impl Effect {
    /// From an estimate on the scale of the model.
    #[must_use]
    pub fn of(estimate: &Estimate, measure: Measure, level: f64) -> Self {
        let natural = |value: f64| if measure.is_ratio() { value.exp() } else { value };
        Self {
            label: estimate.name.clone(),
            coefficient: estimate.name.clone(),
            measure,
            estimate: natural(estimate.estimate),
            low: Some(natural(estimate.low)),
            high: Some(natural(estimate.high)),
            p: Some(estimate.p),
            p_from: None,
            model_estimate: estimate.estimate,
            standard_error: Some(estimate.standard_error),
            df: estimate.df,
            level,
        }
    }

    /// An effect of which only the estimate is known so far.
    #[must_use]
    pub fn bare(name: &str, estimate: f64, measure: Measure, level: f64) -> Self {
        Self {
            label: name.to_owned(),
            coefficient: name.to_owned(),
            measure,
            estimate: if measure.is_ratio() { estimate.exp() } else { estimate },
            low: None,
            high: None,
            p: None,
            p_from: None,
            model_estimate: estimate,
            standard_error: None,
            df: None,
            level,
        }
    }
}

/// The method and what it says of the fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Method {
    /// Its name in plans.
    pub name: String,
    /// What it is, in words.
    pub title: String,
    /// The page that describes it.
    pub page: String,
    /// The model in R's notation.
    pub model: String,
    /// Figures of the fit: log-likelihood, spread of the clusters.
    pub facts: Vec<Fact>,
    /// What a reader should know of how the fit ended.
    pub remarks: Vec<String>,
}

/// A named figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
}

impl Fact {
    /// A named figure.
    #[must_use]
    pub fn new(name: &str, value: f64) -> Self {
        Self { name: name.to_owned(), value }
    }
}

/// One check of the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// The figure, where it is one.
    pub value: Option<f64>,
    /// Whether it is as it should be.
    pub passed: bool,
    /// What it means.
    pub words: String,
}

/// Rows from the file to the model.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FlowAccount {
    /// Rows of the file.
    pub read: usize,
    /// Rows left out by the plan, by reason, in the plan's order; a row counts under the first reason that takes it.
    pub excluded: Vec<Counted>,
    /// Rows that lack a value that the model needs, by column; a row that lacks several counts under each.
    pub missing: Vec<Counted>,
    /// Rows analysed with an imputed value, by column.
    pub imputed: Vec<Counted>,
    /// Rows left out because something is missing.
    pub incomplete: usize,
    /// Rows left out by the method itself, with its reason.
    pub dropped: Vec<Counted>,
    /// Rows analysed.
    pub analysed: usize,
    /// Clusters or units analysed.
    pub clusters: Option<usize>,
    /// What a cluster is called.
    pub cluster_word: Option<String>,
    /// The arms, control first.
    pub arms: Vec<ArmAccount>,
}

/// How many, and why or of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Reason or column.
    pub name: String,
    /// How many rows.
    pub rows: usize,
}

/// One arm of the analysed rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmAccount {
    /// Words for it.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// Clusters with a row in this arm.
    pub clusters: Option<usize>,
    /// Sum of the outcome.
    pub outcome: Option<f64>,
    /// Mean of the outcome, or the rate where there is an exposure.
    pub mean: Option<f64>,
}

/// What leaving out one cluster at a time does to the effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// Smallest estimate.
    pub lowest: Effect,
    /// The cluster left out for it.
    pub lowest_without: String,
    /// Largest estimate.
    pub highest: Effect,
    /// The cluster left out for it.
    pub highest_without: String,
    /// Clusters without which the interval would change whether it includes no effect.
    pub decisive: Vec<String>,
    /// How many clusters were left out in turn.
    pub tried: usize,
    /// Without how many of them the model could not be fitted.
    pub failed: usize,
}

/// The effect in the levels of one variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubgroupResult {
    /// Words for the variable.
    pub name: String,
    /// The effect in each level, with its rows.
    pub levels: Vec<(Effect, usize)>,
    /// Statistic of the hypothesis that the effect is the same in all levels: chi-squared, or F where there are degrees of freedom
    /// for its denominator.
    pub statistic: Option<f64>,
    /// Its degrees of freedom (of the numerator of F).
    pub df: Option<f64>,
    /// Degrees of freedom of the denominator of F.
    pub denominator_df: Option<f64>,
    /// Its p-value.
    pub p: Option<f64>,
    /// What it says.
    pub words: String,
}

/// One sensitivity analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantResult {
    /// What it is called.
    pub name: String,
    /// Its method.
    pub method: String,
    /// Rows analysed.
    pub rows: usize,
    /// The effect; none where it could not be estimated.
    pub effect: Option<Effect>,
    /// Why not.
    pub error: Option<String>,
}

/// What a result was made from. Nothing here depends on when or where it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// SHA-256 of the plan's bytes.
    pub plan_sha256: String,
    /// Name of the data file.
    pub data_file: String,
    /// SHA-256 of the data's bytes.
    pub data_sha256: String,
    /// Version of this crate.
    pub version: String,
    /// Seed.
    pub seed: u64,
}
