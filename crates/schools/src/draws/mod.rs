//! Randomisation of schools where the design is a trial: within the authority, stratified by kind or kept alike in baseline rate, size and
//! free school meals. The draw itself is [`record::draw`]'s: sealed by one person, made once by another.

pub mod model;
pub(crate) mod pages;
pub mod service;
