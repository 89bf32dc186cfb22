//! What a check asks the rolls about one record.

use chrono::NaiveDate;
use returns::school_census::SchoolKey;

use super::{
    entry::{Entry, Payload},
    told::upn,
};

/// What a check asks the rolls about one record.
pub(crate) enum Looked {
    /// A child of a return.
    Child {
        upn: Option<String>,
        former_upn: Option<String>,
        upn_unknown: Option<String>,
        dob: Option<NaiveDate>,
        expected_dob: Option<NaiveDate>,
    },
    /// A row of a roll table.
    Row(SchoolKey),
}

impl Looked {
    /// What is to be asked about these records.
    pub(super) fn of(entries: &[Entry]) -> Vec<Self> {
        entries
            .iter()
            .filter_map(|entry| match &entry.payload {
                Payload::Child(child) => Some(Self::Child {
                    upn: upn(child.upn.as_ref()),
                    former_upn: upn(child.former_upn.as_ref()),
                    upn_unknown: child.upn_unknown.as_ref().map(|code| code.as_str().to_owned()),
                    dob: child.birth_date,
                    expected_dob: child.expected_birth_date,
                }),
                Payload::OnRoll(row) => Some(Self::Row(row.school.clone())),
                Payload::NoLongerOnRoll(row) => Some(Self::Row(row.school.clone())),
                Payload::Fsm(row) => Some(Self::Row(row.school.clone())),
                Payload::School(_) | Payload::Link(_) => None,
            })
            .collect()
    }
}
