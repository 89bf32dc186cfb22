//! Promises that nobody used in time are released.

use chrono::{Days, NaiveDate};
use futures::future::BoxFuture;
use platform::{
    Ctx,
    audit::{Change, Subject},
    jobs::{Ended, Go, JobKind, JobRun, Progress},
    policy::{Action, Object},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{Note, SUBJECT, money::Money, take};
use crate::{
    Result,
    policy::{model::Policy, store as rules},
    pots::{model::Envelope, store as pots},
    spend::{
        model::{Kind, State, Step},
        store::{self, Asked, Which},
    },
};

/// The last day on which what was agreed can be paid: the rules' number of days after it was set aside, or after the
/// day on which it is to be spent.
pub fn lapses_on(asked: &Asked, rules: &Policy) -> Option<NaiveDate> {
    let from = asked.last(Kind::Commit)?.happened_on.max(asked.row.spend_on);
    from.checked_add_days(Days::new(rules.commitment_days.into()))
}

async fn lapsed(ctx: &Ctx, db: &impl ConnectionTrait, all: Vec<Asked>) -> Result<Vec<(Asked, Policy)>> {
    let mut found = Vec::new();
    for asked in all {
        let rules = rules::version(db, asked.row.version_id).await?.policy;
        if lapses_on(&asked, &rules).is_some_and(|last| last < ctx.today()) {
            found.push((asked, rules));
        }
    }
    Ok(found)
}

/// Releases what has lapsed in a pot, within a change that spends from it.
pub(super) async fn lapse(change: &Change<'_>, pot: &Envelope) -> Result<()> {
    let which = Which::of_pots([pot.id]).at(&[State::Committed]);
    let all = store::asked(change.tx(), &which).await?;
    for (mut asked, rules) in lapsed(change.ctx(), change.tx(), all).await? {
        expire(change, &mut asked, pot, &rules).await?;
    }
    Ok(())
}

pub(super) async fn expire(
    change: &Change<'_>,
    asked: &mut Asked,
    pot: &Envelope,
    rules: &Policy,
) -> Result<()> {
    let money = Money { change, pot, rules, request: asked.row.id };
    let journal = money.release(asked, true).await?;
    let note = Note { pence: Some(asked.pence()), journal: Some(journal), ..Note::default() };
    take(change, asked, Step::Expire, note).await
}

/// The job that releases every promise that has lapsed; a day on which it does not run changes nothing but the day of
/// the release.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExpireSpends;

impl ExpireSpends {
    /// The stored name.
    pub const NAME: &'static str = "expire-spends";
}

impl JobKind for ExpireSpends {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn title(&self) -> &'static str {
        "Release money that was agreed and not used in time"
    }

    fn wanted<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, platform::Result<bool>> {
        Box::pin(async move { Ok(!lapsed_now(ctx).await?.is_empty()) })
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, platform::Result<Ended>> {
        Box::pin(async move {
            let mut released = 0_u64;
            for id in lapsed_now(&run.ctx).await? {
                let step = "releasing".to_owned();
                let progress = Progress { done: released, total: None, step };
                if run.reporter.progress(progress).await? == Go::Stop {
                    return Ok(Ended::Stopped);
                }
                released += u64::from(release(&run.ctx, id).await?);
            }
            Ok(Ended::Done(json!({ "released": released })))
        })
    }
}

/// The requests whose time has passed.
pub(super) async fn lapsed_now(ctx: &Ctx) -> Result<Vec<Uuid>> {
    let which = Which { states: vec![State::Committed], ..Which::default() };
    let all = store::asked(ctx.db(), &which).await?;
    Ok(lapsed(ctx, ctx.db(), all).await?.into_iter().map(|(asked, _)| asked.row.id).collect())
}

async fn release(ctx: &Ctx, id: Uuid) -> Result<bool> {
    let pot = pots::envelope(ctx.db(), store::one(ctx.db(), id).await?.row.pot_id).await?;
    let mut change = ctx.change(Action::RunJob, Subject::of(SUBJECT, id)).await?;
    crate::ledger::store::lock(change.tx()).await?;
    let asked = store::one(change.tx(), id).await?;
    let still: Vec<Asked> = if asked.course.state == State::Committed { vec![asked] } else { Vec::new() };
    let Some((mut asked, rules)) = lapsed(ctx, change.tx(), still).await?.pop() else {
        change.abandon().await?;
        return Ok(false);
    };
    expire(&change, &mut asked, &pot, &rules).await?;
    change.note("pence", asked.row.pence).note("state", asked.course.state.slug());
    change.commit().await?;
    Ok(true)
}

/// Releases every promise that has lapsed, for finance. Gives how many there were.
///
/// # Errors
/// Refused, or the database.
pub async fn release_lapsed(ctx: &Ctx) -> Result<u64> {
    ctx.require(Action::SettleSpend, Object::None)?;
    let mut released = 0;
    for id in lapsed_now(ctx).await? {
        released += u64::from(release(ctx, id).await?);
    }
    Ok(released)
}

/// How many promises have lapsed, for finance.
///
/// # Errors
/// Refused, or the database.
pub async fn lapsed_count(ctx: &Ctx) -> Result<usize> {
    ctx.require(Action::SettleSpend, Object::None)?;
    Ok(lapsed_now(ctx).await?.len())
}
