//! The bar at the top of every page, for services that are not on GOV.UK.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// A [generic header](https://design-system.service.gov.uk/components/generic-header/): the
    /// organisation's own mark instead of the crown.
    pub struct GenericHeader {
        /// Name or mark of the organisation.
        [set] logo: Content,
        /// Where the mark leads, `/` unless changed.
        [opt String] url: Option<String>,
        /// Class names of the container, in place of `govuk-width-container`.
        [opt String] container_classes: Option<String>,
    }
}

maybe_itself!(GenericHeader);

impl GenericHeader {
    /// A header with this name or mark.
    pub fn new(logo: impl Into<Content>) -> Self {
        Self { logo: logo.into(), ..Self::default() }
    }
}

impl Render for GenericHeader {
    fn render(&self) -> Markup {
        let container = self.container_classes.as_deref().unwrap_or("govuk-width-container");
        Element::new("div").class("govuk-generic-header").class(&self.classes).attrs(&self.attributes).body(html! {
            div class={ "govuk-generic-header__container " (container) } {
                div class="govuk-generic-header__logo" {
                    a href=(self.url.as_deref().unwrap_or("/")) class="govuk-generic-header__homepage-link" {
                        (self.logo)
                    }
                }
            }
        })
    }
}
