//! One thing that happened to a request.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One thing that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "spend_event")]
pub struct Model {
    /// The request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    /// Its place in the request’s course, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// [`crate::spend::model::Kind`].
    pub kind: String,
    /// [`crate::spend::model::State`] after it.
    pub state: String,
    /// The day on which it happened.
    pub happened_on: Date,
    /// How much, where it moves money.
    pub pence: Option<i64>,
    /// The journal that it wrote.
    pub journal_id: Option<Uuid>,
    /// Until when cash must be confirmed.
    pub confirm_by: Option<DateTimeUtc>,
    /// [`crate::spend::model::Told`], where it says what the family knows.
    pub told: Option<String>,
    /// Words among colleagues: a reason, a question, an answer.
    pub words: String,
    /// Words that the family may read: why not.
    pub family_words: String,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for work that the system does by itself.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
