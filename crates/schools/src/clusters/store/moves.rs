//! Pupils who went from a primary's roll to a secondary's, from one academic year to the next.

use std::collections::{BTreeMap, HashMap};

use futures::TryStreamExt as _;
use platform::Result;
use record::{entity::roll_entry, known::AsKnown, roll::SchoolBook};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::{
    clusters::model::Moves,
    counts::model::window::{Census, Season},
};

/// Pairs of academic years that are looked at, the latest first.
const PAIRS: usize = 5;

/// A row of a roll: UPN, former UPN, school (key, URN, LAESTAB), enrolment status.
type Row = (Option<String>, Option<String>, String, Option<i32>, Option<i32>, Option<String>);

/// The academic year of a census, by the calendar year in which it opens.
fn academic(census: Census) -> i32 {
    if census.season == Season::Autumn { census.year } else { census.year - 1 }
}

/// Counts moves. Of each academic year the last roll says where pupils were, and the first of the next where they went,
/// so that a change in mid-year is not taken for moving on. `leaves` and `takes` say by present URN whether a school is a
/// primary or a secondary. A pupil is found by UPN, or by the former UPN that the later roll gives; second schools of
/// dually registered pupils and guests do not count.
pub(in crate::clusters) async fn moves(
    db: &DatabaseConnection,
    book: &SchoolBook,
    leaves: impl Fn(u32) -> bool,
    takes: impl Fn(u32) -> bool,
) -> Result<Moves> {
    let mut years: BTreeMap<i32, Vec<Census>> = BTreeMap::new();
    let mut terms: Vec<String> = roll_entry::Entity::find()
        .select_only()
        .column(roll_entry::Column::Term)
        .distinct()
        .filter(roll_entry::Column::List.eq("on"))
        .filter(AsKnown::Now.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo))
        .into_tuple()
        .all(db)
        .await?;
    terms.sort_unstable();
    for census in terms.iter().filter_map(|term| term.parse::<Census>().ok()) {
        years.entry(academic(census)).or_default().push(census);
    }
    for of_year in years.values_mut() {
        of_year.sort_by_key(|census| census.day());
    }
    let mut found = Moves { rolls: years.len(), ..Moves::default() };
    let mut pairs: Vec<(i32, Census, Census)> = years
        .iter()
        .filter_map(|(year, of_year)| Some((*year, *of_year.last()?, *years.get(&(year + 1))?.first()?)))
        .collect();
    let first = pairs.len().saturating_sub(PAIRS);
    pairs.drain(..first);
    let count = pairs.len();
    for (at, (year, from, to)) in pairs.into_iter().enumerate() {
        let short = |year: i32| format!("{year}-{:02}", (year + 1) % 100);
        found.years.push(format!("{} to {}", short(year), short(year + 1)));
        let before = on_roll(db, book, from, &leaves).await?;
        for ((left, joined), pupils) in followed(db, book, to, &takes, &before).await? {
            let years = found.pairs.entry((left, joined)).or_insert_with(|| vec![0; count]);
            if let Some(slot) = years.get_mut(at) {
                *slot = pupils;
            }
        }
    }
    Ok(found)
}

/// Main enrolments before others; none for second schools and guests.
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

fn tidy(upn: Option<String>) -> Option<String> {
    upn.filter(|upn| !upn.trim().is_empty())
}

/// Schools by how a row names them, so that each name is looked up once.
struct Known<'a> {
    book: &'a SchoolBook,
    census: Census,
    names: HashMap<(String, Option<i32>, Option<i32>), Option<u32>>,
}

impl Known<'_> {
    fn urn(&mut self, key: String, urn: Option<i32>, laestab: Option<i32>) -> Option<u32> {
        let name = (key, urn, laestab);
        if let Some(known) = self.names.get(&name) {
            return *known;
        }
        let found = self.book.find(&name.0, number(urn), number(laestab), self.census.day()).urn();
        self.names.insert(name, found);
        found
    }
}

fn query(census: Census) -> sea_orm::Select<roll_entry::Entity> {
    roll_entry::Entity::find()
        .select_only()
        .columns([
            roll_entry::Column::Upn,
            roll_entry::Column::FormerUpn,
            roll_entry::Column::SchoolKey,
            roll_entry::Column::Urn,
            roll_entry::Column::Laestab,
            roll_entry::Column::EnrolStatus,
        ])
        .filter(roll_entry::Column::Term.eq(format!("{}-{}", census.year, census.season.name())))
        .filter(roll_entry::Column::List.eq("on"))
        .filter(AsKnown::Now.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo))
        .order_by_asc(roll_entry::Column::Id)
}

/// The school of each pupil on roll that day, as far as it is one that pupils leave.
async fn on_roll(
    db: &DatabaseConnection,
    book: &SchoolBook,
    census: Census,
    leaves: impl Fn(u32) -> bool,
) -> Result<HashMap<String, (u8, u32)>> {
    let mut known = Known { book, census, names: HashMap::new() };
    let mut pupils: HashMap<String, (u8, u32)> = HashMap::new();
    let mut rows = query(census).into_tuple::<Row>().stream(db).await?;
    while let Some((upn, _, key, urn, laestab, status)) = rows.try_next().await? {
        let (Some(rank), Some(upn)) = (rank(status.as_deref()), tidy(upn)) else { continue };
        let Some(school) = known.urn(key, urn, laestab).filter(|urn| leaves(*urn)) else { continue };
        let mine = pupils.entry(upn).or_insert((rank, school));
        *mine = (*mine).min((rank, school));
    }
    Ok(pupils)
}

/// Where those pupils were on roll a year later, as far as it is a school that takes them.
async fn followed(
    db: &DatabaseConnection,
    book: &SchoolBook,
    census: Census,
    takes: impl Fn(u32) -> bool,
    before: &HashMap<String, (u8, u32)>,
) -> Result<BTreeMap<(u32, u32), u64>> {
    let mut known = Known { book, census, names: HashMap::new() };
    let mut after: HashMap<&str, (u8, u32)> = HashMap::new();
    let mut rows = query(census).into_tuple::<Row>().stream(db).await?;
    while let Some((upn, former, key, urn, laestab, status)) = rows.try_next().await? {
        let Some(rank) = rank(status.as_deref()) else { continue };
        let same = [tidy(upn), tidy(former)].into_iter().flatten().find_map(|upn| before.get_key_value(&upn));
        let Some((upn, _)) = same else { continue };
        let Some(school) = known.urn(key, urn, laestab).filter(|urn| takes(*urn)) else { continue };
        let mine = after.entry(upn.as_str()).or_insert((rank, school));
        *mine = (*mine).min((rank, school));
    }
    let mut pairs = BTreeMap::new();
    for (upn, (_, joined)) in after {
        if let Some((_, left)) = before.get(upn)
            && *left != joined
        {
            *pairs.entry((*left, joined)).or_default() += 1;
        }
    }
    Ok(pairs)
}
