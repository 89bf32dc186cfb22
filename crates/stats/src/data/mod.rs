//! Tables of numeric and categorical columns, model terms, and the design matrices made of them.
//!
//! A [`Frame`] holds columns by name. A [`Formula`] (`y ~ a + b*c + offset(log(n))`) or [`Terms`] (the right-hand side alone, read
//! from text or built piece by piece) says which of them enter a model. [`Terms::design`] turns the two into a [`Design`]:
//! the matrix, the names of its columns as R gives them, the offset, and an account of the rows that were left out.
//!
//! The notation is that of Wilkinson and Rogers (1973) with the rules of Chambers and Hastie (1992, chapter 2) for the coding of
//! factors: a factor is coded by treatment contrasts (an indicator for every level but the reference) where the
//! term without it is in the model, and by indicators of all levels where it is not.

mod design;
mod differentiate;
mod evaluate;
mod expression;
mod formula;
mod frame;
mod parse;
mod recipe;
mod terms;

pub use design::{Collinear, Design, DesignOptions, Missing};
pub use expression::{Expression, Function, Operator};
pub use formula::{Formula, ModelData, Response};
pub use frame::{Categorical, Column, Frame, MISSING};
pub use recipe::Recipe;
pub use terms::Terms;
