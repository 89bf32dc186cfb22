//! Poisson regression with one absorbed factor, in closed form.
//!
//! With `A_g = sum w exp(x'b + offset)` and `Y_g = sum w y` the effect of level `g` is `log(Y_g / A_g)`, and the likelihood of the slopes is
//! `sum w y (x'b + offset) - sum_g Y_g log A_g`. Its gradient is `X'W(y - mu)` and its negative Hessian
//! `sum_g (Y_g / A_g) [sum_i e_i x_i x_i' - (sum_i e_i x_i)(sum_i e_i x_i)' / A_g]` with `e_i = w_i exp(x_i'b + offset_i)`. A pass over the
//! rows costs one exponential and `p (p + 3) / 2` products for each row; the rows of a level stand together.

use rayon::prelude::*;

use super::Options;
use super::iterate::{CLOSE, State};
use super::sample::Sample;
use crate::numeric::vector::{Processor, dot, exp_in_place, sum};
use crate::{Matrix, Result, StatsError, Vector};

/// Most Newton steps.
const MOST: usize = 60;
/// Levels that one piece of parallel work takes.
const LEVELS: usize = 256;

/// The sample with the rows of each level together.
struct Ordered {
    /// Columns of the design one after the other, each in the order of the levels.
    x: Vec<Vec<f64>>,
    offset: Vec<f64>,
    /// Logarithm of the prior weight is part of the offset here: `e` then holds the weight.
    starts: Vec<usize>,
    /// Row of the sample at each place.
    rows: Option<Vec<usize>>,
    events: Vec<f64>,
    /// `X' W y`.
    products: Vector,
}

struct Pass {
    value: f64,
    gradient: Vector,
    information: Matrix,
    totals: Vec<f64>,
}

pub(super) fn one(sample: &Sample, x: &Matrix, options: &Options) -> Result<State> {
    let ordered = Ordered::new(sample, x);
    let p = x.ncols();
    let mut beta = Vector::zeros(p);
    let mut pass = ordered.pass(&beta);
    let (mut converged, mut decrement, mut iterations) = (false, f64::INFINITY, 0);
    while iterations < MOST.min(options.iterations) && !converged {
        iterations += 1;
        let step = crate::numeric::algebra::solve(
            &pass.information,
            &pass.gradient,
            "the regressors vary too little within the levels of the absorbed factor",
        );
        // Separation shrinks the information to nothing; the caller looks for it.
        let Ok(step) = step else { break };
        decrement = step.dot(&pass.gradient).max(0.0).sqrt();
        converged = decrement < CLOSE;
        let mut length = 1.0;
        for _ in 0..30 {
            let next = ordered.pass(&(&beta + &step * length));
            if next.value.is_finite() && next.value >= pass.value - 1e-10 * pass.value.abs().max(1.0) {
                pass = next;
                break;
            }
            length *= 0.5;
        }
        beta += step * length;
    }
    ordered.state(sample, x, beta, &pass, (converged, decrement, iterations))
}

impl Ordered {
    fn new(sample: &Sample, x: &Matrix) -> Self {
        let factor = &sample.factors[0];
        let codes = factor.codes();
        let n = codes.len();
        let mut starts = vec![0_usize; factor.levels() + 1];
        for code in codes {
            starts[*code as usize + 1] += 1;
        }
        for level in 0..factor.levels() {
            starts[level + 1] += starts[level];
        }
        // Levels are numbered by first row, so codes that never fall are already in order.
        let rows = if codes.windows(2).all(|pair| pair[0] <= pair[1]) {
            None
        } else {
            let mut next = starts.clone();
            let mut rows = vec![0; n];
            for (row, code) in codes.iter().enumerate() {
                rows[next[*code as usize]] = row;
                next[*code as usize] += 1;
            }
            Some(rows)
        };
        let pick = |values: &[f64]| -> Vec<f64> {
            rows.as_ref().map_or_else(
                || values.to_vec(),
                |rows: &Vec<usize>| rows.iter().map(|row| values[*row]).collect(),
            )
        };
        let mut offset = sample.offset.as_ref().map_or_else(|| vec![0.0; n], |offset| pick(offset));
        let mut y = pick(&sample.y);
        if let Some(weights) = &sample.weights {
            for ((offset, y), weight) in offset.iter_mut().zip(&mut y).zip(pick(weights)) {
                *offset += weight.ln();
                *y *= weight;
            }
        }
        let x: Vec<Vec<f64>> = x.column_iter().map(|column| pick(column.as_slice())).collect();
        let products = Vector::from_iterator(x.len(), x.iter().map(|column| dot(column, &y)));
        let events = starts.windows(2).map(|pair| y[pair[0]..pair[1]].iter().sum()).collect();
        Self { x, offset, starts, rows, events, products }
    }

    fn pass(&self, beta: &Vector) -> Pass {
        let levels = self.events.len();
        let pieces: Vec<Pass> = (0..levels.div_ceil(LEVELS))
            .into_par_iter()
            .map(|piece| {
                let (from, to) = (piece * LEVELS, ((piece + 1) * LEVELS).min(levels));
                Processor::default().run(
                    #[inline(always)]
                    || self.piece(beta.as_slice(), from, to),
                )
            })
            .collect();
        let p = beta.len();
        let mut all = Pass {
            value: beta.dot(&self.products),
            gradient: self.products.clone(),
            information: Matrix::zeros(p, p),
            totals: Vec::with_capacity(levels),
        };
        for piece in pieces {
            all.value += piece.value;
            all.gradient += piece.gradient;
            all.information += piece.information;
            all.totals.extend(piece.totals);
        }
        all.information.fill_upper_triangle_with_lower_triangle();
        all
    }

    #[inline(always)]
    fn piece(&self, beta: &[f64], from: usize, to: usize) -> Pass {
        let p = beta.len();
        let mut pass = Pass {
            value: 0.0,
            gradient: Vector::zeros(p),
            information: Matrix::zeros(p, p),
            totals: Vec::with_capacity(to - from),
        };
        let mut e = Vec::new();
        let mut product = Vec::new();
        let mut means = vec![0.0; p];
        for level in from..to {
            let rows = self.starts[level]..self.starts[level + 1];
            e.clear();
            e.extend_from_slice(&self.offset[rows.clone()]);
            for (column, slope) in self.x.iter().zip(beta) {
                for (e, x) in e.iter_mut().zip(&column[rows.clone()]) {
                    *e += slope * x;
                }
            }
            exp_in_place(&mut e);
            let total = sum(&e);
            pass.totals.push(total);
            let events = self.events[level];
            pass.value -= events * total.ln();
            let share = events / total;
            for j in 0..p {
                let column = &self.x[j][rows.clone()];
                means[j] = dot(column, &e) / total;
                pass.gradient[j] -= events * means[j];
                // Centred at the level's mean, so that a column of large values loses no digits.
                product.clear();
                product.extend(column.iter().zip(&e).map(|(x, e)| (x - means[j]) * e));
                for k in 0..=j {
                    let other = &self.x[k][rows.clone()];
                    pass.information[(j, k)] += share * dot(other, &product);
                }
            }
        }
        pass
    }

    fn state(
        &self,
        sample: &Sample,
        x: &Matrix,
        beta: Vector,
        pass: &Pass,
        (converged, decrement, iterations): (bool, f64, usize),
    ) -> Result<State> {
        let (n, p) = x.shape();
        let mut within = x.clone();
        let mut mu = vec![0.0; n];
        let effects: Vec<f64> =
            self.events.iter().zip(&pass.totals).map(|(events, total)| (events / total).ln()).collect();
        let codes = sample.factors[0].codes();
        for (i, mu) in mu.iter_mut().enumerate() {
            *mu = sample.offset.as_ref().map_or(0.0, |offset| offset[i]) + effects[codes[i] as usize];
        }
        for (j, slope) in beta.iter().enumerate() {
            for (mu, x) in mu.iter_mut().zip(x.column(j).iter()) {
                *mu += slope * x;
            }
        }
        let mu = super::iterate::exponentials(&mu);
        let working: Vec<f64> = match &sample.weights {
            None => mu.clone(),
            Some(weights) => mu.iter().zip(weights).map(|(mu, weight)| mu * weight).collect(),
        };
        for j in 0..p {
            let mut means = vec![0.0; effects.len()];
            for (i, code) in codes.iter().enumerate() {
                means[*code as usize] += working[i] * x[(i, j)];
            }
            // The working weights of a level sum to its events.
            for (mean, events) in means.iter_mut().zip(&self.events) {
                *mean /= events;
            }
            for (value, code) in within.column_mut(j).iter_mut().zip(codes) {
                *value -= means[*code as usize];
            }
        }
        let bread = match crate::numeric::algebra::inverse(&pass.information, "") {
            Ok(bread) => bread,
            Err(_) if !converged => Matrix::identity(p, p),
            Err(_) => {
                return Err(StatsError::Singular("the information about the slopes is singular"));
            }
        };
        debug_assert!(self.rows.as_ref().is_none_or(|rows| rows.len() == n));
        Ok(State {
            beta: beta.as_slice().to_vec(),
            mu,
            x: within,
            bread,
            effects: vec![effects],
            iterations,
            converged,
            decrement,
        })
    }
}
