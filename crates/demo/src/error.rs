//! What can go wrong while files are generated.

use std::path::PathBuf;

/// Why generation stopped. Files written before the failure stay where they are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The plan asks for something that the generator does not know.
    #[error("the plan cannot be followed: {0}")]
    Plan(String),
    /// A table inside this crate is damaged; a test guards against it.
    #[error("the built-in table {table} is damaged at line {line}")]
    Table {
        /// The name of the table's file.
        table: &'static str,
        /// The line, from 1, headings and comments not counted.
        line: u64,
    },
    /// A manifest could not be turned into JSON.
    #[error("cannot write the manifest: {0}")]
    Manifest(#[from] serde_json::Error),
}

impl DemoError {
    /// A closure that puts the path beside an operating system error.
    pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> DemoError {
        let path = path.into();
        move |source| DemoError::Write { path, source }
    }
}
