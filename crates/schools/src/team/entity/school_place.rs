//! A worker's regular time at a school.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A worker's regular time at a school.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school_place")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The worker, a user.
    pub worker_id: Uuid,
    /// The school's unique reference number.
    pub urn: i32,
    /// First day.
    pub first_day: Date,
    /// Last day; `None` while no end is set.
    pub last_day: Option<Date>,
    /// [`crate::team::model::Weekdays`], in its stored form.
    pub weekdays: String,
    /// First minute of the day.
    pub from_minute: i32,
    /// The minute at which it is over.
    pub to_minute: i32,
    /// When it was taken back as never right; `None` where it was not.
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
