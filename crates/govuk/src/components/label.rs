//! The label of one form control.

use crate::builder::{component, from_content};
use crate::html::Element;
use crate::{Content, Size};
use maud::{Markup, Render, html};

component! {
    /// The [label](https://design-system.service.gov.uk/components/text-input/) of one form control.
    ///
    /// Fields make their own: `.label("Full name")` is enough, `.label(Label::new("Full name").large())`
    /// when it is the heading of the page.
    pub struct Label {
        /// What the label says.
        [set] content: Content,
        /// The id of the control; fields fill it in.
        [opt String] target: Option<String>,
        /// Whether the label is also the title of the page, and so inside an `h1`.
        [flag] page_heading: bool,
    }
}

from_content!(Label);

impl Label {
    /// A label that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Sets it in one of the sizes of headings.
    #[must_use]
    pub fn size(self, size: Size) -> Self {
        self.class(format!("govuk-label--{}", size.suffix()))
    }

    pub(crate) fn aimed_at(&self, id: &str) -> Self {
        Self { target: Some(id.to_owned()), ..self.clone() }
    }
}

impl Render for Label {
    fn render(&self) -> Markup {
        if self.content.is_empty() {
            return Markup::default();
        }
        let label = Element::new("label")
            .class("govuk-label")
            .class(&self.classes)
            .attrs(&self.attributes)
            .maybe("for", self.target.as_ref())
            .body(&self.content);
        html! {
            @if self.page_heading { h1 class="govuk-label-wrapper" { (label) } } @else { (label) }
        }
    }
}
