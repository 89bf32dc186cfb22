//! A field for text with a limit, which counts what is typed.

use super::{ErrorMessage, FormGroup, Hint, Label, Plural, Textarea};
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

/// What a [`CharacterCount`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountType {
    /// UTF-16 code units, as browsers count the length of a field.
    Length,
    /// Letters and signs as a reader sees them.
    Characters,
    /// Words.
    Words,
}

maybe_itself!(CountType);

impl CountType {
    fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Characters => "characters",
            Self::Words => "words",
        }
    }
}

component! {
    /// A [character count](https://design-system.service.gov.uk/components/character-count/).
    pub struct CharacterCount {
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
        /// The most characters that the answer may have.
        [opt u32] max_length: Option<u32>,
        /// The most words that it may have; goes before [`CharacterCount::max_length`].
        [opt u32] max_words: Option<u32>,
        /// What is counted, as the limit says unless changed.
        [opt CountType] count_type: Option<CountType>,
        /// Percentage of the limit from which the count is shown.
        [opt u32] threshold: Option<u32>,
        /// Words that tell the limit; `%{count}` stands for it.
        [opt String] description: Option<String>,
        /// Class names of the message with the count.
        [set] message_classes: String,
        /// Words for the characters left.
        [opt Plural] characters_under_limit: Option<Plural>,
        /// Words when no character is left.
        [opt String] characters_at_limit: Option<String>,
        /// Words for characters too many.
        [opt Plural] characters_over_limit: Option<Plural>,
        /// Words for the words left.
        [opt Plural] words_under_limit: Option<Plural>,
        /// Words when no word is left.
        [opt String] words_at_limit: Option<String>,
        /// Words for words too many.
        [opt Plural] words_over_limit: Option<Plural>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl CharacterCount {
    /// A field sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    fn counts(&self) -> Option<CountType> {
        self.count_type.or(self.max_words.map(|_| CountType::Words))
    }

    fn message(&self, id: &str) -> Markup {
        let unit = if self.counts() == Some(CountType::Words) { "words" } else { "characters" };
        let text = match (self.max_words.or(self.max_length), &self.description) {
            (None, _) => String::new(),
            (Some(limit), Some(text)) => text.replace("%{count}", &limit.to_string()),
            (Some(limit), None) => format!("You can enter up to {limit} {unit}"),
        };
        Hint::new(text)
            .id(format!("{id}-info"))
            .class("govuk-character-count__message")
            .class(&self.message_classes)
            .render()
    }
}

impl Render for CharacterCount {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let unlimited = self.max_words.is_none() && self.max_length.is_none();
        // Without a limit the script fills in the description once it knows one.
        let description = self.description.as_ref().filter(|_| unlimited);
        let field = Textarea {
            label: self.label.clone(),
            hint: self.hint.clone(),
            error: self.error.clone(),
            rows: self.rows,
            spellcheck: self.spellcheck,
            ..Textarea::new(self.name.as_str())
        }
        .id(id)
        .value(self.value.as_ref())
        .described_by(format!("{id}-info").as_str())
        .class("govuk-js-character-count")
        .class(&self.classes)
        .attributes(self.attributes.clone())
        .group(
            FormGroup::new()
                .before(self.group.before.clone())
                .after(html! { (self.message(id)) (self.group.after) }),
        );
        let group = Element::new("div")
            .class("govuk-form-group")
            .class_if(self.error.is_some(), "govuk-form-group--error")
            .class("govuk-character-count")
            .class(&self.group.classes)
            .attr("data-module", "govuk-character-count")
            .maybe("data-maxlength", self.max_length)
            .maybe("data-maxwords", self.max_words)
            .maybe("data-threshold", self.threshold)
            .maybe("data-count-type", self.counts().map(CountType::name))
            .words("textarea-description.other", description)
            .plural("characters-under-limit", self.characters_under_limit.as_ref())
            .words("characters-at-limit", self.characters_at_limit.as_ref())
            .plural("characters-over-limit", self.characters_over_limit.as_ref())
            .plural("words-under-limit", self.words_under_limit.as_ref())
            .words("words-at-limit", self.words_at_limit.as_ref())
            .plural("words-over-limit", self.words_over_limit.as_ref())
            .attrs(&self.group.attributes);
        group.body(field.inside())
    }
}
