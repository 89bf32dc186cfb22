//! From values to places on the picture, with ticks at round numbers.

use crate::number;

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Equal differences are equal distances.
    Linear,
    /// Equal ratios are equal distances: for rate ratios, odds ratios and money over several powers of ten.
    Log,
}

/// Values beyond this are taken for mistakes: they are drawn at the end of the axis and do not stretch it.
const FAR: f64 = 1e100;

/// An axis: which values it shows and where they stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    spacing: Spacing,
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// An axis from `start` to `end` (units of the picture) that shows all the values that are finite (and, on a
    /// logarithmic axis, positive) with a little room, widened to round numbers.
    #[must_use]
    pub fn over(values: impl IntoIterator<Item = f64>, spacing: Spacing, start: f64, end: f64) -> Self {
        let usable = |value: &f64| value.abs() < FAR && (spacing == Spacing::Linear || *value > 1.0 / FAR);
        let (low, high) = values
            .into_iter()
            .filter(usable)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = match spacing {
            _ if low > high => (if spacing == Spacing::Log { 0.5 } else { 0.0 }, 1.0),
            Spacing::Linear if low == high => {
                (low - low.abs().max(1.0) * 0.1, high + high.abs().max(1.0) * 0.1)
            }
            Spacing::Log if low == high => (low / 1.5, high * 1.5),
            _ => (low, high),
        };
        match spacing {
            Spacing::Linear => {
                let step = nice_step((high - low) / 6.0);
                let (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
                Self { spacing, low, high, start, end }
            }
            Spacing::Log => {
                let room = (high / low).powf(0.04);
                Self { spacing, low: low / room, high: high * room, start, end }
            }
        }
    }

    /// An axis over exactly these values.
    #[must_use]
    pub fn exactly(low: f64, high: f64, start: f64, end: f64) -> Self {
        let usable = low.abs() < FAR && high.abs() < FAR;
        let (low, high) = if usable { (low, high) } else { (0.0, 1.0) };
        Self { spacing: Spacing::Linear, low, high: if high > low { high } else { low + 1.0 }, start, end }
    }

    /// Where a value stands. A value beyond the axis stands at its end; one that is not a number at its beginning.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let share = match self.spacing {
            Spacing::Linear => (value - self.low) / (self.high - self.low),
            Spacing::Log if value <= 0.0 => 0.0,
            Spacing::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self.start + share * (self.end - self.start)
    }

    /// Whether the axis reaches this value.
    #[must_use]
    pub fn shows(&self, value: f64) -> bool {
        value >= self.low && value <= self.high
    }

    /// The lowest and highest value.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// At most about `wanted` round values with their words.
    #[must_use]
    pub fn ticks(&self, wanted: usize) -> Vec<(f64, String)> {
        let wanted = wanted.max(2);
        if self.spacing == Spacing::Log && self.high / self.low > 2.5 {
            return self.powers(wanted);
        }
        let mut step = nice_step((self.high - self.low) / wanted as f64);
        // A step may be rounded down, and give more ticks than there is room for.
        for _ in 0..6 {
            if ((self.high - self.low) / step).floor() as usize <= wanted {
                break;
            }
            step = nice_step(step * 1.5);
        }
        let decimals = number::decimals_of(step);
        let first = (self.low / step - 1e-9).ceil();
        let last = (self.high / step + 1e-9).floor();
        (0..=(last - first).clamp(0.0, 50.0) as usize)
            .map(|k| (first + k as f64) * step)
            .map(|value| (value, number::fixed(value, decimals)))
            .collect()
    }

    fn powers(&self, wanted: usize) -> Vec<(f64, String)> {
        let decade = |value: f64| value.log10();
        let (first, last) = (decade(self.low).floor() as i32, decade(self.high).ceil() as i32);
        let within = |mantissas: &[f64]| -> Vec<f64> {
            (first..=last)
                .flat_map(|power| mantissas.iter().map(move |m| m * 10f64.powi(power)))
                .filter(|value| *value >= self.low * 0.999 && *value <= self.high * 1.001)
                .collect()
        };
        let mut values = within(&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0]);
        if values.len() > wanted {
            values = within(&[1.0, 2.0, 5.0]);
        }
        if values.len() > wanted {
            values = within(&[1.0, 3.0]);
        }
        let mut every = 1;
        if values.len() > wanted {
            values = within(&[1.0]);
            every = values.len().div_ceil(wanted);
        }
        values.into_iter().step_by(every).map(|value| (value, written(value))).collect()
    }
}

/// A round value without zeros at its end.
fn written(value: f64) -> String {
    let decimals = (1.0 - value.log10().floor()).clamp(0.0, 12.0) as usize;
    let text = number::fixed(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `rough` (Heckbert 1990, "Nice numbers for
/// graph labels", with the quarter added).
fn nice_step(rough: f64) -> f64 {
    if !(rough.is_finite() && rough > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    let share = rough / power;
    let nice = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|nice| share <= nice * 1.000_001).unwrap_or(10.0);
    nice * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(scale: &Scale, wanted: usize) -> Vec<String> {
        scale.ticks(wanted).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            words(&Scale::over([0.0, 97.0], Spacing::Linear, 0.0, 100.0), 5),
            ["0", "20", "40", "60", "80", "100"]
        );
        assert_eq!(
            words(&Scale::over([-0.31, 0.22], Spacing::Linear, 0.0, 1.0), 8),
            ["−0.4", "−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"]
        );
        assert_eq!(
            words(&Scale::over([0.01, 90.0], Spacing::Log, 0.0, 1.0), 9),
            ["0.01", "0.03", "0.1", "0.3", "1", "3", "10", "30", "100"]
        );
    }

    #[test]
    fn equal_ratios_are_equal_distances() {
        let scale = Scale::over([0.5, 2.0], Spacing::Log, 0.0, 100.0);
        let up = scale.at(2.0) - scale.at(1.0);
        let down = scale.at(1.0) - scale.at(0.5);
        assert!((up - down).abs() < 1e-9);
        assert!((scale.at(1.0) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_or_nonsense_still_gives_an_axis() {
        for values in [vec![], vec![f64::NAN, f64::INFINITY], vec![3.0], vec![0.0, 0.0]] {
            for spacing in [Spacing::Linear, Spacing::Log] {
                let scale = Scale::over(values.clone(), spacing, 0.0, 100.0);
                assert!(scale.at(0.7).is_finite() && scale.at(f64::NAN).is_finite());
                assert!(!scale.ticks(5).is_empty(), "{values:?} {spacing:?}");
                assert!(scale.ticks(5).len() < 30);
            }
        }
    }
}
