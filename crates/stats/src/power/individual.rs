use serde::Serialize;

use super::closed::Design;
use super::convert::positive;
use crate::Result;

/// What the samples of a t-test are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Samples {
    /// Two independent groups; the second has `ratio` times as many people.
    Two {
        /// Size of the second group divided by that of the first.
        ratio: f64,
    },
    /// One group against a known mean, or the differences of pairs (`sd` is then that of the differences).
    One,
}

/// Student's t-test on people who are randomised themselves. The effect is a difference of means.
///
/// `se = sd sqrt(1/n1 + 1/n2)` with `n1 + n2 - 2` degrees of freedom, or `sd / sqrt(n)` with `n - 1`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TTest {
    /// People in the first group (or pairs).
    pub people: f64,
    /// Standard deviation of the outcome (of the differences, for pairs), in the units of the effect.
    pub sd: f64,
    /// Two groups, or one.
    pub samples: Samples,
}

impl Design for TTest {
    fn check(&self) -> Result<()> {
        positive("the number of people", self.people)?;
        positive("the standard deviation", self.sd)?;
        match self.samples {
            Samples::Two { ratio } => positive("the ratio of the groups", ratio),
            Samples::One => Ok(()),
        }
    }

    fn standard_error(&self, _effect: f64) -> Result<f64> {
        let inverse = match self.samples {
            Samples::Two { ratio } => 1.0 / self.people + 1.0 / (ratio * self.people),
            Samples::One => 1.0 / self.people,
        };
        Ok(self.sd * inverse.sqrt())
    }

    fn df(&self) -> Option<f64> {
        Some(match self.samples {
            Samples::Two { ratio } => self.people * (1.0 + ratio) - 2.0,
            Samples::One => self.people - 1.0,
        })
    }

    fn fewest(&self) -> f64 {
        match self.samples {
            Samples::Two { ratio } => 2.0 / (1.0 + ratio),
            Samples::One => 1.0,
        }
    }

    fn with_clusters(&self, clusters: f64) -> Self {
        Self { people: clusters, ..*self }
    }

    fn with_members(&self, _members: f64) -> Option<Self> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::{Direction, Sides, Test, clusters, detectable, members, power};

    /// engine/README.md section 8.6 (R: power.t.test(n = 140, delta = 0.3, strict = FALSE / TRUE)).
    #[test]
    fn as_power_t_test() {
        let design = TTest { people: 140.0, sd: 1.0, samples: Samples::Two { ratio: 1.0 } };
        let found = power(&design, 0.3, &Test::two_sided(0.05)).unwrap();
        assert!((found - 0.705_862_326_55).abs() < 1e-11, "{found}");
        let strict = power(&design, 0.3, &Test { alpha: 0.05, sides: Sides::TwoBothTails }).unwrap();
        assert!((strict - 0.705_866_399_446).abs() < 1e-12, "{strict}");
    }

    /// R: power.t.test(power = 0.9, delta = 1) gives n = 22.02109557; (n = 20, power = 0.9) gives
    /// delta = 1.051993127; (type = "paired", delta = 0.5, power = 0.8) gives n = 33.36720398 (all with tol = 1e-12).
    #[test]
    fn size_and_effect_are_the_inverses() {
        let test = Test::two_sided(0.05);
        let design = TTest { people: 20.0, sd: 1.0, samples: Samples::Two { ratio: 1.0 } };
        let size = clusters(&design, 1.0, 0.9, &test).unwrap();
        assert!((size.exact - 22.021_095_57).abs() < 1e-8, "{}", size.exact);
        assert_eq!(size.whole, 23);
        assert!(size.power > 0.9);
        let effect = detectable(&design, 0.9, &test, Direction::Increase).unwrap();
        assert!((effect - 1.051_993_127).abs() < 1e-9, "{effect}");
        assert!((power(&design, effect, &test).unwrap() - 0.9).abs() < 1e-12);
        let fewer = detectable(&design, 0.9, &test, Direction::Decrease).unwrap();
        assert!((fewer + effect).abs() < 1e-12);
        let paired = TTest { samples: Samples::One, ..design };
        let size = clusters(&paired, 0.5, 0.8, &test).unwrap();
        assert!((size.exact - 33.367_203_98).abs() < 1e-8, "{}", size.exact);
    }

    #[test]
    fn impossible_questions_have_errors() {
        let test = Test::two_sided(0.05);
        let design = TTest { people: 20.0, sd: 1.0, samples: Samples::Two { ratio: 1.0 } };
        assert!(clusters(&design, 0.0, 0.9, &test).is_err());
        assert!(members(&design, 0.5, 0.9, &test).is_err());
        assert!(power(&TTest { sd: 0.0, ..design }, 1.0, &test).is_err());
        assert!(power(&TTest { people: 1.0, ..design }, 1.0, &test).is_err());
        assert!(power(&design, f64::NAN, &test).is_err());
        assert!(power(&design, 0.3, &Test::two_sided(0.0)).is_err());
        assert!(detectable(&design, 0.02, &test, Direction::Increase).is_err());
        assert!(detectable(&design, 1.0, &test, Direction::Increase).is_err());
    }
}
