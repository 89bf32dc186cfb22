//! Social care year by year: who is referred, what becomes of it, and what stays open for the next year.
//!
//! Each year is built to its published totals in six steps, one file each: [`referrals`] chooses the children
//! and the days, [`second_thoughts`] closes what was open only until it was assessed, [`outcomes`] says what
//! became of each referral, [`protection`] starts and ends plans, [`closures`] ends episodes, and
//! [`activity`] fills in enquiries and assessments between the days so fixed.

mod activity;
mod closures;
pub(crate) mod episode;
mod outcomes;
mod protection;
mod referrals;
mod second_thoughts;
pub(crate) mod shares;
mod stock;

use crate::calendar::{CensusYear, Day};
use crate::figures::{Target, Totals};
use crate::random::Stream;
use crate::table::{Id, Table};
use crate::world::World;
use crate::world::people::Person;

use episode::{Episode, Outcome, Record};

/// Everything that social care knows of the children of one authority.
pub(crate) struct Care {
    pub(crate) records: Table<Record>,
    pub(crate) episodes: Table<Episode>,
    record_of: Vec<Option<Id<Record>>>,
    /// Conferences put on a Saturday on purpose.
    pub(crate) weekend_conferences: u32,
}

/// One year in the making.
struct Year<'a> {
    world: &'a World,
    stream: Stream,
    census: CensusYear,
    totals: Totals,
    faults: bool,
}

impl Care {
    /// Simulates the warm-up year and the given years. `targets` begins with the warm-up year.
    pub(crate) fn simulate(world: &World, seed: u64, years: &[(CensusYear, Target)], faults: bool) -> Self {
        let mut care = Self {
            records: Table::new(),
            episodes: Table::new(),
            record_of: vec![None; world.people.len()],
            weekend_conferences: 0,
        };
        for (place, (census, target)) in years.iter().enumerate() {
            let purpose = format!("care {}", census.closing);
            let mut totals = target.totals;
            if place == 0 {
                // The warm-up year leaves open what the first written year must find open.
                if let Some((_, next)) = years.get(1) {
                    totals.at_31_march = next.totals.any_point_episodes - next.totals.started_episodes;
                }
                let mut stream = Stream::new(seed, world.authority.code, "stock");
                care.stock(world, &mut stream, census, &totals);
            }
            let stream = Stream::new(seed, world.authority.code, &purpose);
            let mut year = Year { world, stream, census: *census, totals, faults };
            care.year(&mut year, place == 0);
        }
        if faults {
            care.duplicate_some(world, &mut Stream::new(seed, world.authority.code, "duplicates"), years);
        }
        care
    }

    fn year(&mut self, year: &mut Year<'_>, warm_up: bool) {
        let open: Vec<Id<Episode>> = self
            .records
            .rows()
            .filter_map(|(_, record)| record.open)
            .filter(|&e| self.episodes[e].closure.is_none())
            .collect();
        let referred = referrals::choose(self, year, &open, warm_up);
        let coming_again = referred.iter().filter_map(|child| child.closes_first).collect();
        let open = second_thoughts::close(self, year, open, &coming_again);
        let new = outcomes::settle(self, year, referred);
        protection::run(self, year, &open, &new);
        closures::run(self, year, &open, &new);
        activity::run(self, year, &open, &new);
        for (id, _) in self.open_now(year.census.end) {
            let record = self.episodes[id].record;
            self.records[record].open = Some(id);
        }
    }

    /// Episodes of need open at the end of a day; also clears the marks of those that are not.
    fn open_now(&mut self, day: Day) -> Vec<(Id<Episode>, Day)> {
        for record in self.records.rows_mut() {
            record.open = None;
        }
        self.episodes.rows().filter(|(_, e)| e.open_at(day)).map(|(id, e)| (id, e.referral)).collect()
    }

    fn record_of(&self, person: Id<Person>) -> Option<Id<Record>> {
        self.record_of.get(person.number() as usize).copied().flatten()
    }

    /// The person's record, made if there is none.
    fn record_for(&mut self, person: Id<Person>) -> Id<Record> {
        if let Some(id) = self.record_of(person) {
            return id;
        }
        let id = self.records.push(Record {
            person,
            episodes: Vec::new(),
            open: None,
            last_referral: None,
            plans: 0,
            duplicate_of: None,
            withheld: false,
        });
        if let Some(slot) = self.record_of.get_mut(person.number() as usize) {
            *slot = Some(id);
        }
        id
    }

    /// Whether social care has met a person.
    pub(crate) fn is_known(&self, person: Id<Person>) -> bool {
        self.record_of(person).is_some()
    }

    /// Records a referral.
    pub(crate) fn refer(
        &mut self,
        world: &World,
        stream: &mut Stream,
        person: Id<Person>,
        day: Day,
        outcome: Outcome,
    ) -> Id<Episode> {
        let record = self.record_for(person);
        let who = &world.people[person];
        let on_roll = world.school_on(who, day).is_some();
        let source = shares::source(stream, who.birth.age_on(day), on_roll, day);
        let need = shares::need(stream, !shares::disabilities(u64::from(person.number())).is_empty());
        let id = self.episodes.push(Episode {
            record,
            referral: day,
            source,
            need,
            outcome,
            closure: None,
            reason: "",
            assessed_out: false,
            assessments: Vec::new(),
            enquiries: Vec::new(),
            transfer_conference: None,
            plans: Vec::new(),
            busy_until: day,
        });
        let row = &mut self.records[record];
        row.episodes.push(id);
        row.last_referral = row.last_referral.max(Some(day));
        id
    }

    /// The person behind an episode.
    pub(crate) fn person<'w>(&self, world: &'w World, episode: &Episode) -> &'w Person {
        &world.people[self.records[episode.record].person]
    }

    /// Gives a few children a second record, as when a referral is keyed without a search. The two had
    /// different people behind them until now; they are of like age, so that no date becomes impossible.
    fn duplicate_some(&mut self, world: &World, stream: &mut Stream, years: &[(CensusYear, Target)]) {
        let Some((last, _)) = years.last() else { return };
        let born_well_before = |id: Id<Record>| {
            let birth = world.people[self.records[id].person].birth;
            let first = self.records[id].episodes.iter().map(|&e| self.episodes[e].referral).min();
            first.is_some_and(|day| day - birth > 800 && day.age_on(last.end) <= 4)
        };
        let mut known: Vec<Id<Record>> = self
            .records
            .ids()
            .filter(|&id| self.records[id].episodes.iter().any(|&e| self.episodes[e].in_return(last)))
            .filter(|&id| born_well_before(id))
            .collect();
        stream.shuffle(&mut known);
        let wanted = (known.len() / 300).max(2);
        known.sort_by_key(|&id| world.people[self.records[id].person].birth);
        let pairs: Vec<(Id<Record>, Id<Record>)> = known
            .chunks_exact(2)
            .filter_map(|pair| pair.first().copied().zip(pair.get(1).copied()))
            .filter(|&(a, b)| {
                let (one, other) =
                    (&world.people[self.records[a].person], &world.people[self.records[b].person]);
                one.female == other.female
                    && other.birth - one.birth < 200
                    && one.arrived.is_none()
                    && other.arrived.is_none()
            })
            .collect();
        let step = (pairs.len() / wanted).max(1);
        for &(first, second) in pairs.iter().step_by(step).take(wanted) {
            self.records[second].person = self.records[first].person;
            self.records[second].duplicate_of = Some(first);
        }
    }
}
