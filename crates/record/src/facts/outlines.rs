//! Outlines of returns in bulk: a few columns of each table, so that everybody can be read.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::Result;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select,
};
use uuid::Uuid;

use super::AT_ONCE;
use crate::{
    entity::{cin_assessments, cin_episodes, cp_plans, initial_cp_conference, person_return, s47_enquiry},
    known::AsKnown,
    model::{Days, EpisodeOutline, Planned, Referred, ReturnOutline},
};

/// The outlines of the returns of these children, by child.
pub async fn outlines_of(
    db: &impl ConnectionTrait,
    people: &[Uuid],
    as_known: AsKnown,
) -> Result<HashMap<Uuid, Vec<ReturnOutline>>> {
    let mut all: HashMap<Uuid, Vec<ReturnOutline>> = HashMap::new();
    for some in people.chunks(AT_ONCE) {
        let whose = Condition::all().add(person_return::Column::PersonId.is_in(some.iter().copied()));
        for outline in outlines(db, whose, as_known).await? {
            all.entry(outline.person_id).or_default().push(outline);
        }
    }
    Ok(all)
}

/// The outlines of the returns of the next `limit` children after `after`, in the order of their identifiers.
pub async fn outlines_page(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
    as_known: AsKnown,
) -> Result<Vec<(Uuid, Vec<ReturnOutline>)>> {
    let mut whose = Condition::all();
    if let Some(after) = after {
        whose = whose.add(person_return::Column::PersonId.gt(after));
    }
    let last: Option<Uuid> = person_return::Entity::find()
        .select_only()
        .column(person_return::Column::PersonId)
        .distinct()
        .filter(live(as_known))
        .filter(whose.clone())
        .order_by_asc(person_return::Column::PersonId)
        .offset(limit.saturating_sub(1))
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    // Without one there are fewer children than that: all the rest.
    if let Some(last) = last {
        whose = whose.add(person_return::Column::PersonId.lte(last));
    }
    let mut page: Vec<(Uuid, Vec<ReturnOutline>)> = Vec::new();
    for outline in outlines(db, whose, as_known).await? {
        match page.last_mut() {
            Some((person, returns)) if *person == outline.person_id => returns.push(outline),
            _ => page.push((outline.person_id, vec![outline])),
        }
    }
    Ok(page)
}

fn live(as_known: AsKnown) -> Condition {
    as_known.condition(person_return::Column::KnownFrom, person_return::Column::KnownTo)
}

/// A column of every table of facts: the entry that it hangs on.
macro_rules! facts_of {
    ($db:expr, $module:ident, $entries:expr, [$($column:ident),*] as $row:ty) => {
        $module::Entity::find()
            .select_only()
            .columns([$($module::Column::$column),*])
            .filter($module::Column::PersonReturnId.in_subquery($entries.as_query().clone()))
            .into_tuple::<$row>()
            .all($db)
            .await?
    };
}

/// The outlines of live entries under a condition, by child.
async fn outlines(
    db: &impl ConnectionTrait,
    whose: Condition,
    as_known: AsKnown,
) -> Result<Vec<ReturnOutline>> {
    let entries = person_return::Entity::find().select_only().filter(live(as_known)).filter(whose);
    let ids: Select<person_return::Entity> = entries.clone().column(person_return::Column::Id);
    let mut episodes = episodes(db, &ids).await?;
    let rows = entries
        .columns([
            person_return::Column::Id,
            person_return::Column::PersonId,
            person_return::Column::CollectionYear,
            person_return::Column::LaChildId,
            person_return::Column::Occurrence,
            person_return::Column::Upn,
            person_return::Column::FormerUpn,
            person_return::Column::Dob,
            person_return::Column::ExpectedDob,
        ])
        .order_by_asc(person_return::Column::PersonId)
        .order_by_asc(person_return::Column::Id)
        .into_tuple::<EntryRow>()
        .all(db)
        .await?;
    let outline = |row: EntryRow| {
        let (id, person_id, collection_year, la_child_id, occurrence, upn, former_upn, dob, expected_dob) =
            row;
        let mut episodes = episodes.remove(&id).unwrap_or_default();
        episodes.sort_by_key(|(ordinal, _)| *ordinal);
        let episodes = episodes.into_iter().map(|(_, episode)| episode).collect();
        ReturnOutline {
            person_id,
            collection_year,
            la_child_id,
            occurrence,
            upn,
            former_upn,
            dob,
            expected_dob,
            episodes,
        }
    };
    Ok(rows.into_iter().map(outline).collect())
}

type EntryRow =
    (Uuid, Uuid, i32, String, i32, Option<String>, Option<String>, Option<NaiveDate>, Option<NaiveDate>);
type EpisodeRow = (Uuid, Uuid, i32, Option<NaiveDate>, Option<String>, Option<NaiveDate>);
/// Episode, place in the file, first and last day.
type DaysRow = (Uuid, i32, Option<NaiveDate>, Option<NaiveDate>);
type PlanRow = (Uuid, i32, Option<NaiveDate>, Option<NaiveDate>, Option<i32>);

/// The episodes of entries, each with its place in the file.
type Episodes = HashMap<Uuid, Vec<(i32, EpisodeOutline)>>;

async fn episodes(db: &impl ConnectionTrait, entries: &Select<person_return::Entity>) -> Result<Episodes> {
    let rows = facts_of!(
        db,
        cin_episodes,
        entries,
        [Id, PersonReturnId, Ordinal, ReferralDate, ReferralSourceCode, CloseDate] as EpisodeRow
    );
    let mut of_entry = HashMap::with_capacity(rows.len());
    let mut all: HashMap<Uuid, EpisodeOutline> = HashMap::with_capacity(rows.len());
    for (id, entry, ordinal, referral_date, referral_source_code, close_date) in rows {
        of_entry.insert(id, (entry, ordinal));
        let facts = Referred { referral_date, referral_source_code, close_date };
        all.insert(id, EpisodeOutline { facts, ..EpisodeOutline::default() });
    }
    // Everything is put in the order of the file, which the database does not promise.
    let mut assessments =
        facts_of!(db, cin_assessments, entries, [EpisodeId, Ordinal, StartDate, AuthDate] as DaysRow);
    assessments.sort_by_key(|row| row.1);
    for (episode, _, began, ended) in assessments {
        if let Some(episode) = all.get_mut(&episode) {
            episode.assessments.push(Days { began, ended });
        }
    }
    let mut enquiries =
        facts_of!(db, s47_enquiry, entries, [EpisodeId, Ordinal, StartDate, IcpcDate] as DaysRow);
    enquiries.sort_by_key(|row| row.1);
    for (episode, _, began, ended) in enquiries {
        if let Some(episode) = all.get_mut(&episode) {
            episode.enquiries.push(Days { began, ended });
        }
    }
    let conferences =
        facts_of!(db, initial_cp_conference, entries, [EpisodeId, IcpcDate] as (Uuid, NaiveDate));
    for (episode, on) in conferences {
        if let Some(episode) = all.get_mut(&episode) {
            episode.conferences.push(Days { began: Some(on), ended: None });
        }
    }
    let mut plans =
        facts_of!(db, cp_plans, entries, [EpisodeId, Ordinal, StartDate, EndDate, NumberPrevious] as PlanRow);
    plans.sort_by_key(|row| row.1);
    for (episode, _, began, ended, number_previous) in plans {
        if let Some(episode) = all.get_mut(&episode) {
            episode.cp_plans.push(Planned { days: Days { began, ended }, number_previous });
        }
    }
    let mut episodes = Episodes::new();
    for (id, episode) in all {
        if let Some((entry, ordinal)) = of_entry.get(&id) {
            episodes.entry(*entry).or_default().push((*ordinal, episode));
        }
    }
    Ok(episodes)
}
