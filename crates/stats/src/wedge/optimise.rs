//! Minimum of a smooth function of a few variables that is even in each of them.

use crate::Convergence;
use crate::numeric::nelder_mead::nelder_mead;

/// The simplex ends when the values at its corners differ by less; Newton's method does the rest.
const CLOSE: f64 = 1e-9;
/// Most evaluations of one simplex.
const EVALUATIONS: usize = 800;

/// Minimises from a start, by Nelder and Mead's simplex (1965) twice and then Newton's method on numerical derivatives.
///
/// Standard deviations (square roots of variances) are given as variables, so that a variance of zero is an ordinary
/// stationary point and no boundary.
pub(super) fn minimise(start: &[f64], function: impl Fn(&[f64]) -> f64) -> (Vec<f64>, f64, Convergence) {
    let mut iterations = 0;
    let mut place = start.to_vec();
    for spread in [0.3, 0.05] {
        let steps: Vec<f64> = place.iter().map(|v| spread * (1.0 + v.abs())).collect();
        let tolerance = CLOSE / function(&place).abs().max(1.0);
        let found = nelder_mead(&place, &steps, tolerance, EVALUATIONS, &function);
        place = found.place;
        iterations += found.evaluations;
    }
    let (place, value, gradient, steps) = newton(place, &function);
    iterations += steps;
    // Numerical gradients of a sum of n terms carry rounding; this is far below what moves any reported digit.
    let limit = 1e-5 * value.abs().max(1.0).sqrt();
    let convergence = Convergence { converged: gradient < limit, iterations, gradient, remarks: Vec::new() };
    (place, value, convergence)
}

/// Newton steps while they lower the function; returns place, value, largest gradient and steps.
fn newton(mut place: Vec<f64>, function: &impl Fn(&[f64]) -> f64) -> (Vec<f64>, f64, f64, usize) {
    let d = place.len();
    let mut value = function(&place);
    for step in 0..20 {
        let slope = gradient(&place, function);
        let largest = slope.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
        if largest < 1e-7 || d == 0 {
            return (place, value, largest, step);
        }
        let hessian = hessian(&place, value, function);
        let Some(factor) = hessian.cholesky() else { return (place, value, largest, step) };
        let change = factor.solve(&crate::Vector::from_vec(slope));
        let mut share = 1.0;
        let mut moved = false;
        while share > 1e-4 {
            let next: Vec<f64> = (0..d).map(|k| place[k] - share * change[k]).collect();
            let found = function(&next);
            if found < value + 1e-11 * value.abs() {
                // A step within rounding is still worth taking: it is where the gradient says the minimum is.
                moved = (0..d).any(|k| (next[k] - place[k]).abs() > 1e-9 * (1.0 + place[k].abs()));
                (place, value) = (next, found);
                break;
            }
            share *= 0.5;
        }
        if !moved {
            break;
        }
    }
    let largest = gradient(&place, function).iter().fold(0.0_f64, |most, g| most.max(g.abs()));
    (place, value, largest, 20)
}

/// Fourth-order central differences.
fn gradient(place: &[f64], function: &impl Fn(&[f64]) -> f64) -> Vec<f64> {
    (0..place.len())
        .map(|k| {
            let h = 2e-3 * (1.0 + place[k].abs());
            let at = |t: f64| {
                let mut point = place.to_vec();
                point[k] += t * h;
                function(&point)
            };
            (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h)
        })
        .collect()
}

fn hessian(place: &[f64], value: f64, function: &impl Fn(&[f64]) -> f64) -> crate::Matrix {
    let d = place.len();
    let step = |k: usize| 1e-3 * (1.0 + place[k].abs());
    let at = |changes: &[(usize, f64)]| {
        let mut point = place.to_vec();
        for (k, change) in changes {
            point[*k] += change;
        }
        function(&point)
    };
    let mut hessian = crate::Matrix::zeros(d, d);
    for i in 0..d {
        let h = step(i);
        hessian[(i, i)] = (at(&[(i, h)]) - 2.0 * value + at(&[(i, -h)])) / (h * h);
        for j in 0..i {
            let g = step(j);
            let mixed = at(&[(i, h), (j, g)]) - at(&[(i, h), (j, -g)]) - at(&[(i, -h), (j, g)])
                + at(&[(i, -h), (j, -g)]);
            hessian[(i, j)] = mixed / (4.0 * h * g);
            hessian[(j, i)] = hessian[(i, j)];
        }
    }
    hessian
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_interior_and_boundary_minima() {
        let (place, value, end) =
            minimise(&[0.5, 0.5], |v| (v[0] * v[0] - 2.0).powi(2) + (v[1] * v[1] + 0.5).powi(2));
        assert!((place[0].abs() - 2.0_f64.sqrt()).abs() < 1e-8, "{place:?}");
        assert!(place[1].abs() < 1e-6, "{place:?}");
        assert!((value - 0.25).abs() < 1e-12);
        assert!(end.converged);
    }
}
