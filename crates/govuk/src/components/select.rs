//! A choice from a closed list.

use super::form_group::introduction;
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::builder::{component, maybe_itself};
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// One option of a [`Select`].
    pub struct SelectItem {
        /// What the option says.
        [set] text: String,
        /// What the form sends; the text when not given.
        [opt String] value: Option<String>,
        /// Whether it is chosen whatever [`Select::value`] says.
        [opt bool] selected: Option<bool>,
        /// Whether it cannot be chosen.
        [flag] disabled: bool,
    }
}

maybe_itself!(SelectItem);

impl SelectItem {
    /// An option that sends `value` and says `text`.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: text.into(), value: Some(value.into()), ..Self::default() }
    }

    /// An option that sends what it says.
    pub fn text_only(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl<V: Into<String>, T: Into<String>> From<(V, T)> for SelectItem {
    fn from((value, text): (V, T)) -> Self {
        Self::new(value, text)
    }
}

impl<V: Into<String>, T: Into<String>> crate::Maybe<SelectItem> for (V, T) {
    fn maybe(self) -> Option<SelectItem> {
        Some(self.into())
    }
}

component! {
    /// A [select](https://design-system.service.gov.uk/components/select/).
    ///
    /// ```
    /// use govuk::{Select, SelectItem};
    ///
    /// let field = Select::new("phase")
    ///     .label("Phase of education")
    ///     .item(SelectItem::new("", "Choose a phase"))
    ///     .items([("primary", "Primary"), ("secondary", "Secondary")])
    ///     .value("primary");
    /// ```
    pub struct Select {
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
        /// Several options, from `(value, text)` pairs or [`SelectItem`]s.
        [gap item SelectItem] items: Vec<Option<SelectItem>>,
        /// The value of the chosen option.
        [opt String] value: Option<String>,
        /// Whether it cannot be changed.
        [flag] disabled: bool,
        /// Ids of further elements that describe the field.
        [opt String] described_by: Option<String>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl Select {
    /// A choice sent under this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    fn option(&self, item: &SelectItem) -> Markup {
        let effective = item.value.as_deref().unwrap_or(&item.text);
        // An empty value of the whole select means that nothing was chosen yet.
        let chosen = self.value.as_deref().is_some_and(|value| !value.is_empty() && value == effective);
        Element::new("option")
            .maybe("value", item.value.as_ref())
            .flag("selected", item.selected.unwrap_or(chosen))
            .flag("disabled", item.disabled)
            .class(&item.classes)
            .attrs(&item.attributes)
            .body(&item.text)
    }
}

impl Render for Select {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let mut described_by = DescribedBy::starting_with(self.described_by.as_ref());
        let introduction =
            introduction(id, self.label.as_ref(), self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let control = Element::new("select")
            .class("govuk-select")
            .class(&self.classes)
            .class_if(self.error.is_some(), "govuk-select--error")
            .attr("id", id)
            .attr("name", &self.name)
            .flag("disabled", self.disabled)
            .filled("aria-describedby", described_by.as_str())
            .attrs(&self.attributes)
            .body(html! { @for item in self.items.iter().flatten() { (self.option(item)) } });
        self.group.around(
            self.error.is_some(),
            html! { (introduction) (self.group.before) " " (control) " " (self.group.after) },
        )
    }
}
