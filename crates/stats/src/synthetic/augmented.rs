use std::ops::Range;

use super::method::{Method, Weighing, Weights};
use super::panel::Panel;
use crate::{Matrix, Result, StatsError, Vector};

/// How the ridge penalty of [`RidgeAugmented`] is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lambda {
    /// This value, in squared units of the outcome.
    Fixed(f64),
    /// By leaving out one period before treatment after another (Ben-Michael, Feller and Rothstein 2021, section 5.3).
    LeavePeriodOut {
        /// Take the largest penalty whose error is within one standard error of the smallest; otherwise the smallest error.
        one_standard_error: bool,
        /// Leave the last period before treatment in throughout, as the R package augsynth 0.2.0 does.
        as_augsynth: bool,
    },
}

/// Ridge-augmented synthetic control (Ben-Michael, Feller and Rothstein 2021, JASA 116, equations 5 to 8).
///
/// Outcomes before treatment are centred at the mean of the donors in each period, `X_0` (donors by periods) and `X_1`. With
/// simplex weights `w` the augmented weights are
/// `w + X_0 (X_0'X_0 + lambda I)^{-1} (X_1 - X_0'w)`: they add up to one, may be negative, and remove the imbalance that the
/// simplex cannot, the more so the smaller `lambda`. As `lambda` grows they become the simplex weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RidgeAugmented {
    /// The penalty.
    pub lambda: Lambda,
    /// Start from simplex weights; false starts from equal weights (plain ridge regression on the donors' outcomes).
    pub synthetic: bool,
}

impl Default for RidgeAugmented {
    fn default() -> Self {
        let lambda = Lambda::LeavePeriodOut { one_standard_error: true, as_augsynth: false };
        Self { lambda, synthetic: true }
    }
}

/// Penalties tried: from the largest squared singular value of `X_0` down to this share of it, in this many steps.
const LEAST_SHARE: f64 = 1e-8;
const STEPS: usize = 20;

/// The cross-validation of the penalty.
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaPath {
    /// Penalties, descending.
    pub lambda: Vec<f64>,
    /// Mean squared error in the periods left out.
    pub error: Vec<f64>,
    /// Its standard error over the periods.
    pub standard_error: Vec<f64>,
    /// The one chosen.
    pub chosen: f64,
}

impl Method for RidgeAugmented {
    fn prepare<'a>(&'a self, panel: &'a Panel, rows: Range<usize>) -> Result<Box<dyn Weighing + 'a>> {
        if let Lambda::Fixed(lambda) = self.lambda
            && !(lambda > 0.0 && lambda.is_finite())
        {
            return Err(StatsError::Setting(format!(
                "the ridge penalty must be above zero, and is {lambda}"
            )));
        }
        if rows.is_empty() || rows.end > panel.periods().len() {
            return Err(StatsError::TooFew { what: "periods to fit the weights on", found: 0, needed: 1 });
        }
        Ok(Box::new(Prepared { panel, rows, settings: *self }))
    }
}

struct Prepared<'a> {
    panel: &'a Panel,
    rows: Range<usize>,
    settings: RidgeAugmented,
}

impl RidgeAugmented {
    /// The cross-validation of the penalty for the treated units of a panel.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the penalty is fixed; otherwise as [`Method::prepare`].
    pub fn path(&self, panel: &Panel) -> Result<LambdaPath> {
        let prepared = Prepared { panel, rows: panel.before(), settings: *self };
        let Lambda::LeavePeriodOut { one_standard_error, as_augsynth } = self.lambda else {
            return Err(StatsError::Setting("the penalty is fixed, so there is no path of penalties".into()));
        };
        prepared.cross_validate(&panel.target(), &panel.donors(), one_standard_error, as_augsynth)
    }
}

/// `X_0` (periods by donors, transposed against the paper), `X_1`, both centred.
struct Centred {
    donors: Matrix,
    target: Vector,
}

impl Prepared<'_> {
    fn centred(&self, rows: &[usize], target: &[(usize, f64)], donors: &[usize]) -> Centred {
        let outcomes = self.panel.outcomes();
        let mut x = Matrix::from_fn(rows.len(), donors.len(), |t, j| outcomes[(rows[t], donors[j])]);
        let mut y = Vector::from_fn(rows.len(), |t, _| {
            target.iter().map(|&(unit, share)| share * outcomes[(rows[t], unit)]).sum()
        });
        for t in 0..rows.len() {
            let mean = x.row(t).mean();
            x.row_mut(t).add_scalar_mut(-mean);
            y[t] -= mean;
        }
        Centred { donors: x, target: y }
    }

    /// Simplex weights on these rows, or equal weights.
    fn simplex(&self, rows: &[usize], target: &[(usize, f64)], donors: &[usize]) -> Result<Weights> {
        if !self.settings.synthetic {
            let weights = vec![1.0 / donors.len() as f64; donors.len()];
            return Ok(Weights { weights, intercept: 0.0, certificate: None, remarks: Vec::new() });
        }
        let rows_of = self.panel.outcomes().select_rows(rows);
        let gram = super::simplex::Gram::new(&rows_of)?;
        let solution = super::simplex::Problem { gram: &gram, target, donors, ridge: 0.0 }.solve(None)?;
        Ok(Weights {
            weights: solution.weights,
            intercept: 0.0,
            certificate: Some(solution.certificate),
            remarks: super::method::remarks(&solution.certificate),
        })
    }

    fn cross_validate(
        &self,
        target: &[(usize, f64)],
        donors: &[usize],
        one_standard_error: bool,
        as_augsynth: bool,
    ) -> Result<LambdaPath> {
        let all: Vec<usize> = self.rows.clone().collect();
        let held_out = if as_augsynth { all.len().saturating_sub(1) } else { all.len() };
        if all.len() < 3 {
            return Err(StatsError::TooFew {
                what: "periods before treatment to choose the penalty",
                found: all.len(),
                needed: 3,
            });
        }
        let whole = self.centred(&all, target, donors);
        let largest = Augmenter::new(&whole.donors).largest;
        if largest <= 0.0 {
            return Err(StatsError::NoAnswer(
                "the donors do not differ before treatment, so there is nothing to augment with".into(),
            ));
        }
        let shrink = LEAST_SHARE.powf(1.0 / STEPS as f64);
        let lambda: Vec<f64> = (0..=STEPS).map(|step| largest * shrink.powi(step as i32)).collect();
        let mut errors = vec![Vec::with_capacity(held_out); lambda.len()];
        for out in 0..held_out {
            let rows: Vec<usize> = (0..all.len()).filter(|&t| t != out).map(|t| all[t]).collect();
            let base = self.simplex(&rows, target, donors)?.weights;
            let part = self.centred(&rows, target, donors);
            let augmenter = Augmenter::new(&part.donors);
            for (errors, &lambda) in errors.iter_mut().zip(&lambda) {
                let weights = augmenter.weights(&part, &base, lambda);
                let predicted: f64 =
                    weights.iter().zip(whole.donors.row(out).iter()).map(|(w, x)| w * x).sum();
                errors.push((whole.target[out] - predicted).powi(2));
            }
        }
        let n = held_out as f64;
        let error: Vec<f64> = errors.iter().map(|part| part.iter().sum::<f64>() / n).collect();
        let standard_error: Vec<f64> = errors
            .iter()
            .zip(&error)
            .map(|(part, mean)| {
                let squares: f64 = part.iter().map(|value| (value - mean).powi(2)).sum();
                (squares / (n - 1.0) / n).sqrt()
            })
            .collect();
        let best = (0..error.len()).min_by(|&a, &b| error[a].total_cmp(&error[b])).unwrap_or(0);
        let bound = error[best] + if one_standard_error { standard_error[best] } else { 0.0 };
        let chosen = (0..error.len()).find(|&at| error[at] <= bound).unwrap_or(best);
        Ok(LambdaPath { chosen: lambda[chosen], lambda, error, standard_error })
    }
}

impl Weighing for Prepared<'_> {
    fn weigh(&self, target: &[(usize, f64)], donors: &[usize]) -> Result<Weights> {
        if donors.is_empty() {
            return Err(StatsError::TooFew { what: "donors", found: 0, needed: 1 });
        }
        let lambda = match self.settings.lambda {
            Lambda::Fixed(lambda) => lambda,
            Lambda::LeavePeriodOut { one_standard_error, as_augsynth } => {
                self.cross_validate(target, donors, one_standard_error, as_augsynth)?.chosen
            }
        };
        let rows: Vec<usize> = self.rows.clone().collect();
        let base = self.simplex(&rows, target, donors)?;
        let centred = self.centred(&rows, target, donors);
        let weights = Augmenter::new(&centred.donors).weights(&centred, &base.weights, lambda);
        let mut remarks = base.remarks;
        let negative = weights.iter().filter(|weight| **weight < 0.0).count();
        if negative > 0 {
            remarks.push(format!(
                "{negative} donors have negative weight: the ridge correction extrapolates beyond the donors (lambda {lambda:.6e})"
            ));
        }
        Ok(Weights { weights, intercept: 0.0, certificate: base.certificate, remarks })
    }
}

/// Eigenvectors of `X_0'X_0` or of `X_0 X_0'`, whichever is smaller, for ridge solutions at many penalties.
struct Augmenter {
    vectors: Matrix,
    values: Vector,
    over_periods: bool,
    largest: f64,
}

impl Augmenter {
    fn new(donors: &Matrix) -> Self {
        let over_periods = donors.nrows() <= donors.ncols();
        let square = if over_periods { donors * donors.transpose() } else { donors.transpose() * donors };
        let eigen = square.symmetric_eigen();
        let largest = eigen.eigenvalues.max();
        Self { vectors: eigen.eigenvectors, values: eigen.eigenvalues, over_periods, largest }
    }

    fn weights(&self, centred: &Centred, base: &[f64], lambda: f64) -> Vec<f64> {
        let base = Vector::from_row_slice(base);
        let imbalance = &centred.target - &centred.donors * &base;
        let solve = |right: Vector| {
            let mut turned = self.vectors.transpose() * right;
            for (value, eigen) in turned.iter_mut().zip(self.values.iter()) {
                *value /= eigen.max(0.0) + lambda;
            }
            &self.vectors * turned
        };
        let correction = if self.over_periods {
            centred.donors.transpose() * solve(imbalance)
        } else {
            solve(centred.donors.transpose() * imbalance)
        };
        (base + correction).as_slice().to_vec()
    }
}
