//! A field for one line of text.

use super::form_group::introduction;
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::Content;
use crate::builder::{component, from_content, maybe_itself};
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// A unit or sign before or after what is typed, for example `£` or `per week`.
    pub struct Affix {
        /// The unit or sign.
        [set] content: Content,
    }
}

from_content!(Affix);

impl Affix {
    /// This unit or sign.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    fn render_as(&self, side: &str) -> Markup {
        if self.content.is_empty() {
            return Markup::default();
        }
        Element::new("div")
            .class(side)
            .class(&self.classes)
            .attr("aria-hidden", "true")
            .attrs(&self.attributes)
            .body(&self.content)
    }
}

component! {
    /// The box around an input and its affixes, for those who need to add to it.
    pub struct InputWrapper {}
}

maybe_itself!(InputWrapper);

/// How wide a field is, to tell how long the answer should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputWidth {
    /// Two characters.
    Chars2,
    /// Three characters.
    Chars3,
    /// Four characters.
    Chars4,
    /// Five characters.
    Chars5,
    /// Ten characters.
    Chars10,
    /// Twenty characters.
    Chars20,
    /// Thirty characters.
    Chars30,
}

impl InputWidth {
    fn class(self) -> &'static str {
        match self {
            Self::Chars2 => "govuk-input--width-2",
            Self::Chars3 => "govuk-input--width-3",
            Self::Chars4 => "govuk-input--width-4",
            Self::Chars5 => "govuk-input--width-5",
            Self::Chars10 => "govuk-input--width-10",
            Self::Chars20 => "govuk-input--width-20",
            Self::Chars30 => "govuk-input--width-30",
        }
    }
}

component! {
    /// A [text input](https://design-system.service.gov.uk/components/text-input/).
    ///
    /// ```
    /// use govuk::{Input, InputWidth};
    /// use maud::Render;
    ///
    /// let field = Input::new("upn")
    ///     .label("Unique pupil number")
    ///     .hint("13 characters, for example A123456789012")
    ///     .width(InputWidth::Chars20)
    ///     .value("A12")
    ///     .error(Some("Enter all 13 characters"));
    /// assert!(field.render().into_string().contains("aria-describedby=\"upn-hint upn-error\""));
    /// ```
    pub struct Input {
        /// The name under which the form sends the answer.
        [set] name: String,
        /// `id` of the control, the name unless changed.
        [opt String] id: Option<String>,
        /// `type` of the control, `text` unless changed.
        [opt String] kind: Option<String>,
        /// The label.
        [opt Label] label: Option<Label>,
        /// Help that most people need.
        [opt Hint] hint: Option<Hint>,
        /// What is wrong with the answer.
        [opt ErrorMessage] error: Option<ErrorMessage>,
        /// The answer so far.
        [opt String] value: Option<String>,
        /// Which keyboard a phone shows, for example `numeric`.
        [opt String] inputmode: Option<String>,
        /// What a browser may fill in, for example `email`.
        [opt String] autocomplete: Option<String>,
        /// Whether a phone begins with capitals, for example `none`.
        [opt String] autocapitalize: Option<String>,
        /// A pattern that the answer follows.
        [opt String] pattern: Option<String>,
        /// Whether the browser checks the spelling; its own choice when not given.
        [opt bool] spellcheck: Option<bool>,
        /// Whether it cannot be filled in.
        [flag] disabled: bool,
        /// Ids of further elements that describe the field.
        [opt String] described_by: Option<String>,
        /// A unit or sign before the answer.
        [opt Affix] prefix: Option<Affix>,
        /// A unit or sign after the answer.
        [opt Affix] suffix: Option<Affix>,
        /// The box around input and affixes.
        [set] wrapper: InputWrapper,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl Input {
    /// A field sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Makes the field as wide as the answer is long.
    #[must_use]
    pub fn width(self, width: InputWidth) -> Self {
        self.class(width.class())
    }

    /// For a whole number: a phone shows digits, and a wheel that turns does not change it.
    #[must_use]
    pub fn whole_number(self) -> Self {
        self.inputmode("numeric").spellcheck(false)
    }

    /// For an email address.
    #[must_use]
    pub fn email(self) -> Self {
        self.kind("email").autocomplete("email").spellcheck(false)
    }

    /// For a security code that is used once.
    #[must_use]
    pub fn one_time_code(self) -> Self {
        self.inputmode("numeric").autocomplete("one-time-code").spellcheck(false).width(InputWidth::Chars10)
    }

    fn control(&self, id: &str, described_by: &DescribedBy) -> Markup {
        Element::new("input")
            .class("govuk-input")
            .class(&self.classes)
            .class_if(self.error.is_some(), "govuk-input--error")
            .attr("id", id)
            .attr("name", &self.name)
            .attr("type", self.kind.as_deref().unwrap_or("text"))
            .maybe("spellcheck", self.spellcheck.map(|on| on.to_string()))
            .maybe("value", self.value.as_ref())
            .flag("disabled", self.disabled)
            .filled("aria-describedby", described_by.as_str())
            .maybe("autocomplete", self.autocomplete.as_ref())
            .maybe("autocapitalize", self.autocapitalize.as_ref())
            .maybe("pattern", self.pattern.as_ref())
            .maybe("inputmode", self.inputmode.as_ref())
            .attrs(&self.attributes)
            .void()
    }
}

impl Render for Input {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let mut described_by = DescribedBy::starting_with(self.described_by.as_ref());
        let introduction =
            introduction(id, self.label.as_ref(), self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let control = self.control(id, &described_by);
        let filled = |affix: &Option<Affix>| affix.as_ref().is_some_and(|affix| !affix.content.is_empty());
        let wrapped = filled(&self.prefix)
            || filled(&self.suffix)
            || !self.group.before.is_empty()
            || !self.group.after.is_empty();
        let content = html! {
            (introduction)
            @if wrapped {
                (Element::new("div").class("govuk-input__wrapper").class(&self.wrapper.classes)
                    .attrs(&self.wrapper.attributes).body(html! {
                        (self.group.before) " "
                        @if let Some(prefix) = &self.prefix { (prefix.render_as("govuk-input__prefix")) }
                        (control) " "
                        @if let Some(suffix) = &self.suffix { (suffix.render_as("govuk-input__suffix")) }
                        (self.group.after)
                    }))
            } @else {
                (control)
            }
        };
        self.group.around(self.error.is_some(), content)
    }
}
