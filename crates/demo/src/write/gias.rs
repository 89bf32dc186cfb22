//! The register of schools in the layout of the national download, with its links between predecessors and
//! successors.

use std::io;
use std::path::Path;

use csv::QuoteStyle;
use encoding_rs::WINDOWS_1252;

use crate::calendar::{Day, Season, Term};
use crate::error::DemoError;
use crate::table::Table;
use crate::world::World;
use crate::world::schools::{Establishment, Governance, Phase, Site};

use super::census::free_meals;
use super::output::{Output, WrittenFile};

const HEADINGS: &str = include_str!("../../data/gias-headings.txt");

/// Pupils of one site at a census.
#[derive(Clone, Copy, Default)]
struct Pupils {
    girls: u32,
    boys: u32,
    free_meals: u32,
}

/// Writes the establishments as they stand on a day, closed ones included.
pub(crate) fn establishments(world: &World, day: Day, folder: &Path) -> Result<WrittenFile, DemoError> {
    let name = format!("edubasealldata{}.csv", digits(day));
    let mut rows = 0;
    let text = table(QuoteStyle::Always, |csv| {
        csv.write_record(HEADINGS.lines())?;
        let census = last_census(day);
        let pupils = pupils(world, census);
        for (id, site) in world.sites.rows() {
            for establishment in &site.establishments {
                if establishment.opened.is_some_and(|opened| opened > day) {
                    continue;
                }
                let at = pupils.get(id.number() as usize).copied().unwrap_or_default();
                let row = Row { world, site, establishment, day, census, pupils: at };
                csv.write_record(HEADINGS.lines().map(|heading| row.value(heading)))?;
                rows += 1;
            }
        }
        Ok(())
    })
    .map_err(DemoError::at(folder.join(&name)))?;
    save(folder, &name, &text, rows)
}

/// Writes the links, each in both directions.
pub(crate) fn links(world: &World, day: Day, folder: &Path) -> Result<WrittenFile, DemoError> {
    let name = format!("links_edubasealldata{}.csv", digits(day));
    let mut rows = 0;
    let mut text = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\r\n".to_owned();
    text += &table(QuoteStyle::NonNumeric, |csv| {
        for (from, to, merged) in successions(&world.sites) {
            let Some(date) = to.opened.filter(|&opened| opened <= day) else { continue };
            let (before, after) = if merged {
                ("Predecessor - merged", "Successor - merged")
            } else {
                ("Predecessor", "Successor")
            };
            for (one, other, kind) in [(from, to, after), (to, from, before)] {
                let (urn, link) = (one.urn.to_string(), other.urn.to_string());
                csv.write_record([&urn, &link, &other.name, kind, &dmy(Some(date))])?;
                rows += 1;
            }
        }
        Ok(())
    })
    .map_err(DemoError::at(folder.join(&name)))?;
    save(folder, &name, &text, rows)
}

/// Every pair of legal schools in which one follows another, and whether several did.
pub(crate) fn successions(sites: &Table<Site>) -> Vec<(&Establishment, &Establishment, bool)> {
    let mut found = Vec::new();
    for (_, site) in sites.rows() {
        found.extend(
            site.establishments.iter().zip(site.establishments.iter().skip(1)).map(|(a, b)| (a, b, false)),
        );
        if let Some(merger) = site.merges
            && let (Some(old), Some(new)) = (site.latest(), sites[merger.into].establishments.first())
        {
            found.push((old, new, true));
        }
    }
    found
}

fn table(
    quotes: QuoteStyle,
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>,
) -> io::Result<String> {
    let mut csv = csv::WriterBuilder::new()
        .quote_style(quotes)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    write(&mut csv)?;
    let bytes = csv.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Saves text in Windows-1252, as the register does.
fn save(folder: &Path, name: &str, text: &str, rows: u64) -> Result<WrittenFile, DemoError> {
    let mut output = Output::create(folder, name)?;
    let (bytes, _, _) = WINDOWS_1252.encode(text);
    io::Write::write_all(&mut output, &bytes).map_err(DemoError::at(folder.join(name)))?;
    output.finish(rows)
}

/// The last January census before a day, whose numbers the register carries.
fn last_census(day: Day) -> Day {
    let (year, month, _) = day.parts();
    let year = if month >= 2 { year } else { year - 1 };
    Term { year: year as u16, season: Season::Spring }.census_day()
}

fn pupils(world: &World, census: Day) -> Vec<Pupils> {
    let mut all = vec![Pupils::default(); world.sites.len()];
    for (_, person) in world.people.rows() {
        for stint in world.stints(person).iter().filter(|stint| stint.covers(census)) {
            let Some(at) = all.get_mut(stint.site.number() as usize) else { continue };
            at.girls += u32::from(person.female);
            at.boys += u32::from(!person.female);
            at.free_meals += u32::from(free_meals(world, person, stint, census).is_some());
        }
    }
    all
}

struct Row<'a> {
    world: &'a World,
    site: &'a Site,
    establishment: &'a Establishment,
    day: Day,
    census: Day,
    pupils: Pupils,
}

impl Row<'_> {
    /// What stands under a heading. Headings of no use here, and all that name or reach a head teacher, stay
    /// empty.
    fn value(&self, heading: &str) -> String {
        let school = self.establishment;
        let authority = &self.world.authority;
        let (type_code, type_name, group_code, group_name) = kind(school.governance);
        let (phase_code, phase_name) = phase(self.site.phase);
        let (low, high) = self.site.ages();
        let closed = school.closed.filter(|&closed| closed <= self.day);
        let counted = closed.is_none() && self.site.keeps_roll();
        let pupils = self.pupils;
        let total = pupils.girls + pupils.boys;
        let academy = matches!(school.governance, Governance::Converter | Governance::SponsorLed);
        let follows = self.site.establishments.first().is_some_and(|first| first.urn != school.urn);
        let merged = self.site.opens.is_some();
        let number = |n: u32| if counted { n.to_string() } else { String::new() };
        match heading {
            "URN" => school.urn.to_string(),
            "LA (code)" => format!("{:03}", authority.code),
            "LA (name)" => authority.name.clone(),
            "EstablishmentNumber" => format!("{:04}", school.number),
            "EstablishmentName" => school.name.clone(),
            "TypeOfEstablishment (code)" => type_code.into(),
            "TypeOfEstablishment (name)" => type_name.into(),
            "EstablishmentTypeGroup (code)" => group_code.into(),
            "EstablishmentTypeGroup (name)" => group_name.into(),
            "EstablishmentStatus (code)" => if closed.is_some() { "2" } else { "1" }.into(),
            "EstablishmentStatus (name)" => if closed.is_some() { "Closed" } else { "Open" }.into(),
            "ReasonEstablishmentOpened (code)" => if follows {
                "10"
            } else if merged {
                "02"
            } else {
                "00"
            }
            .into(),
            "ReasonEstablishmentOpened (name)" => if follows {
                "Academy Converter"
            } else if merged {
                "Result of Amalgamation"
            } else {
                "Not applicable"
            }
            .into(),
            "OpenDate" => dmy(school.opened),
            "ReasonEstablishmentClosed (code)" => self.closed_reason(closed).0.into(),
            "ReasonEstablishmentClosed (name)" => self.closed_reason(closed).1.into(),
            "CloseDate" => dmy(closed),
            "PhaseOfEducation (code)" => phase_code.into(),
            "PhaseOfEducation (name)" => phase_name.into(),
            "StatutoryLowAge" => low.to_string(),
            "StatutoryHighAge" => high.to_string(),
            "Boarders (code)" => "1".into(),
            "Boarders (name)" => "No boarders".into(),
            "OfficialSixthForm (code)" => if self.site.sixth_form { "1" } else { "2" }.into(),
            "OfficialSixthForm (name)" => {
                if self.site.sixth_form { "Has a sixth form" } else { "Does not have a sixth form" }.into()
            }
            "Gender (code)" => "3".into(),
            "Gender (name)" => "Mixed".into(),
            "ReligiousCharacter (code)" => self.faith().0.into(),
            "ReligiousCharacter (name)" => self.faith().1.into(),
            "SchoolCapacity" => {
                let years = u32::from(high - low).max(1);
                (u32::from(self.site.intake) * years).to_string()
            }
            "CensusDate" => {
                if counted {
                    dmy(Some(self.census))
                } else {
                    String::new()
                }
            }
            "NumberOfPupils" => number(total),
            "NumberOfBoys" => number(pupils.boys),
            "NumberOfGirls" => number(pupils.girls),
            "PercentageFSM" if counted => {
                format!("{:.1}", 100.0 * f64::from(pupils.free_meals) / f64::from(total.max(1)))
            }
            "FSM" => number(pupils.free_meals),
            "TrustSchoolFlag (name)" => {
                if academy { "Supported by a multi-academy trust" } else { "Not applicable" }.into()
            }
            "UKPRN" => (90_000_000 + school.urn).to_string(),
            "LastChangedDate" => dmy(school.opened.or(Some(Day::of(2017, 9, 4)))),
            "Town" => authority.name.clone(),
            "Postcode" => self.site.postcode.clone(),
            "GOR (code)" => authority.region_letter.clone(),
            "GOR (name)" => {
                if authority.in_london() {
                    "London".into()
                } else {
                    authority.region.clone()
                }
            }
            "DistrictAdministrative (code)" | "GSSLACode (name)" => authority.ons_code.clone(),
            "DistrictAdministrative (name)" => authority.name.clone(),
            "UrbanRural (code)" => if authority.in_london() { "A1" } else { "C1" }.into(),
            "UrbanRural (name)" => {
                if authority.in_london() { "Urban major conurbation" } else { "Urban city and town" }.into()
            }
            "Easting" => self.site.easting.to_string(),
            "Northing" => self.site.northing.to_string(),
            "PreviousLA (code)" => "999".into(),
            _ => String::new(),
        }
    }

    fn closed_reason(&self, closed: Option<Day>) -> (&'static str, &'static str) {
        let last = self.site.latest().is_some_and(|latest| latest.urn == self.establishment.urn);
        match closed {
            None => ("00", "Not applicable"),
            Some(_) if last => ("02", "Result of Amalgamation/Merger"),
            Some(_) => ("10", "Academy Converter"),
        }
    }

    fn faith(&self) -> (&'static str, &'static str) {
        if self.establishment.name.contains("Church of England") {
            ("02", "Church of England")
        } else if self.establishment.name.contains("Catholic") {
            ("03", "Roman Catholic")
        } else {
            ("00", "Does not apply")
        }
    }
}

fn kind(governance: Governance) -> (&'static str, &'static str, &'static str, &'static str) {
    const MAINTAINED: &str = "Local authority maintained schools";
    match governance {
        Governance::Community => ("01", "Community school", "4", MAINTAINED),
        Governance::VoluntaryAided => ("02", "Voluntary aided school", "4", MAINTAINED),
        Governance::Foundation => ("05", "Foundation school", "4", MAINTAINED),
        Governance::Converter => ("34", "Academy converter", "10", "Academies"),
        Governance::SponsorLed => ("28", "Academy sponsor led", "10", "Academies"),
        Governance::CommunitySpecial => ("07", "Community special school", "5", "Special schools"),
        Governance::Unit => ("14", "Pupil referral unit", "4", MAINTAINED),
        Governance::Independent => ("11", "Other independent school", "3", "Independent schools"),
    }
}

fn phase(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Primary => ("2", "Primary"),
        Phase::Secondary => ("4", "Secondary"),
        Phase::AllThrough => ("7", "All-through"),
        Phase::Special | Phase::PupilReferralUnit | Phase::Independent => ("0", "Not applicable"),
    }
}

/// The date in the register's order, `dd-mm-yyyy`; nothing for none.
fn dmy(day: Option<Day>) -> String {
    day.map_or_else(String::new, |day| {
        let (year, month, day) = day.parts();
        format!("{day:02}-{month:02}-{year:04}")
    })
}

fn digits(day: Day) -> String {
    let (year, month, day) = day.parts();
    format!("{year:04}{month:02}{day:02}")
}
