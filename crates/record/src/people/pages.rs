//! Searching for a person, and the child's own page.

use axum::response::Response;
use govuk::{
    Button, Cell, Details, Input, InputWidth, InsetText, SummaryAction, SummaryCard, SummaryList, SummaryRow,
    Table,
};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, DataClass, Object, Shown, decide, may_see},
    web::{Errors, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    Fields,
    search::{self, Found, PER_PAGE, Terms},
    shell,
};
use crate::{
    access::{Opened, Outline, pages::opened},
    clocks::{self, most_pressing},
    duplicates, schooling, ui,
};

/// A field of the search may have so many characters.
const TERM_MAX: usize = 100;
/// Looks on one page of who has looked.
const LOOKS_PER_PAGE: u64 = 50;

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/search", Action::SearchPeople, search_form),
        Route::post("/people/search", Action::SearchPeople, search),
        Route::get("/people/{id}", Action::ViewChild, record),
        Route::get("/people/{id}/looked", Action::ViewWhoLooked, looked),
    ]
}

async fn search_form(request: Request) -> Outcome {
    Ok(question(&request, &Form::default(), &Errors::new(), &html! {}))
}

/// The question, and below it the results where there are any.
fn question(request: &Request, form: &Form, errors: &Errors, results: &Markup) -> Response {
    let value = |name: &str| Some(form.raw(name).to_owned()).filter(|text| !text.is_empty());
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Search for a person" }
        p class="govuk-body" { "Enter what you know. Everything that you enter must match." }
        (ui::form(request, "/people/search", &html! {
            (Input::new("name").label("Name").hint("First name, last name or both. The beginning is enough")
                .autocomplete("off").spellcheck(false).value(value("name")).error(errors.of("name")))
            (ui::date_input(form, "dob", "Date of birth", "For example, 27 3 2007", errors))
            (Input::new("number").label("Council’s child number").autocomplete("off").spellcheck(false)
                .width(InputWidth::Chars20).value(value("number")).error(errors.of("number")))
            (Input::new("upn").label("Unique pupil number").hint("Present or former, 13 characters")
                .autocomplete("off").spellcheck(false).width(InputWidth::Chars20)
                .value(value("upn")).error(errors.of("upn")))
            (Button::new("Search"))
        }))
        (results)
    };
    request.page("Search for a person").wide().in_error(!errors.is_empty()).render(body)
}

async fn search(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    for (field, what) in [("name", "Name"), ("number", "Child number"), ("upn", "Unique pupil number")] {
        errors.at_most(&form, field, TERM_MAX, what);
    }
    let terms = Terms {
        name: form.text("name").to_owned(),
        dob: ui::date(&form, "dob", "Date of birth", &mut errors),
        number: form.text("number").to_owned(),
        upn: form.text("upn").to_owned(),
    };
    if terms.is_empty() && errors.is_empty() {
        errors.add("name", "Enter a name, a date of birth or a number");
    }
    if !errors.is_empty() {
        return Ok(question(&request, &form, &errors, &html! {}));
    }
    let page = ui::page_number(Some(form.raw("page")));
    let found = search::search(&request, &terms, page).await?;
    let results = results(&request, &form, &found, page);
    Ok(question(&request, &form, &errors, &results))
}

fn results(request: &Request, form: &Form, found: &Found, page: usize) -> Markup {
    html! {
        h2 class="govuk-heading-m" id="results" { (counted(found.total, "result", "results")) }
        @if found.presences > 0 {
            (InsetText::new(match found.presences {
                1 => "1 restricted record matches.".to_owned(),
                many => format!("{many} restricted records match."),
            }))
        }
        @if found.too_many {
            p class="govuk-body" { "More people match than can be shown. Enter more to narrow the search." }
        }
        @if !found.results.is_empty() {
            (ui::scroll("Results", table(request, &found.results)))
            (pager(request, form, found.total, page))
        }
    }
}

fn table(request: &Request, results: &[Outline]) -> Table {
    let opens = platform::policy::may_ever(&request.actor, Action::ViewChild);
    Table::new()
        .head(["Name", "Date of birth", "Child number", "Status", "Allocated worker"])
        .first_cell_is_header(true)
        .rows(results.iter().map(|one| {
            let name = if opens {
                html! { a class="govuk-link" href=(request.href(&format!("/people/{}", one.id))) { (one.title()) } }
            } else {
                html! { (one.title()) }
            };
            let worker = html! {
                (ui::shown(&one.worker))
                @if may_allocate(request) {
                    br; a class="govuk-link" href=(request.href(&format!("/people/{}/allocate", one.id))) {
                        "Allocate" span class="govuk-visually-hidden" { " " (one.title()) }
                    }
                }
            };
            [
                Cell::new(html! { (name) @if one.restricted { " (restricted)" } }),
                Cell::new(ui::shown_date(&one.dob)),
                Cell::new(ui::shown(&one.number)),
                Cell::new(ui::status_tag(&one.status)),
                Cell::new(worker),
            ]
        }))
}

fn may_allocate(request: &Request) -> bool {
    decide(&request.actor, Action::Allocate, Object::None).is_allowed()
}

/// Pages of results are asked for by POST too, so that no term ever stands in an address.
fn pager(request: &Request, form: &Form, total: usize, page: usize) -> Markup {
    let last = total.div_ceil(PER_PAGE);
    if last <= 1 {
        return html! {};
    }
    let go = |text: &'static str, to: usize| {
        html! {
            (ui::form(request, "/people/search", &html! {
                @for (name, value) in form.fields().iter().filter(|(name, _)| name != "page" && name != "csrf") {
                    input type="hidden" name=(name) value=(value);
                }
                input type="hidden" name="page" value=(to);
                (Button::new(text).secondary())
            }))
        }
    };
    html! {
        nav aria-label="Pages of results" {
            p class="govuk-body" { "Page " (page + 1) " of " (last) }
            div class="govuk-button-group" {
                @if page > 0 { (go("Previous page", page)) }
                @if page + 1 < last { (go("Next page", page + 2)) }
            }
        }
    }
}

pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

async fn record(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = opened!(request, id, "record");
    let clocks = clocks::service::of_child(&request, &child).await?;
    let schools = schooling::of_child(&request, &child).await?;
    let merges = duplicates::service::merges_of(&request, &child).await?;
    let fields = Fields::of(&request.actor, child.identity());
    let social_care = may_see(&request.actor, DataClass::SocialCare);
    let body = html! {
        h1 class="govuk-heading-l" { (shell::heading(&request, &child)) }
        (standing(&request, &child))
        @if social_care {
            (SummaryList::new().card(SummaryCard::new("Clocks")
                .action(SummaryAction::new("All clocks", request.href(&format!("/people/{}/clocks", child.id())))))
                .row(SummaryRow::new("Due next", match most_pressing(&clocks) {
                    Some(clock) => ui::clock_line(clock),
                    None => html! { "Nothing is running" },
                })))
        }
        (SummaryList::new().card(SummaryCard::new("School"))
            .row(SummaryRow::new("School now", ui::shown(&schools))))
        (identity(&fields))
        @for merge in &merges {
            p class="govuk-body" {
                "Another record was merged into this one on " (date_in_words(merge.merged_at.date_naive())) ". "
                @if child.may(&request, Action::MergePeople) {
                    a class="govuk-link" href=(request.href(&format!("/merges/{}", merge.id))) { "See the merge" }
                }
            }
        }
        @if child.may(&request, Action::RestrictRecord) {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/people/{}/restrict", child.id()))) {
                    "Restrict this record"
                }
            }
        }
    };
    Ok(shell::page(&request, &child, &shell::heading(&request, &child)).render(body))
}

fn standing(request: &Request, child: &Opened) -> Markup {
    let identity = child.identity();
    let actor = &request.actor;
    let status = Shown::field(actor, DataClass::SocialCare, Some(identity.status()));
    let since = Shown::field(actor, DataClass::SocialCare, identity.person.status_since);
    let year = Shown::field(actor, DataClass::SocialCare, identity.person.latest_return)
        .map(|closing| format!("Return of the year to 31 March {closing}"));
    let mut card = SummaryCard::new("Now");
    if child.may(request, Action::Allocate) {
        let path = format!("/people/{}/allocate", child.id());
        card = card.action(SummaryAction::new("Allocate", request.href(&path)));
    }
    html! {
        (SummaryList::new().card(card)
            .row(SummaryRow::new("Status", ui::status_tag(&status)))
            .row(SummaryRow::new("Since", ui::shown_date(&since)))
            .row(SummaryRow::new("Last told by", ui::shown(&year)))
            .row(SummaryRow::new("Allocated worker", ui::shown(&child.outline().worker)))
            .row(SummaryRow::new("Team", ui::shown(&child.outline().team))))
    }
}

fn identity(fields: &Fields) -> Markup {
    let list = SummaryList::new()
        .row(SummaryRow::new("Forename", ui::shown(&fields.forename)))
        .row(SummaryRow::new("Surname", ui::shown(&fields.surname)))
        .row(SummaryRow::new("Date of birth", ui::shown(&fields.dob)))
        .row(SummaryRow::new("Sex", ui::shown(&fields.sex)))
        .row(SummaryRow::new("Ethnicity", ui::shown(&fields.ethnicity)))
        .row(SummaryRow::new("Disabilities", ui::shown(&fields.disabilities)))
        .row(SummaryRow::new("Unique pupil number", ui::shown(&fields.upn)))
        .row(SummaryRow::new("Former unique pupil number", ui::shown(&fields.former_upn)))
        .row(SummaryRow::new("Council’s child number", ui::shown(&fields.number)))
        .row(SummaryRow::new("Date of death", ui::shown(&fields.death_date)));
    html! { (Details::new("Who this child is", html! { (list) })) }
}

async fn looked(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = opened!(request, id, Action::ViewWhoLooked, "who has looked");
    let before = request.query("before").and_then(|text| text.parse::<i64>().ok());
    let looks =
        platform::audit::store::looks_at(request.db(), "person", &child.ids(), before, LOOKS_PER_PAGE + 1)
            .await?;
    let more = looks.len() as u64 > LOOKS_PER_PAGE;
    let shown: Vec<_> = looks.iter().take(LOOKS_PER_PAGE as usize).collect();
    let table = Table::new().head(["When", "Who", "What", "Reason"]).rows(shown.iter().map(|look| {
        let detail: serde_json::Value = serde_json::from_str(&look.detail).unwrap_or_default();
        let page = detail.get("page").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let what =
            Action::from_slug(&look.action).map_or_else(|| look.action.clone(), |one| one.title().to_owned());
        [
            Cell::new(in_words(look.at)),
            Cell::new(look.actor_name.as_str()),
            Cell::new(html! { (what) @if !page.is_empty() { ": " (page) } }),
            Cell::new(look.reason.clone().unwrap_or_default()),
        ]
    }));
    let body = html! {
        h1 class="govuk-heading-l" { "Who has looked" }
        p class="govuk-body" { "Every time somebody opened this record or saw it in a list, newest first." }
        (ui::scroll("Who has looked", table))
        @if let (true, Some(last)) = (more, shown.last()) {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/people/{}/looked?before={}", child.id(), last.seq))) {
                    "Earlier"
                }
            }
        }
    };
    Ok(shell::page(&request, &child, "Who has looked").render(body))
}
