use crate::{Result, StatsError};

/// Intracluster correlation of a yes/no outcome whose true proportions vary between clusters with coefficient of
/// variation `k` about `proportion`: `icc = k^2 p / (1 - p)` (Hayes and Moulton 2009, section 2.3).
///
/// # Errors
/// [`StatsError::Setting`] for a proportion outside (0, 1) or a negative `k`.
pub fn icc_from_k(k: f64, proportion: f64) -> Result<f64> {
    StatsError::check_probability("the proportion", proportion)?;
    not_negative("the coefficient of variation k", k)?;
    Ok(k * k * proportion / (1.0 - proportion))
}

/// Coefficient of variation between clusters from the intracluster correlation of a yes/no outcome; the inverse of
/// [`icc_from_k`].
///
/// # Errors
/// [`StatsError::Setting`] for a proportion outside (0, 1) or a negative correlation.
pub fn k_from_icc(icc: f64, proportion: f64) -> Result<f64> {
    StatsError::check_probability("the proportion", proportion)?;
    not_negative("the intracluster correlation", icc)?;
    Ok((icc * (1.0 - proportion) / proportion).sqrt())
}

/// Factor by which clustering multiplies the variance of a mean weighted by cluster size,
/// `1 + ((cv^2 + 1) m - 1) icc` (Eldridge, Ashby and Kerry 2006, eq. 3); `1 + (m - 1) icc` for equal sizes.
#[must_use]
pub fn design_effect(mean_size: f64, size_cv: f64, icc: f64) -> f64 {
    1.0 + ((size_cv * size_cv + 1.0) * mean_size - 1.0) * icc
}

/// Efficiency of unequal against equal cluster sizes under a mixed model, `1 - cv^2 l (1 - l)` with
/// `l = m / (m + (1 - icc) / icc)` (van Breukelen, Candel and Berger 2007, eq. 9).
#[must_use]
pub fn relative_efficiency(mean_size: f64, size_cv: f64, icc: f64) -> f64 {
    let share = mean_size * icc / (mean_size * icc + 1.0 - icc);
    1.0 - size_cv * size_cv * share * (1.0 - share)
}

pub(super) fn not_negative(what: &str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(StatsError::Setting(format!("{what} must be zero or more, and is {value}")))
}

pub(super) fn positive(what: &str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(StatsError::Setting(format!("{what} must be above zero, and is {value}")))
}

pub(super) fn share(what: &str, value: f64) -> Result<()> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(StatsError::Setting(format!("{what} must lie between 0 and 1, and is {value}")))
}
