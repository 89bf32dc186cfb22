//! What a school sees: the concerns that it sent, and what it was told.

use platform::{
    Ctx, Error, Result,
    policy::{Action, decide},
};
use uuid::Uuid;

use super::{
    look_at, object,
    pupils::{Sight, name, sight},
    schools,
};
use crate::door::{
    entity::{concern, concern_told},
    model::{
        clock::Clock,
        state::State,
        words::{About, FamilyKnows},
    },
    store,
};

/// A concern as its school sees it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The concern.
    pub row: concern::Model,
    /// Where it stands. Before the sender is told a decision is not to be shown: [`State::title_for_school`].
    pub state: State,
    /// The pupil's name, or the words for a group or place.
    pub about: String,
    /// Whether the parents know.
    pub family: Option<FamilyKnows>,
    /// How the clock of one working day stands.
    pub clock: Clock,
    /// What was told, earliest first.
    pub told: Vec<concern_told::Model>,
}

pub(crate) fn state(row: &concern::Model) -> Result<State> {
    State::stored(&row.state, row.outcome.as_deref())
        .ok_or_else(|| Error::Corrupt { what: "state of a concern", why: row.state.clone() })
}

/// The concerns that the actor may see, newest first: a safeguarding lead those of their schools, other staff their own.
///
/// # Errors
/// A refusal, or when the database or the access log fails.
pub async fn list(ctx: &Ctx) -> Result<Vec<Sent>> {
    ctx.require(Action::ViewOwnConcerns, platform::policy::Object::None)?;
    let rows = store::concerns::of_schools(ctx.db(), schools(ctx, Action::ViewOwnConcerns), false).await?;
    shown(ctx, rows, Some("concerns sent")).await
}

/// One concern.
///
/// # Errors
/// [`Error::NotFound`] for what is not there or not the actor's to see; or when the database or access log fails.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<Sent> {
    let row = store::concerns::get(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(Action::ViewOwnConcerns, object(ctx, row.urn, row.recorded_by))?;
    shown(ctx, vec![row], Some("concern sent")).await?.pop().ok_or(Error::NotFound)
}

/// Keeps what the actor may see, stores the looks, and gives it out. With no page no name is shown, and there is no look.
pub(crate) async fn shown(ctx: &Ctx, rows: Vec<concern::Model>, page: Option<&str>) -> Result<Vec<Sent>> {
    let action = Action::ViewOwnConcerns;
    let mine =
        |row: &concern::Model| decide(&ctx.actor, action, object(ctx, row.urn, row.recorded_by)).is_allowed();
    let rows: Vec<concern::Model> = rows.into_iter().filter(mine).collect();
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.pupil_id).collect();
    let pupils = store::pupils::by_id(ctx.db(), &ids).await?;
    let sight = sight(ctx, action, pupils.values()).await?;
    let open = |row: &concern::Model| {
        row.pupil_id.is_none_or(|id| sight.get(&id).is_some_and(|sight| *sight == Sight::Open))
    };
    let rows: Vec<concern::Model> = rows.into_iter().filter(open).collect();
    let seen: Vec<_> =
        pupils.values().filter(|pupil| sight.get(&pupil.id).is_some_and(|s| *s == Sight::Open)).collect();
    if let Some(page) = page {
        look_at(ctx, action, &seen, page).await?;
    }
    let told = store::concerns::told(ctx.db(), &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|row| {
            let named = row.pupil_id.and_then(|id| pupils.get(&id)).map(name);
            let about = About::from_slug(&row.about).map_or("Something else", About::title);
            Ok(Sent {
                state: state(&row)?,
                about: named.unwrap_or_else(|| about.to_owned()),
                family: row.family_knows.as_deref().and_then(FamilyKnows::from_slug),
                clock: Clock::of(row.tell_by, row.told_on, ctx.today()),
                told: told.iter().filter(|told| told.concern_id == row.id).cloned().collect(),
                row,
            })
        })
        .collect()
}
