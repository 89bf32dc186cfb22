//! Earlier decisions, as somebody may read them who looks for a precedent: without identities.

use std::collections::BTreeSet;

use super::{gaps::Month, redact::search_words};
use crate::money::Pence;

/// What somebody looks for; everything that is `None` or empty narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words that all stand in it, each as a whole word or its beginning.
    pub words: BTreeSet<String>,
    /// The category, by its title.
    pub category: Option<String>,
    /// The least amount.
    pub from: Option<Pence>,
    /// The largest.
    pub to: Option<Pence>,
    /// Agreed to or not.
    pub agreed: Option<bool>,
    /// The rules, by the name of their newest version.
    pub policy: Option<uuid::Uuid>,
}

impl Query {
    /// Whether the words that are looked for stand in a text that somebody may read.
    pub fn finds(&self, text: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let words = search_words(text);
        self.words
            .iter()
            .all(|wanted| words.range(wanted.clone()..).next().is_some_and(|word| word.starts_with(wanted)))
    }

    /// Whether amount, category and answer are those that are looked for.
    pub fn fits(&self, amount: Pence, category: &str, agreed: bool) -> bool {
        self.from.is_none_or(|from| from <= amount)
            && self.to.is_none_or(|to| amount <= to)
            && self.category.as_deref().is_none_or(|wanted| wanted == category)
            && self.agreed.is_none_or(|wanted| wanted == agreed)
    }
}

/// An earlier decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The month in which it was asked for.
    pub month: Month,
    /// How much.
    pub amount: Pence,
    /// The category.
    pub category: String,
    /// The rules.
    pub policy: String,
    /// What it was for, without names and numbers.
    pub what_for: String,
    /// Whether it was agreed to.
    pub agreed: bool,
    /// Whether at once.
    pub at_once: bool,
    /// Why, without names and numbers: what the people who decided wrote.
    pub why: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Query {
        Query { words: search_words(words), ..Query::default() }
    }

    #[test]
    fn every_word_must_stand_there_or_begin_one() {
        let text = "Driving lessons, so that Café visits work";
        assert!(of("").finds(text) && of("drive").words.len() == 1);
        assert!(of("driv LESSON cafe").finds(text));
        assert!(!of("lessons bed").finds(text) && !of("essons").finds(text));
    }

    #[test]
    fn amounts_hold_both_of_their_ends() {
        let query = Query {
            from: Some(Pence::new(100)),
            to: Some(Pence::new(200)),
            agreed: Some(true),
            ..Query::default()
        };
        let fits = |pence| query.fits(Pence::new(pence), "any", true);
        assert_eq!([99, 100, 200, 201].map(fits), [false, true, true, false]);
        assert!(!query.fits(Pence::new(150), "any", false));
        let query = Query { category: Some("Travel".to_owned()), ..Query::default() };
        assert!(query.fits(Pence::new(1), "Travel", false) && !query.fits(Pence::new(1), "Beds", true));
    }
}
