//! A question to the search: everything that the answer may rest on, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Choice, Decision, Go, Moves, Settings, Site, choose_and_tell, plan::digest};

/// The version of the question and of the search that answers it. A search that can answer otherwise has another, so that
/// old answers are not taken for its own.
const FORM: &str = "nearhand-cluster-question-1";

/// A question. Its canonical text is its JSON, fields in the order in which they stand here; two questions with the same
/// SHA-256 of it are one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The version.
    pub form: String,
    /// What was asked for.
    pub settings: Settings,
    /// The years from which need is taken.
    pub years: Vec<String>,
    /// `Figures::hash` of the counts.
    pub figures_hash: String,
    /// SHA-256 of the moves and of people's decisions about links.
    pub links_hash: String,
    /// The schools.
    pub sites: Vec<Site>,
    /// Pupils' moves.
    pub moves: Moves,
    /// The decisions that count: URN of the secondary, URN of the school, decision.
    pub decided: Vec<(u32, u32, Decision)>,
    /// Earlier schools that went into another.
    pub followed: usize,
    /// Seconds that all searches may take together.
    pub seconds: f64,
}

impl Question {
    /// The version that this program asks and answers.
    pub fn form() -> String {
        FORM.to_owned()
    }

    /// The canonical text and its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// Where a number is none (no figure of a school is).
    pub fn seal(&self) -> Result<(String, String), serde_json::Error> {
        let text = serde_json::to_string(self)?;
        let hash = digest(&text);
        Ok((text, hash))
    }

    /// The answer; `None` where `tell` wished the search to stop. See [`choose_and_tell`].
    pub fn answer(&self, tell: &dyn Fn(u64, u64) -> Go) -> Option<Choice> {
        let decided: BTreeMap<(u32, u32), Decision> =
            self.decided.iter().map(|(secondary, school, what)| ((*secondary, *school), *what)).collect();
        let mut choice =
            choose_and_tell(&self.sites, &self.moves, &decided, &self.settings, self.seconds, tell)?;
        let schools = if self.followed == 1 { "earlier school went" } else { "earlier schools went" };
        if self.followed > 0 {
            choice.notes.push(format!(
                "{} {schools} into another school; their pupils and moves are counted with it.",
                self.followed
            ));
        }
        Some(choice)
    }
}
