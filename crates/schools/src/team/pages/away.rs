//! Somebody is away: from when to when, and who stands in.

use ::record::ui;
use govuk::{Button, Cell, Select, SelectItem, Table};
use maud::html;
use platform::{
    clock::date_in_words,
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use uuid::Uuid;

use super::{
    parts::{add, caught, workers},
    places::{ahead, date, name_of},
};
use crate::team::{
    model::Absence,
    service::{
        activity, places,
        plan::{self, Known},
    },
};

const BACK: &str = "/schools/team/places";

/// Who is away now and later.
pub(super) fn table(request: &Request, known: &Known) -> Table {
    let mut absences: Vec<&Absence> = known.plan.absences.iter().collect();
    absences.sort_by_key(|absence| (absence.first_day, absence.id));
    absences.into_iter().fold(
        Table::new().head(["Away", "From", "To", "Stands in", "Change"]).first_cell_is_header(true),
        |table, absence| {
            let path = format!("/schools/team/away/{}", absence.id);
            let who = known.worker(absence.worker);
            table.row([
                Cell::new(html! {
                    (who) @if let Some(urn) = absence.urn { ", from " (known.school(urn)) " only" }
                }),
                Cell::new(date_in_words(absence.first_day)),
                Cell::new(date_in_words(absence.last_day)),
                Cell::new(absence.cover.map_or("Nobody: duty number", |cover| known.worker(cover))),
                Cell::new(html! {
                    p class="govuk-!-margin-top-0 govuk-!-margin-bottom-2" {
                        a class="govuk-link" href=(request.href(&format!("{path}/cover"))) {
                            "Cover" span class="govuk-visually-hidden" { " for " (who) }
                        }
                    }
                    (ui::form(request, &format!("{path}/end"), &html! {
                        button class="app-link-button govuk-link" type="submit" {
                            "Back again" span class="govuk-visually-hidden" { ": " (who) }
                        }
                    }))
                }),
            ])
        },
    )
}

pub(super) async fn new(request: Request) -> Outcome {
    let mut fields = super::parts::date_fields("first-day", request.today());
    fields.extend(super::parts::date_fields("last-day", request.today()));
    let form = request.draft().await?.unwrap_or_else(|| Form::of(fields));
    page(&request, &form, &Errors::new()).await
}

pub(super) async fn create(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    if let (Some(absence), true) = (read(&form, &mut errors), errors.is_empty())
        && caught(places::add_absence(&request, &absence).await, &mut errors)?.is_some()
    {
        return Ok(request.redirect(BACK));
    }
    page(&request, &form, &errors).await
}

fn read(form: &Form, errors: &mut Errors) -> Option<Absence> {
    let worker = form.text("worker").parse::<Uuid>().ok();
    if worker.is_none() {
        errors.add("worker", "Select who is away");
    }
    let first_day = ui::date(form, "first-day", "First day", errors);
    let last_day = ui::date(form, "last-day", "Last day", errors);
    for (day, name, message) in [
        (first_day, "first-day-day", "Enter the first day"),
        (last_day, "last-day-day", "Enter the last day"),
    ] {
        if day.is_none() && errors.of(name).is_none() {
            errors.add(name, message);
        }
    }
    let absence = Absence {
        id: Uuid::nil(),
        worker: worker?,
        urn: form.text("school").parse().ok(),
        first_day: first_day?,
        last_day: last_day?,
        cover: form.text("cover").parse().ok(),
    };
    add(errors, &absence.problems());
    Some(absence)
}

async fn page(request: &Request, form: &Form, errors: &Errors) -> Outcome {
    let workers = workers(request).await?;
    let schools = activity::choices(request).await?;
    let people = || workers.iter().map(|(id, name)| SelectItem::new(id.to_string(), name.as_str()));
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Somebody is away" }
        p class="govuk-body" { "Nobody is asked why. Schools see who stands in, or the duty number." }
        (ui::form(request, "/schools/team/away/new", &html! {
            (Select::new("worker").label("Who is away?").item(SelectItem::new("", "Choose a worker"))
                .items(people()).value(form.text("worker")).error(errors.of("worker")))
            (date(form, "first-day", "First day", "For example, 1 7 2019", errors))
            (date(form, "last-day", "Last day", "The same for one day", errors))
            (Select::new("cover").label("Who stands in?").item(SelectItem::new("", "Nobody: show the duty number"))
                .items(people()).value(form.text("cover")).error(errors.of("cover")))
            (Select::new("school").label("From which school?").item(SelectItem::new("", "From all their schools"))
                .items(schools.iter().map(|(urn, name)| SelectItem::new(urn.to_string(), name.as_str())))
                .value(form.text("school")))
            (Button::new("Save"))
        }))
    };
    Ok(request
        .page("Somebody is away")
        .back("Places and cover", BACK)
        .in_error(!errors.is_empty())
        .render(body))
}

async fn absence(request: &Request, id: Uuid) -> Result<Absence, Failure> {
    let today = request.today();
    let known = plan::team(request, today, ahead(today)).await?;
    known.plan.absences.into_iter().find(|absence| absence.id == id).ok_or(Failure::NotFound)
}

pub(super) async fn cover_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let absence = absence(&request, id).await?;
    let cover = absence.cover.map(|cover| cover.to_string()).unwrap_or_default();
    cover_page(&request, &absence, &Form::of(vec![("cover".to_owned(), cover)]), &Errors::new()).await
}

pub(super) async fn cover(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let absence = absence(&request, id).await?;
    let mut errors = Errors::new();
    let chosen = form.text("cover").parse().ok();
    if caught(places::set_cover(&request, id, chosen).await, &mut errors)?.is_some() {
        return Ok(request.redirect(BACK));
    }
    cover_page(&request, &absence, &form, &errors).await
}

async fn cover_page(request: &Request, absence: &Absence, form: &Form, errors: &Errors) -> Outcome {
    let name = name_of(request, absence.worker).await?;
    let workers = workers(request).await?;
    let others = workers.iter().filter(|(id, _)| *id != absence.worker);
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Who stands in for " (name) "?" }
        p class="govuk-body" { (date_in_words(absence.first_day)) " to " (date_in_words(absence.last_day)) }
        (ui::form(request, &format!("/schools/team/away/{}/cover", absence.id), &html! {
            (Select::new("cover").label("Colleague").item(SelectItem::new("", "Nobody: show the duty number"))
                .items(others.map(|(id, name)| SelectItem::new(id.to_string(), name.as_str())))
                .value(form.text("cover")).error(errors.of("cover")))
            (Button::new("Save"))
        }))
    };
    Ok(request.page("Cover").back("Places and cover", BACK).in_error(!errors.is_empty()).render(body))
}

pub(super) async fn end(request: Request, Path(id): Path<Uuid>) -> Outcome {
    places::end_absence(&request, id).await?;
    Ok(request.redirect(BACK))
}
