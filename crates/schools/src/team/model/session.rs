//! A session, and what may be written down as one.

use chrono::{Days, NaiveDate};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Kind, Outcome, Setting, Topic};

/// The longest session, minutes: ten hours.
pub const MINUTES_MAX: u32 = 600;
/// The most that one worker's sessions of one day may add up to, minutes: sixteen hours.
pub const MINUTES_A_DAY: u32 = 960;
/// The most people of one kind at one session.
pub const PEOPLE_MAX: u32 = 2_000;
/// The longest note, characters.
pub const NOTE_MAX: usize = 500;
/// How many days back something may be written down: a year, so that a return of a whole school year can be filled.
const DAYS_BACK: u64 = 366;

/// How many people were there, by what they are. `None`: nobody counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Present {
    /// Staff of the school.
    pub staff: Option<u32>,
    /// Pupils.
    pub pupils: Option<u32>,
    /// Parents and carers.
    pub parents: Option<u32>,
    /// People of other services.
    pub professionals: Option<u32>,
}

/// Something that a worker did at or for a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What sort of work.
    pub kind: Kind,
    /// The day.
    pub happened_on: NaiveDate,
    /// The school's unique reference number.
    pub urn: u32,
    /// Whose work it was, a user.
    pub worker: Uuid,
    /// How long, minutes.
    pub minutes: u32,
    /// Where and how.
    pub setting: Setting,
    /// How many people were there.
    pub present: Present,
    /// About what.
    pub topic: Topic,
    /// What came of it.
    pub outcome: Outcome,
    /// A note without names, at most [`NOTE_MAX`] characters; may be empty.
    pub note: String,
}

/// What is wrong with one part of a session or a place, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// The field.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: &'static str,
}

impl Problem {
    pub(crate) const fn new(field: &'static str, message: &'static str) -> Self {
        Self { field, message }
    }
}

impl Session {
    /// Everything that is wrong with it on the day `today`. What other sessions of the day add up to is for
    /// [`Self::fits_in_day`].
    pub fn problems(&self, today: NaiveDate) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.happened_on > today {
            found.push(Problem::new("day-day", "The date must be today or in the past"));
        } else if today.checked_sub_days(Days::new(DAYS_BACK)).is_some_and(|first| self.happened_on < first) {
            found.push(Problem::new("day-day", "The date must be in the last 12 months"));
        }
        if !(1..=MINUTES_MAX).contains(&self.minutes) {
            found.push(Problem::new("minutes", "Minutes must be from 1 to 600"));
        }
        for (field, number) in [
            ("staff", self.present.staff),
            ("pupils", self.present.pupils),
            ("parents", self.present.parents),
            ("professionals", self.present.professionals),
        ] {
            if number.is_some_and(|number| number > PEOPLE_MAX) {
                found.push(Problem::new(field, "The number of people must be 2,000 or fewer"));
            }
        }
        if self.note.chars().count() > NOTE_MAX {
            found.push(Problem::new("note", "The note must be 500 characters or fewer"));
        } else if names_somebody(&self.note) {
            found.push(Problem::new(
                "note",
                "The note must not hold a pupil number or an e-mail address: write it without naming anybody",
            ));
        }
        found
    }

    /// Whether it fits beside `others`, the minutes of the worker's other sessions of the day.
    pub fn fits_in_day(&self, others: u32) -> bool {
        others.saturating_add(self.minutes) <= MINUTES_A_DAY
    }

    /// SHA-256, in hexadecimal, of one line for each part: kind, day (ISO 8601), URN, worker, minutes, setting, the four
    /// numbers of people (empty where nobody counted), topic, outcome, note without white space around it.
    pub fn hash(&self) -> String {
        let count = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        let Present { staff, pupils, parents, professionals } = self.present;
        let text = [
            self.kind.slug().to_owned(),
            self.happened_on.to_string(),
            self.urn.to_string(),
            self.worker.to_string(),
            self.minutes.to_string(),
            self.setting.slug().to_owned(),
            count(staff),
            count(pupils),
            count(parents),
            count(professionals),
            self.topic.slug().to_owned(),
            self.outcome.slug().to_owned(),
            self.note.trim().to_owned(),
        ]
        .join("\n");
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whether a text holds what can only be somebody's: a unique pupil number (a letter and twelve digits, or letter,
/// eleven digits, letter) or an e-mail address. Names cannot be told from other words, so the page asks for none.
fn names_somebody(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
        .map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()))
        .any(|word| is_upn(word) || is_address(word))
}

fn is_upn(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let [first, middle @ .., last] = letters.as_slice() else { return false };
    letters.len() == 13
        && first.is_ascii_alphabetic()
        && middle.iter().all(char::is_ascii_digit)
        && last.is_ascii_alphanumeric()
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn session() -> Session {
        Session {
            kind: Kind::DropIn,
            happened_on: day("2019-07-01"),
            urn: 900_001,
            worker: Uuid::nil(),
            minutes: 45,
            setting: Setting::School,
            present: Present { pupils: Some(6), ..Present::default() },
            topic: Topic::Attendance,
            outcome: Outcome::Advice,
            note: String::new(),
        }
    }

    fn fields(session: &Session) -> Vec<&'static str> {
        session.problems(day("2019-07-01")).iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn an_ordinary_session_has_no_problem() {
        assert_eq!(fields(&session()), [""; 0]);
    }

    #[test]
    fn minutes_days_and_people_have_bounds() {
        let with = |change: fn(&mut Session)| {
            let mut one = session();
            change(&mut one);
            fields(&one)
        };
        assert_eq!(with(|s| s.minutes = 0), ["minutes"]);
        assert_eq!(with(|s| s.minutes = 600), [""; 0]);
        assert_eq!(with(|s| s.minutes = 601), ["minutes"]);
        assert_eq!(with(|s| s.happened_on = day("2019-07-02")), ["day-day"]);
        assert_eq!(with(|s| s.happened_on = day("2018-06-30")), [""; 0]);
        assert_eq!(with(|s| s.happened_on = day("2018-06-29")), ["day-day"]);
        assert_eq!(with(|s| s.present.staff = Some(2_001)), ["staff"]);
        assert_eq!(with(|s| s.note = "x".repeat(501)), ["note"]);
    }

    #[test]
    fn a_note_holds_no_pupil_number_and_no_address() {
        let with = |note: &str| fields(&Session { note: note.to_owned(), ..session() });
        assert_eq!(with("about A8202001120011"), [""; 0], "fourteen characters are no pupil number");
        assert_eq!(with("about A82020011200 1"), [""; 0]);
        assert_eq!(with("about (A123456789012)."), ["note"]);
        assert_eq!(with("temporary A12345678901B"), ["note"]);
        assert_eq!(with("write to sam@school.example"), ["note"]);
        assert_eq!(with("12 pupils @ the gate, 8.30am"), [""; 0]);
    }

    #[test]
    fn a_day_of_one_worker_has_an_end() {
        assert!(session().fits_in_day(915) && !session().fits_in_day(916));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_rules(note in ".*", minutes: u32, pupils: Option<u32>) {
            let one = Session { note, minutes, present: Present { pupils, ..Present::default() }, ..session() };
            let found = fields(&one);
            prop_assert_eq!(found.contains(&"minutes"), !(1..=600).contains(&minutes));
            prop_assert_eq!(found.contains(&"pupils"), pupils.is_some_and(|n| n > 2_000));
        }

        #[test]
        fn a_changed_part_changes_the_hash(minutes in 1_u32..600, staff in proptest::option::of(0_u32..9)) {
            let one = Session { minutes, present: Present { staff, ..Present::default() }, ..session() };
            let other = Session { minutes: minutes + 1, ..one.clone() };
            prop_assert_ne!(one.hash(), other.hash());
            let counted = Session { present: Present { staff: None, pupils: staff, ..Present::default() }, ..one.clone() };
            prop_assert_eq!(one.hash() == counted.hash(), staff.is_none());
        }
    }
}
