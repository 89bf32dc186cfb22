//! What became of a referral: the front door’s decision, and the return’s episode that it is. Rows are added and never changed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What became of a referral: the front door’s decision, and the return’s episode that it is. Rows are added and never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "referral_outcome")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The referral.
    pub referral_id: Uuid,
    /// `decision` or `episode`; one of each for a referral.
    pub kind: String,
    /// [`crate::door::model::words::Decision`].
    pub decision: Option<String>,
    /// The day of the decision.
    pub decided_on: Option<Date>,
    /// The child of the record, for an episode.
    pub person_id: Option<Uuid>,
    /// `CINreferralDate`, for an episode.
    pub referral_date: Option<Date>,
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
