//! A line of a card statement.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A line of a card statement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "statement_line")]
pub struct Model {
    /// The statement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub statement_id: Uuid,
    /// Its line in the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Identifier.
    pub id: Uuid,
    /// The day of the payment.
    pub on: Date,
    /// What was paid; below zero where money came back.
    pub pence: i64,
    /// Where.
    pub merchant: String,
    /// The bank’s reference; may be empty.
    pub reference: String,
    /// The earlier line of the file that says the same.
    pub repeats: Option<i32>,
    /// The line of an earlier statement that says the same.
    pub earlier_line_id: Option<Uuid>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
