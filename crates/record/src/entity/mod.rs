//! The tables of the record, in the names of the Standard Safeguarding Dataset where it has one.
//!
//! Rows of files are never changed once they are written: only `known_from`, `known_to` and `superseded_by`
//! are set, by [`crate::import`]. A row is live when `known_from` is set and `known_to` is not; it was live at
//! an instant *t* when `known_from <= t` and `known_to` is not set or later than *t*. The facts of a return
//! carry none of these columns: their `person_return` decides.

pub mod access_grant;
pub mod cin_assessments;
pub mod cin_episodes;
pub mod cin_plans;
pub mod clock_policy;
pub mod cp_plans;
pub mod cp_reviews;
pub mod duplicate_decision;
pub mod family;
pub mod family_member;
pub mod fsm_period;
pub mod import_change;
pub mod import_file;
pub mod import_problem;
pub mod initial_cp_conference;
pub mod involvements;
pub mod merge_event;
pub mod name_variant;
pub mod person;
pub mod person_indexed;
pub mod person_key;
pub mod person_return;
pub mod pre_proceedings;
pub mod relationship;
pub mod restriction;
pub mod restriction_list;
pub mod roll_entry;
pub mod s47_enquiry;
pub mod school;
pub mod school_alias;
pub mod school_link;
