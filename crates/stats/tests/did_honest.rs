//! Sensitivity to violated parallel trends through the public functions.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use stats::Matrix;
use stats::did::{
    RelativeMagnitudes, SensitivityInput, relative_magnitudes, relative_magnitudes_breakdown, smoothness,
    smoothness_breakdown,
};

fn input(beta: &[f64], before: usize) -> SensitivityInput {
    let n = beta.len();
    let covariance = Matrix::from_fn(n, n, |i, j| 0.01 * if i == j { 1.0 } else { 0.5 });
    SensitivityInput::from_parts(beta, &covariance, before, None).unwrap()
}

fn settings() -> RelativeMagnitudes {
    RelativeMagnitudes { draws: 500, ..RelativeMagnitudes::default() }
}

#[test]
fn sets_grow_with_the_bound_and_hold_the_identified_values() {
    let data = input(&[0.05, -0.02, 0.04, 0.8, 0.9], 3);
    let bounds = [0.0, 0.25, 0.5, 1.0, 2.0];
    let relative = relative_magnitudes(&data, &bounds, &settings()).unwrap();
    let smooth = smoothness(&data, &bounds, 0.95).unwrap();
    for pair in relative.windows(2) {
        assert!(pair[1].low < pair[0].low + 0.01 && pair[1].high > pair[0].high - 0.01);
        assert!(pair[1].low < pair[1].identified.0 && pair[1].high > pair[1].identified.1);
    }
    for pair in smooth.windows(2) {
        assert!(pair[1].set.high - pair[1].set.low > pair[0].set.high - pair[0].set.low);
    }
    // The identified set by hand: the largest change before treatment is 0.07, the target the first effect.
    assert!((relative[3].identified.0 - (0.8 - 0.07)).abs() < 1e-12);
    assert!(smooth[0].set.identified.0.is_nan());
    // At M = 1 the trend continues from -0.04 within 1.
    assert!((smooth[3].set.identified.0 - (0.8 + 0.04 - 1.0)).abs() < 1e-12);
}

#[test]
fn the_breakdown_is_where_zero_enters() {
    let data = input(&[0.05, -0.02, 0.04, 0.8, 0.9], 3);
    let options = settings();
    let at = relative_magnitudes_breakdown(&data, 5.0, &options).unwrap().unwrap();
    let around = relative_magnitudes(&data, &[at * 0.98, at * 1.02 + 0.01], &options).unwrap();
    assert!(around[0].excludes_zero() && !around[1].excludes_zero(), "{at} {around:?}");
    let at = smoothness_breakdown(&data, 0.95).unwrap().unwrap();
    let around = smoothness(&data, &[at * 0.99, at * 1.01], 0.95).unwrap();
    assert!(around[0].set.excludes_zero() && !around[1].set.excludes_zero());
    let nothing = input(&[0.05, -0.02, 0.04, 0.01, 0.02], 3);
    assert_eq!(relative_magnitudes_breakdown(&nothing, 5.0, &options).unwrap(), None);
    assert_eq!(smoothness_breakdown(&nothing, 0.95).unwrap(), None);
}

#[test]
fn one_period_on_each_side() {
    let data = input(&[0.1, 0.9], 1);
    let set = relative_magnitudes(&data, &[0.0, 1.0], &settings()).unwrap();
    assert!(set[0].low > 0.6 && set[0].high < 1.2 && set[1].low < set[0].low);
    // Only the linear extrapolation is free of bias: v = 1, variance 0.01 + 0.01 + 2 * 0.005.
    let smooth = &smoothness(&data, &[0.0], 0.95).unwrap()[0];
    assert!((smooth.weights_before[0] - 1.0).abs() < 1e-12);
    assert!((smooth.standard_error - 0.03_f64.sqrt()).abs() < 1e-12);
    assert!((smooth.estimate - 1.0).abs() < 1e-12);
}

#[test]
fn the_same_on_any_number_of_threads() {
    let data = input(&[0.05, -0.02, 0.04, 0.8, 0.9], 3);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| relative_magnitudes(&data, &[0.5], &settings()).unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn wrong_questions_are_refused() {
    let identity = Matrix::identity(3, 3);
    assert!(SensitivityInput::from_parts(&[1.0, 2.0, 3.0], &identity, 0, None).is_err());
    assert!(SensitivityInput::from_parts(&[1.0, 2.0, 3.0], &identity, 3, None).is_err());
    assert!(SensitivityInput::from_parts(&[1.0, f64::NAN, 3.0], &identity, 1, None).is_err());
    assert!(SensitivityInput::from_parts(&[1.0, 2.0, 3.0], &Matrix::zeros(3, 3), 1, None).is_err());
    assert!(SensitivityInput::from_parts(&[1.0, 2.0, 3.0], &identity, 1, Some(&[0.0, 0.0])).is_err());
    assert!(SensitivityInput::from_parts(&[1.0, 2.0, 3.0], &identity, 1, Some(&[1.0])).is_err());
    let data = SensitivityInput::from_parts(&[1.0, 2.0, 3.0], &identity, 1, None).unwrap();
    assert!(relative_magnitudes(&data, &[-1.0], &settings()).is_err());
    assert!(smoothness(&data, &[f64::NAN], 0.95).is_err());
    assert!(smoothness(&data, &[0.0], 1.0).is_err());
    let few = RelativeMagnitudes { draws: 10, ..RelativeMagnitudes::default() };
    assert!(relative_magnitudes(&data, &[1.0], &few).is_err());
}
