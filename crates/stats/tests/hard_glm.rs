//! Generalised linear models and estimating equations on data that break naive code.

use stats::data::{DesignOptions, Frame};
use stats::gee::{self, Correction, Correlation};
use stats::glm::{Family, Link, Options, fit, fit_formula, fit_negative_binomial, likelihood_ratio, wald};
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, StatsError};

fn columns(columns: &[&[f64]]) -> Matrix {
    Matrix::from_fn(columns[0].len(), columns.len(), |i, j| columns[j][i])
}

const ONES: [f64; 8] = [1.0; 8];
const HALF: [f64; 8] = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
const X: [f64; 8] = [0.3, -1.0, 0.7, 2.0, -0.4, 1.1, 0.0, -2.0];

#[test]
fn separation_is_found_and_named() {
    let names: Vec<String> = ["(Intercept)", "half", "x"].map(str::to_owned).to_vec();
    let x = columns(&[&ONES, &HALF, &X]);
    // Nobody in the second half has the outcome.
    let y = [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    for (family, link) in [
        (Family::Binomial, Link::Logit),
        (Family::Binomial, Link::Probit),
        (Family::Binomial, Link::CLogLog),
        (Family::Poisson, Link::Log),
        (Family::QuasiPoisson, Link::Log),
    ] {
        let error = fit(&x, &y, &Options::new(family).link(link).names(&names)).unwrap_err();
        assert_eq!(error, StatsError::Separation("half".into()), "{family:?} {link:?}");
    }
    // The sign of x decides.
    let sign = X.map(|x| f64::from(u8::from(x > 0.2)));
    let error = fit(&x, &sign, &Options::new(Family::Binomial).names(&names)).unwrap_err();
    assert!(matches!(&error, StatsError::Separation(who) if who.contains('x')), "{error}");
}

#[test]
fn a_reference_level_without_events_is_named_by_the_others() {
    let f: Vec<&str> = (0..30).map(|i| ["a", "b", "c"][i % 3]).collect();
    let y: Vec<f64> =
        (0..30).map(|i| if i % 3 == 0 { 0.0 } else { f64::from(u8::try_from(i % 5).unwrap()) }).collect();
    let frame = Frame::new().with_labels("f", &f).unwrap().with_numeric("y", y).unwrap();
    let error = fit_formula(&frame, "y ~ f", None, &Options::new(Family::Poisson), &DesignOptions::default())
        .unwrap_err();
    assert_eq!(error, StatsError::Separation("fb, fc".into()));
}

#[test]
fn rare_events_are_not_separation() {
    // One event in three million: a coefficient of about -15 that is finite.
    let y = [12.0, 0.0, 9.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    let pupils = [1e3, 1e2, 1e3, 1e2, 1e6, 1e6, 1e6, 1.0];
    let offset: Vec<f64> = pupils.iter().map(|n: &f64| n.ln()).collect();
    let x = columns(&[&ONES, &HALF]);
    let found = fit(&x, &y, &Options::new(Family::Poisson).offset(&offset)).unwrap();
    let rate = |from: usize, to: usize| -> f64 {
        y[from..to].iter().sum::<f64>() / pupils[from..to].iter().sum::<f64>()
    };
    assert!((found.estimates.beta[0] - rate(0, 4).ln()).abs() < 1e-12);
    assert!((found.estimates.beta[1] - (rate(4, 8) / rate(0, 4)).ln()).abs() < 1e-12);
}

#[test]
fn constant_outcomes_have_no_answer() {
    let x = columns(&[&ONES, &X]);
    for (family, value) in [(Family::Poisson, 0.0), (Family::Binomial, 0.0), (Family::Binomial, 1.0)] {
        let error = fit(&x, &[value; 8], &Options::new(family)).unwrap_err();
        assert!(matches!(error, StatsError::NoAnswer(_)), "{family:?} {error}");
    }
    let level = fit(&x, &[3.0; 8], &Options::new(Family::Poisson)).unwrap();
    assert!((level.estimates.beta[0] - 3.0_f64.ln()).abs() < 1e-12 && level.estimates.beta[1].abs() < 1e-12);
    let flat = fit(&x, &[3.0; 8], &Options::new(Family::Gaussian)).unwrap();
    assert!((flat.estimates.beta[0] - 3.0).abs() < 1e-12 && flat.deviance < 1e-25);
}

#[test]
fn collinear_columns_are_an_error_or_left_out() {
    let twice = X.map(|x| 2.0 * x - 3.0);
    let x = columns(&[&ONES, &X, &twice]);
    let y = [1.0, 0.0, 2.0, 5.0, 1.0, 2.0, 0.0, 1.0];
    let options = Options::new(Family::Poisson);
    assert_eq!(fit(&x, &y, &options).unwrap_err(), StatsError::Collinear(vec!["x3".into()]));
    let dropped = fit(&x, &y, &options.drop_collinear()).unwrap();
    assert_eq!((dropped.dropped.as_slice(), dropped.kept.as_slice()), (&["x3".to_owned()][..], &[0, 1][..]));
    let plain = fit(&columns(&[&ONES, &X]), &y, &options).unwrap();
    assert!((dropped.estimates.beta[1] - plain.estimates.beta[1]).abs() < 1e-11);
    assert!((dropped.estimates.covariance[(1, 1)] - plain.estimates.covariance[(1, 1)]).abs() < 1e-11);
    assert_eq!(dropped.leverage(&x).unwrap().len(), 8);
}

/// Years beside an intercept, squared and cubed: normal equations in the columns themselves would keep two or three digits.
#[test]
fn calendar_years_keep_their_digits() {
    let years: Vec<f64> = (0..24).map(|i| 2000.0 + f64::from(i)).collect();
    let y: Vec<f64> = (0..24).map(|i| f64::from((i * i * 7 + 3) % 23)).collect();
    let frame = Frame::new()
        .with_numeric("year", years.clone())
        .unwrap()
        .with_numeric("c", years.iter().map(|year| year - 2012.0).collect())
        .unwrap()
        .with_numeric("y", y)
        .unwrap();
    let options = Options::new(Family::Poisson);
    let fit = |text: &str| fit_formula(&frame, text, None, &options, &DesignOptions::default()).unwrap().fit;
    let far = fit("y ~ year + I(year^2)");
    let near = fit("y ~ c + I(c^2)");
    assert!((far.deviance - near.deviance).abs() < 1e-10 * near.deviance);
    let (one, other) = (far.estimates.beta[2], near.estimates.beta[2]);
    assert!((one - other).abs() < 1e-8 * other.abs(), "{one} {other}");
    let (one, other) = (far.estimates.covariance[(2, 2)], near.estimates.covariance[(2, 2)]);
    assert!((one - other).abs() < 1e-7 * other, "{one} {other}");
}

#[test]
fn offsets_over_six_orders_of_magnitude() {
    let mut g = fast(Seed::from_number(7), 0);
    let n = 400;
    let offset: Vec<f64> = (0..n).map(|i| f64::from(i % 7) * 10.0_f64.ln()).collect();
    let z: Vec<f64> = (0..n).map(|_| g.normal()).collect();
    let y: Vec<f64> = (0..n as usize).map(|i| g.poisson((offset[i] - 4.0 + 0.3 * z[i]).exp())).collect();
    let ones = vec![1.0; n as usize];
    let x = columns(&[&ones, &z]);
    let found = fit(&x, &y, &Options::new(Family::Poisson).offset(&offset)).unwrap();
    assert!((found.estimates.beta[1] - 0.3).abs() < 4.0 * found.estimates.standard_errors()[1]);
    // The score is zero, checked here and not by the fit.
    for j in 0..2 {
        let score: f64 = (0..n as usize).map(|i| x[(i, j)] * (y[i] - found.fitted[i])).sum();
        assert!(score.abs() < 1e-6 * y.iter().sum::<f64>(), "{score}");
    }
}

#[test]
fn weights_of_zero_take_rows_out() {
    let y = [1.0, 0.0, 2.0, 5.0, 1.0, 2.0, 0.0, 7.0];
    let weights = [1.0, 2.0, 1.0, 0.0, 1.0, 0.5, 1.0, 0.0];
    let x = columns(&[&ONES, &X]);
    let rows: Vec<usize> = (0..8).filter(|i| weights[*i] > 0.0).collect();
    let fewer = x.select_rows(&rows);
    let y_fewer: Vec<f64> = rows.iter().map(|i| y[*i]).collect();
    let w_fewer: Vec<f64> = rows.iter().map(|i| weights[*i]).collect();
    for family in [Family::Poisson, Family::QuasiPoisson, Family::Gaussian] {
        let all = fit(&x, &y, &Options::new(family).weights(&weights)).unwrap();
        let part = fit(&fewer, &y_fewer, &Options::new(family).weights(&w_fewer)).unwrap();
        assert_eq!((all.rows, all.df_residual), (6, 4.0));
        assert!((all.estimates.beta[1] - part.estimates.beta[1]).abs() < 1e-12);
        assert!((all.estimates.covariance[(1, 1)] - part.estimates.covariance[(1, 1)]).abs() < 1e-12);
        assert_eq!(all.aic.is_some(), part.aic.is_some());
        if let (Some(one), Some(other)) = (all.aic, part.aic) {
            assert!((one - other).abs() < 1e-10);
        }
    }
    let error = fit(&x, &y, &Options::new(Family::Poisson).weights(&[0.0; 8])).unwrap_err();
    assert!(matches!(error, StatsError::TooFew { .. }));
}

#[test]
fn bad_input_is_refused() {
    let x = columns(&[&ONES, &X]);
    let y = [1.0, 0.0, 2.0, 5.0, 1.0, 2.0, 0.0, 7.0];
    let poisson = Options::new(Family::Poisson);
    assert!(matches!(fit(&x, &y[..7], &poisson), Err(StatsError::Shape { .. })));
    let mut missing = y;
    missing[2] = f64::NAN;
    assert!(matches!(fit(&x, &missing, &poisson), Err(StatsError::Value { row: 3, .. })));
    let mut negative = y;
    negative[5] = -1.0;
    assert!(matches!(fit(&x, &negative, &poisson), Err(StatsError::Value { row: 6, .. })));
    assert!(fit(&x, &y, &Options::new(Family::Binomial)).is_err());
    assert!(fit(&x, &y, &Options::new(Family::Gamma)).is_err());
    assert!(fit(&x, &y, &poisson.link(Link::Logit)).is_err());
    assert!(fit(&x, &y, &poisson.offset(&[0.0; 7])).is_err());
    assert!(fit(&x, &y, &poisson.weights(&[-1.0; 8])).is_err());
    assert!(fit(&x, &y, &poisson.trials(&[9.0; 8])).is_err());
    assert!(fit(&x, &y, &Options::new(Family::NegativeBinomial { theta: 0.0 })).is_err());
    assert!(fit(&Matrix::zeros(0, 2), &[], &poisson).is_err());
    assert!(matches!(fit(&Matrix::zeros(8, 1), &y, &poisson), Err(StatsError::Collinear(_))));
    let mut wrong = x.clone();
    wrong[(4, 1)] = f64::NAN;
    assert!(matches!(fit(&wrong, &y, &poisson), Err(StatsError::Value { row: 5, .. })));
    let half = [0.5; 8];
    assert!(fit_negative_binomial(&x, &half, &poisson).is_err());
}

#[test]
fn more_columns_than_rows_is_refused() {
    let x = Matrix::from_fn(3, 5, |i, j| ((i * 7 + j * 3) % 5) as f64);
    assert!(fit(&x, &[1.0, 2.0, 3.0], &Options::new(Family::Poisson)).is_err());
}

#[test]
fn counts_without_extra_variation_have_an_infinite_theta() {
    let y = [2.0, 3.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0];
    let x = columns(&[&ONES, &X]);
    let found = fit_negative_binomial(&x, &y, &Options::new(Family::Poisson)).unwrap();
    assert!(found.theta.is_infinite() && found.theta_standard_error.is_nan());
    assert!(found.glm.convergence.remarks.iter().any(|remark| remark.contains("infinite")));
}

/// The log-likelihood is flat in all parameters at the end, by differences of the density.
#[test]
fn the_negative_binomial_end_is_a_maximum() {
    let mut g = fast(Seed::from_number(3), 0);
    let n = 300;
    let z: Vec<f64> = (0..n).map(|_| g.normal()).collect();
    let y: Vec<f64> = z.iter().map(|z| g.negative_binomial((1.0 + 0.5 * z).exp(), 0.7)).collect();
    let ones = vec![1.0; n];
    let x = columns(&[&ones, &z]);
    let found = fit_negative_binomial(&x, &y, &Options::new(Family::Poisson)).unwrap();
    let value = |b0: f64, b1: f64, theta: f64| -> f64 {
        (0..n)
            .map(|i| {
                stats::numeric::distributions::negative_binomial_ln_pmf(y[i], (b0 + b1 * z[i]).exp(), theta)
            })
            .sum()
    };
    let (b0, b1, theta) = (found.glm.estimates.beta[0], found.glm.estimates.beta[1], found.theta);
    assert!((value(b0, b1, theta) - found.log_likelihood).abs() < 1e-9);
    let h = 1e-4;
    assert!((value(b0 + h, b1, theta) - value(b0 - h, b1, theta)).abs() / (2.0 * h) < 1e-4);
    assert!((value(b0, b1, theta * (1.0 + h)) - value(b0, b1, theta * (1.0 - h))).abs() / (2.0 * h) < 1e-4);
    // Observed information by second differences, inverted, against both covariances of theta and slope.
    let at = |d: [f64; 3]| value(b0 + d[0], b1 + d[1], theta * (1.0 + d[2]));
    let information = stats::Matrix::from_fn(3, 3, |i, j| {
        let mut sum = 0.0;
        for (si, sj) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            let mut d = [0.0; 3];
            d[i] += si * 1e-3;
            d[j] += sj * 1e-3;
            sum -= si * sj * at(d);
        }
        sum / 4e-6
    });
    let covariance = information.try_inverse().unwrap();
    let close = |found: f64, right: f64| assert!((found / right - 1.0).abs() < 1e-4, "{found} {right}");
    close(found.theta_standard_error_joint / theta, covariance[(2, 2)].sqrt());
    close(found.observed_covariance[(1, 1)], covariance[(1, 1)]);
}

#[test]
fn tests_of_several_coefficients() {
    let mut g = fast(Seed::from_number(11), 0);
    let n = 200;
    let z: Vec<f64> = (0..n).map(|_| g.normal()).collect();
    let v: Vec<f64> = (0..n).map(|_| g.normal()).collect();
    let y: Vec<f64> = z.iter().map(|z| 1.0 + 0.4 * z + g.normal()).collect();
    let ones = vec![1.0; n];
    let larger = columns(&[&ones, &z, &v]);
    let options = Options::new(Family::Gaussian);
    let full = fit(&larger, &y, &options).unwrap();
    let small = fit(&columns(&[&ones]), &y, &options).unwrap();
    // For a linear model the F test by deviances and Wald's are the same.
    let ratio = likelihood_ratio(&full, &small).unwrap();
    let same = wald(&full.estimates, &[1, 2]).unwrap();
    assert!((ratio.statistic - same.statistic).abs() < 1e-9 * ratio.statistic);
    assert!((ratio.p - same.p).abs() < 1e-12);
    assert!(likelihood_ratio(&small, &full).is_err());
    assert!(wald(&full.estimates, &[]).is_err());
    assert!(wald(&full.estimates, &[3]).is_err());
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let mut g = fast(Seed::from_number(5), 0);
    let n = 60_000;
    let z: Vec<f64> = (0..n).map(|_| g.normal()).collect();
    let y: Vec<f64> = z.iter().map(|z| g.poisson((0.2 * z).exp())).collect();
    let ones = vec![1.0; n];
    let x = columns(&[&ones, &z]);
    let clusters: Vec<usize> = (0..n).map(|i| i % 997).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let one = fit(&x, &y, &Options::new(Family::Poisson)).unwrap().estimates;
            let other =
                gee::fit(&x, &y, &clusters, &gee::Options::new(Family::Poisson, Correlation::Exchangeable))
                    .unwrap()
                    .estimates(Correction::ManclDeRouen)
                    .unwrap();
            (one, other)
        })
    };
    assert_eq!(run(1), run(4));
}

/// The corrections against their definitions with whole matrices for every cluster.
#[test]
fn corrections_of_estimating_equations_are_what_the_papers_define() {
    let mut g = fast(Seed::from_number(9), 0);
    let sizes = [3_usize, 5, 2, 4, 6, 3, 4];
    let clusters: Vec<usize> = sizes.iter().enumerate().flat_map(|(k, n)| vec![k; *n]).collect();
    let n = clusters.len();
    let arm: Vec<f64> = clusters.iter().map(|k| (k % 2) as f64).collect();
    let z: Vec<f64> = (0..n).map(|_| g.normal()).collect();
    let y: Vec<f64> =
        (0..n).map(|i| g.poisson((0.8 + 0.3 * z[i] + 0.5 * ((clusters[i] % 3) as f64)).exp())).collect();
    let ones = vec![1.0; n];
    let x = columns(&[&ones, &arm, &z]);
    let fit =
        gee::fit(&x, &y, &clusters, &gee::Options::new(Family::Poisson, Correlation::Exchangeable)).unwrap();
    let p = 3;
    let mut information = Matrix::zeros(p, p);
    let mut parts = Vec::new();
    for k in 0..sizes.len() {
        let rows: Vec<usize> = (0..n).filter(|i| clusters[*i] == k).collect();
        let m = rows.len();
        let d = Matrix::from_fn(m, p, |i, j| fit.fitted[rows[i]] * x[(rows[i], j)]);
        let v = Matrix::from_fn(m, m, |i, j| {
            let root = (fit.fitted[rows[i]] * fit.fitted[rows[j]]).sqrt();
            if i == j { root } else { fit.alpha * root }
        });
        let inverse = v.try_inverse().unwrap();
        let e = stats::Vector::from_fn(m, |i, _| y[rows[i]] - fit.fitted[rows[i]]);
        information += d.transpose() * &inverse * &d;
        parts.push((d, inverse, e));
    }
    let bread = information.clone().try_inverse().unwrap();
    let mut robust = Matrix::zeros(p, p);
    let mut full = Matrix::zeros(p, p);
    for (d, inverse, e) in &parts {
        let front = d.transpose() * inverse;
        let h = d * &bread * &front;
        let corrected = (Matrix::identity(e.len(), e.len()) - h).try_inverse().unwrap() * e;
        let (u, c) = (&front * e, &front * corrected);
        robust += &u * u.transpose();
        full += &c * c.transpose();
    }
    for (meat, correction) in [(robust, Correction::Robust), (full, Correction::ManclDeRouen)] {
        let right = &bread * meat * &bread;
        let found = fit.covariance(correction).unwrap();
        assert!((found - &right).norm() < 1e-10 * right.norm(), "{correction:?}");
    }
    // Kauermann and Carroll's root applied twice is Mancl and DeRouen's inverse, so its covariance lies between the two.
    let size = |correction| fit.estimates(correction).unwrap().standard_errors()[1];
    assert!(size(Correction::Robust) < size(Correction::KauermannCarroll));
    assert!(size(Correction::KauermannCarroll) < size(Correction::ManclDeRouen));
    assert!(size(Correction::FayGraubard) > size(Correction::Robust));
}

#[test]
fn estimating_equations_on_hard_data() {
    let x = columns(&[&ONES, &X]);
    let y = [1.0, 0.0, 2.0, 5.0, 1.0, 2.0, 0.0, 7.0];
    let exchangeable = gee::Options::new(Family::Poisson, Correlation::Exchangeable);
    assert!(matches!(gee::fit(&x, &y, &[1; 8], &exchangeable), Err(StatsError::TooFew { .. })));
    assert!(gee::fit(&x, &y, &[1; 7], &exchangeable).is_err());
    // Clusters of one row have no pairs.
    let alone = gee::fit(&x, &y, &[1, 2, 3, 4, 5, 6, 7, 8], &exchangeable).unwrap();
    assert!(alone.alpha == 0.0 && !alone.convergence.remarks.is_empty());
    // Rows in another order give the same answer.
    let clusters = [1, 1, 2, 2, 3, 3, 4, 4];
    let sorted = gee::fit(&x, &y, &clusters, &exchangeable).unwrap();
    let order = [3, 0, 6, 5, 1, 7, 2, 4];
    let mixed =
        gee::fit(&x.select_rows(&order), &order.map(|i| y[i]), &order.map(|i| clusters[i]), &exchangeable)
            .unwrap();
    assert!((sorted.beta[1] - mixed.beta[1]).abs() < 1e-9);
    for (place, row) in order.iter().enumerate() {
        assert!((mixed.fitted[place] - sorted.fitted[*row]).abs() < 1e-8);
    }
    // A cluster that alone has the treatment.
    let one = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let single = gee::fit(&columns(&[&ONES, &one]), &y, &clusters, &exchangeable).unwrap();
    assert!(single.covariance(Correction::ManclDeRouen).is_err());
    assert!(single.covariance(Correction::FayGraubard).is_ok());
    // A cluster without events is no obstacle.
    let none = [0.0, 0.0, 2.0, 5.0, 1.0, 2.0, 0.0, 7.0];
    assert!(gee::fit(&x, &none, &clusters, &exchangeable).is_ok());
}
