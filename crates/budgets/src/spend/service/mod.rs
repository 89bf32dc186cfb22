//! What people do with requests: permission, rules, and the change with its money in one transaction.

mod ask;
mod check;
mod decide;
pub mod due;
mod expire;
mod follow;
mod hold;
mod money;
mod own_pots;
mod see;
mod settle;
mod who;
mod whose;

pub use ask::{New, NotAsked, PaperIn, Problem, Sent, ask};
pub use decide::{answer, approve, cancel, confirm, query, refuse};
pub use expire::{ExpireSpends, lapsed_count, lapses_on, release_lapsed};
pub use follow::{add_paper, excuse, say_outcome, tell};
pub use hold::{Held, held};
pub use own_pots::{pots_for, pots_of_child};
pub use see::{Seen, Whom, look_at_paper, one, see};
pub use settle::{pay, reconcile_in, refund, reverse};
pub use who::{Choice, choices};
pub use whose::{Whose, whose};

use chrono::{DateTime, NaiveDate, Utc};
use platform::{
    Ctx,
    audit::{Change, Subject},
    policy::Action,
};
use uuid::Uuid;

use super::{
    entity::spend_event,
    model::{Broken, Course, Step, Told},
    store::{self, Asked},
};
use crate::{
    Error, Result,
    money::Pence,
    policy::{model::Policy, service as rules},
    pots::{
        model::{Envelope, Fund},
        reach, store as pots,
    },
};

/// The kind of subject under which requests stand in the chains.
pub(crate) const SUBJECT: &str = "spend-request";

/// Words as the beginning of a sentence.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        Self::choice(broken.to_string())
    }
}

/// What a step says besides its name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Note {
    pub on: Option<NaiveDate>,
    pub pence: Option<Pence>,
    pub journal: Option<Uuid>,
    pub confirm_by: Option<DateTime<Utc>>,
    pub told: Option<Told>,
    pub words: String,
    pub family_words: String,
}

impl Note {
    /// Words among colleagues.
    pub(crate) fn saying(words: &str) -> Self {
        Self { words: words.trim().to_owned(), ..Self::default() }
    }
}

/// Takes a step and writes it down.
pub(crate) async fn take(change: &Change<'_>, asked: &mut Asked, step: Step, note: Note) -> Result<()> {
    let ctx = change.ctx();
    let next: Course = asked.course.after(ctx.actor.id, step)?;
    write(change, asked, next, step.kind(), note).await
}

pub(crate) async fn write(
    change: &Change<'_>,
    asked: &mut Asked,
    next: Course,
    kind: super::model::Kind,
    note: Note,
) -> Result<()> {
    let ctx = change.ctx();
    let seq = i32::try_from(asked.events.len()).unwrap_or(i32::MAX).saturating_add(1);
    let row = spend_event::Model {
        request_id: asked.row.id,
        seq,
        kind: kind.slug().to_owned(),
        state: next.state.slug().to_owned(),
        happened_on: note.on.unwrap_or_else(|| ctx.today()),
        pence: note.pence.map(Pence::get),
        journal_id: note.journal,
        confirm_by: note.confirm_by,
        told: note.told.map(|told| told.slug().to_owned()),
        words: note.words,
        family_words: note.family_words,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_event(change, row.clone()).await?;
    asked.events.push(row);
    asked.course = next;
    Ok(())
}

/// A request with everything that decides about it.
pub(crate) struct Whole {
    pub asked: Asked,
    pub pot: Envelope,
    pub fund: Fund,
    pub rules: Policy,
}

/// A request that the actor may do this to. What it says may be read only where the record is open to them: whoever
/// decides on words must be able to read them.
pub(crate) async fn whole(ctx: &Ctx, action: Action, id: Uuid, reads_words: bool) -> Result<Whole> {
    let asked = store::one(ctx.db(), id).await?;
    let pot = pots::envelope(ctx.db(), asked.row.pot_id).await?;
    see::require(ctx, action, &asked, reads_words).await?;
    let fund = pots::fund(ctx.db(), pot.fund).await?;
    let rules = rules::version(ctx, asked.row.version_id).await?.policy;
    Ok(Whole { asked, pot, fund, rules })
}

/// Begins a change of a request: nobody else writes to the ledger until it ends, and the request, its pot and its fund are
/// read again.
pub(crate) async fn begin<'a>(ctx: &'a Ctx, action: Action, whole: &mut Whole) -> Result<Change<'a>> {
    let change = ctx.change(action, Subject::of(SUBJECT, whole.asked.row.id)).await?;
    crate::ledger::store::lock(change.tx()).await?;
    whole.asked = store::one(change.tx(), whole.asked.row.id).await?;
    whole.pot = pots::envelope(change.tx(), whole.pot.id).await?;
    whole.fund = pots::fund(change.tx(), whole.fund.id).await?;
    Ok(change)
}

/// A pot that the actor may spend from, with its fund.
pub(crate) async fn pot_to_spend(ctx: &Ctx, id: Uuid) -> Result<(Fund, Envelope)> {
    let pot = pots::envelope(ctx.db(), id).await?;
    if pot.policy.is_none() {
        return Err(platform::Error::NotFound.into());
    }
    reach::require(ctx, Action::RequestSpend, &pot).await?;
    let fund = pots::fund(ctx.db(), pot.fund).await?;
    Ok((fund, pot))
}
