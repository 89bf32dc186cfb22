//! Receipts and other papers. Their content stands in pieces.

use platform::audit::Change;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use super::corrupt;
use crate::{
    Result,
    pots::store::insert,
    spend::entity::{spend_paper, spend_paper_piece},
};

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// The papers of a request, the first first.
///
/// # Errors
/// When the database cannot be read.
pub async fn papers(db: &impl ConnectionTrait, request: Uuid) -> Result<Vec<spend_paper::Model>> {
    Ok(spend_paper::Entity::find()
        .filter(spend_paper::Column::RequestId.eq(request))
        .order_by_asc(spend_paper::Column::Seq)
        .order_by_asc(spend_paper::Column::Id)
        .all(db)
        .await?)
}

/// One paper.
///
/// # Errors
/// Not found, or the database.
pub async fn paper(db: &impl ConnectionTrait, id: Uuid) -> Result<spend_paper::Model> {
    Ok(spend_paper::Entity::find_by_id(id).one(db).await?.ok_or(platform::Error::NotFound)?)
}

/// The whole content of a paper.
///
/// # Errors
/// When the database cannot be read, or does not have all of it.
pub async fn content(db: &impl ConnectionTrait, paper: &spend_paper::Model) -> Result<Vec<u8>> {
    let pieces = spend_paper_piece::Entity::find()
        .filter(spend_paper_piece::Column::PaperId.eq(paper.id))
        .order_by_asc(spend_paper_piece::Column::Seq)
        .all(db)
        .await?;
    let content: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.content).collect();
    if i64::try_from(content.len()).ok() != Some(paper.bytes) {
        return Err(corrupt("content of a receipt"));
    }
    Ok(content)
}

pub(crate) async fn insert_paper(change: &Change<'_>, row: spend_paper::Model, content: &[u8]) -> Result<()> {
    let paper_id = row.id;
    insert(change, row.into_active_model()).await?;
    for (seq, content) in (1_i32..).zip(content.chunks(PIECE)) {
        let piece = spend_paper_piece::Model { paper_id, seq, content: content.to_vec() };
        insert(change, piece.into_active_model()).await?;
    }
    Ok(())
}
