//! What one return says about one child.

use crate::entity::{
    cin_assessments, cin_episodes, cin_plans, cp_plans, cp_reviews, initial_cp_conference, person_return,
    pre_proceedings, s47_enquiry,
};

/// One child's entry in one return with everything that hangs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct YearReturn {
    /// The entry.
    pub entry: person_return::Model,
    /// Its episodes, in the order of the file.
    pub episodes: Vec<ReturnedEpisode>,
}

/// An episode of need as one return tells it. Every list is in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnedEpisode {
    /// The episode itself.
    pub facts: cin_episodes::Model,
    /// Its assessments.
    pub assessments: Vec<cin_assessments::Model>,
    /// Its child in need plans.
    pub cin_plans: Vec<cin_plans::Model>,
    /// Its section 47 enquiries.
    pub enquiries: Vec<s47_enquiry::Model>,
    /// Conferences that the episode itself tells.
    pub conferences: Vec<initial_cp_conference::Model>,
    /// Its child protection plans.
    pub cp_plans: Vec<ReturnedCpPlan>,
    /// Its pre-proceedings.
    pub pre_proceedings: Vec<pre_proceedings::Model>,
}

impl ReturnedEpisode {
    /// An episode without anything in it yet.
    pub fn new(facts: cin_episodes::Model) -> Self {
        Self {
            facts,
            assessments: vec![],
            cin_plans: vec![],
            enquiries: vec![],
            conferences: vec![],
            cp_plans: vec![],
            pre_proceedings: vec![],
        }
    }
}

/// A child protection plan as one return tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnedCpPlan {
    /// The plan itself.
    pub facts: cp_plans::Model,
    /// Its reviews, earliest first.
    pub reviews: Vec<cp_reviews::Model>,
}
