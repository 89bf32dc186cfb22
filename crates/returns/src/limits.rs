//! Bounds that keep memory independent of what a file contains.

/// Limits of a reader. Every buffer that a file could fill is bounded by one of these.
///
/// The defaults are far above anything in a true return (the largest child of a published sample is under
/// 10 kB) and keep the memory of a reader under about 10 MB whatever the input, apart from the check for
/// duplicates, whose cost per child is told below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one piece of XML (a tag with its attributes, a run of text, a comment). A longer one ends
    /// the reading with [`FileError::TooLarge`](crate::FileError::TooLarge).
    pub token_bytes: usize,
    /// Bytes of one element's text or one table field. A longer value is dropped and reported.
    pub value_bytes: usize,
    /// Depth of nested XML elements. More ends the reading with [`FileError::TooDeep`](crate::FileError::TooDeep).
    pub depth: usize,
    /// Bytes of one child of a census; a larger child is skipped and reported.
    pub child_bytes: u64,
    /// Elements of one child of a census; a child with more is skipped and reported.
    pub child_elements: usize,
    /// Unknown elements kept for one child; more are counted and reported.
    pub unknown_elements: usize,
    /// Bytes of one row of a table; a longer row is skipped and reported.
    pub row_bytes: usize,
    /// Columns of a table.
    pub columns: usize,
    /// Problems listed for one record; more are counted.
    pub problems_per_record: usize,
    /// Problems listed for the file as a whole (header, between records); more are counted.
    pub problems_per_file: usize,
    /// Characters of [`Problem::found`](crate::Problem::found) and of identifiers in places.
    pub found_chars: usize,
    /// Identifiers remembered by the check for duplicates, at about 40 bytes each. Beyond it the check stops
    /// and says so. No authority has more than about 26,000 children in a return; England has 700,000.
    pub duplicate_ids: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token_bytes: 1 << 20,
            value_bytes: 4096,
            depth: 64,
            child_bytes: 4 << 20,
            child_elements: 50_000,
            unknown_elements: 200,
            row_bytes: 1 << 20,
            columns: 1000,
            problems_per_record: 100,
            problems_per_file: 200,
            found_chars: 80,
            duplicate_ids: 2_000_000,
        }
    }
}
