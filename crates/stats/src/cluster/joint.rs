use serde::Serialize;

use super::Robust;
use crate::numeric::algebra::{solve, symmetric_power, symmetrise};
use crate::numeric::distributions::f_upper;
use crate::{Matrix, Result, StatsError, Vector};

/// A test that several combinations of coefficients are all zero.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JointTest {
    /// Wald statistic `(C beta)' (C V C')^-1 (C beta)`.
    pub wald: f64,
    /// F statistic of the approximate Hotelling test.
    pub f: f64,
    /// Numerator degrees of freedom: the number of combinations.
    pub numerator: f64,
    /// Denominator degrees of freedom.
    pub denominator: f64,
    /// p-value.
    pub p: f64,
}

impl Robust {
    /// The approximate Hotelling T-squared test (AHT, "HTZ") of Pustejovsky and Tipton (2018, section 3.2).
    ///
    /// The covariance of the combinations is taken as Wishart with
    /// `eta = q (q + 1) / sum_st Var(d_st)` degrees of freedom, `d` being that covariance standardised to expectation `I`
    /// under the working model; then `(eta - q + 1) / (eta q) * wald` is referred to `F(q, eta - q + 1)`.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if a combination has not one weight for each coefficient; [`StatsError::Singular`] if the
    /// combinations are dependent; [`StatsError::TooFew`] if there are too few clusters for so many combinations.
    pub fn joint(&self, combinations: &[Vec<f64>]) -> Result<JointTest> {
        let p = self.estimates.beta.len();
        let q = combinations.len();
        if q == 0 {
            return Err(StatsError::TooFew { what: "combinations to test", found: 0, needed: 1 });
        }
        for combination in combinations {
            StatsError::check_length("the weights of a combination", combination.len(), p)?;
            StatsError::check_finite("the weights of a combination", combination)?;
        }
        let c = Matrix::from_fn(q, p, |s, j| combinations[s][j]);
        let values = &c * Vector::from_row_slice(&self.estimates.beta);
        let mut middle = &c * &self.estimates.covariance * c.transpose();
        symmetrise(&mut middle);
        let words = "the combinations are dependent, or there are too few clusters to test them together";
        let wald = solve(&middle, &values, words)?.dot(&values);

        let mut expected = Matrix::zeros(q, q);
        for (noise, loading) in self.pieces.noise.iter().zip(&self.pieces.loadings) {
            let z = loading * c.transpose();
            expected += &c * noise * c.transpose() - z.tr_mul(&(&self.pieces.kernel * &z));
        }
        symmetrise(&mut expected);
        if expected.clone().cholesky().is_none() {
            return Err(StatsError::Singular(words));
        }
        let standard = symmetric_power(&expected, -0.5, 1e-14) * &c;
        let size = q as f64;
        let eta = size * (size + 1.0) / self.total_variance(&standard);
        let denominator = eta - size + 1.0;
        if denominator <= 0.0 {
            return Err(StatsError::TooFew {
                what: "clusters to test so many combinations together",
                found: self.clusters,
                needed: self.clusters + 1,
            });
        }
        let f = denominator / (eta * size) * wald;
        Ok(JointTest { wald, f, numerator: size, denominator, p: f_upper(f, size, denominator) })
    }

    /// `sum_st Var(d_st) = sum_st sum_gh P_ss P_tt + P_st P_ts`, with `P_st[g, h] = cov(d_s of g, d_t of h)`.
    fn total_variance(&self, standard: &Matrix) -> f64 {
        let q = standard.nrows();
        let kernel = &self.pieces.kernel;
        let size = kernel.nrows();
        let mut totals = vec![Matrix::zeros(size, size); q * q];
        let mut sum = 0.0;
        for (noise, loading) in self.pieces.noise.iter().zip(&self.pieces.loadings) {
            let z = loading * standard.transpose();
            let own = z.tr_mul(&(kernel * &z));
            let alone = standard * noise * standard.transpose();
            for s in 0..q {
                for t in 0..q {
                    totals[s * q + t].ger(1.0, &z.column(s), &z.column(t), 1.0);
                    // The diagonal g = h has the noise too; without it the double sum below counts it as -z'Kz.
                    let whole = |a: usize, b: usize| alone[(a, b)] - own[(a, b)];
                    sum += whole(s, s) * whole(t, t) + whole(s, t) * whole(t, s);
                    sum -= own[(s, s)] * own[(t, t)] + own[(s, t)] * own[(t, s)];
                }
            }
        }
        for s in 0..q {
            for t in 0..q {
                let here = &totals[s * q + t];
                sum += here.dot(&(kernel * here * kernel));
                sum += here.dot(&(kernel * &totals[t * q + s] * kernel));
            }
        }
        sum
    }
}
