//! Workers say why a pot is not used.

use maud::html;
use platform::{
    Ctx,
    audit::Subject,
    capability::Due,
    policy::{Action, Role},
};
use uuid::Uuid;

use crate::{
    Error, Result,
    insight::{
        entity::unused_reason,
        model::unused::{Reason, WEEKS, WORDS_MAX, is_unused, quiet_weeks},
        store,
    },
    pots::{model::Envelope, reach, store as pots},
    spend::service::pots_for,
};

/// The heading on Today.
const GROUP: &str = "Money";
/// Entries on Today at most.
const DUE_MAX: usize = 5;

/// A pot of which the actor may say why it is not used.
///
/// # Errors
/// As if there were no such pot, or the database.
pub async fn pot_to_explain(ctx: &Ctx, id: Uuid) -> Result<Envelope> {
    let pot = pots::envelope(ctx.db(), id).await?;
    if pot.policy.is_none() {
        return Err(platform::Error::NotFound.into());
    }
    reach::require(ctx, Action::RequestSpend, &pot).await?;
    Ok(pot)
}

/// Writes down why a pot is not used. Nothing that was said before is changed; the latest stands.
///
/// # Errors
/// In words for the worker; refused, or the database.
pub async fn say_why(ctx: &Ctx, pot: Uuid, reason: Reason, words: &str) -> Result<()> {
    let pot = pot_to_explain(ctx, pot).await?;
    let words = words.trim();
    if words.chars().count() > WORDS_MAX {
        return Err(Error::choice(format!("Further words must be {WORDS_MAX} characters or fewer")));
    }
    if reason == Reason::Other && words.is_empty() {
        return Err(Error::choice("Enter what the reason is"));
    }
    if pot.closed_on.is_some() {
        return Err(Error::choice("This pot is closed"));
    }
    let mut change = ctx.change(Action::RequestSpend, Subject::of("envelope", pot.id)).await?;
    let row = unused_reason::Model {
        pot_id: pot.id,
        seq: 1,
        reason: reason.slug().to_owned(),
        words: words.to_owned(),
        said_on: ctx.today(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_reason(&change, row).await?;
    change.note("unused", reason.slug());
    Ok(change.commit().await?)
}

/// What was last said of a pot. Permission for the pot is the caller's.
///
/// # Errors
/// When the database cannot be read.
pub async fn said(ctx: &Ctx, pot: Uuid) -> Result<Option<unused_reason::Model>> {
    Ok(store::reasons(ctx.db(), Some(&[pot])).await?.remove(&pot))
}

/// The pots of a worker from which nothing was spent for four weeks or longer, where nobody said why in that time.
pub(crate) async fn due(ctx: &Ctx) -> Result<Vec<Due>> {
    // A manager may spend from every pot of the team, and is told of all of them elsewhere.
    let is_worker = |role: Role| ctx.actor.roles.iter().any(|grant| grant.role == role);
    if !is_worker(Role::SocialWorker) || is_worker(Role::TeamManager) {
        return Ok(vec![]);
    }
    let mine = pots_for(ctx, Action::RequestSpend).await?;
    if mine.is_empty() {
        return Ok(vec![]);
    }
    let today = ctx.today();
    let ids: Vec<Uuid> = mine.iter().map(|pot| pot.id).collect();
    let (opened, paid) = store::quiet(ctx.db(), &ids).await?;
    let said = store::reasons(ctx.db(), Some(&ids)).await?;
    let mut all = Vec::new();
    for pot in mine {
        let Some(opened) = opened.get(&pot.id).copied() else { continue };
        let last = paid.get(&pot.id).copied();
        let told = said.get(&pot.id).is_some_and(|row| (today - row.said_on).num_weeks() < i64::from(WEEKS));
        if told || !is_unused(opened, last, WEEKS, today) {
            continue;
        }
        let weeks = quiet_weeks(opened, last, today);
        all.push(Due {
            group: GROUP,
            title: html! { "Say why nothing is spent from " (pot.name) },
            path: format!("/budgets/insight/pots/{}/why", pot.id),
            by: None,
            note: format!(
                "Nothing for {weeks} weeks. It is no target: your answer helps to make the money usable"
            ),
        });
        if all.len() == DUE_MAX {
            break;
        }
    }
    Ok(all)
}
