//! An initial child protection conference that the episode itself tells, not an enquiry (those are
//! `s47_enquiry.icpc_date`).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An initial child protection conference that the episode itself tells, not an enquiry (those are
/// `s47_enquiry.icpc_date`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "initial_cp_conference")]
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
    /// `DateOfInitialCPC` of the episode.
    pub icpc_date: Date,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
