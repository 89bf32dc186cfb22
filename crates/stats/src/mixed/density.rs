//! Derivatives of the log-likelihood of single rows, negative binomial and binomial:
//! `l = C + y x - k S(x)`, `x = eta - phi`, `S(x) = log(1 + exp(x))` (see [`Outcome`](super::outcome::Outcome)).

use crate::numeric::vector::ln_1p;

/// Quantities of rows at the mode: second to fourth derivative of the log-likelihood in eta, the
/// derivative in phi differentiated once to three times in eta, the second derivative in phi differentiated once and
/// twice, and `k S'`.
pub(super) const L2: usize = 0;
pub(super) const L3: usize = 1;
pub(super) const L4: usize = 2;
pub(super) const P1: usize = 3;
pub(super) const P2: usize = 4;
pub(super) const P3: usize = 5;
pub(super) const G1: usize = 6;
pub(super) const G2: usize = 7;
pub(super) const FIRST: usize = 8;
/// Quantities at a node; the first three are multiplied with columns too.
pub(super) const NODE_FIRST: usize = 0;
pub(super) const NODE_L2: usize = 1;
pub(super) const NODE_P1: usize = 2;
pub(super) const NODE_VALUE: usize = 3;
pub(super) const NODE_P0: usize = 4;
pub(super) const NODE_G0: usize = 5;

/// Derivatives of the log-likelihood of rows at the mode.
#[inline(always)]
pub(super) fn rows_at_mode(at: &[f64], kappa: &[f64], prior: &[f64], rows: &mut [Vec<f64>; 9]) {
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
pub(super) fn rows_at_node(at: &[f64], kappa: &[f64], prior: &[f64], rows: &mut [Vec<f64>; 6]) {
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
