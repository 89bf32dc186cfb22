//! Schools: how many, how large, where, how poor and how much need there truly is.

use crate::authority::Authority;
use crate::calendar::Day;
use crate::random::Stream;
use crate::table::{Id, Table};

use super::school_names::SchoolNames;
use super::worked_examples;

/// The kind of school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Primary,
    Secondary,
    AllThrough,
    Special,
    PupilReferralUnit,
    Independent,
}

/// The legal form of an establishment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Governance {
    Community,
    VoluntaryAided,
    Foundation,
    Converter,
    SponsorLed,
    CommunitySpecial,
    Unit,
    Independent,
}

/// One legal school with its own URN. A site that becomes an academy has two, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Establishment {
    pub(crate) urn: u32,
    /// The four digits that with the authority's code make the LAESTAB.
    pub(crate) number: u16,
    pub(crate) name: String,
    pub(crate) governance: Governance,
    pub(crate) opened: Option<Day>,
    pub(crate) closed: Option<Day>,
}

/// The school into which another goes, and the school year with which it does.
#[derive(Clone, Copy)]
pub(crate) struct Merger {
    pub(crate) into: Id<Site>,
    pub(crate) school_year: i32,
}

/// One school as a place with pupils, whatever legal schools it has been.
pub(crate) struct Site {
    pub(crate) phase: Phase,
    /// Pupils taken into each year group.
    pub(crate) intake: u16,
    pub(crate) sixth_form: bool,
    pub(crate) easting: i32,
    pub(crate) northing: i32,
    pub(crate) postcode: String,
    /// Share of pupils in poor families.
    pub(crate) poverty: f64,
    /// How much likelier a referral is here than elsewhere, at the same poverty; 1 on average.
    pub(crate) need: f64,
    /// The secondary to which most pupils of a primary go.
    pub(crate) feeds: Option<Id<Site>>,
    /// The named cluster of a worked example.
    pub(crate) cluster: Option<&'static str>,
    pub(crate) merges: Option<Merger>,
    /// The school year with which a new site takes its first pupils.
    pub(crate) opens: Option<i32>,
    /// Legal schools in order of time; never empty.
    pub(crate) establishments: Vec<Establishment>,
}

impl Site {
    /// The legal school on a day, or the nearest one.
    pub(crate) fn on(&self, day: Day) -> Option<&Establishment> {
        let open = |e: &&Establishment| e.opened.is_none_or(|d| d <= day);
        self.establishments.iter().rev().find(open).or_else(|| self.establishments.first())
    }

    /// The latest legal school.
    pub(crate) fn latest(&self) -> Option<&Establishment> {
        self.establishments.last()
    }

    /// Lowest and highest age.
    pub(crate) fn ages(&self) -> (u8, u8) {
        match self.phase {
            Phase::Primary => (4, 11),
            Phase::Secondary => (11, if self.sixth_form { 18 } else { 16 }),
            Phase::AllThrough => (4, if self.sixth_form { 18 } else { 16 }),
            Phase::Special => (4, 19),
            Phase::PupilReferralUnit => (11, 16),
            Phase::Independent => (4, 18),
        }
    }

    /// Whether its pupils are in the authority's school census tables.
    pub(crate) fn keeps_roll(&self) -> bool {
        self.phase != Phase::Independent
    }
}

/// Gives out URNs from the invented range of one authority, and establishment numbers by kind.
pub(crate) struct Numbers {
    next_urn: u32,
    primary: u16,
    secondary: u16,
    special: u16,
    unit: u16,
    independent: u16,
}

impl Numbers {
    pub(crate) fn from(first_urn: u32) -> Self {
        Self {
            next_urn: first_urn,
            primary: 2001,
            secondary: 4001,
            special: 7001,
            unit: 1101,
            independent: 6001,
        }
    }

    pub(crate) fn urn(&mut self) -> u32 {
        self.next_urn += 1;
        self.next_urn - 1
    }

    pub(crate) fn number(&mut self, phase: Phase) -> u16 {
        let next = match phase {
            Phase::Primary => &mut self.primary,
            Phase::Secondary | Phase::AllThrough => &mut self.secondary,
            Phase::Special => &mut self.special,
            Phase::PupilReferralUnit => &mut self.unit,
            Phase::Independent => &mut self.independent,
        };
        *next += 1;
        *next - 1
    }
}

/// How many URNs are kept for an authority, by its population aged 0 to 17 at full size.
pub(crate) fn urns_kept(population: u32) -> u32 {
    population / 350 + 60
}

/// Makes the schools. Primaries come first in the table, then secondaries and the rest.
pub(crate) fn build(
    stream: &mut Stream,
    authority: &Authority,
    population: u32,
    first_urn: u32,
) -> Table<Site> {
    let mut sites = Table::new();
    let mut numbers = Numbers::from(first_urn);
    let mut names = SchoolNames::new(stream);
    // Eighteen year groups, of which 0.91 are in the authority's own state schools.
    let cohort = f64::from(population) / 18.0 * 0.91;
    let examples = worked_examples::of(authority.code);
    let example_primaries: usize = examples.iter().map(|cluster| cluster.primaries.len()).sum();

    let mut secondaries: Vec<Id<Site>> = Vec::new();
    let secondary_count = (cohort / 175.0).round().max(examples.len() as f64).max(1.0) as usize;
    for place in 0..secondary_count {
        let example = examples.get(place);
        let name = example.map_or_else(|| names.secondary(stream), |cluster| cluster.secondary.to_owned());
        let all_through = example.is_none() && place > 0 && stream.chance(0.04);
        let phase = if all_through { Phase::AllThrough } else { Phase::Secondary };
        let intake = (cohort / secondary_count as f64 * (0.75 + 0.5 * stream.unit())).round().max(20.0);
        let (easting, northing) = somewhere(stream, authority, population);
        let mut site = Site {
            intake: intake as u16,
            sixth_form: stream.chance(0.55),
            easting,
            northing,
            poverty: 0.04 + 0.28 * stream.unit(),
            cluster: example.map(|cluster| cluster.name),
            ..blank(stream, authority, phase)
        };
        site.establishments.push(open_school(stream, &mut numbers, phase, name));
        secondaries.push(sites.push(site));
    }

    let mut places = 0.0;
    let mut made = 0;
    let mut example_names = examples
        .iter()
        .zip(&secondaries)
        .flat_map(|(c, &feeds)| c.primaries.iter().map(move |&name| (name, c.name, feeds)));
    while places < cohort * 1.04 || made < example_primaries.max(3) {
        let example = example_names.next();
        let forms =
            [15.0, 30.0, 60.0, 90.0].get(stream.weighted([0.20, 0.50, 0.26, 0.04].into_iter())).copied();
        let feeds = match example {
            Some((_, _, feeds)) => Some(feeds),
            None => stream.pick(&secondaries).copied(),
        };
        let (easting, northing, base) = match feeds {
            Some(id) => (sites[id].easting, sites[id].northing, sites[id].poverty),
            None => (authority.easting, authority.northing, 0.2),
        };
        let reach = if authority.in_london() { 1_200.0 } else { 2_500.0 };
        let mut site = Site {
            intake: forms.unwrap_or(30.0) as u16,
            easting: easting + (reach * stream.normal()) as i32,
            northing: northing + (reach * stream.normal()) as i32,
            poverty: (base + 0.10 * stream.normal()).clamp(0.02, 0.65),
            cluster: example.map(|(_, cluster, _)| cluster),
            feeds,
            ..blank(stream, authority, Phase::Primary)
        };
        let name = example.map_or_else(|| names.primary(stream), |(name, _, _)| name.to_owned());
        site.establishments.push(open_school(stream, &mut numbers, Phase::Primary, name));
        places += f64::from(site.intake);
        made += 1;
        sites.push(site);
    }

    let thousands = f64::from(population) / 1000.0;
    let other = [
        (Phase::Special, (thousands / 11.5).round().max(1.0) as usize),
        (Phase::PupilReferralUnit, (thousands / 34.0).round().max(1.0) as usize),
        (Phase::Independent, (thousands / 6.0).round().max(1.0) as usize),
    ];
    for (phase, count) in other {
        for place in 0..count {
            let example = (phase == Phase::PupilReferralUnit && place == 0)
                .then(|| examples.iter().find_map(|c| c.unit.map(|unit| (unit, c.name))))
                .flatten();
            let name = example.map_or_else(|| names.other(stream, phase), |(name, _)| name.to_owned());
            let (easting, northing) = somewhere(stream, authority, population);
            let mut site = Site {
                easting,
                northing,
                poverty: if phase == Phase::Independent { 0.0 } else { 0.35 + 0.2 * stream.unit() },
                cluster: example.map(|(_, cluster)| cluster),
                ..blank(stream, authority, phase)
            };
            site.establishments.push(open_school(stream, &mut numbers, phase, name));
            sites.push(site);
        }
    }
    // True need: a gamma rate whose mean rises with poverty, so that targeting has something to find.
    for site in sites.rows_mut() {
        site.need = stream.gamma(5.0, 0.55 + 2.5 * site.poverty);
    }
    sites
}

fn blank(stream: &mut Stream, authority: &Authority, phase: Phase) -> Site {
    Site {
        phase,
        intake: 12,
        sixth_form: phase == Phase::Special,
        easting: authority.easting,
        northing: authority.northing,
        postcode: postcode(stream, authority),
        poverty: 0.0,
        need: 1.0,
        feeds: None,
        cluster: None,
        merges: None,
        opens: None,
        establishments: Vec::new(),
    }
}

fn open_school(stream: &mut Stream, numbers: &mut Numbers, phase: Phase, name: String) -> Establishment {
    let governance = match phase {
        Phase::Primary => match stream.weighted([0.52, 0.18, 0.05, 0.21, 0.04].into_iter()) {
            0 => Governance::Community,
            1 => Governance::VoluntaryAided,
            2 => Governance::Foundation,
            3 => Governance::Converter,
            _ => Governance::SponsorLed,
        },
        Phase::Secondary | Phase::AllThrough => {
            match stream.weighted([0.16, 0.08, 0.06, 0.48, 0.22].into_iter()) {
                0 => Governance::Community,
                1 => Governance::VoluntaryAided,
                2 => Governance::Foundation,
                3 => Governance::Converter,
                _ => Governance::SponsorLed,
            }
        }
        Phase::Special => Governance::CommunitySpecial,
        Phase::PupilReferralUnit => Governance::Unit,
        Phase::Independent => Governance::Independent,
    };
    let academy = matches!(governance, Governance::Converter | Governance::SponsorLed);
    let opened = academy.then(|| Day::of(stream.between(2011, 2015), 9, 1));
    Establishment {
        urn: numbers.urn(),
        number: numbers.number(phase),
        name,
        governance,
        opened,
        closed: None,
    }
}

/// A place within the authority, whose size is guessed from its population.
fn somewhere(stream: &mut Stream, authority: &Authority, population: u32) -> (i32, i32) {
    let reach =
        if authority.in_london() { 2_600.0 } else { 2_500.0 + 14.0 * libm::sqrt(f64::from(population)) };
    (
        authority.easting + (reach * stream.normal()) as i32,
        authority.northing + (reach * stream.normal()) as i32,
    )
}

/// An invented postcode: no street in the areas used here has a district from 90 to 98.
pub(crate) fn postcode(stream: &mut Stream, authority: &Authority) -> String {
    const LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut letter = || char::from(stream.pick(LETTERS).copied().unwrap_or(b'A'));
    let (a, b) = (letter(), letter());
    let district = 90 + stream.below(9);
    let sector = 1 + stream.below(9);
    format!("{}{district} {sector}{a}{b}", authority.postcode_area)
}
