//! A period of eligibility for free school meals, as returned.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A period of eligibility for free school meals, as returned.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "fsm_period")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Term of the table.
    pub term: String,
    /// How the row names its school; see `roll_entry`.
    pub school_key: String,
    /// The pupil's row in the table of pupils on roll of the same term.
    pub pupil_row_id: String,
    /// The row's own identifier; empty when the table has none.
    pub source_row_id: String,
    /// 1, or more when several rows of a pupil have one identifier.
    pub occurrence: i32,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day; `None` while eligible.
    pub end_date: Option<Date>,
    /// `ukcountry`.
    pub country: Option<String>,
    /// Digest of the content, by which versions are compared; see [`crate::import`].
    pub content_hash: String,
    /// The file that said so.
    pub import_file_id: Uuid,
    /// When it became part of the record; `None` while its import is not applied, and so invisible.
    pub known_from: Option<DateTimeUtc>,
    /// When it ceased to be what is known; `None` while it is current.
    pub known_to: Option<DateTimeUtc>,
    /// The file that ended it, or, while `known_to` is not set, the import under way that will.
    pub superseded_by: Option<Uuid>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
