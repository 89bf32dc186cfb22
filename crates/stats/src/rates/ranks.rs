//! Ranks with their uncertainty, from draws of the posterior distributions.

use rayon::prelude::*;
use serde::Serialize;

use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

use super::order;
use super::posterior::Posterior;

/// What to compute from the draws.
#[derive(Debug, Clone, PartialEq)]
pub struct RankOptions {
    /// Number of draws; 4,000 leave a standard error of at most 0.008 on a probability.
    pub draws: usize,
    /// Level of the rank intervals.
    pub level: f64,
    /// The numbers `k` for which the probability of being among the `k` highest is wanted.
    pub highest: Vec<usize>,
}

impl Default for RankOptions {
    fn default() -> Self {
        Self { draws: 4000, level: 0.9, highest: vec![10] }
    }
}

/// A unit's place among the others, 1 for the highest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitRank {
    /// Mean of the rank over the draws (Laird and Louis 1989).
    pub expected: f64,
    /// Lower end of the rank interval: the smallest rank that is reached with probability `(1 - level) / 2`.
    pub low: usize,
    /// Upper end of the rank interval.
    pub high: usize,
    /// Probability of being among the `k` highest, for each `k` asked for.
    pub among_highest: Vec<f64>,
}

/// Ranks of all units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    /// One for each unit, in the order given.
    pub units: Vec<UnitRank>,
    /// The `k` of each element of [`UnitRank::among_highest`].
    pub highest: Vec<usize>,
    /// Level of the intervals.
    pub level: f64,
    /// Draws that the figures rest on; a probability `p` has Monte Carlo standard error `sqrt(p (1 - p) / draws)`.
    pub draws: usize,
}

/// Ranks units by their true rates, the highest first: in every draw each unit's rate is drawn from its posterior
/// distribution and the units are ranked (Goldstein and Spiegelhalter 1996, section 4; Laird and Louis 1989).
///
/// Draw `d` uses stream `d` of the seed. Equal rates are put in random order. All figures are exact functions of the draws
/// (no binning), and the memory is about `draws * (1 - level)` numbers for each unit.
///
/// # Errors
/// [`StatsError::TooFew`] for no unit, [`StatsError::Setting`] for no draws, a level outside `(0, 1)`, a `k` of 0 or above the
/// number of units, more than 1,048,576 units; [`StatsError::Value`] for a posterior that is not a distribution.
pub fn rank(posteriors: &[Posterior], options: &RankOptions, seed: Seed) -> Result<Ranking> {
    let drawers = Drawers::new(posteriors)?;
    rank_draws(posteriors.len(), options, seed, |generator, keys| drawers.keys(generator, keys))
}

/// Probability of each unit of being among the `k` highest, by selection instead of sorting: what to use when nothing else is
/// wanted. Draw `d` uses stream `d` of the seed.
///
/// # Errors
/// As [`rank`].
pub fn probability_among_highest(
    posteriors: &[Posterior],
    k: usize,
    draws: usize,
    seed: Seed,
) -> Result<Vec<f64>> {
    check(posteriors.len(), &RankOptions { draws, level: 0.9, highest: vec![k] })?;
    let drawers = Drawers::new(posteriors)?;
    const CHUNK: usize = 64;
    let counts = (0..draws.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut counts = vec![0_u32; posteriors.len()];
            let mut keys = Vec::with_capacity(posteriors.len());
            for draw in chunk * CHUNK..((chunk + 1) * CHUNK).min(draws) {
                let mut generator = fast(seed, draw as u64);
                keys.clear();
                drawers.keys(&mut generator, &mut keys);
                order::first(&mut keys, k, &mut generator, |unit| counts[unit] += 1);
            }
            counts
        })
        // Sums of whole numbers do not depend on their order.
        .reduce(
            || vec![0; posteriors.len()],
            |mut left, right| {
                left.iter_mut().zip(right).for_each(|(a, b)| *a += b);
                left
            },
        );
    Ok(counts.into_iter().map(|count| f64::from(count) / draws as f64).collect())
}

fn check(units: usize, options: &RankOptions) -> Result<()> {
    if units == 0 {
        return Err(StatsError::TooFew { what: "units to rank", found: 0, needed: 1 });
    }
    if units > order::MOST_UNITS {
        return Err(StatsError::Setting(format!(
            "{units} units are too many to rank together; the limit is {}",
            order::MOST_UNITS
        )));
    }
    if options.draws == 0 || options.draws > 10_000_000 {
        return Err(StatsError::Setting(format!(
            "the number of draws must lie between 1 and 10,000,000, and is {}",
            options.draws
        )));
    }
    StatsError::check_probability("the level of a rank interval", options.level)?;
    match options.highest.iter().find(|k| **k == 0 || **k > units) {
        None => Ok(()),
        Some(k) => Err(StatsError::Setting(format!("there are no {k} highest among {units} units"))),
    }
}

/// Ranks units by keys that a function draws, and keeps what the summary needs.
pub(super) fn rank_draws<G>(units: usize, options: &RankOptions, seed: Seed, draw: G) -> Result<Ranking>
where
    G: Fn(&mut rand_xoshiro::Xoshiro256PlusPlus, &mut Vec<u64>) + Sync,
{
    check(units, options)?;
    let batch = (6_000_000 / units).clamp(1, 4096).min(options.draws);
    let tail = 0.5 * (1.0 - options.level);
    let from_below = at_least_one(tail * options.draws as f64);
    let from_above = options.draws - at_least_one((1.0 - tail) * options.draws as f64) + 1;
    let mut summaries: Vec<Summary> =
        (0..units).map(|_| Summary::new(from_below, from_above, options.highest.len())).collect();
    let mut ranks = vec![0_u32; batch * units];
    let mut done = 0;
    while done < options.draws {
        let here = batch.min(options.draws - done);
        ranks[..here * units].par_chunks_mut(units).enumerate().for_each_init(
            || (Vec::with_capacity(units), Vec::with_capacity(units)),
            |(keys, spare), (b, row)| {
                let mut generator = fast(seed, (done + b) as u64);
                keys.clear();
                draw(&mut generator, keys);
                order::sort(keys, spare, &mut generator);
                for (place, key) in keys.iter().enumerate() {
                    row[order::unit(*key)] = place as u32 + 1;
                }
            },
        );
        const BLOCK: usize = 32;
        summaries.par_chunks_mut(BLOCK).enumerate().for_each(|(block, summaries)| {
            let mut column = vec![0; here];
            for (i, summary) in summaries.iter_mut().enumerate() {
                let unit = block * BLOCK + i;
                for (b, rank) in column.iter_mut().enumerate() {
                    *rank = ranks[b * units + unit];
                }
                summary.add(&column, &options.highest);
            }
        });
        done += here;
    }
    Ok(Ranking {
        units: summaries.into_iter().map(|summary| summary.finish(options.draws)).collect(),
        highest: options.highest.clone(),
        level: options.level,
        draws: options.draws,
    })
}

/// `ceil` of a product that should be whole where it nearly is.
fn at_least_one(position: f64) -> usize {
    ((position - 1e-9).ceil() as usize).max(1)
}

/// A unit's ranks so far: their sum, the counts among the highest, the smallest and the largest.
struct Summary {
    sum: u64,
    among: Vec<u32>,
    smallest: Least,
    /// Complements of the largest.
    largest: Least,
}

impl Summary {
    fn new(from_below: usize, from_above: usize, highest: usize) -> Self {
        Self {
            sum: 0,
            among: vec![0; highest],
            smallest: Least::new(from_below),
            largest: Least::new(from_above),
        }
    }

    fn add(&mut self, ranks: &[u32], highest: &[usize]) {
        self.sum += ranks.iter().map(|rank| u64::from(*rank)).sum::<u64>();
        for (count, k) in self.among.iter_mut().zip(highest) {
            *count += ranks.iter().filter(|rank| **rank as usize <= *k).count() as u32;
        }
        self.smallest.add(ranks.iter().copied());
        self.largest.add(ranks.iter().map(|rank| !rank));
    }

    fn finish(self, draws: usize) -> UnitRank {
        let draws = draws as f64;
        UnitRank {
            expected: self.sum as f64 / draws,
            low: self.smallest.last() as usize,
            high: !self.largest.last() as usize,
            among_highest: self.among.iter().map(|count| f64::from(*count) / draws).collect(),
        }
    }
}

/// The `keep` smallest numbers seen.
struct Least {
    keep: usize,
    values: Vec<u32>,
    /// Largest of the kept, once there are enough.
    bound: u32,
}

impl Least {
    fn new(keep: usize) -> Self {
        Self { keep, values: Vec::new(), bound: u32::MAX }
    }

    fn add(&mut self, values: impl Iterator<Item = u32>) {
        let bound = self.bound;
        self.values.extend(values.filter(|value| *value < bound));
        // Selecting only when half as many again have come makes the work for each value constant.
        if self.values.len() >= self.keep + self.keep / 2 {
            self.settle();
        }
    }

    fn settle(&mut self) {
        if self.values.len() >= self.keep {
            let (_, largest, _) = self.values.select_nth_unstable(self.keep - 1);
            self.bound = *largest;
            self.values.truncate(self.keep);
        }
    }

    fn last(mut self) -> u32 {
        self.settle();
        self.values.iter().copied().max().unwrap_or(0)
    }
}

/// Samplers of all units with their constants worked out once.
struct Drawers {
    units: Vec<Drawer>,
    /// Compare logarithms of rates: needed where a gamma with a small shape would fall to zero, or a unit is log-normal.
    logarithmic: bool,
}

#[derive(Clone, Copy)]
enum Drawer {
    /// Marsaglia and Tsang (2000): `scale * d (1 + c x)^3`.
    Gamma {
        d: f64,
        c: f64,
        scale: f64,
    },
    /// Shape below one, on the log scale where small values keep their order: `Gamma(shape + 1) U^(1/shape)`.
    SmallGamma {
        d: f64,
        c: f64,
        log_scale: f64,
        inverse: f64,
    },
    LogNormal {
        location: f64,
        scale: f64,
    },
    Known(f64),
}

impl Drawers {
    fn new(posteriors: &[Posterior]) -> Result<Self> {
        let units = posteriors
            .iter()
            .enumerate()
            .map(|(i, posterior)| {
                let good = match *posterior {
                    Posterior::Gamma { shape, rate } => {
                        shape > 0.0 && rate > 0.0 && shape.is_finite() && rate.is_finite()
                    }
                    Posterior::LogNormal { location, scale } => {
                        location.is_finite() && scale.is_finite() && scale >= 0.0
                    }
                    Posterior::Known(value) => value.is_finite() && value >= 0.0,
                };
                if good {
                    return Ok(Drawer::new(posterior));
                }
                let reason = "has parameters that no distribution of a rate has";
                Err(StatsError::Value { what: "a posterior distribution".to_owned(), row: i + 1, reason })
            })
            .collect::<Result<Vec<Drawer>>>()?;
        let logarithmic =
            units.iter().any(|unit| matches!(unit, Drawer::SmallGamma { .. } | Drawer::LogNormal { .. }));
        Ok(Self { units, logarithmic })
    }

    /// Appends the key of each unit's drawn rate.
    fn keys(&self, generator: &mut impl Sample, keys: &mut Vec<u64>) {
        let mut normals = Normals { spare: None };
        for (unit, drawer) in self.units.iter().enumerate() {
            let value = match *drawer {
                Drawer::Gamma { d, c, scale } => {
                    let value = gamma(d, c, generator, &mut normals) * scale;
                    if self.logarithmic { value.ln() } else { value }
                }
                Drawer::SmallGamma { d, c, log_scale, inverse } => {
                    let boost = generator.positive_uniform().ln() * inverse;
                    gamma(d, c, generator, &mut normals).ln() + log_scale + boost
                }
                Drawer::LogNormal { location, scale } => location + scale * normals.next(generator),
                Drawer::Known(value) => {
                    if self.logarithmic {
                        value.ln()
                    } else {
                        value
                    }
                }
            };
            keys.push(order::key(value, unit));
        }
    }
}

impl Drawer {
    fn new(posterior: &Posterior) -> Self {
        match *posterior {
            Posterior::Gamma { shape, rate } => {
                let d = if shape < 1.0 { shape + 1.0 } else { shape } - 1.0 / 3.0;
                let c = 1.0 / (9.0 * d).sqrt();
                if shape < 1.0 {
                    Self::SmallGamma { d, c, log_scale: -rate.ln(), inverse: 1.0 / shape }
                } else {
                    Self::Gamma { d, c, scale: 1.0 / rate }
                }
            }
            Posterior::LogNormal { location, scale } => Self::LogNormal { location, scale },
            Posterior::Known(value) => Self::Known(value),
        }
    }
}

/// A gamma deviate; the squeeze `u < 1 - 0.0331 x^4` settles nearly all without a logarithm (Marsaglia and Tsang 2000).
fn gamma(d: f64, c: f64, generator: &mut impl Sample, normals: &mut Normals) -> f64 {
    loop {
        let x = normals.next(generator);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        let u = generator.positive_uniform();
        let square = x * x;
        if u < 1.0 - 0.0331 * square * square || u.ln() < 0.5 * square + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Normal deviates by the polar method, both of each pair.
struct Normals {
    spare: Option<f64>,
}

impl Normals {
    fn next(&mut self, generator: &mut impl Sample) -> f64 {
        if let Some(value) = self.spare.take() {
            return value;
        }
        loop {
            let x = 2.0 * generator.uniform() - 1.0;
            let y = 2.0 * generator.uniform() - 1.0;
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                let scale = (-2.0 * s.ln() / s).sqrt();
                self.spare = Some(y * scale);
                return x * scale;
            }
        }
    }
}
