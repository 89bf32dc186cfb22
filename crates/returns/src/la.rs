//! Local authorities of England by DfE number.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::Serialize;

/// DfE's three-digit number of a local authority, such as 852 for Southampton.
///
/// Any three-digit number can be held: returns also carry numbers that are no authority (pseudo-authorities,
/// numbers in samples). [`LaCode::name`] tells whether it is a known one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LaCode(u16);

/// One authority as DfE's statistics list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAuthority {
    /// DfE number.
    pub code: LaCode,
    /// ONS (GSS) code; an authority that was reorganised has several, each an entry of its own.
    pub ons_code: String,
    /// Name.
    pub name: String,
    /// Region, such as "South East".
    pub region: String,
    /// Closing year of the first and the last children in need statistics that list the code.
    pub listed: (u16, u16),
}

static AUTHORITIES: LazyLock<Vec<LocalAuthority>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(include_str!("../data/la-codes.csv").as_bytes());
    reader
        .deserialize::<(u16, String, String, String, String, u16, u16)>()
        .filter_map(Result::ok)
        .map(|(code, ons_code, name, _, region, first, last)| LocalAuthority {
            code: LaCode(code),
            ons_code,
            name,
            region,
            listed: (first, last),
        })
        .collect()
});

/// Every authority that DfE's children in need statistics have listed since 2013.
pub fn authorities() -> &'static [LocalAuthority] {
    &AUTHORITIES
}

impl LaCode {
    /// The code, when it is a number of three digits.
    pub fn new(code: u16) -> Option<Self> {
        (100..=999).contains(&code).then_some(Self(code))
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The authority as most recently listed, or `None` for a number that is no authority.
    pub fn authority(self) -> Option<&'static LocalAuthority> {
        AUTHORITIES.iter().filter(|la| la.code == self).max_by_key(|la| la.listed.1)
    }

    /// Its name, when it is a known authority.
    pub fn name(self) -> Option<&'static str> {
        self.authority().map(|la| la.name.as_str())
    }
}

impl fmt::Display for LaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// The text is not a local authority number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a local authority number: three digits are needed")]
pub struct LaCodeError;

impl FromStr for LaCode {
    type Err = LaCodeError;

    fn from_str(text: &str) -> Result<Self, LaCodeError> {
        if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(LaCodeError);
        }
        text.parse().ok().and_then(Self::new).ok_or(LaCodeError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authorities_of_the_programme_have_their_names() {
        let names = [
            (841, "Darlington"),
            (312, "Hillingdon"),
            (359, "Wigan"),
            (208, "Lambeth"),
            (852, "Southampton"),
            (356, "Stockport"),
            (335, "Walsall"),
        ];
        for (code, name) in names {
            assert_eq!(LaCode::new(code).and_then(LaCode::name), Some(name));
        }
        assert_eq!(authorities().len(), 161);
    }

    #[test]
    fn only_three_digits_parse() {
        assert_eq!("852".parse::<LaCode>().map(LaCode::number), Ok(852));
        for bad in ["", "85", "8520", "85a", "+85", "085", "８５２"] {
            assert!(bad.parse::<LaCode>().is_err(), "{bad}");
        }
        assert_eq!("975".parse::<LaCode>().unwrap().name(), None);
    }
}
