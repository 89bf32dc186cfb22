use std::collections::BTreeSet;

use stats::data::{Formula, Response};

use super::Source;
use crate::error::Result;
use crate::plan::{Plan, split_random};

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) terms: String,
    pub(super) response: Option<Response>,
    pub(super) columns: Vec<String>,
    pub(super) groups: Vec<String>,
}

fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_owned() } else { format!("`{name}`") }
}

pub(super) fn model_of(source: Source<'_>, plan: &Plan) -> Result<Model> {
    let parsed = |text: &str, whole: &str| {
        Formula::parse(text).map_err(|error| source.fault(whole, error.to_string(), None))
    };
    if let Some(formula) = &plan.formula {
        let mixed = split_random(formula).map_err(|why| source.fault(formula, why, None))?;
        let parsed = parsed(&mixed.fixed, formula)?;
        let mut columns: Vec<String> = parsed.response.columns().iter().map(|c| (*c).to_owned()).collect();
        columns.extend(parsed.terms.columns().iter().map(|c| (*c).to_owned()));
        let terms = mixed.fixed.split_once('~').map_or("1", |(_, right)| right.trim()).to_owned();
        return Ok(Model { terms, response: Some(parsed.response), columns, groups: mixed.groups });
    }
    let mut terms: Vec<String> = plan.arms.iter().map(|arms| quoted(&arms.column)).collect();
    for covariate in &plan.covariates {
        // A covariate that is the plain name of a column may hold any character.
        terms.push(covariate.clone());
    }
    if terms.is_empty() {
        terms.push("1".to_owned());
    }
    if let Some(exposure) = &plan.exposure {
        terms.push(format!("offset(log({}))", quoted(&exposure.column)));
    }
    let text = terms.join(" + ");
    let first = plan.covariates.first().map_or("", String::as_str);
    let columns =
        parsed(&format!("y ~ {text}"), first)?.terms.columns().iter().map(|c| (*c).to_owned()).collect();
    Ok(Model { terms: text, response: None, columns, groups: Vec::new() })
}

/// Columns that the plan allows to be imputed: those of covariates that have no other part in the plan.
pub(super) fn imputable(plan: &Plan, model: &Model) -> Vec<String> {
    if plan.imputation.is_none() {
        return Vec::new();
    }
    let bare = Model { columns: Vec::new(), ..model.clone() };
    let fixed: BTreeSet<String> = needed(plan, &bare).into_iter().collect();
    let of_outcome: BTreeSet<&str> =
        model.response.as_ref().map(|response| response.columns().into_iter().collect()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    model
        .columns
        .iter()
        .filter(|name| !fixed.contains(*name) && !of_outcome.contains(name.as_str()) && *name != "pi")
        .filter(|name| seen.insert(*name))
        .cloned()
        .collect()
}

/// Every column that a row must have a value in.
pub(super) fn needed(plan: &Plan, model: &Model) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    if model.response.is_none()
        && let Some(outcome) = &plan.outcome
    {
        names.push(&outcome.column);
        names.extend(outcome.trials.as_deref());
    }
    if let Some(arms) = &plan.arms {
        names.push(&arms.column);
    }
    for named in
        [&plan.exposure, &plan.cluster, &plan.unit, &plan.period, &plan.cohort, &plan.cost, &plan.took_part]
            .into_iter()
            .flatten()
    {
        names.push(&named.column);
    }
    names.extend(model.columns.iter().map(String::as_str));
    names.extend(model.groups.iter().map(String::as_str));
    names.extend(plan.options.absorb.iter().flatten().map(String::as_str));
    names.extend(plan.subgroups.iter().map(|subgroup| subgroup.column.as_str()));
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| *name != "pi" && seen.insert(*name)).map(str::to_owned).collect()
}
