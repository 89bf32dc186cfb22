use rand_core::Rng;
use serde::Serialize;

use super::frame::Frame;
use crate::random::{Sample, Seed, fast};
use crate::wedge::Layout;
use crate::{Matrix, Result, StatsError};

/// People, or person-time, of a cluster in a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Sizes {
    /// The same everywhere.
    Equal(f64),
    /// Log-normal with this mean and coefficient of variation, one size for each cluster.
    LogNormal {
        /// Mean.
        mean: f64,
        /// Standard deviation divided by mean.
        cv: f64,
    },
    /// One size for each cluster, in the order of the layout's sequences.
    Given(Vec<f64>),
}

/// How outcomes come about. Effects of cluster and of cluster and period are normal on the scale of the linear predictor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Distribution {
    /// Counts with a log link; the effect is a log rate ratio.
    Counts {
        /// Events per unit of size without treatment in the first period, on average over clusters.
        rate: f64,
        /// Standard deviation between clusters of log rates; `k^2 = exp(sd^2) - 1`.
        sd: f64,
        /// Standard deviation between periods of a cluster.
        period_sd: f64,
        /// Negative binomial theta (variance `mu + mu^2 / theta`); `None` is Poisson.
        theta: Option<f64>,
    },
    /// Successes among `size` people (rounded), with a logit link; the effect is a log odds ratio.
    Binary {
        /// Probability without treatment in the first period, in a cluster in the middle.
        proportion: f64,
        /// Standard deviation between clusters of log odds.
        sd: f64,
        /// Standard deviation between periods of a cluster.
        period_sd: f64,
    },
    /// Means of `size` people; the effect is a difference of means.
    Means {
        /// Standard deviation between clusters.
        sd: f64,
        /// Standard deviation between periods of a cluster.
        period_sd: f64,
        /// Standard deviation between people.
        residual: f64,
    },
}

/// A trial of whole clusters over periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterTrial {
    /// Who is treated when; whole numbers of clusters.
    pub layout: Layout,
    /// Sizes of clusters.
    pub sizes: Sizes,
    /// How outcomes come about.
    pub distribution: Distribution,
    /// Change of the linear predictor in each period after the first; empty for none.
    pub trend: Vec<f64>,
    /// Coefficients of covariates of the clusters, which are standard normal and fixed over replicates.
    pub covariates: Vec<f64>,
    /// Seed of the sizes and covariates.
    #[serde(skip)]
    pub seed: Seed,
}

const MOST_ROWS: f64 = 5e6;

impl ClusterTrial {
    /// A trial without trend or covariates.
    #[must_use]
    pub fn new(layout: Layout, sizes: Sizes, distribution: Distribution) -> Self {
        Self {
            layout,
            sizes,
            distribution,
            trend: Vec::new(),
            covariates: Vec::new(),
            seed: Seed::from_number(0),
        }
    }

    fn check(&self) -> Result<()> {
        self.layout.check()?;
        let setting = |text: &str| Err(StatsError::Setting(text.into()));
        if self.layout.clusters.iter().any(|clusters| clusters.fract() != 0.0) {
            return setting("a simulation needs whole numbers of clusters");
        }
        let clusters: f64 = self.layout.clusters.iter().sum();
        if clusters * self.layout.periods() as f64 > MOST_ROWS {
            return setting("a simulated trial has at most five million clusters times periods");
        }
        match &self.sizes {
            Sizes::Equal(size) | Sizes::LogNormal { mean: size, .. }
                if !(size.is_finite() && *size > 0.0) =>
            {
                return setting("sizes of clusters must be above zero");
            }
            Sizes::LogNormal { cv, .. } if !(cv.is_finite() && *cv >= 0.0) => {
                return setting("the coefficient of variation of sizes must be zero or more");
            }
            Sizes::Given(sizes) => {
                StatsError::check_length("the sizes of the clusters", sizes.len(), clusters as usize)?;
                if sizes.iter().any(|size| !(size.is_finite() && *size > 0.0)) {
                    return setting("sizes of clusters must be above zero");
                }
            }
            _ => {}
        }
        let (sds, positive) = match self.distribution {
            Distribution::Counts { rate, sd, period_sd, theta } => {
                ([sd, period_sd], [rate, theta.unwrap_or(1.0)])
            }
            Distribution::Binary { proportion, sd, period_sd } => {
                StatsError::check_probability("the proportion", proportion)?;
                ([sd, period_sd], [1.0, 1.0])
            }
            Distribution::Means { sd, period_sd, residual } => ([sd, period_sd], [residual, 1.0]),
        };
        if sds.iter().any(|sd| !(sd.is_finite() && *sd >= 0.0)) {
            return setting("standard deviations must be zero or more");
        }
        if positive.iter().any(|value| !(value.is_finite() && *value > 0.0)) {
            return setting("rates, theta and the residual standard deviation must be above zero");
        }
        if !self.trend.is_empty() {
            StatsError::check_length("the trend", self.trend.len(), self.layout.periods() - 1)?;
        }
        StatsError::check_finite("the trend", &self.trend)?;
        StatsError::check_finite("the coefficients of the covariates", &self.covariates)
    }

    /// The rows of the trial.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for settings that make no sense.
    pub fn frame(&self) -> Result<Frame> {
        self.check()?;
        let periods = self.layout.periods();
        let clusters = self.layout.clusters.iter().sum::<f64>() as usize;
        let mut random = fast(self.seed, u64::MAX);
        let sizes: Vec<f64> = match &self.sizes {
            Sizes::Equal(size) => vec![*size; clusters],
            Sizes::Given(sizes) => sizes.clone(),
            Sizes::LogNormal { mean, cv } => {
                let variance = (cv * cv).ln_1p();
                (0..clusters)
                    .map(|_| mean * (variance.sqrt() * random.normal() - 0.5 * variance).exp())
                    .collect()
            }
        };
        let covariates: Vec<Vec<f64>> =
            self.covariates.iter().map(|_| (0..clusters).map(|_| random.normal()).collect()).collect();
        let sequences: Vec<usize> = self
            .layout
            .clusters
            .iter()
            .enumerate()
            .flat_map(|(s, &count)| std::iter::repeat_n(s, count as usize))
            .collect();
        let cells: Vec<(usize, usize, f64)> = (0..clusters)
            .flat_map(|c| (0..periods).map(move |j| (c, j)))
            .filter_map(|(c, j)| self.layout.treatment[sequences[c]][j].map(|x| (c, j, x)))
            .collect();
        let columns = periods + 1 + covariates.len();
        let x = Matrix::from_fn(cells.len(), columns, |i, k| {
            let (c, j, treatment) = cells[i];
            if k == 0 {
                1.0
            } else if k < periods {
                f64::from(u8::from(j == k))
            } else if k == periods {
                treatment
            } else {
                covariates[k - periods - 1][c]
            }
        });
        let mut names = vec!["constant".to_owned()];
        names.extend((1..periods).map(|j| format!("period {}", j + 1)));
        names.push("treatment".into());
        names.extend((1..=covariates.len()).map(|k| format!("covariate {k}")));
        let size: Vec<f64> = cells.iter().map(|cell| sizes[cell.0]).collect();
        Ok(Frame {
            x,
            names,
            effect: periods,
            cluster: cells.iter().map(|cell| cell.0).collect(),
            period: cells.iter().map(|cell| cell.1).collect(),
            sequence: cells.iter().map(|cell| sequences[cell.0]).collect(),
            treatment: cells.iter().map(|cell| cell.2).collect(),
            offset: size.iter().map(|size| size.ln()).collect(),
            size,
            clusters,
        })
    }

    /// Linear predictor of each row without treatment and random effects.
    pub(super) fn base(&self, frame: &Frame) -> Vec<f64> {
        let start = match self.distribution {
            // The mean of a log-normal effect is made up for, so that the rate is the average over clusters.
            Distribution::Counts { rate, sd, period_sd, .. } => {
                rate.ln() - 0.5 * (sd * sd + period_sd * period_sd)
            }
            Distribution::Binary { proportion, .. } => (proportion / (1.0 - proportion)).ln(),
            Distribution::Means { .. } => 0.0,
        };
        (0..frame.size.len())
            .map(|i| {
                let trend = if self.trend.is_empty() || frame.period[i] == 0 {
                    0.0
                } else {
                    self.trend[frame.period[i] - 1]
                };
                let covariates: f64 = self
                    .covariates
                    .iter()
                    .enumerate()
                    .map(|(k, beta)| beta * frame.x[(i, frame.effect + 1 + k)])
                    .sum();
                start + trend + covariates
            })
            .collect()
    }

    /// Makes up the outcomes of one replicate. A cluster's effect is drawn at its first row, an effect of cluster and period
    /// (if any) at each row, and then the outcome.
    pub(super) fn outcome(
        &self,
        frame: &Frame,
        base: &[f64],
        effect: f64,
        random: &mut impl Rng,
        outcome: &mut Vec<f64>,
    ) {
        outcome.clear();
        let (sd, period_sd) = match self.distribution {
            Distribution::Counts { sd, period_sd, .. }
            | Distribution::Binary { sd, period_sd, .. }
            | Distribution::Means { sd, period_sd, .. } => (sd, period_sd),
        };
        let mut cluster = usize::MAX;
        let mut level = 0.0;
        for i in 0..base.len() {
            if frame.cluster[i] != cluster {
                cluster = frame.cluster[i];
                level = sd * random.normal();
            }
            let mut eta = base[i] + effect * frame.treatment[i] + level;
            if period_sd > 0.0 {
                eta += period_sd * random.normal();
            }
            outcome.push(match self.distribution {
                Distribution::Counts { theta: None, .. } => random.poisson(frame.size[i] * eta.exp()),
                Distribution::Counts { theta: Some(theta), .. } => {
                    random.negative_binomial(frame.size[i] * eta.exp(), theta)
                }
                Distribution::Binary { .. } => {
                    random.binomial(frame.size[i].round() as u64, 1.0 / (1.0 + (-eta).exp())) as f64
                }
                Distribution::Means { residual, .. } => {
                    eta + residual * random.normal() / frame.size[i].sqrt()
                }
            });
        }
    }
}
