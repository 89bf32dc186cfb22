//! The name of the service and its main pages.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// One entry of [`ServiceNavigation`]. Attributes go to its link.
    pub struct NavigationItem {
        /// What it says.
        [set] content: Content,
        /// Where it leads.
        [opt String] href: Option<String>,
        /// Whether it is the page that the user is on.
        [flag] current: bool,
        /// Whether the page that the user is on is below it.
        [flag] active: bool,
    }
}

maybe_itself!(NavigationItem);

impl NavigationItem {
    /// An entry that leads to this address.
    pub fn new(content: impl Into<Content>, href: impl Into<String>) -> Self {
        Self { content: content.into(), href: Some(href.into()), ..Self::default() }
    }
}

impl Render for NavigationItem {
    fn render(&self) -> Markup {
        let marked = self.active || self.current;
        let aria = marked.then_some(if self.current { "page" } else { "true" });
        let inner = html! {
            // Strong, so that people with colours of their own still see which entry is the current one.
            @if marked {
                strong class="govuk-service-navigation__active-fallback" { (self.content) }
            } @else {
                (self.content)
            }
        };
        html! {
            li class={
                "govuk-service-navigation__item"
                @if marked { " govuk-service-navigation__item--active" }
            } {
                @match &self.href {
                    Some(href) => (Element::new("a").class("govuk-service-navigation__link").class(&self.classes)
                        .attr("href", href).maybe("aria-current", aria).attrs(&self.attributes).body(inner)),
                    None if self.content.is_empty() => {}
                    None => (Element::new("span").class("govuk-service-navigation__text").class(&self.classes)
                        .maybe("aria-current", aria).body(inner)),
                }
            }
        }
    }
}

component! {
    /// A [service navigation](https://design-system.service.gov.uk/components/service-navigation/).
    pub struct ServiceNavigation {
        /// The name of the service.
        [opt String] service_name: Option<String>,
        /// The first page of the service.
        [opt String] service_url: Option<String>,
        /// Several entries.
        [add item NavigationItem] items: Vec<NavigationItem>,
        /// What the region is called, "Service information" unless changed.
        [opt String] aria_label: Option<String>,
        /// What the button says that shows the entries on a phone, "Menu" unless changed.
        [opt String] menu_button_text: Option<String>,
        /// What is read out for that button, when it is not what it says.
        [opt String] menu_button_label: Option<String>,
        /// What the navigation is called, as the menu button unless changed.
        [opt String] navigation_label: Option<String>,
        /// `id` of the list, `navigation` unless changed.
        [opt String] navigation_id: Option<String>,
        /// Class names of the navigation.
        [set] navigation_classes: String,
        /// Whether a phone hides the entries behind the button; when there are several unless changed.
        [opt bool] collapse_on_mobile: Option<bool>,
        /// Shown before the name.
        [set] start: Content,
        /// Shown at the end, for example who is signed in.
        [set] end: Content,
        /// Whether the end stands on the same line.
        [flag] end_inline: bool,
        /// List items shown before the entries.
        [set] navigation_start: Content,
        /// List items shown after the entries.
        [set] navigation_end: Content,
    }
}

maybe_itself!(ServiceNavigation);

impl ServiceNavigation {
    /// A navigation without name and entries so far.
    pub fn new() -> Self {
        Self::default()
    }

    fn navigation(&self) -> Markup {
        if self.items.is_empty() && self.navigation_start.is_empty() && self.navigation_end.is_empty() {
            return Markup::default();
        }
        let text = self.menu_button_text.as_deref().unwrap_or("Menu");
        let id = self.navigation_id.as_deref().unwrap_or("navigation");
        let spoken = self.menu_button_label.as_deref().filter(|label| *label != text);
        let toggle = Element::new("button")
            .attr("type", "button")
            .class("govuk-service-navigation__toggle govuk-js-service-navigation-toggle")
            .attr("aria-controls", id)
            .maybe("aria-label", spoken)
            .flag("hidden", true)
            .attr("aria-hidden", "true");
        Element::new("nav")
            .attr("aria-label", self.navigation_label.as_deref().unwrap_or(text))
            .class("govuk-service-navigation__wrapper")
            .class(&self.navigation_classes)
            .body(html! {
                @if self.collapse_on_mobile.unwrap_or(self.items.len() > 1) { (toggle.body(text)) }
                ul class="govuk-service-navigation__list" id=(id) {
                    (self.navigation_start)
                    @for item in &self.items { (item) }
                    (self.navigation_end)
                }
            })
    }

    fn name(&self) -> Markup {
        html! {
            @if let Some(name) = &self.service_name {
                span class="govuk-service-navigation__service-name" {
                    @match &self.service_url {
                        Some(url) => { a href=(url) class="govuk-service-navigation__link" { (name) } }
                        None => { span class="govuk-service-navigation__text" { (name) } }
                    }
                }
            }
        }
    }
}

impl Render for ServiceNavigation {
    fn render(&self) -> Markup {
        // With a name or slots it is a region of its own; without, the nav inside is landmark enough.
        let is_region = self.service_name.is_some() || !self.start.is_empty() || !self.end.is_empty();
        let element = if is_region {
            Element::new("section")
                .attr("aria-label", self.aria_label.as_deref().unwrap_or("Service information"))
        } else {
            Element::new("div")
        };
        let container = Element::new("div")
            .class("govuk-width-container")
            .class_if(self.end_inline, "govuk-service-navigation__inlining-container")
            .body(html! {
                (self.start)
                div class="govuk-service-navigation__container" { (self.name()) (self.navigation()) }
                (self.end)
            });
        element
            .class("govuk-service-navigation")
            .class(&self.classes)
            .attr("data-module", "govuk-service-navigation")
            .attrs(&self.attributes)
            .body(container)
    }
}
