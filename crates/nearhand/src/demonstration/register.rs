//! `demonstration.toml`: the sign-ins of invented people. Only ever beside invented data.

use std::{fs, path::Path};

use platform::{
    auth::model::code::Secret,
    random::{self, Random},
};
use serde::{Deserialize, Serialize};

use super::SignIn;
use crate::error::{Error, Result};

/// What a demonstration writes down about itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Register {
    /// Whether every step was done.
    pub complete: bool,
    /// The one password of everybody in the demonstration, made at random for this installation.
    pub password: String,
    /// The secret of everybody's one-time codes, in base 32.
    pub code_secret: String,
    /// Who can sign in.
    #[serde(default, rename = "sign_in")]
    pub sign_ins: Vec<SignIn>,
}

impl Register {
    /// A register with a new password and secret.
    pub fn new(random: &dyn Random) -> Self {
        // Twenty letters without vowels: enough to resist guessing, and no word by accident.
        const LETTERS: &[u8] = b"bcdfghjkmnpqrstvwxyz";
        let letters: Vec<char> = random::bytes::<20>(random)
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()))
            .map(|letter| char::from(*letter))
            .collect();
        let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
        let secret = Secret::new(random).groups().replace(' ', "");
        Self { password: groups.join("-"), code_secret: secret, ..Self::default() }
    }

    /// Reads the register, if there is one.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map(Some)
                .map_err(|error| Error::Setting(format!("`{}`: {error}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::file("read", path, source)),
        }
    }

    /// Writes the register.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string_pretty(self)
            .map_err(|error| Error::Setting(format!("demonstration: {error}")))?;
        fs::write(path, text).map_err(|source| Error::file("write", path, source))
    }
}
