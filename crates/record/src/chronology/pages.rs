//! A child's chronology: a timeline, the same as a table, narrowed by kind and dates, now or as known on a day.

use govuk::{
    Button, Cell, Checkboxes, ChoiceItem, Details, InsetText, Table,
    patterns::{Timeline, TimelineEntry},
};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, DataClass, may_see},
    web::{Errors, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    Kind, Line,
    service::{self, Filter},
};
use crate::{
    access::pages::opened,
    people::{pages::counted, shell},
    ui,
};

/// Lines on one page; a child's whole life with services rarely has more.
const PER_PAGE: usize = 200;

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/people/{id}/chronology", Action::ViewChild, chronology)]
}

async fn chronology(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = opened!(request, id, "chronology");
    let query = query_form(&request);
    let mut errors = Errors::new();
    let filter = Filter {
        kinds: query.all("kind").filter_map(Kind::from_slug).collect(),
        from: ui::date(&query, "from", "The first day", &mut errors),
        to: ui::date(&query, "to", "The last day", &mut errors),
        as_known: as_known(&query, &mut errors),
    };
    let lines = service::chronology(&request, &request.app, &child, &filter).await?;
    let page = ui::page_number(Some(query.raw("page")));
    let on_page: Vec<&Line> = lines.iter().skip(page.saturating_mul(PER_PAGE)).take(PER_PAGE).collect();
    let body = html! {
        (ui::summary(&errors))
        h1 class="govuk-heading-l" { "Chronology" }
        @if !may_see(&request.actor, DataClass::SocialCare) {
            p class="govuk-body" { span class="app-hidden" { "Hidden from you" } }
        } @else {
            @if let Some(day) = filter.as_known {
                (InsetText::new(format!("As it was known at the end of {}.", date_in_words(day))))
            }
            (Details::new("Choose what to see", choices(&request, child.id(), &query, &filter, &errors))
                .open(!errors.is_empty()))
            p class="govuk-body" role="status" { (counted(lines.len(), "entry", "entries")) }
            @if !lines.is_empty() {
                (timeline(&on_page))
                (Details::new("The same as a table", ui::scroll("Chronology as a table", table(&on_page))))
                (ui::pages(page, lines.len(), PER_PAGE, |page| again(&request, child.id(), &query, page)))
            }
        }
    };
    Ok(shell::page(&request, &child, "Chronology").in_error(!errors.is_empty()).render(body))
}

/// The query as fields; it holds kinds and dates only.
fn query_form(request: &Request) -> Form {
    let fields = serde_urlencoded::from_str::<Vec<(String, String)>>(&request.query).unwrap_or_default();
    Form::of(fields.into_iter().take(50).collect())
}

/// The day may come in one piece (`?as-known=2019-07-01`) or from the form in three.
fn as_known(query: &Form, errors: &mut Errors) -> Option<chrono::NaiveDate> {
    let whole = query.text("as-known");
    if whole.is_empty() {
        return ui::date(query, "as-known", "The day", errors);
    }
    let day = whole.parse().ok();
    if day.is_none() {
        errors.add("as-known-day", "The day must be a real date, such as 27 3 2007");
    }
    day
}

fn again(request: &Request, id: Uuid, query: &Form, page: u32) -> String {
    let mut fields: Vec<(&str, String)> = query
        .fields()
        .iter()
        .filter(|(name, value)| name != "page" && !value.is_empty())
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    fields.push(("page", page.to_string()));
    let query = serde_urlencoded::to_string(fields).unwrap_or_default();
    request.href(&format!("/people/{id}/chronology?{query}"))
}

fn choices(request: &Request, id: Uuid, query: &Form, filter: &Filter, errors: &Errors) -> Markup {
    html! {
        form method="get" action=(request.href(&format!("/people/{id}/chronology"))) novalidate {
            (Checkboxes::new("kind").legend("Kinds").small()
                .items(Kind::ALL.iter().map(|kind| ChoiceItem::new(kind.slug(), kind.title())))
                .values(filter.kinds.iter().map(|kind| kind.slug().to_owned())))
            (ui::date_input(query, "from", "From", "For example, 1 4 2018", errors))
            (ui::date_input(query, "to", "To", "For example, 31 3 2019", errors))
            (ui::date_input(query, "as-known", "As it was known at the end of", "Leave empty for what is known now", errors))
            (Button::new("Show"))
        }
    }
}

fn source(line: &Line) -> String {
    let from = if line.source.is_empty() { "Source not recorded" } else { &line.source };
    match line.known_since {
        Some(at) => format!("{from}, known since {}", in_words(at)),
        None => from.to_owned(),
    }
}

fn timeline(lines: &[&Line]) -> Markup {
    let entries = lines.iter().map(|line| {
        TimelineEntry::new(line.what.as_str(), date_in_words(line.happened_on), line.happened_on.to_string())
            .description(html! {
                @if !line.detail.is_empty() { p class="govuk-body" { (line.detail) } }
                p class="govuk-body-s" { "Source: " (source(line)) }
            })
    });
    html! { (Timeline::new().entries(entries)) }
}

fn table(lines: &[&Line]) -> Table {
    Table::new().head(["Date", "What", "Detail", "Kind", "Source", "Known since"]).rows(lines.iter().map(
        |line| {
            [
                Cell::new(date_in_words(line.happened_on)),
                Cell::new(line.what.as_str()),
                Cell::new(line.detail.as_str()),
                Cell::new(line.kind.title()),
                Cell::new(line.source.as_str()),
                Cell::new(line.known_since.map_or_else(|| "Not recorded".to_owned(), in_words)),
            ]
        },
    ))
}
