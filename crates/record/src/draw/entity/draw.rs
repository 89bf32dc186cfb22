//! A draw as it was sealed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A draw as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "sealed_draw")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What is drawn: `schools`, `families`. Each capability sees its own.
    pub kind: String,
    /// Its number among those of the kind, from 1, so that a draw that was sealed and not made is seen.
    pub number: i32,
    /// What the draw is for.
    pub purpose: String,
    /// The frozen list, as JSON (`stats::allocation::FrozenList`).
    pub list: String,
    /// The arms, as JSON.
    pub arms: String,
    /// The method, as JSON.
    pub method: String,
    /// What was published, as JSON (`stats::allocation::Commitment`).
    pub commitment: String,
    /// Seed and salt, sealed with the organisation's key.
    pub sealed_secret: String,
    /// Names for the units of the list, as JSON (identifier to name). They decide nothing.
    pub labels: String,
    /// What the list was made from, as JSON, in the words of the capability. It decides nothing.
    pub basis: String,
    /// When it was sealed.
    pub sealed_at: DateTimeUtc,
    /// By whom; nil for the command line.
    pub sealed_by: Uuid,
    /// By whom, by name as it was then.
    pub sealed_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
