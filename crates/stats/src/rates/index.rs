//! A transparent index: a weighted sum of standardised measures, and how much its order depends on the weights.

use serde::Serialize;

use crate::random::{Sample, Seed};
use crate::{Result, StatsError};

use super::dispersion::quantile;
use super::order;
use super::ranks::{RankOptions, Ranking, UnitRank, rank_draws};

/// One measure of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexMeasure {
    /// Name, for messages and tables.
    pub name: String,
    /// Value of each unit; NaN where it is missing.
    pub values: Vec<f64>,
    /// Weight, zero or more; weights are scaled to sum to 1.
    pub weight: f64,
    /// True if a high value puts a unit high in the order.
    pub high_is_high: bool,
}

/// How measures are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Standardisation {
    /// Distance from the mean in standard deviations.
    Deviations,
    /// Distance from the median in median absolute deviations times 1.4826: outliers do not set the scale. Where more than half of the
    /// units share one value the scale is the interquartile range over 1.349, else the standard deviation.
    Robust,
    /// Share of units below, counting half of those equal, from 0 to 1.
    Percentiles,
}

/// What a missing value does to a unit's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Missing {
    /// The unit's other weights are scaled up to sum to 1.
    Reweigh,
    /// The unit counts as average in this measure.
    Average,
}

/// Settings of [`need_index`].
#[derive(Debug, Clone, PartialEq)]
pub struct IndexOptions {
    /// How measures are made comparable.
    pub standardisation: Standardisation,
    /// What a missing value does.
    pub missing: Missing,
    /// Concentration `c` of the draws of weights, `Dirichlet(c w_1, ..., c w_m)`: a weight `w` has standard deviation
    /// `sqrt(w (1 - w) / (c + 1))`. With 20, a weight of 0.25 mostly lies between 0.11 and 0.42.
    pub concentration: f64,
    /// Draws, level and `k` of the ranks.
    pub ranks: RankOptions,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self {
            standardisation: Standardisation::Deviations,
            missing: Missing::Reweigh,
            concentration: 20.0,
            ranks: RankOptions::default(),
        }
    }
}

/// A unit's index and how firmly it has its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndexUnit {
    /// The index at the weights as given; `None` if every measure that has a weight is missing.
    pub index: Option<f64>,
    /// What each measure adds to the index, in their order; `None` where it is missing.
    pub contributions: Vec<Option<f64>>,
    /// Number of missing measures.
    pub missing: usize,
    /// Rank over draws of the weights and of the missing values.
    pub rank: UnitRank,
}

/// An index of all units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NeedIndex {
    /// Names of the measures.
    pub measures: Vec<String>,
    /// Weights, scaled to sum to 1.
    pub weights: Vec<f64>,
    /// One for each unit.
    pub units: Vec<IndexUnit>,
    /// For each `k` asked for: expected share of the `k` highest at the given weights that are among the `k` highest when
    /// weights and missing values are drawn.
    pub expected_overlap: Vec<f64>,
    /// For each measure: Spearman's correlation of the index with the index that leaves the measure out; `None` where nothing
    /// would be left or does not vary.
    pub without: Vec<Option<f64>>,
    /// Level of the rank intervals, draws and `k`.
    pub level: f64,
    /// Draws.
    pub draws: usize,
    /// The `k` asked for.
    pub highest: Vec<usize>,
    /// What a reader should know: measures that do not vary, missing values.
    pub remarks: Vec<String>,
}

/// Weighs standardised measures into an index and ranks units by it, the highest first.
///
/// In each draw the weights come from a Dirichlet distribution around those given, and a missing value is replaced by that of a
/// random unit which has the measure; the ranks therefore say how stable the order is under other weights and missing data. Draw `d`
/// uses stream `d` of the seed. For stability over years, compare the indices of two years by [`Self::agreement`](NeedIndex::agreement).
///
/// # Errors
/// [`StatsError::TooFew`] for no measure or fewer than two units; [`StatsError::Shape`] for measures of different length;
/// [`StatsError::Value`] for an infinite value; [`StatsError::Setting`] for weights that are negative or all zero, a concentration that is
/// not positive; [`StatsError::NoAnswer`] if no measure with a weight varies.
pub fn need_index(measures: &[IndexMeasure], options: &IndexOptions, seed: Seed) -> Result<NeedIndex> {
    check(measures, options)?;
    let units = measures[0].values.len();
    let total: f64 = measures.iter().map(|measure| measure.weight).sum();
    let weights: Vec<f64> = measures.iter().map(|measure| measure.weight / total).collect();
    let mut remarks = Vec::new();
    let mut scores = Vec::with_capacity(measures.len());
    let mut varies = false;
    for measure in measures {
        let (score, constant) = standardise(measure, options.standardisation)?;
        if constant {
            remarks.push(format!("{} does not vary and does not move the index", measure.name));
        }
        let missing = score.iter().filter(|z| z.is_nan()).count();
        if missing > 0 {
            remarks.push(format!("{} is missing for {missing} of {units} units", measure.name));
        }
        varies |= !constant && measure.weight > 0.0;
        scores.push(score);
    }
    if !varies {
        return Err(StatsError::NoAnswer(
            "no measure with a weight varies between units, so there is no order to find".to_owned(),
        ));
    }
    let index = combine(&scores, &weights, options.missing);
    let ranking = draw_ranks(&scores, &weights, options, seed)?;
    let expected_overlap = overlap(&index, &ranking);
    let without = (0..measures.len())
        .map(|left_out| {
            let mut others = weights.clone();
            others[left_out] = 0.0;
            if others.iter().sum::<f64>() <= 0.0 {
                return None;
            }
            spearman(&index, &combine(&scores, &others, options.missing))
        })
        .collect();
    let units = ranking.units.into_iter().enumerate().map(|(i, rank)| {
        let share = used_weight(&scores, &weights, i, options.missing);
        let contribution = |j: usize| {
            let z: f64 = scores[j][i];
            (!z.is_nan()).then(|| if share > 0.0 { weights[j] * z / share } else { 0.0 })
        };
        IndexUnit {
            index: index[i],
            contributions: (0..scores.len()).map(contribution).collect(),
            missing: scores.iter().filter(|score| score[i].is_nan()).count(),
            rank,
        }
    });
    Ok(NeedIndex {
        measures: measures.iter().map(|measure| measure.name.clone()).collect(),
        units: units.collect(),
        weights,
        expected_overlap,
        without,
        level: options.ranks.level,
        draws: options.ranks.draws,
        highest: options.ranks.highest.clone(),
        remarks,
    })
}

impl NeedIndex {
    /// Spearman's correlation with another index of the same units (another year, other weights), over the units that have both;
    /// `None` if there are fewer than two or one of the indices does not vary.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if the other index has another number of units.
    pub fn agreement(&self, other: &Self) -> Result<Option<f64>> {
        StatsError::check_length("the other index", other.units.len(), self.units.len())?;
        let values =
            |index: &Self| -> Vec<Option<f64>> { index.units.iter().map(|unit| unit.index).collect() };
        Ok(spearman(&values(self), &values(other)))
    }
}

fn check(measures: &[IndexMeasure], options: &IndexOptions) -> Result<()> {
    let Some(first) = measures.first() else {
        return Err(StatsError::TooFew { what: "measures of an index", found: 0, needed: 1 });
    };
    let units = first.values.len();
    if units < 2 {
        return Err(StatsError::TooFew { what: "units of an index", found: units, needed: 2 });
    }
    for measure in measures {
        StatsError::check_length("a measure of the index", measure.values.len(), units)?;
        if let Some(at) = measure.values.iter().position(|value| value.is_infinite()) {
            let reason = "is infinite";
            return Err(StatsError::Value { what: measure.name.clone(), row: at + 1, reason });
        }
        if !(measure.weight >= 0.0 && measure.weight.is_finite()) {
            return Err(StatsError::Setting(format!(
                "the weight of {} must be zero or more, and is {}",
                measure.name, measure.weight
            )));
        }
    }
    if measures.iter().all(|measure| measure.weight == 0.0) {
        return Err(StatsError::Setting("at least one weight of the index must be above zero".to_owned()));
    }
    if options.concentration > 0.0 && options.concentration.is_finite() {
        Ok(())
    } else {
        Err(StatsError::Setting(format!(
            "the concentration of the weights must be positive, and is {}",
            options.concentration
        )))
    }
}

/// Standard scores (NaN where missing) and whether the measure is constant.
fn standardise(measure: &IndexMeasure, how: Standardisation) -> Result<(Vec<f64>, bool)> {
    let mut sorted: Vec<f64> = measure.values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some((&low, &high)) = sorted.first().zip(sorted.last()) else {
        return Err(StatsError::NoAnswer(format!("{} is missing for every unit", measure.name)));
    };
    let sign = if measure.high_is_high { 1.0 } else { -1.0 };
    if low == high {
        let centre = if how == Standardisation::Percentiles { 0.5 } else { 0.0 };
        return Ok((measure.values.iter().map(|v| if v.is_nan() { *v } else { centre }).collect(), true));
    }
    let n = sorted.len() as f64;
    let scores = match how {
        Standardisation::Percentiles => {
            let share = |value: f64| {
                let below = sorted.partition_point(|other| *other < value) as f64;
                let not_above = sorted.partition_point(|other| *other <= value) as f64;
                let percentile = 0.5 * (below + not_above) / n;
                if measure.high_is_high { percentile } else { 1.0 - percentile }
            };
            measure.values.iter().map(|v| if v.is_nan() { *v } else { share(*v) }).collect()
        }
        Standardisation::Deviations | Standardisation::Robust => {
            let mean = sorted.iter().sum::<f64>() / n;
            let sd = (sorted.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            let (centre, scale) = if how == Standardisation::Robust {
                (quantile(&sorted, 0.5), robust_scale(&sorted, sd))
            } else {
                (mean, sd)
            };
            measure.values.iter().map(|v| sign * (v - centre) / scale).collect()
        }
    };
    Ok((scores, false))
}

fn robust_scale(sorted: &[f64], sd: f64) -> f64 {
    let median = quantile(sorted, 0.5);
    let mut distances: Vec<f64> = sorted.iter().map(|v| (v - median).abs()).collect();
    distances.sort_unstable_by(f64::total_cmp);
    let mad = 1.4826 * quantile(&distances, 0.5);
    let range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
    if mad > 0.0 {
        mad
    } else if range > 0.0 {
        range
    } else {
        sd
    }
}

/// Sum of the weights by which a unit's index is divided.
fn used_weight(scores: &[Vec<f64>], weights: &[f64], i: usize, missing: Missing) -> f64 {
    let observed: f64 =
        scores.iter().zip(weights).filter(|(score, _)| !score[i].is_nan()).map(|(_, weight)| weight).sum();
    match missing {
        Missing::Reweigh => observed,
        Missing::Average if observed > 0.0 => weights.iter().sum(),
        Missing::Average => 0.0,
    }
}

fn combine(scores: &[Vec<f64>], weights: &[f64], missing: Missing) -> Vec<Option<f64>> {
    (0..scores[0].len())
        .map(|i| {
            let share = used_weight(scores, weights, i, missing);
            let sum: f64 = scores
                .iter()
                .zip(weights)
                .map(|(score, weight)| if score[i].is_nan() { 0.0 } else { weight * score[i] })
                .sum();
            (share > 0.0).then(|| sum / share)
        })
        .collect()
}

fn draw_ranks(scores: &[Vec<f64>], weights: &[f64], options: &IndexOptions, seed: Seed) -> Result<Ranking> {
    let units = scores[0].len();
    let observed: Vec<Vec<f64>> =
        scores.iter().map(|score| score.iter().copied().filter(|z| !z.is_nan()).collect()).collect();
    let gaps: Vec<Vec<usize>> =
        scores.iter().map(|score| (0..units).filter(|i| score[*i].is_nan()).collect()).collect();
    let filled: Vec<Vec<f64>> = scores
        .iter()
        .map(|score| score.iter().map(|z| if z.is_nan() { 0.0 } else { *z }).collect())
        .collect();
    rank_draws(units, &options.ranks, seed, |generator, keys| {
        let drawn: Vec<f64> = weights
            .iter()
            .map(|weight| if *weight > 0.0 { generator.gamma(options.concentration * weight) } else { 0.0 })
            .collect();
        let mut index = vec![0.0; units];
        for (j, weight) in drawn.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            for (sum, z) in index.iter_mut().zip(&filled[j]) {
                *sum += weight * z;
            }
            for &i in &gaps[j] {
                index[i] += weight * observed[j][generator.below(observed[j].len() as u64) as usize];
            }
        }
        keys.extend(index.iter().enumerate().map(|(unit, value)| order::key(*value, unit)));
    })
}

/// Expected share of the `k` highest by `index` among the `k` highest of the draws; ties at the border share their places.
fn overlap(index: &[Option<f64>], ranking: &Ranking) -> Vec<f64> {
    let mut units: Vec<usize> = (0..index.len()).filter(|i| index[*i].is_some()).collect();
    let value = |i: usize| index[i].unwrap_or(f64::NEG_INFINITY);
    units.sort_by(|a, b| value(*b).total_cmp(&value(*a)));
    let mean = |position: usize, k: usize| {
        let top = &units[..k.min(units.len())];
        let Some(&border) = top.last() else { return 0.0 };
        let certain = top.iter().filter(|i| value(**i) > value(border)).count();
        let tied: Vec<usize> = units.iter().copied().filter(|i| value(*i) == value(border)).collect();
        let share = (top.len() - certain) as f64 / tied.len() as f64;
        let among = |i: &usize| ranking.units[*i].among_highest[position];
        let sum = top[..certain].iter().map(among).sum::<f64>() + share * tied.iter().map(among).sum::<f64>();
        sum / k as f64
    };
    ranking.highest.iter().enumerate().map(|(position, k)| mean(position, *k)).collect()
}

/// Spearman's rank correlation with mid-ranks for ties.
fn spearman(left: &[Option<f64>], right: &[Option<f64>]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = left.iter().zip(right).filter_map(|(a, b)| a.zip(*b)).collect();
    let a = mid_ranks(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let b = mid_ranks(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    let mean = 0.5 * (pairs.len() as f64 + 1.0);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(&b) {
        ab += (x - mean) * (y - mean);
        aa += (x - mean) * (x - mean);
        bb += (y - mean) * (y - mean);
    }
    (aa > 0.0 && bb > 0.0).then(|| ab / (aa * bb).sqrt())
}

/// Ranks from 1 for the smallest, equal values sharing the mean of theirs.
pub(crate) fn mid_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && values[order[end]] == values[order[start]] {
            end += 1;
        }
        let middle = 0.5 * (start + 1 + end) as f64;
        order[start..end].iter().for_each(|i| ranks[*i] = middle);
        start = end;
    }
    ranks
}
