use super::super::block::Block;
use super::super::density::{G1, G2, L2, L3, L4, P1, P2, P3};
use super::super::layout::Layout;
use super::super::newton::Evaluation;
use super::{D, Directions, H1, H2, Point, RowRoom, S0, WIDTH, X2, X3, X4, XP2, XP3, pair_of};
use crate::numeric::vector::{dot, ln, sum};

impl Block<'_> {
    /// Puts the parts of the Hessian of every group together and adds the block to the whole.
    #[inline(always)]
    pub(super) fn add_up(
        &self,
        layout: &Layout<'_>,
        point: Point<'_>,
        room: &mut RowRoom,
        out: &mut Evaluation,
    ) {
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
    pub(super) fn finish_pairs(&self, point: Point<'_>, room: &mut RowRoom) {
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
    pub(super) fn finish_rows(&self, point: Point<'_>, room: &mut RowRoom) {
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
    pub(super) fn expand(
        &self,
        layout: &Layout<'_>,
        point: Point<'_>,
        room: &mut RowRoom,
        out: &mut Evaluation,
    ) {
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
