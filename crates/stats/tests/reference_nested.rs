//! Nested random intercepts against lme4 1.1-31 and glmmTMB 1.1.5 (R 4.2.2). Areas are runs of twenty schools, to whose counts
//! an effect was added:
//!
//! ```r
//! d <- read.csv("s1_schools_278x2.csv"); d$area <- (d$school - 1) %/% 20 + 1
//! f <- exp(0.4 * sin(1.7 * d$area)); d$y <- floor(d$yp * f); d$n <- floor(d$yn * f); d$off <- log(d$pupils)
//! ```
//!
//! The optimisers of `glmer` and `glmmTMB` stop at five to six digits of the parameters, so that the numbers of the tables come
//! from the objective of glmmTMB (`m$obj`, exact gradients) after four steps of Newton's method from where it stopped, with
//! gradients below 1e-12: `H <- optimHess(p, o$fn, o$gr); p <- p - solve(H, o$gr(p))`. Modes are those of `ranef(m)`, where it
//! stopped. `glmer` (`bobyqa`, `rhoend = 1e-9`, `tolPwrss = 1e-13`) agrees: logLik -1951.6548706067 for the first model.

#![expect(clippy::unwrap_used, reason = "a test stops where its data are not as they should be")]

mod common;

use common::Table;
use stats::Matrix;
use stats::mixed::{Data, Family, Groups, Integral, MixedFit, Options, fit, test_levels};

struct Set {
    x: Matrix,
    area: Vec<usize>,
    school: Vec<usize>,
    pupils: Vec<f64>,
    /// `yp`, `y` and `n` of the lines above.
    plain: Vec<f64>,
    y: Vec<f64>,
    n: Vec<f64>,
}

impl Set {
    fn new() -> Self {
        let table = Table::own("s1_schools_278x2.csv");
        let school: Vec<usize> = table.text("school").iter().map(|s| s.parse().unwrap()).collect();
        let area: Vec<usize> = school.iter().map(|school| (school - 1) / 20 + 1).collect();
        let raised = |name: &str| -> Vec<f64> {
            let values = table.numbers(name);
            values
                .iter()
                .zip(&area)
                .map(|(y, a)| (y * (0.4 * (1.7 * *a as f64).sin()).exp()).floor())
                .collect()
        };
        let mut columns = vec![vec![1.0; school.len()]];
        columns.extend(["tp", "post", "fsm", "imd", "sen"].map(|name| table.numbers(name)));
        let (y, n) = (raised("yp"), raised("yn"));
        Self {
            x: Matrix::from_vec(school.len(), 6, columns.concat()),
            area,
            school,
            pupils: table.numbers("pupils"),
            plain: table.numbers("yp"),
            y,
            n,
        }
    }

    /// An area with a single school, one with two, rows left out, groups of different sizes:
    ///
    /// ```r
    /// u <- d; u$area[u$school == 278] <- 99
    /// u <- u[(37 * (seq_len(nrow(u)) - 1)) %% 100 < 65 | u$school <= 20 | u$school == 278, ]
    /// u <- u[!(u$area %in% c(5)) | u$school %in% c(81, 82), ]
    /// ```
    fn unbalanced() -> Self {
        let mut all = Self::new();
        let kept: Vec<usize> = (0..all.school.len())
            .filter(|row| {
                let school = all.school[*row];
                ((37 * row) % 100 < 65 || school <= 20 || school == 278)
                    && (all.area[*row] != 5 || school == 81 || school == 82)
            })
            .collect();
        for (area, school) in all.area.iter_mut().zip(&all.school) {
            if *school == 278 {
                *area = 99;
            }
        }
        let take = |values: &[f64]| kept.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        let labels = |values: &[usize]| kept.iter().map(|row| values[*row]).collect::<Vec<usize>>();
        Self {
            x: all.x.select_rows(&kept),
            area: labels(&all.area),
            school: labels(&all.school),
            pupils: take(&all.pupils),
            plain: take(&all.plain),
            y: take(&all.y),
            n: take(&all.n),
        }
    }

    fn fit(&self, family: Family, y: &[f64], trials: Option<&[f64]>) -> MixedFit {
        let offset: Vec<f64> = self.pupils.iter().map(|pupils| pupils.ln()).collect();
        let data = Data {
            x: &self.x,
            y,
            offset: trials.is_none().then_some(&offset),
            weights: None,
            trials,
            groups: Groups::Nested { outer: &self.area, inner: &self.school },
            names: &[],
        };
        fit(&data, &Options::new(family).integral(Integral::Laplace)).unwrap()
    }
}

/// One row of a reference table: standard deviations and their logarithms' errors, areas first.
struct Row {
    log_likelihood: f64,
    beta: [f64; 6],
    se: [f64; 6],
    sd: [f64; 2],
    log_sd_error: [f64; 2],
    theta: Option<f64>,
    area: [f64; 4],
    school: [f64; 4],
}

fn check(found: &MixedFit, row: &Row) {
    assert!(found.convergence.converged);
    assert_eq!(found.integral, Integral::Laplace);
    assert!((found.log_likelihood - row.log_likelihood).abs() < 5e-9, "{}", found.log_likelihood);
    let errors = found.estimates.standard_errors();
    for j in 0..6 {
        let far = (found.estimates.beta[j] - row.beta[j]).abs() / row.se[j];
        assert!(far < 2e-8, "coefficient {j}: {} {}", found.estimates.beta[j], row.beta[j]);
        assert!((errors[j] / row.se[j] - 1.0).abs() < 3e-7, "error {j}: {} {}", errors[j], row.se[j]);
    }
    for level in 0..2 {
        let intercepts = &found.intercepts[level];
        assert!((intercepts.sd / row.sd[level] - 1.0).abs() < 1e-8, "{level}: {}", intercepts.sd);
        let error = intercepts.log_sd_error.unwrap();
        assert!((error / row.log_sd_error[level] - 1.0).abs() < 3e-7, "{level}: {error}");
        let right = if level == 0 { &row.area } else { &row.school };
        for (mode, right) in intercepts.modes.iter().zip(right) {
            assert!((mode.mode - right).abs() < 4e-5, "{level}: {mode:?} {right}");
        }
    }
    assert_eq!(found.theta.is_some(), row.theta.is_some());
    if let (Some(found), Some(right)) = (found.theta, row.theta) {
        assert!((found / right - 1.0).abs() < 1e-8, "{found} {right}");
    }
}

/// `glmer(y ~ tp + post + fsm + imd + sen + offset(off) + (1 | area / school), d, poisson)` (logLik to ten digits, conditional
/// variances) and the same by `glmmTMB`.
#[test]
fn schools_in_areas_poisson() {
    let set = Set::new();
    let found = set.fit(Family::Poisson, &set.y, None);
    check(
        &found,
        &Row {
            log_likelihood: -1_951.654_870_606_64,
            beta: [
                -3.938_243_275_1,
                -0.072_113_067_2,
                0.079_504_068_5,
                0.309_194_162_1,
                0.238_168_770_9,
                0.124_153_220_2,
            ],
            se: [0.095_037_561, 0.033_524_535, 0.024_837_940, 0.039_801_447, 0.042_831_530, 0.012_601_773],
            sd: [0.321_324_907_3, 0.629_490_274_4],
            log_sd_error: [0.230_961_099, 0.049_042_947],
            theta: None,
            area: [0.401_584_265, -0.065_685_012, -0.394_606_224, 0.360_627_016],
            school: [0.000_154_271, -0.681_394_707, -0.237_147_133, 0.525_208_270],
        },
    );
    // Conditional variances by lme4, at its own estimates.
    for (level, right) in
        [[0.017_314_195, 0.017_923_158, 0.018_418_569], [0.024_477_410, 0.047_610_528, 0.031_799_751]]
            .iter()
            .enumerate()
    {
        for (mode, right) in found.intercepts[level].modes.iter().zip(right) {
            assert!((mode.variance / right - 1.0).abs() < 5e-5, "{level}: {mode:?} {right}");
        }
    }
    assert_eq!((found.intercepts[0].groups, found.intercepts[1].groups), (14, 278));
    assert_eq!(found.intercepts[1].modes[20].label, (2, 21));
    assert_eq!(found.parameters, 8);
    // The score of the intercept is zero: given the modes, events and expected events nearly agree.
    assert!(found.dispersion > 0.3 && found.dispersion < 1.5, "{}", found.dispersion);
}

/// `glmmTMB(n ~ tp + post + fsm + imd + sen + offset(off) + (1 | area / school), d, family = nbinom2)`.
#[test]
fn schools_in_areas_negative_binomial() {
    let set = Set::new();
    check(
        &set.fit(Family::NegativeBinomial, &set.n, None),
        &Row {
            log_likelihood: -2_172.609_884_128_02,
            beta: [
                -3.900_240_313_2,
                -0.005_263_284_3,
                0.017_994_712_4,
                0.290_953_596_8,
                0.219_891_912_6,
                0.098_505_739_5,
            ],
            se: [0.096_518_060, 0.084_470_703, 0.063_985_757, 0.042_490_625, 0.045_899_140, 0.030_052_158],
            sd: [0.310_226_014_8, 0.580_444_327_2],
            log_sd_error: [0.240_493_154, 0.069_153_351],
            theta: Some(4.293_949_427_0),
            area: [0.342_019_650, -0.227_961_432, -0.281_698_953, 0.237_175_970],
            school: [0.336_020_348, -0.459_582_249, -0.029_132_220, 0.163_554_540],
        },
    );
}

/// `glmmTMB(cbind(y, pupils - y) ~ tp + post + fsm + imd + sen + (1 | area / school), d, family = binomial)`.
#[test]
fn schools_in_areas_binomial() {
    let set = Set::new();
    check(
        &set.fit(Family::Binomial, &set.y, Some(&set.pupils)),
        &Row {
            log_likelihood: -1_951.751_462_717_64,
            beta: [
                -3.912_842_390_7,
                -0.072_951_582_0,
                0.082_427_935_6,
                0.319_545_560_4,
                0.244_780_369_3,
                0.129_427_654_2,
            ],
            se: [0.097_825_899, 0.034_403_840, 0.025_368_980, 0.041_034_207, 0.044_140_174, 0.012_878_863],
            sd: [0.330_680_771_4, 0.650_101_800_1],
            log_sd_error: [0.231_086_048, 0.048_743_196],
            theta: None,
            area: [0.412_562_557, -0.070_788_931, -0.405_676_898, 0.369_551_653],
            school: [0.004_366_126, -0.702_889_558, -0.250_707_203, 0.551_214_500],
        },
    );
}

/// The same calls on `u`.
#[test]
fn unbalanced_areas() {
    let set = Set::unbalanced();
    assert_eq!(set.y.len(), 352);
    check(
        &set.fit(Family::Poisson, &set.y, None),
        &Row {
            log_likelihood: -1_294.402_912_412_71,
            beta: [
                -3.923_792_694_0,
                -0.036_371_487_7,
                0.032_077_805_7,
                0.293_118_409_5,
                0.223_467_728_4,
                0.136_476_117_5,
            ],
            se: [0.100_246_474, 0.054_103_350, 0.043_465_850, 0.041_885_443, 0.045_131_319, 0.018_813_489],
            sd: [0.334_818_380_5, 0.611_891_171_5],
            log_sd_error: [0.237_228_043, 0.054_818_741],
            theta: None,
            area: [0.412_926_255, -0.037_734_778, -0.436_066_837, 0.383_689_267],
            school: [0.030_465_337, -0.694_151_501, -0.262_093_848, 0.510_510_504],
        },
    );
    check(
        &set.fit(Family::NegativeBinomial, &set.n, None),
        &Row {
            log_likelihood: -1_411.237_426_350_76,
            beta: [
                -3.845_521_850_8,
                0.118_385_336_7,
                -0.055_210_313_3,
                0.283_390_895_3,
                0.244_719_559_3,
                0.142_209_000_9,
            ],
            se: [0.101_983_071, 0.119_703_601, 0.100_025_689, 0.049_058_513, 0.053_185_901, 0.042_671_676],
            sd: [0.290_792_453_6, 0.549_694_428_0],
            log_sd_error: [0.276_139_978, 0.115_093_408],
            theta: Some(3.613_807_134_1),
            area: [0.286_065_496, -0.177_965_969, -0.242_588_053, 0.236_356_653],
            school: [0.314_037_108, -0.433_101_530, -0.024_209_288, 0.111_788_196],
        },
    );
}

/// `u$b <- pmin(floor(u$y / 3), 10)`, `glmmTMB(cbind(b, 10 - b) ~ tp + post + fsm + imd + sen + (1 | area / school), u, family =
/// binomial)`.
#[test]
fn unbalanced_areas_binomial() {
    let set = Set::unbalanced();
    let b: Vec<f64> = set.y.iter().map(|y| (y / 3.0).floor().min(10.0)).collect();
    check(
        &set.fit(Family::Binomial, &b, Some(&vec![10.0; 352])),
        &Row {
            log_likelihood: -709.088_389_282_79,
            beta: [
                0.647_334_935_2,
                -0.019_393_904_3,
                0.070_685_865_2,
                0.755_388_532_1,
                0.709_975_907_9,
                0.359_960_543_3,
            ],
            se: [0.291_941_694, 0.223_701_758, 0.169_899_373, 0.133_112_617, 0.140_250_666, 0.076_451_329],
            sd: [0.940_198_851_2, 1.810_565_534_8],
            log_sd_error: [0.247_000_562, 0.069_147_055],
            theta: None,
            area: [1.407_503_220, 0.062_293_988, -1.181_106_858, 0.664_250_987],
            school: [0.609_858_350, -2.143_956_939, 1.000_373_624, 1.008_083_371],
        },
    );
}

/// `glmer(cbind(small, 5 - small) ~ tp + post + fsm + imd + sen + (1 | area / school), u, binomial)` with
/// `u$small <- pmin(u$y, 5)`: most schools are at the ceiling, the standard deviation between them is near seven, and that
/// between areas is zero (lme4 and glmmTMB both stop near 1e-6).
#[test]
fn an_outer_level_without_variance_beside_a_wide_inner_one() {
    let set = Set::unbalanced();
    let small: Vec<f64> = set.y.iter().map(|y| y.min(5.0)).collect();
    let found = set.fit(Family::Binomial, &small, Some(&vec![5.0; 352]));
    assert!((found.log_likelihood + 150.841_078_622_0).abs() < 1e-8, "{}", found.log_likelihood);
    assert_eq!(found.intercepts[0].sd, 0.0);
    assert!((found.intercepts[1].sd - 6.855_286_156).abs() < 1e-4, "{}", found.intercepts[1].sd);
    assert!((found.estimates.beta[0] - 9.162_902_354).abs() < 2e-5);
    assert!(found.convergence.remarks.iter().any(|remark| remark.contains("outer")));
}

/// Without an effect of areas their standard deviation is zero (as in lme4), and the model is that of one level.
#[test]
fn zero_variance_between_areas_is_the_model_of_one_level() {
    let set = Set::new();
    let found = set.fit(Family::Poisson, &set.plain, None);
    assert_eq!(found.intercepts[0].sd, 0.0);
    assert!(found.intercepts[0].modes.iter().all(|mode| mode.mode == 0.0));
    assert!(
        found.convergence.remarks.iter().any(|remark| remark.contains("outer")),
        "{:?}",
        found.convergence
    );
    let offset: Vec<f64> = set.pupils.iter().map(|pupils| pupils.ln()).collect();
    let one = Data {
        x: &set.x,
        y: &set.plain,
        offset: Some(&offset),
        weights: None,
        trials: None,
        groups: Groups::One(&set.school),
        names: &[],
    };
    let options = Options::new(Family::Poisson).integral(Integral::Laplace);
    let alone = fit(&one, &options).unwrap();
    assert!((found.log_likelihood - alone.log_likelihood).abs() < 1e-9);
    assert!((found.log_likelihood + 1_927.782_087_789_4).abs() < 1e-9);
    for j in 0..6 {
        assert!((found.estimates.beta[j] - alone.estimates.beta[j]).abs() < 1e-8);
    }
    let errors = (found.estimates.standard_errors(), alone.estimates.standard_errors());
    assert!(errors.0.iter().zip(&errors.1).all(|(a, b)| (a / b - 1.0).abs() < 1e-7));
    let test = found.likelihood_ratio(&alone).unwrap();
    assert_eq!((test.df, test.p), (1, 1.0));
}

/// The likelihood-ratio tests of the levels are those of fits without them: for areas `-1968.2884561677`, from
/// `glmer(y ~ ... + (1 | school))`.
#[test]
fn tests_of_the_levels_are_those_of_separate_fits() {
    let set = Set::new();
    let offset: Vec<f64> = set.pupils.iter().map(|pupils| pupils.ln()).collect();
    let data = |groups| Data {
        x: &set.x,
        y: &set.y,
        offset: Some(&offset),
        weights: None,
        trials: None,
        groups,
        names: &[],
    };
    let options = Options::new(Family::Poisson).integral(Integral::Laplace);
    let nested = data(Groups::Nested { outer: &set.area, inner: &set.school });
    let found = fit(&nested, &options).unwrap();
    let tests = test_levels(&nested, &options).unwrap();
    assert!((tests[0].statistic - 2.0 * (1_968.288_456_167_7 - 1_951.654_870_606_7)).abs() < 1e-6);
    for (test, groups) in tests.iter().zip([&set.school, &set.area]) {
        let smaller = fit(&data(Groups::One(groups)), &options).unwrap();
        let other = found.likelihood_ratio(&smaller).unwrap();
        assert!((test.statistic - other.statistic).abs() < 1e-7, "{} {}", test.statistic, other.statistic);
        assert!(test.p < 1e-8 && (test.p - other.p).abs() < 1e-14);
    }
}
