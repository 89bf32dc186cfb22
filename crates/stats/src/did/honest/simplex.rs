//! A small linear program solved many times with different objectives.

/// `max c'x` subject to `M x = b, x >= 0`, with a feasible vertex to start from, for many `c`.
///
/// Dense tableau, most negative reduced cost first and Bland's rule after a while, so that it ends. The programs here have
/// at most a few dozen columns. (General solvers start anew for each objective and do not promise a vertex, which the
/// conditional test needs.)
#[derive(Debug, Clone)]
pub(super) struct Simplex {
    /// Rows of `B^-1 [M b]` for a feasible basis `B`.
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
    columns: usize,
}

const TINY: f64 = 1e-10;

impl Simplex {
    /// Finds a feasible vertex; `None` if there is none. `rows` are the equations with their right side, not negative, last.
    pub(super) fn new(mut rows: Vec<Vec<f64>>, columns: usize) -> Option<Self> {
        let m = rows.len();
        for (i, row) in rows.iter_mut().enumerate() {
            let right = row.pop()?;
            row.extend((0..m).map(|j| f64::from(u8::from(i == j))));
            row.push(right);
        }
        let mut start = Self { rows, basis: (columns..columns + m).collect(), columns: columns + m };
        let mut objective = vec![0.0; columns + m];
        objective[columns..].fill(-1.0);
        start.maximise(&objective)?;
        if start.value(&objective) < -1e-9 {
            return None;
        }
        // Artificial columns still in the basis are at zero: exchange them, or drop equations that say nothing new.
        let mut row = 0;
        while row < start.basis.len() {
            if start.basis[row] >= columns {
                match (0..columns).find(|&j| start.rows[row][j].abs() > 1e-8) {
                    Some(j) => start.pivot(row, j),
                    None => {
                        start.rows.remove(row);
                        start.basis.remove(row);
                        continue;
                    }
                }
            }
            row += 1;
        }
        for row in &mut start.rows {
            row.drain(columns..columns + m);
        }
        start.columns = columns;
        Some(start)
    }

    /// The vertex at which the objective is largest, and the objective there; `None` if it has no limit.
    pub(super) fn best(&self, objective: &[f64]) -> Option<(f64, Vec<f64>)> {
        let mut work = self.clone();
        work.maximise(objective)?;
        let mut x = vec![0.0; self.columns];
        for (row, &column) in work.rows.iter().zip(&work.basis) {
            x[column] = row[self.columns].max(0.0);
        }
        Some((x.iter().zip(objective).map(|(a, b)| a * b).sum(), x))
    }

    fn value(&self, objective: &[f64]) -> f64 {
        self.rows.iter().zip(&self.basis).map(|(row, &column)| row[self.columns] * objective[column]).sum()
    }

    fn maximise(&mut self, objective: &[f64]) -> Option<()> {
        let scale = objective.iter().fold(0.0_f64, |most, value| most.max(value.abs())).max(1e-300);
        for step in 0..10_000 {
            let gains: Vec<f64> = (0..self.columns)
                .map(|j| {
                    let priced: f64 = self
                        .rows
                        .iter()
                        .zip(&self.basis)
                        .map(|(row, &basic)| objective[basic] * row[j])
                        .sum();
                    (objective[j] - priced) / scale
                })
                .collect();
            let bland = step > 200;
            let mut entering = None;
            for (j, gain) in gains.iter().enumerate() {
                if *gain > TINY && entering.is_none_or(|best: usize| !bland && *gain > gains[best]) {
                    entering = Some(j);
                }
            }
            let Some(column) = entering else { return Some(()) };
            let row = self.leaving(column)?;
            self.pivot(row, column);
        }
        // Never reached with Bland's rule but for rounding; the vertex found so far is feasible.
        Some(())
    }

    fn leaving(&self, column: usize) -> Option<usize> {
        let mut found: Option<(usize, f64)> = None;
        for (i, row) in self.rows.iter().enumerate() {
            if row[column] > TINY {
                let ratio = row[self.columns].max(0.0) / row[column];
                let better = found.is_none_or(|(best, least)| {
                    ratio < least - 1e-14 || (ratio <= least + 1e-14 && self.basis[i] < self.basis[best])
                });
                if better {
                    found = Some((i, ratio));
                }
            }
        }
        found.map(|(row, _)| row)
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let factor = 1.0 / self.rows[row][column];
        for value in &mut self.rows[row] {
            *value *= factor;
        }
        let pivot = self.rows[row].clone();
        for (i, other) in self.rows.iter_mut().enumerate() {
            let share = other[column];
            if i != row && share != 0.0 {
                for (value, base) in other.iter_mut().zip(&pivot) {
                    *value -= share * base;
                }
            }
        }
        self.basis[row] = column;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Sample, Seed, fast};
    use crate::{Matrix, Vector};

    /// All vertices of the feasible set, by trying every choice of basic columns.
    fn by_brute_force(rows: &[Vec<f64>], n: usize, objective: &[f64]) -> f64 {
        let m = rows.len();
        let mut best = f64::NEG_INFINITY;
        for set in 0..1_u32 << n {
            let chosen: Vec<usize> = (0..n).filter(|j| set >> j & 1 == 1).collect();
            if chosen.len() != m {
                continue;
            }
            let basis = Matrix::from_fn(m, m, |i, j| rows[i][chosen[j]]);
            let right = Vector::from_fn(m, |i, _| rows[i][n]);
            if let Some(x) = basis.lu().solve(&right)
                && x.iter().all(|value| *value > -1e-9 && value.is_finite())
            {
                best = best.max(chosen.iter().zip(x.iter()).map(|(&j, value)| objective[j] * value).sum());
            }
        }
        best
    }

    #[test]
    fn the_best_vertex_is_found() {
        let mut random = fast(Seed::from_number(12), 0);
        let mut feasible = 0;
        for _ in 0..300 {
            let (m, n) = (1 + random.below(3) as usize, 8);
            let mut rows: Vec<Vec<f64>> =
                (0..m).map(|_| (0..n).map(|_| random.normal()).chain([0.0]).collect()).collect();
            rows[m - 1] = vec![1.0; n + 1];
            let Some(program) = Simplex::new(rows.clone(), n) else {
                assert_eq!(by_brute_force(&rows, n, &vec![0.0; n]), f64::NEG_INFINITY);
                continue;
            };
            feasible += 1;
            for _ in 0..3 {
                let objective: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                let (value, x) = program.best(&objective).unwrap();
                assert!((value - by_brute_force(&rows, n, &objective)).abs() < 1e-9);
                assert!((x.iter().sum::<f64>() - 1.0).abs() < 1e-9 && x.iter().all(|v| *v >= 0.0));
            }
        }
        assert!(feasible > 250);
    }

    #[test]
    fn impossible_unlimited_and_repeated_equations() {
        assert!(Simplex::new(vec![vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0]], 2).is_none());
        let open = Simplex::new(vec![vec![1.0, -1.0, 1.0]], 2).unwrap();
        assert!(open.best(&[1.0, 1.0]).is_none());
        let twice = Simplex::new(vec![vec![1.0, 1.0, 1.0], vec![2.0, 2.0, 2.0]], 2).unwrap();
        assert!((twice.best(&[3.0, 5.0]).unwrap().0 - 5.0).abs() < 1e-12);
    }
}
