//! Which likelihood a rate model has.

use std::ops::Range;

use super::collapsed::Nodes;
use super::data::Family;
use super::nested::{NestedObjective, Observed};
use super::newton::{Evaluation, Objective};
use super::poisson::PoissonObjective;
use super::rate::{RateModel, Workspace};
use super::rows::RowObjective;

/// The likelihood of either kind of family with one level of groups, and of both kinds with two.
pub(super) enum Target<'w, 'a> {
    Collapsed(PoissonObjective<'w, 'a>),
    Rows(RowObjective<'w, 'a>),
    Nested(NestedObjective<'w, 'a>),
}

impl Target<'_, '_> {
    /// The value alone; cheaper than [`Objective::evaluate`] for Poisson counts. `out` is room for the others.
    pub(super) fn value(&mut self, at: &[f64], out: &mut Evaluation) -> f64 {
        if let Self::Collapsed(target) = self {
            return target.value(at);
        }
        self.evaluate(at, out);
        out.value
    }
}

impl Objective for Target<'_, '_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        match self {
            Self::Collapsed(target) => target.evaluate(at, out),
            Self::Rows(target) => target.evaluate(at, out),
            Self::Nested(target) => target.evaluate(at, out),
        }
    }

    fn canonical(&self, at: &mut [f64]) {
        match self {
            Self::Collapsed(target) => target.canonical(at),
            Self::Rows(target) => target.canonical(at),
            Self::Nested(target) => target.canonical(at),
        }
    }

    fn deviations(&self) -> Range<usize> {
        match self {
            Self::Collapsed(target) => target.deviations(),
            Self::Rows(target) => target.deviations(),
            Self::Nested(target) => target.deviations(),
        }
    }

    fn limit(&self, parameter: usize, at: &[f64]) -> f64 {
        match self {
            Self::Collapsed(target) => target.limit(parameter, at),
            Self::Rows(target) => target.limit(parameter, at),
            Self::Nested(target) => target.limit(parameter, at),
        }
    }

    fn give_up(&self, at: &[f64]) -> bool {
        match self {
            Self::Collapsed(target) => target.give_up(at),
            Self::Rows(target) => target.give_up(at),
            Self::Nested(target) => target.give_up(at),
        }
    }
}

impl<'a> RateModel<'a> {
    /// The Poisson likelihood with a random intercept for every (inner) group alone.
    pub(super) fn collapsed<'w>(
        &'w self,
        workspace: &'w mut Workspace,
        nodes: Option<&'w Nodes>,
    ) -> PoissonObjective<'w, 'a> {
        let Workspace { room, counts, .. } = workspace;
        PoissonObjective { layout: &self.layout, counts, nodes, processor: self.processor, room }
    }

    /// The likelihood of a family with a random intercept for every (inner) group alone, by Laplace's approximation where
    /// there are no nodes.
    pub(super) fn one_level<'w>(
        &'w self,
        workspace: &'w mut Workspace,
        family: Family,
        nodes: Option<&'w Nodes>,
    ) -> Target<'w, 'a> {
        if family == Family::Poisson {
            return Target::Collapsed(self.collapsed(workspace, nodes));
        }
        let Workspace { row_room, outcome, .. } = workspace;
        Target::Rows(RowObjective {
            layout: &self.layout,
            outcome,
            counts: family == Family::NegativeBinomial,
            nodes: nodes.unwrap_or(&self.mode),
            processor: self.processor,
            room: row_room,
        })
    }

    /// The likelihood of a family with the levels of this model.
    pub(super) fn target<'w>(
        &'w self,
        workspace: &'w mut Workspace,
        family: Family,
        nodes: Option<&'w Nodes>,
    ) -> Target<'w, 'a> {
        if self.levels() == 1 {
            return self.one_level(workspace, family, nodes);
        }
        let Workspace { nested, outcome, counts, .. } = workspace;
        Target::Nested(NestedObjective {
            layout: &self.layout,
            observed: match family {
                Family::Poisson => Observed::Counts(counts),
                _ => Observed::Rows(outcome),
            },
            counts: family == Family::NegativeBinomial,
            processor: self.processor,
            room: nested,
        })
    }

    /// The likelihood that was asked for.
    pub(super) fn asked<'w>(&'w self, workspace: &'w mut Workspace) -> Target<'w, 'a> {
        self.target(workspace, self.options.family, self.nodes.as_ref())
    }
}
