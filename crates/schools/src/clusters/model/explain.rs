//! From a network to a choice with its reasons.

use super::{
    Alternative, Answer, Basis, Choice, Cluster, Contested, Head, Left, LeftOut, Link, Member, Moves,
    Network, Problem, Proof, Settings, Site, Variation, network, optimum::NOTHING, solve,
};
use crate::clusters::model::Decision;
use std::collections::{BTreeMap, BTreeSet};

/// Secondaries and contested schools above which no search is tried.
const LARGEST: usize = 2_000;
/// Clusters for which the best choice without them is looked for.
const WITHOUT: usize = 12;
/// Other settings that are tried, at most.
const VARIATIONS: u32 = 6;

/// Whether a search goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Go on.
    On,
    /// Stop after the search that runs.
    Stop,
}

/// Chooses, and says why. `seconds` is the longest that all searches together may take: half for the choice itself, the
/// rest for what else there might be.
pub fn choose(
    sites: &[Site],
    moves: &Moves,
    decisions: &BTreeMap<(u32, u32), Decision>,
    settings: &Settings,
    seconds: f64,
) -> Choice {
    let mut steps = Steps { done: 0, total: 1, tell: &|_, _| Go::On };
    search(sites, moves, decisions, settings, seconds, &mut steps).0
}

/// [`choose`], telling before each search how many are done and how many there will be. `None` where the answer was to stop.
pub fn choose_and_tell(
    sites: &[Site],
    moves: &Moves,
    decisions: &BTreeMap<(u32, u32), Decision>,
    settings: &Settings,
    seconds: f64,
    tell: &dyn Fn(u64, u64) -> Go,
) -> Option<Choice> {
    let mut steps = Steps { done: 0, total: WITHOUT as u64 + u64::from(VARIATIONS) + 1, tell };
    let (choice, go) = search(sites, moves, decisions, settings, seconds, &mut steps);
    (go == Go::On).then_some(choice)
}

/// How many searches are done.
struct Steps<'a> {
    done: u64,
    total: u64,
    tell: &'a dyn Fn(u64, u64) -> Go,
}

impl Steps<'_> {
    /// Before a search.
    fn next(&mut self) -> Go {
        let go = (self.tell)(self.done, self.total);
        self.done += 1;
        go
    }
}

fn search(
    sites: &[Site],
    moves: &Moves,
    decisions: &BTreeMap<(u32, u32), Decision>,
    settings: &Settings,
    seconds: f64,
    steps: &mut Steps<'_>,
) -> (Choice, Go) {
    let net = network(sites, moves, decisions, settings);
    let everywhere = sites.iter().filter(|site| !site.closed).map(|site| site.need).sum();
    let mut choice = Choice {
        clusters: vec![],
        reached: 0.0,
        held: 0.0,
        everywhere,
        places: u64::from(settings.workers) * u64::from(settings.children_per_worker),
        proof: Proof::Optimal,
        next_best: None,
        variations: vec![],
        not_chosen: vec![],
        left: net.left.clone(),
        notes: notes(sites, moves, &net, settings),
        nothing: nothing(&net, everywhere, settings),
    };
    let problem = problem(&net, settings);
    if choice.nothing.is_some() {
        return (choice, Go::On);
    }
    if steps.next() == Go::Stop {
        return (choice, Go::Stop);
    }
    let Some(answer) = solve(&problem, seconds / 2.0) else {
        choice.nothing = Some(
            "No choice is possible: more secondaries must be chosen than clusters, workers and schools allow.".to_owned(),
        );
        return (choice, Go::On);
    };
    let others = u32::try_from(answer.chosen.len().min(WITHOUT)).unwrap_or(12) + VARIATIONS;
    steps.total = u64::from(others) + 1;
    let each = seconds / 2.0 / f64::from(others);
    fill(&mut choice, &net, &problem, &answer, settings);
    let mut go = without(&mut choice, &net, &problem, &answer, each, steps);
    if go == Go::On {
        (choice.variations, go) = vary(sites, moves, decisions, settings, &answer, &net, (each, steps));
    }
    (choice, go)
}

fn nothing(net: &Network, everywhere: f64, settings: &Settings) -> Option<String> {
    let unknown: Vec<String> = settings
        .must
        .iter()
        .filter(|urn| !net.heads.iter().any(|head| head.urn == **urn))
        .map(u32::to_string)
        .collect();
    if net.heads.is_empty() {
        Some("The register lists no open secondary or all-through school, so there is nothing around which to make a cluster.".to_owned())
    } else if net.heads.len() + net.members.len() > LARGEST {
        Some(format!("There are more than {LARGEST} schools, which is more than one choice is made for."))
    } else if settings.workers == 0 {
        Some("There is no social worker, so no cluster can have one. Enter how many there are.".to_owned())
    } else if everywhere <= NOTHING {
        Some("No child of any school was counted in these years, so no cluster has more need than another. Import the returns and rolls, or count other children.".to_owned())
    } else if !unknown.is_empty() {
        Some(format!("Among those that must be chosen, {} is no open secondary here.", unknown.join(", ")))
    } else if settings.must.len() > settings.workers as usize {
        Some("More secondaries must be chosen than there are social workers.".to_owned())
    } else if net.heads.iter().all(|head| settings.never.contains(&head.urn)) {
        Some("Every secondary is among those that may not be chosen.".to_owned())
    } else {
        None
    }
}

fn notes(sites: &[Site], moves: &Moves, net: &Network, settings: &Settings) -> Vec<String> {
    let mut notes = Vec::new();
    let by_distance =
        net.members.iter().filter(|(_, links)| links.iter().any(|link| link.basis == Basis::Distance));
    let by_distance = by_distance.count();
    match moves.rolls {
        0 => notes.push("No roll was imported, so no pupil can be followed: each primary goes with the nearest secondary.".to_owned()),
        1 => notes.push("Rolls of one academic year only were imported, and a move needs two: each primary goes with the nearest secondary.".to_owned()),
        _ if moves.years.is_empty() => notes.push("No two rolls are of academic years that follow each other, so no move can be seen: each primary goes with the nearest secondary.".to_owned()),
        _ if moves.pairs.is_empty() => notes.push("No pupil of a primary’s roll was on a secondary’s roll the year after: each primary goes with the nearest secondary.".to_owned()),
        _ if by_distance > 0 => notes.push(format!(
            "{by_distance} {} fewer than {} pupils who moved on to a secondary here, which says too little, so the nearest secondary was taken.",
            if by_distance == 1 { "primary has" } else { "primaries have" },
            settings.few_moves
        )),
        _ => {}
    }
    let most = settings.clusters.min(settings.workers) as usize;
    let may = net.heads.iter().filter(|head| !settings.never.contains(&head.urn)).count();
    if may < settings.clusters as usize && may > 0 {
        notes.push(format!(
            "You asked for {} clusters, but there are only {may} secondaries to choose from.",
            settings.clusters
        ));
    } else if most < settings.clusters as usize && settings.workers > 0 {
        notes.push(format!(
            "You asked for {} clusters, but each needs a worker and there are only {}.",
            settings.clusters, settings.workers
        ));
    }
    let nowhere = sites.iter().filter(|site| !site.closed && site.at.is_none()).count();
    if nowhere > 0 {
        notes.push(format!(
            "The register gives {nowhere} {} no place on the map; their distance was not checked.",
            if nowhere == 1 { "school" } else { "schools" }
        ));
    }
    for (site, links) in &net.members {
        if let [first, second, ..] = links.as_slice()
            && first.basis == Basis::Moves
            && first.moved == second.moved
        {
            let name = |link: &Link| name_of(net, link.secondary);
            notes.push(format!(
                "{} sends as many pupils to {} as to {}. Where both are chosen it goes with the nearer, unless only the other has places left.",
                site.name,
                name(first),
                name(second)
            ));
        }
    }
    notes
}

fn name_of(net: &Network, urn: u32) -> String {
    net.heads
        .iter()
        .find(|head| head.urn == urn)
        .map_or_else(|| format!("URN {urn}"), |head| head.name.clone())
}

fn problem(net: &Network, settings: &Settings) -> Problem {
    let place = |urn: u32| net.heads.iter().position(|head| head.urn == urn);
    let mut heads: Vec<Head> =
        net.heads.iter().map(|head| Head { urn: head.urn, need: head.need.max(0.0) }).collect();
    let mut contested = Vec::new();
    for (site, links) in &net.members {
        let options: Vec<usize> = links.iter().filter_map(|link| place(link.secondary)).collect();
        match options.as_slice() {
            [] => {}
            [one] => {
                if let Some(head) = heads.get_mut(*one) {
                    head.need += site.need.max(0.0);
                }
            }
            _ => contested.push(Contested { urn: site.urn, need: site.need.max(0.0), options }),
        }
    }
    let places = |urns: &BTreeSet<u32>| urns.iter().filter_map(|urn| place(*urn)).collect::<Vec<_>>();
    Problem {
        heads,
        contested,
        clusters: settings.clusters as usize,
        workers: settings.workers,
        per_worker: f64::from(settings.children_per_worker),
        must: places(&settings.must),
        never: places(&settings.never),
    }
}

/// The secondary, by place, that a member goes with under an answer.
fn goes_with(
    net: &Network,
    problem: &Problem,
    answer: &Answer,
    site: &Site,
    links: &[Link],
) -> Option<usize> {
    let place = |urn: u32| net.heads.iter().position(|head| head.urn == urn);
    match links {
        [one] => place(one.secondary).filter(|place| answer.chosen.contains(place)),
        _ => {
            let at = problem.contested.iter().position(|school| school.urn == site.urn)?;
            answer.joined.get(at).copied().flatten()
        }
    }
}

fn fill(choice: &mut Choice, net: &Network, problem: &Problem, answer: &Answer, settings: &Settings) {
    let mut clusters: BTreeMap<usize, Cluster> = BTreeMap::new();
    for (place, workers) in answer.chosen.iter().zip(&answer.workers) {
        let Some(head) = net.heads.get(*place) else { continue };
        clusters.insert(
            *place,
            Cluster {
                urn: head.urn,
                name: head.name.clone(),
                kind: head.kind,
                own_need: head.need,
                need: head.need,
                workers: *workers,
                reached: 0.0,
                members: vec![],
                must: settings.must.contains(&head.urn),
                without: None,
            },
        );
    }
    for (site, links) in &net.members {
        let with = goes_with(net, problem, answer, site, links);
        let cluster = with.and_then(|place| clusters.get_mut(&place));
        let (Some(cluster), Some(place)) = (cluster, with) else {
            choice.left.push(LeftOut { urn: site.urn, name: site.name.clone(), why: Left::NotChosen });
            continue;
        };
        let here = net.heads.get(place).map(|head| head.urn);
        let Some(link) = links.iter().find(|link| Some(link.secondary) == here) else { continue };
        let chosen = |urn: u32| {
            answer.chosen.iter().any(|place| net.heads.get(*place).is_some_and(|head| head.urn == urn))
        };
        let also = links.iter().filter(|other| Some(other.secondary) != here && chosen(other.secondary));
        cluster.need += site.need;
        cluster.members.push(Member {
            urn: site.urn,
            name: site.name.clone(),
            kind: site.kind,
            need: site.need,
            link: link.clone(),
            also: also.map(|other| name_of(net, other.secondary)).collect(),
        });
    }
    let mut clusters: Vec<Cluster> = clusters.into_values().collect();
    for cluster in &mut clusters {
        let places = f64::from(cluster.workers) * f64::from(settings.children_per_worker);
        cluster.reached = cluster.need.min(places);
        cluster.members.sort_by(|a, b| (a.kind, &a.name, a.urn).cmp(&(b.kind, &b.name, b.urn)));
    }
    clusters.sort_by(|a, b| b.need.total_cmp(&a.need).then(a.urn.cmp(&b.urn)));
    choice.reached = answer.reached;
    choice.held = answer.held;
    choice.proof = answer.proof;
    choice.not_chosen = net
        .heads
        .iter()
        .zip(&problem.heads)
        .enumerate()
        .filter(|(place, _)| !answer.chosen.contains(place))
        .map(|(_, (head, with))| (head.urn, head.name.clone(), with.need))
        .collect();
    choice.not_chosen.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    choice.clusters = clusters;
    choice.left.sort_by(|a, b| (&a.name, a.urn).cmp(&(&b.name, b.urn)));
}

fn names(net: &Network, these: &[usize], not_those: &[usize]) -> Vec<String> {
    let only = these.iter().filter(|place| !not_those.contains(place));
    only.filter_map(|place| net.heads.get(*place)).map(|head| head.name.clone()).collect()
}

fn without(
    choice: &mut Choice,
    net: &Network,
    problem: &Problem,
    answer: &Answer,
    each: f64,
    steps: &mut Steps<'_>,
) -> Go {
    let mut best: Option<(f64, Alternative)> = None;
    let asked: Vec<u32> = choice.clusters.iter().take(WITHOUT).map(|cluster| cluster.urn).collect();
    for urn in asked {
        let Some(place) = net.heads.iter().position(|head| head.urn == urn) else { continue };
        if problem.must.contains(&place) {
            continue;
        }
        if steps.next() == Go::Stop {
            return Go::Stop;
        }
        let mut other = problem.clone();
        other.never.push(place);
        let Some(found) = solve(&other, each) else { continue };
        let alternative = Alternative {
            gains: names(net, &found.chosen, &answer.chosen),
            loses: names(net, &answer.chosen, &found.chosen),
            costs: answer.reached - found.reached,
            holds_fewer: answer.held - found.held,
            proof: found.proof,
        };
        if best.as_ref().is_none_or(|(score, _)| found.score() > *score) {
            best = Some((found.score(), alternative.clone()));
        }
        if let Some(cluster) = choice.clusters.iter_mut().find(|cluster| cluster.urn == urn) {
            cluster.without = Some(alternative);
        }
    }
    choice.next_best = best.map(|(_, alternative)| alternative);
    Go::On
}

fn vary(
    sites: &[Site],
    moves: &Moves,
    decisions: &BTreeMap<(u32, u32), Decision>,
    settings: &Settings,
    answer: &Answer,
    net: &Network,
    (each, steps): (f64, &mut Steps<'_>),
) -> (Vec<Variation>, Go) {
    let mut others: Vec<(String, Settings)> = Vec::new();
    let counted = |number: u32, one: &str, many: &str| {
        if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
    };
    for clusters in [settings.clusters.saturating_sub(1), settings.clusters + 1] {
        if clusters > 0 && clusters as usize >= settings.must.len() {
            others
                .push((counted(clusters, "cluster", "clusters"), Settings { clusters, ..settings.clone() }));
        }
    }
    for workers in [settings.workers.saturating_sub(1), settings.workers + 1] {
        if workers > 0 {
            others.push((
                counted(workers, "social worker", "social workers"),
                Settings { workers, ..settings.clone() },
            ));
        }
    }
    for times in [0.5, 2.0] {
        let distance_km = settings.distance_km * times;
        others.push((format!("at most {distance_km} km away"), Settings { distance_km, ..settings.clone() }));
    }
    let mut variations = Vec::new();
    for (what, other) in others {
        if steps.next() == Go::Stop {
            return (variations, Go::Stop);
        }
        // Secondaries are the same under every setting, and so are their places.
        let its = network(sites, moves, decisions, &other);
        let its_problem = problem(&its, &other);
        let Some(found) = solve(&its_problem, each) else { continue };
        let members = its.members.iter();
        let members = members
            .filter(|(site, links)| goes_with(&its, &its_problem, &found, site, links).is_some())
            .count();
        variations.push(Variation {
            what,
            comes: names(net, &found.chosen, &answer.chosen),
            goes: names(net, &answer.chosen, &found.chosen),
            schools: found.chosen.len() + members,
            reached: found.reached,
            held: found.held,
            proof: found.proof,
        });
    }
    (variations, Go::On)
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
