//! What somebody asked to spend.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What somebody asked to spend.
///
/// The row never changes; what became of it stands in [`super::spend_event`].
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "spend_request")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its number, from 1: the reference on screen is S-00001.
    pub number: i64,
    /// The form that it came from: the same form sent again is the same request.
    pub form_key: String,
    /// The pot.
    pub pot_id: Uuid,
    /// The pot’s fund.
    pub fund_id: Uuid,
    /// The version of the rules under which it was asked for.
    pub version_id: Uuid,
    /// How much, in pence.
    pub pence: i64,
    /// What counted together with it on the day, itself included: the amount on which it was decided who decides.
    pub together_pence: i64,
    /// How many other people must agree.
    pub people: i16,
    /// The day on which it counts among the worker’s requests.
    pub asked_on: Date,
    /// The day on which it is, or was, to be spent.
    pub spend_on: Date,
    /// What it is for.
    pub what_for: String,
    /// The child for whom it is; `None` for a whole family.
    pub person_id: Option<Uuid>,
    /// The family, where the pot is a family’s.
    pub family_id: Option<Uuid>,
    /// The goal of the plan that it serves.
    pub goal: String,
    /// The category, by its code in the version of the rules.
    pub category: String,
    /// [`crate::spend::model::SuggestedBy`].
    pub suggested_by: String,
    /// [`crate::spend::model::Duty`].
    pub duty: String,
    /// [`crate::spend::model::Alternatives`].
    pub alternatives: String,
    /// What was tried, in words; may be empty.
    pub alternatives_words: String,
    /// [`crate::spend::model::Told`], as it was when it was asked for.
    pub told: String,
    /// Since when the family knows.
    pub told_on: Option<Date>,
    /// Why they were not told; empty where they were.
    pub told_why: String,
    /// [`crate::policy::model::PaymentKind`].
    pub payment_kind: String,
    /// Who gets the money.
    pub payee: String,
    /// [`crate::spend::model::Conditions`].
    pub conditions: String,
    /// The condition in words; empty where there is none.
    pub conditions_words: String,
    /// [`crate::spend::model::Benefits`].
    pub benefits: String,
    /// What the record could not tell about who qualifies; empty where it could.
    pub doubt: String,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for work that the system does by itself.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
