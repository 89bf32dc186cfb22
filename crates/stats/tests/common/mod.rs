//! What the tests of reference tables share: columns of a CSV file.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops where its file is not as it should be"
)]

use std::path::{Path, PathBuf};

// Not every test uses everything here.
const _: fn(&str) -> Table = Table::own;
const _: fn(&str) -> Option<Table> = Table::shared;
const _: fn(&Table, &str) -> Vec<String> = Table::text;

/// A CSV file as columns of text.
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads one of the project's own files from `tests/data`.
    pub(crate) fn own(name: &str) -> Self {
        Self::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name))
    }

    /// Reads a third party's file from the shared folder; `None`, with a line that says so, where there is none.
    pub(crate) fn shared(name: &str) -> Option<Self> {
        let folder = std::env::var_os("NEARHAND_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
        let path = folder.join("engine/data").join(name);
        if !path.exists() {
            println!("skipped: {name} is not here");
            return None;
        }
        Some(Self::read(&path))
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let delimiter = if text.lines().next().unwrap_or_default().contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { header, rows }
    }

    /// A column as text.
    pub(crate) fn text(&self, name: &str) -> Vec<String> {
        let at = self.header.iter().position(|known| known == name).unwrap();
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    /// A column as numbers.
    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).iter().map(|value| value.parse().unwrap()).collect()
    }
}
