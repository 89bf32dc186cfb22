//! A field for more than one line of text.

use super::form_group::introduction;
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::builder::component;
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// A [textarea](https://design-system.service.gov.uk/components/textarea/).
    pub struct Textarea {
        /// The name under which the form sends the answer.
        [set] name: String,
        /// `id` of the control, the name unless changed.
        [opt String] id: Option<String>,
        /// The label.
        [opt Label] label: Option<Label>,
        /// Help that most people need.
        [opt Hint] hint: Option<Hint>,
        /// What is wrong with the answer.
        [opt ErrorMessage] error: Option<ErrorMessage>,
        /// The answer so far.
        [opt String] value: Option<String>,
        /// Lines shown, five unless changed.
        [opt u32] rows: Option<u32>,
        /// Whether the browser checks the spelling; its own choice when not given.
        [opt bool] spellcheck: Option<bool>,
        /// What a browser may fill in, for example `street-address`.
        [opt String] autocomplete: Option<String>,
        /// Whether it cannot be filled in.
        [flag] disabled: bool,
        /// Ids of further elements that describe the field.
        [opt String] described_by: Option<String>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl Textarea {
    /// A field sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

impl Textarea {
    /// What stands inside the group: label, hint, error and control.
    pub(crate) fn inside(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let mut described_by = DescribedBy::starting_with(self.described_by.as_ref());
        let introduction =
            introduction(id, self.label.as_ref(), self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let value = self.value.as_deref().unwrap_or_default();
        let control = Element::new("textarea")
            .class("govuk-textarea")
            .class_if(self.error.is_some(), "govuk-textarea--error")
            .class(&self.classes)
            .attr("id", id)
            .attr("name", &self.name)
            .attr("rows", self.rows.unwrap_or(5))
            .maybe("spellcheck", self.spellcheck.map(|on| on.to_string()))
            .flag("disabled", self.disabled)
            .filled("aria-describedby", described_by.as_str())
            .maybe("autocomplete", self.autocomplete.as_ref())
            .attrs(&self.attributes)
            .body(html! {
                // A parser drops the first line break of a textarea, so one that was typed needs another.
                @if value.starts_with(['\n', '\r']) { "\n" }
                (value)
            });
        html! { (introduction) (self.group.before) " " (control) " " (self.group.after) }
    }
}

impl Render for Textarea {
    fn render(&self) -> Markup {
        self.group.around(self.error.is_some(), self.inside())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_a_first_line_break() {
        let html = Textarea::new("note").value("\nSecond line").render().into_string();
        assert!(html.contains(">\n\nSecond line</textarea>"), "{html}");
    }
}
