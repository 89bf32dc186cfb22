//! From the columns of a file to the rows that are analysed, with an account of every row that is not.

use std::collections::BTreeSet;

use stats::data::{Categorical, Column, Formula, Frame, MISSING, Response};

use crate::data::Loaded;
use crate::error::{AnalysisError, Result, suggestion};
use crate::plan::{Exclusion, Plan, Scalar, TREATED, fault, split_random};
use crate::result::{ArmAccount, Counted, FlowAccount};

/// The text that a plan was read from, for messages that point into it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl Source<'_> {
    /// An error that points at a value of the plan.
    #[must_use]
    pub fn fault(&self, value: &str, message: impl Into<String>, help: Option<String>) -> AnalysisError {
        fault(self.file, self.text, value, message.into(), help)
    }
}

/// The rows of an analysis.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Columns of the rows analysed; the arms are 0 and 1, categories are levels, derived columns are there.
    pub frame: Frame,
    /// Position of each row in the file, from 0.
    pub rows: Vec<usize>,
    /// What became of the others.
    pub flow: FlowAccount,
    /// Right-hand side of the model in R's notation, without random intercepts; empty for methods without one.
    pub terms: String,
    /// The outcome where a formula gives one that is not a column.
    pub response: Option<Response>,
    /// The coefficient asked for.
    pub effect: Option<String>,
    /// Groups of random intercepts or clusters, outermost first.
    pub groups: Vec<String>,
}

/// Picks the rows of a plan.
///
/// # Errors
/// [`AnalysisError::Plan`] for columns that are not there, [`AnalysisError::Data`] for cells that cannot be used.
pub fn prepare(source: Source<'_>, plan: &Plan, loaded: &Loaded) -> Result<Prepared> {
    let mut frame = loaded.frame.clone();
    frame = categories(source, plan, frame)?;
    frame = derive(source, plan, frame)?;
    frame = treated(source, plan, frame)?;
    let mut flow = FlowAccount { read: frame.rows(), ..FlowAccount::default() };
    let mut kept: Vec<usize> = (0..frame.rows()).collect();
    for exclusion in &plan.data.exclude {
        let before = kept.len();
        let takes = taker(source, &frame, exclusion)?;
        kept.retain(|row| !takes(*row));
        flow.excluded.push(Counted { name: exclusion.reason.clone(), rows: before - kept.len() });
    }
    if kept.is_empty() {
        return Err(source.fault("", "the exclusions leave no row to analyse", None));
    }
    let model = model_of(source, plan)?;
    let used = needed(plan, &model);
    for name in &used {
        known(source, &frame, name)?;
    }
    numbers_where_needed(plan, &frame, loaded)?;
    for name in &used {
        let lacking =
            frame.get(name).map_or(0, |column| kept.iter().filter(|row| column.is_missing(**row)).count());
        // A unit that is never treated has no period of treatment.
        let allowed = plan.cohort.as_ref().is_some_and(|cohort| cohort.column == *name);
        if lacking > 0 && !allowed {
            flow.missing.push(Counted { name: name.clone(), rows: lacking });
        }
    }
    let before = kept.len();
    kept.retain(|row| {
        flow.missing.iter().all(|m| frame.get(&m.name).is_some_and(|column| !column.is_missing(*row)))
    });
    flow.incomplete = before - kept.len();
    flow.analysed = kept.len();
    if kept.is_empty() {
        let columns: Vec<String> =
            flow.missing.iter().map(|m| format!("{} ({} rows)", m.name, m.rows)).collect();
        return Err(loaded.wrong(
            None,
            None,
            format!("no row has all the values needed; missing are {}", columns.join(", ")),
        ));
    }
    let mut frame = frame.select(&kept).map_err(|e| method("the rows", e))?;
    if let Some(arms) = &plan.arms {
        let indicator = arm_indicator(source, plan, &frame, loaded, &kept)?;
        frame = frame.with_numeric(&arms.column, indicator).map_err(|e| method("the arms", e))?;
    }
    check_outcome(plan, &frame, loaded, &kept)?;
    let groups = if model.groups.is_empty() {
        plan.cluster.iter().map(|cluster| cluster.column.clone()).collect()
    } else {
        model.groups
    };
    let effect = plan.effect.clone().or_else(|| plan.arms.as_ref().map(|arms| arms.column.clone()));
    count(plan, &frame, &groups, &mut flow);
    Ok(Prepared { frame, rows: kept, flow, terms: model.terms, response: model.response, effect, groups })
}

pub(crate) fn method(part: &str, error: stats::StatsError) -> AnalysisError {
    match error {
        stats::StatsError::Stopped => AnalysisError::Stopped,
        source => AnalysisError::Method { part: part.to_owned(), source },
    }
}

fn known(source: Source<'_>, frame: &Frame, name: &str) -> Result<()> {
    if frame.get(name).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = frame.names().collect();
    Err(source.fault(
        name,
        format!("the data have no column '{name}'"),
        Some(suggestion(name, &names, "the columns are")),
    ))
}

fn categories(source: Source<'_>, plan: &Plan, mut frame: Frame) -> Result<Frame> {
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
fn derive(source: Source<'_>, plan: &Plan, mut frame: Frame) -> Result<Frame> {
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
fn treated(source: Source<'_>, plan: &Plan, frame: Frame) -> Result<Frame> {
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

/// A function that says whether a row of the frame is left out.
fn taker<'a>(
    source: Source<'_>,
    frame: &'a Frame,
    exclusion: &'a Exclusion,
) -> Result<Box<dyn Fn(usize) -> bool + 'a>> {
    known(source, frame, &exclusion.column)?;
    match frame.get(&exclusion.column) {
        Some(Column::Numeric(values)) => {
            let listed = exclusion.one_of.iter().flatten();
            for scalar in exclusion.equals.iter().chain(&exclusion.other_than).chain(listed) {
                if scalar.number().is_none() {
                    return Err(source.fault(
                        &scalar.to_string(),
                        format!(
                            "column '{}' holds numbers, so no row has the value '{scalar}'",
                            exclusion.column
                        ),
                        None,
                    ));
                }
            }
            Ok(Box::new(|row| values.get(row).is_some_and(|value| exclusion.takes_number(*value))))
        }
        Some(Column::Categorical(factor)) => {
            if exclusion.compares() {
                return Err(source.fault(
                    &exclusion.column,
                    format!(
                        "column '{}' holds words, which are neither below nor above a number",
                        exclusion.column
                    ),
                    None,
                ));
            }
            let takes: Vec<bool> =
                factor.levels.iter().map(|level| exclusion.takes_words(Some(level))).collect();
            Ok(Box::new(move |row| match factor.codes.get(row) {
                Some(&MISSING) | None => exclusion.missing,
                Some(code) => takes.get(*code as usize).copied().unwrap_or(false),
            }))
        }
        None => Ok(Box::new(|_| false)),
    }
}

struct Model {
    terms: String,
    response: Option<Response>,
    columns: Vec<String>,
    groups: Vec<String>,
}

fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_owned() } else { format!("`{name}`") }
}

fn model_of(source: Source<'_>, plan: &Plan) -> Result<Model> {
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

/// Every column that a row must have a value in.
fn needed(plan: &Plan, model: &Model) -> Vec<String> {
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
    for named in [&plan.exposure, &plan.cluster, &plan.unit, &plan.period, &plan.cohort, &plan.cost]
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

/// Outcomes, exposures and costs are numbers; a column of words is shown with its first cell that is none.
fn numbers_where_needed(plan: &Plan, frame: &Frame, loaded: &Loaded) -> Result<()> {
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

fn arm_indicator(
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
fn check_outcome(plan: &Plan, frame: &Frame, loaded: &Loaded, rows: &[usize]) -> Result<()> {
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

/// Distinct groups of a column, as one number for each row.
#[must_use]
pub fn codes(frame: &Frame, name: &str) -> (Vec<usize>, Vec<String>) {
    match frame.get(name) {
        Some(Column::Categorical(factor)) => {
            let codes = factor.codes.iter().map(|code| *code as usize).collect();
            (codes, factor.levels.clone())
        }
        Some(Column::Numeric(values)) => {
            let factor = Categorical::from_numbers(values);
            (factor.codes.iter().map(|code| *code as usize).collect(), factor.levels)
        }
        None => (Vec::new(), Vec::new()),
    }
}

fn distinct(codes: impl Iterator<Item = usize>) -> usize {
    codes.collect::<BTreeSet<_>>().len()
}

fn count(plan: &Plan, frame: &Frame, groups: &[String], flow: &mut FlowAccount) {
    let cluster = groups.first().cloned().or_else(|| plan.unit.as_ref().map(|unit| unit.column.clone()));
    let cluster_codes = cluster.as_ref().map(|name| codes(frame, name).0);
    if let Some(all) = &cluster_codes {
        flow.clusters = Some(distinct(all.iter().copied()));
        let words = [&plan.cluster, &plan.unit]
            .into_iter()
            .flatten()
            .find(|named| Some(&named.column) == cluster.as_ref());
        flow.cluster_word = words.map(|named| named.words().to_owned()).or(cluster);
    }
    let Some(arms) = &plan.arms else { return };
    let Ok(indicator) = frame.numeric(&arms.column) else { return };
    let outcome = plan.outcome.as_ref().and_then(|outcome| frame.numeric(&outcome.column).ok());
    let trials =
        plan.outcome.as_ref().and_then(|o| o.trials.as_ref()).and_then(|name| frame.numeric(name).ok());
    let exposure = plan.exposure.as_ref().and_then(|named| frame.numeric(&named.column).ok());
    for (value, scalar, label) in
        [(0.0, &arms.control, &arms.control_label), (1.0, &arms.treatment, &arms.treatment_label)]
    {
        let within: Vec<usize> =
            indicator.iter().enumerate().filter(|(_, arm)| **arm == value).map(|(row, _)| row).collect();
        let total = |values: &[f64]| within.iter().filter_map(|row| values.get(*row)).sum::<f64>();
        let sum = outcome.map(total);
        let under = exposure.or(trials).map_or(within.len() as f64, total);
        flow.arms.push(ArmAccount {
            name: label.clone().unwrap_or_else(|| format!("{} {scalar}", arms.column)),
            rows: within.len(),
            clusters: cluster_codes
                .as_ref()
                .map(|codes| distinct(within.iter().filter_map(|row| codes.get(*row).copied()))),
            outcome: sum,
            mean: sum.map(|sum| sum / under),
        });
    }
}
