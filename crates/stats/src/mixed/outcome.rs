use super::block::group_sum;
use super::data::Family;
use super::layout::Layout;
use crate::numeric::special::{digamma, ln_gamma, trigamma};
use crate::numeric::vector::{dot, ln_1p};

/// Counts above this are not tabulated but use the gamma function.
const LONGEST_TABLE: usize = 1_000_000;

/// An outcome in the form of the likelihood
///
/// ```text
/// log f(y | eta) = C + y x - k S(x),   x = eta - phi,   S(x) = log(1 + exp(x)),
/// ```
///
/// which is the binomial with `k` trials (`phi = 0`) and the negative binomial with `k = y + theta`, `phi = log theta`
/// and `C = log Gamma(y + theta) - log Gamma(theta) - log y!`.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Weight times outcome, by row of the layout.
    pub y: Vec<f64>,
    /// The part of `k` without theta, times the weight: trials, or `y`.
    pub size: Vec<f64>,
    /// `X'y`.
    pub products: Vec<f64>,
    pub group: Vec<f64>,
    /// Part of the log-likelihood without parameters.
    pub constant: f64,
    pub total: f64,
    /// Negative binomial: weight of the rows whose count is above k, for k = 0, 1, and so on.
    above: Vec<f64>,
    /// Counts too large for the table, with their weights.
    large: Vec<(f64, f64)>,
}

impl Outcome {
    #[inline(always)]
    pub(super) fn sum_up(&mut self, layout: &Layout<'_>, family: Family, y: &[f64], trials: Option<&[f64]>) {
        let weight = |i: usize| layout.weights.as_ref().map_or(1.0, |weights| weights[i]);
        self.y.clear();
        self.y.extend(y.iter().enumerate().map(|(i, y)| y * weight(i)));
        self.size.clear();
        if family == Family::Binomial {
            self.size.extend((0..y.len()).map(|i| trials.map_or(1.0, |trials| trials[i]) * weight(i)));
        } else {
            self.size.extend_from_slice(&self.y);
        }
        self.group.clear();
        self.group.extend(layout.starts.windows(2).map(|g| group_sum(&self.y[g[0]..g[1]])));
        self.products.clear();
        self.products.resize(layout.columns, 0.0);
        layout.products_into(&self.y, &self.group, &mut self.products);
        self.total = group_sum(&self.group);
        self.constant = layout.offset.as_ref().map_or(0.0, |offset| dot(&self.y, offset));
        self.above.clear();
        self.large.clear();
        if family == Family::NegativeBinomial {
            self.tabulate(y, &weight);
        }
        for (i, y) in y.iter().enumerate() {
            let constant = match family {
                Family::Binomial => {
                    let n = trials.map_or(1.0, |trials| trials[i]);
                    if n == 1.0 { 0.0 } else { ln_gamma(n + 1.0) - ln_gamma(y + 1.0) - ln_gamma(n - y + 1.0) }
                }
                _ if *y < 2.0 => 0.0,
                _ => -ln_gamma(y + 1.0),
            };
            self.constant += weight(i) * constant;
        }
    }

    fn tabulate(&mut self, y: &[f64], weight: &dyn Fn(usize) -> f64) {
        let longest = y.iter().fold(0.0_f64, |most, y| most.max(*y)).min(LONGEST_TABLE as f64) as usize;
        self.above.resize(longest, 0.0);
        for (i, y) in y.iter().enumerate() {
            if *y > LONGEST_TABLE as f64 {
                self.large.push((*y, weight(i)));
            }
            if *y >= 1.0 {
                self.above[(*y as usize).min(longest) - 1] += weight(i);
            }
        }
        for k in (1..longest).rev() {
            self.above[k - 1] += self.above[k];
        }
    }

    /// `sum C - y phi` without the factorials, and the first two derivatives of `sum C`, in `phi = log theta`:
    /// `C - y phi = sum_(k < y) log(1 + k / theta)`.
    #[inline(always)]
    pub(super) fn gamma_terms(&self, theta: f64) -> (f64, f64, f64) {
        let mut sums = [0.0; 3];
        for (k, weight) in self.above.iter().enumerate() {
            let k = k as f64;
            let share = 1.0 / (theta + k);
            sums[0] += weight * ln_1p(k / theta);
            sums[1] += weight * theta * share;
            sums[2] += weight * theta * k * share * share;
        }
        let table = self.above.len() as f64;
        for (y, weight) in &self.large {
            let (high, low) = (y + theta, table + theta);
            sums[0] += weight * (ln_gamma(high) - ln_gamma(low) - (y - table) * theta.ln());
            let first = digamma(high) - digamma(low);
            sums[1] += weight * theta * first;
            sums[2] += weight * theta * (first + theta * (trigamma(high) - trigamma(low)));
        }
        (sums[0], sums[1], sums[2])
    }
}
