//! Identifiers of schools in a roll table that mean no known school: people say which schools they are.

use axum::response::Response;
use govuk::{Button, Cell, ErrorItem, ErrorSummary, Input, InputWidth, Label, Table, patterns::Scroll};
use maud::{Markup, html};
use platform::{
    Error, Result,
    policy::{Action, may_ever},
    web::{Errors, Form, Outcome, Path, Request},
};
use uuid::Uuid;

use super::wording::{capital, count, title};
use crate::{
    entity::{import_file, school_alias},
    import, roll,
};

pub(super) async fn ask(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Errors::new(), &Form::default()).await
}

/// Ties every identifier beside which a URN was typed.
pub(super) async fn tie(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let mut errors = Errors::new();
    let mut tied = 0;
    for (index, (key, _)) in unknown(&file)?.into_iter().enumerate() {
        let field = field(index);
        // The page may have been open while the list changed: the row says which identifier it was for.
        let typed = form.text(&field);
        if typed.is_empty() || form.raw(&format!("{field}-key")) != key {
            continue;
        }
        let Ok(urn) = typed.parse::<u32>() else {
            errors.add(&field, format!("URN of {key} must be a number, like 116351"));
            continue;
        };
        match roll::set_alias(&request, &key, urn).await {
            Ok(_) => tied += 1,
            Err(Error::Invalid { what, why }) => {
                errors.add(&field, capital(&format!("{what} {urn} of {key}: {why}")));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if errors.is_empty() && tied == 0 {
        errors.add(field(0), "Enter the URN of at least one school");
    }
    if errors.is_empty() {
        return Ok(request.redirect(&format!("/imports/{id}/schools")));
    }
    page(&request, id, &errors, &form).await
}

/// Takes back what was said of an identifier.
pub(super) async fn untie(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    roll::remove_alias(&request, form.raw("key")).await?;
    Ok(request.redirect(&format!("/imports/{id}/schools")))
}

fn field(index: usize) -> String {
    format!("urn-{index}")
}

/// The identifiers that meant no school when the file was checked, with the number of their rows.
fn unknown(file: &import_file::Model) -> Result<Vec<(String, u64)>> {
    Ok(file.summary()?.schools.map(|schools| schools.unknown.into_iter().collect()).unwrap_or_default())
}

async fn page(request: &Request, id: Uuid, errors: &Errors, form: &Form) -> Outcome {
    let file = import::by_id(request, id).await?;
    let aliases = roll::aliases(request).await?;
    let alias_of = |key: &str| aliases.iter().find(|alias| alias.native_id == key);
    let rows = unknown(&file)?;
    let more = file.summary()?.schools.map_or(0, |schools| schools.more_unknown);
    let may = may_ever(&request.actor, Action::ConfirmImport);
    let mut open = Table::new()
        .caption("Identifiers that mean no known school")
        .heading(Cell::new("Identifier"))
        .heading(Cell::number("Rows"))
        .heading(Cell::new("URN of the school"));
    let mut waiting = 0;
    for (index, (key, number)) in rows.iter().enumerate() {
        if alias_of(key).is_some() {
            continue;
        }
        waiting += 1;
        open = open.row([
            Cell::new(key),
            Cell::number(number),
            Cell::new(if may {
                question(index, key, errors, form)
            } else {
                html! { "Not known" }
            }),
        ]);
    }
    let settled: Vec<&school_alias::Model> = rows.iter().filter_map(|(key, _)| alias_of(key)).collect();
    Ok(render(
        request,
        &file,
        errors,
        html! {
            @if waiting == 0 {
                p class="govuk-body" { "Every identifier of this file means a school." }
            } @else {
                form method="post" action=(request.href(&format!("/imports/{id}/schools"))) novalidate {
                    (request.csrf_field())
                    (Scroll::new("Identifiers that mean no known school", html! { (open) }))
                    @if more > 0 { p class="govuk-body" { (count(more, "identifiers")) " more are not listed." } }
                    @if may { (Button::new("Save")) }
                }
            }
            @if !settled.is_empty() { (settled_table(request, id, &settled, may)) }
        },
        title(&file)?.as_str(),
    ))
}

fn question(index: usize, key: &str, errors: &Errors, form: &Form) -> Markup {
    let name = field(index);
    let input = Input::new(name.as_str())
        .label(Label::new(format!("URN of {key}")).class("govuk-visually-hidden"))
        .width(InputWidth::Chars10)
        .attribute("inputmode", "numeric")
        .value(form.raw(&name))
        .error(errors.of(&name));
    html! {
        input type="hidden" name={ (name) "-key" } value=(key);
        (input)
    }
}

fn settled_table(request: &Request, id: Uuid, settled: &[&school_alias::Model], may: bool) -> Markup {
    let mut table = Table::new()
        .caption("Identifiers that people have tied to a school")
        .heading(Cell::new("Identifier"))
        .heading(Cell::new("URN"))
        .heading(Cell::new("Said by"))
        .heading(Cell::new(html! { span class="govuk-visually-hidden" { "Undo" } }));
    for alias in settled {
        let undo = html! {
            @if may {
                form method="post" action=(request.href(&format!("/imports/{id}/schools/untie"))) {
                    (request.csrf_field())
                    input type="hidden" name="key" value=(alias.native_id);
                    button class="app-link-button" type="submit" {
                        "Undo" span class="govuk-visually-hidden" { " " (alias.native_id) }
                    }
                }
            }
        };
        table = table.row([
            Cell::new(&alias.native_id),
            Cell::new(alias.urn.to_string()),
            Cell::new(&alias.set_by_name),
            Cell::new(undo),
        ]);
    }
    html! { (Scroll::new("Identifiers that people have tied to a school", html! { (table) })) }
}

fn render(
    request: &Request,
    file: &import_file::Model,
    errors: &Errors,
    body: Markup,
    caption: &str,
) -> Response {
    let page = request
        .page("Schools in the file")
        .back("Back", &format!("/imports/{}", file.id))
        .wide()
        .in_error(!errors.is_empty());
    page.render(html! {
        @if !errors.is_empty() {
            (ErrorSummary::new().title("There is a problem").errors(
                errors.iter().map(|error| ErrorItem::at(&error.field, error.message.as_str()))
            ))
        }
        span class="govuk-caption-l" { (caption) }
        h1 class="govuk-heading-l" { "Schools in the file" }
        p class="govuk-body" {
            "Some systems use identifiers of their own for schools. Say once which school each one means, by its "
            "URN in Get Information about Schools; every table that uses it is then understood, those imported "
            "before too."
        }
        (body)
    })
}
