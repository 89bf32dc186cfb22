//! Asks whether cookies may be set that the service could do without.

use super::panel::Action;
use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// One message of a [`CookieBanner`].
    pub struct CookieMessage {
        /// The title.
        [set] heading: Content,
        /// What it says; text is put into a paragraph.
        [set] content: Content,
        /// Several buttons and links.
        [add action Action] actions: Vec<Action>,
        /// ARIA role, for example `alert` for a confirmation.
        [opt String] role: Option<String>,
        /// Whether it is hidden until a script shows it.
        [flag] hidden: bool,
    }
}

maybe_itself!(CookieMessage);

impl CookieMessage {
    /// A message that says this.
    pub fn new(heading: impl Into<Content>, content: impl Into<Content>) -> Self {
        Self { heading: heading.into(), content: content.into(), ..Self::default() }
    }
}

impl Render for CookieMessage {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("govuk-cookie-banner__message")
            .class(&self.classes)
            .class("govuk-width-container")
            .maybe("role", self.role.as_ref())
            .attrs(&self.attributes)
            .flag("hidden", self.hidden)
            .body(html! {
                div class="govuk-grid-row" {
                    div class="govuk-grid-column-two-thirds" {
                        @if !self.heading.is_empty() {
                            h2 class="govuk-cookie-banner__heading govuk-heading-m" { (self.heading) }
                        }
                        div class="govuk-cookie-banner__content" { (self.content.paragraph("govuk-body")) }
                    }
                }
                @if !self.actions.is_empty() {
                    div class="govuk-button-group" {
                        @for action in &self.actions { (action.render_with("", "")) " " }
                    }
                }
            })
    }
}

component! {
    /// A [cookie banner](https://design-system.service.gov.uk/components/cookie-banner/).
    pub struct CookieBanner {
        /// Several messages, of which one is shown at a time.
        [add message CookieMessage] messages: Vec<CookieMessage>,
        /// What the region is called, "Cookie banner" unless changed.
        [opt String] aria_label: Option<String>,
        /// Whether the whole banner is hidden.
        [flag] hidden: bool,
    }
}

maybe_itself!(CookieBanner);

impl CookieBanner {
    /// A banner without messages so far.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Render for CookieBanner {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("govuk-cookie-banner")
            .class(&self.classes)
            .flag("data-nosnippet", true)
            .attr("role", "region")
            .attr("aria-label", self.aria_label.as_deref().unwrap_or("Cookie banner"))
            .flag("hidden", self.hidden)
            .attrs(&self.attributes)
            .body(html! { @for message in &self.messages { (message) } })
    }
}
