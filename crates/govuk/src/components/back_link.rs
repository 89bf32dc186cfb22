//! A link to the page before.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render};

component! {
    /// A [back link](https://design-system.service.gov.uk/components/back-link/).
    pub struct BackLink {
        /// What it says, "Back" unless changed.
        [set] content: Content,
        /// Where it leads.
        [set] href: String,
    }
}

maybe_itself!(BackLink);

impl BackLink {
    /// A link that says "Back".
    pub fn new(href: impl Into<String>) -> Self {
        Self { content: "Back".into(), href: href.into(), ..Self::default() }
    }

    /// For a dark background.
    #[must_use]
    pub fn inverse(self) -> Self {
        self.class("govuk-back-link--inverse")
    }
}

impl Render for BackLink {
    fn render(&self) -> Markup {
        Element::new("a")
            .attr("href", &self.href)
            .class("govuk-back-link")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}
