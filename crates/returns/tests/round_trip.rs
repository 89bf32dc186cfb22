//! Random children, written as XML, come back as they were.

#![expect(clippy::unwrap_used, reason = "generators of tests may panic like tests")]
mod common;

use chrono::{Days, NaiveDate};
use common::{Counts, census, read};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use returns::cin::{Assessment, Child, ChildProtectionPlan, CinEpisode, CinPlan, Section47, Sex};
use returns::codes::{Code, CodeSet};
use returns::upn::Upn;
use returns::{CollectionYear, Limits};

fn date() -> impl Strategy<Value = NaiveDate> {
    // 1 January 2015 to late 2023: plausible in a return of 2023-24.
    (0..3_200_u64).prop_map(|days| NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + Days::new(days))
}

fn code(set: CodeSet) -> impl Strategy<Value = Code> {
    let year = CollectionYear::new(2024).unwrap();
    let valid: Vec<_> = set.entries().iter().filter(|entry| entry.valid_in(year)).collect();
    select(valid).prop_map(move |entry| Code::new(set, &entry.code))
}

fn upn() -> impl Strategy<Value = String> {
    (100_000_000_000..1_000_000_000_000_u64)
        .prop_map(|body| Upn::from_body(&body.to_string()).unwrap().to_string())
}

prop_compose! {
    fn assessment()(
        start_date in date().prop_map(Some),
        internal_review_date in of(date()),
        authorisation_date in of(date()),
        factors in prop::collection::vec(code(CodeSet::AssessmentFactor), 0..4),
    ) -> Assessment {
        Assessment { start_date, internal_review_date, authorisation_date, factors }
    }
}

prop_compose! {
    fn plan()(start_date in date().prop_map(Some), end_date in of(date())) -> CinPlan {
        CinPlan { start_date, end_date }
    }
}

prop_compose! {
    fn section47()(
        start_date in date().prop_map(Some),
        initial_cpc_target in of(date()),
        initial_cpc_date in of(date()),
        icpc_not_required in any::<bool>().prop_map(Some),
    ) -> Section47 {
        Section47 { start_date, initial_cpc_target, initial_cpc_date, icpc_not_required }
    }
}

prop_compose! {
    fn protection()(
        start_date in date().prop_map(Some),
        end_date in of(date()),
        initial_category in code(CodeSet::CategoryOfAbuse).prop_map(Some),
        latest_category in code(CodeSet::CategoryOfAbuse).prop_map(Some),
        previous_plans in (0..9_u32).prop_map(Some),
        reviews in prop::collection::vec(date(), 0..3),
    ) -> ChildProtectionPlan {
        ChildProtectionPlan { start_date, end_date, initial_category, latest_category, previous_plans, reviews }
    }
}

prop_compose! {
    fn episode()(
        (referral_date, closure_date, initial_cpc_date) in (date().prop_map(Some), of(date()), of(date())),
        referral_source in code(CodeSet::ReferralSource).prop_map(Some),
        primary_need in of(code(CodeSet::PrimaryNeed)),
        closure_reason in of(code(CodeSet::ClosureReason)),
        referral_nfa in any::<bool>().prop_map(Some),
        assessments in prop::collection::vec(assessment(), 0..3),
        cin_plans in prop::collection::vec(plan(), 0..3),
        section47s in prop::collection::vec(section47(), 0..3),
        cp_plans in prop::collection::vec(protection(), 0..3),
    ) -> CinEpisode {
        CinEpisode {
            referral_date, referral_source, primary_need, closure_date, closure_reason, initial_cpc_date,
            referral_nfa, assessments, cin_plans, section47s, cp_plans, pre_proceedings: Vec::new(),
            unknown: Vec::new(),
        }
    }
}

prop_compose! {
    fn child()(
        la_child_id in "[A-Za-z0-9<>&\"' é]{0,12}[A-Z]",
        (upn, former_upn) in (of(upn()), of(upn())),
        upn_unknown in of(code(CodeSet::UpnUnknown)),
        (birth_date, expected_birth_date, death_date) in (of(date()), of(date()), of(date())),
        given in select(vec!["0", "1", "2", "9"]),
        ethnicity in code(CodeSet::Ethnicity).prop_map(Some),
        disabilities in prop::collection::vec(code(CodeSet::Disability), 0..3),
        episodes in prop::collection::vec(episode(), 1..4),
    ) -> Child {
        let sex = match given { "1" => Sex::Male, "2" => Sex::Female, _ => Sex::Unknown };
        Child {
            la_child_id: la_child_id.trim().to_owned(), upn, former_upn, upn_unknown, birth_date,
            expected_birth_date, sex: Some(sex), sex_as_given: Some(given.to_owned()), death_date, ethnicity,
            disabilities, episodes, unknown: Vec::new(),
        }
    }
}

/// Writes elements, `close` telling whether a bare `<a/>` or white space is used where XML allows it.
struct Writer {
    xml: String,
}

impl Writer {
    fn leaf(&mut self, name: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&#62;");
        self.xml.push_str(&format!("  <{name}> {text}\n</{name}>"));
    }

    fn maybe(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.leaf(name, &value.to_string());
        }
    }

    fn block(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.xml.push_str(&format!("\n<{name}>"));
        inside(self);
        self.xml.push_str(&format!("\n</{name} >"));
    }

    fn child(&mut self, child: &Child) {
        self.block("Child", |to| {
            to.block("ChildIdentifiers", |to| {
                to.leaf("LAchildID", &child.la_child_id);
                to.maybe("UPN", child.upn.as_ref());
                to.maybe("FormerUPN", child.former_upn.as_ref());
                to.maybe("UPNunknown", child.upn_unknown.as_ref());
                to.maybe("PersonBirthDate", child.birth_date);
                to.maybe("ExpectedPersonBirthDate", child.expected_birth_date);
                to.maybe("GenderCurrent", child.sex_as_given.as_ref());
                to.maybe("PersonDeathDate", child.death_date);
            });
            to.block("ChildCharacteristics", |to| {
                to.maybe("Ethnicity", child.ethnicity.as_ref());
                to.block("Disabilities", |to| {
                    child.disabilities.iter().for_each(|code| to.leaf("Disability", code.as_str()));
                });
            });
            child.episodes.iter().for_each(|episode| to.episode(episode));
        });
    }

    fn episode(&mut self, episode: &CinEpisode) {
        self.block("CINdetails", |to| {
            to.maybe("CINreferralDate", episode.referral_date);
            to.maybe("ReferralSource", episode.referral_source.as_ref());
            to.maybe("PrimaryNeedCode", episode.primary_need.as_ref());
            to.maybe("CINclosureDate", episode.closure_date);
            to.maybe("ReasonForClosure", episode.closure_reason.as_ref());
            to.maybe("DateOfInitialCPC", episode.initial_cpc_date);
            for assessment in &episode.assessments {
                to.block("Assessments", |to| {
                    to.maybe("AssessmentActualStartDate", assessment.start_date);
                    to.maybe("AssessmentInternalReviewDate", assessment.internal_review_date);
                    to.maybe("AssessmentAuthorisationDate", assessment.authorisation_date);
                    to.block("FactorsIdentifiedAtAssessment", |to| {
                        assessment
                            .factors
                            .iter()
                            .for_each(|code| to.leaf("AssessmentFactors", code.as_str()));
                    });
                });
            }
            for plan in &episode.cin_plans {
                to.block("CINPlanDates", |to| {
                    to.maybe("CINPlanStartDate", plan.start_date);
                    to.maybe("CINPlanEndDate", plan.end_date);
                });
            }
            for enquiry in &episode.section47s {
                to.block("Section47", |to| {
                    to.maybe("S47ActualStartDate", enquiry.start_date);
                    to.maybe("InitialCPCtarget", enquiry.initial_cpc_target);
                    to.maybe("DateOfInitialCPC", enquiry.initial_cpc_date);
                    to.maybe("ICPCnotRequired", enquiry.icpc_not_required.map(u8::from));
                });
            }
            to.maybe("ReferralNFA", episode.referral_nfa.map(u8::from));
            for plan in &episode.cp_plans {
                to.block("ChildProtectionPlans", |to| {
                    to.maybe("CPPstartDate", plan.start_date);
                    to.maybe("CPPendDate", plan.end_date);
                    to.maybe("InitialCategoryOfAbuse", plan.initial_category.as_ref());
                    to.maybe("LatestCategoryOfAbuse", plan.latest_category.as_ref());
                    to.maybe("NumberOfPreviousCPP", plan.previous_plans);
                    to.block("Reviews", |to| {
                        plan.reviews.iter().for_each(|date| to.leaf("CPPreviewDate", &date.to_string()));
                    });
                });
            }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn children_come_back_as_they_were(children in prop::collection::vec(child(), 0..4)) {
        let mut writer = Writer { xml: String::new() };
        children.iter().for_each(|child| writer.child(child));
        let whole = read(census(2024, &writer.xml).as_bytes(), Limits::default()).unwrap();
        prop_assert!(whole.end.is_none());
        let mut problems = whole.counts();
        problems.remove("duplicate-id");
        prop_assert_eq!(problems, Counts::new());
        let back: Vec<Child> = whole.taken().into_iter().cloned().collect();
        prop_assert_eq!(back, children);
    }
}
