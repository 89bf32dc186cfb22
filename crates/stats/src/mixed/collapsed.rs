//! The marginal likelihood of a group of Poisson counts as a function of two numbers.
//!
//! With a logarithmic link, the rows of a group enter its marginal likelihood only through `A = sum exp(x'b + offset)`
//! and `Y = sum y`. With `b = sigma u`, `u` standard normal and `a = log A`,
//!
//! ```text
//! F(a, sigma) = log of the integral of exp(h(u)) / sqrt(2 pi) du,   h(u) = Y sigma u - exp(a + sigma u) - u^2 / 2.
//! ```
//!
//! In `u` everything is smooth at `sigma = 0`, so a variance of zero is an ordinary point. This file computes `F` by
//! Laplace's approximation (Tierney and Kadane 1986) or adaptive Gauss-Hermite quadrature (Liu and Pierce 1994) with first
//! and second derivatives that are exact for the approximation, not only for the integral: the mode and the scale of the
//! nodes are differentiated too, by the implicit function theorem.

use crate::Result;
use crate::numeric::quadrature::gauss_hermite;
use crate::numeric::vector::{dot, exp, ln};

/// Groups that are worked on at a time; their intermediate values stay in the nearest cache.
const CHUNK: usize = 64;
/// Newton steps for a mode; a few suffice, the rest is for starts far away.
const MODE_STEPS: usize = 200;

/// Nodes of a quadrature rule in the form of the sums: `u = mode + scale * node`, `weight = w exp(t^2) / sqrt(pi)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nodes {
    pub node: Vec<f64>,
    pub weight: Vec<f64>,
}

impl Nodes {
    /// Nodes and weights for integrals against the normal density about a mode.
    pub(super) fn new(n: usize) -> Result<Self> {
        let rule = gauss_hermite(n)?;
        let root_pi = std::f64::consts::PI.sqrt();
        Ok(Self {
            node: rule.nodes.iter().map(|t| t * std::f64::consts::SQRT_2).collect(),
            weight: rule
                .nodes
                .iter()
                .zip(&rule.weights)
                .map(|(t, w)| (w.ln() + t * t).exp() / root_pi)
                .collect(),
        })
    }
}

/// `F` and its derivatives, a group an element.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    pub f: Vec<f64>,
    pub a: Vec<f64>,
    pub s: Vec<f64>,
    pub aa: Vec<f64>,
    pub as_: Vec<f64>,
    pub ss: Vec<f64>,
}

impl Terms {
    pub(super) fn resize(&mut self, groups: usize) {
        for values in [&mut self.f, &mut self.a, &mut self.s, &mut self.aa, &mut self.as_, &mut self.ss] {
            values.resize(groups, 0.0);
        }
    }
}

/// A start for the mode: near the observed rate where the data are many, Lambert's W (Iacono and Boyd 2017, eq. 18)
/// where the prior counts.
pub(super) fn start(total: f64, count: f64, sigma: f64) -> f64 {
    let variance = sigma * sigma;
    if variance == 0.0 || total <= 0.0 {
        return 0.0;
    }
    let prior = variance * count;
    if prior > 30.0 {
        return (count / total).ln() / sigma;
    }
    // b = prior - W(variance * total * exp(prior)).
    let xi = (variance * total).ln() + prior;
    let soft = if xi > 30.0 { xi } else { xi.exp().ln_1p() };
    let w = soft * (1.0 - soft.ln_1p() / (2.0 + soft));
    (prior - w) / sigma
}

/// Modes of a run of groups by Newton's method from the values in `u`; false if one did not settle.
///
/// The slope `sigma (Y - M) - u` is concave and falling in `u`, so that after one step every further one comes from
/// the right and convergence is certain; steps are limited so that nothing overflows on the way.
#[inline(always)]
pub(super) fn modes(total: &[f64], count: &[f64], sigma: f64, u: &mut [f64]) -> bool {
    let limit = 3.0 / sigma.max(1e-3);
    let variance = sigma * sigma;
    let mut settled = true;
    for ((total, count), u) in total.chunks(CHUNK).zip(count.chunks(CHUNK)).zip(u.chunks_mut(CHUNK)) {
        let mut steps = [0.0; CHUNK];
        let steps = &mut steps[..u.len()];
        let mut done = false;
        for _ in 0..MODE_STEPS {
            for (((total, count), u), step) in total.iter().zip(count).zip(u.iter_mut()).zip(steps.iter_mut())
            {
                let m = total * exp(sigma * *u);
                let slope = sigma * (count - m) - *u;
                *step = (slope / (1.0 + variance * m)).min(limit).max(-limit);
                *u += *step;
            }
            // Newton's method squares the error: after a step of 1e-7 what is left is rounding.
            if dot(steps, steps) < 1e-14 {
                done = true;
                break;
            }
            // Where sigma * count is huge, rounding of the slope alone moves u by more than that.
            let floor = dot(count, count) * variance * 1e-30;
            if dot(steps, steps) < floor {
                done = true;
                break;
            }
        }
        settled &= done;
    }
    settled
}

/// Second derivative of the mode, and of the curvature along the mode, in directions `p` and `q`.
struct Direction {
    mode: f64,
    d: f64,
    du: f64,
}

/// `(mode_pq, D_pq)` by the implicit function theorem; `h` and `d` name partial derivatives.
#[inline(always)]
fn second(
    p: &Direction,
    q: &Direction,
    h_upq: f64,
    d_pq: f64,
    d_u: f64,
    d_uu: f64,
    inverse: f64,
) -> (f64, f64) {
    let mode = (h_upq - p.d * q.mode - q.d * p.mode - d_u * p.mode * q.mode) * inverse;
    let d = d_pq + p.du * q.mode + q.du * p.mode + d_uu * p.mode * q.mode + d_u * mode;
    (mode, d)
}

/// Everything about a mode that Laplace's approximation and quadrature need. `l` is `log scale = -log(D) / 2`.
struct AtMode {
    h: f64,
    l: f64,
    mode: [f64; 5],
    slope: [f64; 5],
    h_aa: f64,
    h_as: f64,
    h_ss: f64,
    h_a: f64,
    h_s: f64,
    d: f64,
}

#[inline(always)]
fn at_mode(total: f64, y: f64, sigma: f64, u: f64) -> AtMode {
    let m = total * exp(sigma * u);
    let variance = sigma * sigma;
    let rest = y - m;
    let d = 1.0 + variance * m;
    let inverse = 1.0 / d;
    let su = sigma * u;
    let (d_a, d_s) = (variance * m, sigma * m * (2.0 + su));
    let d_u = sigma * d_a;
    let a = Direction { mode: -sigma * m * inverse, d: d_a, du: d_u };
    let s = Direction { mode: (rest - su * m) * inverse, d: d_s, du: variance * m * (3.0 + su) };
    let d_uu = variance * d_a;
    let d_ss = m * (2.0 + su * (4.0 + su));
    let (u_aa, c_aa) = second(&a, &a, -sigma * m, d_a, d_u, d_uu, inverse);
    let (u_as, c_as) = second(&a, &s, -m * (1.0 + su), d_s, d_u, d_uu, inverse);
    let (u_ss, c_ss) = second(&s, &s, -u * m * (2.0 + su), d_ss, d_u, d_uu, inverse);
    let half = 0.5 * inverse;
    let l_a = -half * (d_a + d_u * a.mode);
    let l_s = -half * (d_s + d_u * s.mode);
    AtMode {
        h: y * su - m - 0.5 * u * u,
        l: -0.5 * ln(d),
        mode: [a.mode, s.mode, u_aa, u_as, u_ss],
        slope: [
            l_a,
            l_s,
            -half * c_aa + 2.0 * l_a * l_a,
            -half * c_as + 2.0 * l_a * l_s,
            -half * c_ss + 2.0 * l_s * l_s,
        ],
        h_aa: -m,
        h_as: -u * m,
        h_ss: -u * u * m,
        h_a: -m,
        h_s: u * rest,
        d,
    }
}

/// Laplace's approximation for a run of groups whose modes are known.
#[inline(always)]
pub(super) fn laplace(total: &[f64], count: &[f64], sigma: f64, u: &[f64], terms: &mut Terms) {
    let n = u.len();
    let (total, count) = (&total[..n], &count[..n]);
    let (f, fa, fs) = (&mut terms.f[..n], &mut terms.a[..n], &mut terms.s[..n]);
    let (faa, fas, fss) = (&mut terms.aa[..n], &mut terms.as_[..n], &mut terms.ss[..n]);
    for g in 0..n {
        let at = at_mode(total[g], count[g], sigma, u[g]);
        let [u_a, u_s, ..] = at.mode;
        f[g] = at.h + at.l;
        fa[g] = at.h_a + at.slope[0];
        fs[g] = at.h_s + at.slope[1];
        faa[g] = at.h_aa + at.d * u_a * u_a + at.slope[2];
        fas[g] = at.h_as + at.d * u_a * u_s + at.slope[3];
        fss[g] = at.h_ss + at.d * u_s * u_s + at.slope[4];
    }
}

/// Adaptive Gauss-Hermite quadrature for a run of groups whose modes are known.
#[inline(always)]
pub(super) fn quadrature(
    total: &[f64],
    count: &[f64],
    sigma: f64,
    u: &[f64],
    nodes: &Nodes,
    terms: &mut Terms,
) {
    let mut from = 0;
    while from < u.len() {
        let to = (from + CHUNK).min(u.len());
        quadrature_chunk(&total[from..to], &count[from..to], sigma, &u[from..to], nodes, terms, from);
        from = to;
    }
}

#[inline(always)]
fn quadrature_chunk(
    total: &[f64],
    count: &[f64],
    sigma: f64,
    u: &[f64],
    nodes: &Nodes,
    terms: &mut Terms,
    from: usize,
) {
    let n = u.len().min(CHUNK);
    let (total, count, u) = (&total[..n], &count[..n], &u[..n]);
    let mut mode = [[0.0; CHUNK]; 5];
    let mut scale = [[0.0; CHUNK]; 6];
    let mut slope = [[0.0; CHUNK]; 6];
    let mut peak = [0.0; CHUNK];
    for g in 0..n {
        let at = at_mode(total[g], count[g], sigma, u[g]);
        let [l_a, l_s, l_aa, l_as, l_ss] = at.slope;
        let width = exp(at.l);
        peak[g] = at.h;
        for k in 0..5 {
            mode[k][g] = at.mode[k];
            slope[k + 1][g] = at.slope[k];
        }
        slope[0][g] = at.l;
        scale[0][g] = width;
        scale[1][g] = width * l_a;
        scale[2][g] = width * l_s;
        scale[3][g] = width * (l_aa + l_a * l_a);
        scale[4][g] = width * (l_as + l_a * l_s);
        scale[5][g] = width * (l_ss + l_s * l_s);
    }
    let variance = sigma * sigma;
    let mut sums = [[0.0; CHUNK]; 6];
    let [s0, s1, s2, s3, s4, s5] = &mut sums;
    for (node, weight) in nodes.node.iter().zip(&nodes.weight) {
        for g in 0..n {
            let at = u[g] + node * scale[0][g];
            let m = total[g] * exp(sigma * at);
            let rest = count[g] - m;
            let p = weight * exp(count[g] * sigma * at - m - 0.5 * at * at - peak[g]);
            let (u_a, u_s) = (mode[0][g] + node * scale[1][g], mode[1][g] + node * scale[2][g]);
            let h_u = sigma * rest - at;
            let h_uu = -(1.0 + variance * m);
            let h_us = rest - sigma * at * m;
            let h_ua = -sigma * m;
            let q_a = h_u * u_a - m;
            let q_s = h_u * u_s + at * rest;
            let q_aa = -m + (2.0 * h_ua + h_uu * u_a) * u_a + h_u * (mode[2][g] + node * scale[3][g]);
            let q_as = -at * m
                + h_ua * u_s
                + h_us * u_a
                + h_uu * u_a * u_s
                + h_u * (mode[3][g] + node * scale[4][g]);
            let q_ss =
                -at * at * m + (2.0 * h_us + h_uu * u_s) * u_s + h_u * (mode[4][g] + node * scale[5][g]);
            s0[g] += p;
            s1[g] += p * q_a;
            s2[g] += p * q_s;
            s3[g] += p * (q_aa + q_a * q_a);
            s4[g] += p * (q_as + q_a * q_s);
            s5[g] += p * (q_ss + q_s * q_s);
        }
    }
    let (f, fa, fs) =
        (&mut terms.f[from..from + n], &mut terms.a[from..from + n], &mut terms.s[from..from + n]);
    let (faa, fas) = (&mut terms.aa[from..from + n], &mut terms.as_[from..from + n]);
    let fss = &mut terms.ss[from..from + n];
    for g in 0..n {
        let inverse = 1.0 / s0[g];
        let (q_a, q_s) = (s1[g] * inverse, s2[g] * inverse);
        f[g] = slope[0][g] + peak[g] + ln(s0[g]);
        fa[g] = slope[1][g] + q_a;
        fs[g] = slope[2][g] + q_s;
        faa[g] = slope[3][g] + s3[g] * inverse - q_a * q_a;
        fas[g] = slope[4][g] + s4[g] * inverse - q_a * q_s;
        fss[g] = slope[5][g] + s5[g] * inverse - q_s * q_s;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(n: usize) -> Nodes {
        Nodes::new(n).unwrap()
    }

    /// `F` and its five derivatives for one group.
    fn terms(a: f64, y: f64, sigma: f64, rule: Option<&Nodes>) -> [f64; 6] {
        let total = [a.exp()];
        let mut u = [start(total[0], y, sigma)];
        assert!(modes(&total, &[y], sigma, &mut u), "{a} {y} {sigma}");
        let mut t = Terms::default();
        t.resize(1);
        match rule {
            None => laplace(&total, &[y], sigma, &u, &mut t),
            Some(rule) => quadrature(&total, &[y], sigma, &u, rule, &mut t),
        }
        [t.f[0], t.a[0], t.s[0], t.aa[0], t.as_[0], t.ss[0]]
    }

    const CASES: [(f64, f64, f64); 9] = [
        (0.0, 0.0, 0.5),
        (2.0, 9.0, 0.6),
        (-7.0, 1.0, 2.0),
        (5.0, 0.0, 1.5),
        (11.0, 50_000.0, 0.3),
        (1.0, 3.0, 1e-4),
        (1.0, 3.0, 0.0),
        (-1.0, 400.0, 3.0),
        (3.0, 25.0, 8.0),
    ];

    #[test]
    fn derivatives_agree_with_differences() {
        for (a, y, sigma) in CASES {
            for rule in [None, Some(nodes(3)), Some(nodes(15))] {
                let f = |a, s: f64| terms(a, y, s.abs(), rule.as_ref());
                let h = 1e-5;
                let at = f(a, sigma);
                let (up, down) = (f(a + h, sigma), f(a - h, sigma));
                let scale = 1.0 + y;
                let near = |found: f64, right: f64| {
                    assert!(
                        (found - right).abs() < 2e-5 * (scale + right.abs()),
                        "{a} {y} {sigma} {found} {right}"
                    );
                };
                near(at[1], (up[0] - down[0]) / (2.0 * h));
                near(at[3], (up[1] - down[1]) / (2.0 * h));
                near(at[4], (up[2] - down[2]) / (2.0 * h));
                if sigma > 0.01 {
                    let (up, down) = (f(a, sigma + h), f(a, sigma - h));
                    near(at[2], (up[0] - down[0]) / (2.0 * h));
                    near(at[5], (up[2] - down[2]) / (2.0 * h));
                    near(at[4], (up[1] - down[1]) / (2.0 * h));
                }
            }
        }
    }

    #[test]
    fn quadrature_is_the_integral() {
        for (a, y, sigma) in CASES {
            let total = a.exp();
            let h = |u: f64| y * sigma * u - total * (sigma * u).exp() - 0.5 * u * u;
            let mut mode = [start(total, y, sigma)];
            assert!(modes(&[total], &[y], sigma, &mut mode));
            let width = 1.0 / (1.0 + sigma * sigma * total * (sigma * mode[0]).exp()).sqrt();
            // The trapezoidal rule converges faster than any power for such integrands.
            let (n, reach) = (20_000, 14.0);
            let step = 2.0 * reach / f64::from(n);
            let area: f64 = (0..=n)
                .map(|i| (h(mode[0] + width * (f64::from(i) * step - reach)) - h(mode[0])).exp())
                .sum::<f64>()
                * step
                * width;
            let right = h(mode[0]) + (area / (2.0 * std::f64::consts::PI).sqrt()).ln();
            let found = terms(a, y, sigma, Some(&nodes(51)))[0];
            // Few counts under a wide random intercept are what quadrature is slowest for.
            let limit = if sigma < 2.0 { 1e-8 } else { 2e-7 };
            assert!((found - right).abs() < limit, "{a} {y} {sigma}: {found} {right}");
        }
    }

    #[test]
    fn without_variance_it_is_the_poisson_likelihood() {
        assert_eq!(terms(1.5, 4.0, 0.0, None)[0], -exp(1.5));
        let at = terms(1.5, 4.0, 0.0, Some(&nodes(15)));
        assert!((at[0] + 1.5_f64.exp()).abs() < 1e-13);
        // Half the score for the variance (Cox 1983): (Y - A)^2 - A.
        let score = (4.0 - 1.5_f64.exp()).powi(2) - 1.5_f64.exp();
        assert!((at[5] - score).abs() < 1e-10);
    }
}
