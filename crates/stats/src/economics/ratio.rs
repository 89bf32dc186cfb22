//! The ratio of cost to effect, and when it may be shown.

use serde::Serialize;

/// Quadrant of the cost-effectiveness plane, by the increments of effect (east: more) and cost (north: more).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Quadrant {
    /// More effect at more cost: the ratio is the price of a unit of effect.
    NorthEast = 0,
    /// More effect at no more cost: dominant, no ratio.
    SouthEast = 1,
    /// Less effect at less cost: the ratio is what is saved for each unit of effect given up.
    SouthWest = 2,
    /// No more effect at more cost: dominated, no ratio.
    NorthWest = 3,
}

impl Quadrant {
    /// Quadrant of a pair of increments; the axes belong to the quadrants without a ratio (and no effect at no cost to `SouthWest`).
    #[must_use]
    pub fn of(cost: f64, effect: f64) -> Self {
        match (cost > 0.0, effect > 0.0) {
            (true, true) => Self::NorthEast,
            (false, true) => Self::SouthEast,
            (true, false) => Self::NorthWest,
            (false, false) => Self::SouthWest,
        }
    }
}

/// Share of the uncertainty in each quadrant, in the order of [`Quadrant`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuadrantShares(pub [f64; 4]);

impl QuadrantShares {
    /// From the probabilities of more cost, of more effect and of both.
    pub(super) fn from_margins(dearer: f64, better: f64, both: f64) -> Self {
        Self([both, better - both, 1.0 - dearer - better + both, dearer - both].map(|share| share.max(0.0)))
    }

    /// Share of one quadrant.
    #[must_use]
    pub fn of(&self, quadrant: Quadrant) -> f64 {
        self.0[quadrant as usize]
    }
}

/// A confidence set of a ratio: not always an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Fieller {
    /// Between the ends.
    Interval {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Everything but what lies between the ends: the effect is not significantly different from zero.
    Outside {
        /// The set reaches from minus infinity to here.
        low: f64,
        /// And from here to infinity.
        high: f64,
    },
    /// Every ratio: neither increment is far from zero.
    Everything,
}

impl Fieller {
    /// Solution of `a r^2 - 2 b r + c <= 0`.
    pub(super) fn solve(a: f64, b: f64, c: f64) -> Self {
        let discriminant = b * b - a * c;
        if a == 0.0 {
            return match b {
                b if b > 0.0 => Self::Interval { low: c / (2.0 * b), high: f64::INFINITY },
                b if b < 0.0 => Self::Interval { low: f64::NEG_INFINITY, high: c / (2.0 * b) },
                _ => Self::Everything,
            };
        }
        if discriminant <= 0.0 && a < 0.0 {
            return Self::Everything;
        }
        // The larger root in absolute value first, the other from the product of the roots: no cancellation.
        let sum = b + discriminant.max(0.0).sqrt().copysign(b);
        let (one, two) = if sum == 0.0 { (0.0, 0.0) } else { (sum / a, c / sum) };
        let (low, high) = if one < two { (one, two) } else { (two, one) };
        if a > 0.0 { Self::Interval { low, high } } else { Self::Outside { low, high } }
    }
}

/// A ratio that never stands alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ratio {
    /// Cost divided by effect; `None` where one arm is better and cheaper (or no dearer) than the other, or the effect is zero.
    pub value: Option<f64>,
    /// Quadrant of the estimate, which says how to read the value.
    pub quadrant: Quadrant,
    /// Where the uncertainty lies.
    pub shares: QuadrantShares,
    /// Confidence set.
    pub fieller: Fieller,
    /// What must be read with the ratio.
    pub remarks: Vec<String>,
}

impl Ratio {
    /// A share of the uncertainty in other quadrants above this is said.
    const NOTABLE: f64 = 0.025;

    pub(super) fn new(cost: f64, effect: f64, shares: QuadrantShares, fieller: Fieller) -> Self {
        let quadrant = Quadrant::of(cost, effect);
        let meaningful = effect != 0.0 && matches!(quadrant, Quadrant::NorthEast | Quadrant::SouthWest);
        let mut remarks = Vec::new();
        match quadrant {
            Quadrant::SouthEast => {
                remarks.push("more effect at no more cost: dominant, so there is no ratio".to_owned());
            }
            Quadrant::NorthWest => {
                remarks.push("no more effect at more cost: dominated, so there is no ratio".to_owned());
            }
            Quadrant::SouthWest if meaningful => remarks.push(
                "less effect at less cost: the ratio is what is saved for each unit given up".to_owned(),
            ),
            _ => {}
        }
        let elsewhere = 1.0 - shares.of(quadrant);
        if elsewhere > Self::NOTABLE {
            remarks.push(format!(
                "{:.1}% of the uncertainty lies in other quadrants, where a ratio of the same size means something else; \
                 use net benefit and acceptability",
                100.0 * elsewhere
            ));
        }
        if !matches!(fieller, Fieller::Interval { .. }) {
            remarks
                .push("the effect cannot be told from zero, so the ratio has no bounded interval".to_owned());
        }
        Self { value: meaningful.then(|| cost / effect), quadrant, shares, fieller, remarks }
    }
}
