//! A pupil of whom a school or its social worker spoke: taken from the roll, or typed once.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A pupil of whom a school or its social worker spoke: taken from the roll, or typed once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "pupil_outline")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The school (URN).
    pub urn: i32,
    /// The row of the roll that it was taken from; `None` where it was typed.
    pub roll_entry_id: Option<Uuid>,
    /// Unique pupil number.
    pub upn: Option<String>,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Date of birth.
    pub dob: Option<Date>,
    /// Sex, as the roll gives it.
    pub sex: Option<String>,
    /// National curriculum year.
    pub nc_year: Option<String>,
    /// The child of the record, where a person confirmed it; else it is found by the pupil number.
    pub person_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Who made it.
    pub created_by: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
