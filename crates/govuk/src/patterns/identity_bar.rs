//! Whose page it is, on every page about one person.

use crate::Content;
use crate::builder::component;
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// An [identity bar](https://design-patterns.service.justice.gov.uk/components/identity-bar/), to be put into
    /// [`Template::banner`](crate::Template::banner).
    ///
    /// ```
    /// use govuk::patterns::{Badge, IdentityBar};
    ///
    /// let bar = IdentityBar::new("Amina Yusuf")
    ///     .badge(Badge::new("Restricted"))
    ///     .fact("Date of birth", "3 May 2014, 12 years old")
    ///     .fact("Reference", "1042");
    /// ```
    pub struct IdentityBar {
        /// The name.
        [set] title: Content,
        /// What the region is called, "About this person" unless changed.
        [opt String] label: Option<String>,
        /// Badges beside the name.
        [add badge super::Badge] badges: Vec<super::Badge>,
        /// Names of facts, and the facts.
        [raw] facts: Vec<(String, Content)>,
        /// Buttons and links at the end.
        [set] actions: Content,
    }
}

impl IdentityBar {
    /// A bar with this name.
    pub fn new(title: impl Into<Content>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a fact that helps to tell this person from others.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, fact: impl Into<Content>) -> Self {
        self.facts.push((name.into(), fact.into()));
        self
    }
}

impl Render for IdentityBar {
    fn render(&self) -> Markup {
        Element::new("section")
            .class("moj-identity-bar")
            .class(&self.classes)
            .attr("aria-label", self.label.as_deref().unwrap_or("About this person"))
            .attrs(&self.attributes)
            .body(html! {
                div class="moj-identity-bar__container" {
                    div class="moj-identity-bar__details" {
                        span class="moj-identity-bar__title" {
                            strong class="pattern-identity-bar__name" { (self.title) }
                            @for badge in &self.badges { " " (badge) }
                        }
                        @if !self.facts.is_empty() {
                            dl class="pattern-identity-bar__facts" {
                                @for (name, fact) in &self.facts { div { dt { (name) } " " dd { (fact) } } }
                            }
                        }
                    }
                    @if !self.actions.is_empty() {
                        div class="moj-identity-bar__actions" {
                            div class="moj-identity-bar__menu" { (self.actions) }
                        }
                    }
                }
            })
    }
}
