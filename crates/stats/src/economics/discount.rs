//! Later costs and effects in today's terms.

use crate::{Result, StatsError};

/// `(1 + rate)^-years`: what one unit in so many years counts today (HM Treasury's Green Book: 0.035; 0.015 for health effects).
///
/// # Errors
/// [`StatsError::Setting`] for a rate of -1 or below or numbers that are not finite.
pub fn discount_factor(rate: f64, years: f64) -> Result<f64> {
    if rate > -1.0 && rate.is_finite() && years.is_finite() {
        return Ok((-years * rate.ln_1p()).exp());
    }
    Err(StatsError::Setting(format!(
        "a discount rate must be above -1 and years finite; they are {rate} and {years}"
    )))
}

/// Sum of a stream of values, the first in year 0 and undiscounted, the next in year 1, and so on.
///
/// # Errors
/// As [`discount_factor`]; [`StatsError::Value`] for a value that is not finite.
pub fn present_value(values: &[f64], rate: f64) -> Result<f64> {
    StatsError::check_finite("a value to discount", values)?;
    let mut sum = 0.0;
    for (year, value) in values.iter().enumerate() {
        sum += value * discount_factor(rate, year as f64)?;
    }
    Ok(sum)
}
