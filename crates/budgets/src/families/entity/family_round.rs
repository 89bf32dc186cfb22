//! A round of nominations: its rules, its money and the basis on which families are drawn.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A round of nominations: its rules, its money and the basis on which families are drawn.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "family_round")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The policy.
    pub policy_id: Uuid,
    /// The version that held when the round began, which holds for the whole round.
    pub version_id: Uuid,
    /// The fund from which the budgets come.
    pub fund_id: Uuid,
    /// Who agreed to the basis.
    pub agreed_by: String,
    /// When.
    pub agreed_on: Date,
    /// The basis: why it is right to let chance decide.
    pub basis: String,
    /// What families are told, when and by whom.
    pub notice: String,
    /// When somebody may go against the draw, and who decides.
    pub exceptions: String,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for the command line.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
