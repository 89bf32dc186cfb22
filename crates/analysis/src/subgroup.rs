//! The effect in groups, with a test whether it differs between them.

use stats::cluster::{DegreesOfFreedom, Robust};
use stats::data::{Categorical, Column};
use stats::numeric::algebra::solve;
use stats::numeric::distributions::{chi_squared_upper, f_upper};
use stats::{Estimates, Matrix, Vector};

use crate::error::{AnalysisError, Result};
use crate::estimators::{self, Job};
use crate::plan::{Named, Plan};
use crate::pooled;
use crate::prepare::{Prepared, Source, method};
use crate::progress::Progress;
use crate::result::{Effect, Measure, SubgroupResult};
use crate::verdict;

/// Most levels of a variable that makes subgroups.
const MOST_LEVELS: usize = 20;
/// Names of the columns that the model gets; no file has such names.
const GROUP: &str = "subgroup..of..plan";

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
    let mut terms = data.terms.clone();
    let mut added = Vec::new();
    for level in 1..factor.levels.len() {
        let inside = indicators(level);
        let both: Vec<f64> = inside.iter().zip(&treatment).map(|(a, b)| a * b).collect();
        for (name, values) in
            [(format!("{GROUP}_{level}"), inside), (format!("{GROUP}_effect_{level}"), both)]
        {
            terms = format!("{terms} + {name}");
            added.push((name, values));
        }
    }
    let varied = pooled::each(data, |frame| {
        added.iter().try_fold(frame.clone(), |frame, (name, values)| frame.with_numeric(name, values.clone()))
    })?;
    let varied = Prepared { terms, ..varied };
    let fitted = pooled::fit(&Job { source, plan, data: &varied, progress });
    let counts = |level: usize| factor.codes.iter().filter(|code| **code as usize == level).count();
    let mut result = SubgroupResult {
        name: named.words().to_owned(),
        levels: Vec::new(),
        statistic: None,
        df: None,
        denominator_df: None,
        p: None,
        words: String::new(),
    };
    let (coefficients, measure) = match fitted {
        Ok(fit) => match (fit.robust, fit.estimates) {
            (Some((robust, df)), _) => (Coefficients::Robust(Box::new(robust), df), fit.effect.measure),
            (None, Some(estimates)) => (Coefficients::Plain(estimates), fit.effect.measure),
            (None, None) => return Ok(result),
        },
        Err(AnalysisError::Stopped) => return Err(AnalysisError::Stopped),
        Err(error) => {
            result.words = format!("Effects by {} could not be estimated: {error}", result.name);
            return Ok(result);
        }
    };
    for (level, name) in factor.levels.iter().enumerate() {
        if let Some(mut one) = coefficients.level(&effect, level, measure, plan.level) {
            one.label.clone_from(name);
            result.levels.push((one, counts(level)));
        }
    }
    if let Some(test) = coefficients.equal() {
        (result.statistic, result.df, result.p) = (Some(test.statistic), Some(test.df), Some(test.p));
        result.denominator_df = test.denominator;
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

/// Coefficients with whatever knows the uncertainty of their combinations.
enum Coefficients {
    /// One covariance, with degrees of freedom for all combinations or none.
    Plain(Estimates),
    /// Cluster-robust: degrees of freedom of each combination by itself (Satterthwaite).
    Robust(Box<Robust>, DegreesOfFreedom),
}

impl Coefficients {
    fn estimates(&self) -> &Estimates {
        match self {
            Self::Plain(estimates) => estimates,
            Self::Robust(robust, _) => &robust.estimates,
        }
    }

    /// The effect in a level: that of the first, and what this one adds to it.
    fn level(&self, effect: &str, level: usize, measure: Measure, at: f64) -> Option<Effect> {
        let estimates = self.estimates();
        let mut weights = vec![0.0; estimates.beta.len()];
        *weights.get_mut(estimates.position(effect).ok()?)? = 1.0;
        if level > 0 {
            *weights.get_mut(estimates.position(&format!("{GROUP}_effect_{level}")).ok()?)? = 1.0;
        }
        let combined = match self {
            Self::Plain(estimates) => estimates.combination(effect, &weights, at).ok()?,
            Self::Robust(robust, df) => robust.combination(effect, &weights, at, *df).ok()?,
        };
        Some(Effect::of(&combined, measure, at))
    }

    /// The test that all interactions are zero. Wald's: chi-squared, or F where the coefficients have degrees of freedom; with
    /// Satterthwaite's degrees of freedom the approximate Hotelling test (Pustejovsky and Tipton 2018).
    fn equal(&self) -> Option<Test> {
        let estimates = self.estimates();
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
        if let Self::Robust(robust, DegreesOfFreedom::Satterthwaite) = self {
            let combinations: Vec<Vec<f64>> = places
                .iter()
                .map(|place| (0..estimates.beta.len()).map(|j| f64::from(u8::from(j == *place))).collect())
                .collect();
            let test = robust.joint(&combinations).ok()?;
            return Some(Test {
                statistic: test.f,
                df: test.numerator,
                denominator: Some(test.denominator),
                p: test.p,
            });
        }
        wald(estimates, &places)
    }
}

/// A test of several coefficients.
struct Test {
    statistic: f64,
    df: f64,
    denominator: Option<f64>,
    p: f64,
}

fn wald(estimates: &Estimates, places: &[usize]) -> Option<Test> {
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
    let df = places.len() as f64;
    let chi = beta.dot(&solved);
    let test = match estimates.df {
        Some(rest) => {
            Test { statistic: chi / df, df, denominator: Some(rest), p: f_upper(chi / df, df, rest) }
        }
        None => Test { statistic: chi, df, denominator: None, p: chi_squared_upper(chi, df) },
    };
    test.p.is_finite().then_some(test)
}
