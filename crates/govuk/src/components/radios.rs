//! A choice of one from a few.

use super::choice::{ChoiceItem, Group};
use super::form_group::hint_and_error;
use super::{ErrorMessage, Fieldset, FormGroup, Hint, Legend};
use crate::builder::component;
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// [Radios](https://design-system.service.gov.uk/components/radios/).
    ///
    /// ```
    /// use govuk::{ChoiceItem, Radios};
    ///
    /// let question = Radios::new("agrees")
    ///     .legend("Does the school agree?")
    ///     .item(ChoiceItem::new("yes", "Yes"))
    ///     .item(ChoiceItem::new("no", "No"))
    ///     .value("yes");
    /// ```
    pub struct Radios {
        /// The name under which the form sends the answer.
        [set] name: String,
        /// First part of the ids, the name unless changed.
        [opt String] id_prefix: Option<String>,
        /// The question, where more than its legend is to be said.
        [opt Fieldset] fieldset: Option<Fieldset>,
        /// Help that most people need.
        [opt Hint] hint: Option<Hint>,
        /// What is wrong with the answer.
        [opt ErrorMessage] error: Option<ErrorMessage>,
        /// Several options, from `(value, text)` pairs or [`ChoiceItem`]s.
        [gap item ChoiceItem] items: Vec<Option<ChoiceItem>>,
        /// The value of the chosen option.
        [opt String] value: Option<String>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl Radios {
    /// A choice sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The question, in a fieldset of its own.
    #[must_use]
    pub fn legend(self, legend: impl Into<Legend>) -> Self {
        self.fieldset(Fieldset::new(legend))
    }

    /// Sets the options side by side; for two short ones.
    #[must_use]
    pub fn inline(self) -> Self {
        self.class("govuk-radios--inline")
    }

    /// Smaller controls, for pages of people who use them every day.
    #[must_use]
    pub fn small(self) -> Self {
        self.class("govuk-radios--small")
    }
}

impl Render for Radios {
    fn render(&self) -> Markup {
        let id_prefix = self.id_prefix.as_deref().unwrap_or(&self.name);
        let mut described_by =
            DescribedBy::starting_with(self.fieldset.as_ref().and_then(|set| set.described_by.as_ref()));
        let introduction =
            hint_and_error(id_prefix, self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let group =
            Group { kind: "radio", block: "govuk-radios", name: &self.name, id_prefix, described_by: "" };
        let value = self.value.as_deref().filter(|value| !value.is_empty());
        let radios = Element::new("div")
            .class("govuk-radios")
            .class(&self.classes)
            .attrs(&self.attributes)
            .attr("data-module", "govuk-radios")
            .body(html! {
                (self.group.before)
                @for (index, item) in self.items.iter().enumerate() {
                    @if let Some(item) = item {
                        (group.item(item, index + 1, value == Some(item.value.as_str())))
                    }
                }
                (self.group.after)
            });
        let inner = html! { (introduction) (radios) };
        let inner = match &self.fieldset {
            Some(fieldset) => fieldset.around(None, &described_by, inner),
            None => inner,
        };
        self.group.around(self.error.is_some(), inner)
    }
}
