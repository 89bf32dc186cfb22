//! A question that must be answered before going on.

use super::FormMethod;
use crate::builder::component;
use crate::html::Element;
use crate::{Button, Content, Panel};
use maud::{Markup, Render, html};

component! {
    /// An [interruption](https://design-patterns.service.justice.gov.uk/components/interruption-card/) with a form:
    /// asks or warns, and goes on only when the user says so.
    ///
    /// ```
    /// use govuk::patterns::InterruptionCard;
    /// use maud::html;
    ///
    /// let card = InterruptionCard::new("Delete this draft?", "/drafts/7/delete")
    ///     .body("It cannot be brought back.")
    ///     .fields(html! { input type="hidden" name="csrf" value="token"; })
    ///     .submit("Delete the draft")
    ///     .cancel("Keep it", "/drafts/7");
    /// ```
    pub struct InterruptionCard {
        /// The question.
        [set] heading: Content,
        /// What there is to know.
        [set] body: Content,
        /// Where the form is sent.
        [set] action: String,
        /// How it is sent, in the body unless changed.
        [set] method: FormMethod,
        /// Fields, and hidden ones such as a token.
        [set] fields: Content,
        /// What the button says, "Continue" unless changed.
        [opt String] submit: Option<String>,
        /// What the way back says, and where it leads.
        [raw] cancel: Option<(String, String)>,
    }
}

impl InterruptionCard {
    /// A question, and where its answer is sent.
    pub fn new(heading: impl Into<Content>, action: impl Into<String>) -> Self {
        Self { heading: heading.into(), action: action.into(), method: FormMethod::Post, ..Self::default() }
    }

    /// A way back: what it says and where it leads.
    #[must_use]
    pub fn cancel(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.cancel = Some((text.into(), href.into()));
        self
    }
}

impl Render for InterruptionCard {
    fn render(&self) -> Markup {
        let form = Element::new("form")
            .attr("method", if self.method == FormMethod::Post { "post" } else { "get" })
            .attr("action", &self.action)
            .body(html! {
                (self.fields)
                div class="govuk-button-group" {
                    (Button::new(self.submit.as_deref().unwrap_or("Continue")).inverse().prevent_double_click(true))
                    " "
                    @if let Some((text, href)) = &self.cancel {
                        a class="govuk-link govuk-link--inverse" href=(href) { (text) }
                    }
                }
            });
        Panel::interruption(self.heading.clone())
            .content(html! { (self.body.paragraph("pattern-interruption__text")) (form) })
            .class(&self.classes)
            .attributes(self.attributes.clone())
            .render()
    }
}
