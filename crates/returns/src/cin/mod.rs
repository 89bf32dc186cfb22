//! The children in need census: one XML file per authority and year.

mod check;
mod child;
mod episode;
mod header;
mod model;
mod parse;
mod reader;
mod spec;

pub use model::{
    Assessment, Child, ChildProtectionPlan, CinEpisode, CinPlan, Header, PreProceedings, Section47, Sex,
    UnknownElement,
};
pub use reader::CinReader;
