use serde::Serialize;

use super::SeriesFit;
use crate::numeric::distributions::{normal_quantile, t_quantile};
use crate::{Estimate, Result, StatsError};

/// What a series was, what the model says of it, and what it would have been without the interruptions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Counterfactual {
    /// Time.
    pub time: f64,
    /// Observed outcome.
    pub observed: f64,
    /// Mean by the model.
    pub fitted: f64,
    /// Mean without the effect (with a comparison series: with the changes of the comparison).
    pub without: f64,
    /// Interval of that mean.
    pub without_low: f64,
    /// Upper end of it.
    pub without_high: f64,
    /// False in an embedding period, which is not fitted.
    pub used: bool,
}

/// The effect at one time, or over several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesEffect {
    /// Fitted less counterfactual mean (sum over the times, for several), interval by the delta method for counts.
    pub difference: Estimate,
    /// For counts: logarithm of the ratio of the (summed) means; its exponential is the rate ratio.
    pub log_ratio: Option<Estimate>,
}

impl SeriesFit {
    /// Rows of the target series in order of time, with the counterfactual and its interval.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside 0 to 1.
    pub fn counterfactual(&self, level: f64) -> Result<Vec<Counterfactual>> {
        StatsError::check_probability("the level of the interval", level)?;
        let quantile = match self.estimates.df {
            Some(df) => t_quantile(0.5 + level / 2.0, df),
            None => normal_quantile(0.5 + level / 2.0),
        };
        let mut lines = Vec::new();
        for row in (0..self.design.time.len()).filter(|&row| self.design.target[row]) {
            let with = self.design.full.row(row).iter().copied().collect::<Vec<_>>();
            let without = self.design.without_effect(row);
            let half = quantile * self.variance(&without).sqrt();
            let linear = self.linear(&without, row);
            lines.push(Counterfactual {
                time: self.design.time[row],
                observed: self.observed[row],
                fitted: self.mean(self.linear(&with, row)),
                without: self.mean(linear),
                without_low: self.mean(linear - half),
                without_high: self.mean(linear + half),
                used: self.design.rows.contains(&row),
            });
        }
        Ok(lines)
    }

    /// The effect at one time of the target series.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] if the target series has no row at this time or the time is before the first interruption.
    pub fn effect_at(&self, time: f64, level: f64) -> Result<SeriesEffect> {
        let row = (0..self.design.time.len())
            .find(|&row| self.design.target[row] && self.design.time[row] == time)
            .ok_or_else(|| {
                StatsError::NoAnswer(format!("the target series has no observation at time {time}"))
            })?;
        if time < self.design.start {
            return Err(StatsError::NoAnswer(format!("time {time} is before the first interruption")));
        }
        self.effect(&[row], &format!("effect at {time}"), level)
    }

    /// The effect summed over all times from the first interruption on (those of embedding periods left out): for counts the
    /// events avoided or added, and the ratio of totals.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside 0 to 1.
    pub fn total_effect(&self, level: f64) -> Result<SeriesEffect> {
        let rows: Vec<usize> = self
            .design
            .rows
            .iter()
            .copied()
            .filter(|&row| self.design.target[row] && self.design.time[row] >= self.design.start)
            .collect();
        self.effect(&rows, "total effect", level)
    }

    /// Delta method: the gradient of the difference of sums of means is `sum_t mu_t x_t - mu0_t x0_t` (log link), that of the
    /// logarithm of their ratio `sum mu_t x_t / sum mu_t - sum mu0_t x0_t / sum mu0_t`.
    fn effect(&self, rows: &[usize], name: &str, level: f64) -> Result<SeriesEffect> {
        StatsError::check_probability("the level of the interval", level)?;
        let p = self.estimates.beta.len();
        let (mut with, mut without) = ((0.0, vec![0.0; p]), (0.0, vec![0.0; p]));
        for &row in rows {
            let full: Vec<f64> = self.design.full.row(row).iter().copied().collect();
            for (sums, x) in [(&mut with, full), (&mut without, self.design.without_effect(row))] {
                let mean = self.mean(self.linear(&x, row));
                let slope = if self.log_link { mean } else { 1.0 };
                sums.0 += mean;
                for (sum, value) in sums.1.iter_mut().zip(&x) {
                    *sum += slope * value;
                }
            }
        }
        let gradient: Vec<f64> = with.1.iter().zip(&without.1).map(|(a, b)| a - b).collect();
        let df = self.estimates.df;
        let error = self.variance(&gradient).sqrt();
        let difference = Estimate::wald(name, with.0 - without.0, error, df, level);
        let log_ratio = self.log_link.then(|| {
            let gradient: Vec<f64> =
                with.1.iter().zip(&without.1).map(|(a, b)| a / with.0 - b / without.0).collect();
            Estimate::wald(name, (with.0 / without.0).ln(), self.variance(&gradient).sqrt(), df, level)
        });
        Ok(SeriesEffect { difference, log_ratio })
    }

    fn linear(&self, x: &[f64], row: usize) -> f64 {
        let sum: f64 = x.iter().zip(&self.estimates.beta).map(|(value, beta)| value * beta).sum();
        sum + self.offset.as_ref().map_or(0.0, |offset| offset[row])
    }

    fn mean(&self, linear: f64) -> f64 {
        if self.log_link { linear.exp() } else { linear }
    }

    fn variance(&self, weights: &[f64]) -> f64 {
        let weights = crate::Vector::from_row_slice(weights);
        weights.dot(&(&self.estimates.covariance * &weights)).max(0.0)
    }
}
