//! The options of a fixture, with a record of which of them were read.

use govuk::{Attributes, Content, HeadingLevel};
use maud::PreEscaped;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// One object among the options, and where it is.
#[derive(Clone)]
pub(crate) struct Options<'a> {
    values: &'a Map<String, Value>,
    path: String,
    read: Rc<RefCell<BTreeSet<String>>>,
}

impl<'a> Options<'a> {
    pub(crate) fn new(values: &'a Map<String, Value>) -> Self {
        Self { values, path: String::new(), read: Rc::default() }
    }

    fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.read.borrow_mut().insert(self.at(key));
        self.values.get(key)
    }

    /// Marks an option that the package's own template does not read either.
    pub(crate) fn not_in_template(&self, key: &str) {
        self.get(key);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn is_null(&self, key: &str) -> bool {
        self.get(key).is_some_and(Value::is_null)
    }

    /// Text, a number or a truth value as text; `None` when absent or null.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// Text, if there is any.
    pub(crate) fn filled(&self, key: &str) -> Option<String> {
        self.get(key).filter(|value| truthy(value))?;
        self.text(key)
    }

    pub(crate) fn classes(&self, key: &str) -> String {
        self.filled(key).unwrap_or_default()
    }

    /// Markup if there is any, text otherwise.
    pub(crate) fn either(&self, html: &str, text: &str) -> Content {
        let text = self.text(text).unwrap_or_default();
        match self.filled(html) {
            Some(markup) => Content::Html(PreEscaped(markup)),
            None => Content::Text(text),
        }
    }

    pub(crate) fn content(&self) -> Content {
        self.either("html", "text")
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(truthy)
    }

    pub(crate) fn truth(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(Value::as_bool)
    }

    pub(crate) fn number(&self, key: &str) -> Option<u32> {
        self.get(key).map(|value| value.as_u64().and_then(|number| number.try_into().ok()).expect("a number"))
    }

    pub(crate) fn heading(&self, key: &str) -> Option<HeadingLevel> {
        self.number(key).map(|level| match level {
            1 => HeadingLevel::One,
            2 => HeadingLevel::Two,
            3 => HeadingLevel::Three,
            4 => HeadingLevel::Four,
            5 => HeadingLevel::Five,
            6 => HeadingLevel::Six,
            other => panic!("no heading has level {other}"),
        })
    }

    pub(crate) fn child(&self, key: &str) -> Option<Options<'a>> {
        let values = self.get(key)?.as_object()?;
        Some(Options { values, path: self.at(key), read: Rc::clone(&self.read) })
    }

    /// The content of a child.
    pub(crate) fn inner(&self, key: &str) -> Content {
        self.child(key).map(|child| child.content()).unwrap_or_default()
    }

    /// The objects of a list; `None` for each that the template skips, such as null.
    pub(crate) fn list(&self, key: &str) -> Vec<Option<Options<'a>>> {
        let Some(Value::Array(items)) = self.get(key) else { return Vec::new() };
        items
            .iter()
            .enumerate()
            .map(|(index, item)| match item {
                Value::Object(values) => Some(Options {
                    values,
                    path: format!("{}[{index}]", self.at(key)),
                    read: Rc::clone(&self.read),
                }),
                item if !truthy(item) => None,
                other => panic!("{}[{index}] is {other}", self.at(key)),
            })
            .collect()
    }

    /// The lists of a list.
    pub(crate) fn lists(&self, key: &str) -> Vec<Vec<Options<'a>>> {
        let Some(Value::Array(rows)) = self.get(key) else { return Vec::new() };
        rows.iter()
            .enumerate()
            .filter_map(|(row, cells)| Some((row, cells.as_array()?)))
            .map(|(row, cells)| {
                cells
                    .iter()
                    .enumerate()
                    .map(|(cell, value)| Options {
                        values: value.as_object().expect("a cell"),
                        path: format!("{}[{row}][{cell}]", self.at(key)),
                        read: Rc::clone(&self.read),
                    })
                    .collect()
            })
            .collect()
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        let Some(Value::Array(items)) = self.get(key) else { return Vec::new() };
        items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
    }

    /// Names and values of an object, each in its own place.
    pub(crate) fn pairs(&self, key: &str) -> Vec<(&'static str, String)> {
        let Some(child) = self.child(key) else { return Vec::new() };
        child.values.keys().map(|name| (&*name.clone().leak(), child.text(name).expect("a value"))).collect()
    }

    pub(crate) fn attributes(&self, key: &str) -> Attributes {
        self.pairs(key).into_iter().collect()
    }

    /// Every option that nothing has read.
    pub(crate) fn unread(&self) -> Vec<String> {
        let mut unread = Vec::new();
        find_unread(self.values, &self.path, &self.read.borrow(), &mut unread);
        unread
    }
}

fn find_unread(values: &Map<String, Value>, path: &str, read: &BTreeSet<String>, out: &mut Vec<String>) {
    for (key, value) in values {
        let at = format!("{path}.{key}");
        if read.contains(&at) {
            find_unread_in(value, &at, read, out);
        } else {
            out.push(at);
        }
    }
}

fn find_unread_in(value: &Value, at: &str, read: &BTreeSet<String>, out: &mut Vec<String>) {
    match value {
        Value::Object(values) => find_unread(values, at, read, out),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_unread_in(item, &format!("{at}[{index}]"), read, out);
            }
        }
        _ => {}
    }
}

/// What JavaScript takes for true.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[test]
fn an_option_that_nothing_reads_is_found() {
    let value: Value =
        serde_json::from_str(r#"{"a": 1, "b": {"c": 2, "d": 3}, "e": [{"f": 4}]}"#).expect("json");
    let options = Options::new(value.as_object().expect("object"));
    options.text("a");
    options.child("b").expect("b").text("c");
    options.list("e");
    assert_eq!(options.unread(), [".b.d", ".e[0].f"]);
}
