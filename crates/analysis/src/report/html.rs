use charts::{Chart, DARK, STYLE, Table};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::pictures;
use crate::result::Analysis;

const PAGE: &str = include_str!("report.css");

/// The result as one page that needs nothing else: no script, no other file, no address on the network.
#[must_use]
pub fn html(analysis: &Analysis) -> String {
    page(&analysis.title, &body(analysis))
}

/// A page with the style sheets of reports.
pub(crate) fn page(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(PAGE)) (PreEscaped(STYLE)) (PreEscaped(DARK)) }
            }
            body { main { (body) } }
        }
    }
    .into_string()
}

/// A table that scrolls by itself where it is wider than the page.
pub(crate) fn scrolling(table: &Table) -> Markup {
    html! {
        div.ch-scroll tabindex="0" role="region" aria-label={ "Table: " (table.caption) } { (table.to_html()) }
    }
}

fn body(analysis: &Analysis) -> Markup {
    html! {
        h1 { (analysis.title) }
        @if let Some(question) = &analysis.question { p.question { (question) } }
        section.verdict aria-label="What the result says" {
            p { (analysis.verdict.headline) }
            @for sentence in &analysis.verdict.sentences { p { (sentence) } }
        }
        @if let Some(forest) = pictures::forest(analysis) { (forest.figure("forest")) }
        @if let Some(table) = pictures::subgroups(analysis) {
            h2 { "Subgroups" }
            (scrolling(&table))
            @for group in &analysis.subgroups { p { (group.name) ": " (group.words) } }
        }
        @if let Some(table) = pictures::sensitivity(analysis) {
            h2 { "Sensitivity analyses" }
            (scrolling(&table))
        }
        h2 { "Who was analysed" }
        (pictures::flow(&analysis.flow).figure("flow"))
        @if let Some(table) = pictures::arms(&analysis.flow) { (scrolling(&table)) }
        h2 { "The model" }
        p { (analysis.method.title) " (" code { (analysis.method.name) } "), described in " code { (analysis.method.page) } "." }
        p { code { (analysis.method.model) } }
        @for remark in &analysis.method.remarks { p { "Remark: " (remark) "." } }
        @if !analysis.coefficients.is_empty() { (scrolling(&pictures::coefficients(analysis))) }
        @if let Some(table) = pictures::facts(analysis) { (scrolling(&table)) }
        @if !analysis.checks.is_empty() || !analysis.figures.is_empty() || analysis.influence.is_some() {
            h2 { "Checks and pictures" }
            @if let Some(table) = pictures::checks(analysis) { (scrolling(&table)) }
            @if let Some(words) = pictures::influence(analysis) { p { (words) } }
            @for (place, figure) in analysis.figures.iter().enumerate() { (figure.chart().figure(&format!("figure-{place}"))) }
        }
        h2 { "What this result was made from" }
        p { "The same plan, data, version and seed give the same result to the last digit." }
        dl {
            dt { "SHA-256 of the plan" } dd { code { (analysis.provenance.plan_sha256) } }
            dt { "SHA-256 of the data (" (analysis.provenance.data_file) ")" } dd { code { (analysis.provenance.data_sha256) } }
            dt { "Version" } dd { (analysis.provenance.version) }
            dt { "Seed" } dd { (analysis.provenance.seed) }
        }
    }
}
