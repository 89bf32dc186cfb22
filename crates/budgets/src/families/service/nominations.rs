//! Nominating, telling the family, and taking a nomination back.

use std::collections::HashMap;

use platform::{
    Ctx,
    audit::Subject,
    policy::{Action, Object},
};
use record::{
    access::{self, Access},
    entity::person,
    family::service::{children_of, family_for},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use uuid::Uuid;

use super::{draws::state, reason, sight::require_family};
use crate::{
    Error, Result,
    families::{
        entity::{family_nomination, family_nomination_end, family_notice},
        model::{Consent, NOMINATIONS_MAX, Nomination, Notice, Round, is_words},
        store,
    },
    policy::{
        ground::member,
        model::{Member, Policy, band_of, family_qualifies, youngest},
        store as policies,
    },
    pots::{
        model::{Envelope, Level, is_name},
        reach, store as pots,
    },
};

/// Families that are nominated in one change at most.
pub(super) const TOGETHER_MAX: usize = 300;

/// Children that are read at once.
const AT_ONCE: usize = 500;

/// A nomination that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNomination {
    /// A child of the family.
    pub child: Uuid,
    /// The team’s envelope below which a pot would be opened; may be left out by those who have one team only.
    pub envelope: Option<Uuid>,
    /// Why this family.
    pub reason: String,
    /// Why a care order is judged to be imminent.
    pub imminence: String,
    /// On what basis it is nominated.
    pub consent: Consent,
    /// Further words on that; may be empty.
    pub consent_note: String,
    /// What the family was told, if it was.
    pub notice: Option<Notice>,
}

/// The team envelopes of a round’s fund for which the actor may nominate.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn envelopes(ctx: &Ctx, round: &Round) -> Result<Vec<Envelope>> {
    let all = pots::envelopes(ctx.db(), round.fund_id).await?;
    let teams = all.into_iter().filter(|one| one.level == Level::Team && one.closed_on.is_none()).collect();
    Ok(reach::allowed(ctx, Action::NominateFamily, teams).await?)
}

/// These children as the rules ask, by child.
pub(super) async fn members(
    db: &impl ConnectionTrait,
    ctx: &Ctx,
    children: &[Uuid],
) -> Result<HashMap<Uuid, Member>> {
    let mut all = HashMap::new();
    for some in children.chunks(AT_ONCE) {
        let query = person::Entity::find().filter(person::Column::Id.is_in(some.iter().copied()));
        all.extend(query.all(db).await?.iter().map(|row| (row.id, member(row, ctx.today()))));
    }
    Ok(all)
}

/// The age of the youngest child and its band, where the family qualifies.
pub(super) fn fits(policy: &Policy, members: &[Member]) -> Result<(u8, String)> {
    let rules = &policy.eligibility;
    let ages = format!("the youngest child must be {} to {} years old", rules.from_age, rules.to_age);
    let Some(age) = youngest(members) else {
        return Err(Error::choice(format!(
            "no child of this family has a date of birth on the record: {ages}"
        )));
    };
    if age < rules.from_age || age > rules.to_age {
        return Err(Error::choice(format!("{ages}, and is {age}")));
    }
    if !family_qualifies(rules, members) {
        let wanted: Vec<&str> = rules.statuses.iter().map(|one| one.title()).collect();
        return Err(Error::choice(format!(
            "no child of this family stands where the rules ask: {}",
            wanted.join(", or ")
        )));
    }
    let band = policy.draw.as_ref().and_then(|draw| band_of(draw, age));
    match band {
        Some(band) => Ok((age, band.title.clone())),
        None => Err(Error::choice(format!("no band of these rules has the age {age}"))),
    }
}

fn check(ctx: &Ctx, new: &NewNomination) -> Result<()> {
    if !is_words(&new.reason) || !is_words(&new.imminence) {
        return Err(Error::choice(
            "say why this family, and why a care order is judged to be imminent, each in 1 to 1,000 characters",
        ));
    }
    if !new.consent_note.trim().is_empty() && !is_words(&new.consent_note) {
        return Err(Error::choice("write what was agreed in at most 1,000 characters"));
    }
    match (&new.notice, new.consent) {
        (Some(notice), _) => check_notice(ctx, notice),
        (None, Consent::NotYet) => Ok(()),
        (None, _) => Err(Error::choice("say when the family was told, and by whom")),
    }
}

fn check_notice(ctx: &Ctx, notice: &Notice) -> Result<()> {
    if notice.told_on > ctx.today() {
        return Err(Error::choice("a family was told today or on a day before"));
    }
    if !is_name(&notice.told_by) || !is_words(&notice.words) {
        return Err(Error::choice("say who told the family, and what it was told"));
    }
    Ok(())
}

/// Nominates a family. Before the list is sealed it stands on the list; after the draw it can only take another’s place.
///
/// # Errors
/// In words for the person who asked; not found where a child’s record is closed to the actor.
pub async fn nominate(ctx: &Ctx, round: Uuid, new: &NewNomination) -> Result<Uuid> {
    let made = nominate_together(ctx, round, std::slice::from_ref(new)).await?;
    Ok(made.first().copied().ok_or(platform::Error::NotFound)?)
}

/// Nominates several families in one change: all of them, or none.
///
/// # Errors
/// As [`nominate`], of the first that does not fit.
pub async fn nominate_together(ctx: &Ctx, round: Uuid, news: &[NewNomination]) -> Result<Vec<Uuid>> {
    ctx.require(Action::NominateFamily, Object::None)?;
    if news.is_empty() || news.len() > TOGETHER_MAX {
        return Err(Error::choice(format!("nominate 1 to {TOGETHER_MAX} families at once")));
    }
    let mut named = Vec::with_capacity(news.len());
    for new in news {
        check(ctx, new)?;
        let found = access::outline_for(ctx, new.child, Action::NominateFamily, "nominate a family").await?;
        let Access::Open(child) = found else { return Err(platform::Error::NotFound.into()) };
        let Some(worker) = child.worker_id else {
            return Err(Error::choice(
                "the child has no allocated worker, who would hold the budget: allocate one first",
            ));
        };
        named.push((new, child.id, worker));
    }
    let mut change = ctx.change(Action::NominateFamily, Subject::kind("family-nomination")).await?;
    let round = store::locked(change.tx(), round).await?;
    if state(change.tx(), &round).await?.is_sealed() {
        return Err(Error::choice(
            "the list is sealed and not drawn yet: nobody comes on it or leaves it until it is drawn",
        ));
    }
    let mut ground = Ground {
        rules: policies::version(change.tx(), round.version_id).await?.policy,
        earlier: store::nominations(change.tx(), round.id).await?,
        envelopes: envelopes(ctx, &round).await?,
        round,
    };
    let mut made = Vec::with_capacity(named.len());
    for (new, child, worker) in named {
        made.push(put(&change, &mut ground, new, (child, worker)).await?);
    }
    let subject = match made.as_slice() {
        [only] => Subject::of("family-nomination", *only),
        _ => Subject::of("family-round", ground.round.id),
    };
    change.subject(subject);
    change.note("step", "nominated").note("round", ground.round.id.to_string());
    // Nobody else nominates in this round meanwhile, so that the numbers follow each other.
    let last = ground.earlier.last().map_or(0, |last| last.number);
    change.note("number", last).note("families", made.len());
    change.commit().await?;
    Ok(made)
}

/// What nominations of a round stand on, within the change that adds to them.
struct Ground {
    round: Round,
    rules: Policy,
    earlier: Vec<Nomination>,
    envelopes: Vec<Envelope>,
}

/// Puts one family on the list, through a child and for the worker who would hold the budget.
async fn put(
    change: &platform::audit::Change<'_>,
    ground: &mut Ground,
    new: &NewNomination,
    (child, worker): (Uuid, Uuid),
) -> Result<Uuid> {
    let ctx = change.ctx();
    let family = family_for(change, child).await?;
    let children = children_of(change.tx(), &[family]).await?.remove(&family).unwrap_or_default();
    require_family(ctx, &children).await?;
    let members: Vec<Member> = members(change.tx(), ctx, &children).await?.into_values().collect();
    let (age, band) = fits(&ground.rules, &members)?;
    not_there(change.tx(), &ground.earlier, family, &children).await?;
    if ground.earlier.len() >= NOMINATIONS_MAX {
        return Err(Error::choice(format!("a round has at most {NOMINATIONS_MAX} nominations")));
    }
    let envelope = match (new.envelope, ground.envelopes.as_slice()) {
        (None, [only]) => only.id,
        (None, []) => {
            return Err(Error::choice("your team has no budget in this fund: ask finance to open one"));
        }
        (None, _) => return Err(Error::choice("choose the team from whose budget the pot would come")),
        (Some(id), all) if all.iter().any(|one| one.id == id) => id,
        (Some(_), _) => return Err(Error::choice("choose a budget of one of your teams")),
    };
    let row = family_nomination::Model {
        id: ctx.id(),
        round_id: ground.round.id,
        number: ground.earlier.last().map_or(0, |last| last.number).saturating_add(1),
        family_id: family,
        child_id: child,
        worker_id: worker,
        envelope_id: envelope,
        reason: new.reason.trim().to_owned(),
        imminence: new.imminence.trim().to_owned(),
        youngest_age: i32::from(age),
        band,
        consent: new.consent.slug().to_owned(),
        consent_note: new.consent_note.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    let id = row.id;
    family_nomination::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    if let Some(notice) = &new.notice {
        insert_notice(change, id, notice).await?;
    }
    ground.earlier.push(store::nomination(change.tx(), id).await?);
    Ok(id)
}

/// Whether neither the family nor a child of it stands on the list already.
async fn not_there(
    db: &impl ConnectionTrait,
    earlier: &[Nomination],
    family: Uuid,
    children: &[Uuid],
) -> Result<()> {
    let standing: Vec<Uuid> =
        earlier.iter().filter(|one| one.end.is_none()).map(|one| one.family_id).collect();
    if standing.contains(&family) {
        return Err(Error::choice("this family is nominated already"));
    }
    let others = children_of(db, &standing).await?;
    if others.values().flatten().any(|child| children.contains(child)) {
        return Err(Error::choice("a child of this family is in another family that is nominated already"));
    }
    Ok(())
}

async fn insert_notice(
    change: &platform::audit::Change<'_>,
    nomination: Uuid,
    notice: &Notice,
) -> Result<()> {
    let ctx = change.ctx();
    let row = family_notice::Model {
        id: ctx.id(),
        nomination_id: nomination,
        told_on: notice.told_on,
        told_by: notice.told_by.trim().to_owned(),
        words: notice.words.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    family_notice::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    Ok(())
}

async fn mine(ctx: &Ctx, nomination: Uuid) -> Result<Nomination> {
    ctx.require(Action::NominateFamily, Object::None)?;
    let found = store::nomination(ctx.db(), nomination).await?;
    let children =
        children_of(ctx.db(), &[found.family_id]).await?.remove(&found.family_id).unwrap_or_default();
    require_family(ctx, &children).await?;
    Ok(found)
}

/// Writes down that a family was told.
///
/// # Errors
/// In words for the person who asked; not found where the family is not theirs to see.
pub async fn tell(ctx: &Ctx, nomination: Uuid, notice: &Notice) -> Result<()> {
    let found = mine(ctx, nomination).await?;
    check_notice(ctx, notice)?;
    let mut change = ctx.change(Action::NominateFamily, Subject::of("family-nomination", found.id)).await?;
    insert_notice(&change, found.id, notice).await?;
    change.note("step", "told");
    Ok(change.commit().await?)
}

/// Takes a nomination back before the list is sealed. Later a family leaves by a withdrawal from the draw.
///
/// # Errors
/// In words for the person who asked; not found where the family is not theirs to see.
pub async fn withdraw(ctx: &Ctx, nomination: Uuid, why: &str) -> Result<()> {
    let found = mine(ctx, nomination).await?;
    let why = reason(why)?;
    let mut change = ctx.change(Action::NominateFamily, Subject::of("family-nomination", found.id)).await?;
    let round = store::locked(change.tx(), found.round_id).await?;
    let now = store::nomination(change.tx(), found.id).await?;
    if now.end.is_some() {
        return Err(Error::choice("this nomination was taken back already"));
    }
    let state = state(change.tx(), &round).await?;
    if state.is_sealed() || state.has(&found) {
        return Err(Error::choice(
            "this family is on the sealed list: after the draw it leaves by a withdrawal, which is kept with the draw",
        ));
    }
    let row = family_nomination_end::Model {
        nomination_id: found.id,
        reason: why.clone(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    family_nomination_end::Entity::insert(row.into_active_model())
        .exec_without_returning(change.tx())
        .await?;
    change.reason(why).note("step", "taken back");
    Ok(change.commit().await?)
}
