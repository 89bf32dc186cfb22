//! Comparing and freezing for somebody: permission, figures, looks.

use platform::{
    Ctx, Error as PlatformError,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use serde_json::json;
use uuid::Uuid;

pub use super::store::Listed;
use super::{
    entity::Model,
    model::{Document, Frozen, OfPlan, Outcome, PURPOSE_MAX, Problem, Settings, key_of, run},
    store,
};
use crate::{
    Result, clusters,
    counts::{model::measure::DEFINITIONS, model::window::Window, service},
    figures::{self, Figures},
};

/// What was matched, with the figures it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// What was found.
    pub outcome: Outcome,
    /// The hash of the figures.
    pub figures_hash: String,
}

/// Census years that the imported returns open and that ended before a day, the latest first.
///
/// # Errors
/// [`Error::Platform`](crate::Error::Platform) for a refusal or when the database fails.
pub async fn years_before(ctx: &Ctx, day: Option<chrono::NaiveDate>) -> Result<Vec<Window>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let years = service::years(ctx).await?.into_iter().map(Window::census_year);
    Ok(years.filter(|window| day.is_none_or(|day| window.to < day)).collect())
}

/// The schools of the authority that the register lists as open, to be picked from; no figure about children is read.
///
/// # Errors
/// [`Error::Platform`](crate::Error::Platform) for a refusal or when the database fails.
pub async fn register(ctx: &Ctx) -> Result<Vec<Listed>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    Ok(store::register(ctx).await?)
}

/// A frozen cluster plan as the source of chosen schools: what is frozen of it, and its schools by URN, cluster by cluster. The
/// look at the plan is stored.
///
/// # Errors
/// [`Error::Comparison`](crate::Error::Comparison) where there is no such plan or somebody changed it; [`Error::Platform`](crate::Error::Platform) for a
/// refusal, or when the database or the access log fails.
pub async fn of_plan(ctx: &Ctx, id: Uuid) -> Result<(OfPlan, Vec<u32>)> {
    let sealed = match clusters::service::plan(ctx, id).await {
        Ok(sealed) => sealed,
        Err(PlatformError::NotFound) => return Err(Problem::NoPlan.into()),
        Err(error) => return Err(error.into()),
    };
    if !sealed.is_sound() {
        return Err(Problem::PlanAltered.into());
    }
    let urns = sealed.plan.choice.clusters.iter().flat_map(|cluster| {
        std::iter::once(cluster.urn).chain(cluster.members.iter().map(|member| member.urn))
    });
    let urns = urns.collect();
    Ok((OfPlan { id, title: sealed.plan.title, hash: sealed.content_hash }, urns))
}

/// The frozen cluster plans to choose from: identifier, and title with the day, the latest first.
///
/// # Errors
/// [`Error::Platform`](crate::Error::Platform) for a refusal or when the database fails.
pub async fn plans(ctx: &Ctx) -> Result<Vec<(Uuid, String)>> {
    let plans = clusters::service::plans(ctx).await?;
    let named = |(id, title, at, _): (Uuid, String, _, String)| {
        (id, format!("{title}, frozen {}", platform::clock::in_words(at)))
    };
    Ok(plans.into_iter().map(named).collect())
}

/// Matches the chosen schools; nothing is kept but the look at the figures. Schools that are said to be of a plan must be
/// those of the plan as it was frozen.
///
/// # Errors
/// [`Error::Comparison`](crate::Error::Comparison) in words for the person who asked; [`Error::Platform`](crate::Error::Platform) for a refusal, or when the database or
/// the access log fails.
pub async fn compare(ctx: &Ctx, settings: &Settings) -> Result<Matched> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    // Later windows are refused before any figure is loaded.
    settings.check()?;
    if let Some(plan) = &settings.plan {
        let (stored, urns) = of_plan(ctx, plan.id).await?;
        if stored != *plan || urns != settings.treated {
            return Err(Problem::NotOfPlan { title: stored.title }.into());
        }
    }
    let figures: Figures = figures::load(ctx, &settings.parsed_windows()?, Action::ChooseSchools).await?;
    Ok(Matched { outcome: run(&figures, settings)?, figures_hash: figures.hash() })
}

/// Matches and freezes. The schools are matched anew from the figures as they are now, never from what a page sent.
/// `seen` is the hash of the figures that the person saw, where there was a page.
///
/// # Errors
/// [`Error::Comparison`](crate::Error::Comparison) where something is wrong with the choice, the purpose or the reason; [`PlatformError::Conflict`]
/// where the figures are not those that were seen, or somebody else froze for the same purpose at the same moment.
pub async fn freeze(
    ctx: &Ctx,
    settings: &Settings,
    purpose: &str,
    reason: Option<&str>,
    seen: Option<&str>,
) -> Result<Uuid> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let purpose = purpose.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = purpose.chars().count();
    if length == 0 || length > PURPOSE_MAX || purpose.chars().any(char::is_control) {
        return Err(Problem::Purpose { most: PURPOSE_MAX }.into());
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let matched = compare(ctx, settings).await?;
    if seen.is_some_and(|seen| seen != matched.figures_hash) {
        return Err(PlatformError::Conflict.into());
    }
    let id = ctx.id();
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("school-comparison", id)).await?;
    let key = key_of(&purpose);
    let earlier = store::of_purpose(change.tx(), &key).await?;
    let number = earlier.last().map_or(0, |row| row.number).saturating_add(1);
    let told = reason.is_some_and(|reason| reason.chars().count() <= PURPOSE_MAX);
    if number > 1 && !told {
        return Err(Problem::Again { most: PURPOSE_MAX }.into());
    }
    let document = Document {
        version: 1,
        organisation: ctx.org.organisation.name.clone(),
        purpose: purpose.clone(),
        number: u32::try_from(number).unwrap_or(1),
        reason: reason.filter(|_| number > 1).map(str::to_owned),
        frozen_at: ctx.now(),
        frozen_by: ctx.actor.name.clone(),
        settings: settings.clone(),
        definitions: DEFINITIONS.to_owned(),
        figures_hash: matched.figures_hash.clone(),
        outcome: matched.outcome,
    };
    let text = document.canonical().map_err(|error| Problem::Engine(error.to_string()))?;
    let row = Model {
        id,
        purpose,
        purpose_key: key,
        number,
        document_hash: super::model::hash_of(&text),
        document: text,
        figures_hash: matched.figures_hash,
        frozen_at: document.frozen_at,
        frozen_by: ctx.actor.id,
        frozen_by_name: ctx.actor.name.clone(),
    };
    change
        .note("number", number)
        .note("hash", row.document_hash.as_str())
        .note("figures", row.figures_hash.as_str())
        .note("chosen", settings.treated.len())
        .note("matched", document.outcome.matched());
    if let Some(reason) = &document.reason {
        change.reason(reason.as_str());
    }
    store::insert(change.tx(), row).await?;
    change.commit().await?;
    Ok(id)
}

/// A row as it is read: what it says, and whether it is as it was frozen.
fn read(row: Model) -> Result<Frozen> {
    let document = serde_json::from_str(&row.document)
        .map_err(|error| PlatformError::Corrupt { what: "comparison", why: error.to_string() })?;
    let sound = super::model::hash_of(&row.document) == row.document_hash;
    Ok(Frozen { id: row.id, document, hash: row.document_hash, sound })
}

async fn look(ctx: &Ctx, subject: Subject, shown: usize) -> Result<()> {
    let detail = json!({ "comparisons": shown });
    let look = Look { action: Action::ChooseSchools, subject, reason: None, detail };
    Ok(ctx.look(vec![look]).await?)
}

/// A frozen comparison, after those of the same purpose that came before it.
///
/// # Errors
/// [`PlatformError::NotFound`] where there is none; [`Error::Platform`](crate::Error::Platform) for a refusal, or when the database or the
/// access log fails.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<(Frozen, Vec<Frozen>)> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let row = store::one(ctx, id).await?.ok_or(PlatformError::NotFound)?;
    let of_purpose = store::of_purpose(ctx.db(), &row.purpose_key).await?;
    let others: Result<Vec<Frozen>> =
        of_purpose.into_iter().filter(|other| other.id != row.id).map(read).collect();
    let others = others?;
    look(ctx, Subject::of("school-comparison", id), 1 + others.len()).await?;
    Ok((read(row)?, others))
}

/// The frozen comparisons, the newest first.
///
/// # Errors
/// [`Error::Platform`](crate::Error::Platform) for a refusal, or when the database or the access log fails.
pub async fn list(ctx: &Ctx) -> Result<Vec<Frozen>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let rows = store::list(ctx).await?;
    look(ctx, Subject::kind("school-comparison"), rows.len()).await?;
    rows.into_iter().map(read).collect()
}
