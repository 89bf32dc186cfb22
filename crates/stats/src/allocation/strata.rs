//! Strata of a list and how many of each go to each arm.

use std::collections::BTreeMap;

use rand_core::Rng;

use super::arms::Arms;
use super::list::FrozenList;
use crate::random::Sample;

/// A stratum: its name and the positions of its units on the list, rising.
pub(super) struct Stratum<'a> {
    pub(super) name: &'a str,
    pub(super) units: Vec<usize>,
}

/// Strata in the order of the bytes of their names.
pub(super) fn strata(list: &FrozenList) -> Vec<Stratum<'_>> {
    let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, name) in list.strata.iter().enumerate() {
        found.entry(name).or_default().push(i);
    }
    found.into_iter().map(|(name, units)| Stratum { name, units }).collect()
}

/// Numbers in each arm of each stratum: whole blocks of the ratio, and the remainders drawn.
///
/// One to one with two arms, the strata with a unit over share those units out so that the totals differ by one at most: the arms
/// 0, 1, 0, 1, ... (begun by either at random, where their number is odd) are shuffled over them. Otherwise the
/// remainder of a stratum is the beginning of a shuffled block.
pub(super) fn targets(sizes: &[usize], arms: &Arms, random: &mut impl Rng) -> Vec<Vec<usize>> {
    let block = arms.block();
    let mut counts: Vec<Vec<usize>> = sizes
        .iter()
        .map(|size| arms.ratio.iter().map(|&part| part as usize * (size / block)).collect())
        .collect();
    if arms.count() == 2 && block == 2 {
        let odd: Vec<usize> = (0..sizes.len()).filter(|&s| sizes[s] % 2 == 1).collect();
        let first = if odd.len() % 2 == 1 { random.below(2) as usize } else { 0 };
        let mut extras: Vec<usize> = (0..odd.len()).map(|i| (first + i) % 2).collect();
        random.shuffle(&mut extras);
        for (&stratum, &arm) in odd.iter().zip(&extras) {
            counts[stratum][arm] += 1;
        }
        return counts;
    }
    for (stratum, size) in sizes.iter().enumerate() {
        let left = size % block;
        if left > 0 {
            let mut template = arms.template();
            random.shuffle(&mut template);
            for &arm in &template[..left] {
                counts[stratum][arm] += 1;
            }
        }
    }
    counts
}
