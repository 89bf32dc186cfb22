//! A file that is hashed while it is written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::DemoError;

/// One file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenFile {
    /// The path below the authority's folder, with forward slashes.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Children, schools, links or rows.
    pub records: u64,
}

/// A buffered file with its running hash and size.
pub(crate) struct Output {
    name: String,
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Output {
    /// Creates the file, and the folders above it.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, DemoError> {
        let path = folder.join(name);
        if let Some(above) = path.parent() {
            std::fs::create_dir_all(above).map_err(DemoError::at(above))?;
        }
        let file = File::create(&path).map_err(DemoError::at(&path))?;
        let file = BufWriter::with_capacity(1 << 18, file);
        Ok(Self { name: name.to_owned(), path, file, hash: Sha256::new(), bytes: 0 })
    }

    /// Where the file is, for messages.
    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Closes the file and says what was written.
    pub(crate) fn finish(mut self, records: u64) -> Result<WrittenFile, DemoError> {
        self.file.flush().map_err(DemoError::at(&self.path))?;
        Ok(WrittenFile {
            path: self.name,
            bytes: self.bytes,
            sha256: hex::encode(self.hash.finalize()),
            records,
        })
    }
}

impl Write for Output {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let taken = self.file.write(part)?;
        let (part, _) = part.split_at_checked(taken).unwrap_or((part, &[]));
        self.hash.update(part);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
