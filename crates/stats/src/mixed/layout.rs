use std::borrow::Cow;

use super::data::Groups;
use crate::numeric::vector::{Processor, dot, sum};
use crate::{Matrix, Result, StatsError};

/// Rows that are worked on at a time: small enough for the nearest caches, large enough for full vectors.
const BLOCK_ROWS: usize = 2048;

/// A design in the form that the likelihoods want: rows of a group beside one another, columns that are constant within
/// every group kept once a group. Rows of weight zero are left out. Nothing is copied where the rows come sorted.
#[derive(Debug, Clone)]
pub(super) struct Layout<'a> {
    /// Columns of the design matrix.
    pub columns: usize,
    /// Where each group begins, and the number of rows at the end.
    pub starts: Vec<usize>,
    /// Blocks of whole groups: first group of each, and the number of groups at the end.
    pub blocks: Vec<usize>,
    /// Most rows in one block, and most groups.
    pub widest: usize,
    pub widest_groups: usize,
    /// Label of each group (outer label first, where groups are nested).
    pub labels: Vec<(usize, usize)>,
    /// First group of each outer group, and the number of groups at the end (nested designs alone).
    pub outer: Vec<usize>,
    /// Original position of each row; `None` where rows are used as they come.
    pub order: Option<Vec<u32>>,
    /// Which columns vary within groups, and their values by row.
    pub varying: Vec<usize>,
    pub z: Vec<Cow<'a, [f64]>>,
    /// Which columns are constant within groups, and their values by group.
    pub constant: Vec<usize>,
    pub c: Vec<Vec<f64>>,
    pub offset: Option<Cow<'a, [f64]>>,
    pub weights: Option<Cow<'a, [f64]>>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(
        x: &'a Matrix,
        offset: Option<&'a [f64]>,
        weights: Option<&'a [f64]>,
        groups: Groups<'a>,
    ) -> Result<Self> {
        let rows = x.nrows();
        check_inputs(x, offset, weights, groups)?;
        let keys = Keys::new(groups);
        let zeros = weights.is_some_and(|weights| weights.contains(&0.0));
        let order = if zeros || !keys.contiguous(rows) { Some(keys.order(rows, weights)?) } else { None };
        let used = order.as_ref().map_or(rows, Vec::len);
        if used == 0 {
            return Err(StatsError::TooFew { what: "rows with a positive weight", found: 0, needed: 1 });
        }
        let at = |position: usize| order.as_ref().map_or(position, |order| order[position] as usize);
        let (mut starts, mut labels) = (Vec::new(), Vec::new());
        for position in 0..used {
            let key = keys.key(at(position));
            if labels.last() != Some(&key) {
                starts.push(position);
                labels.push(key);
            }
        }
        starts.push(used);
        let taken = |values: &'a [f64]| -> Cow<'a, [f64]> {
            match &order {
                None => Cow::Borrowed(values),
                Some(order) => Cow::Owned(order.iter().map(|i| values[*i as usize]).collect()),
            }
        };
        let (mut varying, mut z, mut constant, mut c) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for j in 0..x.ncols() {
            let values = taken(&x.as_slice()[j * rows..(j + 1) * rows]);
            if starts.windows(2).all(|group| same(&values[group[0]..group[1]])) {
                constant.push(j);
                c.push(starts[..labels.len()].iter().map(|start| values[*start]).collect());
            } else {
                varying.push(j);
                z.push(values);
            }
        }
        let outer = match groups {
            Groups::One(_) => Vec::new(),
            Groups::Nested { .. } => {
                let mut outer: Vec<usize> =
                    (0..labels.len()).filter(|g| *g == 0 || labels[*g].0 != labels[*g - 1].0).collect();
                outer.push(labels.len());
                outer
            }
        };
        let (blocks, widest) = blocks(&starts);
        let widest_groups = blocks.windows(2).map(|block| block[1] - block[0]).max().unwrap_or(0);
        Ok(Self {
            columns: x.ncols(),
            blocks,
            widest,
            widest_groups,
            outer,
            varying,
            z,
            constant,
            c,
            offset: offset.map(taken),
            weights: weights.map(taken),
            starts,
            labels,
            order,
        })
    }

    pub(super) fn groups(&self) -> usize {
        self.labels.len()
    }

    pub(super) fn rows(&self) -> usize {
        self.starts[self.groups()]
    }

    /// Outer group of a group.
    pub(super) fn outer_of(&self, g: usize) -> usize {
        self.outer.partition_point(|first| *first <= g) - 1
    }

    /// A column that is the same everywhere, and its value.
    pub(super) fn intercept(&self) -> Option<(usize, f64)> {
        let found = self.c.iter().zip(&self.constant).find(|(c, _)| c[0] != 0.0 && same(c));
        found.map(|(c, j)| (*j, c[0]))
    }

    /// `X'v` for values by row, whose sums by group are known.
    #[inline(always)]
    pub(super) fn products_into(&self, rows: &[f64], groups: &[f64], to: &mut [f64]) {
        for (z, j) in self.z.iter().zip(&self.varying) {
            to[*j] = dot(rows, z);
        }
        for (c, j) in self.c.iter().zip(&self.constant) {
            to[*j] = dot(groups, c);
        }
    }

    /// `X'v` for values by row.
    pub(super) fn products(&self, rows: &[f64]) -> Vec<f64> {
        let groups: Vec<f64> = self.starts.windows(2).map(|g| sum(&rows[g[0]..g[1]])).collect();
        let mut products = vec![0.0; self.columns];
        self.products_into(rows, &groups, &mut products);
        products
    }

    /// Original position of a row.
    pub(super) fn original(&self, position: usize) -> usize {
        self.order.as_ref().map_or(position, |order| order[position] as usize)
    }

    /// Values of the caller's rows in the order of this layout.
    pub(super) fn taken<'b>(&self, values: &'b [f64]) -> Cow<'b, [f64]> {
        match &self.order {
            None => Cow::Borrowed(values),
            Some(order) => Cow::Owned(order.iter().map(|i| values[*i as usize]).collect()),
        }
    }
}

/// Whether all values are the same; in chunks without early exit, so that it vectorises.
fn same(values: &[f64]) -> bool {
    let Some(first) = values.first() else { return true };
    values.chunks(64).all(|chunk| !chunk.iter().fold(false, |differs, value| differs | (value != first)))
}

/// Groups joined into blocks of about [`BLOCK_ROWS`] rows; returns the borders and the rows of the widest.
fn blocks(starts: &[usize]) -> (Vec<usize>, usize) {
    let groups = starts.len() - 1;
    let mut borders = vec![0];
    let mut widest = 0;
    let mut first = 0;
    for g in 1..=groups {
        let full = g == groups || starts[g + 1] - starts[first] > BLOCK_ROWS;
        if full {
            borders.push(g);
            widest = widest.max(starts[g] - starts[first]);
            first = g;
        }
    }
    (borders, widest)
}

fn check_inputs(
    x: &Matrix,
    offset: Option<&[f64]>,
    weights: Option<&[f64]>,
    groups: Groups<'_>,
) -> Result<()> {
    let rows = x.nrows();
    if rows == 0 {
        return Err(StatsError::TooFew { what: "rows", found: 0, needed: 1 });
    }
    if u32::try_from(rows).is_err() {
        return Err(StatsError::Setting(format!("at most {} rows can be fitted, not {rows}", u32::MAX)));
    }
    match groups {
        Groups::One(labels) => StatsError::check_length("the group labels", labels.len(), rows)?,
        Groups::Nested { outer, inner } => {
            StatsError::check_length("the outer group labels", outer.len(), rows)?;
            StatsError::check_length("the inner group labels", inner.len(), rows)?;
        }
    }
    finite("the design matrix", x.as_slice(), rows)?;
    if let Some(offset) = offset {
        StatsError::check_length("the offset", offset.len(), rows)?;
        finite("the offset", offset, rows)?;
    }
    if let Some(weights) = weights {
        StatsError::check_length("the weights", weights.len(), rows)?;
        finite("the weights", weights, rows)?;
        if let Some(at) = weights.iter().position(|weight| *weight < 0.0) {
            return Err(StatsError::Value {
                what: "the weights".to_owned(),
                row: at + 1,
                reason: "is negative",
            });
        }
    }
    Ok(())
}

/// Finiteness by the sum (a sum of finite numbers far from overflow is finite); only where it is not, by every value.
pub(super) fn finite(what: &str, values: &[f64], rows: usize) -> Result<()> {
    let total = Processor::default().run(|| sum(values));
    if total.is_finite() {
        return Ok(());
    }
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => Err(StatsError::Value {
            what: what.to_owned(),
            row: at % rows + 1,
            reason: "is missing or not a finite number",
        }),
    }
}

/// Labels as pairs, the outer label zero where there is one level.
#[derive(Clone, Copy)]
struct Keys<'a>(Groups<'a>);

impl<'a> Keys<'a> {
    fn new(groups: Groups<'a>) -> Self {
        Self(groups)
    }

    fn key(self, row: usize) -> (usize, usize) {
        match self.0 {
            Groups::One(labels) => (0, labels[row]),
            Groups::Nested { outer, inner } => (outer[row], inner[row]),
        }
    }

    /// Whether the rows of every group (and of every outer group) are beside one another.
    fn contiguous(self, rows: usize) -> bool {
        let mut runs = Vec::new();
        for row in 0..rows {
            let key = self.key(row);
            if runs.last() != Some(&key) {
                runs.push(key);
            }
        }
        let mut outer: Vec<usize> = runs.iter().map(|key| key.0).collect();
        outer.dedup();
        let rising = runs.windows(2).all(|pair| pair[0] < pair[1]);
        rising || (distinct(runs) && distinct(outer))
    }

    /// Rows of positive weight, sorted by label, in their own order within a group.
    fn order(self, rows: usize, weights: Option<&[f64]>) -> Result<Vec<u32>> {
        let count = u32::try_from(rows)
            .map_err(|_| StatsError::Setting("there are too many rows to sort".to_owned()))?;
        let mut order: Vec<u32> =
            (0..count).filter(|row| weights.is_none_or(|weights| weights[*row as usize] > 0.0)).collect();
        order.sort_by_key(|row| self.key(*row as usize));
        Ok(order)
    }
}

fn distinct<T: Ord>(mut labels: Vec<T>) -> bool {
    labels.sort_unstable();
    labels.windows(2).all(|pair| pair[0] != pair[1])
}
