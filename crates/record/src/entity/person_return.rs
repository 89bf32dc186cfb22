//! One child's entry in one return. All facts hang on it and are never updated: what is live is decided here.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One child's entry in one return. All facts hang on it and are never updated: what is live is decided here.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "person_return")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Closing year of the return.
    pub collection_year: i32,
    /// The authority's own key of the child.
    pub la_child_id: String,
    /// 1, or more when a return has several entries with one `LAchildID`.
    pub occurrence: i32,
    /// Line of the file on which the entry starts.
    pub line: i64,
    /// `UPN` as returned, in upper case.
    pub upn: Option<String>,
    /// `FormerUPN` as returned, in upper case.
    pub former_upn: Option<String>,
    /// `UPNunknown`.
    pub upn_unknown: Option<String>,
    /// `PersonBirthDate`.
    pub dob: Option<Date>,
    /// `ExpectedPersonBirthDate`.
    pub expected_dob: Option<Date>,
    /// `M`, `F` or `U`.
    pub sex: Option<String>,
    /// `Ethnicity`.
    pub ethnicity: Option<String>,
    /// `PersonDeathDate`.
    pub death_date: Option<Date>,
    /// Disability codes, a JSON list.
    pub disabilities: String,
    /// Where this return says that the child stands at its reference date.
    pub status: String,
    /// Since when.
    pub status_since: Option<Date>,
    /// Elements that no known specification has, a JSON list.
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
