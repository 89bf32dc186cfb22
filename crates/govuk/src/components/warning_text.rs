//! Words about something that matters, such as a consequence in law.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// A [warning text](https://design-system.service.gov.uk/components/warning-text/).
    pub struct WarningText {
        /// What it says.
        [set] content: Content,
        /// The word read out before it, "Warning" unless changed.
        [opt String] icon_fallback_text: Option<String>,
    }
}

from_content!(WarningText);

impl WarningText {
    /// A warning that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}

impl Render for WarningText {
    fn render(&self) -> Markup {
        Element::new("div").class("govuk-warning-text").class(&self.classes).attrs(&self.attributes).body(
            html! {
                span class="govuk-warning-text__icon" aria-hidden="true" { "!" }
                " "
                strong class="govuk-warning-text__text" {
                    span class="govuk-visually-hidden" {
                        (self.icon_fallback_text.as_deref().unwrap_or("Warning"))
                    }
                    " " (self.content)
                }
            },
        )
    }
}
