//! The mark that stands in place of the crown.

use maud::{Markup, PreEscaped};

/// A cupped hand around a small circle, as in the icon of the page; it takes the colour of the text.
///
/// It is hidden from screen readers, so set words beside it:
///
/// ```
/// use govuk::{GenericHeader, mark};
/// use maud::html;
///
/// let header = GenericHeader::new(html! { (mark()) span { "Riverside Council" } });
/// ```
pub fn mark() -> Markup {
    PreEscaped(include_str!("../assets/mark.svg").trim_end().to_owned())
}
