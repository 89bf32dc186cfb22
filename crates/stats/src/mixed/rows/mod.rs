//! Negative binomial and binomial outcomes with one random intercept: the objective over coefficients, standard deviation
//! and `phi = log theta`.
//!
//! Rows cannot be collapsed here, but `exp(eta)` is computed once an evaluation: at another value of the random intercept
//! it is the same number times a factor of the group. Laplace's approximation is quadrature with one node, at the mode, so
//! both are the same code; as in the Poisson case all derivatives are exact for the approximation.
//!
//! A group is differentiated in these directions: a shift of all its rows (shared by the columns that are constant within
//! groups), the varying columns, `sigma`, and `phi`. Subscripts of `h` and `D` in comments are those directions, `u` the
//! random intercept in standard deviations; `h(u)` is the log of the integrand, `D = -h_uu` at the mode,
//! `l = -log(D) / 2` the log of the scale of the nodes.

mod hessian;
mod mode;
mod nodes;

use std::ops::Range;

use super::block::{Block, fill_other_triangle, group_dot, group_sum};
use super::collapsed::Nodes;
use super::density::{L2, L3, L4, P2, P3};
use super::layout::Layout;
use super::newton::{Evaluation, Objective};
use super::outcome::Outcome;
use crate::numeric::vector::{Processor, exp};

/// Newton steps for a mode.
const MODE_STEPS: usize = 200;
/// A search that comes to a `log theta` as large as this (theta above ten million) ends: theta is infinite.
pub(super) const LARGEST_PHI: f64 = 16.2;

/// Room for the work of an evaluation. Outer index: quantity or direction; inner: row or group of the block.
#[derive(Debug, Clone, Default)]
pub(super) struct RowRoom {
    /// Modes of the random intercepts in standard deviations, of all groups.
    pub u: Vec<f64>,
    /// `D` of all groups at the modes.
    pub curvature: Vec<f64>,
    pub warm: bool,
    odds: Vec<f64>,
    at: Vec<f64>,
    kappa: Vec<f64>,
    prior: Vec<f64>,
    rows: [Vec<f64>; 9],
    node_rows: [Vec<f64>; 6],
    row_weight: Vec<f64>,
    product: Vec<f64>,
    shift: Vec<f64>,
    factor: Vec<f64>,
    step: Vec<f64>,
    sums: [Vec<f64>; 9],
    node_sums: [Vec<f64>; 6],
    scalars: [Vec<f64>; 9],
    /// Group sums of row quantities times varying columns, column by column.
    crossed: [Vec<Vec<f64>>; 5],
    node_crossed: [Vec<Vec<f64>>; 3],
    directions: Directions,
    pair: Vec<Vec<f64>>,
}

/// Derivatives by direction.
#[derive(Debug, Clone, Default)]
struct Directions {
    /// Of the mode.
    mode: Vec<Vec<f64>>,
    /// Of `D` at a fixed `u`, and that once more in `u`.
    d: Vec<Vec<f64>>,
    du: Vec<Vec<f64>>,
    /// Of `l` along the mode.
    slope: Vec<Vec<f64>>,
    /// At a node: of `h_u`, of `h` along the node, of the node itself.
    hu: Vec<Vec<f64>>,
    q: Vec<Vec<f64>>,
    moved: Vec<Vec<f64>>,
    /// Sum of `q` over the nodes under their weights.
    mean: Vec<Vec<f64>>,
}

/// Those of them that are multiplied with columns, in `RowRoom::crossed`.
const CROSSED: [usize; 5] = [L2, L3, L4, P2, P3];
const X2: usize = 0;
const X3: usize = 1;
const X4: usize = 2;
const XP2: usize = 3;
const XP3: usize = 4;
/// Scalars of a group: value at the mode, `D`, scale of the nodes, sum of the weights of the nodes, sums of `h_u` and of
/// `h_u` times the node under those weights, weight of the node at hand, `h_u` and `h_uu` there.
const PEAK: usize = 0;
const D: usize = 1;
const WIDTH: usize = 2;
const S0: usize = 3;
const H1: usize = 4;
const H2: usize = 5;
const SHARE: usize = 6;
const BEND: usize = 8;

impl RowRoom {
    pub(super) fn fit_to(&mut self, layout: &Layout<'_>) {
        if self.u.len() != layout.groups() {
            self.warm = false;
            self.u.clear();
            self.u.resize(layout.groups(), 0.0);
            self.curvature.resize(layout.groups(), 1.0);
        }
        let (rows, groups, columns) = (layout.widest, layout.widest_groups, layout.z.len());
        for values in [
            &mut self.odds,
            &mut self.at,
            &mut self.kappa,
            &mut self.prior,
            &mut self.row_weight,
            &mut self.product,
        ] {
            values.resize(rows, 0.0);
        }
        self.rows.iter_mut().chain(&mut self.node_rows).for_each(|values| values.resize(rows, 0.0));
        for values in [&mut self.shift, &mut self.factor, &mut self.step] {
            values.resize(groups, 0.0);
        }
        self.sums
            .iter_mut()
            .chain(&mut self.node_sums)
            .chain(&mut self.scalars)
            .for_each(|values| values.resize(groups, 0.0));
        let several = |values: &mut Vec<Vec<f64>>, count: usize| {
            values.resize(count, Vec::new());
            values.iter_mut().for_each(|values| values.resize(groups, 0.0));
        };
        self.crossed.iter_mut().chain(&mut self.node_crossed).for_each(|values| several(values, columns));
        let directions = columns + 3;
        let Directions { mode, d, du, slope, hu, q, moved, mean } = &mut self.directions;
        for values in [mode, d, du, slope, hu, q, moved, mean] {
            several(values, directions);
        }
        several(&mut self.pair, directions * (directions + 1) / 2);
    }
}

/// The log-likelihood over `(coefficients, sigma, log theta)`; without theta for the binomial.
pub(super) struct RowObjective<'a, 'b> {
    pub layout: &'a Layout<'b>,
    pub outcome: &'a Outcome,
    /// Whether there is a theta.
    pub counts: bool,
    pub nodes: &'a Nodes,
    pub processor: Processor,
    pub room: &'a mut RowRoom,
}

impl Objective for RowObjective<'_, '_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        let Self { layout, outcome, counts, nodes, processor, room } = self;
        processor.run(
            #[inline(always)]
            || evaluate(layout, outcome, *counts, nodes, at, room, out),
        );
    }

    fn canonical(&self, at: &mut [f64]) {
        let sigma = &mut at[self.layout.columns];
        *sigma = sigma.abs();
    }

    fn deviations(&self) -> Range<usize> {
        self.layout.columns..self.layout.columns + 1
    }

    fn limit(&self, parameter: usize, at: &[f64]) -> f64 {
        match parameter.checked_sub(self.layout.columns) {
            None => f64::INFINITY,
            Some(0) => at[parameter].max(0.3),
            Some(_) => 2.0,
        }
    }

    fn give_up(&self, at: &[f64]) -> bool {
        self.counts && at[self.layout.columns + 1] > LARGEST_PHI
    }
}

/// What the blocks of an evaluation share.
#[derive(Clone, Copy)]
struct Point<'a> {
    beta: &'a [f64],
    sigma: f64,
    phi: f64,
    theta: f64,
    counts: bool,
    nodes: &'a Nodes,
    /// Number of varying columns and of directions.
    columns: usize,
    directions: usize,
}

#[inline(always)]
fn evaluate(
    layout: &Layout<'_>,
    outcome: &Outcome,
    counts: bool,
    nodes: &Nodes,
    at: &[f64],
    room: &mut RowRoom,
    out: &mut Evaluation,
) {
    out.clear();
    let p = layout.columns;
    let phi = if counts { at[p + 1] } else { 0.0 };
    let columns = layout.z.len();
    let point = Point {
        beta: &at[..p],
        sigma: at[p],
        phi,
        theta: if counts { exp(phi) } else { 0.0 },
        counts,
        nodes,
        columns,
        directions: columns + 2 + usize::from(counts),
    };
    out.value = outcome.constant;
    for (j, product) in outcome.products.iter().enumerate() {
        out.value += at[j] * product;
        out.gradient[j] = *product;
    }
    if counts {
        let (value, first, second) = outcome.gamma_terms(point.theta);
        out.value += value;
        out.gradient[p + 1] += first - outcome.total;
        out.hessian[(p + 1, p + 1)] += second;
    }
    let mut usable = true;
    for block in layout.blocks.windows(2) {
        let block = Block::new(layout, block[0], block[1]);
        block.prepare(layout, outcome, point, room);
        usable &= block.find_modes(outcome, point, room);
        block.at_mode(layout, outcome, point, room);
        block.at_nodes(layout, outcome, point, room);
        block.add_up(layout, point, room, out);
    }
    room.warm = usable;
    if !usable {
        out.value = f64::NAN;
    }
    fill_other_triangle(out);
}

/// `to[g] = factor * sum over the rows of group g`.
#[inline(always)]
fn sum_groups(block: &Block<'_>, rows: &[f64], to: &mut [f64]) {
    for (g, to) in to[..block.groups].iter_mut().enumerate() {
        *to = group_sum(&rows[block.rows_of(g)]);
    }
}

/// The same with every varying column.
#[inline(always)]
fn cross_groups(block: &Block<'_>, layout: &Layout<'_>, rows: &[f64], to: &mut [Vec<f64>]) {
    for (z, to) in layout.z.iter().zip(to) {
        let z = &z[block.from..block.from + block.rows];
        for (g, to) in to[..block.groups].iter_mut().enumerate() {
            let of = block.rows_of(g);
            *to = group_dot(&rows[of.clone()], &z[of]);
        }
    }
}

/// Place of a pair of directions, the larger first.
#[inline(always)]
fn pair_of(r: usize, s: usize) -> usize {
    r * (r + 1) / 2 + s
}
