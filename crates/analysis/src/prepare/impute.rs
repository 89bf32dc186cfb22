use stats::data::Frame;
use stats::missing::{ImputeOptions, Method, impute};
use stats::random::Seed;

use super::{Source, method};
use crate::error::Result;
use crate::plan::{Drawn, Plan};
use crate::result::{Counted, FlowAccount};

/// Most imputations: each is a data set in memory.
const MOST: u32 = 1_000;

/// The frame with its missing covariates imputed, as often as the plan says; empty where nothing is missing.
///
/// Outcome, arms, exposure and all covariates predict one another. Identifiers of clusters, units and periods take no part.
pub(super) fn completed(
    source: Source<'_>,
    plan: &Plan,
    frame: &Frame,
    imputable: &[String],
    flow: &mut FlowAccount,
) -> Result<Vec<Frame>> {
    let Some(wanted) = &plan.imputation else { return Ok(Vec::new()) };
    if !(2..=MOST).contains(&wanted.imputations) || !(1..=MOST).contains(&wanted.rounds) {
        return Err(source.fault(
            "",
            format!("[imputation] needs 2 to {MOST} imputations and 1 to {MOST} rounds"),
            None,
        ));
    }
    let lacking = |name: &str| {
        frame.get(name).map_or(0, |column| (0..frame.rows()).filter(|row| column.is_missing(*row)).count())
    };
    for name in imputable {
        let rows = lacking(name);
        if rows > 0 {
            flow.imputed.push(Counted { name: name.clone(), rows });
        }
    }
    if flow.imputed.is_empty() {
        return Ok(Vec::new());
    }
    let mut used: Vec<&str> = Vec::new();
    let outcome =
        plan.outcome.iter().flat_map(|o| std::iter::once(o.column.as_str()).chain(o.trials.as_deref()));
    let parts = [&plan.exposure, &plan.cost, &plan.took_part]
        .into_iter()
        .flatten()
        .map(|named| named.column.as_str());
    let arms = plan.arms.iter().map(|arms| arms.column.as_str());
    let response =
        plan.formula.as_deref().and_then(|formula| formula.split_once('~')).map_or("", |(left, _)| left);
    let words = response.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let all = outcome
        .chain(arms)
        .chain(parts)
        .chain(words)
        .chain(imputable.iter().map(String::as_str))
        .chain(wanted.auxiliary.iter().map(String::as_str));
    for name in all {
        if frame.get(name).is_some() && !used.contains(&name) {
            used.push(name);
        }
    }
    let failed = |error| method("imputation", error);
    let mut known = Frame::new();
    for name in &used {
        known = known.with_column(name, frame.column(name).map_err(failed)?.clone()).map_err(failed)?;
    }
    for name in wanted.draw.keys() {
        if !used.contains(&name.as_str()) {
            let help = crate::error::suggestion(name, &used, "the columns that are imputed or predict are");
            return Err(source.fault(name, format!("'{name}' has no part in the imputation"), Some(help)));
        }
    }
    let options = ImputeOptions {
        imputations: wanted.imputations as usize,
        iterations: wanted.rounds as usize,
        methods: wanted
            .draw
            .iter()
            .map(|(name, drawn)| {
                let how = match drawn {
                    Drawn::Matching => Method::PredictiveMeanMatching { donors: 5 },
                    Drawn::Normal => Method::Normal,
                };
                (name.clone(), how)
            })
            .collect(),
        left_out: Vec::new(),
    };
    let found = impute(&known, &options, Seed::from_number(plan.seed)).map_err(failed)?;
    found
        .frames
        .into_iter()
        .map(|complete| {
            let mut whole = frame.clone();
            for name in imputable {
                whole = whole
                    .with_column(name, complete.column(name).map_err(failed)?.clone())
                    .map_err(failed)?;
            }
            Ok(whole)
        })
        .collect()
}
