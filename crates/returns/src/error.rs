//! Why a file cannot be read at all, or no further.

use crate::year::CollectionYear;

/// The end of reading: nothing (more) can be taken from the file. What was read before stays good.
///
/// Messages name the place; [`FileError::remedy`] says what to do. Neither contains personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file has no content.
    #[error("the file is empty")]
    Empty,
    /// Nothing about the file is like any file that is read here.
    #[error("this is not a file that can be read here: {reason}")]
    Unrecognised {
        /// What it looks like instead.
        reason: String,
    },
    /// The content is not XML.
    #[error("the file is not XML (line {line})")]
    NotXml {
        /// Line.
        line: u64,
    },
    /// The XML breaks the rules of XML and cannot be followed any further.
    #[error("the XML is broken at line {line}: {detail}")]
    Malformed {
        /// Line.
        line: u64,
        /// What is broken.
        detail: String,
    },
    /// The XML has a document type declaration, which is refused because it can define entities.
    #[error("the file has a document type declaration (DOCTYPE) at line {line}")]
    DocumentType {
        /// Line.
        line: u64,
    },
    /// The root element is another one.
    #[error("the outermost element is {found}, not {expected}")]
    WrongRoot {
        /// The name that was found, shortened.
        found: String,
        /// The name that is needed.
        expected: &'static str,
    },
    /// The file stops before its end.
    #[error("the file stops at line {line}, inside {inside}")]
    Truncated {
        /// Last line.
        line: u64,
        /// What was open there.
        inside: String,
    },
    /// The character encoding that the file declares is not known.
    #[error("the file declares the character encoding {found}, which is not known")]
    UnsupportedEncoding {
        /// The declared name, shortened.
        found: String,
    },
    /// The header of a census is missing.
    #[error("the file has no {element} before its records (line {line})")]
    MissingHeader {
        /// The element that is missing.
        element: &'static str,
        /// Line at which the records start or the file ends.
        line: u64,
    },
    /// A value of the header that nothing can be read without is missing or wrong.
    #[error("the header's {element} is {found} (line {line})")]
    BadHeader {
        /// The element.
        element: &'static str,
        /// What was found, shortened, or `missing`.
        found: String,
        /// Line.
        line: u64,
    },
    /// The return is of a collection whose form is not known here.
    #[error(
        "the return is for the year ending {closing}; returns from {} to {} can be read",
        CollectionYear::FIRST,
        CollectionYear::LAST
    )]
    UnknownYear {
        /// Closing year as the header gives it.
        closing: i32,
        /// Line.
        line: u64,
    },
    /// Columns without which the table cannot be read are missing.
    #[error("the table lacks the column{} {}", if missing.len() == 1 { "" } else { "s" }, missing.join(", "))]
    MissingColumns {
        /// Every missing column.
        missing: Vec<String>,
        /// The headings that were found, shortened.
        found: Vec<String>,
    },
    /// The same column that is needed stands twice in the headings.
    #[error("the table has the column {column} twice")]
    RepeatedColumn {
        /// The column.
        column: String,
    },
    /// One piece of the file is larger than the limits allow.
    #[error("{what} at line {line} is larger than {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Line at which it starts.
        line: u64,
        /// The limit.
        limit: u64,
    },
    /// Elements are nested more deeply than the limits allow.
    #[error("elements are nested more than {limit} deep at line {line}")]
    TooDeep {
        /// Line.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// A quotation mark was opened and never closed.
    #[error("a quotation mark opened in the row at line {line} is not closed")]
    UnclosedQuote {
        /// Line at which the row starts.
        line: u64,
    },
    /// The file's name does not say what is needed from it.
    #[error("the name of the file does not say which term it is for")]
    UnknownTerm,
    /// The operating system could not read the file.
    #[error("the file could not be read after line {line}: {source}")]
    Io {
        /// Last line that was read.
        line: u64,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
}

impl FileError {
    /// Stable kebab-case name of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::Unrecognised { .. } => "file-unrecognised",
            Self::NotXml { .. } => "file-not-xml",
            Self::Malformed { .. } => "file-malformed",
            Self::DocumentType { .. } => "file-doctype",
            Self::WrongRoot { .. } => "file-wrong-root",
            Self::Truncated { .. } => "file-truncated",
            Self::UnsupportedEncoding { .. } => "file-encoding",
            Self::MissingHeader { .. } => "file-header-missing",
            Self::BadHeader { .. } => "file-header-bad",
            Self::UnknownYear { .. } => "file-year",
            Self::MissingColumns { .. } => "file-columns-missing",
            Self::RepeatedColumn { .. } => "file-column-repeated",
            Self::TooLarge { .. } => "file-too-large",
            Self::TooDeep { .. } => "file-too-deep",
            Self::UnclosedQuote { .. } => "file-quote",
            Self::UnknownTerm => "file-term",
            Self::Io { .. } => "file-io",
        }
    }

    /// The line of the file at which reading ended, when there is one.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::NotXml { line }
            | Self::Malformed { line, .. }
            | Self::DocumentType { line }
            | Self::Truncated { line, .. }
            | Self::MissingHeader { line, .. }
            | Self::BadHeader { line, .. }
            | Self::UnknownYear { line, .. }
            | Self::TooLarge { line, .. }
            | Self::TooDeep { line, .. }
            | Self::UnclosedQuote { line }
            | Self::Io { line, .. } => Some(*line),
            Self::MissingColumns { .. } | Self::RepeatedColumn { .. } => Some(1),
            Self::Empty
            | Self::Unrecognised { .. }
            | Self::WrongRoot { .. }
            | Self::UnsupportedEncoding { .. }
            | Self::UnknownTerm => None,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "export the file again and check its size before you send it",
            Self::Unrecognised { .. } => {
                "send the CIN census XML, a GIAS establishments or links CSV, or a school census table as CSV"
            }
            Self::NotXml { .. } => {
                "send the XML file that the case system made for DfE, not a spreadsheet of it"
            }
            Self::Malformed { .. } => "export the file again; if it was edited by hand, mend it at this line",
            Self::DocumentType { .. } => "remove the declaration; a census return has none",
            Self::WrongRoot { .. } => "check that this is the file of the collection that you meant to send",
            Self::Truncated { .. } => "the file was cut off: export or upload it again",
            Self::UnsupportedEncoding { .. } => "save the file as UTF-8",
            Self::MissingHeader { .. } => "export the file again with its header",
            Self::BadHeader { .. } => "correct the header in the case system and export the file again",
            Self::UnknownYear { .. } => "check the reference date in the header",
            Self::MissingColumns { .. } => "export the table with these columns, separated by commas",
            Self::RepeatedColumn { .. } => "remove or rename one of the two columns",
            Self::TooLarge { .. } => "look at this line: a tag or a quotation mark is probably not closed",
            Self::TooDeep { .. } => "check that this is the file that you meant to send",
            Self::UnclosedQuote { .. } => "close the quotation mark, or export the table again",
            Self::UnknownTerm => "name the file as the extract does, such as 2025_spring_pupilonroll.csv",
            Self::Io { .. } => "try again; if it happens again, check the disk or the connection",
        }
    }
}
