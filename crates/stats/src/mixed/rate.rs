use super::collapsed::Nodes;
use super::counts::Counts;
use super::data::{Family, Groups, Integral, Options, check_outcome};
use super::layout::Layout;
use super::nested::NestedRoom;
use super::newton::{Evaluation, Objective};
use super::outcome::Outcome;
use super::poisson::Room;
use super::rows::RowRoom;
use super::start::Start;
use crate::numeric::vector::Processor;
use crate::{Convergence, Matrix, Result, StatsError};

/// Memory that fits of the same design share, so that a simulation allocates next to nothing.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    pub(super) room: Room,
    pub(super) row_room: RowRoom,
    pub(super) counts: Counts,
    pub(super) outcome: Outcome,
    pub(super) nested: NestedRoom,
    pub(super) factorials: Vec<f64>,
}

/// A model with random intercepts whose design is prepared once and fitted to many outcomes.
///
/// `y_ij ~ f(. | eta_ij)`, `eta_ij = x_ij'b + offset_ij + u_j`, `u_j ~ N(0, sd^2)`, with `f` Poisson, negative binomial
/// (both with a logarithmic link) or binomial (logistic link); with nested groups ([`Self::nested`]) `u_j + v_k`, where
/// `v_k ~ N(0, outer_sd^2)` is shared by the groups of outer group `k`.
#[derive(Debug, Clone)]
pub struct RateModel<'a> {
    pub(super) layout: Layout<'a>,
    /// Nodes of quadrature; none for Laplace's approximation.
    pub(super) nodes: Option<Nodes>,
    /// The one node of Laplace's approximation.
    pub(super) mode: Nodes,
    /// Whether quadrature was asked for with two levels of groups, for which there is Laplace's approximation alone.
    pub(super) nodes_refused: bool,
    pub(super) names: Vec<String>,
    pub(super) x: &'a Matrix,
    pub(super) processor: Processor,
    pub(super) options: Options,
}

/// Estimates of a [`RateModel`].
#[derive(Debug, Clone, PartialEq)]
pub struct RateFit {
    /// Coefficients in the order of the columns.
    pub beta: Vec<f64>,
    /// Standard deviation of the random intercepts (of the inner groups, where groups are nested); zero is a result.
    pub sd: f64,
    /// Standard deviation of the random intercepts of the outer groups, where groups are nested.
    pub outer_sd: Option<f64>,
    /// Theta of the negative binomial: infinite where the counts show no more than Poisson variation. `None` for other
    /// families.
    pub theta: Option<f64>,
    /// Log-likelihood with all its constants.
    pub log_likelihood: f64,
    /// Inverse of the observed information of all parameters together: coefficients, then `log sd` (the outer one first;
    /// left out where the standard deviation is zero), then `log theta` (where it is finite).
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

    /// Prepares a design with two nested levels of groups, whose random intercepts are integrated out by the joint Laplace
    /// approximation.
    ///
    /// # Errors
    /// As [`Self::new`]; outer groups that all have one inner group.
    pub fn nested(
        x: &'a Matrix,
        offset: Option<&'a [f64]>,
        outer: &'a [usize],
        inner: &'a [usize],
        options: Options,
    ) -> Result<Self> {
        Self::prepare(x, offset, None, Groups::Nested { outer, inner }, Vec::new(), options)
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
        let nested = !layout.outer.is_empty();
        if nested && layout.outer.windows(2).all(|outer| outer[1] - outer[0] == 1) {
            return Err(StatsError::NoAnswer(
                "every outer group has one inner group, so the two levels cannot be told apart; use one of them"
                    .to_owned(),
            ));
        }
        Ok(Self {
            nodes_refused: nested && nodes.is_some(),
            nodes: if nested { None } else { nodes },
            layout,
            mode: Nodes::new(1)?,
            names,
            x,
            processor: Processor::default(),
            options,
        })
    }

    /// Number of levels of groups.
    pub(super) fn levels(&self) -> usize {
        if self.layout.outer.is_empty() { 1 } else { 2 }
    }

    /// Number of groups (of inner groups, where they are nested).
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

    /// Number of parameters: coefficients, standard deviations, theta.
    pub(super) fn parameters(&self) -> usize {
        self.layout.columns + self.levels() + usize::from(self.options.family == Family::NegativeBinomial)
    }

    /// Sums of the outcome that the likelihood needs.
    pub(super) fn load(&self, workspace: &mut Workspace, y: &[f64], trials: Option<&[f64]>) -> Result<()> {
        let y = self.layout.taken(y);
        let trials = trials.map(|trials| self.layout.taken(trials));
        let Workspace { room, row_room, counts, outcome, nested, factorials } = workspace;
        let family = self.options.family;
        if self.levels() == 2 {
            nested.fit_to(&self.layout, self.parameters());
        }
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

    /// Modes in standard deviations and their conditional variances (in the same unit, squared) at a point, by level, outer
    /// groups first; `family` as in [`Self::search_as`].
    pub(super) fn modes_at(
        &self,
        workspace: &mut Workspace,
        at: &[f64],
        family: Family,
    ) -> Vec<(Vec<f64>, Vec<f64>)> {
        let mut out = Evaluation::new(at.len());
        self.target(workspace, family, None).evaluate(at, &mut out);
        let Workspace { room, row_room, nested, counts, .. } = workspace;
        if self.levels() == 2 {
            return vec![
                (nested.v.clone(), nested.outer_variance.clone()),
                (nested.u.clone(), nested.inner_variance.clone()),
            ];
        }
        if family != Family::Poisson {
            return vec![(row_room.u.clone(), row_room.curvature.iter().map(|d| 1.0 / d).collect())];
        }
        // At the mode sigma (Y - M) = u, so that D = 1 + sigma^2 M needs no M.
        let sigma = at[self.layout.columns];
        let variance = |(u, y): (&f64, &f64)| 1.0 / (1.0 + sigma * (sigma * y - u)).max(1.0);
        vec![(room.u.clone(), room.u.iter().zip(&counts.group).map(variance).collect())]
    }
}
