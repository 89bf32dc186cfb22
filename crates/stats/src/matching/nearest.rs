//! Greedy nearest-neighbour matching.

use serde::Serialize;

use crate::{Result, StatsError};

use super::candidates::Rules;
use super::distance::Distance;
use super::optimal::excluded;
use super::result::{Group, Matched, Unmatched};

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Order {
    /// In the order of the data.
    Given,
    /// The highest value first; with propensity scores, those that are hardest to match.
    HighestFirst(Vec<f64>),
    /// The closest pair of all first.
    ClosestFirst,
}

/// Settings of [`nearest`].
#[derive(Debug, Clone, PartialEq)]
pub struct NearestOptions {
    /// Matches for each treated unit.
    pub k: usize,
    /// Whose turn it is.
    pub order: Order,
    /// Let a unit be the match of several treated ones.
    pub replace: bool,
}

/// Gives each treated unit in turn the nearest candidate that is left; with `k` matches in `k` rounds, so that everyone has one before
/// anyone has two. Not optimal: an early choice may cost a later one dearly ([`super::optimal()`] has no such order).
///
/// # Errors
/// As [`super::optimal()`], but for the limit of pairs.
pub fn nearest(
    treated: &[bool],
    distance: &Distance,
    rules: &Rules,
    options: &NearestOptions,
) -> Result<Matched> {
    rules.check(treated, distance, options.k)?;
    if let Order::HighestFirst(values) = &options.order {
        StatsError::check_length("the values of the order", values.len(), treated.len())?;
        StatsError::check_finite("a value of the order", values)?;
    }
    let (mut groups, mut unmatched) = (Vec::new(), excluded(treated, rules));
    let mut used = vec![false; treated.len()];
    for stratum in rules.strata(treated) {
        let mut order = stratum.treated.clone();
        if let Order::HighestFirst(values) = &options.order {
            order.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
        }
        let mut found: Vec<Group> = order
            .iter()
            .map(|unit| Group { treated: *unit, controls: Vec::new(), distances: Vec::new() })
            .collect();
        for _ in 0..options.k {
            let mut round = Round { distance, rules, used: &mut used, replace: options.replace };
            match options.order {
                Order::ClosestFirst => round.closest_first(&mut found, &stratum.controls),
                _ => found.iter_mut().for_each(|group| round.take(group, &stratum.controls)),
            }
        }
        unmatched.extend(found.iter().filter(|group| group.controls.len() < options.k).map(|group| {
            Unmatched {
                treated: group.treated,
                found: group.controls.len(),
                reason: rules.reason(group.treated, &stratum.controls),
            }
        }));
        groups.extend(found);
    }
    Ok(Matched::new(treated.len(), groups, unmatched))
}

struct Round<'a> {
    distance: &'a Distance,
    rules: &'a Rules,
    used: &'a mut [bool],
    replace: bool,
}

impl Round<'_> {
    /// Nearest candidate that is free and not yet in the group; the first of those at equal distance.
    fn best(&self, group: &Group, controls: &[usize]) -> Option<(f64, usize)> {
        let mut best: Option<(f64, usize)> = None;
        for &other in controls {
            if (self.used[other] && !self.replace) || group.controls.contains(&other) {
                continue;
            }
            let cost = self.rules.cost(self.distance, group.treated, other);
            if cost.is_finite() && best.is_none_or(|(lowest, _)| cost < lowest) {
                best = Some((cost, other));
            }
        }
        best
    }

    fn add(&mut self, group: &mut Group, (cost, other): (f64, usize)) {
        group.controls.push(other);
        group.distances.push(cost);
        self.used[other] = true;
    }

    fn take(&mut self, group: &mut Group, controls: &[usize]) {
        if let Some(best) = self.best(group, controls) {
            self.add(group, best);
        }
    }

    /// One match for each group, always the closest pair that is left; a group looks again only when its favourite is gone.
    fn closest_first(&mut self, groups: &mut [Group], controls: &[usize]) {
        let mut favourites: Vec<Option<(f64, usize)>> =
            groups.iter().map(|group| self.best(group, controls)).collect();
        loop {
            let mut closest: Option<(f64, usize)> = None;
            for (at, favourite) in favourites.iter().enumerate() {
                if let Some((cost, _)) = *favourite
                    && closest.is_none_or(|(lowest, _)| cost < lowest)
                {
                    closest = Some((cost, at));
                }
            }
            let Some((_, at)) = closest else { return };
            let Some(pair) = favourites[at] else { return };
            if self.used[pair.1] && !self.replace {
                favourites[at] = self.best(&groups[at], controls);
            } else {
                self.add(&mut groups[at], pair);
                favourites[at] = None;
            }
        }
    }
}
