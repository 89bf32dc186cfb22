//! What one entry of a chain says, and its digest.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::secrets::Keys;

/// The thing that was changed or looked at: a kind and an identifier, never a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `person`, `user`, `import` and so on.
    pub kind: &'static str,
    /// The identifier, where there is one thing.
    pub id: Option<String>,
}

impl Subject {
    /// A thing with an identifier.
    pub fn of(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: Some(id.to_string()) }
    }

    /// A kind of thing as a whole (a list, a search).
    pub fn kind(kind: &'static str) -> Self {
        Self { kind, id: None }
    }

    /// A person of the record.
    pub fn person(id: Uuid) -> Self {
        Self::of("person", id)
    }
}

/// One look at one thing.
#[derive(Debug, Clone)]
pub struct Look {
    /// What was done: the action under which it was shown.
    pub action: crate::policy::Action,
    /// What was shown.
    pub subject: Subject,
    /// The reason, where one was asked for.
    pub reason: Option<String>,
    /// Facts about the look (how many results, which page), without personal data.
    pub detail: Value,
}

/// Which of the two chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Changes.
    Audit,
    /// Looks.
    Access,
}

impl Chain {
    /// Both chains.
    pub const ALL: [Self; 2] = [Self::Audit, Self::Access];

    /// The name of its head, and its name on screen.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Access => "access",
        }
    }

    /// Its table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Audit => "audit_event",
            Self::Access => "access_event",
        }
    }
}

/// An entry as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the chain, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; nil for the command line.
    pub actor_id: Uuid,
    /// Who, by name as it was then.
    pub actor_name: String,
    /// The action's stored name.
    pub action: String,
    /// The channel's stored name.
    pub channel: String,
    /// The request's reference.
    pub request: Uuid,
    /// Kind of the subject.
    pub subject_kind: String,
    /// Identifier of the subject.
    pub subject_id: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Further facts as JSON.
    pub detail: String,
    /// Digest of the entry before, in hexadecimal; 64 zeros before the first.
    pub previous: String,
    /// Digest of this entry.
    pub hash: String,
}

/// What stands before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Entry {
    /// The digest that this entry should have if it stood at `seq` in `chain`.
    pub fn digest(&self, keys: &Keys, chain: Chain, seq: i64) -> String {
        let optional = |value: &Option<String>| match value {
            Some(text) => format!("1{text}"),
            None => "0".to_owned(),
        };
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        hex::encode(keys.chain(&[
            chain.slug().as_bytes(),
            &seq.to_be_bytes(),
            self.previous.as_bytes(),
            at.as_bytes(),
            self.actor_id.as_bytes(),
            self.actor_name.as_bytes(),
            self.action.as_bytes(),
            self.channel.as_bytes(),
            self.request.as_bytes(),
            self.subject_kind.as_bytes(),
            optional(&self.subject_id).as_bytes(),
            optional(&self.reason).as_bytes(),
            self.detail.as_bytes(),
        ]))
    }
}

/// The seal of a chain's head, so that the head cannot be set back by hand.
pub fn head_seal(keys: &Keys, chain: Chain, seq: i64, hash: &str) -> String {
    hex::encode(keys.chain(&[b"head", chain.slug().as_bytes(), &seq.to_be_bytes(), hash.as_bytes()]))
}
