//! Rows of sealed draws in and out.

use chrono::{DateTime, Utc};
use platform::{Ctx, Error, Result};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, DerivePartialModel, EntityTrait,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, SqlErr,
};
use uuid::Uuid;

use super::entity::{draw, draw_event, draw_result};

/// So many draws are listed.
const LISTED: u64 = 500;

/// That a draw was made, without its certificate.
#[derive(Debug, Clone, DerivePartialModel)]
#[sea_orm(entity = "draw_result::Entity")]
pub(super) struct Made {
    pub(super) draw_id: Uuid,
    pub(super) certificate_hash: String,
    pub(super) drawn_at: DateTime<Utc>,
    pub(super) drawn_by_name: String,
}

fn refused(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict,
        _ => error.into(),
    }
}

/// Adds a sealed draw; [`Error::Conflict`] where somebody took its number.
pub(super) async fn insert(transaction: &DatabaseTransaction, row: draw::Model) -> Result<()> {
    draw::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map_err(refused)?;
    Ok(())
}

/// Adds the result; [`Error::Conflict`] where there is one.
pub(super) async fn insert_result(transaction: &DatabaseTransaction, row: draw_result::Model) -> Result<()> {
    let query = draw_result::Entity::insert(row.into_active_model());
    query.exec_without_returning(transaction).await.map_err(refused)?;
    Ok(())
}

/// Adds an event; [`Error::Conflict`] where somebody took its place.
pub(super) async fn insert_event(transaction: &DatabaseTransaction, row: draw_event::Model) -> Result<()> {
    let query = draw_event::Entity::insert(row.into_active_model());
    query.exec_without_returning(transaction).await.map_err(refused)?;
    Ok(())
}

/// The highest number of a kind; 0 for none.
pub(super) async fn last_number(db: &impl ConnectionTrait, kind: &str) -> Result<i32> {
    let query = draw::Entity::find().filter(draw::Column::Kind.eq(kind)).order_by_desc(draw::Column::Number);
    Ok(query.one(db).await?.map_or(0, |row| row.number))
}

/// A draw of a kind with its result and events.
pub(super) async fn one(
    db: &impl ConnectionTrait,
    kind: &str,
    id: Uuid,
) -> Result<(draw::Model, Option<draw_result::Model>, Vec<draw_event::Model>)> {
    let row = draw::Entity::find_by_id(id)
        .filter(draw::Column::Kind.eq(kind))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let result = draw_result::Entity::find_by_id(id).one(db).await?;
    let events = draw_event::Entity::find()
        .filter(draw_event::Column::DrawId.eq(id))
        .order_by_asc(draw_event::Column::Seq)
        .all(db)
        .await?;
    Ok((row, result, events))
}

/// The draws of a kind, the newest first, each with whether it was drawn.
pub(super) async fn list(ctx: &Ctx, kind: &str) -> Result<Vec<(draw::Model, Option<Made>)>> {
    let rows = draw::Entity::find()
        .filter(draw::Column::Kind.eq(kind))
        .order_by_desc(draw::Column::Number)
        .limit(LISTED)
        .all(ctx.db())
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let results: Vec<Made> = draw_result::Entity::find()
        .filter(draw_result::Column::DrawId.is_in(ids))
        .into_partial_model()
        .all(ctx.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let result = results.iter().find(|result| result.draw_id == row.id).cloned();
            (row, result)
        })
        .collect())
}
