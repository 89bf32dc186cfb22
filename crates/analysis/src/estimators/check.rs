use super::{Estimator, Need, OutcomeKind, of};
use crate::error::{Result, suggestion};
use crate::plan::{EstimatorName, Plan};
use crate::prepare::Source;

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
            Need::TookPart => {
                (plan.took_part.is_some(), "took_part = \"…\", the column that is 1 for those who took part")
            }
        };
        if !there {
            return Err(source.fault(name, format!("the estimator '{name}' needs {what}"), None));
        }
    }
    unused_parts(source, plan, estimator)?;
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
        && matches!(estimator.outcome(), Some(OutcomeKind::Count | OutcomeKind::Amount))
    {
        return Err(source.fault(
            name,
            format!("'{name}' models counts, and the outcome has trials; a method for successes is 'logistic-mixed' or 'glm' with family = \"binomial\""),
            None,
        ));
    }
    Ok(())
}

/// Parts of a plan that its method would not look at.
fn unused_parts(source: Source<'_>, plan: &Plan, estimator: &dyn Estimator) -> Result<()> {
    let name = plan.estimator.as_str();
    if let Some(covariate) = plan.covariates.first()
        && !estimator.takes_covariates()
    {
        let help = match plan.estimator {
            EstimatorName::SyntheticControl => "list them under [[predictors]] with column, from and to",
            _ => "leave them out, or ask for another method as a sensitivity analysis",
        };
        return Err(source.fault(
            covariate,
            format!("the estimator '{name}' takes no covariates"),
            Some(help.to_owned()),
        ));
    }
    if let Some(predictor) = plan.predictors.first()
        && plan.estimator != EstimatorName::SyntheticControl
    {
        return Err(source.fault(
            &predictor.column,
            format!("predictors are for the estimator 'synthetic-control', not for '{name}'"),
            None,
        ));
    }
    if plan.imputation.is_some() && !estimator.pools() {
        return Err(source.fault(
            name,
            format!("'{name}' gives nothing that Rubin's rules can pool"),
            Some(
                "leave [imputation] out, or use a regression such as 'poisson-mixed' or 'cluster-robust'"
                    .to_owned(),
            ),
        ));
    }
    Ok(())
}
