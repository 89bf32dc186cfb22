use serde::de::DeserializeOwned;

use super::{Arms, Plan, Scalar, TREATED};
use crate::error::{AnalysisError, PlanError, Position, Result, nearest};

/// Longest plan, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads a plan of any type from text.
///
/// # Errors
/// [`AnalysisError::Plan`] with the place of the first fault and, for a word that is not known, the nearest one that is.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    if text.len() > LONGEST {
        return Err(AnalysisError::Plan(PlanError {
            file: file.to_owned(),
            message: format!("the plan has {} bytes; a plan has a few thousand", text.len()),
            at: None,
            help: None,
        }));
    }
    toml::from_str(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join("; ").replace('`', "'");
        AnalysisError::Plan(PlanError {
            file: file.to_owned(),
            help: help_for(&message),
            message,
            at: error.span().map(|span| Position::of(text, span)),
        })
    })
}

/// "unknown field 'colum', expected one of 'column', …" names what is known; the nearest of it is a good guess.
fn help_for(message: &str) -> Option<String> {
    let mut words = message.split('\'').skip(1).step_by(2);
    let wrong = words.next()?;
    let known: Vec<&str> = words.collect();
    if !message.starts_with("unknown ") {
        return None;
    }
    nearest(wrong, known).map(|near| format!("did you mean '{near}'?"))
}

/// A fault in a plan that was read: points at the value where it stands in quotation marks.
#[must_use]
pub fn fault(file: &str, text: &str, value: &str, message: String, help: Option<String>) -> AnalysisError {
    AnalysisError::Plan(PlanError {
        file: file.to_owned(),
        message,
        at: if value.is_empty() { None } else { Position::of_value(text, value) },
        help,
    })
}

impl Plan {
    /// Reads a plan from text; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`parse`], and for settings that make no sense (a level of 2).
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let mut plan: Self = parse(file, text)?;
        let wrong = |value: &str, message: String| Err(fault(file, text, value, message, None));
        if !(plan.level > 0.5 && plan.level < 1.0) {
            return wrong(
                "",
                format!(
                    "level is {}; the level of an interval lies between 0.5 and 1, such as 0.95",
                    plan.level
                ),
            );
        }
        if let Some(size) = plan.smallest_effect
            && !(size.is_finite() && size != 0.0)
        {
            return wrong(
                "",
                format!("smallest_effect is {size}; write a ratio such as 0.9 or a difference such as 0.2"),
            );
        }
        for exclusion in plan.data.exclude.iter().chain(plan.sensitivity.iter().flat_map(|v| &v.exclude)) {
            if exclusion.is_empty() {
                return wrong(
                    &exclusion.column,
                    format!(
                        "the exclusion of '{}' has no condition; add equals, other_than, one_of, below, above or missing = true",
                        exclusion.column
                    ),
                );
            }
        }
        if plan.formula.is_some() && !plan.covariates.is_empty() {
            return wrong("", "a plan has a formula or covariates, not both".to_owned());
        }
        if plan.treated.is_some() {
            if plan.arms.is_some() || plan.unit.is_none() || plan.period.is_none() {
                return wrong(
                    "",
                    "[treated] needs unit and period, and takes the place of [arms]".to_owned(),
                );
            }
            plan.arms = Some(Arms {
                column: TREATED.to_owned(),
                control: Scalar::Number(0.0),
                treatment: Scalar::Number(1.0),
                control_label: Some("untreated".to_owned()),
                treatment_label: Some("treated".to_owned()),
            });
        }
        if plan.sensitivity.len() > 200 || plan.subgroups.len() > 100 {
            return wrong("", "a plan has at most 200 sensitivity analyses and 100 subgroups".to_owned());
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
title = "Trial"
estimator = "poisson-mixed"
covariates = ["fsm"]
cluster = "school"
[outcome]
column = "yp"
[arms]
column = "tp"
"#;

    #[test]
    fn a_plan_is_read() {
        let plan = Plan::read("p.toml", GOOD).unwrap();
        assert_eq!(plan.cluster.as_ref().unwrap().column, "school");
        assert_eq!(plan.level, 0.95);
        assert_eq!(plan.arms.as_ref().unwrap().treatment.number(), Some(1.0));
    }

    #[test]
    fn faults_name_their_place_and_what_is_allowed() {
        for (from, to, says) in [
            ("column = \"yp\"", "colum = \"yp\"", "line 7, column 1: unknown field 'colum'"),
            ("column = \"yp\"", "colum = \"yp\"", "did you mean 'column'?"),
            ("\"poisson-mixed\"", "\"poison-mixed\"", "did you mean 'poisson-mixed'?"),
            ("title = \"Trial\"", "title = Trial", "line 2"),
            ("title = \"Trial\"", "", "missing field 'title'"),
            ("cluster = \"school\"", "cluster = 3", "the name of a column in quotation marks"),
            ("cluster = \"school\"", "level = 2.0", "between 0.5 and 1"),
            ("cluster = \"school\"", "seed = -1", "line 5"),
        ] {
            let error = Plan::read("p.toml", &GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(says), "{to}: {error}");
        }
    }
}
