//! From a plan and a file to a result.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use stats::data::Frame;

use crate::data::Loaded;
use crate::error::{AnalysisError, Result};
use crate::estimators::{self, Fit, Job};
use crate::plan::Plan;
use crate::prepare::{Prepared, Source, codes, prepare};
use crate::progress::Progress;
use crate::result::{Analysis, Effect, Influence, Method, Provenance, SCHEMA, VariantResult};
use crate::{pooled, subgroup, verdict};

/// Leaving out one cluster at a time is tried up to this many clusters, and up to this many rows in all fits together.
const MOST_CLUSTERS: usize = 500;
const MOST_ROWS: usize = 5_000_000;

/// Does an analysis. `source` is the plan's file and text, which messages point into and whose hash the result carries.
///
/// # Errors
/// Every [`AnalysisError`] but those of files. Sensitivity analyses and subgroups that fail are part of the result; only the
/// main analysis must succeed.
pub fn analyse(
    source: Source<'_>,
    plan: &Plan,
    loaded: &Loaded,
    progress: &dyn Progress,
) -> Result<Analysis> {
    estimators::check(source, plan)?;
    for variant in &plan.sensitivity {
        estimators::check(source, &plan.varied(variant))?;
    }
    progress.step("main analysis", 0, 1);
    let (data, fit) = fit(source, plan, loaded, progress)?;
    progress.step("main analysis", 1, 1);
    stop(progress)?;
    let estimator = estimators::of(plan.estimator);
    let mut flow = data.flow.clone();
    flow.dropped.clone_from(&fit.dropped);
    let influence =
        if estimator.is_regression() { influence(source, plan, &data, &fit, progress)? } else { None };
    let mut subgroups = Vec::new();
    for (place, named) in plan.subgroups.iter().enumerate() {
        stop(progress)?;
        subgroups.push(subgroup::effect_by(source, plan, &data, named, progress)?);
        progress.step("subgroups", place as u64 + 1, plan.subgroups.len() as u64);
    }
    let mut sensitivity = Vec::new();
    for (place, variant) in plan.sensitivity.iter().enumerate() {
        stop(progress)?;
        let varied = plan.varied(variant);
        let done = self::fit(source, &varied, loaded, progress);
        let (rows, effect, error) = match done {
            Ok((data, fit)) => (data.flow.analysed, Some(fit.effect), None),
            Err(AnalysisError::Stopped) => return Err(AnalysisError::Stopped),
            // A column that is not there is a mistake in the plan, not a result.
            Err(error @ AnalysisError::Plan(_)) => return Err(error),
            Err(error) => (0, None, Some(error.to_string())),
        };
        sensitivity.push(VariantResult {
            name: variant.name.clone(),
            method: varied.estimator.as_str().to_owned(),
            rows,
            effect,
            error,
        });
        progress.step("sensitivity analyses", place as u64 + 1, plan.sensitivity.len() as u64);
    }
    let mut verdict = verdict::judge(&fit.effect, plan.smallest_effect, plan.better, &plan.outcome_words());
    verdict.sentences.extend(fit.says);
    Ok(Analysis {
        schema: SCHEMA,
        title: plan.title.clone(),
        question: plan.question.clone(),
        verdict,
        effect: fit.effect,
        method: Method {
            name: plan.estimator.as_str().to_owned(),
            title: estimator.title().to_owned(),
            page: estimator.page().to_owned(),
            model: fit.model,
            facts: fit.facts,
            remarks: fit.remarks,
        },
        coefficients: fit.coefficients,
        flow,
        checks: fit.checks,
        influence,
        subgroups,
        sensitivity,
        figures: fit.figures,
        provenance: Provenance {
            plan_sha256: hex::encode(Sha256::digest(source.text.as_bytes())),
            data_file: loaded.file.clone(),
            data_sha256: loaded.sha256.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: plan.seed,
        },
        plan: plan.clone(),
    })
}

fn stop(progress: &dyn Progress) -> Result<()> {
    if progress.stopped() { Err(AnalysisError::Stopped) } else { Ok(()) }
}

fn fit(source: Source<'_>, plan: &Plan, loaded: &Loaded, progress: &dyn Progress) -> Result<(Prepared, Fit)> {
    let data = prepare(source, plan, loaded)?;
    let fit = pooled::fit(&Job { source, plan, data: &data, progress })?;
    Ok((data, fit))
}

/// The same rows but these.
pub(crate) fn without(data: &Prepared, keep: impl Fn(usize) -> bool) -> stats::Result<Prepared> {
    let places: Vec<usize> = (0..data.frame.rows()).filter(|row| keep(*row)).collect();
    let frame: Frame = data.frame.select(&places)?;
    let rows = places.iter().filter_map(|place| data.rows.get(*place).copied()).collect();
    Ok(Prepared { frame, rows, ..data.clone() })
}

/// The effect without each cluster in turn.
fn influence(
    source: Source<'_>,
    plan: &Plan,
    data: &Prepared,
    fit: &Fit,
    progress: &dyn Progress,
) -> Result<Option<Influence>> {
    let Some(group) = data.groups.first().filter(|_| data.completed.is_empty()) else { return Ok(None) };
    let (codes, names) = codes(&data.frame, group);
    let clusters: BTreeSet<usize> = codes.iter().copied().collect();
    if clusters.len() < 3 || clusters.len() > MOST_CLUSTERS || clusters.len() * codes.len() > MOST_ROWS {
        return Ok(None);
    }
    let null = fit.effect.measure.null();
    let includes =
        |effect: &Effect| effect.low.zip(effect.high).map(|(low, high)| low <= null && high >= null);
    let whole = includes(&fit.effect);
    let mut found: Vec<(Effect, String)> = Vec::new();
    let mut decisive = Vec::new();
    let mut failed = 0;
    for (place, cluster) in clusters.iter().enumerate() {
        stop(progress)?;
        let name = names.get(*cluster).cloned().unwrap_or_default();
        let fitted = without(data, |row| codes.get(row) != Some(cluster))
            .map_err(|error| crate::prepare::method("leaving out a cluster", error))
            .and_then(|rest| {
                estimators::of(plan.estimator).fit(&Job { source, plan, data: &rest, progress })
            });
        match fitted {
            Ok(rest) => {
                if includes(&rest.effect) != whole {
                    decisive.push(name.clone());
                }
                found.push((rest.effect, name));
            }
            Err(AnalysisError::Stopped) => return Err(AnalysisError::Stopped),
            Err(_) => failed += 1,
        }
        progress.step("leaving out each cluster", place as u64 + 1, clusters.len() as u64);
    }
    let by = |a: &&(Effect, String), b: &&(Effect, String)| a.0.estimate.total_cmp(&b.0.estimate);
    let (Some(lowest), Some(highest)) = (found.iter().min_by(by), found.iter().max_by(by)) else {
        return Ok(None);
    };
    Ok(Some(Influence {
        lowest: lowest.0.clone(),
        lowest_without: lowest.1.clone(),
        highest: highest.0.clone(),
        highest_without: highest.1.clone(),
        decisive,
        tried: clusters.len(),
        failed,
    }))
}
