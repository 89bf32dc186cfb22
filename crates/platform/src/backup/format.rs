//! The file: its lines, and a reader that believes nothing that it has not checked.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, ErrorKind, Read as _},
    path::Path,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Error, Result, organisation::Organisation, secrets::Keys};

/// The version of the format that this program writes and reads.
pub const FORMAT: u32 = 1;
/// Longest line that is read, in bytes; no row comes near it.
const LINE_MAX: u64 = 64 * 1024 * 1024;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub nearhand_backup: u32,
    /// Whose backup it is.
    pub organisation: Organisation,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// The migrations applied to the database, sorted.
    pub migrations: Vec<String>,
    /// [`key_check`] of the keys in use.
    pub key_check: String,
}

/// The line before a table's rows.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableHead {
    pub(super) table: String,
}

/// The line after a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEnd {
    /// The table.
    pub end: String,
    /// How many rows it had.
    pub rows: u64,
    /// SHA-256 of the lines of its rows, each with its line end, in hexadecimal.
    pub sha256: String,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Last {
    pub(super) whole_sha256: String,
}

/// A value that tells whether keys are those of the backup, and nothing else about them.
pub(super) fn key_check(keys: &Keys) -> String {
    hex::encode(keys.chain(&[b"backup key check"]))
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its first line.
    pub manifest: Manifest,
    /// Its tables, in the order of the file.
    pub tables: Vec<TableEnd>,
}

impl Summary {
    /// How many rows it holds in all.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Reads a backup from its first line to its last and checks every digest.
pub fn inspect(path: &Path) -> Result<Summary> {
    let mut reader = Reader::open(path)?;
    let mut tables = Vec::new();
    while reader.next_table()?.is_some() {
        while reader.next_row()?.is_some() {}
        tables.push(reader.table_end()?);
    }
    Ok(Summary { manifest: reader.manifest, tables })
}

/// A backup being read.
pub(super) struct Reader {
    lines: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    line: Vec<u8>,
    whole: Sha256,
    table: Option<(String, Sha256, u64)>,
    end: Option<TableEnd>,
    pub(super) manifest: Manifest,
}

pub(super) fn corrupt(why: impl Into<String>) -> Error {
    Error::Corrupt { what: "backup", why: why.into() }
}

impl Reader {
    /// Opens a file and reads its manifest.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let fail = |source| Error::File { verb: "read", path: path.display().to_string(), source };
        let file = File::open(path).map_err(fail)?;
        let lines = BufReader::with_capacity(1 << 18, zstd::Decoder::new(file).map_err(fail)?);
        let mut reader = Self {
            lines,
            line: Vec::new(),
            whole: Sha256::new(),
            table: None,
            end: None,
            manifest: Manifest {
                nearhand_backup: 0,
                organisation: Organisation {
                    slug: "none".to_owned().try_into()?,
                    name: String::new(),
                    kind: crate::organisation::OrganisationKind::LocalAuthority,
                    la_code: None,
                    demonstration: false,
                    today: None,
                },
                made_at: DateTime::<Utc>::MIN_UTC,
                migrations: vec![],
                key_check: String::new(),
            },
        };
        reader.read_line().map_err(|_| corrupt("it does not begin as a backup of Nearhand does"))?;
        reader.manifest = serde_json::from_slice(&reader.line)
            .map_err(|_| corrupt("it does not begin as a backup of Nearhand does"))?;
        if reader.manifest.nearhand_backup != FORMAT {
            return Err(corrupt(format!(
                "its format is version {}, and this program reads version {FORMAT}",
                reader.manifest.nearhand_backup
            )));
        }
        Ok(reader)
    }

    /// Reads a line, with its end, and adds the one before it to the digest of the whole.
    fn read_line(&mut self) -> Result<()> {
        self.whole.update(&self.line);
        self.line.clear();
        let read = (&mut self.lines).take(LINE_MAX).read_until(b'\n', &mut self.line);
        match read {
            Ok(_) if self.line.last() == Some(&b'\n') => Ok(()),
            Ok(n) if n as u64 == LINE_MAX => Err(corrupt("a line of it is too long")),
            Ok(_) => Err(corrupt("it was cut off; take another copy of it")),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(corrupt("it was cut off; take another copy of it"))
            }
            Err(error) => Err(corrupt(format!("it is damaged ({error}); take another copy of it"))),
        }
    }

    /// The name of the next table, or nothing after the last line, when that proves the whole.
    pub(super) fn next_table(&mut self) -> Result<Option<String>> {
        self.read_line()?;
        if let Ok(head) = serde_json::from_slice::<TableHead>(&self.line) {
            self.table = Some((head.table.clone(), Sha256::new(), 0));
            self.end = None;
            return Ok(Some(head.table));
        }
        let last: Last = serde_json::from_slice(&self.line)
            .map_err(|_| corrupt("it holds a line where no such line belongs"))?;
        let whole = hex::encode(std::mem::take(&mut self.whole).finalize());
        if last.whole_sha256 != whole {
            return Err(corrupt("its content does not match its digest; take another copy of it"));
        }
        let mut more = [0_u8; 1];
        match self.lines.read(&mut more) {
            Ok(0) => Ok(None),
            _ => Err(corrupt("something follows its last line")),
        }
    }

    /// The next row of the table, as the JSON of one object, or nothing after its last row, when its digest
    /// and its number of rows have been found right.
    pub(super) fn next_row(&mut self) -> Result<Option<String>> {
        if self.end.is_some() {
            return Ok(None);
        }
        self.read_line()?;
        let Some((name, digest, rows)) = &mut self.table else {
            return Err(corrupt("it holds a row outside a table"));
        };
        if let Some(row) = self.line.strip_prefix(b"[").and_then(|line| line.strip_suffix(b"]\n")) {
            digest.update(&self.line);
            *rows += 1;
            let row = std::str::from_utf8(row).map_err(|_| corrupt("a row of it is not text"))?;
            return Ok(Some(row.to_owned()));
        }
        let end: TableEnd = serde_json::from_slice(&self.line)
            .map_err(|_| corrupt("it holds a line where no such line belongs"))?;
        let expected =
            TableEnd { end: name.clone(), rows: *rows, sha256: hex::encode(digest.clone().finalize()) };
        if end != expected {
            return Err(corrupt(format!(
                "table {name} does not match its number of rows or its digest; take another copy of it"
            )));
        }
        self.end = Some(end);
        Ok(None)
    }

    /// The end of the table whose rows have all been read.
    pub(super) fn table_end(&mut self) -> Result<TableEnd> {
        self.end.clone().ok_or_else(|| corrupt("a table of it was not read to its end"))
    }
}
