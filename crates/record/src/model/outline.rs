//! The outline of a child's returns: when things happened, without what else the returns say of them. For counting
//! everybody, where reading everything would cost many times as much. Pure.
//!
//! Outlines are merged by the rules of [`merge()`](super::merge()): the outline of a history is the history of the outlines.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    merge::{Event, Happening, Merged, add, same},
    returned::{ReturnedEpisode, YearReturn},
};

/// The outline of one child's entry in one return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnOutline {
    /// The child.
    pub person_id: Uuid,
    /// Closing year of the return.
    pub collection_year: i32,
    /// The authority's identifier of the child.
    pub la_child_id: String,
    /// Which of the entries of that identifier in the return it is.
    pub occurrence: i32,
    /// Unique pupil number.
    pub upn: Option<String>,
    /// Former unique pupil number.
    pub former_upn: Option<String>,
    /// Date of birth.
    pub dob: Option<NaiveDate>,
    /// Expected date of birth.
    pub expected_dob: Option<NaiveDate>,
    /// Its episodes, in the order of the file.
    pub episodes: Vec<EpisodeOutline>,
}

/// The outline of an episode of need, as one return tells it. Lists are in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EpisodeOutline {
    /// The referral and the closure.
    pub facts: Referred,
    /// Its assessments: start and authorisation.
    pub assessments: Vec<Days>,
    /// Its section 47 enquiries: start and initial conference.
    pub enquiries: Vec<Days>,
    /// Conferences that the episode itself tells: the day, and no end.
    pub conferences: Vec<Days>,
    /// Its child protection plans.
    pub cp_plans: Vec<Planned>,
}

/// When an episode began and ended, and who referred.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Referred {
    /// `CINreferralDate`.
    pub referral_date: Option<NaiveDate>,
    /// `ReferralSource`.
    pub referral_source_code: Option<String>,
    /// `CINclosureDate`.
    pub close_date: Option<NaiveDate>,
}

/// When something began and ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// The first day.
    pub began: Option<NaiveDate>,
    /// The last day.
    pub ended: Option<NaiveDate>,
}

/// When a child protection plan began and ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Planned {
    /// First and last day.
    pub days: Days,
    /// `NumberOfPreviousCPP`.
    pub number_previous: Option<i32>,
}

/// An episode as all returns tell it. Every list is ordered by its first day, unknown days first.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedOutline {
    /// The referral and the closure.
    pub episode: Event<Referred>,
    /// Its assessments.
    pub assessments: Vec<Event<Days>>,
    /// Its section 47 enquiries.
    pub enquiries: Vec<Event<Days>>,
    /// Conferences that the episode itself tells.
    pub conferences: Vec<Event<Days>>,
    /// Its child protection plans.
    pub cp_plans: Vec<Event<Planned>>,
}

impl Happening for Referred {
    fn began(&self) -> Option<NaiveDate> {
        self.referral_date
    }
    fn ended(&self) -> Option<NaiveDate> {
        self.close_date
    }
}

impl Happening for Days {
    fn began(&self) -> Option<NaiveDate> {
        self.began
    }
    fn ended(&self) -> Option<NaiveDate> {
        self.ended
    }
}

impl Happening for Planned {
    fn began(&self) -> Option<NaiveDate> {
        self.days.began
    }
    fn ended(&self) -> Option<NaiveDate> {
        self.days.ended
    }
}

impl Merged for MergedOutline {
    type Facts = Referred;
    fn event(&self) -> &Event<Referred> {
        &self.episode
    }
}

/// Every episode of a child's live returns, earliest referral first. The order of the returns does not matter.
pub fn merge_outlines(mut returns: Vec<ReturnOutline>) -> Vec<MergedOutline> {
    returns.sort_by(|a, b| {
        let key = |one: &ReturnOutline| (one.collection_year, one.occurrence);
        key(a).cmp(&key(b)).then_with(|| a.la_child_id.cmp(&b.la_child_id))
    });
    let mut merged: Vec<MergedOutline> = Vec::new();
    for one in returns {
        let year = one.collection_year;
        for told in one.episodes {
            let place = same(&merged, &told.facts, year);
            match place.and_then(|place| merged.get_mut(place)) {
                Some(episode) => {
                    episode.episode.retell(told.facts, year);
                    add(&mut episode.assessments, told.assessments, year);
                    add(&mut episode.enquiries, told.enquiries, year);
                    add(&mut episode.conferences, told.conferences, year);
                    add(&mut episode.cp_plans, told.cp_plans, year);
                }
                None => merged.push(MergedOutline::new(told, year)),
            }
        }
    }
    merged.sort_by_key(|one| one.episode.facts.referral_date);
    merged
}

impl MergedOutline {
    fn new(told: EpisodeOutline, year: i32) -> Self {
        let mut new = Self {
            episode: Event::new(told.facts, year),
            assessments: vec![],
            enquiries: vec![],
            conferences: vec![],
            cp_plans: vec![],
        };
        add(&mut new.assessments, told.assessments, year);
        add(&mut new.enquiries, told.enquiries, year);
        add(&mut new.conferences, told.conferences, year);
        add(&mut new.cp_plans, told.cp_plans, year);
        new
    }
}

impl From<&YearReturn> for ReturnOutline {
    fn from(told: &YearReturn) -> Self {
        let entry = &told.entry;
        Self {
            person_id: entry.person_id,
            collection_year: entry.collection_year,
            la_child_id: entry.la_child_id.clone(),
            occurrence: entry.occurrence,
            upn: entry.upn.clone(),
            former_upn: entry.former_upn.clone(),
            dob: entry.dob,
            expected_dob: entry.expected_dob,
            episodes: told.episodes.iter().map(EpisodeOutline::from).collect(),
        }
    }
}

impl From<&ReturnedEpisode> for EpisodeOutline {
    fn from(told: &ReturnedEpisode) -> Self {
        Self {
            facts: Referred {
                referral_date: told.facts.referral_date,
                referral_source_code: told.facts.referral_source_code.clone(),
                close_date: told.facts.close_date,
            },
            assessments: told
                .assessments
                .iter()
                .map(|one| Days { began: one.start_date, ended: one.auth_date })
                .collect(),
            enquiries: told
                .enquiries
                .iter()
                .map(|one| Days { began: one.start_date, ended: one.icpc_date })
                .collect(),
            conferences: told
                .conferences
                .iter()
                .map(|one| Days { began: Some(one.icpc_date), ended: None })
                .collect(),
            cp_plans: told
                .cp_plans
                .iter()
                .map(|one| Planned {
                    days: Days { began: one.facts.start_date, ended: one.facts.end_date },
                    number_previous: one.facts.number_previous,
                })
                .collect(),
        }
    }
}
