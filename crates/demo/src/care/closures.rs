//! Which episodes close in the year, and when.

use std::collections::HashMap;

use crate::calendar::{Day, last_working_day};
use crate::table::Id;

use super::episode::{Episode, Outcome};
use super::outcomes::New;
use super::{Care, Year, shares};

/// An episode of need stays open at least so many days.
const SHORTEST: i32 = 20;

/// Closes as many episodes of need as leaves the published number open at 31 March.
pub(super) fn run(care: &mut Care, year: &mut Year<'_>, open: &[Id<Episode>], new: &New) {
    let census = year.census;
    let before: HashMap<_, _> = new.close_before.iter().copied().collect();
    let mut in_need = 0_usize;
    let mut must: Vec<(Id<Episode>, Day, Day)> = Vec::new();
    let mut may: Vec<(f64, Id<Episode>, Day, Day)> = Vec::new();
    let fresh = new.episodes.iter().map(|begun| (begun.id, begun.next, 190.0));
    let older = open.iter().map(|&id| (id, before.get(&id).copied(), 330.0));
    for (id, next, usual) in fresh.chain(older) {
        let episode = &care.episodes[id];
        if episode.outcome != Outcome::InNeed {
            continue;
        }
        in_need += 1;
        let earliest = census.start.max(episode.referral + SHORTEST).max(episode.busy_until);
        let adult = care.person(year.world, episode).birth.plus_years(18) + -1;
        if let Some(next) = next {
            must.push((id, earliest.min(next + -1), next + -1));
        } else if earliest > census.end || episode.on_plan_at(census.end) {
            continue;
        } else if adult <= census.end {
            let latest = adult.max(earliest);
            must.push((id, earliest, latest));
        } else {
            let room = f64::from(census.end - earliest + 1);
            may.push((year.stream.exponential(usual) / room, id, earliest, census.end));
        }
    }
    let closing = in_need - (year.totals.at_31_march as usize).min(in_need);
    may.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let others = closing.saturating_sub(must.len());
    let must = must.into_iter().map(|(id, earliest, latest)| (1.0, id, earliest, latest));
    for (score, id, earliest, latest) in must.chain(may.into_iter().take(others)) {
        let room = latest - earliest;
        let into = if score < 1.0 { (score * f64::from(room)) as i32 } else { year.stream.between(0, room) };
        let day = earliest + into;
        let working = last_working_day(day);
        let day = if working >= earliest { working } else { day };
        let adult = care.person(year.world, &care.episodes[id]).birth.age_on(day + 30) >= 18;
        let episode = &mut care.episodes[id];
        episode.closure = Some(day);
        episode.reason = shares::closure_reason(&mut year.stream, adult);
    }
}
