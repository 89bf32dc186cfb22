//! A child, as the latest live return tells. Names come from the school roll: the census carries none.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A child, as the latest live return tells. Names come from the school roll: the census carries none.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority's own key (`LAchildID`), unique.
    pub la_child_id: String,
    /// Forename, from the roll.
    pub forename: Option<String>,
    /// Surname, from the roll.
    pub surname: Option<String>,
    /// Date of birth.
    pub dob: Option<Date>,
    /// Expected date of birth of a child not yet born.
    pub expected_dob: Option<Date>,
    /// `M`, `F` or `U`.
    pub sex: Option<String>,
    /// Ethnicity code.
    pub ethnicity: Option<String>,
    /// Unique pupil number as returned.
    pub upn: Option<String>,
    /// Former unique pupil number as returned.
    pub former_upn: Option<String>,
    /// Why there is no UPN (`UN1` to `UN7`).
    pub upn_unknown: Option<String>,
    /// Date of death.
    pub death_date: Option<Date>,
    /// Disability codes, a JSON list.
    pub disabilities: String,
    /// Where the child stands at the reference date of the latest return; see [`crate::model::Status`].
    pub status: String,
    /// Since when.
    pub status_since: Option<Date>,
    /// Closing year of the latest live return that has the child; `None` when none has.
    pub latest_return: Option<i32>,
    /// The record that this one was merged into.
    pub merged_into: Option<Uuid>,
    /// When the record was made.
    pub created_at: DateTimeUtc,
    /// When the projection was last worked out anew.
    pub updated_at: DateTimeUtc,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
