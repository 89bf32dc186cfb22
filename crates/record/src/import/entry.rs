//! One record of a file on its way into the record.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use platform::Result;
use returns::{
    cin::Child,
    gias::{Establishment, Link},
    school_census::{FreeSchoolMealPeriod, NoLongerOnRoll, OnRoll, SchoolKey},
};

use super::digest::digest;

/// What stands between the parts of a key; no value of a file has it, because readers replace control characters.
const BETWEEN: char = '\u{1f}';

/// The content of a record, by kind of file.
#[derive(Debug, Clone)]
pub(super) enum Payload {
    Child(Box<Child>),
    OnRoll(Box<OnRoll>),
    NoLongerOnRoll(Box<NoLongerOnRoll>),
    Fsm(FreeSchoolMealPeriod),
    School(Box<Establishment>),
    Link(Link),
}

/// One record of a file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// What it is known by within its slot.
    pub(super) key: String,
    /// 1, or more when the file has several records with one identifier.
    pub(super) occurrence: i32,
    /// Digest of its content.
    pub(super) hash: String,
    /// Line of the file.
    pub(super) line: u64,
    /// Its content.
    pub(super) payload: Payload,
}

impl Payload {
    /// The identifier within the slot, before repeats are numbered.
    fn identifier(&self) -> Vec<String> {
        match self {
            Self::Child(child) => vec![child.la_child_id.clone()],
            Self::OnRoll(row) => vec![school_key(&row.school), row.row_id.clone()],
            Self::NoLongerOnRoll(row) => vec![school_key(&row.school), row.row_id.clone()],
            Self::Fsm(row) => vec![
                school_key(&row.school),
                row.pupil_row_id.clone(),
                row.row_id.clone().unwrap_or_default(),
            ],
            Self::School(school) => vec![school.urn.to_string()],
            Self::Link(link) => {
                vec![link.urn.to_string(), link.link_urn.to_string(), link.link_type.clone()]
            }
        }
    }

    fn digest(&self) -> Result<String> {
        match self {
            Self::Child(child) => digest(child),
            Self::OnRoll(row) => digest(row),
            Self::NoLongerOnRoll(row) => digest(row),
            Self::Fsm(row) => digest(row),
            Self::School(school) => digest(school),
            Self::Link(link) => digest(link),
        }
    }

    /// Whether a second record with the same identifier is a record of its own, and not a mere repeat.
    pub(super) fn repeats_count(&self) -> bool {
        !matches!(self, Self::School(_) | Self::Link(_))
    }

    /// The part of the slot that the record speaks for; what the file says nothing of stays.
    pub(super) fn scope(&self) -> Scope {
        match self {
            Self::Child(_) => Scope::Whole,
            Self::OnRoll(row) => Scope::Part(school_key(&row.school)),
            Self::NoLongerOnRoll(row) => Scope::Part(school_key(&row.school)),
            Self::Fsm(row) => Scope::Part(school_key(&row.school)),
            Self::School(_) => Scope::Nothing,
            Self::Link(link) => Scope::Part(link.urn.to_string()),
        }
    }
}

/// For what, beyond itself, a record's presence in a file speaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// For the whole slot: what the file lacks is gone.
    Whole,
    /// For a part (a school): what the file lacks of that part is gone.
    Part(String),
    /// For itself only: what the file lacks stays.
    Nothing,
}

/// A record's key from its parts and its number among those with the same identifier.
pub(super) fn key(parts: &[&str], occurrence: i32) -> String {
    let mut key = parts.join(&BETWEEN.to_string());
    key.push(BETWEEN);
    key.push_str(&occurrence.to_string());
    key
}

/// The key as people read it: the parts with a stroke between, and the number only when it is not the first.
pub(super) fn readable(key: &str) -> String {
    let mut parts: Vec<&str> = key.split(BETWEEN).collect();
    match parts.pop() {
        Some("1") | None => parts.join(" / "),
        Some(number) => format!("{} ({number})", parts.join(" / ")),
    }
}

/// How a row names its school: `NativeId`, else URN, else LAESTAB, else `?`.
pub(crate) fn school_key(school: &SchoolKey) -> String {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    school
        .native_id
        .clone()
        .or_else(|| number(school.urn))
        .or_else(|| number(school.laestab))
        .unwrap_or_else(|| "?".to_owned())
}

/// Numbers records with the same identifier in the order of the file. Remembers 64 bits of each identifier.
#[derive(Default)]
pub(super) struct Numbering {
    hasher: RandomState,
    met: HashMap<u64, i32>,
}

impl Numbering {
    /// Makes an entry of a record.
    pub(super) fn entry(&mut self, payload: Payload, line: u64) -> Result<Entry> {
        let identifier = payload.identifier();
        let met = self.met.entry(self.hasher.hash_one(&identifier)).or_default();
        *met = met.saturating_add(1);
        let parts: Vec<&str> = identifier.iter().map(String::as_str).collect();
        Ok(Entry { key: key(&parts, *met), occurrence: *met, hash: payload.digest()?, line, payload })
    }
}
