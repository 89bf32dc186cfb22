//! Properties of the methods around synthetic control, against brute force and closed forms.
#![expect(clippy::unwrap_used, reason = "a helper of tests stops loudly")]

use stats::random::{Sample, Seed, fast};
use stats::synthetic::{
    Conformal, Lambda, OutcomesOnly, Panel, Permutations, PlaceboDonors, PlacebosInSpace, Predictors,
    RidgeAugmented, Sdid, SdidError, SdidKind, SdidMode, SyntheticControl, jackknife_plus, leave_one_out,
    placebo_in_time, placebo_sets,
};
use stats::synthetic::{Importance, Search};
use stats::{Matrix, Vector};

/// A factor model with this many treated units, treated by `effect` from row `first` on.
fn panel(units: usize, periods: usize, first: usize, treated: usize, effect: f64, stream: u64) -> Panel {
    let mut g = fast(Seed::from_number(41), stream);
    let factors = Matrix::from_fn(periods, 3, |_, _| g.normal());
    let loadings = Matrix::from_fn(3, units, |_, _| g.uniform());
    let mut outcomes = factors * loadings + Matrix::from_fn(periods, units, |_, _| 20.0 + 0.3 * g.normal());
    for unit in 0..treated {
        for row in first..periods {
            outcomes[(row, unit)] += effect;
        }
    }
    let names = (0..units).map(|unit| format!("u{unit}")).collect();
    let treated: Vec<usize> = (0..treated).collect();
    Panel::new(names, (0..periods).map(|t| t as f64).collect(), outcomes, &treated, first).unwrap()
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} against {expected}");
}

#[test]
fn augmented_weights_are_the_papers_formula() {
    for (units, periods) in [(12, 30), (40, 14)] {
        let panel = panel(units, periods, periods - 4, 1, 1.0, 1);
        let plain = SyntheticControl::fit(&panel, &OutcomesOnly::default()).unwrap();
        let lambda = 0.7;
        let method = RidgeAugmented { lambda: Lambda::Fixed(lambda), synthetic: true };
        let found = SyntheticControl::fit(&panel, &method).unwrap();
        // Equation 7 of the paper by explicit inverse, donors in rows.
        let donors = panel.donors();
        let first = panel.first();
        let mean =
            |t: usize| donors.iter().map(|&j| panel.outcomes()[(t, j)]).sum::<f64>() / donors.len() as f64;
        let x0 = Matrix::from_fn(donors.len(), first, |i, t| panel.outcomes()[(t, donors[i])] - mean(t));
        let x1 = Vector::from_fn(first, |t, _| panel.outcomes()[(t, 0)] - mean(t));
        let w = Vector::from_row_slice(&plain.weights);
        let inverse = (x0.transpose() * &x0 + Matrix::identity(first, first) * lambda).try_inverse().unwrap();
        let expected = &w + &x0 * inverse * (&x1 - x0.transpose() * &w);
        for (a, b) in found.weights.iter().zip(expected.iter()) {
            near(*a, *b, 1e-9);
        }
        near(found.weights.iter().sum(), 1.0, 1e-10);
        assert!(found.fit.before < plain.fit.before);
        // A large penalty gives the plain weights.
        let method = RidgeAugmented { lambda: Lambda::Fixed(1e12), synthetic: true };
        let stiff = SyntheticControl::fit(&panel, &method).unwrap();
        near(stiff.effect, plain.effect, 1e-8);
    }
}

#[test]
fn the_penalty_is_chosen_by_left_out_periods() {
    let panel = panel(20, 24, 18, 1, 1.0, 2);
    let path = RidgeAugmented::default().path(&panel).unwrap();
    assert_eq!(path.lambda.len(), 21);
    near(path.lambda[20] / path.lambda[0], 1e-8, 1e-14);
    let best = (0..21).min_by(|&a, &b| path.error[a].total_cmp(&path.error[b])).unwrap();
    assert!(path.chosen >= path.lambda[best]);
    // One entry by hand: period 3 left out, penalty number 8, from the definitions.
    let lambda = path.lambda[8];
    let mut total = 0.0;
    for out in 0..18 {
        let rows: Vec<usize> = (0..24).filter(|t| *t != out).collect();
        let periods = rows.iter().map(|t| *t as f64).collect();
        let reduced =
            Panel::new(panel.units().to_vec(), periods, panel.outcomes().select_rows(&rows), &[0], 17)
                .unwrap();
        let method = RidgeAugmented { lambda: Lambda::Fixed(lambda), synthetic: true };
        let fit = SyntheticControl::fit(&reduced, &method).unwrap();
        let predicted: f64 =
            fit.weights.iter().enumerate().map(|(j, w)| w * panel.outcomes()[(out, j + 1)]).sum();
        total += (panel.outcomes()[(out, 0)] - predicted).powi(2);
    }
    near(path.error[8], total / 18.0, 1e-10);
    let fitted = SyntheticControl::fit(&panel, &RidgeAugmented::default()).unwrap();
    let method = RidgeAugmented { lambda: Lambda::Fixed(path.chosen), synthetic: true };
    assert_eq!(fitted.weights, SyntheticControl::fit(&panel, &method).unwrap().weights);
    let fixed = RidgeAugmented { lambda: Lambda::Fixed(0.0), synthetic: true };
    assert!(SyntheticControl::fit(&panel, &fixed).is_err());
}

#[test]
fn conformal_p_values_are_their_definition() {
    let panel = panel(15, 26, 22, 1, 0.4, 3);
    let conformal = Conformal { norm: 2.0, ..Conformal::default() };
    let effects = [0.3, 0.2, 0.5, 0.4];
    let p = conformal.p_value(&panel, &OutcomesOnly::default(), &effects).unwrap();
    // By hand: all periods before "treatment" in a panel with one dummy period after.
    let mut outcomes = panel.outcomes().clone();
    for (row, effect) in (22..26).zip(effects) {
        outcomes[(row, 0)] -= effect;
    }
    let longer = outcomes.clone().insert_row(26, 0.0);
    let periods = (0..27).map(f64::from).collect();
    let all = Panel::new(panel.units().to_vec(), periods, longer, &[0], 26).unwrap();
    let gaps = SyntheticControl::fit(&all, &OutcomesOnly::default()).unwrap().gaps;
    let statistic = |shift: usize| (22..26).map(|t| gaps[(t + shift) % 26].powi(2)).sum::<f64>();
    let count = (0..26).filter(|shift| statistic(*shift) >= statistic(0) * (1.0 - 1e-12)).count();
    near(p, count as f64 / 26.0, 1e-14);
    // A random order is no worse than 1 / (draws + 1) and repeats with its seed.
    let random = Conformal {
        permutations: Permutations::Random { draws: 199, seed: Seed::from_number(5) },
        norm: 1.0,
    };
    let again = random.p_value(&panel, &OutcomesOnly::default(), &effects).unwrap();
    assert_eq!(again, random.p_value(&panel, &OutcomesOnly::default(), &effects).unwrap());
    assert!((again * 200.0).fract() < 1e-9 || (again * 200.0).fract() > 1.0 - 1e-9);
    assert!(conformal.p_value(&panel, &OutcomesOnly::default(), &[0.0]).is_err());
    let bad = Conformal { norm: 0.5, ..Conformal::default() };
    assert!(bad.p_value(&panel, &OutcomesOnly::default(), &effects).is_err());
}

#[test]
fn conformal_intervals_end_where_the_p_value_falls() {
    let panel = panel(15, 28, 24, 1, 3.0, 4);
    let method = OutcomesOnly::default();
    let conformal = Conformal::default();
    for interval in conformal.pointwise(&panel, &method, 0.9).unwrap() {
        assert!(interval.low < interval.estimate && interval.estimate < interval.high);
        assert!(interval.p < 0.1, "{interval:?}");
        let row = interval.period as usize;
        let rows: Vec<usize> = (0..24).chain([row]).collect();
        let periods = rows.iter().map(|t| *t as f64).collect();
        let one = Panel::new(panel.units().to_vec(), periods, panel.outcomes().select_rows(&rows), &[0], 24)
            .unwrap();
        let p = |effect: f64| conformal.p_value(&one, &method, &[effect]).unwrap();
        let width = interval.high - interval.low;
        assert!(p(interval.low + 1e-6 * width) > 0.1 && p(interval.low - 1e-6 * width) <= 0.1);
        assert!(p(interval.high - 1e-6 * width) > 0.1 && p(interval.high + 1e-6 * width) <= 0.1);
    }
    let joint = conformal.constant_effect(&panel, &method, 0.9).unwrap();
    assert!(joint.low < 3.0 && joint.high > 3.0 && joint.low > 0.0, "{joint:?}");
    // With 25 periods no p-value is below 1/25: a 99% interval is the whole line, and says so.
    let wide = conformal.pointwise(&panel, &method, 0.99).unwrap();
    assert!(wide.iter().all(|interval| interval.low == f64::NEG_INFINITY && interval.high == f64::INFINITY));
}

/// With one donor there is nothing to fit: the jackknife+ is an order statistic of known gaps.
#[test]
fn jackknife_plus_with_one_donor_is_known() {
    let donor: Vec<f64> = (0..21).map(|t| f64::from(t % 4)).collect();
    let noise: Vec<f64> = (0..21).map(|t| f64::from(t * t % 13) / 10.0).collect();
    let outcomes = Matrix::from_fn(21, 2, |t, j| donor[t] + if j == 0 { noise[t] } else { 0.0 });
    let periods = (0..21).map(f64::from).collect();
    let panel = Panel::new(vec!["a".into(), "b".into()], periods, outcomes, &[0], 19).unwrap();
    let found = jackknife_plus(&panel, &OutcomesOnly::default(), 0.9).unwrap();
    let mut sizes = noise[..19].to_vec();
    sizes.sort_by(f64::total_cmp);
    for (at, interval) in found.iter().enumerate() {
        let gap = noise[19 + at];
        near(interval.estimate, gap, 1e-12);
        // The second smallest of mu - R is mu minus the second largest residual, and so on.
        near(interval.high, gap + sizes[17], 1e-12);
        near(interval.low, gap - sizes[17], 1e-12);
    }
    let wide = jackknife_plus(&panel, &OutcomesOnly::default(), 0.99).unwrap();
    assert!(wide[0].low == f64::NEG_INFINITY && wide[0].high == f64::INFINITY);
}

#[test]
fn placebo_sets_of_one_are_the_placebos_of_untreated_donors() {
    let panel = panel(12, 20, 15, 1, 2.0, 6);
    let method = OutcomesOnly::default();
    let sets = placebo_sets(&panel, &method, 100, Seed::from_number(1)).unwrap();
    let single = PlacebosInSpace::run(&panel, &method, PlaceboDonors::Untreated).unwrap();
    assert_eq!(sets, single);
    assert_eq!(single.rank, 1);
    near(single.p, 1.0 / 12.0, 1e-15);
    let strict = single.without_bad_fits(1.0);
    assert!(strict.units.len() < 12 && strict.units.len() + strict.left_out.len() == 12);
    assert!(PlacebosInSpace::run(&self::panel(9, 20, 15, 2, 2.0, 7), &method, PlaceboDonors::All).is_err());
    let several =
        placebo_sets(&self::panel(9, 20, 15, 2, 2.0, 7), &method, 100, Seed::from_number(1)).unwrap();
    assert_eq!(several.units.len(), 1 + 21);
    let drawn = placebo_sets(&self::panel(9, 20, 15, 3, 2.0, 7), &method, 10, Seed::from_number(1)).unwrap();
    assert_eq!(drawn.units.len(), 11);
}

#[test]
fn placebos_in_time_and_left_out_donors() {
    let panel = panel(10, 30, 25, 1, 2.0, 8);
    let method = OutcomesOnly::default();
    let early = placebo_in_time(&panel, &method, 18).unwrap();
    assert_eq!(early.gaps.len(), 25);
    assert!(early.effect.abs() < 0.5, "{}", early.effect);
    assert!(placebo_in_time(&panel, &method, 25).is_err() && placebo_in_time(&panel, &method, 0).is_err());
    let full = SyntheticControl::fit(&panel, &method).unwrap();
    let without = leave_one_out(&panel, &method, &full).unwrap();
    assert_eq!(without.len(), full.used().len());
    for one in &without {
        assert!(one.control.fit.before >= full.fit.before);
        assert!(!one.control.donors.contains(&one.donor));
    }
}

#[test]
fn several_treated_units_are_averaged_or_fitted_each() {
    let panel = panel(20, 30, 24, 3, 2.0, 9);
    let method = OutcomesOnly::default();
    let mean = SyntheticControl::fit(&panel, &method).unwrap();
    let each = SyntheticControl::fit_each(&panel, &method).unwrap();
    near(mean.effect, 2.0, 0.4);
    near(each.iter().map(|one| one.effect).sum::<f64>() / 3.0, 2.0, 0.4);
    assert_eq!(each[0].donors.len(), 17);
}

#[test]
fn an_intercept_takes_up_a_level() {
    let panel = panel(10, 30, 25, 1, 2.0, 10);
    let mut outcomes = panel.outcomes().clone();
    outcomes.column_mut(0).add_scalar_mut(1e3);
    let lifted = Panel::new(panel.units().to_vec(), panel.periods().to_vec(), outcomes, &[0], 25).unwrap();
    let method = OutcomesOnly { intercept: true, ridge: 0.0 };
    let (low, high) =
        (SyntheticControl::fit(&panel, &method).unwrap(), SyntheticControl::fit(&lifted, &method).unwrap());
    near(high.effect, low.effect, 1e-9);
    near(high.intercept - low.intercept, 1e3, 1e-9);
    near(high.mean_gap(0..25), 0.0, 1e-10);
}

#[test]
fn hard_panels_have_an_answer_or_a_clear_error() {
    let method = OutcomesOnly::default();
    let named = |n: usize| (0..n).map(|unit| format!("u{unit}")).collect::<Vec<_>>();
    let times = |n: usize| (0..n).map(|t| t as f64).collect::<Vec<_>>();
    // Constant outcomes: no effect, weights a matter of choice, and both said.
    let constant = Panel::new(named(4), times(6), Matrix::from_element(6, 4, 7.0), &[0], 4).unwrap();
    let found = SyntheticControl::fit(&constant, &method).unwrap();
    assert_eq!((found.effect, found.fit.ratio), (0.0, 0.0));
    assert_eq!(found.remarks.len(), 2);
    let placebos = PlacebosInSpace::run(&constant, &method, PlaceboDonors::All).unwrap();
    near(placebos.p, 1.0, 0.0);
    let did = Sdid { kind: SdidKind::DifferenceInDifferences, ..Sdid::default() };
    assert_eq!(did.fit(&constant).unwrap().estimate, 0.0);
    assert_eq!(Sdid::default().fit(&constant).unwrap().estimate, 0.0);
    // Fewer periods than donors.
    let wide = panel(50, 6, 4, 1, 1.0, 11);
    let found = SyntheticControl::fit(&wide, &method).unwrap();
    let certificate = found.certificate.unwrap();
    assert!(certificate.gap < 1e-12 && certificate.sum_error < 1e-14);
    // One donor.
    let pair = panel(2, 8, 5, 1, 1.0, 12);
    assert_eq!(SyntheticControl::fit(&pair, &method).unwrap().weights, [1.0]);
    assert!(PlacebosInSpace::run(&pair, &method, PlaceboDonors::All).is_err());
    assert!(Sdid::default().fit(&pair).is_ok());
    // One period before treatment leaves nothing to set the default penalty of the family by.
    let short = panel(5, 3, 1, 1, 1.0, 13);
    assert!(SyntheticControl::fit(&short, &method).is_ok());
    assert!(Sdid::default().fit(&short).unwrap_err().to_string().contains("first differences"));
    // Outcomes a million times larger or smaller give the same weights.
    let usual = panel(12, 20, 15, 1, 1.0, 14);
    let plain = SyntheticControl::fit(&usual, &method).unwrap();
    let did = Sdid::default().fit(&usual).unwrap();
    for factor in [1e-6, 1e6] {
        let outcomes = usual.outcomes() * factor;
        let scaled = Panel::new(named(12), times(20), outcomes, &[0], 15).unwrap();
        let found = SyntheticControl::fit(&scaled, &method).unwrap();
        near(found.effect / factor, plain.effect, 1e-9);
        near(Sdid::default().fit(&scaled).unwrap().estimate / factor, did.estimate, 1e-9);
    }
}

#[test]
fn errors_of_synthetic_did_with_several_treated_units() {
    let panel = panel(16, 20, 14, 4, 1.5, 15);
    let seed = Seed::from_number(9);
    for mode in [SdidMode::Exact, SdidMode::AsSynthdid] {
        let settings = Sdid { mode, ..Sdid::default() };
        near(settings.fit(&panel).unwrap().estimate, 1.5, 0.4);
        let bootstrap = SdidError::Bootstrap { replications: 60, seed };
        let first = settings.standard_error(&panel, &bootstrap).unwrap();
        assert_eq!(first, settings.standard_error(&panel, &bootstrap).unwrap());
        assert!(first > 0.02 && first < 0.5, "{first}");
        let placebo = SdidError::Placebo { replications: 60, seed };
        let placebo = settings.standard_error(&panel, &placebo).unwrap();
        assert!(placebo > 0.02 && placebo < 0.5, "{placebo}");
    }
    // For difference-in-differences the jackknife is that of two means of changes.
    let did = Sdid { kind: SdidKind::DifferenceInDifferences, ..Sdid::default() };
    let change = |unit: usize| {
        let y = panel.outcomes_of(unit);
        y[14..].iter().sum::<f64>() / 6.0 - y[..14].iter().sum::<f64>() / 14.0
    };
    let mean = |units: &[usize]| units.iter().map(|&u| change(u)).sum::<f64>() / units.len() as f64;
    let estimate = |out: Option<usize>| {
        let keep = |range: std::ops::Range<usize>| range.filter(|u| Some(*u) != out).collect::<Vec<_>>();
        mean(&keep(0..4)) - mean(&keep(4..16))
    };
    near(did.fit(&panel).unwrap().estimate, estimate(None), 1e-12);
    let values: Vec<f64> = (0..16).map(|out| estimate(Some(out))).collect();
    let centre = values.iter().sum::<f64>() / 16.0;
    let expected = (15.0 / 16.0 * values.iter().map(|v| (v - centre).powi(2)).sum::<f64>()).sqrt();
    near(did.standard_error(&panel, &SdidError::Jackknife).unwrap(), expected, 1e-12);
    let one = self::panel(10, 20, 14, 1, 1.5, 16);
    for how in [SdidError::Jackknife, SdidError::Bootstrap { replications: 10, seed }] {
        assert!(Sdid::default().standard_error(&one, &how).unwrap_err().to_string().contains("two treated"));
    }
}

#[test]
fn predictors_fixed_by_regression_and_searched() {
    let panel = panel(14, 20, 15, 1, 1.0, 17);
    let mut g = fast(Seed::from_number(3), 0);
    let early = |unit: usize| panel.outcomes_of(unit)[..8].iter().sum::<f64>() / 8.0;
    let late = |unit: usize| panel.outcomes_of(unit)[8..15].iter().sum::<f64>() / 7.0;
    let values = Matrix::from_fn(3, 14, |k, unit| match k {
        0 => early(unit),
        1 => late(unit) * 1e6,
        _ => g.normal(),
    });
    let names: Vec<String> = ["early", "late", "noise"].map(str::to_owned).to_vec();
    let fit = |importance: Importance| {
        Predictors::new(&panel, names.clone(), values.clone(), importance, None).unwrap().fit(&panel).unwrap()
    };
    let equal = fit(Importance::Fixed(vec![2.0, 2.0, 2.0]));
    let regression = fit(Importance::Regression);
    let searched = fit(Importance::Search(Search::default()));
    assert!(searched.loss <= equal.loss && searched.loss <= regression.loss);
    assert_eq!(searched, fit(Importance::Search(Search::default())));
    near(searched.loss, searched.control.fit.before.powi(2), 1e-12);
    // No importances do better than weights fitted to the outcomes themselves.
    let bound = SyntheticControl::fit(&panel, &OutcomesOnly::default()).unwrap().fit.before.powi(2);
    assert!(searched.loss >= bound);
    let constant = values.clone().insert_row(3, 5.0);
    let mut four = names.clone();
    four.push("same".into());
    let equal = Importance::Fixed(vec![1.0; 4]);
    let same = Predictors::new(&panel, four, constant, equal, None).unwrap().fit(&panel);
    assert!(same.unwrap_err().to_string().contains("same"));
    let mut missing = values.clone();
    missing[(1, 5)] = f64::NAN;
    let error = Predictors::new(&panel, names, missing, Importance::Regression, None).unwrap_err();
    assert!(error.to_string().contains("late is missing for u5"));
}
