use crate::Matrix;

/// What stays the same over all replicates of a simulation: one row for each cluster and period that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Design matrix: a constant, an indicator for each period but the first, the treatment, covariates of the clusters.
    pub x: Matrix,
    /// Names of its columns.
    pub names: Vec<String>,
    /// Column of the treatment.
    pub effect: usize,
    /// Cluster of each row, from 0.
    pub cluster: Vec<usize>,
    /// Period of each row, from 0.
    pub period: Vec<usize>,
    /// Sequence (arm) of each row's cluster, from 0.
    pub sequence: Vec<usize>,
    /// Treatment of each row.
    pub treatment: Vec<f64>,
    /// People, or person-time, of each row.
    pub size: Vec<f64>,
    /// Logarithm of the size: the offset of a rate model.
    pub offset: Vec<f64>,
    /// Number of clusters.
    pub clusters: usize,
}
