//! Newton's method with a trust region for a log-likelihood with exact second derivatives.

use std::ops::Range;

use crate::{Convergence, Matrix, StatsError, Vector};

/// Value, gradient and Hessian of a log-likelihood at a point.
#[derive(Debug, Clone)]
pub(super) struct Evaluation {
    pub value: f64,
    pub gradient: Vector,
    pub hessian: Matrix,
}

impl Evaluation {
    pub(super) fn new(size: usize) -> Self {
        Self { value: f64::NAN, gradient: Vector::zeros(size), hessian: Matrix::zeros(size, size) }
    }

    pub(super) fn clear(&mut self) {
        self.value = 0.0;
        self.gradient.fill(0.0);
        self.hessian.fill(0.0);
    }

    fn finite(&self) -> bool {
        self.value.is_finite()
            && self.gradient.iter().all(|v| v.is_finite())
            && self.hessian.iter().all(|v| v.is_finite())
    }
}

/// What is maximised.
pub(super) trait Objective {
    /// Evaluates at a point; a value that is not finite says that the point cannot be used.
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation);
    /// Puts a point into its canonical form (a standard deviation counts without its sign).
    fn canonical(&self, at: &mut [f64]);
    /// Largest change of each parameter in one step.
    fn limit(&self, parameter: usize, at: &[f64]) -> f64;
    /// Which parameters are standard deviations.
    fn deviations(&self) -> Range<usize> {
        0..0
    }
    /// Whether the search can end here without an optimum (a parameter on its way to infinity).
    fn give_up(&self, _at: &[f64]) -> bool {
        false
    }
}

/// Where a search ended.
#[derive(Debug, Clone)]
pub(super) struct Optimum {
    pub at: Vec<f64>,
    pub evaluation: Evaluation,
    pub convergence: Convergence,
    /// The objective asked for the end.
    pub gave_up: bool,
}

/// Factor of the negative Hessian over the free parameters, scaled to a unit diagonal, with `ridge` added.
struct Factor {
    cholesky: nalgebra::Cholesky<f64, nalgebra::Dyn>,
    scale: Vec<f64>,
    bare: Matrix,
}

fn factor(hessian: &Matrix, free: &[usize], ridge: f64) -> Option<Factor> {
    let n = free.len();
    let scale: Vec<f64> = free
        .iter()
        .map(|j| {
            let size = hessian[(*j, *j)].abs();
            if size > 0.0 { 1.0 / size.sqrt() } else { 1.0 }
        })
        .collect();
    let bare = Matrix::from_fn(n, n, |i, j| -hessian[(free[i], free[j])] * scale[i] * scale[j]);
    let mut ridged = bare.clone();
    for i in 0..n {
        ridged[(i, i)] += ridge;
    }
    Some(Factor { cholesky: ridged.cholesky()?, scale, bare })
}

/// Maximises an objective over the parameters in `free`, from `start`.
///
/// Levenberg's ridge on the scaled Hessian keeps steps uphill where it is not negative definite and shortens them where
/// the quadratic model fails (Nocedal and Wright 2006, chapter 4). The search has converged when the step is shorter than
/// `tolerance` in the metric of the Hessian, which is in standard errors; that last step is then taken as well.
pub(super) fn maximise(
    objective: &mut impl Objective,
    start: &[f64],
    free: &[usize],
    tolerance: f64,
    evaluations: usize,
) -> Result<Optimum, StatsError> {
    let size = start.len();
    let mut at = start.to_vec();
    objective.canonical(&mut at);
    let mut now = Evaluation::new(size);
    objective.evaluate(&at, &mut now);
    if !now.finite() {
        return Err(StatsError::NotConverged {
            method: "the mixed model",
            iterations: 0,
            reason:
                "the likelihood is not finite at the start; check the scale of the offset and the variables"
                    .to_owned(),
        });
    }
    let mut next = Evaluation::new(size);
    let mut ridge = 0.0;
    let mut used = 1;
    let mut free = free.to_vec();
    let mut left = 0;
    let mut remarks = Vec::new();
    loop {
        let gradient = now.gradient.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let ended = move |converged, at: Vec<f64>, now: Evaluation, gave_up, remarks| Optimum {
            at,
            evaluation: now,
            convergence: Convergence { converged, iterations: used, gradient, remarks },
            gave_up,
        };
        if free.is_empty() {
            return Ok(ended(true, at, now, false, remarks));
        }
        let (solved, shrunk) = self::step(objective, &at, &now, &free, &mut ridge);
        let Some((step, decrement, predicted)) = solved else {
            remarks.push("the curvature could not be used at the end".to_owned());
            return Ok(ended(false, at, now, false, remarks));
        };
        // Only near the top of the others: far from it the likelihood rises with every deviation.
        let rises = |j: &usize| free.contains(j) && rises_from_zero(&at, &now, *j);
        if let Some(j) = objective.deviations().find(|j| decrement < 0.1 && rises(j))
            && used < evaluations
        {
            left += 1;
            if left > LEAVES || !leave_zero(objective, &mut at, &mut now, &mut next, j, &mut used) {
                // The rise is rounding: the deviation is zero, and the search goes on without it.
                free.retain(|k| *k != j);
                at[j] = 0.0;
                objective.evaluate(&at, &mut now);
                used += 1;
            }
            ridge = 0.0;
            continue;
        }
        if decrement < tolerance && ridge == 0.0 && !shrunk {
            for (j, step) in free.iter().zip(&step) {
                at[*j] += step;
            }
            objective.canonical(&mut at);
            now.value += predicted;
            return Ok(ended(true, at, now, false, remarks));
        }
        if objective.give_up(&at) {
            return Ok(ended(false, at, now, true, remarks));
        }
        if used >= evaluations {
            remarks.push(format!("stopped after {used} evaluations"));
            return Ok(ended(false, at, now, false, remarks));
        }
        let mut trial = at.clone();
        for (j, step) in free.iter().zip(&step) {
            trial[*j] += step;
        }
        objective.canonical(&mut trial);
        objective.evaluate(&trial, &mut next);
        used += 1;
        let gained = next.value - now.value;
        let noise = 1e-13 * (1.0 + now.value.abs());
        if next.finite()
            && gained >= -noise
            && (gained > 1e-4 * predicted || predicted < 10.0 * noise || gained > 0.0)
        {
            at = trial;
            std::mem::swap(&mut now, &mut next);
            let ratio = gained / predicted;
            if ratio > 0.5 || predicted < 10.0 * noise {
                ridge = if ridge < 1e-3 { 0.0 } else { ridge * 0.1 };
            } else if ratio < 0.1 {
                ridge = (ridge * 4.0).max(0.1);
            }
        } else {
            // Near the top the values differ by no more than their rounding, but the gradient still tells the way: a
            // sum of a million terms loses the gain of a thousandth of a standard error.
            if predicted < 1e3 * noise && next.finite() && used < evaluations {
                let (after, _) = self::step(objective, &trial, &next, &free, &mut 0.0);
                if after.is_some_and(|(_, after, _)| after < 0.5 * decrement) {
                    at = trial;
                    std::mem::swap(&mut now, &mut next);
                    ridge = 0.0;
                    continue;
                }
            }
            if predicted < 10.0 * noise {
                // Rounding is all that is left to gain.
                return Ok(ended(decrement < 1e-3, at, now, false, remarks));
            }
            ridge = (ridge * 5.0).max(0.3);
            if ridge > 1e12 {
                remarks.push("no step from the last point improves the likelihood".to_owned());
                return Ok(ended(decrement < 1e-3, at, now, false, remarks));
            }
        }
    }
}

/// How often one search leaves zeros.
const LEAVES: usize = 4;

/// Whether the likelihood rises from a standard deviation of zero. Zero is a stationary point whatever the data say, so that the
/// gradient does not tell, and a search by gradients that comes to it stays there.
fn rises_from_zero(at: &[f64], now: &Evaluation, j: usize) -> bool {
    at[j] < 1e-3 && now.hessian[(j, j)] > 0.0
}

/// Moves a standard deviation away from zero to the first of 0.2, 0.1, ... at which the likelihood is higher; false where none is.
fn leave_zero(
    objective: &mut impl Objective,
    at: &mut Vec<f64>,
    now: &mut Evaluation,
    next: &mut Evaluation,
    j: usize,
    used: &mut usize,
) -> bool {
    let mut trial = at.clone();
    for halvings in 0..8 {
        trial[j] = 0.2 * 0.5_f64.powi(halvings);
        objective.evaluate(&trial, next);
        *used += 1;
        if next.finite() && next.value > now.value {
            *at = trial;
            std::mem::swap(now, next);
            return true;
        }
    }
    false
}

/// Step, its length in the metric of the (ridged) Hessian, and the improvement that the quadratic model promises; and
/// whether the step was shortened to the limits.
type Step = (Option<(Vec<f64>, f64, f64)>, bool);

fn step(objective: &impl Objective, at: &[f64], now: &Evaluation, free: &[usize], ridge: &mut f64) -> Step {
    for _ in 0..60 {
        let Some(factor) = factor(&now.hessian, free, *ridge) else {
            *ridge = if *ridge == 0.0 { 1e-2 } else { *ridge * 4.0 };
            continue;
        };
        let n = free.len();
        let gradient = Vector::from_fn(n, |i, _| now.gradient[free[i]] * factor.scale[i]);
        let mut scaled = factor.cholesky.solve(&gradient);
        let mut shorten = 1.0_f64;
        for i in 0..n {
            let length = (scaled[i] * factor.scale[i]).abs();
            let limit = objective.limit(free[i], at);
            if length > limit {
                shorten = shorten.min(limit / length);
            }
        }
        let decrement = gradient.dot(&scaled).max(0.0).sqrt();
        scaled *= shorten;
        let predicted = gradient.dot(&scaled) - 0.5 * scaled.dot(&(&factor.bare * &scaled));
        let step = (0..n).map(|i| scaled[i] * factor.scale[i]).collect();
        return (Some((step, decrement, predicted)), shorten < 1.0);
    }
    (None, false)
}
