use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::plan::EstimatorName;
use crate::prepare::Source;

/// A plan of a power study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerPlan {
    /// What the study is called.
    pub title: String,
    /// What the outcome is.
    pub outcome: Kind,
    /// Effects to look at: ratios for rates, differences for means and proportions.
    pub effects: Vec<f64>,
    /// Level of the intervals; the test rejects where the interval excludes no effect.
    #[serde(default = "usual_level")]
    pub level: f64,
    /// Power aimed at.
    #[serde(default = "usual_aim")]
    pub aim: f64,
    /// Method by which simulated trials are analysed.
    #[serde(default = "usual_estimator")]
    pub estimator: EstimatorName,
    /// Simulated trials for each point; 0 for closed forms alone.
    #[serde(default)]
    pub simulations: u64,
    /// Whether to search for the smallest detectable effect by simulation too.
    #[serde(default)]
    pub detectable: bool,
    /// Seed of the simulation.
    #[serde(default = "one")]
    pub seed: u64,
    /// The design.
    pub design: PowerDesign,
    /// Other values of one part of the design: a curve for each.
    #[serde(default)]
    pub vary: Vary,
}

fn usual_level() -> f64 {
    0.95
}

fn usual_aim() -> f64 {
    0.8
}

fn usual_estimator() -> EstimatorName {
    EstimatorName::PoissonMixed
}

fn one() -> u64 {
    1
}

/// Kinds of outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Events per person and period.
    Rate,
    /// A mean.
    Mean,
    /// A proportion of people.
    Proportion,
}

/// A trial with two arms of whole clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerDesign {
    /// Clusters in each arm.
    pub clusters_per_arm: f64,
    /// People in a cluster (for rates: person-time in a period).
    pub members: f64,
    /// Coefficient of variation of cluster sizes.
    #[serde(default)]
    pub size_cv: f64,
    /// Rate or proportion in the control arm.
    #[serde(default)]
    pub control: f64,
    /// For rates: coefficient of variation of true rates between clusters.
    #[serde(default)]
    pub k: f64,
    /// For means and proportions: intracluster correlation.
    #[serde(default)]
    pub icc: f64,
    /// For means: standard deviation between people.
    #[serde(default = "sd")]
    pub sd: f64,
    /// For means: share of the variance between clusters that covariates explain.
    #[serde(default)]
    pub cluster_r2: f64,
    /// For simulated rates: a period of the same length before the trial, in which nobody is treated.
    #[serde(default)]
    pub baseline: bool,
    /// For simulated rates: extra variation of a cluster's rate from period to period, as the standard deviation of its logarithm.
    #[serde(default)]
    pub period_sd: f64,
}

fn sd() -> f64 {
    1.0
}

/// One part of the design with several values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Clusters in each arm.
    #[serde(default)]
    pub clusters_per_arm: Vec<f64>,
    /// People in a cluster; for rates, more years are more person-time.
    #[serde(default)]
    pub members: Vec<f64>,
    /// Coefficients of variation.
    #[serde(default)]
    pub k: Vec<f64>,
    /// Intracluster correlations.
    #[serde(default)]
    pub icc: Vec<f64>,
}

impl PowerPlan {
    /// The designs to look at, each with its name.
    #[must_use]
    pub fn designs(&self) -> Vec<(String, PowerDesign)> {
        let design = &self.design;
        let mut out = Vec::new();
        for value in &self.vary.clusters_per_arm {
            out.push((
                format!("{value} clusters per arm"),
                PowerDesign { clusters_per_arm: *value, ..design.clone() },
            ));
        }
        for value in &self.vary.members {
            out.push((format!("{value} in a cluster"), PowerDesign { members: *value, ..design.clone() }));
        }
        for value in &self.vary.k {
            out.push((format!("k = {value}"), PowerDesign { k: *value, ..design.clone() }));
        }
        for value in &self.vary.icc {
            out.push((format!("ICC = {value}"), PowerDesign { icc: *value, ..design.clone() }));
        }
        if out.is_empty() {
            out.push((format!("{} clusters per arm", design.clusters_per_arm), design.clone()));
        }
        out
    }

    /// Checks what types cannot.
    pub(super) fn check(&self, source: Source<'_>) -> Result<()> {
        let wrong = |message: String| Err(source.fault("", message, None));
        if self.effects.is_empty() || self.effects.len() > 200 {
            return wrong("effects needs 1 to 200 values".to_owned());
        }
        if !(self.level > 0.5 && self.level < 1.0 && self.aim > 0.0 && self.aim < 1.0) {
            return wrong("level lies between 0.5 and 1, and aim between 0 and 1".to_owned());
        }
        if self.simulations > 1_000_000 {
            return wrong("at most 1,000,000 simulations".to_owned());
        }
        if self.simulations > 0 && self.outcome != Kind::Rate {
            return wrong("simulations are for outcome = \"rate\"; for means and proportions set simulations = 0 and read the closed form".to_owned());
        }
        if self.simulations > 0 && self.estimator != EstimatorName::PoissonMixed {
            return Err(source.fault(
                self.estimator.as_str(),
                format!("power is simulated with 'poisson-mixed', not with '{}'", self.estimator.as_str()),
                None,
            ));
        }
        for (name, design) in self.designs() {
            let numbers = [
                design.clusters_per_arm,
                design.members,
                design.size_cv,
                design.control,
                design.k,
                design.icc,
                design.sd,
                design.cluster_r2,
                design.period_sd,
            ];
            if numbers.iter().any(|value| !value.is_finite() || *value < 0.0) {
                return wrong(format!("{name}: the numbers of a design are not negative"));
            }
            if design.clusters_per_arm < 2.0 || design.clusters_per_arm > 100_000.0 || design.members < 1.0 {
                return wrong(format!(
                    "{name}: a design has 2 to 100,000 clusters per arm and at least one member in each"
                ));
            }
            if self.outcome != Kind::Mean && design.control == 0.0 {
                return wrong(
                    "a rate or proportion needs its value in the control arm: design.control".to_owned(),
                );
            }
        }
        if self.outcome == Kind::Rate && self.effects.iter().any(|ratio| *ratio <= 0.0) {
            return wrong("effects on rates are ratios above zero, such as 0.9".to_owned());
        }
        Ok(())
    }
}
