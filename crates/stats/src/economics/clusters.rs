//! Costs and effects of people in clusters of two arms.

use std::collections::HashMap;

use crate::{Result, StatsError};

use super::bootstrap::{Draws, resample};
use super::increment::Increment;
use crate::random::Seed;

/// Totals of one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Total {
    pub(super) people: f64,
    pub(super) cost: f64,
    pub(super) effect: f64,
}

/// Costs and effects summed within clusters: all that means, their covariance and the cluster bootstrap need.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    pub(super) control: Vec<Total>,
    pub(super) treated: Vec<Total>,
}

impl Clusters {
    /// Sums the rows (people) of each cluster. `cluster` may be any numbers; clusters keep the order in which they appear.
    ///
    /// # Errors
    /// [`StatsError::Shape`], [`StatsError::Value`] for inputs of different lengths or missing values; [`StatsError::TooFew`] for fewer than
    /// two clusters in an arm; [`StatsError::Setting`] for a cluster with rows in both arms.
    pub fn new(cost: &[f64], effect: &[f64], treated: &[bool], cluster: &[usize]) -> Result<Self> {
        StatsError::check_length("the effects", effect.len(), cost.len())?;
        StatsError::check_length("the arms", treated.len(), cost.len())?;
        StatsError::check_length("the clusters", cluster.len(), cost.len())?;
        StatsError::check_finite("a cost", cost)?;
        StatsError::check_finite("an effect", effect)?;
        let mut places: HashMap<usize, (bool, usize)> = HashMap::new();
        let mut arms = [Vec::new(), Vec::new()];
        for i in 0..cost.len() {
            let totals = &mut arms[usize::from(treated[i])];
            let (arm, place) = *places.entry(cluster[i]).or_insert_with(|| {
                totals.push(Total { people: 0.0, cost: 0.0, effect: 0.0 });
                (treated[i], totals.len() - 1)
            });
            if arm != treated[i] {
                return Err(StatsError::Setting(format!(
                    "cluster {} has rows in both arms; clusters must belong to one arm to be resampled within arms",
                    cluster[i]
                )));
            }
            let total = &mut totals[place];
            total.people += 1.0;
            total.cost += cost[i];
            total.effect += effect[i];
        }
        let [control, treated] = arms;
        for (what, arm) in
            [("clusters in the control arm", &control), ("clusters in the treated arm", &treated)]
        {
            if arm.len() < 2 {
                return Err(StatsError::TooFew { what, found: arm.len(), needed: 2 });
            }
        }
        Ok(Self { control, treated })
    }

    /// Number of clusters in the control and in the treated arm.
    #[must_use]
    pub fn sizes(&self) -> (usize, usize) {
        (self.control.len(), self.treated.len())
    }

    /// Increments of the means per person, treated minus control, with their covariance by clusters.
    ///
    /// In an arm of `G` clusters with `n_g` people, `N` in all, the means are ratios of totals and
    /// `V = G / (G - 1) * sum_g u_g u_g' / N^2`, `u_g = (sum_{i in g} (c_i - mean c), sum_{i in g} (e_i - mean e))` (the linearised
    /// variance of a ratio: Cochran 1977, eq. 2.46); the arms' covariances add up.
    #[must_use]
    pub fn increment(&self) -> Increment {
        let (control, treated) = (mean(&self.control), mean(&self.treated));
        let (a, b) = (covariance(&self.control, control), covariance(&self.treated, treated));
        Increment {
            cost: treated.0 - control.0,
            effect: treated.1 - control.1,
            variance_cost: a[0] + b[0],
            variance_effect: a[1] + b[1],
            covariance: a[2] + b[2],
        }
    }

    /// Increments in bootstrap samples of clusters, drawn with replacement within each arm (as many as the arm has).
    ///
    /// Draws are made in blocks of 64; block `k` uses stream `k` of the seed.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for no draws.
    pub fn bootstrap(&self, draws: usize, seed: Seed) -> Result<Draws> {
        resample(&self.control, &self.treated, draws, seed)
    }
}

/// Mean cost and mean effect per person.
pub(super) fn mean(arm: &[Total]) -> (f64, f64) {
    let people: f64 = arm.iter().map(|total| total.people).sum();
    let cost: f64 = arm.iter().map(|total| total.cost).sum();
    let effect: f64 = arm.iter().map(|total| total.effect).sum();
    (cost / people, effect / people)
}

/// Variance of the mean cost, of the mean effect, and their covariance.
fn covariance(arm: &[Total], (cost, effect): (f64, f64)) -> [f64; 3] {
    let mut sums = [0.0; 3];
    let mut people = 0.0;
    for total in arm {
        let c = total.cost - cost * total.people;
        let e = total.effect - effect * total.people;
        sums[0] += c * c;
        sums[1] += e * e;
        sums[2] += c * e;
        people += total.people;
    }
    let clusters = arm.len() as f64;
    sums.map(|sum| sum * clusters / (clusters - 1.0) / (people * people))
}
