//! Asking to spend: everything is checked, and what is within the worker's authority is agreed at once.

use chrono::{Duration, NaiveDate};
use platform::{
    Ctx,
    audit::{Change, Subject},
    policy::Action,
};
use uuid::Uuid;

pub use super::check::Problem;
use super::{
    Note, SUBJECT,
    check::{Problems, check_days, check_words, eligible, for_whom},
    expire::lapse,
    follow::keep_paper,
    hold::held,
    money::Money,
    pot_to_spend, sentence, take,
    who::choices,
    write,
};
use crate::{
    Error, Result,
    ledger::{
        model::{Bucket, Refused},
        store as ledger,
    },
    money::Pence,
    policy::{
        model::{Authority, Funding, PaymentKind, Policy, decide},
        service as rules,
    },
    pots::{
        model::{Envelope, Fund},
        store as pots,
    },
    spend::{
        entity::spend_request,
        model::{Alternatives, Course, Duty, Kind, PaperKind, Step, SuggestedBy, Terms, Told},
        store::{self, Asked, of_day},
    },
};

const CLOSED: &str = "This pot is closed. Nothing more is spent from it";

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
    problems.unless(pot.closed_on.is_none(), "amount", CLOSED);
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
    // It may have been closed since the form was checked.
    if pots::envelope(change.tx(), pot.id).await?.closed_on.is_some() {
        return Err(problem("amount", CLOSED));
    }
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
