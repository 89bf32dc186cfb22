use super::pieces::{Pieces, pieces};
use super::{Adjustment, Clusters, Correction, Working};
use crate::numeric::algebra::symmetrise;
use crate::{Estimate, Estimates, Matrix, Result, StatsError, Vector};

/// Below this many clusters a remark says that asymptotic tests reject too often.
const FEW: usize = 30;

/// Which degrees of freedom tests and intervals take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DegreesOfFreedom {
    /// The normal distribution.
    Normal,
    /// Clusters less one (Stata, fixest).
    Clusters,
    /// Satterthwaite's, different for every combination of coefficients (Bell and McCaffrey 2002, Pustejovsky and
    /// Tipton 2018).
    Satterthwaite,
}

/// A cluster-robust covariance with everything that tests on it need.
#[derive(Debug, Clone, PartialEq)]
pub struct Robust {
    /// Coefficients with the robust covariance; its `df` is clusters less one.
    pub estimates: Estimates,
    /// The correction that was used.
    pub correction: Correction,
    /// Value of its factor.
    pub factor: f64,
    /// Clusters with weight.
    pub clusters: usize,
    /// Rows with weight.
    pub rows: usize,
    /// Satterthwaite degrees of freedom of each coefficient.
    pub satterthwaite: Vec<f64>,
    /// What a reader should know: few clusters, clusters without weight, coefficients that one cluster determines.
    pub remarks: Vec<String>,
    pub(super) pieces: Pieces,
}

/// The sandwich `factor * sum_g M X_g' W_g A_g e_g e_g' A_g' W_g X_g M`.
///
/// * `A_g = I` for CR0 and CR1 (Liang and Zeger 1986).
/// * CR2: `A_g` solves `A_g (I - H)_g Phi (I - H)_g' A_g' = Phi_g` (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018,
///   equation 7) with `Phi` the working covariance of [`super::Target`].
/// * CR3: `A_g = (I - H_gg)^-1`.
///
/// Time grows as rows times `p^2` plus clusters times `p^3`; nothing of the size of a cluster squared is formed (but for
/// weighted CR2 in clusters of up to 48 rows, and where such a cluster determines a coefficient alone).
///
/// # Errors
/// Shapes and values that do not fit; [`StatsError::TooFew`] with fewer than two clusters or too few for the factor;
/// [`StatsError::NoAnswer`] for CR3 where leaving out one cluster leaves a coefficient without an estimate.
pub fn sandwich(fit: &Working<'_>, clusters: &Clusters, correction: Correction) -> Result<Robust> {
    fit.check(clusters)?;
    let pieces = pieces(fit, clusters, correction.adjustment)?;
    let p = fit.beta.len();
    let count = pieces.influences.len();
    let factor = correction.factor.value(count, pieces.rows, p + fit.absorbed)?;
    let mut covariance = Matrix::zeros(p, p);
    for influence in &pieces.influences {
        covariance.ger(factor, influence, influence, 1.0);
    }
    symmetrise(&mut covariance);
    let remarks = remarks(clusters, &pieces, correction, p);
    let mut robust = Robust {
        estimates: Estimates {
            names: fit.names.to_vec(),
            beta: fit.beta.to_vec(),
            covariance,
            df: Some(count as f64 - 1.0),
        },
        correction,
        factor,
        clusters: count,
        rows: pieces.rows,
        satterthwaite: Vec::new(),
        remarks,
        pieces,
    };
    robust.satterthwaite = (0..p).map(|j| robust.degrees_of_freedom(&unit(p, j))).collect();
    Ok(robust)
}

fn unit(p: usize, at: usize) -> Vector {
    Vector::from_fn(p, |j, _| f64::from(j == at))
}

fn remarks(clusters: &Clusters, pieces: &Pieces, correction: Correction, p: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    let count = pieces.influences.len();
    if count < clusters.count() {
        remarks
            .push(format!("{} clusters have no row with weight and take no part", clusters.count() - count));
    }
    if count < FEW && correction.adjustment == Adjustment::None {
        remarks.push(format!(
            "{count} clusters are few for this covariance: tests reject too often; prefer CR2 with Satterthwaite \
             degrees of freedom or the wild cluster bootstrap"
        ));
    }
    if count <= p {
        remarks.push(format!(
            "there are {count} clusters for {p} coefficients, so the covariance has not full rank and not every \
             joint test exists"
        ));
    }
    if count == pieces.rows {
        remarks
            .push("every cluster is a single row: this is the heteroscedasticity-robust covariance".into());
    }
    if pieces.saturated > 0 {
        remarks.push(format!(
            "{} clusters determine a coefficient alone; the covariance takes no information from them in that \
             direction",
            pieces.saturated
        ));
    }
    remarks
}

impl Robust {
    /// Satterthwaite degrees of freedom of the combination with these weights:
    /// `2 E(v)^2 / Var(v)` of the variance estimator `v` under the working covariance,
    /// `(sum_g P_gg)^2 / sum_gh P_gh^2` with `P_gh = [g = h] c'N_gc - (Z_gc)'K(Z_hc)`.
    #[must_use]
    pub fn degrees_of_freedom(&self, weights: &Vector) -> f64 {
        let size = self.pieces.kernel.nrows();
        let mut total = Matrix::zeros(size, size);
        let (mut expected, mut square) = (0.0, 0.0);
        for (noise, loading) in self.pieces.noise.iter().zip(&self.pieces.loadings) {
            let z = loading * weights;
            let own = (&self.pieces.kernel * &z).dot(&z);
            let alone = (noise * weights).dot(weights);
            expected += alone - own;
            square += (alone - own).powi(2) - own * own;
            total.ger(1.0, &z, &z, 1.0);
        }
        square += (&self.pieces.kernel * &total * &self.pieces.kernel).dot(&total);
        expected * expected / square
    }

    /// Every coefficient with its interval.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside 0 to 1.
    pub fn table(&self, level: f64, df: DegreesOfFreedom) -> Result<Vec<Estimate>> {
        StatsError::check_probability("the level of an interval", level)?;
        let errors = self.estimates.standard_errors();
        Ok((0..errors.len())
            .map(|j| {
                let df = self.choose(df, || self.satterthwaite[j]);
                Estimate::wald(&self.estimates.names[j], self.estimates.beta[j], errors[j], df, level)
            })
            .collect())
    }

    /// A linear combination of coefficients with its interval.
    ///
    /// # Errors
    /// [`StatsError::Shape`] without one weight for each coefficient; [`StatsError::Setting`] for a level outside 0 to 1.
    pub fn combination(
        &self,
        name: &str,
        weights: &[f64],
        level: f64,
        df: DegreesOfFreedom,
    ) -> Result<Estimate> {
        StatsError::check_probability("the level of an interval", level)?;
        let plain = self.estimates.combination(name, weights, level)?;
        let df = self.choose(df, || self.degrees_of_freedom(&Vector::from_row_slice(weights)));
        Ok(Estimate::wald(name, plain.estimate, plain.standard_error, df, level))
    }

    fn choose(&self, df: DegreesOfFreedom, satterthwaite: impl Fn() -> f64) -> Option<f64> {
        match df {
            DegreesOfFreedom::Normal => None,
            DegreesOfFreedom::Clusters => self.estimates.df,
            DegreesOfFreedom::Satterthwaite => Some(satterthwaite()),
        }
    }
}
