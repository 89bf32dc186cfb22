//! Hard cases of models with random intercepts, one level and two: an answer that another route confirms, or a clear error.

use stats::mixed::{
    Data, End, Family, Groups, Integral, Options, Parameter, fit, profile_intervals, test_levels,
    test_no_variance,
};
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, StatsError};

const COUNTED: [Family; 3] = [Family::Poisson, Family::NegativeBinomial, Family::Binomial];

fn data<'a>(x: &'a Matrix, y: &'a [f64], groups: Groups<'a>) -> Data<'a> {
    Data { x, y, offset: None, weights: None, trials: None, groups, names: &[] }
}

/// `rows` rows in each group of each area, with an intercept, a column that alternates and one of the group.
struct Made {
    x: Matrix,
    area: Vec<usize>,
    group: Vec<usize>,
    y: Vec<f64>,
}

fn made(family: Family, areas: usize, groups: usize, rows: usize, sd: [f64; 2], seed: u64) -> Made {
    let mut g = fast(Seed::from_number(seed), 0);
    let n = areas * groups * rows;
    let group: Vec<usize> = (0..n).map(|i| i / rows).collect();
    let area: Vec<usize> = (0..n).map(|i| i / (rows * groups)).collect();
    let level: Vec<f64> = (0..areas * groups).map(|_| g.normal()).collect();
    let outer: Vec<f64> = (0..areas).map(|_| sd[0] * g.normal()).collect();
    let inner: Vec<f64> = (0..areas * groups).map(|_| sd[1] * g.normal()).collect();
    let x = Matrix::from_fn(n, 3, |i, j| match j {
        0 => 1.0,
        1 => (i % 2) as f64,
        _ => level[group[i]],
    });
    let y = (0..n)
        .map(|i| {
            let eta = 0.2 + 0.3 * x[(i, 1)] - 0.2 * x[(i, 2)] + outer[area[i]] + inner[group[i]];
            match family {
                Family::Poisson => g.poisson(eta.exp()),
                Family::NegativeBinomial => g.negative_binomial(eta.exp(), 3.0),
                Family::Binomial => f64::from(u8::from(g.uniform() < 1.0 / (1.0 + (-eta).exp()))),
                Family::Gaussian => eta + g.normal(),
            }
        })
        .collect();
    Made { x, area, group, y }
}

impl Made {
    fn groups(&self, nested: bool) -> Groups<'_> {
        if nested {
            Groups::Nested { outer: &self.area, inner: &self.group }
        } else {
            Groups::One(&self.group)
        }
    }
}

/// Rows of a group that share their variables count only through their sums (Poisson: with their number in the offset; binomial:
/// in the trials), so that a few added-up rows must give the same estimates as 600,000.
#[test]
fn groups_of_a_hundred_thousand_rows_are_those_of_their_sums() {
    for (family, nested) in [
        (Family::Poisson, false),
        (Family::Binomial, false),
        (Family::Poisson, true),
        (Family::Binomial, true),
    ] {
        let made = made(family, 3, 2, 100_000, [0.5, 0.4], 17);
        let large = fit(&data(&made.x, &made.y, made.groups(nested)), &Options::new(family)).unwrap();
        // One row for each group and value of the alternating column.
        let sums: Vec<f64> = (0..12)
            .map(|k| made.y.iter().skip((k / 2) * 100_000 + k % 2).step_by(2).take(50_000).sum())
            .collect();
        let x = Matrix::from_fn(12, 3, |k, j| made.x[((k / 2) * 100_000 + k % 2, j)]);
        let (area, group): (Vec<usize>, Vec<usize>) = (0..12).map(|k| (k / 4, k / 2)).unzip();
        let (offset, trials) = (vec![50_000.0_f64.ln(); 12], vec![50_000.0; 12]);
        let small = Data {
            offset: (family == Family::Poisson).then_some(&offset),
            trials: (family == Family::Binomial).then_some(&trials),
            ..data(
                &x,
                &sums,
                if nested { Groups::Nested { outer: &area, inner: &group } } else { Groups::One(&group) },
            )
        };
        let small = fit(&small, &Options::new(family)).unwrap();
        // With a log-likelihood near a million, the values no longer tell the last steps apart; the gradient does.
        let (large_errors, errors) = (large.estimates.standard_errors(), small.estimates.standard_errors());
        for j in 0..3 {
            let (a, b) = (large.estimates.beta[j], small.estimates.beta[j]);
            assert!((a - b).abs() < 1e-4 * errors[j], "{family:?} {nested} {j}: {a} {b}");
            let (a, b) = (large_errors[j], errors[j]);
            assert!((a / b - 1.0).abs() < 2e-4, "{family:?} {nested} {j}: {a} {b}");
        }
        for (a, b) in large.intercepts.iter().zip(&small.intercepts) {
            assert!((a.sd - b.sd).abs() < 1e-4, "{family:?} {nested}: {} {}", a.sd, b.sd);
        }
    }
    let made = made(Family::NegativeBinomial, 3, 2, 100_000, [0.5, 0.4], 18);
    let found =
        fit(&data(&made.x, &made.y, Groups::One(&made.group)), &Options::new(Family::NegativeBinomial))
            .unwrap();
    assert!((found.theta.unwrap() - 3.0).abs() < 0.1, "{:?}", found.theta);
    assert!((found.estimates.beta[1] - 0.3).abs() < 4.0 * found.estimates.standard_errors()[1]);
}

/// Ten clusters of ten rows, five areas of two: every family answers, and the ends of the interval of the effect are where a
/// refit with the effect held says.
#[test]
fn ten_clusters_are_answered() {
    for family in [Family::Poisson, Family::NegativeBinomial, Family::Binomial, Family::Gaussian] {
        for nested in [false, true] {
            let made = made(family, 5, 2, 10, [0.4, 0.6], 23);
            let all = data(&made.x, &made.y, made.groups(nested));
            let options = Options::new(family).likelihood(stats::mixed::Likelihood::Full);
            let found = fit(&all, &options).unwrap();
            assert!(found.convergence.converged);
            assert!(found.estimates.standard_errors().iter().all(|error| *error > 0.0 && *error < 5.0));
            let interval = &profile_intervals(&all, &options, &[Parameter::Coefficient(2)], 0.9).unwrap()[0];
            let x = made.x.columns(0, 2).into_owned();
            for end in [&interval.low, &interval.high] {
                let value = end.value().unwrap();
                let offset: Vec<f64> = (0..100).map(|i| value * made.x[(i, 2)]).collect();
                let held = fit(&Data { x: &x, offset: Some(&offset), ..all }, &options).unwrap();
                let deviance = 2.0 * (found.log_likelihood - held.log_likelihood);
                // The 0.9 quantile of chi-squared with one degree of freedom.
                assert!((deviance - 2.705_543_454_095_414).abs() < 1e-6, "{family:?} {nested}: {deviance}");
            }
        }
    }
}

/// No finite estimate: by one column, by either of two, or by a combination of columns none of which separates alone.
#[test]
fn separation_is_an_error() {
    let n = 60;
    let (area, group): (Vec<usize>, Vec<usize>) = (0..n).map(|i| (i / 20, i / 5)).unzip();
    let two = Matrix::from_fn(n, 3, |i, j| f64::from(u8::from(j == 0 || i % 6 == j)));
    let half = |i: usize| (i * 7 % 11) as f64 - 5.0;
    let crossed = Matrix::from_fn(n, 3, |i, j| match j {
        0 => 1.0,
        1 => half(i) + (i % 3) as f64,
        _ => half(i),
    });
    for groups in [Groups::One(&group), Groups::Nested { outer: &area, inner: &group }] {
        for family in [Family::Poisson, Family::NegativeBinomial] {
            // Rows of either column have no event.
            let y: Vec<f64> =
                (0..n).map(|i| if i % 6 == 1 || i % 6 == 2 { 0.0 } else { (1 + i % 4) as f64 }).collect();
            let found = fit(&data(&two, &y, groups), &Options::new(family));
            assert!(matches!(found, Err(StatsError::Separation(_))), "{family:?} {found:?}");
        }
        let y: Vec<f64> = (0..n)
            .map(|i| {
                if i % 6 == 1 {
                    1.0
                } else if i % 6 == 2 {
                    0.0
                } else {
                    (i % 2) as f64
                }
            })
            .collect();
        let found = fit(&data(&two, &y, groups), &Options::new(Family::Binomial));
        assert!(matches!(found, Err(StatsError::Separation(_))), "{found:?}");
        // The difference of the columns says it all.
        let y: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i % 3 > 0))).collect();
        let found = fit(&data(&crossed, &y, groups), &Options::new(Family::Binomial));
        assert!(
            matches!(
                found,
                Err(StatsError::Separation(_) | StatsError::NotConverged { .. } | StatsError::Singular(_))
            ),
            "{found:?}"
        );
    }
}

/// Its random intercept is finite, below the others, and more uncertain than theirs; so with a cluster of successes alone.
#[test]
fn a_cluster_without_events_is_pulled_down() {
    for family in COUNTED {
        for nested in [false, true] {
            let mut made = made(family, 6, 5, 8, [0.3, 0.5], 31);
            made.y[..8].fill(0.0);
            let found = fit(&data(&made.x, &made.y, made.groups(nested)), &Options::new(family)).unwrap();
            let modes = &found.intercepts.last().unwrap().modes;
            let lowest = modes.iter().map(|mode| mode.mode).fold(f64::INFINITY, f64::min);
            assert!(modes[0].mode < 0.0 && modes[0].mode.is_finite(), "{family:?} {:?}", modes[0]);
            assert!(modes[0].mode < lowest + 0.3, "{family:?} {nested} {:?} {lowest}", modes[0]);
            assert!(found.fitted.iter().all(|mean| mean.is_finite() && *mean > 0.0));
        }
    }
}

/// Exposures of a tenth to a hundred thousand: the same as counts of that many rows with an exposure of one.
#[test]
fn offsets_over_six_orders_are_the_same_as_rows() {
    for nested in [false, true] {
        let mut g = fast(Seed::from_number(41), 0);
        let group: Vec<usize> = (0..70).map(|i| i / 5).collect();
        let area: Vec<usize> = group.iter().map(|group| group / 3).collect();
        let exposure: Vec<f64> = (0..70).map(|i| 10.0_f64.powi(i % 7 - 1)).collect();
        let effect: Vec<f64> = (0..20).map(|_| 0.5 * g.normal()).collect();
        let x = Matrix::from_fn(70, 2, |i, j| if j == 0 { 1.0 } else { (i % 2) as f64 });
        let y: Vec<f64> = (0..70)
            .map(|i| {
                g.poisson(
                    exposure[i] * (-0.5 + 0.2 * x[(i, 1)] + effect[group[i]] + effect[19 - area[i]]).exp(),
                )
            })
            .collect();
        let groups =
            if nested { Groups::Nested { outer: &area, inner: &group } } else { Groups::One(&group) };
        let offset: Vec<f64> = exposure.iter().map(|exposure| exposure.ln()).collect();
        for family in [Family::Poisson, Family::NegativeBinomial] {
            let options = Options::new(family);
            let found = fit(&Data { offset: Some(&offset), ..data(&x, &y, groups) }, &options).unwrap();
            // Exposure in other units moves the intercept alone.
            let units: Vec<f64> = offset.iter().map(|offset| offset + 1e6_f64.ln()).collect();
            let moved = fit(&Data { offset: Some(&units), ..data(&x, &y, groups) }, &options).unwrap();
            assert!((found.estimates.beta[0] - 1e6_f64.ln() - moved.estimates.beta[0]).abs() < 1e-7);
            assert!((found.estimates.beta[1] - moved.estimates.beta[1]).abs() < 1e-8);
            assert!((found.log_likelihood - moved.log_likelihood).abs() < 1e-7, "{family:?} {nested}");
            assert!((found.estimates.beta[1] - 0.2).abs() < 5.0 * found.estimates.standard_errors()[1]);
        }
    }
}

/// Nested groups: weights of zero are rows left out (a whole area among them), weights of two are rows given twice, and neither
/// the order of the rows nor the labels matter.
#[test]
fn nested_weights_and_order() {
    for family in COUNTED {
        let made = made(family, 7, 4, 6, [0.5, 0.4], 53);
        let n = made.y.len();
        let weights: Vec<f64> =
            (0..n).map(|i| if made.area[i] == 2 { 0.0 } else { [1.0, 2.0, 0.0, 1.0, 2.0][i % 5] }).collect();
        let whole = data(&made.x, &made.y, made.groups(true));
        let weighted = fit(&Data { weights: Some(&weights), ..whole }, &Options::new(family)).unwrap();
        let mut rows: Vec<usize> = (0..n).flat_map(|i| std::iter::repeat_n(i, weights[i] as usize)).collect();
        fast(Seed::from_number(1), 0).shuffle(&mut rows);
        let x = made.x.select_rows(&rows);
        let y: Vec<f64> = rows.iter().map(|i| made.y[*i]).collect();
        let area: Vec<usize> = rows.iter().map(|i| 1000 - made.area[*i]).collect();
        let group: Vec<usize> = rows.iter().map(|i| made.group[*i] % 4).collect();
        let given = fit(&data(&x, &y, Groups::Nested { outer: &area, inner: &group }), &Options::new(family))
            .unwrap();
        assert!((given.log_likelihood - weighted.log_likelihood).abs() < 1e-7, "{family:?}");
        for j in 0..3 {
            assert!((given.estimates.beta[j] - weighted.estimates.beta[j]).abs() < 1e-7, "{family:?}");
        }
        for (a, b) in given.intercepts.iter().zip(&weighted.intercepts) {
            assert!((a.sd - b.sd).abs() < 1e-7, "{family:?} {} {}", a.sd, b.sd);
            assert_eq!(a.groups, b.groups);
        }
        assert_eq!(weighted.intercepts[0].groups, 6);
        assert_eq!(weighted.fitted.len(), n);
    }
}

#[test]
fn bad_input_is_an_error_that_names_the_row() {
    let made = made(Family::Poisson, 4, 3, 5, [0.4, 0.4], 61);
    let row = |found: Result<stats::mixed::MixedFit, StatsError>, words: &str| {
        let message = found.unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    };
    for nested in [false, true] {
        let good = data(&made.x, &made.y, made.groups(nested));
        for family in [Family::Poisson, Family::NegativeBinomial, Family::Gaussian] {
            let options = Options::new(family);
            let mut y = made.y.clone();
            y[11] = f64::NAN;
            row(fit(&Data { y: &y, ..good }, &options), "row 12");
            let mut x = made.x.clone();
            x[(7, 2)] = f64::INFINITY;
            row(fit(&Data { x: &x, ..good }, &options), "row 8");
            let mut other = vec![0.5; 60];
            other[3] = f64::NAN;
            row(fit(&Data { offset: Some(&other), ..good }, &options), "row 4");
            row(fit(&Data { weights: Some(&other), ..good }, &options), "row 4");
            other[3] = -1.0;
            row(fit(&Data { weights: Some(&other), ..good }, &options), "negative");
            let double =
                Matrix::from_fn(60, 4, |i, j| if j < 3 { made.x[(i, j)] } else { 1.0 - made.x[(i, 1)] });
            assert_eq!(
                fit(&Data { x: &double, ..good }, &options),
                Err(StatsError::Collinear(vec!["x4".to_owned()])),
                "{family:?} {nested}"
            );
            row(fit(&Data { weights: Some(&[0.0; 60]), ..good }, &options), "weight");
        }
        for family in COUNTED {
            let found = fit(&Data { y: &[0.0; 60], ..good }, &Options::new(family));
            assert!(matches!(found, Err(StatsError::NoAnswer(_))), "{family:?} {found:?}");
        }
    }
    // The two levels are one.
    let same = data(&made.x, &made.y, Groups::Nested { outer: &made.group, inner: &made.group });
    for family in [Family::Poisson, Family::NegativeBinomial, Family::Gaussian] {
        row(fit(&same, &Options::new(family)), "every");
    }
}

/// Groups alike within areas: the inner standard deviation is zero, and the model that of areas alone. Counts that vary no more
/// than Poisson counts: theta is infinite.
#[test]
fn nested_limits_are_the_smaller_models() {
    let mut g = fast(Seed::from_number(71), 0);
    let area: Vec<usize> = (0..160).map(|i| i / 16).collect();
    let group: Vec<usize> = (0..160).map(|i| i / 4).collect();
    let x = Matrix::from_element(160, 1, 1.0);
    let level: Vec<f64> = (0..10).map(|_| (8.0 * (0.5 * g.normal()).exp()).round()).collect();
    let y: Vec<f64> = (0..160).map(|i| level[area[i]] + [1.0, -1.0, 2.0, -2.0][i % 4]).collect();
    for family in [Family::Poisson, Family::NegativeBinomial] {
        let options = Options::new(family).integral(stats::mixed::Integral::Laplace);
        let nested = data(&x, &y, Groups::Nested { outer: &area, inner: &group });
        let found = fit(&nested, &options).unwrap();
        let alone = fit(&data(&x, &y, Groups::One(&area)), &options).unwrap();
        assert_eq!(found.intercepts[1].sd, 0.0);
        assert!(found.convergence.remarks.iter().any(|remark| remark.contains("inner")));
        assert!((found.log_likelihood - alone.log_likelihood).abs() < 1e-8, "{family:?}");
        assert!((found.intercepts[0].sd - alone.intercepts[0].sd).abs() < 1e-7);
        let tests = test_levels(&nested, &options).unwrap();
        assert!(tests[0].p < 0.01 && tests[1].p == 1.0, "{tests:?}");
        assert_eq!(test_no_variance(&nested, &options).unwrap(), tests[0]);
        let ends = profile_intervals(&nested, &options, &[Parameter::Sd(1), Parameter::Sd(0)], 0.95).unwrap();
        assert_eq!(ends[0].low, End::Border(0.0));
        assert!(matches!((&ends[0].high, &ends[1].low), (End::Found(_), End::Found(_))), "{ends:?}");
        if family == Family::NegativeBinomial {
            assert_eq!(found.theta, Some(f64::INFINITY));
        }
    }
}

/// Where groups hardly vary, the search often begins at or comes to a standard deviation of zero, which is stationary whether or not
/// the likelihood rises from it.
#[test]
fn proportions_of_groups_that_hardly_vary_are_fitted_every_time() {
    let mut g = fast(Seed::from_number(31), 0);
    let (groups, periods, members) = (24, 5, 120_u64);
    let rows = groups * periods;
    let on = |i: usize| i % periods > i / periods / 6;
    let x = Matrix::from_fn(rows, 6, |i, j| match j {
        0 => 1.0,
        5 => f64::from(u8::from(on(i))),
        _ => f64::from(u8::from(i % periods == j)),
    });
    let group: Vec<usize> = (0..rows).map(|i| i / periods).collect();
    let trials = vec![members as f64; rows];
    let mut zeros = 0;
    for trial in 0..200 {
        let y: Vec<f64> =
            (0..rows).map(|i| g.binomial(members, if on(i) { 0.035 } else { 0.05 }) as f64).collect();
        for integral in [Integral::Laplace, Integral::Quadrature(7)] {
            let given = Data { trials: Some(&trials), ..data(&x, &y, Groups::One(&group)) };
            let fitted = fit(&given, &Options::new(Family::Binomial).integral(integral));
            let fitted = fitted.unwrap_or_else(|error| panic!("{trial} {integral:?}: {error}"));
            zeros += usize::from(fitted.intercepts[0].sd == 0.0);
        }
    }
    // Half of the estimates of a variance of zero are zero in large samples.
    assert!((140..280).contains(&zeros), "{zeros} of 400 are zero");
}
