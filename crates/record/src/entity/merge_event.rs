//! Two records that became one, and may become two again.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Two records that became one, and may become two again.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "merge_event")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The record that stays.
    pub survivor_id: Uuid,
    /// The record that was merged into it.
    pub absorbed_id: Uuid,
    /// Every record that pointed to the absorbed one and now points to the survivor, the absorbed one first; a JSON list.
    pub moved: String,
    /// Fields in which the absorbed record is believed rather than the survivor, a JSON list of names.
    pub choices: String,
    /// Why.
    pub reason: String,
    /// When.
    pub merged_at: DateTimeUtc,
    /// By whom.
    pub merged_by: Uuid,
    /// By whom, by name as it was then.
    pub merged_by_name: String,
    /// Until when it can be undone.
    pub undo_until: DateTimeUtc,
    /// When it was undone.
    pub unmerged_at: Option<DateTimeUtc>,
    /// Who undid it, by name as it was then.
    pub unmerged_by_name: Option<String>,
    /// Why it was undone.
    pub unmerge_reason: Option<String>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
