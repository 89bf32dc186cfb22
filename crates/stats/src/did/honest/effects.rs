use super::super::event_study::EventTimes;
use crate::numeric::algebra::dot;
use crate::{Matrix, Result, StatsError};

/// Event-study effects laid out for a sensitivity analysis, and the target `theta = sum_t l_t tau_t`.
///
/// Before treatment the estimates `b` measure the violation `delta` of parallel trends alone; after it they measure
/// `tau + delta`. The violation is zero at the reference time.
#[derive(Debug, Clone, PartialEq)]
pub struct SensitivityInput {
    /// Effects, the earliest time first, without the reference.
    pub(super) beta: Vec<f64>,
    /// Their covariance.
    pub(super) covariance: Matrix,
    /// How many of them lie before the reference.
    pub(super) before: usize,
    /// Weights of the effects after the reference in the target.
    pub(super) target: Vec<f64>,
}

impl SensitivityInput {
    /// From effects by time since treatment that follow each other without gaps on both sides of the reference (a
    /// universal base period), and weights for the effects after it; `None`: the first effect after treatment alone.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if times are missing, nothing lies before or after the reference, or weights are all zero;
    /// [`StatsError::Shape`] for a wrong number of weights; [`StatsError::Singular`] if the covariance is not positive
    /// definite.
    pub fn new(effects: &EventTimes, target: Option<&[f64]>) -> Result<Self> {
        let reference = effects.reference;
        if effects.times.contains(&reference) {
            return Err(StatsError::Setting(
                "the sensitivity analysis needs effects against one base period: use a universal base"
                    .to_owned(),
            ));
        }
        let before = effects.times.iter().filter(|&&time| time < reference).count();
        let first = reference - before as i64;
        let whole = effects
            .times
            .iter()
            .enumerate()
            .all(|(k, &time)| time == first + k as i64 + i64::from(k >= before));
        if !whole {
            return Err(StatsError::Setting(format!(
                "the times {:?} leave gaps around the reference {reference}: the sensitivity analysis needs every time",
                effects.times
            )));
        }
        Self::from_parts(&effects.estimates.beta, &effects.estimates.covariance, before, target)
    }

    /// From estimates in the order of time without the reference, the first `before` of them before it.
    ///
    /// # Errors
    /// As [`SensitivityInput::new`].
    pub fn from_parts(
        beta: &[f64],
        covariance: &Matrix,
        before: usize,
        target: Option<&[f64]>,
    ) -> Result<Self> {
        StatsError::check_finite("an effect", beta)?;
        StatsError::check_finite("the covariance of the effects", covariance.as_slice())?;
        StatsError::check_length("the covariance of the effects", covariance.nrows(), beta.len())?;
        StatsError::check_length("the covariance of the effects", covariance.ncols(), beta.len())?;
        if before == 0 || before >= beta.len() {
            return Err(StatsError::Setting(
                "a sensitivity analysis needs effects before and after the reference time".to_owned(),
            ));
        }
        let after = beta.len() - before;
        let mut first = vec![0.0; after];
        first[0] = 1.0;
        let target = target.map_or(first, <[f64]>::to_vec);
        StatsError::check_length("the weights of the target", target.len(), after)?;
        StatsError::check_finite("the weight of an effect", &target)?;
        if target.iter().all(|weight| *weight == 0.0) {
            return Err(StatsError::Setting("the weights of the target are all zero".to_owned()));
        }
        if covariance.clone().cholesky().is_none() {
            return Err(StatsError::Singular(
                "the covariance of the effects is not positive definite: there are too few units or clusters for so many times",
            ));
        }
        Ok(Self { beta: beta.to_vec(), covariance: covariance.clone(), before, target })
    }

    /// Effects after the reference.
    pub(super) fn after(&self) -> usize {
        self.target.len()
    }

    /// The target if parallel trends hold.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        dot(&self.target, &self.beta[self.before..])
    }

    /// Standard error of [`SensitivityInput::estimate`].
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let mut variance = 0.0;
        for i in 0..self.after() {
            for j in 0..self.after() {
                variance +=
                    self.target[i] * self.target[j] * self.covariance[(self.before + i, self.before + j)];
            }
        }
        variance.sqrt()
    }
}
