use super::super::block::Block;
use super::super::density::{FIRST, L2, L3, L4, P1, P2, P3, rows_at_mode};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::{
    CROSSED, D, Directions, MODE_STEPS, Point, RowRoom, WIDTH, X2, X3, X4, cross_groups, sum_groups,
};
use crate::numeric::vector::{dot, exp, exp_in_place};

impl Block<'_> {
    /// Odds at a random intercept of zero, `kappa` and prior weights.
    #[inline(always)]
    pub(super) fn prepare(
        &self,
        layout: &Layout<'_>,
        outcome: &Outcome,
        point: Point<'_>,
        room: &mut RowRoom,
    ) {
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
    pub(super) fn odds_at(&self, sigma: f64, u: &[f64], odds: &[f64], factor: &mut [f64], at: &mut [f64]) {
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
    pub(super) fn find_modes(&self, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) -> bool {
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
    pub(super) fn at_mode(
        &self,
        layout: &Layout<'_>,
        outcome: &Outcome,
        point: Point<'_>,
        room: &mut RowRoom,
    ) {
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
    pub(super) fn directions_at_mode(&self, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
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
}
