use super::{Clusters, Correction, Factor, Working, sandwich};
use crate::numeric::algebra::symmetrise;
use crate::{Estimates, Matrix, Result};

/// Which number of clusters stands in the factors `G / (G - 1)` of the three parts of a two-way covariance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwoWayFactor {
    /// Each part's own (Cameron, Gelbach and Miller 2011; R's sandwich).
    Own,
    /// The smaller of the two directions for all parts (fixest, reghdfe).
    Smallest,
}

/// Clustering in two directions at once: `V_a + V_b - V_ab` (Cameron, Gelbach and Miller 2011, equation 2.11), times
/// `(N - 1) / (N - p)` and the factors `G / (G - 1)`.
///
/// Where the sum has a negative eigenvalue it is set to zero (their section 2.3) and a remark says so. The degrees of
/// freedom are the smaller number of clusters less one.
///
/// # Errors
/// As [`sandwich()`], for each of the three divisions.
pub fn two_way(
    fit: &Working<'_>,
    first: &Clusters,
    second: &Clusters,
    factor: TwoWayFactor,
) -> Result<(Estimates, Vec<String>)> {
    let both = first.intersection(second)?;
    let mut parts = Vec::new();
    for clusters in [first, second, &both] {
        parts.push(sandwich(fit, clusters, Correction::CR0)?);
    }
    let clusters = parts[0].clusters.min(parts[1].clusters);
    let mut covariance = Matrix::zeros(fit.beta.len(), fit.beta.len());
    for (part, sign) in parts.iter().zip([1.0, 1.0, -1.0]) {
        let counted = match factor {
            TwoWayFactor::Own => part.clusters,
            TwoWayFactor::Smallest => clusters,
        };
        let value = Factor::Stata.value(counted, part.rows, fit.beta.len() + fit.absorbed)?;
        covariance += &part.estimates.covariance * (sign * value);
    }
    symmetrise(&mut covariance);
    let mut remarks = Vec::new();
    let eigen = covariance.clone().symmetric_eigen();
    if eigen.eigenvalues.min() < 0.0 {
        remarks.push(
            "the two-way covariance was not positive semidefinite; its negative eigenvalues were set to zero"
                .into(),
        );
        let kept = Matrix::from_diagonal(&eigen.eigenvalues.map(|value| value.max(0.0)));
        covariance = &eigen.eigenvectors * kept * eigen.eigenvectors.transpose();
        symmetrise(&mut covariance);
    }
    if clusters < 30 {
        remarks.push(format!("the smaller number of clusters is {clusters}: tests may reject too often"));
    }
    let estimates = Estimates {
        names: fit.names.to_vec(),
        beta: fit.beta.to_vec(),
        covariance,
        df: Some(clusters as f64 - 1.0),
    };
    Ok((estimates, remarks))
}
