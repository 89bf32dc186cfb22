//! Organisations: the Centre and each local authority, each with its own database.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Error, Result, audit::access::AccessLog, clock::Clock, db::Database, random::Random, secrets::Keys,
};

/// What an organisation is in the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    /// The What Works Centre: calls, awards, evaluation. Never holds an identifiable child.
    Centre,
    /// A council with children's services.
    LocalAuthority,
}

/// The first part of every path: lower-case letters, digits and hyphens, 2 to 40 of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// First parts of paths that can never be an organisation.
const RESERVED: &[&str] = &["assets", "health", "metrics", "favicon.ico", "robots.txt"];

impl Slug {
    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        let good = (2..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !RESERVED.contains(&text.as_str());
        if good {
            Ok(Self(text))
        } else {
            Err(Error::invalid(
                format!("organisation name `{text}`"),
                "use 2 to 40 lower-case letters, digits or hyphens, beginning with a letter",
            ))
        }
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is written down about an organisation in the installation's register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// First part of its paths.
    pub slug: Slug,
    /// Its name as people know it, for example `Southampton City Council`.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// The DfE number of a local authority (852), which its returns must carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub la_code: Option<u16>,
    /// Whether it holds invented data only; demonstration sign-ins work nowhere else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demonstration: bool,
    /// The date on which a demonstration stands, the day after its files end; real organisations have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<chrono::NaiveDate>,
}

/// An organisation at run time: its database, its keys and its access log.
pub struct Org {
    /// Who it is.
    pub organisation: Organisation,
    /// Its database.
    pub database: Database,
    /// Its keys.
    pub keys: Arc<Keys>,
    /// Where looks at children's records are written before the page is sent.
    pub access_log: AccessLog,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The folder for its files on disk (uploads that wait for confirmation).
    pub folder: std::path::PathBuf,
    /// How far the jobs of this process have come.
    pub jobs: crate::jobs::Board,
    /// What parts of the program keep in memory of its record.
    pub kept: crate::kept::Kept,
}

impl Org {
    /// Puts an organisation to work on an open, migrated database.
    pub fn new(
        organisation: Organisation,
        database: Database,
        keys: Keys,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        folder: std::path::PathBuf,
    ) -> Self {
        let keys = Arc::new(keys);
        let access_log = AccessLog::start(database.clone(), Arc::clone(&keys), Arc::clone(&clock));
        Self {
            organisation,
            database,
            keys,
            access_log,
            clock,
            random,
            folder,
            jobs: crate::jobs::Board::default(),
            kept: crate::kept::Kept::default(),
        }
    }

    /// First part of its paths.
    pub fn slug(&self) -> &str {
        self.organisation.slug.as_str()
    }
}

impl fmt::Debug for Org {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Org").field("organisation", &self.organisation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_a_safe_first_part_of_a_path() {
        for good in ["southampton", "st-helens", "la2"] {
            assert!(Slug::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "a", "Southampton", "../etc", "assets", "1walsall", "a b", "é"] {
            assert!(Slug::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
