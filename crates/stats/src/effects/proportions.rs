use crate::{Estimate, Result, StatsError};

fn check(events: f64, n: f64) -> Result<f64> {
    if n >= 1.0 && n.is_finite() && (0.0..=n).contains(&events) {
        return Ok(events / n);
    }
    Err(StatsError::Setting(format!("{events} events of {n} are not a proportion")))
}

/// Standardised difference of two proportions, `(p1 - p2) / sqrt((p1 (1 - p1) + p2 (1 - p2)) / 2)`, as used in balance tables
/// (Austin 2009), with the variance `(n1 + n2) / (n1 n2) + d^2 / (2 (n1 + n2))`.
///
/// # Errors
/// [`StatsError::Setting`] for impossible counts or levels; [`StatsError::NoAnswer`] if both proportions are 0 or 1.
pub fn proportion_difference(
    (events_1, n_1): (f64, f64),
    (events_2, n_2): (f64, f64),
    level: f64,
) -> Result<Estimate> {
    StatsError::check_probability("the level of the interval", level)?;
    let (p_1, p_2) = (check(events_1, n_1)?, check(events_2, n_2)?);
    let spread = (0.5 * (p_1 * (1.0 - p_1) + p_2 * (1.0 - p_2))).sqrt();
    if spread == 0.0 {
        return Err(StatsError::NoAnswer(
            "both proportions are 0 or 1, so a difference in standard deviations does not exist".into(),
        ));
    }
    let d = (p_1 - p_2) / spread;
    let variance = (n_1 + n_2) / (n_1 * n_2) + d * d / (2.0 * (n_1 + n_2));
    Ok(Estimate::wald("standardised difference", d, variance.sqrt(), None, level))
}

/// Cohen's h, `2 asin sqrt(p1) - 2 asin sqrt(p2)`, with variance `1 / n1 + 1 / n2` (Cohen 1988, chapter 6).
///
/// # Errors
/// [`StatsError::Setting`] for impossible counts or levels.
pub fn cohens_h((events_1, n_1): (f64, f64), (events_2, n_2): (f64, f64), level: f64) -> Result<Estimate> {
    StatsError::check_probability("the level of the interval", level)?;
    let (p_1, p_2) = (check(events_1, n_1)?, check(events_2, n_2)?);
    let h = 2.0 * (p_1.sqrt().asin() - p_2.sqrt().asin());
    Ok(Estimate::wald("Cohen's h", h, (1.0 / n_1 + 1.0 / n_2).sqrt(), None, level))
}

/// The standardised difference that belongs to a log odds ratio: `ln OR sqrt(3) / pi`, the standard error likewise (Hasselblad and
/// Hedges 1995).
///
/// # Errors
/// [`StatsError::Setting`] for a level that is not between 0 and 1 or a standard error that is not positive.
pub fn difference_from_odds_ratio(log_odds_ratio: f64, standard_error: f64, level: f64) -> Result<Estimate> {
    StatsError::check_probability("the level of the interval", level)?;
    if !(log_odds_ratio.is_finite() && standard_error > 0.0 && standard_error.is_finite()) {
        return Err(StatsError::Setting(
            "a log odds ratio needs a finite value and a positive standard error".into(),
        ));
    }
    let factor = 3.0_f64.sqrt() / std::f64::consts::PI;
    Ok(Estimate::wald(
        "standardised difference",
        log_odds_ratio * factor,
        standard_error * factor,
        None,
        level,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_proportions() {
        let found = proportion_difference((30.0, 100.0), (20.0, 80.0), 0.95).unwrap();
        let spread = ((0.3 * 0.7 + 0.25 * 0.75) / 2.0_f64).sqrt();
        assert!((found.estimate - 0.05 / spread).abs() < 1e-15);
        // Cohen (1988, table 6.2.2): phi(0.75) = 2.094, phi(0.5) = 1.571.
        let h = cohens_h((75.0, 100.0), (50.0, 100.0), 0.95).unwrap();
        assert!((h.estimate - std::f64::consts::PI / 6.0).abs() < 1e-14);
        // Borenstein and others (2009, chapter 7): ln OR 0.9069 with variance 0.0676 is d 0.5000 with variance 0.0205.
        let d = difference_from_odds_ratio(0.9069, 0.0676_f64.sqrt(), 0.95).unwrap();
        assert!((d.estimate - 0.5).abs() < 5e-5 && (d.standard_error.powi(2) - 0.0205).abs() < 5e-5);
    }

    #[test]
    fn impossible_counts_are_refused() {
        assert!(proportion_difference((0.0, 10.0), (10.0, 10.0), 0.95).is_err());
        assert!(cohens_h((11.0, 10.0), (1.0, 10.0), 0.95).is_err());
        assert!(cohens_h((f64::NAN, 10.0), (1.0, 10.0), 0.95).is_err());
        assert!(difference_from_odds_ratio(0.5, 0.0, 0.95).is_err());
    }
}
