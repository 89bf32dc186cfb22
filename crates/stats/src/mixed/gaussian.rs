//! Measurements with random intercepts, one level or two nested ones, in closed form given the ratios of variances.
//!
//! With residual variance `s^2 / w_i` and random intercepts of variance `psi s^2`, coefficients and `s^2` have closed forms, so
//! that the likelihood is a function of the ratios `psi` alone (Bates, Maechler, Bolker and Walker 2015, eqs 34 and 41).
//! The inverse of the covariance of a group is `W - W11'W psi / (1 + psi 1'W1)`; an outer group repeats that with what
//! is left of its inner groups. After one pass over the rows an evaluation costs O(groups).

use super::data::{Data, Family, Likelihood, Options};
use super::fit::linear_predictor;
use super::layout::{Layout, finite};
use super::newton::{Evaluation, Objective, maximise};
use super::result::{Intercepts, MixedFit, Mode};
use crate::numeric::algebra::{independent_columns, inverse};
use crate::numeric::vector::dot;
use crate::{Convergence, Estimates, Matrix, Result, StatsError, Vector};

/// A ratio of standard deviations this small is zero.
const NO_VARIANCE: f64 = 1e-4;

/// Sums of the data that the likelihood is made of.
pub(super) struct Sums<'a> {
    layout: &'a Layout<'a>,
    /// Rows, coefficients.
    n: f64,
    p: usize,
    /// Weighted cross-products of `[X r]`, `r` the residuals of least squares.
    total: Matrix,
    /// Weighted sums of `[X r]` by group, group after group.
    group: Vec<f64>,
    /// Sum of the weights of each group.
    weight: Vec<f64>,
    /// `sum log w`.
    pub log_weights: f64,
    /// Coefficients of least squares, to which the fit is a correction.
    pub base: Vector,
    restricted: bool,
}

/// The profiled likelihood at a pair of ratios.
pub(super) struct Profile {
    /// `X'V^-1X` (times the residual variance), its inverse, and the correction of the coefficients.
    pub inverse: Matrix,
    pub beta: Vector,
    pub rss: f64,
    /// Log-determinants, and derivatives of them and of the residual sum of squares by ratio.
    pub determinants: f64,
    pub slopes: Vec<(f64, f64)>,
    /// Derivatives of the cross-products of `[X r]` by ratio.
    crossed: Vec<Matrix>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(
        layout: &'a Layout<'a>,
        data: &Data<'_>,
        names: &[String],
        restricted: bool,
    ) -> Result<Self> {
        let p = layout.columns;
        let n = layout.rows();
        let columns = ordered_columns(layout);
        let mut y = layout.taken(data.y).into_owned();
        if let Some(offset) = &layout.offset {
            y.iter_mut().zip(offset.iter()).for_each(|(y, offset)| *y -= offset);
        }
        let w = |i: usize| layout.weights.as_ref().map_or(1.0, |w| w[i]);
        let weighted =
            |values: &[f64]| -> Vec<f64> { values.iter().enumerate().map(|(i, v)| v * w(i)).collect() };
        let mut total = Matrix::zeros(p + 1, p + 1);
        let fill = |total: &mut Matrix, j: usize, with: &[f64], columns: &[Vec<f64>]| {
            let with = weighted(with);
            for (i, column) in columns.iter().enumerate() {
                total[(i, j)] = dot(column, &with);
                total[(j, i)] = total[(i, j)];
            }
        };
        for j in 0..p {
            fill(&mut total, j, &columns[j], &columns[..=j]);
        }
        check_columns(&total, p, &columns, names)?;
        // Least squares first, twice: what follows works on residuals, which have no large mean to lose digits to.
        let squares = total.view((0, 0), (p, p)).into_owned();
        let mut base = Vector::zeros(p);
        for _ in 0..2 {
            fill(&mut total, p, &y, &columns);
            let right = Vector::from_fn(p, |j, _| total[(j, p)]);
            let step = crate::numeric::algebra::solve(&squares, &right, "the columns are nearly collinear")?;
            for (j, column) in columns.iter().enumerate() {
                y.iter_mut().zip(column).for_each(|(y, x)| *y -= step[j] * x);
            }
            base += step;
        }
        fill(&mut total, p, &y, &columns);
        total[(p, p)] = dot(&weighted(&y), &y);
        let (mut group, mut weight) = (Vec::new(), Vec::new());
        for g in 0..layout.groups() {
            let of = layout.starts[g]..layout.starts[g + 1];
            weight.push(of.clone().map(w).sum());
            for column in columns.iter().chain([&y]) {
                group.push(of.clone().map(|i| w(i) * column[i]).sum());
            }
        }
        let log_weights = (0..n).map(|i| w(i).ln()).sum();
        Ok(Self { layout, n: n as f64, p, total, group, weight, log_weights, base, restricted })
    }

    /// Number of ratios: levels of groups.
    fn levels(&self) -> usize {
        if self.layout.outer.is_empty() { 1 } else { 2 }
    }

    /// Profiles out coefficients and residual variance at ratios of standard deviations (outer level first).
    pub(super) fn profile(&self, at: &[f64]) -> Option<Profile> {
        let (p, levels) = (self.p, self.levels());
        let inner = at[levels - 1] * at[levels - 1];
        let mut sums = Accumulated::new(self.total.clone(), levels);
        let width = p + 1;
        let whole = [0, self.layout.groups()];
        let borders: &[usize] = if levels == 2 { &self.layout.outer } else { &whole };
        for border in borders.windows(2) {
            // What is left of the inner groups, and its derivative in the inner ratio.
            let (mut a, mut a1) = (0.0, 0.0);
            let (mut b, mut b1) = (Vector::zeros(width), Vector::zeros(width));
            for g in border[0]..border[1] {
                let s = Vector::from_column_slice(&self.group[g * width..(g + 1) * width]);
                let left = 1.0 / (1.0 + inner * self.weight[g]);
                sums.take(levels - 1, &s, inner * left, left * left);
                sums.determinant(levels - 1, -left.ln(), self.weight[g] * left);
                a += self.weight[g] * left;
                a1 -= (self.weight[g] * left).powi(2);
                b1.axpy(-self.weight[g] * left * left, &s, 1.0);
                b.axpy(left, &s, 1.0);
            }
            if levels == 2 {
                let outer = at[0] * at[0];
                let left = 1.0 / (1.0 + outer * a);
                sums.take(0, &b, outer * left, left * left);
                sums.determinant(0, -left.ln(), a * left);
                // The same terms move with the inner ratio through `a` and `b`.
                sums.logs[1] += outer * a1 * left;
                let k1 = -outer * outer * left * left * a1;
                let cross = &b * b1.transpose();
                sums.slopes[1] -= (&b * b.transpose()) * k1 + (&cross + cross.transpose()) * (outer * left);
            }
        }
        sums.finish(p, self.restricted)
    }

    /// Divisor of the residual sum of squares.
    pub(super) fn divisor(&self) -> f64 {
        if self.restricted { self.n - self.p as f64 } else { self.n }
    }

    fn log_likelihood(&self, profile: &Profile) -> f64 {
        let m = self.divisor();
        -0.5 * (m * (1.0 + (2.0 * std::f64::consts::PI * profile.rss / m).ln()) + profile.determinants
            - self.log_weights)
    }
}

/// Cross-products less what the random intercepts take, with derivatives by ratio.
struct Accumulated {
    total: Matrix,
    slopes: Vec<Matrix>,
    log: f64,
    logs: Vec<f64>,
}

impl Accumulated {
    fn new(total: Matrix, levels: usize) -> Self {
        let width = total.nrows();
        Self { total, slopes: vec![Matrix::zeros(width, width); levels], log: 0.0, logs: vec![0.0; levels] }
    }

    fn take(&mut self, level: usize, sum: &Vector, share: f64, slope: f64) {
        self.total.ger(-share, sum, sum, 1.0);
        self.slopes[level].ger(-slope, sum, sum, 1.0);
    }

    fn determinant(&mut self, level: usize, value: f64, slope: f64) {
        self.log += value;
        self.logs[level] += slope;
    }

    fn finish(self, p: usize, restricted: bool) -> Option<Profile> {
        let factor = self.total.view((0, 0), (p, p)).into_owned().cholesky()?;
        let right = self.total.view((0, p), (p, 1)).column(0).into_owned();
        let beta = factor.solve(&right);
        let rss = self.total[(p, p)] - right.dot(&beta);
        let inverse = factor.inverse();
        let contrast = Vector::from_fn(p + 1, |j, _| if j < p { -beta[j] } else { 1.0 });
        let mut determinants = self.log;
        if restricted {
            determinants += 2.0 * (0..p).map(|j| factor.l_dirty()[(j, j)].ln()).sum::<f64>();
        }
        let mut slopes = Vec::new();
        let mut crossed = Vec::new();
        for (slope, log) in self.slopes.iter().zip(&self.logs) {
            let x = slope.view((0, 0), (p, p)).into_owned();
            let trace = if restricted { inverse.component_mul(&x).sum() } else { 0.0 };
            slopes.push((log + trace, contrast.dot(&(slope * &contrast))));
            crossed.push(slope.clone());
        }
        Some(Profile { inverse, beta, rss, determinants, slopes, crossed })
    }
}

impl Profile {
    /// Derivative of the residual sum of squares at other coefficients by a ratio.
    pub(super) fn rss_slope(&self, level: usize, beta: &Vector) -> f64 {
        let p = beta.len();
        let contrast = Vector::from_fn(p + 1, |j, _| if j < p { -beta[j] } else { 1.0 });
        contrast.dot(&(&self.crossed[level] * &contrast))
    }
}

impl Objective for Sums<'_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        let gradient = |at: &[f64]| -> Option<(f64, Vec<f64>)> {
            let profile = self.profile(at)?;
            let m = self.divisor();
            let slopes = profile.slopes.iter().zip(at);
            let slopes = slopes.map(|((log, rss), s)| -s * (log + m * rss / profile.rss)).collect();
            (profile.rss > 0.0).then(|| (self.log_likelihood(&profile), slopes))
        };
        out.value = f64::NAN;
        let Some((value, slopes)) = gradient(at) else { return };
        for j in 0..at.len() {
            out.gradient[j] = slopes[j];
            let h = 1e-4 * (0.1 + at[j]);
            let shifted = |times: f64| {
                let mut there = at.to_vec();
                there[j] += times * h;
                gradient(&there)
            };
            let (Some(a), Some(b), Some(c), Some(d)) =
                (shifted(-2.0), shifted(-1.0), shifted(1.0), shifted(2.0))
            else {
                return;
            };
            for i in 0..at.len() {
                let slope = (8.0 * (c.1[i] - b.1[i]) - (d.1[i] - a.1[i])) / (12.0 * h);
                out.hessian[(i, j)] = slope;
            }
        }
        crate::numeric::algebra::symmetrise(&mut out.hessian);
        out.value = value;
    }

    fn canonical(&self, at: &mut [f64]) {
        at.iter_mut().for_each(|ratio| *ratio = ratio.abs());
    }

    fn limit(&self, parameter: usize, at: &[f64]) -> f64 {
        at[parameter].max(0.3)
    }
}

/// Columns of the design in their order, by row of the layout.
fn ordered_columns(layout: &Layout<'_>) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::new(); layout.columns];
    for (z, j) in layout.z.iter().zip(&layout.varying) {
        columns[*j] = z.to_vec();
    }
    for (c, j) in layout.c.iter().zip(&layout.constant) {
        columns[*j] = (0..layout.groups())
            .flat_map(|g| std::iter::repeat_n(c[g], layout.starts[g + 1] - layout.starts[g]))
            .collect();
    }
    columns
}

fn check_columns(total: &Matrix, p: usize, columns: &[Vec<f64>], names: &[String]) -> Result<()> {
    let scaled = Matrix::from_fn(p, p, |i, j| total[(i, j)] / (total[(i, i)] * total[(j, j)]).sqrt());
    if scaled.cholesky().is_some_and(|factor| (0..p).all(|j| factor.l_dirty()[(j, j)] > 1e-4)) {
        return Ok(());
    }
    let kept = independent_columns(&Matrix::from_vec(columns[0].len(), p, columns.concat()), None, 1e-7);
    if kept.len() == p {
        return Ok(());
    }
    Err(StatsError::Collinear((0..p).filter(|j| !kept.contains(j)).map(|j| names[j].clone()).collect()))
}

/// Fits measurements with random intercepts.
pub(super) fn fit(data: &Data<'_>, options: &Options) -> Result<MixedFit> {
    finite("the outcome", data.y, data.y.len())?;
    let names = data.column_names()?;
    if names.is_empty() {
        return Err(StatsError::TooFew { what: "columns of the design matrix", found: 0, needed: 1 });
    }
    let layout = Layout::new(data.x, data.offset, data.weights, data.groups)?;
    let (n, p) = (layout.rows(), layout.columns);
    if n <= p + 1 {
        return Err(StatsError::TooFew { what: "rows", found: n, needed: p + 2 });
    }
    check_groups(&layout)?;
    let restricted = options.likelihood == Likelihood::Restricted;
    let mut sums = Sums::new(&layout, data, &names, restricted)?;
    if sums.total[(p, p)] <= 1e-24 * dot(data.y, data.y) {
        return Err(StatsError::NoAnswer("the variables explain the outcome without error".to_owned()));
    }
    let levels = sums.levels();
    let free: Vec<usize> = (0..levels).collect();
    let mut optimum = maximise(&mut sums, &vec![0.5; levels], &free, options.tolerance, options.evaluations)?;
    for level in 0..levels {
        if optimum.at[level] < NO_VARIANCE && optimum.evaluation.hessian[(level, level)] > 0.0 {
            let mut again = optimum.at.clone();
            again[level] = 0.3;
            optimum = maximise(&mut sums, &again, &free, options.tolerance, options.evaluations)?;
        }
    }
    if !optimum.convergence.converged {
        return Err(StatsError::NotConverged {
            method: "the mixed model",
            iterations: optimum.convergence.iterations,
            reason: format!("the largest element of the gradient is {:.1e}", optimum.convergence.gradient),
        });
    }
    let at: Vec<f64> = optimum.at.iter().map(|s| if *s < NO_VARIANCE { 0.0 } else { *s }).collect();
    report(data, options, &layout, &sums, &at, names, optimum.convergence)
}

/// With one row in every group the two variances cannot be told apart.
fn check_groups(layout: &Layout<'_>) -> Result<()> {
    let outer = layout.outer.windows(2).all(|o| o[1] - o[0] == 1);
    if layout.groups() == layout.rows() || (layout.outer.len() > 1 && outer) {
        return Err(StatsError::NoAnswer(
            "every group has one member, so its variance cannot be told from the residual variance"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Covariance of `(log residual variance, ratios that are not zero)` from the unprofiled likelihood.
fn variance_parameters(sums: &Sums<'_>, at: &[f64], profile: &Profile, kept: &[usize]) -> Result<Matrix> {
    let s2 = profile.rss / sums.divisor();
    let size = kept.len() + 1;
    // Second derivatives of -2 log-likelihood; in the ratios by differences of exact first derivatives.
    let mut hessian = Matrix::zeros(size, size);
    hessian[(0, 0)] = sums.divisor();
    let slopes = |at: &[f64]| -> Result<Vec<f64>> {
        let there =
            sums.profile(at).ok_or(StatsError::Singular("the likelihood is not finite near the optimum"))?;
        Ok(kept.iter().map(|j| there.slopes[*j].0 + there.slopes[*j].1 / s2).collect())
    };
    for (b, &j) in kept.iter().enumerate() {
        hessian[(0, b + 1)] = -profile.slopes[j].1 / s2;
        hessian[(b + 1, 0)] = hessian[(0, b + 1)];
        let psi = at[j] * at[j];
        let h = 1e-4 * psi;
        let shifted = |times: f64| {
            let mut there = at.to_vec();
            there[j] = (psi + times * h).sqrt();
            slopes(&there)
        };
        let (low2, low, high, high2) = (shifted(-2.0)?, shifted(-1.0)?, shifted(1.0)?, shifted(2.0)?);
        for a in 0..kept.len() {
            hessian[(a + 1, b + 1)] = (8.0 * (high[a] - low[a]) - (high2[a] - low2[a])) / (12.0 * h);
        }
    }
    crate::numeric::algebra::symmetrise(&mut hessian);
    Ok(inverse(&hessian, "the information about the variances is not positive definite")? * 2.0)
}

/// Degrees of freedom of every coefficient, `2 v^2 / var(v)` for its variance `v` (Satterthwaite 1946; Giesbrecht and
/// Burns 1985).
fn satterthwaite(profile: &Profile, s2: f64, kept: &[usize], covariance: &Matrix) -> Vec<f64> {
    (0..profile.beta.len())
        .map(|j| {
            let v = s2 * profile.inverse[(j, j)];
            let column = profile.inverse.column(j);
            let slopes = kept.iter().map(|k| {
                -s2 * column.dot(&(profile.crossed[*k].view((0, 0), (column.len(), column.len())) * column))
            });
            let gradient = Vector::from_iterator(kept.len() + 1, std::iter::once(v).chain(slopes));
            2.0 * v * v / gradient.dot(&(covariance * &gradient))
        })
        .collect()
}

/// From `(log s^2, psi)` to `(log sd of each level, log s)`, beside the coefficients.
fn all_parameters(profile: &Profile, s2: f64, at: &[f64], kept: &[usize], variances: &Matrix) -> Matrix {
    let (p, k) = (profile.beta.len(), kept.len());
    let mut change = Matrix::zeros(k + 1, k + 1);
    for (i, j) in kept.iter().enumerate() {
        change[(i, 0)] = 0.5;
        change[(i, i + 1)] = 0.5 / (at[*j] * at[*j]);
    }
    change[(k, 0)] = 0.5;
    let below = &change * variances * change.transpose();
    let mut all = Matrix::zeros(p + k + 1, p + k + 1);
    all.view_mut((0, 0), (p, p)).copy_from(&(&profile.inverse * s2));
    all.view_mut((p, p), (k + 1, k + 1)).copy_from(&below);
    all
}

fn report(
    data: &Data<'_>,
    options: &Options,
    layout: &Layout<'_>,
    sums: &Sums<'_>,
    at: &[f64],
    names: Vec<String>,
    mut convergence: Convergence,
) -> Result<MixedFit> {
    let profile =
        sums.profile(at).ok_or(StatsError::Singular("the likelihood is not finite at the optimum"))?;
    let s2 = profile.rss / sums.divisor();
    let kept: Vec<usize> = (0..at.len()).filter(|j| at[*j] > 0.0).collect();
    if kept.len() < at.len() {
        convergence
            .remarks
            .push("the groups vary no more than chance: a standard deviation is zero".to_owned());
    }
    let variances = variance_parameters(sums, at, &profile, &kept)?;
    let covariance = all_parameters(&profile, s2, at, &kept, &variances);
    let p = sums.p;
    let beta: Vec<f64> = (0..p).map(|j| sums.base[j] + profile.beta[j]).collect();
    let levels = modes(sums, &profile, at, s2);
    let mut fitted = vec![0.0; data.y.len()];
    linear_predictor(data, &beta, &mut fitted);
    let inner = &levels[levels.len() - 1];
    for g in 0..layout.groups() {
        let outer = if levels.len() == 2 { levels[0][layout.outer_of(g)].mode } else { 0.0 };
        for row in layout.starts[g]..layout.starts[g + 1] {
            fitted[layout.original(row)] += inner[g].mode + outer;
        }
    }
    let parameters = p + at.len() + 1;
    let squares: f64 = (0..data.y.len())
        .map(|i| data.weights.map_or(1.0, |w| w[i]) * (data.y[i] - fitted[i]).powi(2) / s2)
        .sum();
    let intercepts = levels
        .into_iter()
        .enumerate()
        .map(|(level, modes)| Intercepts {
            sd: at[level] * s2.sqrt(),
            log_sd_error: kept.iter().position(|j| *j == level).map(|k| covariance[(p + k, p + k)].sqrt()),
            groups: modes.len(),
            modes,
        })
        .collect();
    Ok(MixedFit {
        estimates: Estimates { names, beta, covariance: &profile.inverse * s2, df: None },
        df: sums.restricted.then(|| satterthwaite(&profile, s2, &kept, &variances)),
        family: Family::Gaussian,
        integral: options.integral,
        restricted: sums.restricted,
        intercepts,
        residual_sd: Some(s2.sqrt()),
        theta: None,
        log_theta_error: None,
        covariance,
        log_likelihood: sums.log_likelihood(&profile),
        parameters,
        rows: layout.rows(),
        dispersion: squares / (layout.rows() as f64 - parameters as f64).max(1.0),
        fitted,
        convergence,
    })
}

/// Best linear unbiased predictions of the random intercepts with their conditional variances, by level.
fn modes(sums: &Sums<'_>, profile: &Profile, at: &[f64], s2: f64) -> Vec<Vec<Mode>> {
    let layout = sums.layout;
    let levels = sums.levels();
    let width = sums.p + 1;
    let psi = at[levels - 1] * at[levels - 1];
    let residual = |g: usize| -> f64 {
        let s = &sums.group[g * width..(g + 1) * width];
        s[sums.p] - (0..sums.p).map(|j| s[j] * profile.beta[j]).sum::<f64>()
    };
    let share = |g: usize| psi / (1.0 + psi * sums.weight[g]);
    let inner = |g: usize, above: f64, variance: f64| Mode {
        label: layout.labels[g],
        mode: share(g) * (residual(g) - sums.weight[g] * above),
        variance: s2 * share(g) + (share(g) * sums.weight[g]).powi(2) * variance,
    };
    if levels == 1 {
        return vec![(0..layout.groups()).map(|g| inner(g, 0.0, 0.0)).collect()];
    }
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    for border in layout.outer.windows(2) {
        let left = |g: usize| 1.0 / (1.0 + psi * sums.weight[g]);
        let a: f64 = (border[0]..border[1]).map(|g| sums.weight[g] * left(g)).sum();
        let b: f64 = (border[0]..border[1]).map(|g| residual(g) * left(g)).sum();
        let share = at[0] * at[0] / (1.0 + at[0] * at[0] * a);
        let mode = Mode { label: (layout.labels[border[0]].0, 0), mode: share * b, variance: s2 * share };
        lower.extend((border[0]..border[1]).map(|g| inner(g, mode.mode, mode.variance)));
        upper.push(mode);
    }
    vec![upper, lower]
}
