use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::arms::Arms;
use super::certificate::Certificate;
use super::draw::draw;
use super::list::FrozenList;
use super::method::Method;
use crate::random::Seed;
use crate::{Result, StatsError};

/// What is known to nobody but its keeper until the draw: 32 random bytes of seed, and 32 of salt that keep the seed from being
/// guessed from the commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// The seed.
    pub seed: [u8; 32],
    /// The salt.
    pub salt: [u8; 32],
}

/// What is published before the draw: it fixes list, arms, method and seed without telling the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// SHA-256 of the list's canonical text.
    pub list_hash: String,
    /// SHA-256 of the canonical text of arms and method.
    pub method_hash: String,
    /// Where public randomness will come from, announced beforehand: "main draw of the national lottery on Saturday 5 January
    /// 2019, six numbers rising, parted by blanks". Empty if none is used.
    pub public_source: String,
    /// SHA-256 that binds all of these to seed and salt.
    pub commitment: String,
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 32 bytes from 64 hexadecimal digits.
///
/// # Errors
/// [`StatsError::Setting`] for anything else.
pub fn unhex(text: &str) -> Result<[u8; 32]> {
    let wrong = || StatsError::Setting("a seed, salt or hash is written as 64 hexadecimal digits".into());
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        let pair = text.get(2 * i..2 * i + 2).ok_or_else(wrong)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

fn sha(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Canonical text of arms and method: two lines of compact JSON, each ended by a line feed.
pub(super) fn method_text(arms: &Arms, method: &Method) -> Result<String> {
    method.check(arms)?;
    let arms = serde_json::to_string(arms)
        .map_err(|error| StatsError::Setting(format!("the arms cannot be written down: {error}")))?;
    Ok(format!("{arms}\n{}\n", method.canonical()?))
}

/// Commits to a draw. `SHA-256` of the lines
/// `allocation commitment 1`, seed, salt, list hash, method hash (each as hexadecimal digits) and the source of public
/// randomness, every line ended by a line feed.
///
/// # Errors
/// For a list, arms or method that make no sense, or a source with control characters.
pub fn commit(
    list: &FrozenList,
    arms: &Arms,
    method: &Method,
    public_source: &str,
    secret: &Secret,
) -> Result<Commitment> {
    list.check()?;
    super::list::check_text("the source of public randomness", public_source, 1)?;
    let list_hash = list.hash();
    let method_hash = hex(&sha(&method_text(arms, method)?));
    let text = format!(
        "allocation commitment 1\n{}\n{}\n{list_hash}\n{method_hash}\n{public_source}\n",
        hex(&secret.seed),
        hex(&secret.salt)
    );
    Ok(Commitment {
        list_hash,
        method_hash,
        public_source: public_source.to_owned(),
        commitment: hex(&sha(&text)),
    })
}

/// The seed of the draw itself: `SHA-256` of the lines `allocation draw 1`, the revealed seed, the commitment (both as
/// hexadecimal digits) and the public value, every line ended by a line feed.
///
/// Because the commitment and the public value go in, neither the keeper of the seed nor whoever runs the lottery can choose
/// the outcome alone.
///
/// # Errors
/// For a public value with control characters or longer than 500 bytes.
pub fn draw_seed(seed: [u8; 32], commitment: &str, public_value: &str) -> Result<Seed> {
    super::list::check_text("the public value", public_value, 1)?;
    Ok(Seed(sha(&format!("allocation draw 1\n{}\n{commitment}\n{public_value}\n", hex(&seed)))))
}

/// Reveals the seed and makes the draw.
///
/// # Errors
/// [`StatsError::Setting`] if list, arms, method, source, seed or salt are not those that were committed to, if a public value
/// is missing although a source was announced, or given although none was.
pub fn reveal(
    title: &str,
    list: &FrozenList,
    arms: &Arms,
    method: &Method,
    commitment: &Commitment,
    public_value: &str,
    secret: &Secret,
) -> Result<Certificate> {
    super::list::check_text("the title of the draw", title, 1)?;
    let again = commit(list, arms, method, &commitment.public_source, secret)?;
    for (what, now, then) in [
        ("the list", &again.list_hash, &commitment.list_hash),
        ("the method or the arms", &again.method_hash, &commitment.method_hash),
        ("the seed or the salt", &again.commitment, &commitment.commitment),
    ] {
        if now != then {
            return Err(StatsError::Setting(format!("{what} differs from what was committed to")));
        }
    }
    if commitment.public_source.is_empty() != public_value.is_empty() {
        return Err(StatsError::Setting(
            "a public value is needed if its source was announced, and only then".into(),
        ));
    }
    let seed = draw_seed(secret.seed, &commitment.commitment, public_value)?;
    let drawn = draw(list, arms, method, seed)?;
    Certificate::new(title, list, arms, method, commitment, public_value, secret, seed, drawn)
}
