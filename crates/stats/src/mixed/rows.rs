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

use super::block::{Block, fill_other_triangle, group_dot, group_sum};
use super::collapsed::Nodes;
use super::layout::Layout;
use super::newton::{Evaluation, Objective};
use super::outcome::Outcome;
use crate::numeric::vector::{Processor, dot, exp, exp_in_place, ln, ln_1p, sum};

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

/// Quantities of rows in `RowRoom::rows`, all at the mode: second to fourth derivative of the log-likelihood in eta, the
/// derivative in phi differentiated once to three times in eta, the second derivative in phi differentiated once and
/// twice, and `k S'`.
const L2: usize = 0;
const L3: usize = 1;
const L4: usize = 2;
const P1: usize = 3;
const P2: usize = 4;
const P3: usize = 5;
const G1: usize = 6;
const G2: usize = 7;
const FIRST: usize = 8;
/// Those of them that are multiplied with columns, in `RowRoom::crossed`.
const CROSSED: [usize; 5] = [L2, L3, L4, P2, P3];
const X2: usize = 0;
const X3: usize = 1;
const X4: usize = 2;
const XP2: usize = 3;
const XP3: usize = 4;
/// Quantities at a node, in `RowRoom::node_rows`; the first three are multiplied with columns too.
const NODE_FIRST: usize = 0;
const NODE_L2: usize = 1;
const NODE_P1: usize = 2;
const NODE_VALUE: usize = 3;
const NODE_P0: usize = 4;
const NODE_G0: usize = 5;
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

impl Block<'_> {
    /// Odds at a random intercept of zero, `kappa` and prior weights.
    #[inline(always)]
    fn prepare(&self, layout: &Layout<'_>, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
        let n = self.rows;
        let RowRoom { odds, kappa, prior, shift, .. } = room;
        let odds = &mut odds[..n];
        let reference = self.predictor(layout, point.beta, odds);
        exp_in_place(odds);
        let shift = &mut shift[..self.groups];
        shift.fill(reference - point.phi);
        self.group_predictor(layout, point.beta, shift);
        exp_in_place(shift);
        for (g, shift) in shift.iter().enumerate() {
            for odds in &mut odds[self.rows_of(g)] {
                *odds *= shift;
            }
        }
        let of = self.from..self.from + n;
        match &layout.weights {
            None => prior[..n].fill(point.theta),
            Some(weights) => {
                for (prior, weight) in prior[..n].iter_mut().zip(&weights[of.clone()]) {
                    *prior = weight * point.theta;
                }
            }
        }
        for ((kappa, size), prior) in kappa[..n].iter_mut().zip(&outcome.size[of]).zip(&prior[..n]) {
            *kappa = size + prior;
        }
    }

    /// Odds of the rows at the random intercepts in `u` (in standard deviations).
    #[inline(always)]
    fn odds_at(&self, sigma: f64, u: &[f64], odds: &[f64], factor: &mut [f64], at: &mut [f64]) {
        for (factor, u) in factor.iter_mut().zip(u) {
            *factor = exp(sigma * u);
        }
        for (g, factor) in factor.iter().enumerate() {
            let of = self.rows_of(g);
            for (at, odds) in at[of.clone()].iter_mut().zip(&odds[of]) {
                *at = odds * factor;
            }
        }
    }

    /// Modes of the groups by Newton's method from where they were.
    #[inline(always)]
    fn find_modes(&self, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) -> bool {
        let (n, m) = (self.rows, self.groups);
        let sigma = point.sigma;
        let limit = 2.0 / sigma.max(1e-3);
        let RowRoom { u, warm, odds, at, kappa, rows, factor, step, sums, .. } = room;
        let u = &mut u[self.first..self.first + m];
        if !*warm {
            u.fill(0.0);
        }
        let count = &outcome.group[self.first..self.first + m];
        let (odds, at, kappa) = (&odds[..n], &mut at[..n], &kappa[..n]);
        let (factor, step) = (&mut factor[..m], &mut step[..m]);
        let [first, second, ..] = rows;
        let (first, second) = (&mut first[..n], &mut second[..n]);
        let floor = 1e-30 * sigma * sigma * dot(count, count);
        for _ in 0..MODE_STEPS {
            self.odds_at(sigma, u, odds, factor, at);
            for (((at, kappa), first), second) in
                at.iter().zip(kappa).zip(first.iter_mut()).zip(second.iter_mut())
            {
                let rest = 1.0 / (1.0 + at);
                *first = kappa * at * rest;
                *second = *first * rest;
            }
            let [of_first, of_second, ..] = sums;
            sum_groups(self, first, of_first);
            sum_groups(self, second, of_second);
            let slopes = of_first[..m].iter().zip(&of_second[..m]).zip(count);
            for (((first, second), count), (u, step)) in slopes.zip(u.iter_mut().zip(step.iter_mut())) {
                let slope = sigma * (count - first) - *u;
                *step = (slope / (1.0 + sigma * sigma * second)).min(limit).max(-limit);
                *u += *step;
            }
            let size = dot(step, step);
            if size < 1e-14 || size < floor {
                return true;
            }
        }
        false
    }

    /// Derivatives of the mode and of the scale by direction.
    #[inline(always)]
    fn at_mode(&self, layout: &Layout<'_>, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
        let (n, m) = (self.rows, self.groups);
        let RowRoom { u, odds, at, kappa, prior, rows, factor, sums, crossed, .. } = &mut *room;
        self.odds_at(point.sigma, &u[self.first..self.first + m], &odds[..n], &mut factor[..m], &mut at[..n]);
        rows_at_mode(&at[..n], &kappa[..n], &prior[..n], rows);
        for (quantity, to) in sums.iter_mut().enumerate() {
            if point.counts || quantity < P1 || quantity == FIRST {
                sum_groups(self, &rows[quantity][..n], to);
            }
        }
        for (quantity, to) in CROSSED.into_iter().zip(crossed).take(if point.counts { 5 } else { 3 }) {
            cross_groups(self, layout, &rows[quantity][..n], to);
        }
        self.directions_at_mode(outcome, point, room);
    }

    #[inline(always)]
    fn directions_at_mode(&self, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
        let m = self.groups;
        let sigma = point.sigma;
        let variance = sigma * sigma;
        let RowRoom { u, curvature: kept, sums, scalars, crossed, directions, .. } = room;
        let kept = &mut kept[self.first..self.first + m];
        let count = &outcome.group[self.first..self.first + m];
        let u = &u[self.first..self.first + m];
        let (s2, s3, s4) = (&sums[L2][..m], &sums[L3][..m], &sums[L4][..m]);
        let Directions { mode, d, du, slope, .. } = directions;
        for g in 0..m {
            let curvature = 1.0 - variance * s2[g];
            scalars[D][g] = curvature;
            kept[g] = curvature;
            scalars[WIDTH][g] = 1.0 / curvature.sqrt();
        }
        // h_u by direction goes into `mode` first and is divided by D below.
        for r in 0..=point.columns {
            let (x2, x3, x4) = if r == 0 {
                (s2, s3, s4)
            } else {
                (&crossed[X2][r - 1][..m], &crossed[X3][r - 1][..m], &crossed[X4][r - 1][..m])
            };
            for g in 0..m {
                mode[r][g] = sigma * x2[g];
                d[r][g] = -variance * x3[g];
                du[r][g] = -variance * sigma * x4[g];
            }
        }
        let s = point.columns + 1;
        for g in 0..m {
            mode[s][g] = count[g] - sums[FIRST][g] + sigma * u[g] * s2[g];
            d[s][g] = -2.0 * sigma * s2[g] - variance * u[g] * s3[g];
            du[s][g] = -3.0 * variance * s3[g] - variance * sigma * u[g] * s4[g];
        }
        if point.counts {
            let (f1, f2, f3) = (&sums[P1][..m], &sums[P2][..m], &sums[P3][..m]);
            for g in 0..m {
                mode[s + 1][g] = sigma * f1[g];
                d[s + 1][g] = -variance * f2[g];
                du[s + 1][g] = -variance * sigma * f3[g];
            }
        }
        for r in 0..point.directions {
            for g in 0..m {
                let inverse = 1.0 / scalars[D][g];
                let d_u = -variance * sigma * s3[g];
                mode[r][g] *= inverse;
                slope[r][g] = -0.5 * inverse * (d[r][g] + d_u * mode[r][g]);
            }
        }
    }

    /// The integrand, its derivatives and their sums at the nodes.
    #[inline(always)]
    fn at_nodes(&self, layout: &Layout<'_>, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
        let (n, m) = (self.rows, self.groups);
        for values in room.pair.iter_mut().chain(&mut room.directions.mean) {
            values[..m].fill(0.0);
        }
        for scalar in [S0, H1, H2] {
            room.scalars[scalar][..m].fill(0.0);
        }
        room.row_weight[..n].fill(0.0);
        self.node_rows(point, 0.0, room);
        self.peaks(outcome, point, room);
        for (node, weight) in point.nodes.node.iter().zip(&point.nodes.weight) {
            if point.nodes.node.len() > 1 {
                self.node_rows(point, *node, room);
            }
            self.node_sums(layout, outcome, point, *node, *weight, room);
            self.node_pairs(point, room);
        }
    }

    /// Row quantities at a node.
    #[inline(always)]
    fn node_rows(&self, point: Point<'_>, node: f64, room: &mut RowRoom) {
        let (n, m) = (self.rows, self.groups);
        let RowRoom { u, odds, at, kappa, prior, node_rows, factor, step, scalars, .. } = room;
        let place = &mut step[..m];
        for ((place, u), width) in
            place.iter_mut().zip(&u[self.first..self.first + m]).zip(&scalars[WIDTH][..m])
        {
            *place = u + node * width;
        }
        self.odds_at(point.sigma, place, &odds[..n], &mut factor[..m], &mut at[..n]);
        rows_at_node(&at[..n], &kappa[..n], &prior[..n], node_rows);
    }

    /// Values of the integrand at the modes, to which those at the nodes are compared.
    #[inline(always)]
    fn peaks(&self, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
        let (n, m) = (self.rows, self.groups);
        let RowRoom { step, node_rows, node_sums, scalars, .. } = room;
        sum_groups(self, &node_rows[NODE_VALUE][..n], &mut node_sums[NODE_VALUE]);
        let count = &outcome.group[self.first..self.first + m];
        for g in 0..m {
            let u = step[g];
            scalars[PEAK][g] = count[g] * point.sigma * u - node_sums[NODE_VALUE][g] - 0.5 * u * u;
        }
    }

    /// Group sums at a node, its weight, and the derivatives of `h` there by direction.
    #[inline(always)]
    fn node_sums(
        &self,
        layout: &Layout<'_>,
        outcome: &Outcome,
        point: Point<'_>,
        node: f64,
        weight: f64,
        room: &mut RowRoom,
    ) {
        let (n, m) = (self.rows, self.groups);
        let sigma = point.sigma;
        let RowRoom { step, node_rows, node_sums, node_crossed, scalars, directions, row_weight, .. } = room;
        let used = if point.counts { 6 } else { 2 };
        for (quantity, to) in node_sums.iter_mut().enumerate() {
            if quantity < used || quantity == NODE_VALUE {
                sum_groups(self, &node_rows[quantity][..n], to);
            }
        }
        for (quantity, to) in node_crossed.iter_mut().enumerate().take(if point.counts { 3 } else { 2 }) {
            cross_groups(self, layout, &node_rows[quantity][..n], to);
        }
        let count = &outcome.group[self.first..self.first + m];
        let place = &step[..m];
        let (first, second) = (&node_sums[NODE_FIRST][..m], &node_sums[NODE_L2][..m]);
        let [peak, _, width, s0, h1, h2, share, slope, bend] = scalars;
        for g in 0..m {
            let u = place[g];
            let h = count[g] * sigma * u - node_sums[NODE_VALUE][g] - 0.5 * u * u;
            share[g] = weight * exp(h - peak[g]);
            slope[g] = sigma * (count[g] - first[g]) - u;
            bend[g] = sigma * sigma * second[g] - 1.0;
            s0[g] += share[g];
            h1[g] += share[g] * slope[g];
            h2[g] += share[g] * slope[g] * node;
        }
        for (g, share) in share[..m].iter().enumerate() {
            let of = self.rows_of(g);
            for (to, l2) in row_weight[of.clone()].iter_mut().zip(&node_rows[NODE_L2][of]) {
                *to += share * l2;
            }
        }
        let Directions { mode, slope: scale, hu, q, moved, mean, .. } = directions;
        let s = point.columns + 1;
        for r in 0..point.directions {
            let (hu, q) = (&mut hu[r][..m], &mut q[r][..m]);
            for g in 0..m {
                (q[g], hu[g]) = if r == 0 {
                    (-first[g], sigma * second[g])
                } else if r < s {
                    (-node_crossed[NODE_FIRST][r - 1][g], sigma * node_crossed[NODE_L2][r - 1][g])
                } else if r == s {
                    let rest = count[g] - first[g];
                    (place[g] * rest, rest + sigma * place[g] * second[g])
                } else {
                    (node_sums[NODE_P0][g], sigma * node_sums[NODE_P1][g])
                };
            }
            let (moved, mean) = (&mut moved[r][..m], &mut mean[r][..m]);
            for g in 0..m {
                moved[g] = mode[r][g] + node * width[g] * scale[r][g];
                q[g] += slope[g] * moved[g];
                mean[g] += share[g] * q[g];
            }
        }
    }

    /// Second derivatives of `h` along a node, and products of first ones, under the weight of the node.
    #[inline(always)]
    fn node_pairs(&self, point: Point<'_>, room: &mut RowRoom) {
        let m = self.groups;
        let RowRoom { step, node_sums, node_crossed, scalars, directions, pair, .. } = room;
        let Directions { hu, q, moved, .. } = directions;
        let (share, bend) = (&scalars[SHARE][..m], &scalars[BEND][..m]);
        let place = &step[..m];
        let s = point.columns + 1;
        // A second derivative at a fixed node is a group sum, times u for each direction that is sigma.
        let fixed = |r: usize, c: usize| -> Option<&[f64]> {
            match (r, c) {
                (r, c) if r > s && c > s => Some(&node_sums[NODE_G0]),
                (r, 0) if r > s => Some(&node_sums[NODE_P1]),
                (r, c) if r > s && c < s => Some(&node_crossed[NODE_P1][c - 1]),
                (r, _) if r > s => Some(&node_sums[NODE_P1]),
                (r, 0) if r == s || r == 0 => Some(&node_sums[NODE_L2]),
                (r, 0) => Some(&node_crossed[NODE_L2][r - 1]),
                (r, c) if r == s && c < s => Some(&node_crossed[NODE_L2][c - 1]),
                (r, c) if r == s && c == s => Some(&node_sums[NODE_L2]),
                // Two varying columns: row by row, in `expand`.
                _ => None,
            }
        };
        for r in 0..point.directions {
            for c in 0..=r {
                let to = &mut pair[pair_of(r, c)][..m];
                let (hr, hc, mr, mc) = (&hu[r][..m], &hu[c][..m], &moved[r][..m], &moved[c][..m]);
                let (qr, qc) = (&q[r][..m], &q[c][..m]);
                for g in 0..m {
                    to[g] +=
                        share[g] * (hr[g] * mc[g] + hc[g] * mr[g] + bend[g] * mr[g] * mc[g] + qr[g] * qc[g]);
                }
                if let Some(fixed) = fixed(r, c) {
                    let fixed = &fixed[..m];
                    let powers = usize::from(r == s) + usize::from(c == s);
                    for g in 0..m {
                        let factor = match powers {
                            0 => 1.0,
                            1 => place[g],
                            _ => place[g] * place[g],
                        };
                        to[g] += share[g] * factor * fixed[g];
                    }
                }
            }
        }
    }

    /// Puts the parts of the Hessian of every group together and adds the block to the whole.
    #[inline(always)]
    fn add_up(&self, layout: &Layout<'_>, point: Point<'_>, room: &mut RowRoom, out: &mut Evaluation) {
        let m = self.groups;
        let RowRoom { scalars, directions, .. } = &mut *room;
        let [peak, d, _, s0, ..] = scalars;
        let mut value = 0.0;
        for g in 0..m {
            value += peak[g] + ln(s0[g]) - 0.5 * ln(d[g]);
        }
        out.value += value;
        for r in 0..point.directions {
            for g in 0..m {
                directions.mean[r][g] /= s0[g];
            }
        }
        self.finish_pairs(point, room);
        self.finish_rows(point, room);
        self.expand(layout, point, room, out);
    }

    /// Adds to the pairs what comes from the derivatives of mode and scale.
    ///
    /// With `A = 1 + scale * H2` and the sums divided by the weights of the nodes, mode and scale enter as
    /// `H1 mode_rc + A l_rc + (scale H2) l_r l_c`, where
    ///
    /// ```text
    /// mode_rc = (h_urc - D_r mode_c - D_c mode_r - D_u mode_r mode_c) / D,
    /// l_rc    = 2 l_r l_c - (D_rc + D_ur mode_c + D_uc mode_r + D_uu mode_r mode_c + D_u mode_rc) / (2 D).
    /// ```
    #[inline(always)]
    fn finish_pairs(&self, point: Point<'_>, room: &mut RowRoom) {
        let m = self.groups;
        let (sigma, variance) = (point.sigma, point.sigma * point.sigma);
        let RowRoom { u, sums, scalars, crossed, directions, pair, .. } = room;
        let u = &u[self.first..self.first + m];
        let Directions { mode, d, du, slope, mean, .. } = directions;
        let s = point.columns + 1;
        for r in 0..point.directions {
            for c in 0..=r {
                let to = &mut pair[pair_of(r, c)][..m];
                for g in 0..m {
                    let inverse = 1.0 / scalars[D][g];
                    let weight = 1.0 / scalars[S0][g];
                    let spread = scalars[WIDTH][g] * scalars[H2][g] * weight;
                    let a = -0.5 * (1.0 + spread) * inverse;
                    let h1 = scalars[H1][g] * weight * inverse;
                    let (s2, s3, s4) = (sums[L2][g], sums[L3][g], sums[L4][g]);
                    let d_u = -variance * sigma * s3;
                    let d_uu = -variance * variance * s4;
                    let u = u[g];
                    // D and h_u differentiated twice at a fixed u; two varying columns come row by row.
                    let (d_rc, h_rc) = if r < s {
                        if r == 0 {
                            (-variance * s4, sigma * s3)
                        } else if c == 0 {
                            (-variance * crossed[X4][r - 1][g], sigma * crossed[X3][r - 1][g])
                        } else {
                            (0.0, 0.0)
                        }
                    } else if r == s && c < s {
                        let (x2, x3, x4) = if c == 0 {
                            (s2, s3, s4)
                        } else {
                            (crossed[X2][c - 1][g], crossed[X3][c - 1][g], crossed[X4][c - 1][g])
                        };
                        (-2.0 * sigma * x3 - variance * u * x4, x2 + sigma * u * x3)
                    } else if r == s {
                        (
                            -2.0 * s2 - 4.0 * sigma * u * s3 - variance * u * u * s4,
                            2.0 * u * s2 + sigma * u * u * s3,
                        )
                    } else if c < s {
                        let (f2, f3) = if c == 0 {
                            (sums[P2][g], sums[P3][g])
                        } else {
                            (crossed[XP2][c - 1][g], crossed[XP3][c - 1][g])
                        };
                        (-variance * f3, sigma * f2)
                    } else if c == s {
                        (
                            -2.0 * sigma * sums[P2][g] - variance * u * sums[P3][g],
                            sums[P1][g] + sigma * u * sums[P2][g],
                        )
                    } else {
                        (-variance * sums[G2][g], sigma * sums[G1][g])
                    };
                    let (mr, mc, dr, dc) = (mode[r][g], mode[c][g], d[r][g], d[c][g]);
                    let mode_rc = h_rc - dr * mc - dc * mr - d_u * mr * mc;
                    let bend =
                        d_rc + du[r][g] * mc + du[c][g] * mr + d_uu * mr * mc + d_u * mode_rc * inverse;
                    to[g] = to[g] * weight - mean[r][g] * mean[c][g]
                        + h1 * mode_rc
                        + a * bend
                        + (2.0 + 3.0 * spread) * slope[r][g] * slope[c][g];
                }
            }
        }
    }

    /// Weights of the rows in the Hessian of two varying columns.
    #[inline(always)]
    fn finish_rows(&self, point: Point<'_>, room: &mut RowRoom) {
        let m = self.groups;
        let (sigma, variance) = (point.sigma, point.sigma * point.sigma);
        let RowRoom { sums, scalars, row_weight, rows, .. } = room;
        for g in 0..m {
            let inverse = 1.0 / scalars[D][g];
            let weight = 1.0 / scalars[S0][g];
            let spread = scalars[WIDTH][g] * scalars[H2][g] * weight;
            let a = -0.5 * (1.0 + spread) * inverse;
            let h1 = scalars[H1][g] * weight * inverse;
            let d_u = -variance * sigma * sums[L3][g];
            let (of_l3, of_l4) = (sigma * (h1 + a * d_u * inverse), -a * variance);
            let of = self.rows_of(g);
            for ((to, l3), l4) in
                row_weight[of.clone()].iter_mut().zip(&rows[L3][of.clone()]).zip(&rows[L4][of])
            {
                *to = *to * weight + of_l3 * l3 + of_l4 * l4;
            }
        }
    }

    /// From directions to parameters.
    #[inline(always)]
    fn expand(&self, layout: &Layout<'_>, point: Point<'_>, room: &mut RowRoom, out: &mut Evaluation) {
        let (n, m) = (self.rows, self.groups);
        let RowRoom { directions, pair, row_weight, product, factor, .. } = room;
        for r in 0..point.directions {
            for (mean, slope) in directions.mean[r][..m].iter_mut().zip(&directions.slope[r][..m]) {
                *mean += slope;
            }
        }
        let gradient = &directions.mean;
        let s = point.columns + 1;
        let parameter = |r: usize| if r < s { layout.varying[r - 1] } else { layout.columns + r - s };
        for r in 1..point.directions {
            out.gradient[parameter(r)] += sum(&gradient[r][..m]);
            for c in 1..=r {
                out.hessian[(parameter(r), parameter(c))] += sum(&pair[pair_of(r, c)][..m]);
            }
        }
        let of = self.from..self.from + n;
        let product = &mut product[..n];
        for (k, z) in layout.z.iter().enumerate() {
            for ((to, weight), z) in product.iter_mut().zip(&row_weight[..n]).zip(&z[of.clone()]) {
                *to = weight * z;
            }
            for l in 0..=k {
                out.hessian[(layout.varying[k], layout.varying[l])] += dot(product, &layout.z[l][of.clone()]);
            }
        }
        let factor = &mut factor[..m];
        let groups = self.first..self.first + m;
        for (k, &j) in layout.constant.iter().enumerate() {
            let c = &layout.c[k][groups.clone()];
            out.gradient[j] += dot(c, &gradient[0][..m]);
            for r in 1..point.directions {
                out.hessian[(j, parameter(r))] += dot(c, &pair[pair_of(r, 0)][..m]);
            }
            for ((to, c), pair) in factor.iter_mut().zip(c).zip(&pair[0][..m]) {
                *to = c * pair;
            }
            for (l, &i) in layout.constant[..=k].iter().enumerate() {
                out.hessian[(j, i)] += dot(factor, &layout.c[l][groups.clone()]);
            }
        }
    }
}

/// Derivatives of the log-likelihood of rows at the mode.
#[inline(always)]
fn rows_at_mode(at: &[f64], kappa: &[f64], prior: &[f64], rows: &mut [Vec<f64>; 9]) {
    let n = at.len();
    let [l2, l3, l4, p1, p2, p3, g1, g2, first] = rows;
    let (l2, l3, l4, first) = (&mut l2[..n], &mut l3[..n], &mut l4[..n], &mut first[..n]);
    let (p1, p2, p3) = (&mut p1[..n], &mut p2[..n], &mut p3[..n]);
    let (g1, g2) = (&mut g1[..n], &mut g2[..n]);
    let (kappa, prior) = (&kappa[..n], &prior[..n]);
    for i in 0..n {
        let rest = 1.0 / (1.0 + at[i]);
        let share = at[i] * rest;
        let skew = rest - share;
        // Derivatives of S, one to four.
        let d2 = share * rest;
        let d3 = d2 * skew;
        let d4 = d2 * (1.0 - 6.0 * d2);
        first[i] = kappa[i] * share;
        l2[i] = -kappa[i] * d2;
        l3[i] = -kappa[i] * d3;
        l4[i] = -kappa[i] * d4;
        p1[i] = kappa[i] * d2 - prior[i] * share;
        p2[i] = kappa[i] * d3 - prior[i] * d2;
        p3[i] = kappa[i] * d4 - prior[i] * d3;
        g1[i] = prior[i] * (2.0 * d2 - share) - kappa[i] * d3;
        g2[i] = prior[i] * (2.0 * d3 - d2) - kappa[i] * d4;
    }
}

/// The log-likelihood of rows at a node, without its constants, and the derivatives that the sums need.
#[inline(always)]
fn rows_at_node(at: &[f64], kappa: &[f64], prior: &[f64], rows: &mut [Vec<f64>; 6]) {
    let n = at.len();
    let [first, l2, p1, value, p0, g0] = rows;
    let (first, l2, value) = (&mut first[..n], &mut l2[..n], &mut value[..n]);
    let (p1, p0, g0) = (&mut p1[..n], &mut p0[..n], &mut g0[..n]);
    let (kappa, prior) = (&kappa[..n], &prior[..n]);
    for i in 0..n {
        let rest = 1.0 / (1.0 + at[i]);
        let share = at[i] * rest;
        let d2 = share * rest;
        let s = ln_1p(at[i]);
        value[i] = kappa[i] * s;
        first[i] = kappa[i] * share;
        l2[i] = -kappa[i] * d2;
        p1[i] = kappa[i] * d2 - prior[i] * share;
        p0[i] = kappa[i] * share - prior[i] * s;
        g0[i] = prior[i] * (2.0 * share - s) - kappa[i] * d2;
    }
}
