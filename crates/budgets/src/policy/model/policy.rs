//! The shape of a policy.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    kinds::{About, Funding, PaymentKind, Standing, owner},
    pounds,
};
use crate::{money::Pence, pots::model::OwnerKind};

/// The rules under which pots are spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What people call it.
    pub name: String,
    /// Whose a pot is: a family’s, a young person’s or a worker’s.
    #[serde(with = "owner")]
    pub owner: OwnerKind,
    /// The most that one pot may be given; none where nobody set a cap.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "pounds::maybe")]
    pub cap: Option<Pence>,
    /// Up to and with this amount a worker decides alone and at once; none where everything needs somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "pounds::maybe")]
    pub own_authority: Option<Pence>,
    /// When money comes into a pot.
    pub funding: Funding,
    /// The first day on which anything may be spent.
    pub first_day: NaiveDate,
    /// The last day on which anything may be agreed.
    pub last_day: NaiveDate,
    /// How it may be paid.
    pub payment_kinds: Vec<PaymentKind>,
    /// Days after which a promise that nobody used expires.
    pub commitment_days: u32,
    /// Hours within which cash out of hours must be confirmed.
    pub cash_confirm_hours: u32,
    /// Who qualifies.
    pub eligibility: Eligibility,
    /// Receipts.
    pub receipts: Receipts,
    /// How families are drawn, where chance decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
    /// Above the worker’s own authority one person approves; above these amounts, so many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// What it may be spent on.
    pub categories: Vec<Category>,
    /// Examples whose answers are worked out from the rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worked_examples: Vec<WorkedExample>,
    /// Where the rules come from, and which of them nobody has confirmed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

impl Policy {
    /// The category of that code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// What is written about the origin of a part of the rules.
    pub fn source(&self, about: About) -> Option<&Source> {
        self.sources.iter().find(|source| source.about == about)
    }

    /// Whether the rules hold on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.first_day <= day && day <= self.last_day
    }
}

/// From an amount on, so many people approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// It holds for amounts above this.
    #[serde(with = "pounds")]
    pub over: Pence,
    /// How many people approve, none of whom asked for it: 1 or 2.
    pub people: u8,
}

/// What money may be spent on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its stored name: small letters, digits and hyphens.
    pub code: String,
    /// Its name on screen.
    pub title: String,
    /// Examples.
    #[serde(default)]
    pub examples: Vec<String>,
    /// The subjective code of the council’s ledger; empty until finance gives it.
    #[serde(default)]
    pub subjective_code: String,
    /// The line of the section 251 return; empty until finance gives it.
    #[serde(default)]
    pub s251_code: String,
}

impl Category {
    /// Whether both codes are there, without which no journal file can be made.
    pub fn is_coded(&self) -> bool {
        !self.subjective_code.is_empty() && !self.s251_code.is_empty()
    }
}

/// Who qualifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// The youngest age in whole years; of a family, of its youngest child.
    pub from_age: u8,
    /// The oldest age in whole years; of a family, of its youngest child.
    pub to_age: u8,
    /// Where a child, or one child of a family, must stand.
    pub statuses: Vec<Standing>,
    /// Whether a family must have been drawn.
    #[serde(default)]
    pub needs_draw: bool,
    /// What the record cannot tell and a person judges, in a sentence for everybody.
    pub sentence: String,
}

/// How receipts are chased. All days count from the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// The receipt is due within so many days.
    pub due_days: u32,
    /// The worker is reminded after so many days.
    #[serde(default)]
    pub remind_days: Vec<u32>,
    /// Nothing more is spent from the pot after so many days without it.
    pub hold_after_days: u32,
    /// Below this amount none is needed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "pounds::maybe")]
    pub none_under: Option<Pence>,
}

/// How families are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// At least so many families get a budget.
    pub least: u16,
    /// At most so many.
    pub most: u16,
    /// The bands over which they are spread, by the age of the youngest child.
    pub bands: Vec<Band>,
}

/// A band of ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its name.
    pub title: String,
    /// The youngest age in whole years.
    pub from_age: u8,
    /// The oldest age in whole years.
    pub to_age: u8,
}

/// An example whose answer the rules give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedExample {
    /// How much.
    #[serde(with = "pounds")]
    pub amount: Pence,
    /// For what.
    pub what: String,
}

/// Where a part of the rules comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The part.
    pub about: About,
    /// What is known of it, or why this was chosen.
    pub says: String,
    /// Whether it is the pilot’s own rule; otherwise it is a suggestion that the council replaces.
    pub confirmed: bool,
}
