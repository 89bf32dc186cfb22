//! The one result of a draw.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The one result of a draw: its key is the draw's, so that there cannot be two.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "draw_result")]
pub struct Model {
    /// The draw.
    #[sea_orm(primary_key, auto_increment = false)]
    pub draw_id: Uuid,
    /// The certificate, as JSON (`stats::allocation::Certificate`).
    pub certificate: String,
    /// SHA-256 of the certificate's text, in hexadecimal.
    pub certificate_hash: String,
    /// When it was drawn.
    pub drawn_at: DateTimeUtc,
    /// By whom.
    pub drawn_by: Uuid,
    /// By whom, by name as it was then.
    pub drawn_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
