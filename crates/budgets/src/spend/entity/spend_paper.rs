//! A receipt or other paper of a request.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A receipt or other paper of a request.
///
/// Its content stands in [`super::spend_paper_piece`].
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "spend_paper")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The request.
    pub request_id: Uuid,
    /// The event that brought it.
    pub seq: i32,
    /// Whether it came after the payment; before it, it is a quote or the like.
    pub is_receipt: bool,
    /// The name under which it was sent, fit to be shown.
    pub name: String,
    /// What it is, by its content: [`crate::spend::model::PaperKind`].
    pub media_type: String,
    /// Its size, in bytes.
    pub bytes: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for work that the system does by itself.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
