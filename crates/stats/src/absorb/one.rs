//! Poisson regression with one absorbed factor, in closed form.
//!
//! With `A_g = sum w exp(x'b + offset)` and `Y_g = sum w y` the effect of level `g` is `log(Y_g / A_g)`, and the likelihood of the slopes is
//! `sum w y (x'b + offset) - sum_g Y_g log A_g`. Its gradient is `X'W(y - mu)` and its negative Hessian
//! `sum_g (Y_g / A_g) [sum_i e_i x_i x_i' - (sum_i e_i x_i)(sum_i e_i x_i)' / A_g]` with `e_i = w_i exp(x_i'b + offset_i)`. A pass over the
//! rows costs one exponential and `p (p + 3) / 2` products for each row; the rows of a level stand together.

use std::borrow::Cow;

use rayon::prelude::*;

use super::Options;
use super::iterate::{CLOSE, State};
use super::linear::COLLINEAR;
use super::sample::Sample;
use crate::numeric::vector::{Processor, dot, exp_in_place, sum};
use crate::{Matrix, Result, StatsError, Vector};

/// Most Newton steps.
const MOST: usize = 60;
/// Levels that one piece of parallel work takes.
const LEVELS: usize = 256;
/// The first of so many parts of the levels gives the start.
const SHARE: usize = 8;
/// Rows from which on a part of the levels is worth a fit of its own.
const ENOUGH: usize = 2_000;

/// The sample with the rows of each level together; borrowed where they are so already.
struct Ordered<'s> {
    /// Columns of the design, each in the order of the levels.
    x: Vec<Cow<'s, [f64]>>,
    /// Outcomes times prior weights.
    y: Cow<'s, [f64]>,
    /// Offset plus the logarithm of the prior weight: the exponentials then hold the weight.
    offset: Cow<'s, [f64]>,
    starts: Vec<usize>,
    /// Row of the sample at each place; `None` if in order.
    rows: Option<Vec<usize>>,
    /// `sum w y` of each level.
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

/// Fits the sample; beside the state the columns that have a slope.
pub(super) fn one(sample: &Sample<'_>, options: &Options) -> Result<(State, Vec<usize>)> {
    let mut ordered = Ordered::new(sample);
    let kept = ordered.independent();
    if kept.is_empty() {
        return Err(StatsError::NoAnswer(
            "every regressor is determined by the absorbed factors, so there is no slope to estimate".into(),
        ));
    }
    ordered.keep(&kept);
    let start = ordered.start().unwrap_or_else(|| Vector::zeros(kept.len()));
    let mut found = ordered.maximise(start, CLOSE, MOST.min(options.iterations));
    if !found.converged {
        // The start from a part of the levels may be far from the end where levels differ.
        found = ordered.maximise(Vector::zeros(kept.len()), CLOSE, MOST.min(options.iterations));
    }
    let Newton { beta, pass, converged, decrement, iterations } = found;
    Ok((ordered.state(sample, beta, &pass, (converged, decrement, iterations))?, kept))
}

/// Where Newton's method ended.
struct Newton {
    beta: Vector,
    pass: Pass,
    converged: bool,
    decrement: f64,
    iterations: usize,
}

/// Sums of squares and products of the columns within a run of levels, and what the sums between levels need.
struct Spread {
    within: Matrix,
    /// For each column the sums of `n m` and `n m^2` of the level means `m`.
    between: Vec<(f64, f64)>,
}

impl<'s> Ordered<'s> {
    fn new(sample: &'s Sample<'_>) -> Self {
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
        let pick = |values: &'s [f64]| -> Cow<'s, [f64]> {
            match &rows {
                None => Cow::Borrowed(values),
                Some(rows) => Cow::Owned(rows.iter().map(|row| values[*row]).collect()),
            }
        };
        let mut offset = sample.offset.as_deref().map_or_else(|| Cow::Owned(vec![0.0; n]), pick);
        let mut y = pick(&sample.y);
        if let Some(weights) = &sample.weights {
            for ((offset, y), weight) in offset.to_mut().iter_mut().zip(y.to_mut()).zip(pick(weights).iter())
            {
                *offset += weight.ln();
                *y *= weight;
            }
        }
        let all = sample.x.as_slice();
        let x: Vec<Cow<'s, [f64]>> = (0..sample.x.ncols()).map(|j| pick(&all[j * n..(j + 1) * n])).collect();
        let products = Vector::from_iterator(x.len(), x.iter().map(|column| dot(column, &y)));
        let events = starts.windows(2).map(|pair| sum(&y[pair[0]..pair[1]])).collect();
        Self { x, y, offset, starts, rows, events, products }
    }

    /// Columns that vary within the levels and that the others do not determine there, by Cholesky's factors of their
    /// correlations within levels, in order: a column is dropped when its pivot is nearly zero.
    fn independent(&self) -> Vec<usize> {
        let p = self.x.len();
        let levels = self.events.len();
        let pieces: Vec<Spread> = (0..levels.div_ceil(LEVELS))
            .into_par_iter()
            .map(|piece| {
                Processor::default().run(
                    #[inline(always)]
                    || self.spread(piece * LEVELS, ((piece + 1) * LEVELS).min(levels)),
                )
            })
            .collect();
        let mut within = Matrix::zeros(p, p);
        let mut between = vec![(0.0, 0.0); p];
        for piece in pieces {
            within += piece.within;
            for (all, piece) in between.iter_mut().zip(piece.between) {
                all.0 += piece.0;
                all.1 += piece.1;
            }
        }
        let n = self.offset.len() as f64;
        let mut root = Matrix::zeros(p, p);
        let mut kept: Vec<usize> = Vec::new();
        for j in 0..p {
            let total = within[(j, j)] + (between[j].1 - between[j].0 * between[j].0 / n).max(0.0);
            if within[(j, j)] <= COLLINEAR * COLLINEAR * total {
                continue;
            }
            let mut pivot = 1.0;
            for (a, k) in kept.iter().enumerate() {
                let mut value = within[(j, *k)] / (within[(j, j)] * within[(*k, *k)]).sqrt();
                for b in 0..a {
                    value -= root[(j, b)] * root[(*k, b)];
                }
                root[(j, a)] = value / root[(*k, a)];
                pivot -= root[(j, a)] * root[(j, a)];
            }
            // The products carry rounding of 1e-15 or so, which is what a dependent column leaves here.
            if pivot > 1e-12 {
                root[(j, kept.len())] = pivot.sqrt();
                kept.push(j);
            }
        }
        kept
    }

    #[inline(always)]
    fn spread(&self, from: usize, to: usize) -> Spread {
        let p = self.x.len();
        let mut spread = Spread { within: Matrix::zeros(p, p), between: vec![(0.0, 0.0); p] };
        let mut centred: Vec<Vec<f64>> = vec![Vec::new(); p];
        let mut varies = vec![false; p];
        for level in from..to {
            let rows = self.starts[level]..self.starts[level + 1];
            let size = rows.len() as f64;
            for j in 0..p {
                let column = &self.x[j][rows.clone()];
                let first = column[0];
                varies[j] = column.iter().any(|value| *value != first);
                let mean = if varies[j] { sum(column) / size } else { first };
                spread.between[j].0 += size * mean;
                spread.between[j].1 += size * mean * mean;
                if varies[j] {
                    centred[j].clear();
                    centred[j].extend(column.iter().map(|value| value - mean));
                    for k in (0..=j).filter(|k| varies[*k]) {
                        spread.within[(j, k)] += dot(&centred[j], &centred[k]);
                    }
                }
            }
        }
        spread
    }

    fn keep(&mut self, kept: &[usize]) {
        self.products = Vector::from_iterator(kept.len(), kept.iter().map(|j| self.products[*j]));
        let mut place = 0;
        self.x.retain(|_| {
            place += 1;
            kept.contains(&(place - 1))
        });
    }

    /// Slopes of the first levels alone, as a start for all: they lie within a few standard errors of the end, from where Newton's method
    /// needs half its passes. `None` if the data are too few for this to pay, or those levels do not determine the slopes.
    fn start(&self) -> Option<Vector> {
        let levels = self.events.len() / SHARE;
        let end = self.starts[levels];
        if end < ENOUGH {
            return None;
        }
        let x: Vec<Cow<'_, [f64]>> = self.x.iter().map(|column| Cow::Borrowed(&column[..end])).collect();
        let y = &self.y[..end];
        let head = Ordered {
            products: Vector::from_iterator(x.len(), x.iter().map(|column| dot(column, y))),
            x,
            y: Cow::Borrowed(y),
            offset: Cow::Borrowed(&self.offset[..end]),
            starts: self.starts[..=levels].to_vec(),
            rows: None,
            events: self.events[..levels].to_vec(),
        };
        let found = head.maximise(Vector::zeros(head.x.len()), 0.1, 20);
        (found.converged && found.beta.iter().all(|slope| slope.is_finite())).then_some(found.beta)
    }

    /// Newton's method from a start, with steps halved where the likelihood falls, until a step is shorter than `close` standard errors.
    fn maximise(&self, start: Vector, close: f64, most: usize) -> Newton {
        let mut pass = self.pass(&start);
        let mut beta = start;
        let (mut converged, mut decrement, mut iterations) = (false, f64::INFINITY, 0);
        while iterations < most && !converged {
            iterations += 1;
            let step = crate::numeric::algebra::solve(
                &pass.information,
                &pass.gradient,
                "the regressors vary too little within the levels of the absorbed factor",
            );
            // Separation shrinks the information to nothing; the caller looks for it.
            let Ok(step) = step else { break };
            decrement = step.dot(&pass.gradient).max(0.0).sqrt();
            converged = decrement < close;
            let mut length = 1.0;
            for _ in 0..30 {
                let next = self.pass(&(&beta + &step * length));
                if next.value.is_finite() && next.value >= pass.value - 1e-10 * pass.value.abs().max(1.0) {
                    pass = next;
                    break;
                }
                length *= 0.5;
            }
            beta += step * length;
        }
        Newton { beta, pass, converged, decrement, iterations }
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

    /// Expected counts, regressors without the factor and covariance at the end.
    fn state(
        &self,
        sample: &Sample<'_>,
        beta: Vector,
        pass: &Pass,
        (converged, decrement, iterations): (bool, f64, usize),
    ) -> Result<State> {
        let (n, p) = (self.offset.len(), beta.len());
        let mut within = vec![0.0; n * p];
        let mut mu = vec![0.0; n];
        Processor::default().run(
            #[inline(always)]
            || self.fill(beta.as_slice(), &mut mu, &mut within),
        );
        if let Some(weights) = &sample.weights {
            for (at, mu) in mu.iter_mut().enumerate() {
                *mu /= weights[self.rows.as_ref().map_or(at, |rows| rows[at])];
            }
        }
        if let Some(rows) = &self.rows {
            mu = back(&mu, rows);
            within = within.chunks_exact(n).flat_map(|column| back(column, rows)).collect();
        }
        let bread = match crate::numeric::algebra::inverse(&pass.information, "") {
            Ok(bread) => bread,
            Err(_) if !converged => Matrix::identity(p, p),
            Err(_) => {
                return Err(StatsError::Singular("the information about the slopes is singular"));
            }
        };
        let effects =
            self.events.iter().zip(&pass.totals).map(|(events, total)| (events / total).ln()).collect();
        Ok(State {
            beta: beta.as_slice().to_vec(),
            mu,
            x: Matrix::from_vec(n, p, within),
            bread,
            effects: vec![effects],
            iterations,
            converged,
            decrement,
        })
    }

    /// Weighted expected counts and centred columns, in the order of the levels.
    #[inline(always)]
    fn fill(&self, beta: &[f64], mu: &mut [f64], within: &mut [f64]) {
        let n = mu.len();
        for (level, events) in self.events.iter().enumerate() {
            let rows = self.starts[level]..self.starts[level + 1];
            let e = &mut mu[rows.clone()];
            e.copy_from_slice(&self.offset[rows.clone()]);
            for (column, slope) in self.x.iter().zip(beta) {
                for (e, x) in e.iter_mut().zip(&column[rows.clone()]) {
                    *e += slope * x;
                }
            }
            exp_in_place(e);
            let share = events / sum(e);
            for value in e.iter_mut() {
                *value *= share;
            }
            for (j, column) in self.x.iter().enumerate() {
                let column = &column[rows.clone()];
                let mean = dot(column, e) / events;
                let to = &mut within[j * n + rows.start..j * n + rows.end];
                for (to, value) in to.iter_mut().zip(column) {
                    *to = value - mean;
                }
            }
        }
    }
}

/// Values in the order of the levels, put back into the order of the sample.
fn back(values: &[f64], rows: &[usize]) -> Vec<f64> {
    let mut given = vec![0.0; values.len()];
    for (value, row) in values.iter().zip(rows) {
        given[*row] = *value;
    }
    given
}
