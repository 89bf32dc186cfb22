//! Who may be compared with whom.

use std::collections::BTreeMap;

use crate::{Result, StatsError};

use super::distance::Distance;
use super::result::Reason;

/// A bound on how far apart matched units may be in one variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Caliper {
    /// Name of the variable.
    pub name: String,
    /// Value of each unit.
    pub values: Vec<f64>,
    /// Largest difference that is allowed, in the units of the values.
    pub width: f64,
}

impl Caliper {
    /// A caliper of so many standard deviations, pooled over both arms `sqrt((s_1^2 + s_0^2) / 2)`; 0.2 on the logit of the propensity score
    /// is usual (Austin 2011).
    ///
    /// # Errors
    /// [`StatsError::Shape`], [`StatsError::Value`] for values that do not match or are missing.
    pub fn standardised(name: &str, values: &[f64], treated: &[bool], deviations: f64) -> Result<Self> {
        StatsError::check_length("the treated units", treated.len(), values.len())?;
        StatsError::check_finite(name, values)?;
        let variance = |arm: bool| {
            let of: Vec<f64> =
                values.iter().zip(treated).filter(|(_, t)| **t == arm).map(|pair| *pair.0).collect();
            let mean = of.iter().sum::<f64>() / of.len().max(1) as f64;
            let squares: f64 = of.iter().map(|x| (x - mean).powi(2)).sum();
            (of.len() > 1).then(|| squares / (of.len() as f64 - 1.0))
        };
        // An arm with a single unit has no variance; the other's must do.
        let pooled = match (variance(true), variance(false)) {
            (Some(a), Some(b)) => 0.5 * (a + b),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => 0.0,
        };
        Ok(Self { name: name.to_owned(), values: values.to_vec(), width: deviations * pooled.sqrt() })
    }
}

/// Restrictions of a matching.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Variables on which matched units must agree exactly, each a code for every unit.
    pub exact: Vec<Vec<usize>>,
    /// Bounds on differences.
    pub calipers: Vec<Caliper>,
    /// Units that may not take part; empty for none.
    pub excluded: Vec<bool>,
}

/// Treated units and candidates that agree on all exact variables.
pub(super) struct Stratum {
    pub(super) treated: Vec<usize>,
    pub(super) controls: Vec<usize>,
}

impl Rules {
    pub(super) fn check(&self, treated: &[bool], distance: &Distance, k: usize) -> Result<()> {
        let n = treated.len();
        StatsError::check_length("the units of the distance", distance.units(), n)?;
        if k == 0 {
            return Err(StatsError::Setting("each treated unit needs at least one match".to_owned()));
        }
        for exact in &self.exact {
            StatsError::check_length("a variable of exact matching", exact.len(), n)?;
        }
        if !self.excluded.is_empty() {
            StatsError::check_length("the exclusions", self.excluded.len(), n)?;
        }
        for caliper in &self.calipers {
            StatsError::check_length("the values of a caliper", caliper.values.len(), n)?;
            StatsError::check_finite(&caliper.name, &caliper.values)?;
            if caliper.width.is_nan() || caliper.width < 0.0 {
                return Err(StatsError::Setting(format!(
                    "the caliper on {} must be zero or more, and is {}",
                    caliper.name, caliper.width
                )));
            }
        }
        let count = |arm: bool| (0..n).filter(|i| treated[*i] == arm && !self.excludes(*i)).count();
        for (arm, what) in [(true, "treated units to match"), (false, "units to match with")] {
            if count(arm) == 0 {
                return Err(StatsError::TooFew { what, found: 0, needed: 1 });
            }
        }
        Ok(())
    }

    pub(super) fn excludes(&self, unit: usize) -> bool {
        self.excluded.get(unit).copied().unwrap_or(false)
    }

    /// Distance of a pair, infinite if a caliper forbids it.
    pub(super) fn cost(&self, distance: &Distance, one: usize, other: usize) -> f64 {
        let allowed =
            |caliper: &Caliper| (caliper.values[one] - caliper.values[other]).abs() <= caliper.width;
        if self.calipers.iter().all(allowed) { distance.between(one, other) } else { f64::INFINITY }
    }

    /// Strata of the exact variables, in the order of their codes.
    pub(super) fn strata(&self, treated: &[bool]) -> Vec<Stratum> {
        let mut strata: BTreeMap<Vec<usize>, Stratum> = BTreeMap::new();
        for unit in (0..treated.len()).filter(|unit| !self.excludes(*unit)) {
            let code = self.exact.iter().map(|exact| exact[unit]).collect();
            let stratum =
                strata.entry(code).or_insert_with(|| Stratum { treated: Vec::new(), controls: Vec::new() });
            if treated[unit] { &mut stratum.treated } else { &mut stratum.controls }.push(unit);
        }
        strata.into_values().collect()
    }

    /// Why a treated unit has no match (or fewer than wanted): the first restriction that leaves nobody.
    pub(super) fn reason(&self, unit: usize, controls: &[usize]) -> Reason {
        if controls.is_empty() {
            return Reason::NobodyInStratum;
        }
        let mut left = controls.to_vec();
        for caliper in &self.calipers {
            left.retain(|other| (caliper.values[unit] - caliper.values[*other]).abs() <= caliper.width);
            if left.is_empty() {
                return Reason::NobodyWithinCaliper(caliper.name.clone());
            }
        }
        Reason::Taken { candidates: left.len() }
    }
}
