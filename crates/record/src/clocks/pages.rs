//! A child's clocks, and the council's own limits.

use axum::response::Response;
use govuk::{Button, Cell, Input, InputWidth, InsetText, Select, SelectItem, Size, Table, Textarea};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, DataClass, may_see},
    web::{Errors, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{Clock, ClockKind, Limit, Unit, service};
use crate::{access::pages::opened, entity::clock_policy, people::shell, ui};

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/{id}/clocks", Action::ViewChild, of_child),
        Route::get("/clocks", Action::ManageClocks, limits),
        Route::post("/clocks", Action::ManageClocks, set),
    ]
}

async fn of_child(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = opened!(request, id, "clocks");
    let clocks = service::of_child(&request, &child).await?;
    let year = child.identity().person.latest_return;
    let body = html! {
        h1 class="govuk-heading-l" { "Clocks" }
        @if may_see(&request.actor, DataClass::SocialCare) {
            @if let Some(year) = year {
                (InsetText::new(format!(
                    "The last return that has this child tells what was known at 31 March {year}. What was done \
                     since then is not in it."
                )))
            }
            @if clocks.is_empty() {
                p class="govuk-body" { "No clock has started." }
            } @else {
                (ui::scroll("Clocks", table(&clocks)))
            }
        } @else {
            p class="govuk-body" { span class="app-hidden" { "Hidden from you" } }
        }
    };
    Ok(shell::page(&request, &child, "Clocks").render(body))
}

fn table(clocks: &[Clock]) -> Table {
    let date =
        |date: Option<chrono::NaiveDate>, none: &str| date.map_or_else(|| none.to_owned(), date_in_words);
    let mut ordered: Vec<&Clock> = clocks.iter().collect();
    ordered.sort_by_key(|clock| {
        (!clock.state.is_open(), clock.due.map(|due| due.on).filter(|_| clock.state.is_open()))
    });
    Table::new()
        .head(["Clock", "State", "Started", "Due", "Done", "Limit", "Source"])
        .first_cell_is_header(true)
        .rows(ordered.into_iter().map(|clock| {
            [
                Cell::new(clock.kind.title()),
                Cell::new(ui::clock_tag(clock.state)),
                Cell::new(date(clock.started, "Not yet")),
                Cell::new(date(clock.due.map(|due| due.on), "Not yet")),
                Cell::new(date(clock.done, "")),
                Cell::new(match clock.due {
                    Some(due) => format!("{}: {}", due.basis.title(), due.limit),
                    None => String::new(),
                }),
                Cell::new(clock.kind.source()),
            ]
        }))
}

async fn limits(request: Request) -> Outcome {
    limits_page(&request, &Form::default(), &Errors::new()).await
}

async fn limits_page(
    request: &Request,
    form: &Form,
    errors: &Errors,
) -> Result<Response, platform::web::Failure> {
    let versions = service::versions(request).await?;
    let policy = service::policy(request).await?;
    let today = request.today();
    let standing = Table::new()
        .caption("Limits for clocks that start today")
        .caption_size(Size::Medium)
        .head(["Clock", "Starts with", "National limit", "Your limit"])
        .first_cell_is_header(true)
        .rows(ClockKind::ALL.map(|kind| {
            [
                Cell::new(kind.title()),
                Cell::new(kind.trigger()),
                Cell::new(kind.national().map_or_else(|| "None".to_owned(), |limit| limit.to_string())),
                Cell::new(
                    policy.local(kind, today).map_or_else(|| "None".to_owned(), |limit| limit.to_string()),
                ),
            ]
        }));
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Clocks" }
        p class="govuk-body" {
            "Your council may set limits of its own. Where there is a national limit, yours can be shorter, never longer."
        }
        (ui::scroll("Limits for clocks that start today", standing))
        h2 class="govuk-heading-m" { "Set a limit" }
        (set_form(request, form, errors))
        (history(&versions))
    };
    Ok(request.page("Clocks").wide().in_error(!errors.is_empty()).render(body))
}

fn set_form(request: &Request, form: &Form, errors: &Errors) -> Markup {
    let value = |name: &str| Some(form.raw(name).to_owned()).filter(|text| !text.is_empty());
    ui::form(
        request,
        "/clocks",
        &html! {
            (Select::new("clock").label("Clock").item(SelectItem::new("", "Choose a clock"))
                .items(ClockKind::ALL.map(|kind| SelectItem::new(kind.slug(), kind.title())))
                .value(value("clock")).error(errors.of("clock")))
            (Input::new("number").label("Limit").hint("Leave empty to take your own limit away").whole_number()
                .width(InputWidth::Chars4).value(value("number")).error(errors.of("number")))
            (Select::new("unit").label("Counted in")
                .items(Unit::ALL.map(|unit| SelectItem::new(unit.slug(), unit.title(2))))
                .value(value("unit")).error(errors.of("unit")))
            (ui::date_input(form, "from", "For clocks that start on or after", "For example, 1 4 2019", errors))
            (Textarea::new("reason").label("Why").rows(3).value(value("reason")).error(errors.of("reason")))
            (Button::new("Set the limit"))
        },
    )
}

fn history(versions: &[clock_policy::Model]) -> Markup {
    let table = Table::new()
        .caption("Versions")
        .caption_size(Size::Medium)
        .head(["Version", "Clock", "Limit", "From", "Why", "Set by"])
        .rows(versions.iter().map(|row| {
            let limit = match (row.number, row.unit.as_deref().and_then(Unit::from_slug)) {
                (Some(number), Some(unit)) => {
                    let number = u32::try_from(number).unwrap_or_default();
                    Limit { number, unit }.to_string()
                }
                _ => "Own limit taken away".to_owned(),
            };
            let clock = ClockKind::from_slug(&row.clock)
                .map_or_else(|| row.clock.clone(), |kind| kind.title().to_owned());
            [
                Cell::new(row.version.to_string()),
                Cell::new(clock),
                Cell::new(limit),
                Cell::new(date_in_words(row.applies_from)),
                Cell::new(row.reason.as_str()),
                Cell::new(format!("{}, {}", row.created_by_name, in_words(row.created_at))),
            ]
        }));
    html! {
        @if versions.is_empty() {
            p class="govuk-body" { "No limit of your own has been set." }
        } @else {
            (ui::scroll("Versions", table))
        }
    }
}

async fn set(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let kind = ClockKind::from_slug(form.raw("clock"));
    if kind.is_none() {
        errors.add("clock", "Choose a clock");
    }
    let limit = limit_of(&form, &mut errors);
    let from = ui::date(&form, "from", "The date", &mut errors);
    if from.is_none() && errors.of("from-day").is_none() {
        errors.add("from-day", "Enter the date from which it holds");
    }
    let reason = errors.required(&form, "reason", "Enter why").unwrap_or_default();
    if let (Some(kind), Some(from), true) = (kind, from, errors.is_empty()) {
        match service::set_limit(&request, kind, limit, from, reason).await {
            Ok(_) => return Ok(request.redirect("/clocks")),
            Err(error) => ui::refused(error, "number", &mut errors)?,
        }
    }
    limits_page(&request, &form, &errors).await
}

fn limit_of(form: &Form, errors: &mut Errors) -> Option<Limit> {
    if form.text("number").is_empty() {
        return None;
    }
    let number = form.text("number").parse::<u32>();
    let unit = Unit::from_slug(form.raw("unit"));
    if number.is_err() {
        errors.add("number", "The limit must be a whole number, such as 10");
    }
    if unit.is_none() {
        errors.add("unit", "Choose what the limit is counted in");
    }
    Some(Limit { number: number.ok()?, unit: unit? })
}
