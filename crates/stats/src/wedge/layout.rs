use serde::Serialize;

use crate::{Result, StatsError};

/// What is estimated of the treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// One effect, the same from the first treated period on.
    Constant,
    /// An effect for every time of exposure (1 in the first treated period, 2 in the next), and their plain average as the
    /// result (Kenny, Voldal, Xia, Heagerty and Hughes 2022). A constant effect, where the true one grows or fades, can
    /// be estimated with the wrong sign.
    ByExposure,
}

/// Which sequence of clusters is treated in which period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layout {
    /// For each sequence and period: the treatment (0 to 1, usually 0 or 1), or `None` where nothing is measured.
    pub treatment: Vec<Vec<Option<f64>>>,
    /// Clusters in each sequence; fractions are allowed while planning.
    pub clusters: Vec<f64>,
}

/// Most sequences and periods.
const MOST: usize = 1000;

impl Layout {
    /// A layout from its rows.
    ///
    /// # Errors
    /// [`StatsError::Shape`] for rows of different lengths, [`StatsError::Setting`] for values that make no sense.
    pub fn new(treatment: Vec<Vec<Option<f64>>>, clusters: Vec<f64>) -> Result<Self> {
        let layout = Self { treatment, clusters };
        layout.check()?;
        Ok(layout)
    }

    /// The standard stepped wedge: one more period than sequences, none treated in the first period, one more sequence
    /// treated in each that follows.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] or [`StatsError::Setting`].
    pub fn stepped(sequences: usize, clusters_each: f64) -> Result<Self> {
        if sequences == 0 || sequences >= MOST {
            return Err(StatsError::TooFew { what: "sequences", found: sequences, needed: 1 });
        }
        let row = |s: usize| (0..=sequences).map(|j| Some(f64::from(u8::from(j > s)))).collect();
        Self::new((0..sequences).map(row).collect(), vec![clusters_each; sequences])
    }

    /// Two arms side by side, measured in `before` periods before treatment begins and `after` periods after.
    ///
    /// # Errors
    /// As [`Layout::new`].
    pub fn parallel(before: usize, after: usize, clusters_each: f64) -> Result<Self> {
        if before.saturating_add(after) > MOST {
            return Err(StatsError::Setting(format!("at most {MOST} periods can be planned")));
        }
        let control = vec![Some(0.0); before + after];
        let treated = (0..before + after).map(|j| Some(f64::from(u8::from(j >= before)))).collect();
        Self::new(vec![control, treated], vec![clusters_each; 2])
    }

    /// Number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.treatment.first().map_or(0, Vec::len)
    }

    /// Checks shapes and values.
    ///
    /// # Errors
    /// As [`Layout::new`].
    pub fn check(&self) -> Result<()> {
        let periods = self.periods();
        if self.treatment.is_empty() || periods == 0 {
            return Err(StatsError::TooFew { what: "sequences with periods", found: 0, needed: 1 });
        }
        if self.treatment.len() > MOST || periods > MOST {
            return Err(StatsError::Setting(format!("at most {MOST} sequences and periods can be planned")));
        }
        StatsError::check_length("the clusters of the sequences", self.clusters.len(), self.treatment.len())?;
        for (i, row) in self.treatment.iter().enumerate() {
            StatsError::check_length("a sequence", row.len(), periods)?;
            if row.iter().flatten().any(|x| !(0.0..=1.0).contains(x)) {
                return Err(StatsError::Value {
                    what: "treatment of a sequence".into(),
                    row: i + 1,
                    reason: "must lie from 0 to 1",
                });
            }
        }
        if self.clusters.iter().any(|clusters| !clusters.is_finite() || *clusters < 0.0)
            || self.clusters.iter().sum::<f64>() <= 0.0
        {
            return Err(StatsError::Setting("clusters of a sequence must be zero or more".into()));
        }
        Ok(())
    }
}

/// Time of exposure in each period: 0 before treatment, 1 in the first treated period, 2 in the next, whatever is measured.
pub(super) fn exposure(treatment: &[Option<f64>]) -> Vec<usize> {
    let mut time = 0;
    treatment
        .iter()
        .map(|x| {
            match x {
                Some(x) if *x > 0.0 => time += 1,
                Some(_) => time = 0,
                // Not measured: exposure goes on once it has begun.
                None if time > 0 => time += 1,
                None => {}
            }
            time
        })
        .collect()
}

/// Names of the columns of the treatment.
pub(super) fn effect_names(effect: Effect, longest: usize) -> Vec<String> {
    match effect {
        Effect::Constant => vec!["treatment".into()],
        Effect::ByExposure => (1..=longest).map(|time| format!("exposure {time}")).collect(),
    }
}

/// Columns of the treatment in one period.
pub(super) fn effect_row(effect: Effect, longest: usize, treatment: f64, exposure: usize, row: &mut [f64]) {
    match effect {
        Effect::Constant => row[0] = treatment,
        Effect::ByExposure => {
            for time in 1..=longest {
                row[time - 1] = if exposure == time { treatment } else { 0.0 };
            }
        }
    }
}
