//! Rows of people who sign in, one entity a file.

pub mod draft;
pub mod recovery_code;
pub mod secondment;
pub mod session;
pub mod set_up_token;
pub mod team;
pub mod team_member;
pub mod user;
pub mod user_role;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait,
    sea_query::{Condition, ExprTrait as _, SimpleExpr},
};
use sha2::{Digest as _, Sha256};

use crate::db::dump::TableDump;

/// Every table, parents before children.
pub fn tables() -> Vec<TableDump> {
    vec![
        TableDump::of::<user::Entity>(),
        TableDump::of::<recovery_code::Entity>(),
        TableDump::of::<user_role::Entity>(),
        TableDump::of::<team::Entity>(),
        TableDump::of::<team_member::Entity>(),
        TableDump::of::<secondment::Entity>(),
        TableDump::of::<session::Entity>(),
        TableDump::of::<draft::Entity>(),
        TableDump::of::<set_up_token::Entity>(),
    ]
}

/// The digest under which a secret of 256 bits is kept. So long a secret cannot be guessed from it, so a plain
/// hash is enough.
pub(super) fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Rows that hold at an instant: begun, and not ended.
fn holds_at<C: ColumnTrait>(from: C, to: C, now: DateTime<Utc>) -> Condition {
    Condition::all().add(from.lte(now)).add(open_at(to, now))
}

/// Rows that have not ended by an instant.
fn open_at<C: ColumnTrait>(to: C, now: DateTime<Utc>) -> SimpleExpr {
    to.is_null().or(to.gt(now))
}
