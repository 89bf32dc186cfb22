//! The likelihoods held against brute force: derivatives against differences, values against the trapezoidal rule.

use super::*;
use crate::Matrix;
use crate::mixed::newton::{Evaluation, Objective};
use crate::numeric::distributions::{binomial_ln_pmf, negative_binomial_ln_pmf, poisson_ln_pmf};
use crate::random::{Sample, Seed, fast};

pub(super) struct Made {
    pub x: Matrix,
    pub offset: Vec<f64>,
    pub weights: Vec<f64>,
    pub groups: Vec<usize>,
    pub y: Vec<f64>,
    pub trials: Option<Vec<f64>>,
}

/// Groups of 1 to 7 rows in a mixed order, two varying columns, two constant ones, offsets, weights of which some are zero.
pub(super) fn made(family: Family, seed: u64) -> Made {
    let mut g = fast(Seed::from_number(seed), 0);
    let mut groups: Vec<usize> = (0..12).flat_map(|j| vec![j * 3 + 1; 1 + j % 7]).collect();
    g.shuffle(&mut groups);
    let n = groups.len();
    let level: Vec<f64> = (0..40).map(|_| g.normal()).collect();
    let effect: Vec<f64> = (0..40).map(|_| 0.7 * g.normal()).collect();
    let x = Matrix::from_fn(n, 4, |i, j| match j {
        0 => 1.0,
        1 => g.normal(),
        2 => level[groups[i]],
        _ => f64::from(u8::from(g.uniform() < 0.5)),
    });
    let offset: Vec<f64> = (0..n).map(|_| 0.5 * g.normal()).collect();
    let weights: Vec<f64> = (0..n).map(|i| [1.0, 2.0, 0.0, 1.5][i % 4]).collect();
    let trials =
        (family == Family::Binomial).then(|| (0..n).map(|i| 1.0 + (i % 5) as f64).collect::<Vec<f64>>());
    let y = (0..n)
        .map(|i| {
            let eta = 0.4 + 0.3 * x[(i, 1)] - 0.2 * x[(i, 2)] + offset[i] + effect[groups[i]];
            match (family, &trials) {
                (Family::Binomial, Some(trials)) => {
                    g.binomial(trials[i] as u64, 1.0 / (1.0 + (-eta).exp())) as f64
                }
                (Family::Poisson, _) => g.poisson(eta.exp()),
                _ => g.negative_binomial(eta.exp(), 2.0),
            }
        })
        .collect();
    Made { x, offset, weights, groups, y, trials }
}

impl Made {
    pub(super) fn model(&self, family: Family, integral: Integral) -> (RateModel<'_>, Workspace) {
        let model = RateModel::prepare(
            &self.x,
            Some(&self.offset),
            Some(&self.weights),
            Groups::One(&self.groups),
            Vec::new(),
            Options::new(family).integral(integral),
        )
        .unwrap();
        let mut workspace = Workspace::default();
        model.load(&mut workspace, &self.y, self.trials.as_deref()).unwrap();
        (model, workspace)
    }

    /// Log-likelihood of a row.
    fn row(&self, family: Family, i: usize, eta: f64, theta: f64) -> f64 {
        let value = match (family, &self.trials) {
            (Family::Binomial, trials) => {
                binomial_ln_pmf(self.y[i], trials.as_ref().map_or(1.0, |t| t[i]), 1.0 / (1.0 + (-eta).exp()))
            }
            (Family::Poisson, _) => poisson_ln_pmf(self.y[i], eta.exp()),
            _ => negative_binomial_ln_pmf(self.y[i], eta.exp(), theta),
        };
        self.weights[i] * value
    }

    /// The marginal log-likelihood by the trapezoidal rule.
    fn brute(&self, family: Family, at: &[f64]) -> f64 {
        let theta = at.get(5).map_or(0.0, |phi| phi.exp());
        let mut labels = self.groups.clone();
        labels.sort_unstable();
        labels.dedup();
        let mut total = 0.0;
        for label in labels {
            let (steps, reach) = (4000, 9.0);
            let step = 2.0 * reach / f64::from(steps);
            let h: Vec<f64> = (0..=steps)
                .map(|k| {
                    let u = f64::from(k) * step - reach;
                    let rows =
                        (0..self.y.len()).filter(|i| self.groups[*i] == label && self.weights[*i] > 0.0);
                    let sum: f64 = rows
                        .map(|i| {
                            let eta = (0..4).map(|j| self.x[(i, j)] * at[j]).sum::<f64>() + self.offset[i];
                            self.row(family, i, eta + at[4] * u, theta)
                        })
                        .sum();
                    sum - 0.5 * u * u
                })
                .collect();
            let peak = h.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let area: f64 = h.iter().map(|h| (h - peak).exp()).sum::<f64>() * step;
            total += peak + (area / (2.0 * std::f64::consts::PI).sqrt()).ln();
        }
        total
    }
}

fn point(family: Family) -> Vec<f64> {
    let mut at = vec![0.3, 0.25, -0.1, 0.15, 0.8];
    if family == Family::NegativeBinomial {
        at.push(0.6);
    }
    at
}

const FAMILIES: [Family; 3] = [Family::Poisson, Family::NegativeBinomial, Family::Binomial];

#[test]
fn gradients_and_hessians_agree_with_differences() {
    for family in FAMILIES {
        for integral in [Integral::Laplace, Integral::Quadrature(4), Integral::Quadrature(15)] {
            for seed in 0..3 {
                let made = made(family, seed);
                let (model, mut workspace) = made.model(family, integral);
                for sigma in [0.8, 0.05, 0.0] {
                    let mut at = point(family);
                    at[4] = sigma;
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
                        assert!(
                            (here.gradient[j] - slope).abs() < 1e-6,
                            "{family:?} {integral:?} {sigma} gradient {j}"
                        );
                        for i in 0..size {
                            let slope = (up.gradient[i] - down.gradient[i]) / (2.0 * h);
                            let found = here.hessian[(i, j)];
                            assert!(
                                (found - slope).abs() < 2e-6 * (1.0 + slope.abs()),
                                "{family:?} {integral:?} {sigma} Hessian {i} {j}: {found} {slope}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn quadrature_is_the_integral_and_laplace_is_near() {
    for family in FAMILIES {
        let made = made(family, 7);
        let at = point(family);
        let right = made.brute(family, &at);
        for (integral, limit) in
            [(Integral::Quadrature(25), 1e-8), (Integral::Quadrature(51), 1e-9), (Integral::Laplace, 0.2)]
        {
            let (model, mut workspace) = made.model(family, integral);
            let mut out = Evaluation::new(at.len());
            model.asked(&mut workspace).evaluate(&at, &mut out);
            assert!((out.value - right).abs() < limit, "{family:?} {integral:?} {} {right}", out.value);
        }
    }
}
