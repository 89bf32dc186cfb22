//! What happened, in order.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Content, HeadingLevel};
use maud::{Markup, Render, html};

component! {
    /// One entry of a [`Timeline`].
    pub struct TimelineEntry {
        /// What happened.
        [set] title: Content,
        /// Who did it, after "by".
        [set] byline: Content,
        /// When it happened, for people, for example "5 March 2026".
        [set] when: Content,
        /// When it happened, for machines, for example `2026-03-05`.
        [opt String] datetime: Option<String>,
        /// More about it.
        [set] description: Content,
    }
}

maybe_itself!(TimelineEntry);

impl TimelineEntry {
    /// What happened, when for people, and when for machines (`2026-03-05`).
    pub fn new(title: impl Into<Content>, when: impl Into<Content>, datetime: impl Into<String>) -> Self {
        Self { title: title.into(), when: when.into(), datetime: Some(datetime.into()), ..Self::default() }
    }
}

component! {
    /// A [timeline](https://design-patterns.service.justice.gov.uk/components/timeline/).
    pub struct Timeline {
        /// Several entries.
        [add entry TimelineEntry] entries: Vec<TimelineEntry>,
        /// Level of the titles, two unless changed.
        [opt HeadingLevel] heading_level: Option<HeadingLevel>,
    }
}

impl Timeline {
    /// A timeline without entries so far.
    pub fn new() -> Self {
        Self::default()
    }

    fn entry_markup(&self, entry: &TimelineEntry) -> Markup {
        Element::new("div").class("moj-timeline__item").class(&entry.classes).attrs(&entry.attributes).body(html! {
            div class="moj-timeline__header" {
                (self.heading_level.unwrap_or(HeadingLevel::Two).element()
                    .class("moj-timeline__title").body(&entry.title))
                @if !entry.byline.is_empty() { " " p class="moj-timeline__byline" { "by " (entry.byline) } }
            }
            p class="moj-timeline__date" {
                (Element::new("time").maybe("datetime", entry.datetime.as_ref()).body(&entry.when))
            }
            @if !entry.description.is_empty() {
                div class="moj-timeline__description" { (entry.description) }
            }
        })
    }
}

impl Render for Timeline {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("moj-timeline")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! { @for entry in &self.entries { (self.entry_markup(entry)) } })
    }
}
