//! Funnel plots: control limits around a target that narrow as units grow (Spiegelhalter 2005).

use serde::Serialize;

use crate::numeric::distributions::{
    binomial_cdf, binomial_quantile, negative_binomial_cdf, normal_quantile, poisson_cdf, poisson_quantile,
};
use crate::numeric::special::{incomplete_beta, incomplete_gamma};
use crate::{Result, StatsError};

use super::dispersion::{Transformation, Winsorised, winsorised_overdispersion};

/// What a count is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Denominator {
    /// Exposure (person-years, expected events): counts are Poisson with mean `target * exposure`.
    Exposure,
    /// People, each of whom has the event or not: counts are binomial with probability `target`.
    Trials,
}

/// Variation between units beyond chance that the limits allow for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Excess {
    /// None: the exact distribution of the count, interpolated between whole numbers.
    None,
    /// Variances `phi` times those of chance, normal limits on this scale (2005, A.3.1).
    Multiplicative {
        /// The factor.
        phi: f64,
        /// The scale.
        transformation: Transformation,
    },
    /// Variance `tau_squared` between units added to that of chance, normal limits on this scale (2005, A.3.2).
    Additive {
        /// The variance between units.
        tau_squared: f64,
        /// The scale.
        transformation: Transformation,
    },
    /// True rates vary by a gamma distribution with this squared coefficient of variation (the dispersion of
    /// [`super::gamma_poisson()`]): negative binomial limits, interpolated between whole numbers. For exposures only.
    GammaPoisson {
        /// Squared coefficient of variation of the true rates.
        dispersion: f64,
    },
}

/// A lower and an upper control limit, as rates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ControlLimits {
    /// Size (exposure or trials) that they belong to.
    pub size: f64,
    /// Probability outside at each end.
    pub tail: f64,
    /// Lower limit; 0 where no count can be too low.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// Where a unit lies in the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FunnelUnit {
    /// Its rate or proportion.
    pub rate: f64,
    /// Its z score against the target under chance alone, on the scale asked for.
    pub z: f64,
    /// `P(Y >= y)` when its true rate is the target and chance alone is at work.
    pub p_high: f64,
    /// `P(Y <= y)` likewise.
    pub p_low: f64,
}

/// A funnel: counts, sizes and a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    counts: Vec<f64>,
    sizes: Vec<f64>,
    denominator: Denominator,
    target: f64,
}

impl Funnel {
    /// A funnel for these counts and sizes; without a target, the overall rate.
    ///
    /// # Errors
    /// [`StatsError::Shape`], [`StatsError::Value`] for counts that are negative or not whole, sizes that are negative (or not whole, for
    /// trials), counts above their trials, missing values; [`StatsError::NoAnswer`] for a target that is not positive because no unit
    /// has an event or a size; [`StatsError::Setting`] for a target outside what a rate or proportion can be.
    pub fn new(counts: &[f64], sizes: &[f64], denominator: Denominator, target: Option<f64>) -> Result<Self> {
        check(counts, sizes, denominator)?;
        let (events, size): (f64, f64) = (counts.iter().sum(), sizes.iter().sum());
        let target = match target {
            Some(target) => target,
            None if events > 0.0 => events / size,
            None => {
                return Err(StatsError::NoAnswer(
                    "no unit has an event, so the overall rate cannot be the target; state one".to_owned(),
                ));
            }
        };
        if !(target > 0.0 && target.is_finite() && (denominator == Denominator::Exposure || target < 1.0)) {
            return Err(StatsError::Setting(format!(
                "the target must be a positive rate (a proportion below 1), and is {target}"
            )));
        }
        Ok(Self { counts: counts.to_vec(), sizes: sizes.to_vec(), denominator, target })
    }

    /// The rate at the centre.
    #[must_use]
    pub fn target(&self) -> f64 {
        self.target
    }

    /// Exact limits as counts: the quantiles of the count at `tail` and `1 - tail` for a unit of this size. Counts below the first
    /// or above the second are outside, each with a probability of at most `tail`.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a tail outside `(0, 0.5)` or a size that is not positive.
    pub fn exact_counts(&self, size: f64, tail: f64) -> Result<(f64, f64)> {
        self.check_limits(size, tail)?;
        Ok(match self.denominator {
            Denominator::Exposure => {
                let mean = self.target * size;
                (poisson_quantile(tail, mean), poisson_quantile(1.0 - tail, mean))
            }
            Denominator::Trials => {
                (binomial_quantile(tail, size, self.target), binomial_quantile(1.0 - tail, size, self.target))
            }
        })
    }

    /// Smooth control limits for a unit of this size.
    ///
    /// From a distribution of counts `F`, the limit at probability `p` is `(r - a) / size` with `r` the smallest count that
    /// has `F(r) >= p` and `a = (F(r) - p) / (F(r) - F(r - 1))` (Spiegelhalter 2005, A.1.1), never below 0.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a tail outside `(0, 0.5)`, a size that is not positive, an excess that is negative or does not
    /// belong to this denominator.
    pub fn limits(&self, size: f64, tail: f64, excess: Excess) -> Result<ControlLimits> {
        self.check_limits(size, tail)?;
        let (low, high) = match excess {
            Excess::None => self.exact_smooth(size, tail),
            Excess::Multiplicative { phi, transformation } if phi >= 0.0 => {
                let error = self.chance_error(size, transformation);
                self.normal_limits(phi.sqrt() * error, tail, transformation)
            }
            Excess::Additive { tau_squared, transformation } if tau_squared >= 0.0 => {
                let error = self.chance_error(size, transformation);
                self.normal_limits((error * error + tau_squared).sqrt(), tail, transformation)
            }
            Excess::GammaPoisson { dispersion: 0.0 } => self.exact_smooth(size, tail),
            Excess::GammaPoisson { dispersion }
                if dispersion > 0.0 && self.denominator == Denominator::Exposure =>
            {
                let mean = self.target * size;
                let cdf = |count| negative_binomial_cdf(count, mean, 1.0 / dispersion);
                let deviation = (mean + dispersion * mean * mean).sqrt();
                let at = |p| interpolated(p, search(p, mean + deviation, cdf), cdf) / size;
                (at(tail), at(1.0 - tail))
            }
            _ => {
                return Err(StatsError::Setting(
                    "the excess variation of a funnel must not be negative, and gamma rates need exposures, not \
                     trials"
                        .to_owned(),
                ));
            }
        };
        Ok(ControlLimits { size, tail, low: low.max(0.0), high })
    }

    /// Each unit's place; `None` for a unit without size.
    #[must_use]
    pub fn units(&self, transformation: Transformation) -> Vec<Option<FunnelUnit>> {
        let place = |(&y, &size): (&f64, &f64)| {
            (size > 0.0).then(|| {
                let (p_low, p_high) = self.tails(y, size);
                FunnelUnit { rate: y / size, z: self.z(y, size, transformation), p_high, p_low }
            })
        };
        self.counts.iter().zip(&self.sizes).map(place).collect()
    }

    /// Overdispersion of the units that have a size, `share` (0.1) of the z scores winsorised at each end.
    ///
    /// # Errors
    /// As [`winsorised_overdispersion`].
    pub fn overdispersion(&self, transformation: Transformation, share: f64) -> Result<Winsorised> {
        let (mut scores, mut errors) = (Vec::new(), Vec::new());
        for (&y, &size) in self.counts.iter().zip(&self.sizes).filter(|(_, size)| **size > 0.0) {
            scores.push(self.z(y, size, transformation));
            errors.push(self.chance_error(size, transformation));
        }
        winsorised_overdispersion(&scores, &errors, share)
    }

    /// `P(Y <= y)` and `P(Y >= y)` at the target, each without cancellation.
    fn tails(&self, y: f64, size: f64) -> (f64, f64) {
        if y == 0.0 {
            let none = match self.denominator {
                Denominator::Exposure => (-self.target * size).exp(),
                Denominator::Trials => (size * (-self.target).ln_1p()).exp(),
            };
            return (none, 1.0);
        }
        match self.denominator {
            Denominator::Exposure => {
                let mean = self.target * size;
                (poisson_cdf(y, mean), incomplete_gamma(y, mean).0)
            }
            Denominator::Trials => {
                let upper = incomplete_beta(y, size - y + 1.0, self.target, 1.0 - self.target).0;
                (binomial_cdf(y, size, self.target), upper)
            }
        }
    }

    fn check_limits(&self, size: f64, tail: f64) -> Result<()> {
        if !(tail > 0.0 && tail < 0.5) {
            return Err(StatsError::Setting(format!(
                "the probability outside a control limit must lie between 0 and 0.5, and is {tail}"
            )));
        }
        let whole = self.denominator == Denominator::Exposure || size.fract() == 0.0;
        if size > 0.0 && size.is_finite() && whole {
            Ok(())
        } else {
            Err(StatsError::Setting(format!(
                "control limits need a positive size (a whole number of trials), not {size}"
            )))
        }
    }

    fn exact_smooth(&self, size: f64, tail: f64) -> (f64, f64) {
        let at = |p: f64| match self.denominator {
            Denominator::Exposure => {
                let mean = self.target * size;
                interpolated(p, poisson_quantile(p, mean), |count| poisson_cdf(count, mean)) / size
            }
            Denominator::Trials => {
                let quantile = binomial_quantile(p, size, self.target);
                interpolated(p, quantile, |count| binomial_cdf(count, size, self.target)) / size
            }
        };
        (at(tail), at(1.0 - tail))
    }

    /// Standard error of a unit at the target under chance alone, on the scale of the transformation.
    fn chance_error(&self, size: f64, transformation: Transformation) -> f64 {
        let (t, variance) = (self.target, self.unit_variance());
        match (transformation, self.denominator) {
            (Transformation::Identity, _) => (variance / size).sqrt(),
            (Transformation::SquareRoot, _) => 0.5 / size.sqrt(),
            (Transformation::Log, Denominator::Exposure) => 1.0 / (t * size).sqrt(),
            (Transformation::Log, Denominator::Trials) => 1.0 / (variance * size).sqrt(),
        }
    }

    fn unit_variance(&self) -> f64 {
        match self.denominator {
            Denominator::Exposure => self.target,
            Denominator::Trials => self.target * (1.0 - self.target),
        }
    }

    fn forward(&self, rate: f64, transformation: Transformation) -> f64 {
        match (transformation, self.denominator) {
            (Transformation::Identity, _) => rate,
            (Transformation::SquareRoot, Denominator::Exposure) => rate.sqrt(),
            (Transformation::SquareRoot, Denominator::Trials) => rate.sqrt().min(1.0).asin(),
            (Transformation::Log, Denominator::Exposure) => rate.ln(),
            (Transformation::Log, Denominator::Trials) => (rate / (1.0 - rate)).ln(),
        }
    }

    fn back(&self, value: f64, transformation: Transformation) -> f64 {
        match (transformation, self.denominator) {
            (Transformation::Identity, Denominator::Exposure) => value.max(0.0),
            (Transformation::Identity, Denominator::Trials) => value.clamp(0.0, 1.0),
            (Transformation::SquareRoot, Denominator::Exposure) => value.max(0.0).powi(2),
            (Transformation::SquareRoot, Denominator::Trials) => {
                value.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2)
            }
            (Transformation::Log, Denominator::Exposure) => value.exp(),
            (Transformation::Log, Denominator::Trials) => 1.0 / (1.0 + (-value).exp()),
        }
    }

    fn z(&self, y: f64, size: f64, transformation: Transformation) -> f64 {
        let mut y = y;
        if transformation == Transformation::Log {
            y = if y == 0.0 { 0.5 } else { y };
            if self.denominator == Denominator::Trials && y == size {
                y -= 0.5;
            }
        }
        let deviation = self.forward(y / size, transformation) - self.forward(self.target, transformation);
        deviation / self.chance_error(size, transformation)
    }

    fn normal_limits(&self, error: f64, tail: f64, transformation: Transformation) -> (f64, f64) {
        let centre = self.forward(self.target, transformation);
        let half = normal_quantile(1.0 - tail) * error;
        (self.back(centre - half, transformation), self.back(centre + half, transformation))
    }
}

/// `r - (F(r) - p) / (F(r) - F(r - 1))`.
fn interpolated(p: f64, r: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    let (here, below) = (cdf(r), cdf(r - 1.0));
    if here > below { r - (here - p) / (here - below) } else { r }
}

/// Smallest whole number whose distribution function reaches `p`, by doubling and bisection.
pub(super) fn search(p: f64, start: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    let mut high = start.ceil().max(1.0);
    while cdf(high) < p && high < 1e15 {
        high *= 2.0;
    }
    let mut low = -1.0;
    while high - low > 1.0 {
        let middle = ((low + high) * 0.5).floor();
        if cdf(middle) >= p {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

fn check(counts: &[f64], sizes: &[f64], denominator: Denominator) -> Result<()> {
    StatsError::check_length("the sizes", sizes.len(), counts.len())?;
    StatsError::check_finite("a count", counts)?;
    StatsError::check_finite("a size", sizes)?;
    for (i, (&y, &size)) in counts.iter().zip(sizes).enumerate() {
        let reason = if y < 0.0 || y.fract() != 0.0 {
            "must be a whole number, zero or more"
        } else if size < 0.0 || (size == 0.0 && y > 0.0) {
            "goes with a size that is negative, or zero although there are events"
        } else if denominator == Denominator::Trials && (size.fract() != 0.0 || y > size) {
            "goes with trials that are not a whole number or fewer than the events"
        } else {
            continue;
        };
        return Err(StatsError::Value { what: "a count".to_owned(), row: i + 1, reason });
    }
    Ok(())
}
