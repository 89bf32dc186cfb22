//! Asks, at the foot of a page, what users think of it.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Content, HeadingLevel};
use maud::{Markup, Render, html};

component! {
    /// A [feedback](https://design-system.service.gov.uk/components/feedback/) request.
    pub struct Feedback {
        /// The title.
        [set] title: Content,
        /// What it says; text is put into a paragraph.
        [set] content: Content,
        /// Level of the title, two unless changed.
        [opt HeadingLevel] heading_level: Option<HeadingLevel>,
    }
}

maybe_itself!(Feedback);

impl Feedback {
    /// A request with a title and words.
    pub fn new(title: impl Into<Content>, content: impl Into<Content>) -> Self {
        Self { title: title.into(), content: content.into(), ..Self::default() }
    }
}

impl Render for Feedback {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("govuk-feedback govuk-width-container")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                div class="govuk-grid-row" {
                    div class="govuk-grid-column-two-thirds" {
                        (self.heading_level.unwrap_or(HeadingLevel::Two).element()
                            .class("govuk-feedback__title").body(&self.title))
                        @if !self.content.is_empty() {
                            div class="govuk-feedback__body" { (self.content.paragraph("govuk-body")) }
                        }
                    }
                }
            })
    }
}
