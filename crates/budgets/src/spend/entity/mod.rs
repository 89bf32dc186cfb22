//! The rows of requests to spend, none of which ever changes.

pub mod spend_event;
pub mod spend_outcome;
pub mod spend_paper;
pub mod spend_paper_piece;
pub mod spend_request;

/// Bytes in a backup: two digits each.
mod as_hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
