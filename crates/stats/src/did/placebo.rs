//! Placebo tests: effects where there can be none, and results without each cohort in turn.

use rayon::prelude::*;
use serde::Serialize;

use super::group_time::{Aggregation, GroupTimeEffects, GroupTimeOptions, Window};
use super::panel::Panel;
use super::swept::{self, Levels};
use super::two_way::{EFFECT, TwoWay, treatment};
use crate::random::{Sample, Seed, fast};
use crate::{Estimate, Result, StatsError};

/// The effect of a treatment that did not take place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceboDate {
    /// How many observed periods before the actual start treatment is pretended to begin.
    pub earlier: usize,
    /// The two-way effect, which should be near zero.
    pub effect: Estimate,
}

/// Pretends that treatment began 1, 2, ... up to `most` observed periods earlier, using untreated rows only.
///
/// Dates for which no cohort has a period before the pretended start are left out.
///
/// # Errors
/// [`StatsError::NoAnswer`] if no date can be tried: treatment starts too early in the panel.
pub fn placebo_dates(panel: &Panel, most: usize, covariates: bool, level: f64) -> Result<Vec<PlaceboDate>> {
    let mut found = Vec::new();
    for earlier in 1..=most.min(panel.periods.len()) {
        let pretended: Vec<Option<i64>> = panel
            .cohort
            .iter()
            .map(|cohort| {
                cohort.and_then(|start| {
                    let position = panel.periods.partition_point(|&period| period < start);
                    position.checked_sub(earlier).map(|at| panel.periods[at])
                })
            })
            .collect();
        // A cohort without a period before the pretended start cannot take part, nor as a comparison.
        let first = panel.periods[0];
        let takes_part =
            |unit: usize| panel.cohort[unit].is_none() || pretended[unit].is_some_and(|start| start > first);
        let Ok(untreated) =
            panel.rebuilt(&pretended, |row| !panel.is_treated(row) && takes_part(panel.row_unit[row]))
        else {
            continue;
        };
        match TwoWay::fit(&untreated, covariates, Levels::Units) {
            Ok(fit) => found.push(PlaceboDate { earlier, effect: fit.effect(level)? }),
            Err(StatsError::NoAnswer(_) | StatsError::TooFew { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if found.is_empty() {
        return Err(StatsError::NoAnswer(
            "there are too few periods before treatment for a pretended earlier start".to_owned(),
        ));
    }
    Ok(found)
}

/// A permutation test of the two-way effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceboGroups {
    /// The actual effect.
    pub effect: f64,
    /// Effects when first treated periods are dealt out anew among the clusters.
    pub pretended: Vec<f64>,
    /// `(1 + number of pretended effects at least as large in size) / (1 + draws)`.
    pub p: f64,
}

/// Deals the clusters' (without clusters: the units') first treated periods out anew, `draws` times, and fits the two-way
/// model without covariates each time. Exact if treatment was assigned at random and does nothing to anybody.
///
/// # Errors
/// [`StatsError::NoAnswer`] if a cluster holds units of different cohorts, and as [`TwoWay::fit`];
/// [`StatsError::Setting`] without draws.
pub fn placebo_groups(panel: &Panel, draws: usize, seed: Seed) -> Result<PlaceboGroups> {
    if draws == 0 {
        return Err(StatsError::Setting("a permutation test needs at least one draw".to_owned()));
    }
    let mut cohort_of: Vec<Option<Option<i64>>> = vec![None; panel.clusters.len()];
    for (unit, &cluster) in panel.cluster.iter().enumerate() {
        match cohort_of[cluster] {
            Some(known) if known != panel.cohort[unit] => {
                return Err(StatsError::NoAnswer(format!(
                    "cluster {} holds units of different cohorts, so treatment cannot be dealt out by cluster",
                    panel.clusters[cluster]
                )));
            }
            _ => cohort_of[cluster] = Some(panel.cohort[unit]),
        }
    }
    let cohorts: Vec<Option<i64>> = cohort_of.into_iter().flatten().collect();
    let effect = TwoWay::fit(panel, false, Levels::Units)?.estimates.beta[0];
    let pretended = (0..draws)
        .into_par_iter()
        .map(|draw| {
            let mut dealt = cohorts.clone();
            fast(seed, draw as u64).shuffle(&mut dealt);
            let mut other = panel.clone();
            other.cohort = panel.cluster.iter().map(|&cluster| dealt[cluster]).collect();
            let fit = swept::fit(&other, &[(EFFECT.to_owned(), treatment(&other))], Levels::Units)?;
            // On an unbalanced panel a deal may leave no comparison; it then says nothing, and counts as extreme.
            Ok(fit.estimates.beta.first().copied().unwrap_or(f64::INFINITY))
        })
        .collect::<Result<Vec<f64>>>()?;
    let extreme = pretended.iter().filter(|value| value.abs() >= effect.abs() * (1.0 - 1e-12)).count();
    Ok(PlaceboGroups { effect, pretended, p: (1 + extreme) as f64 / (1 + draws) as f64 })
}

/// The overall group-time effect ([`Aggregation::Simple`]) without each cohort in turn, named by the cohort left out.
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two cohorts; otherwise as [`GroupTimeEffects::fit`] and its aggregation.
pub fn leave_one_cohort_out(panel: &Panel, options: &GroupTimeOptions, level: f64) -> Result<Vec<Estimate>> {
    let cohorts = panel.cohorts();
    if cohorts.len() < 2 {
        return Err(StatsError::TooFew { what: "cohorts", found: cohorts.len(), needed: 2 });
    }
    cohorts
        .iter()
        .map(|&(cohort, _)| {
            let rest = panel.with_rows(|row| panel.cohort_of(row) != Some(cohort))?;
            let overall = GroupTimeEffects::fit(&rest, options)?
                .aggregate(Aggregation::Simple, &Window::default())?
                .overall_estimate(level)?;
            Ok(Estimate { name: format!("without {cohort}"), ..overall })
        })
        .collect()
}
