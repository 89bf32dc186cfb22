use super::collapsed::Nodes;
use super::data::{Family, Groups, Integral, Options, check_outcome};
use super::layout::Layout;
use super::newton::{Evaluation, Objective, Optimum, maximise};
use super::poisson::{Counts, PoissonObjective, Room};
use crate::numeric::algebra::independent_columns;
use crate::numeric::quadrature::gauss_hermite;
use crate::numeric::special::ln_factorial;
use crate::numeric::vector::{Processor, dot};
use crate::{Convergence, Matrix, Result, StatsError};

/// Memory that fits of the same design share, so that a simulation allocates nothing.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    pub(super) room: Room,
    pub(super) counts: Counts,
    pub(super) factorials: Vec<f64>,
}

/// Where a search begins.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Start<'a> {
    /// From the data: one step of Poisson regression and the moments of its residuals.
    #[default]
    Data,
    /// From coefficients and the standard deviation of the random intercepts (the truth of a simulation, another fit).
    At {
        /// One coefficient for each column.
        beta: &'a [f64],
        /// Standard deviation.
        sd: f64,
    },
}

/// A Poisson model with random intercepts whose design is prepared once and fitted to many outcomes.
///
/// `y_ij ~ Poisson(exp(x_ij'b + offset_ij + u_j))`, `u_j ~ N(0, sd^2)`.
#[derive(Debug, Clone)]
pub struct RateModel<'a> {
    pub(super) layout: Layout<'a>,
    nodes: Option<Nodes>,
    names: Vec<String>,
    x: &'a Matrix,
    processor: Processor,
    options: Options,
}

/// Estimates of a [`RateModel`].
#[derive(Debug, Clone, PartialEq)]
pub struct RateFit {
    /// Coefficients in the order of the columns.
    pub beta: Vec<f64>,
    /// Standard deviation of the random intercepts; zero is a result.
    pub sd: f64,
    /// Log-likelihood with all its constants.
    pub log_likelihood: f64,
    /// Covariance of the coefficients from the observed Hessian of coefficients and standard deviation together.
    pub covariance: Matrix,
    /// Variance of the estimated standard deviation; `None` where it is zero.
    pub sd_variance: Option<f64>,
    /// How the search ended.
    pub convergence: Convergence,
}

impl<'a> RateModel<'a> {
    /// Prepares a design: `x` with one row an observation, the offset (logarithm of the exposure), and a group label for
    /// each row.
    ///
    /// # Errors
    /// Wrong lengths, values that are not finite, settings that make no sense.
    pub fn new(
        x: &'a Matrix,
        offset: Option<&'a [f64]>,
        groups: &'a [usize],
        options: Options,
    ) -> Result<Self> {
        Self::prepare(x, offset, None, Groups::One(groups), Vec::new(), options)
    }

    pub(super) fn prepare(
        x: &'a Matrix,
        offset: Option<&'a [f64]>,
        weights: Option<&'a [f64]>,
        groups: Groups<'a>,
        names: Vec<String>,
        options: Options,
    ) -> Result<Self> {
        options.check()?;
        if x.ncols() == 0 {
            return Err(StatsError::TooFew { what: "columns of the design matrix", found: 0, needed: 1 });
        }
        let names = if names.is_empty() { (1..=x.ncols()).map(|j| format!("x{j}")).collect() } else { names };
        let nodes = match options.integral {
            Integral::Laplace | Integral::Quadrature(1) => None,
            Integral::Quadrature(n) => Some(Nodes::new(n)?),
        };
        let layout = Layout::new(x, offset, weights, groups)?;
        Ok(Self { layout, nodes, names, x, processor: Processor::default(), options })
    }

    /// Number of groups.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.layout.groups()
    }

    /// Rows used: those of positive weight.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.layout.rows()
    }

    /// Fits one outcome (a value for each row of the design), reusing the memory of earlier fits.
    ///
    /// # Errors
    /// Counts that are negative, missing or not whole; an outcome without events; collinear or separating columns;
    /// [`StatsError::NotConverged`].
    pub fn fit_with(&self, workspace: &mut Workspace, y: &[f64], start: Start<'_>) -> Result<RateFit> {
        check_outcome(Family::Poisson, y, None, self.x.nrows())?;
        self.prepare_counts(workspace, y)?;
        let optimum = self.search(workspace, start)?;
        self.finish(optimum)
    }

    pub(super) fn prepare_counts(&self, workspace: &mut Workspace, y: &[f64]) -> Result<()> {
        let y = self.layout.taken(y);
        workspace.room.fit_to(&self.layout);
        let Workspace { counts, factorials, .. } = workspace;
        self.processor.run(
            #[inline(always)]
            || counts.sum_up(&self.layout, &y, factorials),
        );
        if counts.group.iter().all(|count| *count == 0.0) {
            return Err(StatsError::NoAnswer(
                "there is no event in any row, so no rate can be estimated".to_owned(),
            ));
        }
        self.check_events(counts)
    }

    /// A variable that is never negative (or never positive) and zero wherever there are events has no finite coefficient.
    fn check_events(&self, counts: &Counts) -> Result<()> {
        for (j, product) in counts.products.iter().enumerate() {
            if *product == 0.0 {
                let column = self.x.column(j);
                let (low, high) = column.iter().fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(*v), h.max(*v)));
                if (low == 0.0) != (high == 0.0) {
                    return Err(StatsError::Separation(self.names[j].clone()));
                }
            }
        }
        Ok(())
    }

    fn objective<'w>(
        &'w self,
        workspace: &'w mut Workspace,
        nodes: Option<&'w Nodes>,
    ) -> PoissonObjective<'w, 'a> {
        let Workspace { room, counts, .. } = workspace;
        PoissonObjective { layout: &self.layout, counts, nodes, processor: self.processor, room }
    }

    /// Searches for the optimum: Laplace's approximation first, quadrature from there.
    pub(super) fn search(&self, workspace: &mut Workspace, start: Start<'_>) -> Result<Optimum> {
        let p = self.layout.columns;
        let at = match start {
            Start::Data => self.start(workspace)?,
            Start::At { beta, sd } => {
                StatsError::check_length("the coefficients of the start", beta.len(), p)?;
                StatsError::check_finite("the coefficients of the start", beta)?;
                StatsError::check_finite("the standard deviation of the start", &[sd])?;
                let mut at = beta.to_vec();
                at.push(sd.abs().max(0.05));
                at
            }
        };
        let free: Vec<usize> = (0..=p).collect();
        let Options { tolerance, evaluations, .. } = self.options;
        let first = if self.nodes.is_some() { 0.05 } else { tolerance };
        let mut optimum = maximise(&mut self.objective(workspace, None), &at, &free, first, evaluations)?;
        if let Some(nodes) = &self.nodes {
            let before = optimum.convergence.iterations;
            optimum = maximise(
                &mut self.objective(workspace, Some(nodes)),
                &optimum.at,
                &free,
                tolerance,
                evaluations,
            )?;
            optimum.convergence.iterations += before;
        }
        Ok(optimum)
    }

    /// Start from the data: a step of Poisson regression, and the variance that the excess of the squared residuals of the
    /// groups over their means shows.
    fn start(&self, workspace: &mut Workspace) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let mut at = vec![0.0; p + 1];
        let mut out = Evaluation::new(p + 1);
        let mut objective = self.objective(workspace, None);
        objective.evaluate(&at, &mut out);
        let intercept = self.layout.intercept();
        if let Some((j, value)) = intercept {
            // The gradient of an intercept is value * (events - expected).
            let events = objective.counts.products[j] / value;
            let expected = events - out.gradient[j] / value;
            if expected > 0.0 && expected.is_finite() {
                at[j] = (events / expected).ln() / value;
                objective.evaluate(&at, &mut out);
            }
        }
        check_collinear(&out.hessian, p, self.x, &self.names)?;
        let free: Vec<usize> = (0..p).collect();
        let regression = maximise(&mut objective, &at, &free, 1e9, 2)?;
        at = regression.at;
        objective.evaluate(&at, &mut out);
        let excess = out.hessian[(p, p)] / objective.room.squares;
        let variance = if excess.is_finite() { excess.max(0.02).ln_1p() } else { 0.25 };
        if let Some((j, value)) = intercept {
            at[j] -= 0.5 * variance / value;
        }
        at[p] = variance.sqrt();
        Ok(at)
    }

    fn finish(&self, optimum: Optimum) -> Result<RateFit> {
        let p = self.layout.columns;
        let sigma = optimum.at[p];
        let at_zero = sigma < 1e-5;
        let size = if at_zero { p } else { p + 1 };
        let information = Matrix::from_fn(size, size, |i, j| -optimum.evaluation.hessian[(i, j)]);
        let inverse = crate::numeric::algebra::inverse(
            &information,
            "the information matrix is not positive definite",
        )?;
        Ok(RateFit {
            beta: optimum.at[..p].to_vec(),
            sd: if at_zero { 0.0 } else { sigma },
            log_likelihood: optimum.evaluation.value,
            covariance: inverse.view((0, 0), (p, p)).into_owned(),
            sd_variance: if at_zero { None } else { Some(inverse[(p, p)]) },
            convergence: optimum.convergence,
        })
    }
}

impl Nodes {
    /// Nodes and weights for integrals against the normal density about a mode.
    pub(super) fn new(n: usize) -> Result<Self> {
        let rule = gauss_hermite(n)?;
        let root_pi = std::f64::consts::PI.sqrt();
        Ok(Self {
            node: rule.nodes.iter().map(|t| t * std::f64::consts::SQRT_2).collect(),
            weight: rule
                .nodes
                .iter()
                .zip(&rule.weights)
                .map(|(t, w)| (w.ln() + t * t).exp() / root_pi)
                .collect(),
        })
    }
}

/// Looks at the pivots of the information; where one is nearly zero, at the columns themselves.
fn check_collinear(hessian: &Matrix, p: usize, x: &Matrix, names: &[String]) -> Result<()> {
    let information = Matrix::from_fn(p, p, |i, j| -hessian[(i, j)]);
    let scaled =
        |i: usize, j: usize| information[(i, j)] / (information[(i, i)] * information[(j, j)]).sqrt();
    let scaled = Matrix::from_fn(p, p, scaled);
    let safe =
        scaled.clone().cholesky().is_some_and(|factor| (0..p).all(|i| factor.l_dirty()[(i, i)] > 1e-4));
    if safe {
        return Ok(());
    }
    let kept = independent_columns(x, None, 1e-7);
    if kept.len() == p {
        return Ok(());
    }
    Err(StatsError::Collinear((0..p).filter(|j| !kept.contains(j)).map(|j| names[j].clone()).collect()))
}

impl Counts {
    #[inline(always)]
    pub(super) fn sum_up(&mut self, layout: &Layout<'_>, y: &[f64], factorials: &mut Vec<f64>) {
        let weighted: Option<Vec<f64>> =
            layout.weights.as_ref().map(|weights| y.iter().zip(weights.iter()).map(|(y, w)| y * w).collect());
        let wy = weighted.as_deref().unwrap_or(y);
        self.group.clear();
        self.group.extend(layout.starts.windows(2).map(|g| super::poisson::group_sum(&wy[g[0]..g[1]])));
        self.products.clear();
        self.products.resize(layout.columns, 0.0);
        for (z, j) in layout.z.iter().zip(&layout.varying) {
            self.products[*j] = dot(wy, z);
        }
        for (c, j) in layout.c.iter().zip(&layout.constant) {
            self.products[*j] = dot(&self.group, c);
        }
        let offset = layout.offset.as_ref().map_or(0.0, |offset| dot(wy, offset));
        self.constant = offset - sum_ln_factorials(y, layout.weights.as_deref(), factorials);
    }
}

/// `sum w log y!`, from a table for the counts that occur often.
#[inline(always)]
fn sum_ln_factorials(y: &[f64], weights: Option<&[f64]>, table: &mut Vec<f64>) -> f64 {
    const TABLE: f64 = 4096.0;
    let mut total = 0.0;
    for (i, y) in y.iter().enumerate() {
        let value = if *y < TABLE {
            let count = *y as usize;
            while table.len() <= count {
                table.push(ln_factorial(table.len() as f64));
            }
            table[count]
        } else {
            ln_factorial(*y)
        };
        total += weights.map_or(1.0, |weights| weights[i]) * value;
    }
    total
}
