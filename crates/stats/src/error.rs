use thiserror::Error;

/// What was wrong with the input, or where a method ended without an answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StatsError {
    /// Two inputs that must have the same length, or a matrix of the wrong shape.
    #[error("{what} has {found} where {expected} was expected")]
    Shape {
        /// The input, as the caller knows it.
        what: &'static str,
        /// Its length, rows or columns.
        found: usize,
        /// What it should have been.
        expected: usize,
    },
    /// A value outside what the method can take (negative count, probability above one, missing value).
    #[error("{what}: {reason} (row {row})")]
    Value {
        /// The variable.
        what: String,
        /// Position of the first such value, from 1.
        row: usize,
        /// Why it cannot be used.
        reason: &'static str,
    },
    /// Too few observations, groups or periods for the method.
    #[error("{what}: {found} found, at least {needed} needed")]
    TooFew {
        /// What there is too little of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many the method needs.
        needed: usize,
    },
    /// A setting that makes no sense (a level of 2, no nodes of quadrature).
    #[error("{0}")]
    Setting(String),
    /// Columns of the design matrix that the others already determine.
    #[error("{} cannot be told apart from the other variables (collinear)", .0.join(", "))]
    Collinear(Vec<String>),
    /// Estimates run to infinity because a variable predicts the outcome without error.
    #[error("{0} separates the outcomes completely, so its coefficient has no finite estimate")]
    Separation(String),
    /// An iterative method that did not reach its tolerance.
    #[error("{method} did not converge in {iterations} iterations: {reason}")]
    NotConverged {
        /// The method.
        method: &'static str,
        /// Iterations done.
        iterations: usize,
        /// What the last iteration looked like.
        reason: String,
    },
    /// A matrix that should be invertible or positive definite and is not.
    #[error("{0}")]
    Singular(&'static str),
    /// The question has no answer in these data (no treated unit, no variation in the outcome).
    #[error("{0}")]
    NoAnswer(String),
    /// The caller asked for the work to stop.
    #[error("stopped on request")]
    Stopped,
}

/// What the functions of this library return.
pub type Result<T, E = StatsError> = std::result::Result<T, E>;

impl StatsError {
    /// Checks that an input has the length that another one prescribes.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if it has not.
    pub fn check_length(what: &'static str, found: usize, expected: usize) -> Result<()> {
        if found == expected { Ok(()) } else { Err(Self::Shape { what, found, expected }) }
    }

    /// Checks that every value of a variable is finite.
    ///
    /// # Errors
    /// [`StatsError::Value`] with the first that is not.
    pub fn check_finite(what: &str, values: &[f64]) -> Result<()> {
        // A block at a time without an early end, which the compiler does many values at once.
        let broken = |block: &[f64]| block.iter().fold(false, |broken, value| broken | !value.is_finite());
        if !values.chunks(1024).any(broken) {
            return Ok(());
        }
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(at) => Err(Self::Value {
                what: what.to_owned(),
                row: at + 1,
                reason: "is missing or not a finite number",
            }),
        }
    }

    /// Checks the level of an interval or the size of a test: strictly between 0 and 1.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if it is not.
    pub fn check_probability(what: &str, value: f64) -> Result<()> {
        if value > 0.0 && value < 1.0 {
            Ok(())
        } else {
            Err(Self::Setting(format!("{what} must lie between 0 and 1, and is {value}")))
        }
    }
}
