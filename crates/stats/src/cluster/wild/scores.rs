use super::super::{Clusters, Working};
use crate::{Matrix, Result, StatsError, Vector};

/// What the bootstrap needs of each cluster with weight.
pub(super) struct Scores {
    /// `M s_g` at the estimate.
    pub(super) influences: Vec<Vector>,
    /// Change of `M s_g` for each unit of `c'beta - value` that the hypothesis takes away: `M b_g / (c'Mc)`.
    pub(super) shifts: Vec<Vector>,
    /// `b_g = C_g M c`.
    pub(super) leverages: Vec<Vector>,
    /// `c' M s_g` and its shift.
    pub(super) values: Vec<(f64, f64)>,
    pub(super) rows: usize,
}

impl Scores {
    pub(super) fn of(fit: &Working<'_>, clusters: &Clusters, c: &Vector) -> Result<Self> {
        let (n, p) = fit.x.shape();
        let direction = fit.bread * c;
        let width = direction.dot(c);
        if !(width.is_finite() && width > 0.0) {
            return Err(StatsError::Singular("the combination has no variance in this fit"));
        }
        // X M c, row by row, so that b_g = X_g' W_g (X_g M c) needs no matrix for each cluster.
        let fitted = fit.x * &direction;
        let mut scores = Matrix::zeros(p, clusters.count());
        let mut leverages = Matrix::zeros(p, clusters.count());
        let mut weighted_rows = vec![0_usize; clusters.count()];
        let codes = clusters.codes();
        for (row, code) in codes.iter().enumerate() {
            weighted_rows[*code] += usize::from(fit.weight(row) > 0.0);
        }
        for j in 0..p {
            let column = fit.x.column(j);
            for row in 0..n {
                let weighted = column[row] * fit.weight(row);
                scores[(j, codes[row])] += weighted * fit.residuals[row];
                leverages[(j, codes[row])] += weighted * fitted[row];
            }
        }
        let mut found = Self {
            influences: Vec::new(),
            shifts: Vec::new(),
            leverages: Vec::new(),
            values: Vec::new(),
            rows: weighted_rows.iter().sum(),
        };
        for g in (0..clusters.count()).filter(|g| weighted_rows[*g] > 0) {
            let influence = fit.bread * scores.column(g);
            let leverage = leverages.column(g).clone_owned();
            let shift = fit.bread * &leverage / width;
            found.values.push((influence.dot(c), shift.dot(c)));
            found.influences.push(influence);
            found.shifts.push(shift);
            found.leverages.push(leverage);
        }
        if found.values.len() < 2 {
            return Err(StatsError::TooFew { what: "clusters", found: found.values.len(), needed: 2 });
        }
        Ok(found)
    }

    /// For scores that already are under the hypothesis.
    pub(super) fn keep_as_given(&mut self) {
        self.shifts.iter_mut().for_each(|shift| shift.fill(0.0));
        self.values.iter_mut().for_each(|value| value.1 = 0.0);
    }

    /// CR0 standard error at the estimate, where the scores sum to zero.
    pub(super) fn plain_error(&self) -> f64 {
        self.values.iter().map(|(value, _)| value * value).sum::<f64>().sqrt()
    }

    /// Numerator and CR0 variance of the data's own statistic for scores under the hypothesis.
    pub(super) fn observed(&self, c: &Vector) -> (f64, f64) {
        let mut step = Vector::zeros(c.len());
        for influence in &self.influences {
            step += influence;
        }
        let variance =
            self.values.iter().zip(&self.leverages).map(|((a, _), b)| (a - b.dot(&step)).powi(2)).sum();
        (step.dot(c), variance)
    }

    /// How many clusters the contrast rests on: one over the sum of the squared shares of its partial leverage
    /// (MacKinnon, Nielsen and Webb 2023); a single treated cluster gives a number just above 1.
    pub(super) fn effective_clusters(&self) -> f64 {
        let total: f64 = self.values.iter().map(|(_, share)| share.abs()).sum();
        let squares: f64 = self.values.iter().map(|(_, share)| share * share).sum();
        if squares > 0.0 { total * total / squares } else { self.values.len() as f64 }
    }
}
