//! The crate's one error type.

use thiserror::Error;

/// The result of anything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in counting. Messages carry no personal data.
#[derive(Debug, Error)]
pub enum Error {
    /// Refused, or the database or access log failed.
    #[error(transparent)]
    Platform(#[from] platform::Error),
    /// The windows cannot be counted.
    #[error("windows: {0}")]
    Windows(String),
    /// A text is no window.
    #[error("window `{text}`: {why}")]
    Window {
        /// What was written.
        text: String,
        /// What is wrong with it.
        #[source]
        why: crate::counts::model::window::WindowError,
    },
    /// The schools cannot be compared as asked.
    #[error("comparison: {0}")]
    Comparison(#[from] crate::comparison::model::Problem),
    /// What was asked for cannot be done.
    #[error("{0}")]
    Choice(String),
    /// The workbook could not be made.
    #[error("cannot write the workbook")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The file could not be written.
    #[error("cannot write the figures")]
    Write(#[from] csv::Error),
}

impl From<Error> for platform::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Platform(error) => error,
            Error::Windows(why) => Self::invalid("windows", why),
            Error::Window { text, why } => Self::invalid(format!("window `{text}`"), why.to_string()),
            Error::Comparison(why) => Self::invalid("comparison", why.to_string()),
            Error::Choice(why) => Self::invalid("choice", why),
            Error::Workbook(why) => Self::invalid("file", why.to_string()),
            Error::Write(why) => Self::invalid("file", why.to_string()),
        }
    }
}

impl From<Error> for platform::web::Failure {
    fn from(error: Error) -> Self {
        platform::Error::from(error).into()
    }
}
