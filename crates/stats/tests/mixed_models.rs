//! Closed forms and hard cases of models with random intercepts.

use stats::mixed::{Data, Family, Groups, Integral, Likelihood, Options, fit, test_no_variance};
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, StatsError};

fn data<'a>(x: &'a Matrix, y: &'a [f64], groups: &'a [usize]) -> Data<'a> {
    Data { x, y, offset: None, weights: None, trials: None, groups: Groups::One(groups), names: &[] }
}

/// Twelve groups of five rows, of which half are treated.
fn balanced() -> (Matrix, Vec<f64>, Vec<usize>) {
    let mut g = fast(Seed::from_number(5), 0);
    let groups: Vec<usize> = (0..60).map(|i| i / 5).collect();
    let effect: Vec<f64> = (0..12).map(|_| g.normal()).collect();
    let x = Matrix::from_fn(60, 2, |i, j| if j == 0 { 1.0 } else { (groups[i] % 2) as f64 });
    let y = (0..60).map(|i| 1e6 + 0.5 * x[(i, 1)] + effect[groups[i]] + 0.8 * g.normal()).collect();
    (x, y, groups)
}

/// In a balanced design restricted likelihood is the analysis of variance, and the arms are compared by a t-test of the
/// group means with G - 2 degrees of freedom.
#[test]
fn a_balanced_gaussian_design_is_the_analysis_of_variance() {
    let (x, y, groups) = balanced();
    let found = fit(&data(&x, &y, &groups), &Options::new(Family::Gaussian)).unwrap();
    let means: Vec<f64> = (0..12).map(|g| y[g * 5..g * 5 + 5].iter().sum::<f64>() / 5.0).collect();
    let arm = |a: usize| (0..12).filter(move |g| g % 2 == a);
    let mean = |a: usize| arm(a).map(|g| means[g]).sum::<f64>() / 6.0;
    let between: f64 = (0..12).map(|g| (means[g] - mean(g % 2)).powi(2)).sum::<f64>() / 10.0;
    let within: f64 = (0..60).map(|i| (y[i] - means[i / 5]).powi(2)).sum::<f64>() / 48.0;
    assert!((found.estimates.beta[1] - (mean(1) - mean(0))).abs() < 1e-8);
    assert!((found.residual_sd.unwrap().powi(2) / within - 1.0).abs() < 1e-7);
    assert!((found.intercepts[0].sd.powi(2) / (between - within / 5.0) - 1.0).abs() < 1e-7);
    assert!((found.estimates.standard_errors()[1] / (between / 3.0).sqrt() - 1.0).abs() < 1e-7);
    assert!((found.df.as_ref().unwrap()[1] - 10.0).abs() < 1e-4, "{:?}", found.df);
    assert!(found.intraclass_correlation().unwrap() > 0.0);
}

#[test]
fn zero_variance_is_a_result() {
    let mut g = fast(Seed::from_number(11), 0);
    let groups: Vec<usize> = (0..80).map(|i| i / 4).collect();
    let x = Matrix::from_fn(80, 2, |i, j| if j == 0 { 1.0 } else { (i % 2) as f64 });
    // Every group has the same counts, which is less variation between groups than chance.
    let y: Vec<f64> = (0..80).map(|i| [3.0, 5.0, 4.0, 6.0][i % 4]).collect();
    for family in [Family::Poisson, Family::NegativeBinomial, Family::Gaussian] {
        let found = fit(&data(&x, &y, &groups), &Options::new(family)).unwrap();
        assert_eq!(found.intercepts[0].sd, 0.0, "{family:?}");
        assert!(found.convergence.remarks.iter().any(|remark| remark.contains("zero")));
        assert!(found.intercepts[0].modes.iter().all(|mode| mode.mode == 0.0));
        if family == Family::NegativeBinomial {
            assert_eq!(found.theta, Some(f64::INFINITY));
        }
        if family != Family::Gaussian {
            // Without random intercepts this is the ratio of the totals.
            assert!((found.estimates.beta[1] - (11.0_f64 / 7.0).ln()).abs() < 1e-9, "{family:?}");
        }
    }
    assert_eq!(test_no_variance(&data(&x, &y, &groups), &Options::new(Family::Poisson)).unwrap().p, 1.0);
    let varied: Vec<f64> = (0..80).map(|i| g.poisson(((i / 4) as f64 * 0.1).exp())).collect();
    assert!(test_no_variance(&data(&x, &varied, &groups), &Options::new(Family::Poisson)).unwrap().p < 0.01);
}

#[test]
fn what_has_no_answer_is_said() {
    let groups: Vec<usize> = (0..40).map(|i| i / 4).collect();
    let arm: Vec<f64> = groups.iter().map(|g| (g % 2) as f64).collect();
    let x = Matrix::from_fn(40, 2, |i, j| if j == 0 { 1.0 } else { arm[i] });
    let zeros = vec![0.0; 40];
    let options = Options::new(Family::Poisson);
    assert!(matches!(fit(&data(&x, &zeros, &groups), &options), Err(StatsError::NoAnswer(_))));
    // An arm without events.
    let y: Vec<f64> = (0..40).map(|i| if arm[i] == 0.0 { (i % 3) as f64 } else { 0.0 }).collect();
    for family in [Family::Poisson, Family::NegativeBinomial] {
        let found = fit(&data(&x, &y, &groups), &Options::new(family));
        assert_eq!(found, Err(StatsError::Separation("x2".to_owned())), "{family:?}");
    }
    let all: Vec<f64> = (0..40).map(|i| if arm[i] == 0.0 { (i % 2) as f64 } else { 1.0 }).collect();
    let found = fit(&data(&x, &all, &groups), &Options::new(Family::Binomial));
    assert_eq!(found, Err(StatsError::Separation("x2".to_owned())));
    let double = Matrix::from_fn(40, 3, |i, j| if j == 0 { 1.0 } else { (j as f64) * arm[i] });
    let counts: Vec<f64> = (0..40).map(|i| (i % 3) as f64).collect();
    for family in [Family::Poisson, Family::NegativeBinomial, Family::Gaussian] {
        let found = fit(&data(&double, &counts, &groups), &Options::new(family));
        assert_eq!(found, Err(StatsError::Collinear(vec!["x3".to_owned()])), "{family:?}");
    }
    let mut missing = counts.clone();
    missing[6] = f64::NAN;
    assert!(fit(&data(&x, &missing, &groups), &options).unwrap_err().to_string().contains("row 7"));
    missing[6] = -1.0;
    assert!(fit(&data(&x, &missing, &groups), &options).unwrap_err().to_string().contains("negative"));
    missing[6] = 1.5;
    assert!(fit(&data(&x, &missing, &groups), &options).unwrap_err().to_string().contains("whole"));
    let none = Matrix::zeros(0, 2);
    assert!(fit(&data(&none, &[], &[]), &options).is_err());
}

#[test]
fn offsets_over_six_orders_and_unequal_groups_are_recovered() {
    let mut g = fast(Seed::from_number(3), 0);
    let mut groups = Vec::new();
    for (j, size) in [1, 2, 5, 400, 1, 3, 2, 1, 9, 30, 1, 1, 4, 4, 4, 7].iter().enumerate() {
        groups.extend(vec![j * 17; *size]);
    }
    let n = groups.len();
    let offset: Vec<f64> = (0..n).map(|i| (10.0_f64.powi((i % 7) as i32 - 1)).ln()).collect();
    let x = Matrix::from_fn(n, 2, |i, j| if j == 0 { 1.0 } else { 2000.0 + (i % 5) as f64 });
    let effect: Vec<f64> = (0..300).map(|_| 0.5 * g.normal()).collect();
    let rate = |i: usize| (-1.0 + 0.2 * (x[(i, 1)] - 2002.0) + offset[i] + effect[groups[i]]).exp();
    let y: Vec<f64> = (0..n).map(|i| g.poisson(rate(i))).collect();
    let found = fit(&Data { offset: Some(&offset), ..data(&x, &y, &groups) }, &Options::new(Family::Poisson))
        .unwrap();
    assert!((found.estimates.beta[1] - 0.2).abs() < 4.0 * found.estimates.standard_errors()[1]);
    assert!((found.intercepts[0].sd - 0.5).abs() < 0.3);
    // At the optimum the score of a column is zero: within groups, residuals at the posterior means add up to nothing.
    assert!(found.dispersion > 0.5 && found.dispersion < 1.5, "{}", found.dispersion);
}

#[test]
fn rows_of_weight_zero_count_for_nothing_and_order_does_not_matter() {
    let mut g = fast(Seed::from_number(9), 0);
    let groups: Vec<usize> = (0..90).map(|i| i / 6).collect();
    let effect: Vec<f64> = (0..15).map(|_| 0.6 * g.normal()).collect();
    let x = Matrix::from_fn(90, 2, |_, j| if j == 0 { 1.0 } else { g.normal() });
    let y: Vec<f64> = (0..90).map(|i| g.poisson((1.0 + 0.2 * x[(i, 1)] + effect[groups[i]]).exp())).collect();
    let weights: Vec<f64> = (0..90).map(|i| f64::from(u8::from(i % 6 != 5))).collect();
    let kept: Vec<usize> = (0..90).filter(|i| i % 6 != 5).collect();
    let mut mixed = kept.clone();
    g.shuffle(&mut mixed);
    for family in [Family::Poisson, Family::NegativeBinomial, Family::Gaussian] {
        let options = Options::new(family);
        let weighted = fit(&Data { weights: Some(&weights), ..data(&x, &y, &groups) }, &options).unwrap();
        for order in [&kept, &mixed] {
            let x = Matrix::from_fn(order.len(), 2, |i, j| x[(order[i], j)]);
            let y: Vec<f64> = order.iter().map(|i| y[*i]).collect();
            let groups: Vec<usize> = order.iter().map(|i| groups[*i]).collect();
            let found = fit(&data(&x, &y, &groups), &options).unwrap();
            assert!((found.log_likelihood - weighted.log_likelihood).abs() < 1e-8, "{family:?}");
            assert!((found.estimates.beta[1] - weighted.estimates.beta[1]).abs() < 1e-7);
            assert_eq!(found.rows, 75);
        }
    }
}

#[test]
fn extremes_are_answered() {
    // One row a group: overdispersion by a normal effect of every row. Huge counts. One group.
    let mut g = fast(Seed::from_number(21), 0);
    let x = Matrix::from_element(60, 1, 1.0);
    let y: Vec<f64> = (0..60)
        .map(|_| {
            let mean = (14.0 + 0.4 * g.normal()).exp();
            g.poisson(mean)
        })
        .collect();
    let groups: Vec<usize> = (0..60).collect();
    let found = fit(&data(&x, &y, &groups), &Options::new(Family::Poisson)).unwrap();
    assert!((found.intercepts[0].sd - 0.4).abs() < 0.15, "{}", found.intercepts[0].sd);
    let logs: Vec<f64> = y.iter().map(|y| y.ln()).collect();
    let mean = logs.iter().sum::<f64>() / 60.0;
    assert!((found.estimates.beta[0] - mean).abs() < 1e-3);
    let one = vec![4; 60];
    let alone = fit(&data(&x, &y, &one), &Options::new(Family::Poisson)).unwrap();
    assert_eq!(alone.intercepts[0].sd, 0.0);
    assert!(fit(&data(&x, &y, &groups), &Options::new(Family::Gaussian)).is_err());
}

#[test]
fn likelihood_ratio_tests_refuse_what_cannot_be_compared() {
    let (x, y, groups) = balanced();
    let small = Matrix::from_fn(60, 1, |_, _| 1.0);
    let options = Options::new(Family::Gaussian);
    let (large, little) =
        (fit(&data(&x, &y, &groups), &options).unwrap(), fit(&data(&small, &y, &groups), &options).unwrap());
    assert!(large.likelihood_ratio(&little).is_err());
    let full = options.likelihood(Likelihood::Full);
    let (large, little) =
        (fit(&data(&x, &y, &groups), &full).unwrap(), fit(&data(&small, &y, &groups), &full).unwrap());
    let test = large.likelihood_ratio(&little).unwrap();
    assert_eq!(test.df, 1);
    assert!(test.p > 0.0 && test.p < 1.0);
    assert!(little.likelihood_ratio(&large).is_err());
    let none = Options::new(Family::Poisson).integral(Integral::Quadrature(0));
    assert!(fit(&data(&small, &[1.0; 60], &groups), &none).is_err());
}
