//! An envelope of money: a grant, a council, a team or a pot.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An envelope of money: a grant, a council, a team or a pot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "envelope")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// The envelope above; none above a grant.
    pub parent_id: Option<Uuid>,
    /// [`crate::pots::model::Level`].
    pub level: String,
    /// Its name; a pot has a reference and never a person’s name.
    pub name: String,
    /// [`crate::pots::model::OwnerKind`].
    pub owner_kind: String,
    /// The team, family, child or worker whose it is.
    pub owner_id: Option<Uuid>,
    /// The rules under which a pot is spent.
    pub policy_id: Option<Uuid>,
    /// The most that may be put into it, where there is a cap.
    pub cap_pence: Option<i64>,
    /// The day on which it was opened.
    pub opened_on: Date,
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
