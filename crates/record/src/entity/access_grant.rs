//! Access that somebody took with a reason, for three hours, to be reviewed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Access that somebody took with a reason, for three hours, to be reviewed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "access_grant")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Who took it.
    pub user_id: Uuid,
    /// Who took it, by name as it was then.
    pub user_name: String,
    /// [`crate::access::GrantKind`], by its stored name.
    pub kind: String,
    /// [`crate::access::ReasonCode`], by its stored name.
    pub reason_code: String,
    /// The reason in their own words. May hold personal data.
    pub reason: String,
    /// When it began.
    pub granted_at: DateTimeUtc,
    /// When it ends.
    pub expires_at: DateTimeUtc,
    /// When somebody else reviewed it.
    pub reviewed_at: Option<DateTimeUtc>,
    /// Who reviewed it.
    pub reviewed_by: Option<Uuid>,
    /// Who reviewed it, by name as it was then.
    pub reviewed_by_name: Option<String>,
    /// What the reviewer found: [`crate::access::ReviewOutcome`], by its stored name.
    pub outcome: Option<String>,
    /// What the reviewer wrote.
    pub review_note: Option<String>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
