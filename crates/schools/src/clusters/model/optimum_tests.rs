//! The solver against every possible choice, and its limits.

use proptest::prelude::*;

use super::*;

fn problem(needs: &[f64], clusters: usize, workers: u32) -> Problem {
    let heads = needs.iter().zip(1..).map(|(need, urn)| Head { urn, need: *need }).collect();
    Problem { heads, clusters, workers, per_worker: 17.0, ..Problem::default() }
}

/// The best score of all choices and all ways in which contested schools may join.
fn by_trying_all(problem: &Problem) -> Option<f64> {
    let n = problem.heads.len();
    let mut best = None;
    for set in 1_u32..1 << n {
        let chosen: Vec<usize> = (0..n).filter(|place| set & (1 << place) != 0).collect();
        let allowed = chosen.len() <= problem.most()
            && problem.must.iter().all(|place| chosen.contains(place))
            && !problem.never.iter().any(|place| chosen.contains(place));
        if !allowed {
            continue;
        }
        let mut ways: Vec<Vec<Option<usize>>> = vec![vec![]];
        for school in &problem.contested {
            let options: Vec<Option<usize>> = school
                .options
                .iter()
                .filter(|place| chosen.contains(place))
                .copied()
                .map(Some)
                .chain([None])
                .collect();
            ways = ways
                .into_iter()
                .flat_map(|way| {
                    options
                        .iter()
                        .map(move |one| way.iter().copied().chain([*one]).collect())
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        for way in ways {
            let score = problem.weigh(&chosen, way, Proof::Optimal).score();
            if best.is_none_or(|best| score > best) {
                best = Some(score);
            }
        }
    }
    best
}

#[test]
fn the_most_need_within_the_workers_is_chosen() {
    let answer = solve(&problem(&[10.0, 40.0, 25.0, 5.0], 2, 10), 5.0).unwrap();
    assert_eq!((answer.chosen, answer.workers), (vec![1, 2], vec![3, 2]));
    assert_eq!((answer.reached, answer.held, answer.proof), (65.0, 65.0, Proof::Optimal));
}

#[test]
fn where_workers_are_few_the_schools_with_most_children_are_chosen() {
    let answer = solve(&problem(&[100.0, 300.0, 200.0], 2, 2), 5.0).unwrap();
    assert_eq!((answer.chosen, answer.reached, answer.held), (vec![1, 2], 34.0, 500.0));
}

#[test]
fn without_workers_or_secondaries_there_is_no_choice() {
    assert_eq!(solve(&problem(&[10.0], 1, 0), 1.0), None);
    assert_eq!(solve(&problem(&[], 1, 5), 1.0), None);
    let never = Problem { never: vec![0], ..problem(&[10.0], 1, 5) };
    assert_eq!(solve(&never, 1.0), None);
    let must = Problem { must: vec![0, 1], ..problem(&[10.0, 1.0], 1, 5) };
    assert_eq!(solve(&must, 1.0), None);
    let one = solve(&problem(&[10.0, 20.0], 5, 1), 1.0).unwrap();
    assert_eq!(one.chosen, [1], "no more clusters than workers");
}

#[test]
fn a_school_that_feeds_two_goes_to_the_preferred_unless_the_other_has_room() {
    let contested = |options: &[usize]| Contested { urn: 9, need: 10.0, options: options.to_vec() };
    let even = Problem { contested: vec![contested(&[1, 0])], ..problem(&[20.0, 20.0], 2, 10) };
    assert_eq!(solve(&even, 5.0).unwrap().joined, [Some(1)]);
    // Three workers: 34 places at one and 17 at the other. Where 24 already fill places, the other takes the school.
    let full = Problem { contested: vec![contested(&[1, 0])], ..problem(&[5.0, 34.0], 2, 3) };
    let answer = solve(&full, 5.0).unwrap();
    assert_eq!((answer.joined, answer.reached), (vec![Some(0)], 49.0));
}

#[test]
fn a_search_without_time_says_how_far_from_the_best_it_may_be() {
    let needs: Vec<f64> = (0..60).map(|n| f64::from(n * 37 % 101) + 0.5).collect();
    let many = Problem {
        contested: (0..80)
            .map(|n| Contested {
                urn: 1000 + n,
                need: f64::from(n % 13),
                options: vec![n as usize % 60, (n as usize * 7 + 1) % 60],
            })
            .collect(),
        ..problem(&needs, 12, 40)
    };
    let answer = solve(&many, 0.0).unwrap();
    assert_eq!(answer.chosen.len(), 12);
    let Proof::Within(gap) = answer.proof else { panic!("{answer:?}") };
    assert!((0.0..0.5).contains(&gap), "{gap}");
    let best = solve(&many, 20.0).unwrap();
    assert!(
        best.score() <= answer.score() * (1.0 + gap) + NOTHING,
        "{} {} {gap}",
        best.score(),
        answer.score()
    );
}

fn problems() -> impl Strategy<Value = Problem> {
    let heads = proptest::collection::vec(0_u32..120, 1..7);
    let contested = proptest::collection::vec((0_u32..40, 0_usize..7, 0_usize..7), 0..4);
    (
        heads,
        contested,
        1_usize..5,
        0_u32..8,
        proptest::option::of(0_usize..7),
        proptest::option::of(0_usize..7),
    )
        .prop_map(|(heads, contested, clusters, workers, must, never)| {
            let n = heads.len();
            let needs: Vec<f64> = heads.into_iter().map(|need| f64::from(need) / 3.0).collect();
            let contested = contested
                .into_iter()
                .zip(100..)
                .map(|((need, a, b), urn)| {
                    let mut options = vec![a % n, b % n];
                    options.dedup();
                    Contested { urn, need: f64::from(need) / 3.0, options }
                })
                .collect();
            let must = must.map(|place| place % n);
            let never = never.map(|place| place % n).filter(|place| Some(*place) != must);
            Problem {
                contested,
                must: must.into_iter().collect(),
                never: never.into_iter().collect(),
                ..problem(&needs, clusters, workers)
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_can_be_tried_is_better(problem in problems()) {
        let answer = solve(&problem, 20.0);
        let best = by_trying_all(&problem);
        prop_assert_eq!(answer.is_some(), best.is_some());
        if let (Some(answer), Some(best)) = (answer, best) {
            prop_assert_eq!(answer.proof, Proof::Optimal);
            prop_assert!((answer.score() - best).abs() < 1e-6, "{} instead of {best}: {answer:?}", answer.score());
            prop_assert!(answer.workers.iter().sum::<u32>() <= problem.workers.max(answer.chosen.len() as u32));
            prop_assert!(best <= problem.bound() + 1e-6);
        }
    }
}
