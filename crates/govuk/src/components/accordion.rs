//! Sections that can be shown and hidden one by one.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Content, HeadingLevel};
use maud::{Markup, Render, html};

component! {
    /// One section of an [`Accordion`].
    pub struct AccordionSection {
        /// The title, always shown.
        [set] heading: Content,
        /// A line below the title, always shown.
        [set] summary: Content,
        /// What is shown when the section is open; text is put into a paragraph.
        [set] content: Content,
        /// Whether it starts open.
        [flag] expanded: bool,
    }
}

maybe_itself!(AccordionSection);

impl AccordionSection {
    /// A section with this title.
    pub fn new(heading: impl Into<Content>, content: impl Into<Content>) -> Self {
        Self { heading: heading.into(), content: content.into(), ..Self::default() }
    }
}

component! {
    /// An [accordion](https://design-system.service.gov.uk/components/accordion/). Without JavaScript every
    /// section is open.
    pub struct Accordion {
        /// `id` of the whole and first part of the ids inside; the user's choices are remembered under it.
        [set] id: String,
        /// Several sections.
        [gap section AccordionSection] sections: Vec<Option<AccordionSection>>,
        /// Level of the titles, two unless changed.
        [opt HeadingLevel] heading_level: Option<HeadingLevel>,
        /// Whether the browser remembers which sections were open; yes unless changed.
        [opt bool] remember_expanded: Option<bool>,
        /// Words of the link that closes all sections.
        [opt String] hide_all_text: Option<String>,
        /// Words of the link that closes one section.
        [opt String] hide_text: Option<String>,
        /// Words read out for that link.
        [opt String] hide_label: Option<String>,
        /// Words of the link that opens all sections.
        [opt String] show_all_text: Option<String>,
        /// Words of the link that opens one section.
        [opt String] show_text: Option<String>,
        /// Words read out for that link.
        [opt String] show_label: Option<String>,
    }
}

impl Accordion {
    /// An accordion without sections so far.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    fn section_markup(&self, section: &AccordionSection, position: usize) -> Markup {
        let id = &self.id;
        let button = html! {
            span class="govuk-accordion__section-button" id={ (id) "-heading-" (position) } { (section.heading) }
        };
        Element::new("div")
            .class("govuk-accordion__section")
            .class_if(section.expanded, "govuk-accordion__section--expanded")
            .class(&section.classes)
            .attrs(&section.attributes)
            .body(html! {
                div class="govuk-accordion__section-header" {
                    (self.heading_level.unwrap_or(HeadingLevel::Two).element()
                        .class("govuk-accordion__section-heading").body(button))
                    @if !section.summary.is_empty() {
                        div class="govuk-accordion__section-summary govuk-body"
                            id={ (id) "-summary-" (position) } { (section.summary) }
                    }
                }
                div id={ (id) "-content-" (position) } class="govuk-accordion__section-content" {
                    (section.content.paragraph("govuk-body"))
                }
            })
    }
}

impl Render for Accordion {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("govuk-accordion")
            .class(&self.classes)
            .attr("data-module", "govuk-accordion")
            .attr("id", &self.id)
            .words("hide-all-sections", self.hide_all_text.as_ref())
            .words("hide-section", self.hide_text.as_ref())
            .words("hide-section-aria-label", self.hide_label.as_ref())
            .words("show-all-sections", self.show_all_text.as_ref())
            .words("show-section", self.show_text.as_ref())
            .words("show-section-aria-label", self.show_label.as_ref())
            .maybe("data-remember-expanded", self.remember_expanded.map(|on| on.to_string()))
            .attrs(&self.attributes)
            .body(html! {
                @for (position, section) in (1_usize..).zip(&self.sections) {
                    @if let Some(section) = section { (self.section_markup(section, position)) }
                }
            })
    }
}
