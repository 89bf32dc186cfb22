//! The text that is frozen.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Outcome, Settings};

/// Characters of a purpose, and of the reason for a further comparison.
pub const PURPOSE_MAX: usize = 200;

/// A comparison as it is frozen. Its text is compact JSON, fields in the order of this declaration, numbers as the
/// shortest decimal that reads back the same; the hash is the SHA-256 of that text in UTF-8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Version of this form: 1.
    pub version: u32,
    /// The council.
    pub organisation: String,
    /// What the comparison is for.
    pub purpose: String,
    /// Its number among those of the purpose, from 1.
    pub number: u32,
    /// Why another was needed, for all but the first.
    pub reason: Option<String>,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
    /// By whom.
    pub frozen_by: String,
    /// What was chosen.
    pub settings: Settings,
    /// The version of the definitions of counts.
    pub definitions: String,
    /// The hash of the figures ([`crate::figures::Figures::hash`]).
    pub figures_hash: String,
    /// What was found.
    pub outcome: Outcome,
}

impl Document {
    /// The text under the hash.
    ///
    /// # Errors
    /// Where a number is not finite, which the engine never gives.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// A document with the text and the hash that are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// The record's identifier.
    pub id: uuid::Uuid,
    /// What it says.
    pub document: Document,
    /// Its hash as stored.
    pub hash: String,
    /// Whether the stored text still has that hash.
    pub sound: bool,
}

/// SHA-256 of a text, in hexadecimal.
pub(crate) fn hash_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What tells purposes apart: letters and digits, whatever their case and the space between them.
pub fn key_of(purpose: &str) -> String {
    purpose.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
