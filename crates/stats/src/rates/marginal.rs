//! The marginal likelihood of counts whose rates vary between units by a gamma distribution, with exact derivatives.

use crate::numeric::special::ln_factorial;

use super::newton::{Evaluation, sum_over};

/// Counts up to here enter the sums over `j < y` one by one; beyond, the sums are integrals with end corrections.
const TABLE: f64 = 20_000.0;

/// Nodes and weights of the ten-point Gauss-Legendre rule on `[-1, 1]` (the positive half).
const NODES: [(f64, f64); 5] = [
    (0.148_874_338_981_631_21, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_19, 0.269_266_719_309_996_36),
    (0.679_409_568_299_024_41, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_51, 0.149_451_349_150_580_59),
    (0.973_906_528_517_171_72, 0.066_671_344_308_688_14),
];

/// Counts `y_i ~ Poisson(E_i m_i u_i)` with `log m_i = x_i'b` and `u_i` gamma with mean 1 and variance `kappa`.
pub(super) struct Marginal<'a> {
    counts: &'a [f64],
    log_exposure: Vec<f64>,
    /// Row by row, the intercept first; `width` columns.
    design: &'a [f64],
    width: usize,
    /// At `j`, the number of units whose count is above `j`.
    above: Vec<f64>,
    /// Counts above [`TABLE`].
    large: Vec<f64>,
    constant: f64,
}

impl<'a> Marginal<'a> {
    pub(super) fn new(counts: &'a [f64], exposure: &[f64], design: &'a [f64], width: usize) -> Self {
        let most = counts.iter().fold(0.0_f64, |a, b| a.max(*b)).min(TABLE) as usize;
        let mut above = vec![0.0; most + 1];
        for count in counts.iter().filter(|count| **count > 0.0) {
            above[count.min(TABLE) as usize - 1] += 1.0;
        }
        for j in (0..most).rev() {
            above[j] += above[j + 1];
        }
        Self {
            counts,
            log_exposure: exposure.iter().map(|e| e.ln()).collect(),
            design,
            width,
            above,
            large: counts.iter().copied().filter(|count| *count > TABLE).collect(),
            constant: -counts.iter().map(|count| ln_factorial(*count)).sum::<f64>(),
        }
    }

    /// `log m_i + log E_i`; minus infinity for a unit without exposure.
    pub(super) fn linear(&self, i: usize, b: &[f64]) -> f64 {
        let row = &self.design[i * self.width..(i + 1) * self.width];
        self.log_exposure[i] + row.iter().zip(b).map(|(x, b)| x * b).sum::<f64>()
    }

    /// Poisson log-likelihood (`kappa = 0`) and its derivatives in `b`, with the score for `kappa` at zero,
    /// `sum ((y - mu)^2 - y) / 2`, as the last element of the gradient.
    pub(super) fn poisson(&self, b: &[f64]) -> Evaluation {
        self.sum(b, |y, mu, eta| Terms {
            value: if y > 0.0 { y * eta } else { 0.0 } - mu,
            slope: y - mu,
            curvature: -mu,
            dispersion: 0.5 * ((y - mu) * (y - mu) - y),
            mixed: 0.0,
            second: 0.0,
        })
    }

    /// Log-likelihood at `kappa > 0`.
    ///
    /// With `t = kappa mu` and `q = 1 + t` a unit gives `sum_{j<y} log(1 + j kappa) - (y + 1/kappa) log q + y log mu - log y!`,
    /// which keeps its digits down to the Poisson limit.
    pub(super) fn gamma_poisson(&self, b: &[f64], kappa: f64) -> Evaluation {
        let mut total = self.sum(b, |y, mu, eta| {
            let t = kappa * mu;
            let q = 1.0 + t;
            let log_q = t.ln_1p();
            let (phi, phi_slope) = remainder(t, log_q);
            Terms {
                value: if y > 0.0 { y * (eta - log_q) } else { 0.0 } - log_q / kappa,
                slope: (y - mu) / q,
                curvature: -mu * (1.0 + kappa * y) / (q * q),
                dispersion: mu * mu * phi - y * mu / q,
                mixed: -(y - mu) * mu / (q * q),
                second: y * mu * mu / (q * q) + mu * mu * mu * phi_slope,
            }
        });
        let p = self.width;
        let (value, first, second) = self.counting_terms(kappa);
        total.value += value;
        total.gradient[p] += first;
        total.hessian[(p, p)] += second;
        total
    }

    fn sum(&self, b: &[f64], terms: impl Fn(f64, f64, f64) -> Terms + Sync) -> Evaluation {
        let p = self.width;
        let mut total = sum_over(self.counts.len(), p + 1, |i, part| {
            let eta = self.linear(i, b);
            add_unit(part, &terms(self.counts[i], eta.exp(), eta), &self.design[i * p..(i + 1) * p]);
        });
        total.value += self.constant;
        total.magnitude = self.constant.abs();
        total
    }

    /// `sum_i sum_{j<y_i} log(1 + j kappa)` with its first two derivatives.
    fn counting_terms(&self, kappa: f64) -> (f64, f64, f64) {
        let at = |j: f64| {
            let share = j / (1.0 + j * kappa);
            ((j * kappa).ln_1p(), share, -share * share)
        };
        let mut sums = (0.0, 0.0, 0.0);
        let mut add = |weight: f64, (a, b, c): (f64, f64, f64)| {
            sums.0 += weight * a;
            sums.1 += weight * b;
            sums.2 += weight * c;
        };
        for (j, units) in self.above.iter().enumerate() {
            add(*units, at(j as f64));
        }
        for &count in &self.large {
            // Euler-Maclaurin from TABLE to the count: integral, ends, and the correction by the first derivative.
            let mut low = TABLE;
            while low < count {
                let high = (2.0 * low).min(count);
                let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
                for (node, weight) in NODES {
                    add(half * weight, at(middle + half * node));
                    add(half * weight, at(middle - half * node));
                }
                low = high;
            }
            add(-0.5, at(count));
            add(0.5, at(TABLE));
            for (sign, j) in [(1.0, count), (-1.0, TABLE)] {
                let q = 1.0 + j * kappa;
                add(sign / 12.0, (kappa / q, 1.0 / (q * q), -2.0 * j / (q * q * q)));
            }
        }
        sums
    }
}

/// What one unit adds: derivatives in the linear predictor and in `kappa`.
struct Terms {
    value: f64,
    slope: f64,
    curvature: f64,
    dispersion: f64,
    mixed: f64,
    second: f64,
}

fn add_unit(part: &mut Evaluation, terms: &Terms, row: &[f64]) {
    let p = row.len();
    part.value += terms.value;
    for j in 0..p {
        part.gradient[j] += terms.slope * row[j];
        for k in 0..=j {
            part.hessian[(j, k)] += terms.curvature * row[j] * row[k];
        }
        part.hessian[(p, j)] += terms.mixed * row[j];
    }
    part.gradient[p] += terms.dispersion;
    part.hessian[(p, p)] += terms.second;
}

/// `(log(1+t) - t/(1+t)) / t^2` and its derivative; by series near zero, where the difference has no digits.
fn remainder(t: f64, log_q: f64) -> (f64, f64) {
    let q = 1.0 + t;
    if t > 0.05 {
        let phi = (log_q - t / q) / (t * t);
        return (phi, (1.0 / (q * q) - 2.0 * phi) / t);
    }
    let (mut phi, mut slope) = (0.0, 0.0);
    for n in (0..14).rev() {
        let n = f64::from(n);
        slope = phi - t * slope;
        phi = (n + 1.0) / (n + 2.0) - t * phi;
    }
    (phi, -slope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::distributions::negative_binomial_ln_pmf;

    #[test]
    fn the_likelihood_is_the_negative_binomial() {
        let counts = [0.0, 3.0, 12.0, 41.0, 25_000.0];
        let exposure = [100.0, 250.0, 300.0, 1e3, 4e5];
        let design = [1.0; 5];
        for kappa in [1e-6, 1e-3, 0.2, 3.0] {
            let b = [-3.1];
            let right: f64 = counts
                .iter()
                .zip(exposure)
                .map(|(y, e)| negative_binomial_ln_pmf(*y, e * (-3.1_f64).exp(), 1.0 / kappa))
                .sum();
            let found = Marginal::new(&counts, &exposure, &design, 1).gamma_poisson(&b, kappa).value;
            // The library's probability goes through log-gamma of 1/kappa, which costs it digits.
            assert!((found - right).abs() < 1e-8 * right.abs(), "{kappa}: {found} {right}");
        }
    }

    #[test]
    fn derivatives_agree_with_differences() {
        let counts = [0.0, 3.0, 12.0, 41.0, 7.0, 30_000.0];
        let exposure = [100.0, 250.0, 300.0, 1e3, 90.0, 6e5];
        let design = [1.0, 0.2, 1.0, -1.0, 1.0, 0.7, 1.0, 0.1, 1.0, 1.4, 1.0, -0.3];
        let marginal = Marginal::new(&counts, &exposure, &design, 2);
        for kappa in [1e-5, 0.01, 0.4, 5.0] {
            let at = |b0: f64, b1: f64, k: f64| marginal.gamma_poisson(&[b0, b1], k);
            let centre = at(-3.0, 0.3, kappa);
            let steps = [(1e-5, 0.0, 0.0), (0.0, 1e-5, 0.0), (0.0, 0.0, 1e-4 * kappa)];
            for (j, (h0, h1, hk)) in steps.into_iter().enumerate() {
                let high = at(-3.0 + h0, 0.3 + h1, kappa + hk);
                let low = at(-3.0 - h0, 0.3 - h1, kappa - hk);
                let width = 2.0 * (h0 + h1 + hk);
                let slope = (high.value - low.value) / width;
                let scale = centre.gradient[j].abs().max(1.0);
                assert!((slope - centre.gradient[j]).abs() < 2e-5 * scale, "{kappa} {j}");
                for k in 0..3 {
                    let second = (high.gradient[k] - low.gradient[k]) / width;
                    let right = centre.hessian[(j, k)];
                    assert!((second - right).abs() < 1e-5 * right.abs().max(1.0), "{kappa} {j} {k}");
                }
            }
        }
    }
}
