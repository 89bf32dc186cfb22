use super::super::block::{group_dot, group_sum};
use super::super::density::{
    FIRST, G1, G2, L2, L3, L4, NODE_G0, NODE_P0, NODE_VALUE, P1, P2, P3, rows_at_mode, rows_at_node,
};
use super::super::layout::Layout;
use super::super::newton::Evaluation;
use super::{NestedRoom, Observed, Point, Rows, Upper};
use crate::numeric::vector::{dot, exp, sum};

impl Upper<'_> {
    /// Derivatives of the log-likelihood at the mode, summed by inner group and direction.
    #[inline(always)]
    pub(super) fn sums_at_mode(
        &self,
        layout: &Layout<'_>,
        observed: Observed<'_>,
        point: Point<'_>,
        room: &mut NestedRoom,
    ) {
        let (n, m) = (self.block.rows, self.block.groups);
        let groups = self.block.first..self.block.first + m;
        let NestedRoom { v, u, rows, terms, .. } = room;
        for (g, u) in u[groups.clone()].iter().enumerate() {
            terms.effect[g] = point.sigma[0] * v[self.at] + point.sigma[1] * u;
            terms.factor[g] = exp(terms.effect[g]);
            for i in self.block.rows_of(g) {
                rows.at[i] = rows.odds[i] * terms.factor[g];
            }
        }
        match observed {
            Observed::Counts(counts) => {
                for g in 0..m {
                    let mean = terms.total[g] * terms.factor[g];
                    (terms.s[g], terms.c[g]) = (counts.group[groups.start + g] - mean, mean);
                    (terms.l3[g], terms.l4[g]) = (-mean, -mean);
                    terms.value[g] = counts.group[groups.start + g] * terms.effect[g] - mean;
                }
                for (z, j) in layout.z.iter().zip(&layout.varying) {
                    let z = &z[self.block.from..self.block.from + n];
                    for g in 0..m {
                        let of = self.block.rows_of(g);
                        let value = -group_dot(&rows.at[of.clone()], &z[of]);
                        (terms.x2[*j][g], terms.x3[*j][g], terms.x4[*j][g]) = (value, value, value);
                    }
                }
            }
            Observed::Rows(outcome) => {
                rows_at_mode(&rows.at[..n], &rows.kappa[..n], &rows.prior[..n], &mut rows.mode);
                rows_at_node(&rows.at[..n], &rows.kappa[..n], &rows.prior[..n], &mut rows.value);
                let group = |quantity: &[f64], g: usize| group_sum(&quantity[self.block.rows_of(g)]);
                for g in 0..m {
                    let count = outcome.group[groups.start + g];
                    terms.s[g] = count - group(&rows.mode[FIRST], g);
                    terms.c[g] = -group(&rows.mode[L2], g);
                    terms.l3[g] = group(&rows.mode[L3], g);
                    terms.l4[g] = group(&rows.mode[L4], g);
                    terms.value[g] = count * terms.effect[g] - group(&rows.value[NODE_VALUE], g);
                }
                for (quantity, to) in [(L2, &mut terms.x2), (L3, &mut terms.x3), (L4, &mut terms.x4)] {
                    for (z, j) in layout.z.iter().zip(&layout.varying) {
                        let z = &z[self.block.from..self.block.from + n];
                        for g in 0..m {
                            let of = self.block.rows_of(g);
                            to[*j][g] = group_dot(&rows.mode[quantity][of.clone()], &z[of]);
                        }
                    }
                }
                if point.counts {
                    let phi = layout.columns + 2;
                    for g in 0..m {
                        terms.x2[phi][g] = group(&rows.mode[P1], g);
                        terms.x3[phi][g] = group(&rows.mode[P2], g);
                        terms.x4[phi][g] = group(&rows.mode[P3], g);
                    }
                }
            }
        }
        for (c, j) in layout.c.iter().zip(&layout.constant) {
            for (g, c) in c[groups.clone()].iter().enumerate() {
                terms.x2[*j][g] = -c * terms.c[g];
                terms.x3[*j][g] = c * terms.l3[g];
                terms.x4[*j][g] = c * terms.l4[g];
            }
        }
    }

    /// Adds what comes row by row: the score of the columns, and the second derivatives of pairs of columns under the weights
    /// `l2 + (kappa l4 + lambda l3) / 2` (of a column and `phi`, and of `phi` alone, in the same way).
    #[inline(always)]
    pub(super) fn add_rows(
        &self,
        layout: &Layout<'_>,
        observed: Observed<'_>,
        point: Point<'_>,
        room: &mut NestedRoom,
        out: &mut Evaluation,
    ) {
        let (n, m) = (self.block.rows, self.block.groups);
        let NestedRoom { rows, terms, .. } = room;
        let Rows { at, mode, value, weight, cross, product, .. } = rows;
        let (weight, cross, product) = (&mut weight[..n], &mut cross[..n], &mut product[..n]);
        for g in 0..m {
            let (kappa, lambda) = (0.5 * terms.kappa[g], 0.5 * terms.lambda[g]);
            let of = self.block.rows_of(g);
            match observed {
                Observed::Counts(_) => {
                    let share = -(1.0 + kappa + lambda);
                    for (to, rate) in weight[of.clone()].iter_mut().zip(&at[of]) {
                        *to = share * rate;
                    }
                }
                Observed::Rows(_) => {
                    for i in of.clone() {
                        weight[i] = mode[L2][i] + kappa * mode[L4][i] + lambda * mode[L3][i];
                    }
                    if point.counts {
                        for i in of {
                            cross[i] = mode[P1][i] + kappa * mode[P3][i] + lambda * mode[P2][i];
                        }
                    }
                }
            }
        }
        let first = match observed {
            Observed::Counts(_) => &at[..n],
            Observed::Rows(_) => &mode[FIRST][..n],
        };
        let phi = point.counts.then_some(layout.columns + 2);
        self.add_columns(layout, [first, weight, cross], phi, product, &mut terms.step, out);
        if let Some(phi) = phi {
            let mut second = sum(&value[NODE_G0][..n]);
            for g in 0..m {
                let of = self.block.rows_of(g);
                second += 0.5 * terms.kappa[g] * group_sum(&mode[G2][of.clone()])
                    + 0.5 * terms.lambda[g] * group_sum(&mode[G1][of]);
            }
            out.gradient[phi] += sum(&value[NODE_P0][..n]);
            out.hessian[(phi, phi)] += second;
        }
    }

    /// Sums of row values times columns and pairs of columns.
    #[inline(always)]
    fn add_columns(
        &self,
        layout: &Layout<'_>,
        [first, weight, cross]: [&[f64]; 3],
        phi: Option<usize>,
        product: &mut [f64],
        group: &mut [f64],
        out: &mut Evaluation,
    ) {
        let (n, m) = (self.block.rows, self.block.groups);
        let of = self.block.from..self.block.from + n;
        let groups = self.block.first..self.block.first + m;
        let group = &mut group[..m];
        let by_group = |values: &[f64], group: &mut [f64]| {
            for (g, to) in group.iter_mut().enumerate() {
                *to = group_sum(&values[self.block.rows_of(g)]);
            }
        };
        for (k, &j) in layout.varying.iter().enumerate() {
            let z = &layout.z[k][of.clone()];
            out.gradient[j] -= dot(first, z);
            if let Some(phi) = phi {
                out.hessian[(phi, j)] += dot(cross, z);
            }
            for ((product, weight), z) in product.iter_mut().zip(weight).zip(z) {
                *product = weight * z;
            }
            for (l, &i) in layout.varying[..=k].iter().enumerate() {
                out.hessian[(j, i)] += dot(product, &layout.z[l][of.clone()]);
            }
            by_group(product, group);
            for (c, i) in layout.c.iter().zip(&layout.constant) {
                out.hessian[(j, *i)] += dot(group, &c[groups.clone()]);
            }
        }
        let constants = || layout.c.iter().zip(&layout.constant).map(|(c, j)| (&c[groups.clone()], *j));
        by_group(first, group);
        for (c, j) in constants() {
            out.gradient[j] -= dot(group, c);
        }
        if let Some(phi) = phi {
            by_group(cross, group);
            for (c, j) in constants() {
                out.hessian[(phi, j)] += dot(group, c);
            }
        }
        by_group(weight, group);
        for (k, (c, j)) in constants().enumerate() {
            for ((to, weight), c) in product.iter_mut().zip(group.iter()).zip(c) {
                *to = weight * c;
            }
            for (other, i) in constants().take(k + 1) {
                out.hessian[(j, i)] += dot(&product[..m], other);
            }
        }
    }
}
