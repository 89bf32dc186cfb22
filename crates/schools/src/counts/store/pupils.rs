//! Pupils on roll on a census day, by school.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use futures::TryStreamExt as _;
use platform::Result;
use record::{
    entity::{fsm_period, roll_entry},
    known::AsKnown,
    roll::{SchoolBook, SchoolRef},
};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::counts::model::window::Census;

/// A row of the roll: UPN, school (key, URN, LAESTAB), the row's identifier, first day, enrolment status.
type Row = (Option<String>, String, Option<i32>, Option<i32>, String, Option<NaiveDate>, Option<String>);

/// One pupil while the rows with the same number are compared.
struct Pupil {
    upn: Option<String>,
    school: SchoolRef,
    order: (u8, std::cmp::Reverse<Option<NaiveDate>>),
    free_meals: bool,
}

/// Pupils on roll and, of them, those eligible for free school meals on the census day. Rows are read in the
/// order of UPNs, so that a pupil on several rolls counts once, at the main one.
pub(in crate::counts) async fn pupils(
    db: &DatabaseConnection,
    book: &SchoolBook,
    census: Census,
) -> Result<BTreeMap<SchoolRef, (u64, u64)>> {
    let eligible = eligible(db, census).await?;
    let mut rows = roll_entry::Entity::find()
        .select_only()
        .columns([
            roll_entry::Column::Upn,
            roll_entry::Column::SchoolKey,
            roll_entry::Column::Urn,
            roll_entry::Column::Laestab,
            roll_entry::Column::SourceRowId,
            roll_entry::Column::EntryDate,
            roll_entry::Column::EnrolStatus,
        ])
        .filter(roll_entry::Column::Term.eq(term(census)))
        .filter(roll_entry::Column::List.eq("on"))
        .filter(AsKnown::Now.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo))
        .order_by_asc(roll_entry::Column::Upn)
        .order_by_asc(roll_entry::Column::Id)
        .into_tuple::<Row>()
        .stream(db)
        .await?;
    let mut counts = BTreeMap::new();
    let mut names: HashMap<(String, Option<i32>, Option<i32>), SchoolRef> = HashMap::new();
    let mut best: Option<Pupil> = None;
    while let Some((upn, key, urn, laestab, row_id, entry, status)) = rows.try_next().await? {
        let Some(rank) = rank(status.as_deref()) else { continue };
        // Hundreds of rows name one school, so each name is looked up once.
        let name = (key, urn, laestab);
        let school = match names.get(&name) {
            Some(known) => SchoolRef::clone(known),
            None => {
                let found = book.find(&name.0, number(urn), number(laestab), census.day());
                names.entry(name.clone()).or_insert(found).clone()
            }
        };
        let pupil = Pupil {
            school,
            order: (rank, std::cmp::Reverse(entry)),
            free_meals: eligible.contains(&(name.0, row_id)),
            upn: upn.filter(|upn| !upn.trim().is_empty()),
        };
        match &mut best {
            Some(before) if before.upn.is_some() && before.upn == pupil.upn => {
                let free_meals = before.free_meals || pupil.free_meals;
                if pupil.order < before.order {
                    *before = pupil;
                }
                before.free_meals = free_meals;
            }
            _ => count(&mut counts, best.replace(pupil)),
        }
    }
    count(&mut counts, best);
    Ok(counts)
}

/// The place of an enrolment status among those that count, the main ones first; none for second schools and
/// guests, who count elsewhere.
fn rank(status: Option<&str>) -> Option<u8> {
    match status.map(str::trim) {
        Some("S" | "G") => None,
        Some("M") => Some(1),
        Some("F" | "O") => Some(2),
        _ => Some(0),
    }
}

fn number(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

fn count(counts: &mut BTreeMap<SchoolRef, (u64, u64)>, pupil: Option<Pupil>) {
    if let Some(pupil) = pupil {
        let (pupils, free_meals) = counts.entry(pupil.school).or_default();
        *pupils += 1;
        *free_meals += u64::from(pupil.free_meals);
    }
}

/// The rows (school, row) in a period of eligibility on the census day. A period without a first day has begun.
async fn eligible(db: &DatabaseConnection, census: Census) -> Result<HashSet<(String, String)>> {
    let day = census.day();
    let begun = Condition::any()
        .add(fsm_period::Column::StartDate.is_null())
        .add(fsm_period::Column::StartDate.lte(day));
    let runs =
        Condition::any().add(fsm_period::Column::EndDate.is_null()).add(fsm_period::Column::EndDate.gte(day));
    let rows: Vec<(String, String)> = fsm_period::Entity::find()
        .select_only()
        .columns([fsm_period::Column::SchoolKey, fsm_period::Column::PupilRowId])
        .filter(fsm_period::Column::Term.eq(term(census)))
        .filter(AsKnown::Now.condition(fsm_period::Column::KnownFrom, fsm_period::Column::KnownTo))
        .filter(begun)
        .filter(runs)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// A census as the tables name it: `2019-spring`.
fn term(census: Census) -> String {
    format!("{}-{}", census.year, census.season.name())
}
