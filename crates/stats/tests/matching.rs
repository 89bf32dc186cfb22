//! Matching: optimality, rules, balance, coarsened exact matching.

use proptest::prelude::*;
use stats::matching::{
    Caliper, CoarsenedMeasure, Cuts, Denominator, Distance, NearestOptions, Order, Reason, Rules, balance,
    coarsen, coarsened_exact, effective_sample_size, imbalance, nearest, optimal, propensity,
};
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, StatsError};

/// A third of the units treated, their covariates shifted.
fn sample(n: usize, p: usize, seed: u64) -> (Vec<bool>, Matrix) {
    let mut generator = fast(Seed::from_number(seed), 0);
    let treated: Vec<bool> = (0..n).map(|i| i % 3 == 0).collect();
    let mut x = Matrix::zeros(n, p);
    for i in 0..n {
        for j in 0..p {
            x[(i, j)] = generator.normal() + if treated[i] { 0.5 } else { 0.0 };
        }
    }
    (treated, x)
}

fn names(n: usize) -> Vec<String> {
    (1..=n).map(|j| format!("x{j}")).collect()
}

#[test]
fn mahalanobis_is_the_quadratic_form() {
    let (treated, mut x) = sample(60, 3, 1);
    for i in 0..60 {
        // Correlated, and on scales twelve orders apart.
        x[(i, 2)] = 1e-6 * (x[(i, 2)] + x[(i, 0)]);
        x[(i, 1)] *= 1e6;
    }
    let mut pooled = Matrix::zeros(3, 3);
    for arm in [true, false] {
        let rows: Vec<usize> = (0..60).filter(|i| treated[*i] == arm).collect();
        let part = x.select_rows(&rows);
        let mean = part.row_mean();
        for row in part.row_iter() {
            pooled += (row - &mean).transpose() * (row - &mean);
        }
    }
    pooled /= 58.0;
    let inverse = pooled.try_inverse().unwrap();
    let distance = Distance::mahalanobis(&x, &treated).unwrap();
    for (i, j) in [(0, 1), (5, 44), (13, 14)] {
        let d = x.row(i) - x.row(j);
        let right = (&d * &inverse * d.transpose())[(0, 0)].sqrt();
        assert!((distance.between(i, j) / right - 1.0).abs() < 1e-8);
    }
    // A covariate that is there twice, or does not vary, changes nothing.
    let doubled = x.clone().insert_column(3, 7.0).insert_column(3, 0.0);
    let doubled = Matrix::from_fn(60, 5, |i, j| if j == 3 { 3.0 * x[(i, 0)] } else { doubled[(i, j)] });
    let again = Distance::mahalanobis(&doubled, &treated).unwrap();
    assert!((again.between(5, 44) / distance.between(5, 44) - 1.0).abs() < 1e-6);
}

#[test]
fn robust_mahalanobis_does_not_see_outliers() {
    let (_, x) = sample(50, 2, 2);
    let mut far = x.clone();
    let (at, _) = x.column(0).argmax();
    far[(at, 0)] = 1e9;
    assert_eq!(Distance::robust_mahalanobis(&x).unwrap(), Distance::robust_mahalanobis(&far).unwrap());
    // Without correlation and ties the unit of distance is the standard deviation of 1..n.
    let grid = Matrix::from_fn(5, 1, |i, _| (i * i) as f64);
    let distance = Distance::robust_mahalanobis(&grid).unwrap();
    assert!((distance.between(0, 4) - 4.0 / 2.5_f64.sqrt()).abs() < 1e-12);
}

/// Everyone with everyone, by recursion over treated units and subsets of the others.
fn best_total(
    treated: &[usize],
    free: &mut Vec<usize>,
    k: usize,
    left: usize,
    cost: &dyn Fn(usize, usize) -> f64,
) -> f64 {
    let Some((&first, rest)) = treated.split_first() else { return 0.0 };
    if left == 0 {
        return best_total(rest, free, k, k, cost);
    }
    let mut best = f64::INFINITY;
    for at in 0..free.len() {
        let other = free.swap_remove(at);
        best = best.min(cost(first, other) + best_total(treated, free, k, left - 1, cost));
        free.push(other);
        let last = free.len() - 1;
        free.swap(at, last);
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, rng_seed: proptest::test_runner::RngSeed::Fixed(3), ..ProptestConfig::default() })]
    #[test]
    fn optimal_matching_is_optimal(values in prop::collection::vec(0_u32..50, 9), k in 1_usize..3) {
        let treated: Vec<bool> = (0..9).map(|i| i < 2).collect();
        let x = Matrix::from_fn(9, 1, |i, _| f64::from(values[i]));
        let distance = Distance::euclidean(&x).unwrap();
        let found = optimal(&treated, &distance, &Rules::default(), k).unwrap();
        let mut free: Vec<usize> = (2..9).collect();
        let right = best_total(&[0, 1], &mut free, k, k, &|i, j| distance.between(i, j));
        prop_assert!((found.total_distance - right).abs() < 1e-9);
        prop_assert!(found.unmatched.is_empty());
        let greedy = nearest(&treated, &distance, &Rules::default(),
            &NearestOptions { k, order: Order::Given, replace: false }).unwrap();
        prop_assert!(greedy.total_distance >= right - 1e-9);
    }
}

#[test]
fn rules_are_kept_and_failures_explained() {
    // Treated 0..5; others 5..11.
    let treated: Vec<bool> = (0..11).map(|i| i < 5).collect();
    let value = [1.0, 2.0, 50.0, 3.0, 1.5, 1.1, 2.2, 2.9, 9.0, 1.0, 2.0];
    let stratum = vec![0, 0, 0, 1, 2, 0, 0, 1, 1, 0, 0];
    let mut excluded = vec![false; 11];
    excluded[10] = true;
    excluded[1] = true;
    let distance = Distance::euclidean(&Matrix::from_column_slice(11, 1, &value)).unwrap();
    let rules = Rules {
        exact: vec![stratum],
        calipers: vec![Caliper { name: "value".into(), values: value.to_vec(), width: 2.0 }],
        excluded,
    };
    let found = optimal(&treated, &distance, &rules, 1).unwrap();
    let pairs: Vec<(usize, usize)> =
        found.groups.iter().map(|group| (group.treated, group.controls[0])).collect();
    assert_eq!(pairs, [(0, 9), (3, 7)]);
    let why: Vec<(usize, Reason)> =
        found.unmatched.iter().map(|one| (one.treated, one.reason.clone())).collect();
    assert_eq!(
        why,
        [
            (1, Reason::Excluded),
            (2, Reason::NobodyWithinCaliper("value".into())),
            (4, Reason::NobodyInStratum)
        ]
    );
    assert_eq!(found.weights, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    // Three for each: what there is, shared out, and the shortfall said.
    let three = optimal(&treated, &distance, &rules, 3).unwrap();
    assert_eq!(three.groups[0].controls, [9, 5, 6]);
    assert_eq!(three.unmatched[1].found, 0);
    let short = three.unmatched.iter().find(|one| one.treated == 3).unwrap();
    assert_eq!((short.found, &short.reason), (1, &Reason::Taken { candidates: 1 }));
    assert!((three.weights.iter().sum::<f64>() - 4.0).abs() < 1e-12);
}

/// Two treated units want the same two candidates, one of them can only have the first: both are served, at any price.
#[test]
fn the_number_of_pairs_comes_first() {
    let treated = [true, true, false, false];
    let value = [0.0, 10.0, 0.1, 19.0];
    let distance = Distance::euclidean(&Matrix::from_column_slice(4, 1, &value)).unwrap();
    let caliper = |width| Rules {
        calipers: vec![Caliper { name: "value".into(), values: value.to_vec(), width }],
        ..Rules::default()
    };
    let found = optimal(&treated, &distance, &caliper(10.0), 1).unwrap();
    assert_eq!(found.groups.len(), 2);
    let greedy = nearest(
        &treated,
        &distance,
        &caliper(9.95),
        &NearestOptions { k: 1, order: Order::HighestFirst(value.to_vec()), replace: false },
    )
    .unwrap();
    assert_eq!(greedy.groups.len(), 2);
    // More treated than others: someone stays alone, and it is said.
    let few = optimal(&[true, true, true, false], &distance, &Rules::default(), 1).unwrap();
    assert_eq!(few.groups.len(), 1);
    assert_eq!(few.unmatched[0].reason, Reason::Taken { candidates: 1 });
    // With two each and two in all, each has one before either has two.
    let shared = optimal(&treated, &distance, &Rules::default(), 2).unwrap();
    assert_eq!(shared.groups.len(), 2);
    let alone = optimal(&[true, false, false, false], &distance, &Rules::default(), 1).unwrap();
    assert_eq!(alone.groups[0].controls, [2]);
}

#[test]
fn nearest_in_every_order() {
    let treated = [true, true, false, false, false];
    let value = [0.0, 1.0, 0.9, 1.3, -4.0];
    let distance = Distance::euclidean(&Matrix::from_column_slice(5, 1, &value)).unwrap();
    let run = |order, replace, k| {
        let found =
            nearest(&treated, &distance, &Rules::default(), &NearestOptions { k, order, replace }).unwrap();
        found.groups.iter().map(|group| group.controls.clone()).collect::<Vec<_>>()
    };
    assert_eq!(run(Order::Given, false, 1), [[2], [3]]);
    assert_eq!(run(Order::HighestFirst(value.to_vec()), false, 1), [[3], [2]]);
    assert_eq!(run(Order::ClosestFirst, false, 1), [[3], [2]]);
    assert_eq!(run(Order::Given, true, 1), [[2], [2]]);
    assert_eq!(run(Order::ClosestFirst, true, 2), [[2, 3], [2, 3]]);
    let with = nearest(
        &treated,
        &distance,
        &Rules::default(),
        &NearestOptions { k: 1, order: Order::Given, replace: true },
    )
    .unwrap();
    assert_eq!(with.weights, [1.0, 1.0, 2.0, 0.0, 0.0]);
}

#[test]
fn propensity_scores_and_calipers() {
    let (treated, x) = sample(600, 3, 5);
    let score = propensity(&treated, &x, &names(3)).unwrap();
    let sum: f64 = score.score.iter().sum();
    // The score equations: fitted probabilities sum to the number of treated.
    assert!((sum - 200.0).abs() < 1e-7);
    let caliper = Caliper::standardised("logit", &score.logit, &treated, 0.2).unwrap();
    let rules = Rules { calipers: vec![caliper.clone()], ..Rules::default() };
    let distance = Distance::mahalanobis(&x, &treated).unwrap();
    let found = optimal(&treated, &distance, &rules, 1).unwrap();
    for group in &found.groups {
        let gap = (score.logit[group.treated] - score.logit[group.controls[0]]).abs();
        assert!(gap <= caliper.width);
    }
    assert!(found.groups.len() > 150);
    let table = balance(&treated, &x, &names(3), &found.weights, Denominator::Pooled).unwrap();
    for (before, after) in table.before.iter().zip(&table.after) {
        assert!(before.standardised_difference.unwrap() > 0.3);
        assert!(after.standardised_difference.unwrap().abs() < 0.12);
        assert!(after.ecdf_maximum < before.ecdf_maximum);
    }
    assert!((table.effective_sizes.0 - found.groups.len() as f64).abs() < 1e-9);
    assert!(propensity(&[true; 4], &x.rows(0, 4).into(), &names(3)).is_err());
    // Everyone above zero is treated: said, not estimated.
    let split: Vec<bool> = (0..600).map(|i| x[(i, 0)] > 0.0).collect();
    assert!(matches!(propensity(&split, &x, &names(3)), Err(StatsError::Separation(_))));
}

#[test]
fn balance_by_hand() {
    let treated = [true, true, false, false, false];
    let x = Matrix::from_row_slice(5, 2, &[1.0, 1.0, 3.0, 1.0, 1.0, 0.0, 2.0, 0.0, 9.0, 1.0]);
    let weights = [1.0, 1.0, 0.5, 1.5, 0.0];
    let table = balance(&treated, &x, &names(2), &weights, Denominator::Treated).unwrap();
    let sd = 2.0_f64.sqrt();
    assert!((table.before[0].standardised_difference.unwrap() + 2.0 / sd).abs() < 1e-12);
    assert!((table.after[0].control - 1.75).abs() < 1e-12);
    assert!((table.after[0].standardised_difference.unwrap() - 0.25 / sd).abs() < 1e-12);
    assert!((table.before[0].variance_ratio.unwrap() - 2.0 / 19.0).abs() < 1e-12);
    // Weighted variance of 1 and 2 with weights 0.5 and 1.5: 0.375 / (2 - 2.5 / 2).
    assert!((table.after[0].variance_ratio.unwrap() - 2.0 / 0.5).abs() < 1e-12);
    assert!((table.before[0].ecdf_maximum - 1.0 / 3.0).abs() < 1e-12);
    assert!((table.before[0].ecdf_mean - (1.0 / 6.0 + 1.0 / 6.0 + 1.0 / 3.0) / 4.0).abs() < 1e-12);
    assert_eq!(table.before[1].variance_ratio, None);
    // The treated do not vary in the second covariate, so their deviation cannot be the unit.
    assert_eq!(table.before[1].standardised_difference, None);
    assert!((table.effective_sizes.1 - 4.0 / 2.5).abs() < 1e-12);
    assert!((effective_sample_size(&[1.0, 1.0, 0.0]) - 2.0).abs() < 1e-15);
    let one =
        balance(&[true, false, false], &x.rows(0, 3).into(), &names(2), &[1.0; 3], Denominator::Treated);
    assert!(one.unwrap().before[0].standardised_difference.is_some());
    assert!(balance(&treated, &x, &names(2), &[1.0, 1.0, 0.0, 0.0, 0.0], Denominator::Pooled).is_err());
    assert!(balance(&treated, &x, &names(2), &[-1.0, 1.0, 1.0, 0.0, 0.0], Denominator::Pooled).is_err());
}

#[test]
fn bins() {
    let values: Vec<f64> = (0..=10).map(f64::from).collect();
    // Sturges: ceil(log2(11) + 1) = 5 bins of width 2; R: cut(0:10, seq(0, 10, 2), include.lowest = TRUE).
    let found = coarsen("x", &values, &Cuts::Sturges).unwrap();
    assert_eq!(found.cuts, [2.0, 4.0, 6.0, 8.0]);
    assert_eq!(found.bins, [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    // nclass.scott(0:10) = 2, nclass.FD(0:10) = 3.
    assert_eq!(coarsen("x", &values, &Cuts::Scott).unwrap().cuts.len(), 1);
    assert_eq!(coarsen("x", &values, &Cuts::FreedmanDiaconis).unwrap().cuts.len(), 2);
    assert_eq!(coarsen("x", &values, &Cuts::At(vec![4.5, 20.0])).unwrap().bins[4..6], [0, 1]);
    assert_eq!(coarsen("x", &[3.0, 1.0, 3.0], &Cuts::Every).unwrap().bins, [1, 0, 1]);
    assert_eq!(coarsen("x", &[3.0; 4], &Cuts::Scott).unwrap().bins, [0; 4]);
    assert!(coarsen("x", &[], &Cuts::Scott).is_err());
    assert!(coarsen("x", &[f64::NAN], &Cuts::Scott).is_err());
    assert!(coarsen("x", &values, &Cuts::Bins(0)).is_err());
    assert!(coarsen("x", &values, &Cuts::At(vec![2.0, 2.0])).is_err());
}

#[test]
fn coarsened_exact_by_hand() {
    //              stratum:  a     a     a      b     b      b      b      c      d
    let treated = [true, true, false, true, false, false, false, false, true];
    let group = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0];
    let measures = [CoarsenedMeasure { name: "group".into(), values: group.to_vec(), cuts: Cuts::Every }];
    let found = coarsened_exact(&treated, &measures).unwrap();
    assert_eq!((found.matched_strata, found.all_strata), (2, 4));
    assert_eq!((found.treated, found.controls), ((3, 4), (4, 5)));
    assert_eq!(found.strata[6..], [Some(1), None, None]);
    let (a, b) = (2.0 / 1.0 * 4.0 / 3.0, 1.0 / 3.0 * 4.0 / 3.0);
    for (found, right) in found.weights.iter().zip([1.0, 1.0, a, 1.0, b, b, b, 0.0, 0.0]) {
        assert!((found - right).abs() < 1e-12);
    }
    // Treated 2/4, 1/4, 0, 1/4; others 1/5, 3/5, 1/5, 0.
    assert!((found.before.multivariate - 0.5 * (0.3 + 0.35 + 0.2 + 0.25)).abs() < 1e-12);
    assert!(found.after.unwrap().multivariate < 1e-12);
    assert_eq!(found.before.univariate.len(), 1);
}

#[test]
fn coarsened_exact_balances_and_says_when_it_cannot() {
    let (treated, x) = sample(900, 3, 9);
    let measures: Vec<CoarsenedMeasure> = (0..3)
        .map(|j| CoarsenedMeasure {
            name: format!("x{j}"),
            values: x.column(j).iter().copied().collect(),
            cuts: Cuts::Bins(5),
        })
        .collect();
    let found = coarsened_exact(&treated, &measures).unwrap();
    assert!(found.after.as_ref().unwrap().multivariate < 1e-12 && found.before.multivariate > 0.2);
    let others: f64 = found.weights.iter().zip(&treated).filter(|(_, t)| !**t).map(|(w, _)| w).sum();
    assert!((others - found.controls.0 as f64).abs() < 1e-9);
    // Finer bins than those matched on show what is left.
    let finer: Vec<_> =
        measures.iter().map(|m| coarsen(&m.name, &m.values, &Cuts::Bins(8)).unwrap()).collect();
    let left = imbalance(&treated, &finer, Some(&found.weights)).unwrap().multivariate;
    assert!(left > 0.1 && left < imbalance(&treated, &finer, None).unwrap().multivariate);
    // Nobody alike: an answer without matches, not an error.
    let apart = [CoarsenedMeasure {
        name: "arm".into(),
        values: treated.iter().map(|t| f64::from(*t)).collect(),
        cuts: Cuts::Every,
    }];
    let none = coarsened_exact(&treated, &apart).unwrap();
    assert_eq!((none.matched_strata, none.after), (0, None));
    assert!((none.before.multivariate - 1.0).abs() < 1e-12);
    assert!(coarsened_exact(&[true; 3], &[]).is_err());
    assert!(
        coarsened_exact(
            &[true; 3],
            &[CoarsenedMeasure { name: "x".into(), values: vec![1.0; 3], cuts: Cuts::Every }]
        )
        .is_err()
    );
}

#[test]
fn refusals() {
    let (treated, x) = sample(30, 2, 4);
    let distance = Distance::mahalanobis(&x, &treated).unwrap();
    let run = |rules: &Rules, k| optimal(&treated, &distance, rules, k);
    assert!(run(&Rules::default(), 0).is_err());
    assert!(run(&Rules { exact: vec![vec![0; 4]], ..Rules::default() }, 1).is_err());
    assert!(run(&Rules { excluded: treated.clone(), ..Rules::default() }, 1).is_err());
    let caliper = |width| Rules {
        calipers: vec![Caliper { name: "x".into(), values: vec![0.0; 30], width }],
        ..Rules::default()
    };
    assert!(run(&caliper(-1.0), 1).is_err());
    assert!(run(&caliper(f64::NAN), 1).is_err());
    assert!(run(&caliper(0.0), 1).is_ok());
    assert!(optimal(&[], &Distance::euclidean(&Matrix::zeros(0, 1)).unwrap(), &Rules::default(), 1).is_err());
    assert!(Distance::mahalanobis(&Matrix::from_element(4, 1, f64::NAN), &[true; 4]).is_err());
    assert!(Distance::mahalanobis(&Matrix::zeros(2, 1), &[true, false]).is_err());
}
