//! Rates of many units against values from R 4.2.2 (MASS 7.3-58.2, and its distribution functions) and closed forms.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod common;

use common::Table;
use stats::Matrix;
use stats::random::Seed;
use stats::rates::{
    Denominator, Excess, Funnel, GammaPoisson, Posterior, RankOptions, Transformation, gamma_poisson,
    gamma_poisson_with, highest_next_period, probability_among_highest, rank, trends,
};

fn close(found: f64, right: f64, tolerance: f64) {
    assert!((found - right).abs() <= tolerance * right.abs().max(1e-300), "{found} against {right}");
}

struct Baseline {
    counts: Vec<f64>,
    people: Vec<f64>,
    covariates: Matrix,
}

/// The first period of the 278 units, with the negative binomial counts.
fn baseline() -> Baseline {
    let table = Table::own("s1_schools_278x2.csv");
    let post = table.numbers("post");
    let pick = |name: &str| -> Vec<f64> {
        table
            .numbers(name)
            .into_iter()
            .zip(&post)
            .filter(|(_, post)| **post == 0.0)
            .map(|pair| pair.0)
            .collect()
    };
    let (fsm, imd) = (pick("fsm"), pick("imd"));
    Baseline {
        counts: pick("yn"),
        people: pick("pupils"),
        covariates: Matrix::from_fn(fsm.len(), 2, |i, j| if j == 0 { fsm[i] } else { imd[i] }),
    }
}

fn fitted() -> GammaPoisson {
    let data = baseline();
    gamma_poisson(&data.counts, &data.people).unwrap()
}

/// MASS::glm.nb(yn ~ 1 + offset(log(pupils))): the same likelihood, theta = shape.
#[test]
fn gamma_poisson_as_glm_nb() {
    let fit = fitted();
    close(fit.log_likelihood, -1_131.320_873_38, 1e-11);
    close(fit.poisson_log_likelihood, -2_771.763_389_75, 1e-11);
    close(fit.shape, 1.668_535_14, 1e-7);
    close(fit.coefficients.beta[0], -3.649_291_87, 1e-8);
    close(fit.coefficients.standard_errors()[0], 0.048_221_99, 1e-6);
    close(fit.dispersion_error.unwrap() / fit.dispersion, 0.085_985_495, 1e-6);
    assert!(fit.convergence.gradient < 1e-8);
    assert!(fit.overdispersion_p < 1e-300);
}

/// glm.nb(yn ~ fsm + imd + offset(log(pupils))).
#[test]
fn covariates_as_glm_nb() {
    let data = baseline();
    let names = ["fsm".to_owned(), "imd".to_owned()];
    let fit = gamma_poisson_with(&data.counts, &data.people, &data.covariates, &names).unwrap();
    close(fit.log_likelihood, -1_107.140_494_31, 1e-11);
    for (found, right) in fit.coefficients.beta.iter().zip([-3.690_720_73, 0.241_080_167, 0.160_979_290]) {
        close(*found, right, 1e-7);
    }
    for (found, right) in
        fit.coefficients.standard_errors().iter().zip([0.044_743_68, 0.040_168_58, 0.046_574_04])
    {
        close(*found, right, 1e-6);
    }
    close(fit.shape, 1.986_697_21, 1e-7);
    let units = fit.units(0.9).unwrap();
    assert!((units[0].expected - units[1].expected).abs() > 1e-3);
}

/// qgamma(c(.05, .95), shape + y, rate + E) at the estimates above.
#[test]
fn posterior_means_and_intervals() {
    let units = fitted().units(0.9).unwrap();
    let right = [
        [0.050_010_241_558_99, 0.039_335_771_907_47, 0.061_743_159_453_5],
        [0.006_066_987_898_08, 0.002_783_642_448_12, 0.010_375_869_654_0],
        [0.018_328_497_177_79, 0.013_084_079_943_93, 0.024_298_454_132_6],
        [0.017_298_639_214_20, 0.010_385_777_088_00, 0.025_644_637_240_9],
    ];
    for (unit, right) in units.iter().zip(right) {
        close(unit.mean, right[0], 1e-7);
        close(unit.low, right[1], 1e-7);
        close(unit.high, right[2], 1e-7);
        let observed = unit.observed.unwrap();
        close(unit.mean, unit.shrinkage * unit.expected + (1.0 - unit.shrinkage) * observed, 1e-13);
    }
}

/// engine/README.md section 8.6, and R's qbinom.
#[test]
fn exact_limits() {
    let funnel = Funnel::new(&[3.0, 7.0], &[5.0, 5.0], Denominator::Exposure, Some(1.0)).unwrap();
    for (size, limits) in [
        (5.0, [0.0, 1.0, 10.0, 13.0]),
        (10.0, [2.0, 4.0, 17.0, 21.0]),
        (50.0, [30.0, 37.0, 64.0, 73.0]),
        (200.0, [158.0, 173.0, 228.0, 245.0]),
    ] {
        assert_eq!(funnel.exact_counts(size, 0.001).unwrap(), (limits[0], limits[3]));
        assert_eq!(funnel.exact_counts(size, 0.025).unwrap(), (limits[1], limits[2]));
    }
    for (trials, target, limits) in
        [(80.0, 0.15, [3.0, 6.0, 19.0, 23.0]), (1000.0, 0.02, [8.0, 12.0, 29.0, 35.0])]
    {
        let funnel = Funnel::new(&[2.0], &[trials], Denominator::Trials, Some(target)).unwrap();
        assert_eq!(funnel.exact_counts(trials, 0.001).unwrap(), (limits[0], limits[3]));
        assert_eq!(funnel.exact_counts(trials, 0.025).unwrap(), (limits[1], limits[2]));
    }
}

/// Spiegelhalter's interpolation written out with R's ppois, dpois, pnbinom and dnbinom.
#[test]
fn smooth_limits() {
    let funnel = Funnel::new(&[3.0], &[10.0], Denominator::Exposure, Some(1.0)).unwrap();
    let limits = funnel.limits(10.0, 0.025, Excess::None).unwrap();
    close(limits.low, 0.377_518_794_769, 1e-11);
    close(limits.high, 1.615_995_067_33, 1e-11);
    let limits = funnel.limits(10.0, 0.025, Excess::GammaPoisson { dispersion: 0.25 }).unwrap();
    close(limits.low, 0.096_304_687_5, 1e-9);
    close(limits.high, 2.364_813_382_44, 1e-11);
}

#[test]
fn overdispersion_as_spiegelhalter() {
    let data = baseline();
    let funnel = Funnel::new(&data.counts, &data.people, Denominator::Exposure, None).unwrap();
    close(funnel.target(), 0.025_942_936_673_6, 1e-11);
    let found = funnel.overdispersion(Transformation::Identity, 0.1).unwrap();
    close(found.overdispersion.phi, 9.068_585_739_9, 1e-10);
    close(found.overdispersion.tau_squared, 0.000_232_426_539_689, 1e-10);
    close(found.low, -3.935_761_348_97, 1e-10);
    close(found.high, 5.241_741_473_79, 1e-10);
    let root = funnel.overdispersion(Transformation::SquareRoot, 0.1).unwrap().overdispersion;
    close(root.phi, 10.420_771_501_3, 1e-10);
    close(root.tau_squared, 0.002_614_976_936_55, 1e-10);
    assert!(root.p < 1e-300);
    // Wider limits than chance, by sqrt(phi) on their scale.
    let chance = Excess::Multiplicative { phi: 1.0, transformation: Transformation::SquareRoot };
    let wide = Excess::Multiplicative { phi: root.phi, transformation: Transformation::SquareRoot };
    let (narrow, wide) =
        (funnel.limits(900.0, 0.025, chance).unwrap(), funnel.limits(900.0, 0.025, wide).unwrap());
    let centre = funnel.target().sqrt();
    close((wide.high.sqrt() - centre) / (narrow.high.sqrt() - centre), root.phi.sqrt(), 1e-10);
}

/// Two gamma rates: `P(first > second)` is an incomplete beta integral.
#[test]
fn rank_probabilities_against_a_closed_form() {
    use stats::numeric::special::incomplete_beta;
    let posteriors =
        [Posterior::Gamma { shape: 7.0, rate: 200.0 }, Posterior::Gamma { shape: 0.6, rate: 30.0 }];
    // G1/200 > G2/30: a beta variable G1 / (G1 + G2) above 200 / 230.
    let right = 1.0 - incomplete_beta(7.0, 0.6, 200.0 / 230.0, 30.0 / 230.0).0;
    let options = RankOptions { draws: 40_000, level: 0.9, highest: vec![1, 2] };
    let ranking = rank(&posteriors, &options, Seed::from_number(3)).unwrap();
    let first = &ranking.units[0];
    assert!((first.among_highest[0] - right).abs() < 0.007, "{} {right}", first.among_highest[0]);
    close(first.among_highest[1], 1.0, 0.0);
    close(first.expected, 2.0 - first.among_highest[0], 1e-12);
    assert_eq!((first.low, first.high), (1, 2));
    let quick = probability_among_highest(&posteriors, 1, 40_000, Seed::from_number(3)).unwrap();
    assert!((quick[0] - right).abs() < 0.007);
    close(quick[0] + quick[1], 1.0, 1e-12);
}

/// The expected rank is `1 + sum_j P(theta_j > theta_i)`, and rank intervals are order statistics of the draws.
#[test]
fn ranks_of_the_units() {
    let units = fitted().units(0.9).unwrap();
    let posteriors: Vec<Posterior> = units.iter().map(|unit| unit.posterior).collect();
    let options = RankOptions { draws: 4000, level: 0.9, highest: vec![10, 50] };
    let ranking = rank(&posteriors, &options, Seed::from_number(11)).unwrap();
    let sum: f64 = ranking.units.iter().map(|unit| unit.expected).sum();
    close(sum, 278.0 * 279.0 / 2.0, 1e-12);
    let top: f64 = ranking.units.iter().map(|unit| unit.among_highest[0]).sum();
    close(top, 10.0, 1e-12);
    for unit in &ranking.units {
        assert!(unit.low as f64 <= unit.expected + 1.0 && unit.expected <= unit.high as f64 + 1.0);
        assert!(unit.among_highest[0] <= unit.among_highest[1]);
    }
    let quick = probability_among_highest(&posteriors, 10, 4000, Seed::from_number(11)).unwrap();
    for (unit, quick) in ranking.units.iter().zip(&quick) {
        close(unit.among_highest[0], *quick, 1e-12);
    }
    assert_eq!(ranking, rank(&posteriors, &options, Seed::from_number(11)).unwrap());
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(ranking, one.install(|| rank(&posteriors, &options, Seed::from_number(11)).unwrap()));
}

#[test]
fn regression_to_the_mean_is_a_number() {
    let fit = fitted();
    let units = fit.units(0.9).unwrap();
    let next = highest_next_period(&fit, 10, 0.9).unwrap();
    let data = baseline();
    let expected: f64 = next.units.iter().map(|i| data.people[*i] * units[*i].mean).sum();
    close(next.expected, expected, 1e-12);
    assert!(next.change < 0.0 && next.relative_change.unwrap() > -0.5);
    assert!(next.low < next.expected && next.expected < next.high);
    // All units together change by the shrinkage towards the mean rate alone.
    let all = highest_next_period(&fit, 278, 0.9).unwrap();
    assert!(all.relative_change.unwrap().abs() < 0.02);
}

/// The conditional likelihood written out by brute force: trapezium rule over the slope, no adaptive quadrature.
#[test]
fn trends_maximise_the_conditional_likelihood() {
    let (n, times) = (60, [0.0, 1.0, 2.0]);
    let mut generator = stats::random::fast(Seed::from_number(8), 0);
    use stats::random::Sample;
    let mut counts = Matrix::zeros(n, 3);
    let mut exposure = Matrix::zeros(n, 3);
    for i in 0..n {
        let (level, slope) = (0.03 * (0.6 * generator.normal()).exp(), 0.25 * generator.normal());
        for t in 0..3 {
            exposure[(i, t)] = 300.0 + 20.0 * i as f64 + 10.0 * t as f64;
            let rate = level * (0.1 * t as f64 + slope * (t as f64 - 1.0)).exp();
            counts[(i, t)] = generator.poisson(exposure[(i, t)] * rate);
        }
    }
    let fit = trends(&counts, &exposure, &times, 0.9).unwrap();
    assert!(fit.spread > 0.1 && fit.spread < 0.5, "{}", fit.spread);
    let brute = |m1: f64, m2: f64, spread: f64| -> f64 {
        let m = [0.0, m1, m2];
        (0..n)
            .map(|i| {
                let total: f64 = counts.row(i).sum();
                let constant = stats::numeric::special::ln_factorial(total)
                    - (0..3).map(|t| stats::numeric::special::ln_factorial(counts[(i, t)])).sum::<f64>();
                let step = spread / 40.0;
                let integral: f64 = (-400..=400)
                    .map(|k| {
                        let s = f64::from(k) * step;
                        let w: Vec<f64> =
                            (0..3).map(|t| exposure[(i, t)] * (m[t] + s * (t as f64 - 1.0)).exp()).collect();
                        let sum: f64 = w.iter().sum();
                        let log: f64 = (0..3).map(|t| counts[(i, t)] * (w[t] / sum).ln()).sum();
                        (constant + log - 0.5 * (s / spread).powi(2)).exp() * step
                    })
                    .sum();
                (integral / (spread * (2.0 * std::f64::consts::PI).sqrt())).ln()
            })
            .sum()
    };
    let (m1, m2) = (fit.periods[1], fit.periods[2]);
    let best = brute(m1, m2, fit.spread);
    close(fit.log_likelihood, best, 1e-9);
    for (a, b, c) in [(1e-3, 0.0, 1.0), (0.0, 1e-3, 1.0), (0.0, 0.0, 1.003)] {
        let (high, low) = (brute(m1 + a, m2 + b, fit.spread * c), brute(m1 - a, m2 - b, fit.spread / c));
        assert!(high < best && low < best);
        // At a maximum both sides fall by the same amount, up to the third derivative.
        assert!(((high - best) / (low - best) - 1.0).abs() < 0.02, "{high} {low} {best}");
    }
    let unit = &fit.units[0];
    assert!(unit.low < unit.ratio && unit.ratio < unit.high && unit.shrinkage < 1.0);
    close(fit.common, m2 / 2.0, 1e-12);
}
