//! The lines of a chronology, from a child's history. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use returns::codes::{CodeSet, label};
use uuid::Uuid;

use crate::model::{CpPlan, Episode, History};

choices! {
    /// What kind of thing happened, by which a chronology is filtered.
    Kind {
        /// A referral or the closure of its episode.
        Referral = "referral", "Referrals and closures";
        /// An assessment.
        Assessment = "assessment", "Assessments";
        /// An enquiry under section 47 or its conference.
        Enquiry = "enquiry", "Section 47 enquiries and conferences";
        /// A child protection plan or its review.
        Protection = "protection", "Child protection plans and reviews";
        /// A child in need plan.
        InNeed = "in-need", "Child in need plans";
        /// Pre-proceedings.
        PreProceedings = "pre-proceedings", "Pre-proceedings";
        /// A worker began or ended.
        Allocation = "allocation", "Allocation";
        /// What other parts of Nearhand tell.
        Other = "other", "Other work";
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it happened.
    pub happened_on: NaiveDate,
    /// What kind.
    pub kind: Kind,
    /// The sector's name for it.
    pub what: String,
    /// Further words.
    pub detail: String,
    /// The entry of a return that tells it; `None` where it comes from Nearhand itself.
    pub told_by: Option<Uuid>,
    /// Where it comes from, for a person: the name of the file.
    pub source: String,
    /// Since when the record has known it.
    pub known_since: Option<DateTime<Utc>>,
}

impl Line {
    /// What makes two tellings of a thing the same thing: the name and the day.
    pub fn key(&self) -> (NaiveDate, String) {
        (self.happened_on, self.what.clone())
    }
}

/// The lines of a history, in order, without sources yet. What has no date is left out: it has no place in an
/// order of days.
pub fn lines(history: &History) -> Vec<Line> {
    let mut lines = Lines(vec![]);
    for episode in &history.episodes {
        lines.episode(episode);
        for plan in &episode.cp_plans {
            lines.protection_plan(plan);
        }
    }
    let mut lines = lines.0;
    lines.sort_by(|a, b| {
        (a.happened_on, a.kind.slug(), &a.what).cmp(&(b.happened_on, b.kind.slug(), &b.what))
    });
    lines
}

struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, on: Option<NaiveDate>, kind: Kind, what: &str, detail: String, told_by: Uuid) {
        if let Some(happened_on) = on {
            self.0.push(Line {
                happened_on,
                kind,
                what: what.to_owned(),
                detail,
                told_by: Some(told_by),
                source: String::new(),
                known_since: None,
            });
        }
    }

    fn episode(&mut self, episode: &Episode) {
        let facts = &episode.episode.facts;
        let by = facts.person_return_id;
        let mut detail = vec![];
        if let Some(source) = &facts.referral_source_code {
            detail.push(format!("From: {}", words(CodeSet::ReferralSource, source)));
        }
        if let Some(need) = &facts.primary_need_code {
            detail.push(format!("Primary need: {}", words(CodeSet::PrimaryNeed, need)));
        }
        if facts.referral_nfa == Some(true) {
            detail.push("No further action".to_owned());
        }
        self.add(facts.referral_date, Kind::Referral, "Referral", detail.join(". "), by);
        for one in &episode.assessments {
            let (facts, by) = (&one.facts, one.facts.person_return_id);
            self.add(facts.start_date, Kind::Assessment, "Assessment started", String::new(), by);
            let factors: Vec<String> = serde_json::from_str(&facts.factors).unwrap_or_default();
            let factors: Vec<String> =
                factors.iter().map(|code| words(CodeSet::AssessmentFactor, code)).collect();
            let detail =
                if factors.is_empty() { String::new() } else { format!("Factors: {}", factors.join("; ")) };
            self.add(facts.auth_date, Kind::Assessment, "Assessment authorised", detail, by);
        }
        for one in &episode.enquiries {
            let (facts, by) = (&one.facts, one.facts.person_return_id);
            let detail = match facts.icpc_not_required {
                Some(true) => "No initial conference was required".to_owned(),
                _ => String::new(),
            };
            self.add(facts.start_date, Kind::Enquiry, "Section 47 enquiry started", detail, by);
            self.add(facts.icpc_date, Kind::Enquiry, CONFERENCE, String::new(), by);
        }
        for one in &episode.conferences {
            let by = one.facts.person_return_id;
            self.add(Some(one.facts.icpc_date), Kind::Enquiry, CONFERENCE, String::new(), by);
        }
        for one in &episode.cin_plans {
            let (facts, by) = (&one.facts, one.facts.person_return_id);
            self.add(facts.start_date, Kind::InNeed, "Child in need plan started", String::new(), by);
            self.add(facts.end_date, Kind::InNeed, "Child in need plan ended", String::new(), by);
        }
        self.pre_proceedings(episode);
        let why = facts.close_reason.as_deref().map(|code| words(CodeSet::ClosureReason, code));
        self.add(facts.close_date, Kind::Referral, "Episode closed", why.unwrap_or_default(), by);
    }

    fn pre_proceedings(&mut self, episode: &Episode) {
        for one in &episode.pre_proceedings {
            let (facts, by) = (&one.facts, one.facts.person_return_id);
            for (on, what) in [
                (facts.start_date, "Pre-proceedings started"),
                (facts.letter_sent_date, "Letter before proceedings sent"),
                (facts.initial_meeting_date, "First pre-proceedings meeting"),
                (facts.step_decision_date, "Decision to step down or to issue"),
                (facts.letter_of_issue_date, "Letter of issue sent"),
                (facts.court_application_date, "Application to the court"),
            ] {
                self.add(on, Kind::PreProceedings, what, String::new(), by);
            }
        }
    }

    fn protection_plan(&mut self, plan: &CpPlan) {
        let (facts, by) = (&plan.plan.facts, plan.plan.facts.person_return_id);
        let category = |code: &Option<String>| {
            code.as_deref().map(|code| format!("Category: {}", words(CodeSet::CategoryOfAbuse, code)))
        };
        let detail = category(&facts.initial_category).unwrap_or_default();
        self.add(facts.start_date, Kind::Protection, "Child protection plan started", detail, by);
        for review in &plan.reviews {
            let by = review.facts.person_return_id;
            let on = Some(review.facts.review_date);
            self.add(on, Kind::Protection, "Review conference", String::new(), by);
        }
        let detail = category(&facts.latest_category).unwrap_or_default();
        self.add(facts.end_date, Kind::Protection, "Child protection plan ended", detail, by);
    }
}

const CONFERENCE: &str = "Initial child protection conference";

/// What a code means, and the code; a code that no set has stays as the file wrote it.
pub(crate) fn words(set: CodeSet, code: &str) -> String {
    label(set, code).map_or_else(|| format!("code {code}, not known"), |label| format!("{label} ({code})"))
}
