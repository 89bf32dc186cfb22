//! Optimal matching of each treated unit with `k` others.

use rayon::prelude::*;

use crate::{Result, StatsError};

use super::assignment::{Slot, solve};
use super::candidates::{Rules, Stratum};
use super::distance::Distance;
use super::result::{Group, Matched, Reason, Unmatched};

/// Largest table of distances within one stratum (800 MB).
const MOST_PAIRS: usize = 100_000_000;

/// Matches each treated unit with `k` others, no one used twice, so that the sum of the distances is as small as it can be (Rosenbaum
/// 1989).
///
/// Where the rules do not let everyone have `k` matches, the matching is still exact in this order: it maximises the number of pairs plus
/// the number of treated units with at least one match, and then minimises the sum of distances; `unmatched` says who has fewer and why. Strata of the
/// exact variables are solved apart, each by shortest augmenting paths (see [`super::assign`]).
///
/// # Errors
/// [`StatsError::Shape`], [`StatsError::Value`], [`StatsError::Setting`] for rules that do not match the units or make no sense;
/// [`StatsError::TooFew`] without treated units or without others; [`StatsError::Setting`] for a stratum with more than 100 million pairs.
pub fn optimal(treated: &[bool], distance: &Distance, rules: &Rules, k: usize) -> Result<Matched> {
    rules.check(treated, distance, k)?;
    let strata = rules.strata(treated);
    if let Some(large) =
        strata.iter().find(|one| one.treated.len().saturating_mul(one.controls.len()) > MOST_PAIRS)
    {
        return Err(StatsError::Setting(format!(
            "{} treated units with {} candidates in one stratum are too many for optimal matching; match exactly on one \
             more variable",
            large.treated.len(),
            large.controls.len()
        )));
    }
    let solved: Vec<(Vec<Group>, Vec<Unmatched>)> =
        strata.par_iter().map(|stratum| within(stratum, distance, rules, k)).collect();
    let (mut groups, mut unmatched) = (Vec::new(), Vec::new());
    for (found, missing) in solved {
        groups.extend(found);
        unmatched.extend(missing);
    }
    unmatched.extend(excluded(treated, rules));
    Ok(Matched::new(treated.len(), groups, unmatched))
}

pub(super) fn excluded(treated: &[bool], rules: &Rules) -> Vec<Unmatched> {
    (0..treated.len())
        .filter(|unit| treated[*unit] && rules.excludes(*unit))
        .map(|unit| Unmatched { treated: unit, found: 0, reason: Reason::Excluded })
        .collect()
}

fn within(stratum: &Stratum, distance: &Distance, rules: &Rules, k: usize) -> (Vec<Group>, Vec<Unmatched>) {
    let columns = stratum.controls.len();
    let mut costs = Vec::with_capacity(stratum.treated.len() * columns);
    for &unit in &stratum.treated {
        costs.extend(stratum.controls.iter().map(|other| rules.cost(distance, unit, *other)));
    }
    // No one can have more matches than there are candidates.
    let each = k.min(columns);
    let slots: Vec<Slot> = (0..stratum.treated.len())
        .flat_map(|row| (0..each).map(move |slot| Slot { row, urgency: if slot == 0 { 2.0 } else { 1.0 } }))
        .collect();
    let chosen = solve(&costs, columns, &slots);
    let mut groups: Vec<Group> = stratum
        .treated
        .iter()
        .map(|unit| Group { treated: *unit, controls: Vec::new(), distances: Vec::new() })
        .collect();
    for (slot, column) in slots.iter().zip(chosen) {
        if let Some(column) = column {
            let group = &mut groups[slot.row];
            group.controls.push(stratum.controls[column]);
            group.distances.push(costs[slot.row * columns + column]);
        }
    }
    let unmatched = groups
        .iter()
        .filter(|group| group.controls.len() < k)
        .map(|group| Unmatched {
            treated: group.treated,
            found: group.controls.len(),
            reason: rules.reason(group.treated, &stratum.controls),
        })
        .collect();
    (groups, unmatched)
}
