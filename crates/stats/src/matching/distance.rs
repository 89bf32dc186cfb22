//! How alike two units are.

use crate::numeric::algebra::symmetric_power;
use crate::rates::mid_ranks;
use crate::{Matrix, Result, StatsError};

/// A distance between units, kept as coordinates: the distance of two units is the length of the difference of theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Distance {
    units: usize,
    width: usize,
    /// Unit by unit.
    coordinates: Vec<f64>,
}

impl Distance {
    /// Eigenvalues of a correlation matrix below this share of the largest count as zero.
    const FLOOR: f64 = 1e-10;

    /// Mahalanobis distance `sqrt((x_i - x_j)' S^-1 (x_i - x_j))` with `S` the covariance pooled within the treated and the others
    /// (Rubin 1980). Covariates that the others determine add nothing (Moore-Penrose inverse).
    ///
    /// # Errors
    /// [`StatsError::Shape`], [`StatsError::Value`] for covariates that do not match or are missing; [`StatsError::TooFew`] for fewer than
    /// three units.
    pub fn mahalanobis(covariates: &Matrix, treated: &[bool]) -> Result<Self> {
        let (n, p) = (covariates.nrows(), covariates.ncols());
        StatsError::check_length("the treated units", treated.len(), n)?;
        check(covariates)?;
        if n < 3 {
            return Err(StatsError::TooFew { what: "units for a covariance", found: n, needed: 3 });
        }
        let mut centred = covariates.clone();
        for arm in [true, false] {
            let members: Vec<usize> = (0..n).filter(|i| treated[*i] == arm).collect();
            for j in 0..p {
                let mean = members.iter().map(|i| covariates[(*i, j)]).sum::<f64>() / members.len() as f64;
                members.iter().for_each(|i| centred[(*i, j)] -= mean);
            }
        }
        let covariance = centred.transpose() * &centred / (n as f64 - 2.0);
        Ok(Self::whitened(covariates, &covariance))
    }

    /// Mahalanobis distance of ranks, with the variance of each rank that it would have without ties: outliers and rare binary
    /// covariates do not dominate (Rosenbaum 2010, section 8.3).
    ///
    /// # Errors
    /// As [`Distance::mahalanobis`].
    pub fn robust_mahalanobis(covariates: &Matrix) -> Result<Self> {
        let (n, p) = (covariates.nrows(), covariates.ncols());
        check(covariates)?;
        if n < 3 {
            return Err(StatsError::TooFew { what: "units for a covariance", found: n, needed: 3 });
        }
        let mut ranks = Matrix::zeros(n, p);
        for j in 0..p {
            ranks.column_mut(j).copy_from_slice(&mid_ranks(covariates.column(j).as_slice()));
        }
        let size = n as f64;
        let middle = 0.5 * (size + 1.0);
        let centred = ranks.map(|rank| rank - middle);
        let mut covariance = centred.transpose() * &centred / (size - 1.0);
        // Variance of 1..n with divisor n - 1.
        let untied = size * (size + 1.0) / 12.0;
        let scale: Vec<f64> = (0..p)
            .map(|j| if covariance[(j, j)] > 0.0 { (untied / covariance[(j, j)]).sqrt() } else { 0.0 })
            .collect();
        for i in 0..p {
            for j in 0..p {
                covariance[(i, j)] *= scale[i] * scale[j];
            }
        }
        Ok(Self::whitened(&ranks, &covariance))
    }

    /// Plain length of the difference of these coordinates (units x coordinates); one column of propensity scores, or of their
    /// logits, gives the distance in the score.
    ///
    /// # Errors
    /// [`StatsError::Value`] for a coordinate that is missing.
    pub fn euclidean(coordinates: &Matrix) -> Result<Self> {
        check(coordinates)?;
        Ok(Self::from_matrix(coordinates))
    }

    /// Number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// Distance between two units (positions from 0).
    #[must_use]
    pub fn between(&self, i: usize, j: usize) -> f64 {
        let a = &self.coordinates[i * self.width..(i + 1) * self.width];
        let b = &self.coordinates[j * self.width..(j + 1) * self.width];
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }

    /// `x S^(-1/2)` by way of the correlation matrix, so that the scales of the covariates do not matter.
    fn whitened(x: &Matrix, covariance: &Matrix) -> Self {
        let p = x.ncols();
        let largest = (0..x.nrows()).fold(vec![0.0_f64; p], |mut most, i| {
            (0..p).for_each(|j| most[j] = most[j].max(x[(i, j)].abs()));
            most
        });
        let inverse_sd: Vec<f64> = (0..p)
            .map(|j| {
                let sd = covariance[(j, j)].sqrt();
                // A covariate without variation, but for rounding, does not count.
                if sd > 1e-12 * largest[j] { 1.0 / sd } else { 0.0 }
            })
            .collect();
        let correlation = Matrix::from_fn(p, p, |i, j| covariance[(i, j)] * inverse_sd[i] * inverse_sd[j]);
        let scaled = Matrix::from_fn(x.nrows(), p, |i, j| x[(i, j)] * inverse_sd[j]);
        Self::from_matrix(&(scaled * symmetric_power(&correlation, -0.5, Self::FLOOR)))
    }

    fn from_matrix(coordinates: &Matrix) -> Self {
        Self {
            units: coordinates.nrows(),
            width: coordinates.ncols(),
            coordinates: coordinates.transpose().as_slice().to_vec(),
        }
    }
}

fn check(values: &Matrix) -> Result<()> {
    for column in values.column_iter() {
        StatsError::check_finite("a covariate", column.as_slice())?;
    }
    Ok(())
}
