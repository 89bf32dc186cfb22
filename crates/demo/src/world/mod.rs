//! The invented world of one authority: its schools, its families and who is at which school on which day.
//!
//! Nothing here knows of files. The social care that happens to the children is in [`crate::care`], the
//! writers in [`crate::write`].

pub(crate) mod families;
pub(crate) mod names;
pub(crate) mod people;
pub(crate) mod roll;
pub(crate) mod school_names;
pub(crate) mod schools;
pub(crate) mod successions;
pub(crate) mod upn;
pub(crate) mod worked_examples;

use crate::authority::Authority;
use crate::calendar::{CensusYear, Day, end_of_summer_term};
use crate::random::Stream;
use crate::table::{Id, Table};

use families::Family;
use people::{Person, Stint};
use schools::Site;

/// Days between which the world is simulated in full.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    /// The start of the warm-up year, the census year before the first return.
    pub(crate) start: Day,
    /// The end of the summer holiday after the last return.
    pub(crate) end: Day,
}

impl Window {
    /// The window around the given returns.
    pub(crate) fn around(first_year: u16, last_year: u16) -> Self {
        Self { start: CensusYear::closing(first_year - 1).start, end: Day::of(i32::from(last_year), 8, 31) }
    }
}

/// The schools and people of one authority.
pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) sites: Table<Site>,
    pub(crate) families: Table<Family>,
    pub(crate) people: Table<Person>,
    stints: Vec<Stint>,
}

impl World {
    /// Builds the world of one authority.
    pub(crate) fn build(
        authority: &Authority,
        seed: u64,
        population: u32,
        first_urn: u32,
        window: Window,
        faults: bool,
    ) -> Self {
        let stream = |purpose| Stream::new(seed, authority.code, purpose);
        let mut sites = schools::build(&mut stream("schools"), authority, population, first_urn);
        if faults {
            successions::arrange(&mut stream("successions"), &mut sites, window, first_urn);
        }
        let (families, people, stints) =
            roll::populate(&mut stream("families"), authority, population, &sites, window, faults);
        Self { authority: authority.clone(), sites, families, people, stints }
    }

    /// The spells of one person at schools on the authority's roll, in order of time.
    pub(crate) fn stints(&self, person: &Person) -> &[Stint] {
        let start = person.first_stint as usize;
        self.stints.get(start..start + usize::from(person.stint_count)).unwrap_or_default()
    }

    /// The school that answers for a person on a day: the one whose roll holds the person; in a holiday or a
    /// gap of at most [`GAP_DAYS`] days before the next school, the last one; after the last summer term, the
    /// last one until 31 August.
    pub(crate) fn school_on(&self, person: &Person, day: Day) -> Option<Id<Site>> {
        let stints = self.stints(person);
        let place = stints.iter().rposition(|stint| stint.entry <= day)?;
        let stint = stints.get(place)?;
        let answers_until = match stint.leaving {
            None => return Some(stint.site),
            Some(leaving) => match stints.get(place + 1) {
                Some(next) if next.entry - leaving <= GAP_DAYS => next.entry + -1,
                _ => end_of_holiday(leaving),
            },
        };
        (day <= answers_until).then_some(stint.site)
    }

    /// The site that stands for a site after all mergers, by which counts are kept.
    pub(crate) fn folded(&self, mut site: Id<Site>) -> Id<Site> {
        while let Some(merger) = self.sites[site].merges {
            site = merger.into;
        }
        site
    }
}

/// The longest gap between two schools in which the earlier one still answers: the summer holiday.
pub(crate) const GAP_DAYS: i32 = 62;

/// Leavers at the end of a summer term belong to their school until 31 August.
fn end_of_holiday(leaving: Day) -> Day {
    let school_year = leaving.school_year();
    if leaving >= end_of_summer_term(school_year) { Day::of(school_year + 1, 8, 31) } else { leaving }
}
