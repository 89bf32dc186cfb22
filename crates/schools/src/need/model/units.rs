//! Which schools are compared, and which are left out and why.

use super::Group;
use crate::{
    counts::model::measure::Measure,
    figures::{Figures, School},
};

/// Why a school of the kind is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The register says that it is closed, and no school followed it.
    Closed,
    /// Neither a roll nor the register names pupils.
    NoPupils,
}

impl Reason {
    /// The name in files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NoPupils => "no-pupils",
        }
    }

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Closed => "Closed, and no other school followed it",
            Self::NoPupils => "No pupils on an imported roll or in the register, so it has no rate",
        }
    }
}

/// A school that is not compared.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: Reason,
    /// Its events of the measure in the window, so that nothing goes missing.
    pub count: u64,
}

/// The schools of a group that are compared, and those that are not.
pub(super) fn choose(figures: &Figures, group: Group, measure: Measure) -> (Vec<&School>, Vec<LeftOut>) {
    let (mut compared, mut left) = (Vec::new(), Vec::new());
    for school in figures.schools.iter().filter(|school| Group::of(school.kind) == Some(group)) {
        let reason = if school.closed {
            Some(Reason::Closed)
        } else if school.pupils(0).is_none() {
            Some(Reason::NoPupils)
        } else {
            None
        };
        match reason {
            None => compared.push(school),
            Some(reason) => left.push(LeftOut {
                urn: school.urn,
                name: school.name.clone(),
                reason,
                count: school.count(0, measure),
            }),
        }
    }
    (compared, left)
}
