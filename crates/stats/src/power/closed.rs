use serde::Serialize;

use crate::numeric::distributions::{normal_cdf, normal_quantile, t_quantile};
use crate::numeric::noncentral::{noncentral_t_cdf, noncentral_t_upper};
use crate::numeric::roots::bracketed;
use crate::{Result, StatsError};

/// On which sides of zero a test rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Sides {
    /// One side, the side of the effect.
    One,
    /// Both sides; power counts rejections on the side of the effect only (R's `power.t.test` as it comes).
    Two,
    /// Both sides; power counts rejections on the wrong side too (R's `strict = TRUE`; for small effects and sizes).
    TwoBothTails,
}

/// Size and sides of the planned test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Test {
    /// Probability of rejecting when there is no effect, between 0 and 1.
    pub alpha: f64,
    /// On which sides the test rejects.
    pub sides: Sides,
}

impl Test {
    /// Two-sided at this level, counting rejections in the direction of the effect.
    #[must_use]
    pub fn two_sided(alpha: f64) -> Self {
        Self { alpha, sides: Sides::Two }
    }

    /// One-sided at this level.
    #[must_use]
    pub fn one_sided(alpha: f64) -> Self {
        Self { alpha, sides: Sides::One }
    }

    /// Power at noncentrality `delta >= 0` (effect divided by its standard error), by the noncentral t distribution with
    /// `df` degrees of freedom or, without, the normal distribution.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for an impossible level or noncentrality, [`StatsError::TooFew`] for no degrees of freedom.
    pub fn power(&self, delta: f64, df: Option<f64>) -> Result<f64> {
        StatsError::check_probability("the level of the test", self.alpha)?;
        if !delta.is_finite() {
            return Err(StatsError::Setting(
                "the effect divided by its standard error must be finite".into(),
            ));
        }
        let tail = match self.sides {
            Sides::One => self.alpha,
            Sides::Two | Sides::TwoBothTails => 0.5 * self.alpha,
        };
        let delta = delta.abs();
        let both = self.sides == Sides::TwoBothTails;
        let Some(df) = df else {
            let critical = -normal_quantile(tail);
            let wrong = if both { normal_cdf(-critical - delta) } else { 0.0 };
            return Ok(normal_cdf(delta - critical) + wrong);
        };
        if df.is_nan() || df <= 0.0 {
            return Err(StatsError::TooFew { what: "degrees of freedom of the test", found: 0, needed: 1 });
        }
        let critical = -t_quantile(tail, df);
        let wrong = if both { noncentral_t_cdf(-critical, df, delta) } else { 0.0 };
        Ok(noncentral_t_upper(critical, df, delta) + wrong)
    }
}

/// A design whose estimator has a known standard error.
pub trait Design: Sized {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`StatsError::Setting`] or [`StatsError::TooFew`] for settings that make no sense.
    fn check(&self) -> Result<()>;

    /// Standard error of the estimator when the true effect is `effect`, on the scale of the effect.
    ///
    /// # Errors
    /// As [`Design::check`], or for an effect that the outcome cannot have.
    fn standard_error(&self, effect: f64) -> Result<f64>;

    /// Degrees of freedom of the test; `None` is the normal distribution.
    fn df(&self) -> Option<f64>;

    /// Smallest and largest effect that the outcome can have (open interval).
    fn effects(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    /// Fewest clusters per arm (people, where people are randomised) that the formula can take (open bound).
    fn fewest(&self) -> f64 {
        1.0
    }

    /// The same design with this many clusters in the control arm (people, where people are randomised) and as many more
    /// or fewer in the others as it has now; fractions allowed.
    #[must_use]
    fn with_clusters(&self, clusters: f64) -> Self;

    /// The same design with this many people (or this much person-time) in a cluster; `None` where it has no clusters.
    fn with_members(&self, members: f64) -> Option<Self>;
}

/// Power of a design against an effect.
///
/// `P(T > t)` for the noncentral t with noncentrality `|effect| / se`; the normal distribution where the design says so.
///
/// # Errors
/// For settings that make no sense, or no degrees of freedom.
pub fn power<D: Design>(design: &D, effect: f64, test: &Test) -> Result<f64> {
    design.check()?;
    if !effect.is_finite() {
        return Err(StatsError::Setting("the effect must be a finite number".into()));
    }
    let se = design.standard_error(effect)?;
    if !(se > 0.0 && se.is_finite()) {
        return Err(StatsError::Setting(
            "the design has no finite standard error above zero; check sizes and variances".into(),
        ));
    }
    test.power(effect / se, design.df())
}

/// A size found by [`clusters`] or [`members`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Size {
    /// The size at which the power is exactly the one asked for; usually a fraction.
    pub exact: f64,
    /// The next whole number that has at least the power asked for.
    pub whole: u64,
    /// The power at that whole number.
    pub power: f64,
}

/// Most clusters or people that are looked at.
const MOST: f64 = 1e9;

/// Clusters in the control arm (people, where people are randomised) for a power.
///
/// # Errors
/// [`StatsError::NoAnswer`] where no number below a thousand million gives it.
pub fn clusters<D: Design>(design: &D, effect: f64, wanted: f64, test: &Test) -> Result<Size> {
    design.check()?;
    size(wanted, design.fewest(), "clusters", |n| power(&design.with_clusters(n), effect, test))
}

/// People (or person-time) in a cluster for a power with the clusters that there are.
///
/// # Errors
/// [`StatsError::NoAnswer`] where no size gives it: with few clusters the variation between them alone is too much
/// (Hemming, Girling, Sitch, Marsh and Lilford 2011), or where the design has no clusters.
pub fn members<D: Design>(design: &D, effect: f64, wanted: f64, test: &Test) -> Result<Size> {
    design.check()?;
    if design.with_members(1.0).is_none() {
        return Err(StatsError::NoAnswer("this design has no clusters whose size could be chosen".into()));
    }
    size(wanted, 0.0, "people in a cluster", |m| match design.with_members(m) {
        Some(resized) => power(&resized, effect, test),
        None => Ok(0.0),
    })
}

fn size(wanted: f64, fewest: f64, what: &str, power: impl Fn(f64) -> Result<f64>) -> Result<Size> {
    StatsError::check_probability("the power", wanted)?;
    let mut low = fewest;
    let mut high = fewest.max(1.0) + 1.0;
    while power(high)? < wanted {
        low = high;
        high *= 2.0;
        if high > MOST {
            return Err(StatsError::NoAnswer(format!("no number of {what} gives a power of {wanted}")));
        }
    }
    // Below the fewest that the formula takes there is no power at all.
    let exact = bracketed(low, high, 1e-15, 300, |n| {
        if n <= fewest { -wanted } else { power(n).unwrap_or(0.0) - wanted }
    });
    // A whole number reached up to rounding counts as reached.
    let mut whole = (exact - 1e-9 * exact.abs().max(1.0)).ceil().max((fewest + 1e-9).ceil());
    let mut reached = if whole > fewest { power(whole)? } else { 0.0 };
    while reached < wanted - 1e-9 {
        whole += 1.0;
        reached = power(whole)?;
    }
    Ok(Size { exact, whole: whole as u64, power: reached })
}

/// In which direction a minimal detectable effect lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Direction {
    /// An increase of the outcome.
    Increase,
    /// A decrease.
    Decrease,
}

/// The smallest effect in a direction that the design detects with a power; negative for a decrease.
///
/// # Errors
/// [`StatsError::NoAnswer`] where even the largest effect that the outcome can have is not detected.
pub fn detectable<D: Design>(design: &D, wanted: f64, test: &Test, direction: Direction) -> Result<f64> {
    design.check()?;
    StatsError::check_probability("the power", wanted)?;
    let (least, most) = design.effects();
    let (sign, bound) = match direction {
        Direction::Increase => (1.0, most),
        Direction::Decrease => (-1.0, -least),
    };
    // Just inside the bound, because at the bound itself a proportion or rate has no variance.
    let bound = bound * (1.0 - 1e-12);
    let none =
        || StatsError::NoAnswer(format!("no effect in this direction is detected with a power of {wanted}"));
    if bound.is_nan() || bound <= 0.0 {
        return Err(none());
    }
    let se = design.standard_error(0.0)?;
    let mut low = 0.0;
    let mut high = se.min(bound);
    while power(design, sign * high, test)? < wanted {
        if high >= bound || high > 1e300 {
            return Err(none());
        }
        low = high;
        high = (2.0 * high).min(bound);
    }
    if power(design, sign * low, test)? >= wanted {
        return Err(StatsError::Setting(
            "the power asked for is no larger than the level of the test, so any effect has it".into(),
        ));
    }
    Ok(sign
        * bracketed(low, high, 1e-15, 300, |effect| {
            power(design, sign * effect, test).unwrap_or(0.0) - wanted
        }))
}
