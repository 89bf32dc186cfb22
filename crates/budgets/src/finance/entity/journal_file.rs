//! A file that was made for the finance system.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A file that was made for the finance system.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "journal_file")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// Its number among those of the fund, from 1.
    pub number: i32,
    /// The ledger’s number after which it begins.
    pub after_number: i64,
    /// The last number of the ledger that it looks at.
    pub last_number: i64,
    /// How many payments it hands over.
    pub items: i32,
    /// What was paid, in all.
    pub paid_pence: i64,
    /// What came back, in all.
    pub back_pence: i64,
    /// The cost centre.
    pub cost_centre: String,
    /// The code of the other side.
    pub balancing_code: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
