//! Advice given to a member of school staff.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Advice given to a member of school staff.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "consultation")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What people quote, unique.
    pub reference: String,
    /// The school (URN).
    pub urn: i32,
    /// The day.
    pub held_on: Date,
    /// How long it took.
    pub minutes: i32,
    /// [`crate::door::model::words::Sender`]: who asked.
    pub asked_by: String,
    /// [`crate::consultation::model::Topic`].
    pub topic: String,
    /// What was asked.
    pub question: String,
    /// The advice given.
    pub advice: String,
    /// [`crate::consultation::model::Outcome`].
    pub outcome: String,
    /// The pupil, once named.
    pub pupil_id: Option<Uuid>,
    /// When the pupil was named.
    pub named_at: Option<DateTimeUtc>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
    /// Their name then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
