//! Words that only some people need, behind a link that shows them.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// A [details](https://design-system.service.gov.uk/components/details/) element.
    pub struct Details {
        /// What is always shown.
        [set] summary: Content,
        /// What is shown on demand.
        [set] content: Content,
        /// `id` of the element.
        [opt String] id: Option<String>,
        /// Whether it starts open.
        [flag] open: bool,
    }
}

maybe_itself!(Details);

impl Details {
    /// What is always shown, and what is shown on demand.
    pub fn new(summary: impl Into<Content>, content: impl Into<Content>) -> Self {
        Self { summary: summary.into(), content: content.into(), ..Self::default() }
    }
}

impl Render for Details {
    fn render(&self) -> Markup {
        Element::new("details")
            .maybe("id", self.id.as_ref())
            .class("govuk-details")
            .class(&self.classes)
            .attrs(&self.attributes)
            .flag("open", self.open)
            .body(html! {
                summary class="govuk-details__summary" {
                    span class="govuk-details__summary-text" { (self.summary) }
                }
                div class="govuk-details__text" { (self.content) }
            })
    }
}
