//! What a request to spend says and may do, without any database.

mod chase;
mod paper;
mod state;
mod terms;
mod words;

pub use chase::{Chase, OUTCOME_DAYS, Outcome, chase, due_on, held_from, outcome_due};
pub use paper::{NotAPaper, PAPER_BYTES_MAX, PAPERS_MAX, PaperKind};
pub use state::{Broken, Cash, Course, Kind, State, Step};
pub use terms::{Terms, TermsBroken, terms_allowed};
pub use words::{Alternatives, Benefits, Conditions, Duty, SuggestedBy, Told};

/// Characters of what the money is for.
pub const WHAT_MAX: usize = 200;
/// Characters of a goal, a payee, or another short line.
pub const LINE_MAX: usize = 200;
/// Characters of a reason or of other words.
pub const WORDS_MAX: usize = 500;

/// A short line that somebody typed: something in it, within its length, without line ends.
pub fn is_line(text: &str, most: usize) -> bool {
    let length = text.trim().chars().count();
    (1..=most).contains(&length) && !text.trim().chars().any(char::is_control)
}

/// Words that somebody typed: something in them, within their length. They may have line ends.
pub fn are_words(text: &str) -> bool {
    (1..=WORDS_MAX).contains(&text.trim().chars().count())
}
