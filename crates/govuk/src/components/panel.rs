//! The green panel that says that something is done, and the one that interrupts to ask.

use super::button::{Button, ButtonType};
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Attributes, Content, HeadingLevel};
use maud::{Markup, Render, html};

component! {
    /// A button or link: of a panel or of a cookie banner.
    pub struct Action {
        /// What it says.
        [set] text: String,
        /// Where it leads; makes it a link, unless [`Action::kind`] asks for a button.
        [opt String] href: Option<String>,
        /// What kind of button it is.
        [opt ButtonType] kind: Option<ButtonType>,
        /// The name under which a form sends [`Action::value`].
        [opt String] name: Option<String>,
        /// What a form sends when this button was pressed.
        [opt String] value: Option<String>,
    }
}

maybe_itself!(Action, ButtonType);

impl Action {
    /// A button that says this.
    pub fn button(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A link that says this.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }

    /// The button or link, with class names for each.
    pub(crate) fn render_with(&self, button_class: &str, link_class: &str) -> Markup {
        match &self.href {
            Some(href) if self.kind != Some(ButtonType::Button) => Element::new("a")
                .class("govuk-link")
                .class(link_class)
                .class(&self.classes)
                .attr("href", href)
                .attrs(&self.attributes)
                .body(&self.text),
            _ => Button::new(self.text.as_str())
                .kind(self.kind.unwrap_or(ButtonType::Button))
                .name(self.name.as_ref())
                .value(self.value.as_ref())
                .href(self.href.as_ref())
                .class(button_class)
                .class(&self.classes)
                .attributes(self.attributes.clone())
                .render(),
        }
    }
}

component! {
    /// A [panel](https://design-system.service.gov.uk/components/panel/): a confirmation, or an
    /// [interruption](Panel::interruption) with actions.
    pub struct Panel {
        /// The title.
        [set] title: Content,
        /// What it says below the title.
        [set] content: Content,
        /// Level of the title, one unless changed.
        [opt HeadingLevel] heading_level: Option<HeadingLevel>,
        /// Whether it interrupts a task to ask or to warn.
        [raw] interrupts: bool,
        /// Several buttons and links of an interruption.
        [add action Action] actions: Vec<Action>,
        /// Class names of the row of actions.
        [set] actions_classes: String,
        /// Attributes of the row of actions.
        [set] actions_attributes: Attributes,
    }
}

impl Panel {
    /// A green panel that says that something is done.
    pub fn new(title: impl Into<Content>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A panel that interrupts a task to ask or to warn.
    pub fn interruption(title: impl Into<Content>) -> Self {
        Self { title: title.into(), interrupts: true, ..Self::default() }
    }
}

impl Render for Panel {
    fn render(&self) -> Markup {
        let has_actions = !self.actions.is_empty()
            || !self.actions_classes.is_empty()
            || self.actions_attributes.iter().next().is_some();
        Element::new("div")
            .class("govuk-panel")
            .class(if self.interrupts { "govuk-panel--interruption" } else { "govuk-panel--confirmation" })
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                (self.heading_level.unwrap_or(HeadingLevel::One).element()
                    .class("govuk-panel__title").body(&self.title))
                @if !self.content.is_empty() { div class="govuk-panel__body" { (self.content) } }
                @if self.interrupts && has_actions {
                    (Element::new("div").class("govuk-panel__actions").class(&self.actions_classes)
                        .attrs(&self.actions_attributes).body(html! {
                            @if !self.actions.is_empty() {
                                div class="govuk-button-group" {
                                    @for action in &self.actions {
                                        (action.render_with("govuk-button--inverse", "govuk-link--inverse")) " "
                                    }
                                }
                            }
                        }))
                }
            })
    }
}
