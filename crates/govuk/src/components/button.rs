//! A button, or a link that looks like one.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render, html};

/// What a `button` element does when it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonType {
    /// Sends the form.
    #[default]
    Submit,
    /// Nothing of itself; a script listens.
    Button,
    /// Puts the form back as it was.
    Reset,
}

impl ButtonType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Button => "button",
            Self::Reset => "reset",
        }
    }
}

component! {
    /// A [button](https://design-system.service.gov.uk/components/button/).
    ///
    /// ```
    /// use govuk::Button;
    /// use maud::html;
    ///
    /// let page = html! {
    ///     (Button::new("Save and continue"))
    ///     (Button::new("Save as draft").secondary().name("action").value("draft"))
    ///     (Button::new("Start now").href("/start").start(true))
    /// };
    /// # assert!(page.into_string().contains("govuk-button--start"));
    /// ```
    pub struct Button {
        /// What the button says.
        [set] content: Content,
        /// Where it leads; makes the button a link.
        [opt String] href: Option<String>,
        /// The name under which a form sends [`Button::value`].
        [opt String] name: Option<String>,
        /// What a form sends when this button was pressed.
        [opt String] value: Option<String>,
        /// `id` of the element.
        [opt String] id: Option<String>,
        /// What a button does when pressed; links have none.
        [set] kind: ButtonType,
        /// Whether it cannot be pressed. Prefer to say what is missing instead.
        [flag] disabled: bool,
        /// Whether a second press within a second is ignored.
        [opt bool] prevent_double_click: Option<bool>,
        /// Whether it is the call to action that starts a service, with an arrow.
        [flag] start: bool,
    }
}

from_content!(Button);

impl Button {
    /// A button that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// A button that is not the main one on the page.
    #[must_use]
    pub fn secondary(self) -> Self {
        self.class("govuk-button--secondary")
    }

    /// A button for an act that cannot be undone.
    #[must_use]
    pub fn warning(self) -> Self {
        self.class("govuk-button--warning")
    }

    /// A button for a dark background.
    #[must_use]
    pub fn inverse(self) -> Self {
        self.class("govuk-button--inverse")
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let element = match &self.href {
            Some(href) => {
                Element::new("a").attr("href", href).attr("role", "button").attr("draggable", "false")
            }
            None => Element::new("button")
                .attr("type", self.kind.name())
                .maybe("value", self.value.as_ref())
                .maybe("name", self.name.as_ref())
                .flag("disabled", self.disabled)
                .maybe("aria-disabled", self.disabled.then_some("true"))
                .maybe("data-prevent-double-click", self.prevent_double_click.map(|on| on.to_string())),
        };
        element
            .class("govuk-button")
            .class(&self.classes)
            .class_if(self.start, "govuk-button--start")
            .attr("data-module", "govuk-button")
            .attrs(&self.attributes)
            .maybe("id", self.id.as_ref())
            .body(html! {
                // Start buttons are flex boxes, which would lose the spaces between elements.
                @match &self.content {
                    Content::Html(markup) if self.start => { span { (markup) } }
                    content => (content),
                }
                @if self.start { " " (start_icon()) }
            })
    }
}

fn start_icon() -> Markup {
    html! {
        svg class="govuk-button__start-icon" xmlns="http://www.w3.org/2000/svg" width="17.5" height="19"
            viewBox="0 0 33 40" aria-hidden="true" focusable="false" {
            path fill="currentColor" d="M0 0h13l20 20-20 20H0l20-20z" {}
        }
    }
}
