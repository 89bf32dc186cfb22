//! Interrupted time series with autocorrelated errors, and stepped-wedge trials.

use stats::series::{
    ArMethod, Covariance, Design, Lag, Outcome, RhoEstimate, Segments, autoregressive, segmented,
};
use stats::wedge::{Correlation, Settings, Trial, fit};
use stats::{Matrix, Result};

use super::draw::Draw;
use super::study::{Case, Found};

const LEVEL: f64 = 1.0;
const RHO: f64 = 0.4;
const EFFECT: f64 = 0.4;

/// The way to a standard error.
#[derive(Clone, Copy)]
enum Way {
    Ar(ArMethod),
    NeweyWest,
}

/// Series of 48 and 240 times; wedges of 8 and 24 clusters.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for n in [48, 240] {
        for (name, way, reason) in [
            (
                "interrupted series, AR(1), restricted likelihood",
                Way::Ar(ArMethod::RestrictedLikelihood),
                "rho is estimated (downwards in short series) and then taken as known",
            ),
            (
                "interrupted series, AR(1), Prais-Winsten",
                Way::Ar(ArMethod::PraisWinsten(RhoEstimate::Regression)),
                "rho is biased downwards in short series and then taken as known",
            ),
            (
                "interrupted series, Newey-West",
                Way::NeweyWest,
                "Newey-West is biased downwards: residuals are less correlated than errors, and few lags see only part of it",
            ),
        ] {
            cases.push(
                Case::new(name, format!("{n} times, rho {RHO}"), 10_000, move |d| series(d, n, way))
                    .because(reason),
            );
        }
    }
    for clusters in [8, 24] {
        let size = || format!("{clusters} clusters x 5 periods x 8");
        for (name, robust, reason) in [
            (
                "stepped wedge, nested exchangeable, model",
                false,
                "normal distribution with variances from few clusters; components held at zero or above",
            ),
            (
                "stepped wedge, Mancl-DeRouen",
                true,
                "Mancl and DeRouen's correction errs upwards with few clusters",
            ),
        ] {
            cases.push(Case::new(name, size(), 4_000, move |d| wedge(d, clusters, robust)).because(reason));
        }
    }
    cases
}

/// The change of level half way, with a trend and a change of slope.
fn series(d: &mut Draw, n: usize, way: Way) -> Result<Found> {
    let time: Vec<f64> = (0..n).map(|t| t as f64).collect();
    let middle = (n / 2) as f64;
    let errors = d.autoregressive(n, RHO);
    let y: Vec<f64> = time
        .iter()
        .zip(&errors)
        .map(|(t, e)| {
            let after = if *t >= middle { LEVEL - 0.02 * (t - middle) } else { 0.0 };
            2.0 + 0.03 * t + after + e
        })
        .collect();
    let design = Design::new(&time, &Segments::new(middle))?;
    let fit = match way {
        Way::Ar(method) => autoregressive(&design, &y, None, method)?,
        Way::NeweyWest => {
            let covariance = Covariance::NeweyWest { lag: Lag::NeweyWest, small_sample: true };
            segmented(&design, &y, None, Outcome::Gaussian, covariance)?
        }
    };
    Ok(Found::of(&fit.effect_at(middle, 0.95)?.difference, LEVEL))
}

/// Four sequences; variance 0.1 between clusters and 0.05 between their periods.
fn wedge(d: &mut Draw, clusters: usize, robust: bool) -> Result<Found> {
    let (periods, size) = (5, 8);
    let mut trial = Trial {
        outcome: Vec::new(),
        cluster: Vec::new(),
        period: Vec::new(),
        treatment: Vec::new(),
        individual: None,
        covariates: Matrix::zeros(clusters * periods * size, 0),
        covariate_names: Vec::new(),
    };
    for cluster in 0..clusters {
        let level = 0.1_f64.sqrt() * d.normal();
        for period in 0..periods {
            let own = 0.05_f64.sqrt() * d.normal();
            let treated = f64::from(period > cluster % 4);
            for _ in 0..size {
                trial.outcome.push(0.1 * period as f64 + EFFECT * treated + level + own + d.normal());
                trial.cluster.push(cluster);
                trial.period.push(period);
                trial.treatment.push(treated);
            }
        }
    }
    let settings = Settings { correlation: Correlation::Nested, ..Settings::default() };
    let fit = fit(&trial, &settings)?;
    let estimate = if robust { fit.robust_effect(0.95)? } else { fit.effect(0.95)? };
    Ok(Found::of(&estimate, EFFECT))
}
