use serde::Serialize;

use crate::numeric::distributions::{normal_quantile, t_quantile};
use crate::{Estimate, Result, StatsError};

/// The effect on those who comply with the offer (complier average causal effect), by Bloom (1984).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bloom {
    /// Effect with its standard error and interval by the delta method.
    pub effect: Estimate,
    /// Share of compliers: the difference that the offer makes to taking part.
    pub compliance: f64,
    /// Fieller's set of effects that the data do not rule out.
    pub fieller: Fieller,
}

/// Fieller's confidence set of a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Fieller {
    /// An interval.
    Between(f64, f64),
    /// Everything but the values between two numbers: the compliance is not clearly different from zero.
    Outside(f64, f64),
    /// Every number.
    Everything,
}

/// Effect on compliers from the effect of the offer and its effect on taking part, both with standard errors: their ratio.
///
/// Assumes that the offer acts only through taking part (exclusion) and that nobody does the opposite of the offer. With `q = a / c`:
/// delta method `Var q = (Var a - 2 q Cov + q^2 Var c) / c^2`; Fieller (1954): all `q` with
/// `(a - q c)^2 <= z^2 (Var a - 2 q Cov + q^2 Var c)`. `covariance` is that of the two estimates; `df` are the degrees of freedom of a t
/// distribution, if not normal.
///
/// # Errors
/// [`StatsError::Setting`] for standard errors that are negative or not finite, or a covariance that is too large for them;
/// [`StatsError::NoAnswer`] for a compliance of zero.
pub fn bloom(
    offer: (f64, f64),
    compliance: (f64, f64),
    covariance: f64,
    df: Option<f64>,
    level: f64,
) -> Result<Bloom> {
    StatsError::check_probability("the level of the interval", level)?;
    let ((a, error_a), (c, error_c)) = (offer, compliance);
    let finite = [a, error_a, c, error_c, covariance].iter().all(|value| value.is_finite());
    if !finite || error_a < 0.0 || error_c < 0.0 || covariance.abs() > error_a * error_c * (1.0 + 1e-9) {
        return Err(StatsError::Setting(
            "the two estimates need finite values, standard errors that are not negative and a covariance that fits them".into(),
        ));
    }
    if c == 0.0 {
        return Err(StatsError::NoAnswer(
            "the offer made no difference to taking part, so nobody complied".into(),
        ));
    }
    let ratio = a / c;
    let (variance_a, variance_c) = (error_a * error_a, error_c * error_c);
    let variance = (variance_a - 2.0 * ratio * covariance + ratio * ratio * variance_c) / (c * c);
    let tail = 0.5 + level / 2.0;
    let z = df.map_or_else(|| normal_quantile(tail), |df| t_quantile(tail, df));
    Ok(Bloom {
        effect: Estimate::wald("effect on compliers", ratio, variance.max(0.0).sqrt(), df, level),
        compliance: c,
        fieller: fieller(a, c, variance_a, variance_c, covariance, z),
    })
}

/// The set of `q` with `A q^2 - 2 B q + C <= 0`.
fn fieller(a: f64, c: f64, variance_a: f64, variance_c: f64, covariance: f64, z: f64) -> Fieller {
    let square = z * z;
    let leading = c * c - square * variance_c;
    let middle = a * c - square * covariance;
    let last = a * a - square * variance_a;
    let discriminant = middle * middle - leading * last;
    if discriminant < 0.0 || leading == 0.0 {
        return Fieller::Everything;
    }
    // The root without cancellation first, the other from their product.
    let sum = middle + discriminant.sqrt().copysign(middle);
    let (one, other) = (sum / leading, if sum == 0.0 { 0.0 } else { last / sum });
    let (low, high) = (one.min(other), one.max(other));
    if leading > 0.0 { Fieller::Between(low, high) } else { Fieller::Outside(low, high) }
}

/// Bloom's estimate from people: outcome, offer (0 or 1) and whether they took part (0 or 1).
///
/// Differences of means between the offered and the others, variances without assuming equal ones, and the covariance of the two
/// differences from the same people.
///
/// # Errors
/// As [`bloom`]; [`StatsError::Value`] for values other than 0 and 1; [`StatsError::TooFew`] for fewer than two people in a group.
pub fn bloom_from_data(outcome: &[f64], offered: &[f64], took_part: &[f64], level: f64) -> Result<Bloom> {
    let n = outcome.len();
    StatsError::check_length("the offers", offered.len(), n)?;
    StatsError::check_length("the taking part", took_part.len(), n)?;
    StatsError::check_finite("the outcome", outcome)?;
    for (what, values) in [("the offers", offered), ("the taking part", took_part)] {
        if let Some(row) = values.iter().position(|value| *value != 0.0 && *value != 1.0) {
            return Err(StatsError::Value { what: what.into(), row: row + 1, reason: "is neither 0 nor 1" });
        }
    }
    let one = moments(outcome, offered, took_part, 1.0)?;
    let other = moments(outcome, offered, took_part, 0.0)?;
    bloom(
        (one.outcome - other.outcome, (one.variance + other.variance).sqrt()),
        (one.part - other.part, (one.part_variance + other.part_variance).sqrt()),
        one.covariance + other.covariance,
        None,
        level,
    )
}

/// Means and their covariances in one group.
struct Moments {
    outcome: f64,
    part: f64,
    variance: f64,
    part_variance: f64,
    covariance: f64,
}

fn moments(outcome: &[f64], offered: &[f64], took_part: &[f64], group: f64) -> Result<Moments> {
    let rows: Vec<usize> = (0..outcome.len()).filter(|row| offered[*row] == group).collect();
    if rows.len() < 2 {
        return Err(StatsError::TooFew { what: "people in a group", found: rows.len(), needed: 2 });
    }
    let n = rows.len() as f64;
    let mean = |values: &[f64]| rows.iter().map(|row| values[*row]).sum::<f64>() / n;
    let (y, d) = (mean(outcome), mean(took_part));
    let product = |f: &dyn Fn(usize) -> f64| rows.iter().map(|row| f(*row)).sum::<f64>() / (n - 1.0) / n;
    Ok(Moments {
        outcome: y,
        part: d,
        variance: product(&|row| (outcome[row] - y).powi(2)),
        part_variance: product(&|row| (took_part[row] - d).powi(2)),
        covariance: product(&|row| (outcome[row] - y) * (took_part[row] - d)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_and_its_sets() {
        let found = bloom((-0.3, 0.1), (0.6, 0.05), 0.001, None, 0.95).unwrap();
        assert!((found.effect.estimate + 0.5).abs() < 1e-15);
        let variance: f64 = (0.01 + 0.001 + 0.25 * 0.0025) / 0.36;
        assert!((found.effect.standard_error - variance.sqrt()).abs() < 1e-15);
        let Fieller::Between(low, high) = found.fieller else { panic!("{:?}", found.fieller) };
        let z = normal_quantile(0.975);
        for q in [low, high] {
            let distance = (-0.3 - q * 0.6_f64).powi(2);
            assert!((distance - z * z * (0.01 - 0.002 * q + q * q * 0.0025)).abs() < 1e-14);
        }
        assert!(low < -0.5 && high > -0.5);
    }

    #[test]
    fn weak_compliance_gives_no_interval() {
        let outside = bloom((1.0, 0.1), (0.05, 0.1), 0.0, None, 0.95).unwrap().fieller;
        let Fieller::Outside(low, high) = outside else { panic!("{outside:?}") };
        assert!(low < 0.0 && high > 0.0);
        let everything = bloom((0.01, 0.1), (0.05, 0.1), 0.0, None, 0.95).unwrap().fieller;
        assert_eq!(everything, Fieller::Everything);
        assert!(matches!(bloom((1.0, 0.1), (0.0, 0.1), 0.0, None, 0.95), Err(StatsError::NoAnswer(_))));
        assert!(bloom((1.0, 0.1), (0.5, 0.1), 1.0, None, 0.95).is_err());
    }

    /// With people it is the instrumental-variable estimate, whose robust variance (divisors `n - 1`) the delta method equals.
    #[test]
    fn people_give_the_instrumental_variable_estimate() {
        let offered = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let part = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        let y = [3.0, 4.5, 1.0, 5.0, 2.5, 1.0, 2.0, 3.0, 0.5];
        let found = bloom_from_data(&y, &offered, &part, 0.95).unwrap();
        let effect = (16.0 / 5.0 - 6.5 / 4.0) / (0.8 - 0.25);
        assert!((found.effect.estimate - effect).abs() < 1e-14);
        let mut variance = 0.0;
        for group in [0.0, 1.0] {
            let rows: Vec<usize> = (0..9).filter(|row| offered[*row] == group).collect();
            let n = rows.len() as f64;
            let residual: Vec<f64> = rows.iter().map(|row| y[*row] - effect * part[*row]).collect();
            let mean = residual.iter().sum::<f64>() / n;
            variance += residual.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0) / n;
        }
        assert!((found.effect.standard_error - variance.sqrt() / 0.55).abs() < 1e-14);
        assert!(bloom_from_data(&y, &[1.0; 9], &part, 0.95).is_err());
        assert!(bloom_from_data(&y, &offered, &y, 0.95).is_err());
    }
}
