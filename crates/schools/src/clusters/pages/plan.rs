//! Frozen plans: the list, one that can be printed, and its files.

use govuk::{Cell, InsetText, SummaryList, SummaryRow, Table, WarningText};
use maud::html;
use platform::{
    clock::in_words,
    web::{Outcome, Path, Request},
};
use uuid::Uuid;

use super::{XLSX, attachment, show};
use crate::clusters::{
    file::{Sheet, write_csv, xlsx},
    model::listed,
    service,
};

pub(super) async fn list(request: Request) -> Outcome {
    let plans = service::plans(&request).await?;
    let table = Table::new().first_cell_is_header(true).head(["Plan", "Frozen"]).rows(plans.iter().map(
        |(id, title, at, by)| {
            let path = request.href(&format!("/schools/clusters/plans/{id}"));
            [
                Cell::new(html! { a class="govuk-link" href=(path) { (title) } }),
                Cell::new(format!("{}, by {by}", in_words(*at))),
            ]
        },
    ));
    let body = html! {
        h1 class="govuk-heading-xl" { "Frozen cluster plans" }
        @if plans.is_empty() {
            (InsetText::new("No plan was frozen yet. Choose clusters first, then freeze the choice."))
        } @else { (record::ui::scroll("Frozen plans", table)) }
    };
    Ok(request.page("Frozen cluster plans").wide().back("Clusters of schools", super::PATH).render(body))
}

pub(super) async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let sealed = service::plan(&request, id).await?;
    let plan = &sealed.plan;
    let link = |file: &str| request.href(&format!("/schools/clusters/plans/{id}/{file}"));
    let body = html! {
        @if !sealed.is_sound() {
            (WarningText::new("This plan is not the one that was frozen: its text does not agree with its hash. Do not rely on it, and tell whoever looks after this service."))
        }
        h1 class="govuk-heading-xl" { (plan.title) }
        (SummaryList::new()
            .row(SummaryRow::new("Frozen", format!("{}, by {}", in_words(plan.at), plan.by)))
            .row(SummaryRow::new("Chosen", plan.chosen_at.map_or_else(|| "At the same time".to_owned(), in_words)))
            .row(SummaryRow::new("Why", plan.why.as_str()))
            .row(SummaryRow::new("Council", plan.organisation.as_str()))
            .row(SummaryRow::new("Figures of", listed(&plan.years)))
            .row(SummaryRow::new("Settings", format!(
                "At most {} clusters, {} workers, {} children each, {} km", plan.settings.clusters, plan.settings.workers,
                plan.settings.children_per_worker, plan.settings.distance_km
            ))))
        (show::choice(&plan.choice, &plan.settings, &plan.places, true))
        h2 class="govuk-heading-l" { "How to check this plan" }
        p class="govuk-body" {
            "The plan is one text, which the sealed file holds byte by byte. Its SHA-256 is the content hash below. The other two hashes
             show from which counts and which links it was made. The sealed file holds small numbers of children; this page
             and the other files do not show those of single schools."
        }
        (SummaryList::new()
            .row(SummaryRow::new("Content hash", html! { code class="app-hash" { (sealed.content_hash) } }))
            .row(SummaryRow::new("Figures hash", html! { code class="app-hash" { (plan.figures_hash) } }))
            .row(SummaryRow::new("Links hash", html! { code class="app-hash" { (plan.links_hash) } })))
        p class="govuk-body" {
            a class="govuk-link" href=(link("csv")) { "Download the plan (CSV)" } " "
            a class="govuk-link" href=(link("xlsx")) { "Download the plan (Excel)" } " "
            a class="govuk-link" href=(link("json")) { "Download the sealed file (JSON)" }
        }
        p class="govuk-body app-screen-only" {
            a class="govuk-link" href=(format!("{}?plan={id}", request.href("/schools/comparison"))) {
                "Find comparison schools for this plan"
            }
            ", before anybody sees what happens next."
        }
    };
    Ok(request
        .page(plan.title.clone())
        .wide()
        .back("Frozen cluster plans", "/schools/clusters/plans")
        .render(body))
}

pub(super) async fn csv(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let sealed = service::plan(&request, id).await?;
    let mut bytes = Vec::new();
    write_csv(&Sheet::of_plan(&sealed.plan, &sealed.content_hash), &mut bytes)?;
    Ok(attachment(bytes, "text/csv; charset=utf-8", "cluster-plan.csv"))
}

pub(super) async fn workbook(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let sealed = service::plan(&request, id).await?;
    Ok(attachment(xlsx(&Sheet::of_plan(&sealed.plan, &sealed.content_hash))?, XLSX, "cluster-plan.xlsx"))
}

pub(super) async fn sealed(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let sealed = service::plan(&request, id).await?;
    Ok(attachment(sealed.text.into_bytes(), "application/json", "cluster-plan.json"))
}
