use serde::Serialize;

use super::closed::Design;
use super::convert::{not_negative, positive};
use crate::{Result, StatsError};

/// A trial with two equal arms of whole clusters and a rate of events as the outcome, planned by the coefficient of
/// variation `k` of the true rates between clusters. The effect is a difference of rates.
///
/// Hayes and Bennett (1999, eqs 2 and 6): clusters per arm
/// `c = a + (z_alpha/2 + z_beta)^2 ((l0 + l1) / y + k^2 (l0^2 + l1^2)) / (l0 - l1)^2`,
/// where `a` is 1, and 2 for matched pairs (`k` is then that within pairs): it makes up for the t distribution. Turned round, the
/// difference of mean rates has variance `((l0 + l1) / y + k^2 (l0^2 + l1^2)) / (c - a)`, and power and the detectable effect
/// follow from the same equation. Clusters of unequal person-time: give the harmonic mean (their section 4).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClusterRates {
    /// Clusters in each arm (pairs, if matched).
    pub clusters: f64,
    /// Person-time of a cluster, in the unit of the rates.
    pub person_time: f64,
    /// Rate in the control arm, events per unit of person-time.
    pub control: f64,
    /// Coefficient of variation of true rates between clusters (within pairs, if matched).
    pub k: f64,
    /// True for matched pairs.
    pub matched: bool,
}

impl ClusterRates {
    fn added(&self) -> f64 {
        if self.matched { 2.0 } else { 1.0 }
    }
}

impl Design for ClusterRates {
    fn check(&self) -> Result<()> {
        positive("the person-time of a cluster", self.person_time)?;
        positive("the rate in the control arm", self.control)?;
        not_negative("the coefficient of variation k", self.k)?;
        if self.clusters.is_finite() && self.clusters > self.added() {
            return Ok(());
        }
        Err(StatsError::TooFew {
            what: "clusters in each arm",
            found: self.clusters.max(0.0) as usize,
            needed: self.added() as usize + 1,
        })
    }

    fn standard_error(&self, effect: f64) -> Result<f64> {
        let treated = self.control + effect;
        if treated.is_nan() || treated < 0.0 {
            return Err(StatsError::Setting(format!(
                "the rate in the treated arm would be {treated}; a rate is not negative"
            )));
        }
        let poisson = (self.control + treated) / self.person_time;
        let between = self.k * self.k * (self.control * self.control + treated * treated);
        Ok(((poisson + between) / (self.clusters - self.added())).sqrt())
    }

    fn df(&self) -> Option<f64> {
        None
    }

    fn effects(&self) -> (f64, f64) {
        (-self.control, f64::INFINITY)
    }

    fn fewest(&self) -> f64 {
        self.added()
    }

    fn with_clusters(&self, clusters: f64) -> Self {
        Self { clusters, ..*self }
    }

    fn with_members(&self, members: f64) -> Option<Self> {
        Some(Self { person_time: members, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::{Direction, Test, clusters, detectable, members, power};

    fn design() -> ClusterRates {
        ClusterRates { clusters: 34.0, person_time: 950.0, control: 0.03, k: 0.25, matched: false }
    }

    /// engine/README.md section 8.6: 0.03 to 0.024, 950 person-years, k 0.25.
    #[test]
    fn hayes_and_bennett() {
        let test = Test::two_sided(0.05);
        let found = clusters(&design(), -0.006, 0.8, &test).unwrap();
        assert!((found.exact - 33.505_722_320_9).abs() < 1e-9, "{}", found.exact);
        assert_eq!(found.whole, 34);
        let matched = clusters(&ClusterRates { matched: true, ..design() }, -0.006, 0.8, &test).unwrap();
        assert!((matched.exact - 34.505_722_320_9).abs() < 1e-9, "{}", matched.exact);
    }

    #[test]
    fn the_other_questions_turn_it_round() {
        let test = Test::two_sided(0.05);
        let at = ClusterRates { clusters: 33.505_722_320_9, ..design() };
        assert!((power(&at, -0.006, &test).unwrap() - 0.8).abs() < 1e-11);
        let effect = detectable(&at, 0.8, &test, Direction::Decrease).unwrap();
        assert!((effect + 0.006).abs() < 1e-12);
        assert!((members(&at, -0.006, 0.8, &test).unwrap().exact - 950.0).abs() < 1e-6);
    }

    #[test]
    fn no_clusters_to_spare_is_an_error() {
        let test = Test::two_sided(0.05);
        assert!(power(&ClusterRates { clusters: 1.0, ..design() }, -0.006, &test).is_err());
        assert!(power(&design(), -0.04, &test).is_err());
        // The variation between clusters alone hides so small an effect, however long they are watched.
        assert!(members(&ClusterRates { clusters: 5.0, ..design() }, -0.003, 0.8, &test).is_err());
    }
}
