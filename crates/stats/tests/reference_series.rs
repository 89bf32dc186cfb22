//! Interrupted time series against statsmodels 0.15.0, dense generalised least squares and closed forms.
#![expect(clippy::unwrap_used, reason = "a helper of tests stops loudly")]

use stats::random::{Sample, Seed, fast};
use stats::series::{
    ArMethod, Covariance, Design, Interruption, Lag, Outcome, RhoEstimate, Season, Segments, autoregressive,
    breusch_godfrey, durbin_watson, ljung_box, segmented,
};
use stats::{Estimates, Matrix, StatsError, Vector};

const Y: [f64; 48] = [
    21.142, 21.29, 21.342, 21.925, 20.416, 19.735, 21.466, 22.323, 21.406, 21.875, 20.84, 21.153, 20.639,
    21.634, 21.318, 22.93, 23.751, 22.448, 21.838, 23.482, 24.3, 23.582, 24.311, 23.202, 21.15, 20.316,
    21.456, 21.696, 20.826, 20.594, 20.569, 20.809, 19.77, 19.019, 19.977, 19.254, 20.258, 19.216, 19.44,
    19.114, 18.595, 20.211, 20.996, 19.445, 18.939, 19.218, 18.519, 19.728,
];
const C: [f64; 48] = [
    25.0, 23.0, 23.0, 26.0, 16.0, 16.0, 27.0, 27.0, 19.0, 24.0, 17.0, 21.0, 17.0, 24.0, 19.0, 29.0, 29.0,
    19.0, 19.0, 31.0, 30.0, 23.0, 30.0, 20.0, 22.0, 16.0, 24.0, 23.0, 19.0, 20.0, 21.0, 22.0, 17.0, 16.0,
    23.0, 17.0, 25.0, 17.0, 21.0, 19.0, 17.0, 28.0, 29.0, 18.0, 20.0, 23.0, 19.0, 28.0,
];

fn time() -> Vec<f64> {
    (1..=48).map(f64::from).collect()
}

fn offset() -> Vec<f64> {
    (1..=48).map(|t| (1000.0 + 7.0 * f64::from(t)).ln()).collect()
}

fn design() -> Design {
    Design::new(&time(), &Segments::new(25.0)).unwrap()
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1e-3), "{found:?} against {expected:?}");
    }
}

fn check(estimates: &Estimates, beta: &[f64], errors: &[f64], tolerance: f64) {
    close(&estimates.beta, beta, tolerance);
    close(&estimates.standard_errors(), errors, tolerance);
}

/// `OLS(y, X).fit(cov_type='HAC', cov_kwds=dict(maxlags=3, use_correction=...))`
#[test]
fn least_squares_with_newey_west() {
    let beta = [20.51205, 0.13064782608696, -2.669707826087, -0.21888826086957];
    let fit = |covariance| segmented(&design(), &Y, None, Outcome::Gaussian, covariance).unwrap();
    let plain = fit(Covariance::Model);
    check(
        &plain.estimates,
        &beta,
        &[0.30431576717215, 0.022671864262502, 0.44446877797933, 0.032062857924312],
        1e-11,
    );
    assert_eq!(plain.estimates.names, ["(Intercept)", "time", "level", "slope"]);
    for (small_sample, errors) in [
        (false, [0.34969376274245, 0.024647325562223, 0.42380071944724, 0.029457771379888]),
        (true, [0.3652432231232, 0.025743291956692, 0.44264541500229, 0.030767638748938]),
    ] {
        let found = fit(Covariance::NeweyWest { lag: Lag::Fixed(3), small_sample });
        check(&found.estimates, &beta, &errors, 1e-11);
    }
    assert_eq!(fit(Covariance::NeweyWest { lag: Lag::NeweyWest, small_sample: false }).lags, Some(3));
    assert_eq!(Lag::StockWatson.lags(100).unwrap(), 3);
    assert!(Lag::Fixed(48).lags(48).is_err());
}

/// `GLM(c, X, Poisson, offset)` with `cov_type='HAC'`, and with `scale='X2'`.
#[test]
fn counts_with_newey_west_and_dispersion() {
    let beta = [-3.8557058784795, 0.00026915009640353, -0.24755499953833, 0.00024314495875381];
    let hac = Covariance::NeweyWest { lag: Lag::Fixed(3), small_sample: false };
    let found = segmented(&design(), &C, Some(&offset()), Outcome::Poisson, hac).unwrap();
    let errors = [0.062918392316309, 0.0044987964965199, 0.080037121765968, 0.0055390048727929];
    check(&found.estimates, &beta, &errors, 1e-8);
    let quasi = segmented(&design(), &C, Some(&offset()), Outcome::QuasiPoisson, Covariance::Model).unwrap();
    let errors = [0.076683270160542, 0.0055992615735557, 0.11219082019456, 0.0081116620710999];
    check(&quasi.estimates, &beta, &errors, 1e-8);
    assert!((quasi.dispersion - 0.83052088400052).abs() < 1e-10);
    // The counts vary less than a Poisson's, so that the negative binomial is a Poisson and says so.
    let negative =
        segmented(&design(), &C, Some(&offset()), Outcome::NegativeBinomial, Covariance::Model).unwrap();
    close(&negative.estimates.beta, &beta, 1e-7);
    assert!(negative.theta.unwrap().is_infinite() && !negative.remarks.is_empty());
}

/// `GLSAR(y, X, rho=1).iterative_fit` is Cochrane and Orcutt's method with Yule and Walker's estimate.
#[test]
fn cochrane_orcutt_as_statsmodels() {
    let method = ArMethod::CochraneOrcutt(RhoEstimate::YuleWalker);
    let found = autoregressive(&design(), &Y, None, method).unwrap();
    let beta = [20.372004335614, 0.13819607521205, -2.695576515265, -0.22594370227382];
    let errors = [0.44216486076474, 0.031437939830204, 0.54787640612643, 0.043315395800464];
    assert!((found.autoregression.unwrap().rho - 0.25908837).abs() < 5e-9);
    check(&found.estimates, &beta, &errors, 1e-9);
}

/// Dense generalised least squares with `R_ij = rho^|i - j|`, by numpy and a bounded search for `rho`.
#[test]
fn likelihood_of_autoregressive_errors() {
    type Case<'a> = (&'a Design, ArMethod, f64, f64, [f64; 4], [f64; 4]);
    let mut gap = Segments::new(25.0);
    gap.interruptions[0].embedding_until = Some(28.0);
    let gap = Design::new(&time(), &gap).unwrap();
    assert_eq!(gap.x.nrows(), 45);
    let cases: [Case<'_>; 4] = [
        (
            &design(),
            ArMethod::MaximumLikelihood,
            0.260357891684,
            -51.770767705425,
            [20.5628897823, 0.12622989006, -2.60487389896, -0.213616211087],
            [0.38304103582, 0.0282160094839, 0.536957424907, 0.0408716603158],
        ),
        (
            &gap,
            ArMethod::MaximumLikelihood,
            0.267268088861,
            -49.226133958987,
            [20.5577942731, 0.127043483095, -2.63660466865, -0.213306123768],
            [0.393490877938, 0.0290783165621, 0.658980503961, 0.0457671747722],
        ),
        (
            &design(),
            ArMethod::RestrictedLikelihood,
            0.376671539093,
            -58.257181704647,
            [20.5979338094, 0.123041257768, -2.55357814568, -0.210041924007],
            [0.445474270765, 0.0324593887401, 0.598995252921, 0.0479417651946],
        ),
        (
            &gap,
            ArMethod::RestrictedLikelihood,
            0.400586987028,
            -55.294902371858,
            [20.5944238477, 0.124009887754, -2.56198156686, -0.21137809532],
            [0.470342451666, 0.0345204966395, 0.781556644603, 0.0543133416321],
        ),
    ];
    for (design, method, rho, log_likelihood, beta, errors) in cases {
        let found = autoregressive(design, &Y, None, method).unwrap();
        let found_rho = found.autoregression.unwrap().rho;
        assert!((found_rho - rho).abs() < 1e-6, "{found_rho} against {rho}");
        assert!((found.log_likelihood.unwrap() - log_likelihood).abs() < 1e-10);
        check(&found.estimates, &beta, &errors, 1e-6);
        // At the same correlation the agreement is to the last digits printed.
        let known = autoregressive(design, &Y, None, ArMethod::Known(rho)).unwrap();
        check(&known.estimates, &beta, &errors, 2e-9);
    }
}

#[test]
fn tests_of_autocorrelation() {
    let plain = segmented(&design(), &Y, None, Outcome::Gaussian, Covariance::Model).unwrap();
    let x = &plain.design.x;
    let dw = durbin_watson(x, &plain.residuals).unwrap();
    close(&[dw.statistic, dw.p_positive], &[1.4561798253921, 0.008067437102907], 1e-9);
    let lb = ljung_box(&plain.residuals, 6, 0).unwrap();
    close(&[lb.statistic, lb.p], &[5.55575609, 0.4747436], 1e-8);
    let bg = breusch_godfrey(x, &plain.residuals, 3).unwrap();
    let expected = [4.6581811065759, 0.19860746273239, 1.4688310292902, 0.23713160381077];
    close(&[bg.lagrange.statistic, bg.lagrange.p, bg.f, bg.f_p], &expected, 1e-10);
    assert!(ljung_box(&plain.residuals, 2, 2).is_err() && ljung_box(&[0.0; 20], 3, 0).is_err());
    assert!(breusch_godfrey(x, &plain.residuals, 0).is_err());
    assert!(durbin_watson(x, &[0.0; 48]).is_err());
}

/// With two residual directions the quadratic form is a difference of two chi-squared variables: the ratio of two squared normals
/// is Cauchy's squared, so that P = 2/pi atan(sqrt(-l1/l2)).
#[test]
fn durbin_watson_with_two_directions_has_a_closed_form() {
    let x = Matrix::from_element(3, 1, 1.0);
    let residuals = [1.0, -0.4, -0.6];
    let found = durbin_watson(&x, &residuals).unwrap();
    // Eigenvalues of the matrix of differences orthogonal to the constant are 1 and 3.
    let d = found.statistic;
    let expected = 2.0 / std::f64::consts::PI * ((d - 1.0) / (3.0 - d)).sqrt().atan();
    assert!((found.p_positive - expected).abs() < 1e-10, "{} {expected}", found.p_positive);
}

#[test]
fn prais_winsten_has_its_fixed_point() {
    for estimate in [
        RhoEstimate::Regression,
        RhoEstimate::Autocorrelation,
        RhoEstimate::DurbinWatson,
        RhoEstimate::YuleWalker,
    ] {
        let found = autoregressive(&design(), &Y, None, ArMethod::PraisWinsten(estimate)).unwrap();
        let rho = found.autoregression.unwrap().rho;
        let e = &found.residuals;
        let cross: f64 = e.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let all: f64 = e.iter().map(|v| v * v).sum();
        let expected = match estimate {
            RhoEstimate::Regression => cross / (all - e[47] * e[47]),
            RhoEstimate::Autocorrelation => cross / all,
            RhoEstimate::DurbinWatson => {
                1.0 - 0.5 * e.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum::<f64>() / all
            }
            RhoEstimate::YuleWalker => {
                let mean = e.iter().sum::<f64>() / 48.0;
                let cross: f64 = e.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
                (cross / 47.0) / (e.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 48.0)
            }
        };
        assert!((rho - expected).abs() < 1e-10, "{estimate:?} {rho} {expected}");
        // Dense generalised least squares with the same correlation.
        let x = &found.design.x;
        let r = Matrix::from_fn(48, 48, |i, j| rho.powi(i.abs_diff(j) as i32)).try_inverse().unwrap();
        let xtr = x.transpose() * r;
        let beta = (&xtr * x).lu().solve(&(&xtr * Vector::from_row_slice(&Y))).unwrap();
        close(&found.estimates.beta, beta.as_slice(), 1e-9);
    }
}

/// A comparison series without a change of its own: the saturated model is two separate regressions, and the effect is the
/// difference of their changes.
#[test]
fn a_comparison_series_gives_the_difference_of_changes() {
    let mut times = time();
    times.extend(time());
    let mut y = Y.to_vec();
    y.extend((0..48).map(|t| 15.0 + 0.1 * f64::from(t) + f64::from(t * t % 7) / 7.0));
    let target: Vec<bool> = (0..96).map(|row| row < 48).collect();
    let both = Design::controlled(&times, &target, &Segments::new(25.0)).unwrap();
    let found = segmented(&both, &y, None, Outcome::Gaussian, Covariance::Model).unwrap();
    let one =
        |y: &[f64]| segmented(&design(), y, None, Outcome::Gaussian, Covariance::Model).unwrap().estimates;
    let (first, second) = (one(&y[..48]), one(&y[48..]));
    for (name, own) in [("target:level", "level"), ("target:slope", "slope"), ("target", "(Intercept)")] {
        let at = found.estimates.position(name).unwrap();
        let own = first.position(own).unwrap();
        let expected = first.beta[own] - second.beta[own];
        assert!((found.estimates.beta[at] - expected).abs() < 1e-10);
    }
    // Newey-West over two series is the sum of the two.
    let hac = Covariance::NeweyWest { lag: Lag::Fixed(2), small_sample: false };
    let robust = segmented(&both, &y, None, Outcome::Gaussian, hac).unwrap();
    let alone =
        |y: &[f64]| segmented(&design(), y, None, Outcome::Gaussian, hac).unwrap().estimates.covariance;
    let (a, b) = (alone(&y[..48]), alone(&y[48..]));
    let at = robust.estimates.position("target:level").unwrap();
    assert!((robust.estimates.covariance[(at, at)] - a[(2, 2)] - b[(2, 2)]).abs() < 1e-12);
    // The effect at time 40 is the difference of changes there; the counterfactual keeps the comparison's change.
    let effect = found.effect_at(40.0, 0.95).unwrap().difference.estimate;
    let expected = first.beta[2] + 15.0 * first.beta[3] - second.beta[2] - 15.0 * second.beta[3];
    assert!((effect - expected).abs() < 1e-9);
    for method in [ArMethod::RestrictedLikelihood, ArMethod::PraisWinsten(RhoEstimate::Regression)] {
        let ar = autoregressive(&both, &y, None, method).unwrap();
        assert!(ar.autoregression.unwrap().rho.abs() < 0.9);
    }
}

#[test]
fn effects_and_counterfactuals() {
    let plain = segmented(&design(), &Y, None, Outcome::Gaussian, Covariance::Model).unwrap();
    let effect = plain.effect_at(30.0, 0.95).unwrap();
    let by_hand = plain.estimates.combination("", &[0.0, 0.0, 1.0, 5.0], 0.95).unwrap();
    assert!((effect.difference.estimate - by_hand.estimate).abs() < 1e-12);
    assert!((effect.difference.standard_error - by_hand.standard_error).abs() < 1e-12);
    assert!(effect.log_ratio.is_none());
    let total = plain.total_effect(0.95).unwrap().difference;
    let by_hand = plain.estimates.combination("", &[0.0, 0.0, 24.0, 276.0], 0.95).unwrap();
    assert!((total.estimate - by_hand.estimate).abs() < 1e-10 && (total.low - by_hand.low).abs() < 1e-9);
    let lines = plain.counterfactual(0.95).unwrap();
    assert_eq!(lines.len(), 48);
    assert!((lines[23].fitted - lines[23].without).abs() < 1e-12);
    assert!((lines[30].without - plain.estimates.beta[0] - 30.0 * plain.estimates.beta[1]).abs() < 1e-12);
    assert!(plain.effect_at(10.0, 0.95).is_err() && plain.effect_at(30.5, 0.95).is_err());
    // Counts: at one time the logarithm of the ratio is the combination of coefficients; the difference follows by numeric slopes.
    let quasi = segmented(&design(), &C, Some(&offset()), Outcome::QuasiPoisson, Covariance::Model).unwrap();
    let effect = quasi.effect_at(30.0, 0.9).unwrap();
    let ratio = effect.log_ratio.unwrap();
    let by_hand = quasi.estimates.combination("", &[0.0, 0.0, 1.0, 5.0], 0.9).unwrap();
    assert!((ratio.estimate - by_hand.estimate).abs() < 1e-12);
    assert!((ratio.standard_error - by_hand.standard_error).abs() < 1e-12);
    let mut gradient = Vector::zeros(4);
    for j in 0..4 {
        let difference = |step: f64| {
            let mut moved = quasi.clone();
            moved.estimates.beta[j] += step;
            moved.total_effect(0.9).unwrap().difference.estimate
        };
        gradient[j] = (difference(1e-5) - difference(-1e-5)) / 2e-5;
    }
    let expected = gradient.dot(&(&quasi.estimates.covariance * &gradient)).sqrt();
    let total = quasi.total_effect(0.9).unwrap();
    assert!((total.difference.standard_error / expected - 1.0).abs() < 1e-6);
    let lines = quasi.counterfactual(0.9).unwrap();
    let sums = lines[24..].iter().fold((0.0, 0.0), |sum, line| (sum.0 + line.fitted, sum.1 + line.without));
    assert!((total.difference.estimate - (sums.0 - sums.1)).abs() < 1e-9);
    assert!((total.log_ratio.unwrap().estimate - (sums.0 / sums.1).ln()).abs() < 1e-12);
    assert!(lines.iter().all(|line| line.without_low < line.without && line.without < line.without_high));
}

/// Data made of the model without noise come back exactly: several interruptions, an embedding period, season and covariate.
#[test]
fn exact_data_give_their_coefficients_back() {
    let times: Vec<f64> = (0..72).map(f64::from).collect();
    let extra: Vec<f64> = (0..72).map(|t| f64::from(t * t % 11)).collect();
    let interruptions = vec![
        Interruption { embedding_until: Some(27.0), ..Interruption::new(24.0) },
        Interruption { level: true, slope: false, at: 50.0, embedding_until: None },
    ];
    let harmonics = |pairs| Season::Harmonics { period: 12.0, pairs };
    for season in [harmonics(2), harmonics(6), Season::Dummies { period: 12 }, Season::None] {
        let segments = Segments {
            interruptions: interruptions.clone(),
            season,
            without_trend: false,
            covariates: vec![("extra".into(), extra.clone())],
        };
        let design = Design::new(&times, &segments).unwrap();
        assert_eq!(design.rows.len(), 69);
        assert_eq!(design.names[2..5], ["level1", "slope1", "level2"]);
        // The sine of half the cycle is zero at whole times: six pairs are eleven terms.
        assert!(!design.names.contains(&"sin6".to_owned()));
        let beta = Vector::from_fn(design.x.ncols(), |j, _| {
            0.1 * (j + 1) as f64 * if j % 2 == 0 { 1.0 } else { -0.2 }
        });
        let mut y = vec![0.0; 72];
        for (at, row) in design.rows.iter().enumerate() {
            y[*row] = (design.x.row(at) * &beta)[0] + 1e-3 * f64::from(*row as u32 * 7 % 5) - 2e-3;
        }
        let found = segmented(&design, &y, None, Outcome::Gaussian, Covariance::Model).unwrap();
        for (a, b) in found.estimates.beta.iter().zip(beta.iter()) {
            assert!((a - b).abs() < 5e-3, "{:?}\n{beta}", found.estimates);
        }
        assert_eq!(found.counterfactual(0.95).unwrap().iter().filter(|line| !line.used).count(), 3);
    }
}

#[test]
fn hard_series_have_an_answer_or_a_clear_error() {
    let message = |found: Result<Design, StatsError>| found.unwrap_err().to_string();
    assert!(message(Design::new(&time(), &Segments::new(1.0))).contains("before"));
    assert!(message(Design::new(&time(), &Segments::new(60.0))).contains("after"));
    assert!(message(Design::new(&[], &Segments::new(1.0))).contains("observations"));
    assert!(message(Design::new(&[1.0, 1.0], &Segments::new(1.0))).contains("not later"));
    assert!(message(Design::new(&time(), &Segments::new(48.0))).contains("slope"));
    assert!(message(Design::controlled(&time(), &[true; 48], &Segments::new(25.0))).contains("comparison"));
    let mut missing = Y;
    missing[6] = f64::NAN;
    let error = segmented(&design(), &missing, None, Outcome::Gaussian, Covariance::Model).unwrap_err();
    assert!(error.to_string().contains("row 7"));
    // A series that the model fits without error has no correlation of errors.
    let line: Vec<f64> = time().iter().map(|t| 3.0 + 2.0 * t).collect();
    for method in [ArMethod::MaximumLikelihood, ArMethod::PraisWinsten(RhoEstimate::Regression)] {
        assert!(
            autoregressive(&design(), &line, None, method).unwrap_err().to_string().contains("without error")
        );
    }
    assert!(autoregressive(&design(), &Y, None, ArMethod::Known(1.0)).is_err());
    let mut g = fast(Seed::from_number(4), 0);
    let noise: Vec<f64> = (0..48).map(|_| 1e6 + 1e-3 * g.normal()).collect();
    let scaled = autoregressive(&design(), &noise, None, ArMethod::RestrictedLikelihood).unwrap();
    assert!(scaled.dispersion.sqrt() < 3e-3 && scaled.dispersion.sqrt() > 3e-4);
    let counts = vec![0.0; 48];
    assert!(segmented(&design(), &counts, None, Outcome::Poisson, Covariance::Model).is_err());
}
