use serde::{Deserialize, Serialize};

/// A variable that guides the weights of a synthetic control: the mean of a column over some periods before treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predictor {
    /// The column; missing values are left out of the mean.
    pub column: String,
    /// First period of the mean.
    pub from: f64,
    /// Last period of the mean; the first alone where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Words for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Predictor {
    /// Last period of the mean.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.to.unwrap_or(self.from)
    }

    /// Words for it, or the column with its periods.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.label {
            Some(label) => label.clone(),
            None if self.last() == self.from => format!("{} {}", self.column, self.from),
            None => format!("{} {} to {}", self.column, self.from, self.last()),
        }
    }
}
