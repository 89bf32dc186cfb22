use rayon::prelude::*;
use serde::Serialize;

use super::control::{Fit, SyntheticControl};
use super::method::Method;
use super::panel::Panel;
use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

/// Placebos in space: the treatment is given in turn to every unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlacebosInSpace {
    /// Name, fit and effect of every unit, treated first, then the donors in their order.
    pub units: Vec<Placebo>,
    /// 1 + the number of placebos whose ratio of root mean squared gaps is larger than that of the treated.
    pub rank: usize,
    /// 1 + the number of placebos whose ratio is at least that of the treated (differs from `rank` where there are ties).
    pub rank_with_ties: usize,
    /// `rank_with_ties / number of units`: the chance of a rank as high if the treated unit had been drawn among all.
    pub p: f64,
    /// The same for the absolute mean gap after treatment.
    pub p_of_effect: f64,
    /// The same for the mean gap after treatment against the alternative that the effect is above zero, and below.
    pub p_one_sided: (f64, f64),
    /// Sum over all units of the mean squared gap before treatment.
    pub total_before: f64,
    /// Units that the method could not fit, with the reason; they are not ranked.
    pub left_out: Vec<(String, String)>,
}

/// One unit of [`PlacebosInSpace`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placebo {
    /// The unit (or units) that played the treated one.
    pub unit: String,
    /// Mean gap after treatment.
    pub effect: f64,
    /// Root mean squared gaps.
    pub fit: Fit,
    /// Observed minus synthetic in every period.
    pub gaps: Vec<f64>,
}

/// Which units may give weight to a placebo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlaceboDonors {
    /// All other units, the treated one too (Abadie, Diamond and Hainmueller 2010, section 3.4, who shift the treated unit into
    /// the donor pool).
    #[default]
    All,
    /// Only units that are never treated, as for the treated unit itself: no effect of treatment leaks into a placebo.
    Untreated,
}

/// Work (units squared times periods) from which on placebos are fitted on several threads.
const PARALLEL: usize = 20_000_000;

impl PlacebosInSpace {
    /// Fits every unit by the same method. One treated unit; for several see [`placebo_sets`].
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] with several treated units or fewer than two donors; those of the method for the treated
    /// unit.
    pub fn run(panel: &Panel, method: &dyn Method, pool: PlaceboDonors) -> Result<Self> {
        if panel.treated().len() > 1 {
            return Err(StatsError::NoAnswer(
                "placebos one unit at a time need one treated unit; with several use sets of placebo units"
                    .into(),
            ));
        }
        let treated = panel.treated()[0];
        let donors = panel.donors();
        if donors.len() < 2 {
            return Err(StatsError::TooFew { what: "donors for placebos", found: donors.len(), needed: 2 });
        }
        let weighing = method.prepare(panel, panel.before())?;
        let order: Vec<usize> = std::iter::once(treated).chain(donors).collect();
        let work = panel.units().len() * panel.units().len() * panel.periods().len();
        let fit = |&unit: &usize| -> Result<Placebo> {
            let others: Vec<usize> = (0..panel.units().len())
                .filter(|&other| other != unit && (pool == PlaceboDonors::All || other != treated))
                .collect();
            let found = SyntheticControl::with(panel, weighing.as_ref(), &[(unit, 1.0)], &others)?;
            Ok(Placebo {
                unit: panel.units()[unit].clone(),
                effect: found.effect,
                fit: found.fit,
                gaps: found.gaps,
            })
        };
        // The treated unit never has itself among its donors under either rule.
        let all: Vec<Result<Placebo>> = if work < PARALLEL {
            order.iter().map(fit).collect()
        } else {
            order.par_iter().map(fit).collect()
        };
        let mut units = Vec::with_capacity(all.len());
        let mut left_out = Vec::new();
        for (at, result) in all.into_iter().enumerate() {
            match result {
                Ok(found) => units.push(found),
                Err(error) if at == 0 => return Err(error),
                Err(error) => left_out.push((panel.units()[order[at]].clone(), error.to_string())),
            }
        }
        Ok(Self::rank(units, left_out))
    }

    fn rank(units: Vec<Placebo>, left_out: Vec<(String, String)>) -> Self {
        let n = units.len() as f64;
        let above = |statistic: &dyn Fn(&Placebo) -> f64, ties: bool| {
            let own = statistic(&units[0]);
            1 + units[1..]
                .iter()
                .filter(|unit| if ties { statistic(unit) >= own } else { statistic(unit) > own })
                .count()
        };
        let ratio = |unit: &Placebo| unit.fit.ratio;
        let rank = above(&ratio, false);
        let rank_with_ties = above(&ratio, true);
        let p_of_effect = above(&|unit| unit.effect.abs(), true) as f64 / n;
        let p_one_sided =
            (above(&|unit| unit.effect, true) as f64 / n, above(&|unit| -unit.effect, true) as f64 / n);
        let total_before = units.iter().map(|unit| unit.fit.before * unit.fit.before).sum();
        Self {
            rank,
            rank_with_ties,
            p: rank_with_ties as f64 / n,
            p_of_effect,
            p_one_sided,
            total_before,
            units,
            left_out,
        }
    }

    /// Ranks again without the placebos that fit badly: those whose mean squared gap before treatment is more than
    /// `times` that of the treated unit (Abadie, Diamond and Hainmueller 2010 use 20, 5 and 2).
    #[must_use]
    pub fn without_bad_fits(&self, times: f64) -> Self {
        let own = self.units[0].fit.before;
        let bound = times * own * own;
        let mut left_out = self.left_out.clone();
        let mut kept = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            if at == 0 || unit.fit.before * unit.fit.before <= bound {
                kept.push(unit.clone());
            } else {
                let reason =
                    format!("mean squared gap before treatment above {times} times that of the treated unit");
                left_out.push((unit.unit.clone(), reason));
            }
        }
        Self::rank(kept, left_out)
    }
}

/// Placebos for several treated units: sets of as many donors play the treated ones, each set against the other donors.
///
/// All sets where there are at most `draws` of them (`draws` of at least 1), otherwise `draws` random sets from stream `k`
/// of the seed for draw `k`. The first entry is the treated units themselves.
///
/// # Errors
/// [`StatsError::TooFew`] if there are no more donors than treated units; those of the method.
pub fn placebo_sets(panel: &Panel, method: &dyn Method, draws: usize, seed: Seed) -> Result<PlacebosInSpace> {
    let donors = panel.donors();
    let size = panel.treated().len();
    if donors.len() <= size {
        return Err(StatsError::TooFew {
            what: "donors for placebo sets",
            found: donors.len(),
            needed: size + 1,
        });
    }
    let weighing = method.prepare(panel, panel.before())?;
    let mut sets = combinations(&donors, size, draws.max(1)).unwrap_or_else(|| {
        (0..draws.max(1) as u64)
            .map(|draw| {
                let mut order = donors.clone();
                fast(seed, draw).shuffle(&mut order);
                order.truncate(size);
                order
            })
            .collect()
    });
    sets.insert(0, panel.treated().to_vec());
    let share = 1.0 / size as f64;
    let units: Vec<Placebo> = sets
        .par_iter()
        .map(|set| {
            let target: Vec<(usize, f64)> = set.iter().map(|&unit| (unit, share)).collect();
            let others: Vec<usize> = donors.iter().copied().filter(|unit| !set.contains(unit)).collect();
            let found = SyntheticControl::with(panel, weighing.as_ref(), &target, &others)?;
            let names: Vec<&str> = set.iter().map(|&unit| panel.units()[unit].as_str()).collect();
            Ok(Placebo { unit: names.join(" + "), effect: found.effect, fit: found.fit, gaps: found.gaps })
        })
        .collect::<Result<_>>()?;
    Ok(PlacebosInSpace::rank(units, Vec::new()))
}

/// All subsets of this size, if there are no more than `limit`.
fn combinations(items: &[usize], size: usize, limit: usize) -> Option<Vec<Vec<usize>>> {
    let mut count = 1.0_f64;
    for i in 0..size {
        count = count * (items.len() - i) as f64 / (i + 1) as f64;
    }
    if count > limit as f64 + 0.5 {
        return None;
    }
    let mut chosen: Vec<usize> = (0..size).collect();
    let mut all = Vec::new();
    loop {
        all.push(chosen.iter().map(|&at| items[at]).collect());
        let Some(position) = (0..size).rev().find(|&i| chosen[i] < items.len() - size + i) else {
            return Some(all);
        };
        chosen[position] += 1;
        for i in position + 1..size {
            chosen[i] = chosen[i - 1] + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_subsets_once() {
        let sets = combinations(&[3, 5, 7, 9], 2, 6).unwrap();
        assert_eq!(sets.len(), 6);
        assert_eq!(sets[0], [3, 5]);
        assert_eq!(sets[5], [7, 9]);
        assert!(combinations(&[3, 5, 7, 9], 2, 5).is_none());
    }
}
