//! A child's history over all of their merged records, and what the clocks read of it.

use std::collections::HashMap;

use platform::{Ctx, Result};
use uuid::Uuid;

use crate::{
    access::Opened,
    clocks::model as clock,
    facts,
    known::AsKnown,
    model::{History, merge},
    people::identity,
};

/// The history of an open record.
pub async fn of(ctx: &Ctx, child: &Opened, as_known: AsKnown) -> Result<History> {
    let returns = facts::of_people(ctx.db(), &child.ids(), as_known).await?;
    Ok(merge(returns.into_values().flatten().collect()))
}

/// The histories of many children (survivors), for orders and counts within this crate.
pub(crate) async fn of_many(ctx: &Ctx, children: &[Uuid]) -> Result<HashMap<Uuid, History>> {
    let members = identity::members(ctx.db(), children).await?;
    let records: Vec<Uuid> = members.keys().copied().collect();
    let mut returns: HashMap<Uuid, Vec<crate::model::YearReturn>> = HashMap::new();
    for (record, told) in facts::of_people(ctx.db(), &records, AsKnown::Now).await? {
        if let Some(child) = members.get(&record) {
            returns.entry(*child).or_default().extend(told);
        }
    }
    Ok(returns.into_iter().map(|(child, told)| (child, merge(told))).collect())
}

/// A history as the clocks read it. What has no date starts no clock.
pub fn case(history: &History) -> Vec<clock::Episode> {
    history
        .episodes
        .iter()
        .filter_map(|episode| {
            let facts = &episode.episode.facts;
            Some(clock::Episode {
                referral: facts.referral_date?,
                no_further_action: facts.referral_nfa == Some(true),
                closed: facts.close_date,
                assessments: episode
                    .assessments
                    .iter()
                    .filter_map(|one| {
                        Some(clock::Assessment {
                            start: one.facts.start_date?,
                            authorised: one.facts.auth_date,
                        })
                    })
                    .collect(),
                enquiries: episode
                    .enquiries
                    .iter()
                    .filter_map(|one| {
                        Some(clock::Enquiry {
                            start: one.facts.start_date?,
                            target: one.facts.icpc_target_date,
                            // A return may tell the conference at the episode instead of at its enquiry.
                            conference: one.facts.icpc_date.or_else(|| told_by_episode(episode, &one.facts)),
                            not_required: one.facts.icpc_not_required == Some(true),
                        })
                    })
                    .collect(),
                protection_plans: episode
                    .cp_plans
                    .iter()
                    .filter_map(|plan| {
                        Some(clock::ProtectionPlan {
                            start: plan.plan.facts.start_date?,
                            end: plan.plan.facts.end_date,
                            reviews: plan.reviews.iter().map(|review| review.facts.review_date).collect(),
                        })
                    })
                    .collect(),
                in_need_plans: episode
                    .cin_plans
                    .iter()
                    .filter_map(|plan| Some((plan.facts.start_date?, plan.facts.end_date)))
                    .collect(),
            })
        })
        .collect()
}

/// The first conference of the episode on or after the start of the enquiry.
fn told_by_episode(
    episode: &crate::model::Episode,
    enquiry: &crate::entity::s47_enquiry::Model,
) -> Option<chrono::NaiveDate> {
    let start = enquiry.start_date?;
    episode.conferences.iter().map(|one| one.facts.icpc_date).filter(|on| *on >= start).min()
}
