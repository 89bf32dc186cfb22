use super::options::Problem;
use crate::data::Collinear;
use crate::numeric::algebra::dot;
use crate::{Matrix, Result, StatsError, Vector};

/// A column is collinear if less than this share of its length is left once earlier columns are taken out.
const TOLERANCE: f64 = 1e-10;

/// The columns in which the iterations run: those of the design, or an orthonormal basis of them.
///
/// Normal equations lose twice the digits that the design's condition number has. Where that matters (calendar years beside
/// an intercept, polynomials), the iterations run on `Q` of `X = Q R`, and coefficients are `R^-1` times those of `Q`.
pub(super) struct Basis {
    q: Option<Matrix>,
    /// Upper triangular, `X[kept] = Q R`.
    r: Option<Matrix>,
    /// Columns of the design that are in the model.
    pub(super) kept: Vec<usize>,
}

impl Basis {
    /// Chooses the columns by the information matrix at the start.
    pub(super) fn choose(problem: &Problem<'_>, information: &Matrix, collinear: Collinear) -> Result<Self> {
        let all: Vec<usize> = (0..problem.x.ncols()).collect();
        if well_conditioned(information) {
            return Ok(Self { q: None, r: None, kept: all });
        }
        let (q, r, kept) = orthonormal(problem);
        let dropped: Vec<String> =
            all.iter().filter(|j| !kept.contains(j)).map(|j| problem.names[*j].clone()).collect();
        if !dropped.is_empty() && (collinear == Collinear::Error || kept.is_empty()) {
            return Err(StatsError::Collinear(dropped));
        }
        Ok(Self { q: Some(q), r: Some(r), kept })
    }

    pub(super) fn matrix<'a>(&'a self, problem: &Problem<'a>) -> &'a Matrix {
        self.q.as_ref().unwrap_or(problem.x)
    }

    pub(super) fn is_design(&self) -> bool {
        self.q.is_none()
    }

    /// Coefficients of the design's columns from those of the basis.
    pub(super) fn coefficients(&self, gamma: &Vector) -> Vector {
        match &self.r {
            None => gamma.clone(),
            Some(r) => r.solve_upper_triangular(gamma).unwrap_or_else(|| gamma.map(|_| f64::NAN)),
        }
    }

    /// Coefficients of the basis from those of the design's columns.
    pub(super) fn to_basis(&self, beta: &Vector) -> Vector {
        let chosen = Vector::from_iterator(self.kept.len(), self.kept.iter().map(|j| beta[*j]));
        match &self.r {
            None => chosen,
            Some(r) => r * chosen,
        }
    }

    /// `R^-1 C R^-T`.
    pub(super) fn covariance(&self, covariance: &Matrix) -> Matrix {
        let Some(r) = &self.r else {
            return covariance.clone();
        };
        let p = r.nrows();
        let inverse = r
            .solve_upper_triangular(&Matrix::identity(p, p))
            .unwrap_or_else(|| Matrix::from_element(p, p, f64::NAN));
        let mut product = &inverse * covariance * inverse.transpose();
        crate::numeric::algebra::symmetrise(&mut product);
        product
    }
}

/// True if every column keeps a thirtieth of its length (in the metric of the weights) beside the earlier ones.
fn well_conditioned(information: &Matrix) -> bool {
    let p = information.nrows();
    let lengths: Vec<f64> = (0..p).map(|j| information[(j, j)].sqrt()).collect();
    if lengths.iter().any(|length| !length.is_normal()) {
        return false;
    }
    let scaled = Matrix::from_fn(p, p, |i, j| information[(i, j)] / (lengths[i] * lengths[j]));
    scaled.cholesky().is_some_and(|factor| factor.l_dirty().diagonal().iter().all(|pivot| *pivot > 0.03))
}

/// Modified Gram-Schmidt, twice, in the metric of the weights where the iterations begin.
fn orthonormal(problem: &Problem<'_>) -> (Matrix, Matrix, Vec<usize>) {
    let n = problem.x.nrows();
    let weights: Vec<f64> = (0..n)
        .map(|row| {
            let prior = problem.weight(row);
            let mu = problem.family.start(problem.y[row], prior);
            let slope = problem.link.slope(problem.link.eta(mu));
            let weight = prior * slope * slope / problem.family.variance(mu);
            if weight.is_finite() { weight } else { 0.0 }
        })
        .collect();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut shares: Vec<Vec<f64>> = Vec::new();
    let mut kept = Vec::new();
    let mut weighted = vec![0.0; n];
    for j in 0..problem.x.ncols() {
        let mut column = problem.x.column(j).as_slice().to_vec();
        let length = norm(&column, &weights, &mut weighted);
        if length == 0.0 || !length.is_finite() {
            continue;
        }
        let mut share = vec![0.0; columns.len()];
        for _ in 0..2 {
            for (k, direction) in columns.iter().enumerate() {
                for i in 0..n {
                    weighted[i] = weights[i] * column[i];
                }
                let part = dot(direction, &weighted);
                share[k] += part;
                for (value, along) in column.iter_mut().zip(direction) {
                    *value -= part * along;
                }
            }
        }
        let left = norm(&column, &weights, &mut weighted);
        if left > TOLERANCE * length {
            column.iter_mut().for_each(|value| *value /= left);
            share.push(left);
            columns.push(column);
            shares.push(share);
            kept.push(j);
        }
    }
    let p = kept.len();
    let r = Matrix::from_fn(p, p, |i, j| if i <= j { shares[j][i] } else { 0.0 });
    let q = Matrix::from_iterator(n, p, columns.into_iter().flatten());
    (q, r, kept)
}

fn norm(column: &[f64], weights: &[f64], weighted: &mut [f64]) -> f64 {
    for ((to, value), weight) in weighted.iter_mut().zip(column).zip(weights) {
        *to = value * weight;
    }
    dot(column, weighted).sqrt()
}
