//! Tests of the rules, on invented schools.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::{
    counts::model::{
        measure::{MEASURES, Measure},
        table::{Coverage, WindowFacts},
        window::Window,
    },
    figures::{Figures, Kind, School},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn facts(opening: i32) -> WindowFacts {
    WindowFacts {
        window: Window::census_year(opening),
        census: None,
        free_meals: false,
        covered: Coverage::Whole,
        repeats: true,
    }
}

/// A school with so many pupils, percent of free meals and section 47 enquiries in the latest year and the one before.
fn school(urn: u32, kind: Kind, pupils: u32, meals: f64, enquiries: [u64; 2]) -> School {
    School {
        urn,
        name: format!("School {urn}"),
        kind,
        closed: false,
        open_date: None,
        close_date: None,
        low_age: None,
        high_age: None,
        register_pupils: Some(pupils),
        register_free_meals: Some(meals),
        easting: None,
        northing: None,
        previous: vec![],
        counts: enquiries
            .map(|count| {
                let mut counts = [0; MEASURES];
                counts[Measure::Enquiries.index()] = count;
                counts
            })
            .to_vec(),
    }
}

/// Two chosen primaries (1, 2), one chosen secondary (3), and candidates of which 11, 12 and 13 are their likes.
fn figures() -> Figures {
    use Kind::{Primary, Secondary, Special};
    Figures {
        windows: vec![facts(2017), facts(2016)],
        schools: vec![
            school(1, Primary, 400, 40.0, [12, 10]),
            school(2, Primary, 210, 20.0, [4, 5]),
            school(3, Secondary, 1100, 35.0, [30, 28]),
            school(11, Primary, 410, 41.0, [12, 11]),
            school(12, Primary, 205, 19.0, [4, 4]),
            school(13, Secondary, 1080, 34.0, [29, 27]),
            school(14, Secondary, 700, 10.0, [5, 6]),
            school(15, Primary, 620, 5.0, [1, 2]),
            school(16, Primary, 90, 60.0, [0, 1]),
            school(17, Special, 80, 50.0, [3, 3]),
        ],
        sources: vec![],
    }
}

fn settings() -> Settings {
    Settings {
        starts_on: day("2018-09-01"),
        windows: vec!["2017-18".to_owned(), "2016-17".to_owned()],
        measure: "section_47_enquiries".to_owned(),
        rate: RateKind::Crude,
        covariates: Covariate::ALL.to_vec(),
        treated: vec![1, 2, 3],
        excluded: vec![],
        each: 1,
        exact: vec![],
        calipers: vec![],
        plan: None,
    }
}

fn matches(outcome: &Outcome) -> Vec<(u32, Vec<u32>)> {
    let urns = |group: &Group| group.matches.iter().map(|one| one.urn).collect();
    outcome.groups.iter().map(|group| (group.treated, urns(group))).collect()
}

#[test]
fn likes_are_found_within_their_kind() {
    for rate in [RateKind::Crude, RateKind::Shrunk] {
        let outcome = run(&figures(), &Settings { rate, ..settings() }).unwrap();
        assert_eq!(matches(&outcome), [(1, vec![11]), (2, vec![12]), (3, vec![13])], "{rate:?}");
        assert_eq!(outcome.sizes(), (3, 6));
        assert_eq!(outcome.left_out.len(), 1);
        assert_eq!(outcome.left_out[0].reason, "Special school: none was chosen");
        let size = &outcome.balance[1];
        assert!(
            (size.treated - 570.0).abs() < 1e-9 && size.after.unwrap().abs() < size.before.unwrap().abs()
        );
        let share = outcome.balance.iter().find(|row| row.name == "Share of primary schools").unwrap();
        assert_eq!(share.after, Some(0.0), "kinds are matched exactly");
    }
}

#[test]
fn the_crude_rate_and_trend_are_what_they_say() {
    let outcome = run(&figures(), &settings()).unwrap();
    let one = outcome.unit(1).unwrap();
    assert!((one.values[0] - 30.0).abs() < 1e-9, "12 of 400");
    assert!((one.values[3] - 5.0).abs() < 0.02, "from 25 to 30 for each 1,000 in a year: {}", one.values[3]);
}

#[test]
fn a_school_left_out_is_not_compared_with_and_says_why() {
    let excluded = vec![Exclusion { urn: 11, reason: " its cluster has high need ".to_owned() }];
    let outcome = run(&figures(), &Settings { excluded, ..settings() }).unwrap();
    assert!(outcome.unit(11).is_none());
    let out = outcome.left_out.iter().find(|one| one.urn == 11).unwrap();
    assert!(out.by_hand && out.reason == "its cluster has high need");
}

#[test]
fn a_caliper_leaves_a_school_without_match_and_names_itself() {
    let calipers = vec![Caliper { of: Covariate::Size, deviations: 0.01 }];
    let outcome = run(&figures(), &Settings { calipers, ..settings() }).unwrap();
    assert!(
        outcome.unmatched.iter().all(|one| one.why.contains("pupils on roll")),
        "{:?}",
        outcome.unmatched
    );
    assert_eq!(outcome.groups.len() + outcome.unmatched.len(), 3);
    let loose = vec![Caliper { of: Covariate::Size, deviations: 0.5 }];
    assert!(run(&figures(), &Settings { calipers: loose, ..settings() }).unwrap().unmatched.is_empty());
}

#[test]
fn thirds_hold_exactly() {
    let outcome = run(&figures(), &Settings { exact: vec![Exact::SizeThird], ..settings() }).unwrap();
    for group in &outcome.groups {
        assert!(
            group.matches.iter().all(|one| one.urn != 15),
            "620 pupils are in another third than 400 and 210"
        );
    }
    assert_eq!(thirds(&[90.0, 205.0, 210.0, 400.0, 410.0, 620.0], &[Kind::Primary; 6]), [0, 0, 1, 1, 2, 2]);
    assert_eq!(thirds(&[5.0; 4], &[Kind::Primary; 4]), [0; 4], "equal values share a third");
}

#[test]
fn too_few_candidates_are_told_and_shared_as_well_as_can_be() {
    let outcome = run(&figures(), &Settings { each: 3, ..settings() }).unwrap();
    assert!(
        outcome
            .remarks
            .iter()
            .any(|remark| remark.contains("3 chosen") || remark.contains("1 chosen and only 2"))
    );
    assert!(outcome.unmatched.len() >= 2, "four for two primaries, two for one secondary");
    assert_eq!(outcome.matched(), 6);
    assert!(outcome.groups.iter().all(|group| !group.matches.is_empty()));
    let only = Settings { treated: vec![1, 2, 3, 11, 12, 13, 14, 15, 16], ..settings() };
    assert_eq!(run(&figures(), &only), Err(Problem::NobodyLeft));
}

#[test]
fn bad_input_has_clear_words() {
    let said = |settings: Settings| run(&figures(), &settings).unwrap_err().to_string();
    let cases: [(Settings, &str); 12] = [
        (Settings { treated: vec![], ..settings() }, "name the schools"),
        (Settings { treated: vec![1, 1], ..settings() }, "URN 1 stands twice"),
        (Settings { treated: vec![999], ..settings() }, "no school of this authority has the URN 999"),
        (Settings { windows: vec![], ..settings() }, "choose from 1 to 6 past years"),
        (
            Settings { windows: vec!["2018-19".to_owned()], ..settings() },
            "had not ended when the programme began on 1 September 2018",
        ),
        (Settings { windows: vec!["2017-18".to_owned()], ..settings() }, "a past trend needs two or more"),
        (
            Settings { windows: vec!["2016-17".to_owned(), "2017-18".to_owned()], ..settings() },
            "the latest first",
        ),
        (
            Settings { excluded: vec![Exclusion { urn: 1, reason: "why".to_owned() }], ..settings() },
            "URN 1 is both chosen and left out",
        ),
        (
            Settings { excluded: vec![Exclusion { urn: 12, reason: " ".to_owned() }], ..settings() },
            "why URN 12 is left out",
        ),
        (Settings { each: 0, ..settings() }, "from 1 to 10 comparison schools"),
        (Settings { covariates: vec![], ..settings() }, "at least one thing"),
        (
            Settings { calipers: vec![Caliper { of: Covariate::Size, deviations: f64::NAN }], ..settings() },
            "above 0 and up to 10",
        ),
    ];
    for (settings, words) in cases {
        let said = said(settings);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn chosen_schools_that_cannot_be_matched_stop_everything() {
    let said = |change: fn(&mut School)| {
        let mut figures = figures();
        change(&mut figures.schools[0]);
        run(&figures, &settings()).unwrap_err().to_string()
    };
    assert!(
        said(|school| school.register_pupils = Some(0)).contains("School 1 (URN 1) has no pupils in 2017-18")
    );
    assert!(
        said(|school| school.register_free_meals = None)
            .contains("free school meals are not known for School 1")
    );
    assert!(
        said(|school| school.close_date = Some(day("2018-08-31")))
            .contains("was closed when the programme began")
    );
    let mut part = figures();
    part.windows[1].covered = Coverage::None;
    assert!(run(&part, &settings()).unwrap_err().to_string().contains("do not cover the whole of 2016-17"));
}

#[test]
fn a_former_number_is_the_same_school() {
    let mut figures = figures();
    figures.schools[0].previous = vec![(501, "Old name".to_owned())];
    let outcome = run(&figures, &Settings { treated: vec![501, 2, 3], ..settings() }).unwrap();
    assert_eq!(matches(&outcome)[0].0, 1);
    let twice = run(&figures, &Settings { treated: vec![1, 501], ..settings() });
    assert!(matches!(twice, Err(Problem::SameSchool { .. })), "{twice:?}");
    let both = vec![Exclusion { urn: 501, reason: "why".to_owned() }];
    assert!(matches!(
        run(&figures, &Settings { excluded: both, ..settings() }),
        Err(Problem::ChosenAndExcluded { .. })
    ));
}

#[test]
fn nothing_that_happened_leaves_rates_at_zero_and_says_so() {
    let mut figures = figures();
    for school in &mut figures.schools {
        school.counts = vec![[0; MEASURES]; 2];
    }
    let outcome = run(&figures, &Settings { rate: RateKind::Shrunk, ..settings() }).unwrap();
    assert_eq!(matches(&outcome), [(1, vec![11]), (2, vec![12]), (3, vec![13])], "by size and meals");
    assert!(outcome.remarks.iter().any(|remark| remark.contains("too few schools or events")));
    assert_eq!(outcome.balance[0].after, Some(0.0));
}

#[test]
fn one_of_each_is_enough() {
    let mut few = figures();
    few.schools.retain(|school| [3, 13].contains(&school.urn));
    let outcome = run(&few, &Settings { treated: vec![3], ..settings() }).unwrap();
    assert_eq!(matches(&outcome), [(3, vec![13])]);
}

#[test]
fn a_document_reads_back_to_the_bit_and_purposes_ignore_case() {
    let outcome = run(&figures(), &Settings { rate: RateKind::Shrunk, ..settings() }).unwrap();
    let document = Document {
        version: 1,
        organisation: "Southampton".to_owned(),
        purpose: "Pilot".to_owned(),
        number: 1,
        reason: None,
        frozen_at: chrono::DateTime::from_timestamp(1_530_000_000, 123_456_000).unwrap(),
        frozen_by: "A".to_owned(),
        settings: settings(),
        definitions: "d".to_owned(),
        figures_hash: figures().hash(),
        outcome,
    };
    let text = document.canonical().unwrap();
    let read: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(read, document);
    assert_eq!(read.canonical().unwrap(), text);
    assert_eq!(key_of("  Social  Workers "), key_of("social workers"));
}

proptest! {
    #[test]
    fn nobody_is_used_twice_and_kinds_agree(
        schools in proptest::collection::vec((0_usize..3, 1_u32..1500, 0.0_f64..100.0, 0_u64..40, 0_u64..40), 4..40),
        chosen in 1_usize..10,
        each in 1_usize..4,
        shrunk in any::<bool>(),
    ) {
        let figures = Figures {
            windows: vec![facts(2017), facts(2016)],
            schools: schools
                .iter()
                .zip(1_u32..)
                .map(|((kind, pupils, meals, now, then), urn)| school(urn, Kind::ALL[*kind], *pupils, *meals, [*now, *then]))
                .collect(),
            sources: vec![],
        };
        let treated: Vec<u32> = (1..=u32::try_from(chosen.min(schools.len())).unwrap()).collect();
        let rate = if shrunk { RateKind::Shrunk } else { RateKind::Crude };
        match run(&figures, &Settings { treated: treated.clone(), each, rate, ..settings() }) {
            Ok(outcome) => {
                let mut used = std::collections::BTreeSet::new();
                for group in &outcome.groups {
                    for one in &group.matches {
                        prop_assert!(used.insert(one.urn) && !treated.contains(&one.urn));
                        prop_assert_eq!(outcome.unit(one.urn).unwrap().kind, outcome.unit(group.treated).unwrap().kind);
                        prop_assert!(one.distance.is_finite());
                    }
                    prop_assert!(group.matches.len() <= each);
                }
                let weight: f64 = outcome.units.iter().filter(|unit| !unit.treated).map(|unit| unit.weight).sum();
                prop_assert!((weight - outcome.groups.len() as f64).abs() < 1e-9);
                prop_assert_eq!(outcome.units.len() + outcome.left_out.len(), schools.len());
            }
            Err(problem) => prop_assert_eq!(problem, Problem::NobodyLeft),
        }
    }
}
