//! What a matching found.

use serde::Serialize;

/// A treated unit with its matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The treated unit (position from 0).
    pub treated: usize,
    /// Its matches, the nearest first.
    pub controls: Vec<usize>,
    /// Their distances.
    pub distances: Vec<f64>,
}

/// Why a treated unit has fewer matches than wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Reason {
    /// The unit was excluded.
    Excluded,
    /// No candidate agrees on the exact variables.
    NobodyInStratum,
    /// Candidates agree, but this caliper (after those before it) leaves none.
    NobodyWithinCaliper(String),
    /// There are candidates, but other treated units need them.
    Taken {
        /// How many candidates were allowed.
        candidates: usize,
    },
}

/// A treated unit with fewer matches than wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmatched {
    /// The treated unit.
    pub treated: usize,
    /// How many matches it has.
    pub found: usize,
    /// Why it has no more.
    pub reason: Reason,
}

/// Matched groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matched {
    /// Treated units that have at least one match, in their order.
    pub groups: Vec<Group>,
    /// Treated units with fewer matches than wanted, in their order.
    pub unmatched: Vec<Unmatched>,
    /// Weights for the effect on the treated: 1 for a matched treated unit, for a match `1 / (size of its group)` summed over its groups, 0
    /// for everyone else. The weights of the matches sum to the number of matched treated units.
    pub weights: Vec<f64>,
    /// Sum of the distances of all pairs.
    pub total_distance: f64,
}

impl Matched {
    pub(super) fn new(units: usize, mut groups: Vec<Group>, mut unmatched: Vec<Unmatched>) -> Self {
        groups.retain(|group| !group.controls.is_empty());
        groups.sort_by_key(|group| group.treated);
        unmatched.sort_by_key(|one| one.treated);
        let mut weights = vec![0.0; units];
        let mut total_distance = 0.0;
        for group in &mut groups {
            let mut pairs: Vec<(f64, usize)> =
                group.distances.iter().copied().zip(group.controls.iter().copied()).collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            (group.distances, group.controls) = pairs.into_iter().unzip();
            weights[group.treated] = 1.0;
            for control in &group.controls {
                weights[*control] += 1.0 / group.controls.len() as f64;
            }
            total_distance += group.distances.iter().sum::<f64>();
        }
        Self { groups, unmatched, weights, total_distance }
    }
}
