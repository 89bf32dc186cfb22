//! Who is referred in a year, and when.
//!
//! The published totals fix how many referrals there are, of how many children, how many are re-referrals and
//! of how many children. Referrals beyond a child's first in the year are re-referrals by themselves; the
//! others are made by children who were referred in the year before and come again within twelve months.
//! Everybody else who is referred was not referred since the start of the year before, so the count comes out
//! exactly.

use std::collections::HashSet;

use crate::calendar::{Day, is_working_day};
use crate::random::Stream;
use crate::table::Id;
use crate::world::World;
use crate::world::families::Family;
use crate::world::people::Person;

use super::episode::Episode;
use super::{Care, Year};

/// The least number of days between two referrals of a child: the first is dealt with in between.
const GAP: i32 = 36;

/// A child referred in the year.
pub(super) struct Referred {
    pub(super) person: Id<Person>,
    /// In order of time.
    pub(super) dates: Vec<Day>,
    /// An episode that is open at the start of the year and closes before the first of the dates.
    pub(super) closes_first: Option<Id<Episode>>,
    earliest: Day,
    latest: Day,
    returner: bool,
}

/// A child of a family with its weight.
type Member = (f64, Referred);

/// Chooses the children referred in the year and the days.
pub(super) fn choose(care: &Care, year: &mut Year<'_>, open: &[Id<Episode>], warm_up: bool) -> Vec<Referred> {
    let t = year.totals;
    let extra = (t.referrals - t.children_referred) as usize;
    let children = t.children_referred as usize;
    let returning = if warm_up { 0 } else { (t.rereferrals as usize).saturating_sub(extra).min(children) };
    // Children who were in need at the start of the year, ceased to be and came again: the difference between
    // episodes and children at any point that referrals within the year do not explain.
    let repeats = t.started_episodes - t.started_children;
    let from_open = (t.any_point_episodes - t.any_point_children).saturating_sub(repeats) as usize;
    let from_open = from_open.min(children / 3).min(open.len() / 3);

    let mut referred = Vec::with_capacity(children);
    let mut chosen = HashSet::with_capacity(children);
    let again = from_open.min(returning) / 2;
    referred.extend(from_stock(care, year, open, true, again));
    let short = returning - referred.len();
    referred.extend(returners(care, year, short));
    let returning = referred.len();
    referred.extend(from_stock(
        care,
        year,
        open,
        false,
        from_open.saturating_sub(again).min(children - returning),
    ));
    chosen.extend(referred.iter().map(|r| r.person));
    let fresh = children.saturating_sub(referred.len());
    referred.extend(newcomers(care, year, fresh, &chosen));

    set_dates(year, &mut referred, extra, returning);
    referred.sort_by_key(|r| (r.dates.first().copied(), r.person));
    referred
}

/// The days on which a person can be referred in the year, if any: from 150 days before birth to 17 and a
/// half.
fn allowed(year: &Year<'_>, person: &Person) -> Option<(Day, Day)> {
    let earliest =
        year.census.start.max(person.birth + -150).max(person.arrived.unwrap_or(year.census.start));
    let latest = year.census.end.min(person.birth.plus_years(17) + 180);
    (!person.moves_away && earliest <= latest).then_some((earliest, latest))
}

/// How likely a child is to be referred, against the average: the family's risk, the child's age and the true
/// need of the school (for small children, of the primary school nearby).
fn weight(world: &World, person: &Person, middle: Day) -> f64 {
    let family = &world.families[person.family];
    let by_age = match person.birth.age_on(middle) {
        ..0 => 0.35,
        0 => 1.5,
        1..=15 => 1.0,
        16 => 0.75,
        _ => 0.5,
    };
    let school = world.school_on(person, middle);
    let need = match school {
        Some(site) => world.sites[site].need,
        None => libm::sqrt(world.sites[family.primary].need),
    };
    family.risk * by_age * need
}

/// Children in need at the start of the year who will come again after their episode closes. `recent` chooses
/// those referred in the year before, for whom it is a re-referral.
fn from_stock(
    care: &Care,
    year: &mut Year<'_>,
    open: &[Id<Episode>],
    recent: bool,
    wanted: usize,
) -> Vec<Referred> {
    let last_year = year.census.start.plus_years(-1);
    let mut found: Vec<Referred> = open
        .iter()
        .filter_map(|&id| {
            let episode = &care.episodes[id];
            let (earliest, latest) = allowed(year, care.person(year.world, episode))?;
            let earliest = earliest.max(episode.busy_until + 1).max(year.census.start) + 20;
            let latest = if recent { latest.min(episode.referral.plus_years(1) + -1) } else { latest };
            let fits = (episode.referral >= last_year) == recent
                && !episode.on_plan_at(year.census.start)
                && latest - earliest >= 30;
            fits.then(|| Referred {
                person: care.records[episode.record].person,
                dates: Vec::new(),
                closes_first: Some(id),
                earliest,
                latest,
                returner: recent,
            })
        })
        .collect();
    year.stream.shuffle(&mut found);
    found.truncate(wanted);
    found
}

/// Children whose last referral was in the year before and who are not in need now.
fn returners(care: &Care, year: &mut Year<'_>, wanted: usize) -> Vec<Referred> {
    let last_year = year.census.start.plus_years(-1);
    let middle = year.census.start + 182;
    let mut found: Vec<(f64, Referred)> = Vec::new();
    for (_, record) in care.records.rows() {
        let Some(last) = record.last_referral.filter(|&day| day >= last_year && record.open.is_none()) else {
            continue;
        };
        let person = &year.world.people[record.person];
        let Some((earliest, latest)) = allowed(year, person) else { continue };
        let latest = latest.min(last.plus_years(1) + -1);
        let earliest = earliest.max(last + GAP);
        if latest - earliest < 5 {
            continue;
        }
        let weight = (weight(year.world, person, middle) + 0.3) * f64::from(latest - earliest);
        let key = year.stream.exponential(1.0) / weight.max(1e-9);
        let child = Referred {
            person: record.person,
            dates: Vec::new(),
            closes_first: None,
            earliest,
            latest,
            returner: true,
        };
        found.push((key, child));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.person.cmp(&b.1.person)));
    found.into_iter().take(wanted).map(|(_, child)| child).collect()
}

/// Children not referred since the start of the year before, family by family: a brother or sister is often
/// referred too.
fn newcomers(care: &Care, year: &mut Year<'_>, wanted: usize, chosen: &HashSet<Id<Person>>) -> Vec<Referred> {
    let world = year.world;
    let last_year = year.census.start.plus_years(-1);
    let middle = year.census.start + 182;
    let mut families: Vec<(f64, Vec<Member>)> = Vec::new();
    let mut current: Option<(Id<Family>, Vec<Member>)> = None;
    for (id, person) in world.people.rows() {
        let Some((earliest, latest)) = allowed(year, person) else { continue };
        let known = care.record_of(id).map(|record| &care.records[record]);
        let busy =
            known.is_some_and(|r| r.open.is_some() || r.last_referral.is_some_and(|day| day >= last_year));
        if busy || chosen.contains(&id) {
            continue;
        }
        let child =
            Referred { person: id, dates: Vec::new(), closes_first: None, earliest, latest, returner: false };
        let member = (weight(world, person, middle), child);
        match &mut current {
            Some((family, members)) if *family == person.family => members.push(member),
            _ => {
                families.extend(current.take().map(|(_, members)| keyed(&mut year.stream, members)));
                current = Some((person.family, vec![member]));
            }
        }
    }
    families.extend(current.map(|(_, members)| keyed(&mut year.stream, members)));
    families.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = Vec::with_capacity(wanted);
    let mut left_over = Vec::new();
    for (_, members) in families {
        let first = year.stream.weighted(members.iter().map(|m| m.0));
        let day = seasonal(&mut year.stream, year.census.start, year.census.end);
        for (place, (_, mut child)) in members.into_iter().enumerate() {
            let joins = place == first || year.stream.chance(0.5);
            if child.earliest <= day && day <= child.latest && (place == first || year.stream.chance(0.8)) {
                child.dates.push(day);
            }
            if joins && found.len() < wanted {
                found.push(child);
            } else if left_over.len() < wanted {
                left_over.push(child);
            }
        }
    }
    // Only in tiny authorities are there too few families.
    let short = wanted - found.len();
    found.extend(left_over.into_iter().take(short));
    found
}

/// The key by which families are ordered: smaller for those with more risk.
fn keyed(stream: &mut Stream, members: Vec<Member>) -> (f64, Vec<Member>) {
    let total: f64 = members.iter().map(|m| m.0).sum();
    (stream.exponential(1.0) / total.max(1e-9), members)
}

/// Gives each child its days. `extra` referrals are second or later ones within the year.
fn set_dates(year: &mut Year<'_>, referred: &mut [Referred], extra: usize, returning: usize) {
    let end = year.census.end;
    let t = year.totals;
    // How many children have more than one referral, and how many of those are returners, so that the
    // published number of children re-referred is met.
    let rereferred = t.children_rereferred as usize;
    let several = ((extra as f64 * 0.88).round() as usize)
        .max(rereferred.saturating_sub(returning))
        .min(rereferred)
        .min(extra);
    let several = if extra > 0 { several.max(1) } else { 0 };
    let both = (several + returning).saturating_sub(rereferred).min(several);
    let mut order: Vec<usize> = (0..referred.len()).collect();
    year.stream.shuffle(&mut order);
    let mut counts = vec![1_i32; referred.len()];
    let roomy = |child: &Referred, times: i32| {
        let last = child.latest.min(end);
        child.earliest <= end + -GAP * times && (child.returner || last >= end + -20)
    };
    let give = |wanted: usize, returner: bool, counts: &mut Vec<i32>| {
        let mut given = 0;
        for &place in &order {
            let (Some(child), Some(count)) = (referred.get(place), counts.get_mut(place)) else { continue };
            if given < wanted && child.returner == returner && *count == 1 && roomy(child, 2) {
                *count = 2;
                given += 1;
            }
        }
        given
    };
    let mut placed = give(several - both, false, &mut counts);
    placed += give(both, true, &mut counts);
    if placed < several {
        placed += give(several - placed, false, &mut counts);
    }
    // The rest are third and later referrals.
    for times in 3..8 {
        for &place in &order {
            let (Some(child), Some(count)) = (referred.get(place), counts.get_mut(place)) else { continue };
            if placed < extra && *count == times - 1 && roomy(child, times) {
                *count += 1;
                placed += 1;
            }
        }
    }
    for (child, &count) in referred.iter_mut().zip(&counts) {
        if count > 1 {
            child.dates.clear();
        }
        if !child.dates.is_empty() {
            continue;
        }
        let spread = GAP * (count - 1);
        let first_latest = child.latest.min(end + -spread).max(child.earliest);
        let mut day = seasonal(&mut year.stream, child.earliest, first_latest);
        child.dates.push(day);
        for nth in 1..count {
            let earliest = day + GAP;
            let latest = end + -GAP * (count - 1 - nth);
            let drawn = earliest + year.stream.exponential(80.0) as i32;
            day = if drawn <= latest && !drawn.is_weekend() {
                drawn
            } else {
                seasonal(&mut year.stream, earliest, latest)
            };
            child.dates.push(day);
        }
    }
}

/// A day between two, by season and day of the week: fewer in August and at Christmas, few at weekends.
fn seasonal(stream: &mut Stream, earliest: Day, latest: Day) -> Day {
    const MONTHS: [f64; 12] = [1.02, 0.98, 1.10, 0.92, 1.06, 1.08, 1.03, 0.78, 0.98, 1.06, 1.10, 0.84];
    let mut day = earliest;
    for _ in 0..40 {
        day = earliest + stream.between(0, latest - earliest);
        let month = MONTHS.get(day.parts().1 as usize - 1).copied().unwrap_or(1.0);
        let week = match day.weekday() {
            5 => 0.14,
            6 => 0.10,
            _ if is_working_day(day) => 1.0,
            _ => 0.12,
        };
        if stream.chance(month * week / 1.1) {
            break;
        }
    }
    day
}
