//! One side of a journal, at its place in its account.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One side of a journal, at its place in its account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "ledger_entry")]
pub struct Model {
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// Its place in the account, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Identifier, which its journal names.
    pub id: Uuid,
    /// The journal.
    pub journal_id: Uuid,
    /// `debit` (money comes in) or `credit` (money goes out).
    pub side: String,
    /// How much, above zero.
    pub pence: i64,
    /// The balance of the account after it: debits less credits.
    pub balance: i64,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
