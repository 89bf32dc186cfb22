//! The cluster bootstrap of increments, by arm.

use rand_core::Rng;
use rayon::prelude::*;
use serde::Serialize;

use crate::numeric::vector::Processor;
use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

use super::clusters::Total;
use super::ratio::{Quadrant, QuadrantShares};

/// Draws that share a random stream.
pub(super) const BLOCK: usize = 64;

/// Increments of mean cost and mean effect in bootstrap samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// Increment of mean cost in each sample.
    pub cost: Vec<f64>,
    /// Increment of mean effect in each sample.
    pub effect: Vec<f64>,
}

/// Percentile intervals of the increments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DrawsInterval {
    /// Lower and upper end for the increment of cost.
    pub cost: (f64, f64),
    /// Lower and upper end for the increment of effect.
    pub effect: (f64, f64),
}

impl Draws {
    /// Draws made elsewhere, such as posterior draws of a model.
    ///
    /// # Errors
    /// [`StatsError::Shape`], [`StatsError::Value`], [`StatsError::TooFew`] for draws that do not pair, are not finite or not there.
    pub fn new(cost: Vec<f64>, effect: Vec<f64>) -> Result<Self> {
        StatsError::check_length("the draws of the effect", effect.len(), cost.len())?;
        StatsError::check_finite("a draw of the cost", &cost)?;
        StatsError::check_finite("a draw of the effect", &effect)?;
        if cost.is_empty() {
            return Err(StatsError::TooFew { what: "draws", found: 0, needed: 1 });
        }
        Ok(Self { cost, effect })
    }

    /// Percentile intervals of this level (quantiles with linear interpolation, Hyndman and Fan 1996, type 7).
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside `(0, 1)`.
    pub fn interval(&self, level: f64) -> Result<DrawsInterval> {
        StatsError::check_probability("the level of an interval", level)?;
        let ends = |values: &[f64]| {
            let mut sorted = values.to_vec();
            sorted.sort_unstable_by(f64::total_cmp);
            let at = |p: f64| {
                let position = p * (sorted.len() - 1) as f64;
                let below = position.floor() as usize;
                let above = (below + 1).min(sorted.len() - 1);
                sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
            };
            (at(0.5 - 0.5 * level), at(0.5 + 0.5 * level))
        };
        Ok(DrawsInterval { cost: ends(&self.cost), effect: ends(&self.effect) })
    }

    /// Share of the draws in each quadrant of the cost-effectiveness plane.
    #[must_use]
    pub fn quadrants(&self) -> QuadrantShares {
        let mut counts = [0_usize; 4];
        for (cost, effect) in self.cost.iter().zip(&self.effect) {
            counts[Quadrant::of(*cost, *effect) as usize] += 1;
        }
        QuadrantShares(counts.map(|count| count as f64 / self.cost.len() as f64))
    }
}

pub(super) fn check_draws(draws: usize) -> Result<()> {
    if (1..=100_000_000).contains(&draws) {
        return Ok(());
    }
    Err(StatsError::Setting(format!(
        "the number of bootstrap draws must lie between 1 and 100,000,000, and is {draws}"
    )))
}

pub(super) fn resample(control: &[Total], treated: &[Total], draws: usize, seed: Seed) -> Result<Draws> {
    check_draws(draws)?;
    let rows = |arm: &[Total]| -> Vec<[f64; 4]> {
        arm.iter().map(|total| [total.cost, total.effect, total.people, 0.0]).collect()
    };
    let (control, treated) = (rows(control), rows(treated));
    let (mut cost, mut effect) = (vec![0.0; draws], vec![0.0; draws]);
    cost.par_chunks_mut(BLOCK).zip(effect.par_chunks_mut(BLOCK)).enumerate().for_each(
        |(block, (cost, effect))| {
            let mut generator = fast(seed, block as u64);
            Processor::default().run(
                #[inline(always)]
                || {
                    for (cost, effect) in cost.iter_mut().zip(effect) {
                        let without = drawn_mean(&control, &mut generator);
                        let with = drawn_mean(&treated, &mut generator);
                        *cost = with.0 - without.0;
                        *effect = with.1 - without.1;
                    }
                },
            );
        },
    );
    Ok(Draws { cost, effect })
}

/// Means of one bootstrap sample of the rows `(cost, effect, people, 0)`.
#[inline(always)]
fn drawn_mean(rows: &[[f64; 4]], generator: &mut impl Rng) -> (f64, f64) {
    // Four sums, so that additions need not wait for one another.
    let mut sums = [[0.0; 4]; 4];
    let size = rows.len() as u64;
    if size < 1 << 14 {
        // Four draws from one number: Lemire's method on 16 bits, with rejection.
        let reject = (1 << 16) % size;
        let mut left = rows.len();
        while left >= 4 {
            let bits = generator.next_u64();
            for (k, sum) in sums.iter_mut().enumerate() {
                let mut product = ((bits >> (16 * k)) & 0xffff) * size;
                while product & 0xffff < reject {
                    product = (generator.next_u64() >> 48) * size;
                }
                add(sum, &rows[(product >> 16) as usize]);
            }
            left -= 4;
        }
        for _ in 0..left {
            add(&mut sums[0], &rows[generator.below(size) as usize]);
        }
    } else {
        for _ in 0..rows.len() {
            add(&mut sums[0], &rows[generator.below(size) as usize]);
        }
    }
    let total = |k: usize| (sums[0][k] + sums[1][k]) + (sums[2][k] + sums[3][k]);
    let people = total(2);
    (total(0) / people, total(1) / people)
}

#[inline(always)]
fn add(sum: &mut [f64; 4], row: &[f64; 4]) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += value;
    }
}
