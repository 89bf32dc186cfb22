//! An estimate from data sets completed by imputation, put together by Rubin's rules.

use rayon::prelude::*;
use stats::missing::{Rubin, pool, pool_one};
use stats::{Estimate, Estimates};

use crate::error::{AnalysisError, Result};
use crate::estimators::{self, Fit, Job};
use crate::prepare::{Prepared, method};
use crate::result::{Effect, Fact};

/// Fits the method of the plan: once, or to every completed data set.
pub(crate) fn fit(job: &Job<'_>) -> Result<Fit> {
    let estimator = estimators::of(job.plan.estimator);
    if job.data.completed.is_empty() {
        return estimator.fit(job);
    }
    let fits: Vec<Fit> = job
        .data
        .completed
        .par_iter()
        .map(|frame| {
            let data = Prepared { frame: frame.clone(), completed: Vec::new(), ..job.data.clone() };
            estimator.fit(&Job { source: job.source, plan: job.plan, data: &data, progress: job.progress })
        })
        .collect::<Result<_>>()?;
    together(job, fits).map_err(|error| method("pooling the imputations", error))
}

/// Degrees of freedom of an analysis of complete data: its own; otherwise clusters, or rows, less coefficients.
fn complete_df(job: &Job<'_>, own: Option<f64>, coefficients: usize) -> Option<f64> {
    let units =
        job.data.flow.clusters.filter(|_| !job.data.groups.is_empty()).unwrap_or(job.data.flow.analysed);
    own.or_else(|| units.checked_sub(coefficients).filter(|df| *df > 0).map(|df| df as f64))
}

fn row(job: &Job<'_>, rows: &[&Estimate], coefficients: usize) -> stats::Result<(Rubin, Estimate)> {
    let estimates: Vec<f64> = rows.iter().map(|row| row.estimate).collect();
    let variances: Vec<f64> = rows.iter().map(|row| row.standard_error.powi(2)).collect();
    // The smallest of the imputations' own, so that the pooled interval is not narrower than any of theirs for that reason.
    let own = rows.iter().filter_map(|row| row.df).reduce(f64::min);
    let rubin = pool_one(&estimates, &variances, complete_df(job, own, coefficients))?;
    let name = rows.first().map_or("", |row| row.name.as_str());
    let df = rubin.df.is_finite().then_some(rubin.df);
    Ok((rubin, Estimate::wald(name, rubin.estimate, rubin.total.sqrt(), df, job.plan.level)))
}

fn together(job: &Job<'_>, fits: Vec<Fit>) -> stats::Result<Fit> {
    let Some(first) = fits.first() else {
        return Err(stats::StatsError::TooFew { what: "imputations", found: 0, needed: 2 });
    };
    let mut out = first.clone();
    let size = first.coefficients.len();
    out.coefficients.clear();
    let mut own = None;
    for coefficient in &first.coefficients {
        let rows: Vec<&Estimate> = fits
            .iter()
            .filter_map(|fit| fit.coefficients.iter().find(|row| row.name == coefficient.name))
            .collect();
        if rows.len() < fits.len() {
            return Err(stats::StatsError::NoAnswer(format!(
                "the coefficient '{}' is not in the model of every imputation",
                coefficient.name
            )));
        }
        let (rubin, estimate) = row(job, &rows, size)?;
        if coefficient.name == first.effect.coefficient {
            own = Some((rubin, estimate.clone()));
        }
        out.coefficients.push(estimate);
    }
    let Some((rubin, estimate)) = own else {
        return Err(stats::StatsError::NoAnswer("the effect is not one of the coefficients".to_owned()));
    };
    out.effect = Effect {
        label: first.effect.label.clone(),
        ..Effect::of(&estimate, first.effect.measure, job.plan.level)
    };
    let matrices: Vec<Estimates> = fits.iter().filter_map(|fit| fit.estimates.clone()).collect();
    out.robust = None;
    out.estimates = if matrices.len() == fits.len() {
        let pooled = pool(&matrices, complete_df(job, None, size))?;
        Some(Estimates {
            beta: pooled.coefficients.iter().map(|one| one.estimate).collect(),
            names: pooled.names,
            covariance: pooled.total,
            df: estimate.df,
        })
    } else {
        None
    };
    out.facts = mean_facts(&fits);
    out.facts.insert(0, Fact::new("imputations", fits.len() as f64));
    out.facts
        .insert(1, Fact::new("fraction of missing information on the effect", rubin.missing_information));
    out.facts.insert(2, Fact::new("share of its variance due to missing values", rubin.share));
    out.remarks.push(format!(
        "estimates of {} imputations are pooled by Rubin's rules with Barnard and Rubin's degrees of freedom; other figures are means over the \
         imputations, checks and pictures those of the first",
        fits.len()
    ));
    let columns: Vec<String> =
        job.data.flow.imputed.iter().map(|one| format!("{} in {} rows", one.name, one.rows)).collect();
    out.remarks.push(format!(
        "imputed by chained equations from outcome, arms, covariates and auxiliary columns, taking rows as independent: {}",
        columns.join(", ")
    ));
    Ok(out)
}

fn mean_facts(fits: &[Fit]) -> Vec<Fact> {
    let Some(first) = fits.first() else { return Vec::new() };
    first
        .facts
        .iter()
        .map(|fact| {
            let values: Vec<f64> = fits
                .iter()
                .filter_map(|fit| fit.facts.iter().find(|other| other.name == fact.name))
                .map(|other| other.value)
                .collect();
            Fact::new(&fact.name, values.iter().sum::<f64>() / values.len().max(1) as f64)
        })
        .collect()
}

/// Changes every data set of some rows in the same way: the one as read and the completed ones.
pub(crate) fn each(
    data: &Prepared,
    change: impl Fn(&stats::data::Frame) -> stats::Result<stats::data::Frame>,
) -> Result<Prepared> {
    let failed = |error| -> AnalysisError { method("the rows", error) };
    let frame = change(&data.frame).map_err(failed)?;
    let completed =
        data.completed.iter().map(|frame| change(frame).map_err(failed)).collect::<Result<Vec<_>>>()?;
    Ok(Prepared { frame, completed, ..data.clone() })
}
