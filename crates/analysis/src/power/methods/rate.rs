//! Methods for counts, successes and measurements with a design matrix: mixed models, regressions with robust errors, estimating
//! equations, absorbed clusters.

use stats::absorb::{Covariance, Factor, Problem, poisson};
use stats::cluster::{
    Clusters, Correction, DegreesOfFreedom, Target, WildOptions, Working, sandwich, score_bootstrap,
    wild_bootstrap,
};
use stats::glm::{self, Family, GlmFit};
use stats::mixed::{self, RateModel, Start};
use stats::numeric::algebra::{cross_product, inverse};
use stats::power::{Estimator, Frame, Prepared, Scratch};
use stats::{Estimate, Matrix, Result, StatsError};
use stats::{gee, power};

const NAME: &str = "treatment";

/// Trials of each row of a proportion, as the simulation draws them.
fn trials(frame: &Frame) -> Vec<f64> {
    frame.size.iter().map(|size| size.round().max(1.0)).collect()
}

/// A random intercept for each cluster: Poisson, negative binomial or binomial.
pub(super) struct Mixed {
    pub(super) options: mixed::Options,
}

struct ReadyMixed<'a> {
    model: RateModel<'a>,
    trials: Option<Vec<f64>>,
    effect: usize,
    level: f64,
}

impl Estimator for Mixed {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        let binomial = self.options.family == mixed::Family::Binomial;
        let offset = (!binomial).then_some(frame.offset.as_slice());
        let model = RateModel::new(&frame.x, offset, &frame.cluster, self.options)?;
        let trials = binomial.then(|| trials(frame));
        Ok(Box::new(ReadyMixed { model, trials, effect: frame.effect, level }))
    }
}

impl Prepared for ReadyMixed<'_> {
    fn estimate(&self, outcome: &[f64], scratch: &mut Scratch) -> Result<Estimate> {
        let trials = self.trials.as_deref();
        let fit = self.model.fit_trials(&mut scratch.rate, outcome, trials, Start::Data)?;
        let at = self.effect;
        let (Some(estimate), Some(variance)) = (fit.beta.get(at), fit.covariance.get((at, at))) else {
            return Err(StatsError::NoAnswer("the model has no effect of treatment".to_owned()));
        };
        Ok(Estimate::wald(NAME, *estimate, variance.sqrt(), None, self.level))
    }
}

/// Where the standard errors of a regression come from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Errors {
    /// The model: rows are independent.
    Model,
    /// The sandwich over clusters.
    Clusters(Correction, DegreesOfFreedom),
    /// The wild bootstrap: p-value with ties; interval by inversion for measurements, by CR1 errors otherwise.
    Wild(WildOptions),
}

/// A generalised linear model.
pub(super) struct Regression {
    pub(super) family: Family,
    pub(super) errors: Errors,
}

struct ReadyRegression<'a> {
    settings: &'a Regression,
    frame: &'a Frame,
    trials: Option<Vec<f64>>,
    clusters: Clusters,
    /// The design without the treatment, for fits under the hypothesis.
    others: Matrix,
    level: f64,
}

impl Estimator for Regression {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        let columns: Vec<usize> = (0..frame.x.ncols()).filter(|column| *column != frame.effect).collect();
        Ok(Box::new(ReadyRegression {
            settings: self,
            frame,
            trials: (self.family == Family::Binomial).then(|| trials(frame)),
            clusters: Clusters::new(&frame.cluster)?,
            others: frame.x.select_columns(&columns),
            level,
        }))
    }
}

impl ReadyRegression<'_> {
    fn fit(&self, x: &Matrix, names: Option<&[String]>, outcome: &[f64]) -> Result<GlmFit> {
        let mut options = glm::Options::new(self.settings.family);
        options.names = names;
        match self.settings.family {
            Family::Gaussian => options = options.weights(&self.frame.size),
            Family::Binomial => options.trials = self.trials.as_deref(),
            _ => options = options.offset(&self.frame.offset),
        }
        glm::fit(x, outcome, &options)
    }

    fn working<'b>(&'b self, fit: &'b GlmFit, slopes: Option<&'b [f64]>) -> Working<'b> {
        Working {
            names: &fit.estimates.names,
            beta: &fit.estimates.beta,
            x: &self.frame.x,
            weights: Some(&fit.working.weights),
            residuals: &fit.working.residuals,
            bread: &fit.working.bread,
            absorbed: 0,
            target: Target::InverseWeights,
            slopes,
        }
    }

    fn combination(&self) -> Vec<f64> {
        (0..self.frame.x.ncols()).map(|column| f64::from(u8::from(column == self.frame.effect))).collect()
    }

    fn wild(&self, fit: &GlmFit, outcome: &[f64], options: &WildOptions) -> Result<Estimate> {
        let combination = self.combination();
        let options = WildOptions { level: Some(self.level), ..*options };
        let robust = sandwich(&self.working(fit, None), &self.clusters, Correction::CR1)?;
        let mut found = robust.combination(NAME, &combination, self.level, DegreesOfFreedom::Clusters)?;
        if self.settings.family == Family::Gaussian {
            let test = wild_bootstrap(&self.working(fit, None), &self.clusters, &combination, 0.0, &options)?;
            found.p = test.p_with_ties;
            (found.low, found.high) = test.interval.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            return Ok(found);
        }
        let under = self.fit(&self.others, None, outcome)?;
        let information = cross_product(&self.frame.x, Some(&under.working.weights));
        let bread = inverse(&information, "the information under the hypothesis is singular")?;
        let working = Working {
            names: &fit.estimates.names,
            beta: &fit.estimates.beta,
            x: &self.frame.x,
            weights: Some(&under.working.weights),
            residuals: &under.working.residuals,
            bread: &bread,
            absorbed: 0,
            target: Target::InverseWeights,
            slopes: None,
        };
        found.p = score_bootstrap(&working, &self.clusters, &combination, &options)?.p_with_ties;
        Ok(found)
    }
}

impl Prepared for ReadyRegression<'_> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        let fit = self.fit(&self.frame.x, Some(&self.frame.names), outcome)?;
        match &self.settings.errors {
            Errors::Model => fit.estimates.combination(NAME, &self.combination(), self.level),
            Errors::Clusters(correction, df) => {
                let slopes: Vec<f64> = fit.linear.iter().map(|eta| fit.link.slope(*eta)).collect();
                let curved = self.settings.family != Family::Gaussian;
                let working = self.working(&fit, curved.then_some(slopes.as_slice()));
                let robust = sandwich(&working, &self.clusters, *correction)?;
                robust.combination(NAME, &self.combination(), self.level, *df)
            }
            Errors::Wild(options) => self.wild(&fit, outcome, options),
        }
    }
}

/// Estimating equations.
pub(super) struct Gee {
    pub(super) family: Family,
    pub(super) correlation: gee::Correlation,
    pub(super) correction: gee::Correction,
}

struct ReadyGee<'a> {
    settings: &'a Gee,
    frame: &'a Frame,
    level: f64,
}

impl Estimator for Gee {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        Ok(Box::new(ReadyGee { settings: self, frame, level }))
    }
}

impl Prepared for ReadyGee<'_> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        let frame = self.frame;
        let mut options =
            gee::Options::new(self.settings.family, self.settings.correlation).names(&frame.names);
        if self.settings.family == Family::Poisson {
            options = options.offset(&frame.offset);
        }
        let found = gee::fit(&frame.x, outcome, &frame.cluster, &options)?;
        let estimates = found.estimates(self.settings.correction)?;
        let weights: Vec<f64> =
            (0..frame.x.ncols()).map(|column| f64::from(u8::from(column == frame.effect))).collect();
        estimates.combination(NAME, &weights, self.level)
    }
}

/// Poisson regression with clusters absorbed, errors robust to clusters.
pub(super) struct Absorbed;

struct ReadyAbsorbed<'a> {
    frame: &'a Frame,
    x: Matrix,
    names: Vec<String>,
    factor: [Factor; 1],
    clusters: Clusters,
    level: f64,
}

impl Estimator for Absorbed {
    fn prepare<'a>(&'a self, frame: &'a Frame, level: f64) -> Result<Box<dyn Prepared + 'a>> {
        let (x, names) = without_constant(frame);
        Ok(Box::new(ReadyAbsorbed {
            frame,
            x,
            names,
            factor: [Factor::new("cluster", &frame.cluster)?],
            clusters: Clusters::new(&frame.cluster)?,
            level,
        }))
    }
}

/// The design without its constant, which absorbed factors hold.
pub(super) fn without_constant(frame: &Frame) -> (Matrix, Vec<String>) {
    let columns: Vec<usize> = (1..frame.x.ncols()).collect();
    (frame.x.select_columns(&columns), frame.names.iter().skip(1).cloned().collect())
}

/// The row of the treatment.
pub(super) fn treatment(found: &stats::Estimates, frame: &power::Frame, level: f64) -> Result<Estimate> {
    let name = frame.names.get(frame.effect).map_or(NAME, String::as_str);
    let place = found.position(name).map_err(|_| {
        StatsError::NoAnswer(
            "the clusters determine the treatment: a period before treatment is needed".to_owned(),
        )
    })?;
    let weights: Vec<f64> =
        (0..found.beta.len()).map(|column| f64::from(u8::from(column == place))).collect();
    found.combination(NAME, &weights, level)
}

impl Prepared for ReadyAbsorbed<'_> {
    fn estimate(&self, outcome: &[f64], _: &mut Scratch) -> Result<Estimate> {
        let problem = Problem {
            y: outcome,
            x: &self.x,
            names: &self.names,
            factors: &self.factor,
            weights: None,
            offset: Some(&self.frame.offset),
        };
        let settings = stats::absorb::Options::default();
        let found = poisson(&problem, Covariance::Clustered(&self.clusters), &settings)?;
        treatment(&found.estimates, self.frame, self.level)
    }
}
