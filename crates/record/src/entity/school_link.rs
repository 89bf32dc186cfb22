//! A predecessor or successor of a school, one version of what GIAS says.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A predecessor or successor of a school, one version of what GIAS says.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school_link")]
pub struct Model {
    /// Identifier of the version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The school that the row is about.
    pub urn: i32,
    /// The other school.
    pub link_urn: i32,
    /// Name of the other.
    pub link_name: String,
    /// `predecessor`, `successor` or `other`.
    pub kind: String,
    /// `LinkType` as given, such as `Successor - merged`.
    pub link_type: String,
    /// `LinkEstablishedDate`.
    pub established_date: Option<Date>,
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
