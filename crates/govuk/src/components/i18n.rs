//! Words for the scripts of components, in the language of the page.

use crate::html::Element;

/// Words that depend on a number, by the plural rule of the language.
///
/// ```
/// use govuk::Plural;
///
/// let words = Plural::new("You have %{count} characters left").rule("one", "One character left");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Plural(Vec<(&'static str, String)>);

impl Plural {
    /// The words for any number that no other rule takes; `%{count}` stands for the number.
    pub fn new(other: impl Into<String>) -> Self {
        Self(vec![("other", other.into())])
    }

    /// No words so far.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The words for one of the rules of the Unicode CLDR: `zero`, `one`, `two`, `few`, `many` or `other`.
    #[must_use]
    pub fn rule(mut self, rule: &'static str, words: impl Into<String>) -> Self {
        self.0.push((rule, words.into()));
        self
    }
}

crate::builder::maybe_itself!(Plural);
crate::builder::maybe_text!(Plural);

impl From<&str> for Plural {
    fn from(other: &str) -> Self {
        Self::new(other)
    }
}

impl From<&String> for Plural {
    fn from(other: &String) -> Self {
        Self::new(other)
    }
}

impl Element {
    /// The attribute from which a script takes its words.
    pub(crate) fn words(self, key: &str, words: Option<&String>) -> Self {
        self.maybe(&format!("data-i18n.{key}"), words)
    }

    /// The attributes from which a script takes words that depend on a number.
    pub(crate) fn plural(self, key: &str, words: Option<&Plural>) -> Self {
        words
            .into_iter()
            .flat_map(|plural| &plural.0)
            .fold(self, |element, (rule, text)| element.attr(&format!("data-i18n.{key}.{rule}"), text))
    }
}
