//! The methods of analyses, as the simulation calls them. Each does with a simulated trial what its adapter in
//! [`crate::estimators`] does with data: one row for each cluster and period, the outcome with the exposure as offset.

mod linear;
mod rate;

use stats::cluster::{Correction, DegreesOfFreedom, WildOptions, WildWeights};
use stats::did::Comparison;
use stats::gee;
use stats::glm;
use stats::mixed::{self, Integral};
use stats::power::Estimator;
use stats::random::Seed;

use super::plan::{Kind, PowerPlan};
use crate::error::{Result, suggestion};
use crate::plan::EstimatorName;
use crate::prepare::Source;

/// Draws of a wild bootstrap in each simulated trial, where the plan says nothing.
const DRAWS: u32 = 999;

/// Whether simulated trials of such outcomes can be analysed by a method.
pub(super) fn suits(name: EstimatorName, kind: Kind) -> bool {
    use EstimatorName as Name;
    match name {
        Name::PoissonMixed | Name::NegativeBinomialMixed | Name::FixedEffectsPoisson => kind == Kind::Rate,
        Name::LogisticMixed => kind == Kind::Proportion,
        Name::Glm | Name::ClusterRobust | Name::WildBootstrap => true,
        Name::Gee
        | Name::LinearMixed
        | Name::FixedEffectsLinear
        | Name::DidTwoWay
        | Name::GroupTime
        | Name::SteppedWedge => kind != Kind::Proportion,
        _ => false,
    }
}

/// Settings that a method has in a power study.
pub(super) fn options(name: EstimatorName) -> &'static [&'static str] {
    use EstimatorName as Name;
    match name {
        Name::PoissonMixed | Name::NegativeBinomialMixed | Name::LogisticMixed => &["nodes"],
        Name::ClusterRobust => &["covariance"],
        Name::Gee => &["correlation", "covariance"],
        Name::WildBootstrap => &["draws", "signs"],
        Name::GroupTime => &["comparison"],
        _ => &[],
    }
}

/// What the simulation does to the outcome before a method for measurements takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Nothing: means of people.
    Means,
    /// Logarithms of rates, half an event standing for none.
    LogRates,
}

/// The method of the plan's simulation.
pub(super) fn of(source: Source<'_>, plan: &PowerPlan) -> Result<Box<dyn Estimator>> {
    use EstimatorName as Name;
    let set = &plan.options;
    let family = match plan.outcome {
        Kind::Rate => glm::Family::Poisson,
        Kind::Mean => glm::Family::Gaussian,
        Kind::Proportion => glm::Family::Binomial,
    };
    let scale = if plan.outcome == Kind::Rate { Scale::LogRates } else { Scale::Means };
    let integral = match set.nodes {
        None => Integral::default(),
        Some(0 | 1) => Integral::Laplace,
        Some(nodes) => Integral::Quadrature(nodes as usize),
    };
    let mixed = |family| rate::Mixed { options: mixed::Options::new(family).integral(integral) };
    Ok(match plan.method() {
        Name::PoissonMixed => Box::new(mixed(mixed::Family::Poisson)),
        Name::NegativeBinomialMixed => Box::new(mixed(mixed::Family::NegativeBinomial)),
        Name::LogisticMixed => Box::new(mixed(mixed::Family::Binomial)),
        Name::Glm => Box::new(rate::Regression { family, errors: rate::Errors::Model }),
        Name::ClusterRobust => {
            let (correction, df) = choice(
                source,
                set.covariance.as_deref(),
                &[
                    ("CR2", (Correction::CR2, DegreesOfFreedom::Satterthwaite)),
                    ("CR0", (Correction::CR0, DegreesOfFreedom::Clusters)),
                    ("CR1", (Correction::CR1, DegreesOfFreedom::Clusters)),
                    ("CR3", (Correction::CR3, DegreesOfFreedom::Clusters)),
                ],
                "covariance",
            )?;
            Box::new(rate::Regression { family, errors: rate::Errors::Clusters(correction, df) })
        }
        Name::WildBootstrap => {
            let weights = choice(
                source,
                set.signs.as_deref(),
                &[
                    ("rademacher", WildWeights::Rademacher),
                    ("webb", WildWeights::Webb),
                    ("mammen", WildWeights::Mammen),
                ],
                "kind of signs",
            )?;
            let draws = set.draws.unwrap_or(DRAWS) as usize;
            let options = WildOptions { weights, ..WildOptions::new(draws, Seed::from_number(plan.seed)) };
            Box::new(rate::Regression { family, errors: rate::Errors::Wild(options) })
        }
        Name::Gee => Box::new(rate::Gee {
            family,
            correlation: choice(
                source,
                set.correlation.as_deref(),
                &[
                    ("exchangeable", gee::Correlation::Exchangeable),
                    ("independence", gee::Correlation::Independence),
                ],
                "working correlation",
            )?,
            correction: choice(
                source,
                set.covariance.as_deref(),
                &[
                    ("robust", gee::Correction::Robust),
                    ("mancl-derouen", gee::Correction::ManclDeRouen),
                    ("kauermann-carroll", gee::Correction::KauermannCarroll),
                    ("fay-graubard", gee::Correction::FayGraubard),
                ],
                "covariance",
            )?,
        }),
        Name::FixedEffectsPoisson => Box::new(rate::Absorbed),
        Name::FixedEffectsLinear => Box::new(linear::Linear { scale, how: linear::How::Absorbed }),
        Name::DidTwoWay => Box::new(linear::Linear { scale, how: linear::How::TwoWay }),
        Name::GroupTime => {
            let comparison = choice(
                source,
                set.comparison.as_deref(),
                &[
                    ("never-treated", Comparison::NeverTreated),
                    ("not-yet-treated", Comparison::NotYetTreated),
                ],
                "comparison",
            )?;
            Box::new(linear::Linear { scale, how: linear::How::GroupTime(comparison) })
        }
        Name::SteppedWedge => Box::new(linear::Linear { scale, how: linear::How::Wedge }),
        _ => Box::new(linear::Linear { scale, how: linear::How::Mixed }),
    })
}

/// The first of what is known where nothing is written.
fn choice<T: Copy>(source: Source<'_>, written: Option<&str>, known: &[(&str, T)], what: &str) -> Result<T> {
    let found = match written {
        None => known.first(),
        Some(written) => known.iter().find(|(name, _)| *name == written),
    };
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let written = written.unwrap_or_default();
        source.fault(
            written,
            format!("there is no {what} '{written}'"),
            Some(suggestion(written, &names, "there are")),
        )
    })
}
