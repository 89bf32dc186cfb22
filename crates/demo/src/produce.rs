//! One authority from its figures to its files.

use std::path::Path;

use crate::authority::{Authority, authorities};
use crate::calendar::{CensusYear, Day};
use crate::care::Care;
use crate::correction::Correction;
use crate::error::DemoError;
use crate::faults::{FaultCounts, Faults};
use crate::figures::{Figures, Target};
use crate::manifest::{AuthorityManifest, Deviation, Succession, WorldCounts};
use crate::plan::Plan;
use crate::random::Stream;
use crate::truth;
use crate::world::schools::urns_kept;
use crate::world::{Window, World};
use crate::write::cin::la_child_id;
use crate::write::output::Output;
use crate::write::{census, cin, gias};

/// All that is needed to make one authority.
pub(crate) struct Job {
    authority: Authority,
    /// The first URN of the range kept for it.
    first_urn: u32,
    /// The warm-up year and the years of the returns.
    years: Vec<(CensusYear, Target)>,
}

/// The rule of [`World::school_on`] in words, for the manifest.
const PLACING: &str = "An event belongs to the school whose roll holds the child on its day. In a gap of at most 62 days before the \
                       next school it belongs to the earlier one. A child who leaves at the end of a summer term without a next \
                       school belongs to the last one until 31 August. Schools are folded into their latest successor.";

/// URNs from here on are given to no real school.
const FIRST_URN: u32 = 900_000;

/// Plans the work. URNs are kept for every authority in England, so that they do not depend on the selection
/// or the scale.
pub(crate) fn jobs(plan: &Plan) -> Result<Vec<Job>, DemoError> {
    let all = authorities()?;
    let figures = Figures::load()?;
    let mut first_urns = Vec::with_capacity(all.len());
    let mut next = FIRST_URN;
    for authority in &all {
        first_urns.push(next);
        next += urns_kept(figures.population(authority)?);
    }
    let chosen = plan.choose(&all)?;
    let mut jobs = Vec::with_capacity(chosen.len());
    for place in chosen {
        let (Some(authority), Some(&first_urn)) = (all.get(place), first_urns.get(place)) else { continue };
        let years = (plan.first_year - 1..=plan.last_year)
            .map(|closing| {
                Ok((CensusYear::closing(closing), figures.target(authority, closing, plan.scale)?))
            })
            .collect::<Result<_, DemoError>>()?;
        jobs.push(Job { authority: authority.clone(), first_urn, years });
    }
    Ok(jobs)
}

/// Makes one authority and writes its folder.
pub(crate) fn run(plan: &Plan, job: &Job, folder: &Path) -> Result<AuthorityManifest, DemoError> {
    let code = job.authority.code;
    let window = Window::around(plan.first_year, plan.last_year);
    let population = job.years.iter().map(|(_, target)| target.population).max().unwrap_or(0);
    let world = World::build(&job.authority, plan.seed, population, job.first_urn, window, plan.faults);
    let mut care = Care::simulate(&world, plan.seed, &job.years, plan.faults);
    let faults = Faults::new(plan.seed, code, plan.faults);

    let folder_name = job.authority.folder();
    let folder = folder.join(&folder_name);
    let returns = job.years.iter().skip(1);
    let truth: Vec<_> =
        returns.clone().map(|(year, _)| truth::of_year(&world, &care, faults, year)).collect();
    let deviations = returns
        .clone()
        .zip(&truth)
        .flat_map(|((year, target), truth)| {
            target.totals.named().into_iter().zip(truth.totals.named()).filter(|(a, b)| a.1 != b.1).map(
                |((figure, published), (_, actual))| Deviation {
                    closing_year: year.closing,
                    published_year: target.published_year,
                    figure,
                    published,
                    actual,
                },
            )
        })
        .collect();

    let mut files = Vec::new();
    let mut counts = FaultCounts { weekend_conferences: care.weekend_conferences, ..FaultCounts::default() };
    for (year, _) in returns.clone() {
        let source = cin::Source { world: &world, care: &care, faults, year: *year, correction: None };
        files.push(cin::write(&source, &folder, &format!("cin-{}.xml", year.closing), &mut counts)?);
    }
    // The year before the last is sent again, once its mistakes have come to light.
    let resubmitted = returns.clone().rev().nth(1).filter(|_| plan.faults);
    let mut correction = None;
    if let Some((year, _)) = resubmitted {
        let mut stream = Stream::new(plan.seed, code, "correction");
        let planned = Correction::plan(&world, &mut care, &mut stream, faults, year);
        let source =
            cin::Source { world: &world, care: &care, faults, year: *year, correction: Some(&planned) };
        let name = format!("corrections/cin-{}-resubmission.xml", year.closing);
        files.push(cin::write(&source, &folder, &name, &mut FaultCounts::default())?);
        correction = Some(planned);
    }
    let register_day = Day::of(i32::from(plan.last_year), 4, 1);
    files.push(gias::establishments(&world, register_day, &folder)?);
    files.push(gias::links(&world, register_day, &folder)?);
    for term in plan.census_terms() {
        files.extend(census::write(&world, term, &folder)?);
    }

    let manifest = AuthorityManifest {
        layout: 1,
        generator: env!("CARGO_PKG_VERSION"),
        note: "Every child, family and school here is invented. Totals follow published statistics; the rest is made up.",
        seed: plan.seed,
        scale: plan.scale,
        code,
        ons_code: job.authority.ons_code.clone(),
        name: job.authority.name.clone(),
        folder: folder_name,
        warm_up_year: plan.first_year - 1,
        placing: PLACING,
        rolls_complete: plan.is_complete(),
        source: "Department for Education, Children in need, tables B1, C1, D3 and D5; Office for National Statistics, mid-year \
                 population estimates. Contains public sector information licensed under the Open Government Licence v3.0.",
        world: WorldCounts {
            families: world.families.len() as u32,
            people: world.people.len() as u32,
            establishments: world.sites.rows().map(|(_, site)| site.establishments.len() as u32).sum(),
        },
        files,
        truth,
        deviations,
        faults: counts,
        duplicates: duplicates(&care, code),
        moves: moves(&world),
        successions: successions(&world),
        correction: correction.map_or_else(Vec::new, |c| c.changes().to_vec()),
    };
    save(&manifest, &folder)?;
    Ok(manifest)
}

fn duplicates(care: &Care, code: u16) -> Vec<[String; 2]> {
    let pairs = care.records.rows().filter_map(|(id, record)| Some((record.duplicate_of?, id)));
    pairs.map(|(first, second)| [la_child_id(code, first), la_child_id(code, second)]).collect()
}

/// Pairs of spells of which the second begins within a fortnight of the first's end, outside the summer.
fn moves(world: &World) -> u32 {
    let of_person = |person| {
        let stints = world.stints(person);
        let pairs = stints.iter().zip(stints.iter().skip(1));
        pairs.filter(|(a, b)| a.leaving.is_some_and(|leaving| b.entry - leaving <= 14)).count() as u32
    };
    world.people.rows().map(|(_, person)| of_person(person)).sum()
}

fn successions(world: &World) -> Vec<Succession> {
    let laestab = |number: u16| format!("{:03}{number:04}", world.authority.code);
    gias::successions(&world.sites)
        .into_iter()
        .map(|(from, to, merger)| Succession {
            from_urn: from.urn,
            to_urn: to.urn,
            from_laestab: laestab(from.number),
            to_laestab: laestab(to.number),
            opened: to.opened.map_or_else(String::new, |day| day.to_string()),
            merger,
        })
        .collect()
}

fn save(manifest: &AuthorityManifest, folder: &Path) -> Result<(), DemoError> {
    let mut output = Output::create(folder, "manifest.json")?;
    let path = output.path();
    let mut text = serde_json::to_vec_pretty(manifest)?;
    text.push(b'\n');
    std::io::Write::write_all(&mut output, &text).map_err(DemoError::at(path))?;
    output.finish(1).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{schools, successions};

    #[test]
    fn every_authority_keeps_to_its_own_urns() {
        let plan = Plan::england(3);
        let window = Window::around(2018, 2020);
        let figures = Figures::load().unwrap();
        let mut last = FIRST_URN;
        let mut schools_in_england = 0;
        for job in jobs(&plan).unwrap() {
            let population = figures.population(&job.authority).unwrap();
            let mut stream = Stream::new(3, job.authority.code, "schools");
            let mut sites = schools::build(&mut stream, &job.authority, population, job.first_urn);
            successions::arrange(&mut stream, &mut sites, window, job.first_urn);
            let urns: Vec<u32> =
                sites.rows().flat_map(|(_, site)| site.establishments.iter().map(|e| e.urn)).collect();
            let (low, high) = (*urns.iter().min().unwrap(), *urns.iter().max().unwrap());
            assert!(low >= last && low == job.first_urn, "{}: {low} after {last}", job.authority.name);
            assert!(high < job.first_urn + urns_kept(population), "{}: {high}", job.authority.name);
            let distinct: std::collections::BTreeSet<_> = urns.iter().collect();
            assert_eq!(distinct.len(), urns.len(), "{}", job.authority.name);
            last = high + 1;
            schools_in_england += sites.len();
        }
        assert!(last <= 1_000_000, "{last}");
        assert!((22_000..26_000).contains(&schools_in_england), "{schools_in_england}");
    }
}
