//! The money of a young person or parent, as they see it themselves.
//!
//! A worker *shares* the page with somebody who signs in; they see the balance of their own pot, what was asked for,
//! agreed and refused (with the words that were written for them), and may ask for something. What the family was not told of is not
//! here: the worker says first that it was told.

pub mod entity;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub mod store;
