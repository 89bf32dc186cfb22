use serde::Serialize;

use super::control::SyntheticControl;
use super::method::Method;
use super::panel::Panel;
use crate::{Result, StatsError};

/// A placebo in time: treatment is said to begin at row `first`, before it truly did, and no later period is used
/// (Abadie, Diamond and Hainmueller 2015, section "placebo studies"). An effect here speaks against the design.
///
/// # Errors
/// [`StatsError::Setting`] if `first` is not after the first row and before the true start; those of the method.
pub fn placebo_in_time(panel: &Panel, method: &dyn Method, first: usize) -> Result<SyntheticControl> {
    if first == 0 || first >= panel.first() {
        return Err(StatsError::Setting(format!(
            "a placebo in time must start after the first period and before the true start, row {}; it starts in row \
             {first}",
            panel.first()
        )));
    }
    let rows: Vec<usize> = panel.before().collect();
    SyntheticControl::fit(&panel.with_rows(&rows, first)?, method)
}

/// A synthetic control without one of the donors that had weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithoutDonor {
    /// The donor left out.
    pub donor: String,
    /// Its weight in the full fit.
    pub weight: f64,
    /// The fit without it.
    pub control: SyntheticControl,
}

/// Fits again without each donor that has weight in `full`, in turn (Abadie, Diamond and Hainmueller 2015): shows whether
/// the effect hangs on one donor.
///
/// # Errors
/// [`StatsError::TooFew`] if there is only one donor; those of the method.
pub fn leave_one_out(
    panel: &Panel,
    method: &dyn Method,
    full: &SyntheticControl,
) -> Result<Vec<WithoutDonor>> {
    let donors = panel.donors();
    StatsError::check_length("the weights of the full fit", full.weights.len(), donors.len())?;
    if donors.len() < 2 {
        return Err(StatsError::TooFew { what: "donors to leave one out", found: donors.len(), needed: 2 });
    }
    let weighing = method.prepare(panel, panel.before())?;
    let target = panel.target();
    (0..donors.len())
        .filter(|&at| full.weights[at] != 0.0)
        .map(|at| {
            let others: Vec<usize> = donors.iter().copied().filter(|&unit| unit != donors[at]).collect();
            Ok(WithoutDonor {
                donor: panel.units()[donors[at]].clone(),
                weight: full.weights[at],
                control: SyntheticControl::with(panel, weighing.as_ref(), &target, &others)?,
            })
        })
        .collect()
}
