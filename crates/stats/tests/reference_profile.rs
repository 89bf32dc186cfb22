//! Intervals by profile likelihood: against lme4 and glmmTMB, and against refits with the parameter in the offset.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where its data are not as they should be"
)]

mod common;

use common::Table;
use stats::mixed::{
    Data, End, Family, Groups, Integral, Likelihood, Options, Parameter, ProfileInterval, fit,
    profile_intervals,
};
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, StatsError};

/// Half of the 0.95 quantile of chi-squared with one degree of freedom.
const DROP: f64 = 1.920_729_410_347_062;

struct Set {
    x: Matrix,
    school: Vec<usize>,
    area: Vec<usize>,
    offset: Vec<f64>,
    yp: Vec<f64>,
    yn: Vec<f64>,
}

impl Set {
    fn new() -> Self {
        let table = Table::own("s1_schools_278x2.csv");
        let school: Vec<usize> = table.text("school").iter().map(|s| s.parse().unwrap()).collect();
        let mut columns = vec![vec![1.0; school.len()]];
        columns.extend(["tp", "post", "fsm", "imd", "sen"].map(|name| table.numbers(name)));
        Self {
            x: Matrix::from_vec(school.len(), 6, columns.concat()),
            area: school.iter().map(|school| (school - 1) / 20 + 1).collect(),
            school,
            offset: table.numbers("pupils").iter().map(|pupils| pupils.ln()).collect(),
            yp: table.numbers("yp"),
            yn: table.numbers("yn"),
        }
    }

    /// Counts with an effect of areas (as in `reference_nested`).
    fn raised(&self, y: &[f64]) -> Vec<f64> {
        y.iter().zip(&self.area).map(|(y, a)| (y * (0.4 * (1.7 * *a as f64).sin()).exp()).floor()).collect()
    }

    fn data<'a>(&'a self, y: &'a [f64], nested: bool) -> Data<'a> {
        Data {
            x: &self.x,
            y,
            offset: Some(&self.offset),
            weights: None,
            trials: None,
            groups: if nested {
                Groups::Nested { outer: &self.area, inner: &self.school }
            } else {
                Groups::One(&self.school)
            },
            names: &[],
        }
    }
}

fn close(found: &ProfileInterval, right: [f64; 2], tolerance: f64) {
    let (End::Found(low), End::Found(high)) = (&found.low, &found.high) else { panic!("{found:?}") };
    assert!((low - right[0]).abs() < tolerance && (high - right[1]).abs() < tolerance, "{found:?} {right:?}");
}

/// `confint(glmer(yp ~ tp + post + fsm + imd + sen + offset(off) + (1 | school), d, poisson), method = "profile")`, lme4 1.1-31,
/// which interpolates its profile and whose search for the other parameters stops early: it is off by up to 2e-4 (the deviance at our
/// ends is checked below, and the ends of the other models to seven digits).
#[test]
fn poisson_as_lme4() {
    let set = Set::new();
    let options = Options::new(Family::Poisson).integral(Integral::Laplace);
    let found = profile_intervals(&set.data(&set.yp, false), &options, &[], 0.95).unwrap();
    let right = [
        [-3.968_164_757, -3.815_653_532],
        [-0.129_805_086, 0.002_772_916],
        [0.019_190_291, 0.118_466_176],
        [0.214_267_907, 0.358_390_986],
        [0.150_645_276, 0.305_533_792],
        [0.099_552_368, 0.148_438_194],
        [0.547_393_515, 0.659_355_399],
    ];
    assert_eq!(found.len(), 7);
    assert_eq!(found[6].name, "sd");
    for (found, right) in found.iter().zip(right) {
        close(found, right, 2e-4);
    }
}

/// At the ends the deviance of a model whose coefficient is in the offset has risen by the quantile; for all families, by
/// quadrature, one level and two.
#[test]
fn at_the_ends_the_deviance_has_risen_by_the_quantile() {
    let set = Set::new();
    let small: Vec<f64> = set.yp.iter().map(|y| (y / 4.0).floor().min(12.0)).collect();
    let trials = vec![12.0; 556];
    let (raised, counts) = (set.raised(&set.yp), set.raised(&set.yn));
    let logs: Vec<f64> = set.yp.iter().zip(&set.offset).map(|(y, o)| (y + 1.0).ln() - o).collect();
    let cases = [
        (Family::Poisson, &set.yp, false),
        (Family::NegativeBinomial, &set.yn, false),
        (Family::Binomial, &small, false),
        (Family::Gaussian, &logs, false),
        (Family::Poisson, &raised, true),
        (Family::NegativeBinomial, &counts, true),
        (Family::Binomial, &small, true),
        (Family::Gaussian, &logs, true),
    ];
    for (family, y, nested) in cases {
        let options = Options::new(family).likelihood(Likelihood::Full);
        let mut data = set.data(y, nested);
        data.trials = (family == Family::Binomial).then_some(&trials);
        data.offset =
            (family == Family::Poisson || family == Family::NegativeBinomial).then_some(&set.offset);
        let peak = fit(&data, &options).unwrap().log_likelihood;
        for j in [1, 5] {
            let found = &profile_intervals(&data, &options, &[Parameter::Coefficient(j)], 0.95).unwrap()[0];
            let x = set.x.clone().remove_column(j);
            for end in [&found.low, &found.high] {
                let End::Found(value) = end else { panic!("{family:?} {found:?}") };
                let offset: Vec<f64> = (0..556)
                    .map(|i| data.offset.map_or(0.0, |offset| offset[i]) + value * set.x[(i, j)])
                    .collect();
                let held = fit(&Data { x: &x, offset: Some(&offset), ..data }, &options).unwrap();
                let drop = peak - held.log_likelihood;
                assert!((drop - DROP).abs() < 1e-6, "{family:?} {nested} {j}: {drop}");
            }
        }
    }
}

/// `lmer(log((yp + 1) / pupils) ~ ... + (1 | school), REML = FALSE)` and, with `0.4 sin(1.7 area)` added, `(1 | area / school)`;
/// `confint(., method = "profile")`.
#[test]
fn measurements_as_lme4() {
    let set = Set::new();
    let logs: Vec<f64> = set.yp.iter().zip(&set.offset).map(|(y, o)| (y + 1.0).ln() - o).collect();
    let raised: Vec<f64> =
        logs.iter().zip(&set.area).map(|(y, a)| y + 0.4 * (1.7 * *a as f64).sin()).collect();
    let options = Options::new(Family::Gaussian);
    let one =
        profile_intervals(&Data { offset: None, ..set.data(&logs, false) }, &options, &[], 0.95).unwrap();
    for (at, right) in [
        (0, [-3.932_460_022, -3.783_034_636]),
        (1, [-0.108_841_578, 0.050_171_886]),
        (5, [0.118_888_871, 0.174_882_989]),
        (6, [0.532_244_145, 0.638_624_563]),
        (7, [0.228_836_019, 0.270_264_417]),
    ] {
        close(&one[at], right, 2e-5);
    }
    let two =
        profile_intervals(&Data { offset: None, ..set.data(&raised, true) }, &options, &[], 0.95).unwrap();
    assert_eq!(
        (two[6].name.as_str(), two[7].name.as_str(), two[8].name.as_str()),
        ("outer sd", "inner sd", "residual sd")
    );
    for (at, right) in [
        (0, [-4.057_186_151, -3.667_112_081]),
        (1, [-0.110_073_716, 0.049_514_135]),
        (5, [0.119_540_034, 0.175_620_848]),
        (6, [0.205_248_095, 0.509_091_164]),
        (7, [0.536_005_469, 0.646_029_951]),
        (8, [0.228_829_422, 0.270_253_871]),
    ] {
        close(&two[at], right, 2e-4);
    }
}

/// The ends on the objective of glmmTMB 1.1.5 (`m$obj`): Newton's method on the signed root of the deviance, the other parameters
/// re-optimised by Newton's method until steps are below 1e-9. Models as in `reference_mixed` and `reference_nested`.
#[test]
fn theta_and_standard_deviations_as_glmmtmb() {
    type Ends = &'static [(Parameter, [f64; 2])];
    let set = Set::new();
    let laplace = |family| Options::new(family).integral(Integral::Laplace);
    let (raised, counts) = (set.raised(&set.yp), set.raised(&set.yn));
    let (one, poisson, nb) = (set.data(&set.yn, false), set.data(&raised, true), set.data(&counts, true));
    let negative = laplace(Family::NegativeBinomial);
    let cases: [(&Data<'_>, Options, Ends); 3] = [
        (
            &one,
            negative,
            &[
                (Parameter::Coefficient(0), [-3.951_241_432, -3.766_276_635]),
                (Parameter::Coefficient(1), [-0.154_784_042, 0.156_583_548]),
                (Parameter::Theta, [3.883_236_532, 5.981_129_860]),
                (Parameter::Sd(0), [0.489_320_930, 0.634_196_314]),
            ],
        ),
        (
            &poisson,
            laplace(Family::Poisson),
            &[
                (Parameter::Coefficient(0), [-4.138_563_137, -3.739_065_356]),
                (Parameter::Coefficient(1), [-0.137_830_498, -0.006_412_848]),
                (Parameter::Sd(1), [0.572_888_992, 0.694_420_152]),
                (Parameter::Sd(0), [0.205_393_157, 0.520_252_371]),
            ],
        ),
        (
            &nb,
            negative,
            &[
                (Parameter::Coefficient(1), [-0.171_443_233, 0.160_506_101]),
                (Parameter::Theta, [3.453_759_035, 5.334_122_104]),
                (Parameter::Sd(1), [0.503_615_940, 0.662_199_737]),
                (Parameter::Sd(0), [0.192_143_266, 0.508_614_600]),
            ],
        ),
    ];
    for (data, options, rows) in cases {
        let parameters: Vec<Parameter> = rows.iter().map(|row| row.0).collect();
        let found = profile_intervals(data, &options, &parameters, 0.95).unwrap();
        for (found, (_, right)) in found.iter().zip(rows) {
            close(found, *right, 2e-7);
        }
    }
}

/// `confint(glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial), method = "profile")`.
#[test]
fn cbpp_as_lme4() {
    let Some(table) = Table::shared("cbpp.csv") else { return };
    let period = table.text("period");
    let mut columns = vec![vec![1.0; period.len()]];
    columns.extend(
        ["2", "3", "4"].map(|level| period.iter().map(|p| f64::from(u8::from(p == level))).collect()),
    );
    let x = Matrix::from_vec(period.len(), 4, columns.concat());
    let (y, trials) = (table.numbers("incidence"), table.numbers("size"));
    let herd: Vec<usize> = table.text("herd").iter().map(|herd| herd.parse().unwrap()).collect();
    let data = Data {
        x: &x,
        y: &y,
        offset: None,
        weights: None,
        trials: Some(&trials),
        groups: Groups::One(&herd),
        names: &[],
    };
    let options = Options::new(Family::Binomial).integral(Integral::Laplace);
    let found = profile_intervals(&data, &options, &[], 0.95).unwrap();
    for (found, right) in found.iter().zip([
        [-1.901_156_060, -0.947_794_554],
        [-1.616_678_664, -0.407_840_520],
        [-1.800_917_627, -0.511_610_305],
        [-2.500_600_713, -0.800_831_042],
        [0.346_094_462, 1.099_881_899],
    ]) {
        close(found, right, 2e-3);
    }
}

/// Groups that vary no more than chance: the lower end is the border; counts that vary no more than Poisson counts: theta has no
/// upper end but infinity.
#[test]
fn ends_at_the_border_are_said() {
    let mut g = fast(Seed::from_number(4), 0);
    let groups: Vec<usize> = (0..120).map(|i| i / 4).collect();
    let x = Matrix::from_fn(120, 2, |i, j| if j == 0 { 1.0 } else { (i % 2) as f64 });
    let even: Vec<f64> = (0..120).map(|i| [3.0, 5.0, 4.0, 6.0][i % 4]).collect();
    let chance: Vec<f64> = (0..120).map(|_| g.poisson(4.0)).collect();
    let data = |y| Data {
        x: &x,
        y,
        offset: None,
        weights: None,
        trials: None,
        groups: Groups::One(&groups),
        names: &[],
    };
    for family in [Family::Poisson, Family::NegativeBinomial, Family::Gaussian] {
        let found = profile_intervals(&data(&even), &Options::new(family), &[], 0.95).unwrap();
        assert_eq!((found[2].estimate, &found[2].low), (0.0, &End::Border(0.0)), "{family:?}");
        assert!(found[2].high.value().unwrap() > 0.01 && found[2].high.value().unwrap() < 1.0, "{found:?}");
        assert!(matches!((&found[1].low, &found[1].high), (End::Found(_), End::Found(_))), "{found:?}");
    }
    let theta = &profile_intervals(
        &data(&chance),
        &Options::new(Family::NegativeBinomial),
        &[Parameter::Theta],
        0.95,
    )
    .unwrap()[0];
    assert_eq!(theta.high, End::Border(f64::INFINITY));
    assert!(matches!(theta.low, End::Found(low) if low > 1.0), "{theta:?}");
    let wrong = profile_intervals(&data(&even), &Options::new(Family::Poisson), &[Parameter::Theta], 0.95);
    assert!(matches!(wrong, Err(StatsError::Setting(_))));
    assert!(profile_intervals(&data(&even), &Options::new(Family::Poisson), &[], 1.0).is_err());
}
