use super::layout::Layout;
use super::newton::Evaluation;
use crate::numeric::vector::{add_scaled, dot, sum};

/// Only one of each pair of elements off the diagonal was summed.
#[inline(always)]
pub(super) fn fill_other_triangle(out: &mut Evaluation) {
    for i in 0..out.gradient.len() {
        for j in 0..i {
            let sum = out.hessian[(i, j)] + out.hessian[(j, i)];
            out.hessian[(i, j)] = sum;
            out.hessian[(j, i)] = sum;
        }
    }
}

/// Sum over the rows of a group: groups are often too small for lanes.
#[inline(always)]
pub(super) fn group_sum(values: &[f64]) -> f64 {
    if values.len() < 16 { values.iter().fold(0.0, |total, v| total + v) } else { sum(values) }
}

/// Sum of products over the rows of a group.
#[inline(always)]
pub(super) fn group_dot(left: &[f64], right: &[f64]) -> f64 {
    if left.len() < 16 {
        left.iter().zip(right).fold(0.0, |total, (a, b)| total + a * b)
    } else {
        dot(left, right)
    }
}

/// Whole groups that are worked on together.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub first: usize,
    pub groups: usize,
    /// Where the groups start, and where the last ends.
    starts: &'a [usize],
    pub from: usize,
    pub rows: usize,
}

impl<'a> Block<'a> {
    #[inline(always)]
    pub(super) fn new(layout: &'a Layout<'_>, first: usize, end: usize) -> Self {
        let starts = &layout.starts[first..=end];
        Self { first, groups: end - first, starts, from: starts[0], rows: starts[end - first] - starts[0] }
    }

    /// Rows of group `g` of the block, counted from its first row.
    #[inline(always)]
    pub(super) fn rows_of(&self, g: usize) -> std::ops::Range<usize> {
        self.starts[g] - self.from..self.starts[g + 1] - self.from
    }

    /// Offset and varying part of the linear predictor, less a constant that is returned: both parts of the predictor
    /// stay moderate although columns may be far from zero.
    #[inline(always)]
    pub(super) fn predictor(&self, layout: &Layout<'_>, beta: &[f64], to: &mut [f64]) -> f64 {
        let of = self.from..self.from + self.rows;
        let reference: f64 = layout.z.iter().zip(&layout.varying).map(|(z, j)| z[0] * beta[*j]).sum();
        match &layout.offset {
            None => to.fill(-reference),
            Some(offset) => {
                for (to, offset) in to.iter_mut().zip(&offset[of.clone()]) {
                    *to = offset - reference;
                }
            }
        }
        for (z, j) in layout.z.iter().zip(&layout.varying) {
            add_scaled(to, beta[*j], &z[of.clone()]);
        }
        reference
    }

    /// Adds the part of the linear predictor that the rows of a group share.
    #[inline(always)]
    pub(super) fn group_predictor(&self, layout: &Layout<'_>, beta: &[f64], to: &mut [f64]) {
        for (c, j) in layout.c.iter().zip(&layout.constant) {
            add_scaled(to, beta[*j], &c[self.first..self.first + self.groups]);
        }
    }
}
