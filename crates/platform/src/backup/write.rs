//! Making a backup while the service runs.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use sea_orm::{
    AccessMode, DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    Summary,
    format::{FORMAT, Last, Manifest, TableEnd, TableHead, corrupt, key_check},
    schema::{self, Schema},
};
use crate::{
    Ctx, Error, Result,
    audit::Subject,
    db::Database,
    organisation::Org,
    policy::{Action, Object},
    random,
};

/// zstd's own default: on these rows a stronger setting gains little and costs much time.
const COMPRESSION: i32 = 3;

/// Makes a backup of the actor's organisation and writes that down in the audit chain. The new entry comes
/// after the moment that the backup shows, so it is not in it.
pub async fn back_up(ctx: &Ctx, schema: &Schema, path: &Path) -> Result<Summary> {
    ctx.require(Action::BackUp, Object::None)?;
    let summary = write(&ctx.org, schema, path).await?;
    let mut change = ctx.change(Action::BackUp, Subject::kind("backup")).await?;
    change.note("tables", summary.tables.len()).note("rows", summary.rows());
    change.commit().await?;
    Ok(summary)
}

/// Makes a backup as a new file at `path`, which must not exist: written under a temporary name, flushed to
/// the disk, then renamed, so that a file of that name is always whole.
pub async fn write(org: &Org, schema: &Schema, path: &Path) -> Result<Summary> {
    let shown = || path.display().to_string();
    if path.exists() {
        return Err(Error::invalid(shown(), "there is a file of that name; choose another"));
    }
    let transaction = snapshot(&org.database).await?;
    let migrations = schema::applied(&transaction).await?;
    if migrations != schema.migration_names() {
        return Err(Error::invalid(
            "database",
            "its schema is not that of this version; start the service once",
        ));
    }
    let missing = schema::unregistered(&transaction, &schema.tables).await?;
    if missing != schema::Unregistered::default() {
        return Err(Error::Corrupt {
            what: "schema",
            why: format!("tables that are not registered for backup: {missing:?}"),
        });
    }
    let manifest = Manifest {
        nearhand_backup: FORMAT,
        organisation: org.organisation.clone(),
        made_at: org.clock.now(),
        migrations,
        key_check: key_check(&org.keys),
    };
    let mut out = Out::create(path, &hex::encode(random::bytes::<8>(org.random.as_ref())))?;
    let tables = content(&transaction, schema, &manifest, &mut out).await?;
    transaction.rollback().await?;
    out.finish(path)?;
    Ok(Summary { manifest, tables })
}

/// A transaction that sees one moment of the database for as long as it lasts, and keeps nobody from writing.
async fn snapshot(database: &Database) -> Result<DatabaseTransaction> {
    let options = match database.backend() {
        DbBackend::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        },
        _ => TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            ..Default::default()
        },
    };
    Ok(database.read().begin_with_options(options).await?)
}

async fn content(
    transaction: &DatabaseTransaction,
    schema: &Schema,
    manifest: &Manifest,
    out: &mut Out,
) -> Result<Vec<TableEnd>> {
    out.json(manifest)?;
    let mut tables = Vec::with_capacity(schema.tables.len());
    for table in &schema.tables {
        out.json(&TableHead { table: table.name.clone() })?;
        let mut digest = Sha256::new();
        let mut line = Vec::new();
        let mut sink = |row: &[u8]| {
            line.clear();
            line.push(b'[');
            line.extend_from_slice(row);
            line.extend_from_slice(b"]\n");
            digest.update(&line);
            out.line(&line)
        };
        let rows = table.write(transaction, &mut sink).await?;
        let end = TableEnd { end: table.name.clone(), rows, sha256: hex::encode(digest.finalize()) };
        out.json(&end)?;
        tables.push(end);
    }
    let whole = Last { whole_sha256: hex::encode(out.whole.clone().finalize()) };
    out.json(&whole)?;
    Ok(tables)
}

/// The file being written; removed again unless it is finished.
struct Out {
    path: PathBuf,
    encoder: Option<zstd::Encoder<'static, File>>,
    whole: Sha256,
}

impl Out {
    fn create(path: &Path, mark: &str) -> Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{mark}.part"));
        let path = path.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let open = || {
            let mut encoder = zstd::Encoder::new(options.open(&path)?, COMPRESSION)?;
            encoder.include_checksum(true)?;
            Ok(encoder)
        };
        let encoder = open().map_err(|source| failed(&path, source))?;
        Ok(Self { path, encoder: Some(encoder), whole: Sha256::new() })
    }

    fn json(&mut self, value: &impl Serialize) -> Result<()> {
        let mut line = json!(value).to_string().into_bytes();
        line.push(b'\n');
        self.line(&line)
    }

    fn line(&mut self, line: &[u8]) -> Result<()> {
        self.whole.update(line);
        let encoder = self.encoder.as_mut().ok_or_else(|| corrupt("it is finished already"))?;
        encoder.write_all(line).map_err(|source| failed(&self.path, source))
    }

    fn finish(mut self, path: &Path) -> Result<()> {
        let encoder = self.encoder.take().ok_or_else(|| corrupt("it is finished already"))?;
        let finished = encoder.finish().and_then(|file| {
            file.sync_all()?;
            // The link fails where somebody made a file of that name meanwhile; a rename would replace it.
            fs::hard_link(&self.path, path)?;
            sync_folder(path)
        });
        finished.map_err(|source| failed(path, source))
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        // After `finish` the file goes on under its final name.
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "a temporary file of a backup could not be removed");
        }
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::File { verb: "write", path: path.display().to_string(), source }
}
