//! Relative magnitudes: violations after treatment at most `M` times the largest before it.

use rayon::prelude::*;
use serde::Serialize;

use super::conditional::{HybridTest, Polyhedron};
use super::effects::SensitivityInput;
use crate::numeric::roots::golden;
use crate::random::Seed;
use crate::{Matrix, Result, StatsError};

/// Settings of the analysis by relative magnitudes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelativeMagnitudes {
    /// Level of the confidence set.
    pub level: f64,
    /// Draws for the critical value of the first stage of the test.
    pub draws: usize,
    /// Seed of these draws.
    pub seed: Seed,
}

impl Default for RelativeMagnitudes {
    fn default() -> Self {
        Self { level: 0.95, draws: 2000, seed: Seed::from_number(1) }
    }
}

/// A confidence set for the target that holds under a restriction on violations of parallel trends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RobustSet {
    /// The bound on violations it holds under.
    pub bound: f64,
    /// Lower end; infinite where the data set no limit.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The values of the target that fit the point estimates and the restriction, without sampling error.
    pub identified: (f64, f64),
}

impl RobustSet {
    /// True if zero lies outside.
    #[must_use]
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Confidence sets under `|delta_{t+1} - delta_t| <= M max_{s < 0} |delta_{s+1} - delta_s|` for all times after the
/// reference (Rambachan and Roth 2023, section 2.4.1), one for each `M`.
///
/// The restriction is a union of polyhedra, one for each place and sign of the largest change before treatment; the set is
/// the union of the sets from the conditional-least-favourable hybrid test of each (their lemma 2.2 and section 3.3),
/// using the inequalities on changes after the reference. Every polyhedron's set is searched where the first stage does
/// not reject (an interval, because the statistic is convex in the target), and the hull of the union is reported, which
/// can only be too wide. At `M = 0` parallel trends hold after the reference.
///
/// # Errors
/// [`StatsError::Setting`] for a negative `M`, a level outside 0 to 1 or fewer than 200 draws.
pub fn relative_magnitudes(
    input: &SensitivityInput,
    bounds: &[f64],
    options: &RelativeMagnitudes,
) -> Result<Vec<RobustSet>> {
    check(bounds, options)?;
    bounds
        .iter()
        .map(|&bound| {
            let tests = tests(input, bound, options)?;
            let mut low = f64::INFINITY;
            let mut high = f64::NEG_INFINITY;
            let ends: Vec<Option<(f64, f64)>> =
                tests.par_iter().map(|test| test.as_ref().map_or(EVERYTHING, |test| hull(input, test))).collect();
            for (from, to) in ends.into_iter().flatten() {
                low = low.min(from);
                high = high.max(to);
            }
            if low > high {
                return Err(StatsError::NoAnswer(format!(
                    "every value is rejected under relative magnitudes of {bound}: the estimates contradict the restriction"
                )));
            }
            Ok(RobustSet { bound, low, high, identified: identified(input, bound) })
        })
        .collect()
}

/// The largest `M` (to about 0.001, up to `most`) under which zero is still rejected; `None` if zero is not rejected even
/// at `M = 0`, `most` if it is rejected throughout.
///
/// # Errors
/// As [`relative_magnitudes`].
pub fn relative_magnitudes_breakdown(
    input: &SensitivityInput,
    most: f64,
    options: &RelativeMagnitudes,
) -> Result<Option<f64>> {
    check(&[most], options)?;
    let rejects = |bound: f64| -> Result<bool> {
        Ok(tests(input, bound, options)?
            .iter()
            .all(|test| test.as_ref().is_some_and(|test| !test.accepts(0.0))))
    };
    if !rejects(0.0)? {
        return Ok(None);
    }
    if rejects(most)? {
        return Ok(Some(most));
    }
    let (mut low, mut high) = (0.0, most);
    while high - low > 1e-3 {
        let middle = 0.5 * (low + high);
        if rejects(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(low))
}

const EVERYTHING: Option<(f64, f64)> = Some((f64::NEG_INFINITY, f64::INFINITY));

fn check(bounds: &[f64], options: &RelativeMagnitudes) -> Result<()> {
    StatsError::check_probability("the level", options.level)?;
    if options.draws < 200 {
        return Err(StatsError::Setting("the first stage needs at least 200 draws".to_owned()));
    }
    if bounds.iter().any(|bound| !(bound.is_finite() && *bound >= 0.0)) {
        return Err(StatsError::Setting("relative magnitudes must be zero or more".to_owned()));
    }
    Ok(())
}

/// One test for each place and sign of the largest change before treatment.
fn tests(
    input: &SensitivityInput,
    bound: f64,
    options: &RelativeMagnitudes,
) -> Result<Vec<Option<HybridTest>>> {
    (0..2 * input.before)
        .into_par_iter()
        .map(|k| {
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let set = polyhedron(input, bound, k / 2, sign);
            HybridTest::new(input, &set, 1.0 - options.level, options.draws, options.seed)
        })
        .collect()
}

/// `+-(delta_{t+1} - delta_t) <= M sign (delta_{s+1} - delta_s)` for all `t` from the reference on.
fn polyhedron(input: &SensitivityInput, bound: f64, place: usize, sign: f64) -> Polyhedron {
    let (before, after) = (input.before, input.after());
    let mut a = Matrix::zeros(2 * after, before + after);
    for t in 0..after {
        for (row, direction) in [(2 * t, 1.0), (2 * t + 1, -1.0)] {
            add_change(&mut a, row, before, before + t, direction);
            add_change(&mut a, row, before, place, -bound * sign);
        }
    }
    Polyhedron { d: vec![0.0; 2 * after], a }
}

/// Adds `factor` times the change from time `k` to time `k + 1`; time `before` is the reference, where nothing is added.
fn add_change(a: &mut Matrix, row: usize, before: usize, k: usize, factor: f64) {
    let column = |time: usize| {
        if time < before { Some(time) } else { time.checked_sub(before + 1).map(|t| before + t) }
    };
    if let Some(j) = column(k + 1) {
        a[(row, j)] += factor;
    }
    if let Some(j) = column(k) {
        a[(row, j)] -= factor;
    }
}

/// Values of the target for the point estimates: violations after the reference are sums of changes, each within `M` times
/// the largest change before it.
fn identified(input: &SensitivityInput, bound: f64) -> (f64, f64) {
    let largest = (0..input.before)
        .map(|k| {
            let next = if k + 1 == input.before { 0.0 } else { input.beta[k + 1] };
            (next - input.beta[k]).abs()
        })
        .fold(0.0, f64::max);
    let reach: f64 = (0..input.after()).map(|t| input.target[t..].iter().sum::<f64>().abs()).sum();
    let half = bound * largest * reach;
    (input.estimate() - half, input.estimate() + half)
}

/// Ends of the values that one test accepts.
fn hull(input: &SensitivityInput, test: &HybridTest) -> Option<(f64, f64)> {
    const GRID: usize = 60;
    let (outer, inner) = stretches(input, test)?;
    let edge = |from: f64, to: f64| -> Option<f64> {
        let at = |k: usize| from + (to - from) * k as f64 / GRID as f64;
        let first = (0..=GRID).find(|&k| test.accepts(at(k)))?;
        if first == 0 {
            return Some(from);
        }
        let (mut rejected, mut accepted) = (at(first - 1), at(first));
        for _ in 0..40 {
            let middle = 0.5 * (rejected + accepted);
            if test.accepts(middle) {
                accepted = middle;
            } else {
                rejected = middle;
            }
        }
        Some(accepted)
    };
    match inner {
        Some((low, high)) => Some((edge(outer.0, low).unwrap_or(low), edge(outer.1, high).unwrap_or(high))),
        None => Some((edge(outer.0, outer.1)?, edge(outer.1, outer.0)?)),
    }
}

type Stretch = (f64, f64);

/// Where the first stage does not reject, and, inside, where no inequality is violated (always accepted).
fn stretches(input: &SensitivityInput, test: &HybridTest) -> Option<(Stretch, Option<Stretch>)> {
    let step = input.standard_error();
    // The statistic is convex, so its valley lies between two points that are higher than one between them.
    let centre = input.estimate();
    let mut reach = 4.0 * step;
    let mut valley = (centre, test.statistic(centre));
    for _ in 0..60 {
        valley = golden(centre - reach, centre + reach, 1e-10, |theta| test.statistic(theta));
        if (valley.0 - centre).abs() < 0.9 * reach {
            break;
        }
        reach *= 4.0;
    }
    let (bottom, least) = valley;
    let crossing = |level: f64, direction: f64| {
        let mut inside = bottom;
        let mut outside = bottom + direction * step;
        for _ in 0..200 {
            if test.statistic(outside) > level {
                break;
            }
            inside = outside;
            outside = bottom + (outside - bottom) * 2.0;
        }
        if !outside.is_finite() {
            return outside;
        }
        for _ in 0..100 {
            let middle = 0.5 * (inside + outside);
            if middle == inside || middle == outside {
                break;
            }
            if test.statistic(middle) > level {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        inside
    };
    if least > test.first_stage {
        return None;
    }
    let outer = (crossing(test.first_stage, -1.0), crossing(test.first_stage, 1.0));
    let inner = (least <= 0.0).then(|| (crossing(0.0, -1.0), crossing(0.0, 1.0)));
    Some((outer, inner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Sample, fast};
    use crate::{Matrix, Vector};

    fn correlated(n: usize) -> Matrix {
        Matrix::from_fn(n, n, |i, j| 0.04 * if i == j { 1.0 } else { 0.5 })
    }

    /// The statistic against its definition: the least `eta` for which some nuisance value satisfies all inequalities,
    /// found on a fine grid.
    #[test]
    fn the_statistic_is_the_least_violation() {
        let beta = [0.1, -0.2, 0.5, 0.9];
        let input = SensitivityInput::from_parts(&beta, &correlated(4), 2, Some(&[0.5, 0.5])).unwrap();
        let set = polyhedron(&input, 0.8, 1, 1.0);
        let test = HybridTest::new(&input, &set, 0.05, 300, Seed::from_number(1)).unwrap().unwrap();
        let spread = &set.a * correlated(4) * set.a.transpose();
        for theta in [-1.0, 0.3, 0.7, 2.0] {
            let mut least = f64::INFINITY;
            for k in 0..200_001 {
                let first = -5.0 + f64::from(k) * 5e-5;
                let tau = Vector::from_column_slice(&[0.0, 0.0, first, 2.0 * theta - first]);
                let excess = &set.a * (Vector::from_column_slice(&beta) - tau);
                let worst =
                    (0..4).map(|i| excess[i] / spread[(i, i)].sqrt()).fold(f64::NEG_INFINITY, f64::max);
                least = least.min(worst);
            }
            assert!((test.statistic(theta) - least).abs() < 1e-3, "{} {least}", test.statistic(theta));
        }
    }

    /// Violations after treatment as large as allowed, in both directions: the true effect is rejected in at most 5% of
    /// samples (7% allows for 600 samples).
    #[test]
    fn the_truth_is_seldom_rejected() {
        let covariance = correlated(4);
        let root = covariance.clone().cholesky().unwrap().l();
        let zero = SensitivityInput::from_parts(&[0.0; 4], &covariance, 2, Some(&[0.0, 1.0])).unwrap();
        let sets: Vec<Polyhedron> =
            (0..4).map(|k| polyhedron(&zero, 1.0, k / 2, if k % 2 == 0 { 1.0 } else { -1.0 })).collect();
        let mut tests: Vec<HybridTest> = sets
            .iter()
            .map(|set| HybridTest::new(&zero, set, 0.05, 2000, Seed::from_number(1)).unwrap().unwrap())
            .collect();
        // The largest change before treatment is 0.3; with M = 1 both changes after it may be 0.3.
        for delta in [[-0.2, -0.3, 0.3, 0.6], [0.2, 0.3, 0.3, 0.0], [0.0, 0.0, 0.0, 0.0]] {
            let mut rejected = 0;
            for sample in 0..600 {
                let mut random = fast(Seed::from_number(77), sample);
                let noise = &root * Vector::from_fn(4, |_, _| random.normal());
                let beta: Vec<f64> = (0..4).map(|k| delta[k] + noise[k]).collect();
                // The effect itself is zero.
                let mut accepted = false;
                for (test, set) in tests.iter_mut().zip(&sets) {
                    test.set_estimates(set, &covariance, &beta);
                    accepted |= test.accepts(0.0);
                }
                rejected += u32::from(!accepted);
            }
            assert!(rejected <= 42, "{delta:?}: {rejected} of 600");
        }
    }
}
