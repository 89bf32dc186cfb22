//! The priority list for Schools Forum: one document that prints on A4 and may be read by anybody.

use govuk::{Cell, InsetText, Table, patterns::Scroll};
use maud::{Markup, Render as _, html};

use super::shared::{halves, short};
use crate::need::{
    model::forum::{Band, Forum, Line},
    service::ForumReport,
};

pub(super) fn body(report: &ForumReport) -> Markup {
    let (forum, origin) = (&report.forum, &report.origin);
    let ask = &forum.ask;
    let window = origin.windows.first().map(|facts| facts.window.in_words()).unwrap_or_default();
    html! {
        article class="app-paper" {
            span class="govuk-caption-xl" { (origin.organisation) ", for Schools Forum" }
            h1 class="govuk-heading-xl" { "Priority list: " (ask.group.plural()) }
            p class="govuk-body-l" {
                "Which " (ask.group.plural()) " would be reached first if " (ask.highest) " could have a social worker. " (window) "."
            }
            @if let Some(silence) = &forum.silence { (InsetText::new(silence.as_str())) }
            @for band in Band::ALL { (self::band(forum, band)) }
            (what(forum))
            @if !forum.left_out.is_empty() {
                h2 class="govuk-heading-m" { "Not compared" }
                ul class="govuk-list govuk-list--bullet" {
                    @for (name, why) in &forum.left_out { li { (name) ": " (why) "." } }
                }
            }
            h2 class="govuk-heading-m" { "Sources" }
            ul class="govuk-list govuk-list--bullet" {
                @for source in &origin.sources { li { (source.slot) ": SHA-256 " (short(&source.sha256)) } }
            }
            p class="govuk-body-s" {
                "Definitions " (origin.definitions) ". Made " (platform::clock::in_words(origin.made_at)) ". SHA-256 of this list: "
                code class="app-code" { (halves(&origin.hash)) }
            }
        }
        p class="govuk-body app-screen-only" { "Print this page with your browser: it is set for A4, without navigation." }
    }
}

fn band(forum: &Forum, band: Band) -> Markup {
    let lines: Vec<&Line> = forum.lines.iter().filter(|line| line.band == band).collect();
    if lines.is_empty() {
        return html! {};
    }
    let caption = format!("{}, by name", band.title());
    let mut table = Table::new()
        .caption(caption.as_str())
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true)
        .heading("School")
        .heading(Cell::new("Place, from-to").numeric(true))
        .heading(Cell::new("Pupils").numeric(true))
        .heading(Cell::new(forum.ask.measure.title()).numeric(true));
    for line in &lines {
        let place = match (line.low, line.high) {
            (Some(low), Some(high)) => format!("{low} to {high}"),
            _ => ":".to_owned(),
        };
        table = table.row([
            Cell::new(line.name.as_str()),
            Cell::number(place),
            Cell::number(line.pupils),
            Cell::number(line.count),
        ]);
    }
    html! {
        h2 class="govuk-heading-m" { (band.title()) " (" (lines.len()) ")" }
        p class="govuk-body" { (band.words(forum.ask.highest)) " In the order of names." }
        (Scroll::new(caption, table.render()))
    }
}

fn what(forum: &Forum) -> Markup {
    let ask = &forum.ask;
    let all: f64 = ask.weights.used().map(|(_, weight)| weight).sum();
    html! {
        h2 class="govuk-heading-m" { "How the list was made" }
        p class="govuk-body" {
            "From a sum of: "
            @for (at, (part, weight)) in ask.weights.used().enumerate() {
                @if at > 0 { "; " }
                (part.title()) " (" (format!("{:.0}%", 100.0 * weight / all)) ")"
            }
            ". Schools are compared with their own kind only. Places from-to allow for chance in small numbers, for other weights
            near these, and for what is missing: in 90% of cases the school stands between them."
        }
        @for remark in &forum.remarks { p class="govuk-body" { (remark) } }
        h2 class="govuk-heading-m" { "What the list can say, and what it cannot" }
        ul class="govuk-list govuk-list--bullet" {
            li { "It can say where need showed itself in this period, and how sure that is. Schools whose places overlap cannot be told apart." }
            li { "It cannot say that a school is good or bad, nor that a social worker there would help. The national trial of social workers in schools found no benefit on its main outcomes." }
            li { "The highest of one year fall in the next by themselves, because part of a high figure is chance. Such a fall is no proof of success." }
            li { "It counts children at the school whose roll holds them. Need that nobody noticed, and children on no roll, are not in it." }
            li {
                "c: hidden, because numbers from 1 to " (forum.policy.small) " are not shown, nor those from which they could be worked out. The places of such a school
                are wide enough for every number that it may be. Children whose records are restricted are left out. : (colon): not available. 0: none."
            }
        }
    }
}
