use crate::{Matrix, Result, StatsError};

/// The rows put together by cluster.
pub(super) struct Grouped {
    pub(super) x: Matrix,
    pub(super) y: Vec<f64>,
    pub(super) offset: Option<Vec<f64>>,
    /// Where each cluster begins, and one past the last row.
    pub(super) starts: Vec<usize>,
    /// Position in the caller's rows of each row here.
    pub(super) order: Vec<usize>,
}

impl Grouped {
    /// Sorts rows by cluster, keeping their order within it; clusters are in the order of their numbers.
    pub(super) fn new(x: &Matrix, y: &[f64], offset: Option<&[f64]>, clusters: &[usize]) -> Result<Self> {
        let n = x.nrows();
        StatsError::check_length("the outcome", y.len(), n)?;
        StatsError::check_length("the clusters", clusters.len(), n)?;
        if let Some(offset) = offset {
            StatsError::check_length("the offset", offset.len(), n)?;
        }
        let mut order: Vec<usize> = (0..n).collect();
        let sorted = clusters.windows(2).all(|pair| pair[0] <= pair[1]);
        if !sorted {
            order.sort_by_key(|row| clusters[*row]);
        }
        let mut starts = vec![0];
        for k in 1..n {
            if clusters[order[k]] != clusters[order[k - 1]] {
                starts.push(k);
            }
        }
        starts.push(n);
        if starts.len() < 3 {
            return Err(StatsError::TooFew { what: "clusters", found: starts.len() - 1, needed: 2 });
        }
        let pick = |values: &[f64]| -> Vec<f64> { order.iter().map(|row| values[*row]).collect() };
        let grouped = if sorted { x.clone() } else { x.select_rows(&order) };
        Ok(Self { x: grouped, y: pick(y), offset: offset.map(pick), starts, order })
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn largest(&self) -> usize {
        self.starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }
}
