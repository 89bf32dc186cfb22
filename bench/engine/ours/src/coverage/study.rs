//! One case, its trials and their tally.

use rayon::prelude::*;
use stats::random::{Seed, fast};
use stats::{Estimate, Result};

use super::draw::Draw;

/// What a share counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Intervals that hold the truth.
    Coverage,
    /// Tests of the truth at 5%: one less the coverage.
    Size,
}

/// What one trial found.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Estimate less truth.
    pub error: f64,
    /// Standard error, NaN where the method has none.
    pub standard_error: f64,
    /// 1 if the interval holds the truth, or a share where a trial has several intervals.
    pub covered: f64,
}

impl Found {
    /// From an interval.
    pub fn new(estimate: f64, standard_error: f64, (low, high): (f64, f64), truth: f64) -> Self {
        let covered = f64::from(low <= truth && truth <= high);
        Self { error: estimate - truth, standard_error, covered }
    }

    /// From an estimate with its interval.
    pub fn of(estimate: &Estimate, truth: f64) -> Self {
        Self::new(estimate.estimate, estimate.standard_error, (estimate.low, estimate.high), truth)
    }
}

/// A trial: data from a random stream, and what the estimator makes of them.
pub type Trial = Box<dyn Fn(&mut Draw) -> Result<Found> + Send + Sync>;

/// An estimator at one size.
pub struct Case {
    /// Estimator.
    pub name: &'static str,
    /// Size of the data.
    pub size: String,
    /// Trials of the whole study.
    pub trials: u64,
    /// What is counted.
    pub kind: Kind,
    /// Why theory does not promise 95% here; empty where it does.
    pub reason: &'static str,
    /// The trial.
    pub trial: Trial,
}

impl Case {
    /// Coverage in so many trials.
    pub fn new(
        name: &'static str,
        size: impl Into<String>,
        trials: u64,
        trial: impl Fn(&mut Draw) -> Result<Found> + Send + Sync + 'static,
    ) -> Self {
        Self { name, size: size.into(), trials, kind: Kind::Coverage, reason: "", trial: Box::new(trial) }
    }

    /// The same, with the reason for which theory does not promise 95%.
    pub fn because(self, reason: &'static str) -> Self {
        Self { reason, ..self }
    }

    /// The same, as the size of a test.
    pub fn size(self) -> Self {
        Self { kind: Kind::Size, ..self }
    }

    /// Runs a share of the trials.
    pub fn run(&self, share: f64) -> Tally {
        let trials = ((self.trials as f64 * share).round() as u64).max(1);
        let seed = self.seed();
        let found: Vec<Result<Found>> =
            (0..trials).into_par_iter().map(|k| (self.trial)(&mut Draw::new(fast(seed, k)))).collect();
        Tally::new(&found)
    }

    /// FNV-1a of name and size.
    fn seed(&self) -> Seed {
        let bytes = self.name.bytes().chain(self.size.bytes());
        Seed::from_number(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }
}

/// Sums over the trials of a case.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    /// Trials.
    pub trials: usize,
    /// Trials that ended with an error.
    pub failures: usize,
    covered: (f64, f64),
    error: (f64, f64),
    standard_error: f64,
}

impl Tally {
    fn new(found: &[Result<Found>]) -> Self {
        let good: Vec<Found> = found.iter().filter_map(|found| found.as_ref().ok().copied()).collect();
        if let Some(error) = found.iter().find_map(|found| found.as_ref().err()) {
            eprintln!("          first failure: {error}");
        }
        let moments = |of: &dyn Fn(&Found) -> f64| -> (f64, f64) {
            let n = good.len() as f64;
            let mean = good.iter().map(of).sum::<f64>() / n;
            let squares: f64 = good.iter().map(|found| (of(found) - mean).powi(2)).sum();
            (mean, (squares / (n - 1.0)).sqrt())
        };
        Self {
            trials: found.len(),
            failures: found.len() - good.len(),
            covered: moments(&|found| found.covered),
            error: moments(&|found| found.error),
            standard_error: moments(&|found| found.standard_error).0,
        }
    }

    fn answered(&self) -> f64 {
        (self.trials - self.failures) as f64
    }

    /// Share of the intervals that hold the truth.
    pub fn coverage(&self) -> f64 {
        self.covered.0
    }

    /// Monte Carlo interval of the coverage (Wilson's), for shares with the number of trials that their variance is worth.
    pub fn interval(&self) -> (f64, f64) {
        let (share, deviation) = self.covered;
        let binary = share * (1.0 - share);
        let n = if deviation > 0.0 && binary > 0.0 {
            self.answered() * (binary / (deviation * deviation)).max(1.0)
        } else {
            self.answered()
        };
        let z = 1.959_963_984_540_054_f64;
        let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z * (binary / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
        (middle - half, middle + half)
    }

    /// Mean of estimate less truth.
    pub fn bias(&self) -> f64 {
        self.error.0
    }

    /// Monte Carlo standard error of the bias.
    pub fn bias_error(&self) -> f64 {
        self.error.1 / self.answered().sqrt()
    }

    /// Mean standard error over the standard deviation of the errors.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.standard_error / self.error.1).filter(|ratio| ratio.is_finite())
    }
}
