use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How missing values of covariates are imputed by chained equations. The outcome, the arms, the exposure and the columns that make
/// groups are never imputed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imputation {
    /// Completed data sets.
    #[serde(default = "usual_imputations")]
    pub imputations: u32,
    /// Rounds through the variables.
    #[serde(default = "usual_rounds")]
    pub rounds: u32,
    /// Columns that are not in the model and help to predict what is missing.
    #[serde(default)]
    pub auxiliary: Vec<String>,
    /// How columns of numbers are drawn where matching does not suit.
    #[serde(default)]
    pub draw: BTreeMap<String, Drawn>,
}

/// How missing numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawn {
    /// From rows whose predictions are near (predictive mean matching): only values that occur.
    Matching,
    /// From a normal distribution about the prediction.
    Normal,
}

fn usual_imputations() -> u32 {
    20
}

fn usual_rounds() -> u32 {
    10
}
