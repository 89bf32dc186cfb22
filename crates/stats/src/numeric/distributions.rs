//! Distribution functions and quantiles.
//!
//! Names follow one pattern: `*_cdf` is `P(X <= x)`, `*_upper` is `P(X > x)` computed without cancellation, `*_quantile`
//! is the inverse of `*_cdf` (for counts, the smallest value whose `*_cdf` reaches the probability).

use super::roots::bracketed;
use super::special::{incomplete_beta, incomplete_gamma, ln_beta, ln_factorial, ln_gamma};

/// Logarithm of the square root of two pi.
pub const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_7;

/// Density of the standard normal distribution.
#[must_use]
pub fn normal_pdf(x: f64) -> f64 {
    (-0.5 * x * x - LN_SQRT_2PI).exp()
}

/// Standard normal distribution function.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Quantile of the standard normal distribution: a rational start (Acklam) and two steps of Halley's method.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) {
        return match p {
            0.0 => f64::NEG_INFINITY,
            1.0 => f64::INFINITY,
            _ => f64::NAN,
        };
    }
    // Work in the lower half, where the distribution function keeps all its digits.
    if p > 0.5 {
        return -lower_normal_quantile(1.0 - p);
    }
    lower_normal_quantile(p)
}

fn lower_normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_5,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [0.007_784_695_709_041_462, 0.322_467_129_070_039_8, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let mut x = if p < 0.024_25 {
        let q = (-2.0 * p.ln()).sqrt();
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    };
    for _ in 0..2 {
        let error = (normal_cdf(x) - p) / normal_pdf(x);
        x -= error / (1.0 + 0.5 * x * error);
    }
    x
}

/// Student's t distribution function with `df > 0` degrees of freedom (any real number).
#[must_use]
pub fn t_cdf(t: f64, df: f64) -> f64 {
    let tail = 0.5 * t_two_sided(t, df);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// Two-sided p-value of Student's t: `P(|T| > |t|)`.
#[must_use]
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() {
        return f64::NAN;
    }
    if df.is_infinite() {
        return 2.0 * normal_cdf(-t.abs());
    }
    let square = t * t;
    if square.is_infinite() {
        return 0.0;
    }
    incomplete_beta(0.5 * df, 0.5, df / (df + square), square / (df + square)).0
}

/// Quantile of Student's t.
#[must_use]
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) || df.is_nan() || df <= 0.0 {
        return normal_quantile(p) * if df > 0.0 { 1.0 } else { f64::NAN };
    }
    if p == 0.5 {
        return 0.0;
    }
    let tail = 2.0 * p.min(1.0 - p);
    let start = normal_quantile(1.0 - 0.5 * tail).max(0.01);
    let found = positive_root(start, |t| tail - t_two_sided(t, df));
    if p < 0.5 { -found } else { found }
}

/// Upper tail of the F distribution, `P(F > f)`.
#[must_use]
pub fn f_upper(f: f64, numerator: f64, denominator: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    if denominator.is_infinite() {
        return chi_squared_upper(f * numerator, numerator);
    }
    let scaled = numerator * f;
    let total = denominator + scaled;
    incomplete_beta(0.5 * denominator, 0.5 * numerator, denominator / total, scaled / total).0
}

/// Quantile of the F distribution.
#[must_use]
pub fn f_quantile(p: f64, numerator: f64, denominator: f64) -> f64 {
    positive_root(1.0, |f| 1.0 - p - f_upper(f, numerator, denominator))
}

/// Upper tail of the chi-squared distribution.
#[must_use]
pub fn chi_squared_upper(x: f64, df: f64) -> f64 {
    incomplete_gamma(0.5 * df, 0.5 * x).1
}

/// Quantile of the chi-squared distribution.
#[must_use]
pub fn chi_squared_quantile(p: f64, df: f64) -> f64 {
    2.0 * gamma_quantile(p, 0.5 * df, 1.0)
}

/// Distribution function of the gamma distribution with this shape and rate.
#[must_use]
pub fn gamma_cdf(x: f64, shape: f64, rate: f64) -> f64 {
    incomplete_gamma(shape, x * rate).0
}

/// Quantile of the gamma distribution with this shape and rate.
#[must_use]
pub fn gamma_quantile(p: f64, shape: f64, rate: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    // Wilson and Hilferty's cube root; below it, the first term of the series.
    let z = normal_quantile(p);
    let cube = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    let mut start = shape * cube * cube * cube;
    if start <= 0.0 || start.is_nan() || shape < 0.5 {
        start = ((p.ln() + ln_gamma(shape + 1.0)) / shape).exp().clamp(1e-290, shape + 10.0);
    }
    let root = if p < 0.5 {
        positive_root(start, |x| incomplete_gamma(shape, x).0 - p)
    } else {
        positive_root(start, |x| 1.0 - p - incomplete_gamma(shape, x).1)
    };
    root / rate
}

/// Distribution function of the beta distribution.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    incomplete_beta(a, b, x, 1.0 - x).0
}

/// Quantile of the beta distribution.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    bracketed(0.0, 1.0, 1e-16, 200, |x| beta_cdf(x, a, b) - p)
}

/// Logarithm of the Poisson probability of a count; a mean of zero gives all weight to zero.
#[must_use]
pub fn poisson_ln_pmf(count: f64, mean: f64) -> f64 {
    if mean == 0.0 {
        return if count == 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    count * mean.ln() - mean - ln_factorial(count)
}

/// Poisson distribution function at a whole number.
#[must_use]
pub fn poisson_cdf(count: f64, mean: f64) -> f64 {
    if count < 0.0 {
        return 0.0;
    }
    incomplete_gamma(count.floor() + 1.0, mean).1
}

/// Smallest count whose [`poisson_cdf`] is at least `p`.
#[must_use]
pub fn poisson_quantile(p: f64, mean: f64) -> f64 {
    let z = normal_quantile(p.clamp(1e-300, 1.0 - 1e-16));
    let start = (mean + z * mean.sqrt() + (z * z - 1.0) / 6.0).floor().max(0.0);
    discrete_quantile(p, start, |count| poisson_cdf(count, mean))
}

/// Logarithm of the binomial probability of `successes` in `trials`.
#[must_use]
pub fn binomial_ln_pmf(successes: f64, trials: f64, p: f64) -> f64 {
    let choose = ln_factorial(trials) - ln_factorial(successes) - ln_factorial(trials - successes);
    let part = |count: f64, probability: f64| if count == 0.0 { 0.0 } else { count * probability.ln() };
    choose + part(successes, p) + part(trials - successes, 1.0 - p)
}

/// Binomial distribution function at a whole number.
#[must_use]
pub fn binomial_cdf(successes: f64, trials: f64, p: f64) -> f64 {
    if successes < 0.0 {
        return 0.0;
    }
    let successes = successes.floor();
    if successes >= trials {
        return 1.0;
    }
    incomplete_beta(successes + 1.0, trials - successes, p, 1.0 - p).1
}

/// Smallest number of successes whose [`binomial_cdf`] is at least `p`.
#[must_use]
pub fn binomial_quantile(p: f64, trials: f64, probability: f64) -> f64 {
    let z = normal_quantile(p.clamp(1e-300, 1.0 - 1e-16));
    let spread = (trials * probability * (1.0 - probability)).sqrt();
    let start = (trials * probability + z * spread).floor().clamp(0.0, trials);
    discrete_quantile(p, start, |count| binomial_cdf(count, trials, probability))
}

/// Logarithm of the negative binomial probability of a count with this mean and `theta` (variance `mean + mean^2/theta`).
#[must_use]
pub fn negative_binomial_ln_pmf(count: f64, mean: f64, theta: f64) -> f64 {
    if mean == 0.0 {
        return if count == 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    let front = if count == 0.0 { 0.0 } else { -ln_beta(theta, count) - count.ln() };
    front - theta * (mean / theta).ln_1p() + count * (mean / (mean + theta)).ln()
}

/// Negative binomial distribution function at a whole number.
#[must_use]
pub fn negative_binomial_cdf(count: f64, mean: f64, theta: f64) -> f64 {
    if count < 0.0 {
        return 0.0;
    }
    incomplete_beta(theta, count.floor() + 1.0, theta / (theta + mean), mean / (theta + mean)).0
}

/// Walks from a good guess to the smallest whole number whose distribution function reaches `p`.
fn discrete_quantile(p: f64, start: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    // A hair below, so that a probability which the distribution function reaches exactly is not passed by rounding.
    let p = p * (1.0 - 64.0 * f64::EPSILON);
    let mut count = start;
    if cdf(count) >= p {
        while count > 0.0 && cdf(count - 1.0) >= p {
            count -= 1.0;
        }
    } else {
        loop {
            count += 1.0;
            if cdf(count) >= p || count > start + 1e7 {
                break;
            }
        }
    }
    count
}

/// Root of an increasing function on the positive numbers, bracketed by doubling from a start.
fn positive_root(start: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (start, start);
    while function(low) > 0.0 && low > 1e-300 {
        high = low;
        low *= 0.5;
    }
    while function(high) < 0.0 && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    bracketed(low, high, 1e-15, 200, function)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, right: f64, tolerance: f64) {
        assert!((found - right).abs() <= tolerance * right.abs().max(1e-300), "{found} {right}");
    }

    /// R 4.2: qnorm, pt, qt, pf, qf, qchisq, qgamma, qbeta.
    #[test]
    fn quantiles_as_r_gives_them() {
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-15);
        close(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-14);
        close(t_quantile(0.975, 10.0), 2.228_138_851_986_274, 1e-13);
        close(chi_squared_quantile(0.95, 1.0), 3.841_458_820_694_124, 1e-12);
        close(f_quantile(0.95, 3.0, 20.0), 3.098_391_212_247_79, 1e-9);
        close(beta_quantile(0.5, 2.0, 3.0), 0.385_727_568_132_908_6, 1e-9);
    }

    #[test]
    fn quantiles_invert_the_distribution_functions() {
        for p in [1e-8, 1e-3, 0.05, 0.4, 0.5, 0.77, 0.975, 0.9999] {
            close(normal_cdf(normal_quantile(p)), p, 1e-13);
            for df in [0.7, 1.0, 2.5, 6.11, 30.0, 1e5] {
                close(t_cdf(t_quantile(p, df), df), p, 1e-10);
            }
            for shape in [0.05, 0.5, 1.0, 4.2, 300.0] {
                close(gamma_cdf(gamma_quantile(p, shape, 2.0), shape, 2.0), p, 1e-10);
            }
            close(beta_cdf(beta_quantile(p, 0.8, 3.0), 0.8, 3.0), p, 1e-9);
        }
    }

    /// engine/README.md section 8.6: exact Poisson limits.
    #[test]
    fn poisson_limits() {
        for (mean, limits) in [
            (5.0, [0.0, 1.0, 10.0, 13.0]),
            (10.0, [2.0, 4.0, 17.0, 21.0]),
            (50.0, [30.0, 37.0, 64.0, 73.0]),
            (200.0, [158.0, 173.0, 228.0, 245.0]),
        ] {
            let found = [0.001, 0.025, 0.975, 0.999].map(|p| poisson_quantile(p, mean));
            assert_eq!(found, limits);
        }
    }

    #[test]
    fn cumulative_counts_are_sums_of_probabilities() {
        let mut poisson = 0.0;
        let mut binomial = 0.0;
        let mut negative = 0.0;
        for count in 0..=12 {
            let count = f64::from(count);
            poisson += poisson_ln_pmf(count, 4.3).exp();
            binomial += binomial_ln_pmf(count, 20.0, 0.3).exp();
            negative += negative_binomial_ln_pmf(count, 4.3, 1.7).exp();
            close(poisson_cdf(count, 4.3), poisson, 1e-12);
            close(binomial_cdf(count, 20.0, 0.3), binomial, 1e-12);
            close(negative_binomial_cdf(count, 4.3, 1.7), negative, 1e-12);
        }
        assert!((binomial_quantile(0.5, 20.0, 0.3) - 6.0).abs() < 1e-12);
    }

    #[test]
    fn tails_meet_at_infinite_degrees_of_freedom() {
        close(t_two_sided(1.96, f64::INFINITY), 2.0 * normal_cdf(-1.96), 1e-15);
        close(f_upper(3.0, 2.0, f64::INFINITY), chi_squared_upper(6.0, 2.0), 1e-15);
        close(f_upper(4.0, 1.0, 12.0), t_two_sided(2.0, 12.0), 1e-13);
    }
}
