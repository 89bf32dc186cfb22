use std::collections::HashMap;
use std::hash::Hash;

use crate::{Result, StatsError};

/// Which cluster each row belongs to.
///
/// Clusters are numbered from 0 in the order of their first row, so the numbers do not depend on the labels' type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    codes: Vec<usize>,
    rows: Vec<usize>,
    starts: Vec<usize>,
}

impl Clusters {
    /// Clusters from one label for each row.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] if there are no rows.
    pub fn new<L: Eq + Hash>(labels: &[L]) -> Result<Self> {
        let mut known: HashMap<&L, usize> = HashMap::new();
        let mut codes: Vec<usize> = Vec::with_capacity(labels.len());
        for (row, label) in labels.iter().enumerate() {
            // Rows of a cluster mostly stand together, and a comparison is cheaper than a look into the map.
            let code = match codes.last() {
                Some(code) if labels[row - 1] == *label => *code,
                _ => {
                    let next = known.len();
                    *known.entry(label).or_insert(next)
                }
            };
            codes.push(code);
        }
        let count = known.len();
        Self::numbered(codes, count)
    }

    /// Clusters of rows that agree in both of two divisions.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if the two do not divide the same rows.
    pub fn intersection(&self, other: &Self) -> Result<Self> {
        StatsError::check_length("the second division into clusters", other.codes.len(), self.codes.len())?;
        let pairs: Vec<(usize, usize)> =
            self.codes.iter().copied().zip(other.codes.iter().copied()).collect();
        Self::new(&pairs)
    }

    fn numbered(codes: Vec<usize>, count: usize) -> Result<Self> {
        if codes.is_empty() {
            return Err(StatsError::TooFew { what: "rows with a cluster", found: 0, needed: 1 });
        }
        let mut starts = vec![0; count + 1];
        for &code in &codes {
            starts[code + 1] += 1;
        }
        for g in 0..count {
            starts[g + 1] += starts[g];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; codes.len()];
        for (row, &code) in codes.iter().enumerate() {
            rows[next[code]] = row;
            next[code] += 1;
        }
        Ok(Self { codes, rows, starts })
    }

    /// Number of clusters.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Never true: clusters have at least one row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The cluster of each row.
    #[must_use]
    pub fn codes(&self) -> &[usize] {
        &self.codes
    }

    /// The rows of one cluster, in their order.
    #[must_use]
    pub fn rows(&self, cluster: usize) -> &[usize] {
        &self.rows[self.starts[cluster]..self.starts[cluster + 1]]
    }

    /// Rows in each cluster.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        self.starts.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_clusters() {
        let clusters = Clusters::new(&["b", "a", "b", "c", "a"]).unwrap();
        assert_eq!(clusters.count(), 3);
        assert_eq!(clusters.codes(), [0, 1, 0, 2, 1]);
        assert_eq!(clusters.rows(0), [0, 2]);
        assert_eq!(clusters.rows(1), [1, 4]);
        assert_eq!(clusters.sizes(), [2, 2, 1]);
        assert!(Clusters::new::<u8>(&[]).is_err());
    }

    #[test]
    fn an_intersection_needs_both_to_agree() {
        let a = Clusters::new(&[1, 1, 2, 2]).unwrap();
        let b = Clusters::new(&[1, 2, 1, 1]).unwrap();
        assert_eq!(a.intersection(&b).unwrap().codes(), [0, 1, 2, 2]);
        assert!(a.intersection(&Clusters::new(&[1]).unwrap()).is_err());
    }
}
