//! The crate's one error type.

use thiserror::Error;

use crate::ledger::model::Refused;

/// The result of anything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with money. Messages carry no personal data.
#[derive(Debug, Error)]
pub enum Error {
    /// Refused, or the database or access log failed.
    #[error(transparent)]
    Platform(#[from] platform::Error),
    /// The ledger says no.
    #[error(transparent)]
    Ledger(#[from] Refused),
    /// What was asked for cannot be done, in words for the person who asked.
    #[error("{0}")]
    Choice(String),
}

impl Error {
    /// What was asked for cannot be done.
    pub fn choice(why: impl Into<String>) -> Self {
        Self::Choice(why.into())
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Platform(error.into())
    }
}

impl From<Error> for platform::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Platform(error) => error,
            Error::Ledger(why) => Self::invalid("money", why.to_string()),
            Error::Choice(why) => Self::invalid("choice", why),
        }
    }
}

impl From<Error> for platform::web::Failure {
    fn from(error: Error) -> Self {
        platform::Error::from(error).into()
    }
}
