//! Stepped-wedge models against lme4 1.1 and glmmTMB 1.1 (R 4.2), on data of our own (tests/data/wedge12.csv: 12 clusters, 5
//! periods, 3 cells not measured, people followed with gaps).
//!
//! lme4: `lmer(y ~ 0 + period + treatment + female + (1 | cluster) ..., control = lmerControl("bobyqa", rhoend = 1e-11))`.

mod common;

use common::Table;
use stats::random::Seed;
use stats::wedge::{Correlation, Effect, Fit, Settings, Trial, fit, permutation};
use stats::{Matrix, StatsError};

fn table() -> Table {
    Table::own("wedge12.csv")
}

fn whole(values: Vec<f64>) -> Vec<usize> {
    values.into_iter().map(|value| value as usize).collect()
}

fn trial(followed: bool, female: bool) -> Trial {
    let table = table();
    let y = table.numbers("y");
    let n = y.len();
    Trial {
        outcome: y,
        cluster: whole(table.numbers("cluster")),
        period: whole(table.numbers("period")),
        treatment: table.numbers("treatment"),
        individual: followed.then(|| whole(table.numbers("person"))),
        covariates: if female {
            Matrix::from_vec(n, 1, table.numbers("female"))
        } else {
            Matrix::zeros(n, 0)
        },
        covariate_names: if female { vec!["female".into()] } else { Vec::new() },
    }
}

fn settings(correlation: Correlation) -> Settings {
    Settings { correlation, ..Settings::default() }
}

fn close(what: &str, found: f64, right: f64, tolerance: f64) {
    assert!((found - right).abs() <= tolerance * right.abs().max(1.0), "{what}: {found} against {right}");
}

/// Tolerances: betas within 1e-6 of a standard error would do; the log-likelihood to 1e-7.
fn check(found: &Fit, beta: &[f64], se: &[f64], log_likelihood: f64) {
    let errors = found.estimates.standard_errors();
    close("log-likelihood", found.log_likelihood, log_likelihood, 1e-9);
    for j in 0..beta.len() {
        close(&found.estimates.names[j], found.estimates.beta[j], beta[j], 2e-7);
        close("its standard error", errors[j], se[j], 2e-7);
    }
}

#[test]
fn hussey_and_hughes() {
    let found = fit(&trial(false, true), &settings(Correlation::Exchangeable)).unwrap();
    check(
        &found,
        &[
            9.92364348116,
            9.88016474976,
            10.62532188562,
            10.78424172315,
            11.09057688140,
            0.48936924548,
            0.97855499218,
        ],
        &[
            0.236366160901,
            0.240171608007,
            0.260468788322,
            0.295309674941,
            0.347885849520,
            0.246568767103,
            0.149851436953,
        ],
        -709.50192829439,
    );
    close("clusters", found.components.cluster, 0.27912752362, 1e-7);
    close("residual", found.components.residual, 1.98479395662, 1e-7);
    let by_ml = Settings { restricted: false, ..settings(Correlation::Exchangeable) };
    let found = fit(&trial(false, true), &by_ml).unwrap();
    close("log-likelihood", found.log_likelihood, -704.27014891689, 1e-9);
    close("treatment", found.effect(0.95).unwrap().estimate, 0.488528380709, 1e-7);
}

#[test]
fn nested_exchangeable() {
    let found = fit(&trial(false, true), &settings(Correlation::Nested)).unwrap();
    check(
        &found,
        &[
            9.921058765002,
            9.916802763603,
            10.625071994275,
            10.823504343155,
            11.161128877005,
            0.423593651690,
            0.981159129844,
        ],
        &[
            0.269818656045,
            0.273939937485,
            0.303944347387,
            0.353370240205,
            0.423778702082,
            0.315386816752,
            0.143641225247,
        ],
        -704.41649481488,
    );
    close("cluster-periods", found.components.cluster_period, 0.247298216478, 1e-6);
    close("clusters", found.components.cluster, 0.237195096663, 1e-6);
}

#[test]
fn people_followed_with_gaps() {
    let found = fit(&trial(true, true), &settings(Correlation::Nested)).unwrap();
    check(
        &found,
        &[
            9.932698857413,
            9.924504088801,
            10.652870035768,
            10.855689845789,
            11.225153423407,
            0.355628489845,
            0.997057064075,
        ],
        &[
            0.272967803089,
            0.276664543627,
            0.304902806123,
            0.351986778761,
            0.419854308844,
            0.308666938490,
            0.185506296937,
        ],
        -693.901136312,
    );
    close("people", found.components.individual, 0.417503121626, 1e-6);
}

#[test]
fn effects_that_vary_between_clusters() {
    let varying = Settings { varying_treatment: true, ..settings(Correlation::Exchangeable) };
    let found = fit(&trial(true, true), &varying).unwrap();
    check(
        &found,
        &[
            9.989599179034,
            9.969892642224,
            10.717616362002,
            10.889820699850,
            11.084448227973,
            0.411623024897,
            0.986384754130,
        ],
        &[
            0.260406843738,
            0.267160801639,
            0.281926054833,
            0.306945619760,
            0.352161220343,
            0.307614588172,
            0.187040698001,
        ],
        -697.20536881876,
    );
    close("effects", found.components.treatment, 0.511167221773, 1e-5);
}

/// glmmTMB `ar1(0 + period | cluster)`, REML; it says "singular convergence", so the tolerance is that of its optimiser.
#[test]
fn correlation_that_decays() {
    let found = fit(&trial(false, true), &settings(Correlation::Decay)).unwrap();
    close("log-likelihood", found.log_likelihood, -703.38549203774, 1e-9);
    close("treatment", found.effect(0.95).unwrap().estimate, 0.470381489689, 1e-5);
    // glmmTMB adds the uncertainty of the variances to the covariance of the fixed effects under REML; we and lme4 do not.
    close("its standard error", found.effect(0.95).unwrap().standard_error, 0.311651934881, 2e-3);
    close("decay", found.components.decay, 0.338393887195 / 0.494255459270, 1e-4);
}

#[test]
fn effects_by_time_of_exposure() {
    let by_exposure = Settings { effect: Effect::ByExposure, ..settings(Correlation::Nested) };
    let found = fit(&trial(false, false), &by_exposure).unwrap();
    let average = found.effect(0.95).unwrap();
    close("log-likelihood", found.log_likelihood, -724.67994671984, 1e-9);
    close("average", average.estimate, 0.177623817995, 1e-6);
    close("its standard error", average.standard_error, 0.440293525456, 1e-6);
    assert_eq!(found.estimates.names[8], "exposure 4");
}

#[test]
fn a_variance_of_zero_is_a_result() {
    // Outcomes whose cluster means vary less than their error allows.
    let mut quiet = trial(false, false);
    for (i, y) in quiet.outcome.iter_mut().enumerate() {
        *y = ((i * 7919) % 101) as f64 / 50.0;
    }
    let found = fit(&quiet, &settings(Correlation::Nested)).unwrap();
    assert_eq!(found.components.cluster, 0.0);
    assert!(!found.convergence.remarks.is_empty());
    assert!(found.effect(0.95).unwrap().standard_error > 0.0);
}

#[test]
fn hard_data_have_an_answer_or_an_error() {
    let good = trial(false, false);
    let mut constant = good.clone();
    constant.outcome.fill(3.0);
    assert!(matches!(fit(&constant, &Settings::default()), Err(StatsError::NoAnswer(_))));
    let mut missing = good.clone();
    missing.outcome[3] = f64::NAN;
    assert!(matches!(fit(&missing, &Settings::default()), Err(StatsError::Value { row: 4, .. })));
    let mut together = good.clone();
    for (x, period) in together.treatment.iter_mut().zip(&good.period) {
        *x = f64::from(u8::from(*period >= 3));
    }
    assert!(matches!(fit(&together, &Settings::default()), Err(StatsError::Collinear(_))));
    let mut never = good.clone();
    never.treatment.fill(0.0);
    assert!(matches!(fit(&never, &Settings::default()), Err(StatsError::NoAnswer(_))));
    let mut torn = good.clone();
    torn.treatment[0] = 1.0;
    assert!(matches!(fit(&torn, &Settings::default()), Err(StatsError::Value { .. })));
    let mut single = good.clone();
    single.cluster.fill(1);
    assert!(fit(&single, &Settings::default()).is_err());
    // A large constant added to the outcome moves the periods and nothing else.
    let mut shifted = good.clone();
    for y in &mut shifted.outcome {
        *y += 1e6;
    }
    let (a, b) = (fit(&good, &Settings::default()).unwrap(), fit(&shifted, &Settings::default()).unwrap());
    close("treatment", b.effect(0.95).unwrap().estimate, a.effect(0.95).unwrap().estimate, 1e-6);
}

/// Brute force: the robust covariance from the full matrices of every cluster.
#[test]
fn mancl_and_derouen() {
    let trial = trial(false, true);
    let found = fit(&trial, &settings(Correlation::Exchangeable)).unwrap();
    let (tau, sigma) = (found.components.cluster, found.components.residual);
    let n = trial.outcome.len();
    let x = Matrix::from_fn(n, 7, |i, j| match j {
        0..5 => f64::from(u8::from(trial.period[i] == j + 1)),
        5 => trial.treatment[i],
        _ => trial.covariates[(i, 0)],
    });
    let beta = stats::Vector::from_vec(found.estimates.beta.clone());
    let residual = stats::Vector::from_vec(trial.outcome.clone()) - &x * beta;
    let rows = |c: usize| -> Vec<usize> { (0..n).filter(|&i| trial.cluster[i] == c).collect() };
    let weight =
        |m: usize| (Matrix::identity(m, m) * sigma + Matrix::from_element(m, m, tau)).try_inverse().unwrap();
    let part = |c: usize| {
        let rows = rows(c);
        (x.select_rows(&rows), weight(rows.len()), residual.select_rows(&rows))
    };
    let mut a = Matrix::zeros(7, 7);
    for c in 1..=12 {
        let (x, w, _) = part(c);
        a += x.transpose() * w * x;
    }
    let inverse = a.try_inverse().unwrap();
    let mut meat = Matrix::zeros(7, 7);
    for c in 1..=12 {
        let (x, w, e) = part(c);
        let h = &x * &inverse * x.transpose() * &w;
        let m = h.nrows();
        let g = x.transpose() * w * (Matrix::identity(m, m) - h).try_inverse().unwrap() * e;
        meat += &g * g.transpose();
    }
    let right = &inverse * meat * &inverse;
    for j in 0..7 {
        close("robust variance", found.robust.covariance[(j, j)], right[(j, j)], 1e-9);
    }
    assert_eq!(found.robust.df, Some(10.0));
}

#[test]
fn permutations_within_the_design() {
    let seed = Seed::from_number(3);
    let plain = settings(Correlation::Nested);
    let found = permutation(&trial(false, true), &plain, None, 1999, 0.95, seed).unwrap();
    assert!(!found.exact);
    assert!(found.low < found.estimate && found.estimate < found.high);
    // Near the model's own answer, because the model is true here.
    let model = fit(&trial(false, true), &plain).unwrap().effect(0.95).unwrap();
    assert!((found.estimate - model.estimate).abs() < 0.5 * model.standard_error);
    assert!((found.p - model.p).abs() < 0.1, "{} {}", found.p, model.p);
    // Four clusters, one to each sequence: 24 allocations, so that p is a multiple of 1/24.
    let whole = trial(false, false);
    let keep: Vec<usize> =
        (0..whole.outcome.len()).filter(|&i| [2, 4, 9, 11].contains(&whole.cluster[i])).collect();
    let small = Trial {
        outcome: keep.iter().map(|&i| whole.outcome[i]).collect(),
        cluster: keep.iter().map(|&i| whole.cluster[i]).collect(),
        period: keep.iter().map(|&i| whole.period[i]).collect(),
        treatment: keep.iter().map(|&i| whole.treatment[i]).collect(),
        individual: None,
        covariates: Matrix::zeros(keep.len(), 0),
        covariate_names: Vec::new(),
    };
    let exact = permutation(&small, &settings(Correlation::Exchangeable), None, 1999, 0.9, seed).unwrap();
    assert!(exact.exact);
    assert_eq!(exact.compared, 24);
    assert!((exact.p * 24.0 - (exact.p * 24.0).round()).abs() < 1e-9);
    // At the 99% level 24 allocations cannot reject anything: the interval has no ends.
    let none = permutation(&small, &settings(Correlation::Exchangeable), None, 1999, 0.99, seed).unwrap();
    assert!(none.high.is_infinite() && none.low.is_infinite());
    let strata = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    let stratified = permutation(&trial(false, true), &plain, Some(&strata), 499, 0.95, seed).unwrap();
    assert!((stratified.estimate - found.estimate).abs() < 1e-12);
}
