//! One name on the allow or deny list of a restriction.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One name on the allow or deny list of a restriction.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "restriction_list")]
pub struct Model {
    /// The restriction.
    #[sea_orm(primary_key, auto_increment = false)]
    pub restriction_id: Uuid,
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// `allow` or `deny`.
    pub list: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
