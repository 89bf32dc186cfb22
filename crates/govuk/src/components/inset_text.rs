//! Words set apart from the text around them.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render};

component! {
    /// An [inset text](https://design-system.service.gov.uk/components/inset-text/).
    pub struct InsetText {
        /// What it says.
        [set] content: Content,
        /// `id` of the element.
        [opt String] id: Option<String>,
    }
}

from_content!(InsetText);

impl InsetText {
    /// An inset text that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}

impl Render for InsetText {
    fn render(&self) -> Markup {
        Element::new("div")
            .maybe("id", self.id.as_ref())
            .class("govuk-inset-text")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}
