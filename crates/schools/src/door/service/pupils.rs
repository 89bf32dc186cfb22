//! Pupils: found on the school's roll, named once, and seen only by those who may see the child.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    policy::{Action, Decision, Why},
};
use record::{access, entity::roll_entry};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{looks, object};
use crate::door::{
    entity::pupil_outline,
    model::names::{TERM_MAX, fits},
    store,
};

/// So many pupils are shown; more words make the list shorter.
pub const SHOWN_MAX: usize = 10;
/// A typed name may have so many characters.
pub const NAME_MAX: usize = 100;

/// A pupil on the roll, as shown to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRoll {
    /// The row of the roll.
    pub id: Uuid,
    /// Forename and surname.
    pub name: String,
    /// Date of birth.
    pub dob: Option<NaiveDate>,
    /// National curriculum year.
    pub year: Option<String>,
}

/// What a search of the roll found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The pupils shown.
    pub pupils: Vec<OnRoll>,
    /// How many match besides.
    pub more: usize,
    /// Restricted records that match, of which a worker may know the presence only; always 0 for a school.
    pub presences: usize,
    /// Whether the school has a roll at all.
    pub has_roll: bool,
}

fn on_roll(row: &roll_entry::Model) -> OnRoll {
    let parts = [row.forename.as_deref(), row.surname.as_deref()];
    let name = parts.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    OnRoll {
        id: row.id,
        name: if name.trim().is_empty() { "Name not known".to_owned() } else { name },
        dob: row.dob,
        year: row.nc_year.clone(),
    }
}

/// Whether the actor asks as the school: its own roll is its own, and says nothing of the record.
fn as_school(action: Action) -> bool {
    matches!(action, Action::RaiseConcern | Action::ViewOwnConcerns)
}

/// What the actor may see of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All that stands here about the child.
    Open,
    /// That there is a restricted record, and nothing else.
    Presence,
    /// Nothing, not even that.
    Nothing,
}

/// What the actor may see of each of these pupils. To a school a restricted child looks as any other: only a deny
/// list hides a pupil from it, so that a restriction changes nothing that a school sees.
pub(crate) async fn sight<'a>(
    ctx: &Ctx,
    action: Action,
    pupils: impl IntoIterator<Item = &'a pupil_outline::Model>,
) -> Result<HashMap<Uuid, Sight>> {
    let pupils: Vec<_> = pupils.into_iter().collect();
    let people = store::pupils::people(ctx.db(), pupils.iter().copied()).await?;
    let seen = of_people(ctx, action, people.values().copied().collect()).await?;
    Ok(pupils
        .into_iter()
        .map(|pupil| {
            let sight = people.get(&pupil.id).and_then(|person| seen.get(person)).copied();
            (pupil.id, sight.unwrap_or(Sight::Open))
        })
        .collect())
}

async fn of_people(ctx: &Ctx, action: Action, people: Vec<Uuid>) -> Result<HashMap<Uuid, Sight>> {
    if as_school(action) {
        let denied = access::denied(ctx, &people).await?;
        return Ok(denied.into_iter().map(|id| (id, Sight::Nothing)).collect());
    }
    let outline = access::decisions(ctx, Action::ViewOutline, &people).await?;
    let open = access::decisions(ctx, Action::ViewChild, &people).await?;
    Ok(people
        .into_iter()
        .map(|id| {
            let sight = match (outline.get(&id), open.get(&id)) {
                (Some(Decision::Allow), _) => Sight::Open,
                (_, Some(Decision::AskReason(Why::Restricted))) => Sight::Presence,
                _ => Sight::Nothing,
            };
            (id, sight)
        })
        .collect())
}

/// Pupils of a school's latest roll by the beginnings of their names; the looks at those shown are stored.
///
/// # Errors
/// A refusal, or when the database or the access log fails.
pub async fn find(ctx: &Ctx, action: Action, urn: u32, typed: &str) -> Result<Found> {
    ctx.require(action, object(ctx, store::key(urn), ctx.actor.id))?;
    let typed: String = typed.chars().take(TERM_MAX).collect();
    let roll = store::roll::pupils(ctx.db(), urn).await?;
    let mut found = Found { has_roll: !roll.is_empty(), ..Found::default() };
    let mut rows: Vec<roll_entry::Model> = roll
        .into_iter()
        .filter(|row| {
            let names = [&row.forename, &row.surname, &row.preferred_surname];
            fits(&typed, &names.into_iter().flatten().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    let numbers: Vec<String> = rows.iter().filter_map(|row| row.upn.clone()).collect();
    let people = store::pupils::by_number(ctx.db(), &numbers).await?;
    let person = |row: &roll_entry::Model| row.upn.as_ref().and_then(|upn| people.get(upn)).copied();
    let seen = of_people(ctx, action, rows.iter().filter_map(&person).collect()).await?;
    rows.retain(|row| match person(row).and_then(|person| seen.get(&person)) {
        None | Some(Sight::Open) => true,
        Some(Sight::Presence) => {
            found.presences += 1;
            false
        }
        Some(Sight::Nothing) => false,
    });
    found.more = rows.len().saturating_sub(SHOWN_MAX);
    rows.truncate(SHOWN_MAX);
    let shown = rows.iter().map(|row| ("roll-entry", row.id, person(row)));
    ctx.look(looks(action, shown, "school roll search")).await?;
    found.pupils = rows.iter().map(on_roll).collect();
    Ok(found)
}

/// One pupil of the school's latest roll, whose look is stored; not found where the actor may not see them.
///
/// # Errors
/// A refusal, [`Error::NotFound`], or when the database or the access log fails.
pub async fn one(ctx: &Ctx, action: Action, urn: u32, id: Uuid) -> Result<OnRoll> {
    Ok(on_roll(&entry(ctx, action, urn, id).await?))
}

async fn entry(ctx: &Ctx, action: Action, urn: u32, id: Uuid) -> Result<roll_entry::Model> {
    ctx.require(action, object(ctx, store::key(urn), ctx.actor.id))?;
    let row = store::roll::pupil(ctx.db(), urn, id).await?.ok_or(Error::NotFound)?;
    let number: Vec<String> = row.upn.clone().into_iter().collect();
    let person = store::pupils::by_number(ctx.db(), &number).await?.into_values().next();
    let seen = of_people(ctx, action, person.into_iter().collect()).await?;
    if seen.values().any(|sight| *sight != Sight::Open) {
        return Err(Error::NotFound);
    }
    ctx.look(looks(action, [("roll-entry", row.id, person)], "school roll")).await?;
    Ok(row)
}

/// The pupil of a row of the roll, to be named in something: the one of whom was spoken before, or a new one that
/// carries over what the roll says. Nothing is typed.
pub(crate) async fn from_roll(
    ctx: &Ctx,
    action: Action,
    urn: u32,
    id: Uuid,
) -> Result<(pupil_outline::Model, bool)> {
    let row = entry(ctx, action, urn, id).await?;
    if let Some(known) = store::pupils::known(ctx.db(), urn, &row).await? {
        return Ok((known, false));
    }
    let text = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let made = pupil_outline::Model {
        id: ctx.id(),
        urn: store::key(urn),
        roll_entry_id: Some(row.id),
        forename: text(&row.forename),
        surname: text(&row.surname),
        upn: row.upn,
        dob: row.dob,
        sex: row.sex,
        nc_year: row.nc_year,
        person_id: None,
        created_at: ctx.now(),
        created_by: ctx.actor.id,
    };
    Ok((made, true))
}

/// A pupil who is not on the roll yet, typed once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Date of birth.
    pub dob: Option<NaiveDate>,
}

pub(crate) fn from_typed(ctx: &Ctx, urn: u32, typed: &Typed) -> Result<pupil_outline::Model> {
    for (field, name) in [("forename", &typed.forename), ("surname", &typed.surname)] {
        if name.trim().is_empty() || name.chars().count() > NAME_MAX {
            return Err(Error::invalid(field, format!("enter it in 1 to {NAME_MAX} characters")));
        }
    }
    if typed.dob.is_some_and(|dob| dob > ctx.today()) {
        return Err(Error::invalid("date of birth", "it must be in the past"));
    }
    Ok(pupil_outline::Model {
        id: ctx.id(),
        urn: store::key(urn),
        roll_entry_id: None,
        upn: None,
        forename: typed.forename.trim().to_owned(),
        surname: typed.surname.trim().to_owned(),
        dob: typed.dob,
        sex: None,
        nc_year: None,
        person_id: None,
        created_at: ctx.now(),
        created_by: ctx.actor.id,
    })
}

/// Adds a pupil of whom nobody spoke before.
pub(crate) async fn add(
    transaction: &DatabaseTransaction,
    pupil: &pupil_outline::Model,
    new: bool,
) -> Result<()> {
    if new { store::add(transaction, pupil.clone()).await } else { Ok(()) }
}

/// Forename and surname.
pub(crate) fn name(pupil: &pupil_outline::Model) -> String {
    let name = format!("{} {}", pupil.forename, pupil.surname);
    if name.trim().is_empty() { "Name not known".to_owned() } else { name.trim().to_owned() }
}
