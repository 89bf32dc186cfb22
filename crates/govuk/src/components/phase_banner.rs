//! Says that the service is still being worked on.

use super::Tag;
use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// A [phase banner](https://design-system.service.gov.uk/components/phase-banner/).
    pub struct PhaseBanner {
        /// The phase, for example "Beta".
        [set] tag: Tag,
        /// What it says.
        [set] content: Content,
    }
}

maybe_itself!(PhaseBanner);

impl PhaseBanner {
    /// A banner with a phase and words about it.
    pub fn new(tag: impl Into<Tag>, content: impl Into<Content>) -> Self {
        Self { tag: tag.into(), content: content.into(), ..Self::default() }
    }
}

impl Render for PhaseBanner {
    fn render(&self) -> Markup {
        let tag = Tag::new(self.tag.content.clone())
            .class("govuk-phase-banner__content__tag")
            .class(&self.tag.classes)
            .attributes(self.tag.attributes.clone());
        Element::new("div")
            .class("govuk-phase-banner govuk-width-container")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                p class="govuk-phase-banner__content" {
                    (tag) " " span class="govuk-phase-banner__text" { (self.content) }
                }
            })
    }
}
