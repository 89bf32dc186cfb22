//! The installation's master key and what is derived from it.
//!
//! One file of 32 random bytes, readable by its owner alone, beside the data but outside every database: a
//! stolen database gives neither the one-time-code secrets nor a way to forge the audit chain.

use std::{fs, io::Write, path::Path};

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Error, Result, random, random::Random};

/// Length of every key, in bytes.
pub const KEY_LENGTH: usize = 32;

/// The keys of one organisation, derived from the installation's master key and the organisation's name.
pub struct Keys {
    seal: Zeroizing<[u8; KEY_LENGTH]>,
    chain: Zeroizing<[u8; KEY_LENGTH]>,
}

impl Keys {
    /// Derives an organisation's keys: HMAC-SHA-256 of the purpose and the name under the master key.
    pub fn derive(master: &[u8; KEY_LENGTH], organisation: &str) -> Self {
        Self {
            seal: Zeroizing::new(hmac(master, &[b"seal", organisation.as_bytes()])),
            chain: Zeroizing::new(hmac(master, &[b"chain", organisation.as_bytes()])),
        }
    }

    /// Seals a secret for the database (XChaCha20-Poly1305, a fresh nonce before the text). `context` binds
    /// the sealed value to its row, so that it cannot be moved to another.
    pub fn seal(&self, random: &dyn Random, context: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::bytes::<24>(random);
        let cipher = XChaCha20Poly1305::new(Key::from_slice(self.seal.as_ref()));
        let payload = chacha20poly1305::aead::Payload { msg: secret, aad: context.as_bytes() };
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| Error::Unsealable)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Keys::seal`] sealed with the same context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_at_checked(24).ok_or(Error::Unsealable)?;
        let cipher = XChaCha20Poly1305::new(Key::from_slice(self.seal.as_ref()));
        let payload = chacha20poly1305::aead::Payload { msg: text, aad: context.as_bytes() };
        let opened = cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| Error::Unsealable)?;
        Ok(Zeroizing::new(opened))
    }

    /// The keyed digest that links one entry of a chain to the next.
    pub fn chain(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.chain, parts)
    }
}

/// HMAC-SHA-256 over parts, each preceded by its length so that no two lists of parts collide.
fn hmac(key: &[u8; KEY_LENGTH], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads its key with zeros to the block of its hash; doing so here leaves no length that could be wrong.
    let mut block = Zeroizing::new([0_u8; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new((&*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Reads the master key, or makes it where there is none.
pub fn master_key(folder: &Path, random: &dyn Random) -> Result<Zeroizing<[u8; KEY_LENGTH]>> {
    let path = folder.join("master.key");
    let shown = || path.display().to_string();
    match fs::read(&path) {
        Ok(bytes) => <[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| {
            Error::invalid(shown(), "a master key is exactly 32 bytes; put back the file from your backup")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = Zeroizing::new(random::bytes::<KEY_LENGTH>(random));
            write_private(&path, key.as_ref())?;
            Ok(key)
        }
        Err(source) => Err(Error::File { verb: "read", path: shown(), source }),
    }
}

/// Writes a new file that only its owner may read; refuses to replace one.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let fail = |source| Error::File { verb: "write", path: path.display().to_string(), source };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.sync_all().map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_sealed_secret_opens_only_with_its_key_and_its_context() {
        let random = SeededRandom::new(1);
        let keys = Keys::derive(&[1; 32], "southampton");
        let sealed = keys.seal(&random, "user-1", b"secret").unwrap();
        assert_eq!(keys.open("user-1", &sealed).unwrap().as_slice(), b"secret");
        assert!(matches!(keys.open("user-2", &sealed), Err(Error::Unsealable)));
        let other = Keys::derive(&[1; 32], "walsall");
        assert!(matches!(other.open("user-1", &sealed), Err(Error::Unsealable)));
        assert!(matches!(keys.open("user-1", &sealed[..10]), Err(Error::Unsealable)));
    }

    #[test]
    fn the_chain_digest_depends_on_where_the_parts_divide() {
        let keys = Keys::derive(&[1; 32], "southampton");
        assert_ne!(keys.chain(&[b"ab", b"c"]), keys.chain(&[b"a", b"bc"]));
    }

    #[test]
    fn the_master_key_is_made_once_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let random = SeededRandom::new(2);
        let first = master_key(folder.path(), &random).unwrap();
        let second = master_key(folder.path(), &random).unwrap();
        assert_eq!(*first, *second);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join("master.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(folder.path().join("master.key"), b"short").unwrap();
        assert!(matches!(master_key(folder.path(), &random), Err(Error::Invalid { .. })));
    }
}
