//! Wild cluster bootstrap tests and intervals.
//!
//! Methods page: `docs/methods/wild-bootstrap.md`.

mod draws;
mod invert;
mod scores;

use serde::Serialize;

use self::draws::draws;
use self::scores::Scores;
use super::{Clusters, Correction, Target, Working, sandwich};
use crate::random::Seed;
use crate::{Result, StatsError, Vector};

/// Distribution of the weight that multiplies the residuals of a cluster: mean 0, variance 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WildWeights {
    /// -1 or 1.
    Rademacher,
    /// Plus or minus the roots of 1/2, 1 and 3/2 (Webb 2023): for fewer than about ten clusters, where signs alone give few
    /// different draws.
    Webb,
    /// Mammen's (1993) two points with third moment 1.
    Mammen,
}

/// Which residuals the bootstrap data are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// Of the fit with the hypothesis imposed (WCR), which has the better size (Cameron, Gelbach and Miller 2008).
    Imposed,
    /// Of the fit as it is (WCU).
    Free,
}

/// Which draws count as at least as far from the hypothesis as the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tails {
    /// `|t*|` against `|t|`.
    Symmetric,
    /// Twice the smaller share of the two tails.
    Equal,
}

/// How the bootstrap is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WildOptions {
    /// Distribution of the weights.
    pub weights: WildWeights,
    /// Residuals used.
    pub null: Null,
    /// Tails of the test.
    pub tails: Tails,
    /// Number of draws, where not all can be enumerated.
    pub draws: usize,
    /// Seed of the draws; not used where all are enumerated.
    pub seed: Seed,
    /// Level of the interval by inversion of the test; `None` for none.
    pub level: Option<f64>,
}

impl WildOptions {
    /// Signs, null imposed, symmetric, 95% interval.
    #[must_use]
    pub fn new(draws: usize, seed: Seed) -> Self {
        Self {
            weights: WildWeights::Rademacher,
            null: Null::Imposed,
            tails: Tails::Symmetric,
            draws,
            seed,
            level: Some(0.95),
        }
    }
}

/// What the bootstrap found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WildTest {
    /// Estimate of the combination.
    pub estimate: f64,
    /// Its CR1 standard error.
    pub standard_error: f64,
    /// t of the hypothesis.
    pub t: f64,
    /// p-value counting draws strictly beyond the data (as fwildclusterboot does).
    pub p: f64,
    /// p-value counting ties too (as wildboottest does). With signs the data themselves are among all draws, twice.
    pub p_with_ties: f64,
    /// Draws strictly beyond (both tails; for equal tails the smaller tail).
    pub beyond: usize,
    /// Draws beyond or tied.
    pub beyond_or_tied: usize,
    /// Draws made.
    pub draws: usize,
    /// True if these are all draws that there are, so that there is no Monte Carlo error.
    pub enumerated: bool,
    /// Monte Carlo standard error of `p`; zero where all draws were enumerated.
    pub monte_carlo_error: f64,
    /// Interval by inversion of the test, ties counted; an end is infinite where no value is refused.
    pub interval: Option<(f64, f64)>,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// Most draws that are taken by enumeration.
const ENUMERATED: u64 = 1 << 16;
/// Most draws that may be asked for.
const MOST_DRAWS: usize = 100_000_000;
/// Relative difference below which two statistics count as tied: they are the same number but for rounding.
pub(super) const TIE: f64 = 1e-9;

/// Wild cluster bootstrap of the hypothesis `combination' beta = value` in a linear model
/// (Cameron, Gelbach and Miller 2008; Roodman, Nielsen, MacKinnon and Webb 2019).
///
/// The data of a draw are `y* = X b + v_g e_g` with one weight `v_g` for each cluster, `b` and `e` from the fit with the hypothesis
/// imposed. With `M = (X'WX)^-1`, scores `s_g = X_g'W_g e_g`, `C_g = X_g'W_gX_g`, `a_g = c'M s_g`, `b_g = C_g M c` and
/// `q = M sum_h v_h s_h`, the numerator of `t*` is `c'q` and its CR1 variance is proportional to `sum_g (v_g a_g - b_g'q)^2`:
/// a draw costs clusters times columns and no pass over the rows. All of it is linear in `v`, so sums over blocks of clusters are
/// looked up; and it is a polynomial in the hypothesised value, so inverting the test takes no further draws.
///
/// # Errors
/// As [`sandwich()`]; [`StatsError::Setting`] for no draws or too many, a level outside 0 to 1, or a combination of zeros.
pub fn wild_bootstrap(
    fit: &Working<'_>,
    clusters: &Clusters,
    combination: &[f64],
    value: f64,
    options: &WildOptions,
) -> Result<WildTest> {
    let c = check(fit, combination, value, options)?;
    let robust =
        sandwich(&Working { target: Target::InverseWeights, ..fit.clone() }, clusters, Correction::CR1)?;
    let plain = robust.estimates.combination("", combination, 0.95)?;
    let scores = Scores::of(fit, clusters, &c)?;
    let delta = plain.estimate - value;
    let coefficients = draws(&scores, &c, options)?;
    let ratio = plain.standard_error / scores.plain_error();
    let (beyond, tied) = coefficients.count(delta, delta / plain.standard_error, ratio, options.tails);
    let mut test = summary(&coefficients, beyond, tied, options.tails);
    test.estimate = plain.estimate;
    test.standard_error = plain.standard_error;
    test.t = delta / plain.standard_error;
    if let Some(level) = options.level {
        let (low, high) = coefficients.invert(plain.standard_error, ratio, level, options.tails);
        test.interval = Some((plain.estimate - high, plain.estimate - low));
        if !(low.is_finite() && high.is_finite()) {
            test.remarks.push(
                "the interval has no end on one side or both: so few different draws cannot refuse any value"
                    .into(),
            );
        }
    }
    test.remarks.extend(remarks(&scores, scores.effective_clusters(), &coefficients, options));
    Ok(test)
}

/// Score bootstrap of the hypothesis that was imposed on a generalised linear fit (Kline and Santos 2012).
///
/// `restricted` holds the full design, but weights, residuals and bread at the estimate under the hypothesis; nothing is fitted
/// again. The studentised statistic is the score's first step `c'M sum_g s_g` with the variance of the scores after that step,
/// which for a linear model is exactly [`wild_bootstrap`] with the null imposed. No interval: it would need a restricted fit for every
/// value.
///
/// # Errors
/// As [`wild_bootstrap`].
pub fn score_bootstrap(
    restricted: &Working<'_>,
    clusters: &Clusters,
    combination: &[f64],
    options: &WildOptions,
) -> Result<WildTest> {
    let c = check(restricted, combination, 0.0, options)?;
    restricted.check(clusters)?;
    let mut scores = Scores::of(restricted, clusters, &c)?;
    let effective = scores.effective_clusters();
    scores.keep_as_given();
    let (numerator, variance) = scores.observed(&c);
    if variance <= 0.0 {
        return Err(StatsError::NoAnswer("the scores have no variance, so there is no statistic".into()));
    }
    let ratio = super::Factor::Stata
        .value(scores.influences.len(), scores.rows, c.len() + restricted.absorbed)?
        .sqrt();
    let error = variance.sqrt() * ratio;
    let options = WildOptions { level: None, null: Null::Free, ..*options };
    let coefficients = draws(&scores, &c, &options)?;
    let (beyond, tied) = coefficients.count(0.0, numerator / error, ratio, options.tails);
    let mut test = summary(&coefficients, beyond, tied, options.tails);
    test.estimate = numerator;
    test.standard_error = error;
    test.t = numerator / error;
    test.remarks.extend(remarks(&scores, effective, &coefficients, &options));
    Ok(test)
}

fn check(fit: &Working<'_>, combination: &[f64], value: f64, options: &WildOptions) -> Result<Vector> {
    StatsError::check_length("the weights of a combination", combination.len(), fit.x.ncols())?;
    StatsError::check_finite("the weights of a combination", combination)?;
    StatsError::check_finite("the value of the hypothesis", &[value])?;
    if combination.iter().all(|weight| *weight == 0.0) {
        return Err(StatsError::Setting("the combination to test has no weight that is not zero".into()));
    }
    if !(1..=MOST_DRAWS).contains(&options.draws) {
        return Err(StatsError::Setting(format!("a bootstrap has between 1 and {MOST_DRAWS} draws")));
    }
    if let Some(level) = options.level {
        StatsError::check_probability("the level of an interval", level)?;
    }
    Ok(Vector::from_row_slice(combination))
}

fn summary(found: &draws::Coefficients, beyond: usize, tied: usize, tails: Tails) -> WildTest {
    let draws = found.len();
    let sides = if tails == Tails::Equal { 2.0 } else { 1.0 };
    let share = |count: usize| (sides * count as f64 / draws as f64).min(1.0);
    let p = share(beyond);
    WildTest {
        estimate: f64::NAN,
        standard_error: f64::NAN,
        t: f64::NAN,
        p,
        p_with_ties: share(tied),
        beyond,
        beyond_or_tied: tied,
        draws,
        enumerated: found.enumerated,
        monte_carlo_error: if found.enumerated { 0.0 } else { (p * (1.0 - p) / draws as f64).sqrt() },
        interval: None,
        remarks: Vec::new(),
    }
}

fn remarks(
    scores: &Scores,
    effective: f64,
    found: &draws::Coefficients,
    options: &WildOptions,
) -> Vec<String> {
    let mut remarks = Vec::new();
    let clusters = scores.influences.len();
    if options.weights == WildWeights::Rademacher && clusters < 10 {
        remarks.push(format!(
            "{clusters} clusters give only {} different draws of signs; Webb's six-point weights give more",
            1_u64 << clusters
        ));
    }
    if found.without_variance > 0 {
        remarks.push(format!(
            "{} draws have no variance and count as beyond the data: too few clusters carry the contrast",
            found.without_variance
        ));
    }
    if effective < 4.0 {
        remarks.push(format!(
            "this contrast rests on about {effective:.1} of the {clusters} clusters: with the null imposed the test rejects too \
             seldom, without it too often (MacKinnon and Webb 2017)"
        ));
    }
    remarks
}
