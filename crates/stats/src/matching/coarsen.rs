//! Continuous values into bins.

use serde::Serialize;

use crate::{Result, StatsError};

/// How a variable is cut.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Cuts {
    /// `ceil(log2 n + 1)` bins of equal width between the smallest and the largest value (Sturges 1926).
    Sturges,
    /// Bins of equal width, about `3.5 s n^(-1/3)` (Scott 1979).
    Scott,
    /// Bins of equal width, about `2 IQR n^(-1/3)` (Freedman and Diaconis 1981).
    FreedmanDiaconis,
    /// So many bins of equal width.
    Bins(usize),
    /// At these points, rising; values outside the first and last belong to bins of their own.
    At(Vec<f64>),
    /// Every value is a bin: for categories.
    Every,
}

/// A variable in bins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coarsened {
    /// Bin of each unit, from 0.
    pub bins: Vec<usize>,
    /// The cut points between bins (for [`Cuts::Every`], the values).
    pub cuts: Vec<f64>,
}

/// Puts values into bins. A bin holds its upper cut point and not its lower one; the smallest value is in the first bin.
///
/// # Errors
/// [`StatsError::Value`] for a missing value; [`StatsError::TooFew`] for none; [`StatsError::Setting`] for no bins or cut points that do
/// not rise.
pub fn coarsen(name: &str, values: &[f64], how: &Cuts) -> Result<Coarsened> {
    StatsError::check_finite(name, values)?;
    if values.is_empty() {
        return Err(StatsError::TooFew { what: "values to put into bins", found: 0, needed: 1 });
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    if *how == Cuts::Every {
        sorted.dedup();
        let bins = values.iter().map(|value| sorted.partition_point(|other| other < value)).collect();
        return Ok(Coarsened { bins, cuts: sorted });
    }
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let size = values.len() as f64;
    let by_width = |width: f64| {
        if width > 0.0 { ((high - low) / width).ceil().clamp(1.0, 1e6) as usize } else { 1 }
    };
    let count = match how {
        Cuts::Sturges => (size.log2() + 1.0).ceil() as usize,
        Cuts::Scott => by_width(3.5 * deviation(values) * size.powf(-1.0 / 3.0)),
        Cuts::FreedmanDiaconis => by_width(2.0 * quartile_range(&sorted) * size.powf(-1.0 / 3.0)),
        Cuts::Bins(count) => *count,
        Cuts::At(points) => {
            StatsError::check_finite("a cut point", points)?;
            if points.windows(2).any(|pair| pair[1] <= pair[0]) {
                return Err(StatsError::Setting(format!("the cut points of {name} must rise")));
            }
            return Ok(at(values, points.clone()));
        }
        Cuts::Every => 1,
    };
    if count == 0 {
        return Err(StatsError::Setting(format!("{name} must have at least one bin")));
    }
    let inner = if low == high { 1 } else { count };
    let cuts = (1..inner).map(|k| low + (high - low) * k as f64 / count as f64).collect();
    Ok(at(values, cuts))
}

fn at(values: &[f64], cuts: Vec<f64>) -> Coarsened {
    let bins = values.iter().map(|value| cuts.partition_point(|cut| cut < value)).collect();
    Coarsened { bins, cuts }
}

fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
}

/// Interquartile range, quantiles with linear interpolation.
fn quartile_range(sorted: &[f64]) -> f64 {
    let quantile = |p: f64| {
        let position = p * (sorted.len() - 1) as f64;
        let below = position.floor() as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
    };
    quantile(0.75) - quantile(0.25)
}
