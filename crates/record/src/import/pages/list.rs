//! Every file that came in, newest first.

use govuk::{Button, Cell, Pagination, PaginationLink, Table, patterns::Scroll};
use maud::html;
use platform::{
    clock::in_words,
    policy::{Action, may_ever},
    web::{Outcome, Request},
};

use super::wording::{tag, title};
use crate::import;

/// Files on a page.
const PER_PAGE: u64 = 50;

pub(super) async fn list(request: Request) -> Outcome {
    let page = request.query("page").and_then(|page| page.parse::<u64>().ok()).unwrap_or(1).clamp(1, 100_000);
    let mut files = import::list(&request, (page - 1) * PER_PAGE, PER_PAGE + 1).await?;
    let more = files.len() as u64 > PER_PAGE;
    files.truncate(PER_PAGE as usize);
    let mut table = Table::new().caption("Imports, newest first").caption_classes("govuk-visually-hidden");
    for heading in ["What it is", "File", "Sent by", "Received", "State"] {
        table = table.heading(Cell::new(heading));
    }
    for file in &files {
        let link = request.href(&format!("/imports/{}", file.id));
        table = table.row([
            Cell::new(html! { a class="govuk-link" href=(link) { (title(file)?) } }),
            Cell::new(&file.name),
            Cell::new(&file.received_by_name),
            Cell::new(in_words(file.received_at)),
            Cell::new(tag(file.state()?)),
        ]);
    }
    let at = |page: u64| PaginationLink::new(request.href(&format!("/imports?page={page}")));
    let mut pages = Pagination::new();
    if page > 1 {
        pages = pages.previous(at(page - 1));
    }
    if more {
        pages = pages.next(at(page + 1));
    }
    Ok(request.page("Imports").wide().render(html! {
        h1 class="govuk-heading-l" { "Imports" }
        p class="govuk-body" {
            "Files that the council makes anyway become one record. Nothing changes before you have seen what "
            "would change and confirmed it."
        }
        @if may_ever(&request.actor, Action::UploadFile) {
            (Button::new("Import a file").href(request.href("/imports/new")))
        }
        @if files.is_empty() {
            p class="govuk-body" { "No file has been imported yet." }
        } @else {
            (Scroll::new("Imports", html! { (table) }))
            (pages)
        }
    }))
}
