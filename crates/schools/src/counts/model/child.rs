//! One child as the counter sees it: events without duplicates, and spells on school rolls.

use chrono::NaiveDate;
use record::roll::Spell;

/// A referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// `CINreferralDate`.
    pub on: NaiveDate,
    /// `ReferralSource`.
    pub source: Option<String>,
}

/// The start of a child protection plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanStart {
    /// `CPPstartDate`.
    pub on: NaiveDate,
    /// `NumberOfPreviousCPP` is at least 1.
    pub repeat: bool,
}

/// One child: the merged record of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Child {
    /// Date of birth, or the expected one.
    pub born: Option<NaiveDate>,
    /// Whether the record has a unique pupil number.
    pub has_upn: bool,
    /// Whether the one who asks may not be told which school the child is at.
    pub withheld: bool,
    /// Spells on rolls.
    pub spells: Vec<Spell>,
    /// Referrals in the order of the return, so that the first of a day is the first source.
    pub referrals: Vec<Referral>,
    /// `AssessmentAuthorisationDate` of each assessment that has one.
    pub assessments: Vec<NaiveDate>,
    /// `S47ActualStartDate` of each enquiry.
    pub enquiries: Vec<NaiveDate>,
    /// Dates of initial conferences: of enquiries, and of episodes that have no enquiry.
    pub conferences: Vec<NaiveDate>,
    /// Starts of child protection plans.
    pub plans: Vec<PlanStart>,
}
