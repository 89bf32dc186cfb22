//! The plan of an analysis: what is asked, of which data, by which method; written before the results are seen.
//!
//! A plan is a TOML file. Its words are those of a statistical analysis plan, and a word that is not known is an error with its
//! place, never ignored: a misspelt setting that does nothing would make an analysis that nobody planned.

mod column;
mod estimator;
mod exclude;
mod formula;
mod imputation;
mod options;
mod predictor;
mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use column::Named;
pub use estimator::EstimatorName;
pub use exclude::{Exclusion, Scalar};
pub use formula::{Mixed, split_random};
pub use imputation::{Drawn, Imputation};
pub use options::Options;
pub use predictor::Predictor;
pub use read::{fault, parse};

/// A plan as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What the analysis is called.
    pub title: String,
    /// The question that it answers, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The method.
    pub estimator: EstimatorName,
    /// Variables adjusted for: columns, or terms in R's notation such as `factor(year)` or `log(size)`.
    #[serde(default)]
    pub covariates: Vec<String>,
    /// The whole model in R's notation, instead of outcome, exposure, arms and covariates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// The coefficient that answers the question, where the arms do not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// Seed of everything that is drawn at random.
    #[serde(default = "one")]
    pub seed: u64,
    /// Level of the intervals.
    #[serde(default = "usual_level")]
    pub level: f64,
    /// The smallest effect that would matter: a ratio for rates and odds (0.9 and 1.11 mean the same), a difference otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_effect: Option<f64>,
    /// Whether lower or higher outcomes are better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better: Option<Better>,
    /// How the data are read.
    #[serde(default)]
    pub data: DataPlan,
    /// What is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomePlan>,
    /// What the outcome is counted in: people, days. Enters as a logarithmic offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Named>,
    /// The groups compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arms: Option<Arms>,
    /// Which units are treated, and from which period on, where no column says so; takes the place of the arms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treated: Option<Treated>,
    /// Groups whose members resemble one another: the unit of allocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Named>,
    /// The unit followed over time, in panels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Named>,
    /// The time, in panels and series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Named>,
    /// The period in which a unit is first treated; 0 or missing for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<Named>,
    /// What each row costs, in economic analyses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Named>,
    /// The column that says who took part (1) and who did not (0), for effects on those who comply with an offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_part: Option<Named>,
    /// Variables that guide the donor weights of a synthetic control, beside its outcomes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictors: Vec<Predictor>,
    /// How missing covariates are imputed; without it, rows that lack one are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imputation: Option<Imputation>,
    /// Settings of the method.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// Groups in which the effect is also estimated, with a test whether it differs between them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subgroups: Vec<Named>,
    /// The same question by other roads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitivity: Vec<Variant>,
}

fn one() -> u64 {
    1
}

fn usual_level() -> f64 {
    0.95
}

/// Which direction of the outcome is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Fewer or smaller is better.
    Lower,
    /// More or larger is better.
    Higher,
}

/// How the data are read and which rows are left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataPlan {
    /// The character between cells, where the file does not make it plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Cells that mean a value is missing, beside empty ones, `NA` and `NaN`.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Columns that look like numbers and are names: codes, identifiers used as covariates.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The level that others are compared with, for columns of categories.
    #[serde(default)]
    pub reference: BTreeMap<String, String>,
    /// New columns by arithmetic on others: `lbase = "log(base / 4)"`.
    #[serde(default)]
    pub derive: BTreeMap<String, String>,
    /// Rows left out, each kind with its reason.
    #[serde(default)]
    pub exclude: Vec<Exclusion>,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomePlan {
    /// Its column.
    pub column: String,
    /// Words for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The column with the number of trials, where the outcome counts successes among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trials: Option<String>,
}

/// The groups compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arms {
    /// The column that says which arm a row belongs to.
    pub column: String,
    /// The value of the arm compared with; 0 unless said otherwise.
    #[serde(default = "zero_text")]
    pub control: Scalar,
    /// The value of the arm whose effect is asked; 1 unless said otherwise.
    #[serde(default = "one_text")]
    pub treatment: Scalar,
    /// Words for the arm compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_label: Option<String>,
    /// Words for the arm whose effect is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treatment_label: Option<String>,
}

/// Units that are treated from a period on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treated {
    /// Values of the column of `unit`.
    pub units: Vec<Scalar>,
    /// The first treated period.
    pub from: f64,
}

/// The column that stands for [`Treated`].
pub(crate) const TREATED: &str = "treated from the plan";

fn zero_text() -> Scalar {
    Scalar::Number(0.0)
}

fn one_text() -> Scalar {
    Scalar::Number(1.0)
}

/// The same analysis with something changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// What it is called.
    pub name: String,
    /// Another method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimator: Option<EstimatorName>,
    /// Other variables adjusted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covariates: Option<Vec<String>>,
    /// Another model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Another outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomePlan>,
    /// More rows left out.
    #[serde(default)]
    pub exclude: Vec<Exclusion>,
    /// Other settings of the method; they replace all of the plan's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// True to leave out rows that lack a covariate where the plan imputes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete_rows: bool,
}

impl Plan {
    /// The plan of a variant.
    #[must_use]
    pub fn varied(&self, variant: &Variant) -> Self {
        let mut plan = self.clone();
        plan.sensitivity.clear();
        plan.subgroups.clear();
        if let Some(estimator) = variant.estimator {
            plan.estimator = estimator;
            // Settings belong to a method; another method begins with its own.
            plan.options = Options::default();
            plan.predictors.clear();
        }
        if let Some(options) = &variant.options {
            plan.options = options.clone();
        }
        if let Some(covariates) = &variant.covariates {
            plan.covariates.clone_from(covariates);
        }
        if let Some(formula) = &variant.formula {
            plan.formula = Some(formula.clone());
        }
        if let Some(outcome) = &variant.outcome {
            plan.outcome = Some(outcome.clone());
        }
        if variant.complete_rows {
            plan.imputation = None;
        }
        plan.data.exclude.extend(variant.exclude.iter().cloned());
        plan
    }

    /// Words for the outcome.
    #[must_use]
    pub fn outcome_words(&self) -> String {
        match &self.outcome {
            Some(outcome) => outcome.label.clone().unwrap_or_else(|| outcome.column.clone()),
            None => "the outcome".to_owned(),
        }
    }
}
