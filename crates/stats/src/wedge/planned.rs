use serde::Serialize;

use super::components::Components;
use super::layout::{Effect, Layout, effect_row, exposure};
use crate::numeric::algebra;
use crate::power::Design;
use crate::{Matrix, Result, StatsError, Vector};

/// What the outcome is, as far as its residual variance goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Outcome {
    /// A measurement: the residual variance is that of the components.
    Mean,
    /// Yes or no, analysed on the scale of proportions: the residual variance is `p (1 - p)` at `p = control + effect / 2`
    /// (Hussey and Hughes 2007, section 3), in place of that of the components.
    Proportion {
        /// Proportion without treatment.
        control: f64,
    },
    /// Events per unit of person-time, `size` being person-time: the residual variance is the mean of the two rates.
    Rate {
        /// Rate without treatment.
        control: f64,
    },
}

/// The distribution the test refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Reference {
    /// Normal.
    Normal,
    /// Student's t with clusters less two degrees of freedom (Ford and Westgate 2020 for few clusters).
    ClustersLessTwo,
}

/// A planned trial over periods, with generalised least squares as its analysis. The effect is on the scale of the outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planned {
    /// Who is treated when.
    pub layout: Layout,
    /// People (or person-time) measured in a cluster in a period.
    pub size: f64,
    /// Sizes that differ between sequences and periods, in place of `size`; as the rows of the layout.
    pub sizes: Option<Vec<Vec<f64>>>,
    /// Components of variance.
    pub components: Components,
    /// The outcome.
    pub outcome: Outcome,
    /// What is estimated.
    pub effect: Effect,
    /// The test.
    pub reference: Reference,
}

impl Planned {
    /// A measurement, one constant effect, the normal distribution.
    #[must_use]
    pub fn new(layout: Layout, size: f64, components: Components) -> Self {
        Self {
            layout,
            size,
            sizes: None,
            components,
            outcome: Outcome::Mean,
            effect: Effect::Constant,
            reference: Reference::Normal,
        }
    }

    fn at(&self, effect: f64) -> Result<Components> {
        let residual = match self.outcome {
            Outcome::Mean => self.components.residual,
            Outcome::Proportion { control } => {
                StatsError::check_probability("the proportion without treatment", control)?;
                StatsError::check_probability("the proportion with treatment", control + effect)?;
                let p = control + 0.5 * effect;
                p * (1.0 - p)
            }
            Outcome::Rate { control } => {
                if !(control > 0.0 && control.is_finite()) || control + effect < 0.0 {
                    return Err(StatsError::Setting("rates must not be negative".into()));
                }
                control + 0.5 * effect
            }
        };
        let components = Components { residual, ..self.components };
        components.check()?;
        Ok(components)
    }

    fn sizes_of(&self, sequence: usize) -> Vec<f64> {
        let row = &self.layout.treatment[sequence];
        (0..row.len())
            .map(|j| match (&self.sizes, row[j]) {
                (_, None) => 0.0,
                (Some(sizes), _) => sizes[sequence][j],
                (None, _) => self.size,
            })
            .collect()
    }

    /// Information that a cluster of a sequence holds on its period means, `(D + K)^-1` for the covariance `D` of means about the
    /// cluster's effects and `K` of those effects; by Woodbury's formula, so that empty cells are no trouble.
    fn weight(&self, sequence: usize, components: &Components) -> Result<Matrix> {
        let row = &self.layout.treatment[sequence];
        let sizes = self.sizes_of(sequence);
        let treatment: Vec<f64> = row.iter().map(|x| x.unwrap_or(0.0)).collect();
        let mut m = Matrix::from_diagonal(&Vector::from_vec(
            sizes.iter().map(|size| size / components.residual).collect(),
        ));
        if components.individual > 0.0 {
            // The same people in every measured period.
            let measured = sizes.iter().filter(|size| **size > 0.0).count() as f64;
            let people = sizes.iter().fold(0.0_f64, |most, size| most.max(*size));
            if sizes.iter().any(|size| *size > 0.0 && (size - people).abs() > 1e-9 * people) {
                return Err(StatsError::Setting(
                    "people who are followed (a cohort) must be as many in every measured period".into(),
                ));
            }
            let ratio = components.individual / components.residual;
            let shared = people / components.residual * ratio / (1.0 + measured * ratio);
            for i in 0..sizes.len() {
                for j in 0..sizes.len() {
                    if sizes[i] > 0.0 && sizes[j] > 0.0 {
                        m[(i, j)] -= shared;
                    }
                }
            }
        }
        let l = components.factor(&treatment, 1.0);
        if l.ncols() == 0 {
            return Ok(m);
        }
        let ml = &m * &l;
        let inner = Matrix::identity(l.ncols(), l.ncols()) + l.transpose() * &ml;
        let inverse = algebra::inverse(&inner, "the covariance of a cluster's periods cannot be inverted")?;
        Ok(&m - &ml * inverse * ml.transpose())
    }

    /// Variance of the estimated effect (of the average over times of exposure, for [`Effect::ByExposure`]) when the true
    /// effect is `effect`: the last elements of `(sum_i X_i' V_i^-1 X_i)^-1` with fixed effects of the periods.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] where the layout cannot tell treatment from time; settings that make no sense.
    pub fn variance(&self, effect: f64) -> Result<f64> {
        self.check()?;
        let components = self.at(effect)?;
        let periods = self.layout.periods();
        let times: Vec<Vec<usize>> = self.layout.treatment.iter().map(|row| exposure(row)).collect();
        let longest = self.longest(&times);
        let effects = if self.effect == Effect::Constant { 1 } else { longest };
        if effects == 0 {
            return Err(StatsError::NoAnswer("nobody is treated in this layout".into()));
        }
        let p = periods + effects;
        let mut information = Matrix::zeros(p, p);
        for (s, row) in self.layout.treatment.iter().enumerate() {
            let mut x = Matrix::zeros(periods, p);
            let mut cells = vec![0.0; effects];
            for j in 0..periods {
                x[(j, j)] = 1.0;
                effect_row(self.effect, longest, row[j].unwrap_or(0.0), times[s][j], &mut cells);
                for (k, cell) in cells.iter().enumerate() {
                    x[(j, periods + k)] = *cell;
                }
            }
            information += (x.transpose() * self.weight(s, &components)? * &x) * self.layout.clusters[s];
        }
        reduced_variance(&information, periods)
    }

    /// The longest exposure that is measured.
    fn longest(&self, times: &[Vec<usize>]) -> usize {
        times
            .iter()
            .zip(&self.layout.treatment)
            .flat_map(|(times, row)| {
                times.iter().zip(row).filter(|(_, x)| x.is_some()).map(|(time, _)| *time)
            })
            .max()
            .unwrap_or(0)
    }

    /// Variance against that of a trial in which as many people are randomised one by one, half to each arm: the design
    /// effect, people being counted once for every measurement (Woertman et al. 2013).
    ///
    /// # Errors
    /// As [`Planned::variance`].
    pub fn design_effect(&self, effect: f64) -> Result<f64> {
        let components = self.at(effect)?;
        let people: f64 = (0..self.layout.clusters.len())
            .map(|s| self.layout.clusters[s] * self.sizes_of(s).iter().sum::<f64>())
            .sum();
        let total =
            components.cluster + components.cluster_period + components.individual + components.residual;
        Ok(self.variance(effect)? * people / (4.0 * total))
    }
}

/// Variance of the mean of the last coefficients, after leaving out periods in which nothing is measured.
fn reduced_variance(information: &Matrix, periods: usize) -> Result<f64> {
    let p = information.nrows();
    let kept: Vec<usize> = (0..p).filter(|&j| j >= periods || information[(j, j)] > 0.0).collect();
    let reduced = Matrix::from_fn(kept.len(), kept.len(), |i, j| information[(kept[i], kept[j])]);
    let confounded = || {
        StatsError::NoAnswer("this layout cannot tell the effect of the treatment from that of time".into())
    };
    // Scaled to a unit diagonal, so that the test for singularity does not depend on units.
    let scale: Vec<f64> = (0..kept.len()).map(|j| reduced[(j, j)].sqrt()).collect();
    if scale.iter().any(|value| !value.is_finite() || *value <= 0.0) {
        return Err(confounded());
    }
    let unit = Matrix::from_fn(kept.len(), kept.len(), |i, j| reduced[(i, j)] / (scale[i] * scale[j]));
    let smallest = unit.clone().symmetric_eigen().eigenvalues.iter().fold(f64::INFINITY, |a, b| a.min(*b));
    if smallest < 1e-11 {
        return Err(confounded());
    }
    let inverse =
        algebra::inverse(&unit, "the layout cannot tell the effect of the treatment from that of time")?;
    let effects = p - periods;
    let first = kept.len() - effects;
    let mut variance = 0.0;
    for i in first..kept.len() {
        for j in first..kept.len() {
            variance += inverse[(i, j)] / (scale[i] * scale[j]);
        }
    }
    Ok(variance / (effects * effects) as f64)
}

/// Hussey and Hughes's closed form (2007, eq. 8) for a full layout of ones and zeros:
/// `I s (s + T t) / ((I U - W) s + (U^2 + I T U - T W - I V) t)` with clusters `I`, periods `T`, `s` the residual variance of a
/// cluster-period mean, `t` the variance between clusters, `U = sum x_ij`, `W = sum_j (sum_i x_ij)^2` and
/// `V = sum_i (sum_j x_ij)^2`.
///
/// # Errors
/// [`StatsError::Setting`] for a layout with cells that are not measured, or variances that make no sense.
pub fn hussey_hughes_variance(layout: &Layout, size: f64, cluster: f64, residual: f64) -> Result<f64> {
    layout.check()?;
    Components::hussey_hughes(cluster, residual).check()?;
    if !(size > 0.0 && size.is_finite()) {
        return Err(StatsError::Setting("the people in a cluster and period must be above zero".into()));
    }
    if layout.treatment.iter().flatten().any(Option::is_none) {
        return Err(StatsError::Setting(
            "the closed form needs every cluster measured in every period".into(),
        ));
    }
    let x = |s: usize, j: usize| layout.treatment[s][j].unwrap_or(0.0);
    let (sequences, periods) = (layout.treatment.len(), layout.periods());
    let clusters: f64 = layout.clusters.iter().sum();
    let time = periods as f64;
    let row = |s: usize| (0..periods).map(|j| x(s, j)).sum::<f64>();
    let u: f64 = (0..sequences).map(|s| layout.clusters[s] * row(s)).sum();
    let v: f64 = (0..sequences).map(|s| layout.clusters[s] * row(s).powi(2)).sum();
    let w: f64 =
        (0..periods).map(|j| (0..sequences).map(|s| layout.clusters[s] * x(s, j)).sum::<f64>().powi(2)).sum();
    let s = residual / size;
    let below = (clusters * u - w) * s + (u * u + clusters * time * u - time * w - clusters * v) * cluster;
    if below <= 0.0 {
        return Err(StatsError::NoAnswer(
            "this layout cannot tell the effect of the treatment from that of time".into(),
        ));
    }
    Ok(clusters * s * (s + time * cluster) / below)
}

impl Design for Planned {
    fn check(&self) -> Result<()> {
        self.layout.check()?;
        if !(self.size > 0.0 && self.size.is_finite()) {
            return Err(StatsError::Setting("the people in a cluster and period must be above zero".into()));
        }
        if let Some(sizes) = &self.sizes {
            StatsError::check_length("the sizes of the sequences", sizes.len(), self.layout.treatment.len())?;
            for row in sizes {
                StatsError::check_length("the sizes of a sequence", row.len(), self.layout.periods())?;
                if row.iter().any(|size| !size.is_finite() || *size < 0.0) {
                    return Err(StatsError::Setting("sizes of cells must be zero or more".into()));
                }
            }
        }
        self.at(0.0).map(|_| ())
    }

    fn standard_error(&self, effect: f64) -> Result<f64> {
        Ok(self.variance(effect)?.sqrt())
    }

    fn df(&self) -> Option<f64> {
        match self.reference {
            Reference::Normal => None,
            Reference::ClustersLessTwo => Some(self.layout.clusters.iter().sum::<f64>() - 2.0),
        }
    }

    fn effects(&self) -> (f64, f64) {
        match self.outcome {
            Outcome::Mean => (f64::NEG_INFINITY, f64::INFINITY),
            Outcome::Proportion { control } => (-control, 1.0 - control),
            Outcome::Rate { control } => (-control, f64::INFINITY),
        }
    }

    /// Clusters are those of the first sequence that has any.
    fn fewest(&self) -> f64 {
        match self.reference {
            Reference::Normal => 0.0,
            Reference::ClustersLessTwo => {
                let first =
                    self.layout.clusters.iter().find(|clusters| **clusters > 0.0).copied().unwrap_or(1.0);
                2.0 * first / self.layout.clusters.iter().sum::<f64>()
            }
        }
    }

    fn with_clusters(&self, clusters: f64) -> Self {
        let first = self.layout.clusters.iter().find(|clusters| **clusters > 0.0).copied().unwrap_or(1.0);
        let mut resized = self.clone();
        for count in &mut resized.layout.clusters {
            *count *= clusters / first;
        }
        resized
    }

    fn with_members(&self, members: f64) -> Option<Self> {
        let mut resized = self.clone();
        if let Some(sizes) = &mut resized.sizes {
            for size in sizes.iter_mut().flatten() {
                *size *= members / self.size;
            }
        }
        resized.size = members;
        Some(resized)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power::{Direction, Sides, Test, clusters, detectable, power};

    /// engine/README.md section 8.6: swCRTdesign 4.0, 4 sequences of 6 clusters, 120 people, 0.05 to 0.035, tau 0.01.
    #[test]
    fn as_swcrtdesign_gives_it() {
        let layout = Layout::stepped(4, 6.0).unwrap();
        let planned = Planned {
            outcome: Outcome::Proportion { control: 0.05 },
            ..Planned::new(layout.clone(), 120.0, Components::hussey_hughes(1e-4, 1.0))
        };
        let both = Test { alpha: 0.05, sides: Sides::TwoBothTails };
        let found = power(&planned, -0.015, &both).unwrap();
        assert!((found - 0.786_189_592_503).abs() < 1e-11, "{found}");
        let one = power(&planned, -0.015, &Test::two_sided(0.05)).unwrap();
        assert!((one - 0.786_188_4).abs() < 1e-7, "{one}");
        let p: f64 = 0.0425;
        let closed = hussey_hughes_variance(&layout, 120.0, 1e-4, p * (1.0 - p)).unwrap();
        assert!((planned.variance(-0.015).unwrap() / closed - 1.0).abs() < 1e-12);
    }

    /// engine/README.md section 8.6: 5 sequences of 10 clusters, n 40, sd 1, tau^2 0.05, delta 0.1.
    #[test]
    fn five_sequences_of_ten() {
        let planned =
            Planned::new(Layout::stepped(5, 10.0).unwrap(), 40.0, Components::hussey_hughes(0.05, 1.0));
        let variance = planned.variance(0.1).unwrap();
        assert!((variance - 0.001_015_625).abs() < 1e-14, "{variance}");
        // Rejections on the wrong side count too, as in swCRTdesign; without them 0.880 580 602.
        let test = Test { alpha: 0.05, sides: Sides::TwoBothTails };
        let found = power(&planned, 0.1, &test).unwrap();
        assert!((found - 0.880_580_773_523).abs() < 1e-11, "{found}");
        assert!((clusters(&planned, 0.1, found, &test).unwrap().exact - 10.0).abs() < 1e-8);
        assert!((detectable(&planned, found, &test, Direction::Increase).unwrap() - 0.1).abs() < 1e-11);
        assert!(planned.design_effect(0.1).unwrap() > 1.0);
    }

    /// A parallel trial without baseline is the textbook design effect.
    #[test]
    fn one_period_is_a_parallel_trial() {
        let planned =
            Planned::new(Layout::parallel(0, 1, 140.0).unwrap(), 50.0, Components::hussey_hughes(0.03, 0.97));
        let right = 2.0 * (1.0 + 49.0 * 0.03) / (140.0 * 50.0);
        assert!((planned.variance(0.15).unwrap() / right - 1.0).abs() < 1e-12);
        assert!((planned.design_effect(0.15).unwrap() - 2.47).abs() < 1e-11);
    }

    /// With a baseline period the variance falls by `1 - r^2` (Teerenstra et al. 2012); a cohort and a nested model.
    #[test]
    fn a_baseline_is_worth_its_correlation() {
        let (icc, cac, iac, m) = (0.05, 0.8, 0.6, 30.0);
        let components = Components::from_correlations(1.0, icc, cac, iac).unwrap();
        let planned = Planned::new(Layout::parallel(1, 1, 20.0).unwrap(), m, components);
        let r = (m * icc * cac + (1.0 - icc) * iac) / (1.0 + (m - 1.0) * icc);
        let right = 2.0 * (1.0 + (m - 1.0) * icc) / (20.0 * m) * (1.0 - r * r);
        assert!((planned.variance(0.0).unwrap() / right - 1.0).abs() < 1e-12);
    }

    /// The general form against a direct inversion of the full covariance, with decay, gaps and unequal sizes.
    #[test]
    fn general_layouts_against_direct_inversion() {
        let layout = Layout::new(
            vec![
                vec![Some(0.0), Some(1.0), Some(1.0), None],
                vec![Some(0.0), Some(0.0), Some(1.0), Some(1.0)],
                vec![None, Some(0.0), Some(0.0), Some(1.0)],
            ],
            vec![2.0, 3.0, 2.0],
        )
        .unwrap();
        let sizes = vec![vec![10.0, 12.0, 9.0, 7.0], vec![20.0, 5.0, 5.0, 8.0], vec![6.0, 6.0, 7.0, 30.0]];
        let components = Components {
            cluster_period: 0.1,
            decay: 0.6,
            treatment: 0.2,
            ..Components::hussey_hughes(0.5, 2.0)
        };
        for effect in [Effect::Constant, Effect::ByExposure] {
            let planned = Planned {
                sizes: Some(sizes.clone()),
                effect,
                ..Planned::new(layout.clone(), 10.0, components)
            };
            let longest = if effect == Effect::Constant { 1 } else { 2 };
            let p = 4 + longest;
            let mut information = Matrix::zeros(p, p);
            for s in 0..3 {
                let seen: Vec<usize> = (0..4).filter(|&j| layout.treatment[s][j].is_some()).collect();
                let x: Vec<f64> = (0..4).map(|j| layout.treatment[s][j].unwrap_or(0.0)).collect();
                let v = Matrix::from_fn(seen.len(), seen.len(), |a, b| {
                    let (i, j) = (seen[a], seen[b]);
                    let same = if i == j { 0.1 + 2.0 / sizes[s][i] } else { 0.0 };
                    0.5 * 0.6_f64.powi((i as i32 - j as i32).abs()) + 0.2 * x[i] * x[j] + same
                });
                let times = exposure(&layout.treatment[s]);
                let design = Matrix::from_fn(seen.len(), p, |a, k| {
                    let j = seen[a];
                    if k < 4 {
                        f64::from(u8::from(k == j))
                    } else if effect == Effect::Constant {
                        x[j]
                    } else {
                        f64::from(u8::from(times[j] == k - 3))
                    }
                });
                information += design.transpose() * v.try_inverse().unwrap() * &design * layout.clusters[s];
            }
            let inverse = information.try_inverse().unwrap();
            let block = inverse.view((4, 4), (longest, longest));
            let right = block.sum() / (longest * longest) as f64;
            assert!((planned.variance(0.0).unwrap() / right - 1.0).abs() < 1e-10, "{effect:?}");
        }
    }

    #[test]
    fn layouts_that_cannot_answer_say_so() {
        let components = Components::hussey_hughes(0.05, 1.0);
        // Everybody treated at the same time.
        let rows = vec![vec![Some(0.0), Some(1.0)]; 2];
        let planned = Planned::new(Layout::new(rows, vec![5.0; 2]).unwrap(), 10.0, components);
        assert!(matches!(planned.variance(0.1), Err(StatsError::NoAnswer(_))));
        let rows = vec![vec![Some(0.0), Some(0.0)]; 2];
        let planned = Planned::new(Layout::new(rows, vec![5.0; 2]).unwrap(), 10.0, components);
        assert!(matches!(planned.variance(0.1), Err(StatsError::NoAnswer(_))));
        assert!(Layout::new(vec![], vec![]).is_err());
        assert!(Layout::new(vec![vec![Some(2.0)]], vec![1.0]).is_err());
        assert!(Layout::stepped(0, 1.0).is_err());
        let few = Planned {
            reference: Reference::ClustersLessTwo,
            ..Planned::new(Layout::stepped(2, 1.0).unwrap(), 10.0, components)
        };
        assert!(power(&few, 0.5, &Test::two_sided(0.05)).is_err());
    }
}
