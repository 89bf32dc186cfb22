//! Consultations: a member of school staff asks the school's social worker for advice, with or without a child named.

pub mod entity;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub(crate) mod store;
