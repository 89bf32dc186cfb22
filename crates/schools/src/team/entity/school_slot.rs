//! A time that a worker offers at a school, and who booked it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A time that a worker offers at a school, and who booked it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school_slot")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who offers it, a user.
    pub worker_id: Uuid,
    /// The school's unique reference number.
    pub urn: i32,
    /// The day.
    pub on_date: Date,
    /// First minute of the day.
    pub from_minute: i32,
    /// The minute at which it is over.
    pub to_minute: i32,
    /// Who booked it, a user; `None` while it is free.
    pub booked_by: Option<Uuid>,
    /// Their name.
    pub booked_by_name: Option<String>,
    /// [`crate::team::model::Topic`], by its stored name.
    pub booked_topic: Option<String>,
    /// When it was booked.
    pub booked_at: Option<DateTimeUtc>,
    /// When it was taken back; `None` where it was not.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
