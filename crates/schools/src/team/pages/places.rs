//! Who works at which school, school holidays, and the duty number.

use ::record::ui;
use chrono::{Days, NaiveDate};
use govuk::{Button, Cell, Checkboxes, Input, InsetText, Select, SelectItem, Table};
use maud::{Markup, html};
use platform::{
    auth::service::directory,
    clock::date_in_words,
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use uuid::Uuid;

use super::parts::{add, caught, navigation, times, with_date, workers};
use crate::team::{
    model::{Hours, Place, Weekdays, minute_of},
    service::{
        activity, places,
        plan::{self, Known},
    },
};

const PATH: &str = "/schools/team/places";

pub(super) async fn list(request: Request) -> Outcome {
    let today = request.today();
    let until = today.checked_add_days(Days::new(366)).unwrap_or(today);
    let known = plan::team(&request, today, until).await?;
    let line = plan::duty_line(&request).await?;
    let link = |path: &str| request.href(&format!("/schools/team/{path}"));
    let body = html! {
        (navigation(&request, PATH))
        h1 class="govuk-heading-xl" { "Places and cover" }
        p class="govuk-body" {
            "A place says where and when somebody works. It opens no child’s record: that follows from role, team and allocation."
        }
        div class="govuk-button-group" {
            (Button::new("Put a worker at a school").href(link("places/new")))
            (Button::new("Somebody is away").secondary().href(link("away/new")))
        }
        h2 class="govuk-heading-l" { "Who works where" }
        @if known.plan.places.is_empty() {
            (InsetText::new("Nobody has a place at a school yet."))
        } @else { (ui::rows("Who works where", table(&request, &known))) }
        h2 class="govuk-heading-l" { "Away and covered" }
        @if known.plan.absences.is_empty() {
            p class="govuk-body" { "Nobody is away, as far as is written down." }
        } @else { (ui::rows("Away and covered", super::away::table(&request, &known))) }
        h2 class="govuk-heading-l" { "When schools are closed, and whom they call" }
        ul class="govuk-list" {
            li { a class="govuk-link" href=(link("closures")) { "School holidays" } }
            li {
                a class="govuk-link" href=(link("duty-line")) { "Duty number" } ": "
                @match &line {
                    Some(line) => { (line.name) ", " (line.phone) }
                    None => strong { "not set. Schools do not see whom to call" },
                }
            }
        }
    };
    Ok(request.page("Places and cover").wide().render(body))
}

fn table(request: &Request, known: &Known) -> Table {
    let head = ["Worker", "School", "Days", "From", "To"];
    let mut places: Vec<&Place> = known.plan.places.iter().collect();
    places.sort_by_key(|place| (known.worker(place.worker).to_lowercase(), place.first_day, place.id));
    places.into_iter().fold(
        Table::new().head(head).heading("Change").first_cell_is_header(true),
        |table, place| {
            let end = request.href(&format!("{PATH}/{}/end", place.id));
            let who = known.worker(place.worker);
            table.row([
                Cell::new(who),
                Cell::new(known.school(place.urn)),
                Cell::new(html! { (place.days.in_words()) br; (place.hours.in_words()) }),
                Cell::new(date_in_words(place.first_day)),
                Cell::new(place.last_day.map_or_else(|| "No end".to_owned(), date_in_words)),
                Cell::new(html! {
                    a class="govuk-link" href=(end) {
                        "End" span class="govuk-visually-hidden" { " " (who) " at " (known.school(place.urn)) }
                    }
                }),
            ])
        },
    )
}

pub(super) async fn new(request: Request) -> Outcome {
    let mut fields = super::parts::date_fields("first-day", request.today());
    fields.extend(
        [("from", "09:00"), ("to", "15:00")].map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let form = request.draft().await?.unwrap_or_else(|| Form::of(fields));
    place_page(&request, &form, &Errors::new()).await
}

pub(super) async fn create(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    if let (Some(place), true) = (read(&form, &mut errors), errors.is_empty())
        && caught(places::add_place(&request, &place).await, &mut errors)?.is_some()
    {
        return Ok(request.redirect(PATH));
    }
    place_page(&request, &form, &errors).await
}

fn read(form: &Form, errors: &mut Errors) -> Option<Place> {
    let worker = form.text("worker").parse::<Uuid>().ok();
    if worker.is_none() {
        errors.add("worker", "Select a worker");
    }
    let urn = form.text("school").parse::<u32>().ok();
    if urn.is_none() {
        errors.add("school", "Select a school");
    }
    let first_day = ui::date(form, "first-day", "First day", errors);
    if first_day.is_none() && errors.of("first-day-day").is_none() {
        errors.add("first-day-day", "Enter the first day");
    }
    let last_day = ui::date(form, "last-day", "Last day", errors);
    let hours = minute_of(form.text("from")).zip(minute_of(form.text("to")));
    if hours.is_none() {
        errors.add("from", "Select from when to when");
    }
    let (from, to) = hours?;
    let place = Place {
        id: Uuid::nil(),
        worker: worker?,
        urn: urn?,
        first_day: first_day?,
        last_day,
        days: Weekdays::of(form.all("days")),
        hours: Hours { from, to },
    };
    add(errors, &place.problems());
    Some(place)
}

/// The field whose boxes hold a date, as the service names it.
pub(super) fn boxed<'a>(errors: &'a Errors, name: &str) -> Option<&'a str> {
    errors.of(name).or_else(|| errors.of(&format!("{name}-day")))
}

async fn place_page(request: &Request, form: &Form, errors: &Errors) -> Outcome {
    let workers = workers(request).await?;
    let schools = activity::choices(request).await?;
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Put a worker at a school" }
        (ui::form(request, "/schools/team/places/new", &html! {
            (Select::new("worker").label("Worker").item(SelectItem::new("", "Choose a worker"))
                .items(workers.iter().map(|(id, name)| SelectItem::new(id.to_string(), name.as_str())))
                .value(form.text("worker")).error(errors.of("worker")))
            (Select::new("school").label("School").item(SelectItem::new("", "Choose a school"))
                .items(schools.iter().map(|(urn, name)| SelectItem::new(urn.to_string(), name.as_str())))
                .value(form.text("school")).error(errors.of("school")))
            (Checkboxes::new("days").legend("Days of the week").small()
                .hint("Weekends, bank holidays and school holidays are left out by themselves")
                .items(Weekdays::NAMES.into_iter().zip(Weekdays::TITLES)).values(form.all("days").map(str::to_owned))
                .error(errors.of("days")))
            (Select::new("from").label("From").items(times(30)).value(form.text("from")).error(errors.of("from")))
            (Select::new("to").label("To").items(times(30)).value(form.text("to")).error(errors.of("to")))
            (date(form, "first-day", "First day", "For example, 2 9 2019", errors))
            (date(form, "last-day", "Last day (optional)", "Leave empty where no end is known", errors))
            (Button::new("Save"))
        }))
    };
    Ok(request
        .page("Put a worker at a school")
        .back("Places and cover", PATH)
        .in_error(!errors.is_empty())
        .render(body))
}

/// Boxes of a date, whose error the rules name without the part `day`.
pub(super) fn date(form: &Form, name: &str, legend: &str, hint: &str, errors: &Errors) -> Markup {
    let mut own = Errors::new();
    if let Some(message) = boxed(errors, name) {
        own.add(format!("{name}-day"), message);
    }
    ui::date_input(form, name, legend, hint, &own)
}

async fn place(request: &Request, id: Uuid) -> Result<(Place, String, String), Failure> {
    let today = request.today();
    let until = today.checked_add_days(Days::new(366 * 10)).unwrap_or(today);
    let known = plan::team(request, today, until).await?;
    let place = known.plan.places.iter().find(|place| place.id == id).ok_or(Failure::NotFound)?;
    Ok((place.clone(), known.worker(place.worker).to_owned(), known.school(place.urn)))
}

pub(super) async fn end_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let form = with_date("last-day", request.today());
    end_page(&request, id, &form, &Errors::new()).await
}

pub(super) async fn end(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let last = ui::date(&form, "last-day", "Last day", &mut errors);
    if last.is_none() && errors.is_empty() {
        errors.add("last-day-day", "Enter the last day");
    }
    if let Some(last) = last
        && caught(places::end_place(&request, id, last).await, &mut errors)?.is_some()
    {
        return Ok(request.redirect(PATH));
    }
    end_page(&request, id, &form, &errors).await
}

async fn end_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let (place, worker, school) = place(request, id).await?;
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "End " (worker) "’s place at " (school) }
        p class="govuk-body" { (place.days.in_words()) ", " (place.hours.in_words()) ", since " (date_in_words(place.first_day)) }
        (ui::form(request, &format!("{PATH}/{id}/end"), &html! {
            (date(form, "last-day", "Last day", "A place that has not begun by then is taken back", errors))
            (Button::new("End the place").warning())
        }))
    };
    Ok(request.page("End a place").back("Places and cover", PATH).in_error(!errors.is_empty()).render(body))
}

pub(super) async fn closures(request: Request) -> Outcome {
    closures_page(&request, &request.draft().await?.unwrap_or_default(), &Errors::new()).await
}

pub(super) async fn add_closure(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let first = ui::date(&form, "first-day", "First day", &mut errors);
    let last = ui::date(&form, "last-day", "Last day", &mut errors);
    for (day, name, message) in
        [(first, "first-day-day", "Enter the first day"), (last, "last-day-day", "Enter the last day")]
    {
        if day.is_none() && errors.of(name).is_none() {
            errors.add(name, message);
        }
    }
    if let (Some(first_day), Some(last_day)) = (first, last) {
        let holiday = crate::team::model::Holiday { name: form.text("name").to_owned(), first_day, last_day };
        if caught(places::add_holiday(&request, &holiday).await, &mut errors)?.is_some() {
            return Ok(request.redirect("/schools/team/closures"));
        }
    }
    closures_page(&request, &form, &errors).await
}

async fn closures_page(request: &Request, form: &Form, errors: &Errors) -> Outcome {
    let known = places::holidays(request).await?;
    let table = known.iter().fold(
        Table::new().head(["Holiday", "First day", "Last day", "Change"]).first_cell_is_header(true),
        |table, (id, holiday)| {
            let remove = format!("/schools/team/closures/{id}/remove");
            table.row([
                Cell::new(holiday.name.as_str()),
                Cell::new(date_in_words(holiday.first_day)),
                Cell::new(date_in_words(holiday.last_day)),
                Cell::new(ui::form(
                    request,
                    &remove,
                    &html! {
                        button class="app-link-button govuk-link" type="submit" {
                            "Remove" span class="govuk-visually-hidden" { " " (holiday.name) }
                        }
                    },
                )),
            ])
        },
    );
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "School holidays" }
        p class="govuk-body" {
            "Nobody of the team is due at a school on these days. Weekends and bank holidays of England are known already."
        }
        @if known.is_empty() { p class="govuk-body" { "No school holiday is written down." } }
        @else { (ui::rows("School holidays", table)) }
        h2 class="govuk-heading-m" { "Add a school holiday" }
        (ui::form(request, "/schools/team/closures", &html! {
            (Input::new("name").label("Name").hint("For example, October half-term").value(form.raw("name")).error(errors.of("name")))
            (date(form, "first-day", "First day", "For example, 28 10 2019", errors))
            (date(form, "last-day", "Last day", "For example, 1 11 2019", errors))
            (Button::new("Add"))
        }))
    };
    Ok(request
        .page("School holidays")
        .back("Places and cover", PATH)
        .in_error(!errors.is_empty())
        .render(body))
}

pub(super) async fn remove_closure(request: Request, Path(id): Path<Uuid>) -> Outcome {
    places::remove_holiday(&request, id).await?;
    Ok(request.redirect("/schools/team/closures"))
}

pub(super) async fn duty_form(request: Request) -> Outcome {
    let form = match (request.draft().await?, plan::duty_line(&request).await?) {
        (Some(draft), _) => draft,
        (None, Some(line)) => {
            Form::of(vec![("line-name".to_owned(), line.name), ("line-phone".to_owned(), line.phone)])
        }
        (None, None) => Form::default(),
    };
    Ok(duty_page(&request, &form, &Errors::new()))
}

pub(super) async fn set_duty(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let set = places::set_duty_line(&request, form.text("line-name"), form.text("line-phone")).await;
    if caught(set, &mut errors)?.is_some() {
        return Ok(request.redirect(PATH));
    }
    Ok(duty_page(&request, &form, &errors))
}

fn duty_page(request: &Request, form: &Form, errors: &Errors) -> axum::response::Response {
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Duty number" }
        p class="govuk-body" { "Schools see it when nobody of the team is there." }
        (ui::form(request, "/schools/team/duty-line", &html! {
            (Input::new("line-name").label("Name of the line").hint("For example, Schools team duty line")
                .value(form.raw("line-name")).error(errors.of("line-name")))
            (Input::new("line-phone").label("Phone number").kind("tel").width(govuk::InputWidth::Chars20)
                .value(form.raw("line-phone")).error(errors.of("line-phone")))
            (Button::new("Save"))
        }))
    };
    request.page("Duty number").back("Places and cover", PATH).in_error(!errors.is_empty()).render(body)
}

/// Names of colleagues by identifier.
pub(super) async fn name_of(request: &Request, id: Uuid) -> platform::Result<String> {
    let names = directory::names(request, &[id]).await?;
    Ok(names.get(&id).cloned().unwrap_or_else(|| "Somebody who has left".to_owned()))
}

/// A year from a day: how far ahead absences are looked at.
pub(super) fn ahead(from: NaiveDate) -> NaiveDate {
    from.checked_add_days(Days::new(366)).unwrap_or(from)
}
