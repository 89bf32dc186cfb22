//! Increments of cost and effect with their covariance, and what follows from them by formula.

use serde::Serialize;

use crate::numeric::distributions::{normal_cdf, normal_pdf, normal_quantile};
use crate::{Estimate, Result, StatsError};

use super::acceptability::{Acceptability, check_threshold, frontier};
use super::ratio::{Fieller, Quadrant, QuadrantShares, Ratio};

/// Increments of mean cost and mean effect, taken as bivariate normal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Increment {
    /// Increment of mean cost.
    pub cost: f64,
    /// Increment of mean effect.
    pub effect: f64,
    /// Variance of the increment of cost.
    pub variance_cost: f64,
    /// Variance of the increment of effect.
    pub variance_effect: f64,
    /// Covariance of the two.
    pub covariance: f64,
}

impl Increment {
    /// The increments with Wald intervals: cost, then effect.
    #[must_use]
    pub fn estimates(&self, level: f64) -> [Estimate; 2] {
        [
            Estimate::wald("incremental cost", self.cost, self.variance_cost.sqrt(), None, level),
            Estimate::wald("incremental effect", self.effect, self.variance_effect.sqrt(), None, level),
        ]
    }

    /// Incremental net benefit `threshold * effect - cost` with its standard error (Stinnett and Mullahy 1998).
    #[must_use]
    pub fn net_benefit(&self, threshold: f64, level: f64) -> Estimate {
        let value = threshold * self.effect - self.cost;
        Estimate::wald("incremental net benefit", value, self.net_variance(threshold).sqrt(), None, level)
    }

    /// `threshold^2 var(effect) + var(cost) - 2 threshold cov`.
    fn net_variance(&self, threshold: f64) -> f64 {
        let variance = threshold * threshold * self.variance_effect + self.variance_cost
            - 2.0 * threshold * self.covariance;
        variance.max(0.0)
    }

    /// At each threshold (money for one unit of effect), with the net benefit `b` normal with standard deviation `s`: probability
    /// of being cost-effective `Phi(b / s)` (van Hout et al. 1994; Fenwick et al. 2001) and the expected value of perfect information
    /// for one person, `s phi(|b|/s) - |b| Phi(-|b|/s)`.
    ///
    /// # Errors
    /// [`StatsError::Value`] for a threshold that is negative or not finite.
    pub fn acceptability(&self, thresholds: &[f64]) -> Result<Vec<Acceptability>> {
        check_threshold(thresholds)?;
        let at = |&threshold: &f64| {
            let benefit = threshold * self.effect - self.cost;
            let error = self.net_variance(threshold).sqrt();
            let (probability, information) = if error > 0.0 {
                let z = benefit.abs() / error;
                (normal_cdf(benefit / error), error * normal_pdf(z) - benefit.abs() * normal_cdf(-z))
            } else {
                (if benefit == 0.0 { 0.5 } else { f64::from(benefit > 0.0) }, 0.0)
            };
            Acceptability {
                threshold,
                probability,
                frontier: frontier(probability, benefit),
                net_benefit: benefit,
                perfect_information: information.max(0.0),
            }
        };
        Ok(thresholds.iter().map(at).collect())
    }

    /// Fieller's confidence set of the ratio of cost to effect (Fieller 1954; Willan and O'Brien 1996): all `r` with
    /// `(cost - r effect)^2 <= z^2 (var_c - 2 r cov + r^2 var_e)`.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside `(0, 1)`.
    pub fn fieller(&self, level: f64) -> Result<Fieller> {
        StatsError::check_probability("the level of an interval", level)?;
        let z = normal_quantile(0.5 + 0.5 * level);
        let square = z * z;
        let a = self.effect * self.effect - square * self.variance_effect;
        let b = self.cost * self.effect - square * self.covariance;
        let c = self.cost * self.cost - square * self.variance_cost;
        Ok(Fieller::solve(a, b, c))
    }

    /// Probability of each quadrant of the plane under the bivariate normal distribution.
    #[must_use]
    pub fn quadrants(&self) -> QuadrantShares {
        let (sc, se) = (self.variance_cost.sqrt(), self.variance_effect.sqrt());
        if sc == 0.0 || se == 0.0 {
            let share = |mean: f64, sd: f64| {
                if sd > 0.0 { normal_cdf(mean / sd) } else { f64::from(mean > 0.0) }
            };
            let (dearer, better) = (share(self.cost, sc), share(self.effect, se));
            return QuadrantShares::from_margins(dearer, better, dearer * better);
        }
        let (c, e) = (self.cost / sc, self.effect / se);
        let correlation = (self.covariance / (sc * se)).clamp(-1.0, 1.0);
        let both = bivariate_upper(c, e, correlation);
        QuadrantShares::from_margins(normal_cdf(c), normal_cdf(e), both)
    }

    /// The ratio of cost to effect with the quadrant it lies in, the probability of each quadrant and Fieller's set; the ratio itself
    /// only where it means something (more effect at more cost, or less at less).
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside `(0, 1)`.
    pub fn ratio(&self, level: f64) -> Result<Ratio> {
        Ok(Ratio::new(self.cost, self.effect, self.quadrants(), self.fieller(level)?))
    }

    /// Quadrant of the point estimate.
    #[must_use]
    pub fn quadrant(&self) -> Quadrant {
        Quadrant::of(self.cost, self.effect)
    }
}

/// `P(X <= a, Y <= b)` for standard normals with this correlation, `Phi(a) Phi(b)` plus the integral of the density over the
/// correlation (Drezner and Wesolowsky 1990), with the angle as the variable so that the integrand stays smooth.
fn bivariate_upper(a: f64, b: f64, correlation: f64) -> f64 {
    const PANELS: usize = 400;
    let top = correlation.asin();
    let density = |angle: f64| {
        let cosine = angle.cos();
        let square = cosine * cosine;
        if square < 1e-14 {
            // Perfect correlation: the exponent runs to minus infinity unless the two bounds agree.
            let same = if angle > 0.0 { (a - b).abs() } else { (a + b).abs() };
            return if same < 1e-7 { (-0.5 * a * a).exp() } else { 0.0 };
        }
        (-(a * a + b * b - 2.0 * a * b * angle.sin()) / (2.0 * square)).exp()
    };
    // Simpson's rule.
    let step = top / PANELS as f64;
    let inner: f64 = (1..PANELS).map(|k| density(k as f64 * step) * if k % 2 == 1 { 4.0 } else { 2.0 }).sum();
    let integral = step / 3.0 * (density(0.0) + inner + density(top));
    (normal_cdf(a) * normal_cdf(b) + integral / (2.0 * std::f64::consts::PI)).clamp(0.0, 1.0)
}
