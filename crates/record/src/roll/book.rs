//! Schools by whatever identifier a table uses, and what became of them. Pure.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
};

use chrono::NaiveDate;

/// A school as far as finding it needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct School {
    /// Unique reference number.
    pub urn: u32,
    /// Seven digits, authority and establishment.
    pub laestab: Option<u32>,
    /// Name.
    pub name: String,
    /// First day.
    pub open_date: Option<NaiveDate>,
    /// Last day.
    pub close_date: Option<NaiveDate>,
    /// Whether GIAS says that it is closed.
    pub closed: bool,
}

impl School {
    fn open_on(&self, date: NaiveDate) -> bool {
        self.open_date.is_none_or(|open| open <= date) && self.close_date.is_none_or(|close| date <= close)
    }
}

/// A school that a roll speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchoolRef {
    /// A known school, by the URN that it has now.
    Urn(u32),
    /// An identifier that means no known school.
    Unknown(String),
}

impl SchoolRef {
    /// The URN, where the school is known.
    pub fn urn(&self) -> Option<u32> {
        match self {
            Self::Urn(urn) => Some(*urn),
            Self::Unknown(_) => None,
        }
    }
}

impl fmt::Display for SchoolRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Urn(urn) => write!(f, "{urn}"),
            Self::Unknown(key) => f.write_str(key),
        }
    }
}

/// Every known school, what identifiers mean, and which school followed which.
#[derive(Debug, Clone, Default)]
pub struct SchoolBook {
    schools: HashMap<u32, School>,
    by_laestab: HashMap<u32, Vec<u32>>,
    aliases: HashMap<String, u32>,
    successors: HashMap<u32, BTreeSet<u32>>,
}

impl SchoolBook {
    /// A book of these schools, aliases (identifier and URN) and successions (URN and the URN that followed it).
    pub fn new(
        schools: impl IntoIterator<Item = School>,
        aliases: impl IntoIterator<Item = (String, u32)>,
        successions: impl IntoIterator<Item = (u32, u32)>,
    ) -> Self {
        let mut book = Self { aliases: aliases.into_iter().collect(), ..Self::default() };
        for school in schools {
            if let Some(laestab) = school.laestab {
                book.by_laestab.entry(laestab).or_default().push(school.urn);
            }
            book.schools.insert(school.urn, school);
        }
        for (before, after) in successions {
            if before != after {
                book.successors.entry(before).or_default().insert(after);
            }
        }
        for urns in book.by_laestab.values_mut() {
            urns.sort_unstable();
        }
        book
    }

    /// The school of a URN, just as it was asked for.
    pub fn school(&self, urn: u32) -> Option<&School> {
        self.schools.get(&urn)
    }

    /// Whether there is any school at all.
    pub fn is_empty(&self) -> bool {
        self.schools.is_empty()
    }

    /// The school that a row's identifiers meant on a date, before successions.
    ///
    /// What a person said of the identifier goes first, then the row's own `urn` and `laestab`, then the
    /// identifier read as a URN (six digits) or as a LAESTAB (seven). A LAESTAB may have belonged to several schools,
    /// one after another: the one that was open on the date is meant, else the one that opened last.
    pub fn resolve(&self, key: &str, urn: Option<u32>, laestab: Option<u32>, date: NaiveDate) -> Option<u32> {
        if let Some(urn) = self.aliases.get(key) {
            return Some(*urn);
        }
        if let Some(urn) = urn.filter(|urn| self.schools.contains_key(urn)) {
            return Some(urn);
        }
        if let Some(urn) = laestab.and_then(|laestab| self.of_laestab(laestab, date)) {
            return Some(urn);
        }
        let digits: String = key.chars().filter(|character| !matches!(character, '/' | '-' | ' ')).collect();
        let number: u32 = digits.parse().ok()?;
        match digits.len() {
            6 => self.schools.contains_key(&number).then_some(number),
            7 => self.of_laestab(number, date),
            _ => None,
        }
    }

    fn of_laestab(&self, laestab: u32, date: NaiveDate) -> Option<u32> {
        let schools = || {
            let urns = self.by_laestab.get(&laestab).into_iter().flatten();
            urns.filter_map(|urn| self.schools.get(urn))
        };
        let open = schools()
            .filter(|school| school.open_on(date))
            .max_by_key(|school| (school.open_date, school.urn));
        open.or_else(|| schools().max_by_key(|school| (school.open_date, school.urn)))
            .map(|school| school.urn)
    }

    /// The school that a closed one has become: successions are followed as long as they lead to one school.
    ///
    /// Several schools may have become one (a merger). Where one became several (a split) nobody can say which
    /// pupils went where, so it stays what it was. An open school is its own successor, whatever links say, and a
    /// circle of links ends where it was entered.
    pub fn current(&self, urn: u32) -> u32 {
        let mut seen = HashSet::from([urn]);
        let mut at = urn;
        loop {
            // A school that GIAS does not list (any more) is followed as a closed one is.
            let goes_on = self.schools.get(&at).is_some_and(|school| !school.closed);
            let Some(next) = self.successors.get(&at).filter(|_| !goes_on) else { return at };
            let mut next = next.iter().copied();
            let (Some(one), None) = (next.next(), next.next()) else { return at };
            if !seen.insert(one) {
                return urn;
            }
            at = one;
        }
    }

    /// The school, as it is now, that a row's identifiers meant on a date.
    pub fn find(&self, key: &str, urn: Option<u32>, laestab: Option<u32>, date: NaiveDate) -> SchoolRef {
        match self.resolve(key, urn, laestab, date) {
            Some(urn) => SchoolRef::Urn(self.current(urn)),
            None => SchoolRef::Unknown(key.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn school(urn: u32, laestab: u32, open: &str, close: Option<&str>) -> School {
        School {
            urn,
            laestab: Some(laestab),
            name: format!("School {urn}"),
            open_date: Some(day(open)),
            close_date: close.map(day),
            closed: close.is_some(),
        }
    }

    fn book(links: &[(u32, u32)]) -> SchoolBook {
        let schools = [
            school(100_001, 8_522_001, "1990-09-01", Some("2018-08-31")),
            school(140_001, 8_522_001, "2018-09-01", None),
            school(100_002, 8_522_002, "1990-09-01", Some("2019-08-31")),
            school(100_003, 8_522_003, "1990-09-01", None),
        ];
        SchoolBook::new(schools, [("SCH7".to_owned(), 100_003)], links.iter().copied())
    }

    #[test]
    fn an_identifier_is_an_alias_a_urn_or_a_laestab_on_that_day() {
        let book = book(&[]);
        let find = |key, date| book.resolve(key, None, None, day(date));
        assert_eq!(find("SCH7", "2018-01-18"), Some(100_003));
        assert_eq!(find("100001", "2018-01-18"), Some(100_001));
        assert_eq!(find("8522001", "2018-01-18"), Some(100_001));
        assert_eq!(find("852/2001", "2019-01-18"), Some(140_001));
        assert_eq!(find("999999", "2018-01-18"), None);
        assert_eq!(find("SCH8", "2018-01-18"), None);
        assert_eq!(book.resolve("SCH8", Some(100_002), None, day("2018-01-18")), Some(100_002));
        assert_eq!(book.resolve("SCH8", None, Some(8_522_003), day("2018-01-18")), Some(100_003));
    }

    #[test]
    fn conversions_and_mergers_are_followed_and_splits_are_not() {
        assert_eq!(book(&[(100_001, 140_001)]).current(100_001), 140_001);
        let merger = book(&[(100_001, 100_003), (100_002, 100_003)]);
        assert_eq!((merger.current(100_001), merger.current(100_002)), (100_003, 100_003));
        assert_eq!(book(&[(100_002, 100_003), (100_002, 140_001)]).current(100_002), 100_002);
        assert_eq!(book(&[(100_003, 140_001)]).current(100_003), 100_003, "an open school stays itself");
    }

    #[test]
    fn a_circle_of_links_ends() {
        let circle = book(&[(100_001, 100_002), (100_002, 100_001)]);
        assert_eq!((circle.current(100_001), circle.current(100_002)), (100_001, 100_002));
        let tail = SchoolBook::new([], [], [(1, 2), (2, 3), (3, 2)]);
        assert_eq!(tail.current(1), 1);
    }
}
