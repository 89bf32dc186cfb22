use crate::numeric::algebra::independent_columns;
use crate::{Matrix, Result, StatsError};

/// A change that happens at one time and stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interruption {
    /// First time at which it is in force. Times from here on have it, so that at this time the change of level has happened
    /// and the change of slope is still zero.
    pub at: f64,
    /// Does the level change?
    pub level: bool,
    /// Does the slope change?
    pub slope: bool,
    /// End of an embedding period: observations with `at <= time < until` are left out of the fit.
    pub embedding_until: Option<f64>,
}

impl Interruption {
    /// A change of level and slope at this time, without an embedding period.
    #[must_use]
    pub fn new(at: f64) -> Self {
        Self { at, level: true, slope: true, embedding_until: None }
    }
}

/// Regular changes within the year (or any cycle).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Season {
    /// None.
    #[default]
    None,
    /// `sin(2 pi k t / period)` and `cos(2 pi k t / period)` for `k = 1..pairs`; a sine that is zero at all times is left out.
    Harmonics {
        /// Length of the cycle in units of time.
        period: f64,
        /// Pairs of sine and cosine.
        pairs: usize,
    },
    /// An indicator for each whole time modulo `period` but the first (monthly dummies: 12). Times must be whole.
    Dummies {
        /// Number of seasons.
        period: usize,
    },
}

/// What a segmented regression has in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    /// Interruptions, in order of time.
    pub interruptions: Vec<Interruption>,
    /// Season.
    pub season: Season,
    /// No linear trend (only for short series without any).
    pub without_trend: bool,
    /// Other covariates by name, one value for each row.
    pub covariates: Vec<(String, Vec<f64>)>,
}

impl Segments {
    /// A trend with one interruption of level and slope.
    #[must_use]
    pub fn new(at: f64) -> Self {
        Self {
            interruptions: vec![Interruption::new(at)],
            season: Season::None,
            without_trend: false,
            covariates: Vec::new(),
        }
    }
}

/// Design matrix of a segmented regression (Wagner et al. 2002; Bernal, Cummins and Gasparrini 2017; with a comparison series
/// Lopez Bernal et al. 2018).
///
/// With `s = time - first time` and interruptions at `T_k`:
/// `eta = b0 + b1 s + sum_k [c_k 1{t >= T_k} + d_k (t - T_k) 1{t >= T_k}] + season + covariates + offset`.
/// With a comparison series all terms of time and interruption appear once for both and once more for the target series
/// (`target`, `target:time`, `target:level_k`, ...): the last two are the effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// One row for each observation that is fitted.
    pub x: Matrix,
    /// Names of the columns.
    pub names: Vec<String>,
    /// Positions of the fitted observations among the rows given.
    pub rows: Vec<usize>,
    /// Columns that carry the effect: zero in the counterfactual.
    pub effect: Vec<usize>,
    /// Times of all rows given.
    pub time: Vec<f64>,
    /// Is a row of the target series (all true without a comparison).
    pub target: Vec<bool>,
    /// Design rows of all rows given, those of an embedding period included.
    pub(super) full: Matrix,
    /// Order of each given row within its series, counted over all distinct times of both.
    pub(super) position: Vec<usize>,
    /// First time of the first interruption.
    pub(super) start: f64,
}

impl Design {
    /// For one series: times ascending.
    ///
    /// # Errors
    /// [`StatsError::Value`] for times that do not ascend, [`StatsError::NoAnswer`] for an interruption with no observation
    /// before or after it, [`StatsError::Collinear`] naming terms that cannot be told apart, [`StatsError::TooFew`] if there are
    /// not more observations than terms.
    pub fn new(time: &[f64], segments: &Segments) -> Result<Self> {
        Self::build(time, None, segments)
    }

    /// For a target series (`target` true) and a comparison series, in one list; times ascend within each.
    ///
    /// # Errors
    /// As [`Design::new`], and [`StatsError::NoAnswer`] if one of the two is empty.
    pub fn controlled(time: &[f64], target: &[bool], segments: &Segments) -> Result<Self> {
        StatsError::check_length("the marks of the target series", target.len(), time.len())?;
        if target.iter().all(|mark| *mark) || !target.contains(&true) {
            return Err(StatsError::NoAnswer(
                "a controlled series needs rows of the target and of the comparison".into(),
            ));
        }
        Self::build(time, Some(target), segments)
    }

    fn build(time: &[f64], target: Option<&[bool]>, segments: &Segments) -> Result<Self> {
        StatsError::check_finite("time", time)?;
        let marks: Vec<bool> = target.map_or_else(|| vec![true; time.len()], <[bool]>::to_vec);
        for side in [true, false] {
            let rows: Vec<usize> = (0..time.len()).filter(|&row| marks[row] == side).collect();
            if let Some(pair) = rows.windows(2).find(|pair| time[pair[0]] >= time[pair[1]]) {
                return Err(StatsError::Value {
                    what: "time".into(),
                    row: pair[1] + 1,
                    reason: "is not later than the one before",
                });
            }
        }
        check(time, segments)?;
        let terms = Terms::new(time, target, segments)?;
        let embedded = |t: f64| {
            segments
                .interruptions
                .iter()
                .any(|k| k.embedding_until.is_some_and(|until| k.at <= t && t < until))
        };
        let rows: Vec<usize> = (0..time.len()).filter(|&row| !embedded(time[row])).collect();
        for (number, interruption) in segments.interruptions.iter().enumerate() {
            let fitted =
                |after: bool| rows.iter().any(|&row| marks[row] && (time[row] >= interruption.at) == after);
            if !fitted(false) || !fitted(true) {
                return Err(StatsError::NoAnswer(format!(
                    "interruption {} at time {} has no observation {} it",
                    number + 1,
                    interruption.at,
                    if fitted(true) { "before" } else { "after" }
                )));
            }
        }
        let full = Matrix::from_columns(&terms.columns);
        let x = full.select_rows(&rows);
        let kept = independent_columns(&x, None, 1e-9);
        if kept.len() < x.ncols() {
            let lost = (0..x.ncols()).filter(|j| !kept.contains(j)).map(|j| terms.names[j].clone()).collect();
            return Err(StatsError::Collinear(lost));
        }
        if x.nrows() <= x.ncols() {
            return Err(StatsError::TooFew { what: "observations", found: x.nrows(), needed: x.ncols() + 1 });
        }
        let mut distinct = time.to_vec();
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup();
        let position = time.iter().map(|t| distinct.partition_point(|known| known < t)).collect();
        let start = segments.interruptions.iter().map(|k| k.at).fold(f64::INFINITY, f64::min);
        Ok(Self {
            x,
            names: terms.names,
            rows,
            effect: terms.effect,
            time: time.to_vec(),
            target: marks,
            full,
            position,
            start,
        })
    }

    /// Design row of a given row without the effect.
    pub(super) fn without_effect(&self, row: usize) -> Vec<f64> {
        let mut values: Vec<f64> = self.full.row(row).iter().copied().collect();
        for &column in &self.effect {
            values[column] = 0.0;
        }
        values
    }

    /// Fitted rows of the target series and of the comparison, as positions among the fitted rows, each with its place in time.
    pub(super) fn series(&self) -> Vec<Vec<(usize, usize)>> {
        [true, false]
            .iter()
            .map(|side| {
                (0..self.rows.len())
                    .filter(|&at| self.target[self.rows[at]] == *side)
                    .map(|at| (at, self.position[self.rows[at]]))
                    .collect::<Vec<_>>()
            })
            .filter(|rows| !rows.is_empty())
            .collect()
    }
}

fn check(time: &[f64], segments: &Segments) -> Result<()> {
    if let Some(pair) = segments.interruptions.windows(2).find(|pair| pair[0].at >= pair[1].at) {
        return Err(StatsError::Setting(format!(
            "interruptions must be in order of time, and {} is not before {}",
            pair[0].at, pair[1].at
        )));
    }
    if segments.interruptions.iter().any(|k| !k.at.is_finite() || !(k.level || k.slope)) {
        return Err(StatsError::Setting(
            "an interruption needs a time, and a change of level, of slope or both".into(),
        ));
    }
    match segments.season {
        Season::Harmonics { period, pairs } if !(period > 0.0 && period.is_finite()) || pairs == 0 => {
            Err(StatsError::Setting("harmonics need a period above zero and at least one pair".into()))
        }
        Season::Dummies { period } if period < 2 || time.iter().any(|t| t.fract() != 0.0) => {
            Err(StatsError::Setting(
                "seasonal indicators need two seasons or more and whole numbers as times".into(),
            ))
        }
        _ => Ok(()),
    }?;
    for (name, values) in &segments.covariates {
        StatsError::check_length("a covariate", values.len(), time.len())?;
        StatsError::check_finite(name, values)?;
    }
    Ok(())
}

struct Terms {
    names: Vec<String>,
    columns: Vec<crate::Vector>,
    effect: Vec<usize>,
}

impl Terms {
    fn new(time: &[f64], target: Option<&[bool]>, segments: &Segments) -> Result<Self> {
        let Some(first) = time.iter().copied().reduce(f64::min) else {
            return Err(StatsError::TooFew { what: "observations", found: 0, needed: 2 });
        };
        let mut terms = Self { names: Vec::new(), columns: Vec::new(), effect: Vec::new() };
        terms.add("(Intercept)", time, |_, _| 1.0);
        if !segments.without_trend {
            terms.add("time", time, |_, t| t - first);
        }
        terms.interruptions(time, segments, target.is_none(), "", |_| 1.0);
        if let Some(marks) = target {
            let mark = |row: usize| f64::from(u8::from(marks[row]));
            terms.add("target", time, |row, _| mark(row));
            if !segments.without_trend {
                terms.add("target:time", time, |row, t| mark(row) * (t - first));
            }
            terms.interruptions(time, segments, true, "target:", mark);
        }
        match segments.season {
            Season::None => {}
            Season::Harmonics { period, pairs } => {
                for k in 1..=pairs {
                    let angle = move |t: f64| std::f64::consts::TAU * k as f64 * (t / period).rem_euclid(1.0);
                    // At half the period the sine is zero at every whole time up to rounding: only the cosine counts.
                    let sine = |t: f64| if angle(t).sin().abs() < 1e-12 { 0.0 } else { angle(t).sin() };
                    if time.iter().any(|t| sine(*t) != 0.0) {
                        terms.add(&format!("sin{k}"), time, |_, t| sine(t));
                    }
                    terms.add(&format!("cos{k}"), time, |_, t| angle(t).cos());
                }
            }
            Season::Dummies { period } => {
                for season in 1..period {
                    terms.add(&format!("season{}", season + 1), time, |_, t| {
                        f64::from(u8::from((t - first).rem_euclid(period as f64) == season as f64))
                    });
                }
            }
        }
        for (name, values) in &segments.covariates {
            terms.add(name, time, |row, _| values[row]);
        }
        Ok(terms)
    }

    fn add(&mut self, name: &str, time: &[f64], value: impl Fn(usize, f64) -> f64) {
        self.names.push(name.to_owned());
        self.columns.push(crate::Vector::from_fn(time.len(), |row, _| value(row, time[row])));
    }

    fn interruptions(
        &mut self,
        time: &[f64],
        segments: &Segments,
        effect: bool,
        prefix: &str,
        factor: impl Fn(usize) -> f64,
    ) {
        for (at, interruption) in segments.interruptions.iter().enumerate() {
            let number = if segments.interruptions.len() > 1 { format!("{}", at + 1) } else { String::new() };
            let after = |t: f64| if t >= interruption.at { 1.0 } else { 0.0 };
            if interruption.level {
                self.add(&format!("{prefix}level{number}"), time, |row, t| factor(row) * after(t));
                self.effect.extend(effect.then_some(self.names.len() - 1));
            }
            if interruption.slope {
                self.add(&format!("{prefix}slope{number}"), time, |row, t| {
                    factor(row) * after(t) * (t - interruption.at)
                });
                self.effect.extend(effect.then_some(self.names.len() - 1));
            }
        }
    }
}
