//! The hint of a form control or group.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render};

component! {
    /// Help that most people need to answer a question; fields make their own with `.hint("...")`.
    pub struct Hint {
        /// What the hint says.
        [set] content: Content,
        /// The id by which the field refers to it; fields fill it in.
        [opt String] id: Option<String>,
    }
}

from_content!(Hint);

impl Hint {
    /// A hint that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    pub(crate) fn named(&self, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..self.clone() }
    }
}

impl Render for Hint {
    fn render(&self) -> Markup {
        Element::new("div")
            .maybe("id", self.id.as_ref())
            .class("govuk-hint")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}
