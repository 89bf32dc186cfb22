//! Unique pupil numbers.

use std::fmt;

use serde::Serialize;

use crate::la::LaCode;

/// Check letters by remainder; I, O and S are not used.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A well-formed unique pupil number: thirteen characters with the right check letter.
///
/// Check letter, authority (three digits), establishment (four), year of issue (two), serial (three; in a
/// temporary number the last of them is a letter). Authority and establishment are those that *issued* it,
/// usually the first school, not the present one. To be well formed does not prove that the number exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upn([u8; 13]);

/// Why a text is not a unique pupil number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum UpnFault {
    /// Not thirteen characters.
    #[error("it has {0} characters instead of 13")]
    Length(usize),
    /// The first character is not one of the check letters.
    #[error("its first character is not a check letter (A to Z without I, O and S)")]
    FirstCharacter,
    /// A character of the second to the twelfth is not a digit; the number is its place, from 2.
    #[error("character {0} is not a digit")]
    NotDigit(usize),
    /// The last character is neither a digit nor a letter other than I, O, S.
    #[error("its last character is neither a digit nor a letter other than I, O and S")]
    LastCharacter,
    /// The authority's number has a nought in front, which none has.
    #[error("characters 2 to 4 are no local authority number")]
    Authority,
    /// The check letter does not fit the rest.
    #[error("its check letter is {found} but the rest of the number needs {expected}")]
    CheckLetter {
        /// The letter that the number has.
        found: char,
        /// The letter that it should have.
        expected: char,
    },
}

impl Upn {
    /// Reads a number. White space around it and lower case are tolerated.
    ///
    /// # Errors
    /// The first fault found: length, characters from left to right, authority, check letter.
    pub fn parse(text: &str) -> Result<Self, UpnFault> {
        let text = text.trim();
        let length = text.chars().count();
        if length != 13 {
            return Err(UpnFault::Length(length));
        }
        let bytes: [u8; 13] = match text.as_bytes().try_into() {
            Ok(bytes) => bytes,
            // Thirteen characters that are not thirteen bytes: name the first that is not ASCII.
            Err(_) => return Err(non_ascii(text)),
        };
        let bytes = bytes.map(|byte| byte.to_ascii_uppercase());
        let [first, digits @ .., last] = bytes;
        if !LETTERS.contains(&first) {
            return Err(UpnFault::FirstCharacter);
        }
        if let Some(index) = digits.iter().position(|byte| !byte.is_ascii_digit()) {
            return Err(UpnFault::NotDigit(index + 2));
        }
        if !last.is_ascii_digit() && !LETTERS.contains(&last) {
            return Err(UpnFault::LastCharacter);
        }
        if digits.first() == Some(&b'0') {
            return Err(UpnFault::Authority);
        }
        let expected = check_letter(&digits, last);
        if first == expected {
            Ok(Self(bytes))
        } else {
            Err(UpnFault::CheckLetter { found: char::from(first), expected: char::from(expected) })
        }
    }

    /// Makes a number from its parts and works out the check letter: `body` is the twelve characters after it.
    ///
    /// # Errors
    /// As [`Upn::parse`].
    pub fn from_body(body: &str) -> Result<Self, UpnFault> {
        let mut last_fault = UpnFault::Length(body.chars().count() + 1);
        if body.len() != 12 {
            return Err(last_fault);
        }
        for letter in LETTERS {
            match Self::parse(&format!("{}{body}", char::from(*letter))) {
                Ok(upn) => return Ok(upn),
                Err(fault) => last_fault = fault,
            }
        }
        Err(last_fault)
    }

    /// The thirteen characters, upper case.
    pub fn as_str(&self) -> &str {
        // Always ASCII: `parse` lets nothing else in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The authority in which it was issued; `None` when the number is under 100.
    pub fn issuing_authority(&self) -> Option<LaCode> {
        LaCode::new(self.digits(1, 3))
    }

    /// The establishment number of the school that issued it.
    pub fn issuing_establishment(&self) -> u16 {
        self.digits(4, 4)
    }

    /// The last two digits of the year of issue.
    pub fn issue_year(&self) -> u8 {
        u8::try_from(self.digits(8, 2)).unwrap_or_default()
    }

    /// Whether it is temporary: its last character is a letter.
    pub fn is_temporary(&self) -> bool {
        self.0.last().is_some_and(u8::is_ascii_alphabetic)
    }

    fn digits(&self, start: usize, count: usize) -> u16 {
        self.0
            .iter()
            .skip(start)
            .take(count)
            .fold(0, |number, byte| number * 10 + u16::from(byte.saturating_sub(b'0')))
    }
}

/// The letter for a body: characters 2 to 13 times 2 to 13, the sum's remainder by 23. In a temporary number
/// the last letter counts as its position among the check letters.
fn check_letter(digits: &[u8; 11], last: u8) -> u8 {
    let sum: usize =
        digits.iter().zip(2..).map(|(byte, weight)| usize::from(byte.saturating_sub(b'0')) * weight).sum();
    let last = match LETTERS.iter().position(|letter| *letter == last) {
        Some(position) => position,
        None => usize::from(last.saturating_sub(b'0')),
    };
    LETTERS.get((sum + last * 13) % 23).copied().unwrap_or(b'A')
}

fn non_ascii(text: &str) -> UpnFault {
    match text.chars().position(|character| !character.is_ascii()) {
        Some(0) => UpnFault::FirstCharacter,
        Some(12) | None => UpnFault::LastCharacter,
        Some(index) => UpnFault::NotDigit(index + 1),
    }
}

impl fmt::Display for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Upn {
    /// Never writes the number: it identifies a child.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upn(…)")
    }
}

impl Serialize for Upn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_hold() {
        let upn = Upn::parse(" b801200005001 ").unwrap();
        assert_eq!(upn.as_str(), "B801200005001");
        assert_eq!(upn.issuing_authority().and_then(LaCode::name), Some("Bristol, City of"));
        assert_eq!((upn.issuing_establishment(), upn.issue_year()), (2000, 5));
        assert!(!upn.is_temporary());
        // 2x2 + 0 + 7x4 + 0 + 0 + 0 + 0 + 1x9 + 6x10 + 0 + 4x12 + 9x13 = 266, remainder 13, P.
        assert_eq!(Upn::from_body("207000016049").unwrap().as_str(), "P207000016049");
    }

    #[test]
    fn a_temporary_number_counts_its_letter_by_position() {
        // 93 less the last digit's 13 is 80; B is 1, so 80 + 13 = 93 again: letter B.
        let upn = Upn::parse("B80120000500B").unwrap();
        assert!(upn.is_temporary());
        // T is at 16: 80 + 208 = 288, remainder 12, N.
        assert_eq!(Upn::from_body("80120000500T").unwrap().as_str(), "N80120000500T");
    }

    #[test]
    fn each_fault_is_named() {
        let fault = |text| Upn::parse(text).unwrap_err();
        assert_eq!(fault(""), UpnFault::Length(0));
        assert_eq!(fault("21db2df8-fa0"), UpnFault::Length(12));
        assert_eq!(fault("1801200005001"), UpnFault::FirstCharacter);
        assert_eq!(fault("I801200005001"), UpnFault::FirstCharacter);
        assert_eq!(fault("B80120000x001"), UpnFault::NotDigit(10));
        assert_eq!(fault("B80120000500S"), UpnFault::LastCharacter);
        assert_eq!(fault("B001200005001"), UpnFault::Authority);
        assert_eq!(fault("A801200005001"), UpnFault::CheckLetter { found: 'A', expected: 'B' });
        assert_eq!(fault("B80120000é001"), UpnFault::NotDigit(10));
        assert_eq!(fault("B80120000500é"), UpnFault::LastCharacter);
        assert!(Upn::from_body("80120000500").is_err());
    }

    #[test]
    fn a_change_of_one_digit_is_always_found() {
        let body = "801200005001";
        let right = Upn::from_body(body).unwrap();
        for place in 0..12 {
            for digit in '0'..='9' {
                let mut changed: Vec<char> = right.as_str().chars().collect();
                if changed[place + 1] != digit {
                    changed[place + 1] = digit;
                    let changed: String = changed.into_iter().collect();
                    assert!(Upn::parse(&changed).is_err(), "{changed}");
                }
            }
        }
    }
}
