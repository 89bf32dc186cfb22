//! Poisson counts with one random intercept: the objective over coefficients and standard deviation.

use std::ops::Range;

use super::block::{Block, fill_other_triangle, group_sum};
use super::collapsed::{Nodes, Terms, laplace, modes, quadrature, start};
use super::counts::Counts;
use super::layout::Layout;
use super::newton::{Evaluation, Objective};
use super::values::values;
use crate::numeric::vector::{Processor, dot, dot3, exp_in_place, sum};

/// Room for the work of an evaluation, kept between evaluations and fits.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    /// Modes of the random intercepts in standard deviations.
    pub u: Vec<f64>,
    /// Whether the modes are a start worth having.
    pub warm: bool,
    /// `exp(x'b + offset)` of the rows of a block, later their weights in the Hessian.
    rates: Vec<f64>,
    /// A product of a block.
    product: Vec<f64>,
    /// `A` of the groups of a block.
    pub totals: Vec<f64>,
    /// Means of the varying columns under the rates, group by group, one column after the other.
    means: Vec<f64>,
    /// Predictor shared by the rows of a group.
    shift: Vec<f64>,
    weights: Vec<f64>,
    terms: Terms,
    /// Sum of the squared totals at the last evaluation.
    pub squares: f64,
}

impl Room {
    /// Room enough for a design; the modes are forgotten if the number of groups is another.
    pub(super) fn fit_to(&mut self, layout: &Layout<'_>) {
        if self.u.len() != layout.groups() {
            self.warm = false;
            self.u.resize(layout.groups(), 0.0);
        }
        let groups = layout.widest_groups;
        self.rates.resize(layout.widest, 0.0);
        self.product.resize(layout.widest, 0.0);
        self.totals.resize(groups, 0.0);
        self.shift.resize(groups, 0.0);
        self.weights.resize(groups, 0.0);
        self.means.resize(groups * layout.z.len(), 0.0);
        self.terms.resize(groups);
    }
}

/// The log-likelihood over `(coefficients, sigma)`.
pub(super) struct PoissonObjective<'a, 'b> {
    pub layout: &'a Layout<'b>,
    pub counts: &'a Counts,
    /// Nodes of quadrature; none for Laplace's approximation.
    pub nodes: Option<&'a Nodes>,
    pub processor: Processor,
    pub room: &'a mut Room,
}

impl Objective for PoissonObjective<'_, '_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        let Self { layout, counts, nodes, processor, room } = self;
        processor.run(
            #[inline(always)]
            || evaluate(layout, counts, *nodes, at, room, out),
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
        if parameter == self.layout.columns { at[parameter].max(0.3) } else { f64::INFINITY }
    }
}

impl PoissonObjective<'_, '_> {
    /// The value alone, as a sampler needs it: NaN if a mode did not settle.
    pub(super) fn value(&mut self, at: &[f64]) -> f64 {
        let Self { layout, counts, nodes, processor, room } = self;
        processor.run(
            #[inline(always)]
            || value(layout, counts, *nodes, at, room),
        )
    }
}

#[inline(always)]
fn value(layout: &Layout<'_>, counts: &Counts, nodes: Option<&Nodes>, at: &[f64], room: &mut Room) -> f64 {
    let p = layout.columns;
    let (beta, sigma) = (&at[..p], at[p]);
    let mut value = counts.constant;
    for (product, beta) in counts.products.iter().zip(beta) {
        value += beta * product;
    }
    let mut usable = true;
    for block in layout.blocks.windows(2) {
        let block = Block::new(layout, block[0], block[1]);
        block.totals(layout, beta, room);
        let Room { totals, shift, .. } = room;
        for (total, shift) in totals[..block.groups].iter_mut().zip(shift.iter()) {
            *total *= shift;
        }
        usable &= block.modes(counts, sigma, room);
        value += block.values(counts, nodes, sigma, room);
    }
    room.warm = usable;
    if usable { value } else { f64::NAN }
}

#[inline(always)]
fn evaluate(
    layout: &Layout<'_>,
    counts: &Counts,
    nodes: Option<&Nodes>,
    at: &[f64],
    room: &mut Room,
    out: &mut Evaluation,
) {
    out.clear();
    let p = layout.columns;
    let (beta, sigma) = (&at[..p], at[p]);
    out.value = counts.constant;
    for (j, product) in counts.products.iter().enumerate() {
        out.value += beta[j] * product;
        out.gradient[j] = *product;
    }
    let mut usable = true;
    room.squares = 0.0;
    for block in layout.blocks.windows(2) {
        let block = Block::new(layout, block[0], block[1]);
        block.rates(layout, beta, room);
        usable &= block.groups(counts, nodes, sigma, room);
        block.collect(layout, room, out);
    }
    room.warm = usable;
    if !usable {
        out.value = f64::NAN;
    }
    fill_other_triangle(out);
}

impl Block<'_> {
    /// Rates of the rows but for a factor of the group in `shift`, and their totals without it.
    #[inline(always)]
    fn totals(&self, layout: &Layout<'_>, beta: &[f64], room: &mut Room) {
        let (n, m) = (self.rows, self.groups);
        let Room { rates, totals, shift, .. } = room;
        let rates = &mut rates[..n];
        let reference = self.predictor(layout, beta, rates);
        exp_in_place(rates);
        if let Some(weights) = &layout.weights {
            for (rate, weight) in rates.iter_mut().zip(&weights[self.from..self.from + n]) {
                *rate *= weight;
            }
        }
        let totals = &mut totals[..m];
        for (g, total) in totals.iter_mut().enumerate() {
            *total = group_sum(&rates[self.rows_of(g)]);
        }
        let shift = &mut shift[..m];
        shift.fill(reference);
        self.group_predictor(layout, beta, shift);
        exp_in_place(shift);
    }

    /// Rates of the rows, totals of the groups, and means of the varying columns under the rates.
    #[inline(always)]
    fn rates(&self, layout: &Layout<'_>, beta: &[f64], room: &mut Room) {
        self.totals(layout, beta, room);
        let (n, m) = (self.rows, self.groups);
        let Room { rates, product, totals, means, shift, .. } = room;
        let (rates, product) = (&mut rates[..n], &mut product[..n]);
        let (totals, shift) = (&mut totals[..m], &shift[..m]);
        for (k, z) in layout.z.iter().enumerate() {
            for ((product, rate), z) in product.iter_mut().zip(rates.iter()).zip(&z[self.from..self.from + n])
            {
                *product = rate * z;
            }
            let means = &mut means[k * layout.widest_groups..k * layout.widest_groups + m];
            for (g, (mean, total)) in means.iter_mut().zip(totals.iter()).enumerate() {
                *mean = group_sum(&product[self.rows_of(g)]) / total;
            }
        }
        for (total, shift) in totals.iter_mut().zip(shift) {
            *total *= shift;
        }
        // From here on the rates are shares of their group.
        for (g, total) in totals.iter().enumerate() {
            let scale = shift[g] / total;
            for rate in &mut rates[self.rows_of(g)] {
                *rate *= scale;
            }
        }
    }

    /// Modes of the groups; false if one did not settle.
    #[inline(always)]
    fn modes(&self, counts: &Counts, sigma: f64, room: &mut Room) -> bool {
        let m = self.groups;
        let Room { totals, u, warm, .. } = room;
        let totals = &totals[..m];
        let count = &counts.group[self.first..self.first + m];
        let u = &mut u[self.first..self.first + m];
        if !*warm {
            for ((u, total), count) in u.iter_mut().zip(totals).zip(count) {
                *u = start(*total, *count, sigma);
            }
        }
        modes(totals, count, sigma, u)
    }

    /// The group likelihoods without derivatives, their sum.
    #[inline(always)]
    fn values(&self, counts: &Counts, nodes: Option<&Nodes>, sigma: f64, room: &mut Room) -> f64 {
        let m = self.groups;
        let Room { totals, terms, u, .. } = room;
        let count = &counts.group[self.first..self.first + m];
        values(&totals[..m], count, sigma, &u[self.first..self.first + m], nodes, &mut terms.f[..m]);
        sum(&terms.f[..m])
    }

    /// Modes of the groups, and the group likelihoods with their derivatives.
    #[inline(always)]
    fn groups(&self, counts: &Counts, nodes: Option<&Nodes>, sigma: f64, room: &mut Room) -> bool {
        let settled = self.modes(counts, sigma, room);
        let m = self.groups;
        let Room { totals, terms, u, squares, .. } = room;
        let (totals, u) = (&totals[..m], &u[self.first..self.first + m]);
        let count = &counts.group[self.first..self.first + m];
        *squares += dot(totals, totals);
        match nodes {
            None => laplace(totals, count, sigma, u, terms),
            Some(nodes) => quadrature(totals, count, sigma, u, nodes, terms),
        }
        settled
    }

    /// Adds the block to value, gradient and Hessian: with `x` the mean design row of a group under its rates,
    ///
    /// ```text
    /// gradient  F_a x,
    /// Hessian   F_aa x x' + F_a (mean of z z' under the rates - x x').
    /// ```
    #[inline(always)]
    fn collect(&self, layout: &Layout<'_>, room: &mut Room, out: &mut Evaluation) {
        let (n, m, s) = (self.rows, self.groups, layout.columns);
        let Room { rates, product, means, weights, terms, .. } = room;
        let (rates, product, weights) = (&mut rates[..n], &mut product[..n], &mut weights[..m]);
        out.value += sum(&terms.f[..m]);
        out.gradient[s] += sum(&terms.s[..m]);
        out.hessian[(s, s)] += sum(&terms.ss[..m]);
        let (fa, faa, fas) = (&terms.a[..m], &terms.aa[..m], &terms.as_[..m]);
        for (g, fa) in fa.iter().enumerate() {
            for rate in &mut rates[self.rows_of(g)] {
                *rate *= fa;
            }
        }
        for ((weight, fa), faa) in weights.iter_mut().zip(fa).zip(faa) {
            *weight = faa - fa;
        }
        let mean = |k: usize| &means[k * layout.widest_groups..k * layout.widest_groups + m];
        for (k, &j) in layout.varying.iter().enumerate() {
            out.gradient[j] += dot(fa, mean(k));
            out.hessian[(j, s)] += dot(fas, mean(k));
            let z = &layout.z[k][self.from..self.from + n];
            for ((product, rate), z) in product.iter_mut().zip(rates.iter()).zip(z) {
                *product = rate * z;
            }
            for (l, &i) in layout.varying[..=k].iter().enumerate() {
                let rows = dot(product, &layout.z[l][self.from..self.from + n]);
                out.hessian[(j, i)] += rows + dot3(weights, mean(k), mean(l));
            }
        }
        for (k, &j) in layout.constant.iter().enumerate() {
            let c = &layout.c[k][self.first..self.first + m];
            out.gradient[j] += dot(fa, c);
            out.hessian[(j, s)] += dot(fas, c);
            for (to, (faa, c)) in weights.iter_mut().zip(faa.iter().zip(c)) {
                *to = faa * c;
            }
            for (l, &i) in layout.constant[..=k].iter().enumerate() {
                out.hessian[(j, i)] += dot(weights, &layout.c[l][self.first..self.first + m]);
            }
            for (l, &i) in layout.varying.iter().enumerate() {
                out.hessian[(j, i)] += dot(weights, mean(l));
            }
        }
    }
}
