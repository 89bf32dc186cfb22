use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::arms::Arms;
use super::list::{FrozenList, Values};
use super::method::{Imbalance, Minimisation};
use crate::random::{Sample, Seed, audited};
use crate::{Result, StatsError};

/// One allocation by minimisation, with everything that is needed to check it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Weighted imbalance if the unit went to each arm.
    pub scores: Vec<f64>,
    /// Probability of each arm.
    pub probabilities: Vec<f64>,
    /// The random element: a number from 0 to 1, held against the running sums of the probabilities.
    pub uniform: f64,
    /// The arm drawn.
    pub arm: usize,
}

/// Scores this close are a tie: they are sums of a few fractions of whole numbers.
const TIE: f64 = 1e-9;

impl Minimisation {
    pub(super) fn check(&self, arms: &Arms) -> Result<()> {
        let all = self.weights.iter().chain([&self.stratum_weight, &self.total_weight]);
        if all.clone().any(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(StatsError::Setting("weights of minimisation must be zero or more".into()));
        }
        if all.sum::<f64>() <= 0.0 {
            return Err(StatsError::Setting("minimisation needs a factor with a weight above zero".into()));
        }
        let least = arms.ratio.iter().min().copied().unwrap_or(1);
        let share = f64::from(least) / arms.block() as f64;
        if self.p >= share && self.p <= 1.0 {
            return Ok(());
        }
        Err(StatsError::Setting(format!(
            "the probability of the preferred arm must lie from {share} to 1, and is {}",
            self.p
        )))
    }

    /// Probability of the preferred arm `i`: `1 - (1 - p) sum_{j != i} r_j / sum_{j != s} r_j`, where `s` is the arm with the
    /// smallest part of the ratio (Han, Enas and McEntegart 2009, eq. 2); `p` itself for equal parts.
    fn preference(&self, arms: &Arms, preferred: usize) -> f64 {
        let sum = arms.block() as f64;
        let least = f64::from(arms.ratio.iter().min().copied().unwrap_or(1));
        1.0 - (1.0 - self.p) * (sum - f64::from(arms.ratio[preferred])) / (sum - least)
    }
}

/// Minimisation as units arrive. Unit `i` (from 0) takes its random element from stream `i` of the seed, so that each step can
/// be repeated by itself.
#[derive(Debug, Clone)]
pub struct Minimiser {
    arms: Arms,
    settings: Minimisation,
    seed: Seed,
    /// Units so far, by arm.
    totals: Vec<f64>,
    /// For each factor and level, units so far by arm.
    counts: Vec<HashMap<String, Vec<f64>>>,
    arrived: u64,
}

impl Minimiser {
    /// Nobody has arrived yet.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for settings that make no sense.
    pub fn new(arms: &Arms, settings: &Minimisation, seed: Seed) -> Result<Self> {
        arms.check()?;
        settings.check(arms)?;
        Ok(Self {
            arms: arms.clone(),
            settings: settings.clone(),
            seed,
            totals: vec![0.0; arms.count()],
            counts: vec![HashMap::new(); settings.weights.len() + 1],
            arrived: 0,
        })
    }

    /// Allocates the next unit: its level of each factor, in the order of the weights, and its stratum.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if there is not one level for each weight.
    pub fn next(&mut self, levels: &[&str], stratum: &str) -> Result<Step> {
        StatsError::check_length("the levels of a unit", levels.len(), self.settings.weights.len())?;
        let scores: Vec<f64> = (0..self.arms.count()).map(|arm| self.score(arm, levels, stratum)).collect();
        let probabilities = self.probabilities(&scores);
        let uniform = audited(self.seed, self.arrived).uniform();
        let arm = pick(&probabilities, uniform);
        self.enter(arm, levels, stratum);
        self.arrived += 1;
        Ok(Step { scores, probabilities, uniform, arm })
    }

    /// Enters a unit whose arm was decided otherwise (an override, a unit from before); it uses up its stream.
    ///
    /// # Errors
    /// [`StatsError::Shape`] or [`StatsError::Setting`] for a wrong number of levels or arm.
    pub fn record(&mut self, arm: usize, levels: &[&str], stratum: &str) -> Result<()> {
        StatsError::check_length("the levels of a unit", levels.len(), self.settings.weights.len())?;
        if arm >= self.arms.count() {
            return Err(StatsError::Setting(format!("there is no arm number {arm}")));
        }
        self.enter(arm, levels, stratum);
        self.arrived += 1;
        Ok(())
    }

    fn enter(&mut self, arm: usize, levels: &[&str], stratum: &str) {
        let arms = self.arms.count();
        self.totals[arm] += 1.0;
        for (factor, level) in levels.iter().chain([&stratum]).enumerate() {
            self.counts[factor].entry((*level).to_owned()).or_insert_with(|| vec![0.0; arms])[arm] += 1.0;
        }
    }

    /// Weighted imbalance over the factors if the next unit went to `arm`.
    fn score(&self, arm: usize, levels: &[&str], stratum: &str) -> f64 {
        let none = vec![0.0; self.arms.count()];
        let mut score = 0.0;
        let weights = self.settings.weights.iter().chain([&self.settings.stratum_weight]);
        for ((counts, level), weight) in self.counts.iter().zip(levels.iter().chain([&stratum])).zip(weights)
        {
            if *weight > 0.0 {
                score += weight * self.imbalance(counts.get(*level).unwrap_or(&none), arm);
            }
        }
        if self.settings.total_weight > 0.0 {
            score += self.settings.total_weight * self.imbalance(&self.totals, arm);
        }
        score
    }

    fn imbalance(&self, counts: &[f64], arm: usize) -> f64 {
        let scaled: Vec<f64> = counts
            .iter()
            .zip(&self.arms.ratio)
            .enumerate()
            .map(|(a, (count, &part))| (count + if a == arm { 1.0 } else { 0.0 }) / f64::from(part))
            .collect();
        let mean = scaled.iter().sum::<f64>() / scaled.len() as f64;
        let variance =
            scaled.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / (scaled.len() as f64 - 1.0);
        match self.settings.imbalance {
            Imbalance::Range => {
                let most = scaled.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
                most - scaled.iter().fold(f64::INFINITY, |a, b| a.min(*b))
            }
            Imbalance::Variance => variance,
            Imbalance::StandardDeviation => variance.sqrt(),
            Imbalance::MarginalTotal => scaled[arm],
        }
    }

    /// Probabilities: the ratio among arms that tie for the best; otherwise `p` for the best and the ratio for the others.
    fn probabilities(&self, scores: &[f64]) -> Vec<f64> {
        let least = scores.iter().fold(f64::INFINITY, |a, b| a.min(*b));
        let best: Vec<usize> = (0..scores.len()).filter(|&arm| scores[arm] <= least + TIE).collect();
        let part = |arm: usize| f64::from(self.arms.ratio[arm]);
        // Several preferred arms share what each would have by the ratio.
        let chosen: f64 = best.iter().map(|&arm| part(arm)).sum();
        let total = self.arms.block() as f64;
        let all_tie = best.len() == scores.len();
        let weight = if all_tie {
            1.0
        } else {
            best.iter().map(|&arm| self.settings.preference(&self.arms, arm) * part(arm)).sum::<f64>()
                / chosen
        };
        (0..scores.len())
            .map(|arm| {
                if best.contains(&arm) {
                    weight * part(arm) / chosen
                } else {
                    (1.0 - weight) * part(arm) / (total - chosen)
                }
            })
            .collect()
    }
}

fn pick(probabilities: &[f64], uniform: f64) -> usize {
    let mut sum = 0.0;
    for (arm, probability) in probabilities.iter().enumerate() {
        sum += probability;
        if uniform < sum {
            return arm;
        }
    }
    // Rounding may leave the sum a hair below one: the last arm that is possible at all.
    probabilities.iter().rposition(|probability| *probability > 0.0).unwrap_or(0)
}

/// Minimises a whole list in its order.
pub(super) fn all(list: &FrozenList, arms: &Arms, settings: &Minimisation, seed: Seed) -> Result<Vec<Step>> {
    StatsError::check_length("the weights of minimisation", settings.weights.len(), list.columns.len())?;
    let mut columns = Vec::with_capacity(list.columns.len());
    for (column, weight) in list.columns.iter().zip(&settings.weights) {
        match &column.values {
            Values::Levels(levels) => columns.push(Some(levels)),
            Values::Numbers(_) if *weight == 0.0 => columns.push(None),
            Values::Numbers(_) => {
                return Err(StatsError::Setting(format!(
                    "minimisation needs levels, and '{}' holds numbers: group them first",
                    column.name
                )));
            }
        }
    }
    let mut minimiser = Minimiser::new(arms, settings, seed)?;
    (0..list.len())
        .map(|i| {
            let levels: Vec<&str> =
                columns.iter().map(|c| c.map_or("", |levels| levels[i].as_str())).collect();
            minimiser.next(&levels, &list.strata[i])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(imbalance: Imbalance, p: f64) -> Minimisation {
        Minimisation { weights: vec![1.0, 1.0], stratum_weight: 0.0, total_weight: 0.0, imbalance, p }
    }

    /// Worked by hand: arms hold (of men, of the young) 3 and 2 against 1 and 2; a young man arrives.
    #[test]
    fn scores_as_worked_by_hand() {
        let arms = Arms::two("a", "b").unwrap();
        let fill = |imbalance| {
            let mut minimiser =
                Minimiser::new(&arms, &settings(imbalance, 1.0), Seed::from_number(0)).unwrap();
            for (arm, levels) in
                [(0, ["m", "y"]), (0, ["m", "y"]), (0, ["m", "o"]), (1, ["m", "y"]), (1, ["f", "y"])]
            {
                minimiser.record(arm, &levels, "").unwrap();
            }
            minimiser.next(&["m", "y"], "").unwrap()
        };
        let range = fill(Imbalance::Range);
        assert_eq!(range.scores, vec![3.0 + 1.0, 1.0 + 1.0]);
        assert_eq!(range.arm, 1);
        assert_eq!(range.probabilities, vec![0.0, 1.0]);
        let variance = fill(Imbalance::Variance);
        assert_eq!(variance.scores, vec![4.5 + 0.5, 0.5 + 0.5]);
        assert_eq!(fill(Imbalance::MarginalTotal).scores, vec![4.0 + 3.0, 2.0 + 3.0]);
        let deviation = fill(Imbalance::StandardDeviation);
        assert!((deviation.scores[0] - (4.5_f64.sqrt() + 0.5_f64.sqrt())).abs() < 1e-14);
    }

    #[test]
    fn preferences_keep_an_unequal_ratio() {
        let arms = Arms::new(&["a", "b"], &[1, 2]).unwrap();
        let mut sums = [0_usize; 2];
        for seed in 0..60 {
            let mut minimiser =
                Minimiser::new(&arms, &settings(Imbalance::Range, 0.8), Seed::from_number(seed)).unwrap();
            for i in 0..60_usize {
                let levels = [["m", "f"][(i * 7 + seed as usize) % 2], ["y", "o", "x"][i % 3]];
                sums[minimiser.next(&levels, "").unwrap().arm] += 1;
            }
        }
        let share = sums[1] as f64 / 3600.0;
        assert!((share - 2.0 / 3.0).abs() < 0.01, "{share}");
    }

    #[test]
    fn bad_input_is_refused() {
        let arms = Arms::two("a", "b").unwrap();
        assert!(Minimiser::new(&arms, &settings(Imbalance::Range, 0.4), Seed::from_number(0)).is_err());
        assert!(Minimiser::new(&arms, &settings(Imbalance::Range, f64::NAN), Seed::from_number(0)).is_err());
        let none = Minimisation { weights: vec![0.0], ..settings(Imbalance::Range, 0.8) };
        assert!(Minimiser::new(&arms, &none, Seed::from_number(0)).is_err());
        let mut minimiser =
            Minimiser::new(&arms, &settings(Imbalance::Range, 0.8), Seed::from_number(0)).unwrap();
        assert!(minimiser.next(&["m"], "").is_err());
        assert!(minimiser.record(2, &["m", "y"], "").is_err());
    }
}
