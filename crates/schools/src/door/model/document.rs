//! The referral as it was sent to the council's front door: a document of its own form, made from what is known and
//! frozen with its digest.
//!
//! The canonical text is the JSON of [`Document`] as `serde_json` writes it without white space, fields in the order of
//! the types below, absent values as `null`. The digest is SHA-256 of its UTF-8 bytes, in lower case hexadecimal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The form of the document.
pub const FORM: &str = "nearhand-front-door-referral/1";
/// `ReferralSource` of the children in need census for a school.
pub const SOURCE_SCHOOL: &str = "2A";

/// A referral to the front door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// [`FORM`].
    pub form: String,
    /// Reference.
    pub reference: String,
    /// The council.
    pub council: String,
    /// The day on which it was sent.
    pub sent_on: NaiveDate,
    /// `ReferralSource` of the children in need census.
    pub source: String,
    /// The school.
    pub school: School,
    /// The social worker who sends it.
    pub sent_by: String,
    /// The child.
    pub child: Child,
    /// What happened and what was done, earliest first.
    pub history: Vec<Event>,
    /// Why it is referred now.
    pub why_now: String,
    /// Whether the parents or carers know.
    pub family_knows: String,
}

/// The school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// Unique reference number.
    pub urn: u32,
    /// Name.
    pub name: String,
}

/// The child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Sex, as the roll gives it.
    pub sex: Option<String>,
    /// Unique pupil number.
    pub upn: Option<String>,
    /// National curriculum year.
    pub year_group: Option<String>,
}

/// One thing that happened before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub on: NaiveDate,
    /// What: a concern, advice, early help.
    pub what: String,
    /// Its reference.
    pub reference: String,
    /// Its parts: heading and text.
    pub parts: Vec<(String, String)>,
}

impl Document {
    /// The canonical text.
    ///
    /// # Errors
    /// Never for a document of these types; the encoder's own error is passed on.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The document of a canonical text.
    ///
    /// # Errors
    /// Where the text is not one of this form.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Every field with its heading, in order, for a table of two columns.
    pub fn fields(&self) -> Vec<(String, String)> {
        let unknown = || "Not known".to_owned();
        let mut all = vec![
            ("Reference".to_owned(), self.reference.clone()),
            ("Council".to_owned(), self.council.clone()),
            ("Sent on".to_owned(), self.sent_on.to_string()),
            ("Referral source code".to_owned(), self.source.clone()),
            ("School".to_owned(), self.school.name.clone()),
            ("School URN".to_owned(), self.school.urn.to_string()),
            ("Sent by".to_owned(), self.sent_by.clone()),
            ("Child’s forename".to_owned(), self.child.forename.clone()),
            ("Child’s surname".to_owned(), self.child.surname.clone()),
            (
                "Date of birth".to_owned(),
                self.child.date_of_birth.map_or_else(unknown, |date| date.to_string()),
            ),
            ("Sex".to_owned(), self.child.sex.clone().unwrap_or_else(unknown)),
            ("Unique pupil number".to_owned(), self.child.upn.clone().unwrap_or_else(unknown)),
            ("Year group".to_owned(), self.child.year_group.clone().unwrap_or_else(unknown)),
            ("Why now".to_owned(), self.why_now.clone()),
            ("Parents or carers know".to_owned(), self.family_knows.clone()),
        ];
        for event in &self.history {
            let heading = format!("{} {}, {}", event.what, event.reference, event.on);
            for (part, text) in &event.parts {
                all.push((format!("{heading}: {part}"), text.clone()));
            }
        }
        all
    }
}

/// The digest of a canonical text.
pub fn digest(canonical: &str) -> String {
    Sha256::digest(canonical.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A cell that no spreadsheet takes for a formula.
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        Document {
            form: FORM.to_owned(),
            reference: "R-0000001".to_owned(),
            council: "Stockport Council".to_owned(),
            sent_on: "2019-07-04".parse().unwrap(),
            source: SOURCE_SCHOOL.to_owned(),
            school: School { urn: 100_001, name: "Ashdown".to_owned() },
            sent_by: "Sam Whitlock".to_owned(),
            child: Child {
                forename: "Zoë".to_owned(),
                surname: "O’Neil".to_owned(),
                date_of_birth: None,
                sex: Some("F".to_owned()),
                upn: None,
                year_group: Some("9".to_owned()),
            },
            history: vec![Event {
                on: "2019-07-01".parse().unwrap(),
                what: "Concern".to_owned(),
                reference: "C-0000001".to_owned(),
                parts: vec![("What the worry is".to_owned(), "=cmd".to_owned())],
            }],
            why_now: "Early help was not enough.".to_owned(),
            family_knows: "Yes, they know".to_owned(),
        }
    }

    #[test]
    fn the_canonical_text_and_its_digest_stay_what_they_are() {
        let text = document().canonical().unwrap();
        assert!(
            text.starts_with(r#"{"form":"nearhand-front-door-referral/1","reference":"R-0000001""#),
            "{text}"
        );
        assert_eq!(Document::read(&text).unwrap(), document());
        assert_eq!(digest(&text), digest(&document().canonical().unwrap()));
        let mut other = document();
        other.why_now.push(' ');
        assert_ne!(digest(&text), digest(&other.canonical().unwrap()));
        // SHA-256 of the empty text, from FIPS 180-4's examples.
        assert_eq!(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn what_is_not_known_is_said() {
        let fields = document().fields();
        assert!(fields.contains(&("Unique pupil number".to_owned(), "Not known".to_owned())));
        assert!(
            fields.contains(&(
                "Concern C-0000001, 2019-07-01: What the worry is".to_owned(),
                "=cmd".to_owned()
            ))
        );
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(cell("=cmd"), "'=cmd");
        assert_eq!(cell("Zoë"), "Zoë");
    }
}
