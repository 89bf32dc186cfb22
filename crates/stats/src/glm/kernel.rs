//! One pass over the rows: linear predictor, means, weights, score and information, in blocks that fit in the cache.

use rayon::prelude::*;

use super::family::{Family, Link};
use super::options::Problem;
use crate::numeric::algebra::dot;
use crate::{Matrix, Vector};

/// Rows that one task takes; the sums of the tasks are added in their order, on any number of threads.
const BLOCK: usize = 16_384;
/// Rows that are worked on at once.
const CHUNK: usize = 512;

/// Sums over all rows at one value of the coefficients.
#[derive(Debug, Clone)]
pub(super) struct Evaluation {
    /// Log-likelihood up to terms without the coefficients (dispersion one); minus infinity where a mean is impossible.
    pub(super) objective: f64,
    /// `X' s` with `s_i = a_i (y_i - mu_i) mu'_i / V(mu_i)`.
    pub(super) score: Vector,
    /// Expected information `X' W X` with `W_i = a_i mu'_i^2 / V(mu_i)`, dispersion one.
    pub(super) information: Matrix,
    /// `sum_i s_i^2 / W_i`, Pearson's chi-squared.
    pub(super) pearson: f64,
}

impl Evaluation {
    fn zero(p: usize) -> Self {
        Self { objective: 0.0, score: Vector::zeros(p), information: Matrix::zeros(p, p), pearson: 0.0 }
    }

    fn add(mut self, other: &Self) -> Self {
        self.objective += other.objective;
        self.score += &other.score;
        self.information += &other.information;
        self.pearson += other.pearson;
        self
    }
}

/// Working space for a chunk of rows.
struct Space {
    eta: Vec<f64>,
    mu: Vec<f64>,
    weight: Vec<f64>,
    score: Vec<f64>,
    scaled: Vec<f64>,
}

impl Space {
    fn new(rows: usize) -> Self {
        let zeros = || vec![0.0; rows.min(CHUNK)];
        Self { eta: zeros(), mu: zeros(), weight: zeros(), score: zeros(), scaled: zeros() }
    }
}

impl Problem<'_> {
    /// Score, information and objective at these coefficients of `basis`.
    pub(super) fn evaluate(&self, basis: &Matrix, beta: &Vector) -> Evaluation {
        self.sum_blocks(basis, |first, last| self.block(basis, Some(beta), first, last))
    }

    /// As [`Problem::evaluate`] at the means where the first iteration begins; `score` is then `X' (s + W (eta - offset))`, so that
    /// `information^-1 score` is the first estimate.
    pub(super) fn evaluate_start(&self, basis: &Matrix) -> Evaluation {
        self.sum_blocks(basis, |first, last| self.block(basis, None, first, last))
    }

    fn sum_blocks(&self, basis: &Matrix, block: impl Fn(usize, usize) -> Evaluation + Sync) -> Evaluation {
        let n = basis.nrows();
        if n <= BLOCK {
            return block(0, n);
        }
        let parts: Vec<Evaluation> = (0..n.div_ceil(BLOCK))
            .into_par_iter()
            .map(|k| block(k * BLOCK, ((k + 1) * BLOCK).min(n)))
            .collect();
        parts.iter().fold(Evaluation::zero(basis.ncols()), Evaluation::add)
    }

    fn block(&self, basis: &Matrix, beta: Option<&Vector>, first: usize, last: usize) -> Evaluation {
        let mut total = Evaluation::zero(basis.ncols());
        let mut space = Space::new(last - first);
        let mut from = first;
        while from < last {
            let to = (from + CHUNK).min(last);
            let size = to - from;
            match beta {
                Some(beta) => linear_predictor(basis, beta, self.offset, from, &mut space.eta[..size]),
                None => self.start_predictor(from, &mut space.eta[..size]),
            }
            let (objective, pearson) = self.rows(from, size, &mut space);
            total.objective += objective;
            total.pearson += pearson;
            if beta.is_none() {
                for i in 0..size {
                    let offset = self.offset.map_or(0.0, |offset| offset[from + i]);
                    space.score[i] += space.weight[i] * (space.eta[i] - offset);
                }
            }
            add_products(basis, from, size, &mut space, &mut total);
            from = to;
        }
        for j in 0..basis.ncols() {
            for i in 0..j {
                total.information[(j, i)] = total.information[(i, j)];
            }
        }
        total
    }

    fn start_predictor(&self, from: usize, eta: &mut [f64]) {
        for (i, eta) in eta.iter_mut().enumerate() {
            *eta = self.link.eta(self.family.start(self.y[from + i], self.weight(from + i)));
        }
    }

    /// Fills means, weights and scores of a chunk; returns the objective and Pearson's chi-squared.
    fn rows(&self, from: usize, size: usize, space: &mut Space) -> (f64, f64) {
        let y = &self.y[from..from + size];
        let Space { eta, mu, weight, score, .. } = space;
        let (eta, mu, weight, score) =
            (&eta[..size], &mut mu[..size], &mut weight[..size], &mut score[..size]);
        let (objective, pearson) = match (self.family, self.link) {
            (Family::Poisson | Family::QuasiPoisson, Link::Log) => poisson_log(y, eta, mu, weight, score),
            (Family::Binomial | Family::QuasiBinomial, Link::Logit) => {
                binomial_logit(y, eta, mu, weight, score)
            }
            (family, link) => general(family, link, y, eta, mu, weight, score),
        };
        let Some(prior) = &self.weights else {
            return (objective, pearson);
        };
        self.apply_prior(&prior[from..from + size], y, space)
    }

    /// Multiplies prior weights in; rows of weight zero count for nothing, whatever their mean.
    fn apply_prior(&self, prior: &[f64], y: &[f64], space: &mut Space) -> (f64, f64) {
        let (mut objective, mut pearson) = (0.0, 0.0);
        for i in 0..y.len() {
            if prior[i] == 0.0 {
                space.weight[i] = 0.0;
                space.score[i] = 0.0;
                continue;
            }
            objective += prior[i] * row_objective(self.family, self.link, y[i], space.eta[i], space.mu[i]);
            pearson += prior[i] * pearson_term(space.score[i], space.weight[i]);
            space.weight[i] *= prior[i];
            space.score[i] *= prior[i];
        }
        (if objective.is_nan() { f64::NEG_INFINITY } else { objective }, pearson)
    }
}

/// `offset + X beta` for some rows.
pub(super) fn linear_predictor(
    x: &Matrix,
    beta: &Vector,
    offset: Option<&[f64]>,
    from: usize,
    eta: &mut [f64],
) {
    match offset {
        Some(offset) => eta.copy_from_slice(&offset[from..from + eta.len()]),
        None => eta.fill(0.0),
    }
    let n = x.nrows();
    for (j, coefficient) in beta.iter().enumerate() {
        let column = &x.as_slice()[j * n + from..j * n + from + eta.len()];
        for (eta, value) in eta.iter_mut().zip(column) {
            *eta += coefficient * value;
        }
    }
}

fn add_products(x: &Matrix, from: usize, size: usize, space: &mut Space, total: &mut Evaluation) {
    let n = x.nrows();
    let values = x.as_slice();
    let column = |j: usize| &values[j * n + from..j * n + from + size];
    for j in 0..x.ncols() {
        total.score[j] += dot(column(j), &space.score[..size]);
        for ((to, value), weight) in space.scaled[..size].iter_mut().zip(column(j)).zip(&space.weight) {
            *to = value * weight;
        }
        for i in 0..=j {
            total.information[(i, j)] += dot(column(i), &space.scaled[..size]);
        }
    }
}

fn pearson_term(score: f64, weight: f64) -> f64 {
    if weight > 0.0 { score * score / weight } else { 0.0 }
}

fn poisson_log(y: &[f64], eta: &[f64], mu: &mut [f64], weight: &mut [f64], score: &mut [f64]) -> (f64, f64) {
    for (mu, eta) in mu.iter_mut().zip(eta) {
        *mu = eta.exp();
    }
    let (mut objective, mut pearson) = (0.0, 0.0);
    for i in 0..y.len() {
        weight[i] = mu[i];
        score[i] = y[i] - mu[i];
        objective += y[i] * eta[i] - mu[i];
        pearson += pearson_term(score[i], mu[i]);
    }
    (if objective.is_nan() { f64::NEG_INFINITY } else { objective }, pearson)
}

fn binomial_logit(
    y: &[f64],
    eta: &[f64],
    mu: &mut [f64],
    weight: &mut [f64],
    score: &mut [f64],
) -> (f64, f64) {
    let (mut objective, mut pearson) = (0.0, 0.0);
    for i in 0..y.len() {
        let small = (-eta[i].abs()).exp();
        let one = 1.0 + small;
        mu[i] = if eta[i] < 0.0 { small / one } else { 1.0 / one };
        weight[i] = small / (one * one);
        score[i] = y[i] - mu[i];
        objective += y[i] * eta[i] - eta[i].max(0.0) - small.ln_1p();
        pearson += pearson_term(score[i], weight[i]);
    }
    (if objective.is_nan() { f64::NEG_INFINITY } else { objective }, pearson)
}

fn general(
    family: Family,
    link: Link,
    y: &[f64],
    eta: &[f64],
    mu: &mut [f64],
    weight: &mut [f64],
    score: &mut [f64],
) -> (f64, f64) {
    let (mut objective, mut pearson) = (0.0, 0.0);
    for i in 0..y.len() {
        mu[i] = link.mean(eta[i]);
        let slope = link.slope(eta[i]);
        let ratio = slope / family.variance(mu[i]);
        weight[i] = ratio * slope;
        score[i] = (y[i] - mu[i]) * ratio;
        objective += row_objective(family, link, y[i], eta[i], mu[i]);
        pearson += pearson_term(score[i], weight[i]);
    }
    (if objective.is_nan() { f64::NEG_INFINITY } else { objective }, pearson)
}

fn row_objective(family: Family, link: Link, y: f64, eta: f64, mu: f64) -> f64 {
    match (family, link) {
        (Family::Poisson | Family::QuasiPoisson, Link::Log) => y * eta - mu,
        (Family::Binomial | Family::QuasiBinomial, Link::Logit) => {
            y * eta - eta.max(0.0) - (-eta.abs()).exp().ln_1p()
        }
        _ if !family.allows(mu) => f64::NEG_INFINITY,
        _ => family.kernel(y, mu),
    }
}
