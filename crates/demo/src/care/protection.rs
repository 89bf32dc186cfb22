//! Child protection plans: which start, which end, and the enquiries and conferences that lead to them.

use crate::calendar::{Day, add_working_days, last_working_day, next_working_day};
use crate::random::{Stream, mix};
use crate::table::Id;

use super::episode::{Assessment, Enquiry, Episode, Outcome, ProtectionPlan};
use super::outcomes::New;
use super::{Care, Year, shares};

/// The shortest plan, in days.
const SHORTEST: i32 = 80;

/// Starts and ends the year's plans.
pub(super) fn run(care: &mut Care, year: &mut Year<'_>, open: &[Id<Episode>], new: &New) {
    start(care, year, open, new);
    end(care, year);
}

/// Review conferences for five years: the first within three months, then within six.
pub(super) fn reviews(stream: &mut Stream, start: Day) -> Vec<Day> {
    let mut day = last_working_day(start + stream.between(70, 90));
    let mut reviews = vec![day];
    while day - start < 1800 {
        day = last_working_day(day + stream.between(150, 180));
        reviews.push(day);
    }
    reviews
}

fn start(care: &mut Care, year: &mut Year<'_>, open: &[Id<Episode>], new: &New) {
    let wanted = year.totals.plans_started as usize;
    let again = year.totals.plans_second_or_subsequent as usize;
    let candidates = candidates(care, year, open, new);
    let (mut repeat, mut first): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|&id| care.records[care.episodes[id].record].plans > 0);
    repeat.truncate(again);
    let known_before = repeat.len();
    first.truncate(wanted - known_before);
    // Some children had their earlier plans before the simulated time, or elsewhere.
    let unseen = again - known_before;
    let chosen: Vec<_> = repeat
        .into_iter()
        .map(|id| (id, false))
        .chain(first.into_iter().zip((0..).map(|n| n < unseen)))
        .collect();
    for (id, had_earlier_plan) in chosen {
        start_one(care, year, id, had_earlier_plan);
    }
}

/// Episodes on which a plan can start in the year: about two new ones for each older one, brothers and
/// sisters together.
fn candidates(care: &Care, year: &mut Year<'_>, open: &[Id<Episode>], new: &New) -> Vec<Id<Episode>> {
    let census = year.census;
    let salt = year.stream.bits();
    let fresh = new.episodes.iter().filter(|begun| begun.next.is_none()).map(|begun| (begun.id, 1.0));
    let closing: std::collections::HashSet<_> = new.close_before.iter().map(|&(id, _)| id).collect();
    let older = open.iter().filter(|id| !closing.contains(id)).map(|&id| (id, 0.5));
    let mut keyed: Vec<(f64, Id<Episode>)> = fresh
        .chain(older)
        .filter(|&(id, _)| {
            let episode = &care.episodes[id];
            let person = care.person(year.world, episode);
            episode.outcome == Outcome::InNeed
                && episode.referral.max(episode.busy_until) <= census.end + -50
                && !episode.on_plan_at(census.start)
                && person.birth < census.end + -50
                && person.birth.plus_years(18) > census.end + 30
        })
        .map(|(id, weight)| {
            let family = care.person(year.world, &care.episodes[id]).family.number();
            let unit = crate::random::mix_unit(salt, u64::from(family));
            let own = crate::random::mix_unit(mix(salt, 7), u64::from(id.number()));
            // Mostly the family decides, so that children of one family come together.
            (-libm::log(1.0 - (0.85 * unit + 0.15 * own)) / weight, id)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    keyed.into_iter().map(|(_, id)| id).collect()
}

fn start_one(care: &mut Care, year: &mut Year<'_>, id: Id<Episode>, had_earlier_plan: bool) {
    let census = year.census;
    let stream = &mut year.stream;
    let record = care.episodes[id].record;
    let birth = year.world.people[care.records[record].person].birth;
    let episode = &mut care.episodes[id];
    let last = last_working_day(census.end);
    let is_new = census.holds(episode.referral);
    let begin = if is_new {
        episode.referral.max(birth + -60) + stream.between(0, 14)
    } else {
        let from = census.start.max(episode.busy_until + 1).max(birth + -60);
        from + stream.between(0, (census.end + -45) - from)
    };
    let begin = begin.min(census.end + -14);
    let conference = add_working_days(begin, shares::conference_days(stream)).min(last);
    episode.enquiries.push(Enquiry { start: begin, conference: Some(conference) });
    if !is_new {
        let end = add_working_days(begin, shares::assessment_days(stream).clamp(5, 40));
        let age = birth.age_on(end);
        episode.assessments.push(Assessment {
            start: begin,
            end,
            factors: shares::factors(stream, age, end),
        });
        episode.keep_busy(end);
    }
    let previous =
        care.records[record].plans + u16::from(had_earlier_plan) * (1 + u16::from(stream.chance(0.2)));
    let initial = shares::category(stream);
    let latest = if stream.chance(0.08) { shares::category(stream) } else { initial };
    episode.plans.push(ProtectionPlan {
        start: conference,
        end: None,
        initial_category: initial,
        latest_category: latest,
        previous_plans: previous,
        reviews: reviews(stream, conference),
    });
    care.records[record].plans = previous + 1;
    episode.keep_busy(conference + 1);
}

/// Ends as many plans as leaves the published number open at 31 March.
fn end(care: &mut Care, year: &mut Year<'_>) {
    let census = year.census;
    let mut running: Vec<(f64, Id<Episode>, Day, Day)> = Vec::new();
    let mut count = 0;
    let ids: Vec<_> = care.episodes.ids().collect();
    for id in ids {
        let birth = care.person(year.world, &care.episodes[id]).birth;
        let Some(plan) = care.episodes[id].open_plan() else { continue };
        count += 1;
        let earliest = census.start.max(plan.start + SHORTEST);
        let adult = birth.plus_years(18) + -1;
        let latest = census.end.min(adult);
        if earliest > latest && adult > census.end {
            continue;
        }
        let room = f64::from(latest - earliest + 1);
        let score = if adult <= census.end { 0.0 } else { year.stream.exponential(190.0) / room };
        running.push((score, id, earliest.min(latest), latest));
    }
    running.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let ending = count - (year.totals.plans_at_31_march as usize).min(count);
    for (score, id, earliest, latest) in running.into_iter().take(ending) {
        let room = latest - earliest;
        let into = if score > 0.0 && score < 1.0 {
            (score * f64::from(room)) as i32
        } else {
            year.stream.between(0, room)
        };
        let day = next_working_day(earliest + into);
        let day = if day > latest { last_working_day(latest) } else { day };
        let episode = &mut care.episodes[id];
        if let Some(plan) = episode.open_plan() {
            plan.end = Some(day.max(plan.start + 1));
        }
        episode.keep_busy(day + 1);
    }
}
