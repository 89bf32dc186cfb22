use super::working::check_weights;
use super::{Target, Working};
use crate::numeric::algebra::{cross_product, dot, independent_columns, inverse};
use crate::{Matrix, Result, StatsError, Vector};

/// A weighted least-squares fit, with what the sandwich and the wild bootstrap need of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquares {
    /// Names of the coefficients.
    pub names: Vec<String>,
    /// Estimates.
    pub beta: Vec<f64>,
    /// Residuals, one for each row.
    pub residuals: Vec<f64>,
    /// `(X' W X)^-1`.
    pub bread: Matrix,
    /// Weighted sum of squared residuals.
    pub sum_of_squares: f64,
}

/// Least squares of `y` on the columns of `x`, minimising `sum_i weights[i] (y[i] - x[i, ] beta)^2`.
///
/// Normal equations on columns scaled to unit length, with one step of iterative refinement.
///
/// # Errors
/// Shapes and values that do not fit; [`StatsError::Collinear`] with the columns that the others determine;
/// [`StatsError::TooFew`] with fewer rows than columns.
pub fn least_squares(
    x: &Matrix,
    y: &[f64],
    weights: Option<&[f64]>,
    names: &[String],
) -> Result<LeastSquares> {
    let (n, p) = x.shape();
    StatsError::check_length("the outcome", y.len(), n)?;
    StatsError::check_length("the names of the columns", names.len(), p)?;
    StatsError::check_finite("the outcome", y)?;
    for j in 0..p {
        StatsError::check_finite(&names[j], x.column(j).as_slice())?;
    }
    if let Some(weights) = weights {
        check_weights(weights, n)?;
    }
    if n < p || p == 0 {
        return Err(StatsError::TooFew { what: "rows", found: n, needed: p.max(1) });
    }
    let kept = independent_columns(x, weights, 1e-7);
    if kept.len() < p {
        let lost = (0..p).filter(|j| !kept.contains(j)).map(|j| names[j].clone()).collect();
        return Err(StatsError::Collinear(lost));
    }
    let (beta, bread) = solve_normal_equations(x, y, weights)?;
    let residuals = residuals_of(x, y, &beta);
    let sum_of_squares =
        residuals.iter().enumerate().map(|(i, e)| weights.map_or(1.0, |w| w[i]) * e * e).sum();
    Ok(LeastSquares {
        names: names.to_vec(),
        beta: beta.as_slice().to_vec(),
        residuals,
        bread,
        sum_of_squares,
    })
}

/// Coefficients and `(X' W X)^-1`, the columns being known to be independent.
pub(crate) fn solve_normal_equations(
    x: &Matrix,
    y: &[f64],
    weights: Option<&[f64]>,
) -> Result<(Vector, Matrix)> {
    let p = x.ncols();
    let cross = cross_product(x, weights);
    let scale: Vec<f64> = (0..p).map(|j| cross[(j, j)].sqrt().recip()).collect();
    let scaled = Matrix::from_fn(p, p, |i, j| cross[(i, j)] * scale[i] * scale[j]);
    let inner = inverse(&scaled, "the columns of the design are linearly dependent")?;
    let bread = Matrix::from_fn(p, p, |i, j| inner[(i, j)] * scale[i] * scale[j]);
    let mut beta = &bread * weighted_sums(x, y, weights);
    // The residuals of the first solution are small, so the second removes what the normal equations lost.
    for _ in 0..2 {
        let residuals = residuals_of(x, y, &beta);
        beta += &bread * weighted_sums(x, &residuals, weights);
    }
    Ok((beta, bread))
}

fn weighted_sums(x: &Matrix, values: &[f64], weights: Option<&[f64]>) -> Vector {
    let weighted: Vec<f64> = match weights {
        None => values.to_vec(),
        Some(weights) => values.iter().zip(weights).map(|(value, weight)| value * weight).collect(),
    };
    Vector::from_iterator(x.ncols(), x.column_iter().map(|column| dot(column.as_slice(), &weighted)))
}

fn residuals_of(x: &Matrix, y: &[f64], beta: &Vector) -> Vec<f64> {
    let fitted = x * beta;
    y.iter().zip(fitted.iter()).map(|(y, fitted)| y - fitted).collect()
}

impl LeastSquares {
    /// The fit as the sandwich takes it.
    #[must_use]
    pub fn working<'a>(&'a self, x: &'a Matrix, weights: Option<&'a [f64]>, target: Target) -> Working<'a> {
        Working {
            names: &self.names,
            beta: &self.beta,
            x,
            weights,
            residuals: &self.residuals,
            bread: &self.bread,
            absorbed: 0,
            target,
            slopes: None,
        }
    }
}
