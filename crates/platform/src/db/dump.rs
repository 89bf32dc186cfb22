//! Every table as lines of JSON, the same on both engines: what backup writes and restore reads.

use futures::{StreamExt as _, future::BoxFuture};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable as _,
    PrimaryKeyToColumn as _, QueryOrder as _, StreamTrait,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Result};

/// How many values go into one insert when a table is restored: SQLite takes 32,766 at most.
const VALUES_AT_ONCE: usize = 16_000;
/// How many rows go into one insert at most.
const ROWS_AT_ONCE: usize = 500;

/// Takes one line (one row as JSON, without the line end).
pub type Sink<'a> = dyn FnMut(&[u8]) -> Result<()> + Send + 'a;
/// Gives the next line, or `None` at the end.
pub type Source<'a> = dyn FnMut() -> Result<Option<String>> + Send + 'a;

/// One table that backup and restore know how to carry. Every table must be registered; a test compares the
/// registered names with the database's own.
pub struct TableDump {
    /// The table's name.
    pub name: String,
    write: for<'a> fn(&'a DatabaseTransaction, &'a mut Sink<'_>) -> BoxFuture<'a, Result<u64>>,
    read: for<'a> fn(&'a DatabaseTransaction, &'a mut Source<'_>) -> BoxFuture<'a, Result<u64>>,
}

impl TableDump {
    /// Registers the table of an entity.
    pub fn of<E>() -> Self
    where
        E: EntityTrait + Default,
        E::Model: Serialize + DeserializeOwned + IntoActiveModel<E::ActiveModel> + Send + Sync,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        Self { name: E::default().table_name().to_owned(), write: write::<E>, read: read::<E> }
    }

    /// Sends every row to `sink`, a line each; gives how many there were.
    pub async fn write(&self, transaction: &DatabaseTransaction, sink: &mut Sink<'_>) -> Result<u64> {
        (self.write)(transaction, sink).await
    }

    /// Inserts every line from `source`; gives how many there were.
    pub async fn read(&self, transaction: &DatabaseTransaction, source: &mut Source<'_>) -> Result<u64> {
        (self.read)(transaction, source).await
    }
}

fn write<'a, E>(transaction: &'a DatabaseTransaction, sink: &'a mut Sink<'_>) -> BoxFuture<'a, Result<u64>>
where
    E: EntityTrait,
    E::Model: Serialize + Send + Sync,
{
    Box::pin(async move {
        let mut rows = stream::<E, _>(transaction).await?;
        let mut count = 0;
        while let Some(row) = rows.next().await {
            let line = serde_json::to_vec(&row?)
                .map_err(|error| Error::Corrupt { what: "row", why: error.to_string() })?;
            sink(&line)?;
            count += 1;
        }
        Ok(count)
    })
}

async fn stream<'a, E, C>(
    connection: &'a C,
) -> Result<impl futures::Stream<Item = Result<E::Model, sea_orm::DbErr>> + Send + 'a>
where
    E: EntityTrait,
    E::Model: Send + Sync,
    C: ConnectionTrait + StreamTrait + Send,
{
    // In the order of the key, so that the same rows make the same file, and a row that leans on an earlier one (the next
    // entry of an account, say) is restored after it.
    let mut rows = E::find();
    for key in E::PrimaryKey::iter() {
        rows = rows.order_by_asc(key.into_column());
    }
    Ok(rows.stream(connection).await?)
}

fn read<'a, E>(transaction: &'a DatabaseTransaction, source: &'a mut Source<'_>) -> BoxFuture<'a, Result<u64>>
where
    E: EntityTrait,
    E::Model: DeserializeOwned + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    Box::pin(async move {
        let mut count = 0_u64;
        let at_once = (VALUES_AT_ONCE / E::Column::iter().count().max(1)).clamp(1, ROWS_AT_ONCE);
        loop {
            let mut rows = Vec::with_capacity(at_once);
            while rows.len() < at_once {
                let Some(line) = source()? else { break };
                let model: E::Model = serde_json::from_str(&line)
                    .map_err(|error| Error::Corrupt { what: "backup line", why: error.to_string() })?;
                rows.push(model.into_active_model().reset_all());
            }
            if rows.is_empty() {
                return Ok(count);
            }
            count += rows.len() as u64;
            E::insert_many(rows).exec_without_returning(transaction).await?;
        }
    })
}
