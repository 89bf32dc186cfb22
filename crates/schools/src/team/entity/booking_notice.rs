//! What somebody is told of a booking that is no longer what it was.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What somebody is told of a booking that is no longer what it was.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "booking_notice")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The time that was booked.
    pub slot_id: Uuid,
    /// Who is told, a user.
    pub user_id: Uuid,
    /// [`crate::team::model::Why`], by its stored name.
    pub why: String,
    /// The name of the other party of the booking, or of the holiday.
    pub other_name: String,
    /// The absence or the school holiday that it follows from; `None` for the other reasons.
    pub absence_id: Option<Uuid>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// When who is told said that they have seen it.
    pub seen_at: Option<DateTimeUtc>,
    /// When it was overtaken by something else, so that nobody needs to see it.
    pub settled_at: Option<DateTimeUtc>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
