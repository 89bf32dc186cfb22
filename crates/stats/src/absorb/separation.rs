//! Separation: rows without an event whose expected count the model can bring to zero.

use super::Options;
use super::demean::Absorber;
use super::linear::within;
use super::sample::Sample;
use crate::cluster::solve_normal_equations;
use crate::{Result, StatsError};

/// Below this a certificate counts as zero.
const ZERO: f64 = 1e-5;
/// Most regressions.
const MOST: usize = 500;

/// Rows that are separated, by the iterative rectifier of Correia, Guimaraes and Zylkin (2019, algorithm 1).
///
/// A row with `y = 0` is separated if some combination of regressors and dummies is zero wherever `y > 0`, never negative
/// elsewhere, and positive at the row. The algorithm regresses a candidate `u` (at first: 1 where `y = 0`) with a heavy weight on
/// the rows with `y > 0`, so that the fit is zero there, and puts the positive part of the fit in its place until the fit has no
/// negative part.
pub(super) fn separated(sample: &Sample<'_>, options: &Options) -> Result<Vec<bool>> {
    let n = sample.y.len();
    let zero: Vec<bool> = sample.y.iter().map(|y| *y == 0.0).collect();
    let number = zero.iter().filter(|zero| **zero).count();
    if number == 0 {
        return Ok(vec![false; n]);
    }
    let heavy = (number as f64).max(1.0) / (ZERO * ZERO);
    let weights: Vec<f64> = zero.iter().map(|zero| if *zero { 1.0 } else { heavy }).collect();
    let absorber = Absorber::new(&sample.factors, Some(&weights));
    let names = vec![String::new(); sample.x.ncols()];
    let weighted = Sample { weights: Some(weights.as_slice().into()), ..sample.clone() };
    let x = match within(&weighted, &absorber, &names, options) {
        Ok((x, ..)) => Some(x),
        // Without a regressor that varies under these weights only the dummies can separate.
        Err(StatsError::NoAnswer(_)) => None,
        Err(error) => return Err(error),
    };
    let mut u: Vec<f64> = zero.iter().map(|zero| f64::from(*zero)).collect();
    for _ in 0..MOST {
        let mut left = u.clone();
        absorber.remove(&mut left, options.tolerance, options.iterations)?;
        let residual: Vec<f64> = match &x {
            None => left,
            Some(x) => {
                let (beta, _) = solve_normal_equations(x, &left, Some(&weights))?;
                let fitted = x * beta;
                left.iter().zip(fitted.iter()).map(|(left, fitted)| left - fitted).collect()
            }
        };
        let fit: Vec<f64> = u.iter().zip(&residual).map(|(u, residual)| u - residual).collect();
        let lowest = (0..n).filter(|i| zero[*i]).map(|i| fit[i]).fold(f64::INFINITY, f64::min);
        if lowest > -ZERO {
            return Ok((0..n).map(|i| zero[i] && fit[i] > ZERO).collect());
        }
        for i in 0..n {
            u[i] = if zero[i] && fit[i] > ZERO { fit[i] } else { 0.0 };
        }
        if u.iter().all(|u| *u == 0.0) {
            return Ok(vec![false; n]);
        }
    }
    // Not settled: nothing is called separated that is not known to be.
    Ok(vec![false; n])
}
