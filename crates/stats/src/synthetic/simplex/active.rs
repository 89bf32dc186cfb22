use super::factor::Factor;
use super::unique::is_unique;
use super::{Certificate, Problem, Solution};
use crate::numeric::algebra::dot;
use crate::{Result, StatsError};

/// Gap at which the search on inner products stops; the last digits come from the points themselves.
const GAP_ON_PRODUCTS: f64 = 1e-14;

/// The state of the search. Positions `0..members.len()` are the donors in use; everything else has weight zero.
pub(super) struct Search<'a> {
    problem: &'a Problem<'a>,
    /// Penalty in scaled units.
    pub(super) ridge: f64,
    /// The target in scaled space.
    target: Vec<f64>,
    /// `<z_j, t>` for all points, and `<t, t>`.
    cross: Vec<f64>,
    square: f64,
    /// Added to every inner product so that affinely independent points give a positive definite matrix.
    lift: f64,
    /// Donors in use, their weights, and the factor of `M = P'P + lift + ridge I` with `p_j = z_j - t`.
    pub(super) members: Vec<usize>,
    weights: Vec<f64>,
    factor: Factor,
    in_use: Vec<bool>,
    /// Donors that rounding keeps from entering.
    blocked: Vec<bool>,
    /// Half the gradient of the objective for all points.
    pub(super) gradient: Vec<f64>,
    residual: Vec<f64>,
    column: Vec<f64>,
    affine: Vec<f64>,
    ones: Vec<f64>,
    steps: usize,
    /// True once the gradient is computed from the points and not from their inner products.
    precise: bool,
}

pub(super) fn solve(problem: &Problem<'_>, start: Option<&[f64]>) -> Result<Solution> {
    let mut search = Search::new(problem);
    search.begin(start);
    search.run()?;
    search.refine();
    // Rounding of the inner products may hide a donor that still improves the fit; the points themselves show it.
    search.precise = true;
    search.run()?;
    Ok(search.finish())
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem<'a>) -> Self {
        let gram = problem.gram;
        let n = gram.len();
        let rows = gram.points.nrows();
        let mut target = vec![0.0; rows];
        let mut cross = vec![0.0; n];
        for &(unit, weight) in problem.target {
            for (sum, value) in target.iter_mut().zip(gram.point(unit)) {
                *sum += weight * value;
            }
            for (sum, value) in cross.iter_mut().zip(gram.products_of(unit)) {
                *sum += weight * value;
            }
        }
        let square = dot(&target, &target);
        let capacity = problem.donors.len().min(if problem.ridge > 0.0 { n } else { rows + 1 });
        Self {
            problem,
            ridge: problem.ridge / (gram.scale * gram.scale),
            target,
            cross,
            square,
            lift: 1.0,
            members: Vec::with_capacity(capacity),
            weights: Vec::with_capacity(capacity),
            factor: Factor::new(capacity),
            in_use: vec![false; n],
            blocked: vec![false; n],
            gradient: vec![0.0; n],
            residual: vec![0.0; rows],
            column: Vec::with_capacity(capacity),
            affine: Vec::with_capacity(capacity),
            ones: Vec::with_capacity(capacity),
            steps: 0,
            precise: false,
        }
    }

    /// `<p_i, p_j>` plus the lift, and the ridge on the diagonal.
    fn lifted(&self, i: usize, j: usize) -> f64 {
        let product = self.problem.gram.products[(i, j)] - self.cross[i] - self.cross[j] + self.square;
        product + self.lift + if i == j { self.ridge } else { 0.0 }
    }

    /// Starts from the nearest donor, or from the donors that an earlier answer used.
    fn begin(&mut self, start: Option<&[f64]>) {
        let nearest = |search: &Self| {
            let mut best = (f64::INFINITY, search.problem.donors[0]);
            for &j in search.problem.donors {
                let distance = search.lifted(j, j);
                if distance < best.0 {
                    best = (distance, j);
                }
            }
            best
        };
        let (distance, first) = nearest(self);
        self.lift = (distance - self.lift).clamp(1e-2, 1e12);
        if let Some(start) = start {
            let problem = self.problem;
            for (&donor, &weight) in problem.donors.iter().zip(start) {
                if weight > 0.0 && self.enter(donor) {
                    let last = self.weights.len() - 1;
                    self.weights[last] = weight;
                }
            }
            let total: f64 = self.weights.iter().sum();
            if total > 0.0 {
                self.weights.iter_mut().for_each(|weight| *weight /= total);
                self.settle();
                return;
            }
        }
        self.factor.clear();
        self.enter(first);
        self.weights[0] = 1.0;
    }

    /// Takes a donor into use with weight zero; false if it is determined by those in use.
    fn enter(&mut self, donor: usize) -> bool {
        let mut column = std::mem::take(&mut self.column);
        column.clear();
        column.extend(self.members.iter().map(|&member| self.lifted(member, donor)));
        let independent = self.factor.append(&column, self.lifted(donor, donor));
        self.column = column;
        if independent {
            self.members.push(donor);
            self.weights.push(0.0);
            self.in_use[donor] = true;
        }
        independent
    }

    fn leave(&mut self, position: usize) {
        self.factor.remove(position);
        let donor = self.members.remove(position);
        self.weights.remove(position);
        self.in_use[donor] = false;
    }

    /// Wolfe's major cycles: take in the donor with the lowest gradient until none is below the weighted mean.
    fn run(&mut self) -> Result<()> {
        let limit = 50 + 20 * (self.problem.donors.len() + self.target.len());
        loop {
            self.compute_gradient(false);
            let mean = self.mean_gradient();
            let tolerance = self.tolerance();
            let mut best = (mean - tolerance, None);
            for &j in self.problem.donors {
                if self.gradient[j] < best.0 && !self.in_use[j] && !self.blocked[j] {
                    best = (self.gradient[j], Some(j));
                }
            }
            let Some(donor) = best.1 else { return Ok(()) };
            self.steps += 1;
            if self.steps > limit {
                return Err(StatsError::NotConverged {
                    method: "the simplex weights",
                    iterations: self.steps,
                    reason: format!("duality gap {:e}", mean - best.0),
                });
            }
            if !self.enter(donor) {
                self.blocked[donor] = true;
                continue;
            }
            self.settle();
            if self.precise {
                self.refine();
            }
            if !self.in_use[donor] {
                // It came in and went out again: the gradient that called it was rounding.
                self.blocked[donor] = true;
            }
        }
    }

    /// Smallest gap that the arithmetic can tell from zero.
    fn tolerance(&self) -> f64 {
        if self.precise {
            let length = dot(&self.residual, &self.residual).sqrt();
            let reach = self.lift.sqrt().max(1.0);
            32.0 * f64::EPSILON * (length * reach + self.ridge) + 1e-30
        } else {
            GAP_ON_PRODUCTS
        }
    }

    /// The gradient for all donors, or in precise work for those in use alone.
    fn compute_gradient(&mut self, in_use_only: bool) {
        let gram = self.problem.gram;
        if self.precise {
            gram.residual(&self.members, &self.weights, &self.target, &mut self.residual);
            let wanted: &[usize] = if in_use_only { &self.members } else { self.problem.donors };
            for &j in wanted {
                self.gradient[j] = gram.inner(j, &self.residual);
            }
        } else {
            gram.combine(&self.members, &self.weights, &mut self.gradient);
            for (value, cross) in self.gradient.iter_mut().zip(&self.cross) {
                *value -= cross;
            }
        }
        for (&member, &weight) in self.members.iter().zip(&self.weights) {
            self.gradient[member] += self.ridge * weight;
        }
    }

    fn mean_gradient(&self) -> f64 {
        self.members.iter().zip(&self.weights).map(|(&member, &weight)| weight * self.gradient[member]).sum()
    }

    /// Wolfe's minor cycles: move to the best affine combination of the donors in use; drop those that turn negative.
    fn settle(&mut self) {
        loop {
            let k = self.members.len();
            self.affine.clear();
            self.affine.resize(k, 1.0);
            self.factor.solve(&mut self.affine);
            let total: f64 = self.affine.iter().sum();
            self.affine.iter_mut().for_each(|value| *value /= total);
            if self.step_towards_affine() {
                return;
            }
        }
    }

    /// Goes from the weights to `affine`, as far as no weight turns negative. True if it arrived.
    fn step_towards_affine(&mut self) -> bool {
        let k = self.members.len();
        let mut step = 1.0;
        let mut leaving = None;
        for i in 0..k {
            if self.affine[i] <= 0.0 {
                let reach = self.weights[i] / (self.weights[i] - self.affine[i]);
                let reach = if reach.is_finite() { reach } else { 0.0 };
                if leaving.is_none() || reach < step {
                    step = reach;
                    leaving = Some(i);
                }
            }
        }
        for i in 0..k {
            self.weights[i] += step * (self.affine[i] - self.weights[i]);
        }
        let Some(first) = leaving else { return true };
        if k == 1 {
            self.weights[0] = 1.0;
            return true;
        }
        self.weights[first] = 0.0;
        for i in (0..k).rev() {
            if self.weights[i] <= 0.0 && self.members.len() > 1 {
                self.leave(i);
                self.steps += 1;
            }
        }
        let total: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|weight| *weight /= total);
        false
    }

    /// Iterative refinement: gradients from the points, corrections from the factor. On the donors in use the gradient
    /// becomes constant and the sum of the weights one, to the precision of the points and not of their products.
    fn refine(&mut self) {
        let precise = std::mem::replace(&mut self.precise, true);
        for _ in 0..2 {
            self.compute_gradient(true);
            let k = self.members.len();
            let mean = self.mean_gradient();
            self.affine.clear();
            self.affine.extend(self.members.iter().map(|&member| mean - self.gradient[member]));
            self.ones.clear();
            self.ones.resize(k, 1.0);
            self.factor.solve(&mut self.affine);
            self.factor.solve(&mut self.ones);
            let missing = 1.0 - self.weights.iter().sum::<f64>();
            let shift = (missing - self.affine.iter().sum::<f64>()) / self.ones.iter().sum::<f64>();
            for i in 0..k {
                self.affine[i] = self.weights[i] + self.affine[i] + shift * self.ones[i];
            }
            if !self.step_towards_affine() {
                self.settle();
            }
        }
        self.precise = precise;
    }

    fn finish(mut self) -> Solution {
        let total: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|weight| *weight /= total);
        // The gradient is that of the last look for a better donor, computed from the points.
        let mean = self.mean_gradient();
        let least = self.problem.donors.iter().map(|&j| self.gradient[j]).fold(f64::INFINITY, f64::min);
        let unique = is_unique(&self, self.problem, mean);
        let mut dense = vec![0.0; self.problem.gram.len()];
        for (&member, &weight) in self.members.iter().zip(&self.weights) {
            dense[member] = weight;
        }
        let weights: Vec<f64> = self.problem.donors.iter().map(|&j| dense[j]).collect();
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        let scale = self.problem.gram.scale;
        let certificate = Certificate {
            sum_error: (weights.iter().sum::<f64>() - 1.0).abs(),
            least_weight: weights.iter().copied().fold(f64::INFINITY, f64::min),
            gap: (mean - least).max(0.0),
            unique,
            steps: self.steps,
        };
        let objective = scale * scale * dot(&self.residual, &self.residual) + self.problem.ridge * squares;
        Solution { weights, objective, certificate }
    }
}
