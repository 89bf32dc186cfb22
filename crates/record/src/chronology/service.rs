//! A child's chronology with sources, as it is known now or was known on a day.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::London;
use platform::{
    Ctx, Result,
    policy::{DataClass, may_see},
    web::App,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::model::{Kind, Line, lines};
use crate::{
    access::Opened,
    allocation::{Part, store},
    entity::{import_file, person_return},
    facts,
    known::AsKnown,
    model::{YearReturn, merge},
    staff,
};

/// What a chronology is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these kinds; none chosen is all.
    pub kinds: Vec<Kind>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// To this day.
    pub to: Option<NaiveDate>,
    /// As it was known at the end of this day.
    pub as_known: Option<NaiveDate>,
}

/// The last instant of a day in England.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day).and_hms_opt(0, 0, 0).unwrap_or_default();
    London.from_local_datetime(&next).earliest().map_or_else(
        || Utc.from_utc_datetime(&next),
        |next| next.with_timezone(&Utc) - chrono::Duration::microseconds(1),
    )
}

/// The chronology of an open record, earliest first. Where the actor may not read social care it is empty.
pub async fn chronology(ctx: &Ctx, app: &App, child: &Opened, filter: &Filter) -> Result<Vec<Line>> {
    if !may_see(&ctx.actor, DataClass::SocialCare) {
        return Ok(vec![]);
    }
    let at = filter.as_known.map(end_of);
    let mut all = returned(ctx, child, at).await?;
    all.extend(allocations(ctx, child, at).await?);
    if at.is_none() {
        // Other parts of Nearhand tell what they know now; they keep no past views of it.
        for capability in &app.capabilities {
            for entry in capability.chronology(ctx, child.id()).await? {
                all.push(Line {
                    happened_on: entry.happened_on,
                    kind: Kind::Other,
                    what: entry.what,
                    detail: entry.detail,
                    told_by: None,
                    source: entry.source,
                    known_since: None,
                });
            }
        }
    }
    all.retain(|line| {
        (filter.kinds.is_empty() || filter.kinds.contains(&line.kind))
            && filter.from.is_none_or(|from| from <= line.happened_on)
            && filter.to.is_none_or(|to| line.happened_on <= to)
    });
    all.sort_by_key(|line| line.happened_on);
    Ok(all)
}

/// What the returns tell, with the file that tells it and since when it has been known.
async fn returned(ctx: &Ctx, child: &Opened, at: Option<DateTime<Utc>>) -> Result<Vec<Line>> {
    let as_known = at.map_or(AsKnown::Now, AsKnown::At);
    let live: Vec<YearReturn> =
        facts::of_people(ctx.db(), &child.ids(), as_known).await?.into_values().flatten().collect();
    let ever = ever_known(ctx, child).await?;
    let files = files(ctx, ever.iter().map(|one| one.entry.import_file_id)).await?;
    let source: HashMap<Uuid, String> = ever
        .iter()
        .map(|one| (one.entry.id, files.get(&one.entry.import_file_id).cloned().unwrap_or_default()))
        .collect();
    let mut since: BTreeMap<(NaiveDate, String), DateTime<Utc>> = BTreeMap::new();
    for told in ever {
        let Some(known_from) = told.entry.known_from else { continue };
        for line in lines(&merge(vec![told])) {
            since.entry(line.key()).and_modify(|first| *first = known_from.min(*first)).or_insert(known_from);
        }
    }
    let mut all = lines(&merge(live));
    for line in &mut all {
        line.known_since = since.get(&line.key()).copied();
        line.source = line.told_by.and_then(|entry| source.get(&entry)).cloned().unwrap_or_default();
    }
    Ok(all)
}

/// Every entry of a return that was ever part of the record, superseded ones too.
async fn ever_known(ctx: &Ctx, child: &Opened) -> Result<Vec<YearReturn>> {
    let entries = person_return::Entity::find()
        .filter(person_return::Column::PersonId.is_in(child.ids()))
        .filter(person_return::Column::KnownFrom.is_not_null())
        .all(ctx.db())
        .await?;
    facts::with_facts(ctx.db(), entries).await
}

async fn files(ctx: &Ctx, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = import_file::Entity::find().filter(import_file::Column::Id.is_in(ids)).all(ctx.db()).await?;
    Ok(rows.into_iter().map(|file| (file.id, file.name)).collect())
}

/// Workers who began and ended, from Nearhand's own allocations.
async fn allocations(ctx: &Ctx, child: &Opened, at: Option<DateTime<Utc>>) -> Result<Vec<Line>> {
    let rows = store::of_child(ctx.db(), &child.ids()).await?;
    let names = staff::names(ctx, rows.iter().filter_map(|row| row.professional_id)).await?;
    let teams: HashMap<Uuid, String> = staff::teams(ctx).await?.into_iter().collect();
    let mut all = vec![];
    for row in rows.into_iter().filter(|row| at.is_none_or(|at| row.recorded_at <= at)) {
        let part = Part::from_slug(&row.professional_role).map_or("Worker", Part::title);
        let who = row.professional_id.and_then(|id| names.get(&id).cloned());
        let team = row.professional_team.and_then(|id| teams.get(&id).cloned());
        let who = [who, team].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let line = |happened_on, what: String| Line {
            happened_on,
            kind: Kind::Allocation,
            what,
            detail: who.clone(),
            told_by: None,
            source: "Nearhand".to_owned(),
            known_since: Some(row.recorded_at),
        };
        all.push(line(row.start_date, format!("{part} began")));
        let ended = row.end_date.filter(|on| at.is_none_or(|at| *on <= at.date_naive()));
        all.extend(ended.map(|on| line(on, format!("{part} ended"))));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_london() {
        assert_eq!(end_of("2019-07-01".parse().unwrap()).to_rfc3339(), "2019-07-01T22:59:59.999999+00:00");
        assert_eq!(end_of("2019-01-01".parse().unwrap()).to_rfc3339(), "2019-01-01T23:59:59.999999+00:00");
    }
}
