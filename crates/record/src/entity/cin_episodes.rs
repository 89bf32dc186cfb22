//! An episode of need, from referral to closure (`CINdetails`).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An episode of need, from referral to closure (`CINdetails`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cin_episodes")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child's entry in a return, which decides whether this is live.
    pub person_return_id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Place among the episodes of the entry, from 1.
    pub ordinal: i32,
    /// `CINreferralDate`.
    pub referral_date: Option<Date>,
    /// `ReferralSource`.
    pub referral_source_code: Option<String>,
    /// `PrimaryNeedCode`.
    pub primary_need_code: Option<String>,
    /// `CINclosureDate`; `None` while the episode is open.
    pub close_date: Option<Date>,
    /// `ReasonForClosure`.
    pub close_reason: Option<String>,
    /// `DateOfInitialCPC` of the episode itself, also in `initial_cp_conference`.
    pub initial_cpc_date: Option<Date>,
    /// `ReferralNFA`: no further action.
    pub referral_nfa: Option<bool>,
    /// Elements that no known specification has, a JSON list.
    pub extra: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
