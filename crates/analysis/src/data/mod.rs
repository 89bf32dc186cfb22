//! Data files: read whole, hashed, and turned into a table of columns.

mod csv_file;
mod parquet_file;

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use stats::data::Frame;

use crate::error::{AnalysisError, Result};
use crate::plan::DataPlan;

/// Largest file, in bytes.
const LARGEST: u64 = 4 << 30;
/// Most columns.
const MOST_COLUMNS: usize = 10_000;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Name of the file without its folder.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its columns.
    pub frame: Frame,
    /// Line of each row in the file; empty where a file has no lines.
    pub lines: Vec<u32>,
    /// For columns of words, the first cell that is not a number: its line and its words.
    pub words: HashMap<String, (u64, String)>,
}

impl Loaded {
    /// The line of a row (from 0), where lines are known.
    #[must_use]
    pub fn line(&self, row: usize) -> Option<u64> {
        self.lines.get(row).map(|line| u64::from(*line))
    }

    /// An error about the data.
    #[must_use]
    pub fn wrong(
        &self,
        line: Option<u64>,
        column: Option<&str>,
        message: impl Into<String>,
    ) -> AnalysisError {
        wrong(&self.file, line, column, message)
    }
}

fn wrong(file: &str, line: Option<u64>, column: Option<&str>, message: impl Into<String>) -> AnalysisError {
    AnalysisError::Data {
        file: file.to_owned(),
        line,
        column: column.map(str::to_owned),
        message: message.into(),
    }
}

/// Reads a CSV or Parquet file; which it is, is told by its first bytes.
///
/// # Errors
/// [`AnalysisError::Read`] if the file cannot be read, [`AnalysisError::Data`] with line and column if it is not as it should be.
pub fn load(path: &Path, plan: &DataPlan) -> Result<Loaded> {
    let cannot = |source| AnalysisError::Read { path: path.to_owned(), source };
    let file = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > LARGEST {
        return Err(wrong(
            &file,
            None,
            None,
            format!("the file has {size} bytes; at most {LARGEST} are read"),
        ));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    from_bytes(&file, bytes, plan)
}

/// Reads the bytes of a file; `file` is its name in messages.
///
/// # Errors
/// As [`load`].
pub fn from_bytes(file: &str, bytes: Vec<u8>, plan: &DataPlan) -> Result<Loaded> {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let (frame, lines, words) = if bytes.starts_with(b"PAR1") {
        let (frame, words) = parquet_file::read(file, bytes, plan)?;
        (frame, Vec::new(), words)
    } else {
        csv_file::read(file, &bytes, plan)?
    };
    Ok(Loaded { file: file.to_owned(), sha256, frame, lines, words })
}

/// A number as people write it; words such as `inf` are not numbers.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn is_missing(text: &str, plan: &DataPlan) -> bool {
    let text = text.trim();
    matches!(text, "" | "NA" | "NaN" | "nan") || plan.missing.iter().any(|code| code.trim() == text)
}

/// A column in the making: numbers as long as all cells are, otherwise levels in the order of their first appearance.
struct Builder {
    name: String,
    numeric: bool,
    values: Vec<f64>,
    levels: Vec<String>,
    places: HashMap<String, u32>,
    codes: Vec<u32>,
}

impl Builder {
    fn new(name: String, numeric: bool) -> Self {
        Self {
            name,
            numeric,
            values: Vec::new(),
            levels: Vec::new(),
            places: HashMap::new(),
            codes: Vec::new(),
        }
    }

    fn push(&mut self, cell: &str, plan: &DataPlan) {
        let cell = cell.trim();
        let missing = is_missing(cell, plan);
        if self.numeric {
            self.values.push(if missing { f64::NAN } else { number(cell).unwrap_or(f64::NAN) });
        } else if missing {
            self.codes.push(stats::data::MISSING);
        } else if let Some(code) = self.places.get(cell) {
            self.codes.push(*code);
        } else {
            let code = u32::try_from(self.levels.len()).unwrap_or(stats::data::MISSING);
            self.levels.push(cell.to_owned());
            self.places.insert(cell.to_owned(), code);
            self.codes.push(code);
        }
    }

    fn add_to(self, frame: Frame) -> stats::Result<Frame> {
        if self.numeric {
            return frame.with_numeric(&self.name, self.values);
        }
        // The order of levels must not depend on the order of rows.
        let mut order: Vec<usize> = (0..self.levels.len()).collect();
        let numbers: Option<Vec<f64>> = self.levels.iter().map(|level| number(level)).collect();
        order.sort_by(|a, b| {
            let by_number = numbers.as_ref().and_then(|n| Some(n.get(*a)?.total_cmp(n.get(*b)?)));
            by_number
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| self.levels.get(*a).cmp(&self.levels.get(*b)))
        });
        let mut place = vec![0_u32; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(*old) {
                *slot = u32::try_from(new).unwrap_or(stats::data::MISSING);
            }
        }
        let levels = order.iter().filter_map(|old| self.levels.get(*old).cloned()).collect();
        let codes = self
            .codes
            .iter()
            .map(|code| place.get(*code as usize).copied().unwrap_or(stats::data::MISSING))
            .collect();
        let factor = stats::data::Categorical { levels, codes };
        frame.with_column(&self.name, stats::data::Column::Categorical(factor))
    }
}

fn finish(file: &str, builders: Vec<Builder>) -> Result<Frame> {
    let mut frame = Frame::new();
    for builder in builders {
        let name = builder.name.clone();
        frame = builder.add_to(frame).map_err(|error| wrong(file, None, Some(&name), error.to_string()))?;
    }
    Ok(frame)
}

fn check_names(file: &str, names: &mut [String]) -> Result<()> {
    if names.len() > MOST_COLUMNS {
        return Err(wrong(
            file,
            Some(1),
            None,
            format!("{} columns; at most {MOST_COLUMNS} are read", names.len()),
        ));
    }
    let mut known = std::collections::HashSet::new();
    for (place, name) in names.iter_mut().enumerate() {
        *name = name.trim().to_owned();
        // Tables written by R have row names under a heading that is empty.
        if name.is_empty() && place == 0 {
            "row".clone_into(name);
        }
        if name.is_empty() {
            return Err(wrong(file, Some(1), None, format!("column {} has no name", place + 1)));
        }
        if !known.insert(name.clone()) {
            return Err(wrong(file, Some(1), Some(name), "two columns have this name"));
        }
    }
    Ok(())
}
