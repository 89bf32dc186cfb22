//! Costs and effects against the seeded trial of engine/README.md section 8.6, closed forms and brute force.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod common;

use common::Table;
use stats::economics::{
    Clusters, CostEffect, Draws, Fieller, Increment, Measure, Parameter, Quadrant, consequences,
    discount_factor, one_way, present_value, regression, two_stage_bootstrap,
};
use stats::random::Seed;
use stats::{Matrix, StatsError};

struct Trial {
    cost: Vec<f64>,
    effect: Vec<f64>,
    treated: Vec<bool>,
    cluster: Vec<usize>,
}

fn trial() -> Trial {
    let table = Table::own("cea280.csv");
    Trial {
        cost: table.numbers("cost"),
        effect: table.numbers("qaly"),
        treated: table.numbers("arm").iter().map(|arm| *arm == 1.0).collect(),
        cluster: table.numbers("school").iter().map(|id| *id as usize).collect(),
    }
}

fn clusters() -> Clusters {
    let t = trial();
    Clusters::new(&t.cost, &t.effect, &t.treated, &t.cluster).unwrap()
}

fn close(found: f64, right: f64, tolerance: f64) {
    assert!((found - right).abs() <= tolerance * right.abs(), "{found} against {right}");
}

#[test]
fn increments_of_the_seeded_trial() {
    let clusters = clusters();
    assert_eq!(clusters.sizes(), (140, 140));
    let increment = clusters.increment();
    close(increment.cost, 228.461_451_45, 1e-10);
    close(increment.effect, 0.009_634_608_6, 1e-8);
    close(increment.variance_cost, 2_548.532_753_66, 1e-11);
    close(increment.variance_effect, 1.957_868_6e-5, 1e-7);
    close(increment.covariance, -0.035_811_966_2, 1e-8);
    let ratio = increment.ratio(0.95).unwrap();
    close(ratio.value.unwrap(), 23_712.582_478, 1e-10);
    assert_eq!(ratio.quadrant, Quadrant::NorthEast);
    let Fieller::Interval { low, high } = ratio.fieller else { panic!("not an interval") };
    assert!((low - 9_398.463).abs() < 5e-4, "{low}");
    assert!((high - 256_137.892).abs() < 5e-4, "{high}");
}

#[test]
fn parametric_acceptability_of_the_seeded_trial() {
    let curve = clusters().increment().acceptability(&[10e3, 20e3, 30e3, 50e3]).unwrap();
    for (point, right) in curve.iter().zip([0.033_764_65, 0.371_036_72, 0.657_440_60, 0.859_749_11]) {
        assert!((point.probability - right).abs() < 5e-9, "{}", point.probability);
    }
    assert!((curve[0].frontier - (1.0 - 0.033_764_65)).abs() < 1e-8);
    assert!((curve[2].frontier - 0.657_440_60).abs() < 1e-8);
}

/// 400,000 draws by another generator: 0.3708 and 0.6585 (a third: 0.3706, 0.6579); Monte Carlo error 0.0008.
#[test]
fn bootstrap_acceptability_of_the_seeded_trial() {
    let clusters = clusters();
    let draws = clusters.bootstrap(400_000, Seed::from_number(1)).unwrap();
    let curve = draws.acceptability(&[20e3, 30e3]).unwrap();
    assert!((curve[0].probability - 0.3708).abs() < 0.003, "{}", curve[0].probability);
    assert!((curve[1].probability - 0.6585).abs() < 0.003, "{}", curve[1].probability);
    let increment = clusters.increment();
    let n = draws.cost.len() as f64;
    let mean = draws.cost.iter().sum::<f64>() / n;
    let variance = draws.cost.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / n;
    assert!((mean - increment.cost).abs() < 0.5);
    // The bootstrap of G clusters has (G - 1) / G of the unbiased variance.
    close(variance, increment.variance_cost * 139.0 / 140.0, 0.02);
    let shares = draws.quadrants();
    let formula = increment.quadrants();
    for k in 0..4 {
        assert!((shares.0[k] - formula.0[k]).abs() < 0.003, "{shares:?} {formula:?}");
    }
    let interval = draws.interval(0.95).unwrap();
    let wald = &increment.estimates(0.95)[0];
    close(interval.cost.0, wald.low, 0.03);
    close(interval.cost.1, wald.high, 0.03);
}

#[test]
fn draws_do_not_depend_on_threads() {
    let clusters = clusters();
    let many = clusters.bootstrap(1000, Seed::from_number(7)).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(many, one.install(|| clusters.bootstrap(1000, Seed::from_number(7)).unwrap()));
    let fewer = clusters.bootstrap(100, Seed::from_number(7)).unwrap();
    assert_eq!(many.cost[..100], fewer.cost[..]);
}

/// Curve, frontier and value of information by looping over thresholds and draws.
#[test]
fn acceptability_of_draws_by_brute_force() {
    let cost = [3.0, -2.0, 5.0, 0.0, -1.0, 4.0, 2.0, 0.0];
    let effect = [1.0, 0.5, -1.0, 0.0, -2.0, 0.0, 0.25, 1.0];
    let draws = Draws::new(cost.to_vec(), effect.to_vec()).unwrap();
    let thresholds = [8.0, 0.0, 3.0, 0.5, 100.0, 8.0];
    for point in draws.acceptability(&thresholds).unwrap() {
        let benefits: Vec<f64> = cost.iter().zip(&effect).map(|(c, e)| point.threshold * e - c).collect();
        let mean = benefits.iter().sum::<f64>() / 8.0;
        let positive = benefits.iter().filter(|b| **b > 0.0).count() as f64 / 8.0;
        let perfect = benefits.iter().map(|b| b.max(0.0)).sum::<f64>() / 8.0 - mean.max(0.0);
        assert!((point.probability - positive).abs() < 1e-15);
        assert!((point.net_benefit - mean).abs() < 1e-12);
        assert!((point.perfect_information - perfect).abs() < 1e-12);
        assert!((point.frontier - if mean > 0.0 { positive } else { 1.0 - positive }).abs() < 1e-15);
    }
}

/// The formula's value of perfect information is the mean of a normal's positive part, here by the trapezium rule.
#[test]
fn value_of_information_by_quadrature() {
    let increment =
        Increment { cost: 40.0, effect: 0.01, variance_cost: 900.0, variance_effect: 4e-5, covariance: 0.05 };
    for point in increment.acceptability(&[0.0, 1000.0, 4000.0, 20_000.0]).unwrap() {
        let t = point.threshold;
        let (b, s) = (t * 0.01 - 40.0, (t * t * 4e-5 + 900.0 - 2.0 * t * 0.05).sqrt());
        let step = 20.0 / 40_000.0;
        let positive: f64 = (0..=40_000)
            .map(|k| {
                let z = -10.0 + f64::from(k) * step;
                (b + s * z).max(0.0) * (-0.5 * z * z).exp() * step / (2.0 * std::f64::consts::PI).sqrt()
            })
            .sum();
        assert!((point.perfect_information - (positive - b.max(0.0))).abs() < 1e-4 * s, "{t}");
    }
}

/// At the ends of Fieller's set the net benefit has a z score of exactly 1.96.
#[test]
fn fieller_sets_hold_what_is_not_rejected() {
    let cases = [(100.0, 0.02, 0), (100.0, 0.005, 1), (10.0, 0.001, 2), (-30.0, -0.03, 0)];
    for (cost, effect, kind) in cases {
        let increment =
            Increment { cost, effect, variance_cost: 400.0, variance_effect: 1e-5, covariance: 0.01 };
        let z = |r: f64| (cost - r * effect).abs() / (400.0 + r * r * 1e-5 - 2.0 * r * 0.01).sqrt();
        let inside = |r: f64| z(r) <= 1.959_963_984_540_054;
        match increment.fieller(0.95).unwrap() {
            Fieller::Interval { low, high } => {
                assert_eq!(kind, 0);
                assert!(inside(0.5 * (low + high)) && !inside(low - 1.0) && !inside(high + 1.0));
                close(z(low), 1.959_963_984_540_054, 1e-9);
                close(z(high), 1.959_963_984_540_054, 1e-9);
            }
            Fieller::Outside { low, high } => {
                assert_eq!(kind, 1);
                assert!(!inside(0.5 * (low + high)) && inside(low - 1.0) && inside(high + 1.0));
            }
            Fieller::Everything => {
                assert_eq!(kind, 2);
                assert!((-1000..1000).all(|k| inside(f64::from(k) * 100.0)));
            }
        }
    }
}

#[test]
fn a_ratio_is_not_shown_where_it_means_nothing() {
    let at = |cost: f64, effect: f64| {
        Increment { cost, effect, variance_cost: 100.0, variance_effect: 1e-6, covariance: 0.0 }
            .ratio(0.95)
            .unwrap()
    };
    assert!(at(100.0, 0.02).value.is_some());
    let dominant = at(-100.0, 0.02);
    assert!(dominant.value.is_none() && dominant.remarks[0].contains("dominant"));
    assert!(at(100.0, -0.02).remarks[0].contains("dominated"));
    assert!(at(100.0, 0.0).value.is_none());
    let saving = at(-100.0, -0.02);
    close(saving.value.unwrap(), 5000.0, 1e-12);
    assert!(saving.remarks[0].contains("given up"));
    let unsure = at(100.0, 0.0005);
    assert!(unsure.remarks.iter().any(|remark| remark.contains("other quadrants")), "{unsure:?}");
    let sum: f64 = unsure.shares.0.iter().sum();
    close(sum, 1.0, 1e-12);
}

/// The orthant probability of a correlated pair, `1/4 + asin(r) / (2 pi)` at the centre.
#[test]
fn quadrant_probabilities() {
    for r in [-1.0_f64, -0.9, -0.3, 0.0, 0.5, 0.999, 1.0] {
        let increment = Increment {
            cost: 0.0,
            effect: 0.0,
            variance_cost: 4.0,
            variance_effect: 9.0,
            covariance: 6.0 * r,
        };
        let right = 0.25 + r.asin() / (2.0 * std::f64::consts::PI);
        assert!((increment.quadrants().of(Quadrant::NorthEast) - right).abs() < 1e-9, "{r}");
    }
    // mvtnorm and scipy: P(X <= 1, Y <= 0.5), correlation 0.6, is 0.638312...; here checked by summing the conditional.
    let increment =
        Increment { cost: 1.0, effect: 0.5, variance_cost: 1.0, variance_effect: 1.0, covariance: 0.6 };
    let step = 1e-4;
    let sum: f64 = (-100_000..10_000)
        .map(|k| {
            let x = (f64::from(k) + 0.5) * step;
            let y = (0.5 - 0.6 * x) / 0.8;
            (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
                * stats::numeric::distributions::normal_cdf(y)
                * step
        })
        .sum();
    assert!((increment.quadrants().of(Quadrant::NorthEast) - sum).abs() < 1e-7);
}

/// Without covariates the regression has the difference of means and CR1's pooled factor.
#[test]
fn regression_without_and_with_covariates() {
    let t = trial();
    let n = t.cost.len();
    let plain = regression(&t.cost, &t.effect, &t.treated, &Matrix::zeros(n, 0), &[], &t.cluster).unwrap();
    close(plain.increment.cost, 228.461_451_452_694_75, 1e-11);
    close(plain.increment.variance_cost, 2_539.487_35, 1e-8);
    close(plain.increment.covariance, -0.035_684_860_2, 1e-8);
    close(plain.increment.variance_effect, 1.950_919_66e-5, 1e-8);
    assert_eq!(plain.clusters, 280);
    // A covariate that varies with the cluster; the net benefit regressed directly at one threshold.
    let x = Matrix::from_fn(n, 1, |i, _| (t.cluster[i] % 7) as f64 * 1e3 + (i % 5) as f64);
    let names = ["x".to_owned()];
    let fit = regression(&t.cost, &t.effect, &t.treated, &x, &names, &t.cluster).unwrap();
    let benefit: Vec<f64> = t.cost.iter().zip(&t.effect).map(|(c, e)| 20e3 * e - c).collect();
    let direct = regression(&benefit, &t.effect, &t.treated, &x, &names, &t.cluster).unwrap();
    let found = fit.net_benefit(20e3, 0.95);
    close(found.estimate, direct.increment.cost, 1e-9);
    close(found.standard_error, direct.increment.variance_cost.sqrt(), 1e-9);
    assert_eq!(found.df, Some(279.0));
    let twice = Matrix::from_fn(n, 2, |i, j| x[(i, 0)] * (j + 1) as f64);
    let names = ["x".to_owned(), "twice x".to_owned()];
    let refused = regression(&t.cost, &t.effect, &t.treated, &twice, &names, &t.cluster).unwrap_err();
    assert_eq!(refused, StatsError::Collinear(vec!["twice x".to_owned()]));
}

/// The two-stage bootstrap has the variance of the clustered means: shrinkage takes out what people add to cluster means.
#[test]
fn two_stage_bootstrap_of_the_seeded_trial() {
    let t = trial();
    let draws =
        two_stage_bootstrap(&t.cost, &t.effect, &t.treated, &t.cluster, 1000, Seed::from_number(5)).unwrap();
    let increment = clusters().increment();
    let moments = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / 1000.0;
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 999.0)
    };
    let (mean, variance) = moments(&draws.cost);
    assert!((mean - increment.cost).abs() < 6.0, "{mean}");
    close(variance, increment.variance_cost, 0.15);
    let (mean, variance) = moments(&draws.effect);
    assert!((mean - increment.effect).abs() < 5e-4, "{mean}");
    close(variance, increment.variance_effect, 0.15);
}

#[test]
fn a_table_of_consequences() {
    let t = trial();
    let measures = [Measure { name: "cost", values: &t.cost }, Measure { name: "effect", values: &t.effect }];
    let table = consequences(&measures, &t.treated, &t.cluster, 0.95).unwrap();
    close(table[0].control, 1_124.934_348_771_929_8, 1e-12);
    close(table[0].treated, 1_353.395_800_224_624_5, 1e-12);
    close(table[0].difference.standard_error.powi(2), 2_548.532_753_66, 1e-11);
    assert_eq!(table[0].difference.df, Some(278.0));
    assert_eq!(table[1].name, "effect");
}

#[test]
fn discounting() {
    close(discount_factor(0.035, 1.0).unwrap(), 1.0 / 1.035, 1e-15);
    close(
        present_value(&[100.0, 100.0, 100.0], 0.035).unwrap(),
        100.0 + 100.0 / 1.035 + 100.0 / 1.071_225,
        1e-14,
    );
    close(present_value(&[5.0, 7.0], 0.0).unwrap(), 12.0, 1e-15);
    assert!(discount_factor(-1.0, 2.0).is_err());
    assert!(present_value(&[1.0, f64::NAN], 0.03).is_err());
}

/// Cost for each event averted: price of a worker against a rate ratio and a baseline rate.
#[test]
fn a_tornado_of_cost_per_event_averted() {
    let parameter = |name: &str, base, low, high| Parameter { name: name.to_owned(), base, low, high };
    let parameters = [
        parameter("price", 50_000.0, 40_000.0, 60_000.0),
        parameter("events without", 30.0, 20.0, 40.0),
        parameter("rate ratio", 0.8, 0.6, 1.1),
    ];
    let model = |p: &[f64]| CostEffect { cost: p[0], effect: p[1] * (1.0 - p[2]) };
    let tornado = one_way(&parameters, 10_000.0, model).unwrap();
    close(tornado.base.ratio().unwrap(), 50_000.0 / 6.0, 1e-12);
    assert_eq!(tornado.bars[0].name, "rate ratio");
    close(tornado.bars[0].low.ratio().unwrap(), 50_000.0 / 12.0, 1e-12);
    // More events than without: no ratio, and the bar still has its place.
    assert_eq!(tornado.bars[0].high.ratio(), None);
    close(tornado.bars[0].swing, 150_000.0, 1e-12);
    assert!(
        one_way(&[parameter("x", 5.0, 6.0, 7.0)], 1.0, |p| CostEffect { cost: p[0], effect: 1.0 }).is_err()
    );
    assert!(
        one_way(&[parameter("x", 0.0, 0.0, 1.0)], 1.0, |p| CostEffect { cost: 1.0 / p[0], effect: 1.0 })
            .is_err()
    );
}

#[test]
fn bad_trials_are_told_plainly() {
    let words = |cost: &[f64], treated: &[bool], cluster: &[usize]| {
        Clusters::new(cost, &vec![1.0; cost.len()], treated, cluster).unwrap_err().to_string()
    };
    assert!(words(&[1.0, 2.0], &[true, false], &[4, 4]).contains("cluster 4 has rows in both arms"));
    assert!(words(&[1.0, 2.0, 3.0], &[true, false, false], &[1, 2, 3]).contains("treated arm: 1 found"));
    assert!(words(&[1.0, f64::NAN], &[true, false], &[1, 2]).contains("(row 2)"));
    assert!(words(&[], &[], &[]).contains("0 found"));
    assert!(clusters().bootstrap(0, Seed::from_number(1)).is_err());
    assert!(clusters().increment().acceptability(&[-1.0]).is_err());
    assert!(Draws::new(vec![], vec![]).is_err());
    // Nothing varies: the answer is sure.
    let same = Clusters::new(&[1.0; 4], &[2.0; 4], &[true, true, false, false], &[1, 2, 3, 4]).unwrap();
    let increment = same.increment();
    assert!(increment.variance_cost == 0.0 && increment.cost == 0.0);
    assert!((increment.acceptability(&[10.0]).unwrap()[0].probability - 0.5).abs() < 1e-15);
    assert!(increment.ratio(0.95).unwrap().value.is_none());
    let people = [true, true, false, false];
    let one_each =
        two_stage_bootstrap(&[1.0; 4], &[2.0; 4], &people, &[1, 2, 3, 4], 10, Seed::from_number(1));
    assert!(one_each.is_err());
}
