//! The children of a return who match the rolls in a given way, or not at all.

use govuk::{Cell, Table, patterns::Scroll};
use maud::html;
use platform::{
    Ctx, Error, Result,
    jobs::model::thousands,
    web::{Outcome, Path, Request},
};
use uuid::Uuid;

use super::{
    csv,
    hidden::{Hidden, RESTRICTED, look},
    wording::title,
};
use crate::{
    entity::import_file,
    import::{self, State},
    roll::{self, Reason},
};

/// Children on the page at most; the file has all of them.
const SHOWN: usize = 200;
/// Children in a file at most.
const IN_FILE: usize = 200_000;

/// A child of the list as this reader may see it: the council's own number, and the reason.
type Line = (String, String);

pub(super) async fn children(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let reason = reason(&request);
    let (lines, count) = lines(&request, &file, reason, SHOWN, "children by match").await?;
    let heading = reason.map_or_else(|| "Children on no school roll".to_owned(), Reason::title);
    let mut table = Table::new()
        .caption("Children")
        .caption_classes("govuk-visually-hidden")
        .heading(Cell::new("Council's child number"))
        .heading(Cell::new("Reason"));
    for (key, reason) in &lines {
        table = table.row([key.as_str(), reason.as_str()]);
    }
    let query = reason.map(|reason| format!("?reason={}", reason.slug())).unwrap_or_default();
    let page = request.page(heading.as_str()).back("Back", &format!("/imports/{id}")).wide();
    Ok(page.render(html! {
        span class="govuk-caption-l" { (title(&file)?) }
        h1 class="govuk-heading-l" { (heading) }
        p class="govuk-body" {
            (thousands(count)) " of the children in the return, as the record stands today."
            @if count > lines.len() as u64 { " The first " (thousands(lines.len() as u64)) " are shown." }
        }
        @if lines.is_empty() {
            p class="govuk-body" { "There are none." }
        } @else {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/imports/{id}/children.csv{query}"))) {
                    "Download this list (CSV)"
                }
            }
            (Scroll::new("Children", html! { (table) }))
        }
    }))
}

pub(super) async fn children_csv(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let (lines, _) = lines(&request, &file, reason(&request), IN_FILE, "children by match as a file").await?;
    let rows = lines.into_iter().map(|(key, reason)| vec![key, reason]);
    Ok(csv::file("children-and-rolls", &["la_child_id", "reason"], rows)?)
}

fn reason(request: &Request) -> Option<Reason> {
    request.query("reason").and_then(|slug| Reason::from_slug(&slug))
}

/// The children of one reason, or of every reason that is no match, and how many there are.
async fn lines(
    ctx: &Ctx,
    file: &import_file::Model,
    reason: Option<Reason>,
    limit: usize,
    list: &str,
) -> Result<(Vec<Line>, u64)> {
    let year = file.slot()?.year().ok_or(Error::NotFound)?;
    if file.state()? != State::Applied {
        return Err(Error::NotFound);
    }
    let wanted = |found: Reason| match reason {
        Some(reason) => found == reason,
        None => !found.is_match(),
    };
    let report = roll::report(ctx, year, wanted, limit).await?;
    let count = report.counts.iter().filter(|(found, _)| wanted(**found)).map(|(_, count)| count).sum();
    let hidden = Hidden::load(ctx).await?;
    let open = |key: &str| !hidden.names([Some(key)]);
    let keys = report.rows.iter().map(|row| row.la_child_id.as_str()).filter(|key| open(key));
    if !report.rows.is_empty() {
        look(ctx, file.id, list, keys).await?;
    }
    let lines = report.rows.iter().map(|row| {
        if open(&row.la_child_id) {
            (row.la_child_id.clone(), row.reason.title())
        } else {
            (RESTRICTED.to_owned(), "Hidden".to_owned())
        }
    });
    Ok((lines.collect(), count))
}
