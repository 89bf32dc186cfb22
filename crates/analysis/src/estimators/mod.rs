//! One adapter for each method: it says what the method needs from a plan, checks that, calls the library, and gives back what
//! all methods have in common.

mod absorbed;
mod bayes;
mod check;
mod complier;
mod design;
mod economics;
mod gee;
mod glm;
mod mixed;
mod panel;
mod predictors;
mod robust;
mod series;
mod synthetic;
mod wedge;
mod wild;

use stats::cluster::{DegreesOfFreedom, Robust};
use stats::data::Frame;
use stats::random::Seed;
use stats::{Estimate, Estimates};

pub use check::check;
pub use design::Regression;

use crate::error::{Result, suggestion};
use crate::figure::Figure;
use crate::plan::{EstimatorName, Plan};
use crate::prepare::{Prepared, Source, method};
use crate::progress::Progress;
use crate::result::{Check, Counted, Effect, Fact};

/// Parts of a plan that a method may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// `[outcome]`, or a formula.
    Outcome,
    /// `[arms]`, or a formula with `effect`.
    Effect,
    /// `[arms]` itself.
    Arms,
    /// `[cluster]`, or a random intercept in the formula.
    Cluster,
    /// `[unit]`.
    Unit,
    /// `[period]`.
    Period,
    /// `[cohort]`, or `[arms]` by period.
    Treatment,
    /// `[cost]`.
    Cost,
    /// `took_part`.
    TookPart,
}

/// What kind of numbers an outcome holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Whole numbers from zero.
    Count,
    /// Numbers from zero, whole or not.
    Amount,
    /// 0 or 1, or successes among trials.
    Binary,
}

impl OutcomeKind {
    /// Whether a value is of this kind.
    #[must_use]
    pub fn takes(self, value: f64, trials: bool) -> bool {
        let whole = value >= 0.0 && value.fract() == 0.0;
        match self {
            Self::Count => whole,
            Self::Amount => value >= 0.0,
            Self::Binary => whole && (trials || value <= 1.0),
        }
    }

    /// Words for it.
    #[must_use]
    pub fn words(self, trials: bool) -> &'static str {
        match (self, trials) {
            (Self::Count, _) => "counts: whole numbers from zero",
            (Self::Amount, _) => "numbers from zero",
            (Self::Binary, false) => {
                "0 or 1 (for counted successes name their trials: [outcome] trials = \"…\")"
            }
            (Self::Binary, true) => "counted successes: whole numbers from zero",
        }
    }
}

/// What an adapter is given.
pub struct Job<'a> {
    /// The plan's text.
    pub source: Source<'a>,
    /// The plan.
    pub plan: &'a Plan,
    /// The rows.
    pub data: &'a Prepared,
    /// Who listens.
    pub progress: &'a dyn Progress,
}

impl Job<'_> {
    /// The columns of the rows analysed.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.data.frame
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> Seed {
        Seed::from_number(self.plan.seed)
    }
}

/// What an adapter gives back.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The effect.
    pub effect: Effect,
    /// All coefficients.
    pub coefficients: Vec<Estimate>,
    /// Coefficients with their covariance, where the effect is one of them.
    pub estimates: Option<Estimates>,
    /// The cluster-robust covariance, which has its own degrees of freedom for every combination of coefficients.
    pub robust: Option<(Robust, DegreesOfFreedom)>,
    /// Sentences that belong to the verdict.
    pub says: Vec<String>,
    /// The model in R's notation or in words.
    pub model: String,
    /// Figures of the fit.
    pub facts: Vec<Fact>,
    /// What a reader should know.
    pub remarks: Vec<String>,
    /// Rows that the method left out.
    pub dropped: Vec<Counted>,
    /// Whether the model fits.
    pub checks: Vec<Check>,
    /// Pictures.
    pub figures: Vec<Figure>,
}

impl Fit {
    /// A fit of which only the effect is known so far.
    #[must_use]
    pub fn new(effect: Effect, model: String) -> Self {
        Self {
            effect,
            coefficients: Vec::new(),
            estimates: None,
            robust: None,
            says: Vec::new(),
            model,
            facts: Vec::new(),
            remarks: Vec::new(),
            dropped: Vec::new(),
            checks: Vec::new(),
            figures: Vec::new(),
        }
    }
}

/// A method.
pub trait Estimator: Sync {
    /// What it is, in words.
    fn title(&self) -> &'static str;

    /// The page that describes it, under `docs/methods/`.
    fn page(&self) -> &'static str;

    /// Parts of the plan that it needs.
    fn needs(&self) -> &'static [Need];

    /// Settings that it understands.
    fn options(&self) -> &'static [&'static str] {
        &[]
    }

    /// What kind of outcome it takes; none is any number.
    fn outcome(&self) -> Option<OutcomeKind> {
        None
    }

    /// Whether covariates of the plan enter it.
    fn takes_covariates(&self) -> bool {
        true
    }

    /// Whether estimates from data sets completed by imputation can be pooled by Rubin's rules.
    fn pools(&self) -> bool {
        self.is_regression()
    }

    /// Whether it is a regression whose effect can be asked in subgroups and without each cluster.
    fn is_regression(&self) -> bool {
        false
    }

    /// Fits.
    ///
    /// # Errors
    /// [`crate::AnalysisError::Method`] where the method has no answer, [`crate::AnalysisError::Plan`] for settings that make no sense.
    fn fit(&self, job: &Job<'_>) -> Result<Fit>;
}

/// Coefficients of a fit as a table, and the one that answers the question.
pub(crate) fn regression_fit(
    job: &Job<'_>,
    estimates: Estimates,
    measure: crate::result::Measure,
    model: String,
) -> Result<Fit> {
    let name = job.data.effect.clone().unwrap_or_default();
    let table = estimates.table(job.plan.level);
    let Some(row) = table.iter().find(|row| row.name == name) else {
        let names: Vec<&str> = estimates.names.iter().map(String::as_str).collect();
        return Err(job.source.fault(
            &name,
            format!("the model has no coefficient '{name}' (it may be the same as other variables, and was left out)"),
            Some(suggestion(&name, &names, "the coefficients are")),
        ));
    };
    let mut effect = Effect::of(row, measure, job.plan.level);
    effect.label = effect_label(job.plan, &name);
    let mut fit = Fit::new(effect, model);
    fit.coefficients = table;
    fit.estimates = Some(estimates);
    Ok(fit)
}

/// "Programme against usual practice", or the name of the coefficient.
pub(crate) fn effect_label(plan: &Plan, coefficient: &str) -> String {
    match &plan.arms {
        Some(arms) if plan.effect.is_none() => match (&arms.treatment_label, &arms.control_label) {
            (Some(treatment), Some(control)) => format!("{treatment} against {control}"),
            (Some(treatment), None) => treatment.clone(),
            _ => coefficient.to_owned(),
        },
        _ => coefficient.to_owned(),
    }
}

/// An error of the library in the main fit.
pub(crate) fn failed(name: EstimatorName) -> impl Fn(stats::StatsError) -> crate::AnalysisError {
    move |error| method(name.as_str(), error)
}

/// The adapter of a method.
#[must_use]
pub fn of(name: EstimatorName) -> &'static dyn Estimator {
    match name {
        EstimatorName::PoissonMixed => &mixed::Mixed(stats::mixed::Family::Poisson),
        EstimatorName::NegativeBinomialMixed => &mixed::Mixed(stats::mixed::Family::NegativeBinomial),
        EstimatorName::LogisticMixed => &mixed::Mixed(stats::mixed::Family::Binomial),
        EstimatorName::LinearMixed => &mixed::Mixed(stats::mixed::Family::Gaussian),
        EstimatorName::Glm => &glm::Glm,
        EstimatorName::ClusterRobust => &robust::ClusterRobust,
        EstimatorName::Gee => &gee::Gee,
        EstimatorName::DidTwoWay => &panel::Did::TwoWay,
        EstimatorName::EventStudy => &panel::Did::EventStudy,
        EstimatorName::GroupTime => &panel::Did::GroupTime,
        EstimatorName::SunAbraham => &panel::Did::SunAbraham,
        EstimatorName::SyntheticControl => &synthetic::Synthetic::Classic,
        EstimatorName::AugmentedSyntheticControl => &synthetic::Synthetic::Augmented,
        EstimatorName::SyntheticDid => &synthetic::Synthetic::Differences,
        EstimatorName::WildBootstrap => &wild::WildBootstrap,
        EstimatorName::FixedEffectsLinear => &absorbed::FixedEffects::Linear,
        EstimatorName::FixedEffectsPoisson => &absorbed::FixedEffects::Poisson,
        EstimatorName::BayesRate => &bayes::BayesRate,
        EstimatorName::InterruptedTimeSeries => &series::Interrupted,
        EstimatorName::SteppedWedge => &wedge::SteppedWedge,
        EstimatorName::CostEffectiveness => &economics::CostEffectiveness,
        EstimatorName::ComplierEffect => &complier::ComplierEffect,
    }
}

#[cfg(test)]
mod page_tests {
    use super::*;

    /// A result names the page that describes its method: it must be there.
    #[test]
    fn every_method_has_its_page() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for name in EstimatorName::ALL {
            let page = of(name).page();
            assert!(root.join(page).is_file(), "{} names {page}, which is not there", name.as_str());
        }
    }

    /// Every method is in the list of all, and can be read by the name that it writes.
    #[test]
    fn names_are_read_as_they_are_written() {
        for name in EstimatorName::ALL {
            let read: EstimatorName = serde_json::from_str(&format!("\"{}\"", name.as_str())).unwrap();
            assert_eq!(read, name);
        }
        let mut names: Vec<&str> = EstimatorName::ALL.iter().map(|name| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EstimatorName::ALL.len());
    }
}
