use super::basis::Basis;
use super::kernel::Evaluation;
use super::options::{Options, Problem};
use super::result::GlmFit;
use super::separation::{SUSPECT_AFTER, certificate};
use crate::{Convergence, Matrix, Result, StatsError, Vector};

/// Most times that one step is halved.
const HALVINGS: usize = 40;

/// Fits a generalised linear model by iteratively reweighted least squares (Fisher scoring; McCullagh and Nelder 1989, section
/// 2.5): `beta <- beta + (X' W X)^-1 X' s`, the step halved while the likelihood falls.
///
/// `x` has one row for each observation and a column for each coefficient (an intercept is a column of ones); `y` holds the
/// outcomes: numbers, counts, proportions, or successes where `options.trials` is given.
///
/// # Errors
/// [`StatsError::Shape`], [`StatsError::Value`] or [`StatsError::Setting`] for input that cannot be used;
/// [`StatsError::TooFew`] with fewer rows of positive weight than columns; [`StatsError::Collinear`] (unless they are to be
/// dropped); [`StatsError::Separation`] or [`StatsError::NoAnswer`] where there is no finite estimate;
/// [`StatsError::NotConverged`].
pub fn fit(x: &Matrix, y: &[f64], options: &Options<'_>) -> Result<GlmFit> {
    let problem = Problem::new(x, y, options)?;
    let (basis, end) = solve(&problem, options)?;
    GlmFit::new(&problem, &basis, end)
}

/// Chooses the columns and iterates to the end.
pub(super) fn solve(problem: &Problem<'_>, options: &Options<'_>) -> Result<(Basis, End)> {
    let start = problem.evaluate_start(problem.x);
    let basis = Basis::choose(problem, &start.information, options.collinear)?;
    if problem.rows < basis.kept.len() {
        return Err(StatsError::TooFew {
            what: "rows of positive weight",
            found: problem.rows,
            needed: basis.kept.len(),
        });
    }
    let first = match options.start {
        Some(beta) => {
            StatsError::check_length("the coefficients at the start", beta.len(), problem.x.ncols())?;
            StatsError::check_finite("the coefficients at the start", beta)?;
            basis.to_basis(&Vector::from_column_slice(beta))
        }
        None => first_estimate(problem, &basis, &start)?,
    };
    let end = scoring(problem, &basis, first, options)?;
    Ok((basis, end))
}

/// Where the iterations ended.
pub(super) struct End {
    pub(super) gamma: Vector,
    pub(super) evaluation: Evaluation,
    pub(super) convergence: Convergence,
}

const SINGULAR: &str =
    "the information matrix of the model is singular: weights or means have run to the end of their range";

fn first_estimate(problem: &Problem<'_>, basis: &Basis, start: &Evaluation) -> Result<Vector> {
    let solve = |evaluation: &Evaluation| {
        evaluation.information.clone().cholesky().map(|factor| factor.solve(&evaluation.score))
    };
    let found =
        if basis.is_design() { solve(start) } else { solve(&problem.evaluate_start(basis.matrix(problem))) };
    found.ok_or(StatsError::Singular(SINGULAR))
}

/// Fisher scoring with step-halving.
fn scoring(problem: &Problem<'_>, basis: &Basis, first: Vector, options: &Options<'_>) -> Result<End> {
    let matrix = basis.matrix(problem);
    let mut gamma = first;
    let mut now = problem.evaluate(matrix, &gamma);
    if now.objective == f64::NEG_INFINITY {
        (gamma, now) = inside(problem, matrix, gamma)?;
    }
    let mut previous = f64::INFINITY;
    let mut halved = 0;
    for iteration in 1..=options.iterations {
        let Some(factor) = now.information.clone().cholesky() else {
            return Err(StatsError::Singular(SINGULAR));
        };
        let step = factor.solve(&now.score);
        let decrement = step.dot(&now.score).max(0.0) / dispersion(problem, &now, gamma.len());
        let suspected = iteration > SUSPECT_AFTER || decrement.sqrt() <= options.tolerance;
        if suspected
            && let Some(error) = certificate(problem, matrix, &step, &basis.coefficients(&step), &basis.kept)
        {
            return Err(error);
        }
        if settled(decrement, previous, options.tolerance, &step, &gamma) {
            let mut remarks = Vec::new();
            if halved > 0 {
                remarks.push(format!("steps were halved {halved} times"));
            }
            let gradient = now.score.amax();
            let convergence = Convergence { converged: true, iterations: iteration, gradient, remarks };
            return Ok(End { gamma, evaluation: now, convergence });
        }
        previous = decrement;
        let (moved, reached, halvings) = uphill(problem, matrix, &gamma, step, &now);
        halved += halvings;
        (gamma, now) = (moved, reached);
    }
    Err(StatsError::NotConverged {
        method: "iteratively reweighted least squares",
        iterations: options.iterations,
        reason: format!("the last step was {:.1e} standard errors long", previous.sqrt()),
    })
}

/// The scale in which a step is long or short.
fn dispersion(problem: &Problem<'_>, now: &Evaluation, columns: usize) -> f64 {
    if !problem.family.estimates_dispersion() {
        return 1.0;
    }
    let estimate = now.pearson / problem.rows.saturating_sub(columns).max(1) as f64;
    if estimate > 0.0 { estimate } else { 1.0 }
}

/// True if the step is below the tolerance, or is rounding: it no longer shrinks, or does not change the coefficients.
fn settled(decrement: f64, previous: f64, tolerance: f64, step: &Vector, gamma: &Vector) -> bool {
    decrement.sqrt() <= tolerance
        || (decrement.sqrt() <= 1e4 * tolerance && decrement > 0.25 * previous)
        || step.amax() <= 8.0 * f64::EPSILON * gamma.amax()
}

/// Takes the step, halved until the objective does not fall by more than rounding.
fn uphill(
    problem: &Problem<'_>,
    matrix: &Matrix,
    gamma: &Vector,
    mut step: Vector,
    now: &Evaluation,
) -> (Vector, Evaluation, usize) {
    let floor = now.objective - 1e-11 * (now.objective.abs() + 1.0);
    let mut moved = gamma + &step;
    let mut reached = problem.evaluate(matrix, &moved);
    let mut halvings = 0;
    while (reached.objective < floor || reached.objective.is_nan()) && halvings < HALVINGS {
        step *= 0.5;
        moved = gamma + &step;
        reached = problem.evaluate(matrix, &moved);
        halvings += 1;
    }
    (moved, reached, halvings)
}

/// Coefficients with possible means, where the first estimate has none: the estimate shortened towards constants.
fn inside(problem: &Problem<'_>, matrix: &Matrix, gamma: Vector) -> Result<(Vector, Evaluation)> {
    let mut constants = Vector::zeros(gamma.len());
    if let Some(direction) = constant_direction(problem, matrix) {
        let total: f64 = (0..problem.y.len()).map(|row| problem.weight(row)).sum();
        let mean = (0..problem.y.len()).map(|row| problem.weight(row) * problem.y[row]).sum::<f64>() / total;
        constants = direction * problem.link.eta(problem.family.start(mean, total));
    }
    let mut share = 0.5;
    for _ in 0..60 {
        let tried = &gamma * share + &constants * (1.0 - share);
        let reached = problem.evaluate(matrix, &tried);
        if reached.objective > f64::NEG_INFINITY {
            return Ok((tried, reached));
        }
        share *= 0.5;
    }
    Err(StatsError::NotConverged {
        method: "iteratively reweighted least squares",
        iterations: 0,
        reason: "no coefficients were found that give every row a possible mean; give a start, or take another link".into(),
    })
}

/// Coefficients of the basis whose linear predictor is one everywhere, if there are such.
fn constant_direction(problem: &Problem<'_>, matrix: &Matrix) -> Option<Vector> {
    if !problem.has_intercept() {
        return None;
    }
    let ones = Vector::from_element(matrix.nrows(), 1.0);
    matrix.tr_mul(matrix).cholesky().map(|factor| factor.solve(&matrix.tr_mul(&ones)))
}
