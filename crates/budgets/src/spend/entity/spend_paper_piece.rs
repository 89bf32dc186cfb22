//! A piece of the content of a paper.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A piece of the content of a paper.
///
/// Content stands in the database, in pieces of at most 64 KB, so that a backup has it and a restore needs little memory.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "spend_paper_piece")]
pub struct Model {
    /// The paper.
    #[sea_orm(primary_key, auto_increment = false)]
    pub paper_id: Uuid,
    /// Its place, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// The bytes.
    #[serde(with = "super::as_hex")]
    pub content: Vec<u8>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
