//! A result as text for a terminal, as JSON for other programs, and as an HTML page for people.

mod html;
mod pictures;
mod text;

use crate::result::Analysis;

pub use html::html;
pub(crate) use html::{page, scrolling};
pub use text::text;

/// The result as JSON: the same bytes for the same result. Its form is [`crate::result::SCHEMA`].
///
/// # Errors
/// Words, if the result cannot be written (it always can).
pub fn json(analysis: &Analysis) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(analysis)?;
    text.push('\n');
    Ok(text)
}
