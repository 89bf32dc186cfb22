use std::ops::Range;

use super::panel::Panel;
use super::simplex::{Certificate, Gram, Problem};
use crate::{Result, StatsError};

/// A way of finding donor weights, prepared once for a panel and used for every target in it (placebos, left-out donors).
pub trait Method: Sync {
    /// Prepares the work for the rows of the panel on which weights are fitted.
    ///
    /// # Errors
    /// What the method cannot take.
    fn prepare<'a>(&'a self, panel: &'a Panel, rows: Range<usize>) -> Result<Box<dyn Weighing + 'a>>;
}

/// A [`Method`] prepared for one panel.
pub trait Weighing: Sync {
    /// Weights of the donors (columns of the panel) for a target (columns with their shares).
    ///
    /// # Errors
    /// Where the method ends without weights.
    fn weigh(&self, target: &[(usize, f64)], donors: &[usize]) -> Result<Weights>;
}

/// Donor weights for one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// One weight for each donor, in the order of the donors.
    pub weights: Vec<f64>,
    /// Added to the weighted mean of the donors in every period; zero unless the method fits an intercept.
    pub intercept: f64,
    /// Proof that weights on the simplex are optimal.
    pub certificate: Option<Certificate>,
    /// What the reader should know.
    pub remarks: Vec<String>,
}

/// Weights that bring the donors nearest to the target's outcomes before treatment (Abadie, Diamond and Hainmueller 2010,
/// equation 2 with the outcomes of all periods before treatment as the only predictors):
/// `min_w sum_t (Y_1t - a - sum_j w_j Y_jt)^2 + ridge |w|^2`, `w >= 0`, `sum_j w_j = 1`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OutcomesOnly {
    /// Fit the intercept `a` (Doudchenko and Imbens 2016; Ferman and Pinto 2021); otherwise `a = 0`.
    pub intercept: bool,
    /// Penalty on the squared weights, in squared units of the outcome.
    pub ridge: f64,
}

struct Prepared<'a> {
    panel: &'a Panel,
    rows: Range<usize>,
    gram: Gram,
    settings: OutcomesOnly,
}

impl Method for OutcomesOnly {
    fn prepare<'a>(&'a self, panel: &'a Panel, rows: Range<usize>) -> Result<Box<dyn Weighing + 'a>> {
        if rows.is_empty() || rows.end > panel.periods().len() {
            return Err(StatsError::TooFew { what: "periods to fit the weights on", found: 0, needed: 1 });
        }
        let mut features = panel.outcomes().rows(rows.start, rows.len()).into_owned();
        if self.intercept {
            for mut column in features.column_iter_mut() {
                let mean = column.mean();
                column.add_scalar_mut(-mean);
            }
        }
        Ok(Box::new(Prepared { panel, rows, gram: Gram::new(&features)?, settings: *self }))
    }
}

impl Weighing for Prepared<'_> {
    fn weigh(&self, target: &[(usize, f64)], donors: &[usize]) -> Result<Weights> {
        let problem = Problem { gram: &self.gram, target, donors, ridge: self.settings.ridge };
        let solution = problem.solve(None)?;
        let intercept = if self.settings.intercept {
            let mean = |unit: usize| {
                self.panel.outcomes_of(unit)[self.rows.clone()].iter().sum::<f64>() / self.rows.len() as f64
            };
            let target: f64 = target.iter().map(|&(unit, share)| share * mean(unit)).sum();
            target
                - donors.iter().zip(&solution.weights).map(|(&unit, weight)| weight * mean(unit)).sum::<f64>()
        } else {
            0.0
        };
        Ok(Weights {
            weights: solution.weights,
            intercept,
            certificate: Some(solution.certificate),
            remarks: remarks(&solution.certificate),
        })
    }
}

/// What the reader of weights should know of them.
pub(super) fn remarks(certificate: &Certificate) -> Vec<String> {
    if certificate.unique {
        Vec::new()
    } else {
        vec!["the weights are not unique: other weights fit the periods before treatment equally well and may give \
              another effect; a ridge penalty or fewer donors would decide between them"
            .to_owned()]
    }
}
