//! The form that gives a child to a worker.

use axum::response::Response;
use govuk::{Button, ChoiceItem, Radios, Select, SelectItem};
use maud::html;
use platform::{
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    ChangeReason, Part,
    service::{self, Order},
};
use crate::{
    access::{Access, Outline, outline_for},
    people::pages::counted,
    staff, ui,
};

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/{id}/allocate", Action::Allocate, form),
        Route::post("/people/{id}/allocate", Action::Allocate, allocate),
    ]
}

async fn child(request: &Request, id: Uuid) -> Result<Outline, Failure> {
    match outline_for(request, id, Action::Allocate, "allocation").await? {
        Access::Open(outline) => Ok(outline),
        Access::Ask(_) => Err(Failure::Forbidden),
    }
}

async fn form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = child(&request, id).await?;
    page(&request, &child, &Form::default(), &Errors::new()).await
}

async fn page(request: &Request, child: &Outline, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let workers = staff::holders(request).await?;
    let loads = service::loads(request).await?;
    let teams = staff::teams(request).await?;
    let value = |name: &str| Some(form.raw(name).to_owned()).filter(|text| !text.is_empty());
    let load = |id| usize::try_from(loads.get(&id).copied().unwrap_or_default()).unwrap_or_default();
    let title = format!("Allocate {}", child.title());
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" { "Allocated worker now: " (ui::shown(&child.worker)) ". Team: " (ui::shown(&child.team)) "." }
        (ui::form(request, &format!("/people/{}/allocate", child.id), &html! {
            (Radios::new("part").legend("As").inline()
                .items(Part::ALL.iter().map(|part| ChoiceItem::new(part.slug(), part.title())))
                .value(value("part").unwrap_or_else(|| Part::Allocated.slug().to_owned()))
                .error(errors.of("part")))
            (Select::new("worker").label("Worker").hint("The number of children that they hold stands beside the name")
                .item(SelectItem::new("", "No worker yet"))
                .items(workers.iter().map(|worker| SelectItem::new(
                    worker.id.to_string(),
                    format!("{} ({})", worker.name, counted(load(worker.id), "child", "children")),
                )))
                .value(value("worker")).error(errors.of("worker")))
            (Select::new("team").label("Team").item(SelectItem::new("", "The worker’s own team"))
                .items(teams.iter().map(|(id, name)| SelectItem::new(id.to_string(), name.as_str())))
                .value(value("team")).error(errors.of("team")))
            (Select::new("reason").label("Why the worker changes")
                .hint("Needed where there is an allocated worker now")
                .item(SelectItem::new("", "Choose a reason"))
                .items(ChangeReason::ALL.iter().map(|reason| SelectItem::new(reason.slug(), reason.title())))
                .value(value("reason")).error(errors.of("reason")))
            (Button::new("Allocate"))
        }))
    };
    Ok(request.page(title).back("Back", "/caseload").in_error(!errors.is_empty()).render(body))
}

async fn allocate(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let child = child(&request, id).await?;
    let mut errors = Errors::new();
    let part = Part::from_slug(form.raw("part"));
    if part.is_none() {
        errors.add("part", "Select the part of the worker");
    }
    let workers = staff::holders(&request).await?;
    let chosen = form.raw("worker").parse::<Uuid>().ok();
    let worker = workers.iter().find(|worker| Some(worker.id) == chosen);
    if !form.raw("worker").is_empty() && worker.is_none() {
        errors.add("worker", "Choose a worker from the list");
    }
    let teams = staff::teams(&request).await?;
    let team = teams.iter().map(|(id, _)| *id).find(|id| id.to_string() == form.raw("team"));
    let team = team.or_else(|| worker.and_then(|worker| worker.teams.first().copied()));
    if worker.is_none() && team.is_none() {
        errors.add("worker", "Choose a worker or a team");
    }
    let reason = ChangeReason::from_slug(form.raw("reason"));
    let changes = part == Some(Part::Allocated)
        && child.worker_id.is_some()
        && child.worker_id != worker.map(|worker| worker.id);
    if changes && reason.is_none() {
        errors.add("reason", "Choose why the worker changes");
    }
    if let (Some(part), true) = (part, errors.is_empty()) {
        let order = Order { person: child.id, worker: worker.map(|worker| worker.id), team, part, reason };
        match service::allocate(&request, order).await {
            Ok(()) if platform::policy::may_ever(&request.actor, Action::ListCaseload) => {
                return Ok(request.redirect("/caseload"));
            }
            Ok(()) => return Ok(request.redirect("/people/search")),
            Err(error) => ui::refused(error, "worker", &mut errors)?,
        }
    }
    page(&request, &child, &form, &errors).await
}
