//! Asking to spend: everything is checked, and what is within the worker's authority is agreed at once.

use chrono::{Days, Duration, NaiveDate};
use platform::{
    Ctx,
    audit::{Change, Subject},
    policy::{Action, Shown},
};
use record::{access::Outline, model::Status, people::age};
use uuid::Uuid;

use super::{
    Note, SUBJECT,
    expire::lapse,
    follow::keep_paper,
    hold::held,
    money::Money,
    pot_to_spend, sentence, take,
    who::{Choice, choices},
    write,
};
use crate::{
    Error, Result,
    ledger::{
        model::{Bucket, Refused},
        store as ledger,
    },
    money::{Pence, TYPED_MAX},
    policy::{
        model::{Authority, Funding, Member, PaymentKind, Policy, child_qualifies, decide, family_qualifies},
        service as rules,
    },
    pots::model::{Envelope, Fund, Owner},
    spend::{
        entity::spend_request,
        model::{
            Alternatives, Course, Duty, Kind, LINE_MAX, PaperKind, Step, SuggestedBy, Terms, Told, WHAT_MAX,
            WORDS_MAX, are_words, is_line, terms_allowed,
        },
        store::{self, Asked, of_day},
    },
};

/// Characters of a form's key at most.
const KEY_MAX: usize = 64;

/// What somebody asks to spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// The form's own key: the same form sent again books nothing.
    pub key: String,
    /// How much.
    pub pence: Pence,
    /// What for.
    pub what_for: String,
    /// The child for whom it is; `None` for the whole family whose pot it is.
    pub child: Option<Uuid>,
    /// The goal of the plan that it serves.
    pub goal: String,
    /// The category, by its code.
    pub category: String,
    /// Who had the idea.
    pub suggested_by: SuggestedBy,
    /// Whose duty it would normally be.
    pub duty: Duty,
    /// What was tried before.
    pub alternatives: Alternatives,
    /// In words; may be empty where nothing was tried.
    pub alternatives_words: String,
    /// Whether the family knows.
    pub told: Told,
    /// Since when.
    pub told_on: Option<NaiveDate>,
    /// Why not; empty where they know.
    pub told_why: String,
    /// How it is paid.
    pub payment: PaymentKind,
    /// Who gets the money.
    pub payee: String,
    /// Conditions and repayment.
    pub terms: Terms,
    /// The day on which it is, or was, spent; today where it is not said.
    pub spend_on: Option<NaiveDate>,
    /// Whether it is paid already, or now.
    pub paid: bool,
}

/// A receipt or other paper that comes with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperIn {
    /// The name under which it was sent, fit to be shown.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// Something wrong with one answer, in words for who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field of the form.
    pub field: &'static str,
    /// What is wrong, and what to do.
    pub why: String,
}

/// Why nothing was asked for.
#[derive(Debug)]
pub enum NotAsked {
    /// Something in the form is wrong.
    Form(Vec<Problem>),
    /// Anything else.
    Other(Error),
}

impl<E: Into<Error>> From<E> for NotAsked {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// What became of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The request.
    pub id: Uuid,
    /// Whether the same form had come before, so that nothing was asked for now.
    pub before: bool,
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn unless(&mut self, good: bool, field: &'static str, why: impl Into<String>) {
        if !good {
            self.0.push(Problem { field, why: why.into() });
        }
    }
}

fn problem(field: &'static str, why: impl Into<String>) -> NotAsked {
    NotAsked::Form(vec![Problem { field, why: why.into() }])
}

/// Asks to spend from a pot. Within the worker's authority it is agreed at once and the money is set aside, and paid where
/// the form says so; above it, it waits for somebody else.
///
/// # Errors
/// [`NotAsked::Form`] with everything that is wrong; nothing is kept then.
pub async fn ask(
    ctx: &Ctx,
    pot: Uuid,
    new: &New,
    paper: Option<&PaperIn>,
) -> std::result::Result<Sent, NotAsked> {
    let (fund, pot) = pot_to_spend(ctx, pot).await?;
    let policy = pot.policy.ok_or(platform::Error::NotFound)?;
    let live = rules::live(ctx, policy, ctx.today()).await?;
    let mut problems = Problems::default();
    check_words(new, &live.policy, ctx.today(), &mut problems);
    check_days(new, &live.policy, &fund, ctx.today(), &mut problems);
    problems.unless(pot.closed_on.is_none(), "amount", "This pot is closed. Nothing more is spent from it");
    if let Some(paper) = paper
        && let Err(why) = PaperKind::of(&paper.content)
    {
        problems.unless(false, "receipt", why.to_string());
    }
    let whom = choices(ctx, &pot, "spend").await?;
    let (family_id, doubt) = match for_whom(&pot, &whom, new.child) {
        Ok(family) => match eligible(&live.policy, &pot, &whom, new.child, ctx.today()) {
            Ok(doubt) => (family, doubt),
            Err(why) => {
                problems.unless(false, "child", why);
                (family, String::new())
            }
        },
        Err(why) => {
            problems.unless(false, "child", why);
            (None, String::new())
        }
    };
    if !problems.0.is_empty() {
        return Err(NotAsked::Form(problems.0));
    }
    let id = ctx.id();
    let change = ctx.change(Action::RequestSpend, Subject::of(SUBJECT, id)).await?;
    ledger::lock(change.tx()).await?;
    if let Some(earlier) = store::by_key(change.tx(), &new.key).await? {
        change.abandon().await?;
        if earlier.recorded_by != ctx.actor.id || earlier.pot_id != pot.id {
            return Err(problem("amount", "This form is used up. Open a new one"));
        }
        return Ok(Sent { id: earlier.id, before: true });
    }
    let filled = Filled { id, fund, pot, rules: live.policy, version: live.version_id, family_id, doubt };
    let outcome = record(change, &filled, new, paper).await;
    outcome.map(|()| Sent { id, before: false })
}

struct Filled {
    id: Uuid,
    fund: Fund,
    pot: Envelope,
    rules: Policy,
    version: Uuid,
    family_id: Option<Uuid>,
    doubt: String,
}

async fn record(
    mut change: Change<'_>,
    filled: &Filled,
    new: &New,
    paper: Option<&PaperIn>,
) -> std::result::Result<(), NotAsked> {
    let ctx = change.ctx();
    let pot = &filled.pot;
    if let Some(held) = held(ctx, change.tx(), &[pot.id]).await?.remove(&pot.id) {
        let why = format!(
            "Nothing more is spent from this pot for now: {}. Add what is missing first",
            held.words()
        );
        return Err(problem("amount", why));
    }
    lapse(&change, pot).await?;
    let today = ctx.today();
    let earlier: Pence =
        of_day(change.tx(), pot.id, &new.category, today).await?.iter().map(Asked::pence).sum();
    let together: Pence = [earlier, new.pence].into_iter().sum();
    let mut authority = decide(&filled.rules, together);
    if !filled.doubt.is_empty() {
        authority = authority.max(Authority::One);
    }
    if authority != Authority::AtOnce && new.paid {
        let why = format!(
            "{} {}. It cannot be paid before. Choose “Not yet”; if you paid from your own pocket, choose reimbursement too",
            if together > new.pence {
                format!("With what was asked for today in this category it comes to {together}, and that")
            } else {
                format!("{together}")
            },
            authority.title()
        );
        return Err(problem("paid", why));
    }
    enough(&change, filled, new.pence).await?;
    let number = store::next_number(change.tx()).await?;
    let row = row(&change, filled, new, number, together, authority);
    store::insert_request(&change, row.clone()).await?;
    let course = Course::new(ctx.actor.id, new.pence, authority.people());
    let mut asked = Asked { row, course: course.clone(), events: vec![] };
    write(&change, &mut asked, course, Kind::Submit, Note::default()).await?;
    if authority == Authority::AtOnce {
        take(&change, &mut asked, Step::ApproveAtOnce, Note::default()).await?;
        set_aside(&change, &mut asked, pot, &filled.rules).await.map_err(|error| match error {
            Error::Ledger(Refused::NotEnough { holds, .. }) => problem("amount", not_enough(holds)),
            Error::Ledger(why) => problem("amount", sentence(&why.to_string())),
            Error::Choice(why) => problem("amount", why),
            error => NotAsked::Other(error),
        })?;
        if new.paid {
            settle(&change, &mut asked, pot, &filled.rules, new.pence).await?;
        }
    } else {
        take(&change, &mut asked, Step::Route, Note::default()).await?;
    }
    if let Some(paper) = paper {
        keep_paper(&change, &mut asked, paper).await?;
    }
    change
        .note("number", number)
        .note("pence", new.pence.get())
        .note("pot", pot.id.to_string())
        .note("state", asked.course.state.slug());
    change.commit().await?;
    Ok(())
}

/// Sets money aside for a request that was agreed to.
pub(super) async fn set_aside(
    change: &Change<'_>,
    asked: &mut Asked,
    pot: &Envelope,
    rules: &Policy,
) -> Result<()> {
    let money = Money { change, pot, rules, request: asked.row.id };
    let pence = asked.pence();
    let journal = money.commit(pence).await?;
    let note = Note { pence: Some(pence), journal: Some(journal), ..Note::default() };
    take(change, asked, Step::Commit, note).await
}

/// Pays what was set aside, or a part of it; the rest is released.
pub(super) async fn settle(
    change: &Change<'_>,
    asked: &mut Asked,
    pot: &Envelope,
    rules: &Policy,
    pence: Pence,
) -> Result<()> {
    let receipt = rules.receipts.none_under.is_none_or(|under| pence >= under);
    let cash = asked.row.payment_kind == PaymentKind::Cash.slug();
    let confirm_by = cash.then(|| change.ctx().now() + Duration::hours(i64::from(rules.cash_confirm_hours)));
    let step = Step::Pay { pence, receipt, confirm_by };
    // Judged before any money moves.
    asked.course.after(change.ctx().actor.id, step)?;
    let money = Money { change, pot, rules, request: asked.row.id };
    let journal = money.pay(asked, pence).await?;
    let note = Note { pence: Some(pence), journal: Some(journal), confirm_by, ..Note::default() };
    take(change, asked, step, note).await
}

/// Whether the pot, or the team behind it, has so much; told at once, also where somebody else decides later.
async fn enough(change: &Change<'_>, filled: &Filled, pence: Pence) -> std::result::Result<(), NotAsked> {
    let tx = change.tx();
    let here = ledger::balance(tx, (filled.pot.id, Bucket::Available)).await?;
    match (filled.rules.funding, filled.pot.parent) {
        (Funding::AsNeeded, Some(team)) => {
            let there = ledger::balance(tx, (team, Bucket::Available)).await?;
            let both: Pence = [here, there].into_iter().sum();
            if both < pence {
                let why = format!(
                    "There is {both} left in the team’s budget. Enter less, or ask your manager for more"
                );
                return Err(problem("amount", why));
            }
            Ok(())
        }
        _ if here < pence => Err(problem("amount", not_enough(here))),
        _ => Ok(()),
    }
}

fn not_enough(holds: Pence) -> String {
    format!("There is {holds} left in this pot. Enter less, or ask your manager for more")
}

fn row(
    change: &Change<'_>,
    filled: &Filled,
    new: &New,
    number: i64,
    together: Pence,
    authority: Authority,
) -> spend_request::Model {
    let ctx = change.ctx();
    let told = new.told == Told::Yes;
    spend_request::Model {
        id: filled.id,
        number,
        form_key: new.key.clone(),
        pot_id: filled.pot.id,
        fund_id: filled.fund.id,
        version_id: filled.version,
        pence: new.pence.get(),
        together_pence: together.get(),
        people: i16::from(authority.people()),
        asked_on: ctx.today(),
        spend_on: new.spend_on.unwrap_or_else(|| ctx.today()),
        what_for: new.what_for.trim().to_owned(),
        person_id: new.child,
        family_id: filled.family_id,
        goal: new.goal.trim().to_owned(),
        category: new.category.clone(),
        suggested_by: new.suggested_by.slug().to_owned(),
        duty: new.duty.slug().to_owned(),
        alternatives: new.alternatives.slug().to_owned(),
        alternatives_words: new.alternatives_words.trim().to_owned(),
        told: new.told.slug().to_owned(),
        told_on: told.then(|| new.told_on.unwrap_or_else(|| ctx.today())),
        told_why: if told { String::new() } else { new.told_why.trim().to_owned() },
        payment_kind: new.payment.slug().to_owned(),
        payee: new.payee.trim().to_owned(),
        conditions: new.terms.conditions.slug().to_owned(),
        conditions_words: new.terms.words.trim().to_owned(),
        benefits: new.terms.benefits.slug().to_owned(),
        doubt: filled.doubt.clone(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    }
}

fn check_words(new: &New, rules: &Policy, today: NaiveDate, problems: &mut Problems) {
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

fn check_days(new: &New, rules: &Policy, fund: &Fund, today: NaiveDate, problems: &mut Problems) {
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
fn for_whom(
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
fn eligible(
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
