//! The records of a children in need census, as a file gives them.
//!
//! Nothing here is corrected: a required value that the file lacks is `None` and was reported when it was read.

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use crate::codes::Code;
use crate::la::LaCode;
use crate::year::CollectionYear;

/// The header of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Header {
    /// The collection that decides code sets and fields: the one that closes on `reference_date` when that
    /// is a 31 March, otherwise the one that `Year` names, otherwise the one that contains `reference_date`.
    pub collection_year: CollectionYear,
    /// `ReferenceDate` as given; 31 March of the collection when it is missing.
    pub reference_date: NaiveDate,
    /// `LEA`: the authority that made the return.
    pub lea: LaCode,
    /// `SoftwareCode`.
    pub software: Option<String>,
    /// `Release` of the software.
    pub release: Option<String>,
    /// `SerialNo`: counts the exports of one return.
    pub serial: Option<String>,
    /// `DateTime` of the export, as the file writes it, without regard to a time zone.
    pub date_time: Option<NaiveDateTime>,
}

/// Sex in the values used from 2024-25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Sex {
    /// Male: `M`, before 2024-25 `1`.
    #[serde(rename = "M")]
    Male,
    /// Female: `F`, before 2024-25 `2`.
    #[serde(rename = "F")]
    Female,
    /// Unknown or unborn: `U`, before 2024-25 `0` (not recorded, unborn) and `9` (indeterminate).
    #[serde(rename = "U")]
    Unknown,
}

impl Sex {
    /// `M`, `F` or `U`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Unknown => "U",
        }
    }
}

/// One child of a return.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Child {
    /// `LAchildID`: the authority's own key of the child. Never empty in a child that a reader yields.
    pub la_child_id: String,
    /// `UPN` as given, also when it is malformed (see [`Upn::parse`](crate::upn::Upn::parse)).
    pub upn: Option<String>,
    /// `FormerUPN` as given.
    pub former_upn: Option<String>,
    /// `UPNunknown`: why there is no UPN.
    pub upn_unknown: Option<Code>,
    /// `PersonBirthDate`; absent for a child not yet born.
    pub birth_date: Option<NaiveDate>,
    /// `ExpectedPersonBirthDate` of a child not yet born.
    pub expected_birth_date: Option<NaiveDate>,
    /// `Sex`, or `GenderCurrent` mapped to it.
    pub sex: Option<Sex>,
    /// The value of `Sex` or `GenderCurrent` as given.
    pub sex_as_given: Option<String>,
    /// `PersonDeathDate`.
    pub death_date: Option<NaiveDate>,
    /// `Ethnicity`.
    pub ethnicity: Option<Code>,
    /// Every `Disability`, in the order of the file.
    pub disabilities: Vec<Code>,
    /// Every `CINdetails`: one per episode of need, that is, per referral.
    pub episodes: Vec<CinEpisode>,
    /// Elements of the child (outside its episodes) that no known specification has.
    pub unknown: Vec<UnknownElement>,
}

/// One `CINdetails`: an episode of need, from referral to closure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CinEpisode {
    /// `CINreferralDate`.
    pub referral_date: Option<NaiveDate>,
    /// `ReferralSource`.
    pub referral_source: Option<Code>,
    /// `PrimaryNeedCode`.
    pub primary_need: Option<Code>,
    /// `CINclosureDate`; absent while the episode is open.
    pub closure_date: Option<NaiveDate>,
    /// `ReasonForClosure`.
    pub closure_reason: Option<Code>,
    /// `DateOfInitialCPC` of the episode itself: a conference that no section 47 record holds.
    pub initial_cpc_date: Option<NaiveDate>,
    /// `ReferralNFA`: the referral led to no further action.
    pub referral_nfa: Option<bool>,
    /// Every `Assessments`.
    pub assessments: Vec<Assessment>,
    /// Every `CINPlanDates` (from 2021-22).
    pub cin_plans: Vec<CinPlan>,
    /// Every `Section47`.
    pub section47s: Vec<Section47>,
    /// Every `ChildProtectionPlans`.
    pub cp_plans: Vec<ChildProtectionPlan>,
    /// Every `PreProceedingsandFGDM` (from 2026-27).
    pub pre_proceedings: Vec<PreProceedings>,
    /// Elements of the episode that no known specification has.
    pub unknown: Vec<UnknownElement>,
}

/// One `Assessments`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Assessment {
    /// `AssessmentActualStartDate`.
    pub start_date: Option<NaiveDate>,
    /// `AssessmentInternalReviewDate`.
    pub internal_review_date: Option<NaiveDate>,
    /// `AssessmentAuthorisationDate`: completion; absent while the assessment is open.
    pub authorisation_date: Option<NaiveDate>,
    /// Every `AssessmentFactors`.
    pub factors: Vec<Code>,
}

/// One `CINPlanDates`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CinPlan {
    /// `CINPlanStartDate`.
    pub start_date: Option<NaiveDate>,
    /// `CINPlanEndDate`; absent while the plan is open.
    pub end_date: Option<NaiveDate>,
}

/// One `Section47`: an enquiry under section 47 of the Children Act 1989.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Section47 {
    /// `S47ActualStartDate`.
    pub start_date: Option<NaiveDate>,
    /// `InitialCPCtarget`: the date by which the conference should be held.
    pub initial_cpc_target: Option<NaiveDate>,
    /// `DateOfInitialCPC`: the date on which it was held.
    pub initial_cpc_date: Option<NaiveDate>,
    /// `ICPCnotRequired`: the enquiry ended without need of a conference.
    pub icpc_not_required: Option<bool>,
}

/// One `ChildProtectionPlans`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ChildProtectionPlan {
    /// `CPPstartDate`.
    pub start_date: Option<NaiveDate>,
    /// `CPPendDate`; absent while the plan is open.
    pub end_date: Option<NaiveDate>,
    /// `InitialCategoryOfAbuse`.
    pub initial_category: Option<Code>,
    /// `LatestCategoryOfAbuse`.
    pub latest_category: Option<Code>,
    /// `NumberOfPreviousCPP`: earlier plans of the child in this authority.
    pub previous_plans: Option<u32>,
    /// Every `CPPreviewDate`.
    pub reviews: Vec<NaiveDate>,
}

/// One `PreProceedingsandFGDM`: pre-proceedings and family group decision making, from 2026-27.
///
/// **Not confirmed.** The name of the block, of its ten elements and their types come from a published test
/// file of a peer, not from DfE's specification. Whatever the block holds is therefore also kept in `raw`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PreProceedings {
    /// `PPStartDate`: decision to enter pre-proceedings.
    pub start_date: Option<NaiveDate>,
    /// `LBPSentDate`: letter before proceedings sent.
    pub letter_sent_date: Option<NaiveDate>,
    /// `FGDMMeetingOffer`: a family group decision making meeting was offered.
    pub fgdm_offered: Option<bool>,
    /// `FGDMMeetingFac`: the meeting was facilitated.
    pub fgdm_facilitated: Option<bool>,
    /// `InitialPPMeetingDate`: first pre-proceedings meeting.
    pub initial_meeting_date: Option<NaiveDate>,
    /// `ReviewMeetingsCount`.
    pub review_meetings: Option<u32>,
    /// `StepDecisionDate`: decision to step down or to issue.
    pub step_decision_date: Option<NaiveDate>,
    /// `PPOutcome`: a letter; its code set is not known.
    pub outcome: Option<String>,
    /// `CourtAppDate`: application to the court.
    pub court_application_date: Option<NaiveDate>,
    /// `LetterInitCPDate`: letter of issue.
    pub letter_of_issue_date: Option<NaiveDate>,
    /// Everything in the block as it stands, whether recognised or not.
    pub raw: Vec<UnknownElement>,
}

/// An element that no known specification has, kept as it stands.
///
/// Nesting is told by the path; elements stand in the order of the file, parents before their children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownElement {
    /// Path below `Child`, such as `CINdetails/NewBlock/NewDate`.
    pub path: String,
    /// Its own text, trimmed; empty when it has only elements in it.
    pub text: String,
    /// Line of the file.
    pub line: u64,
}
