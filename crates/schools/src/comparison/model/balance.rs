//! How alike chosen and comparison schools are.

use serde::{Deserialize, Serialize};
use stats::{
    Matrix,
    matching::{self, BalanceTable, Denominator},
};

use super::{Covariate, Outcome, Problem, Unit};
use crate::figures::Kind;

/// Standardised differences up to this size are counted as balanced (Austin 2009).
pub const BALANCED: f64 = 0.1;

/// How alike both sides are in one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BalanceRow {
    /// The thing.
    pub name: String,
    /// Mean of all chosen schools.
    pub treated: f64,
    /// Mean of all candidates.
    pub candidates: f64,
    /// Mean of the chosen schools that have comparison schools.
    pub matched_treated: Option<f64>,
    /// Weighted mean of the comparison schools.
    pub comparison: Option<f64>,
    /// Difference before in standard deviations; `None` where nothing varies.
    pub before: Option<f64>,
    /// Difference after.
    pub after: Option<f64>,
}

/// The table of balance and the effective number of comparison schools.
pub(super) fn balance(covariates: &[Covariate], units: &[Unit]) -> Result<(Vec<BalanceRow>, f64), Problem> {
    let kinds: Vec<Kind> =
        Kind::ALL.into_iter().filter(|kind| units.iter().any(|unit| unit.kind == *kind)).collect();
    let mut names: Vec<String> = covariates.iter().map(|one| one.title().to_owned()).collect();
    let mut columns: Vec<Vec<f64>> = (0..covariates.len())
        .map(|place| units.iter().map(|unit| unit.values.get(place).copied().unwrap_or(0.0)).collect())
        .collect();
    if kinds.len() > 1 {
        for kind in kinds {
            names.push(format!("Share of {}", kind.plural().to_lowercase()));
            columns.push(units.iter().map(|unit| f64::from(u8::from(unit.kind == kind))).collect());
        }
    }
    let matrix = Matrix::from_iterator(units.len(), columns.len(), columns.into_iter().flatten());
    let treated: Vec<bool> = units.iter().map(|unit| unit.treated).collect();
    let table = |weights: &[f64]| -> Result<BalanceTable, Problem> {
        matching::balance(&treated, &matrix, &names, weights, Denominator::Pooled)
            .map_err(|error| Problem::Engine(error.to_string()))
    };
    let weights: Vec<f64> = units.iter().map(|unit| unit.weight).collect();
    let after = if weights.iter().any(|weight| *weight > 0.0) { Some(table(&weights)?) } else { None };
    let before = table(&vec![1.0; units.len()])?;
    let rows = names.iter().enumerate().filter_map(|(place, name)| {
        let was = before.before.get(place)?;
        let now = after.as_ref().and_then(|table| table.after.get(place));
        Some(BalanceRow {
            name: name.clone(),
            treated: was.treated,
            candidates: was.control,
            matched_treated: now.map(|one| one.treated),
            comparison: now.map(|one| one.control),
            before: was.standardised_difference,
            after: now.and_then(|one| one.standardised_difference),
        })
    });
    Ok((rows.collect(), after.as_ref().map_or(0.0, |table| table.effective_sizes.1)))
}

impl Outcome {
    /// Things in which both sides still differ by more than [`BALANCED`], or by an unknown number of deviations.
    pub fn unbalanced(&self) -> Vec<&BalanceRow> {
        let far = |row: &&BalanceRow| match row.after {
            Some(after) => after.abs() > BALANCED,
            None => row.comparison.is_some(),
        };
        self.balance.iter().filter(far).collect()
    }
}
