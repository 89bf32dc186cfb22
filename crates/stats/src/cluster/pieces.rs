//! What each cluster contributes to the sandwich and to its degrees of freedom.
//!
//! With `M = (X'WX)^-1` and the adjustment `A_g`, the influence of cluster `g` on the estimates is `E_g' e_g` where
//! `E_g = A_g' W_g X_g M`, and the sandwich is the sum of `E_g' e_g e_g' E_g`. Under the working covariance `Phi` of the
//! errors, `cov(E_g' e_g, E_h' e_h) = [g = h] N_g - Z_g' K Z_h` with `N_g = E_g' Phi_g E_g`, and
//!
//! * `Phi = W^-1`: `Z_g = X_g' E_g`, `K = M`;
//! * `Phi = I`: `Z_g = [X_g' E_g; X_g' W_g E_g]`, `K = [[-M (X'WWX) M, M], [M, 0]]`.
//!
//! Nothing of size `n_g x n_g` is formed where a root in `p` dimensions will do: with `M = L L'` and the eigenvalues
//! `L' X_g'W_gX_g L = V diag(h) V'` (the leverages of the cluster), any function of `I - H_gg` acts through `V` and `h`.

use super::root::{inverse_root_times, low_rank_root};
use super::{Adjustment, Clusters, Target, Working};
use crate::numeric::algebra::symmetrise;
use crate::numeric::vector::{Processor, dot};
use crate::{Matrix, Result, StatsError, Vector};

/// A cluster whose leverage is within this of 1 determines a coefficient alone: its residuals in that direction are
/// zero, and the Moore-Penrose root gives them no weight (clubSandwich: 1e-12 on the eigenvalues).
const SATURATED: f64 = 1e-10;

/// Influences and working covariances of all clusters that have weight.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pieces {
    /// `E_g' e_g`, one for each cluster.
    pub(super) influences: Vec<Vector>,
    /// `N_g`.
    pub(super) noise: Vec<Matrix>,
    /// `Z_g`.
    pub(super) loadings: Vec<Matrix>,
    /// `K`.
    pub(super) kernel: Matrix,
    /// Rows with weight.
    pub(super) rows: usize,
    /// Clusters with a leverage of 1.
    pub(super) saturated: usize,
}

/// The rows of one cluster with weight, on the scale of the outcome where the slopes of the link are known.
struct Block {
    x: Matrix,
    weights: Vec<f64>,
    residuals: Vector,
}

pub(super) fn pieces(fit: &Working<'_>, clusters: &Clusters, adjustment: Adjustment) -> Result<Pieces> {
    let root = fit
        .bread
        .clone()
        .cholesky()
        .ok_or(StatsError::Singular("the bread of the sandwich is not positive definite"))?
        .l();
    let equal = equal_weights(fit);
    let mut found = Pieces {
        influences: Vec::new(),
        noise: Vec::new(),
        loadings: Vec::new(),
        kernel: kernel(fit, equal),
        rows: 0,
        saturated: 0,
    };
    let mut sums = Sums::new(fit);
    let plain = adjustment == Adjustment::None
        && fit.slopes.is_none()
        && (equal || fit.target == Target::InverseWeights);
    for g in 0..clusters.count() {
        if plain {
            let rows = sums.add_up(fit, clusters.rows(g));
            if rows > 0 {
                found.rows += rows;
                found.influences.push(fit.bread * &sums.score);
                found.noise.push(fit.bread * &sums.cross * fit.bread);
                found.loadings.push(&sums.cross * fit.bread);
            }
            continue;
        }
        let block = Block::gather(fit, clusters.rows(g));
        if block.weights.is_empty() {
            continue;
        }
        found.rows += block.weights.len();
        let constant = block.weights.iter().all(|weight| *weight == block.weights[0]);
        let small = match fit.target {
            Target::Identity => equal,
            Target::InverseWeights => constant || adjustment != Adjustment::BellMcCaffrey,
        };
        let (influence, noise, loading, saturated) = if small {
            in_coefficient_space(&block, fit.bread, &root, adjustment)?
        } else {
            in_row_space(&block, fit, &root, &found.kernel, adjustment)?
        };
        found.influences.push(influence);
        found.noise.push(noise);
        found.loadings.push(loading);
        found.saturated += usize::from(saturated);
    }
    Ok(found)
}

/// Whether all weights that are not zero are the same, so that both targets mean the same.
fn equal_weights(fit: &Working<'_>) -> bool {
    fit.weights.is_none_or(|weights| {
        let first = weights.iter().copied().find(|weight| *weight > 0.0);
        weights.iter().all(|weight| *weight == 0.0 || Some(*weight) == first)
    })
}

fn kernel(fit: &Working<'_>, equal: bool) -> Matrix {
    let m = fit.bread;
    if fit.target == Target::InverseWeights || equal {
        return m.clone();
    }
    let p = m.nrows();
    let squares: Vec<f64> = (0..fit.x.nrows()).map(|row| fit.weight(row).powi(2)).collect();
    let meat = crate::numeric::algebra::cross_product(fit.x, Some(&squares));
    let mut kernel = Matrix::zeros(2 * p, 2 * p);
    kernel.view_mut((0, 0), (p, p)).copy_from(&-(m * meat * m));
    kernel.view_mut((0, p), (p, p)).copy_from(m);
    kernel.view_mut((p, 0), (p, p)).copy_from(m);
    kernel
}

impl Block {
    fn gather(fit: &Working<'_>, rows: &[usize]) -> Self {
        let slope = |row: usize| fit.slopes.map_or(1.0, |slopes| slopes[row]);
        let rows: Vec<usize> =
            rows.iter().copied().filter(|row| fit.weight(*row) > 0.0 && slope(*row) != 0.0).collect();
        let mut x = fit.x.select_rows(&rows);
        if fit.slopes.is_some() {
            for (mut to, row) in x.row_iter_mut().zip(&rows) {
                to *= slope(*row);
            }
        }
        Self {
            x,
            weights: rows.iter().map(|row| fit.weight(*row) / slope(*row).powi(2)).collect(),
            residuals: Vector::from_iterator(
                rows.len(),
                rows.iter().map(|row| fit.residuals[*row] * slope(*row)),
            ),
        }
    }

    /// `W_g X_g`.
    fn weighted(&self) -> Matrix {
        let mut weighted = self.x.clone();
        for mut column in weighted.column_iter_mut() {
            for (value, weight) in column.iter_mut().zip(&self.weights) {
                *value *= weight;
            }
        }
        weighted
    }
}

/// `C = X_g'W_gX_g` and `s = X_g'W_ge_g` of one cluster after the other, which is all that plain residuals need: no copy of its rows where
/// they stand together.
struct Sums {
    cross: Matrix,
    score: Vector,
    columns: Vec<Vec<f64>>,
    residuals: Vec<f64>,
    weights: Vec<f64>,
    product: Vec<f64>,
    processor: Processor,
}

impl Sums {
    fn new(fit: &Working<'_>) -> Self {
        let p = fit.x.ncols();
        Self {
            cross: Matrix::zeros(p, p),
            score: Vector::zeros(p),
            columns: vec![Vec::new(); p],
            residuals: Vec::new(),
            weights: Vec::new(),
            product: Vec::new(),
            processor: Processor::default(),
        }
    }

    /// Sums up a cluster; returns the number of its rows with weight.
    fn add_up(&mut self, fit: &Working<'_>, rows: &[usize]) -> usize {
        let Self { cross, score, columns, residuals, weights, product, processor } = self;
        let (first, last) = match rows {
            [] => return 0,
            [first, .., last] => (*first, *last),
            [only] => (*only, *only),
        };
        // Rows are in ascending order, so that they stand together if their number says so.
        let together = last - first + 1 == rows.len();
        let n = fit.x.nrows();
        let all = fit.x.as_slice();
        if !together {
            let pick = |to: &mut Vec<f64>, from: &[f64]| {
                to.clear();
                to.extend(rows.iter().map(|row| from[*row]));
            };
            for (j, column) in columns.iter_mut().enumerate() {
                pick(column, &all[j * n..(j + 1) * n]);
            }
            pick(residuals, fit.residuals);
            if let Some(from) = fit.weights {
                pick(weights, from);
            }
        }
        let column =
            |j: usize| if together { &all[j * n + first..=j * n + last] } else { columns[j].as_slice() };
        let residuals = if together { &fit.residuals[first..=last] } else { residuals.as_slice() };
        let weights =
            fit.weights.map(|given| if together { &given[first..=last] } else { weights.as_slice() });
        processor.run(
            #[inline(always)]
            || {
                for j in 0..score.len() {
                    product.clear();
                    match weights {
                        None => product.extend_from_slice(column(j)),
                        Some(weights) => product.extend(column(j).iter().zip(weights).map(|(x, w)| x * w)),
                    }
                    score[j] = dot(product, residuals);
                    for k in 0..=j {
                        cross[(j, k)] = dot(product, column(k));
                    }
                }
            },
        );
        cross.fill_upper_triangle_with_lower_triangle();
        weights.map_or(rows.len(), |weights| weights.iter().filter(|weight| **weight > 0.0).count())
    }
}

type Contribution = (Vector, Matrix, Matrix, bool);

/// The whole contribution from `C = X_g'W_gX_g` and `s = X_g'W_ge_g`.
///
/// `X_g'W_g A_g e_g = s + B diag(first) V'L's` and so on with `B = C L V`, where `first(h) = (a(h) - 1) / h` and
/// `second(h) = (a(h)^2 - 1) / h` for the adjustment `a(h)`: 1, `(1 - h)^-1/2` or `(1 - h)^-1`.
fn in_coefficient_space(
    block: &Block,
    bread: &Matrix,
    root: &Matrix,
    adjustment: Adjustment,
) -> Result<Contribution> {
    let weighted = block.weighted();
    let cross = weighted.tr_mul(&block.x);
    let score = weighted.tr_mul(&block.residuals);
    if adjustment == Adjustment::None {
        return Ok((bread * score, bread * &cross * bread, cross * bread, false));
    }
    let mut leverage = root.tr_mul(&cross) * root;
    symmetrise(&mut leverage);
    let eigen = leverage.symmetric_eigen();
    let turned = root * &eigen.eigenvectors;
    let b = &cross * &turned;
    let (first, second, saturated) = functions(eigen.eigenvalues.as_slice(), adjustment)?;
    let scaled = |factors: &[f64]| {
        let mut scaled = b.clone();
        for (mut column, factor) in scaled.column_iter_mut().zip(factors) {
            column *= *factor;
        }
        scaled
    };
    let by_first = scaled(&first);
    let influence = bread * (&score + &by_first * turned.tr_mul(&score));
    let loading = (&cross + by_first * b.transpose()) * bread;
    let mut noise = bread * (&cross + scaled(&second) * b.transpose()) * bread;
    symmetrise(&mut noise);
    Ok((influence, noise, loading, saturated))
}

/// `(a(h) - 1) / h` and `(a(h)^2 - 1) / h` for the leverages of a cluster, and whether one of them is 1.
fn functions(leverages: &[f64], adjustment: Adjustment) -> Result<(Vec<f64>, Vec<f64>, bool)> {
    let mut saturated = false;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for &h in leverages {
        let h = h.max(0.0);
        let left = 1.0 - h;
        if left < SATURATED {
            if adjustment == Adjustment::Jackknife {
                return Err(alone());
            }
            saturated = true;
            first.push(-1.0 / h);
            second.push(-1.0 / h);
        } else if adjustment == Adjustment::Jackknife {
            first.push(1.0 / left);
            second.push((2.0 - h) / (left * left));
        } else {
            let root = left.sqrt();
            first.push(1.0 / (root * (1.0 + root)));
            second.push(1.0 / left);
        }
    }
    Ok((first, second, saturated))
}

fn alone() -> StatsError {
    StatsError::NoAnswer(
        "the jackknife over clusters has no value: without one of the clusters a coefficient cannot be \
         estimated; use CR2"
            .into(),
    )
}

/// The contribution where the root does not act through the leverages: `E_g` is formed row by row.
fn in_row_space(
    block: &Block,
    fit: &Working<'_>,
    root: &Matrix,
    kernel: &Matrix,
    adjustment: Adjustment,
) -> Result<Contribution> {
    let bread = fit.bread;
    let weighted = block.weighted();
    let (e, saturated) = match (adjustment, fit.target) {
        (Adjustment::None, _) => (&weighted * bread, false),
        (Adjustment::Jackknife, _) => {
            let p = bread.nrows();
            let left = Matrix::identity(p, p) - bread * weighted.tr_mul(&block.x);
            (&weighted * left.lu().solve(bread).ok_or_else(alone)?, false)
        }
        (Adjustment::BellMcCaffrey, Target::Identity) => {
            let (inverse_root, saturated) = low_rank_root(&block.x, &weighted, bread, kernel, SATURATED);
            (inverse_root.times(&(&weighted * bread)), saturated)
        }
        (Adjustment::BellMcCaffrey, Target::InverseWeights) => {
            inverse_root_times(&block.x, &block.weights, root, bread, SATURATED)
        }
    };
    let influence = e.tr_mul(&block.residuals);
    let p = bread.nrows();
    Ok(match fit.target {
        Target::InverseWeights => {
            let mut scaled = e.clone();
            for mut column in scaled.column_iter_mut() {
                for (value, weight) in column.iter_mut().zip(&block.weights) {
                    *value /= weight;
                }
            }
            (influence, e.tr_mul(&scaled), block.x.tr_mul(&e), saturated)
        }
        Target::Identity => {
            let mut loading = Matrix::zeros(2 * p, p);
            loading.rows_mut(0, p).copy_from(&block.x.tr_mul(&e));
            loading.rows_mut(p, p).copy_from(&weighted.tr_mul(&e));
            (influence, e.tr_mul(&e), loading, saturated)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(1 + first * h)` is the adjustment and `(1 + second * h)` its square.
    #[test]
    fn functions_of_the_leverage() {
        let (first, second, saturated) = functions(&[0.0, 0.3, 1.0], Adjustment::BellMcCaffrey).unwrap();
        assert!((first[0] - 0.5).abs() < 1e-15);
        assert!((1.0 + first[1] * 0.3 - 0.7_f64.powf(-0.5)).abs() < 1e-14);
        assert!((1.0 + second[1] * 0.3 - 1.0 / 0.7).abs() < 1e-14);
        assert!(saturated && (1.0 + first[2]).abs() < 1e-15);
        let (first, second, _) = functions(&[0.3], Adjustment::Jackknife).unwrap();
        assert!((1.0 + first[0] * 0.3 - 1.0 / 0.7).abs() < 1e-14);
        assert!((1.0 + second[0] * 0.3 - 1.0 / 0.49).abs() < 1e-14);
        assert!(functions(&[1.0], Adjustment::Jackknife).is_err());
    }
}
