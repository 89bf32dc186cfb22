//! Counts and proportions with two nested random intercepts (schools within areas): the objective by the joint Laplace
//! approximation, with exact first and second derivatives.
//!
//! For one outer group with inner groups `g`, `e_g` is what the random intercepts add to the linear predictor of `g`, and
//! `s_g` the sum of the derivatives of the log-likelihood of its rows. With variances `w_o` (outer) and `w_i` (inner) the
//! joint mode solves
//!
//! ```text
//! e_g = w_o t + w_i s_g,   t = sum s_g,
//! ```
//!
//! and the log-likelihood of the outer group is (Breslow and Clayton 1993; Bates and others 2015 for the sparse structure)
//!
//! ```text
//! F = sum log f - w_o t^2 / 2 - w_i sum s_g^2 / 2 - (sum log D_g + log C) / 2,
//! D_g = 1 + w_i c_g,   C = 1 + w_o sum c_g / D_g,
//! ```
//!
//! `c_g` the sum of the negative second derivatives of the rows (observed, not expected). The matrix of second derivatives in
//! the random intercepts is an arrow: a corner for the outer group and a diagonal, so that everything is linear in rows and
//! groups. In the variances `F` is smooth at zero; the search runs over their roots, for which zero is an ordinary point.
//!
//! Derivatives are total: modes move with the parameters, by the implicit function theorem (`terms`).

mod modes;
mod sums;
mod terms;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::block::{Block, fill_other_triangle};
use super::counts::Counts;
use super::layout::Layout;
use super::newton::{Evaluation, Objective};
use super::outcome::Outcome;
use super::rows::LARGEST_PHI;
use crate::numeric::vector::{Processor, exp};
use terms::Terms;

/// The outcome as the likelihood takes it.
#[derive(Clone, Copy)]
pub(super) enum Observed<'a> {
    /// Poisson counts, by their sums.
    Counts(&'a Counts),
    /// Negative binomial counts or successes, row by row.
    Rows(&'a Outcome),
}

/// Room for the work of an evaluation, kept between evaluations and fits.
#[derive(Debug, Clone, Default)]
pub(super) struct NestedRoom {
    /// Modes in standard deviations: of every outer group, of every inner group.
    pub v: Vec<f64>,
    pub u: Vec<f64>,
    /// Conditional variances in standard deviations squared, as `v` and `u`.
    pub outer_variance: Vec<f64>,
    pub inner_variance: Vec<f64>,
    pub warm: bool,
    rows: Rows,
    terms: Terms,
}

/// Values of the rows of one outer group.
#[derive(Debug, Clone, Default)]
struct Rows {
    /// Rate, or odds, at random intercepts of zero; the same at the mode.
    odds: Vec<f64>,
    at: Vec<f64>,
    kappa: Vec<f64>,
    prior: Vec<f64>,
    /// Derivatives at the mode, as `rows` names them.
    mode: [Vec<f64>; 9],
    value: [Vec<f64>; 6],
    /// Weight in the Hessian of two columns, and of a column and `phi`.
    weight: Vec<f64>,
    cross: Vec<f64>,
    product: Vec<f64>,
}

impl NestedRoom {
    /// Room enough for a design; the modes are forgotten if the number of groups is another.
    pub(super) fn fit_to(&mut self, layout: &Layout<'_>, parameters: usize) {
        let outer = layout.outer.len().saturating_sub(1);
        if self.u.len() != layout.groups() || self.v.len() != outer {
            self.warm = false;
            self.u.resize(layout.groups(), 0.0);
            self.v.resize(outer, 0.0);
            self.inner_variance.resize(layout.groups(), 1.0);
            self.outer_variance.resize(outer, 1.0);
        }
        let (mut rows, mut groups) = (0, 0);
        for border in layout.outer.windows(2) {
            rows = rows.max(layout.starts[border[1]] - layout.starts[border[0]]);
            groups = groups.max(border[1] - border[0]);
        }
        let Rows { odds, at, kappa, prior, mode, value, weight, cross, product } = &mut self.rows;
        for values in [odds, at, kappa, prior, weight, cross, product].into_iter().chain(mode).chain(value) {
            values.resize(rows, 0.0);
        }
        self.terms.fit_to(groups, parameters);
    }
}

/// The log-likelihood over `(coefficients, outer sigma, inner sigma, log theta)`; the last for the negative binomial alone.
pub(super) struct NestedObjective<'a, 'b> {
    pub layout: &'a Layout<'b>,
    pub observed: Observed<'a>,
    /// Whether there is a theta.
    pub counts: bool,
    pub processor: Processor,
    pub room: &'a mut NestedRoom,
}

impl Objective for NestedObjective<'_, '_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        let Self { layout, observed, counts, processor, room } = self;
        processor.run(
            #[inline(always)]
            || evaluate(layout, *observed, *counts, at, room, out),
        );
    }

    fn canonical(&self, at: &mut [f64]) {
        for sigma in &mut at[self.layout.columns..self.layout.columns + 2] {
            *sigma = sigma.abs();
        }
    }

    fn deviations(&self) -> Range<usize> {
        self.layout.columns..self.layout.columns + 2
    }

    fn limit(&self, parameter: usize, at: &[f64]) -> f64 {
        match parameter.checked_sub(self.layout.columns) {
            None => f64::INFINITY,
            Some(0 | 1) => at[parameter].max(0.3),
            Some(_) => 2.0,
        }
    }

    fn give_up(&self, at: &[f64]) -> bool {
        self.counts && at[self.layout.columns + 2] > LARGEST_PHI
    }
}

/// What the outer groups of an evaluation share.
#[derive(Clone, Copy)]
struct Point<'a> {
    beta: &'a [f64],
    /// Standard deviations, outer and inner.
    sigma: [f64; 2],
    phi: f64,
    theta: f64,
    counts: bool,
}

impl Point<'_> {
    /// Variances, outer and inner.
    fn variances(&self) -> (f64, f64) {
        (self.sigma[0] * self.sigma[0], self.sigma[1] * self.sigma[1])
    }
}

/// An outer group.
#[derive(Clone, Copy)]
struct Upper<'a> {
    /// Which it is.
    at: usize,
    block: Block<'a>,
}

#[inline(always)]
fn evaluate(
    layout: &Layout<'_>,
    observed: Observed<'_>,
    counts: bool,
    at: &[f64],
    room: &mut NestedRoom,
    out: &mut Evaluation,
) {
    out.clear();
    let p = layout.columns;
    let phi = if counts { at[p + 2] } else { 0.0 };
    let theta = if counts { exp(phi) } else { 0.0 };
    let point = Point { beta: &at[..p], sigma: [at[p], at[p + 1]], phi, theta, counts };
    let (constant, products) = match observed {
        Observed::Counts(counts) => (counts.constant, &counts.products),
        Observed::Rows(outcome) => (outcome.constant, &outcome.products),
    };
    out.value = constant;
    for (j, product) in products.iter().enumerate() {
        out.value += at[j] * product;
        out.gradient[j] = *product;
    }
    if let (Observed::Rows(outcome), true) = (observed, counts) {
        let (value, first, second) = outcome.gamma_terms(theta);
        out.value += value;
        out.gradient[p + 2] += first - outcome.total;
        out.hessian[(p + 2, p + 2)] += second;
    }
    if !room.warm {
        room.u.fill(0.0);
        room.v.fill(0.0);
    }
    let mut usable = true;
    for (index, border) in layout.outer.windows(2).enumerate() {
        let upper = Upper { at: index, block: Block::new(layout, border[0], border[1]) };
        upper.prepare(layout, observed, point, room);
        usable &= upper.find_modes(observed, point, room);
        upper.sums_at_mode(layout, observed, point, room);
        upper.add_terms(point, p, room, out);
        upper.add_rows(layout, observed, point, room, out);
    }
    room.warm = usable;
    if !usable {
        out.value = f64::NAN;
    }
    fill_other_triangle(out);
    to_deviations(&at[p..p + 2], p, out);
}

/// From variances `w` to standard deviations: `F_sigma = 2 sigma F_w`, `F_sigma,sigma = 2 F_w + 4 sigma^2 F_ww`.
fn to_deviations(sigma: &[f64], p: usize, out: &mut Evaluation) {
    for (level, sigma) in sigma.iter().enumerate() {
        let j = p + level;
        let slope = out.gradient[j];
        out.gradient[j] *= 2.0 * sigma;
        for i in 0..out.gradient.len() {
            out.hessian[(i, j)] *= 2.0 * sigma;
            out.hessian[(j, i)] *= 2.0 * sigma;
        }
        out.hessian[(j, j)] += 2.0 * slope;
    }
}
