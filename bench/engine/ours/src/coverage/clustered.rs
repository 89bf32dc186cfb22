//! Sandwiches with small-sample corrections and wild bootstraps for a treatment of whole clusters.

use stats::cluster::{
    Clusters, Correction, DegreesOfFreedom, LeastSquares, Target, WildOptions, WildWeights, least_squares,
    sandwich, wild_bootstrap,
};
use stats::random::Seed;
use stats::{Matrix, Result};

use super::draw::{Draw, names, with_intercept};
use super::study::{Case, Found};

const EFFECT: f64 = 0.5;
const FEW_TREATED: &str =
    "with few treated clusters and the null imposed it rejects too seldom (MacKinnon and Webb 2017)";
const UNEQUAL: &str = "ten clusters of very unequal sizes count as fewer (MacKinnon and Webb 2017)";

/// How many clusters and of which sizes.
#[derive(Clone, Copy)]
struct Shape {
    clusters: usize,
    treated: usize,
    unequal: bool,
}

impl Shape {
    fn told(self) -> String {
        let sizes = if self.unequal { "sizes 4 to 40" } else { "20 rows each" };
        format!("{} clusters, {} treated, {sizes}", self.clusters, self.treated)
    }
}

const fn shape(clusters: usize, treated: usize, unequal: bool) -> Shape {
    Shape { clusters, treated, unequal }
}

/// The way to an interval or a p-value.
#[derive(Clone, Copy)]
enum Way {
    Stata,
    Satterthwaite,
    Wild(WildWeights, usize),
}

/// Intervals with 10 to 40 clusters.
pub fn intervals() -> Vec<Case> {
    let mut cases = Vec::new();
    for shape in [shape(12, 6, true), shape(40, 20, true)] {
        for (name, way, trials, reason) in [
            (
                "CR1, t on clusters less one",
                Way::Stata,
                20_000,
                "CR1 is biased downwards with few unequal clusters",
            ),
            ("CR2, Satterthwaite", Way::Satterthwaite, 20_000, ""),
            ("wild bootstrap, signs", Way::Wild(WildWeights::Rademacher, 999), 10_000, ""),
        ] {
            cases.push(Case::new(name, shape.told(), trials, move |d| trial(d, shape, way)).because(reason));
        }
    }
    cases
}

/// Rejections of the true effect with 10 clusters.
pub fn sizes() -> Vec<Case> {
    let mut cases = Vec::new();
    for (shape, few) in
        [(shape(10, 5, false), false), (shape(10, 5, true), false), (shape(10, 2, false), true)]
    {
        for (name, way, reason) in [
            ("CR1, t on clusters less one", Way::Stata, "CR1 is biased downwards with few clusters"),
            (
                "CR2, Satterthwaite",
                Way::Satterthwaite,
                if few { "two treated clusters leave about one degree of freedom" } else { "" },
            ),
            (
                "wild bootstrap, signs (1,024, enumerated)",
                Way::Wild(WildWeights::Rademacher, 1_024),
                if few { FEW_TREATED } else { UNEQUAL },
            ),
            (
                "wild bootstrap, Webb (999 draws)",
                Way::Wild(WildWeights::Webb, 999),
                if few { FEW_TREATED } else { UNEQUAL },
            ),
        ] {
            cases.push(
                Case::new(name, shape.told(), 20_000, move |d| rejected(d, shape, way))
                    .because(reason)
                    .size(),
            );
        }
    }
    cases
}

struct Data {
    x: Matrix,
    label: Vec<usize>,
    fit: LeastSquares,
}

/// Rows of clusters with an intraclass correlation of 0.1, a covariate of rows and an arm of clusters.
fn data(d: &mut Draw, shape: Shape) -> Result<Data> {
    let size =
        |g: usize| if shape.unequal { 4 + 36 * (g * 7 % shape.clusters) / (shape.clusters - 1) } else { 20 };
    let label: Vec<usize> = (0..shape.clusters).flat_map(|g| vec![g; size(g)]).collect();
    let arm: Vec<f64> = label.iter().map(|g| f64::from(*g < shape.treated)).collect();
    let effects: Vec<f64> = (0..shape.clusters).map(|_| (1.0_f64 / 9.0).sqrt() * d.normal()).collect();
    let covariate = d.normals(label.len());
    let y: Vec<f64> = (0..label.len())
        .map(|i| 1.0 + EFFECT * arm[i] + 0.3 * covariate[i] + effects[label[i]] + d.normal())
        .collect();
    let x = with_intercept(&[&arm, &covariate]);
    let fit = least_squares(&x, &y, None, &names(3))?;
    Ok(Data { x, label, fit })
}

fn trial(d: &mut Draw, shape: Shape, way: Way) -> Result<Found> {
    let Data { x, label, fit } = data(d, shape)?;
    let clusters = Clusters::new(&label)?;
    let working = fit.working(&x, None, Target::Identity);
    let (correction, df) = match way {
        Way::Stata => (Correction::CR1, DegreesOfFreedom::Clusters),
        Way::Satterthwaite => (Correction::CR2, DegreesOfFreedom::Satterthwaite),
        Way::Wild(weights, draws) => {
            let options = WildOptions { weights, ..WildOptions::new(draws, Seed::from_number(d.number())) };
            let test = wild_bootstrap(&working, &clusters, &[0.0, 1.0, 0.0], EFFECT, &options)?;
            let interval = test.interval.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            return Ok(Found::new(test.estimate, test.standard_error, interval, EFFECT));
        }
    };
    Ok(Found::of(&sandwich(&working, &clusters, correction)?.table(0.95, df)?[1], EFFECT))
}

/// As an interval that is all numbers where the p-value of the truth is above 5%, and none otherwise.
fn rejected(d: &mut Draw, shape: Shape, way: Way) -> Result<Found> {
    let Way::Wild(weights, draws) = way else { return trial(d, shape, way) };
    let Data { x, label, fit } = data(d, shape)?;
    let clusters = Clusters::new(&label)?;
    let working = fit.working(&x, None, Target::Identity);
    let options =
        WildOptions { weights, level: None, ..WildOptions::new(draws, Seed::from_number(d.number())) };
    let test = wild_bootstrap(&working, &clusters, &[0.0, 1.0, 0.0], EFFECT, &options)?;
    let covered = f64::from(test.p_with_ties > 0.05);
    Ok(Found { error: test.estimate - EFFECT, standard_error: test.standard_error, covered })
}
