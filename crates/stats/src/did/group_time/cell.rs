//! The effect in one cell: two periods, one cohort, its comparison units.

use std::ops::Range;

use super::options::{GroupTimeMethod, GroupTimeOptions};
use super::propensity::{self, Propensity};
use super::wide::Wide;
use crate::numeric::algebra::{cross_product, dot, independent_columns, inverse};
use crate::{Matrix, Vector};

/// Share of a column's length that must be left beside the other columns (R's `lm`).
const COLLINEAR: f64 = 1e-7;

/// What all cells of one cohort with the same comparison units and covariates share.
pub(super) struct Group {
    /// The treated units, then the comparison units.
    pub(super) ranges: Vec<Range<usize>>,
    /// How many are treated.
    pub(super) treated: usize,
    weight: Vec<f64>,
    /// Sum of the weights of the treated.
    treated_weight: f64,
    /// Covariates and what is fitted with them; `None` without.
    adjusted: Option<Adjusted>,
    /// Comparison units left out because their propensity score is too high.
    pub(super) trimmed: usize,
}

/// Covariate adjustment: the parts that do not depend on the outcome.
struct Adjusted {
    /// Intercept and standardised covariates.
    x: Matrix,
    /// Outcome regression: `(X_c' W X_c)^-1`.
    regression: Option<Matrix>,
    /// Weights of the comparison units, `w p / (1 - p)`, zero where trimmed; and their sum.
    odds: Option<(Vec<f64>, f64)>,
    /// Inverse information of the propensity score, and its residuals `w (D - p)`.
    score: Option<(Matrix, Vec<f64>)>,
    /// `w_i x_i' (X_c'WX_c)^-1 (mean of x in the treated - weighted mean of x in the comparison)` of the comparison units:
    /// the influence of their residuals through the regression coefficients.
    leverage: Vec<f64>,
}

/// A cell's estimate and the influence of its units, in the order of [`Group::ranges`].
pub(super) struct Effect {
    pub(super) att: f64,
    pub(super) influence: Vec<f64>,
}

impl Group {
    /// Collects units and fits everything that does not depend on the outcome.
    ///
    /// The error says why the cell cannot be estimated.
    pub(super) fn new(
        wide: &Wide,
        own: &Range<usize>,
        controls: &[Range<usize>],
        covariate_period: usize,
        options: &GroupTimeOptions,
    ) -> Result<Self, String> {
        let mut ranges = vec![own.clone()];
        ranges.extend_from_slice(controls);
        let weight = gather(&ranges, &wide.weight);
        let treated = own.len();
        if treated == weight.len() {
            return Err("there are no comparison units".to_owned());
        }
        let mut group = Self {
            ranges,
            treated,
            treated_weight: weight[..treated].iter().sum(),
            weight,
            adjusted: None,
            trimmed: 0,
        };
        if !wide.covariates.is_empty() {
            let x = group.design(wide, covariate_period);
            group.adjust(x, options)?;
        }
        Ok(group)
    }

    /// Intercept and covariates, centred and scaled for the sake of the numbers (estimates do not change by it), without
    /// columns that the others determine.
    fn design(&self, wide: &Wide, period: usize) -> Matrix {
        let n = self.weight.len();
        let mut x = Matrix::from_element(n, wide.covariates.len() + 1, 1.0);
        for (j, columns) in wide.covariates.iter().enumerate() {
            let values = gather(&self.ranges, &columns[period.min(columns.len() - 1)]);
            let mean = values.iter().sum::<f64>() / n as f64;
            let spread = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
            // A spread within rounding of the mean is no spread; the column then vanishes and is dropped below.
            let scale = if spread > 1e-12 * mean.abs() { 1.0 / spread } else { 0.0 };
            for (i, value) in values.iter().enumerate() {
                x[(i, j + 1)] = (value - mean) * scale;
            }
        }
        let kept = independent_columns(&x, None, COLLINEAR);
        if kept.len() == x.ncols() { x } else { x.select_columns(&kept) }
    }

    fn adjust(&mut self, x: Matrix, options: &GroupTimeOptions) -> Result<(), String> {
        let method = options.method;
        let regression =
            (method != GroupTimeMethod::InverseProbability).then(|| self.outcome_design(&x)).transpose()?;
        let score = if method == GroupTimeMethod::OutcomeRegression {
            None
        } else {
            Some(propensity::fit(&x, &self.weight, self.treated).ok_or(
                "treatment is predicted almost without error by the covariates (propensity scores of 0.999 or more), \
                 so there are no comparable units",
            )?)
        };
        let odds = score.as_ref().map(|score| self.odds(score, options.trim));
        if odds.as_ref().is_some_and(|(_, sum)| *sum <= 0.0) {
            return Err("no comparison unit has a propensity score below the trimming limit".to_owned());
        }
        let leverage =
            regression.as_ref().map_or_else(Vec::new, |inverse| self.leverage(&x, inverse, odds.as_ref()));
        let score = score.map(|score| {
            let residuals = (0..self.weight.len())
                .map(|i| self.weight[i] * (if i < self.treated { 1.0 } else { 0.0 } - score.probability[i]))
                .collect();
            (score.inverse_information, residuals)
        });
        self.adjusted = Some(Adjusted { x, regression, odds, score, leverage });
        Ok(())
    }

    fn outcome_design(&self, x: &Matrix) -> Result<Matrix, String> {
        const FEW: &str =
            "the comparison units do not vary enough in the covariates for an outcome regression";
        let controls = x.rows(self.treated, x.nrows() - self.treated).clone_owned();
        let weight = &self.weight[self.treated..];
        if independent_columns(&controls, Some(weight), COLLINEAR).len() < x.ncols() {
            return Err(FEW.to_owned());
        }
        inverse(&cross_product(&controls, Some(weight)), FEW).map_err(|error| error.to_string())
    }

    fn odds(&mut self, score: &Propensity, trim: f64) -> (Vec<f64>, f64) {
        let mut odds = vec![0.0; self.weight.len()];
        for i in self.treated..odds.len() {
            let p = score.probability[i];
            if p < trim {
                odds[i] = self.weight[i] * p / (1.0 - p);
            } else {
                self.trimmed += 1;
            }
        }
        let sum = odds.iter().sum();
        (odds, sum)
    }

    fn leverage(&self, x: &Matrix, inverse: &Matrix, odds: Option<&(Vec<f64>, f64)>) -> Vec<f64> {
        let gap = Vector::from_iterator(
            x.ncols(),
            (0..x.ncols()).map(|j| {
                let column = column(x, j);
                let treated =
                    dot(&column[..self.treated], &self.weight[..self.treated]) / self.treated_weight;
                treated - odds.map_or(0.0, |(odds, sum)| dot(column, odds) / sum)
            }),
        );
        let direction = x * (inverse * gap);
        (0..self.weight.len())
            .map(|i| if i < self.treated { 0.0 } else { self.weight[i] * direction[i] })
            .collect()
    }

    /// The effect for outcomes in the base period and in the period of the cell (all units, sorted).
    pub(super) fn effect(&self, base: &[f64], now: &[f64]) -> Effect {
        let mut change = Vec::with_capacity(self.weight.len());
        for range in &self.ranges {
            change.extend(
                now[range.clone()].iter().zip(&base[range.clone()]).map(|(after, before)| after - before),
            );
        }
        match &self.adjusted {
            None => self.difference_of_means(&change),
            Some(adjusted) => self.adjusted_effect(adjusted, change),
        }
    }

    /// Difference between the mean changes of treated and comparison units.
    fn difference_of_means(&self, change: &[f64]) -> Effect {
        let control_weight: f64 = self.weight[self.treated..].iter().sum();
        let (own, other) = self.weight.split_at(self.treated);
        let treated = dot(&change[..self.treated], own) / self.treated_weight;
        let controls = dot(&change[self.treated..], other) / control_weight;
        let influence = (0..change.len())
            .map(|i| {
                if i < self.treated {
                    self.weight[i] * (change[i] - treated) / self.treated_weight
                } else {
                    -self.weight[i] * (change[i] - controls) / control_weight
                }
            })
            .collect();
        Effect { att: treated - controls, influence }
    }

    /// Outcome regression, inverse probability weighting, or both (Sant'Anna and Zhao 2020, sections 2 and 3).
    ///
    /// With residuals `e = change - x'b` (or `e = change` without regression), `eta_1` the weighted mean of `e` in the
    /// treated and `eta_0` its mean in the comparison units weighted by `w p / (1 - p)` (zero without score):
    /// `att = eta_1 - eta_0`. The influence has a part from these means and one from each first step.
    fn adjusted_effect(&self, adjusted: &Adjusted, change: Vec<f64>) -> Effect {
        let residual = match &adjusted.regression {
            Some(inverse) => self.residuals(&adjusted.x, inverse, change),
            None => change,
        };
        let own = &self.weight[..self.treated];
        let treated = dot(&residual[..self.treated], own) / self.treated_weight;
        let mut influence = vec![0.0; residual.len()];
        for i in 0..self.treated {
            influence[i] = own[i] * (residual[i] - treated) / self.treated_weight;
        }
        if adjusted.regression.is_some() {
            for i in self.treated..residual.len() {
                influence[i] -= adjusted.leverage[i] * residual[i];
            }
        }
        let mut controls = 0.0;
        if let (Some((odds, sum)), Some((inverse, score))) = (&adjusted.odds, &adjusted.score) {
            controls = dot(&residual, odds) / sum;
            let pull: Vec<f64> =
                (0..residual.len()).map(|i| odds[i] * (residual[i] - controls) / sum).collect();
            let slope = Vector::from_iterator(
                adjusted.x.ncols(),
                (0..adjusted.x.ncols()).map(|j| dot(column(&adjusted.x, j), &pull)),
            );
            let direction = &adjusted.x * (inverse * slope);
            for i in 0..residual.len() {
                influence[i] -= pull[i] + score[i] * direction[i];
            }
        }
        Effect { att: treated - controls, influence }
    }

    /// Residuals of all units from the regression among the comparison units.
    fn residuals(&self, x: &Matrix, inverse: &Matrix, mut change: Vec<f64>) -> Vec<f64> {
        let weighted: Vec<f64> = (self.treated..change.len()).map(|i| self.weight[i] * change[i]).collect();
        let moments = Vector::from_iterator(
            x.ncols(),
            (0..x.ncols()).map(|j| dot(&column(x, j)[self.treated..], &weighted)),
        );
        let fitted = x * (inverse * moments);
        for (value, fit) in change.iter_mut().zip(fitted.iter()) {
            *value -= fit;
        }
        change
    }
}

fn column(x: &Matrix, j: usize) -> &[f64] {
    let n = x.nrows();
    &x.as_slice()[j * n..(j + 1) * n]
}

fn gather(ranges: &[Range<usize>], values: &[f64]) -> Vec<f64> {
    ranges.iter().flat_map(|range| values[range.clone()].iter().copied()).collect()
}
