use super::super::newton::Evaluation;
use super::{NestedRoom, Point, Upper};
use crate::numeric::vector::{dot, dot3, ln, sum};

/// Values by inner group of one outer group; in the lists of lists, by direction first. Directions are the parameters:
/// coefficients, outer variance, inner variance, `phi = log theta`.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    /// `e`, `exp(e)`, `sum exp(eta)` at `e = 0`, and the last step of a mode.
    pub effect: Vec<f64>,
    pub factor: Vec<f64>,
    pub total: Vec<f64>,
    pub step: Vec<f64>,
    /// Log-likelihood at the mode without its constants, `s`, `c`, and sums of third and fourth derivatives in eta.
    pub value: Vec<f64>,
    pub s: Vec<f64>,
    pub c: Vec<f64>,
    pub l3: Vec<f64>,
    pub l4: Vec<f64>,
    /// `1 / D`; conditional variance of `e`; the weights of second derivatives of the mode.
    pub r: Vec<f64>,
    pub kappa: Vec<f64>,
    pub lambda: Vec<f64>,
    epsilon: Vec<f64>,
    room: Vec<f64>,
    /// Derivatives at fixed `e`, by direction, of `s`, of the sum of second and of third derivatives. For the variances zero.
    pub x2: Vec<Vec<f64>>,
    pub x3: Vec<Vec<f64>>,
    pub x4: Vec<Vec<f64>>,
    /// Total derivatives of `e`, `s`, `c` and `D`.
    e_: Vec<Vec<f64>>,
    s_: Vec<Vec<f64>>,
    c_: Vec<Vec<f64>>,
    d_: Vec<Vec<f64>>,
    /// Combinations whose products are the Hessian.
    a: Vec<Vec<f64>>,
    left: Vec<Vec<f64>>,
    right: Vec<Vec<f64>>,
    /// Total derivatives of `t`, of `Q = sum c / D` and of `C`.
    t_: Vec<f64>,
    q_: Vec<f64>,
    corner_: Vec<f64>,
}

impl Terms {
    pub(super) fn fit_to(&mut self, groups: usize, parameters: usize) {
        for values in [
            &mut self.effect,
            &mut self.factor,
            &mut self.total,
            &mut self.step,
            &mut self.value,
            &mut self.s,
            &mut self.c,
            &mut self.l3,
            &mut self.l4,
            &mut self.r,
            &mut self.kappa,
            &mut self.lambda,
            &mut self.epsilon,
            &mut self.room,
        ] {
            values.resize(groups, 0.0);
        }
        // The derivatives for the variances are zero and stay so; another design has them in other places.
        for lists in [&mut self.x2, &mut self.x3, &mut self.x4] {
            lists.clear();
        }
        for lists in [
            &mut self.x2,
            &mut self.x3,
            &mut self.x4,
            &mut self.e_,
            &mut self.s_,
            &mut self.c_,
            &mut self.d_,
            &mut self.a,
            &mut self.left,
            &mut self.right,
        ] {
            lists.resize(parameters, Vec::new());
            lists.iter_mut().for_each(|values| values.resize(groups, 0.0));
        }
        for values in [&mut self.t_, &mut self.q_, &mut self.corner_] {
            values.resize(parameters, 0.0);
        }
    }
}

/// Sums over the inner groups of an outer group.
#[derive(Clone, Copy)]
struct Corner {
    t: f64,
    /// `Q = sum c / D`, `C = 1 + w_o Q`.
    q: f64,
    c: f64,
    /// Sum of `epsilon`.
    epsilon: f64,
    w_o: f64,
    w_i: f64,
    /// Direction of the outer variance; that of the inner one follows.
    outer: usize,
    groups: usize,
}

impl Upper<'_> {
    /// Adds value, gradient and Hessian in `(coefficients, variances, phi)` without what comes row by row.
    #[inline(always)]
    pub(super) fn add_terms(&self, point: Point<'_>, p: usize, room: &mut NestedRoom, out: &mut Evaluation) {
        let m = self.block.groups;
        let NestedRoom { v, u, outer_variance, inner_variance, terms, .. } = room;
        let groups = self.block.first..self.block.first + m;
        let (u, inner_variance) = (&u[groups.clone()], &mut inner_variance[groups]);
        let directions = p + 2 + usize::from(point.counts);
        let corner = terms.corner(point, p, m);
        out.value +=
            sum(&terms.value[..m]) - 0.5 * (v[self.at] * v[self.at] + dot(u, u)) - 0.5 * ln(corner.c);
        for (g, r) in terms.r[..m].iter().enumerate() {
            out.value += 0.5 * ln(*r);
            let along = terms.c[g] * r;
            inner_variance[g] = r + corner.w_i * corner.w_o * along * along / corner.c;
        }
        outer_variance[self.at] = 1.0 / corner.c;
        for direction in 0..directions {
            terms.differentiate(corner, direction);
            out.gradient[direction] += terms.gradient(corner, direction);
        }
        for first in 0..directions {
            for second in 0..=first {
                out.hessian[(first, second)] += terms.hessian(corner, first, second);
            }
        }
    }
}

impl Terms {
    /// Sums over the inner groups, conditional variances, and the weights with which second derivatives of the mode count:
    ///
    /// ```text
    /// kappa = w_i / D + (w_o / C) / D^2,        T = sum kappa l3 / D,
    /// lambda = (w_o T / C + w_i kappa l3) / D,  epsilon = (kappa l3 - (w_o T / C) c) / D.
    /// ```
    #[inline(always)]
    fn corner(&mut self, point: Point<'_>, outer: usize, m: usize) -> Corner {
        let (w_o, w_i) = point.variances();
        for (r, c) in self.r[..m].iter_mut().zip(&self.c[..m]) {
            *r = 1.0 / (1.0 + w_i * c);
        }
        let q = dot(&self.c[..m], &self.r[..m]);
        let c = 1.0 + w_o * q;
        let mut total = 0.0;
        for g in 0..m {
            let r = self.r[g];
            self.kappa[g] = r * (w_i + w_o / c * r);
            total += self.kappa[g] * self.l3[g] * r;
        }
        let shared = w_o * total / c;
        let mut epsilon = 0.0;
        for g in 0..m {
            let bent = self.kappa[g] * self.l3[g];
            self.lambda[g] = self.r[g] * (shared + w_i * bent);
            self.epsilon[g] = self.r[g] * (bent - shared * self.c[g]);
            epsilon += self.epsilon[g];
        }
        Corner { t: sum(&self.s[..m]), q, c, epsilon, w_o, w_i, outer, groups: m }
    }

    /// Total derivatives in one direction: with `f` the derivative of `s` at fixed `e`,
    ///
    /// ```text
    /// C t' = sum f / D                      (outer variance: - t Q;  inner: - sum c s / D),
    /// e'   = (w_o t' + w_i f) / D           (outer: + t / D;         inner: + s / D),
    /// s'   = f - c e',   c' = -(x3 + l3 e'),   D' = w_i c'  (inner: + c).
    /// ```
    #[inline(always)]
    fn differentiate(&mut self, corner: Corner, direction: usize) {
        let Corner { t, q, c: of_corner, w_o, w_i, outer, groups: m, .. } = corner;
        let (is_outer, is_inner) = (direction == outer, direction == outer + 1);
        let own = f64::from(u8::from(is_inner));
        let (r, s, c, l3, l4) = (&self.r[..m], &self.s[..m], &self.c[..m], &self.l3[..m], &self.l4[..m]);
        let (kappa, lambda) = (&self.kappa[..m], &self.lambda[..m]);
        let (x2, x3, x4) = (&self.x2[direction][..m], &self.x3[direction][..m], &self.x4[direction][..m]);
        let moved = if is_outer {
            -t * q
        } else if is_inner {
            -dot3(c, r, s)
        } else {
            dot(r, x2)
        } / of_corner;
        let shared = w_o * moved + if is_outer { t } else { 0.0 };
        let (e_, s_) = (&mut self.e_[direction][..m], &mut self.s_[direction][..m]);
        let (c_, d_) = (&mut self.c_[direction][..m], &mut self.d_[direction][..m]);
        let (a, left, right) =
            (&mut self.a[direction][..m], &mut self.left[direction][..m], &mut self.right[direction][..m]);
        let mut of_q = 0.0;
        for g in 0..m {
            e_[g] = r[g] * (shared + w_i * x2[g] + own * s[g]);
            s_[g] = x2[g] - c[g] * e_[g];
            c_[g] = -(x3[g] + l3[g] * e_[g]);
            d_[g] = w_i * c_[g] + own * c[g];
            let squared = r[g] * r[g];
            let net = c_[g] - own * c[g] * c[g];
            of_q += squared * net;
            a[g] = 0.5 * (kappa[g] * x4[g] + lambda[g] * x3[g]);
            left[g] = x2[g] + a[g] + 0.5 * (kappa[g] * l4[g] + lambda[g] * l3[g]) * e_[g];
            right[g] = squared * (0.5 * d_[g] + w_o / of_corner * r[g] * net);
        }
        self.t_[direction] = moved;
        self.q_[direction] = of_q;
        self.corner_[direction] = w_o * of_q + if is_outer { q } else { 0.0 };
    }

    /// Derivative of `F` in a direction, without the sums over rows.
    #[inline(always)]
    fn gradient(&self, corner: Corner, direction: usize) -> f64 {
        let m = corner.groups;
        let own = match direction.checked_sub(corner.outer) {
            Some(0) => 0.5 * corner.t * corner.t,
            Some(1) => 0.5 * dot(&self.s[..m], &self.s[..m]),
            _ => 0.0,
        };
        own - 0.5 * (dot(&self.r[..m], &self.d_[direction][..m]) + self.corner_[direction] / corner.c)
    }

    /// Second derivative of `F` in two directions, without the sums over rows. Where neither is a variance it is
    ///
    /// ```text
    /// sum [ (x2 + a + b e') e'' + a'' e' + D' D'' / (2 D^2) + (w_o / C) c' D'' / D^3 ] + C' C'' / (2 C^2),
    /// a = (kappa x4 + lambda x3) / 2,   b = (kappa l4 + lambda l3) / 2,
    /// ```
    ///
    /// with one and two primes for the two directions; a variance adds the derivatives of where it stands itself.
    #[inline(always)]
    fn hessian(&self, corner: Corner, first: usize, second: usize) -> f64 {
        let m = corner.groups;
        let Corner { t, c, w_o, outer, .. } = corner;
        let mut value = dot(&self.left[first][..m], &self.e_[second][..m])
            + dot(&self.e_[first][..m], &self.a[second][..m])
            + dot(&self.right[first][..m], &self.d_[second][..m])
            + 0.5 * self.corner_[first] * self.corner_[second] / (c * c);
        let (r, epsilon) = (&self.r[..m], &self.epsilon[..m]);
        if first == outer {
            value += t * self.t_[second];
        }
        if first == outer + 1 {
            value += dot(&self.s[..m], &self.s_[second][..m]);
            for g in 0..m {
                value += w_o / c * r[g] * r[g] * self.c[g] * self.c_[second][g];
            }
        }
        for (one, other) in [(first, second), (second, first)] {
            if one == outer {
                value += 0.5 * corner.epsilon * self.t_[other] - 0.5 * self.q_[other] / c;
            }
            if one == outer + 1 {
                value += 0.5 * dot(epsilon, &self.s_[other][..m]) - 0.5 * dot(r, &self.c_[other][..m]);
            }
        }
        value
    }
}
