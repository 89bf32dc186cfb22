//! What the command line says when it cannot do what was asked.

use thiserror::Error;

/// The result of a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command failed, in words for the person at the command line.
#[derive(Debug, Error)]
pub enum Error {
    /// A setting is wrong: which, where it came from, what to do.
    #[error("{0}")]
    Setting(String),
    /// The command cannot be carried out as asked: why, and what to do.
    #[error("{0}")]
    Usage(String),
    /// Something below failed.
    #[error(transparent)]
    Platform(#[from] platform::Error),
    /// A plan or its data cannot be used, or an analysis ended without a result.
    #[error(transparent)]
    Analysis(#[from] analysis::AnalysisError),
    /// A file could not be read or written.
    #[error("cannot {verb} `{path}`: {source}")]
    File {
        /// What was tried, as a verb.
        verb: &'static str,
        /// The path.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl Error {
    /// A file error.
    pub fn file(verb: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { verb, path: path.display().to_string(), source }
    }

    /// The error and its causes in one line.
    pub fn in_full(&self) -> String {
        match self {
            Self::Platform(error) => error.chain(),
            other => other.to_string(),
        }
    }
}
