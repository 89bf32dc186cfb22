use serde::{Deserialize, Serialize};

use crate::plan::{EstimatorName, Options};

/// A plan of a power study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerPlan {
    /// What the study is called.
    pub title: String,
    /// The question that it answers, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What the outcome is.
    pub outcome: Kind,
    /// Effects to look at: ratios for rates, differences for means and proportions. No effect (1 or 0) gives the type I error.
    pub effects: Vec<f64>,
    /// Level of the intervals; the test has the size `1 - level`.
    #[serde(default = "usual_level")]
    pub level: f64,
    /// Power aimed at.
    #[serde(default = "usual_aim")]
    pub aim: f64,
    /// Method by which simulated trials are analysed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimator: Option<EstimatorName>,
    /// Settings of the method, as in a plan of an analysis.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// Simulated trials for each point, at most; 0 for closed forms alone.
    #[serde(default)]
    pub simulations: u64,
    /// A point ends early once the Monte Carlo interval of its power reaches no further than this to either side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Whether to search for the smallest detectable effect by simulation too.
    #[serde(default)]
    pub detectable: bool,
    /// Seed of the simulation.
    #[serde(default = "one")]
    pub seed: u64,
    /// The design.
    pub design: PowerDesign,
    /// Other values of parts of the design: a curve for each.
    #[serde(default)]
    pub vary: Vary,
}

fn usual_level() -> f64 {
    0.95
}

fn usual_aim() -> f64 {
    0.8
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

/// Who is treated when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Two arms side by side, with or without periods before treatment.
    #[default]
    Parallel,
    /// Sequences of clusters that begin treatment one period after another.
    SteppedWedge,
}

/// A trial of whole clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerDesign {
    /// Two arms, or a stepped wedge.
    #[serde(default)]
    pub shape: Shape,
    /// Clusters in each of two arms.
    #[serde(default)]
    pub clusters_per_arm: f64,
    /// Sequences of a stepped wedge.
    #[serde(default)]
    pub sequences: u32,
    /// Clusters in each sequence.
    #[serde(default)]
    pub clusters_per_sequence: f64,
    /// Clusters of a stepped wedge that are never treated.
    #[serde(default)]
    pub never_treated: f64,
    /// Periods in which nobody is treated yet; none for two arms, one for a stepped wedge, unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u32>,
    /// Periods (years) of treatment; in a stepped wedge, those in which the last sequence is treated.
    #[serde(default = "one_period")]
    pub after: u32,
    /// People in a cluster and period (for rates: person-time).
    pub members: f64,
    /// Coefficient of variation of cluster sizes.
    #[serde(default)]
    pub size_cv: f64,
    /// Rate or proportion without treatment, in the first period.
    #[serde(default)]
    pub control: f64,
    /// For rates: coefficient of variation of true rates between clusters.
    #[serde(default)]
    pub k: f64,
    /// For rates: extra variation of a cluster's rate from period to period, as the standard deviation of its logarithm.
    #[serde(default)]
    pub period_sd: f64,
    /// For rates: theta of negative binomial counts (variance `mean + mean²/theta`); Poisson where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theta: Option<f64>,
    /// For means and proportions: intracluster correlation within a period.
    #[serde(default)]
    pub icc: f64,
    /// For means and proportions: share of the intracluster correlation that stays from period to period.
    #[serde(default = "whole")]
    pub cluster_autocorrelation: f64,
    /// For means: standard deviation between people.
    #[serde(default = "whole")]
    pub sd: f64,
    /// Change of the outcome from one period to the next, on the scale of the model (logarithm, logit, or the mean itself).
    #[serde(default)]
    pub trend: f64,
}

fn whole() -> f64 {
    1.0
}

fn one_period() -> u32 {
    1
}

/// Parts of the design with several values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Clusters in each arm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters_per_arm: Vec<f64>,
    /// Clusters in each sequence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters_per_sequence: Vec<f64>,
    /// People in a cluster and period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<f64>,
    /// Coefficients of variation of sizes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub size_cv: Vec<f64>,
    /// Coefficients of variation of rates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub k: Vec<f64>,
    /// Intracluster correlations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub icc: Vec<f64>,
    /// Periods before treatment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<u32>,
    /// Periods (years) of treatment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u32>,
}

fn periods(count: f64) -> &'static str {
    if count == 1.0 { "period" } else { "periods" }
}

/// A design to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// Words for it.
    pub name: String,
    /// What was varied, and its value.
    pub by: Option<(&'static str, f64)>,
    /// The design.
    pub design: PowerDesign,
}

impl PowerPlan {
    /// The designs to look at: one for each value of each part that is varied, or the design itself.
    #[must_use]
    pub fn designs(&self) -> Vec<Varied> {
        let design = &self.design;
        let vary = &self.vary;
        let mut out = Vec::new();
        let mut each = |values: &[f64],
                        what: &'static str,
                        words: &dyn Fn(f64) -> String,
                        change: &dyn Fn(&mut PowerDesign, f64)| {
            for value in values {
                let mut varied = design.clone();
                change(&mut varied, *value);
                out.push(Varied { name: words(*value), by: Some((what, *value)), design: varied });
            }
        };
        let counts = |values: &[u32]| -> Vec<f64> { values.iter().map(|value| f64::from(*value)).collect() };
        each(&vary.clusters_per_arm, "Clusters per arm", &|v| format!("{v} clusters per arm"), &|d, v| {
            d.clusters_per_arm = v;
        });
        each(
            &vary.clusters_per_sequence,
            "Clusters per sequence",
            &|v| format!("{v} clusters per sequence"),
            &|d, v| d.clusters_per_sequence = v,
        );
        each(&vary.members, "People in a cluster", &|v| format!("{v} in a cluster"), &|d, v| d.members = v);
        each(
            &vary.size_cv,
            "Coefficient of variation of sizes",
            &|v| format!("sizes with a coefficient of variation of {v}"),
            &|d, v| d.size_cv = v,
        );
        each(&vary.k, "Coefficient of variation of rates (k)", &|v| format!("k = {v}"), &|d, v| d.k = v);
        each(&vary.icc, "Intracluster correlation", &|v| format!("ICC = {v}"), &|d, v| d.icc = v);
        each(
            &counts(&vary.before),
            "Periods before treatment",
            &|v| format!("{v} {} before treatment", periods(v)),
            &|d, v| {
                d.before = Some(v as u32);
            },
        );
        each(
            &counts(&vary.after),
            "Periods of treatment",
            &|v| format!("{v} {} of treatment", periods(v)),
            &|d, v| {
                d.after = v as u32;
            },
        );
        if out.is_empty() {
            out.push(Varied { name: design.words(), by: None, design: design.clone() });
        }
        out
    }

    /// The method of the simulation: the plan's, or the mixed model that suits the outcome.
    #[must_use]
    pub fn method(&self) -> EstimatorName {
        self.estimator.unwrap_or(match self.outcome {
            Kind::Rate => EstimatorName::PoissonMixed,
            Kind::Mean => EstimatorName::LinearMixed,
            Kind::Proportion => EstimatorName::LogisticMixed,
        })
    }
}

impl PowerDesign {
    /// Words for it.
    #[must_use]
    pub fn words(&self) -> String {
        match self.shape {
            Shape::Parallel => format!("{} clusters per arm", self.clusters_per_arm),
            Shape::SteppedWedge => {
                format!("{} sequences of {} clusters", self.sequences, self.clusters_per_sequence)
            }
        }
    }
}
