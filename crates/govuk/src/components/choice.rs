//! What radios and checkboxes have in common.

use super::{Hint, Label};
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Attributes, Content};
use maud::{Markup, Render, html};

component! {
    /// One option of [`Radios`](crate::Radios) or [`Checkboxes`](crate::Checkboxes), or a divider between
    /// options.
    ///
    /// ```
    /// use govuk::ChoiceItem;
    /// use maud::html;
    ///
    /// let other = ChoiceItem::new("other", "Something else")
    ///     .hint("Tell us what")
    ///     .conditional(html! { (govuk::Input::new("other-detail").label("Detail")) });
    /// let or = ChoiceItem::divider("or");
    /// let none = ChoiceItem::new("none", "None of these").exclusive();
    /// ```
    pub struct ChoiceItem {
        /// What the option says.
        [set] content: Content,
        /// What the form sends.
        [set] value: String,
        /// `id` of the control; numbered after the group unless changed.
        [opt String] id: Option<String>,
        /// The name under which this checkbox alone is sent; radios share the group's.
        [opt String] name: Option<String>,
        /// Whether it is chosen, whatever the group says.
        [opt bool] checked: Option<bool>,
        /// Whether it cannot be chosen.
        [flag] disabled: bool,
        /// Help with this option.
        [opt Hint] hint: Option<Hint>,
        /// Fields shown only when this option is chosen; without JavaScript they are always shown.
        [set] conditional: Content,
        /// How the component's script treats it, for example `exclusive`.
        [opt String] behaviour: Option<String>,
        /// Class names of the option's label.
        [set] label_classes: String,
        /// Attributes of the option's label.
        [set] label_attributes: Attributes,
        /// Words between options; such an item has no control.
        [raw] divider: Option<String>,
    }
}

maybe_itself!(ChoiceItem);

impl ChoiceItem {
    /// An option that sends `value` and says `content`.
    pub fn new(value: impl Into<String>, content: impl Into<Content>) -> Self {
        Self { value: value.into(), content: content.into(), ..Self::default() }
    }

    /// Words between options, for example "or".
    pub fn divider(text: impl Into<String>) -> Self {
        Self { divider: Some(text.into()), ..Self::default() }
    }

    /// Makes a checkbox that unchecks all others, such as "None of these".
    #[must_use]
    pub fn exclusive(self) -> Self {
        self.behaviour("exclusive")
    }
}

impl<V: Into<String>, C: Into<Content>> From<(V, C)> for ChoiceItem {
    fn from((value, content): (V, C)) -> Self {
        Self::new(value, content)
    }
}

impl<V: Into<String>, C: Into<Content>> crate::Maybe<ChoiceItem> for (V, C) {
    fn maybe(self) -> Option<ChoiceItem> {
        Some(self.into())
    }
}

/// The differences between a group of radios and one of checkboxes.
pub(crate) struct Group<'a> {
    /// `radio` or `checkbox`.
    pub(crate) kind: &'static str,
    /// First part of the class names.
    pub(crate) block: &'static str,
    pub(crate) name: &'a str,
    pub(crate) id_prefix: &'a str,
    /// Ids that describe each control, for groups without a fieldset.
    pub(crate) described_by: &'a str,
}

impl Group<'_> {
    /// One option; `position` counts from one and `chosen` is what the group's values say.
    pub(crate) fn item(&self, item: &ChoiceItem, position: usize, chosen: bool) -> Markup {
        let Self { kind, block, .. } = *self;
        if let Some(divider) = &item.divider {
            return html! { div class={ (block) "__divider" } { (divider) } };
        }
        let id = match &item.id {
            Some(id) => id.clone(),
            // The first has no number, so that an error summary can link to it by the name of the group.
            None if position == 1 => self.id_prefix.to_owned(),
            None => format!("{}-{position}", self.id_prefix),
        };
        let checked = match item.checked {
            Some(checked) => checked,
            None => chosen,
        };
        let hint_id = format!("{id}-item-hint");
        let hint = item.hint.as_ref().filter(|hint| !hint.content.is_empty());
        let mut described_by = crate::html::DescribedBy::default();
        if !self.described_by.is_empty() {
            described_by.push(self.described_by);
        }
        if hint.is_some() {
            described_by.push(&hint_id);
        }
        let conditional_id = format!("conditional-{id}");
        let conditional = Some(&item.conditional).filter(|content| !content.is_empty());
        let control = Element::new("input")
            .class(&format!("{block}__input"))
            .class(&item.classes)
            .attr("id", &id)
            .attr("name", item.name.as_deref().unwrap_or(self.name))
            .attr("type", kind)
            .attr("value", &item.value)
            .flag("checked", checked)
            .flag("disabled", item.disabled)
            .maybe("data-aria-controls", conditional.map(|_| &conditional_id))
            .maybe("data-behaviour", item.behaviour.as_ref())
            .filled("aria-describedby", described_by.as_str())
            .attrs(&item.attributes)
            .void();
        let label = Label::new(item.content.clone())
            .class(format!("{block}__label"))
            .class(&item.label_classes)
            .attributes(item.label_attributes.clone())
            .aimed_at(&id);
        html! {
            div class={ (block) "__item" } {
                (control) " " (label)
                @if let Some(hint) = hint {
                    (Hint { classes: String::new(), ..hint.named(&hint_id) }
                        .class(format!("{block}__hint")).class(&hint.classes))
                }
            }
            @if let Some(conditional) = conditional {
                (Element::new("div").class(&format!("{block}__conditional"))
                    .class_if(!checked, &format!("{block}__conditional--hidden"))
                    .attr("id", &conditional_id).body(conditional.render()))
            }
        }
    }
}
