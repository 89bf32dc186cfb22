//! An enquiry under section 47 of the Children Act 1989 (`Section47`).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An enquiry under section 47 of the Children Act 1989 (`Section47`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "s47_enquiry")]
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
    /// Place among the enquiries of the episode, from 1.
    pub ordinal: i32,
    /// `S47ActualStartDate`.
    pub start_date: Option<Date>,
    /// `InitialCPCtarget`.
    pub icpc_target_date: Option<Date>,
    /// `DateOfInitialCPC` of the enquiry.
    pub icpc_date: Option<Date>,
    /// `ICPCnotRequired`.
    pub icpc_not_required: Option<bool>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
