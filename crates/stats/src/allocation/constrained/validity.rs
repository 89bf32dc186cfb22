use serde::{Deserialize, Serialize};

use super::super::arms::Arms;
use super::super::list::FrozenList;

/// Two units and how often they are in the same arm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Position of the first unit on the list, from 0.
    pub first: usize,
    /// Position of the second.
    pub second: usize,
    /// Share of the candidates kept in which both are in the same arm.
    pub together: f64,
}

/// How a constraint worked, and whether what it leaves is still a randomisation (Moulton 2004).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Validity {
    /// Allocations that were possible before the constraint, if they are all equally likely; as a number, because there may be 10^80.
    pub possible: Option<f64>,
    /// True if all of them were listed.
    pub enumerated: bool,
    /// Candidates made.
    pub candidates: u64,
    /// Candidates that differ from one another.
    pub distinct: u64,
    /// Candidates kept.
    pub kept: u64,
    /// Highest score kept.
    pub cutoff: f64,
    /// Lowest score, quartiles and highest score of the distinct candidates.
    pub scores: [f64; 5],
    /// Number of the candidate that was drawn.
    pub chosen: Option<u64>,
    /// Its score.
    pub chosen_score: Option<f64>,
    /// Over units, the smallest share of kept candidates in which a unit is in arm 0.
    pub smallest_share: f64,
    /// The largest such share.
    pub largest_share: f64,
    /// Share of candidates in which two units would be together without strata or constraint.
    pub expected_together: f64,
    /// The pair that is together least often.
    pub least_together: Option<Pair>,
    /// The pair that is together most often.
    pub most_together: Option<Pair>,
    /// Pairs that are together in every candidate kept (the first 100).
    pub always_together: Vec<Pair>,
    /// Pairs that are never together though their strata would allow it (the first 100).
    pub never_together: Vec<Pair>,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// Candidates and pairs looked at, at most.
const MOST_EXAMINED: usize = 20_000;
const MOST_UNITS: usize = 2_000;
const MOST_LISTED: usize = 100;

impl Validity {
    pub(super) fn examine(&mut self, list: &FrozenList, arms: &Arms, kept: &[Vec<u8>]) {
        let n = list.len();
        let sum = arms.block() as f64;
        self.expected_together = arms
            .ratio
            .iter()
            .map(|&part| {
                let count = f64::from(part) / sum * n as f64;
                count * (count - 1.0).max(0.0) / (n as f64 * (n as f64 - 1.0).max(1.0))
            })
            .sum();
        let examined = &kept[..kept.len().min(MOST_EXAMINED)];
        let columns = columns(examined, n, arms.count());
        self.shares(&columns, examined.len(), n);
        if n <= MOST_UNITS {
            self.pairs(list, arms, &columns, examined.len());
        } else {
            self.remarks
                .push(format!("pairs were not examined, because there are more than {MOST_UNITS} units"));
        }
        if kept.len() < 100 {
            self.remarks.push(format!(
                "only {} allocations are kept: a permutation test cannot give a p-value below {:.3}",
                kept.len(),
                1.0 / kept.len() as f64
            ));
        }
        let (always, never) = (self.always_together.len(), self.never_together.len());
        if always + never > 0 {
            self.remarks.push(format!(
                "{always} pairs of units are always in the same arm and {never} never: keep a larger share of the candidates"
            ));
        }
    }

    fn shares(&mut self, columns: &[Vec<u64>], kept: usize, n: usize) {
        let share = |i: usize| ones(&columns[i]) as f64 / kept as f64;
        self.smallest_share = (0..n).map(share).fold(f64::INFINITY, f64::min);
        self.largest_share = (0..n).map(share).fold(f64::NEG_INFINITY, f64::max);
    }

    fn pairs(&mut self, list: &FrozenList, arms: &Arms, columns: &[Vec<u64>], kept: usize) {
        let n = list.len();
        let counts: Vec<u32> = columns.iter().map(|column| ones(column)).collect();
        for first in 0..n {
            for second in first + 1..n {
                let together = if arms.count() == 2 {
                    // Both in arm 1, or both not: inclusion and exclusion saves the other count.
                    let shared = both(&columns[first], &columns[second]);
                    kept as u32 + 2 * shared - counts[first] - counts[second]
                } else {
                    (0..arms.count())
                        .map(|arm| both(&columns[arm * n + first], &columns[arm * n + second]))
                        .sum()
                };
                let pair = Pair { first, second, together: f64::from(together) / kept as f64 };
                // A stratum that is one small block parts its own units: that is the design, not the constraint.
                if list.strata[first] == list.strata[second] && parted_by_design(list, arms, first) {
                    continue;
                }
                if self.least_together.is_none_or(|least| pair.together < least.together) {
                    self.least_together = Some(pair);
                }
                if self.most_together.is_none_or(|most| pair.together > most.together) {
                    self.most_together = Some(pair);
                }
                if together as usize == kept && self.always_together.len() < MOST_LISTED {
                    self.always_together.push(pair);
                }
                if together == 0 && self.never_together.len() < MOST_LISTED {
                    self.never_together.push(pair);
                }
            }
        }
    }
}

/// True if no arm can take two units of the stratum.
fn parted_by_design(list: &FrozenList, arms: &Arms, unit: usize) -> bool {
    let size = list.strata.iter().filter(|stratum| **stratum == list.strata[unit]).count();
    arms.one_to_one() && size <= arms.count()
}

/// For each arm and unit, a bit for every candidate.
fn columns(kept: &[Vec<u8>], n: usize, arms: usize) -> Vec<Vec<u64>> {
    let mut columns = vec![vec![0_u64; kept.len().div_ceil(64)]; n * arms];
    for (c, labels) in kept.iter().enumerate() {
        for (unit, &arm) in labels.iter().enumerate() {
            columns[usize::from(arm) * n + unit][c / 64] |= 1 << (c % 64);
        }
    }
    columns
}

fn ones(column: &[u64]) -> u32 {
    column.iter().map(|word| word.count_ones()).sum()
}

fn both(left: &[u64], right: &[u64]) -> u32 {
    left.iter().zip(right).map(|(a, b)| (a & b).count_ones()).sum()
}
