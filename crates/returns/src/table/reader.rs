//! The reader of a table: headings first, then one row at a time.

use std::io::Read;
use std::marker::PhantomData;

use chrono::NaiveDate;

use crate::catalogue;
use crate::error::FileError;
use crate::limits::Limits;
use crate::problem::{self, Place, Problem, ProblemLog};

use super::columns::Layout;
use super::input::{Next, Rows};
use super::row::{Row, TableRow};

/// Reads the rows of a table as a stream.
///
/// Columns are found by their headings, in any order, without regard to case, spaces and underscores; columns that are
/// not needed are never decoded. One row and fixed buffers are held at a time. An `Err` of the iterator ends
/// it; rows given before stay good.
pub struct TableReader<R, T> {
    rows: Rows<R>,
    layout: Layout,
    limits: Limits,
    reference: Option<NaiveDate>,
    records: u64,
    done: bool,
    record: PhantomData<fn() -> T>,
}

#[expect(private_bounds, reason = "what can be a row is decided in this crate")]
impl<R: Read, T: TableRow> TableReader<R, T> {
    pub(crate) fn open(source: R, limits: Limits, reference: Option<NaiveDate>) -> Result<Self, FileError> {
        let mut rows = Rows::open(source, &limits)?;
        match rows.next()? {
            Next::Row => {}
            Next::TooLarge => {
                let limit = limits.row_bytes as u64;
                return Err(FileError::TooLarge { what: "the row of headings", line: rows.line, limit });
            }
            Next::End => return Err(FileError::Empty),
        }
        let headings: Vec<String> = (0..rows.fields())
            .map(|index| String::from_utf8_lossy(rows.field(index)).trim().to_owned())
            .collect();
        let layout = Layout::new(T::COLUMNS, T::ONE_OF, &headings, &limits)?;
        Ok(Self { rows, layout, limits, reference, records: 0, done: false, record: PhantomData })
    }

    /// Columns of the file that are not read.
    pub fn ignored_columns(&self) -> usize {
        self.layout.ignored
    }

    /// Rows met so far, taken or not, without the headings.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The line on which the latest row starts.
    pub fn line(&self) -> u64 {
        self.rows.line
    }

    /// Bytes read so far: for progress.
    pub fn bytes(&self) -> u64 {
        self.rows.consumed()
    }

    fn advance(&mut self) -> Result<Option<problem::Read<T>>, FileError> {
        loop {
            let next = self.rows.next()?;
            if next == Next::End {
                return Ok(None);
            }
            let blank = self.rows.fields() == 1 && self.rows.field(0).trim_ascii().is_empty();
            if next == Next::Row && blank && self.layout.width > 1 {
                continue;
            }
            self.records += 1;
            let place = Place { line: self.rows.line, record: Some(self.records), record_id: None };
            if next == Next::TooLarge {
                let message = format!(
                    "the row has more than {} bytes or {} fields",
                    self.limits.row_bytes, self.limits.columns
                );
                let problem = Problem::new(&catalogue::RECORD_TOO_LARGE, place.clone(), message);
                return Ok(Some(problem::Read { record: None, place, problems: vec![problem] }));
            }
            return Ok(Some(self.row(place)));
        }
    }

    fn row(&self, place: Place) -> problem::Read<T> {
        let (found, width) = (self.rows.fields(), self.layout.width);
        let extra_empty = (width..found).all(|index| self.rows.field(index).trim_ascii().is_empty());
        if found < width || !extra_empty {
            let message = format!("the row has {found} fields, the headings {width}");
            let problem = Problem::new(&catalogue::ROW_LENGTH, place.clone(), message);
            return problem::Read { record: None, place, problems: vec![problem] };
        }
        let mut row = Row {
            fields: &self.rows,
            layout: &self.layout,
            limits: &self.limits,
            single_byte: T::SINGLE_BYTE,
            reference: self.reference,
            place,
            log: ProblemLog::new(self.limits.problems_per_record),
        };
        if found > width {
            let message = format!("the row has {} empty fields after the last heading", found - width);
            let problem = Problem::new(&catalogue::EXTRA_FIELDS, row.place.clone(), message);
            row.log.push(problem);
        }
        if self.rows.unfinished {
            let message = "the file ends without a line end, so this row may have been cut off";
            let problem = Problem::new(&catalogue::UNFINISHED_ROW, row.place.clone(), message);
            row.log.push(problem);
        }
        let record = T::read(&mut row);
        let Row { place, mut log, .. } = row;
        let mut problems = log.take(&place);
        for problem in &mut problems {
            problem.place.record_id.clone_from(&place.record_id);
        }
        problem::Read { record, place, problems }
    }
}

impl<R: Read, T: TableRow> Iterator for TableReader<R, T> {
    type Item = Result<problem::Read<T>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.advance().transpose();
        self.done = !matches!(item, Some(Ok(_)));
        item
    }
}
