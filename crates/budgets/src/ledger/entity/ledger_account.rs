//! An account of an envelope.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An account of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "ledger_account")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The envelope whose money it holds.
    pub envelope_id: Uuid,
    /// [`crate::ledger::model::Bucket`].
    pub bucket: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
