//! Building blocks for elements whose attributes or name are known only at run time.
//!
//! `maud::html!` wants attribute names in the source; components of the design system take a list of them
//! from the caller. [`Element`] writes those, with every value escaped.

use maud::{Markup, PreEscaped, Render};

/// Extra attributes of an element, in order.
///
/// Names are `&'static str`: they are written by an author, never taken from input, so only values need
/// escaping.
#[derive(Debug, Clone, Default)]
pub struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    /// No attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one attribute after those already there.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
    }

    /// Adds one attribute in place.
    pub fn push(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl<V: Into<String>> FromIterator<(&'static str, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name, value.into())).collect())
    }
}

impl<V: Into<String>, const N: usize> From<[(&'static str, V); N]> for Attributes {
    fn from(pairs: [(&'static str, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

/// The level of a heading in the outline of the page, `h1` to `h6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingLevel {
    /// The title of the page.
    One,
    /// A section.
    Two,
    /// A part of a section.
    Three,
    /// Below [`HeadingLevel::Three`].
    Four,
    /// Below [`HeadingLevel::Four`].
    Five,
    /// The lowest heading that HTML has.
    Six,
}

impl HeadingLevel {
    pub(crate) fn element(self) -> Element {
        Element::new(match self {
            Self::One => "h1",
            Self::Two => "h2",
            Self::Three => "h3",
            Self::Four => "h4",
            Self::Five => "h5",
            Self::Six => "h6",
        })
    }
}

/// The four sizes in which headings, labels, legends and captions are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 48 pixels on a desktop.
    ExtraLarge,
    /// 36 pixels on a desktop.
    Large,
    /// 24 pixels on a desktop.
    Medium,
    /// 19 pixels on a desktop, in bold.
    Small,
}

impl Size {
    /// The ending of the class name, for example `l`.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::ExtraLarge => "xl",
            Self::Large => "l",
            Self::Medium => "m",
            Self::Small => "s",
        }
    }
}

/// An element under construction.
pub(crate) struct Element {
    name: &'static str,
    classes: String,
    attributes: String,
}

impl Element {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, classes: String::new(), attributes: String::new() }
    }

    /// Adds class names; nothing for an empty string.
    pub(crate) fn class(mut self, names: &str) -> Self {
        if !names.is_empty() {
            if !self.classes.is_empty() {
                self.classes.push(' ');
            }
            self.classes.push_str(names);
        }
        self
    }

    pub(crate) fn class_if(self, wanted: bool, names: &str) -> Self {
        if wanted { self.class(names) } else { self }
    }

    pub(crate) fn attr(mut self, name: &str, value: impl Render) -> Self {
        self.attributes.push(' ');
        self.attributes.push_str(name);
        self.attributes.push_str("=\"");
        value.render_to(&mut self.attributes);
        self.attributes.push('"');
        self
    }

    pub(crate) fn maybe(self, name: &str, value: Option<impl Render>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Adds the attribute unless the value is empty.
    pub(crate) fn filled(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.attr(name, value) }
    }

    /// A boolean attribute, such as `disabled`.
    pub(crate) fn flag(mut self, name: &str, set: bool) -> Self {
        if set {
            self.attributes.push(' ');
            self.attributes.push_str(name);
        }
        self
    }

    pub(crate) fn attrs(self, attributes: &Attributes) -> Self {
        attributes.iter().fold(self, |element, (name, value)| element.attr(name, value))
    }

    fn open(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        if !self.classes.is_empty() {
            out.push_str(" class=\"");
            self.classes.render_to(out);
            out.push('"');
        }
        out.push_str(&self.attributes);
        out.push('>');
    }

    /// An element without content and without end tag, such as `input`.
    pub(crate) fn void(self) -> Markup {
        let mut out = String::new();
        self.open(&mut out);
        PreEscaped(out)
    }

    /// The element around its content.
    pub(crate) fn body(self, content: impl Render) -> Markup {
        let mut out = String::new();
        self.open(&mut out);
        content.render_to(&mut out);
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
        PreEscaped(out)
    }
}

/// Ids of the elements that describe a field, for `aria-describedby`.
#[derive(Debug, Default)]
pub(crate) struct DescribedBy(String);

impl DescribedBy {
    pub(crate) fn starting_with(id: Option<&String>) -> Self {
        Self(id.cloned().unwrap_or_default())
    }

    pub(crate) fn push(&mut self, id: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(id);
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_attributes_cannot_break_out() {
        let out = Element::new("a").attr("href", "\"><script>").class("x\" y").body("<b>").into_string();
        assert_eq!(out, "<a class=\"x&quot; y\" href=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</a>");
    }

    #[test]
    fn empty_classes_and_values_leave_no_trace() {
        let out = Element::new("p").class("").filled("id", "").flag("hidden", false).body("").into_string();
        assert_eq!(out, "<p></p>");
    }
}
