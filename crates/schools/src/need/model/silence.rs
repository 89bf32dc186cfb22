//! Why there is no comparison, in clear words.

use super::Group;

/// Why something cannot be said.
#[derive(Debug, Clone, PartialEq)]
pub enum Silence {
    /// The group has no school with pupils.
    NoSchool(Group),
    /// It has one.
    OneSchool(Group),
    /// No returns cover the window.
    NoReturn(String),
    /// No school has an event.
    NoEvent {
        /// What was counted, as a heading.
        measure: &'static str,
        /// The pupils among whom nothing happened.
        pupils: u64,
        /// The window.
        window: String,
    },
    /// Fewer than two periods that returns cover wholly.
    OneYear,
    /// A period of the trend in which nothing happened, or was counted.
    EmptyYear(String),
    /// Nothing with a weight differs between the schools.
    NothingDiffers,
    /// The method gave no answer; its own words.
    Method(String),
}

impl Silence {
    /// The reason as sentences.
    pub fn words(&self) -> String {
        match self {
            Self::NoSchool(group) => format!(
                "There are no open {} with pupils on a roll or in the register, so there is nothing to compare.",
                group.plural()
            ),
            Self::OneSchool(group) => format!(
                "There is only one {}, so there is no other of its kind to compare it with. How much of its figure is chance cannot be said either: read one year of it with care. Its own figures stand below.",
                group.one()
            ),
            Self::NoReturn(window) => format!(
                "No children in need return that covers {window} was imported, so nothing is known of it. That is not the same as nothing having happened."
            ),
            Self::NoEvent { measure, pupils, window } => format!(
                "{measure}: none at any of these schools in {window}, among {pupils} pupils. Their rates cannot be told apart, so no school is put before another by this measure."
            ),
            Self::OneYear => {
                "A trend needs at least two years that the imported returns cover wholly; there are fewer."
                    .to_owned()
            }
            Self::EmptyYear(window) => {
                format!("There is no trend, because none of these schools has an event in {window}.")
            }
            Self::NothingDiffers => {
                "Nothing that has a weight differs between these schools, so there is no order to find. Give a weight to something else.".to_owned()
            }
            Self::Method(words) => format!("There is no answer here: {words}."),
        }
    }
}
