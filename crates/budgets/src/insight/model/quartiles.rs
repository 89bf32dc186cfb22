//! Median and quartiles.

/// The middle of some numbers, and the middle half of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quartiles {
    /// A quarter of the numbers lies at or below it.
    pub lower: f64,
    /// Half of them does.
    pub median: f64,
    /// Three quarters of them do.
    pub upper: f64,
}

impl Quartiles {
    /// Of some numbers, by linear interpolation between neighbours (Hyndman and Fan 1996, type 7); none of no numbers.
    pub fn of(numbers: &[i64]) -> Option<Self> {
        let mut sorted = numbers.to_vec();
        sorted.sort_unstable();
        let at = |p: f64| quantile(sorted.len(), p, |place| sorted.get(place).map(|number| *number as f64));
        Some(Self { lower: at(0.25)?, median: at(0.5)?, upper: at(0.75)? })
    }
}

/// The quantile of sorted values, by linear interpolation.
pub(super) fn quantile(length: usize, p: f64, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let position = p.clamp(0.0, 1.0) * length.checked_sub(1)? as f64;
    let below = position.floor() as usize;
    let low = value(below)?;
    let high = value(below + 1).unwrap_or(low);
    Some((position - below as f64).mul_add(high - low, low))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quartiles_are_those_of_the_textbook() {
        let of = |numbers: &[i64]| Quartiles::of(numbers).map(|q| (q.lower, q.median, q.upper));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[3]), Some((3.0, 3.0, 3.0)));
        assert_eq!(of(&[4, 1, 3, 2]), Some((1.75, 2.5, 3.25)));
        assert_eq!(of(&[0, 0, 0, 10, 20]), Some((0.0, 0.0, 10.0)));
    }

    proptest! {
        #[test]
        fn at_least_half_lie_on_each_side_of_the_median(numbers in proptest::collection::vec(-50_i64..500, 1..80)) {
            let q = Quartiles::of(&numbers).unwrap();
            let at_most = |limit: f64| numbers.iter().filter(|n| **n as f64 <= limit).count();
            let at_least = |limit: f64| numbers.iter().filter(|n| **n as f64 >= limit).count();
            prop_assert!(2 * at_most(q.median) >= numbers.len() && 2 * at_least(q.median) >= numbers.len());
            prop_assert!(q.lower <= q.median && q.median <= q.upper);
            prop_assert!(4 * at_most(q.lower) >= numbers.len() && 4 * at_least(q.upper) >= numbers.len());
        }
    }
}
