//! Everything that can be wrong with a policy.

use std::{collections::BTreeSet, fmt};

use super::{Funding, Policy};
use crate::{money::Pence, pots::model::OwnerKind};

/// Characters of a name or title at most.
const TITLE_MAX: usize = 120;
/// Characters of a sentence at most.
const SENTENCE_MAX: usize = 500;
/// Categories, tiers, bands, examples or sources at most.
const LIST_MAX: usize = 40;
/// The oldest age that children's services speak of.
const AGE_MAX: u8 = 24;

/// Something wrong with a policy, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field: `categories.2.code` is the code of the second category; empty for the whole.
    pub place: String,
    /// The line of the text, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.place.as_str()) {
            (Some(line), "") => write!(f, "line {line}: {}", self.why),
            (Some(line), place) => write!(f, "line {line}, {place}: {}", self.why),
            (None, "") => f.write_str(&self.why),
            (None, place) => write!(f, "{place}: {}", self.why),
        }
    }
}

/// The problems, as they are found.
#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn unless(&mut self, good: bool, place: impl Into<String>, why: impl Into<String>) {
        if !good {
            self.0.push(Problem { place: place.into(), line: None, why: why.into() });
        }
    }

    fn words(&mut self, place: impl Into<String>, text: &str, most: usize) {
        let length = text.trim().chars().count();
        let good = (1..=most).contains(&length) && !text.chars().any(char::is_control);
        self.unless(good, place, format!("write 1 to {most} characters without line ends"));
    }

    fn number(&mut self, place: &str, number: u32, most: u32) {
        self.unless((1..=most).contains(&number), place, format!("write a number from 1 to {most}"));
    }

    fn at_most(&mut self, place: &str, length: usize) {
        self.unless(length <= LIST_MAX, place, format!("write at most {LIST_MAX}"));
    }

    fn once<T: Ord>(&mut self, place: &str, all: impl IntoIterator<Item = T>) {
        let mut seen = BTreeSet::new();
        let twice = all.into_iter().any(|one| !seen.insert(one));
        self.unless(!twice, place, "something stands twice");
    }
}

impl Policy {
    /// Everything that is wrong with it; empty where nothing is.
    pub fn check(&self) -> Vec<Problem> {
        let mut found = Found::default();
        found.words("name", &self.name, TITLE_MAX);
        let owned = matches!(self.owner, OwnerKind::Family | OwnerKind::Person | OwnerKind::Worker);
        found.unless(owned, "owner", "a pot is a family’s, a person’s or a worker’s");
        self.check_money(&mut found);
        found.unless(
            self.first_day <= self.last_day,
            "last_day",
            "the last day must not be before the first",
        );
        let years = self.last_day.signed_duration_since(self.first_day).num_days() / 366;
        found.unless(years < 10, "last_day", "a policy holds for at most 10 years");
        found.unless(!self.payment_kinds.is_empty(), "payment_kinds", "write at least one");
        found.once("payment_kinds", self.payment_kinds.iter().map(|kind| kind.slug()));
        found.number("commitment_days", self.commitment_days, 365);
        found.number("cash_confirm_hours", self.cash_confirm_hours, 336);
        self.check_eligibility(&mut found);
        self.check_receipts(&mut found);
        self.check_draw(&mut found);
        self.check_categories(&mut found);
        self.check_words(&mut found);
        found.0
    }

    fn check_money(&self, found: &mut Found) {
        let own = self.own_authority.unwrap_or(Pence::ZERO);
        if let Some(cap) = self.cap {
            found.unless(own <= cap, "own_authority", "the own authority must not be above the cap");
        }
        found.unless(
            self.cap.is_some() || self.funding == Funding::AsNeeded,
            "funding",
            "a pot that is filled up front needs a cap, which says how much",
        );
        found.at_most("tiers", self.tiers.len());
        let mut before = (own, 1);
        for (at, tier) in self.tiers.iter().enumerate() {
            let at = at + 1;
            let known = (1..=2).contains(&tier.people);
            found.unless(known, format!("tiers.{at}.people"), "write 1 or 2");
            let first_of_one = at == 1 && tier.people == 1;
            found.unless(
                tier.over > before.0 || (first_of_one && tier.over == before.0),
                format!("tiers.{at}.over"),
                "amounts must ascend, from above the worker’s own authority",
            );
            found.unless(
                !known || tier.people > before.1 || first_of_one,
                format!("tiers.{at}.people"),
                "a higher amount needs more people than the one before",
            );
            if let Some(cap) = self.cap {
                found.unless(
                    tier.over < cap,
                    format!("tiers.{at}.over"),
                    "above the cap it would never apply",
                );
            }
            before = (tier.over, tier.people);
        }
    }

    fn check_eligibility(&self, found: &mut Found) {
        let rules = &self.eligibility;
        found.unless(
            rules.to_age <= AGE_MAX,
            "eligibility.to_age",
            format!("write an age of at most {AGE_MAX} years"),
        );
        found.unless(
            rules.from_age <= rules.to_age,
            "eligibility.from_age",
            "the youngest age must not be above the oldest",
        );
        found.unless(!rules.statuses.is_empty(), "eligibility.statuses", "write at least one");
        found.once("eligibility.statuses", rules.statuses.iter().map(|status| status.slug()));
        found.words("eligibility.sentence", &rules.sentence, SENTENCE_MAX);
        found.unless(
            rules.needs_draw == self.draw.is_some(),
            "eligibility.needs_draw",
            "it is true where there is a draw, and false where there is none",
        );
    }

    fn check_receipts(&self, found: &mut Found) {
        let receipts = &self.receipts;
        found.number("receipts.due_days", receipts.due_days, 90);
        found.number("receipts.hold_after_days", receipts.hold_after_days, 365);
        found.unless(
            receipts.hold_after_days >= receipts.due_days,
            "receipts.hold_after_days",
            "a pot is not held before the receipt is due",
        );
        found.at_most("receipts.remind_days", receipts.remind_days.len());
        let ascending = receipts.remind_days.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let first = receipts.remind_days.first().is_none_or(|day| *day >= 1);
        found.unless(ascending && first, "receipts.remind_days", "write days from 1 in ascending order");
        found.unless(
            receipts.remind_days.iter().all(|day| *day < receipts.hold_after_days),
            "receipts.remind_days",
            "reminders come before the pot is held",
        );
    }

    fn check_draw(&self, found: &mut Found) {
        let Some(draw) = &self.draw else { return };
        found.unless(self.owner == OwnerKind::Family, "draw", "only families are drawn");
        found.unless(draw.least >= 1, "draw.least", "write a number from 1");
        found.unless(draw.least <= draw.most, "draw.least", "the least must not be above the most");
        found.unless(draw.most <= 1_000, "draw.most", "write at most 1,000");
        found.unless(!draw.bands.is_empty(), "draw.bands", "write at least one");
        found.at_most("draw.bands", draw.bands.len());
        found.once("draw.bands", draw.bands.iter().map(|band| band.title.trim().to_lowercase()));
        let mut next = None;
        for (at, band) in draw.bands.iter().enumerate() {
            let at = at + 1;
            found.words(format!("draw.bands.{at}.title"), &band.title, TITLE_MAX);
            found.unless(
                band.from_age <= band.to_age,
                format!("draw.bands.{at}.from_age"),
                "the youngest age must not be above the oldest",
            );
            found.unless(
                next.is_none_or(|next| band.from_age == next),
                format!("draw.bands.{at}.from_age"),
                "each band begins a year above where the one before ends",
            );
            next = band.to_age.checked_add(1);
        }
        let ends = (draw.bands.first().map(|band| band.from_age), draw.bands.last().map(|band| band.to_age));
        found.unless(
            draw.bands.is_empty() || ends == (Some(self.eligibility.from_age), Some(self.eligibility.to_age)),
            "draw.bands",
            "together the bands cover the ages of those who qualify, no more and no fewer",
        );
    }

    fn check_categories(&self, found: &mut Found) {
        found.unless(!self.categories.is_empty(), "categories", "write at least one");
        found.at_most("categories", self.categories.len());
        let mut seen = BTreeSet::new();
        for (at, category) in self.categories.iter().enumerate() {
            let at = at + 1;
            let code = category.code.as_str();
            let plain = (1..=30).contains(&code.len())
                && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            found.unless(
                plain,
                format!("categories.{at}.code"),
                "write 1 to 30 small letters, digits or hyphens",
            );
            found.unless(
                seen.insert(code),
                format!("categories.{at}.code"),
                format!("the code `{code}` stands twice"),
            );
            found.words(format!("categories.{at}.title"), &category.title, TITLE_MAX);
            found.at_most(&format!("categories.{at}.examples"), category.examples.len());
            for example in &category.examples {
                found.words(format!("categories.{at}.examples"), example, TITLE_MAX);
            }
            for (field, code) in
                [("subjective_code", &category.subjective_code), ("s251_code", &category.s251_code)]
            {
                let good = code.len() <= 30
                    && code
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/' | b' '));
                found.unless(
                    good && code.trim() == code,
                    format!("categories.{at}.{field}"),
                    "write at most 30 letters, digits, dots, hyphens or slashes; leave it empty until finance gives it",
                );
            }
        }
    }

    fn check_words(&self, found: &mut Found) {
        found.at_most("worked_examples", self.worked_examples.len());
        for (at, example) in self.worked_examples.iter().enumerate() {
            found.words(format!("worked_examples.{}.what", at + 1), &example.what, TITLE_MAX);
        }
        found.at_most("sources", self.sources.len());
        found.once("sources", self.sources.iter().map(|source| source.about.slug()));
        for (at, source) in self.sources.iter().enumerate() {
            found.words(format!("sources.{}.says", at + 1), &source.says, SENTENCE_MAX);
        }
    }
}
