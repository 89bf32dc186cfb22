use serde::Serialize;

use crate::numeric::distributions::normal_quantile;
use crate::numeric::noncentral::noncentral_t_delta;
use crate::numeric::special::ln_gamma;
use crate::{Result, StatsError};

/// Size, mean and standard deviation (divisor `n - 1`) of a group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Group {
    /// Number of observations.
    pub n: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
}

impl Group {
    /// The summary of a sample.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] for fewer than two values, [`StatsError::Value`] for a missing one.
    pub fn of(values: &[f64]) -> Result<Self> {
        StatsError::check_finite("the values of a group", values)?;
        if values.len() < 2 {
            return Err(StatsError::TooFew { what: "values of a group", found: values.len(), needed: 2 });
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Ok(Self { n, mean, deviation: (squares / (n - 1.0)).sqrt() })
    }

    fn check(&self) -> Result<()> {
        let fine = self.n >= 2.0 && self.n.is_finite() && self.mean.is_finite() && self.deviation.is_finite();
        if fine && self.deviation >= 0.0 {
            return Ok(());
        }
        Err(StatsError::Setting(
            "a group needs at least two observations, a finite mean and a standard deviation that is not negative".into(),
        ))
    }
}

/// A standardised difference of two means.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EffectSize {
    /// First group less second, in standard deviations.
    pub estimate: f64,
    /// Its sampling variance (large samples).
    pub variance: f64,
    /// Root of the variance.
    pub standard_error: f64,
    /// Degrees of freedom of the standard deviation that divides.
    pub df: f64,
    /// Normal interval, estimate -+ z times standard error.
    pub low: f64,
    /// Upper end of the normal interval.
    pub high: f64,
    /// Interval by inverting the noncentral t (exact for two normal groups of equal variance).
    pub exact_low: f64,
    /// Upper end of the exact interval.
    pub exact_high: f64,
}

/// Hedges' correction `J(df) = Gamma(df/2) / (sqrt(df/2) Gamma((df - 1)/2))` (Hedges 1981), which makes `d` unbiased.
///
/// `df` must exceed one; otherwise NaN. The usual approximation is `1 - 3 / (4 df - 1)`.
#[must_use]
pub fn gamma_correction(df: f64) -> f64 {
    if df.is_nan() || df <= 1.0 {
        return f64::NAN;
    }
    if df > 1e6 {
        // Past this, differences of logarithms of gamma functions have fewer digits than the series.
        return 1.0 - 0.75 / df - 7.0 / 32.0 / (df * df);
    }
    (ln_gamma(0.5 * df) - ln_gamma(0.5 * (df - 1.0)) - 0.5 * (0.5 * df).ln()).exp()
}

/// Cohen's d: the difference of means by the pooled standard deviation.
///
/// Variance `(n1 + n2) / (n1 n2) + d^2 / (2 (n1 + n2))` (Hedges and Olkin 1985, p. 86).
///
/// # Errors
/// [`StatsError::Setting`] for impossible groups or levels, [`StatsError::NoAnswer`] if nothing varies.
pub fn cohens_d(first: &Group, second: &Group, level: f64) -> Result<EffectSize> {
    standardised(first, second, level, 1.0)
}

/// Hedges' g: Cohen's d times [`gamma_correction`] of `n1 + n2 - 2`; its variance is that of d times the square of it.
///
/// # Errors
/// As [`cohens_d`].
pub fn hedges_g(first: &Group, second: &Group, level: f64) -> Result<EffectSize> {
    standardised(first, second, level, gamma_correction(first.n + second.n - 2.0))
}

fn standardised(first: &Group, second: &Group, level: f64, factor: f64) -> Result<EffectSize> {
    first.check()?;
    second.check()?;
    let df = first.n + second.n - 2.0;
    let squares = (first.n - 1.0) * first.deviation.powi(2) + (second.n - 1.0) * second.deviation.powi(2);
    let d = divided(first.mean - second.mean, (squares / df).sqrt())?;
    let total = first.n + second.n;
    let variance = total / (first.n * second.n) + d * d / (2.0 * total);
    size(d, variance, df, first, second, level, factor)
}

/// Glass's delta: the difference of means by the standard deviation of the control group alone.
///
/// Variance `(n1 + n2) / (n1 n2) + delta^2 / (2 (n2 - 1))` (Hedges 1981 with the control group's degrees of freedom). The exact
/// interval, too, is by the noncentral t with `n2 - 1` degrees of freedom.
///
/// # Errors
/// As [`cohens_d`].
pub fn glass_delta(treated: &Group, control: &Group, level: f64) -> Result<EffectSize> {
    treated.check()?;
    control.check()?;
    let df = control.n - 1.0;
    let delta = divided(treated.mean - control.mean, control.deviation)?;
    let variance = (treated.n + control.n) / (treated.n * control.n) + delta * delta / (2.0 * df);
    size(delta, variance, df, treated, control, level, 1.0)
}

fn divided(difference: f64, deviation: f64) -> Result<f64> {
    if deviation > 0.0 {
        return Ok(difference / deviation);
    }
    Err(StatsError::NoAnswer(
        "the values do not vary, so a difference in standard deviations does not exist".into(),
    ))
}

fn size(
    raw: f64,
    variance: f64,
    df: f64,
    first: &Group,
    second: &Group,
    level: f64,
    factor: f64,
) -> Result<EffectSize> {
    StatsError::check_probability("the level of the interval", level)?;
    let estimate = raw * factor;
    let variance = variance * factor * factor;
    let standard_error = variance.sqrt();
    let half = normal_quantile(0.5 + level / 2.0) * standard_error;
    // t = d sqrt(n1 n2 / (n1 + n2)) is noncentral t with delta = the true effect times the same root.
    let root = (first.n * second.n / (first.n + second.n)).sqrt();
    let t = raw * root;
    let tail = 0.5 * (1.0 - level);
    Ok(EffectSize {
        estimate,
        variance,
        standard_error,
        df,
        low: estimate - half,
        high: estimate + half,
        exact_low: noncentral_t_delta(tail, t, df) / root * factor,
        exact_high: noncentral_t_delta(1.0 - tail, t, df) / root * factor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::noncentral::noncentral_t_cdf;

    fn close(found: f64, right: f64, tolerance: f64) {
        assert!((found - right).abs() < tolerance, "{found} against {right}");
    }

    /// Borenstein and others (2009, Introduction to Meta-Analysis, chapter 4): means 103 and 100, deviations 5.5 and 4.5, 50 each:
    /// d 0.5970, its variance 0.0418; g 0.5924, its variance 0.0411 (by the approximate correction).
    #[test]
    fn the_worked_example_of_borenstein() {
        let first = Group { n: 50.0, mean: 103.0, deviation: 5.5 };
        let second = Group { n: 50.0, mean: 100.0, deviation: 4.5 };
        let d = cohens_d(&first, &second, 0.95).unwrap();
        close(d.estimate, 0.5970, 5e-5);
        close(d.variance, 0.0418, 5e-5);
        let g = hedges_g(&first, &second, 0.95).unwrap();
        close(g.estimate, 0.5924, 5e-5);
        close(g.variance, 0.0411, 1e-4);
        let delta = glass_delta(&first, &second, 0.95).unwrap();
        close(delta.estimate, 3.0 / 4.5, 1e-15);
        close(delta.variance, 0.04 + (2.0_f64 / 3.0).powi(2) / 98.0, 1e-15);
    }

    /// Gamma at half integers is known in closed form: J(2) = 1 / sqrt(pi), J(3) = sqrt(pi / 6), J(4) = sqrt(2 / pi).
    #[test]
    fn the_correction_is_exact() {
        let pi = std::f64::consts::PI;
        close(gamma_correction(2.0), 1.0 / pi.sqrt(), 1e-15);
        close(gamma_correction(3.0), (pi / 6.0).sqrt(), 1e-15);
        close(gamma_correction(4.0), (2.0 / pi).sqrt(), 1e-15);
        close(gamma_correction(999_999.0), gamma_correction(1_000_001.0), 1e-9);
        assert!(gamma_correction(1.0).is_nan());
    }

    #[test]
    fn the_exact_interval_inverts_the_noncentral_t() {
        let first = Group { n: 12.0, mean: 3.1, deviation: 1.2 };
        let second = Group { n: 9.0, mean: 2.0, deviation: 0.8 };
        let d = cohens_d(&first, &second, 0.9).unwrap();
        let root = (12.0_f64 * 9.0 / 21.0).sqrt();
        close(noncentral_t_cdf(d.estimate * root, 19.0, d.exact_high * root), 0.05, 1e-10);
        close(1.0 - noncentral_t_cdf(d.estimate * root, 19.0, d.exact_low * root), 0.05, 1e-10);
    }

    #[test]
    fn impossible_groups_are_refused() {
        let still = Group { n: 5.0, mean: 1.0, deviation: 0.0 };
        let fine = Group { n: 5.0, mean: 1.0, deviation: 1.0 };
        assert!(matches!(cohens_d(&still, &still, 0.95), Err(StatsError::NoAnswer(_))));
        assert!(glass_delta(&fine, &still, 0.95).is_err());
        assert!(hedges_g(&Group { n: 1.0, ..fine }, &fine, 0.95).is_err());
        assert!(hedges_g(&fine, &fine, 1.0).is_err());
        assert!(Group::of(&[1.0]).is_err());
        assert!(Group::of(&[1.0, f64::NAN]).is_err());
        close(Group::of(&[1.0, 2.0, 4.0]).unwrap().deviation, (7.0_f64 / 3.0).sqrt(), 1e-15);
    }
}
