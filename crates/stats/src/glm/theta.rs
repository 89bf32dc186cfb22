//! The part of the negative binomial log-likelihood that depends on `theta`, and its derivatives.

use crate::numeric::special::{digamma, ln_factorial, ln_gamma, trigamma};

/// Counts up to this go through a table of how much weight lies above each count.
const TABLE: usize = 100_000;

/// `sum_i a_i [lnG(y_i + theta) - lnG(theta) - y_i ln theta - ln y_i!]` for any `theta`, from a table made once.
///
/// For whole `y` the gamma functions are `sum_{k < y} ln(1 + k / theta)`, so that rows enter only by the weight `A_k` of counts
/// above `k`: one term for each count instead of one for each row, and no cancellation where `theta` is large.
pub(super) struct Counts {
    above: Vec<f64>,
    large: Vec<(f64, f64)>,
    factorials: f64,
}

/// A value with its first and second derivatives with respect to `theta`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) first: f64,
    pub(super) second: f64,
}

impl Counts {
    pub(super) fn new(y: &[f64], weight: impl Fn(usize) -> f64) -> Self {
        let highest = y.iter().fold(0.0_f64, |most, y| most.max(*y)).min(TABLE as f64) as usize;
        let mut at = vec![0.0; highest + 1];
        let mut large = Vec::new();
        let mut factorials = 0.0;
        for (row, y) in y.iter().enumerate() {
            let a = weight(row);
            if a == 0.0 {
                continue;
            }
            factorials += a * ln_factorial(*y);
            if *y <= TABLE as f64 {
                at[*y as usize] += a;
            } else {
                large.push((*y, a));
            }
        }
        // Weight of counts above k, for k = 0 .. highest - 1.
        let mut above = vec![0.0; highest];
        let mut sum = 0.0;
        for k in (0..highest).rev() {
            sum += at[k + 1];
            above[k] = sum;
        }
        Self { above, large, factorials }
    }

    pub(super) fn at(&self, theta: f64) -> Jet {
        let mut jet = Jet { value: -self.factorials, ..Jet::default() };
        for (k, weight) in self.above.iter().enumerate().skip(1) {
            let k = k as f64;
            let sum = theta + k;
            jet.value += weight * (k / theta).ln_1p();
            jet.first -= weight * k / (theta * sum);
            jet.second += weight * k * (theta + sum) / (theta * theta * sum * sum);
        }
        for (y, a) in &self.large {
            jet.value += a * (ln_gamma(y + theta) - ln_gamma(theta) - y * theta.ln());
            jet.first += a * (digamma(y + theta) - digamma(theta) - y / theta);
            jet.second += a * (trigamma(y + theta) - trigamma(theta) + y / (theta * theta));
        }
        jet
    }
}

/// The rest of one row's log-likelihood, `y ln mu - (y + theta) ln(1 + mu / theta)`, and its derivatives with respect to
/// `theta`; the third number is the mixed derivative with respect to `theta` and `ln mu`.
pub(super) fn row(y: f64, mu: f64, theta: f64) -> (Jet, f64) {
    let sum = mu + theta;
    let log = (mu / theta).ln_1p();
    let part = if y == 0.0 { 0.0 } else { y * mu.ln() };
    let jet = Jet {
        value: part - (y + theta) * log,
        first: -log + (y + theta) * mu / (theta * sum),
        second: mu / (theta * sum) * (2.0 - (y + theta) * (theta + sum) / (theta * sum)),
    };
    (jet, mu * (y - mu) / (sum * sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_differences_and_the_value_with_the_density() {
        let y = [0.0, 1.0, 1.0, 7.0, 30.0, 120_000.0];
        let mu = [0.5, 1.5, 3.0, 5.0, 28.0, 110_000.0];
        let a = [1.0, 2.0, 0.0, 0.5, 1.0, 1.0];
        let counts = Counts::new(&y, |row| a[row]);
        let all = |theta: f64| {
            let mut jet = counts.at(theta);
            for i in 0..y.len() {
                let (part, _) = row(y[i], mu[i], theta);
                jet.value += a[i] * part.value;
                jet.first += a[i] * part.first;
                jet.second += a[i] * part.second;
            }
            jet
        };
        for theta in [0.3, 2.0, 50.0] {
            let density: f64 = (0..y.len())
                .map(|i| a[i] * crate::numeric::distributions::negative_binomial_ln_pmf(y[i], mu[i], theta))
                .sum();
            let jet = all(theta);
            assert!((jet.value - density).abs() < 1e-8, "{} {density}", jet.value);
            let h = 1e-5 * theta;
            let first = (all(theta + h).value - all(theta - h).value) / (2.0 * h);
            assert!((jet.first - first).abs() < 2e-5 * first.abs().max(1.0), "{} {first}", jet.first);
            let second = (all(theta + h).first - all(theta - h).first) / (2.0 * h);
            assert!((jet.second - second).abs() < 1e-5 * second.abs(), "{} {second}", jet.second);
            let mixed = (row(7.0, 5.0 * (1.0 + 1e-6), theta).0.first
                - row(7.0, 5.0 * (1.0 - 1e-6), theta).0.first)
                / 2e-6;
            assert!((row(7.0, 5.0, theta).1 - mixed).abs() < 1e-8);
        }
    }
}
