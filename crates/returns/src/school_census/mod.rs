//! The school census: tables that an authority's education system extracts each term.

mod model;
mod term;

pub use model::{FreeSchoolMealPeriod, NoLongerOnRoll, OnRoll, Pupil, SchoolKey, Sessions};
pub use term::{Season, Term};
