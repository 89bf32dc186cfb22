use crate::data::{Column, Frame, MISSING};
use crate::numeric::algebra::independent_columns;
use crate::{Matrix, Result, StatsError};

/// Most levels of a factor among the predictors.
const MOST_LEVELS: usize = 100;

/// A column while it is imputed: values, or codes of levels as numbers.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) values: Vec<f64>,
    /// Number of levels; 0 for numbers.
    pub(super) levels: usize,
    /// Rows whose value is missing.
    pub(super) missing: Vec<usize>,
    /// Rows whose value is known.
    pub(super) observed: Vec<usize>,
}

impl Variable {
    pub(super) fn all(frame: &Frame, left_out: &[String]) -> Result<Vec<Self>> {
        for name in left_out {
            frame.column(name)?;
        }
        let mut all = Vec::new();
        for name in frame.names().filter(|name| !left_out.iter().any(|out| out == name)) {
            let variable = Self::new(name, frame.column(name)?);
            if variable.levels > MOST_LEVELS {
                return Err(StatsError::Setting(format!(
                    "'{name}' has {} levels, too many to impute from; leave it out",
                    variable.levels
                )));
            }
            if !variable.missing.is_empty() && variable.observed.len() < 2 {
                return Err(StatsError::NoAnswer(format!(
                    "'{name}' is missing in all rows but {}, so there is nothing to impute it from",
                    variable.observed.len()
                )));
            }
            all.push(variable);
        }
        Ok(all)
    }

    fn new(name: &str, column: &Column) -> Self {
        let (values, levels) = match column {
            Column::Numeric(values) => (values.clone(), 0),
            Column::Categorical(factor) => {
                let value = |code: &u32| if *code == MISSING { f64::NAN } else { f64::from(*code) };
                (factor.codes.iter().map(value).collect(), factor.levels.len())
            }
        };
        let (missing, observed) = (0..values.len()).partition(|row| values[*row].is_nan());
        Self { name: name.to_owned(), values, levels, missing, observed }
    }
}

/// Intercept, numbers and indicators of levels of all variables but one, standardised over the rows where that one is known;
/// columns that others determine there are left out.
pub(super) fn predictors(variables: &[Variable], target: usize) -> Matrix {
    let n = variables[target].values.len();
    let observed = &variables[target].observed;
    let mut columns: Vec<Vec<f64>> = vec![vec![1.0; n]];
    for (place, variable) in variables.iter().enumerate() {
        if place == target {
            continue;
        }
        if variable.levels == 0 {
            standardised(variable.values.clone(), observed, &mut columns);
        } else {
            for level in 1..variable.levels {
                let indicator =
                    variable.values.iter().map(|value| f64::from(u8::from(*value == level as f64))).collect();
                standardised(indicator, observed, &mut columns);
            }
        }
    }
    let p = columns.len();
    let all = Matrix::from_iterator(n, p, columns.into_iter().flatten());
    let kept = independent_columns(&all.select_rows(observed), None, 1e-5);
    if kept.len() == p { all } else { all.select_columns(&kept) }
}

fn standardised(mut values: Vec<f64>, observed: &[usize], columns: &mut Vec<Vec<f64>>) {
    let n = observed.len() as f64;
    let mean = observed.iter().map(|row| values[*row]).sum::<f64>() / n;
    let variance = observed.iter().map(|row| (values[*row] - mean).powi(2)).sum::<f64>() / n;
    let deviation = variance.sqrt();
    // A column that does not vary where the target is known says nothing about it.
    if deviation > 1e-12 * mean.abs().max(f64::MIN_POSITIVE) {
        values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        columns.push(values);
    }
}
