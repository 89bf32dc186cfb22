//! A plan as it is frozen: everything that was chosen, from what, by whom and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Choice, Settings, Site};

/// The version of the form of a plan.
const FORM: &str = "nearhand-cluster-plan-2";

/// A plan. Its canonical text is its JSON in UTF-8 without white space between tokens, the fields in the order in which
/// they stand here; the content hash is the SHA-256 of that text and of nothing else, so whoever has the file can
/// repeat it with `sha256sum`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// The version of the form.
    pub form: String,
    /// The organisation's name.
    pub organisation: String,
    /// What people call the plan.
    pub title: String,
    /// Why this choice, in people's own words.
    pub why: String,
    /// Who froze it.
    pub by: String,
    /// When it was frozen.
    pub at: DateTime<Utc>,
    /// When the choice was found; the first form did not say it.
    #[serde(default)]
    pub chosen_at: Option<DateTime<Utc>>,
    /// The years from which need was taken.
    pub years: Vec<String>,
    /// `Figures::hash` of the counts.
    pub figures_hash: String,
    /// SHA-256 of the moves and of people's decisions about links.
    pub links_hash: String,
    /// The settings.
    pub settings: Settings,
    /// The choice with its reasons.
    pub choice: Choice,
    /// Places on the map: URN, metres east, metres north.
    pub places: Vec<(u32, i64, i64)>,
}

/// A frozen plan as it was stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// What it says.
    pub plan: Frozen,
    /// The canonical text.
    pub text: String,
    /// Its hash when it was stored.
    pub content_hash: String,
}

impl Frozen {
    /// The version of the form that this program writes.
    pub fn form() -> String {
        FORM.to_owned()
    }

    /// Places of sites, in whole metres.
    #[expect(clippy::cast_possible_truncation, reason = "metres on the national grid have seven digits")]
    pub fn places_of(sites: &[Site]) -> Vec<(u32, i64, i64)> {
        let at = |site: &Site| site.at.map(|(x, y)| (site.urn, x.round() as i64, y.round() as i64));
        sites.iter().filter_map(at).collect()
    }

    /// The canonical text and its hash.
    ///
    /// # Errors
    /// Where a number is none (no figure of a choice is).
    pub fn seal(self) -> Result<Sealed, serde_json::Error> {
        let text = serde_json::to_string(&self)?;
        let content_hash = digest(&text);
        Ok(Sealed { plan: self, text, content_hash })
    }
}

impl Sealed {
    /// Whether the text is the one that was frozen.
    pub fn is_sound(&self) -> bool {
        digest(&self.text) == self.content_hash
    }
}

/// SHA-256 of a text in hexadecimal.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
