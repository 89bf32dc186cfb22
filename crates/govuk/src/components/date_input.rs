//! A date that the user knows by heart: day, month and year.

use super::form_group::hint_and_error;
use super::{ErrorMessage, Fieldset, FormGroup, Hint, Input, Label, Legend};
use crate::builder::{component, maybe_itself};
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// One box of a [`DateInput`].
    pub struct DateItem {
        /// Last part of the name under which the form sends it; after the date's own name and a hyphen.
        [set] name: String,
        /// `id` of the control; the date's id, a hyphen and the name unless changed.
        [opt String] id: Option<String>,
        /// The label, the name with a capital unless changed.
        [opt String] label: Option<String>,
        /// What was typed so far.
        [opt String] value: Option<String>,
        /// Whether this box is marked as wrong. When no box is marked, an error marks all of them but those
        /// which say `false`.
        [opt bool] error: Option<bool>,
        /// Which keyboard a phone shows, `numeric` unless changed.
        [opt String] inputmode: Option<String>,
        /// What a browser may fill in, for example `bday-day`.
        [opt String] autocomplete: Option<String>,
        /// A pattern that the answer follows.
        [opt String] pattern: Option<String>,
        /// Whether the box is wide enough for a year.
        [flag] wide: bool,
    }
}

maybe_itself!(DateItem);

impl DateItem {
    /// A box of this name, two characters wide.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The day of the month.
    pub fn day() -> Self {
        Self::new("day")
    }

    /// The month of the year.
    pub fn month() -> Self {
        Self::new("month")
    }

    /// The year, four characters wide.
    pub fn year() -> Self {
        Self::new("year").wide(true)
    }

    fn is_marked(&self) -> bool {
        self.error == Some(true) || self.classes.contains("govuk-input--error")
    }

    fn label_text(&self) -> String {
        self.label.clone().unwrap_or_else(|| {
            let lower = self.name.to_lowercase();
            let mut letters = lower.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        })
    }
}

component! {
    /// A [date input](https://design-system.service.gov.uk/components/date-input/).
    ///
    /// ```
    /// use govuk::DateInput;
    /// use maud::Render;
    ///
    /// let question = DateInput::new("born-on")
    ///     .legend("Date of birth")
    ///     .hint("For example, 27 3 2007")
    ///     .values("31", "2", "2007")
    ///     .error("Date of birth must be a real date");
    /// assert!(question.render().into_string().contains("name=\"born-on-day\""));
    /// ```
    pub struct DateInput {
        /// `id` of the group, and first part of the ids of the boxes.
        [set] id: String,
        /// First part of the names under which the form sends the boxes; none leaves `day`, `month`, `year`.
        [opt String] name_prefix: Option<String>,
        /// The question, where more than its legend is to be said.
        [opt Fieldset] fieldset: Option<Fieldset>,
        /// Help that most people need.
        [opt Hint] hint: Option<Hint>,
        /// What is wrong with the answer.
        [opt ErrorMessage] error: Option<ErrorMessage>,
        /// The boxes, when they are not day, month and year.
        [add item DateItem] items: Vec<DateItem>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl DateInput {
    /// A date whose boxes are sent as `NAME-day`, `NAME-month` and `NAME-year`.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { id: name.clone(), name_prefix: Some(name), ..Self::default() }
    }

    /// The question, in a fieldset of its own.
    #[must_use]
    pub fn legend(self, legend: impl Into<Legend>) -> Self {
        self.fieldset(Fieldset::new(legend))
    }

    /// Day, month and year with what was typed in them so far.
    #[must_use]
    pub fn values(
        self,
        day: impl crate::Maybe<String>,
        month: impl crate::Maybe<String>,
        year: impl crate::Maybe<String>,
    ) -> Self {
        self.items([
            DateItem { value: day.maybe(), ..DateItem::day() },
            DateItem { value: month.maybe(), ..DateItem::month() },
            DateItem { value: year.maybe(), ..DateItem::year() },
        ])
    }

    fn item_markup(&self, item: &DateItem, any_marked: bool) -> Markup {
        let marked = item.is_marked() || (item.error != Some(false) && self.error.is_some() && !any_marked);
        let id = item.id.clone().unwrap_or_else(|| format!("{}-{}", self.id, item.name));
        let name = match &self.name_prefix {
            Some(prefix) => format!("{prefix}-{}", item.name),
            None => item.name.clone(),
        };
        let mut input = Input::new(name)
            .id(id)
            .label(Label::new(item.label_text()).class("govuk-date-input__label"))
            .value(item.value.as_ref())
            .inputmode(item.inputmode.as_deref().unwrap_or("numeric"))
            .autocomplete(item.autocomplete.as_ref())
            .pattern(item.pattern.as_ref())
            .attributes(item.attributes.clone())
            .class("govuk-date-input__input");
        if marked && !item.classes.contains("govuk-input--error") {
            input = input.class("govuk-input--error");
        }
        if !item.classes.contains("govuk-input--width-") {
            input = input.class(if item.wide { "govuk-input--width-4" } else { "govuk-input--width-2" });
        }
        html! { div class="govuk-date-input__item" { (input.class(&item.classes)) } }
    }
}

impl Render for DateInput {
    fn render(&self) -> Markup {
        let usual;
        let items = if self.items.is_empty() {
            usual = [DateItem::day(), DateItem::month(), DateItem::year()];
            usual.as_slice()
        } else {
            self.items.as_slice()
        };
        let any_marked = items.iter().any(DateItem::is_marked);
        let mut described_by =
            DescribedBy::starting_with(self.fieldset.as_ref().and_then(|set| set.described_by.as_ref()));
        let introduction =
            hint_and_error(&self.id, self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let boxes = Element::new("div")
            .class("govuk-date-input")
            .class(&self.classes)
            .attrs(&self.attributes)
            .attr("id", &self.id)
            .body(html! {
                (self.group.before)
                @for item in items { (self.item_markup(item, any_marked)) }
                (self.group.after)
            });
        let inner = html! { (introduction) (boxes) };
        let inner = match &self.fieldset {
            // The role makes a screen reader announce the description of a group of text boxes.
            Some(fieldset) => fieldset.around(Some("group"), &described_by, inner),
            None => inner,
        };
        self.group.around(self.error.is_some(), inner)
    }
}
