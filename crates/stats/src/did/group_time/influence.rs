//! Influence functions, stored only where they are not zero.

use std::ops::Range;

/// Influence of every unit on an estimate, on the scale of sums: `estimate - truth` is about `sum_i psi_i`, so that the
/// variance is `sum_i psi_i^2` (by cluster: the sum of squares of the clusters' sums). This is the influence function of
/// Callaway and Sant'Anna divided by the number of units, which then appears nowhere else.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Influence {
    segments: Vec<(usize, Vec<f64>)>,
}

impl Influence {
    /// Cuts the influences of the units in these ranges, one after the other, into segments.
    pub(super) fn new<'a>(ranges: impl Iterator<Item = &'a Range<usize>>, values: &[f64]) -> Self {
        let mut from = 0;
        let segments = ranges
            .map(|range| {
                let to = from + range.len();
                let segment = (range.start, values[from..to].to_vec());
                from = to;
                segment
            })
            .collect();
        Self { segments }
    }

    /// Adds `factor` times this to a vector over all units.
    pub(super) fn add_to(&self, all: &mut [f64], factor: f64) {
        for (start, values) in &self.segments {
            for (to, value) in all[*start..start + values.len()].iter_mut().zip(values) {
                *to += factor * value;
            }
        }
    }

    /// Sum of squares: the variance when units are independent.
    pub(super) fn variance(&self) -> f64 {
        self.segments.iter().map(|(_, values)| crate::numeric::algebra::dot(values, values)).sum()
    }
}

/// Sums of influences over clusters; without clusters the influences themselves.
pub(super) fn by_cluster(all: Vec<f64>, clusters: Option<&(Vec<usize>, usize)>) -> Vec<f64> {
    let Some((cluster, count)) = clusters else { return all };
    let mut sums = vec![0.0; *count];
    for (value, &at) in all.iter().zip(cluster) {
        sums[at] += value;
    }
    sums
}
