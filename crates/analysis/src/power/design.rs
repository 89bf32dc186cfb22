//! From the words of a plan to a trial that can be simulated.

use stats::power::{ClusterTrial, Distribution, Sizes};
use stats::random::Seed;
use stats::wedge::Layout;

use super::plan::{Kind, PowerDesign, PowerPlan, Shape};

/// Who is treated when. Sequence `s` of a stepped wedge (from 0) begins treatment `s` periods after the first one; the last two rows of
/// a parallel design are its arms.
pub(super) fn layout(design: &PowerDesign) -> stats::Result<Layout> {
    match design.shape {
        Shape::Parallel => Layout::parallel(
            design.before.unwrap_or(0) as usize,
            design.after as usize,
            design.clusters_per_arm,
        ),
        Shape::SteppedWedge => {
            let before = design.before.unwrap_or(1) as usize;
            let sequences = design.sequences as usize;
            let periods = before + sequences - 1 + design.after as usize;
            let mut rows: Vec<Vec<Option<f64>>> = (0..sequences)
                .map(|s| (0..periods).map(|j| Some(f64::from(u8::from(j >= before + s)))).collect())
                .collect();
            let mut clusters = vec![design.clusters_per_sequence; sequences];
            if design.never_treated > 0.0 {
                rows.push(vec![Some(0.0); periods]);
                clusters.push(design.never_treated);
            }
            Layout::new(rows, clusters)
        }
    }
}

/// Standard deviation of log rates between clusters: `k² = exp(sd²) - 1`.
pub(super) fn log_sd(k: f64) -> f64 {
    (k * k).ln_1p().sqrt()
}

/// The trial that the plan describes.
///
/// The intracluster correlation of a proportion `p` is taken to the logit scale by the slope of the logit at `p`:
/// `sd² = icc / (p (1 - p))`.
pub(super) fn trial(plan: &PowerPlan, design: &PowerDesign) -> stats::Result<ClusterTrial> {
    let stays = design.cluster_autocorrelation;
    let distribution = match plan.outcome {
        Kind::Rate => Distribution::Counts {
            rate: design.control,
            sd: log_sd(design.k),
            period_sd: design.period_sd,
            theta: design.theta,
        },
        Kind::Mean => Distribution::Means {
            sd: design.sd * (design.icc * stays).sqrt(),
            period_sd: design.sd * (design.icc * (1.0 - stays)).sqrt(),
            residual: design.sd * (1.0 - design.icc).sqrt(),
        },
        Kind::Proportion => {
            let spread = design.icc / (design.control * (1.0 - design.control));
            Distribution::Binary {
                proportion: design.control,
                sd: (spread * stays).sqrt(),
                period_sd: (spread * (1.0 - stays)).sqrt(),
            }
        }
    };
    let layout = layout(design)?;
    let sizes = if design.size_cv > 0.0 {
        Sizes::LogNormal { mean: design.members, cv: design.size_cv }
    } else {
        Sizes::Equal(design.members)
    };
    let periods = layout.periods();
    let mut trial = ClusterTrial::new(layout, sizes, distribution);
    if design.trend != 0.0 {
        trial.trend = (1..periods).map(|period| design.trend * period as f64).collect();
    }
    trial.seed = Seed::from_number(plan.seed);
    Ok(trial)
}

/// The effect on the scale of the model: logarithm of a ratio, difference of means, log odds ratio.
pub(super) fn to_model(kind: Kind, design: &PowerDesign, effect: f64) -> f64 {
    let logit = |p: f64| (p / (1.0 - p)).ln();
    match kind {
        Kind::Rate => effect.ln(),
        Kind::Mean => effect,
        Kind::Proportion => logit(design.control + effect) - logit(design.control),
    }
}

/// The effect as people read it: ratio, difference of means, difference of proportions.
pub(super) fn to_natural(kind: Kind, design: &PowerDesign, effect: f64) -> f64 {
    match kind {
        Kind::Rate => effect.exp(),
        Kind::Mean => effect,
        Kind::Proportion => {
            let odds = design.control / (1.0 - design.control) * effect.exp();
            odds / (1.0 + odds) - design.control
        }
    }
}
