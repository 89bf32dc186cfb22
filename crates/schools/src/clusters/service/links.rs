//! What people decide about links.

use platform::{
    Ctx,
    audit::Subject,
    policy::{Action, Object},
};

use super::REASON_MAX;
use crate::{
    clusters::{entity::cluster_link, model::Decision, store},
    figures::{self, Kind},
};

/// Decisions that may be stored.
const DECISIONS_MAX: usize = 20_000;

/// Stores what somebody decided about a link.
///
/// # Errors
/// [`platform::Error::Invalid`] where the two are no secondary and other school of this authority, or the reason is missing;
/// [`platform::Error::Refused`] for those who may not choose.
pub async fn decide(
    ctx: &Ctx,
    secondary: u32,
    school: u32,
    decision: Decision,
    reason: &str,
) -> platform::Result<()> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(platform::Error::invalid(
            "reason",
            format!("say why, in at most {REASON_MAX} characters"),
        ));
    }
    let named = figures::register(ctx).await?;
    let kind = |urn: u32| {
        named.iter().find(|(other, ..)| *other == urn).map(|(_, _, kind, closed)| (*kind, *closed))
    };
    match kind(secondary) {
        Some((Kind::Secondary | Kind::AllThrough, false)) => {}
        _ => {
            return Err(platform::Error::invalid(
                "secondary",
                "choose an open secondary or all-through school",
            ));
        }
    }
    match kind(school) {
        Some((Kind::Secondary | Kind::AllThrough, _)) | None => {
            return Err(platform::Error::invalid(
                "school",
                "choose a primary, special school, pupil referral unit or other school of this authority",
            ));
        }
        Some((_, true)) => return Err(platform::Error::invalid("school", "the school is closed")),
        Some(_) => {}
    }
    if store::decisions(ctx.db()).await?.len() >= DECISIONS_MAX {
        return Err(platform::Error::invalid("links", "no more decisions can be stored"));
    }
    let number =
        |urn: u32| i32::try_from(urn).map_err(|_| platform::Error::invalid("URN", "it is too large"));
    let row = cluster_link::Model {
        id: ctx.id(),
        secondary_urn: number(secondary)?,
        school_urn: number(school)?,
        decision: decision.slug().to_owned(),
        reason: reason.to_owned(),
        decided_at: ctx.now(),
        decided_by: ctx.actor.id,
        decided_by_name: ctx.actor.name.clone(),
    };
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("cluster-link", row.id)).await?;
    change.note("secondary", secondary).note("school", school).note("decision", decision.slug());
    store::add_decision(change.tx(), row).await?;
    change.commit().await
}
