//! Weights as the R package synthdid finds them: Frank-Wolfe steps that stop early.
//!
//! Written from the description in Arkhangelsky et al. (2021), supplement, and the documented behaviour of synthdid 0.0.9.

use crate::{Matrix, Vector};

/// `argmin_x zeta^2 |x|^2 + |A x - b|^2 / rows` over the simplex, from `start`, by steps towards the best vertex with exact
/// line search; stops when a step gains no more than `min_decrease^2`, or after `limit` steps.
pub(super) fn frank_wolfe(
    a: &Matrix,
    b: &Vector,
    zeta: f64,
    start: &Vector,
    min_decrease: f64,
    limit: usize,
) -> Vector {
    let rows = a.nrows() as f64;
    let eta = rows * zeta * zeta;
    let mut x = start.clone();
    let mut error = a * &x - b;
    let mut half_gradient = Vector::zeros(x.len());
    let mut direction = Vector::zeros(x.len());
    let mut values: [f64; 2] = [f64::INFINITY; 2];
    for step in 0..limit {
        if step >= 2 && values[0] - values[1] <= min_decrease * min_decrease {
            break;
        }
        half_gradient.gemv_tr(1.0, a, &error, 0.0);
        half_gradient.axpy(eta, &x, 1.0);
        let mut vertex = 0;
        for i in 1..x.len() {
            if half_gradient[i] < half_gradient[vertex] {
                vertex = i;
            }
        }
        direction.axpy(-1.0, &x, 0.0);
        direction[vertex] += 1.0;
        if direction.iter().any(|value| *value != 0.0) {
            // A times the direction: the vertex less where we are.
            let change: f64 =
                (0..a.nrows()).map(|row| (a[(row, vertex)] - error[row] - b[row]).powi(2)).sum();
            let curvature = change + eta * direction.norm_squared();
            let length = (-half_gradient.dot(&direction) / curvature).clamp(0.0, 1.0);
            x.axpy(length, &direction, 1.0);
        }
        error.copy_from(b);
        error.gemv(1.0, a, &x, -1.0);
        values = [values[1], zeta * zeta * x.norm_squared() + error.norm_squared() / rows];
    }
    x
}

/// Sets weights of at most a quarter of the largest to zero and divides the rest by their sum.
pub(super) fn sparsify(x: &Vector) -> Vector {
    let bound = x.max() / 4.0;
    let mut kept = x.map(|value| if value <= bound { 0.0 } else { value });
    let total = kept.sum();
    kept /= total;
    kept
}
