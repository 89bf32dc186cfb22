use rand_core::Rng;

use super::super::arms::Arms;
use super::super::list::FrozenList;
use super::super::strata::{strata, targets};
use super::score::Scorer;
use crate::numeric::permutations;
use crate::random::{Sample, Seed, audited};

/// Makes candidates.
pub(super) struct Generator<'a> {
    arms: &'a Arms,
    seed: Seed,
    /// Units of all strata one after the other.
    places: Vec<usize>,
    sizes: Vec<usize>,
}

/// Room for making candidates without asking for memory each time.
pub(super) struct Space {
    words: Vec<u64>,
    sums: Vec<f64>,
    /// Units of the second arm in each stratum.
    ones: Vec<usize>,
    extras: Vec<usize>,
}

impl<'a> Generator<'a> {
    pub(super) fn new(list: &FrozenList, arms: &'a Arms, seed: Seed) -> Self {
        let strata = strata(list);
        Self {
            arms,
            seed,
            sizes: strata.iter().map(|stratum| stratum.units.len()).collect(),
            places: strata.into_iter().flat_map(|stratum| stratum.units).collect(),
        }
    }

    pub(super) fn space(&self) -> Space {
        Space {
            words: vec![0; self.places.len().div_ceil(64)],
            sums: Vec::new(),
            ones: Vec::new(),
            extras: Vec::new(),
        }
    }

    /// Score of candidate `c`.
    pub(super) fn score(&self, c: u64, scorer: &Scorer, space: &mut Space) -> f64 {
        if self.arms.count() == 2 {
            let ones = self.fill(c, space);
            scorer.bits(&space.words, ones, &mut space.sums)
        } else {
            scorer.labels(&self.labels(c))
        }
    }

    /// Arms of candidate `c` in the order of the list.
    pub(super) fn labels(&self, c: u64) -> Vec<u8> {
        let mut labels = vec![0; self.places.len()];
        if self.arms.count() == 2 {
            let mut space = self.space();
            self.fill(c, &mut space);
            let words = space.words;
            for (place, &unit) in self.places.iter().enumerate() {
                labels[unit] = (words[place / 64] >> (place % 64) & 1) as u8;
            }
            return labels;
        }
        let mut random = audited(self.seed, c + 1);
        let counts = targets(&self.sizes, self.arms, &mut random);
        let mut start = 0;
        for (size, counts) in self.sizes.iter().zip(counts) {
            let mut stratum = block(&counts);
            random.shuffle(&mut stratum);
            for (&unit, &arm) in self.places[start..start + size].iter().zip(&stratum) {
                labels[unit] = arm;
            }
            start += size;
        }
        labels
    }

    /// Two arms: a random bit for every place, then in each stratum places drawn at random are turned over until the second
    /// arm has its number. A random subset is uniform among those of its size, and so is what is left of it, or it with
    /// others, after taking away or adding at random: all allocations are equally likely. Returns the size of the second arm.
    fn fill(&self, c: u64, space: &mut Space) -> usize {
        let mut random = audited(self.seed, c + 1);
        self.second_arm(&mut random, space);
        let words = &mut space.words;
        for word in words.iter_mut() {
            *word = random.next_u64();
        }
        let tail = self.places.len() % 64;
        if tail > 0
            && let Some(last) = words.last_mut()
        {
            *last &= (1 << tail) - 1;
        }
        let mut start = 0;
        for (&size, &target) in self.sizes.iter().zip(&space.ones) {
            let mut have = count_ones(words, start, size);
            while have != target {
                let place = start + random.below(size as u64) as usize;
                let bit = 1_u64 << (place % 64);
                let set = words[place / 64] & bit != 0;
                if set == (have > target) {
                    words[place / 64] ^= bit;
                    if set {
                        have -= 1;
                    } else {
                        have += 1;
                    }
                }
            }
            start += size;
        }
        space.ones.iter().sum()
    }

    /// The numbers of the second arm that [`targets`] gives, with the same draws but without asking for memory.
    fn second_arm(&self, random: &mut impl Rng, space: &mut Space) {
        space.ones.clear();
        if self.arms.block() != 2 {
            space.ones.extend(targets(&self.sizes, self.arms, random).iter().map(|counts| counts[1]));
            return;
        }
        let odd = self.sizes.iter().filter(|&&size| size % 2 == 1).count();
        let first = if odd % 2 == 1 { random.below(2) as usize } else { 0 };
        space.extras.clear();
        space.extras.extend((0..odd).map(|i| (first + i) % 2));
        random.shuffle(&mut space.extras);
        let mut extras = space.extras.iter();
        space.ones.extend(
            self.sizes
                .iter()
                .map(|size| size / 2 + if size % 2 == 1 { extras.next().copied().unwrap_or(0) } else { 0 }),
        );
    }

    /// Number of allocations, if the numbers in each stratum are fixed but for the remainders of one to one; infinite where it is
    /// too large for a double. `None` where remainders make some allocations likelier than others.
    pub(super) fn possible(&self) -> Option<f64> {
        let block = self.arms.block();
        let odd = self.sizes.iter().filter(|&&size| size % block != 0).count();
        if odd > 0 && block != 2 {
            return None;
        }
        let mut count = 1.0;
        for &size in &self.sizes {
            let mut left = size;
            // Which arm has the unit over makes no difference to the number of choices.
            for &part in &self.arms.ratio[1..] {
                let taken = part as usize * (size / block);
                count *= choose(left, taken);
                left -= taken;
            }
        }
        let extras = if odd % 2 == 0 { choose(odd, odd / 2) } else { 2.0 * choose(odd, odd / 2) };
        Some((count * extras).round())
    }

    /// All allocations, in the order of the next greater permutation: the last stratum changes fastest, then those before it, then
    /// which strata have a unit over.
    pub(super) fn enumerate(&self) -> Vec<Vec<u8>> {
        let block_size = self.arms.block();
        let odd: Vec<usize> =
            (0..self.sizes.len()).filter(|&s| !self.sizes[s].is_multiple_of(block_size)).collect();
        let starts = if odd.len() % 2 == 1 { 2 } else { 1 };
        let mut all = Vec::new();
        for first in 0..starts {
            let mut extras: Vec<u8> = (0..odd.len()).map(|i| ((i + first) % 2) as u8).collect();
            extras.sort_unstable();
            loop {
                let mut counts: Vec<Vec<usize>> = self
                    .sizes
                    .iter()
                    .map(|size| self.arms.ratio.iter().map(|&r| r as usize * (size / block_size)).collect())
                    .collect();
                for (&stratum, &arm) in odd.iter().zip(&extras) {
                    counts[stratum][usize::from(arm)] += 1;
                }
                self.enumerate_counts(&counts, &mut all);
                if !permutations::next(&mut extras) {
                    break;
                }
            }
        }
        all
    }

    fn enumerate_counts(&self, counts: &[Vec<usize>], all: &mut Vec<Vec<u8>>) {
        let mut strata: Vec<Vec<u8>> = counts.iter().map(|counts| block(counts)).collect();
        loop {
            let mut labels = vec![0; self.places.len()];
            for (&unit, &arm) in self.places.iter().zip(strata.iter().flatten()) {
                labels[unit] = arm;
            }
            all.push(labels);
            // Like the wheels of a counter: a wheel that is through begins again and turns the one before it.
            let mut wheel = strata.len();
            loop {
                if wheel == 0 {
                    return;
                }
                wheel -= 1;
                if permutations::next(&mut strata[wheel]) {
                    break;
                }
            }
        }
    }
}

fn block(counts: &[usize]) -> Vec<u8> {
    counts.iter().enumerate().flat_map(|(arm, &count)| std::iter::repeat_n(arm as u8, count)).collect()
}

fn count_ones(words: &[u64], start: usize, size: usize) -> usize {
    let end = start + size;
    let mut ones = 0;
    let mut word = start / 64;
    while word * 64 < end {
        let low = start.max(word * 64) - word * 64;
        let high = end.min(word * 64 + 64) - word * 64;
        let mask = if high - low == 64 { u64::MAX } else { ((1 << (high - low)) - 1) << low };
        ones += (words[word] & mask).count_ones() as usize;
        word += 1;
    }
    ones
}

fn choose(n: usize, k: usize) -> f64 {
    let k = k.min(n - k);
    let mut count = 1.0;
    for i in 0..k {
        count = (count * (n - i) as f64 / (i + 1) as f64).round();
        if !f64::is_finite(count) {
            return f64::INFINITY;
        }
    }
    count
}
