//! A file that was received, and how far it has come.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A file that was received, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "import_file")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What the file is: `cin`, `roll-on`, `roll-off`, `fsm`, `gias` or `gias-links`.
    pub kind: String,
    /// Its name, as the sender had it.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// What it speaks for, such as `cin:2019` or `roll-on:2018-spring`; see [`crate::import::Slot`].
    pub slot: String,
    /// Closing year of a census return.
    pub collection_year: Option<i32>,
    /// Term of a school census table, such as `2018-spring`.
    pub term: Option<String>,
    /// The authority that the file itself names (`LEA`).
    pub la_code: Option<i32>,
    /// How far it has come: `received`, `checking`, `checked`, `refused`, `applying`, `applied` or `abandoned`.
    pub state: String,
    /// When it was received.
    pub received_at: DateTimeUtc,
    /// Who sent it; nil for the command line.
    pub received_by: Uuid,
    /// Who sent it, by name as it was then.
    pub received_by_name: String,
    /// When its preview was made.
    pub checked_at: Option<DateTimeUtc>,
    /// How many imports its slot had when the preview was made; another number means that the preview is out of
    /// date.
    pub checked_against: Option<i64>,
    /// Why it cannot be confirmed, in words; `None` when it can.
    pub blocked: Option<String>,
    /// The preview as JSON: [`crate::import::Summary`].
    pub summary: String,
    /// When it became part of the record.
    pub applied_at: Option<DateTimeUtc>,
    /// Who confirmed it.
    pub applied_by_name: Option<String>,
    /// The file that was last applied to the slot before this one.
    pub supersedes: Option<Uuid>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
