//! Every kind of problem that a reader here can report.

use serde::Serialize;

use crate::problem::Severity;

/// A kind of problem: its stable code, how much it matters, what it means and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ProblemKind {
    /// Stable kebab-case name.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it means, and what became of the value.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $severity:ident $code:literal, $meaning:literal, $remedy:literal;)*) => {
        $(
            #[doc = concat!("`", $code, "`: ", $meaning, ".")]
            pub static $name: ProblemKind = ProblemKind {
                code: $code,
                severity: Severity::$severity,
                meaning: $meaning,
                remedy: $remedy,
            };
        )*

        /// Every kind of problem, in the order of this module.
        pub fn catalogue() -> Vec<ProblemKind> {
            vec![$($name),*]
        }
    };
}

kinds! {
    // The record as a whole.
    MISSING_ID = Error "missing-id",
        "the record has no identifier, so it cannot be taken",
        "give the record its identifier in the source system and export the file again";
    DUPLICATE_ID = Error "duplicate-id",
        "the identifier was already used by an earlier record of the file; both were read",
        "merge the two records in the source system, or give one its own identifier";
    DUPLICATES_UNCHECKED = Warning "duplicates-unchecked",
        "the file has more records than the check for duplicates remembers",
        "check the rest of the file for duplicates in the source system";
    RECORD_TOO_LARGE = Error "record-too-large",
        "the record is larger than any true one, so it was skipped",
        "look for a record that repeats endlessly, and export the file again";
    ROW_LENGTH = Error "row-length",
        "the row has another number of fields than the headings, so it was skipped",
        "look for a comma or a quotation mark that is not quoted in this row";
    MORE_PROBLEMS = Note "more-problems",
        "there are more problems than are listed",
        "mend those that are listed and read the file again";

    // The header of a census.
    HEADER_DISAGREES = Warning "header-disagrees",
        "two values of the header disagree; the message says which was used",
        "correct the header in the case system";
    HEADER_VALUE = Warning "header-value",
        "a value of the header is missing or not as specified; it is not needed to read the file",
        "correct the header in the case system";
    UNKNOWN_AUTHORITY = Warning "unknown-authority",
        "the number in LEA is no known local authority",
        "check the number in the header";

    // Structure.
    MISSING_VALUE = Error "missing-value",
        "a value that the specification requires is missing; the rest of the record was taken",
        "enter the value in the source system";
    REPEATED_ELEMENT = Error "repeated-element",
        "an element that may occur once occurs again; the first was taken",
        "remove the one that is wrong";
    REPEATED_GROUP = Note "repeated-group",
        "a group that may occur once occurs again; both were read as one",
        "nothing, unless a value is missing from the record";
    ELEMENT_ORDER = Note "element-order",
        "an element stands in another place than the specification says; it was read",
        "nothing here, but DfE's own check may refuse the file";
    UNKNOWN_ELEMENT = Note "unknown-element",
        "an element is not in any known specification; it was kept as it stands",
        "check whether it belongs to a newer specification or is misspelt";
    UNKNOWN_DROPPED = Warning "unknown-dropped",
        "the record has more unknown elements than are kept",
        "check that this is the file that you meant to send";
    ELEMENT_YEAR = Note "element-year",
        "an element does not belong to the collection of this year; it was read",
        "check the reference date in the header";
    SEX_ELEMENT_YEAR = Warning "sex-element-year",
        "GenderCurrent was used from 2024-25, or Sex before; it was read",
        "check the reference date in the header and the version of the case system's export";
    ATTRIBUTES = Note "attributes",
        "an element has attributes, which no specification gives it; they were not read",
        "check whether the attributes hold anything that matters";
    STRAY_TEXT = Note "stray-text",
        "text stands between elements; it was not read",
        "remove the text, or put it into its element";
    STRAY_ENTITY = Warning "stray-entity",
        "the text has a reference that XML does not define; it was kept as written",
        "write the character itself";

    // Values.
    VALUE_TOO_LONG = Error "value-too-long",
        "the value is longer than any true one, so it was dropped",
        "look at the value in the source system";
    BAD_CHARACTERS = Error "bad-characters",
        "the value has bytes that are no text in the file's encoding, or control characters; they were replaced or removed",
        "export the file in the encoding that it declares, best UTF-8";
    BAD_DATE = Error "bad-date",
        "the value is not a date, or no possible one (before 1900), so it was dropped",
        "correct the date in the source system";
    DATE_FORMAT = Warning "date-format",
        "the date is written in another form than specified; it was understood",
        "export dates in the specified form";
    DATE_LONG_AGO = Warning "date-long-ago",
        "the date is long before any that belongs here; it was taken",
        "check the year of the date";
    DATE_IN_FUTURE = Warning "date-in-future",
        "the date is more than a year after the reference date; it was taken",
        "check the year of the date";
    DATES_REVERSED = Warning "dates-reversed",
        "an end date is before its start date; both were taken",
        "check both dates in the source system";
    BAD_BOOLEAN = Error "bad-boolean",
        "the value is neither yes nor no, so it was dropped",
        "enter 0 or 1";
    BOOLEAN_SPELLING = Warning "boolean-spelling",
        "the specification asks for 0 or 1; the word was understood",
        "export 0 or 1; DfE's own check may refuse the word";
    BAD_NUMBER = Error "bad-number",
        "the value is not a number that can stand here, so it was dropped",
        "correct the number in the source system";
    UNKNOWN_CODE = Error "unknown-code",
        "the value is not in the code set; it was kept as written",
        "choose a code of the set in the source system";
    CODE_YEAR = Warning "code-year",
        "the code does not belong to the collection of this year; it was taken",
        "choose a code of this year's set, or check the reference date";
    CODE_SPELLING = Warning "code-spelling",
        "the code is written in another case; it was understood",
        "export the code as the specification writes it";
    SEX_CODES_MIXED = Warning "sex-codes-mixed",
        "a code of GenderCurrent stands in Sex or the other way round; it was understood",
        "export M, F or U in Sex; 0, 1, 2 or 9 in GenderCurrent";
    ID_SHAPE = Warning "id-shape",
        "the identifier is longer or has other characters than specified; it was taken",
        "change the identifier in the source system, the same way in every return";
    UPN_SHAPE = Warning "upn-shape",
        "the value is not shaped like a unique pupil number; it was kept as written",
        "take the number from the school's own system";
    UPN_CHECK_LETTER = Warning "upn-check-letter",
        "the check letter does not fit the rest of the number; it was kept as written",
        "compare the number with the school's own system: a digit is probably wrong";

    // Tables.
    ENCODING_GUESSED = Warning "encoding-guessed",
        "a value is not UTF-8; it was read as Windows-1252",
        "export the table as UTF-8";
    UNFINISHED_ROW = Note "unfinished-row",
        "the last row has no line end, as happens when a file is cut off; it was read",
        "compare the number of rows with that in the source system";
    EXTRA_FIELDS = Note "extra-fields",
        "the row has empty fields after the last heading; they were ignored",
        "nothing";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let mut codes: Vec<_> = catalogue().iter().map(|kind| kind.code).collect();
        codes.sort_unstable();
        let before = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), before);
        assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    }
}
