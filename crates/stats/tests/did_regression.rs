//! Two-way regressions, event studies and Sun and Abraham's estimator where the answer is known otherwise.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use stats::did::{
    Aggregation, BasePeriod, EventStudy, EventStudyOptions, GroupTimeEffects, GroupTimeOptions, Levels,
    Panel, PanelRows, SunAbraham, TwoWay, Window, leave_one_cohort_out, placebo_dates, placebo_groups,
};
use stats::random::{Sample, Seed, fast};

struct Rows {
    unit: Vec<usize>,
    period: Vec<i64>,
    outcome: Vec<f64>,
    cohort: Vec<Option<i64>>,
    covariate: Vec<f64>,
    weight: Vec<f64>,
}

/// Units of each cohort over periods, with an effect that grows with time and differs between cohorts.
fn rows(counts: &[(Option<i64>, usize)], periods: &[i64]) -> Rows {
    let mut random = fast(Seed::from_number(31), 0);
    let mut rows = Rows {
        unit: vec![],
        period: vec![],
        outcome: vec![],
        cohort: vec![],
        covariate: vec![],
        weight: vec![],
    };
    let mut unit = 10;
    for &(cohort, count) in counts {
        for _ in 0..count {
            let level = random.normal();
            for &period in periods {
                let since = cohort.map_or(-1, |first| period - first);
                let effect = if since >= 0 { 1.0 + 0.5 * since as f64 } else { 0.0 };
                rows.unit.push(unit);
                rows.period.push(period);
                rows.cohort.push(cohort);
                rows.covariate.push(random.normal());
                rows.weight.push(1.0);
                rows.outcome.push(level + (period as f64).sin() + effect + 0.2 * random.normal());
            }
            unit += 1;
        }
    }
    rows
}

fn panel(rows: &Rows, covariate: bool) -> Panel {
    let covariates: &[(&str, &[f64])] = &[("size", &rows.covariate)];
    Panel::new(PanelRows {
        unit: &rows.unit,
        period: &rows.period,
        outcome: &rows.outcome,
        cohort: &rows.cohort,
        covariates: if covariate { covariates } else { &[] },
        cluster: None,
        weight: Some(&rows.weight),
    })
    .unwrap()
}

fn message<T>(result: stats::Result<T>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

fn mean(rows: &Rows, treated: bool, period: i64) -> f64 {
    let values: Vec<f64> = (0..rows.unit.len())
        .filter(|&row| rows.cohort[row].is_some() == treated && rows.period[row] == period)
        .map(|row| rows.outcome[row])
        .collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn two_groups_and_two_periods_give_the_difference_of_differences() {
    let data = rows(&[(Some(2), 12), (None, 17)], &[1, 2]);
    let expected =
        mean(&data, true, 2) - mean(&data, true, 1) - mean(&data, false, 2) + mean(&data, false, 1);
    for levels in [Levels::Units, Levels::Cohorts] {
        let fit = TwoWay::fit(&panel(&data, false), false, levels).unwrap();
        assert!((fit.effect(0.95).unwrap().estimate - expected).abs() < 1e-12);
        assert_eq!(fit.negative_weight.rows, 0);
    }
    let fit = TwoWay::fit(&panel(&data, false), false, Levels::Units).unwrap();
    // The regression on changes with a robust variance: sums of squares about the two means.
    let change: Vec<f64> = data.outcome.chunks(2).map(|pair| pair[1] - pair[0]).collect();
    let spread = |values: &[f64]| {
        let m = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (values.len() as f64).powi(2)
    };
    let factor = 29.0 / 28.0 * 57.0 / (58.0 - 3.0);
    let expected = ((spread(&change[..12]) + spread(&change[12..])) * factor).sqrt();
    assert!((fit.effect(0.95).unwrap().standard_error - expected).abs() < 1e-12);
}

/// Least squares with an indicator for every unit and period, solved by brute force, on an unbalanced weighted panel.
#[test]
fn unbalanced_and_weighted_panels_agree_with_indicators() {
    let mut data = rows(&[(Some(3), 8), (Some(4), 7), (None, 9)], &[1, 2, 3, 4, 5]);
    for row in 0..data.unit.len() {
        data.weight[row] = if row.is_multiple_of(7) { 0.0 } else { 1.0 + (row % 3) as f64 };
    }
    let fit = TwoWay::fit(&panel(&data, true), true, Levels::Units).unwrap();
    let used: Vec<usize> = (0..data.unit.len()).filter(|&row| data.weight[row] > 0.0).collect();
    let x = stats::Matrix::from_fn(used.len(), 2 + 24 + 4, |i, j| {
        let row = used[i];
        let treated = data.cohort[row].is_some_and(|first| data.period[row] >= first);
        match j {
            0 => f64::from(u8::from(treated)),
            1 => data.covariate[row],
            2..26 => f64::from(u8::from(data.unit[row] - 10 == j - 2)),
            _ => f64::from(u8::from(data.period[row] == (j - 24) as i64)),
        }
    });
    let w: Vec<f64> = used.iter().map(|&row| data.weight[row]).collect();
    let y = stats::Vector::from_iterator(
        used.len(),
        used.iter().map(|&row| data.outcome[row] * data.weight[row]),
    );
    let beta =
        stats::numeric::algebra::inverse(&stats::numeric::algebra::cross_product(&x, Some(&w)), "singular")
            .unwrap()
            * x.tr_mul(&y);
    for j in 0..2 {
        assert!((fit.estimates.beta[j] - beta[j]).abs() < 1e-10);
    }
    assert!(fit.remarks.iter().any(|remark| remark.contains("clusters")));
}

#[test]
fn negative_weights_are_found_where_early_units_serve_for_comparison() {
    let data = rows(&[(Some(2), 10), (Some(5), 10)], &[1, 2, 3, 4, 5, 6]);
    let fit = TwoWay::fit(&panel(&data, false), false, Levels::Units).unwrap();
    // The early cohort in the periods where the late one is treated too.
    assert_eq!((fit.negative_weight.rows, fit.negative_weight.of), (20, 70));
    assert!(fit.negative_weight.sum < 0.0);
    assert!(fit.remarks.iter().any(|remark| remark.contains("negative weight")));
}

#[test]
fn one_cohort_makes_all_dynamic_estimators_agree() {
    let data = panel(&rows(&[(Some(4), 12), (None, 17)], &[1, 2, 3, 4, 5, 6]), false);
    let study = EventStudy::fit(&data, &EventStudyOptions::default()).unwrap();
    let interaction = SunAbraham::fit(&data, -1, false).unwrap();
    let options = GroupTimeOptions { base: BasePeriod::Universal, ..GroupTimeOptions::default() };
    let group = GroupTimeEffects::fit(&data, &options)
        .unwrap()
        .aggregate(Aggregation::Dynamic, &Window::default())
        .unwrap()
        .event_times()
        .unwrap();
    assert_eq!(study.effects.times, [-3, -2, 0, 1, 2]);
    assert_eq!(group.times, study.effects.times);
    for k in 0..5 {
        assert!((study.effects.estimates.beta[k] - interaction.effects.estimates.beta[k]).abs() < 1e-12);
        assert!((study.effects.estimates.beta[k] - group.estimates.beta[k]).abs() < 1e-12);
    }
    assert!(study.effects.pretest().unwrap().p > 0.001);
    let power = study.effects.pretest_power(0.05).unwrap();
    assert!(power.slope_half > 0.0 && power.slope_eighty > power.slope_half);
}

#[test]
fn ends_are_binned() {
    let data = panel(&rows(&[(Some(4), 12), (Some(5), 8), (None, 17)], &[1, 2, 3, 4, 5, 6, 7]), false);
    let options = EventStudyOptions { first: Some(-3), last: Some(1), ..EventStudyOptions::default() };
    let study = EventStudy::fit(&data, &options).unwrap();
    assert_eq!(study.effects.times, [-3, -2, 0, 1]);
    assert!(study.remarks.iter().any(|remark| remark.contains("several cohorts")));
    let wrong = EventStudyOptions { first: Some(-1), ..EventStudyOptions::default() };
    assert!(message(EventStudy::fit(&data, &wrong)).contains("between the bins"));
    let missing = EventStudyOptions { reference: -9, ..EventStudyOptions::default() };
    assert!(message(EventStudy::fit(&data, &missing)).contains("-9"));
}

#[test]
fn without_untreated_units_a_line_is_lost_and_said_so() {
    let data = panel(&rows(&[(Some(3), 12), (Some(5), 8)], &[1, 2, 3, 4, 5, 6, 7]), false);
    assert!(message(EventStudy::fit(&data, &EventStudyOptions::default())).contains("straight line"));
    let fit = SunAbraham::fit(&data, -1, false).unwrap();
    assert_eq!(fit.effects.times, [-2, 0, 1]);
    assert!(fit.remarks.iter().any(|remark| remark.contains("periods from 5 on")));
}

#[test]
fn there_must_be_treated_and_untreated_rows() {
    let nobody = panel(&rows(&[(None, 12)], &[1, 2, 3]), false);
    assert!(message(TwoWay::fit(&nobody, false, Levels::Units)).contains("no row"));
    assert!(message(EventStudy::fit(&nobody, &EventStudyOptions::default())).contains("no unit"));
    assert!(SunAbraham::fit(&nobody, -1, false).is_err());
    let everybody = panel(&rows(&[(Some(2), 12)], &[1, 2, 3]), false);
    assert!(message(TwoWay::fit(&everybody, false, Levels::Units)).contains("nobody to compare"));
    assert!(message(SunAbraham::fit(&everybody, -1, false)).contains("same period"));
    assert!(message(SunAbraham::fit(&everybody, 0, false)).contains("reference"));
    let one = panel(&rows(&[(Some(2), 1), (None, 12)], &[1, 2, 3]), false);
    assert!(TwoWay::fit(&one, false, Levels::Units).unwrap().effect(0.95).unwrap().estimate.is_finite());
}

#[test]
fn a_constant_outcome_gives_zero() {
    let mut data = rows(&[(Some(2), 5), (None, 12)], &[1, 2, 3]);
    data.outcome.fill(4.0);
    let fit = TwoWay::fit(&panel(&data, false), false, Levels::Units).unwrap();
    let effect = fit.effect(0.95).unwrap();
    assert_eq!((effect.estimate, effect.standard_error), (0.0, 0.0));
}

#[test]
fn fixed_covariates_are_left_out_with_a_remark() {
    let mut data = rows(&[(Some(2), 5), (None, 12)], &[1, 2, 3]);
    for row in 0..data.unit.len() {
        data.covariate[row] = data.unit[row] as f64;
    }
    let fit = TwoWay::fit(&panel(&data, true), true, Levels::Units).unwrap();
    assert_eq!(fit.estimates.names, ["effect"]);
    assert!(fit.remarks.iter().any(|remark| remark.starts_with("size is left out")));
}

#[test]
fn a_missing_reference_period_moves_the_reference() {
    let data = panel(&rows(&[(Some(4), 12), (Some(6), 9), (None, 17)], &[1, 2, 4, 5, 6, 7]), false);
    let fit = SunAbraham::fit(&data, -1, false).unwrap();
    // The cohort of 4 is not seen in period 3; its reference is period 2.
    assert!(!fit.cells.names.contains(&"4: -2".to_owned()));
    assert!(fit.cells.names.contains(&"6: -2".to_owned()));
    assert!(!fit.remarks.iter().any(|remark| remark.contains("cannot be estimated")));
}

#[test]
fn placebo_dates_find_nothing_before_treatment() {
    let data = panel(&rows(&[(Some(5), 20), (None, 30)], &[1, 2, 3, 4, 5, 6]), false);
    let placebos = placebo_dates(&data, 9, false, 0.95).unwrap();
    assert_eq!(placebos.iter().map(|placebo| placebo.earlier).collect::<Vec<_>>(), [1, 2, 3]);
    for placebo in &placebos {
        assert!(placebo.effect.estimate.abs() < 0.2 && placebo.effect.standard_error > 0.0);
    }
    let early = panel(&rows(&[(Some(2), 20), (None, 30)], &[1, 2, 3]), false);
    assert!(message(placebo_dates(&early, 3, false, 0.95)).contains("too few periods"));
}

#[test]
fn placebo_dates_find_a_trend() {
    let mut data = rows(&[(Some(5), 20), (None, 30)], &[1, 2, 3, 4, 5, 6]);
    for row in 0..data.unit.len() {
        if data.cohort[row].is_some() {
            data.outcome[row] += data.period[row] as f64;
        }
    }
    for placebo in placebo_dates(&panel(&data, false), 3, false, 0.95).unwrap() {
        // Means of the periods on either side of the pretended start among 1 to 4 lie two apart.
        assert!((placebo.effect.estimate - 2.0).abs() < 0.2);
    }
}

#[test]
fn dealing_treatment_out_anew_gives_a_permutation_test() {
    let data = panel(&rows(&[(Some(3), 10), (None, 20)], &[1, 2, 3, 4]), false);
    let test = placebo_groups(&data, 199, Seed::from_number(3)).unwrap();
    assert!((test.p - 0.005).abs() < 1e-12);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(|| placebo_groups(&data, 199, Seed::from_number(3)).unwrap()), test);
    // Without an effect the p-value is nothing special.
    let mut null = rows(&[(Some(3), 10), (None, 20)], &[1, 2, 3, 4]);
    let mut random = fast(Seed::from_number(8), 0);
    null.outcome.iter_mut().for_each(|value| *value = random.normal());
    assert!(placebo_groups(&panel(&null, false), 199, Seed::from_number(3)).unwrap().p > 0.05);
    assert!(placebo_groups(&data, 0, Seed::from_number(3)).is_err());
}

#[test]
fn each_cohort_can_be_left_out() {
    let data = panel(&rows(&[(Some(3), 10), (Some(4), 12), (None, 20)], &[1, 2, 3, 4, 5]), false);
    let rest = leave_one_cohort_out(&data, &GroupTimeOptions::default(), 0.95).unwrap();
    assert_eq!(
        rest.iter().map(|estimate| estimate.name.as_str()).collect::<Vec<_>>(),
        ["without 3", "without 4"]
    );
    let own = panel(&rows(&[(Some(3), 10), (None, 20)], &[1, 2, 3, 4, 5]), false);
    assert!(leave_one_cohort_out(&own, &GroupTimeOptions::default(), 0.95).is_err());
}
