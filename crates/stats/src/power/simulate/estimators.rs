use super::frame::Frame;
use crate::cluster::{Clusters, Correction, DegreesOfFreedom, Target, Working, least_squares, sandwich};
use crate::glm::{self, Family};
use crate::mixed::{self, Integral, RateModel, Start};
use crate::{Estimate, Result, StatsError};

/// Memory that the estimators of one thread share from replicate to replicate.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// Of the mixed models of rates.
    pub rate: mixed::Workspace,
}

/// A way of analysing a simulated trial. A closure from frame and outcomes to an estimate is one.
pub trait Estimator: Sync {
    /// Does what can be done before there are outcomes.
    ///
    /// # Errors
    /// For a frame that the method cannot take.
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>>;
}

/// An analysis that waits for outcomes.
pub trait Prepared: Sync {
    /// The estimated effect, with its interval at the level that was asked for and its p-value.
    ///
    /// # Errors
    /// For outcomes from which the method gets no estimate; the simulation counts them.
    fn estimate(&self, outcome: &[f64], scratch: &mut Scratch) -> Result<Estimate>;
}

struct Closure<'a, F> {
    frame: &'a Frame,
    level: f64,
    function: &'a F,
}

impl<F: Fn(&Frame, &[f64], f64) -> Result<Estimate> + Sync> Prepared for Closure<'_, F> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        (self.function)(self.frame, outcome, self.level)
    }
}

impl<F: Fn(&Frame, &[f64], f64) -> Result<Estimate> + Sync> Estimator for F {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        Ok(Box::new(Closure { frame, level, function: self }))
    }
}

/// Poisson regression with a random intercept for each cluster (module [`mixed`]), Wald test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoissonMixed {
    /// How random intercepts are integrated out.
    pub integral: Integral,
    /// Degrees of freedom of the test; `None` is the normal distribution.
    pub df: Option<f64>,
}

struct PreparedMixed<'a> {
    model: RateModel<'a>,
    effect: usize,
    df: Option<f64>,
    level: f64,
}

impl Estimator for PoissonMixed {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        let options = mixed::Options::new(mixed::Family::Poisson).integral(self.integral);
        let model = RateModel::new(&frame.x, Some(&frame.offset), &frame.cluster, options)?;
        Ok(Box::new(PreparedMixed { model, effect: frame.effect, df: self.df, level }))
    }
}

impl Prepared for PreparedMixed<'_> {
    fn estimate(&self, outcome: &[f64], scratch: &mut Scratch) -> Result<Estimate> {
        let fit = self.model.fit_with(&mut scratch.rate, outcome, Start::Data)?;
        let se = fit.covariance[(self.effect, self.effect)].sqrt();
        Ok(Estimate::wald("treatment", fit.beta[self.effect], se, self.df, self.level))
    }
}

/// Least squares on the rows of clusters and periods, weighted by size if so asked, with a cluster-robust covariance: for means, and
/// for differences in differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearRobust {
    /// True to weigh rows by their size.
    pub weighted: bool,
    /// Correction of the covariance.
    pub correction: Correction,
    /// Degrees of freedom of the test.
    pub df: DegreesOfFreedom,
}

struct PreparedLinear<'a> {
    settings: LinearRobust,
    frame: &'a Frame,
    clusters: Clusters,
    level: f64,
}

impl Estimator for LinearRobust {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        Ok(Box::new(PreparedLinear {
            settings: *self,
            frame,
            clusters: Clusters::new(&frame.cluster)?,
            level,
        }))
    }
}

impl Prepared for PreparedLinear<'_> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        let frame = self.frame;
        let weights = self.settings.weighted.then_some(frame.size.as_slice());
        let fit = least_squares(&frame.x, outcome, weights, &frame.names)?;
        let target = if self.settings.weighted { Target::InverseWeights } else { Target::Identity };
        let robust =
            sandwich(&fit.working(&frame.x, weights, target), &self.clusters, self.settings.correction)?;
        chosen(&robust, frame, self.level, self.settings.df)
    }
}

/// Poisson regression without random effects and a cluster-robust covariance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoissonRobust {
    /// Correction of the covariance.
    pub correction: Correction,
    /// Degrees of freedom of the test.
    pub df: DegreesOfFreedom,
}

struct PreparedPoisson<'a> {
    settings: PoissonRobust,
    frame: &'a Frame,
    clusters: Clusters,
    level: f64,
}

impl Estimator for PoissonRobust {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        Ok(Box::new(PreparedPoisson {
            settings: *self,
            frame,
            clusters: Clusters::new(&frame.cluster)?,
            level,
        }))
    }
}

impl Prepared for PreparedPoisson<'_> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        let frame = self.frame;
        let options = glm::Options::new(Family::Poisson).offset(&frame.offset).names(&frame.names);
        let fit = glm::fit(&frame.x, outcome, &options)?;
        let working = Working {
            names: &frame.names,
            beta: &fit.estimates.beta,
            x: &frame.x,
            weights: Some(&fit.working.weights),
            residuals: &fit.working.residuals,
            bread: &fit.working.bread,
            absorbed: 0,
            target: Target::InverseWeights,
            slopes: None,
        };
        chosen(
            &sandwich(&working, &self.clusters, self.settings.correction)?,
            frame,
            self.level,
            self.settings.df,
        )
    }
}

fn chosen(
    robust: &crate::cluster::Robust,
    frame: &Frame,
    level: f64,
    df: DegreesOfFreedom,
) -> Result<Estimate> {
    let mut weights = vec![0.0; frame.names.len()];
    weights[frame.effect] = 1.0;
    robust.combination("treatment", &weights, level, df)
}

/// t-test on one figure for each cluster: the mean outcome of the treated periods, or the logarithm of its rate, less that
/// before where there is a baseline (Hayes and Moulton 2009, chapter 10). Two arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterSummaries {
    /// True for counts: half an event is added to both events and none to sizes where a cluster has no event, so that the
    /// logarithm exists.
    pub log_rates: bool,
    /// True to take off the figure of the periods before treatment.
    pub change: bool,
}

struct PreparedSummaries<'a> {
    settings: ClusterSummaries,
    frame: &'a Frame,
    arm: Vec<usize>,
    /// True for rows of periods in which somebody is treated.
    after: Vec<bool>,
    level: f64,
}

impl Estimator for ClusterSummaries {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        let treated: Vec<bool> = (0..=frame.period.iter().copied().max().unwrap_or(0))
            .map(|j| (0..frame.period.len()).any(|i| frame.period[i] == j && frame.treatment[i] > 0.0))
            .collect();
        let mut arm = vec![0; frame.clusters];
        for i in 0..frame.cluster.len() {
            if frame.treatment[i] > 0.0 {
                arm[frame.cluster[i]] = 1;
            }
        }
        let after: Vec<bool> = frame.period.iter().map(|&j| treated[j]).collect();
        let mixed =
            (0..after.len()).any(|i| after[i] && (frame.treatment[i] > 0.0) != (arm[frame.cluster[i]] == 1));
        if mixed {
            return Err(StatsError::Setting(
                "summaries of clusters compare two arms, and clusters of this layout change over".into(),
            ));
        }
        if self.change && after.iter().all(|after| *after) {
            return Err(StatsError::Setting("there is no period before treatment to take off".into()));
        }
        let ones = arm.iter().filter(|&&arm| arm == 1).count();
        if ones < 2 || arm.len() - ones < 2 {
            return Err(StatsError::TooFew {
                what: "clusters in an arm",
                found: ones.min(arm.len() - ones),
                needed: 2,
            });
        }
        Ok(Box::new(PreparedSummaries { settings: *self, frame, arm, after, level }))
    }
}

impl PreparedSummaries<'_> {
    fn figures(&self, outcome: &[f64], after: bool) -> Vec<f64> {
        let mut sums = vec![0.0; self.frame.clusters];
        let mut sizes = vec![0.0; self.frame.clusters];
        for i in 0..outcome.len() {
            if self.after[i] == after {
                let c = self.frame.cluster[i];
                let weight = if self.settings.log_rates { 1.0 } else { self.frame.size[i] };
                sums[c] += weight * outcome[i];
                sizes[c] += self.frame.size[i];
            }
        }
        sums.iter()
            .zip(&sizes)
            .map(|(sum, size)| match self.settings.log_rates {
                true => (if *sum > 0.0 { *sum } else { 0.5 } / size).ln(),
                false => sum / size,
            })
            .collect()
    }
}

impl Prepared for PreparedSummaries<'_> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        let mut figures = self.figures(outcome, true);
        if self.settings.change {
            for (after, before) in figures.iter_mut().zip(self.figures(outcome, false)) {
                *after -= before;
            }
        }
        let mut n = [0.0; 2];
        let mut mean = [0.0; 2];
        for (figure, &arm) in figures.iter().zip(&self.arm) {
            n[arm] += 1.0;
            mean[arm] += figure;
        }
        let mean = [mean[0] / n[0], mean[1] / n[1]];
        let squares: f64 = figures.iter().zip(&self.arm).map(|(f, &arm)| (f - mean[arm]).powi(2)).sum();
        let df = n[0] + n[1] - 2.0;
        let se = (squares / df * (1.0 / n[0] + 1.0 / n[1])).sqrt();
        if se.is_nan() || se <= 0.0 {
            return Err(StatsError::NoAnswer("the figures of the clusters do not vary".into()));
        }
        Ok(Estimate::wald("treatment", mean[1] - mean[0], se, Some(df), self.level))
    }
}
