//! A referral as it was sent to the front door. Frozen: no code changes or deletes a row.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A referral as it was sent to the front door. Frozen: no code changes or deletes a row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "referral_sent")]
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
    /// The day.
    pub sent_on: Date,
    /// The last day on which the front door’s decision is in time.
    pub decide_by: Date,
    /// The concern that it came from.
    pub concern_id: Option<Uuid>,
    /// The consultation that it came from.
    pub consultation_id: Option<Uuid>,
    /// The early help that it came from.
    pub early_help_id: Option<Uuid>,
    /// The canonical text of [`crate::door::model::document::Document`].
    pub document: String,
    /// Its digest.
    pub document_hash: String,
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
