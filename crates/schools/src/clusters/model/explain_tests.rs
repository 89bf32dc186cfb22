//! Choices on schools that are easy to think of.

use super::*;
use crate::figures::Kind;

fn site(urn: u32, kind: Kind, at: Option<(f64, f64)>, need: f64) -> Site {
    Site { urn, name: format!("School {urn}"), kind, closed: false, at, need }
}

/// Three secondaries in a row, 10 km apart (1, 2, 3), and two primaries beside each (11, 12, 21, 22, 31, 32).
fn schools() -> Vec<Site> {
    let mut all = Vec::new();
    for head in 1..=3_u32 {
        let x = 10_000.0 * f64::from(head);
        all.push(site(head, Kind::Secondary, Some((x, 0.0)), 10.0 * f64::from(head)));
        all.push(site(10 * head + 1, Kind::Primary, Some((x, 1_000.0)), 4.0));
        all.push(site(10 * head + 2, Kind::Primary, Some((x, -2_000.0)), 2.0));
    }
    all
}

fn moves(pairs: &[(u32, u32, u64)]) -> Moves {
    Moves {
        years: vec!["2018-19 to 2019-20".to_owned()],
        pairs: pairs.iter().map(|(from, to, pupils)| ((*from, *to), vec![*pupils])).collect(),
        rolls: 2,
    }
}

fn feeders() -> Moves {
    moves(&[(11, 1, 30), (12, 1, 25), (21, 2, 30), (22, 2, 20), (22, 3, 3), (31, 3, 40), (32, 3, 11)])
}

fn settings() -> Settings {
    Settings { clusters: 2, workers: 4, ..Settings::default() }
}

fn chosen(choice: &Choice) -> Vec<u32> {
    choice.clusters.iter().map(|cluster| cluster.urn).collect()
}

fn simple(sites: &[Site], moves: &Moves, settings: &Settings) -> Choice {
    choose(sites, moves, &BTreeMap::new(), settings, 10.0)
}

#[test]
fn the_largest_two_are_chosen_with_reasons_and_the_next_best() {
    let choice = simple(&schools(), &feeders(), &settings());
    assert_eq!(
        (chosen(&choice), choice.nothing.as_deref(), choice.proof),
        (vec![3, 2], None, Proof::Optimal)
    );
    assert_eq!((choice.reached, choice.held, choice.schools()), (60.0, 62.0, 6));
    let third = &choice.clusters[0];
    assert_eq!((third.workers, third.members.len(), third.by(Basis::Moves)), (2, 2, 2));
    assert!(
        third.reason().contains(
            "hold about 36 children at one time, of whom 34 fall within the places of its 2 workers"
        )
    );
    // Without 3: 1 and 2 hold 42, all within four workers' places.
    let without = third.without.as_ref().unwrap();
    assert_eq!(
        (&without.gains, &without.loses, without.costs),
        (&vec!["School 1".to_owned()], &vec!["School 3".to_owned()], 18.0)
    );
    // The next best of all leaves out 2: 16 and 36 children, 16 + 36 within 1 + 3 workers' places.
    let next = choice.next_best.as_ref().unwrap();
    assert_eq!((&next.loses, next.costs, next.holds_fewer), (&vec!["School 2".to_owned()], 8.0, 10.0));
    assert!(next.difference().starts_with("8.0 fewer"));
    let one = choice.variations.iter().find(|other| other.what == "1 cluster").unwrap();
    assert_eq!((&one.goes, one.schools), (&vec!["School 2".to_owned()], 3));
    assert!(choice.left.iter().all(|left| left.why == Left::NotChosen) && choice.left.len() == 2);
}

#[test]
fn small_shares_make_no_feeder_and_few_moves_are_decided_by_distance() {
    let net = network(&schools(), &feeders(), &BTreeMap::new(), &settings());
    let links = |urn: u32| net.members.iter().find(|(site, _)| site.urn == urn).unwrap().1.clone();
    assert_eq!(links(22).len(), 1, "3 of 23 is below 15 percent");
    assert_eq!((links(31)[0].basis, links(31)[0].share()), (Basis::Moves, Some(1.0)));
    let few = network(&schools(), &moves(&[(11, 3, 9)]), &BTreeMap::new(), &settings());
    let link = few.members.iter().find(|(site, _)| site.urn == 11).unwrap().1[0].clone();
    assert_eq!(
        (link.secondary, link.basis, link.km),
        (1, Basis::Distance, Some(1.0)),
        "nine pupils are too few"
    );
}

#[test]
fn no_moves_one_roll_and_no_roll_are_said() {
    for (moves, words) in [
        (Moves::default(), "No roll was imported"),
        (Moves { rolls: 1, ..Moves::default() }, "one academic year only"),
        (Moves { rolls: 2, ..Moves::default() }, "No two rolls are of academic years that follow"),
        (moves(&[]), "No pupil of a primary’s roll"),
    ] {
        let choice = simple(&schools(), &moves, &settings());
        assert!(choice.notes[0].contains(words), "{:?}", choice.notes);
        assert_eq!(chosen(&choice), [3, 2]);
        assert!(choice.clusters.iter().all(|cluster| cluster.by(Basis::Distance) == 2));
    }
}

#[test]
fn a_school_too_far_away_is_left_out_and_one_without_a_place_is_kept_by_its_moves() {
    let mut sites = schools();
    let near = Settings { distance_km: 1.5, ..settings() };
    let choice = simple(&sites, &feeders(), &near);
    let far = choice.left.iter().find(|left| left.urn == 32).unwrap();
    assert_eq!(far.why, Left::TooFar(3, 2.0));
    assert!(far.why.words(|urn| format!("School {urn}")).contains("Too far from School 3: 2.0 km"));
    for site in &mut sites {
        site.at = None;
    }
    let choice = simple(&sites, &feeders(), &near);
    assert_eq!((choice.schools(), choice.left.len()), (6, 2));
    assert!(
        choice.notes.iter().any(|note| note.contains("9 schools no place on the map")),
        "{:?}",
        choice.notes
    );
    let nowhere = simple(&sites, &moves(&[]), &near);
    assert!(nowhere.left.iter().all(|left| left.why == Left::NoPlace) && nowhere.left.len() == 6);
    assert_eq!(chosen(&nowhere), [3, 2], "secondaries alone");
}

#[test]
fn people_add_and_refuse_links() {
    let mut sites = schools();
    sites.push(site(90, Kind::PupilReferralUnit, Some((90_000.0, 0.0)), 6.0));
    let bare = simple(&sites, &feeders(), &settings());
    assert_eq!(bare.left.iter().find(|left| left.urn == 90).unwrap().why, Left::ByHand);
    let decisions: BTreeMap<_, _> = [
        ((2, 90), Decision::Add),
        ((3, 31), Decision::Refuse),
        ((2, 11), Decision::Add),
        ((3, 32), Decision::AsFound),
    ]
    .into();
    let choice = choose(&sites, &feeders(), &decisions, &settings(), 10.0);
    let second = choice.clusters.iter().find(|cluster| cluster.urn == 2).unwrap();
    let by_hand: Vec<u32> = second
        .members
        .iter()
        .filter(|member| member.link.basis == Basis::Hand)
        .map(|member| member.urn)
        .collect();
    assert_eq!(
        by_hand,
        [11, 90],
        "the unit however far it is, and the primary although its pupils go elsewhere"
    );
    assert_eq!(choice.left.iter().find(|left| left.urn == 31).unwrap().why, Left::Refused);
    assert!(choice.clusters.iter().any(|cluster| cluster.members.iter().any(|member| member.urn == 32)));
}

#[test]
fn a_primary_that_feeds_two_equally_is_said_and_goes_to_the_nearer() {
    let mut sites = schools();
    sites.push(site(41, Kind::Primary, Some((24_000.0, 0.0)), 3.0));
    let mut even = feeders();
    even.pairs.insert((41, 2), vec![10]);
    even.pairs.insert((41, 3), vec![10]);
    let wide = Settings { distance_km: 10.0, workers: 10, ..settings() };
    let choice = simple(&sites, &even, &wide);
    let member =
        choice.clusters.iter().flat_map(|cluster| &cluster.members).find(|member| member.urn == 41).unwrap();
    assert_eq!((member.link.secondary, &member.also), (2, &vec!["School 3".to_owned()]));
    assert!(
        choice
            .notes
            .iter()
            .any(|note| note.contains("School 41 sends as many pupils to School 2 as to School 3"))
    );
    assert_eq!(choice.schools(), 7, "it is in one cluster only");
}

#[test]
fn what_cannot_be_chosen_is_said_in_words() {
    let words =
        |sites: &[Site], settings: &Settings| simple(sites, &feeders(), settings).nothing.unwrap_or_default();
    assert!(words(&[site(11, Kind::Primary, None, 5.0)], &settings()).contains("no open secondary"));
    assert!(words(&[], &settings()).contains("no open secondary"));
    assert!(words(&schools(), &Settings { workers: 0, ..settings() }).contains("There is no social worker"));
    let mut calm = schools();
    for site in &mut calm {
        site.need = 0.0;
    }
    assert!(words(&calm, &settings()).contains("No child of any school was counted"));
    assert!(
        words(&schools(), &Settings { must: [99].into(), ..settings() }).contains("99 is no open secondary")
    );
    assert!(
        words(&schools(), &Settings { never: [1, 2, 3].into(), ..settings() }).contains("may not be chosen")
    );
    let all = simple(&schools(), &feeders(), &Settings { clusters: 9, workers: 9, ..settings() });
    assert_eq!(all.clusters.len(), 3);
    assert!(all.notes.iter().any(|note| note.contains("there are only 3 secondaries")), "{:?}", all.notes);
    let one = simple(&schools(), &feeders(), &Settings { clusters: 3, workers: 1, ..settings() });
    assert_eq!(chosen(&one), [3]);
    assert!(one.notes.iter().any(|note| note.contains("each needs a worker and there are only 1")));
}

#[test]
fn closed_schools_are_left_out_and_head_no_cluster() {
    let mut sites = schools();
    for site in &mut sites {
        site.closed = matches!(site.urn, 3 | 21);
    }
    let choice = simple(&sites, &feeders(), &settings());
    assert_eq!(chosen(&choice), [2, 1]);
    assert_eq!(choice.left.iter().find(|left| left.urn == 21).unwrap().why, Left::Closed);
    let orphan = choice.left.iter().find(|left| left.urn == 31).unwrap();
    assert!(
        matches!(orphan.why, Left::TooFar(2, km) if (km - 10.05).abs() < 0.01),
        "its secondary closed, and the next is too far: {:?}",
        orphan.why
    );
}

#[test]
fn two_equally_good_choices_are_left_to_people() {
    let mut sites = schools();
    sites[0].need = 20.0;
    let choice = simple(&sites, &feeders(), &Settings { clusters: 2, workers: 10, ..settings() });
    assert!(choice.next_best.unwrap().difference().contains("people must decide"));
}

#[test]
fn a_sealed_plan_shows_any_change() {
    let plan = crate::clusters::model::Frozen {
        form: crate::clusters::model::Frozen::form(),
        organisation: "A council".to_owned(),
        title: "Spring".to_owned(),
        why: "Need".to_owned(),
        by: "Somebody".to_owned(),
        at: chrono::DateTime::from_timestamp(1_560_000_000, 0).unwrap(),
        chosen_at: None,
        years: vec!["2018-19".to_owned()],
        figures_hash: String::new(),
        links_hash: String::new(),
        settings: settings(),
        places: crate::clusters::model::Frozen::places_of(&schools()),
        choice: simple(&schools(), &feeders(), &settings()),
    };
    let sealed = plan.clone().seal().unwrap();
    assert!(sealed.is_sound());
    assert_eq!(
        serde_json::from_str::<crate::clusters::model::Frozen>(&sealed.text).unwrap(),
        plan,
        "it reads back"
    );
    assert_eq!(plan.seal().unwrap().content_hash, sealed.content_hash, "and hashes the same again");
    let mut changed = sealed.clone();
    changed.text = changed.text.replace("Spring", "Autumn");
    assert!(!changed.is_sound());
}
