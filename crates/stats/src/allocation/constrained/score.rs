use super::super::arms::Arms;
use super::super::list::{FrozenList, Values};
use super::super::strata::strata;
use super::Constraint;
use crate::{Result, StatsError};

/// Sums are taken in blocks of this many covariates, so that the compiler can use wide registers.
const LANES: usize = 8;
const MOST_COLUMNS: usize = 256;

/// Balance scores.
///
/// `score = sum_j w_j sum_{a < b} (mean_aj - mean_bj)^2` over covariates `j` (the levels of a factor but the first count as
/// covariates) and pairs of arms, where covariates are standardised (divisor `n`) and rounded to whole multiples of `1 / scale`;
/// or absolute differences. Sums of whole numbers below 2^53 are exact in doubles.
pub(super) struct Scorer {
    arms: usize,
    weights: Vec<f64>,
    absolute: bool,
    scale: f64,
    /// Whole numbers: for each place (units sorted by stratum), `lanes` covariates padded with zeros.
    values: Vec<f64>,
    lanes: usize,
    totals: Vec<f64>,
    /// For every four places, the sums of the 16 subsets.
    tables: Vec<f64>,
    places: Vec<usize>,
}

impl Scorer {
    pub(super) fn new(list: &FrozenList, arms: &Arms, constraint: &Constraint) -> Result<Self> {
        StatsError::check_length(
            "the weights of the constraint",
            constraint.weights.len(),
            list.columns.len(),
        )?;
        let (columns, weights) = expanded(list, &constraint.weights)?;
        let n = list.len();
        let scale = scale(n);
        let lanes = columns.len().div_ceil(LANES) * LANES;
        let places: Vec<usize> = strata(list).into_iter().flat_map(|stratum| stratum.units).collect();
        let mut values = vec![0.0; n.div_ceil(4) * 4 * lanes];
        for (j, column) in columns.iter().enumerate() {
            let whole = standardised(column, scale);
            for (place, &unit) in places.iter().enumerate() {
                values[place * lanes + j] = whole[unit];
            }
        }
        let mut totals = vec![0.0; lanes];
        for row in values.chunks(lanes) {
            for (total, value) in totals.iter_mut().zip(row) {
                *total += value;
            }
        }
        let tables = tables(&values, lanes);
        Ok(Self {
            arms: arms.count(),
            weights,
            absolute: constraint.absolute,
            scale,
            values,
            lanes,
            totals,
            tables,
            places,
        })
    }

    /// Score of an allocation given as arms in the order of the list.
    pub(super) fn labels(&self, labels: &[u8]) -> f64 {
        let mut sums = vec![0.0; self.arms * self.lanes];
        let mut counts = vec![0.0; self.arms];
        for (place, &unit) in self.places.iter().enumerate() {
            let arm = usize::from(labels[unit]);
            counts[arm] += 1.0;
            let row = &self.values[place * self.lanes..(place + 1) * self.lanes];
            for (sum, value) in sums[arm * self.lanes..(arm + 1) * self.lanes].iter_mut().zip(row) {
                *sum += value;
            }
        }
        self.score(&sums, &counts)
    }

    /// Score of an allocation to two arms given as bits by place, one for the second arm.
    pub(super) fn bits(&self, words: &[u64], ones: usize, sums: &mut Vec<f64>) -> f64 {
        let lanes = self.lanes;
        sums.clear();
        sums.resize(2 * lanes, 0.0);
        let (first, second) = sums.split_at_mut(lanes);
        if lanes == LANES {
            let mut block = [0.0; LANES];
            self.sum_subsets(words, 0, &mut block);
            second.copy_from_slice(&block);
        } else {
            for start in (0..lanes).step_by(LANES) {
                let mut block = [0.0; LANES];
                self.sum_subsets(words, start, &mut block);
                second[start..start + LANES].copy_from_slice(&block);
            }
        }
        for ((first, second), total) in first.iter_mut().zip(second.iter()).zip(&self.totals) {
            *first = total - second;
        }
        self.score(sums, &[(self.places.len() - ones) as f64, ones as f64])
    }

    /// Sums over the places whose bit is set, by four places at a time.
    #[inline]
    fn sum_subsets(&self, words: &[u64], start: usize, block: &mut [f64; LANES]) {
        let lanes = self.lanes;
        let quads = self.places.len().div_ceil(4);
        for (quad, table) in self.tables.chunks_exact(16 * lanes).take(quads).enumerate() {
            let subset = (words[quad / 16] >> (quad % 16 * 4) & 15) as usize;
            let row = &table[subset * lanes + start..subset * lanes + start + LANES];
            for k in 0..LANES {
                block[k] += row[k];
            }
        }
    }

    fn score(&self, sums: &[f64], counts: &[f64]) -> f64 {
        let mut score = 0.0;
        for (j, weight) in self.weights.iter().enumerate() {
            let mut spread = 0.0;
            for a in 0..self.arms {
                for b in a + 1..self.arms {
                    let cross = sums[a * self.lanes + j] * counts[b] - sums[b * self.lanes + j] * counts[a];
                    let difference = cross / (counts[a] * counts[b] * self.scale);
                    spread += if self.absolute { difference.abs() } else { difference * difference };
                }
            }
            score += weight * spread;
        }
        score
    }
}

/// The largest power of ten up to a million for which `n^2` standardised values still sum exactly below 2^53.
fn scale(n: usize) -> f64 {
    let n = n as f64;
    let mut scale = 1e6;
    while scale > 1.0 && n * n * n.sqrt() * scale > 9.0e15 {
        scale /= 10.0;
    }
    scale
}

/// `round(scale (x - mean) / sd)`, halves away from zero; zeros for a constant.
fn standardised(column: &[f64], scale: f64) -> Vec<f64> {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let sd = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
    if sd <= 1e-12 * mean.abs() || sd == 0.0 || !sd.is_finite() {
        return vec![0.0; column.len()];
    }
    column.iter().map(|x| (scale * ((x - mean) / sd)).round()).collect()
}

/// Numbers as they are; each level of a factor but the first (in the order of bytes) as an indicator of its own.
fn expanded(list: &FrozenList, weights: &[f64]) -> Result<(Vec<Vec<f64>>, Vec<f64>)> {
    let mut columns = Vec::new();
    let mut expanded = Vec::new();
    for (column, &weight) in list.columns.iter().zip(weights) {
        if weight == 0.0 {
            continue;
        }
        match &column.values {
            Values::Numbers(numbers) => {
                columns.push(numbers.clone());
                expanded.push(weight);
            }
            Values::Levels(levels) => {
                let mut names: Vec<&String> = levels.iter().collect();
                names.sort();
                names.dedup();
                for name in names.iter().skip(1) {
                    columns.push(levels.iter().map(|level| f64::from(u8::from(level == *name))).collect());
                    expanded.push(weight);
                    if columns.len() > MOST_COLUMNS {
                        return Err(StatsError::Setting(format!(
                            "a constraint takes at most {MOST_COLUMNS} covariates and levels"
                        )));
                    }
                }
            }
        }
    }
    Ok((columns, expanded))
}

fn tables(values: &[f64], lanes: usize) -> Vec<f64> {
    let mut tables = Vec::with_capacity(values.len() * 4);
    for quad in values.chunks(4 * lanes) {
        for subset in 0..16_usize {
            for j in 0..lanes {
                tables.push((0..4).filter(|k| subset >> k & 1 == 1).map(|k| quad[k * lanes + j]).sum());
            }
        }
    }
    tables
}
