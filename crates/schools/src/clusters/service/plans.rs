//! Plans: freezing an answer, and reading what was frozen.

use chrono::{DateTime, Utc};
use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use serde_json::json;
use uuid::Uuid;

use super::{REASON_MAX, TITLE_MAX, search::report_of};
use crate::{
    Result,
    clusters::{
        entity::cluster_plan,
        model::{Frozen, Sealed},
        store,
    },
};

/// Freezes the answer of a search exactly as it was shown to the one who asked. Nothing is counted or searched again.
///
/// # Errors
/// [`Error::Platform`](crate::Error::Platform) with what is missing where nothing was chosen, the search has no answer yet, or title or reason
/// are empty or too long; [`platform::Error::NotFound`] for a search of somebody else.
pub async fn freeze(ctx: &Ctx, search: Uuid, title: &str, why: &str) -> Result<Uuid> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let (title, why) = (title.trim(), why.trim());
    for (what, text, most) in [("title", title, TITLE_MAX), ("reason", why, REASON_MAX)] {
        if text.is_empty() || text.chars().count() > most {
            let why = format!("enter from 1 to {most} characters");
            return Err(platform::Error::invalid(what, why).into());
        }
    }
    let Some(report) = report_of(ctx, search).await? else {
        return Err(platform::Error::invalid("plan", "the search has not ended yet").into());
    };
    if let Some(nothing) = &report.choice.nothing {
        return Err(platform::Error::invalid("plan", nothing.clone()).into());
    }
    let question = report.question;
    let plan = Frozen {
        form: Frozen::form(),
        organisation: report.organisation,
        title: title.to_owned(),
        why: why.to_owned(),
        by: ctx.actor.name.clone(),
        at: ctx.now(),
        chosen_at: Some(report.at),
        years: question.years,
        figures_hash: question.figures_hash,
        links_hash: question.links_hash,
        settings: question.settings,
        places: Frozen::places_of(&question.sites),
        choice: report.choice,
    };
    let sealed = plan.seal().map_err(|error| platform::Error::invalid("plan", error.to_string()))?;
    let row = cluster_plan::Model {
        id: ctx.id(),
        title: title.to_owned(),
        content: sealed.text,
        content_hash: sealed.content_hash.clone(),
        frozen_at: sealed.plan.at,
        frozen_by: ctx.actor.id,
        frozen_by_name: ctx.actor.name.clone(),
    };
    let id = row.id;
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("cluster-plan", id)).await?;
    change.note("content_hash", sealed.content_hash).note("search", search.to_string());
    store::add_plan(change.tx(), row).await?;
    change.commit().await?;
    Ok(id)
}

/// A frozen plan. Whether its text is the one that was frozen is for [`Sealed::is_sound`] to say.
///
/// # Errors
/// [`platform::Error::NotFound`]; [`platform::Error::Corrupt`] where the text cannot be read at all.
pub async fn plan(ctx: &Ctx, id: Uuid) -> platform::Result<Sealed> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let row = store::plan(ctx.db(), id).await?.ok_or(platform::Error::NotFound)?;
    let plan = serde_json::from_str(&row.content)
        .map_err(|error| platform::Error::Corrupt { what: "cluster plan", why: error.to_string() })?;
    let look = Look {
        action: Action::ChooseSchools,
        subject: Subject::of("cluster-plan", id),
        reason: None,
        detail: json!({}),
    };
    ctx.look(vec![look]).await?;
    Ok(Sealed { plan, text: row.content, content_hash: row.content_hash })
}

/// The plans: identifier, title, when, by whom.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn plans(ctx: &Ctx) -> platform::Result<Vec<(Uuid, String, DateTime<Utc>, String)>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    store::plans(ctx.db()).await
}
