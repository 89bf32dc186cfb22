//! Forms as people typed them, and what is wrong with them.

use axum::{
    extract::{FromRequestParts, Path as AxumPath},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::Failure;

/// A form's fields exactly as they were typed, in order. The guard has read it (at most 256 KiB) and checked
/// its token before the handler runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(pub(crate) Vec<(String, String)>);

impl Form {
    /// A form of these fields.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The first value of a field as typed; empty where it is absent.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first value of a field without white space around it.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Every value of a field (checkboxes).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// All fields, in order.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Form {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::Unguarded)
    }
}

/// Something wrong with one field, in words for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, which is also the identifier that the error summary links to.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Everything wrong with a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is wrong with a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// What is wrong with a field, if anything.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it, in order.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    /// A field that must not be empty: its trimmed text, or an error is added.
    pub fn required<'a>(&mut self, form: &'a Form, field: &str, message: &str) -> Option<&'a str> {
        let text = form.text(field);
        if text.is_empty() {
            self.add(field, message);
            return None;
        }
        Some(text)
    }

    /// A text of limited length: adds an error beyond `max` characters.
    pub fn at_most(&mut self, form: &Form, field: &str, max: usize, what: &str) {
        if form.raw(field).chars().count() > max {
            self.add(field, format!("{what} must be {max} characters or fewer"));
        }
    }
}

/// A part of the path, parsed; what does not parse does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        AxumPath::<T>::from_request_parts(parts, state)
            .await
            .map(|AxumPath(value)| Self(value))
            .map_err(|_| Failure::NotFound)
    }
}
