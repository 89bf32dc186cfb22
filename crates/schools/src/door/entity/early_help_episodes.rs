//! Early help for a pupil (`early_help_episodes` of the Standard Safeguarding Dataset).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Early help for a pupil (`early_help_episodes` of the Standard Safeguarding Dataset).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "early_help_episodes")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What people quote, unique.
    pub reference: String,
    /// The school (URN).
    pub urn: i32,
    /// The pupil.
    pub pupil_id: Uuid,
    /// First day.
    pub start_date: Date,
    /// Last day; `None` while it runs.
    pub end_date: Option<Date>,
    /// [`crate::door::model::words::HelpReason`].
    pub reason: String,
    /// What the help is.
    pub help: String,
    /// Whether the family agreed.
    pub family_agrees: bool,
    /// [`crate::door::model::words::HelpEnd`], once it ended.
    pub end_reason: Option<String>,
    /// Who gives it.
    pub organisation: String,
    /// The worker.
    pub worker_id: Uuid,
    /// Their name then.
    pub worker_name: String,
    /// The concern that it came from.
    pub concern_id: Option<Uuid>,
    /// The consultation that it came from.
    pub consultation_id: Option<Uuid>,
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
