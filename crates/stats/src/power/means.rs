use serde::Serialize;

use super::closed::Design;
use super::convert::{design_effect, not_negative, positive, relative_efficiency, share};
use crate::Result;

/// How unequal cluster sizes are allowed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum UnequalSizes {
    /// Means weighted by cluster size: [`design_effect`] (Eldridge, Ashby and Kerry 2006). The careful choice.
    Weighted,
    /// A mixed model, which weights clusters by their information: equal sizes divided by [`relative_efficiency`]
    /// (van Breukelen, Candel and Berger 2007).
    MixedModel,
}

/// A measurement of the same outcome before the trial, adjusted for in the analysis.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baseline {
    /// Correlation over time of a cluster's true mean, 0 to 1.
    pub cluster_autocorrelation: f64,
    /// Correlation over time of a person about the cluster's mean, 0 to 1; 0 if other people are measured.
    pub individual_autocorrelation: f64,
}

/// A trial with two arms of whole clusters and a mean as the outcome. The effect is a difference of means.
///
/// Variance of one arm's mean with `k` clusters of `m`:
/// `sd^2 (1 + (m - 1) icc) / (m k)`, larger for unequal sizes ([`UnequalSizes`]). Covariates take away shares of the
/// variation: `(1 - icc)(1 - individual_r2) + m icc (1 - cluster_r2)` replaces the design effect (Raudenbush 1997). A baseline
/// measurement multiplies the variance by `1 - r^2` with `r = (m icc c + (1 - icc) i) / (1 + (m - 1) icc)` for cluster and
/// individual autocorrelations `c` and `i` (Teerenstra et al. 2012, eq. 5).
///
/// The t-test has `clusters - 2 - cluster_covariates` degrees of freedom, or use the normal distribution (`normal`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClusterMeans {
    /// Clusters in the control and in the treated arm.
    pub clusters: [f64; 2],
    /// Mean number of people in a cluster.
    pub size: f64,
    /// Coefficient of variation of cluster sizes (standard deviation divided by mean); 0 for equal sizes.
    pub size_cv: f64,
    /// How unequal sizes are allowed for.
    pub unequal: UnequalSizes,
    /// Intracluster correlation, 0 to 1.
    pub icc: f64,
    /// Standard deviation of the outcome between people, all clusters together.
    pub sd: f64,
    /// Share of the variance between people within clusters that covariates explain.
    pub individual_r2: f64,
    /// Share of the variance between clusters that covariates explain.
    pub cluster_r2: f64,
    /// Covariates at cluster level: each costs a degree of freedom.
    pub cluster_covariates: f64,
    /// A baseline measurement, adjusted for.
    pub baseline: Option<Baseline>,
    /// True to use the normal distribution in place of t.
    pub normal: bool,
}

impl ClusterMeans {
    /// Equal sizes, no covariates, standard deviation 1 and the t distribution.
    #[must_use]
    pub fn new(clusters_per_arm: f64, size: f64, icc: f64) -> Self {
        Self {
            clusters: [clusters_per_arm; 2],
            size,
            size_cv: 0.0,
            unequal: UnequalSizes::Weighted,
            icc,
            sd: 1.0,
            individual_r2: 0.0,
            cluster_r2: 0.0,
            cluster_covariates: 0.0,
            baseline: None,
            normal: false,
        }
    }

    /// Variance of a cluster's mean times its size, in units of `sd^2`: the design effect after all adjustments.
    #[must_use]
    pub fn inflation(&self) -> f64 {
        let m = self.size;
        let equal = (1.0 - self.icc) * (1.0 - self.individual_r2) + m * self.icc * (1.0 - self.cluster_r2);
        let left = self.icc * (1.0 - self.cluster_r2);
        let total = left + (1.0 - self.icc) * (1.0 - self.individual_r2);
        let icc = if total > 0.0 { left / total } else { 0.0 };
        let unequal = match self.unequal {
            UnequalSizes::Weighted => equal + self.size_cv * self.size_cv * m * left,
            UnequalSizes::MixedModel => equal / relative_efficiency(m, self.size_cv, icc),
        };
        match self.baseline {
            None => unequal,
            Some(baseline) => {
                let r = (m * self.icc * baseline.cluster_autocorrelation
                    + (1.0 - self.icc) * baseline.individual_autocorrelation)
                    / design_effect(m, 0.0, self.icc);
                unequal * (1.0 - r * r)
            }
        }
    }
}

pub(super) fn check_common(clusters: [f64; 2], size: f64, size_cv: f64, icc: f64) -> Result<()> {
    positive("the number of control clusters", clusters[0])?;
    positive("the number of treated clusters", clusters[1])?;
    positive("the cluster size", size)?;
    not_negative("the coefficient of variation of cluster sizes", size_cv)?;
    share("the intracluster correlation", icc)
}

/// Both arms times the same factor, so that the control arm has `wanted` clusters.
pub(super) fn rescaled(clusters: [f64; 2], wanted: f64) -> [f64; 2] {
    [wanted, wanted * clusters[1] / clusters[0]]
}

impl Design for ClusterMeans {
    fn check(&self) -> Result<()> {
        check_common(self.clusters, self.size, self.size_cv, self.icc)?;
        positive("the standard deviation", self.sd)?;
        share("the share of variance within clusters that covariates explain", self.individual_r2)?;
        share("the share of variance between clusters that covariates explain", self.cluster_r2)?;
        not_negative("the number of covariates", self.cluster_covariates)?;
        if let Some(baseline) = self.baseline {
            share("the cluster autocorrelation", baseline.cluster_autocorrelation)?;
            share("the individual autocorrelation", baseline.individual_autocorrelation)?;
        }
        Ok(())
    }

    fn standard_error(&self, _effect: f64) -> Result<f64> {
        let arms = 1.0 / self.clusters[0] + 1.0 / self.clusters[1];
        Ok(self.sd * (self.inflation() / self.size * arms).sqrt())
    }

    fn df(&self) -> Option<f64> {
        (!self.normal).then(|| self.clusters[0] + self.clusters[1] - 2.0 - self.cluster_covariates)
    }

    fn fewest(&self) -> f64 {
        if self.normal {
            return 0.0;
        }
        (2.0 + self.cluster_covariates) / (1.0 + self.clusters[1] / self.clusters[0])
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
    use crate::power::{Direction, Test, clusters, detectable, members, power};

    /// engine/README.md section 8.6.
    #[test]
    fn parallel_trial_by_the_normal_distribution() {
        let design = ClusterMeans { normal: true, ..ClusterMeans::new(140.0, 50.0, 0.03) };
        let found = power(&design, 0.15, &Test::two_sided(0.05)).unwrap();
        assert!((found - 0.999_886_321_685).abs() < 1e-12, "{found}");
        let by_t = power(&ClusterMeans { normal: false, ..design }, 0.15, &Test::two_sided(0.05)).unwrap();
        assert!(by_t < found && found - by_t < 1e-4);
    }

    #[test]
    fn all_four_questions_agree() {
        let test = Test::two_sided(0.05);
        let design = ClusterMeans {
            size_cv: 0.6,
            cluster_r2: 0.4,
            individual_r2: 0.1,
            cluster_covariates: 2.0,
            ..ClusterMeans::new(12.0, 30.0, 0.05)
        };
        let effect = detectable(&design, 0.8, &test, Direction::Increase).unwrap();
        assert!((power(&design, effect, &test).unwrap() - 0.8).abs() < 1e-12);
        assert!((clusters(&design, effect, 0.8, &test).unwrap().exact - 12.0).abs() < 1e-9);
        assert!((members(&design, effect, 0.8, &test).unwrap().exact - 30.0).abs() < 1e-8);
        assert_eq!(members(&design, effect, 0.8, &test).unwrap().whole, 30);
    }

    #[test]
    fn clusters_that_vary_too_much_have_no_size() {
        let design = ClusterMeans::new(6.0, 20.0, 0.1);
        assert!(members(&design, 0.2, 0.8, &Test::two_sided(0.05)).is_err());
    }

    #[test]
    fn each_adjustment_moves_the_variance_as_its_paper_says() {
        let plain = ClusterMeans::new(10.0, 40.0, 0.05);
        assert!((plain.inflation() - (1.0 + 39.0 * 0.05)).abs() < 1e-14);
        let weighted = ClusterMeans { size_cv: 0.5, ..plain };
        assert!((weighted.inflation() - design_effect(40.0, 0.5, 0.05)).abs() < 1e-14);
        let mixed = ClusterMeans { unequal: UnequalSizes::MixedModel, ..weighted };
        assert!(mixed.inflation() > plain.inflation() && mixed.inflation() < weighted.inflation());
        // Everything repeated exactly: nothing is left to estimate but rounding.
        let same = Baseline { cluster_autocorrelation: 1.0, individual_autocorrelation: 1.0 };
        assert!(ClusterMeans { baseline: Some(same), ..plain }.inflation().abs() < 1e-14);
        let explained = ClusterMeans { cluster_r2: 1.0, ..plain };
        assert!((explained.inflation() - 0.95).abs() < 1e-14);
    }

    #[test]
    fn bad_settings_are_refused() {
        let test = Test::two_sided(0.05);
        let design = ClusterMeans::new(10.0, 40.0, 0.05);
        for bad in [
            ClusterMeans { icc: -0.1, ..design },
            ClusterMeans { icc: f64::NAN, ..design },
            ClusterMeans { size: 0.0, ..design },
            ClusterMeans { clusters: [0.0, 3.0], ..design },
            ClusterMeans { clusters: [1.0, 1.0], ..design },
            ClusterMeans { size_cv: f64::INFINITY, ..design },
            ClusterMeans { cluster_r2: 1.5, ..design },
        ] {
            assert!(power(&bad, 0.2, &test).is_err(), "{bad:?}");
        }
    }
}
