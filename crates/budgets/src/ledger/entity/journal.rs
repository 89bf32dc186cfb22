//! One movement of money from an account to another.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One movement of money from an account to another.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "journal")]
pub struct Model {
    /// Its number in the ledger, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Identifier.
    pub id: Uuid,
    /// [`crate::ledger::model::Kind`].
    pub kind: String,
    /// The fund whose money it is.
    pub fund_id: Uuid,
    /// Where the money goes to.
    pub debit_account_id: Uuid,
    /// The entry there.
    pub debit_entry_id: Uuid,
    /// Where it comes from.
    pub credit_account_id: Uuid,
    /// The entry there.
    pub credit_entry_id: Uuid,
    /// How much, above zero.
    pub pence: i64,
    /// The earlier journal that this one settles (post, void, expire) or undoes (refund, reverse).
    pub of_id: Option<Uuid>,
    /// The request to spend that it belongs to.
    pub request_id: Option<Uuid>,
    /// What makes it unlike any other: posting the same key again books nothing.
    pub idempotency_key: String,
    /// The day in whose period it counts.
    pub booked_on: Date,
    /// Why; empty where its kind and request say all.
    pub reason: String,
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
