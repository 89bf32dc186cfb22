//! Detection of estimates that run to infinity.
//!
//! Albert and Anderson (1984) for binomial, Correia, Guimaraes and Zylkin (2019, "Verifying the existence of maximum likelihood
//! estimates for generalized linear models") for counts: there is no finite maximum if and only if some direction `d` in the
//! space of coefficients changes only fitted means that it moves towards their outcome at the end of the range,
//! `x'd = 0` where the outcome is inside the range, `x'd <= 0` where it is at the lower end and `>= 0` where it is at the upper
//! end, and not always zero. Newton's steps turn into such a direction (each moves the separated rows by about one), so the
//! step itself is the certificate that is tested.

use super::kernel::linear_predictor;
use super::options::Problem;
use crate::{Matrix, StatsError, Vector};

/// Iterations after which steps that do not shrink are suspected: by then what is not separated has settled to about `e^-15`.
pub(super) const SUSPECT_AFTER: usize = 15;
/// A step this long on the scale of the linear predictor is not that of a fit near its end.
const LONG: f64 = 0.1;
/// A move smaller than this share of the longest counts as none.
const STILL: f64 = 1e-5;

/// The error that names the variables, if this step (in coefficients of `basis`) shows that there is no finite estimate.
pub(super) fn certificate(
    problem: &Problem<'_>,
    basis: &Matrix,
    step: &Vector,
    coefficients: &Vector,
    kept: &[usize],
) -> Option<StatsError> {
    let bounded =
        problem.family.is_binomial() || (problem.family.is_count() && problem.link == super::Link::Log);
    if !bounded || step.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut moves = vec![0.0; basis.nrows()];
    linear_predictor(basis, step, None, 0, &mut moves);
    let counts = |row: usize| problem.weight(row) > 0.0;
    let longest =
        (0..moves.len()).filter(|row| counts(*row)).fold(0.0_f64, |most, row| most.max(moves[row].abs()));
    if longest < LONG {
        return None;
    }
    let still = STILL * longest;
    let binomial = problem.family.is_binomial();
    let allowed = |row: usize| match problem.y[row] {
        0.0 => moves[row] <= still,
        1.0 if binomial => moves[row] >= -still,
        _ => moves[row].abs() <= still,
    };
    if !(0..moves.len()).all(|row| !counts(row) || allowed(row)) {
        return None;
    }
    Some(named(problem, coefficients, kept, longest))
}

/// Names the variables that the direction is made of.
fn named(problem: &Problem<'_>, direction: &Vector, kept: &[usize], longest: f64) -> StatsError {
    let outcomes = || (0..problem.y.len()).filter(|row| problem.weight(*row) > 0.0).map(|row| problem.y[row]);
    if outcomes().all(|y| y == 0.0) || (problem.family.is_binomial() && outcomes().all(|y| y == 1.0)) {
        return StatsError::NoAnswer(
            "the outcome is the same in every row (all zero, or all one), so its rate or odds have no finite logarithm"
                .into(),
        );
    }
    let mut names = Vec::new();
    let mut intercept = None;
    for (place, j) in kept.iter().enumerate() {
        let column = problem.x.column(*j);
        let reach = column.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        if (direction[place] * reach).abs() > 1e-3 * longest {
            if column.iter().all(|value| *value == column[0]) {
                intercept = Some(problem.names[*j].clone());
            } else {
                names.push(problem.names[*j].clone());
            }
        }
    }
    if names.is_empty() {
        names.extend(intercept);
    }
    StatsError::Separation(names.join(", "))
}
