use serde::Serialize;

use crate::{Matrix, Result, StatsError};

/// Components of variance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Components {
    /// Variance between clusters.
    pub cluster: f64,
    /// Variance between periods within a cluster (nested exchangeable).
    pub cluster_period: f64,
    /// Correlation of a cluster's effect from one period to the next, above 0 and up to 1; 1 for an effect that stays
    /// (discrete-time decay; Kasza et al. 2019).
    pub decay: f64,
    /// Variance between people within a cluster that stays over periods (closed cohort); 0 where every period has other people.
    pub individual: f64,
    /// Variance between clusters of the effect of the treatment.
    pub treatment: f64,
    /// Correlation of a cluster's effect with its effect of the treatment.
    pub treatment_correlation: f64,
    /// Variance of what is left, within people or within cluster and period.
    pub residual: f64,
}

impl Components {
    /// Hussey and Hughes's model: variance between clusters and the rest.
    #[must_use]
    pub fn hussey_hughes(cluster: f64, residual: f64) -> Self {
        Self {
            cluster,
            cluster_period: 0.0,
            decay: 1.0,
            individual: 0.0,
            treatment: 0.0,
            treatment_correlation: 0.0,
            residual,
        }
    }

    /// From correlations: `icc` of two people in the same cluster and period, `cac` the share of it that stays over
    /// periods (cluster autocorrelation), `iac` the correlation over time of a person about the cluster's mean
    /// (individual autocorrelation), and the total variance (Hooper, Teerenstra, de Hoop and Eldridge 2016).
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a correlation outside 0 to 1 or a variance that is not above zero.
    pub fn from_correlations(total: f64, icc: f64, cac: f64, iac: f64) -> Result<Self> {
        for (what, value) in [
            ("the intracluster correlation", icc),
            ("the cluster autocorrelation", cac),
            ("the individual autocorrelation", iac),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(StatsError::Setting(format!("{what} must lie between 0 and 1, and is {value}")));
            }
        }
        let components = Self {
            cluster: total * icc * cac,
            cluster_period: total * icc * (1.0 - cac),
            individual: total * (1.0 - icc) * iac,
            residual: total * (1.0 - icc) * (1.0 - iac),
            ..Self::hussey_hughes(0.0, 0.0)
        };
        components.check()?;
        Ok(components)
    }

    /// Checks signs and ranges.
    ///
    /// # Errors
    /// [`StatsError::Setting`].
    pub fn check(&self) -> Result<()> {
        let variances = [self.cluster, self.cluster_period, self.individual, self.treatment];
        if variances.iter().any(|variance| !variance.is_finite() || *variance < 0.0) {
            return Err(StatsError::Setting("components of variance must be zero or more".into()));
        }
        if !self.residual.is_finite() || self.residual <= 0.0 {
            return Err(StatsError::Setting("the residual variance must be above zero".into()));
        }
        if !(self.decay > 0.0 && self.decay <= 1.0) {
            return Err(StatsError::Setting("the decay of correlation lies above 0 and up to 1".into()));
        }
        if !(-1.0..=1.0).contains(&self.treatment_correlation) {
            return Err(StatsError::Setting("the correlation of effects lies between -1 and 1".into()));
        }
        if self.treatment_correlation != 0.0 && self.decay < 1.0 {
            return Err(StatsError::Setting(
                "effects that decay cannot be correlated with the effect of the treatment".into(),
            ));
        }
        Ok(())
    }

    /// A factor `L` (periods by columns) of the covariance `L L'` of a cluster's period effects, given its treatment in
    /// each period, in units of `scale`.
    pub(super) fn factor(&self, treatment: &[f64], scale: f64) -> Matrix {
        let periods = treatment.len();
        let (cluster, effect) = ((self.cluster / scale).sqrt(), (self.treatment / scale).sqrt());
        let within = (self.cluster_period / scale).sqrt();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        if self.decay < 1.0 {
            // Cholesky factor of the matrix with elements decay^|i - j|.
            let fresh = (1.0 - self.decay * self.decay).sqrt();
            for j in 0..periods {
                let weight = cluster * if j == 0 { 1.0 } else { fresh };
                columns.push(
                    (0..periods)
                        .map(|i| if i < j { 0.0 } else { weight * self.decay.powi((i - j) as i32) })
                        .collect(),
                );
            }
            columns.push(treatment.iter().map(|x| effect * x).collect());
        } else {
            let rho = self.treatment_correlation;
            columns.push(treatment.iter().map(|x| cluster + rho * effect * x).collect());
            columns.push(treatment.iter().map(|x| (1.0 - rho * rho).max(0.0).sqrt() * effect * x).collect());
        }
        columns.retain(|column| column.iter().any(|value| *value != 0.0));
        if within > 0.0 {
            for j in 0..periods {
                let mut column = vec![0.0; periods];
                column[j] = within;
                columns.push(column);
            }
        }
        Matrix::from_fn(periods, columns.len(), |i, j| columns[j][i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_multiply_to_the_covariance() {
        let x = [0.0, 1.0, 1.0];
        let decaying = Components { cluster_period: 0.2, decay: 0.7, ..Components::hussey_hughes(2.0, 1.0) };
        let l = decaying.factor(&x, 1.0);
        let k = &l * l.transpose();
        for i in 0..3_i32 {
            for j in 0..3_i32 {
                let right = 2.0 * 0.7_f64.powi((i - j).abs()) + if i == j { 0.2 } else { 0.0 };
                assert!((k[(i as usize, j as usize)] - right).abs() < 1e-14);
            }
        }
        let varying =
            Components { treatment: 0.5, treatment_correlation: -0.4, ..Components::hussey_hughes(2.0, 1.0) };
        let l = varying.factor(&x, 1.0);
        let k = &l * l.transpose();
        assert!((k[(0, 0)] - 2.0).abs() < 1e-14);
        let shared = 2.0 - 0.4 * 1.0;
        assert!((k[(0, 1)] - shared).abs() < 1e-14);
        assert!((k[(1, 2)] - (2.0 + 0.5 - 2.0 * 0.4)).abs() < 1e-14);
    }

    #[test]
    fn correlations_add_up() {
        let c = Components::from_correlations(4.0, 0.1, 0.8, 0.5).unwrap();
        assert!((c.cluster + c.cluster_period + c.individual + c.residual - 4.0).abs() < 1e-14);
        assert!((c.cluster - 0.32).abs() < 1e-15);
        assert!(Components::from_correlations(4.0, 1.1, 0.8, 0.5).is_err());
        assert!(Components::from_correlations(-4.0, 0.1, 0.8, 0.5).is_err());
        assert!(Components { decay: 0.5, treatment_correlation: 0.1, ..c }.check().is_err());
    }
}
