use super::collapsed::Nodes;
use super::data::{Family, Groups, Integral, Options, check_outcome};
use super::layout::Layout;
use super::newton::{Evaluation, Objective, Optimum, maximise};
use super::outcome::Outcome;
use super::poisson::{Counts, PoissonObjective, Room};
use super::rows::{RowObjective, RowRoom};
use crate::numeric::algebra::{independent_columns, inverse};
use crate::numeric::quadrature::gauss_hermite;
use crate::numeric::special::ln_factorial;
use crate::numeric::vector::{Processor, dot};
use crate::{Convergence, Matrix, Result, StatsError};

/// Memory that fits of the same design share, so that a simulation allocates next to nothing.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    pub(super) room: Room,
    pub(super) row_room: RowRoom,
    pub(super) counts: Counts,
    pub(super) outcome: Outcome,
    pub(super) factorials: Vec<f64>,
}

/// Where a search begins.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Start<'a> {
    /// From the data: a step of regression without random intercepts and the moments of its residuals.
    #[default]
    Data,
    /// From given values (the truth of a simulation, another fit).
    At {
        /// One coefficient for each column.
        beta: &'a [f64],
        /// Standard deviation of the random intercepts.
        sd: f64,
        /// Theta of the negative binomial; not used by other families.
        theta: f64,
    },
}

/// A model with one random intercept whose design is prepared once and fitted to many outcomes.
///
/// `y_ij ~ f(. | eta_ij)`, `eta_ij = x_ij'b + offset_ij + u_j`, `u_j ~ N(0, sd^2)`, with `f` Poisson, negative binomial
/// (both with a logarithmic link) or binomial (logistic link).
#[derive(Debug, Clone)]
pub struct RateModel<'a> {
    pub(super) layout: Layout<'a>,
    /// Nodes of quadrature; none for Laplace's approximation.
    nodes: Option<Nodes>,
    /// The one node of Laplace's approximation.
    mode: Nodes,
    pub(super) names: Vec<String>,
    x: &'a Matrix,
    processor: Processor,
    pub(super) options: Options,
}

/// Estimates of a [`RateModel`].
#[derive(Debug, Clone, PartialEq)]
pub struct RateFit {
    /// Coefficients in the order of the columns.
    pub beta: Vec<f64>,
    /// Standard deviation of the random intercepts; zero is a result.
    pub sd: f64,
    /// Theta of the negative binomial: infinite where the counts show no more than Poisson variation. `None` for other
    /// families.
    pub theta: Option<f64>,
    /// Log-likelihood with all its constants.
    pub log_likelihood: f64,
    /// Inverse of the observed information of all parameters together: coefficients, then `log sd` (left out where the
    /// standard deviation is zero), then `log theta` (where it is finite).
    pub covariance: Matrix,
    /// How the search ended.
    pub convergence: Convergence,
}

impl RateFit {
    /// Standard errors of the coefficients.
    #[must_use]
    pub fn standard_errors(&self) -> Vec<f64> {
        (0..self.beta.len()).map(|j| self.covariance[(j, j)].sqrt()).collect()
    }
}

/// The likelihood of either kind of family.
pub(super) enum Target<'w, 'a> {
    Collapsed(PoissonObjective<'w, 'a>),
    Rows(RowObjective<'w, 'a>),
}

impl Objective for Target<'_, '_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        match self {
            Self::Collapsed(target) => target.evaluate(at, out),
            Self::Rows(target) => target.evaluate(at, out),
        }
    }

    fn canonical(&self, at: &mut [f64]) {
        match self {
            Self::Collapsed(target) => target.canonical(at),
            Self::Rows(target) => target.canonical(at),
        }
    }

    fn limit(&self, parameter: usize, at: &[f64]) -> f64 {
        match self {
            Self::Collapsed(target) => target.limit(parameter, at),
            Self::Rows(target) => target.limit(parameter, at),
        }
    }

    fn give_up(&self, at: &[f64]) -> bool {
        match self {
            Self::Collapsed(target) => target.give_up(at),
            Self::Rows(target) => target.give_up(at),
        }
    }
}

/// A standard deviation this small is zero: the likelihood is flat to more digits than it has.
const NO_VARIANCE: f64 = 1e-4;

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
        if options.family == Family::Gaussian {
            return Err(StatsError::Setting(
                "a rate model is Poisson, negative binomial or binomial; measurements have their own fit"
                    .to_owned(),
            ));
        }
        if x.ncols() == 0 {
            return Err(StatsError::TooFew { what: "columns of the design matrix", found: 0, needed: 1 });
        }
        let names = if names.is_empty() { (1..=x.ncols()).map(|j| format!("x{j}")).collect() } else { names };
        let nodes = match options.integral {
            Integral::Laplace | Integral::Quadrature(1) => None,
            Integral::Quadrature(n) => Some(Nodes::new(n)?),
        };
        let layout = Layout::new(x, offset, weights, groups)?;
        Ok(Self { layout, nodes, mode: Nodes::new(1)?, names, x, processor: Processor::default(), options })
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

    /// Fits one outcome (a value for each row of the design; one trial a row for the binomial), reusing the memory of
    /// earlier fits.
    ///
    /// # Errors
    /// Outcomes out of range, missing or not whole; an outcome without events; collinear or separating columns;
    /// [`StatsError::NotConverged`].
    pub fn fit_with(&self, workspace: &mut Workspace, y: &[f64], start: Start<'_>) -> Result<RateFit> {
        self.fit_trials(workspace, y, None, start)
    }

    /// The same with a number of trials for each row.
    ///
    /// # Errors
    /// As [`Self::fit_with`].
    pub fn fit_trials(
        &self,
        workspace: &mut Workspace,
        y: &[f64],
        trials: Option<&[f64]>,
        start: Start<'_>,
    ) -> Result<RateFit> {
        check_outcome(self.options.family, y, trials, self.x.nrows())?;
        self.load(workspace, y, trials)?;
        let free: Vec<usize> = (0..self.parameters()).collect();
        let at = self.start(workspace, start)?;
        let optimum = self.search(workspace, &at, &free)?;
        if optimum.gave_up {
            return self.poisson_limit(workspace, &optimum);
        }
        self.finish(optimum, self.options.family)
    }

    /// Number of parameters: coefficients, standard deviation, theta.
    pub(super) fn parameters(&self) -> usize {
        self.layout.columns + 1 + usize::from(self.options.family == Family::NegativeBinomial)
    }

    /// Sums of the outcome that the likelihood needs.
    pub(super) fn load(&self, workspace: &mut Workspace, y: &[f64], trials: Option<&[f64]>) -> Result<()> {
        let y = self.layout.taken(y);
        let trials = trials.map(|trials| self.layout.taken(trials));
        let Workspace { room, row_room, counts, outcome, factorials } = workspace;
        let family = self.options.family;
        if family != Family::Binomial {
            room.fit_to(&self.layout);
            self.processor.run(
                #[inline(always)]
                || counts.sum_up(&self.layout, &y, factorials),
            );
            if counts.group.iter().all(|count| *count == 0.0) {
                return Err(StatsError::NoAnswer(
                    "there is no event in any row, so no rate can be estimated".to_owned(),
                ));
            }
            self.check_events(&counts.products)?;
        }
        if family != Family::Poisson {
            row_room.fit_to(&self.layout);
            outcome.sum_up(&self.layout, family, &y, trials.as_deref());
        }
        if family == Family::Binomial {
            let all: f64 = outcome.size.iter().sum();
            if outcome.total == 0.0 || outcome.total == all {
                return Err(StatsError::NoAnswer(
                    "all trials ended the same way, so no odds can be estimated".to_owned(),
                ));
            }
            self.check_events(&outcome.products)?;
            let failures: Vec<f64> = outcome.size.iter().zip(&outcome.y).map(|(n, y)| n - y).collect();
            self.check_events(&self.layout.products(&failures))?;
        }
        Ok(())
    }

    /// A variable that is never negative (or never positive) and zero wherever there are events has no finite coefficient.
    fn check_events(&self, products: &[f64]) -> Result<()> {
        for (j, product) in products.iter().enumerate() {
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

    fn collapsed<'w>(
        &'w self,
        workspace: &'w mut Workspace,
        nodes: Option<&'w Nodes>,
    ) -> PoissonObjective<'w, 'a> {
        let Workspace { room, counts, .. } = workspace;
        PoissonObjective { layout: &self.layout, counts, nodes, processor: self.processor, room }
    }

    /// The likelihood, by Laplace's approximation where there are no nodes.
    pub(super) fn target<'w>(
        &'w self,
        workspace: &'w mut Workspace,
        nodes: Option<&'w Nodes>,
    ) -> Target<'w, 'a> {
        if self.options.family == Family::Poisson {
            return Target::Collapsed(self.collapsed(workspace, nodes));
        }
        let Workspace { row_room, outcome, .. } = workspace;
        Target::Rows(RowObjective {
            layout: &self.layout,
            outcome,
            counts: self.options.family == Family::NegativeBinomial,
            nodes: nodes.unwrap_or(&self.mode),
            processor: self.processor,
            room: row_room,
        })
    }

    /// The likelihood that was asked for.
    pub(super) fn asked<'w>(&'w self, workspace: &'w mut Workspace) -> Target<'w, 'a> {
        self.target(workspace, self.nodes.as_ref())
    }

    /// Searches for the optimum over the free parameters: Laplace's approximation first, quadrature from there.
    pub(super) fn search(&self, workspace: &mut Workspace, at: &[f64], free: &[usize]) -> Result<Optimum> {
        let p = self.layout.columns;
        let mut optimum = self.search_from(workspace, at, free)?;
        let stuck =
            optimum.at[p] < NO_VARIANCE && free.contains(&p) && optimum.evaluation.hessian[(p, p)] > 0.0;
        if stuck {
            // A variance of zero is a stationary point, and here the likelihood rises from it.
            let mut again = optimum.at.clone();
            again[p] = 0.3;
            optimum = self.search_from(workspace, &again, free)?;
        }
        Ok(optimum)
    }

    fn search_from(&self, workspace: &mut Workspace, at: &[f64], free: &[usize]) -> Result<Optimum> {
        let Options { tolerance, evaluations, .. } = self.options;
        if self.nodes.is_none() {
            return maximise(&mut self.target(workspace, None), at, free, tolerance, evaluations);
        }
        let near = maximise(&mut self.target(workspace, None), at, free, 0.05, evaluations)?;
        if near.gave_up {
            return Ok(near);
        }
        let mut optimum = maximise(&mut self.asked(workspace), &near.at, free, tolerance, evaluations)?;
        optimum.convergence.iterations += near.convergence.iterations;
        Ok(optimum)
    }

    /// The point from which the search begins.
    pub(super) fn start(&self, workspace: &mut Workspace, start: Start<'_>) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let negative_binomial = self.options.family == Family::NegativeBinomial;
        let (mut at, theta) = match start {
            Start::Data if self.options.family == Family::Binomial => (self.start_binomial(workspace)?, 0.0),
            Start::Data => (self.start_counts(workspace)?, 5.0),
            Start::At { beta, sd, theta } => {
                StatsError::check_length("the coefficients of the start", beta.len(), p)?;
                StatsError::check_finite("the coefficients of the start", beta)?;
                StatsError::check_finite("the standard deviation of the start", &[sd])?;
                let mut at = beta.to_vec();
                at.push(sd.abs().max(0.05));
                (at, theta)
            }
        };
        if negative_binomial {
            if theta.is_nan() || theta <= 0.0 {
                return Err(StatsError::Setting("the theta of a start must be positive".to_owned()));
            }
            at.push(theta.min(1e4).ln());
        }
        Ok(at)
    }

    /// Start from counts: a step of Poisson regression, and the variance that the excess of the squared residuals of the
    /// groups over their means shows.
    fn start_counts(&self, workspace: &mut Workspace) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let mut at = vec![0.0; p + 1];
        let mut out = Evaluation::new(p + 1);
        let mut objective = self.collapsed(workspace, None);
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
        at = maximise(&mut objective, &at, &free, 1e9, 2)?.at;
        objective.evaluate(&at, &mut out);
        let excess = out.hessian[(p, p)] / objective.room.squares;
        let variance = if excess.is_finite() { excess.max(0.02).ln_1p() } else { 0.25 };
        if let Some((j, value)) = intercept {
            at[j] -= 0.5 * variance / value;
        }
        at[p] = variance.sqrt();
        Ok(at)
    }

    /// Start from successes: two steps of logistic regression and a middling standard deviation.
    fn start_binomial(&self, workspace: &mut Workspace) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let mut at = vec![0.0; p + 1];
        let mut out = Evaluation::new(p + 1);
        let mut objective = self.target(workspace, None);
        objective.evaluate(&at, &mut out);
        check_collinear(&out.hessian, p, self.x, &self.names)?;
        let free: Vec<usize> = (0..p).collect();
        at = maximise(&mut objective, &at, &free, 0.5, 6)?.at;
        at[p] = 0.5;
        Ok(at)
    }

    /// Modes in standard deviations and `D`, the negative second derivative there, of every group at a point.
    pub(super) fn modes_at(
        &self,
        workspace: &mut Workspace,
        at: &[f64],
        theta: bool,
    ) -> (Vec<f64>, Vec<f64>) {
        let mut out = Evaluation::new(at.len());
        let sigma = at[self.layout.columns];
        if self.options.family == Family::Binomial || theta {
            self.target(workspace, None).evaluate(at, &mut out);
            let room = &workspace.row_room;
            return (room.u.clone(), room.curvature.clone());
        }
        self.collapsed(workspace, None).evaluate(at, &mut out);
        let u = workspace.room.u.clone();
        // At the mode sigma (Y - M) = u, so that D = 1 + sigma^2 M needs no M.
        let curvature = u
            .iter()
            .zip(&workspace.counts.group)
            .map(|(u, y)| (1.0 + sigma * (sigma * y - u)).max(1.0))
            .collect();
        (u, curvature)
    }

    /// The result where theta went to infinity: the Poisson model.
    fn poisson_limit(&self, workspace: &mut Workspace, optimum: &Optimum) -> Result<RateFit> {
        let p = self.layout.columns;
        let free: Vec<usize> = (0..=p).collect();
        let Options { tolerance, evaluations, .. } = self.options;
        let mut objective = self.collapsed(workspace, self.nodes.as_ref());
        let mut at = optimum.at[..=p].to_vec();
        at[p] = at[p].max(0.05);
        let mut limit = maximise(&mut objective, &at, &free, tolerance, evaluations)?;
        limit.convergence.iterations += optimum.convergence.iterations;
        limit.convergence.remarks.push(
            "the counts vary no more than Poisson counts, so theta is infinite and the model is the Poisson one".to_owned(),
        );
        self.finish(limit, Family::Poisson)
    }

    pub(super) fn finish(&self, mut optimum: Optimum, family: Family) -> Result<RateFit> {
        let p = self.layout.columns;
        if !optimum.convergence.converged {
            return Err(StatsError::NotConverged {
                method: "the mixed model",
                iterations: optimum.convergence.iterations,
                reason: format!(
                    "the largest element of the gradient is {:.1e}{}",
                    optimum.convergence.gradient,
                    optimum.convergence.remarks.iter().fold(String::new(), |all, remark| all + "; " + remark)
                ),
            });
        }
        let sigma = optimum.at[p];
        let zero = sigma < NO_VARIANCE;
        let hessian = &optimum.evaluation.hessian;
        let kept: Vec<usize> = (0..hessian.nrows()).filter(|j| *j != p || !zero).collect();
        // From sigma to log sigma, at a point where the gradient is zero.
        let scale = |j: usize| if j == p { sigma } else { 1.0 };
        let information = Matrix::from_fn(kept.len(), kept.len(), |i, j| {
            -hessian[(kept[i], kept[j])] * scale(kept[i]) * scale(kept[j])
        });
        let covariance =
            inverse(&information, "the information of the mixed model is not positive definite")?;
        self.check_separation(&covariance)?;
        if zero {
            optimum
                .convergence
                .remarks
                .push("the groups vary no more than chance: the standard deviation is zero".to_owned());
        }
        Ok(RateFit {
            beta: optimum.at[..p].to_vec(),
            sd: if zero { 0.0 } else { sigma },
            theta: match (self.options.family, family) {
                (Family::NegativeBinomial, Family::NegativeBinomial) => Some(optimum.at[p + 1].exp()),
                (Family::NegativeBinomial, _) => Some(f64::INFINITY),
                _ => None,
            },
            log_likelihood: optimum.evaluation.value,
            covariance,
            convergence: optimum.convergence,
        })
    }

    /// A coefficient on its way to infinity ends with a standard error beyond all sense on these logarithmic scales.
    fn check_separation(&self, covariance: &Matrix) -> Result<()> {
        const BEYOND_SENSE: f64 = 50.0;
        // Looking through a column takes time, and only an error above one can be beyond sense.
        for j in (0..self.layout.columns).filter(|j| covariance[(*j, *j)] >= 1.0) {
            let column = self.x.column(j);
            let (low, high) =
                column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
            let range = if high > low { high - low } else { high.abs() };
            if covariance[(j, j)].sqrt() * range >= BEYOND_SENSE {
                return Err(StatsError::Separation(self.names[j].clone()));
            }
        }
        Ok(())
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
        self.group.extend(layout.starts.windows(2).map(|g| super::block::group_sum(&wy[g[0]..g[1]])));
        self.products.clear();
        self.products.resize(layout.columns, 0.0);
        layout.products_into(wy, &self.group, &mut self.products);
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
