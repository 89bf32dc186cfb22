//! Acceptability curves, their frontier, and the expected value of perfect information.

use serde::Serialize;

use crate::{Result, StatsError};

use super::bootstrap::Draws;

/// What is known at one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Acceptability {
    /// Money that one unit of effect is worth.
    pub threshold: f64,
    /// Probability that the net benefit is positive: the acceptability curve.
    pub probability: f64,
    /// Probability that the arm with the higher mean net benefit is the cost-effective one: the frontier (Fenwick et al. 2001).
    pub frontier: f64,
    /// Mean incremental net benefit, `threshold * effect - cost`.
    pub net_benefit: f64,
    /// Expected value of perfect information for one person: what choosing right every time would add to choosing by the mean.
    pub perfect_information: f64,
}

pub(super) fn check_threshold(thresholds: &[f64]) -> Result<()> {
    match thresholds.iter().position(|threshold| !(*threshold >= 0.0 && threshold.is_finite())) {
        None => Ok(()),
        Some(at) => Err(StatsError::Value {
            what: "a threshold".to_owned(),
            row: at + 1,
            reason: "must be zero or more and finite",
        }),
    }
}

pub(super) fn frontier(probability: f64, net_benefit: f64) -> f64 {
    if net_benefit > 0.0 { probability } else { 1.0 - probability }
}

impl Draws {
    /// Acceptability at each threshold (in any order), from the draws: the share with `threshold * effect > cost`, and
    /// `mean(max(0, b)) - max(0, mean b)` as the value of perfect information.
    ///
    /// A draw favours the treated arm on one side of its own ratio, so each draw is placed once among the sorted thresholds and
    /// sums are then carried along them: the work is `draws * log(thresholds)`.
    ///
    /// # Errors
    /// [`StatsError::Value`] for a threshold that is negative or not finite.
    pub fn acceptability(&self, thresholds: &[f64]) -> Result<Vec<Acceptability>> {
        check_threshold(thresholds)?;
        let mut order: Vec<usize> = (0..thresholds.len()).collect();
        order.sort_by(|a, b| thresholds[*a].total_cmp(&thresholds[*b]));
        let sorted: Vec<f64> = order.iter().map(|i| thresholds[*i]).collect();
        let sums = self.favourable(&sorted);
        let draws = self.cost.len() as f64;
        let mean_cost = self.cost.iter().sum::<f64>() / draws;
        let mean_effect = self.effect.iter().sum::<f64>() / draws;
        let mut found = vec![
            Acceptability {
                threshold: 0.0,
                probability: 0.0,
                frontier: 0.0,
                net_benefit: 0.0,
                perfect_information: 0.0
            };
            thresholds.len()
        ];
        for (place, favourable) in order.iter().zip(sums) {
            let threshold = thresholds[*place];
            let net_benefit = threshold * mean_effect - mean_cost;
            let probability = favourable.count / draws;
            let gained = (threshold * favourable.effect - favourable.cost) / draws;
            found[*place] = Acceptability {
                threshold,
                probability,
                frontier: frontier(probability, net_benefit),
                net_benefit,
                perfect_information: (gained - net_benefit.max(0.0)).max(0.0),
            };
        }
        Ok(found)
    }

    /// For each of the rising thresholds, the sums over the draws whose net benefit is positive.
    fn favourable(&self, sorted: &[f64]) -> Vec<Favourable> {
        let mut changes = vec![Favourable::default(); sorted.len() + 1];
        for (&cost, &effect) in self.cost.iter().zip(&self.effect) {
            let (from, to) = if effect > 0.0 {
                (sorted.partition_point(|threshold| threshold * effect <= cost), sorted.len())
            } else {
                (0, sorted.partition_point(|threshold| threshold * effect > cost))
            };
            changes[from].add(1.0, cost, effect);
            changes[to].add(-1.0, cost, effect);
        }
        let mut running = Favourable::default();
        changes.truncate(sorted.len());
        for change in &mut changes {
            running.count += change.count;
            running.cost += change.cost;
            running.effect += change.effect;
            *change = running;
        }
        changes
    }
}

/// Number of draws and their summed cost and effect.
#[derive(Clone, Copy, Default)]
struct Favourable {
    count: f64,
    cost: f64,
    effect: f64,
}

impl Favourable {
    fn add(&mut self, sign: f64, cost: f64, effect: f64) {
        self.count += sign;
        self.cost += sign * cost;
        self.effect += sign * effect;
    }
}
