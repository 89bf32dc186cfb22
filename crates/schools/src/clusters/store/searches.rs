//! Searches: asked once, answered once. Only the latest are kept.

use chrono::{DateTime, Utc};
use platform::Result;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::clusters::entity::cluster_search as search;

/// Searches that are kept; older ones go, frozen plans stay.
const KEPT: u64 = 200;
/// Searches of one person that are listed.
const LISTED: u64 = 10;
/// Rows with the same question that are looked at.
const SAME: u64 = 20;

/// Identifier, settings, when asked, when answered.
type Row = (Uuid, String, DateTime<Utc>, Option<DateTime<Utc>>);

/// A search in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its identifier.
    pub id: Uuid,
    /// What was asked for, in words.
    pub settings: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Whether it is answered.
    pub answered: bool,
}

/// A search.
pub(in crate::clusters) async fn search(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<search::Model>> {
    Ok(search::Entity::find_by_id(id).one(db).await?)
}

/// Searches with the same question, the latest first.
pub(in crate::clusters) async fn same_question(
    db: &impl ConnectionTrait,
    hash: &str,
) -> Result<Vec<search::Model>> {
    let query = search::Entity::find()
        .filter(search::Column::QuestionHash.eq(hash))
        .order_by_desc(search::Column::AskedAt)
        .limit(SAME);
    Ok(query.all(db).await?)
}

/// Stores a search in place of an earlier row of it, and lets the oldest go.
pub(in crate::clusters) async fn put_search(db: &impl ConnectionTrait, row: search::Model) -> Result<()> {
    search::Entity::delete_by_id(row.id).exec(db).await?;
    search::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await?;
    let old: Vec<Uuid> = search::Entity::find()
        .select_only()
        .column(search::Column::Id)
        .order_by_desc(search::Column::AskedAt)
        .order_by_desc(search::Column::Id)
        .offset(KEPT)
        .limit(KEPT)
        .into_tuple()
        .all(db)
        .await?;
    if !old.is_empty() {
        search::Entity::delete_many().filter(search::Column::Id.is_in(old)).exec(db).await?;
    }
    Ok(())
}

/// Stores the answer of a search.
pub(in crate::clusters) async fn put_answer(
    db: &impl ConnectionTrait,
    id: Uuid,
    answer: String,
    at: DateTime<Utc>,
) -> Result<()> {
    let row = search::ActiveModel {
        id: Set(id),
        answer: Set(Some(answer)),
        answered_at: Set(Some(at)),
        ..Default::default()
    };
    row.update(db).await?;
    Ok(())
}

/// One person's searches, the latest first.
pub(in crate::clusters) async fn searches(db: &impl ConnectionTrait, by: Uuid) -> Result<Vec<Listed>> {
    let rows: Vec<Row> = search::Entity::find()
        .select_only()
        .columns([
            search::Column::Id,
            search::Column::Settings,
            search::Column::AskedAt,
            search::Column::AnsweredAt,
        ])
        .filter(search::Column::AskedBy.eq(by))
        .order_by_desc(search::Column::AskedAt)
        .order_by_desc(search::Column::Id)
        .limit(LISTED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, settings, asked_at, answered)| Listed {
            id,
            settings,
            asked_at,
            answered: answered.is_some(),
        })
        .collect())
}
