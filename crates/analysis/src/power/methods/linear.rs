//! Methods for measurements: means of people in a cluster and period, or logarithms of rates.

use stats::absorb::{Covariance, Factor, Problem, linear};
use stats::cluster::Clusters;
use stats::did::{
    Aggregation, Comparison, GroupTimeEffects, GroupTimeOptions, Levels, Panel, PanelRows, TwoWay, Window,
};
use stats::mixed::{self, Data, Groups};
use stats::power::{ClusterSummaries, Estimator, Frame, Prepared, Scratch};
use stats::wedge::{self, Correlation, Settings, Trial};
use stats::{Estimate, Matrix, Result, StatsError};

use super::Scale;
use super::rate::{treatment, without_constant};

/// What is done with the measurements.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    /// A random intercept for each cluster, rows weighted by their size.
    Mixed,
    /// Clusters absorbed, errors robust to clusters.
    Absorbed,
    /// Two-way fixed effects.
    TwoWay,
    /// Group-time effects, averaged.
    GroupTime(Comparison),
    /// The linear mixed model of stepped wedges.
    Wedge,
}

/// A method for measurements.
pub(super) struct Linear {
    pub(super) scale: Scale,
    pub(super) how: How,
}

struct Ready<'a> {
    scale: Scale,
    how: How,
    frame: &'a Frame,
    level: f64,
    /// First treated period of each row's cluster.
    cohort: Vec<Option<i64>>,
    period: Vec<i64>,
    x: Matrix,
    names: Vec<String>,
    factor: [Factor; 1],
    clusters: Clusters,
    /// Where every cluster has one row, a mixed model is the t-test of the clusters' means.
    summaries: Option<Box<dyn Prepared + 'a>>,
}

/// The t-test that a mixed model becomes where every cluster has one row.
const SUMMARIES: ClusterSummaries = ClusterSummaries { log_rates: false, change: false };

impl Estimator for Linear {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        let mut first: Vec<Option<i64>> = vec![None; frame.clusters];
        for ((cluster, period), treated) in frame.cluster.iter().zip(&frame.period).zip(&frame.treatment) {
            if let Some(slot) = first.get_mut(*cluster)
                && *treated > 0.0
            {
                let period = *period as i64 + 1;
                *slot = Some(slot.map_or(period, |known| known.min(period)));
            }
        }
        let alone = frame.clusters == frame.cluster.len() && matches!(self.how, How::Mixed);
        let (x, names) = without_constant(frame);
        Ok(Box::new(Ready {
            scale: self.scale,
            how: self.how,
            frame,
            level,
            cohort: frame.cluster.iter().map(|c| first.get(*c).copied().flatten()).collect(),
            period: frame.period.iter().map(|period| *period as i64 + 1).collect(),
            x,
            names,
            factor: [Factor::new("cluster", &frame.cluster)?],
            clusters: Clusters::new(&frame.cluster)?,
            summaries: if alone { Some(SUMMARIES.prepare(frame, level)?) } else { None },
        }))
    }
}

impl Ready<'_> {
    fn outcome(&self, outcome: &[f64]) -> Vec<f64> {
        match self.scale {
            Scale::Means => outcome.to_vec(),
            Scale::LogRates => outcome
                .iter()
                .zip(&self.frame.size)
                .map(|(events, size)| (if *events > 0.0 { *events } else { 0.5 } / size).ln())
                .collect(),
        }
    }

    fn panel(&self, outcome: &[f64]) -> Result<Panel> {
        Panel::new(PanelRows {
            unit: &self.frame.cluster,
            period: &self.period,
            outcome,
            cohort: &self.cohort,
            covariates: &[],
            cluster: None,
            weight: None,
        })
    }

    fn mixed(&self, y: &[f64]) -> Result<Estimate> {
        let data = Data {
            x: &self.frame.x,
            y,
            offset: None,
            weights: (self.scale == Scale::Means).then_some(self.frame.size.as_slice()),
            trials: None,
            groups: Groups::One(&self.frame.cluster),
            names: &self.frame.names,
        };
        let fit = mixed::fit(&data, &mixed::Options::new(mixed::Family::Gaussian))?;
        fit.table(self.level)
            .into_iter()
            .nth(self.frame.effect)
            .ok_or_else(|| StatsError::NoAnswer("the model has no effect of treatment".to_owned()))
    }

    fn absorbed(&self, y: &[f64]) -> Result<Estimate> {
        let problem =
            Problem { y, x: &self.x, names: &self.names, factors: &self.factor, weights: None, offset: None };
        let found =
            linear(&problem, Covariance::Clustered(&self.clusters), &stats::absorb::Options::default())?;
        treatment(&found.estimates, self.frame, self.level)
    }

    fn wedge(&self, y: Vec<f64>) -> Result<Estimate> {
        let frame = self.frame;
        let trial = Trial {
            outcome: y,
            cluster: frame.cluster.clone(),
            period: frame.period.clone(),
            treatment: frame.treatment.clone(),
            individual: None,
            covariates: Matrix::zeros(frame.cluster.len(), 0),
            covariate_names: Vec::new(),
        };
        // One row for each cluster and period: what varies between periods cannot be told from the rest.
        let settings = Settings { correlation: Correlation::Exchangeable, ..Settings::default() };
        wedge::fit(&trial, &settings)?.effect(self.level)
    }
}

impl Prepared for Ready<'_> {
    fn estimate(&self, outcome: &[f64], scratch: &mut Scratch) -> Result<Estimate> {
        let y = self.outcome(outcome);
        if let Some(summaries) = &self.summaries {
            return summaries.estimate(&y, scratch);
        }
        match self.how {
            How::Mixed => self.mixed(&y),
            How::Absorbed => self.absorbed(&y),
            How::TwoWay => TwoWay::fit(&self.panel(&y)?, false, Levels::Units)?.effect(self.level),
            How::GroupTime(comparison) => {
                let options = GroupTimeOptions { comparison, ..GroupTimeOptions::default() };
                let found = GroupTimeEffects::fit(&self.panel(&y)?, &options)?;
                let window = Window { allow_missing: true, ..Window::default() };
                found.aggregate(Aggregation::Simple, &window)?.overall_estimate(self.level)
            }
            How::Wedge => self.wedge(y),
        }
    }
}
