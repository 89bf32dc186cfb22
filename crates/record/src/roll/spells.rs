//! A pupil's spells at schools, from the rows of successive terms. Pure.
//!
//! A row of the table of pupils on roll says: here on the census day, since the entry date. A row of the table of
//! pupils no longer on roll says: here from the entry date to the leaving date. The rules where they disagree or
//! are silent:
//! - of two tellings of a later and an earlier term the later one counts; within one term, the table of pupils on roll;
//! - a pupil who is missing from the next table of the same school, without a row as a leaver, left on the day before
//!   that census day;
//! - a pupil with no later table to be missing from is still there;
//! - schools are those that they have become, so an academy conversion makes no new spell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike as _, Days, NaiveDate};

use super::book::SchoolRef;

/// The census days for which there is a table of pupils on roll, by school.
pub type TableDays = HashMap<SchoolRef, BTreeSet<NaiveDate>>;

/// Longest gap between two spells that counts as a holiday in which the pupil still belonged to the first, in days.
const HOLIDAY: i64 = 70;

/// One row of a roll as far as spells need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollRow {
    /// The school as it is now.
    pub school: SchoolRef,
    /// Whether the row stands in the table of pupils on roll.
    pub on_roll: bool,
    /// The census day of the table.
    pub census_day: NaiveDate,
    /// First day at the school.
    pub entry_date: Option<NaiveDate>,
    /// Last day at the school, of a leaver.
    pub leaving_date: Option<NaiveDate>,
    /// Enrolment status: C current, M main of two, S second of two, and others.
    pub enrol_status: Option<String>,
}

/// A time during which a pupil was on a school's roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spell {
    /// The school as it is now.
    pub school: SchoolRef,
    /// First day.
    pub start: NaiveDate,
    /// Last day; `None` while the pupil is there.
    pub end: Option<NaiveDate>,
    /// The latest enrolment status.
    pub enrol_status: Option<String>,
    /// The latest census day on which the pupil was on the roll.
    pub last_seen: Option<NaiveDate>,
}

impl Spell {
    /// Whether the pupil was on the roll that day.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.start <= date && self.end.is_none_or(|end| date <= end)
    }

    /// Current and main enrolments before any other.
    fn rank(&self) -> u8 {
        match self.enrol_status.as_deref() {
            Some("C") => 0,
            Some("M") => 1,
            None => 2,
            Some("S") => 4,
            Some(_) => 3,
        }
    }
}

/// A pupil's spells, earliest first.
pub fn spells<'a>(rows: impl IntoIterator<Item = &'a RollRow>, days: &TableDays) -> Vec<Spell> {
    let mut by_school: BTreeMap<&SchoolRef, Vec<&RollRow>> = BTreeMap::new();
    for row in rows {
        by_school.entry(&row.school).or_default().push(row);
    }
    let mut all = Vec::new();
    for (school, mut rows) in by_school {
        rows.sort_by_key(|row| (row.census_day, row.on_roll, row.entry_date, row.leaving_date));
        let mut here: Vec<Spell> = Vec::new();
        for row in rows {
            if row.on_roll {
                on_roll(&mut here, row);
            } else {
                left(&mut here, row);
            }
        }
        for spell in &mut here {
            close(spell, days.get(school));
        }
        all.append(&mut here);
    }
    all.sort_by(|a, b| (a.start, a.end, &a.school).cmp(&(b.start, b.end, &b.school)));
    all
}

/// The spell that a stay from `entry` to `last` continues.
fn of_stay(spells: &[Spell], entry: NaiveDate, last: NaiveDate) -> Option<usize> {
    let same_start = spells.iter().rposition(|spell| spell.start == entry);
    same_start.or_else(|| {
        spells.iter().rposition(|spell| spell.start <= last && spell.end.is_none_or(|end| end >= entry))
    })
}

fn on_roll(spells: &mut Vec<Spell>, row: &RollRow) {
    // An entry date after the census day is a slip: the pupil was there on that day.
    let entry = row.entry_date.map_or(row.census_day, |entry| entry.min(row.census_day));
    let place = of_stay(spells, entry, row.census_day);
    if let Some(spell) = place.and_then(|place| spells.get_mut(place)) {
        let returned = spell.end.is_none() && spell.last_seen.is_some_and(|seen| entry > seen);
        if !returned {
            if row.entry_date.is_some() {
                spell.start = entry;
            }
            if spell.end.is_some_and(|end| end < row.census_day) {
                spell.end = None;
            }
            spell.last_seen = Some(row.census_day);
            spell.enrol_status.clone_from(&row.enrol_status);
            return;
        }
        // Came back under a new entry date without a row as a leaver.
        spell.end = before(entry);
    }
    spells.push(Spell {
        school: row.school.clone(),
        start: entry,
        end: None,
        enrol_status: row.enrol_status.clone(),
        last_seen: Some(row.census_day),
    });
}

fn left(spells: &mut Vec<Spell>, row: &RollRow) {
    let last = row.leaving_date.or_else(|| before(row.census_day)).unwrap_or(row.census_day);
    let entry = row.entry_date.map_or(last, |entry| entry.min(last));
    match of_stay(spells, entry, last).and_then(|place| spells.get_mut(place)) {
        // On roll at a later day of the same or a later term: that table counts.
        Some(spell) if spell.last_seen.is_some_and(|seen| seen > last && seen >= row.census_day) => {}
        Some(spell) => {
            spell.start = if row.entry_date.is_some() { entry } else { spell.start.min(last) };
            spell.end = Some(last);
        }
        None => spells.push(Spell {
            school: row.school.clone(),
            start: entry,
            end: Some(last),
            enrol_status: None,
            last_seen: None,
        }),
    }
}

fn close(spell: &mut Spell, days: Option<&BTreeSet<NaiveDate>>) {
    if let (None, Some(seen), Some(days)) = (spell.end, spell.last_seen, days) {
        let next = days.range((std::ops::Bound::Excluded(seen), std::ops::Bound::Unbounded)).next();
        spell.end = next.and_then(|next| before(*next));
    }
    if spell.end.is_some_and(|end| end < spell.start) {
        spell.end = Some(spell.start);
    }
}

fn before(date: NaiveDate) -> Option<NaiveDate> {
    date.checked_sub_days(Days::new(1))
}

/// The school on whose roll the pupil was that day. Of several, the current or main enrolment, then the one that
/// began last.
pub fn school_at(spells: &[Spell], date: NaiveDate) -> Option<&Spell> {
    let there = spells.iter().filter(|spell| spell.covers(date));
    there.min_by(|a, b| {
        a.rank().cmp(&b.rank()).then_with(|| b.start.cmp(&a.start)).then_with(|| a.school.cmp(&b.school))
    })
}

/// The school that an event of that day belongs to: the one whose roll holds the pupil, else the last one, if the
/// day falls into the holiday after it.
///
/// A gap of at most ten weeks before the next spell is a holiday. Without a next spell, who left in July or August
/// belongs to the old school to the end of August. So a leaver of year 6 keeps the primary school in August.
pub fn school_for_event(spells: &[Spell], date: NaiveDate) -> Option<&Spell> {
    if let Some(spell) = school_at(spells, date) {
        return Some(spell);
    }
    let last = spells
        .iter()
        .filter(|spell| spell.end.is_some_and(|end| end < date))
        .max_by(|a, b| a.end.cmp(&b.end).then_with(|| b.rank().cmp(&a.rank())))?;
    let end = last.end?;
    let next = spells.iter().map(|spell| spell.start).filter(|start| *start > date).min();
    let holiday = match next {
        Some(next) => (next - end).num_days() <= HOLIDAY,
        None => end.month() >= 7 && end.month() <= 8 && date.year() == end.year() && date.month() <= 8,
    };
    holiday.then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const AUTUMN_17: &str = "2017-10-19";
    const SPRING_18: &str = "2018-01-18";
    const SUMMER_18: &str = "2018-05-17";
    const AUTUMN_18: &str = "2018-10-18";

    fn days(schools: &[u32]) -> TableDays {
        let all = || [AUTUMN_17, SPRING_18, SUMMER_18, AUTUMN_18].into_iter().map(day).collect();
        schools.iter().map(|urn| (SchoolRef::Urn(*urn), all())).collect()
    }

    fn on(urn: u32, census: &str, entry: &str) -> RollRow {
        RollRow {
            school: SchoolRef::Urn(urn),
            on_roll: true,
            census_day: day(census),
            entry_date: Some(day(entry)),
            leaving_date: None,
            enrol_status: Some("C".to_owned()),
        }
    }

    fn off(urn: u32, census: &str, entry: &str, leaving: &str) -> RollRow {
        RollRow { on_roll: false, leaving_date: Some(day(leaving)), ..on(urn, census, entry) }
    }

    fn told(rows: &[RollRow]) -> Vec<(u32, String, Option<String>)> {
        let days = days(&[1, 2]);
        let text = |date: NaiveDate| date.to_string();
        spells(rows, &days)
            .into_iter()
            .map(|spell| (spell.school.urn().unwrap(), text(spell.start), spell.end.map(text)))
            .collect()
    }

    #[test]
    fn a_pupil_in_every_table_has_one_open_spell() {
        let rows: Vec<RollRow> = [AUTUMN_17, SPRING_18, SUMMER_18, AUTUMN_18]
            .iter()
            .map(|term| on(1, term, "2015-09-01"))
            .collect();
        assert_eq!(told(&rows), [(1, "2015-09-01".into(), None)]);
    }

    #[test]
    fn a_leaver_ends_on_the_leaving_date_and_the_missing_before_the_next_census() {
        let leaver = [on(1, AUTUMN_17, "2015-09-01"), off(1, SPRING_18, "2015-09-01", "2017-12-20")];
        assert_eq!(told(&leaver), [(1, "2015-09-01".into(), Some("2017-12-20".into()))]);
        let missing = [on(1, AUTUMN_17, "2015-09-01")];
        assert_eq!(told(&missing), [(1, "2015-09-01".into(), Some("2018-01-17".into()))]);
        let with_gap = [on(1, AUTUMN_17, "2015-09-01"), on(2, SPRING_18, "2018-01-08")];
        let last = told(&with_gap);
        assert_eq!(last[1], (2, "2018-01-08".into(), Some("2018-05-16".into())));
    }

    #[test]
    fn someone_may_leave_and_come_back() {
        let rows = [
            on(1, AUTUMN_17, "2015-09-01"),
            off(1, SPRING_18, "2015-09-01", "2017-12-20"),
            on(1, SUMMER_18, "2018-04-16"),
            on(1, AUTUMN_18, "2018-04-16"),
        ];
        assert_eq!(
            told(&rows),
            [(1, "2015-09-01".into(), Some("2017-12-20".into())), (1, "2018-04-16".into(), None)]
        );
    }

    #[test]
    fn the_later_telling_counts_and_the_order_of_rows_does_not() {
        let mut rows = vec![
            on(1, AUTUMN_17, "2015-09-02"),
            on(1, SPRING_18, "2015-09-01"),
            on(1, SUMMER_18, "2015-09-01"),
            on(1, AUTUMN_18, "2015-09-01"),
            off(1, SPRING_18, "2015-09-01", "2017-12-20"),
        ];
        let expected = [(1, "2015-09-01".to_owned(), None)];
        assert_eq!(told(&rows), expected, "on roll in the same term goes before the leaver's row");
        rows.reverse();
        assert_eq!(told(&rows), expected);
    }

    #[test]
    fn of_two_schools_the_main_one_counts() {
        let mut second = on(2, AUTUMN_17, "2016-09-01");
        second.enrol_status = Some("S".into());
        let mut main = on(1, AUTUMN_17, "2015-09-01");
        main.enrol_status = Some("M".into());
        let all = spells(&[second, main], &TableDays::new());
        assert_eq!(school_at(&all, day("2017-11-01")).unwrap().school, SchoolRef::Urn(1));
        assert_eq!(school_at(&all, day("2014-11-01")), None);
    }

    #[test]
    fn august_belongs_to_the_primary_school() {
        let all = spells(
            &[off(1, AUTUMN_18, "2011-09-01", "2018-07-20"), on(2, AUTUMN_18, "2018-09-03")],
            &days(&[1, 2]),
        );
        let school = |date: &str| school_for_event(&all, day(date)).and_then(|spell| spell.school.urn());
        assert_eq!(school("2018-08-10"), Some(1));
        assert_eq!(school("2018-09-03"), Some(2));
        assert_eq!(school("2011-08-10"), None);
        let gone = spells(&[off(1, AUTUMN_18, "2011-09-01", "2018-07-20")], &days(&[1]));
        let school = |date: &str| school_for_event(&gone, day(date)).and_then(|spell| spell.school.urn());
        assert_eq!((school("2018-08-31"), school("2018-09-01")), (Some(1), None));
    }
}
