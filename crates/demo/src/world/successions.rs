//! Schools that become academies and schools that merge: the reason why URNs must be followed.

use crate::calendar::Day;
use crate::random::Stream;
use crate::table::{Id, Table};

use super::Window;
use super::schools::{Establishment, Governance, Merger, Numbers, Phase, Site};

/// New URNs and numbers for successors start this far above the authority's first.
const SUCCESSOR_OFFSET: u32 = 20;

/// Lets about one maintained school in twelve convert within the window, half of them under a new LAESTAB,
/// and two primaries merge. Authorities with a worked example have one conversion of each kind inside their
/// clusters.
pub(crate) fn arrange(stream: &mut Stream, sites: &mut Table<Site>, window: Window, first_urn: u32) {
    let mut numbers = Numbers::from(first_urn + sites.len() as u32 + SUCCESSOR_OFFSET);
    let first_year = window.start.school_year() + 1;
    let years = window.end.school_year() - first_year;
    let maintained = |site: &Site| {
        matches!(site.phase, Phase::Primary | Phase::Secondary)
            && site.establishments.iter().all(|e| {
                matches!(
                    e.governance,
                    Governance::Community | Governance::VoluntaryAided | Governance::Foundation
                )
            })
    };
    let mut candidates: Vec<Id<Site>> = sites.ids().filter(|&id| maintained(&sites[id])).collect();
    stream.shuffle(&mut candidates);
    // Worked examples first, so that they always show one of each kind.
    candidates.sort_by_key(|&id| sites[id].cluster.is_none());
    let clustered = candidates.iter().filter(|&&id| sites[id].cluster.is_some()).count();
    let elsewhere = ((candidates.len() - clustered) as f64 / 12.0).ceil() as usize;
    let converting =
        candidates.iter().take(clustered.min(2)).chain(candidates.iter().skip(clustered).take(elsewhere));
    for (place, &id) in converting.enumerate() {
        let year = first_year + stream.between(0, years.max(1));
        let (month, day) = [(9, 1), (11, 1), (2, 1), (4, 1)].get(stream.below(4)).copied().unwrap_or((9, 1));
        let from = Day::of(if month < 9 { year + 1 } else { year }, month, day);
        let keeps_number = place % 2 == 0;
        convert(&mut sites[id], from, keeps_number, &mut numbers);
    }
    let free: Vec<Id<Site>> = candidates
        .iter()
        .copied()
        .filter(|&id| {
            let site = &sites[id];
            site.phase == Phase::Primary && site.cluster.is_none() && site.establishments.len() == 1
        })
        .collect();
    if let (Some(&one), Some(&other)) = (free.first(), free.get(1)) {
        merge(sites, one, other, first_year + 2.min(years.max(0)), &mut numbers);
    }
}

/// Closes the maintained school and opens an academy on the same site.
fn convert(site: &mut Site, from: Day, keeps_number: bool, numbers: &mut Numbers) {
    let phase = site.phase;
    let Some(old) = site.establishments.last_mut() else { return };
    old.closed = Some(from + -1);
    // Successors take numbers from the upper half of their kind's range, which new schools never reach.
    let number = if keeps_number { old.number } else { numbers.number(phase) + 900 };
    let academy = Establishment {
        urn: numbers.urn(),
        number,
        name: old.name.clone(),
        governance: Governance::Converter,
        opened: Some(from),
        closed: None,
    };
    site.establishments.push(academy);
}

/// Closes two primaries at the end of August and opens one school for both.
fn merge(sites: &mut Table<Site>, one: Id<Site>, other: Id<Site>, school_year: i32, numbers: &mut Numbers) {
    let opens = Day::of(school_year, 9, 1);
    for id in [one, other] {
        if let Some(last) = sites[id].establishments.last_mut() {
            last.closed = Some(opens + -1);
        }
    }
    let (a, b) = (&sites[one], &sites[other]);
    let name = a.latest().map_or_else(String::new, |e| e.name.replace(" Primary School", ""));
    let word = name.split_whitespace().next().unwrap_or("Merrow");
    let joined = Site {
        phase: Phase::Primary,
        intake: a.intake + b.intake,
        sixth_form: false,
        easting: a.easting,
        northing: a.northing,
        postcode: a.postcode.clone(),
        poverty: (a.poverty + b.poverty) / 2.0,
        need: (a.need + b.need) / 2.0,
        feeds: a.feeds,
        cluster: None,
        merges: None,
        opens: Some(school_year),
        establishments: vec![Establishment {
            urn: numbers.urn(),
            number: numbers.number(Phase::Primary) + 900,
            name: format!("{word} United Primary School"),
            governance: Governance::Community,
            opened: Some(opens),
            closed: None,
        }],
    };
    let into = sites.push(joined);
    for id in [one, other] {
        sites[id].merges = Some(Merger { into, school_year });
    }
}
