//! A child of a census file as the record keeps it, before anything is stored.

use chrono::NaiveDate;
use returns::cin::{Child, CinEpisode};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::entry::Entry;
use crate::{
    entity::{
        cin_assessments, cin_episodes, cin_plans, cp_plans, cp_reviews, initial_cp_conference, person_return,
        pre_proceedings, s47_enquiry,
    },
    model::{ReturnedCpPlan, ReturnedEpisode, Standing, YearReturn},
};

/// What a child's entry needs to know beyond the child.
pub(super) struct Of<'a> {
    /// The file.
    pub(super) import: Uuid,
    /// Closing year of the return.
    pub(super) year: i32,
    /// Makes identifiers.
    pub(super) id: &'a dyn Fn() -> Uuid,
}

/// A list of codes as the record stores it.
fn codes(codes: &[returns::codes::Code]) -> String {
    json(&codes.iter().map(returns::codes::Code::as_str).collect::<Vec<_>>())
}

fn json(value: &impl Serialize) -> String {
    // Strings and dates cannot fail to be written; a list that did would be seen as empty.
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned())
}

fn code(code: Option<&returns::codes::Code>) -> Option<String> {
    code.map(|code| code.as_str().to_owned())
}

/// A pupil number as it is compared: in upper case, without white space around it.
pub(crate) fn upn(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_uppercase()).filter(|text| !text.is_empty())
}

fn ordinal(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX).saturating_add(1)
}

/// The entry of a child in a return, with new identifiers, invisible.
pub(super) fn child(child: &Child, entry: &Entry, person: Uuid, of: &Of<'_>) -> YearReturn {
    let standing = Standing::of(child);
    let id = (of.id)();
    let row = person_return::Model {
        id,
        person_id: person,
        collection_year: of.year,
        la_child_id: child.la_child_id.clone(),
        occurrence: entry.occurrence,
        line: i64::try_from(entry.line).unwrap_or(i64::MAX),
        upn: upn(child.upn.as_ref()),
        former_upn: upn(child.former_upn.as_ref()),
        upn_unknown: code(child.upn_unknown.as_ref()),
        dob: child.birth_date,
        expected_dob: child.expected_birth_date,
        sex: child.sex.map(|sex| sex.code().to_owned()),
        ethnicity: code(child.ethnicity.as_ref()),
        death_date: child.death_date,
        disabilities: codes(&child.disabilities),
        status: standing.status.slug().to_owned(),
        status_since: standing.since,
        extra: json(&child.unknown),
        content_hash: entry.hash.clone(),
        import_file_id: of.import,
        known_from: None,
        known_to: None,
        superseded_by: None,
    };
    let episodes = child
        .episodes
        .iter()
        .enumerate()
        .map(|(index, told)| episode(told, ordinal(index), Keys { entry: id, person, of }))
        .collect();
    YearReturn { entry: row, episodes }
}

#[derive(Clone, Copy)]
struct Keys<'a> {
    entry: Uuid,
    person: Uuid,
    of: &'a Of<'a>,
}

fn episode(told: &CinEpisode, ordinal_of_episode: i32, keys: Keys<'_>) -> ReturnedEpisode {
    let new = keys.of.id;
    let (person_return_id, person_id) = (keys.entry, keys.person);
    let episode_id = new();
    let mut episode = ReturnedEpisode::new(cin_episodes::Model {
        id: episode_id,
        person_return_id,
        person_id,
        ordinal: ordinal_of_episode,
        referral_date: told.referral_date,
        referral_source_code: code(told.referral_source.as_ref()),
        primary_need_code: code(told.primary_need.as_ref()),
        close_date: told.closure_date,
        close_reason: code(told.closure_reason.as_ref()),
        initial_cpc_date: told.initial_cpc_date,
        referral_nfa: told.referral_nfa,
        extra: json(&told.unknown),
    });
    for (index, one) in told.assessments.iter().enumerate() {
        episode.assessments.push(cin_assessments::Model {
            id: new(),
            person_return_id,
            person_id,
            episode_id,
            ordinal: ordinal(index),
            start_date: one.start_date,
            internal_review_date: one.internal_review_date,
            auth_date: one.authorisation_date,
            factors: codes(&one.factors),
        });
    }
    for (index, one) in told.cin_plans.iter().enumerate() {
        episode.cin_plans.push(cin_plans::Model {
            id: new(),
            person_return_id,
            person_id,
            episode_id,
            ordinal: ordinal(index),
            start_date: one.start_date,
            end_date: one.end_date,
        });
    }
    for (index, one) in told.section47s.iter().enumerate() {
        episode.enquiries.push(s47_enquiry::Model {
            id: new(),
            person_return_id,
            person_id,
            episode_id,
            ordinal: ordinal(index),
            start_date: one.start_date,
            icpc_target_date: one.initial_cpc_target,
            icpc_date: one.initial_cpc_date,
            icpc_not_required: one.icpc_not_required,
        });
    }
    if let Some(icpc_date) = told.initial_cpc_date {
        let conference =
            initial_cp_conference::Model { id: new(), person_return_id, person_id, episode_id, icpc_date };
        episode.conferences.push(conference);
    }
    for (index, one) in told.cp_plans.iter().enumerate() {
        let plan = cp_plans::Model {
            id: new(),
            person_return_id,
            person_id,
            episode_id,
            ordinal: ordinal(index),
            start_date: one.start_date,
            end_date: one.end_date,
            initial_category: code(one.initial_category.as_ref()),
            latest_category: code(one.latest_category.as_ref()),
            number_previous: one.previous_plans.and_then(|count| i32::try_from(count).ok()),
        };
        let review = |review_date: &NaiveDate| cp_reviews::Model {
            id: new(),
            person_return_id,
            person_id,
            cp_plan_id: plan.id,
            review_date: *review_date,
        };
        let mut reviews: Vec<cp_reviews::Model> = one.reviews.iter().map(review).collect();
        reviews.sort_by_key(|review| review.review_date);
        episode.cp_plans.push(ReturnedCpPlan { facts: plan, reviews });
    }
    for (index, one) in told.pre_proceedings.iter().enumerate() {
        episode.pre_proceedings.push(pre_proceedings::Model {
            id: new(),
            person_return_id,
            person_id,
            episode_id,
            ordinal: ordinal(index),
            start_date: one.start_date,
            letter_sent_date: one.letter_sent_date,
            fgdm_offered: one.fgdm_offered,
            fgdm_facilitated: one.fgdm_facilitated,
            initial_meeting_date: one.initial_meeting_date,
            review_meetings: one.review_meetings.and_then(|count| i32::try_from(count).ok()),
            step_decision_date: one.step_decision_date,
            outcome: one.outcome.clone(),
            court_application_date: one.court_application_date,
            letter_of_issue_date: one.letter_of_issue_date,
            raw: json(&one.raw),
        });
    }
    episode
}

/// The parts in which two versions of a child's entry differ, in words.
pub(super) fn differences(old: &YearReturn, new: &YearReturn) -> Vec<&'static str> {
    let mut parts: Vec<&'static str> = Vec::new();
    let mut compare = |name: &'static str, old: Value, new: Value| {
        if old != new {
            parts.push(name);
        }
    };
    let identity = |one: &YearReturn| {
        let entry = &one.entry;
        serde_json::json!([
            entry.upn,
            entry.former_upn,
            entry.upn_unknown,
            entry.dob,
            entry.expected_dob,
            entry.sex,
            entry.death_date
        ])
    };
    compare("identity", identity(old), identity(new));
    let characteristics = |one: &YearReturn| serde_json::json!([one.entry.ethnicity, one.entry.disabilities]);
    compare("characteristics", characteristics(old), characteristics(new));
    compare("episodes", content(old, |e| vec![bare(&e.facts)]), content(new, |e| vec![bare(&e.facts)]));
    macro_rules! list {
        ($name:literal, $field:ident) => {
            let all = |one: &YearReturn| content(one, |e| e.$field.iter().map(bare).collect());
            compare($name, all(old), all(new));
        };
    }
    list!("assessments", assessments);
    list!("child in need plans", cin_plans);
    list!("section 47 enquiries", enquiries);
    list!("pre-proceedings", pre_proceedings);
    let plans = |e: &ReturnedEpisode| {
        e.cp_plans
            .iter()
            .flat_map(|p| std::iter::once(bare(&p.facts)).chain(p.reviews.iter().map(bare)))
            .collect()
    };
    compare("child protection plans", content(old, plans), content(new, plans));
    if parts.is_empty() {
        parts.push("other elements");
    }
    parts
}

fn content(one: &YearReturn, of: impl Fn(&ReturnedEpisode) -> Vec<Value>) -> Value {
    one.episodes.iter().map(|episode| Value::Array(of(episode))).collect()
}

/// A row without its identifiers.
fn bare(row: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(row).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| name != "id" && !name.ends_with("_id") && name != "ordinal");
    }
    value
}
