use rand_core::Rng;

use super::methods::{augmented, deviated};
use crate::random::Sample;
use crate::{Matrix, Result, StatsError, Vector};

/// Most coefficients of one multinomial model.
const MOST: usize = 600;
const STEPS: usize = 60;

/// Draws levels for the missing rows from a multinomial logistic model (first level the reference) whose coefficients are drawn from
/// their large-sample posterior.
pub(super) fn draw_levels(
    x: &Matrix,
    y: &[f64],
    levels: usize,
    missing: &Matrix,
    g: &mut impl Rng,
) -> Result<Vec<f64>> {
    let size = (levels - 1) * x.ncols();
    if size > MOST {
        return Err(StatsError::Setting(format!(
            "a multinomial imputation model with {size} coefficients is too large; leave predictors out or join levels"
        )));
    }
    let (wider, outcomes, weights) = augmented(x, y, levels);
    let (beta, information) = fit(&wider, &outcomes, &weights, levels)?;
    let lower = information
        .cholesky()
        .ok_or(StatsError::Singular("the information matrix of a multinomial model is singular"))?
        .l();
    let drawn = beta + deviated(&lower, 1.0, g);
    let mut shares = vec![0.0; levels];
    Ok((0..missing.nrows())
        .map(|row| {
            probabilities(missing, row, &drawn, &mut shares);
            let mut left = g.uniform();
            let chosen = shares.iter().position(|share| {
                left -= share;
                left < 0.0
            });
            chosen.unwrap_or(levels - 1) as f64
        })
        .collect())
}

/// Newton's method with step-halving for the weighted log-likelihood, which is concave.
fn fit(x: &Matrix, y: &[f64], weights: &[f64], levels: usize) -> Result<(Vector, Matrix)> {
    let size = (levels - 1) * x.ncols();
    let mut beta = Vector::zeros(size);
    let (mut value, mut gradient, mut information) = look(x, y, weights, levels, &beta);
    for _ in 0..STEPS {
        let Some(factor) = information.clone().cholesky() else {
            return Err(StatsError::Singular("the information matrix of a multinomial model is singular"));
        };
        let mut step = factor.solve(&gradient);
        if step.dot(&gradient) < 1e-19 {
            return Ok((beta, information));
        }
        for _ in 0..40 {
            let moved = &beta + &step;
            let (there, slope, curvature) = look(x, y, weights, levels, &moved);
            if there >= value - 1e-12 * value.abs() {
                (beta, value, gradient, information) = (moved, there, slope, curvature);
                break;
            }
            step *= 0.5;
        }
    }
    Err(StatsError::NotConverged {
        method: "the multinomial imputation model",
        iterations: STEPS,
        reason: "steps did not become small".into(),
    })
}

fn probabilities(x: &Matrix, row: usize, beta: &Vector, shares: &mut [f64]) {
    let p = x.ncols();
    shares[0] = 0.0;
    for level in 1..shares.len() {
        shares[level] = (0..p).map(|j| x[(row, j)] * beta[(level - 1) * p + j]).sum();
    }
    let most = shares.iter().fold(f64::NEG_INFINITY, |most, eta| most.max(*eta));
    let mut total = 0.0;
    for share in shares.iter_mut() {
        *share = (*share - most).exp();
        total += *share;
    }
    shares.iter_mut().for_each(|share| *share /= total);
}

fn look(x: &Matrix, y: &[f64], weights: &[f64], levels: usize, beta: &Vector) -> (f64, Vector, Matrix) {
    let p = x.ncols();
    let size = (levels - 1) * p;
    let mut value = 0.0;
    let mut gradient = Vector::zeros(size);
    let mut information = Matrix::zeros(size, size);
    let mut shares = vec![0.0; levels];
    for row in 0..x.nrows() {
        probabilities(x, row, beta, &mut shares);
        let weight = weights[row];
        let own = y[row] as usize;
        value += weight * shares[own].max(f64::MIN_POSITIVE).ln();
        for a in 1..levels {
            let residual = weight * (f64::from(u8::from(own == a)) - shares[a]);
            for j in 0..p {
                gradient[(a - 1) * p + j] += residual * x[(row, j)];
            }
            for b in 1..=a {
                let cross = weight * shares[a] * (f64::from(u8::from(a == b)) - shares[b]);
                for j in 0..p {
                    let front = cross * x[(row, j)];
                    for k in 0..p {
                        information[((a - 1) * p + j, (b - 1) * p + k)] += front * x[(row, k)];
                    }
                }
            }
        }
    }
    for i in 0..size {
        for j in 0..i {
            information[(j, i)] = information[(i, j)];
        }
    }
    (value, gradient, information)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glm;
    use crate::random::{Seed, fast};

    #[test]
    fn two_levels_are_a_logistic_model() {
        let mut g = fast(Seed::from_number(4), 0);
        let x = Matrix::from_fn(80, 2, |_, j| if j == 0 { 1.0 } else { g.normal() });
        let y: Vec<f64> = (0..80).map(|i| f64::from(u8::from(g.normal() < x[(i, 1)]))).collect();
        let (beta, information) = fit(&x, &y, &[1.0; 80], 2).unwrap();
        let right = glm::fit(&x, &y, &glm::Options::new(glm::Family::Binomial)).unwrap();
        for j in 0..2 {
            assert!((beta[j] - right.estimates.beta[j]).abs() < 1e-8);
        }
        let inverse = information.try_inverse().unwrap();
        assert!((inverse[(1, 1)] - right.estimates.covariance[(1, 1)]).abs() < 1e-8);
    }

    #[test]
    fn an_intercept_alone_gives_the_shares() {
        let x = Matrix::from_element(10, 1, 1.0);
        let y = [0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0];
        let (beta, _) = fit(&x, &y, &[1.0; 10], 3).unwrap();
        assert!((beta[0] - 1.5_f64.ln()).abs() < 1e-8 && (beta[1] - 2.5_f64.ln()).abs() < 1e-8);
    }
}
