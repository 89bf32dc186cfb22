//! A file comes in: a private copy, its digest, what it is.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write as _},
    path::{Path, PathBuf},
};

use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Object},
};
use returns::{FileError, Limits, cin::CinReader, detect, school_census::Term};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use sha2::{Digest as _, Sha256};

use super::{
    files::{copy_of, latest_in},
    slot::{Kind, Slot, term_slug},
    state::State,
    summary::Summary,
};
use crate::entity::import_file;

/// Characters of a file's name that are kept.
const NAME_CHARS: usize = 200;

/// What comes with a file.
#[derive(Debug, Clone)]
pub struct Request {
    /// The file's name, as the sender has it.
    pub name: String,
    /// The term of a school census table, where the name does not tell it; it goes before the name.
    pub term: Option<Term>,
    /// The largest size taken, in bytes.
    pub limit: u64,
}

impl Request {
    /// A file of up to 4 GB by its name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), term: None, limit: 4 << 30 }
    }
}

/// What became of a file that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It is new and waits to be checked.
    New(import_file::Model),
    /// The same bytes are part of the record, or on the way; nothing was changed.
    Known(import_file::Model),
}

impl Received {
    /// The import, new or earlier.
    pub fn file(&self) -> &import_file::Model {
        match self {
            Self::New(file) | Self::Known(file) => file,
        }
    }
}

/// What the copy turned out to be.
struct Copied {
    sha256: String,
    bytes: u64,
    slot: Slot,
    la_code: Option<i32>,
}

/// Takes a file in. It is copied into the organisation's own folder, where only this program's account reads it.
///
/// # Errors
/// [`Error::Invalid`] says why a file is not taken and what to do; [`Error::File`] that it could not be copied (a
/// full disk, say). Either way nothing is left behind.
pub async fn receive(ctx: &Ctx, request: Request, source: impl Read + Send + 'static) -> Result<Received> {
    ctx.require(Action::UploadFile, Object::None)?;
    let id = ctx.id();
    let path = copy_of(ctx, id);
    let name = clean_name(&request.name);
    let guard = Leftover(Some(path.clone()));
    let copied = {
        let (path, name) = (path.clone(), name.clone());
        let copying = tokio::task::spawn_blocking(move || copy(source, &path, &name, &request));
        copying
            .await
            .map_err(|error| Error::invalid("import", format!("copying the file failed: {error}")))??
    };
    if let Some(earlier) = known(ctx, &copied).await? {
        return Ok(Received::Known(earlier));
    }
    let file = import_file::Model {
        id,
        kind: copied.slot.kind().slug().to_owned(),
        name,
        sha256: copied.sha256,
        bytes: i64::try_from(copied.bytes).unwrap_or(i64::MAX),
        slot: copied.slot.to_string(),
        collection_year: copied.slot.year().map(|year| i32::from(year.closing())),
        term: copied.slot.term().map(term_slug),
        la_code: copied.la_code,
        state: State::Received.slug().to_owned(),
        received_at: ctx.now(),
        received_by: ctx.actor.id,
        received_by_name: ctx.actor.name.clone(),
        checked_at: None,
        checked_against: None,
        blocked: None,
        summary: serde_json::to_string(&Summary::default()).unwrap_or_else(|_| "{}".to_owned()),
        applied_at: None,
        applied_by_name: None,
        supersedes: None,
    };
    let mut change = ctx.change(Action::UploadFile, Subject::of("import", id)).await?;
    let file = file.into_active_model().reset_all().insert(change.tx()).await?;
    change.note("slot", file.slot.as_str()).note("sha256", file.sha256.as_str()).note("bytes", file.bytes);
    change.commit().await?;
    guard.keep();
    Ok(Received::New(file))
}

/// An earlier import of the same bytes for the same slot that still stands: it is on its way, or it is what the
/// slot was last given. A file that was superseded since may come again, to stand again.
async fn known(ctx: &Ctx, copied: &Copied) -> Result<Option<import_file::Model>> {
    let same = import_file::Entity::find()
        .filter(import_file::Column::Sha256.eq(&copied.sha256))
        .filter(import_file::Column::Slot.eq(copied.slot.to_string()))
        .order_by_desc(import_file::Column::ReceivedAt)
        .all(ctx.db())
        .await?;
    let latest = latest_in(ctx.db(), copied.slot).await?.map(|file| file.id);
    for file in same {
        let stands = match file.state()? {
            State::Received | State::Checking | State::Checked | State::Applying => true,
            State::Applied => latest == Some(file.id),
            State::Refused | State::Abandoned => false,
        };
        if stands {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|character| !character.is_control()).take(NAME_CHARS).collect()
}

/// Removes the copy unless it is kept.
struct Leftover(Option<PathBuf>);

impl Leftover {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // Nothing refers to it; one that cannot be removed does no harm but to the disk.
            let _ = fs::remove_file(path);
        }
    }
}

fn copy(mut source: impl Read, path: &Path, name: &str, request: &Request) -> Result<Copied> {
    let fail = |verb: &'static str| {
        let path = path.display().to_string();
        move |source| Error::File { verb, path, source }
    };
    if let Some(folder) = path.parent() {
        create_private_folder(folder).map_err(fail("create"))?;
    }
    let mut file = create_private_file(path).map_err(fail("create"))?;
    let mut hash = Sha256::new();
    let mut head = Vec::new();
    let mut bytes = 0_u64;
    let mut buffer = vec![0_u8; 128 * 1024];
    loop {
        let count = source.read(&mut buffer).map_err(|source| {
            let why = format!("it broke off after {bytes} bytes ({source}); send it again");
            Error::invalid(format!("file `{name}`"), why)
        })?;
        let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else { break };
        bytes += piece.len() as u64;
        if bytes > request.limit {
            let why = format!("it is larger than {} MB; send a smaller file", request.limit >> 20);
            return Err(Error::invalid(format!("file `{name}`"), why));
        }
        hash.update(piece);
        head.extend_from_slice(
            piece.get(..detect::ENOUGH.saturating_sub(head.len()).min(count)).unwrap_or_default(),
        );
        file.write_all(piece).map_err(fail("write"))?;
    }
    file.sync_all().map_err(fail("write"))?;
    let (slot, la_code) = slot_of(path, name, &head, request.term).map_err(|error| refused(name, &error))?;
    Ok(Copied { sha256: hex::encode(hash.finalize()), bytes, slot, la_code })
}

fn refused(name: &str, error: &FileError) -> Error {
    Error::invalid(format!("file `{name}`"), format!("{error}; {}", error.remedy()))
}

fn slot_of(
    path: &Path,
    name: &str,
    head: &[u8],
    term: Option<Term>,
) -> Result<(Slot, Option<i32>), FileError> {
    let detected = detect::detect(name, head)?;
    let term = || term.or(detected.term).ok_or(FileError::UnknownTerm);
    let slot = match Kind::from(detected.kind) {
        Kind::Cin => {
            let file = File::open(path).map_err(|source| FileError::Io { line: 0, source })?;
            let header = CinReader::open(file, Limits::default())?.header().clone();
            return Ok((Slot::Cin(header.collection_year), Some(i32::from(header.lea.number()))));
        }
        Kind::RollOn => Slot::RollOn(term()?),
        Kind::RollOff => Slot::RollOff(term()?),
        Kind::Fsm => Slot::Fsm(term()?),
        Kind::Gias => Slot::Gias,
        Kind::GiasLinks => Slot::GiasLinks,
    };
    Ok((slot, None))
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn create_private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
