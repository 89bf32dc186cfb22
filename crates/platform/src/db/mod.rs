//! One organisation's database: a door for reading, a door for writing, and nothing across.
//!
//! SQLite is embedded (write-ahead log, full synchronous, foreign keys on); PostgreSQL is reached by its
//! address. Reading connections are made read-only *in the database*, so code that only reads cannot write by
//! mistake. Writing connections are private to this crate: everyone else changes things through
//! [`crate::audit::Change`].

pub mod dump;
pub mod migrate;

use std::time::Duration;

use sea_orm::{
    ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::{Error, Result};

/// How many connections read at once. SQLite reads run beside its single writer; PostgreSQL takes more.
const READERS: u32 = 8;
/// How many connections write at once on PostgreSQL. SQLite has exactly one writer by nature.
const POSTGRES_WRITERS: u32 = 8;
/// How long a writer waits for another process (a command-line import, say) before giving up.
const BUSY: Duration = Duration::from_secs(30);

/// An organisation's database, open.
#[derive(Debug, Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

impl Database {
    /// Opens the database at `address`: `sqlite:PATH` (made where there is none) or `postgres://...`.
    pub async fn connect(address: &str) -> Result<Self> {
        let (read, write) = if address.starts_with("sqlite:") {
            // The writer comes first, because it makes the file and sets the write-ahead log for everyone.
            let write = sea_orm::Database::connect(sqlite(address, false)).await?;
            (sea_orm::Database::connect(sqlite(address, true)).await?, write)
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            let write = sea_orm::Database::connect(postgres(address, false)).await?;
            (sea_orm::Database::connect(postgres(address, true)).await?, write)
        } else {
            return Err(Error::invalid(
                "database address",
                "it begins with neither `sqlite:` nor `postgres://`",
            ));
        };
        Ok(Self { read, write })
    }

    /// The connection for reading. The database itself refuses to write through it.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Which engine this is.
    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// Begins a transaction that writes. On SQLite it takes the write lock at once, because upgrading a
    /// reading transaction later fails under contention.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.write.begin_with_options(options).await?)
    }

    /// The writing connection, for migrations and for restoring a backup into an empty database.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Closes every connection; open transactions are rolled back.
    pub async fn close(self) -> Result<()> {
        self.read.close().await?;
        Ok(self.write.close().await?)
    }
}

/// Pages that each connection of SQLite keeps, in KiB (that is what the minus means). Readers are many and the operating
/// system holds the same pages once for all of them, so theirs is small; the writer's holds the pages of a transaction.
const READER_CACHE: &str = "-4096";
const WRITER_CACHE: &str = "-32768";

fn common(address: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options
        .max_connections(connections)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false);
    options
}

fn sqlite(address: &str, read_only: bool) -> ConnectOptions {
    let mut options = common(address, if read_only { READERS } else { 1 });
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(!read_only)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("cache_size", if read_only { READER_CACHE } else { WRITER_CACHE })
            .pragma("temp_store", "MEMORY");
        if read_only { sqlite.pragma("query_only", "ON") } else { sqlite }
    });
    options
}

fn postgres(address: &str, read_only: bool) -> ConnectOptions {
    let mut options = common(address, if read_only { READERS } else { POSTGRES_WRITERS });
    options.map_sqlx_postgres_opts(move |postgres| {
        let read_only = if read_only { "on" } else { "off" };
        postgres.application_name("nearhand").options([
            ("default_transaction_read_only", read_only),
            ("synchronous_commit", "on"),
            ("timezone", "UTC"),
        ])
    });
    options
}
