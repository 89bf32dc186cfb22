//! A concern that a school sent.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A concern that a school sent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "concern")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What people quote, unique.
    pub reference: String,
    /// The school (URN).
    pub urn: i32,
    /// [`crate::door::model::state::State`], by its stored name.
    pub state: String,
    /// [`crate::door::model::state::Outcome`], once it is decided.
    pub outcome: Option<String>,
    /// [`crate::door::model::words::About`].
    pub about: String,
    /// The pupil, where it is about one.
    pub pupil_id: Option<Uuid>,
    /// The place or group in words; empty where it is about a pupil.
    pub place: String,
    /// What the worry is, in the sender’s words.
    pub worry: String,
    /// [`crate::door::model::words::FamilyKnows`], where it is about a pupil.
    pub family_knows: Option<String>,
    /// What the school has done; empty where nothing was written.
    pub done: String,
    /// Whether the sender said that a child is in immediate danger, and was told to call first.
    pub danger: bool,
    /// The day on which it was sent.
    pub recorded_on: Date,
    /// The last day on which telling the sender is in time.
    pub tell_by: Date,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
    /// Their name then.
    pub recorded_by_name: String,
    /// [`crate::door::model::words::Sender`].
    pub recorded_role: String,
    /// When it was taken.
    pub triaged_at: Option<DateTimeUtc>,
    /// Who took it.
    pub triaged_by: Option<Uuid>,
    /// Their name then.
    pub triaged_by_name: Option<String>,
    /// The day on which the sender was first told.
    pub told_on: Option<Date>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
