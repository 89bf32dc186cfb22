//! Who goes to which school when: families are settled near primaries, and each child's path is laid out year
//! by year.

use crate::authority::Authority;
use crate::calendar::{Day, end_of_summer_term, last_working_day, next_working_day, start_of_autumn_term};
use crate::random::Stream;
use crate::table::{Id, Table};

use super::Window;
use super::families::{self, Family};
use super::names::forename;
use super::people::{Education, Person, Stint};
use super::schools::{Phase, Site};
use super::upn::Upn;

/// Settles families until the authority holds its population.
pub(crate) fn populate(
    stream: &mut Stream,
    authority: &Authority,
    population: u32,
    sites: &Table<Site>,
    window: Window,
    faults: bool,
) -> (Table<Family>, Table<Person>, Vec<Stint>) {
    let settlement = Settlement::of(sites);
    let mut paths = Paths {
        authority,
        sites,
        settlement: &settlement,
        window,
        faults,
        serials: Vec::new(),
        stints: Vec::new(),
    };
    let (mut families, mut people) = (Table::new(), Table::new());
    // Born in time to be under 18 at the start, or soon enough to be referred before birth at the end.
    let oldest = window.start.plus_years(-18) + 1;
    let youngest = window.end + 120;
    let span = youngest - oldest;
    let wanted = (f64::from(population) * f64::from(span) / (18.0 * 365.25)).round() as usize;
    while people.len() < wanted {
        let Some(primary) = settlement.primary(stream) else { break };
        let family = families.push(families::make(stream, authority, primary, &sites[primary], window.start));
        let children = [1, 2, 3, 4, 5]
            .get(stream.weighted([0.40, 0.37, 0.15, 0.06, 0.02].into_iter()))
            .copied()
            .unwrap_or(1);
        // The first child may be older than the window; only those within it are kept.
        let mut birth = oldest + stream.between(-900, span);
        for _ in 0..children {
            if birth >= oldest && birth <= youngest {
                let person = paths.person(stream, &families[family], family, birth);
                people.push(person);
            }
            birth = birth + stream.between(380, 1500);
        }
    }
    (families, people, paths.stints)
}

/// The schools by kind, with running totals of their intakes.
struct Settlement {
    primaries: Vec<(Id<Site>, f64)>,
    secondaries: Vec<(Id<Site>, f64)>,
    special: Vec<Id<Site>>,
    units: Vec<Id<Site>>,
}

impl Settlement {
    fn of(sites: &Table<Site>) -> Self {
        let by_intake = |phases: &[Phase]| {
            let mut total = 0.0;
            let kind = sites.rows().filter(|(_, site)| phases.contains(&site.phase) && site.opens.is_none());
            kind.map(|(id, site)| {
                total += f64::from(site.intake);
                (id, total)
            })
            .collect::<Vec<_>>()
        };
        let of_phase = |phase| {
            sites.rows().filter(|(_, site)| site.phase == phase).map(|(id, _)| id).collect::<Vec<_>>()
        };
        Self {
            primaries: by_intake(&[Phase::Primary, Phase::AllThrough]),
            secondaries: by_intake(&[Phase::Secondary, Phase::AllThrough]),
            special: of_phase(Phase::Special),
            units: of_phase(Phase::PupilReferralUnit),
        }
    }

    fn choose(stream: &mut Stream, from: &[(Id<Site>, f64)]) -> Option<Id<Site>> {
        let draw = stream.unit() * from.last()?.1;
        from.get(from.partition_point(|&(_, total)| total <= draw)).map(|&(id, _)| id)
    }

    fn primary(&self, stream: &mut Stream) -> Option<Id<Site>> {
        Self::choose(stream, &self.primaries)
    }

    fn secondary(&self, stream: &mut Stream) -> Option<Id<Site>> {
        Self::choose(stream, &self.secondaries)
    }
}

/// A change of school in mid-year.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Within,
    In,
    Out,
    ToHome,
}

/// Lays out the paths of children through schools.
struct Paths<'a> {
    authority: &'a Authority,
    sites: &'a Table<Site>,
    settlement: &'a Settlement,
    window: Window,
    faults: bool,
    /// The last serial number used, by establishment number and year.
    serials: Vec<((u16, i32), u32)>,
    stints: Vec<Stint>,
}

impl Paths<'_> {
    fn person(&mut self, stream: &mut Stream, family: &Family, id: Id<Family>, birth: Day) -> Person {
        let female = stream.chance(0.488);
        // Reception begins in the September after the fourth birthday.
        let reception = birth.plus_years(4).school_year() + 1;
        let education = match stream.unit() {
            _ if family.independent => Education::Independent,
            x if x < 0.035 => Education::OutOfArea,
            x if x < 0.043 => Education::Home,
            _ => Education::State,
        };
        let mut person = Person {
            family: id,
            birth,
            female,
            forename: forename(stream, family.tradition, female),
            education,
            upn: None,
            upn_from: start_of_autumn_term(reception),
            second_upn: None,
            arrived: None,
            moves_away: false,
            first_stint: self.stints.len() as u32,
            stint_count: 0,
        };
        match education {
            Education::State => self.state(stream, family, reception, &mut person),
            Education::OutOfArea => person.upn = Some(self.issue(OUTSIDE, reception, true)),
            Education::Independent | Education::Home => {}
        }
        person
    }

    /// A path through the authority's own schools.
    fn state(&mut self, stream: &mut Stream, family: &Family, reception: i32, person: &mut Person) {
        let special = stream.chance(0.014);
        let own = if stream.chance(0.82) { Some(family.primary) } else { self.settlement.primary(stream) };
        let primary = if special { stream.pick(&self.settlement.special).copied() } else { own };
        let Some(primary) = primary else { return };
        let feeds = self.sites[primary].feeds.filter(|_| stream.chance(0.78));
        let all_through = self.sites[primary].phase == Phase::AllThrough;
        let secondary = if special || all_through {
            Some(primary)
        } else {
            feeds.or_else(|| self.settlement.secondary(stream))
        };
        let Some(secondary) = secondary else { return };
        let stays_on = self.sites[secondary].sixth_form && stream.chance(0.55);
        let years = if stays_on { 14 } else { 12 };

        let issuer = self.sites[primary].establishments.first().map_or(2001, |e| e.number);
        person.upn = Some(self.issue(issuer, reception, false));

        let mut path: Vec<Stint> = Vec::new();
        for year in 0..years {
            let school_year = reception + year;
            let site = self.merged(if year < 7 { primary } else { secondary }, school_year);
            let end = end_of_summer_term(school_year);
            match path.last_mut() {
                Some(last) if last.site == site => last.leaving = Some(end),
                _ => path.push(Stint {
                    site,
                    entry: start_of_autumn_term(school_year),
                    leaving: Some(end),
                    second_upn: false,
                }),
            }
        }
        if stream.chance(0.105) {
            self.change(stream, person, &mut path);
        }
        path.retain(|stint| {
            stint.leaving.is_none_or(|d| d >= self.window.start) && stint.entry <= self.window.end
        });
        for stint in &mut path {
            stint.leaving = stint.leaving.filter(|&d| d <= self.window.end);
        }
        person.stint_count = path.len() as u8;
        self.stints.extend(path);
    }

    /// One change of school within the window, if the drawn day is a school day of the child's.
    fn change(&mut self, stream: &mut Stream, person: &mut Person, path: &mut Vec<Stint>) {
        let day = last_working_day(
            self.window.start + stream.between(30, self.window.end - self.window.start - 30),
        );
        let Some(place) = path.iter().position(|s| s.covers(day) && day - s.entry > 20) else { return };
        let Some(stint) = path.get(place).copied() else { return };
        if stint.leaving.is_none_or(|leaving| leaving - day < 15) {
            return;
        }
        let kind = match stream.weighted([0.60, 0.19, 0.15, 0.06].into_iter()) {
            0 => Move::Within,
            1 => Move::In,
            2 => Move::Out,
            _ => Move::ToHome,
        };
        let re_entry = next_working_day(day + 1);
        match kind {
            Move::Within => {
                let secondary_age = person.birth.age_on(day) >= 11;
                let to_unit = secondary_age && stream.chance(0.3);
                let target = if to_unit {
                    stream.pick(&self.settlement.units).copied()
                } else if secondary_age {
                    self.settlement.secondary(stream)
                } else {
                    self.settlement.primary(stream)
                };
                let Some(target) =
                    target.map(|t| self.merged(t, day.school_year())).filter(|&t| t != stint.site)
                else {
                    return;
                };
                let mut after =
                    Stint { site: target, entry: re_entry, leaving: stint.leaving, second_upn: false };
                // A primary that merges with others later is left out of moves, so that the rest of the path
                // stays true.
                if self.sites[target].merges.is_some() || self.sites[stint.site].merges.is_some() {
                    return;
                }
                if self.faults && stream.chance(0.14) {
                    let number = self.sites[target].establishments.first().map_or(2001, |e| e.number);
                    person.second_upn = Some(self.issue(number, day.school_year(), false));
                    after.second_upn = true;
                }
                if let Some(before) = path.get_mut(place) {
                    before.leaving = Some(day);
                }
                path.insert(place + 1, after);
                let second = after.second_upn;
                for later in path.iter_mut().skip(place + 1) {
                    later.second_upn = second;
                }
            }
            Move::In => {
                person.arrived = Some(re_entry);
                let outside = self.issue(OUTSIDE, person.birth.plus_years(4).school_year() + 1, true);
                let temporary = self.faults && stream.chance(0.1);
                person.upn = Some(if temporary { outside.temporary() } else { outside });
                person.upn_from = re_entry;
                path.drain(..place);
                if let Some(first) = path.first_mut() {
                    first.entry = re_entry;
                }
            }
            Move::Out | Move::ToHome => {
                person.moves_away = kind == Move::Out;
                if kind == Move::ToHome {
                    person.education = Education::Home;
                }
                path.truncate(place + 1);
                if let Some(last) = path.last_mut() {
                    last.leaving = Some(day);
                }
            }
        }
    }

    /// The site that takes a site's pupils in a school year.
    fn merged(&self, site: Id<Site>, school_year: i32) -> Id<Site> {
        match self.sites[site].merges {
            Some(merger) if school_year >= merger.school_year => merger.into,
            _ => site,
        }
    }

    /// Gives out the next UPN of a school and year, here or in an unnamed other authority.
    fn issue(&mut self, establishment: u16, school_year: i32, outside: bool) -> Upn {
        let key = (establishment, school_year);
        let serial = match self.serials.binary_search_by_key(&key, |(k, _)| *k) {
            Ok(place) => self.serials.get_mut(place).map_or(1, |(_, serial)| {
                *serial += 1;
                *serial
            }),
            Err(place) => {
                self.serials.insert(place, (key, 1));
                1
            }
        };
        if !outside {
            return Upn::issued(self.authority.code, establishment, school_year, serial);
        }
        // Numbers of other authorities' schools, spread so that a year's serial numbers never run out.
        let neighbour =
            [873, 881, 886, 925, 926, 931, 936, 938].get(serial as usize % 8).copied().unwrap_or(873);
        let neighbour = if neighbour == self.authority.code { 885 } else { neighbour };
        Upn::issued(neighbour, OUTSIDE + (serial / 8 / 990) as u16, school_year, serial / 8 % 990 + 1)
    }
}

/// Establishment numbers from here on stand for schools elsewhere; no generated school has one.
const OUTSIDE: u16 = 3900;
