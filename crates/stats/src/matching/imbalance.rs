//! The L1 measure of imbalance.

use std::collections::HashMap;

use serde::Serialize;

use crate::{Result, StatsError};

use super::coarsen::Coarsened;

/// L1 imbalance: half the sum over bins of the absolute difference between the arms' relative frequencies, 0 for the same distribution
/// and 1 for no overlap (Iacus, King and Porro 2011, eq. 5).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Imbalance {
    /// Over the cross of all variables.
    pub multivariate: f64,
    /// For each variable alone.
    pub univariate: Vec<f64>,
}

/// L1 imbalance of treated and other units over coarsened variables, with weights (zero for units that are not matched).
///
/// # Errors
/// [`StatsError::Shape`], [`StatsError::Value`] for inputs that do not match or weights that are negative; [`StatsError::NoAnswer`] if an
/// arm has no weight.
pub fn imbalance(treated: &[bool], variables: &[Coarsened], weights: Option<&[f64]>) -> Result<Imbalance> {
    let n = treated.len();
    for variable in variables {
        StatsError::check_length("a coarsened variable", variable.bins.len(), n)?;
    }
    let ones;
    let weights = match weights {
        Some(weights) => {
            StatsError::check_length("the weights", weights.len(), n)?;
            if let Some(at) = weights.iter().position(|w| !(*w >= 0.0 && w.is_finite())) {
                let reason = "must be zero or more";
                return Err(StatsError::Value { what: "a weight".to_owned(), row: at + 1, reason });
            }
            weights
        }
        None => {
            ones = vec![1.0; n];
            &ones
        }
    };
    let mut totals = [0.0; 2];
    treated.iter().zip(weights).for_each(|(arm, weight)| totals[usize::from(*arm)] += weight);
    if totals.iter().any(|total| *total <= 0.0) {
        return Err(StatsError::NoAnswer(
            "an arm has no units, so there is no imbalance to measure".to_owned(),
        ));
    }
    let all: Vec<&Coarsened> = variables.iter().collect();
    Ok(Imbalance {
        multivariate: distance(treated, &all, weights, totals),
        univariate: all.iter().map(|one| distance(treated, &[one], weights, totals)).collect(),
    })
}

fn distance(treated: &[bool], variables: &[&Coarsened], weights: &[f64], totals: [f64; 2]) -> f64 {
    // Cells in the order in which they appear, so that the sum does not depend on the hash.
    let mut places: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut cells: Vec<[f64; 2]> = Vec::new();
    for i in (0..treated.len()).filter(|i| weights[*i] > 0.0) {
        let code = variables.iter().map(|variable| variable.bins[i]).collect();
        let place = *places.entry(code).or_insert_with(|| {
            cells.push([0.0; 2]);
            cells.len() - 1
        });
        cells[place][usize::from(treated[i])] += weights[i];
    }
    0.5 * cells.iter().map(|cell| (cell[1] / totals[1] - cell[0] / totals[0]).abs()).sum::<f64>()
}
