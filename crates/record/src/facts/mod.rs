//! What returns say, in bulk: every child's entries with all that hangs on them, in a fixed number of queries.

mod outlines;

use std::collections::HashMap;

use platform::Result;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::{
    entity::{
        cin_assessments, cin_episodes, cin_plans, cp_plans, cp_reviews, initial_cp_conference, person_return,
        pre_proceedings, s47_enquiry,
    },
    known::AsKnown,
    model::{ReturnedCpPlan, ReturnedEpisode, YearReturn},
};

pub use outlines::{outlines_of, outlines_page};

/// How many entries' facts are asked for at once; well under what both engines take.
const AT_ONCE: usize = 1_000;

/// The returns of these children: by child, each with the entries of every year in which it stands.
pub async fn of_people(
    db: &impl ConnectionTrait,
    people: &[Uuid],
    as_known: AsKnown,
) -> Result<HashMap<Uuid, Vec<YearReturn>>> {
    let mut all = HashMap::new();
    for some in people.chunks(AT_ONCE) {
        let entries = person_return::Entity::find()
            .filter(person_return::Column::PersonId.is_in(some.iter().copied()))
            .filter(as_known.condition(person_return::Column::KnownFrom, person_return::Column::KnownTo))
            .all(db)
            .await?;
        by_child(&mut all, with_facts(db, entries).await?);
    }
    Ok(all)
}

/// The returns of the next `limit` children after `after`, in the order of their identifiers: for reading
/// everybody without holding everybody.
pub async fn page(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
    as_known: AsKnown,
) -> Result<Vec<(Uuid, Vec<YearReturn>)>> {
    let known = as_known.condition(person_return::Column::KnownFrom, person_return::Column::KnownTo);
    let mut people = person_return::Entity::find()
        .select_only()
        .column(person_return::Column::PersonId)
        .distinct()
        .filter(known)
        .order_by_asc(person_return::Column::PersonId)
        .limit(limit);
    if let Some(after) = after {
        people = people.filter(person_return::Column::PersonId.gt(after));
    }
    let people: Vec<Uuid> = people.into_tuple().all(db).await?;
    let mut returns = of_people(db, &people, as_known).await?;
    Ok(people.into_iter().map(|person| (person, returns.remove(&person).unwrap_or_default())).collect())
}

fn by_child(all: &mut HashMap<Uuid, Vec<YearReturn>>, entries: Vec<YearReturn>) {
    for entry in entries {
        all.entry(entry.entry.person_id).or_default().push(entry);
    }
}

macro_rules! facts_of {
    ($db:expr, $module:ident, $ids:expr) => {
        $module::Entity::find()
            .filter($module::Column::PersonReturnId.is_in($ids.iter().copied()))
            .all($db)
            .await?
    };
}

/// These entries with everything that hangs on them.
pub(crate) async fn with_facts(
    db: &impl ConnectionTrait,
    entries: Vec<person_return::Model>,
) -> Result<Vec<YearReturn>> {
    let mut all = Vec::with_capacity(entries.len());
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let some: Vec<person_return::Model> = entries.by_ref().take(AT_ONCE).collect();
        let ids: Vec<Uuid> = some.iter().map(|entry| entry.id).collect();
        let mut reviews: HashMap<Uuid, Vec<cp_reviews::Model>> = HashMap::new();
        for review in facts_of!(db, cp_reviews, ids) {
            reviews.entry(review.cp_plan_id).or_default().push(review);
        }
        let mut episodes: HashMap<Uuid, ReturnedEpisode> = facts_of!(db, cin_episodes, ids)
            .into_iter()
            .map(|episode| (episode.id, ReturnedEpisode::new(episode)))
            .collect();
        for one in facts_of!(db, cin_assessments, ids) {
            if let Some(episode) = episodes.get_mut(&one.episode_id) {
                episode.assessments.push(one);
            }
        }
        for one in facts_of!(db, cin_plans, ids) {
            if let Some(episode) = episodes.get_mut(&one.episode_id) {
                episode.cin_plans.push(one);
            }
        }
        for one in facts_of!(db, s47_enquiry, ids) {
            if let Some(episode) = episodes.get_mut(&one.episode_id) {
                episode.enquiries.push(one);
            }
        }
        for one in facts_of!(db, initial_cp_conference, ids) {
            if let Some(episode) = episodes.get_mut(&one.episode_id) {
                episode.conferences.push(one);
            }
        }
        for one in facts_of!(db, cp_plans, ids) {
            if let Some(episode) = episodes.get_mut(&one.episode_id) {
                let reviews = reviews.remove(&one.id).unwrap_or_default();
                episode.cp_plans.push(ReturnedCpPlan { facts: one, reviews });
            }
        }
        for one in facts_of!(db, pre_proceedings, ids) {
            if let Some(episode) = episodes.get_mut(&one.episode_id) {
                episode.pre_proceedings.push(one);
            }
        }
        let mut of_entry: HashMap<Uuid, Vec<ReturnedEpisode>> = HashMap::new();
        for (_, mut episode) in episodes {
            in_order(&mut episode);
            of_entry.entry(episode.facts.person_return_id).or_default().push(episode);
        }
        for entry in some {
            let mut episodes = of_entry.remove(&entry.id).unwrap_or_default();
            episodes.sort_by_key(|episode| episode.facts.ordinal);
            all.push(YearReturn { entry, episodes });
        }
    }
    Ok(all)
}

/// Puts everything in the order of the file, which the database does not promise.
fn in_order(episode: &mut ReturnedEpisode) {
    episode.assessments.sort_by_key(|one| one.ordinal);
    episode.cin_plans.sort_by_key(|one| one.ordinal);
    episode.enquiries.sort_by_key(|one| one.ordinal);
    episode.cp_plans.sort_by_key(|one| one.facts.ordinal);
    episode.pre_proceedings.sort_by_key(|one| one.ordinal);
    for plan in &mut episode.cp_plans {
        plan.reviews.sort_by_key(|one| one.review_date);
    }
}
