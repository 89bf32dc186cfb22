//! Random intercepts and estimating equations. The effect is that of an arm to which whole groups belong.

use stats::gee::{self, Correction, Correlation};
use stats::mixed::{Data, Family, Groups, Options, fit};
use stats::{Result, glm};

use super::draw::{Draw, logistic, with_intercept};
use super::study::{Case, Found};

const EFFECT: f64 = 0.3;
const ROWS: usize = 6;
const NORMAL: &str = "the normal distribution with a variance estimated from few groups";

/// Four mixed models and four sandwiches.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (groups, trials) in [(30, 10_000), (200, 4_000)] {
        let size = || format!("{groups} groups x {ROWS}");
        let mut add = |name, family| {
            cases.push(
                Case::new(name, size(), trials, move |d| trial(d, groups, family))
                    .because("likelihood of few groups: spread biased downwards, normal distribution"),
            );
        };
        add("mixed, Poisson, 25 nodes", Family::Poisson);
        add("mixed, negative binomial, 25 nodes", Family::NegativeBinomial);
        add("mixed, binomial, 25 nodes", Family::Binomial);
        add("mixed, Gaussian, REML, Satterthwaite", Family::Gaussian);
    }
    for (clusters, trials) in [(20, 20_000), (200, 4_000)] {
        for (name, correction, reason) in [
            (
                "GEE Poisson, exchangeable, robust",
                Correction::Robust,
                "sandwich biased downwards with few clusters",
            ),
            ("the same, Kauermann-Carroll", Correction::KauermannCarroll, NORMAL),
            ("the same, Fay-Graubard", Correction::FayGraubard, NORMAL),
            (
                "the same, Mancl-DeRouen",
                Correction::ManclDeRouen,
                "errs upwards with few clusters (Mancl and DeRouen 2001)",
            ),
        ] {
            cases.push(
                Case::new(name, format!("{clusters} clusters x {ROWS}"), trials, move |d| {
                    equations(d, clusters, correction)
                })
                .because(reason),
            );
        }
    }
    cases
}

/// Arm of each group, its rows, a covariate of rows, and the linear predictor with random intercepts.
fn layout(d: &mut Draw, groups: usize, sd: f64) -> (Vec<usize>, stats::Matrix, Vec<f64>) {
    let arms = d.arms(groups);
    let label: Vec<usize> = (0..groups * ROWS).map(|i| i / ROWS).collect();
    let arm: Vec<f64> = label.iter().map(|g| arms[*g]).collect();
    let covariate = d.normals(label.len());
    let effects: Vec<f64> = (0..groups).map(|_| sd * d.normal()).collect();
    let eta =
        (0..label.len()).map(|i| 0.8 + EFFECT * arm[i] + 0.2 * covariate[i] + effects[label[i]]).collect();
    (label, with_intercept(&[&arm, &covariate]), eta)
}

fn trial(d: &mut Draw, groups: usize, family: Family) -> Result<Found> {
    let (label, x, eta) = layout(d, groups, 0.5);
    let trials = vec![5.0; eta.len()];
    let y: Vec<f64> = eta
        .iter()
        .map(|eta| match family {
            Family::Poisson => d.poisson(eta.exp()),
            Family::NegativeBinomial => d.negative_binomial(eta.exp(), 4.0),
            Family::Binomial => d.binomial(5, logistic(*eta)),
            Family::Gaussian => eta + d.normal(),
        })
        .collect();
    let data = Data {
        x: &x,
        y: &y,
        offset: None,
        weights: None,
        trials: (family == Family::Binomial).then_some(&trials),
        groups: Groups::One(&label),
        names: &[],
    };
    Ok(Found::of(&fit(&data, &Options::new(family))?.table(0.95)[1], EFFECT))
}

/// With a log link and a normal intercept the slopes of the population average are those given the intercept.
fn equations(d: &mut Draw, clusters: usize, correction: Correction) -> Result<Found> {
    let (label, x, eta) = layout(d, clusters, 0.4);
    let y: Vec<f64> = eta.iter().map(|eta| d.poisson(eta.exp())).collect();
    let fit = gee::fit(&x, &y, &label, &gee::Options::new(glm::Family::Poisson, Correlation::Exchangeable))?;
    Ok(Found::of(&fit.estimates(correction)?.table(0.95)[1], EFFECT))
}
