use serde::Serialize;

use super::components::Components;
use super::data::{Prepared, Trial};
use super::gram::{Weighted, weigh};
use super::layout::Effect;
use super::optimise::minimise;
use crate::numeric::algebra;
use crate::{Convergence, Estimate, Estimates, Matrix, Result, StatsError, Vector};

/// How measurements of a cluster are correlated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Correlation {
    /// The same over all periods (Hussey and Hughes 2007).
    Exchangeable,
    /// Higher within a period than between periods (nested exchangeable).
    Nested,
    /// Falling with every period (discrete-time decay).
    Decay,
}

/// What to fit. People who are followed get a random effect where the data name them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// What is estimated of the treatment.
    pub effect: Effect,
    /// Correlation of the cluster's effects.
    pub correlation: Correlation,
    /// True to let the effect of treatment differ between clusters (independent of the clusters' level).
    pub varying_treatment: bool,
    /// True for restricted maximum likelihood, false for maximum likelihood.
    pub restricted: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            effect: Effect::Constant,
            correlation: Correlation::Nested,
            varying_treatment: false,
            restricted: true,
        }
    }
}

/// A fitted trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Fixed effects with the covariance of the model, normal reference.
    pub estimates: Estimates,
    /// Fixed effects with the cluster-robust covariance of Mancl and DeRouen (2001), clusters less two degrees of freedom: protects
    /// against a wrong model of the correlations.
    pub robust: Estimates,
    /// Components of variance.
    pub components: Components,
    /// Log-likelihood, restricted if so asked, with all constants.
    pub log_likelihood: f64,
    /// Rows and clusters.
    pub rows: usize,
    /// Number of clusters.
    pub clusters: usize,
    /// How the search ended; a variance of zero is a remark.
    pub convergence: Convergence,
    periods: usize,
    effects: usize,
}

impl Fit {
    /// The effect of treatment: the one coefficient, or the plain average over times of exposure, by the model.
    ///
    /// # Errors
    /// None that a fit can cause.
    pub fn effect(&self, level: f64) -> Result<Estimate> {
        self.average(&self.estimates, level)
    }

    /// The same with the robust covariance.
    ///
    /// # Errors
    /// None that a fit can cause.
    pub fn robust_effect(&self, level: f64) -> Result<Estimate> {
        self.average(&self.robust, level)
    }

    fn average(&self, estimates: &Estimates, level: f64) -> Result<Estimate> {
        StatsError::check_probability("the level", level)?;
        let share = 1.0 / self.effects as f64;
        let weights: Vec<f64> = (0..estimates.beta.len())
            .map(|j| if (self.periods..self.periods + self.effects).contains(&j) { share } else { 0.0 })
            .collect();
        estimates.combination("treatment", &weights, level)
    }
}

/// Which components a fit searches for, each as a ratio of standard deviations to the residual one.
struct Search {
    correlation: Correlation,
    individual: bool,
    treatment: bool,
}

impl Search {
    fn start(&self) -> Vec<f64> {
        let mut start = vec![0.3];
        if self.correlation != Correlation::Exchangeable {
            start.push(if self.correlation == Correlation::Nested { 0.15 } else { 0.5 });
        }
        if self.individual {
            start.push(0.7);
        }
        if self.treatment {
            start.push(0.15);
        }
        start
    }

    /// Components with residual variance 1. A decay is `1 / (1 + v^2)`, so that none (1) is an ordinary point as well.
    fn components(&self, v: &[f64]) -> Components {
        let mut components = Components::hussey_hughes(v[0] * v[0], 1.0);
        let mut next = 1;
        match self.correlation {
            Correlation::Exchangeable => {}
            Correlation::Nested => {
                components.cluster_period = v[1] * v[1];
                next = 2;
            }
            Correlation::Decay => {
                components.decay = 1.0 / (1.0 + v[1] * v[1]);
                next = 2;
            }
        }
        if self.individual {
            components.individual = v[next] * v[next];
            next += 1;
        }
        if self.treatment {
            components.treatment = v[next] * v[next];
        }
        components
    }
}

/// Generalised least squares for given ratios of variances.
pub(super) struct Solved {
    pub(super) weighted: Vec<Weighted>,
    /// `X' V^-1 X` in units of the residual variance, and its inverse.
    inverse: Matrix,
    beta: Vector,
    residual: f64,
    log_likelihood: f64,
}

/// `-2 l_R = (n - p)(ln(2 pi s) + 1) + ln det V + ln det X' V^-1 X` with `s = (y - Xb)' V^-1 (y - Xb) / (n - p)`, or `n` in place of
/// `n - p` and without the last determinant for maximum likelihood (Patterson and Thompson 1971; Harville 1977). Constants as
/// lme4 has them.
fn solve(prepared: &Prepared, components: &Components, restricted: bool) -> Result<Solved> {
    let p = prepared.columns;
    let mut sum = Matrix::zeros(p + 1, p + 1);
    let mut ln_det = 0.0;
    let mut weighted = Vec::with_capacity(prepared.clusters.len());
    for cluster in &prepared.clusters {
        let one = weigh(cluster, prepared, components)?;
        sum += one.gram.view((0, 0), (p + 1, p + 1));
        ln_det += one.ln_det;
        weighted.push(one);
    }
    let information = sum.view((0, 0), (p, p)).clone_owned();
    let right = sum.view((0, p), (p, 1)).clone_owned();
    let words = "the effects of periods, treatment and covariates cannot be told apart";
    let factor = information.cholesky().ok_or(StatsError::Singular(words))?;
    let beta = factor.solve(&right);
    let quadratic = sum[(p, p)] - right.dot(&beta);
    let df = if restricted { prepared.rows - p } else { prepared.rows } as f64;
    let residual = quadratic / df;
    // Sums that cancel to the last digits mean an outcome without error.
    if residual <= 1e-14 * sum[(p, p)].abs() || !residual.is_finite() {
        return Err(StatsError::NoAnswer(
            "nothing is left of the outcome after the fixed effects, so its variances cannot be estimated"
                .into(),
        ));
    }
    let mut minus_two = df * ((2.0 * std::f64::consts::PI * residual).ln() + 1.0) + ln_det;
    if restricted {
        minus_two += 2.0 * factor.l_dirty().diagonal().iter().map(|d| d.ln()).sum::<f64>();
    }
    Ok(Solved {
        weighted,
        inverse: factor.inverse(),
        beta: beta.column(0).clone_owned(),
        residual,
        log_likelihood: -0.5 * minus_two,
    })
}

/// Fits a mixed model with fixed periods to a trial, by restricted maximum likelihood.
///
/// # Errors
/// [`StatsError`] for data that make no sense, effects that cannot be told apart, or a search that did not converge.
pub fn fit(trial: &Trial, settings: &Settings) -> Result<Fit> {
    let prepared = trial.prepare(settings.effect)?;
    let (components, solved, convergence) = search(&prepared, settings, trial.individual.is_some())?;
    let names = prepared.names.clone();
    let p = prepared.columns;
    let mut beta: Vec<f64> = solved.beta.iter().copied().collect();
    for period in beta.iter_mut().take(prepared.periods) {
        *period += prepared.centre;
    }
    let mut covariance = &solved.inverse * solved.residual;
    algebra::symmetrise(&mut covariance);
    let robust = mancl_derouen(&solved, p);
    let clusters = prepared.clusters.len();
    Ok(Fit {
        estimates: Estimates { names: names.clone(), beta: beta.clone(), covariance, df: None },
        robust: Estimates { names, beta, covariance: robust, df: Some((clusters as f64 - 2.0).max(1.0)) },
        components,
        log_likelihood: solved.log_likelihood,
        rows: prepared.rows,
        clusters,
        convergence,
        periods: prepared.periods,
        effects: prepared.effects,
    })
}

/// Finds the components.
pub(super) fn search(
    prepared: &Prepared,
    settings: &Settings,
    followed: bool,
) -> Result<(Components, Solved, Convergence)> {
    if prepared.rows <= prepared.columns + 1 {
        return Err(StatsError::TooFew { what: "rows", found: prepared.rows, needed: prepared.columns + 2 });
    }
    // Where nobody is measured twice, people cannot be told from the residual.
    let repeated =
        prepared.clusters.iter().any(|cluster| cluster.people.iter().any(|(rows, _, _)| *rows > 1));
    let search = Search {
        correlation: settings.correlation,
        individual: followed && repeated,
        treatment: settings.varying_treatment,
    };
    let objective = |v: &[f64]| {
        solve(prepared, &search.components(v), settings.restricted)
            .map_or(f64::INFINITY, |solved| -2.0 * solved.log_likelihood)
    };
    let start = search.start();
    // An error at the start is one of the data, and is told as it is.
    solve(prepared, &search.components(&start), settings.restricted)?;
    let (mut place, value, mut convergence) = minimise(&start, objective);
    let labels = ["clusters", "periods within clusters or decay", "people", "effects of treatment"];
    for k in 0..place.len() {
        let mut without = place.clone();
        without[k] = 0.0;
        if place[k] != 0.0 && objective(&without) <= value + 1e-8 {
            place = without;
        }
    }
    let zero = place.iter().filter(|v| **v == 0.0).count();
    if zero > 0 {
        convergence
            .remarks
            .push(format!("{zero} of the components of variance ({}) is at its boundary", labels.join(", ")));
    }
    if !convergence.converged {
        return Err(StatsError::NotConverged {
            method: "the search for the components of variance",
            iterations: convergence.iterations,
            reason: format!("the gradient is {:.2e}", convergence.gradient),
        });
    }
    let unit = search.components(&place);
    let solved = solve(prepared, &unit, settings.restricted)?;
    let s = solved.residual;
    let components = Components {
        cluster: unit.cluster * s,
        cluster_period: unit.cluster_period * s,
        individual: unit.individual * s,
        treatment: unit.treatment * s,
        residual: s,
        ..unit
    };
    Ok((components, solved, convergence))
}

/// Mancl and DeRouen's covariance: `A^-1 (sum_i g_i g_i') A^-1` with `g_i = X_i' V_i^-1 (I - H_i)^-1 e_i`. Because
/// `H_i = X_i A^-1 X_i' V_i^-1`, this is `A (A - B_i)^-1 X_i' V_i^-1 e_i` with `B_i = X_i' V_i^-1 X_i`: small matrices only.
fn mancl_derouen(solved: &Solved, p: usize) -> Matrix {
    let a = algebra::inverse(&solved.inverse, "").unwrap_or_else(|_| Matrix::identity(p, p));
    let mut meat = Matrix::zeros(p, p);
    for one in &solved.weighted {
        let b = one.gram.view((0, 0), (p, p)).clone_owned();
        let score = one.gram.view((0, p), (p, 1)) - &b * &solved.beta;
        // A cluster that alone determines a coefficient has leverage one; the generalised inverse leaves that direction out.
        let left = algebra::symmetric_power(&(&a - &b), -1.0, 1e-10);
        let adjusted = left * score;
        meat += &adjusted * adjusted.transpose();
    }
    // A^-1 A (A - B)^-1 g: the outer factors cancel.
    algebra::symmetrise(&mut meat);
    meat
}
