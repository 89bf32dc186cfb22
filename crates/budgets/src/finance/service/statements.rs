//! Taking a card statement, proposing matches, and writing down what a person decided.

use std::collections::{HashMap, HashSet};

use chrono::Days;
use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel, QueryFilter as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    Error, Result,
    finance::{
        entity::{card_statement, statement_line, statement_match},
        model::{
            decision::Decision,
            matching::{DAYS_AFTER, DAYS_BEFORE, Payment, Proposal, propose},
            statement::{Line, Problem, read},
        },
        store,
    },
    ledger::{entity::journal, model::Kind},
    money::Pence,
    policy::model::PaymentKind,
    pots::store as pots,
    spend::{
        entity::spend_request,
        model::State,
        service::reconcile_in,
        store::{self as spend, Asked},
    },
};

/// Decisions that are taken at once.
pub const DECISIONS_MAX: usize = 1_000;

/// Why a statement was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Something in the file, each with its place.
    #[error("the statement cannot be read")]
    File(Vec<Problem>),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<platform::Error> for NotTaken {
    fn from(error: platform::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<sea_orm::DbErr> for NotTaken {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Other(error.into())
    }
}

/// The statements that were sent, the latest first.
///
/// # Errors
/// Refused, or the database.
pub async fn list(ctx: &Ctx) -> Result<Vec<card_statement::Model>> {
    ctx.require(Action::SettleSpend, Object::None)?;
    Ok(store::statements(ctx.db()).await?)
}

/// Takes a statement: all of it or nothing, each file once.
///
/// # Errors
/// [`NotTaken`], with the place of everything that is wrong.
pub async fn take(ctx: &Ctx, file_name: &str, content: &[u8]) -> Result<Uuid, NotTaken> {
    ctx.require(Action::SettleSpend, Object::None)?;
    let lines = read(content).map_err(NotTaken::File)?;
    let sha256 = hex::encode(Sha256::digest(content));
    let (first, last) = (lines.iter().map(|line| line.on).min(), lines.iter().map(|line| line.on).max());
    let (Some(first_day), Some(last_day)) = (first, last) else {
        return Err(NotTaken::File(vec![Problem::Empty]));
    };
    let id = ctx.id();
    let mut change = ctx.change(Action::SettleSpend, Subject::of("card-statement", id)).await?;
    if let Some(before) = store::by_hash(change.tx(), &sha256).await? {
        change.abandon().await?;
        let day = platform::clock::date_in_words(before.recorded_at.date_naive());
        return Err(Error::choice(format!("this file was sent on {day} already")).into());
    }
    let known: HashMap<Key, Uuid> = store::lines_between(change.tx(), first_day, last_day)
        .await?
        .into_iter()
        .map(|row| (key(row.on, row.pence, &row.merchant, &row.reference), row.id))
        .collect();
    let statement = card_statement::Model {
        id,
        file_name: file_name.chars().filter(|c| !c.is_control()).take(200).collect(),
        sha256,
        lines: i32::try_from(lines.len()).unwrap_or(i32::MAX),
        first_day,
        last_day,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, statement.into_active_model()).await?;
    let rows = lines.iter().map(|line| statement_line::Model {
        statement_id: id,
        number: number(line.number),
        id: ctx.id(),
        on: line.on,
        pence: line.pence.get(),
        merchant: line.merchant.clone(),
        reference: line.reference.clone(),
        repeats: line.repeats.map(number),
        earlier_line_id: known.get(&key(line.on, line.pence.get(), &line.merchant, &line.reference)).copied(),
    });
    let rows: Vec<_> = rows.map(IntoActiveModel::into_active_model).collect();
    for some in rows.chunks(500) {
        let query = statement_line::Entity::insert_many(some.to_vec());
        query.exec_without_returning(change.tx()).await?;
    }
    change.note("lines", lines.len());
    change.commit().await?;
    Ok(id)
}

type Key = (chrono::NaiveDate, i64, String, String);

fn key(on: chrono::NaiveDate, pence: i64, merchant: &str, reference: &str) -> Key {
    (on, pence, merchant.to_lowercase(), reference.to_owned())
}

fn number(line: u64) -> i32 {
    i32::try_from(line).unwrap_or(i32::MAX)
}

/// A payment that a line may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What the matching knows.
    pub payment: Payment,
    /// The request’s reference.
    pub request: String,
    /// The pot’s reference.
    pub pot: String,
}

/// A statement as it is reviewed.
#[derive(Debug, Clone)]
pub struct Review {
    /// The statement.
    pub statement: card_statement::Model,
    /// Its lines.
    pub lines: Vec<statement_line::Model>,
    /// What was decided, by line.
    pub decided: HashMap<Uuid, statement_match::Model>,
    /// What is proposed for lines that are not decided.
    pub proposals: Vec<Proposal>,
    /// Payments by card that no statement has confirmed, near the days of this one, and those of decisions.
    pub candidates: HashMap<Uuid, Candidate>,
}

/// A statement with what is proposed, once the look is stored.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn review(ctx: &Ctx, id: Uuid) -> Result<Review> {
    ctx.require(Action::SettleSpend, Object::None)?;
    let (statement, lines, decided) = store::statement(ctx.db(), id).await?;
    let look = Look {
        action: Action::SettleSpend,
        subject: Subject::of("card-statement", id),
        reason: None,
        detail: serde_json::json!({ "lines": lines.len() }),
    };
    ctx.look(vec![look]).await?;
    let candidates = candidates(ctx, &statement).await?;
    let taken = store::matched(ctx.db()).await?;
    let open: Vec<Payment> = candidates
        .values()
        .map(|candidate| candidate.payment.clone())
        .filter(|payment| !taken.contains(&payment.journal))
        .collect();
    let as_read: Vec<Line> = lines
        .iter()
        .map(|row| Line {
            number: u64::try_from(row.number).unwrap_or(0),
            on: row.on,
            pence: Pence::new(row.pence),
            merchant: row.merchant.clone(),
            reference: row.reference.clone(),
            // A line that is decided, or that an earlier statement had, gets no proposal either.
            repeats: row
                .repeats
                .and_then(|line| u64::try_from(line).ok())
                .or_else(|| (row.earlier_line_id.is_some() || decided.contains_key(&row.id)).then_some(0)),
        })
        .collect();
    let proposals = propose(&as_read, &open);
    Ok(Review { statement, lines, decided, proposals, candidates })
}

/// Payments by card, and money that came back to one, in the days around a statement. What was undone is left out.
async fn candidates(ctx: &Ctx, statement: &card_statement::Model) -> Result<HashMap<Uuid, Candidate>> {
    let db = ctx.db();
    let days = |count: i64| Days::new(count.unsigned_abs());
    let from = statement.first_day.checked_sub_days(days(DAYS_AFTER)).unwrap_or(statement.first_day);
    let to = statement.last_day.checked_add_days(days(DAYS_BEFORE)).unwrap_or(statement.last_day);
    let journals = store::payments(db, from, to).await?;
    let undone: HashSet<Uuid> =
        journals.iter().filter(|row| row.kind == Kind::Reverse.slug()).filter_map(|row| row.of_id).collect();
    let requests = requests_of(ctx, &journals).await?;
    let names: HashMap<Uuid, String> =
        pots::pots(db).await?.into_iter().map(|pot| (pot.id, pot.name)).collect();
    let candidate = |row: &journal::Model| {
        let asked = requests.get(&row.request_id?)?;
        if asked.row.payment_kind != PaymentKind::Card.slug() || undone.contains(&row.id) {
            return None;
        }
        let pence = match Kind::from_slug(&row.kind)? {
            Kind::Post => row.pence,
            Kind::Refund => row.pence.checked_neg()?,
            _ => return None,
        };
        let payment = Payment {
            journal: row.id,
            pence: Pence::new(pence),
            on: row.booked_on,
            payee: asked.row.payee.clone(),
        };
        let pot = names.get(&asked.row.pot_id).cloned().unwrap_or_default();
        Some((row.id, Candidate { payment, request: asked.reference(), pot }))
    };
    Ok(journals.iter().filter_map(candidate).collect())
}

/// The requests of these journals, by request.
pub(super) async fn requests_of(ctx: &Ctx, journals: &[journal::Model]) -> Result<HashMap<Uuid, Asked>> {
    let ids: HashSet<Uuid> = journals.iter().filter_map(|row| row.request_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let of = spend_request::Column::Id.is_in(some.iter().copied());
        rows.extend(spend_request::Entity::find().filter(of).all(ctx.db()).await?);
    }
    let found = spend::courses(ctx.db(), rows).await?;
    Ok(found.into_iter().map(|asked| (asked.row.id, asked)).collect())
}

/// What a person decided about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The line.
    pub line: Uuid,
    /// What it is.
    pub decision: Decision,
    /// The payment, where it is one.
    pub journal: Option<Uuid>,
    /// Why, where it is none.
    pub words: String,
}

/// Writes down what was decided: all or nothing. A payment whose receipt is there is then reconciled.
///
/// # Errors
/// In words for the finance officer.
pub async fn decide(ctx: &Ctx, statement: Uuid, all: &[Decided]) -> Result<usize> {
    ctx.require(Action::SettleSpend, Object::None)?;
    if all.len() > DECISIONS_MAX {
        return Err(Error::choice(format!("decide at most {DECISIONS_MAX} lines at once")));
    }
    let review = review(ctx, statement).await?;
    let mut change = ctx.change(Action::SettleSpend, Subject::of("card-statement", statement)).await?;
    crate::ledger::store::lock(change.tx()).await?;
    let taken = store::matched(change.tx()).await?;
    let mut journals: HashSet<Uuid> = HashSet::new();
    for one in all {
        let line = review
            .lines
            .iter()
            .find(|line| line.id == one.line && !review.decided.contains_key(&line.id))
            .ok_or_else(|| {
                Error::choice("a line was decided by somebody else in the meantime: look again")
            })?;
        let wrong = |why: &str| Error::choice(format!("line {}: {why}", line.number));
        if (one.decision == Decision::Payment) != one.journal.is_some() {
            return Err(wrong("choose the payment that it is"));
        }
        if let Some(journal) = one.journal {
            let candidate = review
                .candidates
                .get(&journal)
                .ok_or_else(|| wrong("that payment is not near these days, or was undone"))?;
            if taken.contains(&journal) || !journals.insert(journal) {
                return Err(wrong("that payment is another line already"));
            }
            if candidate.payment.pence.get() != line.pence {
                return Err(wrong("the amounts differ"));
            }
        }
        let row = statement_match::Model {
            line_id: one.line,
            decision: one.decision.slug().to_owned(),
            journal_id: one.journal,
            words: one.words.chars().take(500).collect(),
            recorded_at: ctx.now(),
            recorded_by: ctx.actor.id,
            recorded_by_name: ctx.actor.name.clone(),
        };
        pots::insert(&change, row.into_active_model()).await?;
    }
    for journal in journals {
        let row = crate::ledger::store::journal(change.tx(), journal).await?;
        let (Some(request), true) = (row.request_id, row.kind == Kind::Post.slug()) else { continue };
        let mut asked = spend::one(change.tx(), request).await?;
        // Where the receipt is missing the chase goes on; the match stands.
        if asked.course.state == State::Paid {
            reconcile_in(&change, &mut asked, "").await?;
        }
    }
    change.note("lines", all.len());
    change.commit().await?;
    Ok(all.len())
}
