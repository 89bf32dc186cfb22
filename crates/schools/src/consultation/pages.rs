//! Pages of consultations: the list, a new one, one of them, and naming its child.

use axum::response::Response;
use govuk::{
    Button, Cell, ChoiceItem, Input, InputWidth, InsetText, Legend, Radios, Select, SelectItem, Size,
    SummaryList, Table, Textarea,
};
use maud::html;
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use record::ui;
use uuid::Uuid;

use super::{
    model::{Outcome as Came, Topic},
    service::{self, Child, New},
};
use crate::{
    door::{
        model::words::Sender,
        pages::pieces::{lines, pupil, refused, results, thread, whom},
        service::{
            choice,
            pupils::{self, Found, Typed},
        },
        store::urn,
    },
    team::model::Setting,
};

const LIST: &str = "/schools/consultations";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/consultations", Action::RecordConsultation, list),
        Route::get("/schools/consultations/new", Action::RecordConsultation, form),
        Route::post("/schools/consultations/new", Action::RecordConsultation, record),
        Route::get("/schools/consultations/{id}", Action::RecordConsultation, one),
        Route::get("/schools/consultations/{id}/name", Action::RecordConsultation, name_form),
        Route::post("/schools/consultations/{id}/name", Action::RecordConsultation, name),
    ]
}

async fn list(request: Request) -> Outcome {
    let all = service::list(&request).await?;
    let table = all.iter().fold(
        Table::new()
            .caption("Consultations")
            .heading("Consultation")
            .heading("School")
            .heading("Day")
            .heading(Cell::new("Minutes").numeric(true))
            .heading("Topic")
            .heading("About")
            .heading("What came of it"),
        |table, line| {
            let row = &line.row;
            let href = request.href(&format!("{LIST}/{}", row.id));
            table.row([
                Cell::new(html! { a class="govuk-link" href=(href) { (row.reference) } }),
                Cell::new(line.school.as_str()),
                Cell::new(date_in_words(row.held_on)),
                Cell::number(row.minutes),
                Cell::new(Topic::from_slug(&row.topic).map_or("", Topic::title)),
                Cell::new(whom(&line.whom)),
                Cell::new(Came::from_slug(&row.outcome).map_or("", Came::title)),
            ])
        },
    );
    let body = html! {
        h1 class="govuk-heading-l" { "Consultations" }
        p class="govuk-body" { "Advice to school staff. A consultation counts as minutes of work, and never as a contact or a referral unless it becomes one." }
        (Button::new("Record a consultation").href(request.href("/schools/consultations/new")))
        @if all.is_empty() {
            p class="govuk-body" { "No consultation was recorded yet." }
        } @else {
            (ui::rows("Consultations", table))
        }
    };
    Ok(request.page("Consultations").wide().render(body))
}

async fn form(request: Request) -> Outcome {
    let schools = choice(&request, Action::RecordConsultation).await?;
    page(&request, &schools, &Form::default(), &Errors::new())
}

fn page(
    request: &Request,
    schools: &[(u32, String)],
    form: &Form,
    errors: &Errors,
) -> Result<Response, Failure> {
    let typed = |name: &str| form.raw(name).to_owned();
    let or = |name: &str, usual: &str| if form.has(name) { typed(name) } else { usual.to_owned() };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Record a consultation" }
        (ui::form(request, "/schools/consultations/new", &html! {
            @match schools {
                [(urn, name)] => {
                    input type="hidden" name="school" value=(urn);
                    p class="govuk-body" { "School: " (name) }
                }
                _ => (Select::new("school").label("School").item(SelectItem::new("", "Choose a school"))
                    .items(schools.iter().map(|(urn, name)| SelectItem::new(urn.to_string(), name.as_str())))
                    .value(typed("school")).error(errors.of("school"))),
            }
            (Radios::new("child").legend(Legend::new("Was a child named?").size(Size::Small))
                .item(ChoiceItem::new("none", "No child named").hint("You can name the child later, without typing anything again"))
                .item(ChoiceItem::new("named", "Yes, choose the child on the next page"))
                .value(or("child", "none")).error(errors.of("child")))
            (Select::new("asked-by").label("Who asked").item(SelectItem::new("", "Choose"))
                .items(Sender::ALL.iter().map(|one| SelectItem::new(one.slug(), one.title())))
                .value(typed("asked-by")).error(errors.of("asked-by")))
            (Select::new("topic").label("About what").item(SelectItem::new("", "Choose a topic"))
                .items(Topic::ALL.iter().map(|one| SelectItem::new(one.slug(), one.title())))
                .value(typed("topic")).error(errors.of("topic")))
            (Textarea::new("question").label("What was asked").hint("Do not write the names of children here")
                .value(typed("question")).error(errors.of("question")))
            (Textarea::new("advice").label("Advice given").value(typed("advice")).error(errors.of("advice")))
            (Radios::new("outcome").legend(Legend::new("What came of it").size(Size::Small))
                .items(Came::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
                .value(or("outcome", Came::Advice.slug())).error(errors.of("outcome")))
            (Radios::new("setting").legend(Legend::new("How you talked").size(Size::Small))
                .items(Setting::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
                .value(or("setting", Setting::School.slug())).error(errors.of("setting")))
            (Input::new("minutes").label("Minutes").whole_number().width(InputWidth::Chars3)
                .value(typed("minutes")).error(errors.of("minutes")))
            (ui::date_input(form, "held", "Day", "Leave it empty for today", errors))
            (Button::new("Save the consultation"))
        }))
    };
    Ok(request
        .page("Record a consultation")
        .back("Consultations", LIST)
        .in_error(!errors.is_empty())
        .render(body))
}

async fn record(request: Request, form: Form) -> Outcome {
    let schools = choice(&request, Action::RecordConsultation).await?;
    let mut errors = Errors::new();
    let chosen = form.raw("school").parse::<u32>().ok();
    let school = schools.iter().map(|(urn, _)| *urn).find(|urn| Some(*urn) == chosen);
    if school.is_none() {
        errors.add("school", "Choose a school from the list");
    }
    let asked_by = Sender::from_slug(form.raw("asked-by"));
    if asked_by.is_none() {
        errors.add("asked-by", "Choose who asked");
    }
    let topic = Topic::from_slug(form.raw("topic"));
    if topic.is_none() {
        errors.add("topic", "Choose what it was about");
    }
    errors.required(&form, "question", "Enter what was asked");
    errors.required(&form, "advice", "Enter the advice that you gave");
    let (outcome, setting) = (Came::from_slug(form.raw("outcome")), Setting::from_slug(form.raw("setting")));
    if outcome.is_none() {
        errors.add("outcome", "Select what came of it");
    }
    if setting.is_none() {
        errors.add("setting", "Select how you talked");
    }
    let minutes = form.text("minutes").parse::<u32>().ok();
    if minutes.is_none() {
        errors.add("minutes", "Enter the minutes as a whole number, such as 20");
    }
    let held_on = ui::date(&form, "held", "The day", &mut errors).unwrap_or(request.today());
    if let (Some(urn), Some(asked_by), Some(topic), Some(outcome), Some(setting), Some(minutes), true) =
        (school, asked_by, topic, outcome, setting, minutes, errors.is_empty())
    {
        let (question, advice) = (form.text("question").to_owned(), form.text("advice").to_owned());
        let new = New { urn, held_on, minutes, asked_by, topic, question, advice, outcome, setting };
        match service::record(&request, &new).await {
            Ok(id) if form.raw("child") == "named" => {
                return Ok(request.redirect(&format!("{LIST}/{id}/name")));
            }
            Ok(id) => return Ok(request.redirect(&format!("{LIST}/{id}"))),
            Err(error) => {
                let fields = [
                    ("minutes", "minutes"),
                    ("what was asked", "question"),
                    ("the advice", "advice"),
                    ("day", "held-day"),
                    ("day-day", "held-day"),
                    ("school", "school"),
                ];
                refused(error, &fields, &mut errors)?;
            }
        }
    }
    page(&request, &schools, &form, &errors)
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let open = service::one(&request, id).await?;
    let row = &open.row;
    let next = |step: &str| request.href(&format!("/schools/door/from/consultation/{id}/{step}"));
    let body = html! {
        h1 class="govuk-heading-l" { "Consultation " (row.reference) }
        @match &open.pupil {
            Some(child) => (pupil(child)),
            None => {
                (InsetText::new("No child is named."))
                (Button::new("Name the child").href(request.href(&format!("{LIST}/{id}/name"))).secondary())
            }
        }
        (SummaryList::new()
            .row(("School", open.school.as_str()))
            .row(("Day", date_in_words(row.held_on)))
            .row(("Minutes", row.minutes.to_string()))
            .row(("Asked by", Sender::from_slug(&row.asked_by).map_or("", Sender::title)))
            .row(("About", Topic::from_slug(&row.topic).map_or("", Topic::title)))
            .row(("What was asked", lines(&row.question)))
            .row(("Advice given", lines(&row.advice)))
            .row(("What came of it", Came::from_slug(&row.outcome).map_or("", Came::title)))
            .row(("Given by", row.recorded_by_name.as_str())))
        @if open.pupil.is_some() {
            h2 class="govuk-heading-m" { "Next step" }
            ul class="govuk-list govuk-list--spaced" {
                li { a class="govuk-link" href=(next("early-help")) { "Open early help" } ": all that is known is carried over" }
                li { a class="govuk-link" href=(next("referral")) { "Send a referral to the front door" } ": prefilled from what is known" }
            }
            h2 class="govuk-heading-m" { "The thread" }
            (thread(&open.steps, |path| request.href(path)))
        }
    };
    Ok(request.page(format!("Consultation {}", row.reference)).back("Consultations", LIST).render(body))
}

async fn name_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let open = service::one(&request, id).await?;
    if open.pupil.is_some() {
        return Ok(request.redirect(&format!("{LIST}/{id}")));
    }
    name_page(&request, &open, &Form::default(), &Errors::new(), None)
}

fn name_page(
    request: &Request,
    open: &service::Opened,
    form: &Form,
    errors: &Errors,
    found: Option<&Found>,
) -> Result<Response, Failure> {
    let id = open.row.id;
    let typed = |name: &str| form.raw(name).to_owned();
    let path = format!("{LIST}/{id}/name");
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Name the child" }
        p class="govuk-body" { "Consultation " (open.row.reference) " at " (open.school) ". What you wrote stays as it is." }
        (ui::form(request, &path, &html! {
            (Input::new("name").label("Pupil’s name").hint("The beginning is enough. It searches the school’s roll")
                .autocomplete("off").spellcheck(false).value(typed("name")).error(errors.of("name")))
            @if let Some(found) = found {
                input type="hidden" name="searched" value=(form.text("name"));
                (results(found, errors))
            }
            (Button::new(if found.is_some_and(|found| !found.pupils.is_empty()) { "Continue" } else { "Find the pupil" }))
        }))
        @if found.is_some() {
            h2 class="govuk-heading-m" { "Not on the roll yet" }
            (ui::form(request, &path, &html! {
                input type="hidden" name="typed" value="yes";
                (Input::new("forename").label("First name").autocomplete("off").value(typed("forename")).error(errors.of("forename")))
                (Input::new("surname").label("Last name").autocomplete("off").value(typed("surname")).error(errors.of("surname")))
                (ui::date_input(form, "dob", "Date of birth", "Leave it empty if you do not know", errors))
                (Button::new("Use this child").secondary())
            }))
        }
    };
    Ok(request
        .page("Name the child")
        .back("Back", &format!("{LIST}/{id}"))
        .in_error(!errors.is_empty())
        .render(body))
}

async fn name(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let open = service::one(&request, id).await?;
    let mut errors = Errors::new();
    let (asked, searched) = (form.text("name"), form.text("searched"));
    let chosen: Option<Uuid> = form.raw("pupil").parse().ok();
    let child = if form.raw("typed") == "yes" {
        errors.required(&form, "forename", "Enter the first name");
        errors.required(&form, "surname", "Enter the last name");
        let dob = ui::date(&form, "dob", "The date of birth", &mut errors);
        let text = |name: &str| form.text(name).to_owned();
        Some(Child::Typed(Typed { forename: text("forename"), surname: text("surname"), dob }))
    } else {
        chosen.filter(|_| asked == searched).map(Child::OnRoll)
    };
    if let (Some(child), true) = (&child, errors.is_empty()) {
        match service::name(&request, id, child).await {
            Ok(()) => return Ok(request.redirect(&format!("{LIST}/{id}"))),
            Err(platform::Error::NotFound) => errors.add("name", "Choose a pupil from the list"),
            Err(error) => {
                let fields = [
                    ("consultation", "name"),
                    ("forename", "forename"),
                    ("surname", "surname"),
                    ("date of birth", "dob-day"),
                ];
                refused(error, &fields, &mut errors)?;
            }
        }
    }
    if asked.is_empty() {
        if child.is_none() {
            errors.add("name", "Enter the beginning of the pupil’s name");
        }
        return name_page(
            &request,
            &open,
            &form,
            &errors,
            Some(&Found { has_roll: true, ..Found::default() }).filter(|_| child.is_some()),
        );
    }
    let found = pupils::find(&request, Action::RecordConsultation, urn(open.row.urn), asked).await?;
    if child.is_none() && asked == searched && !found.pupils.is_empty() {
        errors.add("pupil", "Choose the pupil, or search for another name");
    }
    name_page(&request, &open, &form, &errors, Some(&found))
}
