//! Passwords and recovery codes as they are kept: Argon2id, so that whoever steals a database must pay for
//! every guess.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Memory in KiB, passes and lanes: OWASP's password storage cheat sheet (19 MiB, two passes, one lane).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many hashes run at once, so that a crowd at the sign-in page takes neither all memory nor all cores.
static AT_ONCE: Semaphore = Semaphore::const_new(4);
/// How much of this work was done in this process, for the test that an unknown name costs as much as a known one:
/// a watch would tell it too, but not on a busy machine.
#[cfg(feature = "testing")]
pub static DONE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
/// Bytes of a salt.
pub(super) const SALT_BYTES: usize = 16;
/// Bytes of a derived key for recovery codes.
pub(super) const KEY_BYTES: usize = 32;

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(refused)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error::Corrupt { what: "password hash", why: error.to_string() }
}

/// Runs work of this weight on a thread of its own, a few at a time.
async fn heavy<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(refused)?;
    #[cfg(feature = "testing")]
    DONE.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    tokio::task::spawn_blocking(work).await.map_err(refused)?
}

/// Hashes a password; the answer is text in the PHC form, with its parameters and its salt.
pub(super) async fn password(password: &str, salt: [u8; SALT_BYTES]) -> Result<String> {
    let password = Zeroizing::new(password.to_owned());
    heavy(move || {
        let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(refused)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password is the one behind a hash. Without a hash (no such user, not set up, suspended) the same
/// work is done and the answer is no, so that the time tells nothing.
pub(super) async fn verify(password: &str, stored: Option<String>) -> Result<bool> {
    let password = Zeroizing::new(password.to_owned());
    heavy(move || match stored {
        Some(stored) => {
            let stored = PasswordHash::new(&stored).map_err(refused)?;
            // The parameters are the stored ones, so that hashes made with older ones still open.
            Ok(argon2()?.verify_password(password.as_bytes(), &stored).is_ok())
        }
        None => {
            argon2()?.hash_password_with_salt(password.as_bytes(), &[0; SALT_BYTES]).map_err(refused)?;
            Ok(false)
        }
    })
    .await
}

/// Derives the keys under which recovery codes of one set (one salt) are kept. They hold less than 112 bits,
/// so ASVS 5.0 (6.5.2) asks for a password hash.
pub(super) async fn codes(codes: Vec<String>, salt: Vec<u8>) -> Result<Vec<[u8; KEY_BYTES]>> {
    let codes = Zeroizing::new(codes);
    heavy(move || {
        let argon2 = argon2()?;
        codes
            .iter()
            .map(|code| {
                let mut key = [0; KEY_BYTES];
                argon2.hash_password_into(code.as_bytes(), &salt, &mut key).map_err(refused)?;
                Ok(key)
            })
            .collect()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let stored = password("correct horse battery", [7; SALT_BYTES]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse battery", Some(stored.clone())).await.unwrap());
        assert!(!verify("correct horse batterY", Some(stored)).await.unwrap());
        assert!(!verify("correct horse battery", None).await.unwrap());
        assert!(verify("x", Some("no hash".into())).await.is_err());
    }
}
