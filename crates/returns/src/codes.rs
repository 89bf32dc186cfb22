//! Dated code sets of the children in need census.
//!
//! The table is `data/cin-codes.csv`. A code without a first or last collection holds in every year.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use serde::Serialize;

use crate::year::CollectionYear;

/// A code set of the census.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeSet {
    /// `Sex`, from 2024-25.
    Sex,
    /// `GenderCurrent`, to 2023-24.
    Gender,
    /// `UPNunknown`: why a child has no UPN.
    UpnUnknown,
    /// `Ethnicity`.
    Ethnicity,
    /// `Disability`.
    Disability,
    /// `ReferralSource`.
    ReferralSource,
    /// `PrimaryNeedCode`.
    PrimaryNeed,
    /// `ReasonForClosure`.
    ClosureReason,
    /// `InitialCategoryOfAbuse` and `LatestCategoryOfAbuse`.
    CategoryOfAbuse,
    /// `AssessmentFactors`.
    AssessmentFactor,
}

impl CodeSet {
    /// Every set.
    pub const ALL: [Self; 10] = [
        Self::Sex,
        Self::Gender,
        Self::UpnUnknown,
        Self::Ethnicity,
        Self::Disability,
        Self::ReferralSource,
        Self::PrimaryNeed,
        Self::ClosureReason,
        Self::CategoryOfAbuse,
        Self::AssessmentFactor,
    ];

    /// The name of the set in the code book, such as `referral-source`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sex => "sex",
            Self::Gender => "gender",
            Self::UpnUnknown => "upn-unknown",
            Self::Ethnicity => "ethnicity",
            Self::Disability => "disability",
            Self::ReferralSource => "referral-source",
            Self::PrimaryNeed => "primary-need",
            Self::ClosureReason => "closure-reason",
            Self::CategoryOfAbuse => "category-of-abuse",
            Self::AssessmentFactor => "assessment-factor",
        }
    }

    /// The codes of the set, in the order of the code book.
    pub fn entries(self) -> &'static [CodeEntry] {
        TABLE.iter().find(|(set, _)| *set == self).map_or(&[], |(_, entries)| entries.as_slice())
    }

    /// The entry of a code, written exactly.
    pub fn entry(self, code: &str) -> Option<&'static CodeEntry> {
        self.entries().iter().find(|entry| entry.code == code)
    }
}

/// One code, its meaning and the collections it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeEntry {
    /// The code as it stands in files.
    pub code: String,
    /// What it means, in our words.
    pub label: String,
    /// First collection that has it; `None` for as far back as is known.
    pub from: Option<CollectionYear>,
    /// Last collection that has it; `None` when it still holds.
    pub to: Option<CollectionYear>,
    /// What is to be known about it, often empty.
    pub note: String,
}

impl CodeEntry {
    /// Whether the code belongs to the collection of `year`.
    pub fn valid_in(&self, year: CollectionYear) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

static TABLE: LazyLock<Vec<(CodeSet, Vec<CodeEntry>)>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(include_str!("../data/cin-codes.csv").as_bytes());
    let rows: Vec<(String, CodeEntry)> = reader
        .deserialize::<(String, String, String, String, String, String)>()
        .filter_map(Result::ok)
        .map(|(set, code, label, from, to, note)| {
            (set, CodeEntry { code, label, from: from.parse().ok(), to: to.parse().ok(), note })
        })
        .collect();
    CodeSet::ALL
        .into_iter()
        .map(|set| {
            let of_set = rows.iter().filter(|(name, _)| name == set.name()).map(|(_, entry)| entry.clone());
            (set, of_set.collect())
        })
        .collect()
});

/// What a code means, or `None` when the set has no such code in any year.
pub fn label(set: CodeSet, code: &str) -> Option<&'static str> {
    set.entry(code).map(|entry| entry.label.as_str())
}

/// Whether a code belongs to the collection of a year. A code of no year at all does not.
pub fn valid_in(set: CodeSet, code: &str, year: CollectionYear) -> bool {
    set.entry(code).is_some_and(|entry| entry.valid_in(year))
}

/// A coded value as it was read: one of a set's codes, or, when the file had another value, that value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Code {
    text: Cow<'static, str>,
    #[serde(skip)]
    known: bool,
}

impl Code {
    /// The value of a set, without regard to case; anything else is kept as it stands, as not known.
    pub fn new(set: CodeSet, text: &str) -> Self {
        let entries = set.entries();
        let exact = entries.iter().find(|entry| entry.code == text);
        match exact.or_else(|| entries.iter().find(|entry| entry.code.eq_ignore_ascii_case(text))) {
            Some(entry) => Self { text: Cow::Borrowed(entry.code.as_str()), known: true },
            None => Self { text: Cow::Owned(text.to_owned()), known: false },
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the set has this code (in any year).
    pub fn is_known(&self) -> bool {
        self.known
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(closing: u16) -> CollectionYear {
        CollectionYear::new(closing).unwrap()
    }

    #[test]
    fn every_set_has_the_published_number_of_codes() {
        let counts: Vec<_> = CodeSet::ALL.iter().map(|set| set.entries().len()).collect();
        assert_eq!(counts, [3, 4, 7, 20, 13, 22, 10, 9, 5, 44]);
    }

    #[test]
    fn codes_belong_to_years() {
        assert!(!valid_in(CodeSet::ReferralSource, "5D", year(2022)));
        assert!(valid_in(CodeSet::ReferralSource, "5D", year(2023)));
        assert!(valid_in(CodeSet::AssessmentFactor, "18A", year(2020)));
        assert!(!valid_in(CodeSet::AssessmentFactor, "18A", year(2021)));
        assert!(!valid_in(CodeSet::AssessmentFactor, "RB", year(2021)));
        assert!(valid_in(CodeSet::Gender, "9", year(2024)));
        assert!(!valid_in(CodeSet::Gender, "9", year(2025)));
        assert_eq!(label(CodeSet::ReferralSource, "2A"), Some("school"));
    }

    #[test]
    fn a_code_is_recognised_in_another_case_and_kept_when_unknown() {
        let code = Code::new(CodeSet::Ethnicity, "wbri");
        assert!(code == "WBRI" && code.is_known());
        let code = Code::new(CodeSet::Ethnicity, "XXXX");
        assert!(code == "XXXX" && !code.is_known());
    }
}
