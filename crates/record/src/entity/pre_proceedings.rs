//! Pre-proceedings and family group decision making (from 2026-27; names not confirmed, so everything is kept
//! in `raw` too).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Pre-proceedings and family group decision making (from 2026-27; names not confirmed, so everything is kept
/// in `raw` too).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "pre_proceedings")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child's entry in a return, which decides whether this is live.
    pub person_return_id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Its episode.
    pub episode_id: Uuid,
    /// Place among the blocks of the episode, from 1.
    pub ordinal: i32,
    /// `PPStartDate`.
    pub start_date: Option<Date>,
    /// `LBPSentDate`.
    pub letter_sent_date: Option<Date>,
    /// `FGDMMeetingOffer`.
    pub fgdm_offered: Option<bool>,
    /// `FGDMMeetingFac`.
    pub fgdm_facilitated: Option<bool>,
    /// `InitialPPMeetingDate`.
    pub initial_meeting_date: Option<Date>,
    /// `ReviewMeetingsCount`.
    pub review_meetings: Option<i32>,
    /// `StepDecisionDate`.
    pub step_decision_date: Option<Date>,
    /// `PPOutcome`.
    pub outcome: Option<String>,
    /// `CourtAppDate`.
    pub court_application_date: Option<Date>,
    /// `LetterInitCPDate`.
    pub letter_of_issue_date: Option<Date>,
    /// Everything in the block as it stands, a JSON list.
    pub raw: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
