//! Coarsened exact matching (Iacus, King and Porro 2012).

use std::collections::HashMap;

use serde::Serialize;

use crate::{Result, StatsError};

use super::coarsen::{Coarsened, Cuts, coarsen};
use super::imbalance::{Imbalance, imbalance};

/// A variable to match on and how to cut it.
#[derive(Debug, Clone, PartialEq)]
pub struct CoarsenedMeasure {
    /// Name.
    pub name: String,
    /// Value of each unit.
    pub values: Vec<f64>,
    /// How to cut.
    pub cuts: Cuts,
}

/// Strata with treated and other units, and the weights that balance them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoarsenedExact {
    /// Stratum of each unit, from 0 in the order of appearance; `None` for a unit whose stratum lacks the other arm.
    pub strata: Vec<Option<usize>>,
    /// Number of strata that hold both arms, and of all strata.
    pub matched_strata: usize,
    /// Number of strata in all.
    pub all_strata: usize,
    /// 1 for a matched treated unit, `(m_T^s / m_C^s) (m_C / m_T)` for another in stratum `s`, 0 for everyone else (2012, section 3.2): the
    /// weights of the others sum to their number.
    pub weights: Vec<f64>,
    /// Treated units matched and in all.
    pub treated: (usize, usize),
    /// Other units matched and in all.
    pub controls: (usize, usize),
    /// Imbalance on the same bins before matching.
    pub before: Imbalance,
    /// Imbalance after, with the weights: zero by construction on these bins; `None` if nobody is matched.
    pub after: Option<Imbalance>,
    /// The coarsened variables.
    pub variables: Vec<Coarsened>,
}

/// Matches units that fall into the same bins of every variable.
///
/// # Errors
/// [`StatsError::TooFew`] without variables, treated or other units; [`StatsError::Shape`], [`StatsError::Value`],
/// [`StatsError::Setting`] for variables that do not match, are missing or have cut points that make no sense.
pub fn coarsened_exact(treated: &[bool], measures: &[CoarsenedMeasure]) -> Result<CoarsenedExact> {
    let n = treated.len();
    if measures.is_empty() {
        return Err(StatsError::TooFew { what: "variables to match on", found: 0, needed: 1 });
    }
    let count = |arm: bool| treated.iter().filter(|t| **t == arm).count();
    for (arm, what) in [(true, "treated units to match"), (false, "units to match with")] {
        if count(arm) == 0 {
            return Err(StatsError::TooFew { what, found: 0, needed: 1 });
        }
    }
    let mut variables = Vec::with_capacity(measures.len());
    for measure in measures {
        StatsError::check_length("a variable to match on", measure.values.len(), n)?;
        variables.push(coarsen(&measure.name, &measure.values, &measure.cuts)?);
    }
    let mut places: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut cells: Vec<[usize; 2]> = Vec::new();
    let mut cell_of = Vec::with_capacity(n);
    for i in 0..n {
        let code = variables.iter().map(|variable| variable.bins[i]).collect();
        let place = *places.entry(code).or_insert_with(|| {
            cells.push([0; 2]);
            cells.len() - 1
        });
        cells[place][usize::from(treated[i])] += 1;
        cell_of.push(place);
    }
    let mut number = vec![None; cells.len()];
    let (mut matched_strata, mut matched) = (0, [0_usize; 2]);
    for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| cell[0] > 0 && cell[1] > 0) {
        number[place] = Some(matched_strata);
        matched_strata += 1;
        matched[0] += cell[0];
        matched[1] += cell[1];
    }
    let ratio = matched[0] as f64 / matched[1].max(1) as f64;
    let weight = |i: usize| {
        let cell = cells[cell_of[i]];
        match (number[cell_of[i]], treated[i]) {
            (None, _) => 0.0,
            (Some(_), true) => 1.0,
            (Some(_), false) => cell[1] as f64 / cell[0] as f64 * ratio,
        }
    };
    let weights: Vec<f64> = (0..n).map(weight).collect();
    let after = if matched_strata > 0 { Some(imbalance(treated, &variables, Some(&weights))?) } else { None };
    Ok(CoarsenedExact {
        strata: cell_of.iter().map(|place| number[*place]).collect(),
        matched_strata,
        all_strata: cells.len(),
        weights,
        treated: (matched[1], count(true)),
        controls: (matched[0], count(false)),
        before: imbalance(treated, &variables, None)?,
        after,
        variables,
    })
}
