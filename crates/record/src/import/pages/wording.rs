//! Words and small pieces that the pages of imports share.

use govuk::{Tag, TagColour};
use maud::{Markup, html};
use platform::{Result, jobs::model::thousands};

use crate::{entity::import_file, import::State};

/// A state, in words and colour.
pub(super) fn tag(state: State) -> Markup {
    let colour = match state {
        State::Received | State::Checking => TagColour::Yellow,
        State::Checked => TagColour::Purple,
        State::Refused => TagColour::Red,
        State::Applying => TagColour::Blue,
        State::Applied => TagColour::Green,
        State::Abandoned => TagColour::Grey,
    };
    html! { (Tag::new(state.title()).colour(colour)) }
}

/// What a file speaks for, as a heading begins.
pub(super) fn title(file: &import_file::Model) -> Result<String> {
    Ok(capital(&file.slot()?.title()))
}

/// A text that begins a line.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1 child`, `1,200 children`: a number and what it counts, given in the plural.
pub(super) fn count(number: u64, plural: &str) -> String {
    if number != 1 {
        return format!("{} {plural}", thousands(number));
    }
    let one = match plural {
        "children" => "child",
        other => other.strip_suffix('s').unwrap_or(other),
    };
    format!("1 {one}")
}

/// A severity, as people read it.
pub(super) fn severity(slug: &str) -> Markup {
    let (words, colour) = match slug {
        "error" => ("Error", TagColour::Red),
        "warning" => ("Warning", TagColour::Yellow),
        _ => ("Note", TagColour::Grey),
    };
    html! { (Tag::new(words).colour(colour)) }
}

/// The place of a severity in lists: what matters most comes first.
pub(super) fn weight(slug: &str) -> u8 {
    match slug {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        assert_eq!(count(1, "children"), "1 child");
        assert_eq!(count(1, "schools"), "1 school");
        assert_eq!(count(0, "pupils"), "0 pupils");
        assert_eq!(count(12_345, "children"), "12,345 children");
    }
}
