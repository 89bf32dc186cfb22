use super::design::{Design, DesignOptions};
use super::expression::Expression;
use super::frame::{Column, Frame};
use super::parse::parse;
use super::terms::Terms;
use crate::{Result, StatsError};

/// The outcome of a model.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// A column or an arithmetic expression; a column with two levels counts as 0 (the first) and 1.
    Value(Expression),
    /// `cbind(successes, failures)`: outcomes counted together.
    Counts {
        /// How many of them happened.
        successes: Expression,
        /// How many did not.
        failures: Expression,
    },
}

/// Both sides of a model: `outcome ~ terms`.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// The outcome.
    pub response: Response,
    /// The right-hand side.
    pub terms: Terms,
}

/// What a model is fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelData {
    /// The design, with the rows that have both outcome and covariates.
    pub design: Design,
    /// The outcome in those rows; for counted outcomes the number of successes.
    pub response: Vec<f64>,
    /// For counted outcomes the number of trials.
    pub trials: Option<Vec<f64>>,
}

impl Formula {
    /// Reads `outcome ~ terms`; see [`Terms::parse`]. The outcome may be `cbind(successes, failures)`.
    ///
    /// # Errors
    /// [`StatsError::Setting`] that says what was not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let sides: Vec<&str> = text.split('~').collect();
        let [left, right] = sides[..] else {
            return Err(StatsError::Setting(format!(
                "a formula has one '~', as in 'y ~ x', and this is '{text}'"
            )));
        };
        let left = left.trim();
        let response = match left.strip_prefix("cbind(").and_then(|rest| rest.strip_suffix(')')) {
            None => Response::Value(parse(left)?),
            Some(inside) => {
                let Some((successes, failures)) = inside.split_once(',') else {
                    return Err(StatsError::Setting(format!(
                        "'{left}' should be cbind(successes, failures)"
                    )));
                };
                Response::Counts { successes: parse(successes)?, failures: parse(failures)? }
            }
        };
        Ok(Self { response, terms: Terms::parse(right)? })
    }

    /// Makes design and outcome from a frame; rows in which anything is missing are left out and counted.
    ///
    /// # Errors
    /// As [`Terms::design`].
    pub fn model(&self, frame: &Frame, options: &DesignOptions) -> Result<ModelData> {
        let mut options = options.clone();
        for name in self.response.columns() {
            if !options.complete.iter().any(|known| known == name) {
                options.complete.push(name.to_owned());
            }
        }
        let design = self.terms.design(frame, &options)?;
        let (response, trials) = match &self.response {
            Response::Value(expression) => (design.pick(&outcome(expression, frame)?)?, None),
            Response::Counts { successes, failures } => {
                let response = design.pick(&successes.evaluate_checked(frame)?)?;
                let failures = design.pick(&failures.evaluate_checked(frame)?)?;
                let trials = response.iter().zip(failures).map(|(yes, no)| yes + no).collect();
                (response, Some(trials))
            }
        };
        Ok(ModelData { design, response, trials })
    }
}

impl Response {
    /// Names of the columns that the outcome is made of.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Value(expression) => expression.columns(),
            Self::Counts { successes, failures } => {
                let mut names = successes.columns();
                names.extend(failures.columns());
                names
            }
        }
    }
}

fn outcome(expression: &Expression, frame: &Frame) -> Result<Vec<f64>> {
    if let Expression::Name(name) = expression
        && let Column::Categorical(factor) = frame.column(name)?
    {
        if factor.levels.len() != 2 {
            return Err(StatsError::Setting(format!(
                "the outcome '{name}' has {} levels where a number or two levels are needed",
                factor.levels.len()
            )));
        }
        return Ok(factor.codes.iter().map(|code| f64::from(u8::from(*code == 1))).collect());
    }
    expression.evaluate_checked(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_of_every_kind() {
        let frame = Frame::new()
            .with_numeric("y", vec![1.0, f64::NAN, 2.0])
            .unwrap()
            .with_labels("died", &["no", "yes", "yes"])
            .unwrap()
            .with_numeric("n", vec![10.0, 20.0, 30.0])
            .unwrap();
        let model =
            |text: &str| Formula::parse(text).unwrap().model(&frame, &DesignOptions::default()).unwrap();
        assert_eq!(model("y ~ 1").response, [1.0, 2.0]);
        assert_eq!(model("died ~ 1").response, [0.0, 1.0, 1.0]);
        assert_eq!(model("log(n) ~ 1").response[0], 10.0_f64.ln());
        let counted = model("cbind(y, n - y) ~ 1");
        assert_eq!((counted.response, counted.trials), (vec![1.0, 2.0], Some(vec![10.0, 30.0])));
        for text in ["y", "y ~ x ~ z", "cbind(y) ~ 1", "~ x"] {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
    }
}
