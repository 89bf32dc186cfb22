//! Covariate-constrained randomisation.
//!
//! Of many possible allocations only the best balanced share is kept, and one of these is drawn (Raab and Butcher 2001;
//! Moulton 2004). Candidate `c` is made from stream `c + 1` of the seed, so that any one of them can be repeated by itself;
//! stream 0 makes the last choice. Covariates are standardised and rounded to whole numbers first: sums are then exact,
//! and neither the order of summing nor the language can change a score.

mod generate;
mod score;
mod validity;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use validity::{Pair, Validity};

use super::arms::Arms;
use super::draw::{Details, Drawn};
use super::list::FrozenList;
use crate::random::{Sample, Seed, audited};
use crate::{Result, StatsError};
use generate::Generator;
use score::Scorer;

/// The settings of covariate-constrained randomisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// Weight of each covariate of the list in the balance score, zero to leave it out.
    pub weights: Vec<f64>,
    /// Candidates to draw. If there are no more allocations than this, all of them are listed in place of drawing.
    pub candidates: u64,
    /// Share of the candidates that is kept, above 0 and up to 1; ties with the last one kept are kept as well. 0.1 is usual:
    /// much less makes some pairs of units all but inseparable.
    pub share: f64,
    /// True to sum absolute differences in place of squares.
    pub absolute: bool,
}

/// Most candidates and units.
const MOST_CANDIDATES: u64 = 10_000_000;
const MOST_UNITS: usize = 10_000;

impl Constraint {
    pub(super) fn check(&self) -> Result<()> {
        if self.weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0)
            || self.weights.iter().sum::<f64>() <= 0.0
        {
            return Err(StatsError::Setting(
                "constrained randomisation needs weights of zero or more, one of them above zero".into(),
            ));
        }
        if self.candidates == 0 || self.candidates > MOST_CANDIDATES {
            return Err(StatsError::Setting(format!("candidates must number 1 to {MOST_CANDIDATES}")));
        }
        if self.share > 0.0 && self.share <= 1.0 {
            return Ok(());
        }
        Err(StatsError::Setting(format!(
            "the share that is kept lies above 0 and up to 1, and is {}",
            self.share
        )))
    }
}

/// The candidates that a constraint keeps.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// Arms of each unit for every candidate kept, in the order of their numbers.
    pub kept: Vec<Vec<u8>>,
    /// Numbers of the candidates kept.
    pub numbers: Vec<u64>,
    /// Their scores.
    pub scores: Vec<f64>,
    /// How the constraint worked.
    pub validity: Validity,
}

/// Makes and scores the candidates and keeps the best share.
///
/// # Errors
/// For settings that make no sense, or a list too long or too short.
pub fn candidates(list: &FrozenList, arms: &Arms, constraint: &Constraint, seed: Seed) -> Result<Candidates> {
    list.check()?;
    arms.check()?;
    constraint.check()?;
    if list.len() > MOST_UNITS {
        return Err(StatsError::Setting(format!(
            "constrained randomisation takes at most {MOST_UNITS} units"
        )));
    }
    if list.len() < arms.block() {
        return Err(StatsError::TooFew {
            what: "units on the list",
            found: list.len(),
            needed: arms.block(),
        });
    }
    let scorer = Scorer::new(list, arms, constraint)?;
    let generator = Generator::new(list, arms, seed);
    let possible = generator.possible();
    if possible.is_some_and(|possible| possible <= constraint.candidates as f64) {
        let all = generator.enumerate();
        let scores: Vec<f64> = all.iter().map(|labels| scorer.labels(labels)).collect();
        let order = sorted(&scores);
        return finish(list, arms, constraint, &scores, order, possible, true, |c| all[c as usize].clone());
    }
    let scores = drawn_scores(constraint.candidates, &generator, &scorer);
    let order = distinct(sorted(&scores), &scores, &generator);
    finish(list, arms, constraint, &scores, order, possible, false, |c| generator.labels(c))
}

/// Candidates in rising order of score, then of number.
fn sorted(scores: &[f64]) -> Vec<u64> {
    let mut order: Vec<u64> = (0..scores.len() as u64).collect();
    order.par_sort_unstable_by(|&a, &b| scores[a as usize].total_cmp(&scores[b as usize]).then(a.cmp(&b)));
    order
}

fn drawn_scores(count: u64, generator: &Generator<'_>, scorer: &Scorer) -> Vec<f64> {
    const CHUNK: u64 = 512;
    (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut space = generator.space();
            (chunk * CHUNK..((chunk + 1) * CHUNK).min(count))
                .map(|c| generator.score(c, scorer, &mut space))
                .collect::<Vec<f64>>()
        })
        .collect::<Vec<_>>()
        .concat()
}

/// Drops every candidate that equals an earlier one. Equal allocations have equal scores to the bit, so only runs of equal
/// scores are made again and compared.
fn distinct(order: Vec<u64>, scores: &[f64], generator: &Generator<'_>) -> Vec<u64> {
    let mut kept = Vec::with_capacity(order.len());
    for run in order.chunk_by(|&a, &b| scores[a as usize] == scores[b as usize]) {
        if run.len() == 1 {
            kept.push(run[0]);
            continue;
        }
        let mut seen = std::collections::HashSet::with_capacity(run.len());
        kept.extend(run.iter().copied().filter(|&c| seen.insert(generator.labels(c))));
    }
    kept
}

#[expect(clippy::too_many_arguments, reason = "the two ways of making candidates end in the same way")]
fn finish(
    list: &FrozenList,
    arms: &Arms,
    constraint: &Constraint,
    scores: &[f64],
    order: Vec<u64>,
    possible: Option<f64>,
    enumerated: bool,
    labels: impl Fn(u64) -> Vec<u8>,
) -> Result<Candidates> {
    let score = |c: u64| scores[c as usize];
    let quota = ((constraint.share * order.len() as f64) - 1e-9).ceil().max(1.0) as usize;
    let cutoff = score(order[quota - 1]);
    let within = order.partition_point(|&c| score(c) <= cutoff);
    let mut numbers = order[..within].to_vec();
    numbers.sort_unstable();
    let kept: Vec<Vec<u8>> = numbers.iter().map(|&c| labels(c)).collect();
    let quantile = |share: f64| score(order[((order.len() - 1) as f64 * share).round() as usize]);
    let mut validity = Validity {
        // A number too large for a double could not be written down either.
        possible: possible.filter(|count| count.is_finite()),
        enumerated,
        candidates: scores.len() as u64,
        distinct: order.len() as u64,
        kept: kept.len() as u64,
        cutoff,
        scores: [0.0, 0.25, 0.5, 0.75, 1.0].map(quantile),
        chosen: None,
        chosen_score: None,
        smallest_share: 0.0,
        largest_share: 0.0,
        expected_together: 0.0,
        least_together: None,
        most_together: None,
        always_together: Vec::new(),
        never_together: Vec::new(),
        remarks: Vec::new(),
    };
    validity.examine(list, arms, &kept);
    let scores = numbers.iter().map(|&c| score(c)).collect();
    Ok(Candidates { kept, numbers, scores, validity })
}

/// Draws one of the candidates kept, by stream 0.
pub(super) fn draw(list: &FrozenList, arms: &Arms, constraint: &Constraint, seed: Seed) -> Result<Drawn> {
    let mut found = candidates(list, arms, constraint, seed)?;
    let chosen = audited(seed, 0).below(found.kept.len() as u64) as usize;
    found.validity.chosen = Some(found.numbers[chosen]);
    found.validity.chosen_score = Some(found.scores[chosen]);
    let drawn = found.kept[chosen].iter().map(|&arm| usize::from(arm)).collect();
    Ok(Drawn { arms: drawn, details: Details::Constraint(Box::new(found.validity)) })
}

#[cfg(test)]
mod tests {
    use super::super::list::Values;
    use super::*;
    use crate::random::fast;

    fn list(n: usize, strata: usize, covariates: usize) -> FrozenList {
        let mut random = fast(Seed::from_number(99), 0);
        let mut list = FrozenList::new(
            (0..n).map(|i| format!("u{i}")).collect(),
            (0..n).map(|i| format!("s{}", i % strata)).collect(),
        )
        .unwrap();
        for j in 0..covariates {
            let values = (0..n).map(|_| random.normal() * 3.0 + j as f64).collect();
            list = list.with_column(&format!("x{j}"), Values::Numbers(values)).unwrap();
        }
        list
    }

    fn constraint(weights: usize, candidates: u64, share: f64) -> Constraint {
        Constraint { weights: vec![1.0; weights], candidates, share, absolute: false }
    }

    /// Brute force: squared differences of standardised means over all 70 ways to choose 4 of 8.
    #[test]
    fn small_designs_are_enumerated() {
        let list = list(8, 1, 2);
        let arms = Arms::two("a", "b").unwrap();
        let found = candidates(&list, &arms, &constraint(2, 1000, 0.2), Seed::from_number(1)).unwrap();
        assert!(found.validity.enumerated);
        assert_eq!(found.validity.distinct, 70);
        assert!(found.kept.len() >= 14);
        let z: Vec<Vec<f64>> = list
            .columns
            .iter()
            .map(|column| {
                let Values::Numbers(x) = &column.values else { panic!() };
                let mean = x.iter().sum::<f64>() / 8.0;
                let sd = (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 8.0).sqrt();
                x.iter().map(|v| (v - mean) / sd).collect()
            })
            .collect();
        let brute = |chosen: &dyn Fn(usize) -> bool| -> f64 {
            z.iter()
                .map(|z| {
                    let d: f64 = (0..8).map(|i| if chosen(i) { z[i] } else { -z[i] }).sum::<f64>() / 4.0;
                    d * d
                })
                .sum()
        };
        let mut all: Vec<f64> = (0_u32..256)
            .filter(|mask| mask.count_ones() == 4)
            .map(|mask| brute(&|i| mask >> i & 1 == 1))
            .collect();
        all.sort_by(f64::total_cmp);
        assert!((found.validity.cutoff - all[13]).abs() < 1e-5);
        for (labels, score) in found.kept.iter().zip(&found.scores) {
            assert!((brute(&|i| labels[i] == 1) - score).abs() < 1e-5);
        }
        // A mirrored allocation is as good, to the bit: kept candidates come in pairs.
        assert_eq!(found.kept.len() % 2, 0);
    }

    #[test]
    fn drawn_candidates_keep_their_counts_and_scores() {
        let arms = Arms::two("a", "b").unwrap();
        for (n, strata) in [(40, 1), (41, 4), (63, 21), (130, 3)] {
            let list = list(n, strata, 3);
            let constraint = constraint(3, 2000, 0.05);
            let seed = Seed::from_number(n as u64);
            let found = candidates(&list, &arms, &constraint, seed).unwrap();
            assert!(!found.validity.enumerated);
            let scorer = Scorer::new(&list, &arms, &constraint).unwrap();
            for (labels, score) in found.kept.iter().zip(&found.scores) {
                let ones = labels.iter().filter(|&&arm| arm == 1).count();
                assert!(ones == n / 2 || ones == n.div_ceil(2));
                for s in 0..strata {
                    let size = (0..n).filter(|i| i % strata == s).count();
                    let ones = (0..n).filter(|i| i % strata == s && labels[*i] == 1).count();
                    assert!(ones == size / 2 || ones == size.div_ceil(2));
                }
                assert_eq!(scorer.labels(labels), *score);
            }
            assert!(found.scores.iter().all(|score| *score <= found.validity.cutoff));
        }
    }

    #[test]
    fn duplicates_count_once() {
        // 924 allocations are more than 900 candidates, which then repeat one another.
        let arms = Arms::two("a", "b").unwrap();
        let found =
            candidates(&list(12, 1, 1), &arms, &constraint(1, 900, 1.0), Seed::from_number(4)).unwrap();
        assert!(!found.validity.enumerated);
        assert!(found.validity.distinct < 900 && found.validity.distinct > 500);
        let mut kept = found.kept.clone();
        kept.sort();
        kept.dedup();
        assert_eq!(kept.len(), found.kept.len());
    }

    #[test]
    fn candidates_are_equally_likely() {
        let arms = Arms::two("a", "b").unwrap();
        let list = list(6, 1, 1);
        let generator = Generator::new(&list, &arms, Seed::from_number(5));
        let mut counts = std::collections::HashMap::new();
        for c in 0..20_000 {
            *counts.entry(generator.labels(c)).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 20);
        // Chi-squared with 19 degrees of freedom; 43.8 is its 0.999 quantile; the seed is fixed.
        let chi: f64 = counts.values().map(|&count: &i32| (f64::from(count) - 1000.0).powi(2) / 1000.0).sum();
        assert!(chi < 43.8, "{chi}");
    }

    #[test]
    fn several_arms_and_unequal_ratios() {
        for (ratio, names) in [(vec![1, 1, 1], vec!["a", "b", "c"]), (vec![2, 1], vec!["a", "b"])] {
            let arms = Arms::new(&names, &ratio).unwrap();
            let found =
                candidates(&list(60, 2, 2), &arms, &constraint(2, 500, 0.1), Seed::from_number(6)).unwrap();
            for labels in &found.kept {
                for (arm, part) in ratio.iter().enumerate() {
                    let count = labels.iter().filter(|&&a| usize::from(a) == arm).count();
                    assert_eq!(count, 60 / arms.block() * *part as usize);
                }
            }
        }
    }

    #[test]
    fn too_tight_a_constraint_is_told() {
        // Two units stand far out on either side: balance always parts them from others like them.
        let mut values = vec![0.0; 12];
        values[0] = 100.0;
        values[1] = 100.0;
        let ids = (0..12).map(|i| i.to_string()).collect();
        let list = FrozenList::new(ids, vec![String::new(); 12])
            .unwrap()
            .with_column("x", Values::Numbers(values))
            .unwrap();
        let arms = Arms::two("a", "b").unwrap();
        let found = candidates(&list, &arms, &constraint(1, 1000, 0.5), Seed::from_number(7)).unwrap();
        assert_eq!(found.validity.never_together.len(), 1);
        assert_eq!((found.validity.never_together[0].first, found.validity.never_together[0].second), (0, 1));
        assert!(!found.validity.remarks.is_empty());
    }

    #[test]
    fn bad_settings_are_refused() {
        let arms = Arms::two("a", "b").unwrap();
        let seed = Seed::from_number(0);
        for bad in [
            constraint(1, 10, 0.1),
            Constraint { share: 0.0, ..constraint(2, 10, 0.1) },
            Constraint { candidates: 0, ..constraint(2, 10, 0.1) },
            Constraint { weights: vec![0.0, 0.0], ..constraint(2, 10, 0.1) },
            Constraint { weights: vec![f64::NAN, 1.0], ..constraint(2, 10, 0.1) },
        ] {
            assert!(candidates(&list(8, 1, 2), &arms, &bad, seed).is_err(), "{bad:?}");
        }
        assert!(candidates(&list(1, 1, 2), &arms, &constraint(2, 10, 0.1), seed).is_err());
    }
}
