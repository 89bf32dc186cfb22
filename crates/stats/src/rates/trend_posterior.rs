//! The likelihood of one unit's slope given its total, its integral and its posterior summary.

use crate::Matrix;
use crate::numeric::distributions::{LN_SQRT_2PI, normal_cdf};
use crate::numeric::quadrature::Rule;
use crate::numeric::roots::bracketed;
use crate::numeric::special::ln_factorial;

use super::newton::Evaluation;
use super::trend::UnitTrend;
use super::trend_spread::SpreadNode;

/// Points of the grid on which a posterior density is summed.
const GRID: usize = 240;

/// Counts of one unit over the periods.
pub(super) struct UnitLikelihood {
    pub(super) counts: Vec<f64>,
    exposure: Vec<f64>,
    times: Vec<f64>,
    pub(super) total: f64,
    pub(super) constant: f64,
    weighted: f64,
}

/// The conditional log-likelihood at one slope.
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) curvature: f64,
    /// Probability of each period for one of the unit's events.
    pub(super) shares: Vec<f64>,
}

impl UnitLikelihood {
    pub(super) fn new(i: usize, counts: &Matrix, exposure: &Matrix, times: &[f64]) -> Self {
        let exposure: Vec<f64> = exposure.row(i).iter().copied().collect();
        let mut counts: Vec<f64> = counts.row(i).iter().copied().collect();
        // The events of a unit with a single period say nothing about its trend.
        if exposure.iter().filter(|e| **e > 0.0).count() < 2 {
            counts.fill(0.0);
        }
        let total: f64 = counts.iter().sum();
        Self {
            total,
            constant: ln_factorial(total) - counts.iter().map(|y| ln_factorial(*y)).sum::<f64>(),
            weighted: counts.iter().zip(times).map(|(y, z)| y * z).sum(),
            counts,
            exposure,
            times: times.to_vec(),
        }
    }

    pub(super) fn informative(&self) -> bool {
        self.total > 0.0
    }

    /// Log-likelihood, its derivatives in the slope and the shares, at a slope.
    pub(super) fn at(&self, periods: &[f64], slope: f64) -> Point {
        let mut shares = vec![0.0; periods.len()];
        if self.total == 0.0 {
            return Point { value: 0.0, slope: 0.0, curvature: 0.0, shares };
        }
        let log_weight = |t: usize| self.exposure[t].ln() + periods[t] + slope * self.times[t];
        let most = (0..periods.len()).map(log_weight).fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        let mut value = 0.0;
        for (t, share) in shares.iter_mut().enumerate() {
            let log = log_weight(t) - most;
            *share = log.exp();
            sum += *share;
            if self.counts[t] > 0.0 {
                value += self.counts[t] * log;
            }
        }
        value -= self.total * sum.ln();
        let (mut mean, mut square) = (0.0, 0.0);
        for (share, z) in shares.iter_mut().zip(&self.times) {
            *share /= sum;
            mean += *share * z;
        }
        for (share, z) in shares.iter().zip(&self.times) {
            square += share * (z - mean) * (z - mean);
        }
        Point { value, slope: self.weighted - self.total * mean, curvature: -self.total * square, shares }
    }

    /// `total * (p_t [t = u] - p_t p_u)`.
    pub(super) fn share_covariance(&self, point: &Point, t: usize, u: usize) -> f64 {
        let own = if t == u { point.shares[t] } else { 0.0 };
        self.total * (own - point.shares[t] * point.shares[u])
    }

    /// Mode of likelihood times `N(0, spread^2)` and the standard deviation that its curvature gives.
    fn mode(&self, periods: &[f64], spread: f64) -> (f64, f64) {
        let precision = 1.0 / (spread * spread);
        let mut slope = 0.0;
        for _ in 0..100 {
            let point = self.at(periods, slope);
            let step = (point.slope - slope * precision) / (precision - point.curvature);
            // The log density is concave; a bounded step cannot jump between its flat ends.
            let step = step.clamp(-2.0, 2.0);
            slope += step;
            if step.abs() < 1e-10 * (1.0 + slope.abs()) {
                break;
            }
        }
        let curvature = self.at(periods, slope).curvature;
        (slope, 1.0 / (precision - curvature).sqrt())
    }

    /// Adds the log of the integrated likelihood and its derivatives in `(m_2..m_T, log sigma)`: Fisher's identity for the gradient, Louis'
    /// formula (1982, eq. 3.1) for the Hessian.
    pub(super) fn integrate(&self, periods: &[f64], spread: f64, rule: &Rule, part: &mut Evaluation) {
        if self.total == 0.0 {
            return;
        }
        let (mode, width) = self.mode(periods, spread);
        let size = periods.len();
        let points: Vec<(f64, f64, Point)> = rule
            .nodes
            .iter()
            .zip(&rule.weights)
            .map(|(node, weight)| {
                let slope = mode + std::f64::consts::SQRT_2 * width * node;
                let point = self.at(periods, slope);
                let scaled = slope / spread;
                let log = point.value - 0.5 * scaled * scaled + weight.ln() + node * node;
                (slope, log, point)
            })
            .collect();
        let most = points.iter().fold(f64::NEG_INFINITY, |most, point| most.max(point.1));
        let sum: f64 = points.iter().map(|point| (point.1 - most).exp()).sum();
        let front = (std::f64::consts::SQRT_2 * width / spread).ln() - LN_SQRT_2PI;
        part.value += self.constant + most + sum.ln() + front;
        let mut mean = vec![0.0; size];
        let mut second = Matrix::zeros(size, size);
        let mut score = vec![0.0; size];
        for (slope, log, point) in &points {
            let weight = (log - most).exp() / sum;
            let scaled = (slope / spread).powi(2);
            for t in 1..size {
                score[t - 1] = self.counts[t] - self.total * point.shares[t];
            }
            score[size - 1] = scaled - 1.0;
            for t in 0..size {
                mean[t] += weight * score[t];
                for u in 0..=t {
                    let curvature = if t < size - 1 {
                        -self.share_covariance(point, t + 1, u + 1)
                    } else if u == t {
                        -2.0 * scaled
                    } else {
                        0.0
                    };
                    second[(t, u)] += weight * (curvature + score[t] * score[u]);
                }
            }
        }
        for t in 0..size {
            part.gradient[t] += mean[t];
            for u in 0..=t {
                part.hessian[(t, u)] += second[(t, u)] - mean[t] * mean[u];
            }
        }
    }
}

/// Posterior of one unit's slope, averaged over the values of sigma.
pub(super) fn summarise(
    unit: &UnitLikelihood,
    periods: &[f64],
    spreads: &[SpreadNode],
    common: f64,
    level: f64,
) -> UnitTrend {
    let tail = 0.5 * (1.0 - level);
    let parts: Vec<(f64, Part)> =
        spreads.iter().map(|node| (node.weight, Part::new(unit, periods, node))).collect();
    let average =
        |of: &dyn Fn(&Part) -> f64| parts.iter().map(|(weight, part)| weight * of(part)).sum::<f64>();
    let below = |deviation: f64| average(&|part| part.below(deviation));
    let mean = average(&|part| part.mean);
    let variance = average(&|part| part.variance + (part.mean - mean).powi(2));
    let (start, end) = parts
        .iter()
        .map(|(_, part)| part.range())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| (a.0.min(b.0), a.1.max(b.1)));
    let quantile =
        |p: f64| (common + bracketed(start, end, 1e-10, 200, |deviation| below(deviation) - p)).exp();
    UnitTrend {
        slope: common + mean,
        error: variance.sqrt(),
        ratio: quantile(0.5),
        low: quantile(tail),
        high: quantile(1.0 - tail),
        probability_rising: 1.0 - below(-common),
        shrinkage: average(&|part| part.shrinkage),
    }
}

/// Posterior of a unit's deviation at one sigma, widened by what is not known of the common slope.
struct Part {
    mean: f64,
    variance: f64,
    shrinkage: f64,
    shape: Shape,
}

enum Shape {
    /// No events: the distribution of all units.
    Normal,
    /// The density, stretched around its mean.
    Stretched(Density, f64),
}

impl Part {
    fn new(unit: &UnitLikelihood, periods: &[f64], node: &SpreadNode) -> Self {
        let prior = node.spread * node.spread;
        if unit.total == 0.0 {
            let variance = prior + node.common_variance;
            return Self { mean: 0.0, variance, shrinkage: 1.0, shape: Shape::Normal };
        }
        let density = Density::new(unit, periods, node.spread);
        let (mean, own) = density.moments();
        let shrinkage = own / prior;
        let variance = own + shrinkage.min(1.0).powi(2) * node.common_variance;
        Self { mean, variance, shrinkage, shape: Shape::Stretched(density, (variance / own).sqrt()) }
    }

    fn below(&self, deviation: f64) -> f64 {
        match &self.shape {
            Shape::Normal => normal_cdf((deviation - self.mean) / self.variance.sqrt()),
            Shape::Stretched(density, factor) => density.below(self.mean + (deviation - self.mean) / factor),
        }
    }

    /// Outside of this there is next to nothing.
    fn range(&self) -> (f64, f64) {
        match &self.shape {
            Shape::Normal => (-9.0 * self.variance.sqrt(), 9.0 * self.variance.sqrt()),
            Shape::Stretched(density, factor) => {
                let end = density.start + (GRID - 1) as f64 * density.step;
                (self.mean + (density.start - self.mean) * factor, self.mean + (end - self.mean) * factor)
            }
        }
    }
}

/// A posterior density on an even grid that reaches to `exp(-40)` of its height on both sides.
struct Density {
    start: f64,
    step: f64,
    density: Vec<f64>,
    /// Probability below each point (trapezium rule, total 1).
    below: Vec<f64>,
}

impl Density {
    fn new(unit: &UnitLikelihood, periods: &[f64], spread: f64) -> Self {
        let (mode, width) = unit.mode(periods, spread);
        let log = |slope: f64| unit.at(periods, slope).value - 0.5 * (slope / spread).powi(2);
        let top = log(mode);
        let reach = |direction: f64| {
            let mut distance = 6.0 * width;
            while log(mode + direction * distance) > top - 40.0 && distance < 20.0 * spread {
                distance *= 1.3;
            }
            distance
        };
        let (left, right) = (reach(-1.0), reach(1.0));
        let step = (left + right) / (GRID - 1) as f64;
        let start = mode - left;
        let mut density: Vec<f64> = (0..GRID).map(|k| (log(start + k as f64 * step) - top).exp()).collect();
        let mut below = vec![0.0; GRID];
        for k in 1..GRID {
            below[k] = below[k - 1] + 0.5 * step * (density[k - 1] + density[k]);
        }
        let total = below[GRID - 1];
        density.iter_mut().for_each(|value| *value /= total);
        below.iter_mut().for_each(|value| *value /= total);
        Self { start, step, density, below }
    }

    fn moments(&self) -> (f64, f64) {
        let place = |k: usize| self.start + k as f64 * self.step;
        let mean: f64 = (0..GRID).map(|k| self.density[k] * place(k) * self.step).sum();
        let variance = (0..GRID).map(|k| self.density[k] * (place(k) - mean).powi(2) * self.step).sum();
        (mean, variance)
    }

    fn below(&self, slope: f64) -> f64 {
        let position = (slope - self.start) / self.step;
        if position <= 0.0 {
            return 0.0;
        }
        let k = position.floor() as usize;
        if k + 1 >= GRID {
            return 1.0;
        }
        let x = (position - k as f64) * self.step;
        let b = (self.density[k + 1] - self.density[k]) / self.step;
        self.below[k] + x * (self.density[k] + 0.5 * b * x)
    }
}
