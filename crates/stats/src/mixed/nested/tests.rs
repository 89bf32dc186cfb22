//! The nested likelihood held against brute force: derivatives against differences, values against a dense computation.

use super::super::newton::{Evaluation, Objective};
use super::super::tests::{Made, made};
use super::super::{Family, Groups, Integral, Options, RateModel, Workspace};
use crate::numeric::distributions::{binomial_ln_pmf, negative_binomial_ln_pmf, poisson_ln_pmf};
use crate::{Matrix, Vector};

const FAMILIES: [Family; 3] = [Family::Poisson, Family::NegativeBinomial, Family::Binomial];

/// Outer groups of one to five of the groups.
fn outer(made: &Made) -> Vec<usize> {
    made.groups.iter().map(|label| [7, 3, 3, 3, 9, 9, 1, 1, 1, 1, 1, 3][(label - 1) / 3]).collect()
}

fn model<'a>(made: &'a Made, outer: &'a [usize], family: Family) -> (RateModel<'a>, Workspace) {
    let model = RateModel::prepare(
        &made.x,
        Some(&made.offset),
        Some(&made.weights),
        Groups::Nested { outer, inner: &made.groups },
        Vec::new(),
        Options::new(family).integral(Integral::Laplace),
    )
    .unwrap();
    let mut workspace = Workspace::default();
    model.load(&mut workspace, &made.y, made.trials.as_deref()).unwrap();
    (model, workspace)
}

fn point(family: Family) -> Vec<f64> {
    let mut at = vec![0.3, 0.25, -0.1, 0.15, 0.6, 0.8];
    if family == Family::NegativeBinomial {
        at.push(0.6);
    }
    at
}

#[test]
fn gradients_and_hessians_agree_with_differences() {
    for family in FAMILIES {
        for seed in 0..4 {
            let made = made(family, seed);
            let outer = outer(&made);
            let (model, mut workspace) = model(&made, &outer, family);
            for sigmas in [[0.6, 0.8], [1.9, 0.05], [0.0, 0.7], [0.4, 0.0], [0.0, 0.0]] {
                let mut at = point(family);
                at[4..6].copy_from_slice(&sigmas);
                let size = at.len();
                let mut target = model.asked(&mut workspace);
                let mut evaluate = |at: &[f64]| {
                    let mut out = Evaluation::new(size);
                    target.evaluate(at, &mut out);
                    assert!(out.value.is_finite());
                    out
                };
                let here = evaluate(&at);
                let h = 2e-5;
                for j in 0..size {
                    let (mut up, mut down) = (at.clone(), at.clone());
                    up[j] += h;
                    down[j] -= h;
                    let (up, down) = (evaluate(&up), evaluate(&down));
                    let slope = (up.value - down.value) / (2.0 * h);
                    let found = here.gradient[j];
                    assert!(
                        (found - slope).abs() < 2e-6,
                        "{family:?} {sigmas:?} gradient {j} {found} {slope}"
                    );
                    for i in 0..size {
                        let slope = (up.gradient[i] - down.gradient[i]) / (2.0 * h);
                        let found = here.hessian[(i, j)];
                        assert!(
                            (found - slope).abs() < 4e-6 * (1.0 + slope.abs()),
                            "{family:?} {sigmas:?} Hessian {i} {j}: {found} {slope}"
                        );
                    }
                }
            }
        }
    }
}

/// Laplace's approximation with all random intercepts in one dense vector: Newton's method with derivatives by
/// differences of the log-probabilities, and the determinant by Cholesky factors.
fn dense(made: &Made, outer: &[usize], family: Family, at: &[f64]) -> f64 {
    let theta = at.get(6).map_or(0.0, |phi| phi.exp());
    let levels = |labels: &[usize]| {
        let mut all = labels.to_vec();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (large, small) = (levels(outer), levels(&made.groups));
    let n = large.len() + small.len();
    let place = |row: usize| {
        (
            large.iter().position(|label| *label == outer[row]).unwrap(),
            large.len() + small.iter().position(|label| *label == made.groups[row]).unwrap(),
        )
    };
    let row = |i: usize, eta: f64| {
        let value = match (family, &made.trials) {
            (Family::Binomial, trials) => {
                binomial_ln_pmf(made.y[i], trials.as_ref().map_or(1.0, |t| t[i]), 1.0 / (1.0 + (-eta).exp()))
            }
            (Family::Poisson, _) => poisson_ln_pmf(made.y[i], eta.exp()),
            _ => negative_binomial_ln_pmf(made.y[i], eta.exp(), theta),
        };
        made.weights[i] * value
    };
    let mut b = Vector::zeros(n);
    loop {
        let (mut value, mut gradient, mut hessian) = (-0.5 * b.dot(&b), -b.clone(), -Matrix::identity(n, n));
        for i in 0..made.y.len() {
            let (o, g) = place(i);
            let eta = (0..4).map(|j| made.x[(i, j)] * at[j]).sum::<f64>()
                + made.offset[i]
                + at[4] * b[o]
                + at[5] * b[g];
            let h = 1e-3;
            let l: Vec<f64> = (-2..=2).map(|k| row(i, eta + h * f64::from(k))).collect();
            value += l[2];
            let first = (8.0 * (l[3] - l[1]) - (l[4] - l[0])) / (12.0 * h);
            let second = (16.0 * (l[3] + l[1]) - (l[4] + l[0]) - 30.0 * l[2]) / (12.0 * h * h);
            for (j, a) in [(o, at[4]), (g, at[5])] {
                gradient[j] += first * a;
                for (k, c) in [(o, at[4]), (g, at[5])] {
                    hessian[(j, k)] += second * a * c;
                }
            }
        }
        let factor = (-hessian).cholesky().unwrap();
        let step = factor.solve(&gradient);
        if step.norm() < 1e-8 {
            return value - factor.l_dirty().diagonal().map(f64::ln).sum();
        }
        b += step * (1.0 / (1.0 + gradient.norm() / 50.0));
    }
}

#[test]
fn the_value_is_the_joint_laplace_approximation() {
    for family in FAMILIES {
        for seed in [3, 8] {
            let made = made(family, seed);
            let outer = outer(&made);
            let (model, mut workspace) = model(&made, &outer, family);
            let at = point(family);
            let mut out = Evaluation::new(at.len());
            model.asked(&mut workspace).evaluate(&at, &mut out);
            let right = dense(&made, &outer, family, &at);
            assert!((out.value - right).abs() < 1e-6, "{family:?} {} {right}", out.value);
        }
    }
}

/// Starts far from the modes: rates a millionth or a million times what the counts say.
#[test]
fn modes_are_found_from_far_away() {
    for family in FAMILIES {
        let made = made(family, 5);
        let outer = outer(&made);
        let (model, mut workspace) = model(&made, &outer, family);
        for shift in [-14.0, 14.0, -40.0, 40.0] {
            for sigma in [0.01, 1.0, 20.0] {
                let mut at = point(family);
                at[0] += shift;
                (at[4], at[5]) = (sigma, 2.0 * sigma);
                workspace.nested.warm = false;
                let mut out = Evaluation::new(at.len());
                model.asked(&mut workspace).evaluate(&at, &mut out);
                assert!(out.value.is_finite(), "{family:?} {shift} {sigma}");
            }
        }
    }
}
