//! The cost-consequence table: every cost and outcome by arm, side by side, nothing added up.

use serde::Serialize;

use crate::{Estimate, Result, StatsError};

use super::clusters::Clusters;

/// One cost or outcome, a value for each person.
#[derive(Debug, Clone, Copy)]
pub struct Measure<'a> {
    /// Name of the row.
    pub name: &'a str,
    /// Values.
    pub values: &'a [f64],
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consequence {
    /// Name of the row.
    pub name: String,
    /// Mean per person in the control arm.
    pub control: f64,
    /// Mean per person in the treated arm.
    pub treated: f64,
    /// Treated minus control; covariance by clusters, Student's t with as many degrees of freedom as there are clusters, less two.
    pub difference: Estimate,
}

/// Means by arm and their difference for each measure, with intervals of this level.
///
/// # Errors
/// As [`Clusters::new`], for each measure; [`StatsError::Setting`] for a level outside `(0, 1)`.
pub fn consequences(
    measures: &[Measure<'_>],
    treated: &[bool],
    cluster: &[usize],
    level: f64,
) -> Result<Vec<Consequence>> {
    StatsError::check_probability("the level of an interval", level)?;
    measures
        .iter()
        .map(|measure| {
            StatsError::check_finite(measure.name, measure.values)?;
            let clusters = Clusters::new(measure.values, measure.values, treated, cluster)?;
            let increment = clusters.increment();
            let (control, with) =
                (super::clusters::mean(&clusters.control).0, super::clusters::mean(&clusters.treated).0);
            let (a, b) = clusters.sizes();
            let df = (a + b - 2) as f64;
            Ok(Consequence {
                name: measure.name.to_owned(),
                control,
                treated: with,
                difference: Estimate::wald(
                    measure.name,
                    increment.cost,
                    increment.variance_cost.sqrt(),
                    Some(df),
                    level,
                ),
            })
        })
        .collect()
}
