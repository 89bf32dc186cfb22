use rayon::prelude::*;

use super::{Block, Sdid, Tuning, Weighted};
use crate::random::{Sample, Seed, fast};
use crate::synthetic::panel::Panel;
use crate::{Result, StatsError, Vector};

/// How the standard error of a [`Sdid`] estimate is found.
#[derive(Debug, Clone, PartialEq)]
pub enum SdidError {
    /// Algorithm 4: donors in random order play the treated units; `sqrt((R-1)/R) sd` over the replications. The only one
    /// for one treated unit; needs more donors than treated units and supposes that donors and treated vary alike.
    Placebo {
        /// Replications.
        replications: usize,
        /// Replicate `k` takes stream `k`.
        seed: Seed,
    },
    /// Algorithm 4 with the orders of the donors given (positions among the donors; the last ones play the treated).
    PlaceboOrders(Vec<Vec<usize>>),
    /// Algorithm 2: units drawn with replacement and all weights found anew. Needs at least two treated units.
    Bootstrap {
        /// Replications.
        replications: usize,
        /// Replicate `k` takes stream `k`.
        seed: Seed,
    },
    /// Algorithm 3: each unit left out in turn, with the weights of the full sample divided by their sum. Needs at least two
    /// treated units and two donors with weight.
    Jackknife,
}

/// Redraws of one bootstrap replicate that has no donor or no treated unit.
const REDRAWS: usize = 1_000;

impl Sdid {
    /// Standard error of the estimate for a panel.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] where the method has no answer for the number of treated units or donors;
    /// [`StatsError::TooFew`] for fewer than two replications.
    pub fn standard_error(&self, panel: &Panel, how: &SdidError) -> Result<f64> {
        let donors = panel.donors();
        let block = Block::new(panel, &donors, panel.treated());
        let tuning = self.tuning(&block)?;
        let full = block.solve(&tuning, None)?;
        match how {
            SdidError::Placebo { replications, seed } => {
                let orders: Vec<Vec<usize>> = (0..*replications as u64)
                    .map(|replicate| {
                        let mut order: Vec<usize> = (0..donors.len()).collect();
                        fast(*seed, replicate).shuffle(&mut order);
                        order
                    })
                    .collect();
                placebo(panel, &donors, &tuning, &full, &orders)
            }
            SdidError::PlaceboOrders(orders) => placebo(panel, &donors, &tuning, &full, orders),
            SdidError::Bootstrap { replications, seed } => {
                several_treated(panel, "the bootstrap")?;
                let estimates: Vec<f64> = (0..*replications as u64)
                    .into_par_iter()
                    .map(|replicate| bootstrap(panel, &donors, &tuning, &full, *seed, replicate))
                    .collect::<Result<_>>()?;
                spread(&estimates)
            }
            SdidError::Jackknife => jackknife(panel, &donors, &full),
        }
    }
}

fn several_treated(panel: &Panel, what: &str) -> Result<()> {
    if panel.treated().len() >= 2 {
        return Ok(());
    }
    Err(StatsError::NoAnswer(format!(
        "{what} needs at least two treated units; with one, use placebos for the standard error"
    )))
}

/// `sqrt((R - 1)/R)` times the standard deviation, that is the root of the mean squared deviation.
fn spread(estimates: &[f64]) -> Result<f64> {
    if estimates.len() < 2 {
        return Err(StatsError::TooFew { what: "replications", found: estimates.len(), needed: 2 });
    }
    let n = estimates.len() as f64;
    let mean = estimates.iter().sum::<f64>() / n;
    Ok((estimates.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt())
}

/// Weights of the full sample for some of its donors, divided by their sum; equal weights if all are zero.
fn normalised(omega: &Vector, chosen: &[usize]) -> Vector {
    let picked = Vector::from_fn(chosen.len(), |at, _| omega[chosen[at]]);
    let total = picked.sum();
    if total != 0.0 { picked / total } else { Vector::from_element(chosen.len(), 1.0 / chosen.len() as f64) }
}

fn placebo(
    panel: &Panel,
    donors: &[usize],
    tuning: &Tuning,
    full: &Weighted,
    orders: &[Vec<usize>],
) -> Result<f64> {
    let treated = panel.treated().len();
    if donors.len() <= treated {
        return Err(StatsError::NoAnswer(format!(
            "placebos need more donors than treated units; there are {} donors and {treated} treated units",
            donors.len()
        )));
    }
    for order in orders {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if sorted.iter().copied().ne(0..donors.len()) {
            return Err(StatsError::Setting(
                "an order of donors for a placebo is not a permutation of them".into(),
            ));
        }
    }
    let estimates: Vec<f64> = orders
        .par_iter()
        .map(|order| {
            let (stay, play) = order.split_at(donors.len() - treated);
            let columns = |part: &[usize]| -> Vec<usize> { part.iter().map(|&at| donors[at]).collect() };
            let block = Block::new(panel, &columns(stay), &columns(play));
            let start = normalised(&full.omega, stay);
            Ok(block.solve(tuning, Some((&start, &full.lambda)))?.estimate)
        })
        .collect::<Result<_>>()?;
    spread(&estimates)
}

fn bootstrap(
    panel: &Panel,
    donors: &[usize],
    tuning: &Tuning,
    full: &Weighted,
    seed: Seed,
    replicate: u64,
) -> Result<f64> {
    let units = panel.units().len();
    let mut generator = fast(seed, replicate);
    for _ in 0..REDRAWS {
        let mut drawn: Vec<usize> = (0..units).map(|_| generator.below(units as u64) as usize).collect();
        drawn.sort_unstable();
        let (treated, stay): (Vec<usize>, Vec<usize>) =
            drawn.iter().partition(|unit| panel.treated().contains(unit));
        if treated.is_empty() || stay.is_empty() {
            continue;
        }
        let positions: Vec<usize> =
            stay.iter().map(|unit| donors.partition_point(|donor| donor < unit)).collect();
        let start = normalised(&full.omega, &positions);
        let block = Block::new(panel, &stay, &treated);
        return Ok(block.solve(tuning, Some((&start, &full.lambda)))?.estimate);
    }
    Err(StatsError::NoAnswer(
        "bootstrap samples have no donor or no treated unit; there are too few units for the bootstrap"
            .into(),
    ))
}

fn jackknife(panel: &Panel, donors: &[usize], full: &Weighted) -> Result<f64> {
    several_treated(panel, "the jackknife")?;
    if full.omega.iter().filter(|weight| **weight != 0.0).count() < 2 {
        return Err(StatsError::NoAnswer(
            "the jackknife needs at least two donors with weight, and there is one; use placebos or the bootstrap".into(),
        ));
    }
    let estimate = |positions: &[usize], treated: &[usize]| {
        let columns: Vec<usize> = positions.iter().map(|&at| donors[at]).collect();
        let block = Block::new(panel, &columns, treated);
        let omega = normalised(&full.omega, positions);
        block.estimate(&Weighted { omega, lambda: full.lambda.clone(), estimate: 0.0, certificates: None })
    };
    let all: Vec<usize> = (0..donors.len()).collect();
    let mut estimates = Vec::with_capacity(panel.units().len());
    for out in 0..donors.len() {
        let rest: Vec<usize> = all.iter().copied().filter(|&at| at != out).collect();
        estimates.push(estimate(&rest, panel.treated()));
    }
    for &out in panel.treated() {
        let rest: Vec<usize> = panel.treated().iter().copied().filter(|&unit| unit != out).collect();
        estimates.push(estimate(&all, &rest));
    }
    // sqrt((n-1)/n * sum (u - mean)^2) = sqrt(n - 1) times the root mean squared deviation.
    Ok(spread(&estimates)? * (estimates.len() as f64 - 1.0).sqrt())
}
