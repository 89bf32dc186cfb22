//! One pass over the clusters.

use rayon::prelude::*;

use super::clusters::Grouped;
use super::fit::Correlation;
use crate::glm::{Family, Link};
use crate::numeric::algebra::dot;
use crate::{Matrix, Vector};

/// Clusters that one task takes; the sums of the tasks are added in their order.
const BLOCK: usize = 64;

/// What one cluster adds: `M = D' V^-1 D` and `u = D' V^-1 (y - mu)`, both with dispersion one.
pub(super) struct Part {
    pub(super) information: Matrix,
    pub(super) score: Vector,
    /// Sum of squared Pearson residuals.
    pub(super) squares: f64,
    /// Sum of products of residuals over pairs: all pairs, or for the autoregression neighbours.
    pub(super) products: f64,
    /// Number of those pairs.
    pub(super) pairs: f64,
}

impl Part {
    pub(super) fn zero(p: usize) -> Self {
        Self {
            information: Matrix::zeros(p, p),
            score: Vector::zeros(p),
            squares: 0.0,
            products: 0.0,
            pairs: 0.0,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.information += &other.information;
        self.score += &other.score;
        self.squares += other.squares;
        self.products += other.products;
        self.pairs += other.pairs;
    }
}

/// The model at one value of its parameters.
pub(super) struct State<'a> {
    pub(super) data: &'a Grouped,
    pub(super) family: Family,
    pub(super) link: Link,
    pub(super) correlation: Correlation,
    pub(super) alpha: f64,
    pub(super) beta: Vector,
}

impl State<'_> {
    /// Sums over all clusters.
    pub(super) fn total(&self) -> Part {
        let p = self.data.x.ncols();
        self.fold(|| Part::zero(p), |sum, part| sum.add(part), |sum, part| sum.add(&part))
    }

    /// Folds the parts of the clusters, in their order, on any number of threads.
    pub(super) fn fold<T: Send>(
        &self,
        zero: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, &Part) + Sync,
        join: impl Fn(&mut T, T),
    ) -> T {
        let clusters = self.data.count();
        let sums: Vec<T> = (0..clusters.div_ceil(BLOCK))
            .into_par_iter()
            .map(|block| {
                let mut sum = zero();
                let mut space = Space::new(self.data.largest(), self.data.x.ncols());
                for cluster in block * BLOCK..((block + 1) * BLOCK).min(clusters) {
                    take(&mut sum, &self.part(cluster, &mut space));
                }
                sum
            })
            .collect();
        let mut total = zero();
        for sum in sums {
            join(&mut total, sum);
        }
        total
    }

    fn part(&self, cluster: usize, space: &mut Space) -> Part {
        let (first, last) = (self.data.starts[cluster], self.data.starts[cluster + 1]);
        let size = last - first;
        self.scale_rows(first, size, space);
        let residuals = &space.residuals[..size];
        let squares = dot(residuals, residuals);
        let (products, pairs) = match self.correlation {
            Correlation::Autoregressive => (dot(&residuals[1..], &residuals[..size - 1]), (size - 1) as f64),
            _ => {
                let sum: f64 = residuals.iter().sum();
                (0.5 * (sum * sum - squares), 0.5 * (size * (size - 1)) as f64)
            }
        };
        let (information, score) = match self.correlation {
            Correlation::Independence => products_of(space, size, 1.0, 0.0),
            Correlation::Exchangeable => {
                let share = self.alpha / (1.0 + (size as f64 - 1.0) * self.alpha);
                products_of(space, size, 1.0 / (1.0 - self.alpha), share)
            }
            Correlation::Autoregressive => {
                whiten(space, size, self.alpha);
                products_of(space, size, 1.0, 0.0)
            }
        };
        Part { information, score, squares, products, pairs }
    }

    /// Rows divided by their standard deviations: `mu' x / sqrt(V)` and `(y - mu) / sqrt(V)`.
    fn scale_rows(&self, first: usize, size: usize, space: &mut Space) {
        let n = self.data.x.nrows();
        let p = self.data.x.ncols();
        let values = self.data.x.as_slice();
        let eta = &mut space.residuals[..size];
        match &self.data.offset {
            Some(offset) => eta.copy_from_slice(&offset[first..first + size]),
            None => eta.fill(0.0),
        }
        for j in 0..p {
            let column = &values[j * n + first..j * n + first + size];
            eta.iter_mut().zip(column).for_each(|(eta, value)| *eta += self.beta[j] * value);
        }
        for i in 0..size {
            let eta = space.residuals[i];
            let mu = self.link.mean(eta);
            let slope = if self.link == Link::Log { mu } else { self.link.slope(eta) };
            let deviation = self.family.variance(mu).sqrt();
            space.slopes[i] = slope / deviation;
            space.residuals[i] = (self.data.y[first + i] - mu) / deviation;
        }
        for j in 0..p {
            let column = &values[j * n + first..j * n + first + size];
            let to = &mut space.rows[j * space.stride..j * space.stride + size];
            for ((to, value), slope) in to.iter_mut().zip(column).zip(&space.slopes) {
                *to = value * slope;
            }
        }
    }
}

/// Working space for one cluster.
struct Space {
    rows: Vec<f64>,
    residuals: Vec<f64>,
    slopes: Vec<f64>,
    stride: usize,
}

impl Space {
    fn new(largest: usize, p: usize) -> Self {
        Self {
            rows: vec![0.0; largest * p],
            residuals: vec![0.0; largest],
            slopes: vec![0.0; largest],
            stride: largest,
        }
    }
}

/// `front (X'X - share s s')` and `front (X'r - share s 1'r)` with `s = X'1`.
fn products_of(space: &Space, size: usize, front: f64, share: f64) -> (Matrix, Vector) {
    let p = space.rows.len().checked_div(space.stride).unwrap_or(0);
    let column = |j: usize| &space.rows[j * space.stride..j * space.stride + size];
    let residuals = &space.residuals[..size];
    let sums: Vec<f64> =
        if share == 0.0 { vec![0.0; p] } else { (0..p).map(|j| column(j).iter().sum()).collect() };
    let total: f64 = if share == 0.0 { 0.0 } else { residuals.iter().sum() };
    let mut information = Matrix::zeros(p, p);
    let mut score = Vector::zeros(p);
    for j in 0..p {
        score[j] = front * (dot(column(j), residuals) - share * sums[j] * total);
        for i in 0..=j {
            let value = front * (dot(column(i), column(j)) - share * sums[i] * sums[j]);
            information[(i, j)] = value;
            information[(j, i)] = value;
        }
    }
    (information, score)
}

/// Multiplies rows and residuals by the root of the inverse of the autoregressive correlation.
fn whiten(space: &mut Space, size: usize, alpha: f64) {
    let front = 1.0 / (1.0 - alpha * alpha).sqrt();
    let transform = |values: &mut [f64]| {
        for i in (1..size).rev() {
            values[i] = (values[i] - alpha * values[i - 1]) * front;
        }
    };
    transform(&mut space.residuals[..size]);
    for j in 0..space.rows.len().checked_div(space.stride).unwrap_or(0) {
        transform(&mut space.rows[j * space.stride..j * space.stride + size]);
    }
}
