//! The noncentral t distribution, on which the power of t-tests rests.

use super::distributions::{LN_SQRT_2PI, normal_cdf, t_cdf};
use super::roots::bracketed;
use super::special::ln_gamma;

/// Distribution function of the noncentral t, `P((Z + delta) / sqrt(W / df) <= t)` for a standard normal `Z` and a
/// chi-squared `W` with `df > 0` degrees of freedom (any real number; infinite is the normal limit).
///
/// See [`noncentral_t_upper`] for how it is computed.
#[must_use]
pub fn noncentral_t_cdf(t: f64, df: f64, delta: f64) -> f64 {
    tails(t, df, delta).0
}

/// Upper tail of the noncentral t, `P(T > t)`, computed without cancellation.
///
/// `P(T > t) = E[normal_cdf(delta - t * s)]` with `s = sqrt(W / df)` (Johnson, Kotz and Balakrishnan 1995, eq. 31.13). The
/// expectation is an integral over `u = ln s`, whose integrand is analytic and falls off at least exponentially on both
/// sides; the trapezoidal rule then converges geometrically, and its step is halved until two sums agree. All terms are
/// positive, so small tails keep their digits, which the usual series (Lenth 1989) loses for `|delta| > 37`.
#[must_use]
pub fn noncentral_t_upper(t: f64, df: f64, delta: f64) -> f64 {
    tails(t, df, delta).1
}

/// Noncentrality `delta` at which `P(T > t)` is `power`: what a t-test must find for a given power.
#[must_use]
pub fn noncentral_t_delta(power: f64, t: f64, df: f64) -> f64 {
    if !(power > 0.0 && power < 1.0) || t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let mut low = t - 1.0;
    let mut high = t + 1.0;
    for _ in 0..60 {
        if noncentral_t_upper(t, df, low) < power {
            break;
        }
        low -= 2.0 * (high - low);
    }
    for _ in 0..60 {
        if noncentral_t_upper(t, df, high) > power {
            break;
        }
        high += 2.0 * (high - low);
    }
    bracketed(low, high, 1e-15, 200, |delta| noncentral_t_upper(t, df, delta) - power)
}

/// Both tails, lower and upper.
fn tails(t: f64, df: f64, delta: f64) -> (f64, f64) {
    if t.is_nan() || delta.is_nan() || df.is_nan() || df <= 0.0 || delta.is_infinite() {
        return (f64::NAN, f64::NAN);
    }
    if t.is_infinite() {
        return if t > 0.0 { (1.0, 0.0) } else { (0.0, 1.0) };
    }
    if df.is_infinite() {
        return (normal_cdf(t - delta), normal_cdf(delta - t));
    }
    if delta == 0.0 {
        return (t_cdf(t, df), t_cdf(-t, df));
    }
    if t == 0.0 {
        return (normal_cdf(-delta), normal_cdf(delta));
    }
    (mixture(df, |s| normal_cdf(t * s - delta)), mixture(df, |s| normal_cdf(delta - t * s)))
}

/// Expectation of a function over `s = sqrt(W / df)` by the trapezoidal rule on `u = ln s`.
fn mixture(df: f64, function: impl Fn(f64) -> f64) -> f64 {
    // Density of u: exp(peak - df * excess(u)), greatest at u = 0.
    let peak = log_peak(0.5 * df);
    let log_density = |u: f64| peak - df * excess(u);
    let term = |u: f64| {
        let density = log_density(u);
        if density < -745.0 { 0.0 } else { density.exp() * function(u.exp()) }
    };
    let (low, high) = (edge(df, -1.0), edge(df, 1.0));
    let mut intervals = 64_usize;
    let mut step = (high - low) / intervals as f64;
    let mut sum: f64 = (0..=intervals).map(|i| term(low + step * i as f64)).sum();
    let mut before = sum * step;
    for _ in 0..14 {
        sum += (0..intervals).map(|i| term(low + step * (i as f64 + 0.5))).sum::<f64>();
        step *= 0.5;
        intervals *= 2;
        let value = sum * step;
        if (value - before).abs() <= 1e-13 * value.abs() {
            return value.min(1.0);
        }
        before = value;
    }
    before.min(1.0)
}

/// Logarithm of the density of `u` at its peak, `ln 2 + a ln a - a - ln gamma(a)` with `a = df / 2`; by Stirling's series
/// where the terms would cancel.
fn log_peak(a: f64) -> f64 {
    let ln_two = std::f64::consts::LN_2;
    if a < 15.0 {
        return ln_two + a * a.ln() - a - ln_gamma(a);
    }
    let r = 1.0 / (a * a);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / a;
    ln_two + 0.5 * a.ln() - LN_SQRT_2PI - series
}

/// `(exp(2u) - 1) / 2 - u`, which is near `u^2` for small `u`.
fn excess(u: f64) -> f64 {
    if u.abs() > 0.05 {
        return 0.5 * (2.0 * u).exp_m1() - u;
    }
    let x = 2.0 * u;
    let mut term = 0.25 * x * x;
    let mut sum = term;
    for k in 3..14 {
        term *= x / f64::from(k);
        sum += term;
    }
    sum
}

/// Where the density of `u` has fallen by `exp(-720)`, on the side of `sign`: tails down to 1e-300 keep their digits.
fn edge(df: f64, sign: f64) -> f64 {
    let fall = |u: f64| df * excess(u) - 720.0;
    let mut far = sign * (1.0 / df.sqrt()).max(1e-3);
    while fall(far) < 0.0 {
        far *= 2.0;
    }
    bracketed(0.0, far, 1e-6, 100, fall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::distributions::t_quantile;

    fn close(found: f64, right: f64, tolerance: f64) {
        assert!((found - right).abs() <= tolerance * right.abs(), "{found} {right}");
    }

    /// mpmath, the same expectation integrated with 40 digits.
    #[test]
    fn against_forty_digits() {
        for (t, df, delta, lower, upper) in [
            (2.0, 10.0, 1.5, 0.659_154_072_442_190_82, 0.340_845_927_557_809_18),
            (1.0, 2.5, -1.0, 0.961_536_360_777_216_97, 0.038_463_639_222_783_026),
            (-2.0, 5.0, 3.0, 7.799_636_091_832_037_9e-6, 0.999_992_200_363_908_17),
            (60.0, 8.0, 50.0, 0.696_521_885_940_749_34, 0.303_478_114_059_250_66),
            (2.2, 278.0, 2.5, 0.381_830_020_036_291_51, 0.618_169_979_963_708_49),
            (3.0, 0.6, 1.0, 0.636_164_066_967_395_18, 0.363_835_933_032_604_82),
            (2.0, 40.0, -6.0, 0.999_999_999_999_997_09, 2.908_434_557_067_319_4e-15),
        ] {
            close(noncentral_t_cdf(t, df, delta), lower, 1e-13);
            close(noncentral_t_upper(t, df, delta), upper, 1e-13);
        }
    }

    /// engine/README.md section 8.6, from R's `power.t.test(n = 140, delta = 0.3)`.
    #[test]
    fn power_of_a_t_test() {
        let delta = 0.3 * 70.0_f64.sqrt();
        let critical = t_quantile(0.975, 278.0);
        let upper = noncentral_t_upper(critical, 278.0, delta);
        let lower = noncentral_t_cdf(-critical, 278.0, delta);
        assert!((upper - 0.705_862_326_55).abs() < 1e-11);
        assert!((upper + lower - 0.705_866_399_446).abs() < 1e-12);
        close(noncentral_t_delta(upper, critical, 278.0), delta, 1e-13);
    }

    #[test]
    fn the_two_tails_meet_and_mirror() {
        for df in [0.4, 1.0, 3.3, 18.0, 278.0, 1e6, 1e8, 1e10] {
            for delta in [-9.0, -0.3, 1e-9, 2.0, 45.0] {
                for t in [-3.0, -1e-3, 0.0, 0.7, 2.0, 46.0] {
                    let (lower, upper) = tails(t, df, delta);
                    assert!((lower + upper - 1.0).abs() < 1e-12, "{df} {delta} {t}: {lower} {upper}");
                    let mirrored = noncentral_t_upper(-t, df, -delta);
                    assert!((lower - mirrored).abs() < 1e-13, "{df} {delta} {t}");
                }
            }
        }
        assert!(noncentral_t_cdf(f64::NAN, 4.0, 1.0).is_nan());
        assert!(noncentral_t_cdf(1.0, -4.0, 1.0).is_nan());
        assert!((noncentral_t_cdf(f64::INFINITY, 4.0, 1.0) - 1.0).abs() < 1e-15);
    }
}
