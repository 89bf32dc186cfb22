use rayon::prelude::*;
use serde::Serialize;

use super::data::{Prepared, Trial};
use super::fit::{Settings, search};
use super::gram::weigh;
use super::layout::Effect;
use crate::numeric::algebra;
use crate::random::{Sample, Seed, fast};
use crate::{Matrix, Result, StatsError, Vector};

/// Result of a permutation test within the design.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Permutation {
    /// Estimated effect, by generalised least squares with the weights of the model without treatment.
    pub estimate: f64,
    /// Two-sided p-value of no effect on anybody.
    pub p: f64,
    /// Lower end of the interval: the smallest constant effect that is not rejected.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Allocations of sequences to clusters that were compared.
    pub compared: u64,
    /// True if these are all that there are.
    pub exact: bool,
}

/// Most allocations that are kept.
const MOST: u64 = 1_000_000;

/// Permutation test and interval for a constant effect (Wang and De Gruttola 2017; Ji, Fink, Robyn and Small 2017).
///
/// The sequences of treatment are dealt out anew among the clusters (within `strata`, a number for each cluster in the
/// order of their numbers, if given), as the draw of the trial did, and the effect is estimated each time with the same
/// weights: those of the mixed model without treatment. The test is exact whatever the true correlations are; a wrong
/// model costs power alone. Where cells are not measured, a cluster keeps its own empty cells.
/// The interval holds the effects `d` for which the test of `y - d x` does not reject.
///
/// # Errors
/// As [`super::fit()`]; [`StatsError::Setting`] for an effect by exposure, no draws or strata of the wrong length.
pub fn permutation(
    trial: &Trial,
    settings: &Settings,
    strata: Option<&[usize]>,
    draws: u64,
    level: f64,
    seed: Seed,
) -> Result<Permutation> {
    StatsError::check_probability("the level", level)?;
    if settings.effect != Effect::Constant {
        return Err(StatsError::Setting("the permutation test is for a constant effect".into()));
    }
    if draws == 0 || draws > MOST {
        return Err(StatsError::Setting(format!("a permutation test draws 1 to {MOST} times")));
    }
    let prepared = trial.prepare(Effect::Constant)?;
    let clusters = prepared.clusters.len();
    if let Some(strata) = strata {
        StatsError::check_length("the strata of the clusters", strata.len(), clusters)?;
    }
    let null = without_treatment(trial)?;
    // Weights must not depend on who is treated.
    let settings = Settings { varying_treatment: false, ..*settings };
    let (components, _, _) = search(&null, &settings, trial.individual.is_some())?;
    let parts = Parts::new(&prepared, &components)?;
    let paths: Vec<&[f64]> = prepared.clusters.iter().map(|cluster| cluster.treatment.as_slice()).collect();
    let identity: Vec<usize> = (0..clusters).collect();
    let (own, _) = parts.estimate(&identity, &paths)?;
    let (orders, exact) = orders(&paths, strata, draws, seed);
    let pairs: Vec<(f64, f64)> =
        orders.par_iter().filter_map(|order| parts.estimate(order, &paths).ok()).collect();
    if pairs.len() < 2 {
        return Err(StatsError::NoAnswer("too few allocations of sequences can be compared".into()));
    }
    let p_at = |effect: f64| {
        let limit = (own - effect).abs() * (1.0 - 1e-10);
        let extreme = pairs.iter().filter(|(y, x)| (y - effect * x).abs() >= limit).count() as f64;
        if exact { extreme / pairs.len() as f64 } else { (extreme + 1.0) / (pairs.len() as f64 + 1.0) }
    };
    let alpha = 1.0 - level;
    let spread = (pairs.iter().map(|(y, _)| y * y).sum::<f64>() / pairs.len() as f64).sqrt();
    let end = |sign: f64| {
        let mut inside = 0.0;
        let mut outside = spread.max(f64::MIN_POSITIVE);
        for _ in 0..60 {
            if p_at(own + sign * outside) <= alpha {
                break;
            }
            inside = outside;
            outside *= 2.0;
        }
        if p_at(own + sign * outside) > alpha {
            return sign * f64::INFINITY;
        }
        for _ in 0..80 {
            let middle = 0.5 * (inside + outside);
            if p_at(own + sign * middle) > alpha {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        own + sign * inside
    };
    Ok(Permutation {
        estimate: own,
        p: p_at(0.0),
        low: end(-1.0),
        high: end(1.0),
        compared: pairs.len() as u64,
        exact,
    })
}

/// The same data with the treatment turned into no column at all.
fn without_treatment(trial: &Trial) -> Result<Prepared> {
    let mut prepared = trial.prepare(Effect::Constant)?;
    let drop = prepared.periods;
    prepared.names.remove(drop);
    for cluster in &mut prepared.clusters {
        let keep = |matrix: &Matrix| matrix.clone().remove_row(drop).remove_column(drop);
        cluster.rows = keep(&cluster.rows);
        for (_, _, sum) in &mut cluster.people {
            *sum = keep(sum);
        }
    }
    prepared.columns -= 1;
    prepared.effects = 0;
    Ok(prepared)
}

/// What the estimate under another allocation needs of each cluster: products with the indicators of its periods.
struct Parts {
    /// `(X0, y, x)' V^-1 Z`, rows: fixed effects without treatment, outcome, own treatment.
    cross: Vec<Matrix>,
    /// `Z' V^-1 Z`.
    square: Vec<Matrix>,
    /// Inverse of `X0' V^-1 X0`, and its products with the outcome and the own treatment.
    inverse: Matrix,
    solved: [Vector; 2],
    columns: usize,
}

impl Parts {
    fn new(prepared: &Prepared, components: &super::Components) -> Result<Self> {
        let (p, periods) = (prepared.columns, prepared.periods);
        let others: Vec<usize> = (0..p).filter(|&j| j != periods).collect();
        let mut base = Matrix::zeros(p + 1, p + 1);
        let (mut cross, mut square) = (Vec::new(), Vec::new());
        for cluster in &prepared.clusters {
            let one = weigh(cluster, prepared, components)?;
            base += one.gram.view((0, 0), (p + 1, p + 1));
            let rows: Vec<usize> = others.iter().copied().chain([p, periods]).collect();
            cross.push(Matrix::from_fn(rows.len(), periods, |i, j| one.gram[(rows[i], p + 1 + j)]));
            square.push(one.gram.view((p + 1, p + 1), (periods, periods)).clone_owned());
        }
        let k = others.len();
        let inner = Matrix::from_fn(k, k, |i, j| base[(others[i], others[j])]);
        let inverse = algebra::inverse(&inner, "the effects of periods and covariates cannot be told apart")?;
        let product = |column: usize| &inverse * Vector::from_fn(k, |i, _| base[(others[i], column)]);
        let solved = [product(p), product(periods)];
        Ok(Self { cross, square, inverse, solved, columns: k })
    }

    /// Estimated effect on the outcome, and on the own treatment, when cluster `i` has the path of cluster `order[i]`.
    fn estimate(&self, order: &[usize], paths: &[&[f64]]) -> Result<(f64, f64)> {
        let k = self.columns;
        let mut sums = vec![0.0; k + 2];
        let mut square = 0.0;
        for (i, &from) in order.iter().enumerate() {
            let path = paths[from];
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum += (0..path.len()).map(|j| self.cross[i][(row, j)] * path[j]).sum::<f64>();
            }
            for (a, x) in path.iter().enumerate() {
                if *x != 0.0 {
                    square += x * (0..path.len()).map(|b| self.square[i][(a, b)] * path[b]).sum::<f64>();
                }
            }
        }
        let base = Vector::from_row_slice(&sums[..k]);
        let below = square - base.dot(&(&self.inverse * &base));
        if below <= 1e-10 * square.abs() {
            return Err(StatsError::NoAnswer(
                "the effect of the treatment cannot be told from that of time".into(),
            ));
        }
        Ok(((sums[k] - base.dot(&self.solved[0])) / below, (sums[k + 1] - base.dot(&self.solved[1])) / below))
    }
}

/// Allocations of paths to clusters: all that differ, if they are no more than `draws` and there are no strata; otherwise draws.
fn orders(paths: &[&[f64]], strata: Option<&[usize]>, draws: u64, seed: Seed) -> (Vec<Vec<usize>>, bool) {
    let clusters = paths.len();
    // Clusters with the same path are represented by the first of them.
    let labels: Vec<usize> =
        (0..clusters).map(|i| (0..i).find(|&j| paths[j] == paths[i]).unwrap_or(i)).collect();
    if strata.is_none() && ways(&labels) <= draws as f64 {
        let mut labels = labels;
        labels.sort_unstable();
        let mut all = vec![labels.clone()];
        while crate::numeric::permutations::next(&mut labels) {
            all.push(labels.clone());
        }
        return (all, true);
    }
    let drawn = (0..draws)
        .into_par_iter()
        .map(|k| {
            let mut random = fast(seed, k);
            let mut order = labels.clone();
            match strata {
                None => random.shuffle(&mut order),
                Some(strata) => {
                    let mut names: Vec<usize> = strata.to_vec();
                    names.sort_unstable();
                    names.dedup();
                    for name in names {
                        let members: Vec<usize> = (0..clusters).filter(|&i| strata[i] == name).collect();
                        let mut these: Vec<usize> = members.iter().map(|&i| order[i]).collect();
                        random.shuffle(&mut these);
                        for (&i, &label) in members.iter().zip(&these) {
                            order[i] = label;
                        }
                    }
                }
            }
            order
        })
        .collect();
    (drawn, false)
}

/// Number of different orders of the labels.
fn ways(labels: &[usize]) -> f64 {
    use crate::numeric::special::ln_factorial;
    let mut log = ln_factorial(labels.len() as f64);
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    for run in sorted.chunk_by(|a, b| a == b) {
        log -= ln_factorial(run.len() as f64);
    }
    if log > 40.0 { f64::INFINITY } else { log.exp().round() }
}
