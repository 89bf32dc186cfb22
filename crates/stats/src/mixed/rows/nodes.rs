use super::super::block::Block;
use super::super::density::{NODE_FIRST, NODE_G0, NODE_L2, NODE_P0, NODE_P1, NODE_VALUE, rows_at_node};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::{
    BEND, Directions, H1, H2, PEAK, Point, RowRoom, S0, SHARE, WIDTH, cross_groups, pair_of, sum_groups,
};
use crate::numeric::vector::exp;

impl Block<'_> {
    /// The integrand, its derivatives and their sums at the nodes.
    #[inline(always)]
    pub(super) fn at_nodes(
        &self,
        layout: &Layout<'_>,
        outcome: &Outcome,
        point: Point<'_>,
        room: &mut RowRoom,
    ) {
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
    pub(super) fn node_rows(&self, point: Point<'_>, node: f64, room: &mut RowRoom) {
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
    pub(super) fn peaks(&self, outcome: &Outcome, point: Point<'_>, room: &mut RowRoom) {
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
    pub(super) fn node_sums(
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
    pub(super) fn node_pairs(&self, point: Point<'_>, room: &mut RowRoom) {
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
}
