//! Something that a worker did at or for a school, one version of what was written about it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One version of a session. No code path changes a row: a correction is a new row that names the one it replaces.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "activity_session")]
pub struct Model {
    /// Identifier of the version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Identifier of its first version, which all versions share.
    pub series_id: Uuid,
    /// 1, 2, 3 and so on.
    pub version: i32,
    /// The version that this one replaces; at most one row replaces another.
    #[sea_orm(unique)]
    pub replaces: Option<Uuid>,
    /// Whether this version says that the session did not happen or was written down twice.
    pub withdrawn: bool,
    /// [`crate::team::model::Kind`], by its stored name.
    pub kind: String,
    /// The day on which it happened.
    pub happened_on: Date,
    /// The school's unique reference number.
    pub urn: i32,
    /// Whose work it was, a user.
    pub worker_id: Uuid,
    /// How long it took, 1 to 600 minutes.
    pub minutes: i32,
    /// [`crate::team::model::Setting`], by its stored name.
    pub setting: String,
    /// Staff of the school who were there; `None` where nobody counted, as with the three below.
    pub staff: Option<i32>,
    /// Pupils.
    pub pupils: Option<i32>,
    /// Parents and carers.
    pub parents: Option<i32>,
    /// People of other services.
    pub professionals: Option<i32>,
    /// [`crate::team::model::Topic`], by its stored name.
    pub topic: String,
    /// [`crate::team::model::Outcome`], by its stored name.
    pub outcome: String,
    /// A note without names; empty where there is none.
    pub note: String,
    /// What it was written with (a consultation); `None` for a session written down by itself.
    pub source_id: Option<Uuid>,
    /// Why this version replaces another; `None` for the first.
    pub reason: Option<String>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
    /// SHA-256 of its content, see [`crate::team::model::Session::hash`].
    pub content_hash: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
