use super::expression::{Expression, Function, Operator};
use super::frame::{Column, Frame};
use crate::{Result, StatsError};

impl Expression {
    /// Values of an arithmetic expression in every row of a frame; a missing input makes a missing value (NaN).
    ///
    /// # Errors
    /// [`StatsError::Setting`] for an unknown or categorical column or an expression without an arithmetic meaning.
    pub fn evaluate(&self, frame: &Frame) -> Result<Vec<f64>> {
        match self {
            Self::Number(value) => Ok(vec![*value; frame.rows()]),
            Self::Name(name) if name == "pi" && frame.get(name).is_none() => {
                Ok(vec![std::f64::consts::PI; frame.rows()])
            }
            Self::Name(name) => Ok(frame.numeric(name)?.to_vec()),
            Self::Group(inner) => inner.evaluate(frame),
            Self::Negative(inner) => {
                let mut values = inner.evaluate(frame)?;
                values.iter_mut().for_each(|value| *value = -*value);
                Ok(values)
            }
            Self::Call(function, inner) => {
                let mut values = inner.evaluate(frame)?;
                values.iter_mut().for_each(|value| *value = apply(*function, *value));
                Ok(values)
            }
            Self::Binary(operator, left, right) => {
                let mut values = left.evaluate(frame)?;
                let others = right.evaluate(frame)?;
                for (value, other) in values.iter_mut().zip(others) {
                    *value = combine(*operator, *value, other)
                        .ok_or_else(|| StatsError::Setting(format!("'{self}' has no arithmetic meaning")))?;
                }
                Ok(values)
            }
            Self::Factor(_) | Self::Offset(_) => {
                Err(StatsError::Setting(format!("'{self}' cannot stand inside an arithmetic expression")))
            }
        }
    }

    /// True if a column that the expression names is missing in this row.
    #[must_use]
    pub(super) fn is_missing(&self, frame: &Frame, row: usize) -> bool {
        self.columns().iter().any(|name| frame.get(name).is_some_and(|column| column.is_missing(row)))
    }

    /// The values, with an error where a row without missing inputs has no finite value (a logarithm of zero).
    pub(super) fn evaluate_checked(&self, frame: &Frame) -> Result<Vec<f64>> {
        let values = self.evaluate(frame)?;
        if values.iter().all(|value| value.is_finite()) {
            return Ok(values);
        }
        let wrong = (0..values.len()).find(|row| !values[*row].is_finite() && !self.is_missing(frame, *row));
        match wrong {
            None => Ok(values),
            Some(row) => Err(StatsError::Value {
                what: self.to_string(),
                row: row + 1,
                reason: "is not a finite number although its columns are not missing",
            }),
        }
    }

    /// True if the expression names a categorical column by itself.
    pub(super) fn is_categorical(&self, frame: &Frame) -> bool {
        match self {
            Self::Factor(_) => true,
            Self::Group(inner) => inner.is_categorical(frame),
            Self::Name(name) => matches!(frame.get(name), Some(Column::Categorical(_))),
            _ => false,
        }
    }
}

pub(super) fn apply(function: Function, value: f64) -> f64 {
    match function {
        Function::Log => value.ln(),
        Function::Log2 => value.log2(),
        Function::Log10 => value.log10(),
        Function::Log1p => value.ln_1p(),
        Function::Exp => value.exp(),
        Function::Sqrt => value.sqrt(),
        Function::Abs => value.abs(),
        Function::Sin => value.sin(),
        Function::Cos => value.cos(),
        Function::Identity => value,
    }
}

pub(super) fn combine(operator: Operator, left: f64, right: f64) -> Option<f64> {
    Some(match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Power => power(left, right),
        Operator::Interact => return None,
    })
}

/// Whole powers by multiplication: exact for squares, and defined for negative numbers.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.fract() == 0.0 && exponent.abs() <= 64.0 {
        return base.powi(exponent as i32);
    }
    base.powf(exponent)
}
