use serde::Serialize;

use crate::glm::Test;
use crate::numeric::algebra::solve;
use crate::numeric::distributions::f_upper;
use crate::{Estimate, Estimates, Matrix, Result, StatsError, Vector};

/// One quantity pooled over imputations by Rubin's rules (1987).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rubin {
    /// Mean of the estimates.
    pub estimate: f64,
    /// Mean of their variances, `U`.
    pub within: f64,
    /// Variance of the estimates, `B` (divisor `m - 1`).
    pub between: f64,
    /// `T = U + (1 + 1/m) B`.
    pub total: f64,
    /// Relative increase of the variance by missing values, `(1 + 1/m) B / U`.
    pub increase: f64,
    /// Share of the variance that is due to missing values, `lambda = (1 + 1/m) B / T`.
    pub share: f64,
    /// Fraction of missing information, `(r + 2 / (df + 3)) / (1 + r)`.
    pub missing_information: f64,
    /// Degrees of freedom (Barnard and Rubin 1999).
    pub df: f64,
}

/// Pools one quantity: estimates with their variances, one of each for every imputation.
///
/// Degrees of freedom as Barnard and Rubin (1999): `1 / df = 1 / df_m + 1 / df_o` with `df_m = (m - 1) / lambda^2` and
/// `df_o = (df_c + 1) / (df_c + 3) df_c (1 - lambda)`, where `df_c` (`complete_df`) are those of the analysis of complete data; `None`
/// stands for infinitely many, which gives Rubin's (1987).
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two imputations; [`StatsError::Shape`] or [`StatsError::Setting`] for variances that do not fit.
pub fn pool_one(estimates: &[f64], variances: &[f64], complete_df: Option<f64>) -> Result<Rubin> {
    let m = estimates.len();
    StatsError::check_length("the variances", variances.len(), m)?;
    if m < 2 {
        return Err(StatsError::TooFew { what: "imputations", found: m, needed: 2 });
    }
    StatsError::check_finite("the estimates", estimates)?;
    StatsError::check_finite("their variances", variances)?;
    if variances.iter().any(|variance| *variance < 0.0)
        || complete_df.is_some_and(|df| df.is_nan() || df <= 0.0)
    {
        return Err(StatsError::Setting(
            "variances must not be negative and degrees of freedom must be positive".into(),
        ));
    }
    let count = m as f64;
    let estimate = estimates.iter().sum::<f64>() / count;
    let within = variances.iter().sum::<f64>() / count;
    let between = estimates.iter().map(|value| (value - estimate).powi(2)).sum::<f64>() / (count - 1.0);
    let extra = (1.0 + 1.0 / count) * between;
    let total = within + extra;
    let increase = extra / within;
    let share = if total > 0.0 { extra / total } else { 0.0 };
    let df = degrees_of_freedom(count, share, complete_df);
    let missing_information = if extra == 0.0 {
        0.0
    } else if within == 0.0 {
        1.0
    } else {
        (increase + 2.0 / (df + 3.0)) / (1.0 + increase)
    };
    Ok(Rubin { estimate, within, between, total, increase, share, missing_information, df })
}

fn degrees_of_freedom(m: f64, share: f64, complete: Option<f64>) -> f64 {
    let large = (m - 1.0) / (share * share);
    match complete {
        Some(df) if df.is_finite() => {
            let observed = (df + 1.0) / (df + 3.0) * df * (1.0 - share);
            if large.is_infinite() { observed } else { large * observed / (large + observed) }
        }
        _ => large,
    }
}

/// Coefficients pooled over imputations.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// Names of the coefficients.
    pub names: Vec<String>,
    /// Every coefficient by Rubin's rules.
    pub coefficients: Vec<Rubin>,
    /// Mean of the covariances.
    pub within: Matrix,
    /// Covariance of the estimates (divisor `m - 1`).
    pub between: Matrix,
    /// `within + (1 + 1/m) between`.
    pub total: Matrix,
    /// Imputations.
    pub imputations: usize,
    /// Degrees of freedom of the analysis of complete data, if finite.
    pub complete_df: Option<f64>,
}

/// Pools the coefficients of the same analysis of every completed data set. `complete_df` of `None` takes the smallest that the
/// estimates carry.
///
/// # Errors
/// As [`pool_one`]; [`StatsError::Setting`] if the analyses do not have the same coefficients.
pub fn pool(analyses: &[Estimates], complete_df: Option<f64>) -> Result<Pooled> {
    let Some(first) = analyses.first() else {
        return Err(StatsError::TooFew { what: "imputations", found: 0, needed: 2 });
    };
    if analyses.iter().any(|analysis| analysis.names != first.names) {
        return Err(StatsError::Setting(
            "the analyses of the completed data sets do not have the same coefficients; give factors fixed levels".into(),
        ));
    }
    let carried = analyses.iter().filter_map(|analysis| analysis.df).reduce(f64::min);
    let complete_df = complete_df.or(carried);
    let p = first.beta.len();
    let m = analyses.len() as f64;
    let mut coefficients = Vec::with_capacity(p);
    for j in 0..p {
        let estimates: Vec<f64> = analyses.iter().map(|analysis| analysis.beta[j]).collect();
        let variances: Vec<f64> = analyses.iter().map(|analysis| analysis.covariance[(j, j)]).collect();
        coefficients.push(pool_one(&estimates, &variances, complete_df)?);
    }
    let mut within = Matrix::zeros(p, p);
    let mut between = Matrix::zeros(p, p);
    for analysis in analyses {
        within += &analysis.covariance / m;
        let away = Vector::from_fn(p, |j, _| analysis.beta[j] - coefficients[j].estimate);
        between += &away * away.transpose() / (m - 1.0);
    }
    let total = &within + &between * (1.0 + 1.0 / m);
    Ok(Pooled {
        names: first.names.clone(),
        coefficients,
        within,
        between,
        total,
        imputations: analyses.len(),
        complete_df,
    })
}

impl Pooled {
    /// Coefficients with intervals of this level by Student's t.
    #[must_use]
    pub fn table(&self, level: f64) -> Vec<Estimate> {
        self.names
            .iter()
            .zip(&self.coefficients)
            .map(|(name, rubin)| {
                let df = rubin.df.is_finite().then_some(rubin.df);
                Estimate::wald(name, rubin.estimate, rubin.total.sqrt(), df, level)
            })
            .collect()
    }

    /// Wald test that these coefficients (by position) are all zero: the statistic `D1` of Li, Raghunathan and Rubin (1991).
    ///
    /// `D1 = q' U^-1 q / (k (1 + r))` with `r = (1 + 1/m) tr(B U^-1) / k`, against F with `k` and `v` degrees of freedom; `v` as Reiter
    /// (2007) where the complete-data degrees of freedom are finite, otherwise as Li, Raghunathan and Rubin.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for no positions or one that is not there, [`StatsError::Singular`] if their covariance has no inverse.
    pub fn test(&self, positions: &[usize]) -> Result<Test> {
        if positions.is_empty() || positions.iter().any(|j| *j >= self.names.len()) {
            return Err(StatsError::Setting(
                "a Wald test needs positions of coefficients that are there".into(),
            ));
        }
        const SINGULAR: &str = "the covariance of the coefficients tested is singular";
        let k = positions.len();
        let pick = |matrix: &Matrix| Matrix::from_fn(k, k, |i, j| matrix[(positions[i], positions[j])]);
        let (within, between) = (pick(&self.within), pick(&self.between));
        let q = Vector::from_fn(k, |i, _| self.coefficients[positions[i]].estimate);
        let mut trace = 0.0;
        for j in 0..k {
            trace += solve(&within, &between.column(j).into_owned(), SINGULAR)?[j];
        }
        let (m, k) = (self.imputations as f64, k as f64);
        let r = (1.0 + 1.0 / m) * trace / k;
        let statistic = q.dot(&solve(&within, &q, SINGULAR)?) / (k * (1.0 + r));
        let denominator = test_degrees_of_freedom(k, m, r, self.complete_df);
        Ok(Test {
            statistic,
            df: k,
            df_denominator: Some(denominator),
            p: f_upper(statistic, k, denominator),
        })
    }
}

fn test_degrees_of_freedom(k: f64, m: f64, r: f64, complete: Option<f64>) -> f64 {
    let t = k * (m - 1.0);
    if r == 0.0 {
        return complete.map_or(f64::INFINITY, |df| (df + 1.0) / (df + 3.0) * df);
    }
    if t <= 4.0 {
        return 0.5 * t * (1.0 + 1.0 / k) * (1.0 + 1.0 / r).powi(2);
    }
    let a = r * t / (t - 2.0);
    if let Some(df) = complete.filter(|df| df.is_finite()) {
        let star = (df + 1.0) / (df + 3.0) * df;
        let (one, two) = (star - 2.0 * (1.0 + a), star - 4.0 * (1.0 + a));
        if one > 0.0 && two > 0.0 {
            let (b, c) = (1.0 + a, 1.0 / (t - 4.0));
            let a2 = a * a;
            let inverse = 1.0 / two
                + c * (a2 * one / (b * b * two))
                + c * (8.0 * a2 * one / (b * two * two) + 4.0 * a2 / (b * two))
                + c * (4.0 * a2 / (two * one) + 16.0 * a2 * one / (two * two * two))
                + c * (8.0 * a2 / (two * two));
            return 4.0 + 1.0 / inverse;
        }
        // So few degrees of freedom that the expansion has no meaning: the smaller of what is known.
        return star.min(4.0 + (t - 4.0) * (1.0 + 1.0 / a).powi(2)).max(1.0);
    }
    4.0 + (t - 4.0) * (1.0 + 1.0 / a).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, right: f64) {
        assert!((found - right).abs() < 1e-12 * right.abs().max(1.0), "{found} against {right}");
    }

    /// Worked by hand: estimates 1, 2, 3, 4, 5 with variances 1, 1, 2, 2, 4: U 2, B 2.5, T 5, r 1.5, lambda 0.6, df_m 4 / 0.36;
    /// with 20 degrees of freedom df_o = 21 / 23 * 20 * 0.4.
    #[test]
    fn rubins_rules_by_hand() {
        let (q, u) = ([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 1.0, 2.0, 2.0, 4.0]);
        let found = pool_one(&q, &u, None).unwrap();
        close(found.estimate, 3.0);
        close(found.total, 5.0);
        close(found.increase, 1.5);
        close(found.share, 0.6);
        close(found.df, 4.0 / 0.36);
        close(found.missing_information, (1.5 + 2.0 / (4.0 / 0.36 + 3.0)) / 2.5);
        let small = pool_one(&q, &u, Some(20.0)).unwrap();
        let (large, observed) = (4.0 / 0.36, 21.0 / 23.0 * 20.0 * 0.4);
        close(small.df, large * observed / (large + observed));
    }

    #[test]
    fn nothing_missing_leaves_the_analysis_as_it_is() {
        let same = pool_one(&[2.0; 4], &[0.25; 4], Some(30.0)).unwrap();
        close(same.total, 0.25);
        close(same.missing_information, 0.0);
        close(same.df, 31.0 / 33.0 * 30.0);
        assert!(pool_one(&[2.0; 4], &[0.25; 4], None).unwrap().df.is_infinite());
    }

    fn analysis(beta: [f64; 2], a: f64, b: f64, c: f64) -> Estimates {
        Estimates {
            names: vec!["a".into(), "b".into()],
            beta: beta.to_vec(),
            covariance: Matrix::from_row_slice(2, 2, &[a, c, c, b]),
            df: None,
        }
    }

    #[test]
    fn the_test_of_several_agrees_with_its_parts() {
        let analyses = [
            analysis([1.0, 0.5], 0.2, 0.1, 0.02),
            analysis([1.3, 0.2], 0.25, 0.12, 0.01),
            analysis([0.8, 0.6], 0.22, 0.09, 0.03),
            analysis([1.1, 0.4], 0.21, 0.11, 0.02),
            analysis([1.2, 0.1], 0.19, 0.1, 0.01),
            analysis([0.9, 0.3], 0.23, 0.1, 0.02),
        ];
        let pooled = pool(&analyses, None).unwrap();
        close(pooled.total[(0, 0)], pooled.coefficients[0].total);
        // One coefficient: D1 is the square of the t statistic.
        let one = pooled.test(&[1]).unwrap();
        let t = &pooled.table(0.95)[1];
        close(one.statistic, t.statistic * t.statistic);
        // Two, by hand: U^-1 and the trace written out.
        let (u, b) = (&pooled.within, &pooled.between);
        let det = u[(0, 0)] * u[(1, 1)] - u[(0, 1)] * u[(0, 1)];
        let trace = (u[(1, 1)] * b[(0, 0)] - 2.0 * u[(0, 1)] * b[(0, 1)] + u[(0, 0)] * b[(1, 1)]) / det;
        let r = (1.0 + 1.0 / 6.0) * trace / 2.0;
        let q = [pooled.coefficients[0].estimate, pooled.coefficients[1].estimate];
        let form = (u[(1, 1)] * q[0] * q[0] - 2.0 * u[(0, 1)] * q[0] * q[1] + u[(0, 0)] * q[1] * q[1]) / det;
        let two = pooled.test(&[0, 1]).unwrap();
        close(two.statistic, form / (2.0 * (1.0 + r)));
        let t = 10.0;
        close(two.df_denominator.unwrap(), 4.0 + (t - 4.0) * (1.0 + (1.0 - 2.0 / t) / r).powi(2));
        // Reiter's degrees of freedom tend to these, and are fewer with small data.
        let near = pool(&analyses, Some(1e9)).unwrap().test(&[0, 1]).unwrap();
        assert!((near.df_denominator.unwrap() / two.df_denominator.unwrap() - 1.0).abs() < 1e-6);
        let few = pool(&analyses, Some(40.0)).unwrap().test(&[0, 1]).unwrap();
        assert!(few.df_denominator.unwrap() < 40.0);
    }

    #[test]
    fn wrong_input_is_refused() {
        assert!(pool_one(&[1.0], &[1.0], None).is_err());
        assert!(pool_one(&[1.0, 2.0], &[1.0], None).is_err());
        assert!(pool_one(&[1.0, f64::NAN], &[1.0, 1.0], None).is_err());
        assert!(pool_one(&[1.0, 2.0], &[1.0, -1.0], None).is_err());
        assert!(pool(&[], None).is_err());
        let mut other = analysis([1.0, 2.0], 1.0, 1.0, 0.0);
        other.names[1] = "c".into();
        assert!(pool(&[analysis([1.0, 2.0], 1.0, 1.0, 0.0), other], None).is_err());
    }
}
