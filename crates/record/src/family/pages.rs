//! A child's family: a picture, a table that says the same, and the form that adds to both.

use axum::response::Response;
use govuk::{Button, Cell, ChoiceItem, Input, InputWidth, Radios, Select, SelectItem, Table};
use maud::{Markup, html};
use platform::{
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    Kind, genogram,
    service::{self, NewRelationship, Other, Relative},
};
use crate::{
    access::{Opened, pages::opened},
    people::shell,
    ui,
};

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/{id}/family", Action::ViewChild, family),
        Route::post("/people/{id}/family", Action::RecordFamily, add),
        Route::post("/people/{id}/family/{relationship}/end", Action::RecordFamily, end),
    ]
}

async fn family(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = opened!(request, id, "family");
    page(&request, &child, &Form::default(), &Errors::new()).await
}

async fn page(request: &Request, child: &Opened, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let relatives = service::of_child(request, child).await?;
    let may_add = child.may(request, Action::RecordFamily);
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Family and relationships" }
        @if relatives.is_empty() {
            p class="govuk-body" { "No relationship that you can see is recorded." }
        } @else {
            (ui::scroll("Picture of the family", genogram::picture(&shell::heading(request, child), &relatives)))
            (ui::scroll("Family and relationships", table(request, child, &relatives, may_add)))
        }
        @if may_add {
            h2 class="govuk-heading-m" { "Add a relationship" }
            (add_form(request, child.id(), form, errors))
        }
    };
    Ok(shell::page(request, child, "Family and relationships").in_error(!errors.is_empty()).render(body))
}

fn table(request: &Request, child: &Opened, relatives: &[Relative], may_end: bool) -> Table {
    Table::new()
        .head(["Who", "Relationship", "Parental responsibility", "Lives with the child", "From", "Until"])
        .first_cell_is_header(true)
        .rows(relatives.iter().map(|one| {
            let who = match one.person {
                Some(person) => html! {
                    a class="govuk-link" href=(request.href(&format!("/people/{person}"))) { (ui::shown(&one.name)) }
                },
                None => ui::shown(&one.name),
            };
            let until = match (one.end, one.id) {
                (Some(end), _) => html! { (platform::clock::date_in_words(end)) },
                (None, Some(id)) if may_end => {
                    let path = format!("/people/{}/family/{id}/end", child.id());
                    ui::form(request, &path, &html! {
                        (Button::new(html! { "End today" span class="govuk-visually-hidden" { ": " (one.kind.title()) } })
                            .secondary())
                    })
                }
                (None, _) => html! {},
            };
            [
                Cell::new(who),
                Cell::new(one.kind.title()),
                Cell::new(ui::shown_flag(&one.parental_responsibility)),
                Cell::new(ui::shown_flag(&one.lives_with)),
                Cell::new(ui::shown_date(&one.start)),
                Cell::new(until),
            ]
        }))
}

fn add_form(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Markup {
    let value = |name: &str| Some(form.raw(name).to_owned()).filter(|text| !text.is_empty());
    let three = |name: &str, legend: &str| {
        html! {
            (Radios::new(name).legend(legend).inline()
                .item(ChoiceItem::new("yes", "Yes"))
                .item(ChoiceItem::new("no", "No"))
                .item(ChoiceItem::new("unknown", "Not known"))
                .value(value(name).unwrap_or_else(|| "unknown".to_owned()))
                .error(errors.of(name)))
        }
    };
    ui::form(
        request,
        &format!("/people/{id}/family"),
        &html! {
            (Select::new("kind").label("What they are to the child").item(SelectItem::new("", "Choose"))
                .items(Kind::ALL.iter().map(|kind| SelectItem::new(kind.slug(), kind.title())))
                .value(value("kind")).error(errors.of("kind")))
            (Input::new("number").label("Council’s child number, where they have a record").width(InputWidth::Chars20)
                .autocomplete("off").spellcheck(false).value(value("number")).error(errors.of("number")))
            (Input::new("name").label("Name, where they have none").autocomplete("off").spellcheck(false)
                .value(value("name")).error(errors.of("name")))
            (ui::date_input(form, "start", "Since", "Leave empty where it is not known", errors))
            (three("parental-responsibility", "Do they have parental responsibility?"))
            (three("lives-with", "Does the child live with them?"))
            (Button::new("Add"))
        },
    )
}

fn flag(form: &Form, name: &str) -> Option<bool> {
    match form.raw(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

async fn add(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let child = opened!(request, id, "family");
    let mut errors = Errors::new();
    let kind = Kind::from_slug(form.raw("kind"));
    if kind.is_none() {
        errors.add("kind", "Choose what they are to the child");
    }
    let start = ui::date(&form, "start", "The date", &mut errors);
    let other = match (form.text("number"), form.text("name")) {
        ("", "") => {
            errors.add("number", "Enter the child number or the name");
            None
        }
        ("", name) => Some(Other::Named(name.to_owned())),
        (number, _) => {
            let found = service::by_number(&request, number).await?;
            if found.is_none() {
                errors.add("number", "No record that you can see has this number");
            }
            found.map(Other::Person)
        }
    };
    if let (Some(kind), Some(other), true) = (kind, other, errors.is_empty()) {
        let new = NewRelationship {
            other,
            kind,
            start,
            parental_responsibility: flag(&form, "parental-responsibility"),
            lives_with: flag(&form, "lives-with"),
        };
        match service::add(&request, child.id(), new).await {
            Ok(_) => return Ok(request.redirect(&format!("/people/{}/family", child.id()))),
            Err(error) => ui::refused(error, "number", &mut errors)?,
        }
    }
    page(&request, &child, &form, &errors).await
}

async fn end(request: Request, Path((id, relationship)): Path<(Uuid, Uuid)>) -> Outcome {
    service::end(&request, id, relationship, request.today()).await?;
    Ok(request.redirect(&format!("/people/{id}/family")))
}
