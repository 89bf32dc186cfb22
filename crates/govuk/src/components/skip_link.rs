//! The first link of a page, for those who move by keyboard.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render};

component! {
    /// A [skip link](https://design-system.service.gov.uk/components/skip-link/).
    pub struct SkipLink {
        /// What it says.
        [set] content: Content,
        /// Where it leads, for example `#main-content`.
        [set] href: String,
    }
}

maybe_itself!(SkipLink);

impl SkipLink {
    /// A link that says this and leads there.
    pub fn new(content: impl Into<Content>, href: impl Into<String>) -> Self {
        Self { content: content.into(), href: href.into(), ..Self::default() }
    }

    /// "Skip to main content", as [`Template`](crate::Template) has it.
    pub fn to_main_content() -> Self {
        Self::new("Skip to main content", "#main-content")
    }
}

impl Render for SkipLink {
    fn render(&self) -> Markup {
        Element::new("a")
            .attr("href", &self.href)
            .class("govuk-skip-link")
            .class(&self.classes)
            .attrs(&self.attributes)
            .attr("data-module", "govuk-skip-link")
            .body(&self.content)
    }
}
