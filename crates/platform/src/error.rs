//! The platform's one error type.

use thiserror::Error;

/// The result of anything in the platform that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong below the pages. Messages carry no personal data, so they may be logged.
#[derive(Debug, Error)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("the database did not do what was asked")]
    Database(#[from] sea_orm::DbErr),
    /// A file of the installation could not be read or written.
    #[error("cannot {verb} `{path}`")]
    File {
        /// What was tried, as a verb: `read`, `write`, `create`.
        verb: &'static str,
        /// The path that was tried.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A setting or a stored value cannot be understood.
    #[error("{what}: {why}")]
    Invalid {
        /// The thing that is wrong, as its user knows it.
        what: String,
        /// What is wrong with it and what to do.
        why: String,
    },
    /// The actor may not do this.
    #[error("permission refused")]
    Refused(crate::policy::Refusal),
    /// There is no such thing, or the actor may not know whether there is.
    #[error("not found")]
    NotFound,
    /// Somebody else changed the same thing first.
    #[error("changed by someone else in the meantime")]
    Conflict,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness, so no secret can be made")]
    NoRandomness,
    /// A secret could not be opened: the key is not the one that sealed it, or it was altered.
    #[error("a sealed value could not be opened with this installation's key")]
    Unsealable,
    /// The access event could not be stored, so the page was not sent.
    #[error("the access log is not available, so nothing can be shown")]
    AccessLogDown,
    /// A stored value does not have the form that this version writes.
    #[error("stored {what} cannot be read: {why}")]
    Corrupt {
        /// Which kind of value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// An [`Error::Invalid`] in one line.
    pub fn invalid(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), why: why.into() }
    }

    /// The error with all its causes, for the log: `message: cause: cause`.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }
}
