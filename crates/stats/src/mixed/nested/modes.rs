use super::super::block::group_sum;
use super::super::layout::Layout;
use super::terms::Terms;
use super::{NestedRoom, Observed, Point, Rows, Upper};
use crate::numeric::vector::{exp, exp_in_place, ln_1p};

/// Newton steps for the modes of an outer group.
const MODE_STEPS: usize = 200;

impl Upper<'_> {
    /// Rates (or odds) of the rows at random intercepts of zero, and what the family needs beside them.
    #[inline(always)]
    pub(super) fn prepare(
        &self,
        layout: &Layout<'_>,
        observed: Observed<'_>,
        point: Point<'_>,
        room: &mut NestedRoom,
    ) {
        let (n, m) = (self.block.rows, self.block.groups);
        let of = self.block.from..self.block.from + n;
        let Rows { odds, kappa, prior, .. } = &mut room.rows;
        let odds = &mut odds[..n];
        let reference = self.block.predictor(layout, point.beta, odds);
        exp_in_place(odds);
        let shift = &mut room.terms.factor[..m];
        shift.fill(reference - point.phi);
        self.block.group_predictor(layout, point.beta, shift);
        exp_in_place(shift);
        for (g, shift) in shift.iter().enumerate() {
            for odds in &mut odds[self.block.rows_of(g)] {
                *odds *= shift;
            }
        }
        match observed {
            Observed::Counts(_) => {
                if let Some(weights) = &layout.weights {
                    odds.iter_mut().zip(&weights[of]).for_each(|(rate, weight)| *rate *= weight);
                }
                for g in 0..m {
                    room.terms.total[g] = group_sum(&odds[self.block.rows_of(g)]);
                }
            }
            Observed::Rows(outcome) => {
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
        }
    }

    /// Joint modes of the outer group and its inner groups by Newton's method from where they were; false if they did not
    /// settle.
    ///
    /// The third derivatives of these log-likelihoods are never larger than the second ones, so that a step whose longest
    /// change of a linear predictor is `d` improves when multiplied by `log(1 + d) / d` (Sun and Tran-Dinh 2019), and no
    /// search along it is needed.
    #[inline(always)]
    pub(super) fn find_modes(&self, observed: Observed<'_>, point: Point<'_>, room: &mut NestedRoom) -> bool {
        let m = self.block.groups;
        let [outer, inner] = point.sigma;
        let (w_o, w_i) = point.variances();
        let NestedRoom { v, u, rows, terms, .. } = room;
        let (v, u) = (&mut v[self.at], &mut u[self.block.first..self.block.first + m]);
        for _ in 0..MODE_STEPS {
            for (e, u) in terms.effect[..m].iter_mut().zip(u.iter()) {
                *e = outer * *v + inner * u;
            }
            self.slopes(observed, rows, terms);
            let (mut corner, mut right) = (1.0, -*v);
            for ((s, c), (u, r)) in
                terms.s[..m].iter().zip(&terms.c[..m]).zip(u.iter().zip(&mut terms.r[..m]))
            {
                *r = 1.0 / (1.0 + w_i * c);
                corner += w_o * c * *r;
                right += outer * (s - inner * c * *r * (inner * s - u));
            }
            let step = right / corner;
            let (mut longest, mut size) = (0.0_f64, step * step);
            for (((s, c), r), (u, to)) in terms.s[..m]
                .iter()
                .zip(&terms.c[..m])
                .zip(&terms.r[..m])
                .zip(u.iter().zip(&mut terms.step[..m]))
            {
                *to = r * (inner * s - u - outer * inner * c * step);
                longest = longest.max((outer * step + inner * *to).abs());
                size += *to * *to;
            }
            if !size.is_finite() {
                return false;
            }
            let share = if longest > 0.1 { ln_1p(longest) / longest } else { 1.0 };
            *v += share * step;
            for (u, step) in u.iter_mut().zip(&terms.step[..m]) {
                *u += share * step;
            }
            // Newton's method squares the error: after a step of 1e-7 what is left is rounding.
            if size < 1e-14 && share == 1.0 {
                return true;
            }
        }
        false
    }

    /// First derivatives of the log-likelihood of every inner group in its effect, and the negative second ones.
    #[inline(always)]
    fn slopes(&self, observed: Observed<'_>, rows: &mut Rows, terms: &mut Terms) {
        let Terms { effect, factor, total, s, c, .. } = terms;
        let (n, m) = (self.block.rows, self.block.groups);
        let groups = self.block.first..self.block.first + m;
        for (factor, e) in factor[..m].iter_mut().zip(effect.iter()) {
            *factor = exp(*e);
        }
        match observed {
            Observed::Counts(counts) => {
                let count = &counts.group[groups];
                for g in 0..m {
                    c[g] = total[g] * factor[g];
                    s[g] = count[g] - c[g];
                }
            }
            Observed::Rows(outcome) => {
                let count = &outcome.group[groups];
                let Rows { odds, at, kappa, mode: [first, second, ..], .. } = rows;
                let (odds, at, kappa) = (&odds[..n], &mut at[..n], &kappa[..n]);
                for (g, factor) in factor[..m].iter().enumerate() {
                    let of = self.block.rows_of(g);
                    for (at, odds) in at[of.clone()].iter_mut().zip(&odds[of]) {
                        *at = odds * factor;
                    }
                }
                let (first, second) = (&mut first[..n], &mut second[..n]);
                for (((at, kappa), first), second) in
                    at.iter().zip(kappa).zip(first.iter_mut()).zip(second.iter_mut())
                {
                    let rest = 1.0 / (1.0 + at);
                    *first = kappa * at * rest;
                    *second = *first * rest;
                }
                for g in 0..m {
                    let of = self.block.rows_of(g);
                    s[g] = count[g] - group_sum(&first[of.clone()]);
                    c[g] = group_sum(&second[of]);
                }
            }
        }
    }
}
