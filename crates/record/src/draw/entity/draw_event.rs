//! What happened to a unit after the draw.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What happened to a unit after the draw.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "draw_event")]
pub struct Model {
    /// The draw.
    #[sea_orm(primary_key, auto_increment = false)]
    pub draw_id: Uuid,
    /// Its place among the events of the draw, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// [`crate::draw::model::What`], by its stored name.
    pub what: String,
    /// The unit.
    pub unit: String,
    /// Who takes its place, or the arm that somebody put it in.
    pub other: Option<String>,
    /// Why.
    pub reason: String,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// By whom.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
