use serde::Serialize;

use super::closed::Design;
use super::convert::{design_effect, relative_efficiency};
use super::means::{UnequalSizes, check_common, rescaled};
use crate::{Result, StatsError};

/// A trial with two arms of whole clusters and a yes/no outcome. The effect is a difference of proportions.
///
/// `var = D (p0 (1 - p0) / (m k0) + p1 (1 - p1) / (m k1))` with `p1 = p0 + effect` and the design effect `D`
/// (Donner and Klar 2000, section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClusterProportions {
    /// Clusters in the control and in the treated arm.
    pub clusters: [f64; 2],
    /// Mean number of people in a cluster.
    pub size: f64,
    /// Coefficient of variation of cluster sizes.
    pub size_cv: f64,
    /// How unequal sizes are allowed for.
    pub unequal: UnequalSizes,
    /// Intracluster correlation, 0 to 1; [`super::icc_from_k`] makes it from a coefficient of variation.
    pub icc: f64,
    /// Proportion in the control arm.
    pub control: f64,
    /// True to use the normal distribution in place of t with `clusters - 2` degrees of freedom.
    pub normal: bool,
}

impl Design for ClusterProportions {
    fn check(&self) -> Result<()> {
        check_common(self.clusters, self.size, self.size_cv, self.icc)?;
        StatsError::check_probability("the proportion in the control arm", self.control)
    }

    fn standard_error(&self, effect: f64) -> Result<f64> {
        let treated = self.control + effect;
        StatsError::check_probability("the proportion in the treated arm", treated)?;
        let inflation = match self.unequal {
            UnequalSizes::Weighted => design_effect(self.size, self.size_cv, self.icc),
            UnequalSizes::MixedModel => {
                design_effect(self.size, 0.0, self.icc)
                    / relative_efficiency(self.size, self.size_cv, self.icc)
            }
        };
        let arms = self.control * (1.0 - self.control) / self.clusters[0]
            + treated * (1.0 - treated) / self.clusters[1];
        Ok((inflation / self.size * arms).sqrt())
    }

    fn df(&self) -> Option<f64> {
        (!self.normal).then(|| self.clusters[0] + self.clusters[1] - 2.0)
    }

    fn effects(&self) -> (f64, f64) {
        (-self.control, 1.0 - self.control)
    }

    fn fewest(&self) -> f64 {
        if self.normal { 0.0 } else { 2.0 / (1.0 + self.clusters[1] / self.clusters[0]) }
    }

    fn with_clusters(&self, clusters: f64) -> Self {
        Self { clusters: rescaled(self.clusters, clusters), ..*self }
    }

    fn with_members(&self, members: f64) -> Option<Self> {
        Some(Self { size: members, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::{Direction, Test, clusters, detectable, power};

    fn design() -> ClusterProportions {
        ClusterProportions {
            clusters: [1.0, 1.0],
            size: 1.0,
            size_cv: 0.0,
            unequal: UnequalSizes::Weighted,
            icc: 0.0,
            control: 0.5,
            normal: true,
        }
    }

    /// Without clustering, the textbook size for two proportions with unpooled variance:
    /// `(1.959964 + 0.841621)^2 (p0 q0 + p1 q1) / 0.15^2`.
    #[test]
    fn people_as_clusters_of_one() {
        let found = clusters(&design(), 0.15, 0.8, &Test::two_sided(0.05)).unwrap();
        let right = 7.848_879_734_349_086 * (0.25 + 0.65 * 0.35) / 0.0225;
        assert!((found.exact - right).abs() < 1e-8, "{} {right}", found.exact);
    }

    #[test]
    fn effects_stay_within_the_possible() {
        let test = Test::two_sided(0.05);
        let small =
            ClusterProportions { clusters: [20.0; 2], size: 60.0, icc: 0.02, control: 0.05, ..design() };
        let down = detectable(&small, 0.8, &test, Direction::Decrease).unwrap();
        let up = detectable(&small, 0.8, &test, Direction::Increase).unwrap();
        assert!(down > -0.05 && down < 0.0 && up > -down);
        assert!((power(&small, down, &test).unwrap() - 0.8).abs() < 1e-10);
        // A tenth of the people: no decrease from 5% is detected.
        let tiny = ClusterProportions { size: 2.0, ..small };
        assert!(detectable(&tiny, 0.99, &test, Direction::Decrease).is_err());
        assert!(power(&small, -0.06, &test).is_err());
    }
}
