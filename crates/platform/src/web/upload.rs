//! A file from the browser, written to disk as it arrives.
//!
//! The form's first part must be the hidden field `csrf`; nothing else is handed out before it has been
//! compared with the session's token. The file goes to a private file in a folder of the organisation's,
//! hashed on the way; no more than [`IN_MEMORY_MAX`] of the body is ever in memory. Whatever goes wrong, the
//! partial file is removed.

mod body;
mod file;
mod name;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicUsize},
};

use axum::{
    body::Body,
    extract::{FromRequest, Request as HttpRequest},
    http::header,
};
use multer::{Field, Multipart};
use thiserror::Error;
use tokio::time::{Duration, timeout};

pub use file::StoredFile;

use super::{Failure, Form, Request, guard::same_token};
use crate::random::Random;

/// The size that a file may have unless the setting says otherwise: 4 GiB.
pub const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// How much of a body is in memory at most: what the parser has read ahead of what was taken from it.
pub const IN_MEMORY_MAX: usize = 1024 * 1024;
/// A text field may be this long, in bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// A form may have this many parts.
const PARTS_MAX: usize = 50;
/// How much of a refused body is still read (and thrown away), so that the browser, which reads the answer
/// only when it has sent everything, shows the answer and not a broken connection.
const DRAIN_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How long that may take.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(20);
/// How long a sender may be silent before the upload counts as cut off.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Why an upload was not taken. The words are for the person who sent it.
#[derive(Debug, Error)]
pub enum UploadError {
    /// The connection ended, or was silent too long, before the file was complete.
    #[error(
        "the upload was cut off before the whole file had arrived, so nothing of it was kept; send it again"
    )]
    CutOff,
    /// The file is larger than the limit.
    #[error("the file is larger than {} and nothing of it was kept", bytes_in_words(*limit))]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// There is more than one file in the form.
    #[error("send one file at a time")]
    SeveralFiles,
    /// The form is not one of ours.
    #[error("the form could not be read")]
    Malformed,
    /// The file could not be written.
    #[error("the file could not be stored on the server; tell your administrator")]
    Store(#[from] std::io::Error),
}

impl UploadError {
    /// The words as a sentence begins in an error summary.
    pub fn words(&self) -> String {
        let text = self.to_string();
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge { .. } => Self::TooLarge,
            UploadError::Store(error) => {
                tracing::error!(%error, "an uploaded file could not be stored");
                Self::Internal
            }
            error => Self::BadRequest(error.words()),
        }
    }
}

/// A form with at most one file, all of it received.
#[derive(Debug)]
pub struct Received {
    /// The text fields, as typed.
    pub form: Form,
    /// The file; none where the person chose none.
    pub file: Option<StoredFile>,
}

/// A multipart form whose token has been checked; the rest of it has not been read yet.
pub struct Upload {
    multipart: Multipart<'static>,
    ahead: Arc<AtomicUsize>,
    random: Arc<dyn Random>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(http: HttpRequest, _: &S) -> Result<Self, Failure> {
        // Only the guard makes one; a handler reached without it must not run.
        let request = http.extensions().get::<Request>().cloned().ok_or(Failure::Unguarded)?;
        let boundary = http
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| multer::parse_boundary(kind).ok())
            .ok_or_else(|| {
                Failure::BadRequest("the form was not sent in the form that this page expects".into())
            })?;
        let mut upload = Self::new(http.into_body(), boundary, Arc::clone(&request.org.random));
        let token = upload.token().await;
        if !token.is_ok_and(|token| same_token(&token, &request.csrf)) {
            upload.drain().await;
            return Err(Failure::BadToken);
        }
        Ok(upload)
    }
}

impl Upload {
    fn new(body: Body, boundary: String, random: Arc<dyn Random>) -> Self {
        let ahead = Arc::new(AtomicUsize::new(0));
        let stream = body::paced(body.into_data_stream(), Arc::clone(&ahead), IN_MEMORY_MAX);
        Self { multipart: Multipart::new(stream, boundary), ahead, random }
    }

    /// The first part, which must be the token.
    async fn token(&mut self) -> Result<String, UploadError> {
        match self.next().await? {
            Some(field) if field.name() == Some("csrf") && field.file_name().is_none() => {
                let ahead = Arc::clone(&self.ahead);
                text(field, &ahead).await
            }
            _ => Err(UploadError::Malformed),
        }
    }

    /// Receives the rest of the form: text fields, and at most one file of at most `limit` bytes, which is
    /// written into `folder`. The file is removed again when the [`StoredFile`] is dropped, unless it is
    /// [kept](StoredFile::keep).
    pub async fn receive(mut self, folder: &Path, limit: u64) -> Result<Received, UploadError> {
        let outcome = self.parts(folder, limit).await;
        if let Err(UploadError::TooLarge { .. } | UploadError::SeveralFiles | UploadError::Store(_)) =
            &outcome
        {
            self.drain().await;
        }
        outcome
    }

    async fn parts(&mut self, folder: &Path, limit: u64) -> Result<Received, UploadError> {
        let ahead = Arc::clone(&self.ahead);
        let mut fields = Vec::new();
        let mut file: Option<StoredFile> = None;
        for _ in 0..PARTS_MAX {
            let random = Arc::clone(&self.random);
            let Some(field) = self.next().await? else {
                return Ok(Received { form: Form::of(fields), file });
            };
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                None => fields.push((name, text(field, &ahead).await?)),
                Some(sent) => {
                    let stored = store(field, &ahead, folder, limit, &name, &sent, random.as_ref()).await?;
                    // A form whose file was not chosen sends a part without a name and without content.
                    if stored.bytes == 0 && sent.is_empty() {
                        continue;
                    }
                    if file.is_some() {
                        return Err(UploadError::SeveralFiles);
                    }
                    file = Some(stored);
                }
            }
        }
        Err(UploadError::Malformed)
    }

    async fn next(&mut self) -> Result<Option<Field<'static>>, UploadError> {
        body::taken(&self.ahead);
        let next = timeout(SILENCE_MAX, self.multipart.next_field()).await;
        next.map_err(|_| UploadError::CutOff)?.map_err(|error| explain(&error))
    }

    async fn drain(&mut self) {
        let mut left = DRAIN_BYTES_MAX;
        let ahead = Arc::clone(&self.ahead);
        let all = async {
            while let Ok(Some(mut field)) = self.next().await {
                while let Ok(Some(chunk)) = field.chunk().await {
                    body::taken(&ahead);
                    left = left.saturating_sub(chunk.len() as u64);
                    if left == 0 {
                        return;
                    }
                }
            }
        };
        // Whether it was all read makes no difference to the answer.
        let _ = timeout(DRAIN_TIME_MAX, all).await;
    }
}

/// The next piece of a part.
async fn chunk(field: &mut Field<'_>, ahead: &AtomicUsize) -> Result<Option<bytes::Bytes>, UploadError> {
    let chunk = timeout(SILENCE_MAX, field.chunk()).await;
    let chunk = chunk.map_err(|_| UploadError::CutOff)?.map_err(|error| explain(&error))?;
    body::taken(ahead);
    Ok(chunk)
}

async fn text(mut field: Field<'_>, ahead: &AtomicUsize) -> Result<String, UploadError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunk(&mut field, ahead).await? {
        if bytes.len() + chunk.len() > TEXT_BYTES_MAX {
            return Err(UploadError::Malformed);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| UploadError::Malformed)
}

async fn store(
    mut field: Field<'_>,
    ahead: &AtomicUsize,
    folder: &Path,
    limit: u64,
    name: &str,
    sent: &str,
    random: &dyn Random,
) -> Result<StoredFile, UploadError> {
    let mut writer = file::Writer::create(folder, random).await?;
    while let Some(chunk) = chunk(&mut field, ahead).await? {
        if writer.bytes() + chunk.len() as u64 > limit {
            return Err(UploadError::TooLarge { limit });
        }
        writer.write(&chunk).await?;
    }
    Ok(writer.finish(name.to_owned(), name::for_display(sent)).await?)
}

fn explain(error: &multer::Error) -> UploadError {
    match error {
        multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteHeaders
        | multer::Error::IncompleteStream
        | multer::Error::StreamReadFailed(_) => UploadError::CutOff,
        _ => UploadError::Malformed,
    }
}

/// A size as people read it: `4 GB`, `1.5 MB`, `12 bytes`.
pub fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    for (size, unit) in UNITS {
        if bytes >= size {
            let tenths = (u128::from(bytes) * 10 / u128::from(size)) as u64;
            return match tenths % 10 {
                0 => format!("{} {unit}", tenths / 10),
                rest => format!("{}.{rest} {unit}", tenths / 10),
            };
        }
    }
    format!("{bytes} bytes")
}
