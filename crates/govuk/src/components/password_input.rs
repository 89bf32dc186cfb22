//! A field for a password, which can be shown.

use super::button::{Button, ButtonType};
use super::{ErrorMessage, FormGroup, Hint, Input, InputWrapper, Label};
use crate::builder::component;
use maud::{Markup, Render, html};

component! {
    /// A [password input](https://design-system.service.gov.uk/components/password-input/).
    pub struct PasswordInput {
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
        /// The answer so far. Do not send a password back to the browser.
        [opt String] value: Option<String>,
        /// `current-password` unless changed; `new-password` where one is chosen.
        [opt String] autocomplete: Option<String>,
        /// Whether it cannot be filled in.
        [flag] disabled: bool,
        /// Ids of further elements that describe the field.
        [opt String] described_by: Option<String>,
        /// Class names of the button that shows the password.
        [set] button_classes: String,
        /// Words of that button while the password is hidden.
        [opt String] show_text: Option<String>,
        /// Words of that button while the password is shown.
        [opt String] hide_text: Option<String>,
        /// Words read out for that button while the password is hidden.
        [opt String] show_label: Option<String>,
        /// Words read out for that button while the password is shown.
        [opt String] hide_label: Option<String>,
        /// Words read out when the password was shown.
        [opt String] shown_announcement: Option<String>,
        /// Words read out when the password was hidden.
        [opt String] hidden_announcement: Option<String>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl PasswordInput {
    /// A field sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    fn toggle(&self, id: &str) -> Markup {
        Button::new(self.show_text.as_deref().unwrap_or("Show"))
            .kind(ButtonType::Button)
            .secondary()
            .class("govuk-password-input__toggle govuk-js-password-input-toggle")
            .class(&self.button_classes)
            .attribute("aria-controls", id)
            .attribute("aria-label", self.show_label.as_deref().unwrap_or("Show password"))
            .attribute("hidden", "")
            .render()
    }
}

impl Render for PasswordInput {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let mut group = FormGroup::new()
            .class("govuk-password-input")
            .class(&self.group.classes)
            .attribute("data-module", "govuk-password-input");
        for (name, words) in [
            ("data-i18n.show-password", &self.show_text),
            ("data-i18n.hide-password", &self.hide_text),
            ("data-i18n.show-password-aria-label", &self.show_label),
            ("data-i18n.hide-password-aria-label", &self.hide_label),
            ("data-i18n.password-shown-announcement", &self.shown_announcement),
            ("data-i18n.password-hidden-announcement", &self.hidden_announcement),
        ] {
            if let Some(words) = words {
                group = group.attribute(name, words);
            }
        }
        let group = group
            .attributes(self.group.attributes.clone())
            .before(self.group.before.clone())
            .after(html! { (self.toggle(id)) (self.group.after) });
        Input {
            label: self.label.clone(),
            hint: self.hint.clone(),
            error: self.error.clone(),
            ..Input::new(self.name.as_str())
        }
        .id(id)
        .kind("password")
        .spellcheck(false)
        .autocapitalize("none")
        .autocomplete(self.autocomplete.as_deref().unwrap_or("current-password"))
        .value(self.value.as_ref())
        .disabled(self.disabled)
        .described_by(self.described_by.as_ref())
        .class("govuk-password-input__input govuk-js-password-input-input")
        .class(&self.classes)
        .attributes(self.attributes.clone())
        .wrapper(InputWrapper::default().class("govuk-password-input__wrapper"))
        .group(group)
        .render()
    }
}
