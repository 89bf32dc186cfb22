use stats::Matrix;
use stats::mixed::{Family, Options, RateModel, Start, Workspace};
use stats::numeric::distributions::normal_quantile;
use stats::random::{Sample as _, Seed, fast};

use super::PowerDesign;

/// A design with the sizes of its clusters drawn: what all its replicates share.
pub(super) struct Trial {
    x: Matrix,
    offset: Vec<f64>,
    groups: Vec<usize>,
    clusters: usize,
    rows: usize,
    base: f64,
    sd: f64,
    period_sd: f64,
    effect: usize,
}

impl Trial {
    /// Sizes come from random stream 0.
    pub(super) fn new(design: &PowerDesign, seed: Seed) -> stats::Result<Self> {
        let per_arm = design.clusters_per_arm.round() as usize;
        let clusters = 2 * per_arm;
        let mut sizes = fast(seed, 0);
        let periods = if design.baseline { 2 } else { 1 };
        let rows = clusters * periods;
        let columns = if design.baseline { 3 } else { 2 };
        let mut x = Matrix::zeros(rows, columns);
        let (mut offset, mut groups) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for cluster in 0..clusters {
            let size = if design.size_cv > 0.0 {
                let shape = 1.0 / (design.size_cv * design.size_cv);
                (sizes.gamma(shape) / shape * design.members).max(1.0)
            } else {
                design.members
            };
            for period in 0..periods {
                let row = cluster * periods + period;
                let after = period + 1 == periods;
                let values =
                    [1.0, f64::from(u8::from(after && cluster >= per_arm)), f64::from(u8::from(after))];
                for (column, value) in values.into_iter().take(columns).enumerate() {
                    if let Some(cell) = x.get_mut((row, column)) {
                        *cell = value;
                    }
                }
                offset.push(size.ln());
                groups.push(cluster);
            }
        }
        let sd = (1.0 + design.k * design.k).ln().sqrt();
        // The mean of a log-normal factor is exp(sd²/2); the stated rate is the mean over clusters.
        let base = design.control.ln() - 0.5 * sd * sd - 0.5 * design.period_sd * design.period_sd;
        Ok(Self { x, offset, groups, clusters, rows, base, sd, period_sd: design.period_sd, effect: 1 })
    }

    pub(super) fn model(&self) -> stats::Result<RateModel<'_>> {
        RateModel::new(&self.x, Some(&self.offset), &self.groups, Options::new(Family::Poisson))
    }

    /// Simulates and fits one trial: whether the interval excludes no effect, and whether it includes the true one. `None` if
    /// the model could not be fitted.
    pub(super) fn replicate(
        &self,
        model: &RateModel<'_>,
        workspace: &mut Workspace,
        ratio: f64,
        level: f64,
        seed: Seed,
        stream: u64,
    ) -> Option<(bool, bool)> {
        let mut random = fast(seed, stream);
        let levels: Vec<f64> = (0..self.clusters).map(|_| self.sd * random.normal()).collect();
        let log_ratio = ratio.ln();
        let mut y = Vec::with_capacity(self.rows);
        for (row, (offset, group)) in self.offset.iter().zip(&self.groups).enumerate() {
            let treated = self.x.get((row, self.effect)).copied().unwrap_or(0.0);
            let own = if self.period_sd > 0.0 { self.period_sd * random.normal() } else { 0.0 };
            let eta =
                self.base + offset + levels.get(*group).copied().unwrap_or(0.0) + log_ratio * treated + own;
            y.push(random.poisson(eta.exp()));
        }
        let fit = model.fit_with(workspace, &y, Start::Data).ok()?;
        let estimate = fit.beta.get(self.effect).copied()?;
        let error = fit.covariance.get((self.effect, self.effect))?.sqrt();
        if !error.is_finite() {
            return None;
        }
        let half = normal_quantile(0.5 + level / 2.0) * error;
        Some((estimate.abs() > half, (estimate - log_ratio).abs() <= half))
    }
}
