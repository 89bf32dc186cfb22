//! The message beside a field that was not filled in right.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// The [error message](https://design-system.service.gov.uk/components/error-message/) of one field;
    /// fields make their own with `.error("...")`.
    pub struct ErrorMessage {
        /// What went wrong and how to put it right.
        [set] content: Content,
        /// The id by which the field refers to it; fields fill it in.
        [opt String] id: Option<String>,
        /// The word read out before the message, "Error" unless changed; an empty one leaves it out.
        [opt String] visually_hidden_text: Option<String>,
    }
}

from_content!(ErrorMessage);

impl ErrorMessage {
    /// A message that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    pub(crate) fn named(&self, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..self.clone() }
    }
}

impl Render for ErrorMessage {
    fn render(&self) -> Markup {
        let spoken = self.visually_hidden_text.as_deref().unwrap_or("Error");
        Element::new("p")
            .maybe("id", self.id.as_ref())
            .class("govuk-error-message")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                @if !spoken.is_empty() { span class="govuk-visually-hidden" { (spoken) ":" } " " }
                (self.content)
            })
    }
}
