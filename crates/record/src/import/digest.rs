//! The digest by which two versions of a record are told apart.

use std::fmt::Write as _;

use platform::{Error, Result};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The digest of a record's content: 32 hexadecimal digits.
///
/// Absent values and empty lists do not count, nor does the line on which something stands. So a field that a
/// later version of the reader adds changes no digest of a record without it, and a record that only moved within the file is
/// the same record.
pub(super) fn digest(record: &impl Serialize) -> Result<String> {
    let value = serde_json::to_value(record)
        .map_err(|error| Error::Corrupt { what: "record of a file", why: error.to_string() })?;
    let mut text = String::new();
    canonical(&value, &mut text);
    let hash = Sha256::digest(text.as_bytes());
    Ok(hex::encode(hash.get(..16).unwrap_or_default()))
}

fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            text.push('{');
            for (name, field) in fields.iter().filter(|(name, field)| *name != "line" && !is_nothing(field)) {
                let _ = write!(text, "{}:{name}", name.len());
                canonical(field, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
            }
            text.push(']');
        }
        // The length in front keeps two neighbours apart.
        Value::String(string) => {
            let _ = write!(text, "{}:{string}", string.len());
        }
        other => {
            let _ = write!(text, "{other};");
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use returns::cin::{Child, CinEpisode, UnknownElement};

    use super::digest;

    fn child() -> Child {
        Child { la_child_id: "A1".into(), episodes: vec![CinEpisode::default()], ..Default::default() }
    }

    #[test]
    fn the_line_does_not_matter_and_the_content_does() {
        let unknown = |line, text: &str| UnknownElement { path: "New".into(), text: text.into(), line };
        let with = |element| digest(&Child { unknown: vec![element], ..child() }).unwrap();
        assert_eq!(with(unknown(1, "a")), with(unknown(9, "a")));
        assert_ne!(with(unknown(1, "a")), with(unknown(1, "b")));
        assert_ne!(with(unknown(1, "a")), digest(&child()).unwrap());
    }

    #[test]
    fn neighbouring_values_are_kept_apart() {
        let of = |upn: &str, former: &str| {
            let child = Child { upn: Some(upn.into()), former_upn: Some(former.into()), ..child() };
            digest(&child).unwrap()
        };
        assert_ne!(of("AB", "C"), of("A", "BC"));
        assert_eq!(of("AB", "C").len(), 32);
    }
}
