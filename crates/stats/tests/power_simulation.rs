//! Power by simulation against closed forms, on any number of threads.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::sync::atomic::{AtomicU64, Ordering};

use stats::cluster::{Correction, DegreesOfFreedom};
use stats::mixed::Integral;
use stats::power::{
    ClusterMeans, ClusterSummaries, ClusterTrial, Direction, Distribution, Frame, LinearRobust, PoissonMixed,
    PoissonRobust, Run, Sizes, Test, curve, detectable, minimal_effect, power, simulate,
};
use stats::random::Seed;
use stats::wedge::{Components, Layout, Planned};
use stats::{Estimate, StatsError};

/// 20 clusters an arm of 30 people, intracluster correlation 0.05.
fn means() -> ClusterTrial {
    ClusterTrial::new(
        Layout::parallel(0, 1, 20.0).unwrap(),
        Sizes::Equal(30.0),
        Distribution::Means { sd: 0.05_f64.sqrt(), period_sd: 0.0, residual: 0.95_f64.sqrt() },
    )
}

const SUMMARIES: ClusterSummaries = ClusterSummaries { log_rates: false, change: false };

/// The t-test on cluster means is exact, so that simulation must agree with the noncentral t.
#[test]
fn t_tests_have_the_power_of_the_closed_form() {
    let design = ClusterMeans::new(20.0, 30.0, 0.05);
    let test = Test::two_sided(0.05);
    let run = Run::new(20_000, Seed::from_number(11));
    for effect in [0.15, 0.3] {
        let right = power(&design, effect, &test).unwrap();
        let found = simulate(&means(), &SUMMARIES, effect, &run).unwrap();
        assert!((found.power.estimate - right).abs() < 3.0 * found.power.error, "{found:?} {right}");
        assert!((found.coverage.estimate - 0.95).abs() < 3.0 * found.coverage.error);
        assert!(found.bias.abs() < 3.0 * found.bias_error);
        assert!((found.model_se / found.empirical_se - 1.0).abs() < 0.02);
        assert!(found.failures.is_empty());
    }
    let null = simulate(&means(), &SUMMARIES, 0.0, &run).unwrap();
    assert!((null.power.estimate - 0.05).abs() < 3.0 * null.power.error);
    assert!((null.wrong_sign.estimate - 0.025).abs() < 3.0 * null.wrong_sign.error);
}

#[test]
fn the_search_finds_the_effect_of_the_closed_form() {
    let test = Test::two_sided(0.05);
    let right = detectable(&ClusterMeans::new(20.0, 30.0, 0.05), 0.8, &test, Direction::Increase).unwrap();
    for guess in [0.05, 0.3, 2.0] {
        let found =
            minimal_effect(&means(), &SUMMARIES, 0.8, guess, &Run::new(2_000, Seed::from_number(6))).unwrap();
        assert!((found.effect - right).abs() < 3.0 * found.error, "{found:?} {right}");
        assert!(found.low < found.effect && found.effect < found.high);
        assert!(found.error < 0.04 * right);
    }
    let down =
        minimal_effect(&means(), &SUMMARIES, 0.8, -0.3, &Run::new(2_000, Seed::from_number(6))).unwrap();
    assert!((down.effect + right).abs() < 3.0 * down.error);
}

/// Least squares with CR2 and Satterthwaite on a stepped wedge with a decaying effect of time keeps its level; generalised
/// least squares would have the power of the closed form, and least squares without weights has less.
#[test]
fn a_stepped_wedge_with_cr2() {
    let trial = ClusterTrial {
        trend: vec![0.1, 0.3, 0.2, 0.4],
        ..ClusterTrial::new(
            Layout::stepped(4, 3.0).unwrap(),
            Sizes::LogNormal { mean: 25.0, cv: 0.4 },
            Distribution::Means { sd: 0.2, period_sd: 0.1, residual: 1.0 },
        )
    };
    let estimator =
        LinearRobust { weighted: false, correction: Correction::CR2, df: DegreesOfFreedom::Satterthwaite };
    let run = Run::new(1_000, Seed::from_number(12));
    let null = simulate(&trial, &estimator, 0.0, &run).unwrap();
    assert!(null.power.low < 0.06 && null.power.high > 0.03, "{null:?}");
    let found = simulate(&trial, &estimator, 0.5, &run).unwrap();
    let best = Planned::new(
        trial.layout.clone(),
        25.0,
        Components { cluster_period: 0.01, ..Components::hussey_hughes(0.04, 1.0) },
    );
    assert!(found.power.estimate < power(&best, 0.5, &Test::two_sided(0.05)).unwrap());
    assert!(found.power.estimate > 0.3, "{found:?}");
}

/// 280 clusters in two periods, as in engine/README.md section 3c.
fn rates(clusters_per_arm: f64) -> ClusterTrial {
    ClusterTrial {
        trend: vec![0.05],
        covariates: vec![0.29, 0.23],
        ..ClusterTrial::new(
            Layout::parallel(1, 1, clusters_per_arm).unwrap(),
            Sizes::LogNormal { mean: 1000.0, cv: 0.4 },
            Distribution::Counts { rate: 0.02, sd: 0.6, period_sd: 0.0, theta: None },
        )
    }
}

#[test]
fn poisson_models_with_random_intercepts_cover() {
    let mixed = PoissonMixed { integral: Integral::Laplace, df: None };
    let found = simulate(&rates(140.0), &mixed, -0.1, &Run::new(500, Seed::from_number(3))).unwrap();
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    assert!(found.bias.abs() < 3.0 * found.bias_error);
    assert!(found.coverage.low < 0.95 && 0.95 < found.coverage.high, "{:?}", found.coverage);
    // The information about a change within clusters: events before and after in the treated and the others.
    let events = 1000.0 * 0.02 * 140.0;
    let se = (2.0 / events + 2.0 / events * 0.0_f64).sqrt();
    assert!(found.empirical_se > 0.7 * se && found.empirical_se < 1.6 * se, "{} {se}", found.empirical_se);
    // Extra variation between periods, which the model leaves out, makes it too sure; robust errors are not.
    let mut extra = rates(40.0);
    extra.distribution = Distribution::Counts { rate: 0.02, sd: 0.6, period_sd: 0.3, theta: None };
    let run = Run::new(300, Seed::from_number(4));
    let naive = simulate(&extra, &mixed, 0.0, &run).unwrap();
    assert!(naive.power.low > 0.07, "{:?}", naive.power);
    let robust = PoissonRobust { correction: Correction::CR2, df: DegreesOfFreedom::Satterthwaite };
    let careful = simulate(&extra, &robust, 0.0, &run).unwrap();
    assert!(careful.power.low < 0.05, "{:?}", careful.power);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let mixed = PoissonMixed { integral: Integral::Laplace, df: None };
    let run = Run::new(600, Seed::from_number(9));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| simulate(&rates(30.0), &mixed, -0.2, &run).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
}

#[test]
fn simulations_report_stop_and_end_early() {
    let calls = AtomicU64::new(0);
    let watch = |progress: stats::power::Progress| {
        calls.fetch_add(1, Ordering::Relaxed);
        progress.done < 1500
    };
    let run = Run { watch: Some(&watch), ..Run::new(100_000, Seed::from_number(1)) };
    assert_eq!(simulate(&means(), &SUMMARIES, 0.2, &run).unwrap_err(), StatsError::Stopped);
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    let run = Run { precision: Some(0.02), ..Run::new(100_000, Seed::from_number(1)) };
    let found = simulate(&means(), &SUMMARIES, 0.2, &run).unwrap();
    assert!(found.replicates < 3_000 && found.power.high - found.power.low <= 0.04);
}

#[test]
fn curves_rise_with_clusters_and_closures_are_estimators() {
    let mean_difference = |frame: &Frame, y: &[f64], level: f64| {
        let mean = |arm: f64| {
            let these: Vec<f64> = (0..y.len()).filter(|&i| frame.treatment[i] == arm).map(|i| y[i]).collect();
            (these.iter().sum::<f64>() / these.len() as f64, these.len() as f64)
        };
        let ((one, n), (zero, m)) = (mean(1.0), mean(0.0));
        let variance = 0.05 + 0.95 / 30.0;
        Ok(Estimate::wald("treatment", one - zero, (variance / n + variance / m).sqrt(), None, level))
    };
    let points = curve(
        &[5.0, 10.0, 20.0, 40.0],
        |clusters| {
            let trial = ClusterTrial { layout: Layout::parallel(0, 1, clusters)?, ..means() };
            Ok((trial, 0.25))
        },
        &mean_difference,
        &Run::new(4_000, Seed::from_number(2)),
    )
    .unwrap();
    assert!(points.windows(2).all(|pair| pair[0].found.power.estimate < pair[1].found.power.estimate));
    let design = ClusterMeans { normal: true, ..ClusterMeans::new(40.0, 30.0, 0.05) };
    let right = power(&design, 0.25, &Test::two_sided(0.05)).unwrap();
    let last = &points[3].found.power;
    assert!((last.estimate - right).abs() < 3.0 * last.error, "{last:?} {right}");
}

#[test]
fn hard_trials_have_an_answer_or_an_error() {
    let run = Run::new(200, Seed::from_number(8));
    let mixed = PoissonMixed { integral: Integral::Laplace, df: None };
    // Rates so low that most trials have no event in an arm: failures are counted, never lost.
    let mut rare = rates(3.0);
    rare.covariates.clear();
    rare.distribution = Distribution::Counts { rate: 2e-4, sd: 0.1, period_sd: 0.0, theta: None };
    let found = simulate(&rare, &mixed, -2.0, &run).unwrap();
    let failed: u64 = found.failures.values().sum();
    assert!(failed > 20 && failed < 200, "{:?}", found.failures);
    rare.distribution = Distribution::Counts { rate: 1e-12, sd: 0.1, period_sd: 0.0, theta: None };
    assert!(matches!(simulate(&rare, &mixed, 0.0, &run), Err(StatsError::NoAnswer(_))));
    let summaries = ClusterSummaries { log_rates: true, change: true };
    assert!(simulate(&rates(10.0), &summaries, 0.1, &run).is_ok());
    let wedge = ClusterTrial { layout: Layout::stepped(3, 2.0).unwrap(), trend: vec![], ..rates(1.0) };
    assert!(simulate(&wedge, &summaries, 0.1, &run).is_err());
    let halves = ClusterTrial { layout: Layout::parallel(0, 1, 2.5).unwrap(), ..means() };
    assert!(simulate(&halves, &SUMMARIES, 0.1, &run).is_err());
    assert!(simulate(&means(), &SUMMARIES, f64::NAN, &run).is_err());
    assert!(simulate(&means(), &SUMMARIES, 0.1, &Run::new(0, run.seed)).is_err());
    assert!(minimal_effect(&means(), &SUMMARIES, 0.8, 0.0, &run).is_err());
    assert!(minimal_effect(&means(), &SUMMARIES, 0.04, 0.1, &run).is_err());
}
