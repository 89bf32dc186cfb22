//! A group of related fields, and its legend.

use crate::builder::{component, from_content, maybe_content, maybe_itself, maybe_text};
use crate::html::{DescribedBy, Element};
use crate::{Content, Size};
use maud::{Markup, Render, html};

component! {
    /// The question that a group of fields answers.
    pub struct Legend {
        /// What the legend says.
        [set] content: Content,
        /// Whether the legend is also the title of the page, and so holds an `h1`.
        [flag] page_heading: bool,
    }
}

from_content!(Legend);

impl Legend {
    /// A legend that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Sets it in one of the sizes of headings.
    #[must_use]
    pub fn size(self, size: Size) -> Self {
        self.class(format!("govuk-fieldset__legend--{}", size.suffix()))
    }
}

impl Render for Legend {
    fn render(&self) -> Markup {
        if self.content.is_empty() {
            return Markup::default();
        }
        Element::new("legend")
            .class("govuk-fieldset__legend")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                @if self.page_heading {
                    h1 class="govuk-fieldset__heading" { (self.content) }
                } @else {
                    (self.content)
                }
            })
    }
}

component! {
    /// A [fieldset](https://design-system.service.gov.uk/components/fieldset/) around related fields.
    pub struct Fieldset {
        /// The question that the group answers.
        [opt Legend] legend: Option<Legend>,
        /// Ids of elements that describe the group.
        [opt String] described_by: Option<String>,
        /// ARIA role, for example `group`.
        [opt String] role: Option<String>,
        /// The fields.
        [set] content: Content,
    }
}

maybe_itself!(Fieldset);
maybe_text!(Fieldset);
maybe_content!(Fieldset);

impl crate::Maybe<Fieldset> for Legend {
    fn maybe(self) -> Option<Fieldset> {
        Some(self.into())
    }
}

impl Fieldset {
    /// A fieldset with this legend.
    pub fn new(legend: impl Into<Legend>) -> Self {
        Self { legend: Some(legend.into()), ..Self::default() }
    }

    /// This fieldset around the inner part of a form group.
    pub(crate) fn around(&self, role: Option<&str>, described_by: &DescribedBy, content: Markup) -> Markup {
        Self {
            role: role.map(str::to_owned),
            described_by: Some(described_by.as_str().to_owned()).filter(|ids| !ids.is_empty()),
            content: Content::Html(content),
            ..self.clone()
        }
        .render()
    }
}

impl<T: Into<Legend>> From<T> for Fieldset {
    fn from(legend: T) -> Self {
        Self::new(legend)
    }
}

impl Render for Fieldset {
    fn render(&self) -> Markup {
        Element::new("fieldset")
            .class("govuk-fieldset")
            .class(&self.classes)
            .maybe("role", self.role.as_ref())
            .maybe("aria-describedby", self.described_by.as_ref())
            .attrs(&self.attributes)
            .body(html! {
                @if let Some(legend) = &self.legend { (legend) }
                (self.content)
            })
    }
}
