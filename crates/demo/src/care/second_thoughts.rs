//! Cases that were open when a year closed and were then assessed as not in need.
//!
//! The Department counts such a case at 31 March, because nobody knew better then, and leaves it out of the
//! next year's count. That is why fewer episodes come into many published years than stood at the end of the
//! year before, most of all where much is assessed as not in need.

use std::collections::HashSet;

use crate::calendar::{last_working_day, next_working_day};
use crate::table::Id;

use super::episode::{Assessment, Episode};
use super::{Care, Year, shares};

/// Closes as many of the open episodes as the published totals leave out, the latest referrals first. Gives
/// the others.
pub(super) fn close(
    care: &mut Care,
    year: &mut Year<'_>,
    open: Vec<Id<Episode>>,
    coming_again: &HashSet<Id<Episode>>,
) -> Vec<Id<Episode>> {
    let census = year.census;
    let carried = (year.totals.any_point_episodes - year.totals.started_episodes) as usize;
    let wanted = open.len().saturating_sub(carried);
    let mut candidates: Vec<Id<Episode>> = open
        .iter()
        .copied()
        .filter(|id| {
            let episode = &care.episodes[*id];
            episode.enquiries.is_empty()
                && episode.plans.is_empty()
                && episode.transfer_conference.is_none()
                && episode.referral >= census.start.plus_years(-2)
                && episode.busy_until < census.end + -30
                && !coming_again.contains(id)
        })
        .collect();
    candidates.sort_by_key(|&id| std::cmp::Reverse((care.episodes[id].referral, id)));
    candidates.truncate(wanted);
    for &id in &candidates {
        let birth = care.person(year.world, &care.episodes[id]).birth;
        let episode = &mut care.episodes[id];
        let from = episode.busy_until.max(census.start);
        let close = last_working_day(from + year.stream.between(4, 40)).max(from);
        if !episode.assessments.iter().any(|assessment| assessment.end >= census.start) {
            // The assessment of the year before was looked at again in the spring.
            let start = next_working_day(from + 1).min(close);
            let end = last_working_day(start + year.stream.between(0, close - start)).max(start);
            let factors = shares::factors(&mut year.stream, birth.age_on(end), end);
            episode.assessments.push(Assessment { start, end, factors });
        }
        episode.closure = Some(close);
        episode.reason = shares::assessed_reason(&mut year.stream, close);
        episode.assessed_out = true;
    }
    let closed: HashSet<Id<Episode>> = candidates.into_iter().collect();
    open.into_iter().filter(|id| !closed.contains(id)).collect()
}
