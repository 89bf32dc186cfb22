//! What became of each referral.

use crate::calendar::Day;
use crate::table::Id;

use super::episode::{Episode, Outcome};
use super::referrals::Referred;
use super::{Care, Year};

/// The episodes that begin in the year.
pub(super) struct New {
    pub(super) episodes: Vec<Begun>,
    /// Episodes open at the start of the year that close before a day, because the child is referred again
    /// then.
    pub(super) close_before: Vec<(Id<Episode>, Day)>,
}

/// One episode that begins in the year.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) id: Id<Episode>,
    /// The same child's next referral in the year; this episode closes before it.
    pub(super) next: Option<Day>,
}

/// Gives every referral its outcome and records the episodes.
pub(super) fn settle(care: &mut Care, year: &mut Year<'_>, referred: Vec<Referred>) -> New {
    let outcomes = outcomes(year, &referred);
    let mut new = New { episodes: Vec::with_capacity(outcomes.len()), close_before: Vec::new() };
    let mut outcomes = outcomes.into_iter();
    for child in referred {
        if let (Some(old), Some(&first)) = (child.closes_first, child.dates.first()) {
            new.close_before.push((old, first));
        }
        for (place, &day) in child.dates.iter().enumerate() {
            let outcome = outcomes.next().unwrap_or(Outcome::InNeed);
            let id = care.refer(year.world, &mut year.stream, child.person, day, outcome);
            new.episodes.push(Begun { id, next: child.dates.get(place + 1).copied() });
        }
    }
    new
}

/// Outcomes in the order of children and their dates. The published numbers of no further action, of not in
/// need and of children who started an episode of need are met: as many children as that needs keep all their
/// referrals, the other children with several referrals have one in need.
fn outcomes(year: &mut Year<'_>, referred: &[Referred]) -> Vec<Outcome> {
    let t = year.totals;
    let end = year.census.end;
    let total: usize = referred.iter().map(|child| child.dates.len()).sum();
    let mut rejected = (total as u32).saturating_sub(t.started_episodes) as usize;
    let mut repeats = (t.started_episodes - t.started_children) as usize;
    // Places of the children's referrals in the flat list.
    let mut starts = Vec::with_capacity(referred.len());
    let mut next = 0;
    for child in referred {
        starts.push(next);
        next += child.dates.len();
    }
    let mut turned_away = vec![false; total];
    let mut order: Vec<usize> = (0..referred.len()).collect();
    year.stream.shuffle(&mut order);
    // Children from the stock first: they are the ones known to have had two episodes of need.
    order.sort_by_key(|&place| referred.get(place).is_none_or(|child| child.closes_first.is_none()));
    for &place in &order {
        let (Some(child), Some(&start)) = (referred.get(place), starts.get(place)) else { continue };
        let more = child.dates.len() - 1;
        if more == 0 {
            continue;
        }
        if more <= repeats {
            repeats -= more;
            continue;
        }
        let keep = year.stream.below(child.dates.len());
        for nth in (0..child.dates.len()).filter(|&nth| nth != keep) {
            if let (true, Some(slot)) = (rejected > 0, turned_away.get_mut(start + nth)) {
                *slot = true;
                rejected -= 1;
            }
        }
    }
    // The remaining rejections fall on children with one referral; those from the stock are the last to be
    // turned away.
    for &place in order.iter().rev() {
        let (Some(child), Some(&start)) = (referred.get(place), starts.get(place)) else { continue };
        if let (true, 1, Some(slot)) = (rejected > 0, child.dates.len(), turned_away.get_mut(start)) {
            *slot = true;
            rejected -= 1;
        }
    }
    for slot in turned_away.iter_mut().filter(|slot| !**slot).take(rejected) {
        *slot = true;
    }
    // Which of them were not even assessed: always those too late for an assessment within the year.
    let dates: Vec<Day> = referred.iter().flat_map(|child| child.dates.iter().copied()).collect();
    let mut away: Vec<(bool, u64, usize)> = turned_away
        .iter()
        .zip(&dates)
        .enumerate()
        .filter(|(_, (away, _))| **away)
        .map(|(place, (_, &day))| {
            let left = end - day;
            let in_time = left >= 15 && (left >= 60 || year.stream.chance(f64::from(left) / 60.0));
            (in_time, year.stream.bits(), place)
        })
        .collect();
    // A very short year's end may leave more late ones than there are referrals without action; then the
    // latest are assessed fast.
    away.sort_unstable();
    let mut outcomes = vec![Outcome::InNeed; total];
    for (nth, (_, _, place)) in away.into_iter().enumerate() {
        if let Some(slot) = outcomes.get_mut(place) {
            let refused = (nth as u32) < t.no_further_action;
            *slot = if refused { Outcome::NoFurtherAction } else { Outcome::NotInNeed };
        }
    }
    outcomes
}
