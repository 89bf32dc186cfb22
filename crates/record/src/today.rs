//! Today: everything that waits for the actor, from every part of Nearhand.

use std::collections::BTreeMap;

use govuk::{Tag, TagColour};
use maud::{Markup, html};
use platform::{
    Ctx, Result,
    capability::Due,
    clock::date_in_words,
    policy::{Action, may_ever},
    web::{Outcome, Request, Route},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use crate::{
    access::grant, caseload, clocks::State as ClockState, entity::import_file, import::State,
    people::pages::counted, restriction,
};

/// Clocks of one's children that Today names; the caseload has the rest.
const CLOCKS_MAX: usize = 20;
/// Things due of one heading that Today names.
const GROUP_MAX: usize = 50;

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/today", Action::ViewToday, today)]
}

async fn today(request: Request) -> Outcome {
    let mut groups: BTreeMap<&'static str, Vec<Due>> = BTreeMap::new();
    for capability in &request.app.capabilities {
        for due in capability.due(&request).await? {
            groups.entry(due.group).or_default().push(due);
        }
    }
    let total: usize = groups.values().map(Vec::len).sum();
    let body = html! {
        h1 class="govuk-heading-l" { "Today" }
        p class="govuk-body" { (date_in_words(request.today())) ". " (waiting(total)) }
        @if total == 0 && may_ever(&request.actor, Action::ListCaseload) {
            p class="govuk-body" {
                "No clock of your children is overdue or due soon. The next ones stand in your "
                a class="govuk-link" href=(request.href("/caseload")) { "caseload" } "."
            }
        }
        @for (heading, mut dues) in groups {
            (group(&request, heading, { dues.sort_by_key(|due| (due.by.is_none(), due.by)); &dues }))
        }
    };
    Ok(request.page("Today").render(body))
}

fn waiting(total: usize) -> String {
    if total == 0 {
        return "Nothing waits for you.".to_owned();
    }
    format!("{} for you.", counted(total, "thing waits", "things wait"))
}

fn group(request: &Request, heading: &str, dues: &[Due]) -> Markup {
    let today = request.today();
    html! {
        h2 class="govuk-heading-m" { (heading) }
        ul class="govuk-task-list" {
            @for due in dues.iter().take(GROUP_MAX) {
                li class="govuk-task-list__item govuk-task-list__item--with-link" {
                    div class="govuk-task-list__name-and-hint" {
                        a class="govuk-link govuk-task-list__link" href=(request.href(&due.path)) { (due.title) }
                        @if !due.note.is_empty() { div class="govuk-task-list__hint" { (due.note) } }
                    }
                    div class="govuk-task-list__status" {
                        @match due.by {
                            Some(by) if by < today => {
                                (Tag::new("Overdue").colour(TagColour::Red)) " since " (date_in_words(by))
                            },
                            Some(by) if by == today => (Tag::new("Due today").colour(TagColour::Yellow)),
                            Some(by) => { "by " (date_in_words(by)) },
                            None => {},
                        }
                    }
                }
            }
        }
        @if dues.len() > GROUP_MAX { p class="govuk-body" { "and " (dues.len() - GROUP_MAX) " more" } }
    }
}

/// What of the record waits for the actor: clocks of their children, accesses and restrictions to review.
pub(crate) async fn due(ctx: &Ctx) -> Result<Vec<Due>> {
    let mut all = vec![];
    if may_ever(&ctx.actor, Action::ListCaseload) {
        all.extend(clocks(ctx).await?);
    }
    if may_ever(&ctx.actor, Action::ConfirmImport) {
        all.extend(imports(ctx).await?);
    }
    if may_ever(&ctx.actor, Action::ReviewAccess) {
        let waiting = grant::waiting_count(ctx).await?;
        if waiting > 0 {
            all.push(Due {
                group: "Reviews",
                title: html! { (counted(waiting, "access to review", "accesses to review")) },
                path: "/access-reviews".to_owned(),
                by: None,
                note: "Somebody opened a record with a reason".to_owned(),
            });
        }
    }
    if may_ever(&ctx.actor, Action::RestrictRecord) {
        for (id, review_on) in restriction::service::reviews_due(ctx).await? {
            all.push(Due {
                group: "Reviews",
                title: html! { "Review a restriction" },
                path: format!("/restrictions/{id}"),
                by: Some(review_on),
                note: "It holds until somebody lifts it".to_owned(),
            });
        }
    }
    Ok(all)
}

/// Files whose preview waits for a decision.
async fn imports(ctx: &Ctx) -> Result<Vec<Due>> {
    let waiting = import_file::Entity::find()
        .filter(import_file::Column::State.eq(State::Checked.slug()))
        .order_by_asc(import_file::Column::ReceivedAt)
        .limit(GROUP_MAX as u64)
        .all(ctx.db())
        .await?;
    Ok(waiting
        .into_iter()
        .map(|file| Due {
            group: "Imports",
            title: html! { "Decide on " (file.name) },
            path: format!("/imports/{}", file.id),
            by: None,
            note: format!("Received from {}", file.received_by_name),
        })
        .collect())
}

async fn clocks(ctx: &Ctx) -> Result<Vec<Due>> {
    let (pressing, total) = caseload::service::pressing(ctx, CLOCKS_MAX).await?;
    let mut all: Vec<Due> = pressing
        .iter()
        .filter_map(|line| {
            let clock = line.clock?;
            let due = clock.due?;
            Some(Due {
                group: "Clocks of your children",
                title: html! { (line.child.title()) ": " (clock.kind.title()) },
                path: format!("/people/{}/clocks", line.child.id),
                by: Some(due.on),
                note: format!(
                    "{}, {} after {}{}",
                    due.basis.title(),
                    due.limit,
                    clock.kind.trigger(),
                    if clock.state == ClockState::Overdue { ". As far as the last return tells" } else { "" }
                ),
            })
        })
        .collect();
    if total > pressing.len() {
        all.push(Due {
            group: "Clocks of your children",
            title: html! { "See all " (total) " in the caseload" },
            path: "/caseload?sort=due".to_owned(),
            by: None,
            note: String::new(),
        });
    }
    Ok(all)
}
