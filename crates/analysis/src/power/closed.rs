//! Power in closed form, where the design has one.

use stats::power::{
    Baseline, ClusterMeans, ClusterProportions, ClusterRates, Direction, Test, UnequalSizes, detectable,
    power,
};
use stats::wedge::{Components, Outcome, Planned};

use super::design::{layout, log_sd};
use super::plan::{Kind, PowerDesign, Shape};

/// A formula for a design. Effects are differences on the scale of the outcome.
pub(super) enum Formula {
    /// Rates of two arms without a period before.
    Rates(ClusterRates),
    /// Means of two arms, with at most one period before.
    Means(ClusterMeans),
    /// Proportions of two arms without a period before.
    Proportions(ClusterProportions),
    /// Any layout over periods.
    Planned(Box<Planned>),
}

impl Formula {
    /// The formula that suits the design.
    pub(super) fn of(kind: Kind, design: &PowerDesign) -> stats::Result<Self> {
        let before = design.before.unwrap_or(0);
        let parallel = design.shape == Shape::Parallel;
        match kind {
            Kind::Rate if parallel && before == 0 => Ok(Self::Rates(rates(design))),
            Kind::Mean if parallel && design.after == 1 && before <= 1 => Ok(Self::Means(means(design))),
            Kind::Proportion if parallel && design.after == 1 && before == 0 => {
                Ok(Self::Proportions(proportions(design)))
            }
            _ => planned(kind, design).map(|planned| Self::Planned(Box::new(planned))),
        }
    }

    /// Where it comes from.
    pub(super) fn source(&self) -> &'static str {
        match self {
            Self::Rates(_) => "Hayes and Bennett (1999): cluster rates compared, without a period before",
            Self::Means(_) => {
                "the design effect for means of clusters (Eldridge 2006; with a period before, Teerenstra 2012)"
            }
            Self::Proportions(_) => "the design effect for proportions of clusters (Eldridge 2006)",
            Self::Planned(_) => {
                "generalised least squares on the layout over periods (Hussey and Hughes 2007; Hooper 2016), normal distribution, equal sizes"
            }
        }
    }

    fn difference(&self, kind: Kind, design: &PowerDesign, effect: f64) -> f64 {
        if kind == Kind::Rate { design.control * (effect - 1.0) } else { effect }
    }

    /// Power against an effect as the plan writes it.
    pub(super) fn power(&self, kind: Kind, design: &PowerDesign, effect: f64, test: &Test) -> Option<f64> {
        let by = self.difference(kind, design, effect);
        // With no effect both tails reject, and the formulas count one of them.
        if by == 0.0 {
            return Some(test.alpha);
        }
        match self {
            Self::Rates(formula) => power(formula, by, test),
            Self::Means(formula) => power(formula, by, test),
            Self::Proportions(formula) => power(formula, by, test),
            Self::Planned(formula) => power(formula.as_ref(), by, test),
        }
        .ok()
    }

    /// The smallest effect found with a power, as the plan writes effects.
    pub(super) fn detectable(
        &self,
        kind: Kind,
        design: &PowerDesign,
        aim: f64,
        test: &Test,
        direction: Direction,
    ) -> Option<f64> {
        let found = match self {
            Self::Rates(formula) => detectable(formula, aim, test, direction),
            Self::Means(formula) => detectable(formula, aim, test, direction),
            Self::Proportions(formula) => detectable(formula, aim, test, direction),
            Self::Planned(formula) => detectable(formula.as_ref(), aim, test, direction),
        }
        .ok()?;
        Some(if kind == Kind::Rate { 1.0 + found / design.control } else { found })
    }
}

/// Coefficient of variation of a cluster's true rate from cell to cell: drift between periods, and negative binomial variation.
fn drift(design: &PowerDesign) -> f64 {
    let period = (design.period_sd * design.period_sd).exp_m1();
    period + design.theta.map_or(0.0, |theta| (1.0 + period) / theta)
}

fn rates(design: &PowerDesign) -> ClusterRates {
    let years = f64::from(design.after);
    ClusterRates {
        clusters: design.clusters_per_arm,
        person_time: design.members * years,
        control: design.control,
        k: (log_sd(design.k).powi(2).exp_m1() + drift(design) / years).sqrt(),
        matched: false,
    }
}

fn means(design: &PowerDesign) -> ClusterMeans {
    let baseline =
        Baseline { cluster_autocorrelation: design.cluster_autocorrelation, individual_autocorrelation: 0.0 };
    ClusterMeans {
        size_cv: design.size_cv,
        sd: design.sd,
        baseline: (design.before == Some(1)).then_some(baseline),
        ..ClusterMeans::new(design.clusters_per_arm, design.members, design.icc)
    }
}

fn proportions(design: &PowerDesign) -> ClusterProportions {
    ClusterProportions {
        clusters: [design.clusters_per_arm; 2],
        size: design.members,
        size_cv: design.size_cv,
        unequal: UnequalSizes::Weighted,
        icc: design.icc,
        control: design.control,
        normal: false,
    }
}

fn planned(kind: Kind, design: &PowerDesign) -> stats::Result<Planned> {
    let p = design.control;
    let (components, outcome) = match kind {
        Kind::Rate => {
            let components = Components {
                cluster: (p * design.k).powi(2),
                cluster_period: p * p * drift(design),
                ..Components::hussey_hughes(0.0, p)
            };
            (components, Outcome::Rate { control: p })
        }
        Kind::Mean => {
            let total = design.sd * design.sd;
            let stays = design.cluster_autocorrelation;
            (Components::from_correlations(total, design.icc, stays, 0.0)?, Outcome::Mean)
        }
        Kind::Proportion => {
            let stays = design.cluster_autocorrelation;
            let components = Components::from_correlations(p * (1.0 - p), design.icc, stays, 0.0)?;
            (components, Outcome::Proportion { control: p })
        }
    };
    let mut planned = Planned::new(layout(design)?, design.members, components);
    planned.outcome = outcome;
    Ok(planned)
}
