//! How a child of a return matches the rolls, or why not. Pure.

use std::borrow::Cow;

use chrono::NaiveDate;
use returns::upn::{Upn, UpnFault};

use super::load::RollIndex;

/// What a return says of a child, as far as matching needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching<'a> {
    /// Unique pupil number.
    pub upn: Option<&'a str>,
    /// Former unique pupil number.
    pub former_upn: Option<&'a str>,
    /// Why there is none.
    pub upn_unknown: Option<&'a str>,
    /// Date of birth.
    pub dob: Option<NaiveDate>,
    /// Expected date of birth of a child not yet born.
    pub expected_dob: Option<NaiveDate>,
}

/// What is wrong with a pupil number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UpnFaultKind {
    /// It does not look like one.
    Shape,
    /// Its check letter does not fit.
    CheckLetter,
}

/// How a child matches the rolls, or why not. Every child has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Matched by pupil number.
    Upn,
    /// Matched by a former pupil number, of the child or of the pupil.
    FormerUpn,
    /// Matched by a pupil number, but the dates of birth differ: look at it.
    BirthDateDiffers,
    /// The return gives no pupil number; the number is that of the reason given (`UN1` to `UN7`), if there is one.
    NoUpn(Option<u8>),
    /// The pupil number is on no roll and cannot be right.
    BadUpn(UpnFaultKind),
    /// On no roll, and under five.
    UnderFive,
    /// On no roll, and sixteen or over.
    SixteenOrOver,
    /// On no roll, although of school age: an independent school, home education, a school elsewhere.
    SchoolAge,
    /// On no roll, and of unknown age.
    AgeUnknown,
}

impl Reason {
    /// Every reason.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Upn, Self::FormerUpn, Self::BirthDateDiffers];
        all.extend((1..=7).map(|number| Self::NoUpn(Some(number))));
        all.extend([
            Self::NoUpn(None),
            Self::BadUpn(UpnFaultKind::Shape),
            Self::BadUpn(UpnFaultKind::CheckLetter),
            Self::UnderFive,
            Self::SixteenOrOver,
            Self::SchoolAge,
            Self::AgeUnknown,
        ]);
        all
    }

    /// Whether the child was found on a roll.
    pub fn is_match(self) -> bool {
        matches!(self, Self::Upn | Self::FormerUpn | Self::BirthDateDiffers)
    }

    /// The stored name.
    pub fn slug(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Upn => "matched-upn",
            Self::FormerUpn => "matched-former-upn",
            Self::BirthDateDiffers => "matched-birth-date-differs",
            Self::NoUpn(Some(number)) => return Cow::Owned(format!("no-upn-un{number}")),
            Self::NoUpn(None) => "no-upn-no-reason",
            Self::BadUpn(UpnFaultKind::Shape) => "upn-shape",
            Self::BadUpn(UpnFaultKind::CheckLetter) => "upn-check-letter",
            Self::UnderFive => "no-roll-under-five",
            Self::SixteenOrOver => "no-roll-sixteen-or-over",
            Self::SchoolAge => "no-roll-school-age",
            Self::AgeUnknown => "no-roll-age-unknown",
        })
    }

    /// The reason of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::all().into_iter().find(|reason| reason.slug() == slug)
    }

    /// The words on screen.
    pub fn title(self) -> String {
        match self {
            Self::Upn => "On a roll, by UPN".to_owned(),
            Self::FormerUpn => "On a roll, by a former UPN".to_owned(),
            Self::BirthDateDiffers => "On a roll by UPN, but the dates of birth differ".to_owned(),
            Self::NoUpn(Some(number)) => {
                let code = format!("UN{number}");
                let set = returns::codes::CodeSet::UpnUnknown;
                let meaning = returns::codes::label(set, &code).unwrap_or("reason not known");
                format!("No UPN: {code}, {meaning}")
            }
            Self::NoUpn(None) => "No UPN, and no reason given".to_owned(),
            Self::BadUpn(UpnFaultKind::Shape) => "The UPN is not shaped like one".to_owned(),
            Self::BadUpn(UpnFaultKind::CheckLetter) => "The UPN has the wrong check letter".to_owned(),
            Self::UnderFive => "On no roll: under 5".to_owned(),
            Self::SixteenOrOver => "On no roll: 16 or over".to_owned(),
            Self::SchoolAge => "On no roll although of school age".to_owned(),
            Self::AgeUnknown => "On no roll, age not known".to_owned(),
        }
    }

    /// How a child matches the rolls. Ages are those on `reference`, the day that closes the return.
    ///
    /// A number that stands on a roll matches even when it is malformed: the school and the council then share
    /// the same mistake. Without a match, a wrong number is the reason before age is.
    pub fn of(child: &Matching<'_>, rolls: &RollIndex, reference: NaiveDate) -> Self {
        let found = |number: Option<&str>| number.and_then(|number| rolls.pupils(number));
        let former = |number: Option<&str>| number.and_then(|number| rolls.former_pupils(number));
        let by_number = found(child.upn).map(|births| (births, Self::Upn));
        let by_former = || {
            let births =
                former(child.upn).or_else(|| found(child.former_upn)).or_else(|| former(child.former_upn));
            births.map(|births| (births, Self::FormerUpn))
        };
        if let Some((births, reason)) = by_number.or_else(by_former) {
            let differs = child.dob.is_some_and(|dob| {
                !births.is_empty() && births.iter().all(|birth| birth.is_some_and(|birth| birth != dob))
            });
            return if differs { Self::BirthDateDiffers } else { reason };
        }
        let Some(upn) = child.upn else {
            let number = child.upn_unknown.and_then(|code| code.strip_prefix("UN")?.parse().ok());
            return Self::NoUpn(number.filter(|number| (1..=7).contains(number)));
        };
        match Upn::parse(upn) {
            Err(UpnFault::CheckLetter { .. }) => return Self::BadUpn(UpnFaultKind::CheckLetter),
            Err(_) => return Self::BadUpn(UpnFaultKind::Shape),
            Ok(_) => {}
        }
        match (child.dob, child.expected_dob) {
            (Some(dob), _) => match reference.years_since(dob) {
                Some(age) if age >= 16 => Self::SixteenOrOver,
                Some(age) if age >= 5 => Self::SchoolAge,
                _ => Self::UnderFive,
            },
            (None, Some(_)) => Self::UnderFive,
            (None, None) => Self::AgeUnknown,
        }
    }
}
