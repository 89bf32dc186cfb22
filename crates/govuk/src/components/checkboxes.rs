//! A choice of any from a few.

use super::choice::{ChoiceItem, Group};
use super::form_group::hint_and_error;
use super::{ErrorMessage, Fieldset, FormGroup, Hint, Legend};
use crate::builder::component;
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// [Checkboxes](https://design-system.service.gov.uk/components/checkboxes/).
    ///
    /// ```
    /// use govuk::{Checkboxes, ChoiceItem};
    ///
    /// let question = Checkboxes::new("days")
    ///     .legend("Which days?")
    ///     .items([("mon", "Monday"), ("tue", "Tuesday")])
    ///     .item(ChoiceItem::divider("or"))
    ///     .item(ChoiceItem::new("none", "None of these").exclusive())
    ///     .values(["tue"]);
    /// ```
    pub struct Checkboxes {
        /// The name under which the form sends each answer.
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
        /// The values of the chosen options.
        [add chosen String] values: Vec<String>,
        /// Ids of further elements that describe the group; a fieldset's own come first.
        [opt String] described_by: Option<String>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl Checkboxes {
    /// A choice sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The question, in a fieldset of its own.
    #[must_use]
    pub fn legend(self, legend: impl Into<Legend>) -> Self {
        self.fieldset(Fieldset::new(legend))
    }

    /// Smaller controls, for pages of people who use them every day.
    #[must_use]
    pub fn small(self) -> Self {
        self.class("govuk-checkboxes--small")
    }
}

impl Render for Checkboxes {
    fn render(&self) -> Markup {
        let id_prefix = self.id_prefix.as_deref().unwrap_or(&self.name);
        let of_fieldset = self.fieldset.as_ref().and_then(|set| set.described_by.as_ref());
        let mut described_by = DescribedBy::starting_with(of_fieldset.or(self.described_by.as_ref()));
        let introduction =
            hint_and_error(id_prefix, self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let group = Group {
            kind: "checkbox",
            block: "govuk-checkboxes",
            name: &self.name,
            id_prefix,
            described_by: if self.fieldset.is_some() { "" } else { described_by.as_str() },
        };
        let checkboxes = Element::new("div")
            .class("govuk-checkboxes")
            .class(&self.classes)
            .attrs(&self.attributes)
            .attr("data-module", "govuk-checkboxes")
            .body(html! {
                (self.group.before)
                @for (index, item) in self.items.iter().enumerate() {
                    @if let Some(item) = item {
                        (group.item(item, index + 1, self.values.contains(&item.value)))
                    }
                }
                (self.group.after)
            });
        let inner = html! { (introduction) (checkboxes) };
        let inner = match &self.fieldset {
            Some(fieldset) => fieldset.around(None, &described_by, inner),
            None => inner,
        };
        self.group.around(self.error.is_some(), inner)
    }
}
