//! Dense algebra that statistical models need beside what nalgebra offers.

use crate::{Matrix, Result, StatsError, Vector};

/// Inverse of a symmetric positive definite matrix by Cholesky factors.
///
/// # Errors
/// [`StatsError::Singular`] with the given words if it is not positive definite.
pub fn inverse(matrix: &Matrix, otherwise: &'static str) -> Result<Matrix> {
    let factor = matrix.clone().cholesky().ok_or(StatsError::Singular(otherwise))?;
    let mut inverse = factor.inverse();
    symmetrise(&mut inverse);
    Ok(inverse)
}

/// Solution of `matrix * x = right` for a symmetric positive definite matrix.
///
/// # Errors
/// [`StatsError::Singular`] with the given words if it is not positive definite.
pub fn solve(matrix: &Matrix, right: &Vector, otherwise: &'static str) -> Result<Vector> {
    Ok(matrix.clone().cholesky().ok_or(StatsError::Singular(otherwise))?.solve(right))
}

/// Makes a matrix exactly symmetric by averaging it with its transpose.
pub fn symmetrise(matrix: &mut Matrix) {
    for i in 0..matrix.nrows() {
        for j in 0..i {
            let mean = 0.5 * (matrix[(i, j)] + matrix[(j, i)]);
            matrix[(i, j)] = mean;
            matrix[(j, i)] = mean;
        }
    }
}

/// `X' diag(w) X`; without weights `X'X`. Shape: columns by columns.
#[must_use]
pub fn cross_product(x: &Matrix, weights: Option<&[f64]>) -> Matrix {
    let p = x.ncols();
    let n = x.nrows();
    let values = x.as_slice();
    let mut product = Matrix::zeros(p, p);
    let mut scaled = vec![0.0; n];
    for j in 0..p {
        let right = &values[j * n..(j + 1) * n];
        let right = match weights {
            None => right,
            Some(weights) => {
                for ((to, value), weight) in scaled.iter_mut().zip(right).zip(weights) {
                    *to = value * weight;
                }
                &scaled
            }
        };
        for i in 0..=j {
            let sum = dot(&values[i * n..(i + 1) * n], right);
            product[(i, j)] = sum;
            product[(j, i)] = sum;
        }
    }
    product
}

/// Sum of products, in eight running sums so that it is both fast and the same on every machine.
#[must_use]
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let whole = left.len().min(right.len()) / 8 * 8;
    for (a, b) in left[..whole].chunks_exact(8).zip(right[..whole].chunks_exact(8)) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest: f64 = left[whole..].iter().zip(&right[whole..]).map(|(a, b)| a * b).sum();
    ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7])) + rest
}

/// Power of a symmetric positive semidefinite matrix by its eigenvalues; eigenvalues below `floor` times the largest
/// count as zero and stay zero (so that `power = -0.5` is the Moore-Penrose root).
#[must_use]
pub fn symmetric_power(matrix: &Matrix, power: f64, floor: f64) -> Matrix {
    let eigen = matrix.clone().symmetric_eigen();
    let largest = eigen.eigenvalues.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let mut scaled = eigen.eigenvectors.clone();
    for (mut column, value) in scaled.column_iter_mut().zip(eigen.eigenvalues.iter()) {
        column *= if *value > floor * largest { value.powf(power) } else { 0.0 };
    }
    let mut result = scaled * eigen.eigenvectors.transpose();
    symmetrise(&mut result);
    result
}

/// Columns of a design matrix that earlier columns do not determine, in their order, by modified Gram-Schmidt:
/// a column is dropped when less than `tolerance` of its length is left (R's `lm` uses 1e-7).
#[must_use]
pub fn independent_columns(x: &Matrix, weights: Option<&[f64]>, tolerance: f64) -> Vec<usize> {
    let mut basis: Vec<Vector> = Vec::new();
    let mut kept = Vec::new();
    for j in 0..x.ncols() {
        let mut column = x.column(j).clone_owned();
        if let Some(weights) = weights {
            for (value, weight) in column.iter_mut().zip(weights) {
                *value *= weight.sqrt();
            }
        }
        let length = column.norm();
        if length == 0.0 || !length.is_finite() {
            continue;
        }
        // Twice, because one pass loses orthogonality where columns are nearly parallel.
        for _ in 0..2 {
            for direction in &basis {
                let share = direction.dot(&column);
                column.axpy(-share, direction, 1.0);
            }
        }
        let left = column.norm();
        if left > tolerance * length {
            basis.push(column / left);
            kept.push(j);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_products_with_and_without_weights() {
        let x = Matrix::from_row_slice(3, 2, &[1.0, 2.0, 1.0, -1.0, 1.0, 4.0]);
        assert_eq!(cross_product(&x, None), x.transpose() * &x);
        let w = [2.0, 0.0, 1.0];
        let expected = x.transpose() * Matrix::from_diagonal(&Vector::from_row_slice(&w)) * &x;
        assert_eq!(cross_product(&x, Some(&w)), expected);
    }

    #[test]
    fn a_root_times_itself_is_the_matrix() {
        let a = Matrix::from_row_slice(2, 2, &[4.0, 1.0, 1.0, 3.0]);
        let root = symmetric_power(&a, 0.5, 1e-12);
        assert!((&root * &root - &a).norm() < 1e-13);
        let back = symmetric_power(&a, -0.5, 1e-12);
        assert!((&back * &a * &back - Matrix::identity(2, 2)).norm() < 1e-13);
    }

    #[test]
    fn dependent_columns_are_found() {
        let x = Matrix::from_row_slice(
            4,
            4,
            &[
                1.0, 0.0, 1.0, 0.0, //
                1.0, 1.0, 0.0, 0.0, //
                1.0, 0.0, 1.0, 0.0, //
                1.0, 1.0, 0.0, 0.0,
            ],
        );
        assert_eq!(independent_columns(&x, None, 1e-7), vec![0, 1]);
    }

    #[test]
    fn dot_sums_everything() {
        let a: Vec<f64> = (0..21).map(f64::from).collect();
        assert!((dot(&a, &a) - 2870.0).abs() < 1e-12);
    }
}
