//! What is true of the invented world, counted from the world itself and never from the files.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use crate::calendar::{CensusYear, Day, Term};
use crate::care::Care;
use crate::care::episode::{Episode, Outcome, Record};
use crate::faults::Faults;
use crate::figures::Totals;
use crate::table::Id;
use crate::world::World;
use crate::world::people::Education;

/// What happened in a year, at a school or in the whole authority. Each event counts, except where children
/// are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// Referrals from any source, those with no further action included.
    pub referrals: u32,
    /// Referrals whose source is a school (2A).
    pub referrals_2a: u32,
    /// Assessments completed.
    pub assessments_completed: u32,
    /// Section 47 enquiries started.
    pub section_47: u32,
    /// Initial child protection conferences held.
    pub conferences: u32,
    /// Child protection plans started.
    pub plans_started: u32,
}

impl Activity {
    fn add(&mut self, other: Activity) {
        self.referrals += other.referrals;
        self.referrals_2a += other.referrals_2a;
        self.assessments_completed += other.assessments_completed;
        self.section_47 += other.section_47;
        self.conferences += other.conferences;
        self.plans_started += other.plans_started;
    }
}

/// One school in one year, with all its legal schools before and after.
#[derive(Clone, Debug, Serialize)]
pub struct SchoolTruth {
    /// The latest URN, in which predecessors are folded.
    pub urn: u32,
    /// The name.
    pub name: String,
    /// Every URN of the school and of those that merged into it.
    pub urns: Vec<u32>,
    /// Every LAESTAB of the same.
    pub laestabs: Vec<String>,
    /// The cluster of a worked example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<&'static str>,
    /// Pupils on roll on the day of each census that falls in the year, by the census's name.
    pub pupils: BTreeMap<String, u32>,
    /// What happened to children who were at the school when it happened.
    pub actual: Activity,
    /// The part of it that can be found by joining UPNs as the returns give them.
    pub by_upn: Activity,
}

/// Children in a return who were on no roll at the end of the year, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OffRoll {
    /// Not yet of school age, or not yet born.
    pub below_school_age: u32,
    /// Past the last year of school.
    pub left_school: u32,
    /// In an independent school.
    pub independent: u32,
    /// In a school of another authority.
    pub out_of_area: u32,
    /// Educated at home.
    pub at_home: u32,
    /// Of school age, taught in the authority's schools at other times.
    pub between_schools: u32,
}

/// The truth of one authority in one census year.
#[derive(Clone, Debug, Serialize)]
pub struct YearTruth {
    /// The calendar year in which the census year closes.
    pub closing_year: u16,
    /// Children in the return.
    pub children: u32,
    /// The Department's totals, as they are in this world.
    pub totals: Totals,
    /// What happened to all children of the return.
    pub activity: Activity,
    /// The part that happened to children on no roll of the authority at the time.
    pub residual: Activity,
    /// The part that cannot be placed by UPN: the residual and the faults of identity.
    pub residual_by_upn: Activity,
    /// Why children were on no roll at 31 March.
    pub off_roll: OffRoll,
    /// By school, in order of the latest URN. Schools without pupils in the authority's tables are left out.
    pub schools: Vec<SchoolTruth>,
}

/// Counts the truth of one year. Withheld children, who are only in a resubmission, do not count.
pub(crate) fn of_year(world: &World, care: &Care, faults: Faults, year: &CensusYear) -> YearTruth {
    let mut schools = schools(world, year);
    let mut truth = YearTruth {
        closing_year: year.closing,
        children: 0,
        totals: totals(care, year),
        activity: Activity::default(),
        residual: Activity::default(),
        residual_by_upn: Activity::default(),
        off_roll: OffRoll::default(),
        schools: Vec::new(),
    };
    for (id, record) in care.records.rows() {
        let episodes: Vec<&Episode> =
            record.episodes.iter().map(|&e| &care.episodes[e]).filter(|e| e.in_return(year)).collect();
        if record.withheld || episodes.is_empty() {
            continue;
        }
        truth.children += 1;
        off_roll(world, record, year, &mut truth.off_roll);
        let joins = faults.upn(world, care, id, year).joins;
        let person = &world.people[record.person];
        for (day, activity) in episodes.iter().flat_map(|episode| events(episode, year)) {
            truth.activity.add(activity);
            let school = world.school_on(person, day).map(|site| world.folded(site).number());
            let Some(school) = school.and_then(|number| schools.get_mut(number as usize)) else {
                truth.residual.add(activity);
                truth.residual_by_upn.add(activity);
                continue;
            };
            school.actual.add(activity);
            if joins { school.by_upn.add(activity) } else { truth.residual_by_upn.add(activity) }
        }
    }
    schools.retain(|school| !school.pupils.is_empty());
    schools.sort_by_key(|school| school.urn);
    truth.schools = schools;
    truth
}

/// The countable events of an episode in a year, each on its day.
fn events<'e>(episode: &'e Episode, year: &'e CensusYear) -> impl Iterator<Item = (Day, Activity)> + 'e {
    let none = Activity::default();
    let school = u32::from(episode.source == "2A");
    let referral = (episode.referral, Activity { referrals: 1, referrals_2a: school, ..none });
    let assessed =
        episode.assessments.iter().map(move |a| (a.end, Activity { assessments_completed: 1, ..none }));
    let enquiries = episode.enquiries.iter().map(move |e| (e.start, Activity { section_47: 1, ..none }));
    let conferences = episode.conferences().map(move |(day, _)| (day, Activity { conferences: 1, ..none }));
    let plans = episode.plans.iter().map(move |p| (p.start, Activity { plans_started: 1, ..none }));
    std::iter::once(referral)
        .chain(assessed)
        .chain(enquiries)
        .chain(conferences)
        .chain(plans)
        .filter(|(day, _)| year.holds(*day))
}

/// An empty row for every site, with its pupils at the censuses of the year; mergers are folded into the new
/// school.
fn schools(world: &World, year: &CensusYear) -> Vec<SchoolTruth> {
    let closing = year.closing;
    let terms = [
        Term { year: closing - 1, season: crate::calendar::Season::Summer },
        Term { year: closing - 1, season: crate::calendar::Season::Autumn },
        Term { year: closing, season: crate::calendar::Season::Spring },
    ];
    let mut rows: Vec<SchoolTruth> = world
        .sites
        .rows()
        .map(|(_, site)| SchoolTruth {
            urn: site.latest().map_or(0, |e| e.urn),
            name: site.latest().map_or_else(String::new, |e| e.name.clone()),
            urns: site.establishments.iter().map(|e| e.urn).collect(),
            laestabs: site
                .establishments
                .iter()
                .map(|e| format!("{:03}{:04}", world.authority.code, e.number))
                .collect(),
            cluster: site.cluster,
            pupils: BTreeMap::new(),
            actual: Activity::default(),
            by_upn: Activity::default(),
        })
        .collect();
    for (id, site) in world.sites.rows() {
        let into = world.folded(id);
        if into == id {
            continue;
        }
        let row = rows.get_mut(into.number() as usize);
        if let Some(row) = row {
            row.urns.extend(site.establishments.iter().map(|e| e.urn));
            row.laestabs.extend(
                site.establishments.iter().map(|e| format!("{:03}{:04}", world.authority.code, e.number)),
            );
        }
    }
    for (_, person) in world.people.rows() {
        for stint in world.stints(person) {
            let site = world.folded(stint.site).number() as usize;
            for term in terms.iter().filter(|term| stint.covers(term.census_day())) {
                if let Some(row) = rows.get_mut(site) {
                    *row.pupils.entry(format!("{}_{}", term.year, term.season.word())).or_default() += 1;
                }
            }
        }
    }
    for row in &mut rows {
        row.urns.sort_unstable();
        row.laestabs.sort_unstable();
        row.laestabs.dedup();
    }
    rows
}

fn off_roll(world: &World, record: &Record, year: &CensusYear, counts: &mut OffRoll) {
    let person = &world.people[record.person];
    if world.school_on(person, year.end).is_some() {
        return;
    }
    let reception = person.birth.plus_years(4).school_year() + 1;
    let school_year = year.end.school_year();
    let count = match person.education {
        _ if school_year < reception => &mut counts.below_school_age,
        _ if school_year > reception + 11 => &mut counts.left_school,
        Education::Independent => &mut counts.independent,
        Education::OutOfArea => &mut counts.out_of_area,
        Education::Home => &mut counts.at_home,
        Education::State => &mut counts.between_schools,
    };
    *count += 1;
}

/// The Department's totals, counted by its definitions from the whole history, earlier years included.
pub(crate) fn totals(care: &Care, year: &CensusYear) -> Totals {
    let mut totals = Totals::default();
    let mut started: HashSet<Id<Record>> = HashSet::new();
    let mut any_point: HashSet<Id<Record>> = HashSet::new();
    for (id, record) in care.records.rows().filter(|(_, record)| !record.withheld) {
        let days: BTreeSet<Day> = record.episodes.iter().map(|&e| care.episodes[e].referral).collect();
        let in_year = days.iter().filter(|&&day| year.holds(day)).count();
        let again = days.iter().filter(|&&day| year.holds(day) && is_again(&days, day)).count();
        totals.referrals += in_year as u32;
        totals.children_referred += u32::from(in_year > 0);
        totals.rereferrals += again as u32;
        totals.children_rereferred += u32::from(again > 0);
        for episode in record.episodes.iter().map(|&e| &care.episodes[e]) {
            let referred = year.holds(episode.referral);
            match episode.outcome {
                Outcome::NoFurtherAction => totals.no_further_action += u32::from(referred),
                Outcome::NotInNeed => totals.not_in_need += u32::from(referred),
                Outcome::InNeed => {
                    totals.started_episodes += u32::from(referred);
                    if referred {
                        started.insert(id);
                    }
                    if episode.in_need_during(year) {
                        totals.any_point_episodes += 1;
                        any_point.insert(id);
                    }
                    let ended = episode.closure.is_some_and(|day| year.holds(day));
                    totals.ended_episodes += u32::from(ended && !episode.assessed_out);
                    totals.at_31_march += u32::from(episode.open_at(year.end));
                }
            }
            for plan in &episode.plans {
                let begins = year.holds(plan.start);
                totals.plans_started += u32::from(begins);
                totals.plans_second_or_subsequent += u32::from(begins && plan.previous_plans > 0);
                let open = plan.start <= year.end && plan.end.is_none_or(|end| end > year.end);
                totals.plans_at_31_march += u32::from(open);
            }
        }
    }
    totals.started_children = started.len() as u32;
    totals.any_point_children = any_point.len() as u32;
    totals
}

/// Whether a referral comes within twelve months after an earlier one; exactly twelve months is within.
fn is_again(days: &BTreeSet<Day>, day: Day) -> bool {
    days.range(..day).next_back().is_some_and(|earlier| day <= earlier.plus_years(1))
}
