//! From the columns of a file to the rows that are analysed, with an account of every row that is not.

mod account;
mod check;
mod columns;
mod exclude;
mod impute;
mod model;

use stats::data::{Categorical, Column, Frame, Response};

use self::account::count;
use self::check::{arm_indicator, check_outcome, numbers_where_needed};
use self::columns::{categories, derive, treated};
use self::exclude::taker;
use self::model::{imputable, model_of, needed};
use crate::data::Loaded;
use crate::error::{AnalysisError, Result, suggestion};
use crate::plan::{Plan, fault};
use crate::result::{Counted, FlowAccount};

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
    /// The columns again with missing covariates imputed, once for each imputation; empty where nothing is imputed.
    pub completed: Vec<Frame>,
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
    for predictor in &plan.predictors {
        known(source, &frame, &predictor.column)?;
    }
    for name in plan.imputation.iter().flat_map(|imputation| &imputation.auxiliary) {
        known(source, &frame, name)?;
    }
    let imputable = imputable(plan, &model);
    numbers_where_needed(plan, &frame, loaded)?;
    for name in &used {
        let lacking =
            frame.get(name).map_or(0, |column| kept.iter().filter(|row| column.is_missing(**row)).count());
        // A unit that is never treated has no period of treatment.
        let allowed = plan.cohort.as_ref().is_some_and(|cohort| cohort.column == *name);
        if lacking > 0 && imputable.contains(name) {
            continue;
        }
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
    let completed = impute::completed(source, plan, &frame, &imputable, &mut flow)?;
    let groups = if model.groups.is_empty() {
        plan.cluster.iter().map(|cluster| cluster.column.clone()).collect()
    } else {
        model.groups
    };
    let effect = plan.effect.clone().or_else(|| plan.arms.as_ref().map(|arms| arms.column.clone()));
    count(plan, &frame, &groups, &mut flow);
    Ok(Prepared {
        frame,
        rows: kept,
        flow,
        terms: model.terms,
        response: model.response,
        effect,
        groups,
        completed,
    })
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
