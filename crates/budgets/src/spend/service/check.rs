//! What is checked of a form before anything is written.

use chrono::{Days, NaiveDate};
use platform::policy::Shown;
use record::{access::Outline, model::Status, people::age};
use uuid::Uuid;

use super::{ask::New, who::Choice};
use crate::{
    money::{Pence, TYPED_MAX},
    policy::model::{Member, PaymentKind, Policy, child_qualifies, family_qualifies},
    pots::model::{Envelope, Fund, Owner},
    spend::model::{Alternatives, LINE_MAX, Told, WHAT_MAX, WORDS_MAX, are_words, is_line, terms_allowed},
};

/// Characters of a form's key at most.
const KEY_MAX: usize = 64;

/// Something wrong with one answer, in words for who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field of the form.
    pub field: &'static str,
    /// What is wrong, and what to do.
    pub why: String,
}

#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn unless(&mut self, good: bool, field: &'static str, why: impl Into<String>) {
        if !good {
            self.0.push(Problem { field, why: why.into() });
        }
    }
}

/// The answers one by one.
pub(super) fn check_words(new: &New, rules: &Policy, today: NaiveDate, problems: &mut Problems) {
    let key = (1..=KEY_MAX).contains(&new.key.chars().count());
    problems.unless(key, "amount", "This form is not one of ours. Open a new one");
    problems.unless(
        new.pence > Pence::ZERO && new.pence <= TYPED_MAX,
        "amount",
        "Enter an amount above zero and below £1,000,000",
    );
    problems.unless(
        is_line(&new.what_for, WHAT_MAX),
        "what",
        format!("Enter what it is for, in 1 to {WHAT_MAX} characters"),
    );
    problems.unless(
        is_line(&new.goal, LINE_MAX),
        "goal",
        format!("Enter the goal in the plan that it serves, in 1 to {LINE_MAX} characters"),
    );
    problems.unless(rules.category(&new.category).is_some(), "category", "Select what kind of spend it is");
    problems.unless(
        rules.payment_kinds.contains(&new.payment),
        "payment",
        "Select a way to pay that these rules allow",
    );
    problems.unless(
        new.payee.trim().is_empty() || is_line(&new.payee, LINE_MAX),
        "payee",
        format!("Enter who gets the money in at most {LINE_MAX} characters"),
    );
    if matches!(new.payment, PaymentKind::PurchaseOrder | PaymentKind::Reimbursement) {
        problems.unless(
            !new.payee.trim().is_empty(),
            "payee",
            "Enter who gets the money: finance needs it for an order or a reimbursement",
        );
        problems.unless(!new.paid, "paid", "Finance pays orders and reimbursements. Choose “Not yet”");
    }
    let tried = matches!(new.alternatives, Alternatives::Refused | Alternatives::PartOfIt);
    problems.unless(
        new.alternatives_words.chars().count() <= WORDS_MAX && (!tried || are_words(&new.alternatives_words)),
        "alternatives-words",
        format!("Enter what was tried, in 1 to {WORDS_MAX} characters"),
    );
    match new.told {
        Told::Yes => problems.unless(
            new.told_on.is_none_or(|on| on <= today),
            "told-on-day",
            "The day on which the family was told must not be in the future",
        ),
        Told::NotYet | Told::No => problems.unless(
            are_words(&new.told_why),
            "told-why",
            format!("Enter why the family does not know, in 1 to {WORDS_MAX} characters"),
        ),
    }
    if let Err(why) = terms_allowed(&new.terms) {
        problems.unless(false, "conditions", why.to_string());
    }
}

/// The days: of the fund, of the rules, of the spend.
pub(super) fn check_days(new: &New, rules: &Policy, fund: &Fund, today: NaiveDate, problems: &mut Problems) {
    use platform::clock::date_in_words as words;
    let end = fund.end_date.min(rules.last_day);
    let first = fund.first_day.max(rules.first_day);
    if today > end {
        let why = format!(
            "This money could be used until {}. Nothing more can be agreed unless a later end is recorded",
            words(end)
        );
        return problems.unless(false, "amount", why);
    }
    if today < first {
        return problems.unless(false, "amount", format!("This money can be used from {}", words(first)));
    }
    let Some(on) = new.spend_on else { return };
    let latest = today.checked_add_days(Days::new(rules.commitment_days.into())).unwrap_or(end).min(end);
    problems.unless(
        first <= on && on <= latest,
        "spend-on-day",
        format!("The day must be from {} to {}", words(first), words(latest)),
    );
    problems.unless(
        !new.paid || on <= today,
        "spend-on-day",
        "What is paid already was not spent on a later day",
    );
}

/// For whom: gives the family where the pot is a family's.
pub(super) fn for_whom(
    pot: &Envelope,
    whom: &Choice,
    child: Option<Uuid>,
) -> std::result::Result<Option<Uuid>, &'static str> {
    let listed = |child: Uuid| whom.children.iter().any(|one| one.id == child);
    match (pot.owner, child) {
        (Owner::Family(family), None) => Ok(Some(family)),
        (Owner::Family(family), Some(child)) if listed(child) => Ok(Some(family)),
        (Owner::Person(_) | Owner::Worker(_), Some(child)) if listed(child) => Ok(None),
        (Owner::Family(_), Some(_)) => Err("Select a child of this family, or the whole family"),
        _ => Err("Select the child that it is for"),
    }
}

/// Whether those for whom it is qualify under the rules, by the record. Gives the doubt where the record cannot tell.
pub(super) fn eligible(
    rules: &Policy,
    pot: &Envelope,
    whom: &Choice,
    child: Option<Uuid>,
    today: NaiveDate,
) -> std::result::Result<String, String> {
    // Who was drawn was found to qualify before the draw, and keeps the money for its whole time.
    if rules.eligibility.needs_draw {
        return Ok(String::new());
    }
    let member = |child: &Outline| {
        let age = match child.dob {
            Shown::Value(dob) => age(dob, today).and_then(|years| u8::try_from(years).ok()),
            _ => None,
        };
        let status = match child.status {
            Shown::Value(status) => status,
            _ => Status::NotInReturn,
        };
        Member { age, status }
    };
    let family: Vec<Member> = match (pot.owner, child) {
        (Owner::Family(_), _) => whom.children.iter().map(member).collect(),
        (_, Some(child)) => whom.children.iter().filter(|one| one.id == child).map(member).collect(),
        _ => vec![],
    };
    let qualifies = match (pot.owner, family.as_slice()) {
        (Owner::Family(_), all) => family_qualifies(&rules.eligibility, all),
        (_, [one]) => child_qualifies(&rules.eligibility, one),
        _ => false,
    };
    if qualifies {
        return Ok(String::new());
    }
    let unknown = |one: &Member| one.age.is_none() || one.status == Status::NotInReturn;
    if family.iter().any(unknown) {
        return Ok(
            "The record does not say whether these rules hold here: a date of birth or a status is missing. \
                   Somebody else decides"
                .to_owned(),
        );
    }
    Err(format!("By the record these rules do not cover this. They are for: {}", rules.eligibility.sentence))
}
