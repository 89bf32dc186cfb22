mod search;

use std::ops::Range;

use serde::Serialize;

pub use search::Search;

use super::control::SyntheticControl;
use super::method::{Method, Weighing, Weights, remarks};
use super::panel::Panel;
use super::simplex::{Gram, Problem, Solution};
use crate::{Matrix, Result, StatsError};

/// Synthetic control on predictors (Abadie and Gardeazabal 2003; Abadie, Diamond and Hainmueller 2010, section 2.3).
///
/// For importances `V = diag(v)` the weights are `W(V) = argmin_w (x_1 - X_0 w)' V (x_1 - X_0 w)` on the simplex, with every
/// predictor divided by its standard deviation over treated and donors. The importances minimise the mean squared gap of
/// the outcome over the fitted periods, `loss(V) = |z_1 - Z_0 W(V)|^2 / T`. That problem has many local minima: judge a fit
/// by its loss, never by whether its weights equal those of another program.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictors {
    names: Vec<String>,
    values: Matrix,
    importance: Importance,
    rows: Option<Range<usize>>,
}

/// Where the importance of each predictor comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Importance {
    /// Given, one for each predictor, not negative; divided by their sum.
    Fixed(Vec<f64>),
    /// By regression of the outcomes on the predictors over all units.
    Regression,
    /// By search for the smallest gap in the outcome before treatment.
    Search(Search),
}

/// A synthetic control on predictors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictorFit {
    /// Weights, gaps and effect.
    pub control: SyntheticControl,
    /// Mean squared gap of the outcome over the fitted periods (`loss.v` of the R package Synth).
    pub loss: f64,
    /// Weighted squared distance of the predictors (`loss.w`).
    pub distance: f64,
    /// One line for each predictor.
    pub balance: Vec<PredictorBalance>,
    /// Evaluations of the loss.
    pub evaluations: usize,
}

/// A predictor for the treated, its synthetic control and the donors at large.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictorBalance {
    /// Its name.
    pub name: String,
    /// Its importance; the importances add up to one.
    pub importance: f64,
    /// Value for the treated.
    pub treated: f64,
    /// Weighted mean of the donors.
    pub synthetic: f64,
    /// Plain mean of the donors.
    pub donors: f64,
}

impl Predictors {
    /// Predictors with a row for each and a column for each unit of the panel; `rows` are the rows of the panel whose outcome gap
    /// guides the search (by default all before treatment).
    ///
    /// # Errors
    /// [`StatsError::Shape`] for names or importances of another number; [`StatsError::NoAnswer`] naming a missing value.
    pub fn new(
        panel: &Panel,
        names: Vec<String>,
        values: Matrix,
        importance: Importance,
        rows: Option<Range<usize>>,
    ) -> Result<Self> {
        StatsError::check_length("the names of the predictors", names.len(), values.nrows())?;
        StatsError::check_length("the units with predictors", values.ncols(), panel.units().len())?;
        if names.is_empty() {
            return Err(StatsError::TooFew { what: "predictors", found: 0, needed: 1 });
        }
        for unit in 0..values.ncols() {
            for k in 0..values.nrows() {
                if !values[(k, unit)].is_finite() {
                    return Err(StatsError::NoAnswer(format!(
                        "predictor {} is missing for {}",
                        names[k],
                        panel.units()[unit]
                    )));
                }
            }
        }
        if let Importance::Fixed(v) = &importance {
            StatsError::check_length("the importances", v.len(), names.len())?;
            if v.iter().any(|value| !(*value >= 0.0 && value.is_finite())) || v.iter().sum::<f64>() <= 0.0 {
                return Err(StatsError::Setting("importances must not be negative, and not all zero".into()));
            }
        }
        if let Some(rows) = &rows
            && (rows.is_empty() || rows.end > panel.first())
        {
            return Err(StatsError::Setting(
                "the fitted periods must be some of those before treatment".into(),
            ));
        }
        Ok(Self { names, values, importance, rows })
    }

    /// Fits the treated units of the panel and tells importance and balance.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] for a predictor that is the same for all units; [`StatsError::Shape`] for a panel with other
    /// units.
    pub fn fit(&self, panel: &Panel) -> Result<PredictorFit> {
        let prepared = Prepared::new(self, panel, panel.before())?;
        let (target, donors) = (panel.target(), panel.donors());
        let loss = prepared.loss(&target, &donors)?;
        let (importance, evaluations) = prepared.importance(&loss)?;
        let fitted = loss.evaluate(&importance)?;
        let mean = 1.0 / donors.len() as f64;
        let balance = (0..self.names.len())
            .map(|k| PredictorBalance {
                name: self.names[k].clone(),
                importance: importance[k],
                treated: target.iter().map(|&(unit, share)| share * self.values[(k, unit)]).sum(),
                synthetic: donors
                    .iter()
                    .zip(&fitted.solution.weights)
                    .map(|(&j, w)| w * self.values[(k, j)])
                    .sum(),
                donors: donors.iter().map(|&unit| mean * self.values[(k, unit)]).sum(),
            })
            .collect();
        Ok(PredictorFit {
            loss: fitted.loss,
            distance: fitted.solution.objective,
            balance,
            evaluations,
            control: SyntheticControl::from_weights(panel, weights(fitted.solution), &target, &donors),
        })
    }
}

impl Method for Predictors {
    fn prepare<'a>(&'a self, panel: &'a Panel, rows: Range<usize>) -> Result<Box<dyn Weighing + 'a>> {
        Ok(Box::new(Prepared::new(self, panel, rows)?))
    }
}

struct Prepared<'a> {
    settings: &'a Predictors,
    panel: &'a Panel,
    rows: Range<usize>,
}

impl<'a> Prepared<'a> {
    fn new(settings: &'a Predictors, panel: &'a Panel, rows: Range<usize>) -> Result<Self> {
        StatsError::check_length("the units with predictors", settings.values.ncols(), panel.units().len())?;
        let rows = settings.rows.clone().unwrap_or(rows);
        if rows.is_empty() || rows.end > panel.periods().len() {
            return Err(StatsError::Setting("the fitted periods lie outside the panel".into()));
        }
        Ok(Self { settings, panel, rows })
    }

    fn loss(&self, target: &[(usize, f64)], donors: &[usize]) -> Result<Loss> {
        if donors.is_empty() {
            return Err(StatsError::TooFew { what: "donors", found: 0, needed: 1 });
        }
        let scaled = stack(&self.settings.values, 0..self.settings.values.nrows(), target, donors);
        let outcomes = stack(self.panel.outcomes(), self.rows.clone(), target, donors);
        Loss::new(&self.settings.names, scaled, outcomes)
    }

    fn importance(&self, loss: &Loss) -> Result<(Vec<f64>, usize)> {
        match &self.settings.importance {
            Importance::Fixed(v) => {
                let total: f64 = v.iter().sum();
                Ok((v.iter().map(|value| value / total).collect(), 1))
            }
            Importance::Regression => {
                let v = search::regression(&loss.scaled, &loss.outcomes).ok_or_else(|| {
                    StatsError::NoAnswer(
                        "there are too few units, or predictors too alike, to find their importance by regression; search \
                         for it or give it"
                            .into(),
                    )
                })?;
                Ok((v, 1))
            }
            Importance::Search(settings) => {
                let found = search::search(loss, settings)?;
                Ok((found.importance, found.evaluations))
            }
        }
    }
}

impl Weighing for Prepared<'_> {
    fn weigh(&self, target: &[(usize, f64)], donors: &[usize]) -> Result<Weights> {
        let loss = self.loss(target, donors)?;
        let (importance, _) = self.importance(&loss)?;
        Ok(weights(loss.evaluate(&importance)?.solution))
    }
}

fn weights(solution: Solution) -> Weights {
    Weights {
        remarks: remarks(&solution.certificate),
        weights: solution.weights,
        intercept: 0.0,
        certificate: Some(solution.certificate),
    }
}

/// Rows of `values` for the donors, and the target as a last column.
fn stack(values: &Matrix, rows: Range<usize>, target: &[(usize, f64)], donors: &[usize]) -> Matrix {
    Matrix::from_fn(rows.len(), donors.len() + 1, |i, j| {
        let row = rows.start + i;
        match donors.get(j) {
            Some(&unit) => values[(row, unit)],
            None => target.iter().map(|&(unit, share)| share * values[(row, unit)]).sum(),
        }
    })
}

/// The loss of one target as a function of the importances.
struct Loss {
    /// Predictors divided by their standard deviations, donors and then the target.
    scaled: Matrix,
    /// Outcomes in the fitted periods, donors and then the target.
    outcomes: Matrix,
    donors: Vec<usize>,
}

struct Evaluated {
    solution: Solution,
    loss: f64,
}

impl Loss {
    fn new(names: &[String], mut scaled: Matrix, outcomes: Matrix) -> Result<Self> {
        for (mut row, name) in scaled.row_iter_mut().zip(names) {
            let mean = row.mean();
            let squares: f64 = row.iter().map(|value| (value - mean).powi(2)).sum();
            let deviation = (squares / (row.len() as f64 - 1.0)).sqrt();
            if deviation <= 1e-13 * mean.abs() {
                return Err(StatsError::NoAnswer(format!(
                    "predictor {name} is the same for all units, so it cannot guide the weights; leave it out"
                )));
            }
            row /= deviation;
        }
        let donors = (0..outcomes.ncols() - 1).collect();
        Ok(Self { scaled, outcomes, donors })
    }

    fn predictors(&self) -> usize {
        self.scaled.nrows()
    }

    fn scaled(&self) -> &Matrix {
        &self.scaled
    }

    fn outcomes(&self) -> &Matrix {
        &self.outcomes
    }

    fn evaluate(&self, importance: &[f64]) -> Result<Evaluated> {
        let mut features = self.scaled.clone();
        for (mut row, value) in features.row_iter_mut().zip(importance) {
            row *= value.sqrt();
        }
        let gram = Gram::new(&features)?;
        let target = [(self.donors.len(), 1.0)];
        let solution =
            Problem { gram: &gram, target: &target, donors: &self.donors, ridge: 0.0 }.solve(None)?;
        let mut gap = -self.outcomes.column(self.donors.len()).clone_owned();
        for (j, weight) in solution.weights.iter().enumerate() {
            if *weight != 0.0 {
                gap.axpy(*weight, &self.outcomes.column(j), 1.0);
            }
        }
        Ok(Evaluated { loss: gap.norm_squared() / self.outcomes.nrows() as f64, solution })
    }
}
