//! A family that somebody nominated for a round.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A family that somebody nominated for a round.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "family_nomination")]
pub struct Model {
    /// Identifier, under which the family stands on the sealed list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The round.
    pub round_id: Uuid,
    /// Its number in the round, from 1.
    pub number: i32,
    /// The family.
    pub family_id: Uuid,
    /// The child through whom the family was named.
    pub child_id: Uuid,
    /// The child’s worker at the time.
    pub worker_id: Uuid,
    /// The team’s envelope below which a pot would be opened.
    pub envelope_id: Uuid,
    /// Why this family.
    pub reason: String,
    /// Why a care order is judged to be imminent.
    pub imminence: String,
    /// Age of the youngest child in whole years at the time.
    pub youngest_age: i32,
    /// Band of that age.
    pub band: String,
    /// [`crate::families::model::Consent`].
    pub consent: String,
    /// Further words on it; may be empty.
    pub consent_note: String,
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
