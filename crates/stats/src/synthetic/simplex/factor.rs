/// Cholesky factor of a symmetric positive definite matrix that gains and loses one row and column at a time.
///
/// Holds the upper triangle `R` with `R'R = M`, column by column, each column in `stride` places.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    upper: Vec<f64>,
    stride: usize,
    size: usize,
}

/// Smallest share of a new diagonal element that must be left after projection; below it the point depends on the others.
const INDEPENDENT: f64 = 1e-13;

impl Factor {
    pub(super) fn new(capacity: usize) -> Self {
        let stride = capacity.max(1);
        Self { upper: vec![0.0; stride * stride.min(16)], stride, size: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.size = 0;
    }

    fn column(&self, j: usize) -> &[f64] {
        &self.upper[j * self.stride..j * self.stride + self.stride]
    }

    /// Appends the row and column `[column; diagonal]`. False, and nothing changed, if the matrix would be singular.
    pub(super) fn append(&mut self, column: &[f64], diagonal: f64) -> bool {
        let k = self.size;
        if k == self.stride {
            return false;
        }
        if self.upper.len() < (k + 1) * self.stride {
            self.upper.resize(((k + 1) * 2).min(self.stride) * self.stride, 0.0);
        }
        let (done, next) = self.upper.split_at_mut(k * self.stride);
        let mut left = diagonal;
        for i in 0..k {
            let factor = &done[i * self.stride..i * self.stride + i + 1];
            let mut sum = column[i];
            for l in 0..i {
                sum -= factor[l] * next[l];
            }
            let value = sum / factor[i];
            next[i] = value;
            left -= value * value;
        }
        if left.is_nan() || left <= INDEPENDENT * diagonal {
            return false;
        }
        next[k] = left.sqrt();
        self.size += 1;
        true
    }

    /// Removes row and column `at`: the columns behind it move up and Givens rotations make them triangular again.
    pub(super) fn remove(&mut self, at: usize) {
        let (k, stride) = (self.size, self.stride);
        self.upper.copy_within((at + 1) * stride..k * stride, at * stride);
        for j in at..k - 1 {
            let base = j * stride;
            let (a, b) = (self.upper[base + j], self.upper[base + j + 1]);
            let length = a.hypot(b);
            let (cosine, sine) = (a / length, b / length);
            self.upper[base + j] = length;
            for column in j + 1..k - 1 {
                let base = column * stride;
                let (a, b) = (self.upper[base + j], self.upper[base + j + 1]);
                self.upper[base + j] = cosine * a + sine * b;
                self.upper[base + j + 1] = cosine * b - sine * a;
            }
        }
        self.size -= 1;
    }

    /// Solves `R'R x = right` in place.
    pub(super) fn solve(&self, right: &mut [f64]) {
        for i in 0..self.size {
            let column = self.column(i);
            let mut sum = right[i];
            for l in 0..i {
                sum -= column[l] * right[l];
            }
            right[i] = sum / column[i];
        }
        for i in (0..self.size).rev() {
            let column = self.column(i);
            let value = right[i] / column[i];
            right[i] = value;
            for l in 0..i {
                right[l] -= column[l] * value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Matrix, Vector};

    fn matrix(n: usize) -> Matrix {
        let root =
            Matrix::from_fn(n, n, |i, j| ((i * 7 + j * 3) % 5) as f64 + if i == j { 4.0 } else { 0.0 });
        root.transpose() * root
    }

    fn factor(m: &Matrix, order: &[usize]) -> Factor {
        let mut f = Factor::new(8);
        for (k, &i) in order.iter().enumerate() {
            let column: Vec<f64> = order[..k].iter().map(|&j| m[(j, i)]).collect();
            assert!(f.append(&column, m[(i, i)]));
        }
        f
    }

    #[test]
    fn appending_and_removing_solve_the_same_system() {
        let m = matrix(6);
        let mut f = factor(&m, &[0, 1, 2, 3, 4, 5]);
        f.remove(2);
        f.remove(0);
        f.remove(3);
        let kept = [1, 3, 4];
        let sub = Matrix::from_fn(3, 3, |i, j| m[(kept[i], kept[j])]);
        let right = Vector::from_row_slice(&[1.0, -2.0, 0.5]);
        let expected = sub.cholesky().unwrap().solve(&right);
        let mut found = right.as_slice().to_vec();
        f.solve(&mut found);
        for i in 0..3 {
            assert!((found[i] - expected[i]).abs() < 1e-13, "{found:?} {expected}");
        }
    }

    #[test]
    fn a_dependent_point_is_refused() {
        let mut f = Factor::new(4);
        assert!(f.append(&[], 4.0));
        assert!(!f.append(&[2.0], 1.0));
        assert_eq!(f.size, 1);
    }
}
