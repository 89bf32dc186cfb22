//! One adapter for each method: it says what the method needs from a plan, checks that, calls the library, and gives back what
//! all methods have in common.

mod absorbed;
mod design;
mod economics;
mod gee;
mod glm;
mod mixed;
mod panel;
mod robust;
mod series;
mod synthetic;
mod wedge;

use stats::data::Frame;
use stats::random::Seed;
use stats::{Estimate, Estimates};

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
}

/// What kind of numbers an outcome holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Whole numbers from zero.
    Count,
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
            Self::Binary => whole && (trials || value <= 1.0),
        }
    }

    /// Words for it.
    #[must_use]
    pub fn words(self, trials: bool) -> &'static str {
        match (self, trials) {
            (Self::Count, _) => "counts: whole numbers from zero",
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

/// Checks that a plan has what its method needs, and no setting that does nothing.
///
/// # Errors
/// [`crate::AnalysisError::Plan`].
pub fn check(source: Source<'_>, plan: &Plan) -> Result<()> {
    let estimator = of(plan.estimator);
    let name = plan.estimator.as_str();
    for need in estimator.needs() {
        let (there, what) = match need {
            Need::Outcome => {
                (plan.outcome.is_some() || plan.formula.is_some(), "[outcome] with column = \"…\"")
            }
            Need::Effect => (
                plan.arms.is_some() || plan.effect.is_some(),
                "[arms] with column = \"…\" (or effect = \"…\", the coefficient that answers the question)",
            ),
            Need::Arms => (plan.arms.is_some(), "[arms] with column = \"…\""),
            Need::Cluster => (
                plan.cluster.is_some() || plan.formula.as_ref().is_some_and(|formula| formula.contains('|')),
                "cluster = \"…\"",
            ),
            Need::Unit => (plan.unit.is_some(), "unit = \"…\""),
            Need::Period => (plan.period.is_some(), "period = \"…\""),
            Need::Treatment => (
                plan.cohort.is_some() || plan.arms.is_some(),
                "cohort = \"…\", the period in which each unit is first treated (or [arms], 1 in treated periods)",
            ),
            Need::Cost => (plan.cost.is_some(), "cost = \"…\""),
        };
        if !there {
            return Err(source.fault(name, format!("the estimator '{name}' needs {what}"), None));
        }
    }
    for set in plan.options.set() {
        if !estimator.options().contains(&set) {
            let help = if estimator.options().is_empty() {
                format!("'{name}' has no settings")
            } else {
                suggestion(set, estimator.options(), &format!("settings of '{name}' are"))
            };
            return Err(source.fault(
                "",
                format!("the setting '{set}' does nothing for the estimator '{name}'"),
                Some(help),
            ));
        }
    }
    if plan.outcome.as_ref().is_some_and(|outcome| outcome.trials.is_some())
        && estimator.outcome() == Some(OutcomeKind::Count)
    {
        return Err(source.fault(
            name,
            format!("'{name}' models counts, and the outcome has trials; a method for successes is 'logistic-mixed' or 'glm' with family = \"binomial\""),
            None,
        ));
    }
    Ok(())
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
        EstimatorName::FixedEffectsLinear => &absorbed::FixedEffects,
        EstimatorName::InterruptedTimeSeries => &series::Interrupted,
        EstimatorName::SteppedWedge => &wedge::SteppedWedge,
        EstimatorName::CostEffectiveness => &economics::CostEffectiveness,
    }
}

#[cfg(test)]
mod page_tests {
    use super::*;

    /// A result names the page that describes its method: it must be there.
    #[test]
    fn every_method_has_its_page() {
        use EstimatorName as Name;
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for name in [
            Name::PoissonMixed,
            Name::NegativeBinomialMixed,
            Name::LogisticMixed,
            Name::LinearMixed,
            Name::Glm,
            Name::ClusterRobust,
            Name::Gee,
            Name::FixedEffectsLinear,
            Name::DidTwoWay,
            Name::EventStudy,
            Name::GroupTime,
            Name::SunAbraham,
            Name::SyntheticControl,
            Name::AugmentedSyntheticControl,
            Name::SyntheticDid,
            Name::InterruptedTimeSeries,
            Name::SteppedWedge,
            Name::CostEffectiveness,
        ] {
            let page = of(name).page();
            assert!(root.join(page).is_file(), "{} names {page}, which is not there", name.as_str());
        }
    }
}
