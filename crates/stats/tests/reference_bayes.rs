//! The posterior of the rate model against quadrature over the posterior itself and against the likelihood.

mod common;

use common::Table;
use stats::bayes::{Normal, Posterior, Priors, SamplerOptions, SpreadPrior, sample};
use stats::mixed::{Family, Options, RateModel, Start, Workspace};
use stats::numeric::quadrature::{gauss_hermite, gauss_legendre};
use stats::random::Seed;
use stats::{Matrix, StatsError};

struct Schools {
    x: Matrix,
    y: Vec<f64>,
    offset: Vec<f64>,
    groups: Vec<usize>,
    names: Vec<String>,
}

fn schools(outcome: &str) -> Schools {
    let table = Table::own("s1_schools_278x2.csv");
    let y = table.numbers(outcome);
    let mut x = Matrix::from_element(y.len(), 6, 1.0);
    for (j, name) in ["tp", "post", "fsm", "imd", "sen"].iter().enumerate() {
        x.column_mut(j + 1).copy_from_slice(&table.numbers(name));
    }
    Schools {
        x,
        y,
        offset: table.numbers("pupils").iter().map(|n| n.ln()).collect(),
        groups: table.numbers("school").iter().map(|s| *s as usize).collect(),
        names: ["1", "tp", "post", "fsm", "imd", "sen"].map(str::to_owned).to_vec(),
    }
}

/// With priors as weak as these and 278 groups the posterior is close to normal around the estimate.
#[test]
fn weak_priors_follow_the_likelihood() {
    let s = schools("yp");
    let model = RateModel::new(&s.x, Some(&s.offset), &s.groups, Options::new(Family::Poisson)).unwrap();
    let fit = model.fit_with(&mut Workspace::default(), &s.y, Start::Data).unwrap();
    let run = |seed| {
        let options = SamplerOptions::new(Seed::from_number(seed));
        sample(&model, &s.y, &s.names, &Priors::weak(6), &options).unwrap()
    };
    let found = run(1);
    assert!(found.remarks.is_empty(), "{:?}", found.remarks);
    assert!(found.acceptance > 0.6, "{}", found.acceptance);
    let errors = fit.standard_errors();
    for (j, row) in found.table(0.95).unwrap()[..6].iter().enumerate() {
        assert!((row.mean - fit.beta[j]).abs() < 0.1 * errors[j], "{row:?}");
        assert!((row.sd / errors[j] - 1.0).abs() < 0.06, "{row:?} {}", errors[j]);
        assert!(row.diagnostics.r_hat < 1.01 && row.diagnostics.bulk > 2_000.0, "{row:?}");
        assert!((row.high - row.low) / (3.92 * row.sd) > 0.95);
    }
    let sd = &found.table(0.9).unwrap()[6];
    assert!((sd.median - 0.600_334_f64.ln()).abs() < 0.03, "{sd:?}");
    // z of the effect is -0.0635 / 0.0338: the probability that it is below zero is about 0.97.
    let (below, error) = found.probability_below("tp", 0.0).unwrap();
    assert!((below - 0.97).abs() < 0.01 && error < 0.005, "{below} {error}");
    assert!(found.probability_below("tp", -0.1).unwrap().0 < below);
    assert!(found.probability_below("nothing", 0.0).is_err());
    // The same seed gives the same bits on any number of threads.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    assert_eq!(pool.install(|| run(1)), found);
    assert_ne!(run(2), found);
    // A prior that doubts the effect draws it to zero; weighting says so as sampling again does.
    let mut doubting = Priors::weak(6);
    doubting.coefficients[1] = Normal { mean: 0.0, sd: 0.05 };
    let weighted = found.under("tp", &doubting, 0.95).unwrap();
    let options = SamplerOptions::new(Seed::from_number(3));
    let again = sample(&model, &s.y, &s.names, &doubting, &options).unwrap();
    let again = &again.table(0.95).unwrap()[1];
    assert!(weighted.effective_draws > 3_000.0);
    assert!((weighted.mean - again.mean).abs() < 0.003 && (weighted.low - again.low).abs() < 0.006);
    assert!(weighted.mean > found.table(0.95).unwrap()[1].mean + 0.01);
}

/// Few small groups: a posterior far from normal, known by brute-force quadrature over both parameters and every
/// random intercept.
#[test]
fn a_posterior_known_by_quadrature() {
    let y = [2.0, 0.0, 5.0, 1.0, 3.0, 9.0, 1.0, 0.0];
    let groups = [1, 1, 2, 2, 3, 3, 4, 4];
    let x = Matrix::from_element(8, 1, 1.0);
    let priors = Priors {
        coefficients: vec![Normal { mean: 0.0, sd: 2.0 }],
        spread: SpreadPrior::HalfT { df: 3.0, scale: 1.0 },
        log_theta: Normal { mean: 0.0, sd: 1.0 },
    };
    let options = Options::new(Family::Poisson);
    let model = RateModel::new(&x, None, &groups, options).unwrap();
    let options = SamplerOptions { draws: 20_000, ..SamplerOptions::new(Seed::from_number(11)) };
    let found = sample(&model, &y, &["1".to_owned()], &priors, &options).unwrap();
    let rows: Vec<_> = found.table(0.95).unwrap();

    let totals = [(2.0, 2.0), (6.0, 2.0), (12.0, 2.0), (1.0, 2.0)];
    let hermite = gauss_hermite(60).unwrap();
    let legendre = gauss_legendre(20).unwrap();
    let likelihood = |b: f64, sd: f64| -> f64 {
        totals
            .iter()
            .map(|(events, rows): &(f64, f64)| {
                let sum: f64 = hermite
                    .nodes
                    .iter()
                    .zip(&hermite.weights)
                    .map(|(t, w)| {
                        let eta = b + std::f64::consts::SQRT_2 * sd * t;
                        w * (events * eta - rows * eta.exp()).exp()
                    })
                    .sum();
                sum
            })
            .product()
    };
    let (mut total, mut mean, mut log_sd, mut below) = (0.0, 0.0, 0.0, 0.0);
    // b from -3 to 4 and log sd from -6 to 2, each in eight pieces of the rule.
    for piece in 0..16 {
        for (tb, wb) in legendre.nodes.iter().zip(&legendre.weights) {
            let b = -3.0 + 7.0 / 16.0 * (f64::from(piece) + 0.5 * (tb + 1.0));
            for part in 0..8 {
                for (ts, ws) in legendre.nodes.iter().zip(&legendre.weights) {
                    let log = -6.0 + f64::from(part) + 0.5 * (ts + 1.0);
                    let sd = log.exp();
                    let prior = (-b * b / 8.0).exp() * (1.0 + sd * sd / 3.0).powi(-2) * sd;
                    let weight = wb * ws * prior * likelihood(b, sd);
                    total += weight;
                    mean += weight * b;
                    log_sd += weight * log;
                    below += weight * f64::from(b < 0.5);
                }
            }
        }
    }
    let (mean, log_sd, below) = (mean / total, log_sd / total, below / total);
    assert!((rows[0].mean - mean).abs() < 5.0 * rows[0].monte_carlo_error, "{} {mean}", rows[0].mean);
    assert!((rows[1].mean - log_sd).abs() < 5.0 * rows[1].monte_carlo_error, "{} {log_sd}", rows[1].mean);
    let (share, error) = found.probability_below("1", 0.5).unwrap();
    assert!((share - below).abs() < 5.0 * error, "{share} {below} {error}");
    assert!(rows[0].monte_carlo_error < 0.01 && rows[1].monte_carlo_error < 0.02);
}

#[test]
fn negative_binomial() {
    let s = schools("yn");
    let options = Options::new(Family::NegativeBinomial);
    let model = RateModel::new(&s.x, Some(&s.offset), &s.groups, options).unwrap();
    let options = SamplerOptions { draws: 500, warm_up: 200, ..SamplerOptions::new(Seed::from_number(4)) };
    let found: Posterior = sample(&model, &s.y, &s.names, &Priors::weak(6), &options).unwrap();
    let rows = found.table(0.95).unwrap();
    assert_eq!(rows[7].name, "log theta");
    // Maximum likelihood by quadrature: 0.00103 (SE 0.0792), theta 4.847.
    assert!(
        (rows[1].mean - 0.00103).abs() < 0.02 && (rows[1].sd / 0.0792 - 1.0).abs() < 0.12,
        "{:?}",
        rows[1]
    );
    assert!((rows[7].median - 4.847_f64.ln()).abs() < 0.08, "{:?}", rows[7]);
    assert!(rows[1].diagnostics.r_hat < 1.02, "{:?}", rows[1]);
}

/// No variation between groups: the prior holds the spread, and the chains still mix.
#[test]
fn hard_posteriors() {
    let y: Vec<f64> = (0..40).map(|i| f64::from(3 + i % 2)).collect();
    let groups: Vec<usize> = (0..40).map(|i| i / 4).collect();
    let x = Matrix::from_element(40, 1, 1.0);
    let names = ["1".to_owned()];
    let model = RateModel::new(&x, None, &groups, Options::new(Family::Poisson)).unwrap();
    let options = SamplerOptions::new(Seed::from_number(8));
    let found = sample(&model, &y, &names, &Priors::weak(1), &options).unwrap();
    let rows = found.table(0.95).unwrap();
    assert!(rows[1].median < -1.5 && rows[1].low < -3.0, "{:?}", rows[1]);
    assert!((rows[0].mean - 3.5_f64.ln()).abs() < 0.1, "{:?}", rows[0]);
    assert!(rows[0].diagnostics.r_hat < 1.02 && rows[1].diagnostics.r_hat < 1.05, "{rows:?}");
    // Settings out of range, missing counts, no event.
    let priors = Priors::weak(1);
    let refused =
        |options: &SamplerOptions, y: &[f64], priors: &Priors| sample(&model, y, &names, priors, options);
    assert!(refused(&SamplerOptions { chains: 1, ..options }, &y, &priors).is_err());
    assert!(refused(&options, &y, &Priors::weak(2)).is_err());
    let negative = Priors { spread: SpreadPrior::HalfNormal(-1.0), ..priors.clone() };
    assert!(matches!(refused(&options, &y, &negative), Err(StatsError::Setting(_))));
    let mut missing = y.clone();
    missing[6] = f64::NAN;
    assert!(matches!(refused(&options, &missing, &priors), Err(StatsError::Value { row: 7, .. })));
    assert!(matches!(refused(&options, &[0.0; 40], &priors), Err(StatsError::NoAnswer(_))));
}
