//! Randomness as a parameter: secrets, tokens and identifiers.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use rand::{Rng, SeedableRng, TryRng, rngs::SysRng};
use rand_chacha::ChaCha20Rng;
use uuid::{Builder, Uuid};

/// Where randomness comes from.
pub trait Random: Send + Sync {
    /// Fills `bytes` with randomness fit for keys.
    fn fill(&self, bytes: &mut [u8]);

    /// A version 7 identifier for something that came to be at `at`: sorted by time, unguessable within it.
    fn id(&self, at: DateTime<Utc>) -> Uuid {
        let mut noise = [0_u8; 10];
        self.fill(&mut noise);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &noise).into_uuid()
    }
}

/// Bytes of randomness, as an array.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut out = [0_u8; N];
    random.fill(&mut out);
    out
}

/// A token of 256 bits in URL-safe base 64, for cookies and forms.
pub fn token(random: &dyn Random) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes::<32>(random))
}

/// The operating system's generator, stretched by ChaCha20 and reseeded at every start.
pub struct SystemRandom(Mutex<ChaCha20Rng>);

impl SystemRandom {
    /// Seeds from the operating system; fails where the system has no randomness to give.
    pub fn new() -> crate::Result<Self> {
        let mut seed = [0_u8; 32];
        SysRng.try_fill_bytes(&mut seed).map_err(|_| crate::Error::NoRandomness)?;
        Ok(Self(Mutex::new(ChaCha20Rng::from_seed(seed))))
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// A generator that repeats, for tests and demonstrations. Never used for a real organisation's secrets.
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// The same seed gives the same sequence on every machine.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_identifiers_and_they_sort_by_time() {
        let (a, b) = (SeededRandom::new(7), SeededRandom::new(7));
        let early = Utc.with_ymd_and_hms(2019, 1, 1, 0, 0, 0).unwrap();
        let late = Utc.with_ymd_and_hms(2019, 1, 1, 0, 0, 1).unwrap();
        let first = a.id(early);
        assert_eq!(first, b.id(early));
        assert!(first < a.id(late));
        assert_eq!(first.get_version_num(), 7);
    }

    #[test]
    fn two_system_tokens_differ() {
        let random = SystemRandom::new().unwrap();
        assert_ne!(token(&random), token(&random));
        assert_eq!(token(&random).len(), 43);
    }
}
