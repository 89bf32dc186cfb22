//! The children in need census: one XML file per authority and year.

mod model;

pub use model::{
    Assessment, Child, ChildProtectionPlan, CinEpisode, CinPlan, Header, PreProceedings, Section47, Sex,
    UnknownElement,
};
