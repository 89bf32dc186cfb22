//! Taking the absorbed factors out of a column.
//!
//! The residual of the weighted regression of `v` on the dummies `D = [D_0, D_1, ...]` of all factors. The factor with most
//! levels, `D_0`, is eliminated exactly by its group means (`P_0`); the coefficients `a` of the others solve
//! `S a = D' W (I - P_0) v` with `S = D' W (I - P_0) D`, by conjugate gradients with the level sums as preconditioner. This is
//! the alternating projection of the fixed-effects literature with the best acceleration there is for it: a balanced panel takes
//! one step. `S` has a null space (one dimension for each factor but the first, more if the levels fall into separate sets), which
//! does no harm because the right side has none of it.

use super::{Factor, Options};
use crate::{Result, StatsError};

/// Factors with weights, ready to be taken out of many columns.
#[derive(Debug, Clone)]
pub(super) struct Absorber<'a> {
    factors: Vec<&'a Factor>,
    /// Place of each factor of `factors` in the order in which they were given.
    order: Vec<usize>,
    weights: Option<&'a [f64]>,
    /// Sum of the weights of each level.
    totals: Vec<Vec<f64>>,
}

/// Effects of the levels, for each factor in the order in which they were given.
pub(super) type Effects = Vec<Vec<f64>>;

/// What is left of a column when the factors are taken out of it (to the usual tolerance).
pub(crate) fn residual(factors: &[Factor], weights: Option<&[f64]>, values: &[f64]) -> Result<Vec<f64>> {
    let Options { tolerance, iterations, .. } = Options::default();
    let mut left = values.to_vec();
    Absorber::new(factors, weights).remove(&mut left, tolerance, iterations)?;
    Ok(left)
}

impl<'a> Absorber<'a> {
    pub(super) fn new(factors: &'a [Factor], weights: Option<&'a [f64]>) -> Self {
        let mut order: Vec<usize> = (0..factors.len()).collect();
        order.sort_by_key(|f| std::cmp::Reverse(factors[*f].levels()));
        let sorted: Vec<&Factor> = order.iter().map(|f| &factors[*f]).collect();
        let totals = sorted
            .iter()
            .map(|factor| {
                let mut sums = vec![0.0; factor.levels()];
                match weights {
                    None => factor.codes().iter().for_each(|code| sums[*code as usize] += 1.0),
                    Some(weights) => {
                        for (code, weight) in factor.codes().iter().zip(weights) {
                            sums[*code as usize] += weight;
                        }
                    }
                }
                sums
            })
            .collect();
        Self { factors: sorted, order, weights, totals }
    }

    /// Takes the factors out of `values` in place; returns the steps done.
    ///
    /// `tolerance` is relative to the part of the column that varies within the levels of the first factor.
    pub(super) fn remove(&self, values: &mut [f64], tolerance: f64, iterations: usize) -> Result<usize> {
        Ok(self.solve(values, tolerance, iterations)?.0)
    }

    /// As [`Absorber::remove`], and returns the effects that were taken out. With several factors they are determined up to
    /// a constant that can move from one factor to another; here the later factors (of fewer levels) have mean zero.
    pub(super) fn effects(&self, values: &mut [f64], tolerance: f64, iterations: usize) -> Result<Effects> {
        let (_, mut effects) = self.solve(values, tolerance, iterations)?;
        for f in 1..effects.len() {
            let total: f64 = self.totals[f].iter().sum();
            let mean = effects[f].iter().zip(&self.totals[f]).map(|(a, w)| a * w).sum::<f64>() / total;
            effects[f].iter_mut().for_each(|effect| *effect -= mean);
            effects[0].iter_mut().for_each(|effect| *effect += mean);
        }
        let mut given = vec![Vec::new(); effects.len()];
        for (effects, place) in effects.into_iter().zip(&self.order) {
            given[*place] = effects;
        }
        Ok(given)
    }

    fn solve(&self, values: &mut [f64], tolerance: f64, iterations: usize) -> Result<(usize, Effects)> {
        let first = self.centre(values);
        let mut effects: Effects = vec![first];
        effects.extend(self.totals[1..].iter().map(|totals| vec![0.0; totals.len()]));
        if self.factors.len() == 1 {
            // A second pass takes away what rounding left of a large mean.
            let rest = self.centre(values);
            add(&mut effects[0], &rest);
            return Ok((1, effects));
        }
        let mut buffer = vec![0.0; values.len()];
        let mut goal: Option<f64> = None;
        let mut steps = 0;
        // The right side is formed anew from what is left, so that the recursion's rounding is corrected.
        for _ in 0..4 {
            let right = self.in_range(self.level_sums(values));
            let length = self.norm(&right);
            // What rounding leaves in the sums cannot be solved away, and trying would only make it larger.
            let noise = 4.0 * f64::EPSILON * (values.len() as f64).sqrt() * self.scale(values);
            let goal = goal.get_or_insert(tolerance * length).max(noise);
            if length <= goal {
                break;
            }
            let (change, done) = self.conjugate_gradients(&right, goal, iterations - steps, &mut buffer)?;
            steps += done;
            let level = self.subtract(values, &change, &mut buffer);
            add(&mut effects[0], &level);
            for (effects, change) in effects[1..].iter_mut().zip(&change) {
                add(effects, change);
            }
        }
        Ok((steps, effects))
    }

    fn conjugate_gradients(
        &self,
        right: &Effects,
        goal: f64,
        iterations: usize,
        buffer: &mut [f64],
    ) -> Result<(Effects, usize)> {
        let mut solution: Effects = right.iter().map(|part| vec![0.0; part.len()]).collect();
        let mut residual = right.clone();
        let mut scaled = self.precondition(&residual);
        let mut direction = scaled.clone();
        let mut product = inner(&residual, &scaled);
        for step in 1..=iterations {
            let image = self.operator(&direction, buffer);
            let curvature = inner(&direction, &image);
            if curvature <= 0.0 {
                return Ok((solution, step));
            }
            let length = product / curvature;
            for f in 0..solution.len() {
                for l in 0..solution[f].len() {
                    solution[f][l] += length * direction[f][l];
                    residual[f][l] -= length * image[f][l];
                }
            }
            scaled = self.precondition(&residual);
            let next = inner(&residual, &scaled);
            if next.sqrt() <= goal {
                return Ok((solution, step));
            }
            let share = next / product;
            product = next;
            for (direction, scaled) in direction.iter_mut().zip(&scaled) {
                for (direction, scaled) in direction.iter_mut().zip(scaled) {
                    *direction = scaled + share * *direction;
                }
            }
        }
        Err(StatsError::NotConverged {
            method: "absorbing the factors by conjugate gradients",
            iterations,
            reason: format!("the relative residual is {:.1e}", product.sqrt() / goal.max(f64::MIN_POSITIVE)),
        })
    }

    /// Subtracts from each value the weighted mean of its level of the first factor; returns the means.
    fn centre(&self, values: &mut [f64]) -> Vec<f64> {
        let codes = self.factors[0].codes();
        let mut means = vec![0.0; self.totals[0].len()];
        match self.weights {
            None => codes.iter().zip(values.iter()).for_each(|(code, value)| means[*code as usize] += value),
            Some(weights) => {
                for ((code, value), weight) in codes.iter().zip(values.iter()).zip(weights) {
                    means[*code as usize] += value * weight;
                }
            }
        }
        for (mean, total) in means.iter_mut().zip(&self.totals[0]) {
            *mean /= total;
        }
        for (value, code) in values.iter_mut().zip(codes) {
            *value -= means[*code as usize];
        }
        means
    }

    /// `D' W v` for the factors after the first.
    fn level_sums(&self, values: &[f64]) -> Effects {
        self.factors[1..]
            .iter()
            .map(|factor| {
                let mut sums = vec![0.0; factor.levels()];
                match self.weights {
                    None => {
                        for (code, value) in factor.codes().iter().zip(values) {
                            sums[*code as usize] += value;
                        }
                    }
                    Some(weights) => {
                        for ((code, value), weight) in factor.codes().iter().zip(values).zip(weights) {
                            sums[*code as usize] += value * weight;
                        }
                    }
                }
                sums
            })
            .collect()
    }

    /// `S a`.
    fn operator(&self, effects: &Effects, buffer: &mut [f64]) -> Effects {
        self.spread(effects, buffer);
        self.centre(buffer);
        self.in_range(self.level_sums(buffer))
    }

    /// Takes out of level sums the direction that every factor but the first has in common with it (one constant for all of its
    /// levels): exactly, `D' W (I - P_0) v` has none of it, and rounding must not be taken for a right side.
    fn in_range(&self, mut sums: Effects) -> Effects {
        for (sums, totals) in sums.iter_mut().zip(&self.totals[1..]) {
            let excess = sums.iter().sum::<f64>() / totals.iter().sum::<f64>();
            sums.iter_mut().zip(totals).for_each(|(sum, total)| *sum -= excess * total);
        }
        sums
    }

    /// `v - D a`, and the first factor taken out of it again; returns the change of the first factor's effects.
    fn subtract(&self, values: &mut [f64], effects: &Effects, buffer: &mut [f64]) -> Vec<f64> {
        self.spread(effects, buffer);
        for (value, spread) in values.iter_mut().zip(buffer.iter()) {
            *value -= spread;
        }
        self.centre(values)
    }

    /// `D a` in rows.
    fn spread(&self, effects: &Effects, buffer: &mut [f64]) {
        for (f, (factor, effects)) in self.factors[1..].iter().zip(effects).enumerate() {
            for (to, code) in buffer.iter_mut().zip(factor.codes()) {
                let effect = effects[*code as usize];
                *to = if f == 0 { effect } else { *to + effect };
            }
        }
    }

    fn precondition(&self, residual: &Effects) -> Effects {
        residual
            .iter()
            .zip(&self.totals[1..])
            .map(|(residual, totals)| residual.iter().zip(totals).map(|(r, total)| r / total).collect())
            .collect()
    }

    fn norm(&self, sums: &Effects) -> f64 {
        inner(sums, &self.precondition(sums)).sqrt()
    }

    /// Weighted length of a column, against which rounding is judged.
    fn scale(&self, values: &[f64]) -> f64 {
        let square: f64 = match self.weights {
            None => values.iter().map(|value| value * value).sum(),
            Some(weights) => values.iter().zip(weights).map(|(value, weight)| weight * value * value).sum(),
        };
        square.sqrt()
    }
}

fn inner(left: &Effects, right: &Effects) -> f64 {
    left.iter().zip(right).map(|(left, right)| crate::numeric::algebra::dot(left, right)).sum()
}

fn add(to: &mut [f64], change: &[f64]) {
    to.iter_mut().zip(change).for_each(|(to, change)| *to += change);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;
    use crate::cluster::least_squares;
    use crate::random::{Sample, Seed, fast};

    /// Residuals by dummies written out, against residuals by absorption.
    #[test]
    fn three_crossed_factors_with_weights() {
        let mut random = fast(Seed::from_number(3), 0);
        let n = 300;
        let labels = |levels: u64, random: &mut _| -> Vec<u64> {
            (0..n).map(|_| Sample::below(random, levels)).collect()
        };
        let factors: Vec<Factor> = [25, 6, 9]
            .iter()
            .map(|levels| Factor::new("f", &labels(*levels, &mut random)).unwrap())
            .collect();
        let weights: Vec<f64> = (0..n).map(|_| 0.1 + random.uniform()).collect();
        let y: Vec<f64> = (0..n).map(|_| 50.0 + random.normal()).collect();
        let mut columns = Vec::new();
        for (f, factor) in factors.iter().enumerate() {
            for level in usize::from(f > 0)..factor.levels() {
                columns
                    .push(crate::Vector::from_fn(n, |i, _| f64::from(factor.codes()[i] as usize == level)));
            }
        }
        let x = Matrix::from_columns(&columns);
        let names = vec![String::new(); x.ncols()];
        let dense = least_squares(&x, &y, Some(&weights), &names).unwrap();
        let absorber = Absorber::new(&factors, Some(&weights));
        let mut values = y.clone();
        let effects = absorber.effects(&mut values, 1e-12, 1000).unwrap();
        for i in 0..n {
            assert!((values[i] - dense.residuals[i]).abs() < 1e-11);
            let fitted: f64 = (0..3).map(|f| effects[f][factors[f].codes()[i] as usize]).sum();
            assert!((y[i] - fitted - values[i]).abs() < 1e-11);
        }
    }

    #[test]
    fn a_balanced_panel_takes_one_step() {
        let unit = Factor::new("unit", &(0..60).map(|i| i / 6).collect::<Vec<_>>()).unwrap();
        let time = Factor::new("time", &(0..60).map(|i| i % 6).collect::<Vec<_>>()).unwrap();
        let factors = [time, unit];
        let mut values: Vec<f64> = (0..60).map(|i| f64::from(i).sin()).collect();
        assert_eq!(Absorber::new(&factors, None).remove(&mut values, 1e-12, 100).unwrap(), 1);
    }
}
