//! One row of a school census pupil table, as returned.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One row of a school census pupil table, as returned.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "roll_entry")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Term of the table, such as `2018-spring`.
    pub term: String,
    /// `on` (pupils on roll) or `off` (pupils no longer on roll).
    pub list: String,
    /// The day that the table speaks of: the third Thursday of January, May or October.
    pub census_day: Date,
    /// How the row names its school: `NativeId`, else URN, else LAESTAB; never empty.
    pub school_key: String,
    /// `urn`, when the table has the column.
    pub urn: Option<i32>,
    /// `laestab`, when the table has the column.
    pub laestab: Option<i32>,
    /// The row's own identifier.
    pub source_row_id: String,
    /// 1, or more when several rows of a school have one identifier.
    pub occurrence: i32,
    /// `upn` as returned, in upper case.
    pub upn: Option<String>,
    /// `formerupn` as returned, in upper case.
    pub former_upn: Option<String>,
    /// `surname`.
    pub surname: Option<String>,
    /// `forename`.
    pub forename: Option<String>,
    /// `middlenames`.
    pub middle_names: Option<String>,
    /// `preferredsurname`.
    pub preferred_surname: Option<String>,
    /// `dob`.
    pub dob: Option<Date>,
    /// `sex` or `gender` as returned.
    pub sex: Option<String>,
    /// `entrydate`: first day at the school.
    pub entry_date: Option<Date>,
    /// `leavingdate`: last day at the school (list `off`).
    pub leaving_date: Option<Date>,
    /// `ncyearactual` (list `on`).
    pub nc_year: Option<String>,
    /// `enrolstatus` (list `on`): C current, M main of two, S second of two, F, O, G guest.
    pub enrol_status: Option<String>,
    /// The other columns that are read, a JSON object.
    pub extra: String,
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
