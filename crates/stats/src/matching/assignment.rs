//! The rectangular assignment problem with forbidden pairs, solved exactly by shortest augmenting paths.

use crate::{Matrix, Result, StatsError};

/// Which column each row got.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// Column of each row; `None` for a row that is left over.
    pub columns: Vec<Option<usize>>,
    /// Sum of the costs of the pairs.
    pub cost: f64,
}

/// Assigns rows to columns, each column once: as many pairs as there can be, and among those ways the one with the lowest total
/// cost. An infinite cost forbids a pair.
///
/// Shortest augmenting paths with dual prices (Jonker and Volgenant 1987; for rectangles Crouse 2016), in `O(rows^2 columns)` at worst.
/// Every row may also stay alone at a price above what any rearrangement can save, which makes the number of pairs come first.
///
/// # Errors
/// [`StatsError::Value`] for a cost that is negative or NaN.
pub fn assign(costs: &Matrix) -> Result<Assignment> {
    let (rows, columns) = (costs.nrows(), costs.ncols());
    let mut flat = Vec::with_capacity(rows * columns);
    for i in 0..rows {
        for j in 0..columns {
            let cost = costs[(i, j)];
            if cost.is_nan() || cost < 0.0 {
                let reason = "must be zero or more (infinite forbids the pair)";
                return Err(StatsError::Value { what: "a cost".to_owned(), row: i + 1, reason });
            }
            flat.push(cost);
        }
    }
    let slots: Vec<Slot> = (0..rows).map(|row| Slot { row, urgency: 1.0 }).collect();
    let columns = solve(&flat, columns, &slots);
    let cost = columns.iter().enumerate().filter_map(|(i, j)| j.map(|j| costs[(i, j)])).sum();
    Ok(Assignment { columns, cost })
}

/// Someone who wants a column: several slots may share a row of costs.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) row: usize,
    /// How much worse it is to leave this slot alone than others (at least 1).
    pub(super) urgency: f64,
}

/// Column of each slot. `costs` is row by row, not negative, infinite where forbidden.
pub(super) fn solve(costs: &[f64], columns: usize, slots: &[Slot]) -> Vec<Option<usize>> {
    let mut search = Search::new(costs, columns, slots);
    search.take_cheapest();
    for slot in 0..slots.len() {
        if search.column_of[slot].is_none() {
            search.augment(slot);
        }
    }
    search.column_of
}

struct Search<'a> {
    costs: &'a [f64],
    columns: usize,
    slots: &'a [Slot],
    /// Price of staying alone for a slot of urgency 1.
    alone: f64,
    /// Dual prices: `cost - u - v >= 0`, with equality for pairs.
    u: Vec<f64>,
    v: Vec<f64>,
    column_of: Vec<Option<usize>>,
    slot_of: Vec<Option<usize>>,
    /// Work space: distance to each column, the slot before it, columns not yet reached.
    shortest: Vec<f64>,
    before: Vec<usize>,
    remaining: Vec<usize>,
}

/// Where a shortest path ends.
enum End {
    Column(usize),
    Alone(usize),
}

impl<'a> Search<'a> {
    fn new(costs: &'a [f64], columns: usize, slots: &'a [Slot]) -> Self {
        let most = costs.iter().copied().filter(|cost| cost.is_finite()).fold(0.0, f64::max);
        // A rearrangement touches each slot at most once, so it cannot save more than this.
        let alone = (slots.len() as f64 + 1.0) * most.max(f64::MIN_POSITIVE.sqrt()) * 1.01;
        Self {
            costs,
            columns,
            slots,
            alone,
            u: vec![0.0; slots.len()],
            v: vec![0.0; columns],
            column_of: vec![None; slots.len()],
            slot_of: vec![None; columns],
            shortest: vec![0.0; columns],
            before: vec![0; columns],
            remaining: Vec::with_capacity(columns),
        }
    }

    fn row(&self, slot: usize) -> &'a [f64] {
        let row = self.slots[slot].row;
        &self.costs[row * self.columns..(row + 1) * self.columns]
    }

    /// Gives each slot its cheapest column where that is free: a start with valid prices.
    fn take_cheapest(&mut self) {
        for slot in 0..self.slots.len() {
            let mut best = (f64::INFINITY, 0);
            for (j, cost) in self.row(slot).iter().enumerate() {
                if *cost < best.0 {
                    best = (*cost, j);
                }
            }
            if best.0.is_finite() {
                self.u[slot] = best.0;
                if self.slot_of[best.1].is_none() {
                    self.slot_of[best.1] = Some(slot);
                    self.column_of[slot] = Some(best.1);
                }
            }
        }
    }

    /// Finds the cheapest way to serve one more slot, which may be to leave it or another one alone, and rearranges.
    fn augment(&mut self, start: usize) {
        self.shortest.fill(f64::INFINITY);
        self.remaining.clear();
        self.remaining.extend(0..self.columns);
        let mut reached: Vec<usize> = Vec::new();
        let mut tree = vec![start];
        let mut lonely = (f64::INFINITY, start);
        let (mut slot, mut length) = (start, 0.0);
        let end = loop {
            let price = length + self.alone * self.slots[slot].urgency - self.u[slot];
            if price < lonely.0 {
                lonely = (price, slot);
            }
            let (lowest, place) = self.scan(slot, length);
            if lonely.0 < lowest || lowest.is_infinite() {
                length = lonely.0;
                break End::Alone(lonely.1);
            }
            length = lowest;
            let column = self.remaining.swap_remove(place);
            reached.push(column);
            match self.slot_of[column] {
                None => break End::Column(column),
                Some(next) => {
                    tree.push(next);
                    slot = next;
                }
            }
        };
        for &slot in &tree {
            let reduced = self.column_of[slot].map_or(0.0, |column| self.shortest[column]);
            self.u[slot] += length - reduced;
        }
        for &column in &reached {
            self.v[column] -= length - self.shortest[column];
        }
        self.rearrange(start, end);
    }

    /// Shortens distances over the slot's columns; the nearest column left and its place in the list, free ones first.
    fn scan(&mut self, slot: usize, length: f64) -> (f64, usize) {
        let row = self.row(slot);
        let base = length - self.u[slot];
        let (mut lowest, mut place) = (f64::INFINITY, 0);
        for (at, &column) in self.remaining.iter().enumerate() {
            let through = base + row[column] - self.v[column];
            if through < self.shortest[column] {
                self.shortest[column] = through;
                self.before[column] = slot;
            }
            let distance = self.shortest[column];
            if distance < lowest
                || (distance == lowest && distance.is_finite() && self.slot_of[column].is_none())
            {
                (lowest, place) = (distance, at);
            }
        }
        (lowest, place)
    }

    fn rearrange(&mut self, start: usize, end: End) {
        let mut column = match end {
            End::Column(column) => column,
            End::Alone(slot) => match self.column_of[slot].take() {
                Some(column) => column,
                // The slot that came last stays alone.
                None => return,
            },
        };
        loop {
            let slot = self.before[column];
            self.slot_of[column] = Some(slot);
            match self.column_of[slot].replace(column) {
                Some(next) if slot != start => column = next,
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Most pairs, then the lowest cost, by trying everything.
    fn brute(costs: &Matrix, row: usize, used: &mut Vec<bool>) -> (usize, f64) {
        if row == costs.nrows() {
            return (0, 0.0);
        }
        let mut best = brute(costs, row + 1, used);
        for column in 0..costs.ncols() {
            if !used[column] && costs[(row, column)].is_finite() {
                used[column] = true;
                let (pairs, cost) = brute(costs, row + 1, used);
                used[column] = false;
                let (pairs, cost) = (pairs + 1, cost + costs[(row, column)]);
                if pairs > best.0 || (pairs == best.0 && cost < best.1) {
                    best = (pairs, cost);
                }
            }
        }
        best
    }

    fn check(costs: &Matrix) {
        let found = assign(costs).unwrap();
        let mut used = vec![false; costs.ncols()];
        let right = brute(costs, 0, &mut used);
        let mut pairs = 0;
        for (row, column) in found.columns.iter().enumerate() {
            if let Some(column) = *column {
                assert!(!used[column] && costs[(row, column)].is_finite());
                used[column] = true;
                pairs += 1;
            }
        }
        assert_eq!(pairs, right.0, "{costs}");
        assert!((found.cost - right.1).abs() < 1e-9 * (1.0 + right.1), "{} {} {costs}", found.cost, right.1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn as_good_as_trying_everything(
            rows in 0_usize..6,
            columns in 0_usize..7,
            values in prop::collection::vec(0_u32..60, 42),
        ) {
            // A third of the pairs is forbidden, and there are many ties.
            let cost = |i: usize, j: usize| {
                let value = values[i * 7 + j];
                if value % 3 == 0 { f64::INFINITY } else { f64::from(value / 4) * 0.7 }
            };
            check(&Matrix::from_fn(rows, columns, cost));
        }
    }

    #[test]
    fn hard_cases() {
        check(&Matrix::zeros(3, 4));
        check(&Matrix::from_element(2, 3, f64::INFINITY));
        // Costs of very different size: the dear pair is still made.
        check(&Matrix::from_row_slice(2, 2, &[1e-9, 1e6, 2e-9, f64::INFINITY]));
        assert!(assign(&Matrix::from_element(1, 1, f64::NAN)).is_err());
        assert!(assign(&Matrix::from_element(1, 1, -1.0)).is_err());
        let empty = assign(&Matrix::zeros(2, 0)).unwrap();
        assert_eq!(empty.columns, [None, None]);
    }
}
