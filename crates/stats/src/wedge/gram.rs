//! A cluster's sums of products weighted by the inverse of its covariance, at the cost of its periods, not its rows.

use super::components::Components;
use super::data::{Cluster, Prepared};
use crate::numeric::algebra;
use crate::{Matrix, Result};

/// `u' V^-1 u` for `u = (x, y, z)`, and `ln det V`, in units of the residual variance.
pub(super) struct Weighted {
    pub(super) gram: Matrix,
    pub(super) ln_det: f64,
}

/// Weighs a cluster.
///
/// `V = D + Z K Z'`, where `D` is block diagonal over people (`I + r J`, `r` the ratio of the variance between people to the
/// residual) and `K = L L'` that of the cluster's period effects. By Woodbury's formula twice: `u' D^-1 u` is the sum over rows
/// less `r / (1 + t r)` times that over people with `t` rows, and `u' V^-1 u = u' D^-1 u - u' D^-1 Z L (I + L' Z' D^-1 Z L)^-1 L' Z'
/// D^-1 u`.
pub(super) fn weigh(cluster: &Cluster, prepared: &Prepared, components: &Components) -> Result<Weighted> {
    let ratio = components.individual / components.residual;
    let mut gram = cluster.rows.clone();
    let mut ln_det = 0.0;
    if ratio > 0.0 {
        for (count, number, sum) in &cluster.people {
            let rows = *count as f64;
            gram -= sum * (ratio / (1.0 + rows * ratio));
            ln_det += number * (rows * ratio).ln_1p();
        }
    }
    let l = components.factor(&cluster.treatment, components.residual);
    if l.ncols() == 0 {
        return Ok(Weighted { gram, ln_det });
    }
    let first = prepared.columns + 1;
    let z = gram.columns(first, prepared.periods) * &l;
    let inner = Matrix::identity(l.ncols(), l.ncols()) + l.transpose() * z.rows(first, prepared.periods);
    let factor = inner
        .cholesky()
        .ok_or(crate::StatsError::Singular("the covariance of a cluster cannot be inverted"))?;
    ln_det += 2.0 * factor.l_dirty().diagonal().iter().map(|d| d.ln()).sum::<f64>();
    let half = factor.l().solve_lower_triangular(&z.transpose());
    let half = half.ok_or(crate::StatsError::Singular("the covariance of a cluster cannot be inverted"))?;
    gram -= half.transpose() * &half;
    algebra::symmetrise(&mut gram);
    Ok(Weighted { gram, ln_det })
}
