//! The frame that every field has in common: group, label, hint and error.

use super::{ErrorMessage, Hint, Label};
use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// The group around a field, for those who need to add to it.
    pub struct FormGroup {
        /// Shown just before the control.
        [set] before: Content,
        /// Shown just after the control.
        [set] after: Content,
    }
}

maybe_itself!(FormGroup);

impl FormGroup {
    /// A group with nothing added.
    pub fn new() -> Self {
        Self::default()
    }

    /// The group around the given inside.
    pub(crate) fn around(&self, in_error: bool, content: impl Render) -> Markup {
        Element::new("div")
            .class("govuk-form-group")
            .class_if(in_error, "govuk-form-group--error")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(content)
    }
}

/// Hint and error message of a field, in the order in which they are read out; their ids join `described_by`.
pub(crate) fn hint_and_error(
    id: &str,
    hint: Option<&Hint>,
    error: Option<&ErrorMessage>,
    described_by: &mut DescribedBy,
) -> Markup {
    let hint = hint.map(|hint| {
        let hint_id = format!("{id}-hint");
        described_by.push(&hint_id);
        hint.named(&hint_id)
    });
    let error = error.map(|error| {
        let error_id = format!("{id}-error");
        described_by.push(&error_id);
        error.named(&error_id)
    });
    html! {
        @if let Some(hint) = hint { (hint) }
        @if let Some(error) = error { (error) }
    }
}

/// Label, hint and error message of a field with one control.
pub(crate) fn introduction(
    id: &str,
    label: Option<&Label>,
    hint: Option<&Hint>,
    error: Option<&ErrorMessage>,
    described_by: &mut DescribedBy,
) -> Markup {
    html! {
        @if let Some(label) = label { (label.aimed_at(id)) " " }
        (hint_and_error(id, hint, error, described_by))
    }
}
