use std::ops::Range;

use rand_core::Rng;
use rayon::prelude::*;
use serde::Serialize;

use super::estimate::GroupTimeEffects;
use crate::numeric::distributions::normal_quantile;
use crate::random::{Seed, fast};
use crate::{Result, StatsError};

/// Distribution of the multipliers, of mean 0 and variance 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Multiplier {
    /// Mammen's (1993) two points: `(1 - sqrt 5) / 2` with probability `(sqrt 5 + 1) / (2 sqrt 5)`, else `(1 + sqrt 5) / 2`.
    /// Third moment 1.
    #[default]
    Mammen,
    /// `-1` or `1` with equal chances.
    Rademacher,
}

/// Settings of the multiplier bootstrap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of draws; 1,000 or more for bands.
    pub draws: usize,
    /// Distribution of the multipliers.
    pub multiplier: Multiplier,
    /// Seed; draw `k` takes stream `k`.
    pub seed: Seed,
    /// Level of the bands.
    pub level: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: 1000, multiplier: Multiplier::default(), seed: Seed::from_number(1), level: 0.95 }
    }
}

/// Simultaneous bands from one bootstrap: all true values lie inside together with the stated probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bands {
    /// Standard errors from the quartiles of the draws, `(q75 - q25) / (z75 - z25)`; `None` where none exists.
    pub standard_errors: Vec<Option<f64>>,
    /// The multiple of the standard error that the largest deviation stays within.
    pub critical_value: f64,
    /// Lower ends, `NaN` without standard error.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

impl GroupTimeEffects {
    /// Multiplier bootstrap of all cells (Callaway and Sant'Anna 2021, algorithm 1): every draw multiplies the influence
    /// of each unit (or cluster) with a random number of mean 0 and variance 1.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for fewer than 20 draws or a level outside 0 to 1.
    pub fn bootstrap(&self, options: &Bootstrap) -> Result<Bands> {
        let columns: Vec<Vec<f64>> = (0..self.cells.len()).map(|k| self.clustered_influence(k)).collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let estimates: Vec<(f64, bool)> =
            self.cells.iter().map(|cell| (cell.att, cell.standard_error.is_some())).collect();
        draws(&slices, options)?.bands(0..columns.len(), &estimates, options)
    }
}

/// Draws of several estimates' deviations.
pub(super) struct Draws {
    /// For each estimate its deviations, one for each draw.
    columns: Vec<Vec<f64>>,
}

/// Draws handled by one table of sums; fixed, so that results do not depend on the number of threads.
const CHUNK: usize = 1024;
const LANES: usize = 4;

/// Draws `sum_i V_i psi_ik` for all columns `k`.
///
/// Both multiplier distributions have two points `a < b`, so the sum is `a sum_i psi_ik + (b - a) sum_{i in B} psi_ik` with
/// `B` a random set. For eight units at a time the sums of all 256 subsets are tabulated once and shared by all draws: one
/// addition per draw replaces eight (the "four Russians" method).
pub(super) fn draws(columns: &[&[f64]], options: &Bootstrap) -> Result<Draws> {
    if options.draws < 20 {
        return Err(StatsError::Setting("the bootstrap needs at least 20 draws".to_owned()));
    }
    StatsError::check_probability("the level of the bands", options.level)?;
    let units = columns.first().map_or(0, |column| column.len());
    let width = columns.len().div_ceil(LANES) * LANES;
    let mut rows = vec![0.0; units * width];
    for (k, column) in columns.iter().enumerate() {
        for (i, value) in column.iter().enumerate() {
            rows[i * width + k] = *value;
        }
    }
    let chunks: Vec<Vec<f64>> = (0..options.draws.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let first = chunk * CHUNK;
            let count = CHUNK.min(options.draws - first);
            subset_sums(&rows, width, &random_sets(units, first, count, options), count)
        })
        .collect();
    let (low, high) = match options.multiplier {
        Multiplier::Mammen => (0.5 * (1.0 - 5.0_f64.sqrt()), 0.5 * (1.0 + 5.0_f64.sqrt())),
        Multiplier::Rademacher => (-1.0, 1.0),
    };
    let columns = columns
        .iter()
        .enumerate()
        .map(|(k, column)| {
            let total: f64 = column.iter().sum();
            chunks
                .iter()
                .flat_map(|sums| sums.chunks_exact(width).map(|draw| low * total + (high - low) * draw[k]))
                .collect()
        })
        .collect();
    Ok(Draws { columns })
}

/// Random sets of units, eight units to a byte: the bytes of all draws for the first eight units, then for the next.
fn random_sets(units: usize, first: usize, count: usize, options: &Bootstrap) -> Vec<u8> {
    let blocks = units.div_ceil(8);
    let mut sets = vec![0; blocks * count];
    for draw in 0..count {
        let mut generator = fast(options.seed, (first + draw) as u64);
        for word in 0..units.div_ceil(64) {
            let bits = match options.multiplier {
                Multiplier::Rademacher => generator.next_u64(),
                Multiplier::Mammen => bernoulli(&mut generator, 0.5 - 0.1 * 5.0_f64.sqrt()),
            };
            for (byte, value) in bits.to_le_bytes().into_iter().enumerate() {
                let block = word * 8 + byte;
                if block < blocks {
                    sets[block * count + draw] = value;
                }
            }
        }
    }
    sets
}

/// 64 independent bits, each 1 with this probability: every bit of `p` in turn decides the half of the open lanes whose
/// random bit differs from it (a uniform number is compared with `p` from its first binary digit on).
fn bernoulli(generator: &mut impl Rng, p: f64) -> u64 {
    let mut open = u64::MAX;
    let mut ones = 0;
    let mut rest = p;
    while open != 0 && rest > 0.0 {
        rest *= 2.0;
        let random = generator.next_u64();
        if rest >= 1.0 {
            rest -= 1.0;
            ones |= open & !random;
            open &= random;
        } else {
            open &= !random;
        }
    }
    ones
}

/// For each draw the sums of the rows in its set.
fn subset_sums(rows: &[f64], width: usize, sets: &[u8], count: usize) -> Vec<f64> {
    let mut sums = vec![0.0; count * width];
    let mut table = vec![0.0; 256 * width];
    for (block, members) in rows.chunks(8 * width).zip(sets.chunks_exact(count)) {
        let units = block.len() / width;
        for set in 1..1 << units {
            let (done, open) = table.split_at_mut(set * width);
            // The set without its lowest member is tabulated already.
            let rest = (set & (set - 1)) * width;
            let lowest = set.trailing_zeros() as usize * width;
            add(&mut open[..width], &done[rest..rest + width], &block[lowest..lowest + width]);
        }
        let mask = ((1_usize << units) - 1) as u8;
        for (sum, set) in sums.chunks_exact_mut(width).zip(members) {
            let at = usize::from(set & mask) * width;
            accumulate(sum, &table[at..at + width]);
        }
    }
    sums
}

fn add(to: &mut [f64], left: &[f64], right: &[f64]) {
    for ((to, left), right) in
        to.chunks_exact_mut(LANES).zip(left.chunks_exact(LANES)).zip(right.chunks_exact(LANES))
    {
        for lane in 0..LANES {
            to[lane] = left[lane] + right[lane];
        }
    }
}

fn accumulate(to: &mut [f64], from: &[f64]) {
    for (to, from) in to.chunks_exact_mut(LANES).zip(from.chunks_exact(LANES)) {
        for lane in 0..LANES {
            to[lane] += from[lane];
        }
    }
}

impl Draws {
    /// Bands for some of the estimates, given with their values and whether they vary at all.
    pub(super) fn bands(
        &self,
        chosen: Range<usize>,
        estimates: &[(f64, bool)],
        options: &Bootstrap,
    ) -> Result<Bands> {
        let columns = &self.columns[chosen];
        let spread = normal_quantile(0.75) - normal_quantile(0.25);
        let standard_errors: Vec<Option<f64>> = columns
            .iter()
            .zip(estimates)
            .map(|(column, (_, varies))| {
                let mut sorted = column.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                let error = (quantile(&sorted, 0.75) - quantile(&sorted, 0.25)) / spread;
                (*varies && error > 0.0).then_some(error)
            })
            .collect();
        let mut largest = vec![0.0_f64; options.draws];
        for (column, error) in columns.iter().zip(&standard_errors) {
            if let Some(error) = error {
                for (most, deviation) in largest.iter_mut().zip(column) {
                    *most = most.max(deviation.abs() / error);
                }
            }
        }
        largest.sort_unstable_by(f64::total_cmp);
        let mut remarks = Vec::new();
        let mut critical_value = quantile(&largest, options.level);
        let pointwise = normal_quantile(0.5 + options.level / 2.0);
        if standard_errors.iter().flatten().count() > 1 && critical_value < pointwise {
            remarks.push(
                "the simultaneous band came out narrower than the pointwise one, which stands instead"
                    .to_owned(),
            );
            critical_value = pointwise;
        } else if standard_errors.iter().flatten().count() == 1 {
            critical_value = pointwise;
        }
        if critical_value >= 7.0 {
            remarks.push(
                "the critical value of the band is 7 or more: cohorts are too small for the bootstrap to be relied on".to_owned(),
            );
        }
        let half = |k: usize| standard_errors[k].map_or(f64::NAN, |error| error * critical_value);
        let low = estimates.iter().enumerate().map(|(k, (value, _))| value - half(k)).collect();
        let high = estimates.iter().enumerate().map(|(k, (value, _))| value + half(k)).collect();
        Ok(Bands { standard_errors, critical_value, low, high, remarks })
    }
}

/// Smallest value that at least this share of the sorted values does not exceed (R's type 1).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = (sorted.len() as f64 * share - 1e-9).ceil().max(1.0) as usize;
    sorted[position.min(sorted.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tabulated subset sums are the plain sums over the sets, and the sets are what the distribution says.
    #[test]
    fn draws_are_sums_over_random_sets() {
        let n = 203;
        let a: Vec<f64> = (0..n).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let b: Vec<f64> = (0..n).map(|i| (f64::from(i) * 1.3).cos()).collect();
        let options = Bootstrap { draws: 40, ..Bootstrap::default() };
        let found = draws(&[&a, &b], &options).unwrap();
        let sets = random_sets(n as usize, 0, 40, &options);
        let root = 5.0_f64.sqrt();
        for draw in 0..40 {
            for (k, values) in [&a, &b].into_iter().enumerate() {
                let plain: f64 = (0..n as usize)
                    .map(|i| {
                        let member = sets[i / 8 * 40 + draw] >> (i % 8) & 1 == 1;
                        values[i] * if member { 0.5 * (1.0 + root) } else { 0.5 * (1.0 - root) }
                    })
                    .sum();
                assert!((found.columns[k][draw] - plain).abs() < 1e-11);
            }
        }
    }

    /// Five standard errors around the probability, and around the chance that neighbours are both 1.
    #[test]
    fn bits_have_their_probability() {
        let p = 0.5 - 0.1 * 5.0_f64.sqrt();
        let mut generator = fast(Seed::from_number(5), 0);
        let words = 20_000;
        let (mut ones, mut pairs) = (0, 0);
        for _ in 0..words {
            let bits = bernoulli(&mut generator, p);
            ones += bits.count_ones();
            pairs += (bits & bits.rotate_left(1)).count_ones();
        }
        let n = 64.0 * f64::from(words);
        assert!((f64::from(ones) / n - p).abs() < 5.0 * (p * (1.0 - p) / n).sqrt());
        assert!((f64::from(pairs) / n - p * p).abs() < 10.0 * (p * p / n).sqrt());
    }
}
