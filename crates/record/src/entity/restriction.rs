//! A restriction of a record: who may and who must not see it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A restriction of a record: who may and who must not see it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "restriction")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// [`crate::restriction::State`], by its stored name.
    pub state: String,
    /// Only those on the allow list may see the record; otherwise everyone but those on the deny list.
    pub allow_list_only: bool,
    /// Why.
    pub reason: String,
    /// When it must be looked at again.
    pub review_on: Date,
    /// When it was asked for; it holds from then on.
    pub requested_at: DateTimeUtc,
    /// Who asked for it.
    pub requested_by: Uuid,
    /// Who asked for it, by name as it was then.
    pub requested_by_name: String,
    /// When somebody else confirmed it.
    pub confirmed_at: Option<DateTimeUtc>,
    /// Who confirmed it.
    pub confirmed_by: Option<Uuid>,
    /// Who confirmed it, by name as it was then.
    pub confirmed_by_name: Option<String>,
    /// When it was lifted.
    pub lifted_at: Option<DateTimeUtc>,
    /// Who lifted it, by name as it was then.
    pub lifted_by_name: Option<String>,
    /// Why it was lifted.
    pub lift_reason: Option<String>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
