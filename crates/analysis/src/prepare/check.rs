use std::collections::BTreeSet;

use stats::data::{Column, Frame};

use super::Source;
use crate::data::Loaded;
use crate::error::Result;
use crate::plan::{Plan, Scalar};

/// Outcomes, exposures and costs are numbers; a column of words is shown with its first cell that is none.
pub(super) fn numbers_where_needed(plan: &Plan, frame: &Frame, loaded: &Loaded) -> Result<()> {
    let mut names: Vec<&str> = Vec::new();
    if plan.formula.is_none()
        && let Some(outcome) = &plan.outcome
    {
        names.push(&outcome.column);
        names.extend(outcome.trials.as_deref());
    }
    for named in [&plan.exposure, &plan.cost, &plan.period, &plan.cohort].into_iter().flatten() {
        names.push(&named.column);
    }
    for name in names {
        if let Some(Column::Categorical(_)) = frame.get(name) {
            let (line, cell) = loaded.words.get(name).cloned().unwrap_or((0, String::new()));
            let comma = cell
                .split_once(',')
                .is_some_and(|(a, b)| a.parse::<f64>().is_ok() && b.parse::<u64>().is_ok());
            let help = if comma {
                "write decimals with a point"
            } else {
                "correct the cell, or list what it says under data.missing"
            };
            let line = (line > 0).then_some(line);
            return Err(loaded.wrong(line, Some(name), format!("'{cell}' is not a number; {help}")));
        }
    }
    Ok(())
}

pub(super) fn arm_indicator(
    source: Source<'_>,
    plan: &Plan,
    frame: &Frame,
    loaded: &Loaded,
    rows: &[usize],
) -> Result<Vec<f64>> {
    let Some(arms) = &plan.arms else { return Ok(Vec::new()) };
    let same = |scalar: &Scalar, value: &Scalar| match (scalar.number(), value.number()) {
        (Some(a), Some(b)) => a == b,
        _ => scalar.to_string() == value.to_string(),
    };
    if same(&arms.control, &arms.treatment) {
        return Err(source.fault(&arms.column, "control and treatment are the same arm", None));
    }
    let value = |row: usize| match frame.get(&arms.column) {
        Some(Column::Numeric(values)) => values.get(row).map(|value| Scalar::Number(*value)),
        Some(Column::Categorical(factor)) => factor
            .codes
            .get(row)
            .and_then(|code| factor.levels.get(*code as usize))
            .map(|level| Scalar::Words(level.clone())),
        None => None,
    };
    let mut indicator = Vec::with_capacity(rows.len());
    let mut found = BTreeSet::new();
    for (place, row) in rows.iter().enumerate() {
        let Some(value) = value(place) else { continue };
        if same(&arms.control, &value) {
            indicator.push(0.0);
        } else if same(&arms.treatment, &value) {
            indicator.push(1.0);
        } else {
            return Err(loaded.wrong(
                loaded.line(*row),
                Some(&arms.column),
                format!(
                    "'{value}' is neither the control arm '{}' nor the treatment arm '{}'; set control and treatment under [arms], \
                     or leave the other arms out under data.exclude with a reason",
                    arms.control, arms.treatment
                ),
            ));
        }
        found.insert(value.to_string());
    }
    if found.len() < 2 {
        let all = found.into_iter().next().unwrap_or_default();
        return Err(loaded.wrong(
            None,
            Some(&arms.column),
            format!(
                "every row analysed has the arm '{all}'; a comparison needs rows of '{}' and of '{}'",
                arms.control, arms.treatment
            ),
        ));
    }
    Ok(indicator)
}

/// Values that no method can use, shown with the line that they stand in.
pub(super) fn check_outcome(plan: &Plan, frame: &Frame, loaded: &Loaded, rows: &[usize]) -> Result<()> {
    let first = |name: &str, bad: &dyn Fn(f64) -> bool| {
        frame.numeric(name).ok().and_then(|values| {
            values.iter().position(|value| bad(*value)).map(|at| (at, values.get(at).copied()))
        })
    };
    let wrong = |name: &str, at: usize, message: String| {
        let row = rows.get(at).copied().unwrap_or(at);
        Err(loaded.wrong(loaded.line(row), Some(name), message))
    };
    if let Some(exposure) = &plan.exposure
        && let Some((at, Some(value))) = first(&exposure.column, &|v| v <= 0.0)
    {
        return wrong(
            &exposure.column,
            at,
            format!(
                "the exposure is {value}; it must be above zero (leave such rows out under data.exclude with a reason)"
            ),
        );
    }
    let Some(outcome) = &plan.outcome else { return Ok(()) };
    let estimator = crate::estimators::of(plan.estimator);
    if let Some(kind) = estimator.outcome()
        && let Some((at, Some(value))) = first(&outcome.column, &|v| !kind.takes(v, outcome.trials.is_some()))
    {
        return wrong(
            &outcome.column,
            at,
            format!(
                "the outcome is {value}, but '{}' needs {}",
                plan.estimator.as_str(),
                kind.words(outcome.trials.is_some())
            ),
        );
    }
    Ok(())
}
