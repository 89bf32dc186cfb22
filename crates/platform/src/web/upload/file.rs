//! The file on disk: private, hashed while it is written, gone unless it is kept.

use std::{
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::random::{self, Random};

/// How much is gathered before it is written.
const BUFFER: usize = 256 * 1024;

/// A file that arrived whole and is on disk. It is removed when this is dropped, unless it is kept.
#[derive(Debug)]
pub struct StoredFile {
    /// The form's field that it came in.
    pub field: String,
    /// The name under which it was sent, fit to be shown.
    pub name: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    place: Place,
}

impl StoredFile {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.place.0
    }

    /// Gives it its final name (in the same file system) and keeps it there.
    pub fn keep(mut self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.place.0, path)?;
        self.place.0 = PathBuf::new();
        // The rename is durable only when the folder is.
        match path.parent() {
            Some(folder) => std::fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

/// A path that is removed when it is dropped; an empty path stands for nothing.
#[derive(Debug)]
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty()
            && let Err(error) = std::fs::remove_file(&self.0)
        {
            tracing::warn!(%error, "an unwanted upload could not be removed");
        }
    }
}

/// A file being written.
pub(super) struct Writer {
    file: tokio::io::BufWriter<tokio::fs::File>,
    place: Place,
    digest: Sha256,
    bytes: u64,
}

impl Writer {
    /// Makes a new private file in `folder`, and the folder too where there is none.
    pub(super) async fn create(folder: &Path, random: &dyn Random) -> io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        let path = folder.join(format!("{}.part", hex::encode(random::bytes::<16>(random))));
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        let file = tokio::io::BufWriter::with_capacity(BUFFER, file);
        Ok(Self { file, place: Place(path), digest: Sha256::new(), bytes: 0 })
    }

    /// How much has been written so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) async fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.digest.update(chunk);
        self.bytes += chunk.len() as u64;
        self.file.write_all(chunk).await
    }

    /// Waits until all of it is on the disk.
    pub(super) async fn finish(mut self, field: String, name: String) -> io::Result<StoredFile> {
        self.file.flush().await?;
        self.file.get_ref().sync_all().await?;
        Ok(StoredFile {
            field,
            name,
            bytes: self.bytes,
            sha256: hex::encode(self.digest.finalize()),
            place: self.place,
        })
    }
}
