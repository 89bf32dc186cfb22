use std::borrow::Cow;

use super::Factor;
use crate::cluster::{
    Clusters, Correction, Factor as SmallSample, Target, TwoWayFactor, Working, sandwich, two_way,
};
use crate::{Estimates, Matrix, Result, StatsError};

/// Which covariance the slopes get. Factors are fixest's defaults (`K` below counts as [`Degrees`] says).
#[derive(Debug, Clone, Copy)]
pub enum Covariance<'a> {
    /// Independent rows of one variance: `sum e^2 / (n - K)` for linear models; the inverse information for counts.
    Independent,
    /// Robust to unequal variances, times `n / (n - K)` (HC1).
    Heteroscedastic,
    /// Robust to dependence within clusters, times `G / (G - 1) * (n - 1) / (n - K)`.
    Clustered(&'a Clusters),
    /// Robust to dependence within the clusters of two divisions; the smaller `G` in every factor.
    TwoWay(&'a Clusters, &'a Clusters),
}

/// How coefficients were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Degrees {
    /// Slopes that were estimated.
    pub slopes: usize,
    /// Levels of all absorbed factors, less one for each factor but the first.
    pub absorbed: usize,
    /// `K`: slopes and absorbed levels that count in the factors. Levels of a factor that is nested in the clusters do not
    /// count, but for one (their effects are constants of the cluster's own sum).
    pub counted: usize,
}

pub(super) fn degrees(slopes: usize, factors: &[Factor], nested: impl Fn(&Factor) -> bool) -> Degrees {
    let levels: usize = factors.iter().map(Factor::levels).sum();
    let absorbed = levels - (factors.len() - 1);
    let spared: usize =
        factors.iter().filter(|factor| nested(factor)).map(|factor| factor.levels() - 1).sum();
    Degrees { slopes, absorbed, counted: slopes + absorbed - spared }
}

/// The parts of a fit from which any covariance can be made.
pub(super) struct Parts<'a> {
    pub(super) names: &'a [String],
    pub(super) beta: &'a [f64],
    /// Regressors without the absorbed factors.
    pub(super) x: &'a Matrix,
    pub(super) weights: Option<&'a [f64]>,
    pub(super) residuals: &'a [f64],
    pub(super) bread: &'a Matrix,
    pub(super) factors: &'a [Factor],
    /// Rows of the problem that are left, to take the same rows of the clusters.
    pub(super) rows: &'a [usize],
    /// Rows of the problem.
    pub(super) given: usize,
    pub(super) target: Target,
}

impl Parts<'_> {
    pub(super) fn covariance(
        &self,
        kind: Covariance<'_>,
        independent: impl Fn(&Degrees) -> Result<Matrix>,
    ) -> Result<(Estimates, Degrees, Vec<String>)> {
        let n = self.residuals.len();
        let plain = degrees(self.beta.len(), self.factors, |_| false);
        let estimates = |covariance, df| Estimates {
            names: self.names.to_vec(),
            beta: self.beta.to_vec(),
            covariance,
            df: Some(df),
        };
        let left = |degrees: &Degrees| -> Result<f64> {
            if n <= degrees.counted {
                return Err(StatsError::TooFew { what: "rows", found: n, needed: degrees.counted + 1 });
            }
            Ok((n - degrees.counted) as f64)
        };
        match kind {
            Covariance::Independent => {
                Ok((estimates(independent(&plain)?, left(&plain)?), plain, Vec::new()))
            }
            Covariance::Heteroscedastic => {
                let each = Clusters::new(&(0..n).collect::<Vec<_>>())?;
                let factor = SmallSample::Stata;
                let found = self.meat(&each)? * factor.value(n, n, plain.counted)?;
                Ok((estimates(found, left(&plain)?), plain, Vec::new()))
            }
            Covariance::Clustered(clusters) => {
                let clusters = self.matching(clusters)?;
                let degrees = degrees(self.beta.len(), self.factors, |f| f.nested_in(clusters.codes()));
                let robust =
                    sandwich(&self.working(degrees.counted - degrees.slopes), &clusters, Correction::CR1)?;
                Ok((robust.estimates, degrees, robust.remarks))
            }
            Covariance::TwoWay(first, second) => {
                let (first, second) = (self.matching(first)?, self.matching(second)?);
                let nested = |f: &Factor| f.nested_in(first.codes()) || f.nested_in(second.codes());
                let degrees = degrees(self.beta.len(), self.factors, nested);
                let working = self.working(degrees.counted - degrees.slopes);
                let (estimates, remarks) = two_way(&working, &first, &second, TwoWayFactor::Smallest)?;
                Ok((estimates, degrees, remarks))
            }
        }
    }

    /// The clusters on the rows that are left.
    pub(super) fn matching<'c>(&self, clusters: &'c Clusters) -> Result<Cow<'c, Clusters>> {
        StatsError::check_length("the clusters", clusters.len(), self.given)?;
        if self.rows.len() == self.given {
            return Ok(Cow::Borrowed(clusters));
        }
        let codes: Vec<usize> = self.rows.iter().map(|row| clusters.codes()[*row]).collect();
        Clusters::new(&codes).map(Cow::Owned)
    }

    pub(super) fn working(&self, absorbed: usize) -> Working<'_> {
        Working {
            names: self.names,
            beta: self.beta,
            x: self.x,
            weights: self.weights,
            residuals: self.residuals,
            bread: self.bread,
            absorbed,
            target: self.target,
            slopes: None,
        }
    }

    /// Sum over clusters of the squared scores between two breads, without a factor.
    fn meat(&self, clusters: &Clusters) -> Result<Matrix> {
        Ok(sandwich(&self.working(0), clusters, Correction::CR0)?.estimates.covariance)
    }
}
