//! A frozen comparison, as it is read and printed.

use axum::response::Response;
use govuk::{Cell, InsetText, SummaryList, Table, WarningText};
use maud::{Markup, html};
use platform::{clock::in_words, web::Request};

use super::{
    super::{
        model::{BALANCED, Frozen},
        text::line,
    },
    PATH, results,
};

/// The page.
pub(super) fn page(request: &Request, frozen: &Frozen, others: &[Frozen]) -> Response {
    let document = &frozen.document;
    let path = format!("{PATH}/{}", frozen.id);
    let body = html! {
        span class="govuk-caption-xl" { "Frozen comparison " (document.number) }
        h1 class="govuk-heading-xl" { (document.purpose) }
        @if !frozen.sound {
            (WarningText::new("This record is not as it was frozen: its text no longer has its hash. Somebody changed the database by hand. Do not rely on it."))
        }
        @if let Some(reason) = &document.reason {
            (InsetText::new(format!("This is comparison {} for the purpose. Why it was needed: {reason}", document.number)))
        }
        (SummaryList::new()
            .row(("Council", document.organisation.as_str()))
            .row(("Frozen", format!("{} by {}", in_words(document.frozen_at), document.frozen_by)))
            .row(("Hash of the record", html! { span class="app-hash" { (frozen.hash) } })))
        (results::settings(&document.settings, &document.figures_hash))
        p class="govuk-body app-screen-only" {
            a class="govuk-link" href=(request.href(&format!("{path}/schools.csv"))) { "Download the schools (CSV)" }
            " · "
            a class="govuk-link" href=(request.href(&format!("{path}/record.json"))) { "Download the record (JSON)" }
        }
        (beside(request, frozen, others))
        (results::markup(&document.settings, &document.outcome))
        p class="govuk-body-s" {
            "The hash of the record is the SHA-256 of the downloaded JSON. The record cannot be changed or removed; outcomes were not loaded to make it."
        }
    };
    request.page(line(frozen)).wide().back("Comparisons", PATH).render(body)
}

/// All comparisons of one purpose, so that nobody sees only the last.
fn beside(request: &Request, frozen: &Frozen, others: &[Frozen]) -> Markup {
    if others.is_empty() {
        return html! {};
    }
    let mut all: Vec<&Frozen> = others.iter().chain(std::iter::once(frozen)).collect();
    all.sort_by_key(|one| one.document.number);
    let table = Table::new()
        .head([
            "Comparison",
            "Frozen",
            "Why",
            "Chosen",
            "Comparison schools",
            "Same schools as here",
            "Beyond balance",
            "Figures",
        ])
        .first_cell_is_header(true)
        .rows(all.iter().map(|one| {
            let document = &one.document;
            let name = format!("Comparison {}", document.number);
            let href = request.href(&format!("{PATH}/{}", one.id));
            let here = one.id == frozen.id;
            let same = document.figures_hash == frozen.document.figures_hash;
            [
                Cell::new(if here {
                    html! { (name) " (this one)" }
                } else {
                    html! { a class="govuk-link" href=(href) { (name) } }
                }),
                Cell::new(format!("{} by {}", in_words(document.frozen_at), document.frozen_by)),
                Cell::new(document.reason.clone().unwrap_or_else(|| "The first".to_owned())),
                Cell::number(document.outcome.sizes().0),
                Cell::number(document.outcome.matched()),
                Cell::number(shared(one, frozen)),
                Cell::number(document.outcome.unbalanced().len()),
                Cell::new(if same { "The same" } else { "Others" }),
            ]
        }));
    html! {
        h2 class="govuk-heading-l" { "All comparisons for this purpose" }
        (::record::ui::scroll("All comparisons for this purpose", table))
        p class="govuk-body-s" { "Beyond balance: in how many things both sides differ by more than " (BALANCED) " standard deviations after matching." }
    }
}

/// Comparison schools that both have.
fn shared(one: &Frozen, other: &Frozen) -> usize {
    let urns = |frozen: &Frozen| -> std::collections::BTreeSet<u32> {
        frozen.document.outcome.groups.iter().flat_map(|group| &group.matches).map(|one| one.urn).collect()
    };
    urns(one).intersection(&urns(other)).count()
}
