//! What of the school's door waits on Today.

use chrono::Days;
use maud::html;
use platform::{
    Ctx, Result,
    capability::Due,
    policy::{Action, Role, may_ever},
};

use super::{inbox, own, referral};
use crate::door::{model::state::State, store};

/// Days for which Today says what became of a concern.
const NEWS_DAYS: u64 = 7;

/// What waits for the actor.
pub(crate) async fn due(ctx: &Ctx) -> Result<Vec<Due>> {
    let mut all = vec![];
    if may_ever(&ctx.actor, Action::ViewOwnConcerns) {
        all.extend(news(ctx).await?);
    }
    if may_ever(&ctx.actor, Action::TriageConcern) {
        all.extend(waiting(ctx).await?);
    }
    Ok(all)
}

/// What became of the concerns of a school, and which wait.
async fn news(ctx: &Ctx) -> Result<Vec<Due>> {
    let since = ctx.today().checked_sub_days(Days::new(NEWS_DAYS)).unwrap_or(ctx.today());
    let told = store::concerns::told_since(ctx.db(), &ctx.actor.schools, since).await?;
    let mut rows = store::concerns::of_schools(ctx.db(), Some(&ctx.actor.schools), true).await?;
    rows.extend(told);
    Ok(own::shown(ctx, rows, None)
        .await?
        .into_iter()
        .map(|sent| {
            let waits = sent.state.waits();
            let title = if waits {
                html! { "Concern " (sent.row.reference) ": " (sent.state.title_for_school()) }
            } else {
                html! { "What became of concern " (sent.row.reference) ": " (sent.state.title_for_school()) }
            };
            Due {
                group: "Your school’s concerns",
                title,
                path: format!("/schools/door/concerns/{}", sent.row.id),
                by: waits.then_some(sent.row.tell_by),
                note: if waits { "You are told what becomes of it".to_owned() } else { String::new() },
            }
        })
        .collect())
}

/// Concerns for the worker of the school; for managers only those that are overdue.
async fn waiting(ctx: &Ctx) -> Result<Vec<Due>> {
    let worker = ctx.actor.has(Role::SocialWorker);
    let inbox = inbox::gather(ctx, None).await?;
    let mut all: Vec<Due> = inbox
        .waiting
        .iter()
        .filter(|line| worker || line.clock.is_overdue())
        .map(|line| Due {
            group: if worker { "Concerns from schools" } else { "Concerns that are overdue" },
            title: html! { "Concern " (line.row.reference) ", " (line.school) },
            path: if line.whom == inbox::Whom::Restricted {
                "/schools/door/inbox".to_owned()
            } else {
                format!("/schools/door/inbox/{}", line.row.id)
            },
            by: Some(line.row.tell_by),
            note: match (line.state, &line.row.triaged_by_name) {
                (State::Recorded, _) | (_, None) => "Nobody has taken it".to_owned(),
                (_, Some(name)) => format!("Taken by {name}"),
            },
        })
        .collect();
    let late = inbox.undecided.iter().filter(|sent| sent.row.decide_by <= ctx.today());
    all.extend(late.filter(|sent| sent.whom != inbox::Whom::Restricted).map(|sent| Due {
        group: "Referrals to the front door",
        title: html! { "What did the front door decide on " (sent.row.reference) "?" },
        path: format!("/schools/door/referrals/{}", sent.row.id),
        by: Some(sent.row.decide_by),
        note: "One working day from sending".to_owned(),
    }));
    for row in referral::to_confirm(ctx).await? {
        all.push(Due {
            group: "Referrals to the front door",
            title: html! { "Referral " (row.reference) " may be in the return: confirm it" },
            path: format!("/schools/door/referrals/{}", row.id),
            by: None,
            note: String::new(),
        });
    }
    Ok(all)
}
