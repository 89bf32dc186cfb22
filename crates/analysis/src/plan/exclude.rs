use std::fmt;

use serde::{Deserialize, Serialize};

/// A value in a plan: a number or words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// True or false, which count as 1 and 0.
    Flag(bool),
    /// Words.
    Words(String),
}

impl Scalar {
    /// The value as a number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Flag(value) => Some(f64::from(u8::from(*value))),
            Self::Words(words) => words.trim().parse().ok(),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(formatter, "{value}"),
            Self::Flag(value) => write!(formatter, "{value}"),
            Self::Words(words) => formatter.write_str(words),
        }
    }
}

/// Rows to leave out, with the reason that the flow diagram gives. A row is left out if any of the conditions holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The column looked at.
    pub column: String,
    /// Why these rows are left out.
    pub reason: String,
    /// Rows with this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Scalar>,
    /// Rows with any other value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_than: Option<Scalar>,
    /// Rows with one of these values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<Scalar>>,
    /// Rows with a smaller number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// Rows with a larger number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Rows without a value.
    #[serde(default)]
    pub missing: bool,
}

impl Exclusion {
    /// True if no condition is written, so that the exclusion would do nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.equals.is_none()
            && self.other_than.is_none()
            && self.one_of.is_none()
            && self.below.is_none()
            && self.above.is_none()
            && !self.missing
    }

    /// True if some condition compares sizes, which only numbers have.
    #[must_use]
    pub fn compares(&self) -> bool {
        self.below.is_some() || self.above.is_some()
    }

    /// Whether a row with this number is left out; NaN is a missing value.
    #[must_use]
    pub fn takes_number(&self, value: f64) -> bool {
        if value.is_nan() {
            return self.missing;
        }
        let is = |scalar: &Scalar| scalar.number() == Some(value);
        self.equals.as_ref().is_some_and(is)
            || self.other_than.as_ref().is_some_and(|scalar| !is(scalar))
            || self.one_of.as_ref().is_some_and(|list| list.iter().any(is))
            || self.below.is_some_and(|limit| value < limit)
            || self.above.is_some_and(|limit| value > limit)
    }

    /// Whether a row with these words is left out; `None` is a missing value.
    #[must_use]
    pub fn takes_words(&self, words: Option<&str>) -> bool {
        let Some(words) = words else {
            return self.missing;
        };
        let is = |scalar: &Scalar| scalar.to_string() == words;
        self.equals.as_ref().is_some_and(is)
            || self.other_than.as_ref().is_some_and(|scalar| !is(scalar))
            || self.one_of.as_ref().is_some_and(|list| list.iter().any(is))
    }
}
