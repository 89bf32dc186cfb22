//! One `CINdetails` and what happens within it.

use std::io::Read;

use chrono::NaiveDate;

use crate::catalogue;
use crate::codes::{Code, CodeSet};

use super::check::Checker;
use super::model::{
    Assessment, ChildProtectionPlan, CinEpisode, CinPlan, PreProceedings, Section47, UnknownElement,
};
use super::parse::{Block, Parser, Stop};
use super::spec::{self, BlockSpec};

/// `ReferralSource` is required of referrals from this day on.
const SOURCE_REQUIRED_FROM: Option<NaiveDate> = NaiveDate::from_ymd_opt(2013, 4, 1);

impl Block for CinEpisode {
    const SPEC: &'static BlockSpec = &spec::CIN_DETAILS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        match field {
            "CINreferralDate" => self.referral_date = check.event(field, text),
            "ReferralSource" => self.referral_source = Some(check.code(field, CodeSet::ReferralSource, text)),
            "PrimaryNeedCode" => self.primary_need = Some(check.code(field, CodeSet::PrimaryNeed, text)),
            "CINclosureDate" => self.closure_date = check.event(field, text),
            "ReasonForClosure" => self.closure_reason = Some(check.code(field, CodeSet::ClosureReason, text)),
            "DateOfInitialCPC" => self.initial_cpc_date = check.event(field, text),
            "ReferralNFA" => self.referral_nfa = check.boolean(field, text),
            _ => {}
        }
    }

    fn block<R: Read>(&mut self, field: &'static str, parser: &mut Parser<R>) -> Result<(), Stop> {
        match field {
            "Assessments" => self.assessments.push(read_new(parser)?),
            "CINPlanDates" => self.cin_plans.push(read_new(parser)?),
            "Section47" => self.section47s.push(read_new(parser)?),
            "ChildProtectionPlans" => self.cp_plans.push(read_new(parser)?),
            _ => {
                let before = std::mem::take(&mut parser.unknown);
                let mut block: PreProceedings = read_new(parser)?;
                block.raw.extend(std::mem::replace(&mut parser.unknown, before));
                block.raw.sort_by_key(|element| element.line);
                self.pre_proceedings.push(block);
            }
        }
        Ok(())
    }

    fn finish(&mut self, check: &mut Checker) {
        let required = match (self.referral_date, SOURCE_REQUIRED_FROM) {
            (Some(referral), Some(from)) => referral >= from,
            _ => true,
        };
        if required && self.referral_source.is_none() {
            let message = "CINdetails has no ReferralSource";
            check.report(&catalogue::MISSING_VALUE, "ReferralSource", None, message);
        }
    }
}

fn read_new<B: Block + Default, R: Read>(parser: &mut Parser<R>) -> Result<B, Stop> {
    let mut block = B::default();
    parser.read(&mut block)?;
    Ok(block)
}

impl Block for Assessment {
    const SPEC: &'static BlockSpec = &spec::ASSESSMENTS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        let date = check.event(field, text);
        match field {
            "AssessmentActualStartDate" => self.start_date = date,
            "AssessmentInternalReviewDate" => self.internal_review_date = date,
            _ => self.authorisation_date = date,
        }
    }

    fn block<R: Read>(&mut self, _field: &'static str, parser: &mut Parser<R>) -> Result<(), Stop> {
        parser.read(&mut Factors { codes: &mut self.factors })
    }
}

struct Factors<'a> {
    codes: &'a mut Vec<Code>,
}

impl Block for Factors<'_> {
    const SPEC: &'static BlockSpec = &spec::FACTORS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        self.codes.push(check.code(field, CodeSet::AssessmentFactor, text));
    }
}

impl Block for CinPlan {
    const SPEC: &'static BlockSpec = &spec::CIN_PLAN_DATES;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        let date = check.event(field, text);
        if field == "CINPlanStartDate" { self.start_date = date } else { self.end_date = date }
    }
}

impl Block for Section47 {
    const SPEC: &'static BlockSpec = &spec::SECTION_47;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        match field {
            "S47ActualStartDate" => self.start_date = check.event(field, text),
            "InitialCPCtarget" => self.initial_cpc_target = check.event(field, text),
            "DateOfInitialCPC" => self.initial_cpc_date = check.event(field, text),
            _ => self.icpc_not_required = check.boolean(field, text),
        }
    }
}

impl Block for ChildProtectionPlan {
    const SPEC: &'static BlockSpec = &spec::CHILD_PROTECTION_PLANS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        match field {
            "CPPstartDate" => self.start_date = check.event(field, text),
            "CPPendDate" => self.end_date = check.event(field, text),
            "InitialCategoryOfAbuse" => {
                self.initial_category = Some(check.code(field, CodeSet::CategoryOfAbuse, text));
            }
            "LatestCategoryOfAbuse" => {
                self.latest_category = Some(check.code(field, CodeSet::CategoryOfAbuse, text));
            }
            _ => self.previous_plans = check.count(field, text),
        }
    }

    fn block<R: Read>(&mut self, _field: &'static str, parser: &mut Parser<R>) -> Result<(), Stop> {
        parser.read(&mut Reviews { dates: &mut self.reviews })
    }
}

struct Reviews<'a> {
    dates: &'a mut Vec<NaiveDate>,
}

impl Block for Reviews<'_> {
    const SPEC: &'static BlockSpec = &spec::REVIEWS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        self.dates.extend(check.event(field, text));
    }
}

impl Block for PreProceedings {
    const SPEC: &'static BlockSpec = &spec::PRE_PROCEEDINGS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        // The names and types are not confirmed, so what stands there is kept as well.
        let path = format!("CINdetails/{}/{field}", Self::SPEC.name);
        self.raw.push(UnknownElement { path, text: text.to_owned(), line: check.line });
        match field {
            "PPStartDate" => self.start_date = check.event(field, text),
            "LBPSentDate" => self.letter_sent_date = check.event(field, text),
            "FGDMMeetingOffer" => self.fgdm_offered = check.boolean(field, text),
            "FGDMMeetingFac" => self.fgdm_facilitated = check.boolean(field, text),
            "InitialPPMeetingDate" => self.initial_meeting_date = check.event(field, text),
            "ReviewMeetingsCount" => self.review_meetings = check.count(field, text),
            "StepDecisionDate" => self.step_decision_date = check.event(field, text),
            "PPOutcome" => self.outcome = Some(text.to_owned()),
            "CourtAppDate" => self.court_application_date = check.event(field, text),
            _ => self.letter_of_issue_date = check.event(field, text),
        }
    }
}
