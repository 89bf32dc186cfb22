//! Rows of the chains in and out.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DatabaseTransaction,
    DbBackend, EntityTrait, QueryFilter, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    ButFor,
    entry::{Chain, Entry, GENESIS, head_seal},
};
use crate::{Result, secrets::Keys};

macro_rules! chain_entity {
    ($module:ident, $table:literal, $doc:literal) => {
        #[doc = $doc]
        pub mod $module {
            use sea_orm::entity::prelude::*;
            use serde::{Deserialize, Serialize};

            #[doc = $doc]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
            #[sea_orm(table_name = $table)]
            #[expect(missing_docs, reason = "the columns are described at `entry::Entry`")]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub seq: i64,
                pub at: DateTimeUtc,
                pub actor_id: Uuid,
                pub actor_name: String,
                pub action: String,
                pub channel: String,
                pub request: Uuid,
                pub subject_kind: String,
                pub subject_id: Option<String>,
                pub reason: Option<String>,
                pub detail: String,
                pub previous: String,
                pub hash: String,
            }

            /// No relations: a chain stands alone.
            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}

            impl From<Model> for super::Entry {
                fn from(row: Model) -> Self {
                    let Model {
                        seq,
                        at,
                        actor_id,
                        actor_name,
                        action,
                        channel,
                        request,
                        subject_kind,
                        subject_id,
                        reason,
                        detail,
                        previous,
                        hash,
                    } = row;
                    Self {
                        seq,
                        at,
                        actor_id,
                        actor_name,
                        action,
                        channel,
                        request,
                        subject_kind,
                        subject_id,
                        reason,
                        detail,
                        previous,
                        hash,
                    }
                }
            }

            impl From<super::Entry> for ActiveModel {
                fn from(entry: super::Entry) -> Self {
                    use sea_orm::ActiveValue::Set;
                    Self {
                        seq: Set(entry.seq),
                        at: Set(entry.at),
                        actor_id: Set(entry.actor_id),
                        actor_name: Set(entry.actor_name),
                        action: Set(entry.action),
                        channel: Set(entry.channel),
                        request: Set(entry.request),
                        subject_kind: Set(entry.subject_kind),
                        subject_id: Set(entry.subject_id),
                        reason: Set(entry.reason),
                        detail: Set(entry.detail),
                        previous: Set(entry.previous),
                        hash: Set(entry.hash),
                    }
                }
            }
        }
    };
}

chain_entity!(audit_event, "audit_event", "The chain of changes.");
chain_entity!(access_event, "access_event", "The chain of looks.");

/// The last entry of each chain, sealed.
pub mod chain_head {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// The last entry of a chain, sealed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "chain_head")]
    pub struct Model {
        /// Which chain.
        #[sea_orm(primary_key, auto_increment = false)]
        pub chain: String,
        /// Number of its last entry.
        pub seq: i64,
        /// Digest of its last entry.
        pub hash: String,
        /// [`super::head_seal`] of the two.
        pub seal: String,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The head of a chain, locked until the transaction ends so that entries come one after another.
async fn lock_head(transaction: &DatabaseTransaction, chain: Chain) -> Result<Option<chain_head::Model>> {
    let mut query = chain_head::Entity::find_by_id(chain.slug());
    if transaction.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(transaction).await?)
}

/// Appends entries to a chain in this transaction; their `seq`, `previous` and `hash` are filled in here.
pub async fn append(
    transaction: &DatabaseTransaction,
    keys: &Keys,
    chain: Chain,
    entries: Vec<Entry>,
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut head = lock_head(transaction, chain).await?;
    if head.is_none() && transaction.get_database_backend() == DbBackend::Postgres {
        // Two first entries at once would both find no head; the second waits here for the first's row.
        let first = chain_head::ActiveModel {
            chain: Set(chain.slug().to_owned()),
            seq: Set(0),
            hash: Set(GENESIS.to_owned()),
            seal: Set(head_seal(keys, chain, 0, GENESIS)),
        };
        chain_head::Entity::insert(first)
            .on_conflict(
                sea_orm::sea_query::OnConflict::column(chain_head::Column::Chain).do_nothing().to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
        head = lock_head(transaction, chain).await?;
    }
    let exists = head.is_some();
    let (mut seq, mut previous) = head.map_or((0, GENESIS.to_owned()), |head| (head.seq, head.hash));
    let entries: Vec<Entry> = entries
        .into_iter()
        .map(|mut entry| {
            seq += 1;
            entry.seq = seq;
            entry.previous = std::mem::take(&mut previous);
            entry.hash = entry.digest(keys, chain, seq);
            previous.clone_from(&entry.hash);
            entry
        })
        .collect();
    match chain {
        Chain::Audit => {
            let rows = entries.into_iter().map(audit_event::ActiveModel::from);
            audit_event::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
        Chain::Access => {
            let rows = entries.into_iter().map(access_event::ActiveModel::from);
            access_event::Entity::insert_many(rows).exec_without_returning(transaction).await?;
        }
    }
    let head = chain_head::ActiveModel {
        chain: Set(chain.slug().to_owned()),
        seal: Set(head_seal(keys, chain, seq, &previous)),
        seq: Set(seq),
        hash: Set(previous),
    };
    if exists {
        head.update(transaction).await?;
    } else {
        head.insert(transaction).await?;
    }
    Ok(())
}

/// The head of a chain as it stands.
pub async fn head(connection: &impl ConnectionTrait, chain: Chain) -> Result<Option<chain_head::Model>> {
    Ok(chain_head::Entity::find_by_id(chain.slug()).one(connection).await?)
}

/// Up to `limit` entries of a chain after number `after`, in order.
pub async fn page(
    connection: &impl ConnectionTrait,
    chain: Chain,
    after: i64,
    limit: u64,
) -> Result<Vec<Entry>> {
    Ok(match chain {
        Chain::Audit => audit_event::Entity::find()
            .filter(audit_event::Column::Seq.gt(after))
            .order_by_asc(audit_event::Column::Seq)
            .limit(limit)
            .all(connection)
            .await?
            .into_iter()
            .map(Entry::from)
            .collect(),
        Chain::Access => access_event::Entity::find()
            .filter(access_event::Column::Seq.gt(after))
            .order_by_asc(access_event::Column::Seq)
            .limit(limit)
            .all(connection)
            .await?
            .into_iter()
            .map(Entry::from)
            .collect(),
    })
}

/// Who looked at a thing, newest first: up to `limit` looks before number `before`.
pub async fn looks_at(
    connection: &impl ConnectionTrait,
    subject_kind: &str,
    subject_ids: &[Uuid],
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>> {
    let ids = subject_ids.iter().map(Uuid::to_string);
    let mut query = access_event::Entity::find()
        .filter(access_event::Column::SubjectId.is_in(ids))
        .filter(access_event::Column::SubjectKind.eq(subject_kind));
    if let Some(before) = before {
        query = query.filter(access_event::Column::Seq.lt(before));
    }
    let rows = query.order_by_desc(access_event::Column::Seq).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Changes, newest first: up to `limit` before number `before`, of one subject or of all.
pub async fn changes(
    connection: &impl ConnectionTrait,
    subject: Option<(&str, &str)>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>> {
    let mut query = audit_event::Entity::find();
    if let Some((kind, id)) = subject {
        query = query
            .filter(audit_event::Column::SubjectKind.eq(kind))
            .filter(audit_event::Column::SubjectId.eq(id));
    }
    if let Some(before) = before {
        query = query.filter(audit_event::Column::Seq.lt(before));
    }
    let rows = query.order_by_desc(audit_event::Column::Seq).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Number and digest of the newest change.
pub(super) async fn newest(connection: &impl ConnectionTrait) -> Result<Option<(i64, String)>> {
    let query = audit_event::Entity::find().order_by_desc(audit_event::Column::Seq);
    Ok(numbered(query).one(connection).await?)
}

/// The digest of a change.
pub(super) async fn digest_at(connection: &impl ConnectionTrait, seq: i64) -> Result<Option<String>> {
    let query = audit_event::Entity::find_by_id(seq).select_only().column(audit_event::Column::Hash);
    Ok(query.into_tuple().one(connection).await?)
}

/// Number and digest of the newest change after number `after` but for some.
pub(super) async fn newest_but_for(
    connection: &impl ConnectionTrait,
    but_for: &ButFor,
    after: i64,
) -> Result<Option<(i64, String)>> {
    let query = audit_event::Entity::find()
        .filter(audit_event::Column::Seq.gt(after))
        .filter(audit_event::Column::SubjectKind.is_not_in(but_for.subjects.iter().copied()))
        .filter(audit_event::Column::Action.is_not_in(but_for.actions.iter().map(|action| action.slug())))
        .order_by_desc(audit_event::Column::Seq);
    Ok(numbered(query).one(connection).await?)
}

fn numbered(
    query: sea_orm::Select<audit_event::Entity>,
) -> sea_orm::Selector<sea_orm::SelectGetableTuple<(i64, String)>> {
    query.select_only().columns([audit_event::Column::Seq, audit_event::Column::Hash]).limit(1).into_tuple()
}

/// How many looks an actor has taken since an instant.
pub async fn looks_since(
    connection: &impl ConnectionTrait,
    actor: Uuid,
    since: DateTime<Utc>,
) -> Result<u64> {
    use sea_orm::PaginatorTrait as _;
    Ok(access_event::Entity::find()
        .filter(access_event::Column::ActorId.eq(actor))
        .filter(access_event::Column::At.gte(since))
        .count(connection)
        .await?)
}
