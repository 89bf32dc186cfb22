//! The audit chain on a page, for those who answer for data protection.

use axum::response::Response;
use maud::{Markup, html};

use super::{
    entry::{Chain, Entry},
    store,
    verify::{Report, verify},
};
use crate::{
    audit::{Look, Subject},
    clock::in_words,
    policy::{Action, Object},
    web::{Outcome, Request},
};

/// How many entries a page shows.
const PER_PAGE: u64 = 50;

/// `GET /audit`: changes, newest first.
pub(super) async fn changes(request: Request) -> Outcome {
    request.require(Action::ViewAudit, Object::None)?;
    let before = request.query("before").and_then(|text| text.parse().ok());
    request
        .look(vec![Look {
            action: Action::ViewAudit,
            subject: Subject::kind("audit"),
            reason: None,
            detail: serde_json::json!({ "before": before }),
        }])
        .await?;
    let entries = store::changes(request.db(), None, before, PER_PAGE).await?;
    Ok(page(&request, &entries))
}

fn page(request: &Request, entries: &[Entry]) -> Response {
    let older = entries.last().filter(|_| entries.len() as u64 == PER_PAGE).map(|entry| entry.seq);
    request.page("Changes").wide().render(html! {
        h1 class="govuk-heading-l" { "Changes" }
        p class="govuk-body" {
            "Every change that was made here, newest first. "
            a class="govuk-link" href=(request.href("/audit/verify")) { "Prove that nothing was altered" }
        }
        (table(entries))
        @if let Some(seq) = older {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/audit?before={seq}"))) { "Older changes" }
            }
        }
    })
}

fn table(entries: &[Entry]) -> Markup {
    html! {
        div class="app-scroll" tabindex="0" role="region" aria-label="Changes" {
            table class="govuk-table" {
                caption class="govuk-table__caption govuk-visually-hidden" { "Changes, newest first" }
                thead class="govuk-table__head" {
                    tr class="govuk-table__row" {
                        @for heading in ["Number", "When", "Who", "What", "Of", "Reason"] {
                            th scope="col" class="govuk-table__header" { (heading) }
                        }
                    }
                }
                tbody class="govuk-table__body" {
                    @for entry in entries {
                        tr class="govuk-table__row" {
                            td class="govuk-table__cell" { (entry.seq) }
                            td class="govuk-table__cell" { (in_words(entry.at)) }
                            td class="govuk-table__cell" { (entry.actor_name) }
                            td class="govuk-table__cell" {
                                (Action::from_slug(&entry.action).map_or(entry.action.as_str(), |action| action.title()))
                            }
                            td class="govuk-table__cell" {
                                (entry.subject_kind) @if let Some(id) = &entry.subject_id { " " (id) }
                            }
                            td class="govuk-table__cell" { (entry.reason.as_deref().unwrap_or("None given")) }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /audit/verify`: walks both chains.
pub(super) async fn proof(request: Request) -> Outcome {
    request.require(Action::ViewAudit, Object::None)?;
    let mut reports = Vec::new();
    for chain in Chain::ALL {
        reports.push(verify(&request.org.database, &request.org.keys, chain).await?);
    }
    Ok(request.page("Proof of the chains").back("Changes", "/audit").render(html! {
        h1 class="govuk-heading-l" { "Proof of the chains" }
        @for report in &reports { (verdict(report)) }
    }))
}

fn verdict(report: &Report) -> Markup {
    let name = match report.chain {
        Chain::Audit => "Changes",
        Chain::Access => "Looks",
    };
    html! {
        h2 class="govuk-heading-m" { (name) }
        @if report.faults.is_empty() {
            p class="govuk-body" { "All " (report.entries) " entries are as they were written, and none is missing." }
        } @else {
            div class="govuk-warning-text" {
                span class="govuk-warning-text__icon" aria-hidden="true" { "!" }
                strong class="govuk-warning-text__text" {
                    span class="govuk-visually-hidden" { "Warning" }
                    "This chain was altered."
                }
            }
            ul class="govuk-list govuk-list--bullet" {
                @for fault in &report.faults { li { (fault.to_string()) } }
            }
        }
        p class="govuk-body-s app-break" { "Last entry: " (report.head.0) ", digest " (report.head.1) }
    }
}
