use rand_core::Rng;
use rayon::prelude::*;
use serde::Serialize;

use super::arms::Arms;
use super::constrained;
use super::draw::draw;
use super::list::FrozenList;
use super::method::Method;
use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

/// Result of a permutation test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PermutationTest {
    /// Statistic of the allocation as it was drawn.
    pub observed: f64,
    /// Allocations it was compared with.
    pub compared: u64,
    /// Those with a statistic at least as far from zero.
    pub as_extreme: u64,
    /// Two-sided p-value: `as_extreme / compared` where every allocation was looked at, `(as_extreme + 1) / (compared + 1)`
    /// where they were drawn (Phipson and Smyth 2010).
    pub p: f64,
    /// True if every allocation that the method could have given was looked at.
    pub exact: bool,
}

/// Permutation test that runs the same procedure of randomisation again and again (Fisher 1935; Edgington and Onghena 2007).
///
/// `statistic` gets an allocation (arm number of each unit, in the order of the list) and returns a number that is near zero
/// when there is no effect; its sign does not matter. Replicate `k` draws with the seed made of the first 32 bytes of stream
/// `k` of [`fast`]. Constrained randomisation keeps one set of candidates, made from `seed`: all of
/// them if they are no more than `draws`, otherwise `draws` of them at random. Minimisation keeps the order of arrival.
///
/// # Errors
/// As [`draw`]; [`StatsError::Setting`] for no draws or a statistic that is not a number.
pub fn permutation_test(
    list: &FrozenList,
    arms: &Arms,
    method: &Method,
    drawn: &[usize],
    statistic: impl Fn(&[usize]) -> f64 + Sync,
    draws: u64,
    seed: Seed,
) -> Result<PermutationTest> {
    StatsError::check_length("the arms of the units", drawn.len(), list.len())?;
    if draws == 0 || draws > 10_000_000 {
        return Err(StatsError::Setting("a permutation test draws 1 to 10,000,000 times".into()));
    }
    let observed = statistic(drawn);
    let kept = match method {
        Method::Constrained(constraint) => Some(constrained::candidates(list, arms, constraint, seed)?),
        _ => None,
    };
    let exact =
        kept.as_ref().is_some_and(|found| found.validity.enumerated && found.kept.len() as u64 <= draws);
    let whole = |labels: &Vec<u8>| labels.iter().map(|&arm| usize::from(arm)).collect::<Vec<usize>>();
    let values: Vec<f64> = match &kept {
        Some(found) if found.kept.len() as u64 <= draws => {
            found.kept.par_iter().map(|labels| statistic(&whole(labels))).collect()
        }
        Some(found) => (0..draws)
            .into_par_iter()
            .map(|k| statistic(&whole(&found.kept[fast(seed, k).below(found.kept.len() as u64) as usize])))
            .collect(),
        None => (0..draws)
            .into_par_iter()
            .map(|k| {
                let mut bytes = [0; 32];
                fast(seed, k).fill_bytes(&mut bytes);
                draw(list, arms, method, Seed(bytes)).map(|again| statistic(&again.arms))
            })
            .collect::<Result<_>>()?,
    };
    if observed.is_nan() || values.iter().any(|value| value.is_nan()) {
        return Err(StatsError::Setting("the statistic of the permutation test is not a number".into()));
    }
    // Statistics that differ by rounding only are ties, and ties count.
    let limit = observed.abs() * (1.0 - 1e-12);
    let as_extreme = values.iter().filter(|value| value.abs() >= limit).count() as u64;
    let compared = values.len() as u64;
    let p = if exact {
        as_extreme as f64 / compared as f64
    } else {
        (as_extreme as f64 + 1.0) / (compared as f64 + 1.0)
    };
    Ok(PermutationTest { observed, compared, as_extreme, p, exact })
}

#[cfg(test)]
mod tests {
    use super::super::constrained::Constraint;
    use super::super::list::Values;
    use super::*;

    fn list() -> FrozenList {
        FrozenList::new((0..8).map(|i| i.to_string()).collect(), vec!["".into(); 8])
            .unwrap()
            .with_column("x", Values::Numbers((0..8).map(f64::from).collect()))
            .unwrap()
    }

    fn difference<'a>(y: &'a [f64]) -> impl Fn(&[usize]) -> f64 + Sync + 'a {
        |arms| y.iter().zip(arms).map(|(y, arm)| if *arm == 1 { *y } else { -*y }).sum()
    }

    /// All 70 allocations; only the observed one and its mirror are as extreme: p = 2 / 70.
    #[test]
    fn exact_where_everything_is_listed() {
        let arms = Arms::two("a", "b").unwrap();
        let y = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let drawn = [0, 0, 0, 0, 1, 1, 1, 1];
        let method = Method::Constrained(Constraint {
            weights: vec![1.0],
            candidates: 100,
            share: 1.0,
            absolute: false,
        });
        let seed = Seed::from_number(1);
        let found = permutation_test(&list(), &arms, &method, &drawn, difference(&y), 1000, seed).unwrap();
        assert!(found.exact);
        assert!((found.p - 2.0 / 70.0).abs() < 1e-15);
        let by_draws =
            permutation_test(&list(), &arms, &Method::Complete, &drawn, difference(&y), 20_000, seed)
                .unwrap();
        assert!(!by_draws.exact);
        assert!((by_draws.p - 2.0 / 70.0).abs() < 0.005);
    }

    #[test]
    fn constant_outcomes_are_never_unusual() {
        let arms = Arms::two("a", "b").unwrap();
        let seed = Seed::from_number(2);
        let drawn = [0, 1, 0, 1, 0, 1, 0, 1];
        let found =
            permutation_test(&list(), &arms, &Method::Complete, &drawn, difference(&[3.0; 8]), 99, seed)
                .unwrap();
        assert!((found.p - 1.0).abs() < 1e-15);
        let nothing = |_: &[usize]| f64::NAN;
        assert!(permutation_test(&list(), &arms, &Method::Complete, &drawn, nothing, 99, seed).is_err());
    }
}
