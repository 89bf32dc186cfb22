use super::plan::{Kind, PowerDesign, PowerPlan, Shape};
use crate::error::{Result, suggestion};
use crate::plan::EstimatorName;
use crate::prepare::Source;

use super::methods;

/// Checks what types cannot, with words for each mistake.
pub(super) fn check(source: Source<'_>, plan: &PowerPlan) -> Result<()> {
    let wrong = |message: String| Err(source.fault("", message, None));
    if plan.effects.is_empty() || plan.effects.len() > 200 {
        return wrong("effects needs 1 to 200 values".to_owned());
    }
    if !(plan.level > 0.5 && plan.level < 1.0 && plan.aim > 0.0 && plan.aim < 1.0) {
        return wrong("level lies between 0.5 and 1, and aim between 0 and 1".to_owned());
    }
    if plan.simulations > 1_000_000 {
        return wrong("at most 1,000,000 simulations".to_owned());
    }
    if plan.precision.is_some_and(|half| !(half > 0.0 && half < 0.5)) {
        return wrong("precision lies between 0 and 0.5, such as 0.01 for one percentage point".to_owned());
    }
    if plan.simulations == 0 && (plan.detectable || plan.estimator.is_some()) {
        return wrong(
            "estimator and detectable are for simulations; set simulations to a number such as 1000"
                .to_owned(),
        );
    }
    if plan.simulations > 0 {
        method(source, plan)?;
    }
    for varied in plan.designs() {
        design(plan, &varied.design)
            .map_err(|message| source.fault("", format!("{}: {message}", varied.name), None))?;
    }
    for effect in &plan.effects {
        let fits = match plan.outcome {
            Kind::Rate => *effect > 0.0 && effect.is_finite(),
            Kind::Mean => effect.is_finite(),
            Kind::Proportion => {
                let treated = plan.design.control + effect;
                treated > 0.0 && treated < 1.0
            }
        };
        if !fits {
            return wrong(match plan.outcome {
                Kind::Rate => format!("the effect {effect} is not a ratio above zero, such as 0.9"),
                Kind::Mean => format!("the effect {effect} is not a number"),
                Kind::Proportion => format!(
                    "with the effect {effect} the treated proportion would be {}; effects on proportions are differences, such as -0.03",
                    plan.design.control + effect
                ),
            });
        }
    }
    Ok(())
}

fn method(source: Source<'_>, plan: &PowerPlan) -> Result<()> {
    let name = plan.method();
    let known: Vec<&str> = EstimatorName::ALL
        .into_iter()
        .filter(|name| methods::suits(*name, plan.outcome))
        .map(EstimatorName::as_str)
        .collect();
    if !methods::suits(name, plan.outcome) {
        let outcome = match plan.outcome {
            Kind::Rate => "rates",
            Kind::Mean => "means",
            Kind::Proportion => "proportions",
        };
        return Err(source.fault(
            name.as_str(),
            format!("trials of {outcome} are not simulated with '{}'", name.as_str()),
            Some(suggestion(name.as_str(), &known, "methods that can be")),
        ));
    }
    for set in plan.options.set() {
        if !methods::options(name).contains(&set) {
            return Err(source.fault(
                "",
                format!(
                    "the setting '{set}' does nothing for the estimator '{}' in a power study",
                    name.as_str()
                ),
                Some(suggestion(set, methods::options(name), "its settings are")),
            ));
        }
    }
    methods::of(source, plan).map(|_| ())
}

fn design(plan: &PowerPlan, design: &PowerDesign) -> Result<(), String> {
    let numbers = [
        ("clusters_per_arm", design.clusters_per_arm),
        ("clusters_per_sequence", design.clusters_per_sequence),
        ("never_treated", design.never_treated),
        ("members", design.members),
        ("size_cv", design.size_cv),
        ("control", design.control),
        ("k", design.k),
        ("icc", design.icc),
        ("sd", design.sd),
        ("period_sd", design.period_sd),
    ];
    if let Some((name, value)) = numbers.iter().find(|(_, value)| !value.is_finite() || *value < 0.0) {
        return Err(format!("design.{name} is {value}; it must not be negative"));
    }
    if !design.trend.is_finite() {
        return Err("design.trend is not a number".to_owned());
    }
    clusters(plan, design)?;
    if design.members < 1.0 {
        return Err(format!("design.members is {}; a cluster has at least one member", design.members));
    }
    if design.after == 0 || design.after > 200 || design.before.unwrap_or(0) > 200 {
        return Err("a design has 1 to 200 periods of treatment and at most 200 before".to_owned());
    }
    if !(0.0..=1.0).contains(&design.icc) || !(0.0..=1.0).contains(&design.cluster_autocorrelation) {
        return Err("icc and cluster_autocorrelation lie between 0 and 1".to_owned());
    }
    if plan.outcome == Kind::Mean && design.icc >= 1.0 {
        return Err("an icc of 1 leaves no variation between people".to_owned());
    }
    if plan.outcome != Kind::Mean && design.control == 0.0 {
        return Err("a rate or proportion needs its value without treatment: design.control".to_owned());
    }
    if plan.outcome == Kind::Proportion && design.control >= 1.0 {
        return Err(format!("design.control is {}; a proportion lies below 1", design.control));
    }
    if design.theta.is_some_and(|theta| !(theta.is_finite() && theta > 0.0)) {
        return Err("design.theta must be above zero".to_owned());
    }
    unused(plan.outcome, design)
}

fn clusters(plan: &PowerPlan, design: &PowerDesign) -> Result<(), String> {
    let whole = |name: &str, value: f64, least: f64| {
        if value < least || value > 100_000.0 {
            return Err(format!("design.{name} is {value}; it lies between {least} and 100,000"));
        }
        if plan.simulations > 0 && value.fract() != 0.0 {
            return Err(format!("design.{name} is {value}; a simulation needs whole clusters"));
        }
        Ok(())
    };
    match design.shape {
        Shape::Parallel => {
            if design.sequences > 0 || design.clusters_per_sequence > 0.0 || design.never_treated > 0.0 {
                return Err(
                    "sequences, clusters_per_sequence and never_treated are for shape = \"stepped-wedge\""
                        .to_owned(),
                );
            }
            whole("clusters_per_arm", design.clusters_per_arm, 2.0)
        }
        Shape::SteppedWedge => {
            if design.clusters_per_arm > 0.0 {
                return Err("a stepped wedge has sequences and clusters_per_sequence, not clusters_per_arm"
                    .to_owned());
            }
            if !(1..=200).contains(&design.sequences) {
                return Err("a stepped wedge has 1 to 200 sequences".to_owned());
            }
            if design.before == Some(0) {
                return Err("a stepped wedge has at least one period before treatment".to_owned());
            }
            whole("clusters_per_sequence", design.clusters_per_sequence, 1.0)?;
            whole("never_treated", design.never_treated, 0.0)
        }
    }
}

/// Parts of the design that this outcome would not look at.
fn unused(kind: Kind, design: &PowerDesign) -> Result<(), String> {
    let rate = kind == Kind::Rate;
    let parts = [
        ("k", design.k != 0.0, rate, "rates"),
        ("period_sd", design.period_sd != 0.0, rate, "rates"),
        ("theta", design.theta.is_some(), rate, "rates"),
        ("icc", design.icc != 0.0, !rate, "means and proportions"),
        ("cluster_autocorrelation", design.cluster_autocorrelation != 1.0, !rate, "means and proportions"),
        ("sd", design.sd != 1.0, kind == Kind::Mean, "means"),
        ("control", design.control != 0.0, kind != Kind::Mean, "rates and proportions"),
    ];
    match parts.iter().find(|(_, set, used, _)| *set && !*used) {
        Some((name, _, _, what)) => Err(format!("design.{name} is for {what} and would do nothing here")),
        None => Ok(()),
    }
}
