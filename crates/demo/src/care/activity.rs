//! Assessments and section 47 enquiries, set between the days that are already fixed.

use crate::calendar::{Day, add_working_days, is_working_day, last_working_day, next_working_day};
use crate::table::Id;

use super::episode::{Assessment, Enquiry, Episode, Outcome};
use super::outcomes::{Begun, New};
use super::{Care, Year, shares};

/// Fills in the year's work on new and older episodes.
pub(super) fn run(care: &mut Care, year: &mut Year<'_>, open: &[Id<Episode>], new: &New) {
    for begun in &new.episodes {
        match care.episodes[begun.id].outcome {
            Outcome::NoFurtherAction => {}
            Outcome::NotInNeed => assess_and_close(care, year, begun),
            Outcome::InNeed => first_assessment(care, year, begun.id),
        }
    }
    for &id in open {
        if year.stream.chance(0.13) {
            let episode = &care.episodes[id];
            let from = year.census.start.max(episode.busy_until + 1);
            let to = episode.closure.unwrap_or(year.census.end).min(year.census.end) + -8;
            if from < to {
                let start = next_working_day(from + year.stream.between(0, to - from)).min(to);
                assess(care, year, id, start);
            }
        }
    }
    enquiries(care, year, open, new);
    for id in open.iter().copied().chain(new.episodes.iter().map(|begun| begun.id)) {
        let episode = &mut care.episodes[id];
        episode.assessments.sort_by_key(|a| a.start);
        episode.enquiries.sort_by_key(|e| e.start);
    }
}

/// An assessment that ends before the episode closes, or as long after as it takes.
fn assess(care: &mut Care, year: &mut Year<'_>, id: Id<Episode>, start: Day) {
    let birth = care.person(year.world, &care.episodes[id]).birth;
    let mut end = add_working_days(start, shares::assessment_days(&mut year.stream));
    let episode = &mut care.episodes[id];
    if let Some(closure) = episode.closure.filter(|&closure| closure < end) {
        end = last_working_day(closure).max(start);
    }
    let factors = shares::factors(&mut year.stream, birth.age_on(end), end);
    episode.assessments.push(Assessment { start, end, factors });
    episode.keep_busy(end);
}

/// The assessment after a referral, begun within two days.
fn first_assessment(care: &mut Care, year: &mut Year<'_>, id: Id<Episode>) {
    let episode = &care.episodes[id];
    let start = (episode.referral + year.stream.between(0, 2))
        .min(episode.closure.unwrap_or(year.census.end))
        .min(year.census.end);
    assess(care, year, id, start);
}

/// An assessment that finds no need and closes the episode within the year.
fn assess_and_close(care: &mut Care, year: &mut Year<'_>, begun: &Begun) {
    let birth = care.person(year.world, &care.episodes[begun.id]).birth;
    let referral = care.episodes[begun.id].referral;
    let limit = begun.next.map_or(year.census.end, |next| next + -1).min(year.census.end);
    let start = (referral + year.stream.between(0, 2)).min(limit);
    let usual = add_working_days(start, shares::assessment_days(&mut year.stream));
    let end = if usual <= limit {
        usual
    } else {
        last_working_day(start + year.stream.between((limit - start) / 2, limit - start)).max(start)
    };
    let closure = (end + year.stream.between(0, 4)).min(limit);
    let factors = shares::factors(&mut year.stream, birth.age_on(end), end);
    let reason = shares::assessed_reason(&mut year.stream, closure);
    let episode = &mut care.episodes[begun.id];
    episode.assessments.push(Assessment { start, end, factors });
    episode.closure = Some(closure);
    episode.reason = reason;
}

/// The enquiries that lead to no plan: most need no conference, some have one.
fn enquiries(care: &mut Care, year: &mut Year<'_>, open: &[Id<Episode>], new: &New) {
    let census = year.census;
    let plans = f64::from(year.totals.plans_started);
    let with_conference = (plans * shares::CONFERENCES_WITHOUT_PLAN).round() as usize;
    let transfers = (plans * shares::TRANSFER_CONFERENCES).round() as usize;
    let total = (plans * (shares::ENQUIRIES_PER_PLAN - 1.0)).round() as usize;
    let fresh = new.episodes.iter().map(|begun| (begun.id, true));
    let older = open.iter().map(|&id| (id, false));
    let mut free: Vec<(f64, Id<Episode>, bool)> = fresh
        .chain(older)
        .filter(|&(id, _)| {
            let episode = &care.episodes[id];
            let from = episode.referral.max(census.start);
            let to = episode.closure.unwrap_or(census.end).min(census.end);
            let this_year =
                |e: &Enquiry| e.start >= census.start || e.conference.is_some_and(|c| c >= census.start);
            episode.outcome == Outcome::InNeed
                && to - from >= 18
                && !episode.enquiries.iter().any(this_year)
                && !episode.plans.iter().any(|plan| plan.end.is_none_or(|end| end >= census.start))
        })
        .map(|(id, is_new)| (year.stream.exponential(if is_new { 1.0 } else { 2.2 }), id, is_new))
        .collect();
    free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut transfers_left = transfers;
    let mut saturdays = if year.faults { 1 + with_conference / 40 } else { 0 };
    for (nth, (_, id, is_new)) in free.into_iter().take(total).enumerate() {
        let wants_conference = nth < with_conference;
        if wants_conference && transfers_left > 0 && is_new && care.episodes[id].enquiries.is_empty() {
            transfers_left -= 1;
            transfer(care, year, id);
        } else {
            enquire(care, year, id, is_new, wants_conference, &mut saturdays);
        }
    }
}

/// A conference soon after the referral of a child who came with a plan; no enquiry is made here.
fn transfer(care: &mut Care, year: &mut Year<'_>, id: Id<Episode>) {
    let drawn = year.stream.between(5, 15);
    let episode = &mut care.episodes[id];
    let last = last_working_day(episode.closure.unwrap_or(year.census.end).min(year.census.end));
    let day = add_working_days(episode.referral, drawn).min(last);
    episode.transfer_conference = Some(day);
    episode.keep_busy(day);
}

fn enquire(
    care: &mut Care,
    year: &mut Year<'_>,
    id: Id<Episode>,
    is_new: bool,
    conference: bool,
    saturdays: &mut usize,
) {
    let census = year.census;
    let episode = &care.episodes[id];
    let from = episode.referral.max(census.start);
    let to = episode.closure.unwrap_or(census.end).min(census.end);
    let start =
        if is_new { from + year.stream.between(0, 8) } else { from + year.stream.between(0, to - from - 12) };
    let start = start.min(to + -8);
    let mut day =
        add_working_days(start, shares::conference_days(&mut year.stream)).min(last_working_day(to));
    // A Saturday between the Friday of the conference and the end.
    if conference && *saturdays > 0 && day.weekday() == 4 && day < to && is_working_day(day) {
        day = day + 1;
        *saturdays -= 1;
        care.weekend_conferences += 1;
    }
    let assessed = care.episodes[id].assessments.iter().any(|a| a.end >= census.start);
    let idle = care.episodes[id].busy_until < start;
    let episode = &mut care.episodes[id];
    episode.enquiries.push(Enquiry { start, conference: conference.then_some(day) });
    if conference {
        episode.keep_busy(day);
    }
    // An enquiry on an older case comes with an assessment of its own.
    if !is_new && !assessed && idle {
        assess(care, year, id, start);
    }
}
