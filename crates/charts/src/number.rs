//! Numbers as people read them.

/// A number with this many decimals, commas between thousands and a true minus sign. Values that are not finite give
/// a dash.
///
/// ```
/// assert_eq!(charts::number::fixed(-1234.5, 1), "\u{2212}1,234.5");
/// assert_eq!(charts::number::fixed(-0.0001, 2), "0.00");
/// ```
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return if value == f64::INFINITY {
            "∞".to_owned()
        } else if value == f64::NEG_INFINITY {
            "−∞".to_owned()
        } else {
            "–".to_owned()
        };
    }
    if value.abs() >= 1e15 {
        return format!("{value:.3e}").replace('-', "−");
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(text.len() + 6);
    let zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if value < 0.0 && !zero {
        out.push('−');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number with about this many significant digits, without trailing zeros beyond them and never in powers of ten
/// between a millionth and a thousand million.
///
/// ```
/// assert_eq!(charts::number::significant(0.012_345, 3), "0.0123");
/// assert_eq!(charts::number::significant(1234.5, 3), "1,234");
/// ```
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return fixed(value, 0);
    }
    let magnitude = value.abs().log10().floor();
    if !(-6.0..9.0).contains(&magnitude) {
        return format!("{value:.*e}", digits.saturating_sub(1)).replace('-', "−");
    }
    let decimals = (digits as f64 - 1.0 - magnitude).max(0.0) as usize;
    fixed(value, decimals)
}

/// Decimals that show the size of a step between ticks (0.25 needs two).
pub(crate) fn decimals_of(step: f64) -> usize {
    (0..8)
        .find(|&decimals| {
            let scaled = step * 10f64.powi(decimals);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1e-9)
        })
        .map_or(6, |decimals| decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(fixed(1_234_567.0, 0), "1,234,567");
        assert_eq!(fixed(999.0, 0), "999");
        assert_eq!(fixed(-0.5, 2), "−0.50");
        assert_eq!(fixed(f64::NAN, 2), "–");
        assert_eq!(significant(0.000_012_3, 2), "0.000012");
        assert_eq!(significant(1e-9, 2), "1.0e−9");
        assert_eq!(significant(0.0, 3), "0");
    }

    #[test]
    fn a_step_tells_its_decimals() {
        assert_eq!(decimals_of(0.25), 2);
        assert_eq!(decimals_of(5.0), 0);
        assert_eq!(decimals_of(0.1), 1);
    }
}
