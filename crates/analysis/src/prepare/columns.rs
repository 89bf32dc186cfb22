use std::collections::BTreeSet;

use stats::data::{Categorical, Column, Formula, Frame, Response};

use super::{Source, codes, known, method};
use crate::error::{Result, suggestion};
use crate::plan::{Plan, TREATED};

pub(super) fn categories(source: Source<'_>, plan: &Plan, mut frame: Frame) -> Result<Frame> {
    for name in &plan.data.categories {
        known(source, &frame, name)?;
        if let Some(Column::Numeric(values)) = frame.get(name) {
            let factor = Categorical::from_numbers(values);
            frame = frame.with_column(name, Column::Categorical(factor)).map_err(|e| method(name, e))?;
        }
    }
    for (name, level) in &plan.data.reference {
        known(source, &frame, name)?;
        if let Some(Column::Categorical(factor)) = frame.get(name) {
            if !factor.levels.contains(level) {
                let levels: Vec<&str> = factor.levels.iter().map(String::as_str).collect();
                return Err(source.fault(
                    level,
                    format!("column '{name}' has no level '{level}'"),
                    Some(suggestion(level, &levels, "its levels are")),
                ));
            }
            frame = frame.with_reference(name, level).map_err(|e| method(name, e))?;
        } else {
            return Err(source.fault(
                level,
                format!("column '{name}' holds numbers; list it under data.categories before giving it a reference level"),
                None,
            ));
        }
    }
    Ok(frame)
}

/// New columns, each once those it is made of are there.
pub(super) fn derive(source: Source<'_>, plan: &Plan, mut frame: Frame) -> Result<Frame> {
    let mut waiting: Vec<(&String, &String)> = plan.data.derive.iter().collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut next = Vec::new();
        for (name, text) in waiting {
            let expression = match Formula::parse(&format!("{text} ~ 1")) {
                Ok(Formula { response: Response::Value(expression), .. }) => expression,
                Ok(_) => {
                    return Err(source.fault(text, format!("'{text}' is not arithmetic on columns"), None));
                }
                Err(error) => {
                    return Err(source.fault(text, format!("'{name}' cannot be derived: {error}"), None));
                }
            };
            let ready =
                expression.columns().iter().all(|column| frame.get(column).is_some() || *column == "pi");
            if !ready {
                next.push((name, text));
                continue;
            }
            let mut values = expression
                .evaluate(&frame)
                .map_err(|error| source.fault(text, format!("'{name}' cannot be derived: {error}"), None))?;
            // A logarithm of zero is a missing value, and is counted as one.
            for value in &mut values {
                if value.is_infinite() {
                    *value = f64::NAN;
                }
            }
            frame = frame.with_numeric(name, values).map_err(|e| method(name, e))?;
        }
        if next.len() == before {
            let (name, text) = next.first().copied().unzip();
            let (name, text) = (name.cloned().unwrap_or_default(), text.cloned().unwrap_or_default());
            let names: Vec<&str> = frame.names().collect();
            return Err(source.fault(
                &text,
                format!("'{name}' is derived from columns that are not there"),
                Some(format!("the columns are: {}", names.join(", "))),
            ));
        }
        waiting = next;
    }
    Ok(frame)
}

/// The column of who is treated when, from the plan's own words.
pub(super) fn treated(source: Source<'_>, plan: &Plan, frame: Frame) -> Result<Frame> {
    let (Some(treated), Some(unit), Some(period)) = (&plan.treated, &plan.unit, &plan.period) else {
        return Ok(frame);
    };
    known(source, &frame, &unit.column)?;
    known(source, &frame, &period.column)?;
    let (codes, names) = codes(&frame, &unit.column);
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut chosen = BTreeSet::new();
    for scalar in &treated.units {
        let name = scalar.to_string();
        let Some(at) = names.iter().position(|known| *known == name) else {
            return Err(source.fault(
                &name,
                format!("column '{}' has no unit '{name}'", unit.column),
                Some(suggestion(&name, &listed, "the units are")),
            ));
        };
        chosen.insert(at);
    }
    let periods = frame.numeric(&period.column).map_err(|e| method("the periods", e))?;
    let values = codes
        .iter()
        .zip(periods)
        .map(|(code, period)| f64::from(u8::from(chosen.contains(code) && *period >= treated.from)))
        .collect();
    frame.with_numeric(TREATED, values).map_err(|e| method("the treated units", e))
}
