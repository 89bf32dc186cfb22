//! Inverse square roots of the residual covariance of one cluster.

use crate::{Matrix, Vector};

/// Clusters up to this size take an eigenvalue decomposition of their own size; larger ones the rational approximation.
const SMALL: usize = 48;

/// `I + Q (S - I) Q'`: the inverse root of a matrix that differs from the identity in few directions.
pub(super) struct LowRankRoot {
    basis: Matrix,
    change: Matrix,
}

impl LowRankRoot {
    pub(super) fn times(&self, right: &Matrix) -> Matrix {
        right + &self.basis * (&self.change * self.basis.tr_mul(right))
    }
}

/// Inverse root of `(I - H)_g (I - H)_g' = I - U K U'` with `U = [X_g, W_gX_g]` and the kernel `K` of the working
/// covariance, through an orthonormal basis of `U` (at most `2p` columns).
pub(super) fn low_rank_root(
    x: &Matrix,
    weighted: &Matrix,
    bread: &Matrix,
    kernel: &Matrix,
    floor: f64,
) -> (LowRankRoot, bool) {
    let p = bread.nrows();
    let mut u = Matrix::zeros(x.nrows(), 2 * p);
    u.columns_mut(0, p).copy_from(x);
    u.columns_mut(p, p).copy_from(weighted);
    let basis = orthonormal(&u);
    let r = basis.tr_mul(&u);
    let rank = basis.ncols();
    let mut inner = Matrix::identity(rank, rank) - &r * kernel * r.transpose();
    crate::numeric::algebra::symmetrise(&mut inner);
    let (power, saturated) = inverse_root(inner, floor);
    (LowRankRoot { basis, change: power - Matrix::identity(rank, rank) }, saturated)
}

/// Orthonormal basis of the columns, by Gram-Schmidt done twice; dependent columns are left out.
fn orthonormal(columns: &Matrix) -> Matrix {
    let mut basis: Vec<Vector> = Vec::new();
    for column in columns.column_iter() {
        let mut column = column.clone_owned();
        let length = column.norm();
        if length == 0.0 {
            continue;
        }
        for _ in 0..2 {
            for direction in &basis {
                let share = direction.dot(&column);
                column.axpy(-share, direction, 1.0);
            }
        }
        let left = column.norm();
        if left > 1e-11 * length {
            basis.push(column / left);
        }
    }
    if basis.is_empty() { Matrix::zeros(columns.nrows(), 0) } else { Matrix::from_columns(&basis) }
}

/// Moore-Penrose inverse root by eigenvalues, and whether one of them was zero (below `floor`).
fn inverse_root(matrix: Matrix, floor: f64) -> (Matrix, bool) {
    if matrix.is_empty() {
        return (matrix, false);
    }
    let eigen = matrix.symmetric_eigen();
    let mut scaled = eigen.eigenvectors.clone();
    let mut saturated = false;
    for (mut column, value) in scaled.column_iter_mut().zip(eigen.eigenvalues.iter()) {
        saturated |= *value <= floor;
        column *= if *value > floor { value.sqrt().recip() } else { 0.0 };
    }
    (scaled * eigen.eigenvectors.transpose(), saturated)
}

/// `E_g = A_g' W_g X_g M` for the working covariance `W^-1`, with clubSandwich's choice of the root:
/// `A_g = T^(1/2) G^(-1/2) T^(1/2)`, `T = W_g^-1`, `G = T^(1/2) (T - X_g M X_g') T^(1/2)`.
///
/// The choice of the root is part of the estimator where the weights differ within a cluster; this is the one published
/// tables use. `G` is a diagonal less a matrix of rank `p`, so for a large cluster its inverse root is taken as a sum of
/// shifted inverses (see [`shifts`]), each by Woodbury's formula in `p` dimensions.
pub(super) fn inverse_root_times(
    x: &Matrix,
    weights: &[f64],
    root: &Matrix,
    bread: &Matrix,
    floor: f64,
) -> (Matrix, bool) {
    let mean = weights.iter().map(|weight| weight.ln()).sum::<f64>() / weights.len() as f64;
    let mean = mean.exp();
    // The weights are brought to a geometric mean of one: G then has eigenvalues near one and the floor has a meaning.
    let diagonal: Vec<f64> = weights.iter().map(|weight| (mean / weight).powi(2)).collect();
    let mut factor = x * root;
    let mut right = x * bread;
    for (i, weight) in weights.iter().enumerate() {
        factor.row_mut(i).scale_mut(mean / weight.sqrt());
        right.row_mut(i).scale_mut(weight.sqrt());
    }
    let leverage = leverage_bound(x, weights, root);
    let (mut e, saturated) = if weights.len() > SMALL && 1.0 - leverage > floor.sqrt() {
        (rational(&diagonal, &factor, leverage, &right), false)
    } else {
        let mut g = -(&factor * factor.transpose());
        for (i, value) in diagonal.iter().enumerate() {
            g[(i, i)] += value;
        }
        let (power, saturated) = inverse_root(g, floor);
        (power * right, saturated)
    };
    for (i, weight) in weights.iter().enumerate() {
        e.row_mut(i).scale_mut(mean / weight.sqrt());
    }
    (e, saturated)
}

/// Largest eigenvalue of `L' X_g'W_gX_g L`: the largest leverage of the cluster.
fn leverage_bound(x: &Matrix, weights: &[f64], root: &Matrix) -> f64 {
    let mut scaled = x * root;
    for (i, weight) in weights.iter().enumerate() {
        scaled.row_mut(i).scale_mut(weight.sqrt());
    }
    let mut gram = scaled.tr_mul(&scaled);
    crate::numeric::algebra::symmetrise(&mut gram);
    gram.symmetric_eigenvalues().max()
}

/// `(D - F F')^(-1/2) R` by Hale, Higham and Trefethen (2008, method 3).
fn rational(diagonal: &[f64], factor: &Matrix, leverage: f64, right: &Matrix) -> Matrix {
    // D - FF' = D^(1/2) (I - S) D^(1/2) with the eigenvalues of S between 0 and the leverage.
    let low = diagonal.iter().copied().fold(f64::INFINITY, f64::min) * (1.0 - leverage) * 0.999;
    let high = diagonal.iter().copied().fold(0.0, f64::max);
    let mut sum = Matrix::zeros(right.nrows(), right.ncols());
    for (shift, weight) in shifts(low, high) {
        // (D + s - FF')^-1 = D_s^-1 + D_s^-1 F (I - F' D_s^-1 F)^-1 F' D_s^-1.
        let inverse = Vector::from_iterator(diagonal.len(), diagonal.iter().map(|d| 1.0 / (d + shift)));
        let mut scaled = factor.clone();
        let mut term = right.clone();
        for i in 0..diagonal.len() {
            scaled.row_mut(i).scale_mut(inverse[i]);
            term.row_mut(i).scale_mut(inverse[i]);
        }
        let p = factor.ncols();
        let inner = Matrix::identity(p, p) - factor.tr_mul(&scaled);
        let bottom = scaled.tr_mul(right);
        if let Some(solved) = inner.clone().cholesky().map(|inner| inner.solve(&bottom)) {
            term += scaled * solved;
        } else if let Some(solved) = inner.lu().solve(&bottom) {
            term += scaled * solved;
        }
        sum += term * weight;
    }
    sum
}

/// Shifts and weights with `a^(-1/2) = sum_j weight_j / (a + shift_j)` to about 1e-14 for `a` from `low` to `high`.
fn shifts(low: f64, high: f64) -> Vec<(f64, f64)> {
    let complement = (low / high).min(1.0);
    // The error falls as exp(-pi^2 N / (ln(high / low) + 3)).
    let count = ((-complement.ln() + 3.0) * 34.0 / std::f64::consts::PI.powi(2)).ceil().max(4.0) as usize;
    let quarter = quarter_period(complement);
    (0..count)
        .map(|j| {
            let (sn, cn, dn) = jacobi((j as f64 + 0.5) * quarter / count as f64, complement);
            let weight = 2.0 * quarter * low.sqrt() / (std::f64::consts::PI * count as f64) * dn / (cn * cn);
            (low * (sn / cn).powi(2), weight)
        })
        .collect()
}

/// Complete elliptic integral `K` of parameter `1 - complement`, by the arithmetic-geometric mean.
fn quarter_period(complement: f64) -> f64 {
    let (mut a, mut b) = (1.0_f64, complement.sqrt());
    while (a - b).abs() > 1e-16 * a {
        let next = 0.5 * (a + b);
        b = (a * b).sqrt();
        if next == a {
            break;
        }
        a = next;
    }
    std::f64::consts::PI / (2.0 * a)
}

/// Jacobi's `sn`, `cn`, `dn` of parameter `1 - complement`, by descending Landen steps (Abramowitz and Stegun 16.4).
fn jacobi(u: f64, complement: f64) -> (f64, f64, f64) {
    let mut a = vec![1.0_f64];
    let mut c = vec![(1.0 - complement).sqrt()];
    let mut b = complement.sqrt();
    while c[c.len() - 1].abs() > 1e-16 && a.len() < 40 {
        let last = a[a.len() - 1];
        a.push(0.5 * (last + b));
        c.push(0.5 * (last - b));
        b = (last * b).sqrt();
    }
    let steps = a.len() - 1;
    let mut phi = 2.0_f64.powi(steps as i32) * a[steps] * u;
    for k in (1..=steps).rev() {
        phi = 0.5 * (phi + (c[k] / a[k] * phi.sin()).asin());
    }
    let (sn, cn) = phi.sin_cos();
    // 1 - m sn^2 written without the cancellation for m near 1.
    (sn, cn, (cn * cn + complement * sn * sn).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_inverses_make_a_root() {
        for (low, high) in [(0.9, 1.0), (0.01, 1.0), (1e-6, 3.0), (1e-10, 1.0)] {
            let rule = shifts(low, high);
            for share in [0.0, 0.2, 0.5, 0.9, 1.0] {
                let a: f64 = low * f64::powf(high / low, share);
                let value: f64 = rule.iter().map(|(shift, weight)| weight / (a + shift)).sum();
                assert!((value * a.sqrt() - 1.0).abs() < 1e-12, "{low} {high} {a}: {value}");
            }
        }
    }

    /// The rational route and the eigenvalues of the whole cluster are two ways to one number.
    #[test]
    fn large_and_small_clusters_take_the_same_root() {
        let n = 60;
        let x = Matrix::from_fn(n, 3, |i, j| ((i * (j + 2) + j) as f64 * 0.7).sin() + f64::from(j == 0));
        let weights: Vec<f64> = (0..n).map(|i| 0.05 + (i as f64 * 0.37).cos().powi(2) * 4.0).collect();
        let cross = crate::numeric::algebra::cross_product(&x, Some(&weights)) * 1.5;
        let bread = crate::numeric::algebra::inverse(&cross, "").unwrap();
        let root = bread.clone().cholesky().unwrap().l();
        let (fast, _) = inverse_root_times(&x, &weights, &root, &bread, 1e-10);
        // The definition, written out.
        let theta = Matrix::from_diagonal(&Vector::from_iterator(n, weights.iter().map(|w| 1.0 / w)));
        let half = theta.map(f64::sqrt);
        let g = &half * (&theta - &x * &bread * x.transpose()) * &half;
        let a = &half * crate::numeric::algebra::symmetric_power(&g, -0.5, 1e-14) * &half;
        let w = theta.map(|t| if t > 0.0 { 1.0 / t } else { 0.0 });
        let slow = a.transpose() * w * &x * &bread;
        assert!((&fast - &slow).norm() < 1e-11 * slow.norm(), "{}", (&fast - &slow).norm() / slow.norm());
    }
}
