//! The preview of an import, and its report.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a file holds and what applying it changes. Numbers only: no child is named here.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The header of a census return.
    pub header: Option<HeaderSummary>,
    /// Records met in the file.
    pub records: u64,
    /// Records that could be taken.
    pub taken: u64,
    /// Records that could not be taken; the problems say why.
    pub not_taken: u64,
    /// Records that only repeat an earlier one of the file (a school or a link given twice).
    pub repeated: u64,
    /// Records that the slot does not have yet.
    pub new: u64,
    /// Records that the slot has in another version.
    pub changed: u64,
    /// Records that the slot has just so.
    pub unchanged: u64,
    /// Records that the slot has and the file no longer has; they end.
    pub gone: u64,
    /// Records that the slot has and of which the file, having ended early, says nothing.
    pub undecided: u64,
    /// Problems by kind.
    pub problems: BTreeMap<String, ProblemCount>,
    /// How many problems are listed; the rest are only counted.
    pub problems_listed: u64,
    /// How many changed and gone records are listed; the rest are only counted.
    pub changes_listed: u64,
    /// Children or pupils by how they match the other side; the names are those of [`crate::roll::Reason`].
    pub matching: BTreeMap<String, u64>,
    /// The schools that a roll table speaks of.
    pub schools: Option<SchoolKeys>,
    /// Why reading ended before the end of the file.
    pub ended_early: Option<Fault>,
}

impl Summary {
    /// Whether applying it would change anything.
    pub fn changes_something(&self) -> bool {
        self.new + self.changed + self.gone > 0
    }

    /// Problems of a severity (`note`, `warning`, `error`).
    pub fn problems_of(&self, severity: &str) -> u64 {
        self.problems.values().filter(|count| count.severity == severity).map(|count| count.count).sum()
    }

    /// Whether two previews say that the same will be done.
    pub fn same_effect(&self, other: &Self) -> bool {
        let effect = |one: &Self| (one.new, one.changed, one.unchanged, one.gone);
        effect(self) == effect(other)
    }
}

/// What the header of a return says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeaderSummary {
    /// `LEA`.
    pub la_code: u16,
    /// The authority's name, where the number is known.
    pub la_name: Option<String>,
    /// The year, such as `2018-19`.
    pub year: String,
    /// `ReferenceDate`.
    pub reference_date: Option<NaiveDate>,
    /// `SoftwareCode` and `Release`.
    pub software: Option<String>,
}

/// How often a kind of problem occurred.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProblemCount {
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// How often.
    pub count: u64,
}

/// The schools of a roll table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SchoolKeys {
    /// How many are known schools.
    pub known: u64,
    /// The identifiers that mean no known school, at most 200 of them, with their rows.
    pub unknown: BTreeMap<String, u64>,
    /// How many more there are.
    pub more_unknown: u64,
}

/// Why a file could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fault {
    /// Stable name.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Where.
    pub line: Option<u64>,
}

impl From<&returns::FileError> for Fault {
    fn from(error: &returns::FileError) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            remedy: error.remedy().to_owned(),
            line: error.line(),
        }
    }
}
