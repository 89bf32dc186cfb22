//! A resubmission: what a council sends again in the autumn, after it has found mistakes in its return.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calendar::{CensusYear, Day, add_working_days};
use crate::care::Care;
use crate::care::episode::Episode;
use crate::care::episode::{Assessment, Outcome, Record};
use crate::faults::Faults;
use crate::random::Stream;
use crate::table::Id;
use crate::world::World;
use crate::world::upn::Upn;
use crate::write::cin::la_child_id;

/// What changes between the first return and the resubmission.
#[derive(Default)]
pub(crate) struct Correction {
    pub(crate) withdrawn: Option<Id<Record>>,
    ethnicities: BTreeMap<Id<Record>, &'static str>,
    upns: BTreeMap<Id<Record>, Upn>,
    sources: BTreeMap<Id<Episode>, &'static str>,
    closures: BTreeMap<Id<Episode>, Day>,
    listed: Vec<Change>,
}

/// One difference, for the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The child.
    pub la_child_id: String,
    /// `added`, `withdrawn`, or the element that differs.
    pub what: &'static str,
    /// What the first return said; empty where it said nothing.
    pub before: String,
    /// What the resubmission says; empty where it says nothing.
    pub after: String,
}

impl Correction {
    /// Plans the resubmission of one year. One child is added to the records for it.
    pub(crate) fn plan(
        world: &World,
        care: &mut Care,
        stream: &mut Stream,
        faults: Faults,
        year: &CensusYear,
    ) -> Self {
        let mut correction = Self::default();
        let mut candidates: Vec<Id<Record>> = care
            .records
            .rows()
            .filter(|(_, r)| {
                r.duplicate_of.is_none() && r.episodes.iter().any(|&e| care.episodes[e].in_return(year))
            })
            .map(|(id, _)| id)
            .collect();
        stream.shuffle(&mut candidates);
        correction.withdraw(world, care, &candidates);
        let free: Vec<Id<Record>> =
            candidates.into_iter().filter(|&id| Some(id) != correction.withdrawn).collect();
        correction.change_ethnicities(world, faults, &free);
        correction.supply_upns(world, care, faults, &free, year);
        correction.change_sources(world, care, &free, year);
        correction.change_closures(world, care, &free, year);
        correction.add(world, care, stream, year);
        correction
    }

    /// Every difference, in the order in which it was planned.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.listed
    }

    pub(crate) fn ethnicity(&self, id: Id<Record>) -> Option<&'static str> {
        self.ethnicities.get(&id).copied()
    }

    pub(crate) fn upn(&self, id: Id<Record>) -> Option<Upn> {
        self.upns.get(&id).copied()
    }

    pub(crate) fn source(&self, id: Id<Episode>) -> Option<&'static str> {
        self.sources.get(&id).copied()
    }

    pub(crate) fn closure(&self, id: Id<Episode>) -> Option<Day> {
        self.closures.get(&id).copied()
    }

    fn list(&mut self, world: &World, id: Id<Record>, what: &'static str, before: String, after: String) {
        let la_child_id = la_child_id(world.authority.code, id);
        self.listed.push(Change { la_child_id, what, before, after });
    }

    /// A child with one referral and no action was recorded in error.
    fn withdraw(&mut self, world: &World, care: &Care, candidates: &[Id<Record>]) {
        let single = |id: &&Id<Record>| {
            let episodes = &care.records[**id].episodes;
            episodes.len() == 1 && episodes.iter().all(|&e| care.episodes[e].outcome != Outcome::InNeed)
        };
        if let Some(&id) = candidates.iter().find(single) {
            self.withdrawn = Some(id);
            self.list(world, id, "withdrawn", String::new(), String::new());
        }
    }

    fn change_ethnicities(&mut self, world: &World, faults: Faults, free: &[Id<Record>]) {
        let wrong = free.iter().filter(|&&id| faults.ethnicity(id).is_some());
        let others = free.iter().filter(|&&id| faults.ethnicity(id).is_none());
        for &id in wrong.chain(others.take(2)).take(4) {
            let before = faults.ethnicity(id).unwrap_or("as before");
            self.ethnicities.insert(id, "MOTH");
            self.list(world, id, "Ethnicity", before.to_owned(), "MOTH".to_owned());
        }
    }

    fn supply_upns(
        &mut self,
        world: &World,
        care: &Care,
        faults: Faults,
        free: &[Id<Record>],
        year: &CensusYear,
    ) {
        let mut supplied = 0;
        for &id in free {
            let written = faults.upn(world, care, id, year);
            let person = &world.people[care.records[id].person];
            let (Some(upn), Some("UN5" | "UN6")) =
                (person.upn.filter(|_| person.upn_from <= year.end), written.unknown)
            else {
                continue;
            };
            self.upns.insert(id, upn);
            self.list(world, id, "UPN", String::new(), upn.as_str().to_owned());
            supplied += 1;
            if supplied == 3 {
                return;
            }
        }
    }

    fn change_sources(&mut self, world: &World, care: &Care, free: &[Id<Record>], year: &CensusYear) {
        let of_year = |id: Id<Record>| {
            let mut episodes = care.records[id].episodes.iter().copied();
            episodes.find(|&e| {
                year.holds(care.episodes[e].referral) && matches!(care.episodes[e].source, "10" | "8")
            })
        };
        for (id, episode) in free.iter().filter_map(|&id| of_year(id).map(|e| (id, e))).take(3) {
            let before = care.episodes[episode].source.to_owned();
            self.sources.insert(episode, "2A");
            self.list(world, id, "ReferralSource", before, "2A".to_owned());
        }
    }

    fn change_closures(&mut self, world: &World, care: &Care, free: &[Id<Record>], year: &CensusYear) {
        for &id in free {
            // The last episode, so that no later referral can come before the new day.
            let Some(&last) = care.records[id].episodes.last() else { continue };
            let episode = &care.episodes[last];
            let Some(closure) = episode.closure.filter(|&day| year.holds(day) && year.holds(day + 3)) else {
                continue;
            };
            if episode.outcome == Outcome::InNeed {
                self.closures.insert(last, closure + 3);
                self.list(world, id, "CINclosureDate", closure.to_string(), (closure + 3).to_string());
                if self.closures.len() == 3 {
                    return;
                }
            }
        }
    }

    /// A child whose referral was never keyed in time, assessed and closed within the year.
    fn add(&mut self, world: &World, care: &mut Care, stream: &mut Stream, year: &CensusYear) {
        let unknown = world.people.rows().find(|(id, person)| {
            let age = person.birth.age_on(year.start);
            (6..15).contains(&age)
                && !person.moves_away
                && person.arrived.is_none()
                && !care.is_known(*id)
                && world.school_on(person, year.start + 70).is_some()
        });
        let Some((person, _)) = unknown else { return };
        let referral = year.start + 70;
        let episode = care.refer(world, stream, person, referral, Outcome::NotInNeed);
        let end = add_working_days(referral, 22);
        let row = &mut care.episodes[episode];
        row.assessments.push(Assessment { start: referral, end, factors: vec!["3B"] });
        row.closure = Some(end);
        row.reason = "RC8";
        let record = row.record;
        care.records[record].withheld = true;
        self.list(world, record, "added", String::new(), String::new());
    }
}
