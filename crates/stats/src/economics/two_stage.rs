//! The two-stage bootstrap: clusters first, people within them second, with shrunken cluster means.

use std::collections::HashMap;

use rand_core::Rng;
use rayon::prelude::*;

use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

use super::bootstrap::{Draws, check_draws};
use super::clusters::Clusters;

/// Increments in two-stage bootstrap samples of clusters and people, by arm (Davison and Hinkley 1997, section 3.8; Gomes et al. 2012).
///
/// Means of `M` clusters of people vary by more than the clusters do, so cluster means are first shrunk towards the mean of all:
/// `m_j = c m + (1 - c) x_j`, `(1 - c)^2 = max(0, M / (M - 1) - SSW / (b (b - 1) SSB))`, `b` the mean size, `SSB` the sum of
/// `(x_j - m)^2`; people's residuals are scaled by `1 / sqrt(1 - 1/b)`. A sample takes `M` shrunken means with their sizes, and as many
/// residuals (cost and effect of a person together) as they have people. Draw `d` uses stream `d` of the seed.
///
/// # Errors
/// As [`Clusters::new`], and [`StatsError::Setting`] for no draws; [`StatsError::TooFew`] for an arm whose clusters have one person each (use
/// [`Clusters::bootstrap`]).
pub fn two_stage_bootstrap(
    cost: &[f64],
    effect: &[f64],
    treated: &[bool],
    cluster: &[usize],
    draws: usize,
    seed: Seed,
) -> Result<Draws> {
    check_draws(draws)?;
    Clusters::new(cost, effect, treated, cluster)?;
    let control = Arm::new(cost, effect, treated, cluster, false)?;
    let with = Arm::new(cost, effect, treated, cluster, true)?;
    let pairs: Vec<(f64, f64)> = (0..draws)
        .into_par_iter()
        .map(|draw| {
            let mut generator = fast(seed, draw as u64);
            let a = control.drawn_mean(&mut generator);
            let b = with.drawn_mean(&mut generator);
            (b.0 - a.0, b.1 - a.1)
        })
        .collect();
    let (cost, effect) = pairs.into_iter().unzip();
    Ok(Draws { cost, effect })
}

struct Arm {
    /// Shrunken mean cost, shrunken mean effect and size of each cluster.
    clusters: Vec<(f64, f64, usize)>,
    /// Scaled residuals of cost and effect.
    residuals: Vec<(f64, f64)>,
}

impl Arm {
    fn new(cost: &[f64], effect: &[f64], treated: &[bool], cluster: &[usize], arm: bool) -> Result<Self> {
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        for i in (0..cost.len()).filter(|i| treated[*i] == arm) {
            let place = *places.entry(cluster[i]).or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[place].push(i);
        }
        let people: usize = members.iter().map(Vec::len).sum();
        if people == members.len() {
            return Err(StatsError::TooFew {
                what: "people in the largest cluster of an arm",
                found: 1,
                needed: 2,
            });
        }
        let size = people as f64 / members.len() as f64;
        let shrunken = [shrink(cost, &members, size), shrink(effect, &members, size)];
        let scale = 1.0 / (1.0 - 1.0 / size).sqrt();
        let mut residuals = Vec::with_capacity(people);
        for (j, rows) in members.iter().enumerate() {
            for &i in rows {
                let left = |values: &[f64], of: &Shrunken| scale * (values[i] - of.raw[j]);
                residuals.push((left(cost, &shrunken[0]), left(effect, &shrunken[1])));
            }
        }
        let clusters = members
            .iter()
            .enumerate()
            .map(|(j, rows)| (shrunken[0].means[j], shrunken[1].means[j], rows.len()))
            .collect();
        Ok(Self { clusters, residuals })
    }

    fn drawn_mean(&self, generator: &mut impl Rng) -> (f64, f64) {
        let (mut cost, mut effect, mut people) = (0.0, 0.0, 0);
        for _ in 0..self.clusters.len() {
            let (c, e, size) = self.clusters[generator.below(self.clusters.len() as u64) as usize];
            cost += c * size as f64;
            effect += e * size as f64;
            people += size;
        }
        for _ in 0..people {
            let (c, e) = self.residuals[generator.below(self.residuals.len() as u64) as usize];
            cost += c;
            effect += e;
        }
        (cost / people as f64, effect / people as f64)
    }
}

struct Shrunken {
    raw: Vec<f64>,
    means: Vec<f64>,
}

fn shrink(values: &[f64], members: &[Vec<usize>], size: f64) -> Shrunken {
    let raw: Vec<f64> =
        members.iter().map(|rows| rows.iter().map(|i| values[*i]).sum::<f64>() / rows.len() as f64).collect();
    let clusters = raw.len() as f64;
    // The mean per person, so that the sample keeps the estimate at its centre when sizes differ.
    let people: usize = members.iter().map(Vec::len).sum();
    let mean = members.iter().flatten().map(|i| values[*i]).sum::<f64>() / people as f64;
    let centre = raw.iter().sum::<f64>() / clusters;
    let between: f64 = raw.iter().map(|value| (value - centre).powi(2)).sum();
    let within: f64 = members
        .iter()
        .zip(&raw)
        .map(|(rows, mean)| rows.iter().map(|i| (values[*i] - mean).powi(2)).sum::<f64>())
        .sum();
    let kept = if between > 0.0 {
        (clusters / (clusters - 1.0) - within / (size * (size - 1.0) * between)).max(0.0).sqrt()
    } else {
        0.0
    };
    let means = raw.iter().map(|value| mean + kept * (value - mean)).collect();
    Shrunken { raw, means }
}
