//! The list at the top of a page of everything that was not filled in right.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// One problem in an [`ErrorSummary`].
    pub struct ErrorItem {
        /// What went wrong, in the same words as the message beside the field.
        [set] content: Content,
        /// The field, for example `#full-name`.
        [opt String] href: Option<String>,
    }
}

maybe_itself!(ErrorItem);

impl ErrorItem {
    /// A problem that belongs to no field.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// A problem in the field with this id.
    pub fn at(id: impl AsRef<str>, content: impl Into<Content>) -> Self {
        Self { content: content.into(), href: Some(format!("#{}", id.as_ref())), ..Self::default() }
    }
}

impl<I: AsRef<str>, C: Into<Content>> From<(I, C)> for ErrorItem {
    fn from((id, content): (I, C)) -> Self {
        Self::at(id, content)
    }
}

component! {
    /// An [error summary](https://design-system.service.gov.uk/components/error-summary/). Put it first in the
    /// main part of the page, and "Error: " at the front of the page's title.
    ///
    /// ```
    /// use govuk::{ErrorItem, ErrorSummary};
    ///
    /// let summary = ErrorSummary::new()
    ///     .error(ErrorItem::at("full-name", "Enter a full name"))
    ///     .errors([("born-on-day", "Enter a date of birth")]);
    /// ```
    pub struct ErrorSummary {
        /// The title, "There is a problem" unless changed.
        [set] title: Content,
        /// Words between title and list.
        [set] description: Content,
        /// Several problems, from `(id of the field, message)` pairs or [`ErrorItem`]s.
        [add error ErrorItem] errors: Vec<ErrorItem>,
        /// Whether the page's script leaves the focus where it is.
        [opt bool] disable_auto_focus: Option<bool>,
    }
}

impl ErrorSummary {
    /// A summary without problems so far.
    pub fn new() -> Self {
        Self { title: "There is a problem".into(), ..Self::default() }
    }
}

impl Render for ErrorSummary {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("govuk-error-summary")
            .class(&self.classes)
            .maybe("data-disable-auto-focus", self.disable_auto_focus.map(|off| off.to_string()))
            .attrs(&self.attributes)
            .attr("data-module", "govuk-error-summary")
            .body(html! {
                // The alert is inside, so that moving the focus does not interrupt its announcement.
                div role="alert" {
                    h2 class="govuk-error-summary__title" { (self.title) }
                    div class="govuk-error-summary__body" {
                        @if !self.description.is_empty() { p { (self.description) } }
                        @if !self.errors.is_empty() {
                            ul class="govuk-list govuk-error-summary__list" {
                                @for error in &self.errors {
                                    li {
                                        @match &error.href {
                                            Some(href) => (Element::new("a").attr("href", href)
                                                .class(&error.classes).attrs(&error.attributes)
                                                .body(&error.content)),
                                            None => (error.content),
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            })
    }
}
