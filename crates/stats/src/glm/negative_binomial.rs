use super::basis::Basis;
use super::family::Family;
use super::fit::{fit, solve};
use super::kernel::linear_predictor;
use super::options::{Options, Problem};
use super::result::GlmFit;
use super::theta::{Counts, row};
use crate::data::Collinear;
use crate::numeric::algebra::{dot, inverse};
use crate::{Matrix, Result, StatsError, Vector};

/// A negative binomial (NB2) model whose `theta` was estimated with the coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct NegativeBinomialFit {
    /// The model at the estimated `theta`. Its covariance is from the expected information with `theta` as if known, as in R's
    /// `MASS::glm.nb` (expected and observed information have no cross term in expectation).
    pub glm: GlmFit,
    /// Shape; the variance is `mu + mu^2 / theta`. Infinite where the counts vary no more than a Poisson's.
    pub theta: f64,
    /// Standard error of `theta` with the coefficients as if known, as `MASS::glm.nb` reports it. NaN where `theta` is infinite.
    pub theta_standard_error: f64,
    /// Standard error of `theta` from the joint observed information.
    pub theta_standard_error_joint: f64,
    /// Covariance of the coefficients from the joint observed information of coefficients and `ln theta`: the default of Stata's
    /// `nbreg` and of `glmmTMB`. Rows and columns are those of `glm.estimates`.
    pub observed_covariance: Matrix,
    /// Log-likelihood with all constants.
    pub log_likelihood: f64,
    /// Akaike's criterion, `theta` counted as a parameter.
    pub aic: f64,
}

const SINGULAR: &str = "the information matrix of the negative binomial model is singular";
/// A `theta` this many times the largest mean cannot be told from infinity.
const INFINITE: f64 = 1e7;
const HALVINGS: usize = 40;

/// Fits a negative binomial model (NB2, log link) with `theta` by maximum likelihood: Newton's method on coefficients and
/// `ln theta` together, with the observed information (Lawless 1987), from a Poisson fit and a moment estimate.
///
/// The family in `options` is not looked at. Where the likelihood rises as `theta` goes to infinity (counts that vary no more than
/// a Poisson's), the Poisson fit is returned with an infinite `theta` and a remark.
///
/// # Errors
/// As [`fit`]; counts must be whole numbers.
pub fn fit_negative_binomial(x: &Matrix, y: &[f64], options: &Options<'_>) -> Result<NegativeBinomialFit> {
    if !matches!(options.link, None | Some(super::Link::Log)) || options.trials.is_some() {
        return Err(StatsError::Setting("a negative binomial model has a log link and no trials".into()));
    }
    Family::NegativeBinomial { theta: 1.0 }.check(y, false)?;
    let poisson = Options { family: Family::Poisson, ..*options };
    let problem = Problem::new(x, y, &poisson)?;
    let (basis, start) = solve(&problem, &poisson)?;
    let joint = Joint::new(&problem, basis.matrix(&problem));
    let Some(theta) = joint.moment_theta(&start.gamma) else {
        return boundary(x, y, &poisson, start.convergence.iterations);
    };
    let Some(end) = joint.climb(start.gamma, theta, options)? else {
        return boundary(x, y, &poisson, options.iterations);
    };
    finish(x, y, options, &basis, end)
}

fn finish(
    x: &Matrix,
    y: &[f64],
    options: &Options<'_>,
    basis: &Basis,
    end: Point,
) -> Result<NegativeBinomialFit> {
    let theta = end.tau.exp();
    let mut beta = vec![0.0; x.ncols()];
    for (value, j) in basis.coefficients(&end.gamma).iter().zip(&basis.kept) {
        beta[*j] = *value;
    }
    let family = Family::NegativeBinomial { theta };
    let mut glm = fit(x, y, &Options { family, start: Some(&beta), collinear: Collinear::Drop, ..*options })?;
    glm.convergence.iterations = end.iterations;
    glm.convergence.gradient = end.gradient;
    glm.convergence.remarks.extend(end.remarks);
    let p = end.gamma.len();
    let joint = inverse(&end.information, SINGULAR)?;
    let variance = joint[(p, p)];
    let observed_covariance = basis.covariance(&joint.view((0, 0), (p, p)).into_owned());
    glm.log_likelihood = Some(end.value);
    let aic = 2.0 * (p as f64 + 1.0) - 2.0 * end.value;
    glm.aic = Some(aic);
    Ok(NegativeBinomialFit {
        glm,
        theta,
        // The information about theta is that about its logarithm over theta^2, at the maximum.
        theta_standard_error: theta / end.information[(p, p)].sqrt(),
        theta_standard_error_joint: theta * variance.sqrt(),
        observed_covariance,
        log_likelihood: end.value,
        aic,
    })
}

fn boundary(x: &Matrix, y: &[f64], options: &Options<'_>, iterations: usize) -> Result<NegativeBinomialFit> {
    let mut glm = fit(x, y, options)?;
    glm.convergence.iterations = glm.convergence.iterations.max(iterations);
    glm.convergence.remarks.push(
        "the counts vary no more than a Poisson's: theta is infinite and the Poisson model is reported"
            .into(),
    );
    let log_likelihood = glm.log_likelihood.unwrap_or(f64::NAN);
    let aic = 2.0 * (glm.kept.len() as f64 + 1.0) - 2.0 * log_likelihood;
    Ok(NegativeBinomialFit {
        observed_covariance: glm.estimates.covariance.clone(),
        glm,
        theta: f64::INFINITY,
        theta_standard_error: f64::NAN,
        theta_standard_error_joint: f64::NAN,
        log_likelihood,
        aic,
    })
}

/// Where the climb ended.
struct Point {
    gamma: Vector,
    tau: f64,
    value: f64,
    information: Matrix,
    iterations: usize,
    gradient: f64,
    remarks: Vec<String>,
}

/// The log-likelihood of coefficients and `tau = ln theta`.
struct Joint<'a> {
    problem: &'a Problem<'a>,
    matrix: &'a Matrix,
    counts: Counts,
}

/// Value, gradient and observed information at one point.
struct Look {
    value: f64,
    gradient: Vector,
    information: Matrix,
    /// Expected information of the coefficients, which is always positive definite.
    expected: Matrix,
    largest_mean: f64,
}

impl<'a> Joint<'a> {
    fn new(problem: &'a Problem<'a>, matrix: &'a Matrix) -> Self {
        let counts = Counts::new(&problem.y, |row| problem.weight(row));
        Self { problem, matrix, counts }
    }

    fn means(&self, gamma: &Vector) -> Vec<f64> {
        let mut mu = vec![0.0; self.matrix.nrows()];
        linear_predictor(self.matrix, gamma, self.problem.offset, 0, &mut mu);
        mu.iter_mut().for_each(|value| *value = value.exp());
        mu
    }

    /// Moment estimate at the Poisson fit; `None` if the likelihood falls as soon as `1 / theta` leaves zero: its derivative there
    /// is half of `sum a [(y - mu)^2 - y]`.
    fn moment_theta(&self, gamma: &Vector) -> Option<f64> {
        let mu = self.means(gamma);
        let (mut excess, mut squares, mut n) = (0.0, 0.0, 0.0);
        for (row, mu) in mu.iter().enumerate() {
            let (a, y) = (self.problem.weight(row), self.problem.y[row]);
            if a > 0.0 {
                excess += a * ((y - mu) * (y - mu) - y);
                squares += a * (y / mu - 1.0) * (y / mu - 1.0);
                n += a;
            }
        }
        (excess > 0.0).then(|| (n / squares).clamp(1e-4, 1e6))
    }

    fn look(&self, gamma: &Vector, tau: f64) -> Look {
        let p = gamma.len();
        let theta = tau.exp();
        let mu = self.means(gamma);
        let n = mu.len();
        let table = self.counts.at(theta);
        let (mut value, mut first, mut second) = (table.value, table.first, table.second);
        let mut score = vec![0.0; n];
        let mut weight = vec![0.0; n];
        let mut expected = vec![0.0; n];
        let mut cross = vec![0.0; n];
        let mut largest_mean = 0.0_f64;
        for i in 0..n {
            let (a, y) = (self.problem.weight(i), self.problem.y[i]);
            if a == 0.0 {
                continue;
            }
            let (jet, mixed) = row(y, mu[i], theta);
            let sum = mu[i] + theta;
            value += a * jet.value;
            first += a * jet.first;
            second += a * jet.second;
            score[i] = a * (y - mu[i]) * (theta / sum);
            expected[i] = a * mu[i] * (theta / sum);
            weight[i] = expected[i] * ((y + theta) / sum);
            cross[i] = a * mixed * theta;
            largest_mean = largest_mean.max(mu[i]);
        }
        let column = |j: usize| &self.matrix.as_slice()[j * n..(j + 1) * n];
        let mut gradient = Vector::zeros(p + 1);
        let mut information = Matrix::zeros(p + 1, p + 1);
        let block = crate::numeric::algebra::cross_product(self.matrix, Some(&weight));
        information.view_mut((0, 0), (p, p)).copy_from(&block);
        for j in 0..p {
            gradient[j] = dot(column(j), &score);
            information[(j, p)] = -dot(column(j), &cross);
            information[(p, j)] = information[(j, p)];
        }
        gradient[p] = theta * first;
        information[(p, p)] = -(theta * theta * second + theta * first);
        let expected = crate::numeric::algebra::cross_product(self.matrix, Some(&expected));
        Look { value, gradient, information, expected, largest_mean }
    }

    /// Newton's method with step-halving; `None` if `theta` runs to infinity.
    fn climb(&self, mut gamma: Vector, theta: f64, options: &Options<'_>) -> Result<Option<Point>> {
        let p = gamma.len();
        let mut tau = theta.ln();
        let mut now = self.look(&gamma, tau);
        let mut previous = f64::INFINITY;
        for iteration in 1..=options.iterations {
            let newton = now.information.clone().cholesky();
            let (step, is_newton) = match &newton {
                Some(factor) => (factor.solve(&now.gradient), true),
                None => (self.cautious_step(&now, p)?, false),
            };
            let decrement = step.dot(&now.gradient).max(0.0);
            let rounding = decrement.sqrt() <= 1e4 * options.tolerance && decrement > 0.25 * previous;
            if is_newton && (decrement.sqrt() <= options.tolerance || rounding) {
                return Ok(Some(Point {
                    gradient: now.gradient.amax(),
                    gamma,
                    tau,
                    value: now.value,
                    information: now.information,
                    iterations: iteration,
                    remarks: Vec::new(),
                }));
            }
            previous = decrement;
            let mut length = (2.0 / step[p].abs()).min(1.0);
            let floor = now.value - 1e-11 * (now.value.abs() + 1.0);
            for _ in 0..HALVINGS {
                let moved = &gamma + step.rows(0, p) * length;
                let shape = tau + step[p] * length;
                let there = self.look(&moved, shape);
                if there.value >= floor {
                    (gamma, tau, now) = (moved, shape, there);
                    break;
                }
                length *= 0.5;
            }
            if tau.exp() > INFINITE * now.largest_mean.max(1.0) {
                return Ok(None);
            }
        }
        Err(StatsError::NotConverged {
            method: "the negative binomial fit",
            iterations: options.iterations,
            reason: format!(
                "theta was {:.3e}, the last step {:.1e} standard errors",
                tau.exp(),
                previous.sqrt()
            ),
        })
    }

    /// Fisher scoring for the coefficients and a gradient step of bounded length for `tau`, where Newton's is not uphill.
    fn cautious_step(&self, now: &Look, p: usize) -> Result<Vector> {
        let factor = now.expected.clone().cholesky().ok_or(StatsError::Singular(SINGULAR))?;
        let step = factor.solve(&now.gradient.rows(0, p).into_owned());
        let mut full = Vector::zeros(p + 1);
        full.rows_mut(0, p).copy_from(&step);
        let curvature = now.information[(p, p)].abs().max(now.gradient[p].abs());
        full[p] = if curvature > 0.0 { now.gradient[p] / curvature } else { 0.0 };
        Ok(full)
    }
}
