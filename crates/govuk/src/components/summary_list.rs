//! Keys and values, with links to change them; and the card that may hold them.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Content, HeadingLevel};
use maud::{Markup, Render, html};

component! {
    /// A link that changes something, for example a row of a [`SummaryList`].
    pub struct SummaryAction {
        /// What the link says, for example "Change".
        [set] content: Content,
        /// Where it leads.
        [set] href: String,
        /// What it is about, for those who hear links one by one: "Change" + "name".
        [opt String] visually_hidden_text: Option<String>,
    }
}

maybe_itself!(SummaryAction);

impl SummaryAction {
    /// A link that says this.
    pub fn new(content: impl Into<Content>, href: impl Into<String>) -> Self {
        Self { content: content.into(), href: href.into(), ..Self::default() }
    }

    /// A link that says "Change" and, to those who hear it, what.
    pub fn change(what: impl Into<String>, href: impl Into<String>) -> Self {
        Self { visually_hidden_text: Some(what.into()), ..Self::new("Change", href) }
    }

    fn render_in(&self, card_title: Option<&Content>) -> Markup {
        Element::new("a")
            .class("govuk-link")
            .class(&self.classes)
            .attr("href", &self.href)
            .attrs(&self.attributes)
            .body(html! {
                (self.content)
                @if self.visually_hidden_text.is_some() || card_title.is_some() {
                    span class="govuk-visually-hidden" {
                        @if let Some(text) = &self.visually_hidden_text { " " (text) }
                        @if let Some(title) = card_title { " (" (title) ")" }
                    }
                }
            })
    }
}

component! {
    /// One key and its value.
    pub struct SummaryRow {
        /// The key.
        [set] key: Content,
        /// Class names of the key.
        [set] key_classes: String,
        /// The value.
        [set] value: Content,
        /// Class names of the value.
        [set] value_classes: String,
        /// Several links.
        [add action SummaryAction] actions: Vec<SummaryAction>,
        /// Class names of the cell with the links.
        [set] actions_classes: String,
    }
}

maybe_itself!(SummaryRow);

impl SummaryRow {
    /// A key and its value.
    pub fn new(key: impl Into<Content>, value: impl Into<Content>) -> Self {
        Self { key: key.into(), value: value.into(), ..Self::default() }
    }
}

impl<K: Into<Content>, V: Into<Content>> From<(K, V)> for SummaryRow {
    fn from((key, value): (K, V)) -> Self {
        Self::new(key, value)
    }
}

impl<K: Into<Content>, V: Into<Content>> crate::Maybe<SummaryRow> for (K, V) {
    fn maybe(self) -> Option<SummaryRow> {
        Some(self.into())
    }
}

component! {
    /// A card with a title around a [`SummaryList`] or around anything else.
    pub struct SummaryCard {
        /// The title; none for a card without one.
        [set] title: Content,
        /// Level of the title, two unless changed.
        [opt HeadingLevel] heading_level: Option<HeadingLevel>,
        /// Class names of the title.
        [set] title_classes: String,
        /// Several links about the whole card.
        [add action SummaryAction] actions: Vec<SummaryAction>,
        /// Class names of the list of links.
        [set] actions_classes: String,
    }
}

maybe_itself!(SummaryCard);

impl SummaryCard {
    /// A card with this title.
    pub fn new(title: impl Into<Content>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    fn shown_title(&self) -> Option<&Content> {
        Some(&self.title).filter(|title| !title.is_empty())
    }

    /// The card around any content.
    pub fn around(&self, content: impl Render) -> Markup {
        let title = self.shown_title();
        let actions_class = Element::new(if self.actions.len() == 1 { "div" } else { "ul" })
            .class("govuk-summary-card__actions")
            .class(&self.actions_classes);
        let actions = match self.actions.as_slice() {
            [] => Markup::default(),
            [only] => actions_class.body(only.render_in(title)),
            several => actions_class.body(html! {
                @for action in several { li class="govuk-summary-card__action" { (action.render_in(title)) } }
            }),
        };
        Element::new("div").class("govuk-summary-card").class(&self.classes).attrs(&self.attributes).body(
            html! {
                div class="govuk-summary-card__title-wrapper" {
                    @if let Some(title) = title {
                        (self.heading_level.unwrap_or(HeadingLevel::Two).element()
                            .class("govuk-summary-card__title").class(&self.title_classes).body(title))
                    }
                    (actions)
                }
                div class="govuk-summary-card__content" { (content) }
            },
        )
    }
}

component! {
    /// A [summary list](https://design-system.service.gov.uk/components/summary-list/).
    ///
    /// ```
    /// use govuk::{SummaryAction, SummaryList, SummaryRow};
    ///
    /// let list = SummaryList::new()
    ///     .row(SummaryRow::new("Name", "Amina Yusuf").action(SummaryAction::change("name", "/name")))
    ///     .row(("School", "Riverside Primary"))
    ///     .card("Child");
    /// ```
    pub struct SummaryList {
        /// Several rows, from `(key, value)` pairs or [`SummaryRow`]s.
        [gap row SummaryRow] rows: Vec<Option<SummaryRow>>,
        /// A card around the list.
        [opt SummaryCard] card: Option<SummaryCard>,
    }
}

crate::builder::maybe_text!(SummaryCard);

impl From<&str> for SummaryCard {
    fn from(title: &str) -> Self {
        Self::new(title)
    }
}

impl From<&String> for SummaryCard {
    fn from(title: &String) -> Self {
        Self::new(title)
    }
}

impl SummaryList {
    /// A list without rows so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out the lines between rows.
    #[must_use]
    pub fn no_border(self) -> Self {
        self.class("govuk-summary-list--no-border")
    }

    fn row_markup(row: &SummaryRow, any_actions: bool, card_title: Option<&Content>) -> Markup {
        let actions = match row.actions.as_slice() {
            [] => None,
            [only] => Some(only.render_in(card_title)),
            several => Some(html! {
                ul class="govuk-summary-list__actions-list" {
                    @for action in several {
                        li class="govuk-summary-list__actions-list-item" { (action.render_in(card_title)) }
                    }
                }
            }),
        };
        Element::new("div")
            .class("govuk-summary-list__row")
            .class_if(any_actions && actions.is_none(), "govuk-summary-list__row--no-actions")
            .class(&row.classes)
            .attrs(&row.attributes)
            .body(html! {
                (Element::new("dt").class("govuk-summary-list__key").class(&row.key_classes).body(&row.key))
                (Element::new("dd").class("govuk-summary-list__value").class(&row.value_classes).body(&row.value))
                @if let Some(actions) = actions {
                    (Element::new("dd").class("govuk-summary-list__actions").class(&row.actions_classes)
                        .body(actions))
                }
            })
    }
}

impl Render for SummaryList {
    fn render(&self) -> Markup {
        let any_actions = self.rows.iter().flatten().any(|row| !row.actions.is_empty());
        let card_title = self.card.as_ref().and_then(SummaryCard::shown_title);
        let list = Element::new("dl")
            .class("govuk-summary-list")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                @for row in self.rows.iter().flatten() { (Self::row_markup(row, any_actions, card_title)) }
            });
        match &self.card {
            Some(card) => card.around(list),
            None => list,
        }
    }
}
