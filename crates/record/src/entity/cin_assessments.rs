//! An assessment (`Assessments`).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An assessment (`Assessments`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cin_assessments")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child's entry in a return, which decides whether this is live.
    pub person_return_id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Its episode.
    pub episode_id: Uuid,
    /// Place among the assessments of the episode, from 1.
    pub ordinal: i32,
    /// `AssessmentActualStartDate`.
    pub start_date: Option<Date>,
    /// `AssessmentInternalReviewDate`.
    pub internal_review_date: Option<Date>,
    /// `AssessmentAuthorisationDate`; `None` while the assessment is open.
    pub auth_date: Option<Date>,
    /// Factor codes, a JSON list.
    pub factors: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
