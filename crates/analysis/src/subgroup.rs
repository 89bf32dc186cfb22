//! The effect in groups, with a test whether it differs between them.

use stats::data::{Categorical, Column};
use stats::numeric::algebra::solve;
use stats::numeric::distributions::{chi_squared_upper, f_upper};
use stats::{Estimates, Matrix, Vector};

use crate::error::{AnalysisError, Result};
use crate::estimators::{self, Job};
use crate::plan::{Named, Plan};
use crate::prepare::{Prepared, Source, method};
use crate::progress::Progress;
use crate::result::{Effect, Measure, SubgroupResult};
use crate::verdict;

/// Most levels of a variable that makes subgroups.
const MOST_LEVELS: usize = 20;
/// Names of the columns that the model gets; no file has such names.
const GROUP: &str = "__subgroup";

/// Fits the model again with an effect for each level of a variable (and the variable itself), and tests whether they are
/// equal. Methods that are not regressions are refused.
pub(crate) fn effect_by(
    source: Source<'_>,
    plan: &Plan,
    data: &Prepared,
    named: &Named,
    progress: &dyn Progress,
) -> Result<SubgroupResult> {
    let estimator = estimators::of(plan.estimator);
    let Some(effect) = data.effect.clone().filter(|_| estimator.is_regression()) else {
        return Err(source.fault(
            &named.column,
            format!("the estimator '{}' has no subgroups; ask for them with a regression, or as sensitivity analyses that leave rows out", plan.estimator.as_str()),
            None,
        ));
    };
    let factor = match data.frame.get(&named.column) {
        Some(Column::Categorical(factor)) => used(factor),
        Some(Column::Numeric(values)) => Categorical::from_numbers(values),
        None => {
            return Err(source.fault(
                &named.column,
                format!("the data have no column '{}'", named.column),
                None,
            ));
        }
    };
    if factor.levels.len() < 2 || factor.levels.len() > MOST_LEVELS {
        return Err(source.fault(
            &named.column,
            format!("subgroups by '{}' would make {} groups; 2 to {MOST_LEVELS} are possible (derive a column with fewer values)", named.column, factor.levels.len()),
            None,
        ));
    }
    let indicators = |level: usize| -> Vec<f64> {
        factor.codes.iter().map(|code| f64::from(u8::from(*code as usize == level))).collect()
    };
    let treatment = data.frame.numeric(&effect).map_err(|e| method("subgroups", e))?.to_vec();
    let mut frame = data.frame.clone();
    let mut terms = data.terms.clone();
    for level in 1..factor.levels.len() {
        let inside = indicators(level);
        let both: Vec<f64> = inside.iter().zip(&treatment).map(|(a, b)| a * b).collect();
        for (name, values) in
            [(format!("{GROUP}_{level}"), inside), (format!("{GROUP}_effect_{level}"), both)]
        {
            frame = frame.with_numeric(&name, values).map_err(|e| method("subgroups", e))?;
            terms = format!("{terms} + {name}");
        }
    }
    let varied = Prepared { frame, terms, ..data.clone() };
    let fitted = estimator.fit(&Job { source, plan, data: &varied, progress });
    let counts = |level: usize| factor.codes.iter().filter(|code| **code as usize == level).count();
    let mut result = SubgroupResult {
        name: named.words().to_owned(),
        levels: Vec::new(),
        statistic: None,
        df: None,
        p: None,
        words: String::new(),
    };
    let (estimates, measure) = match fitted {
        Ok(fit) => match fit.estimates {
            Some(estimates) => (estimates, fit.effect.measure),
            None => return Ok(result),
        },
        Err(AnalysisError::Stopped) => return Err(AnalysisError::Stopped),
        Err(error) => {
            result.words = format!("Effects by {} could not be estimated: {error}", result.name);
            return Ok(result);
        }
    };
    for (level, name) in factor.levels.iter().enumerate() {
        if let Some(mut one) = level_effect(&estimates, &effect, level, measure, plan.level) {
            one.label.clone_from(name);
            result.levels.push((one, counts(level)));
        }
    }
    if let Some((statistic, df, p)) = equal(&estimates) {
        (result.statistic, result.df, result.p) = (Some(statistic), Some(df), Some(p));
    }
    result.words = verdict::interaction(result.p, plan.level);
    Ok(result)
}

/// The same factor with only the levels that occur.
fn used(factor: &Categorical) -> Categorical {
    let labels: Vec<&str> = factor
        .codes
        .iter()
        .map(|code| factor.levels.get(*code as usize).map_or("", String::as_str))
        .collect();
    let mut levels: Vec<String> = Vec::new();
    for level in &factor.levels {
        if labels.contains(&level.as_str()) {
            levels.push(level.clone());
        }
    }
    let codes = labels
        .iter()
        .map(|label| {
            levels
                .iter()
                .position(|level| level == label)
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or(stats::data::MISSING)
        })
        .collect();
    Categorical { levels, codes }
}

fn level_effect(
    estimates: &Estimates,
    effect: &str,
    level: usize,
    measure: Measure,
    at: f64,
) -> Option<Effect> {
    let mut weights = vec![0.0; estimates.beta.len()];
    *weights.get_mut(estimates.position(effect).ok()?)? = 1.0;
    if level > 0 {
        *weights.get_mut(estimates.position(&format!("{GROUP}_effect_{level}")).ok()?)? = 1.0;
    }
    let combined = estimates.combination(effect, &weights, at).ok()?;
    Some(Effect::of(&combined, measure, at))
}

/// Wald's test that all interactions are zero: chi-squared, or F where the coefficients have degrees of freedom.
fn equal(estimates: &Estimates) -> Option<(f64, f64, f64)> {
    let prefix = format!("{GROUP}_effect_");
    let places: Vec<usize> = estimates
        .names
        .iter()
        .enumerate()
        .filter(|(_, name)| name.starts_with(&prefix))
        .map(|(place, _)| place)
        .collect();
    if places.is_empty() {
        return None;
    }
    let beta =
        Vector::from_iterator(places.len(), places.iter().filter_map(|j| estimates.beta.get(*j).copied()));
    let covariance = Matrix::from_fn(places.len(), places.len(), |i, j| {
        places
            .get(i)
            .zip(places.get(j))
            .and_then(|(a, b)| estimates.covariance.get((*a, *b)).copied())
            .unwrap_or(f64::NAN)
    });
    let solved = solve(&covariance, &beta, "the covariance of the interactions is singular").ok()?;
    let statistic = beta.dot(&solved);
    let df = places.len() as f64;
    let p = match estimates.df {
        Some(rest) => f_upper(statistic / df, df, rest),
        None => chi_squared_upper(statistic, df),
    };
    p.is_finite().then_some((statistic, df, p))
}
