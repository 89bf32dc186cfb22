use crate::numeric::algebra::{cross_product, dot};
use crate::numeric::vector::Processor;
use crate::{Matrix, Result, StatsError};

/// Points in space and all their inner products, made once and shared by every fit among them.
///
/// Each row is moved by its median over the points, which changes no distance between a convex combination and a point
/// but keeps the inner products from drowning in a common level; everything is then divided by one number so that a
/// typical point has length one.
#[derive(Debug, Clone)]
pub struct Gram {
    pub(super) points: Matrix,
    pub(super) products: Matrix,
    pub(super) scale: f64,
    processor: Processor,
}

impl Gram {
    /// From a matrix with a row for each feature (a period, a predictor) and a column for each point (a unit).
    ///
    /// # Errors
    /// [`StatsError::TooFew`] if there is no row or column, [`StatsError::Value`] if a value is not finite.
    pub fn new(features: &Matrix) -> Result<Self> {
        if features.nrows() == 0 {
            return Err(StatsError::TooFew { what: "features to fit on", found: 0, needed: 1 });
        }
        if features.ncols() == 0 {
            return Err(StatsError::TooFew { what: "points", found: 0, needed: 1 });
        }
        StatsError::check_finite("the features of a synthetic control", features.as_slice())?;
        let mut points = features.clone();
        let mut sorted = vec![0.0; points.ncols()];
        for mut row in points.row_iter_mut() {
            for (to, value) in sorted.iter_mut().zip(row.iter()) {
                *to = *value;
            }
            let middle = sorted.len() / 2;
            let (_, median, _) = sorted.select_nth_unstable_by(middle, f64::total_cmp);
            let median = *median;
            row.add_scalar_mut(-median);
        }
        let mut lengths: Vec<f64> = points.column_iter().map(|point| point.norm()).collect();
        let middle = lengths.len() / 2;
        let (_, typical, _) = lengths.select_nth_unstable_by(middle, f64::total_cmp);
        let typical = *typical;
        let largest = points.amax();
        let scale = if typical > 1e-12 * largest { typical } else { largest };
        let scale = if scale > 0.0 { scale } else { 1.0 };
        points /= scale;
        let products = cross_product(&points, None);
        if products.iter().any(|value| !value.is_finite()) {
            return Err(StatsError::Setting(
                "the features of a synthetic control are too far apart to be compared; put them on one scale"
                    .into(),
            ));
        }
        Ok(Self { points, products, scale, processor: Processor::default() })
    }

    /// Number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.ncols()
    }

    /// True if there is no point, which [`Gram::new`] does not allow.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.ncols() == 0
    }

    pub(super) fn point(&self, j: usize) -> &[f64] {
        let rows = self.points.nrows();
        &self.points.as_slice()[j * rows..(j + 1) * rows]
    }

    pub(super) fn products_of(&self, j: usize) -> &[f64] {
        let n = self.len();
        &self.products.as_slice()[j * n..(j + 1) * n]
    }

    /// `to[j] = sum_i weights[i] * <point j, point members[i]>` for all points.
    pub(super) fn combine(&self, members: &[usize], weights: &[f64], to: &mut [f64]) {
        let n = to.len();
        let products = self.products.as_slice();
        self.processor.run(
            #[inline(always)]
            || {
                to.fill(0.0);
                let column = |member: usize| &products[member * n..member * n + n];
                for (m, w) in members.chunks_exact(4).zip(weights.chunks_exact(4)) {
                    let (a, b, c, d) = (column(m[0]), column(m[1]), column(m[2]), column(m[3]));
                    for j in 0..n {
                        to[j] += (w[0] * a[j] + w[1] * b[j]) + (w[2] * c[j] + w[3] * d[j]);
                    }
                }
                let whole = members.len() / 4 * 4;
                for (&member, &weight) in members[whole..].iter().zip(&weights[whole..]) {
                    for (sum, product) in to.iter_mut().zip(column(member)) {
                        *sum += weight * product;
                    }
                }
            },
        );
    }

    /// `sum_i weights[i] * point members[i] - target` in space, from the points themselves.
    pub(super) fn residual(&self, members: &[usize], weights: &[f64], target: &[f64], to: &mut [f64]) {
        for (value, aim) in to.iter_mut().zip(target) {
            *value = -aim;
        }
        for (&member, &weight) in members.iter().zip(weights) {
            for (sum, value) in to.iter_mut().zip(self.point(member)) {
                *sum += weight * value;
            }
        }
    }

    pub(super) fn inner(&self, j: usize, vector: &[f64]) -> f64 {
        dot(self.point(j), vector)
    }
}
