use stats::Matrix;
use stats::data::{DesignOptions, Terms};

use super::Job;
use crate::error::Result;
use crate::figure::{Figure, thinned};
use crate::prepare::{codes, method};
use crate::result::Check;

/// What regressions are fitted to.
#[derive(Debug, Clone)]
pub struct Regression {
    /// Design matrix.
    pub x: Matrix,
    /// Names of its columns.
    pub names: Vec<String>,
    /// Outcome.
    pub y: Vec<f64>,
    /// Trials of counted outcomes.
    pub trials: Option<Vec<f64>>,
    /// Offset.
    pub offset: Option<Vec<f64>>,
    /// Group of each row, for each kind of group, outermost first.
    pub groups: Vec<Vec<usize>>,
    /// Names of the groups of the first kind.
    pub group_names: Vec<String>,
    /// What a reader should know: columns left out.
    pub remarks: Vec<String>,
}

impl Regression {
    /// Makes the design of a job.
    ///
    /// # Errors
    /// As [`Terms::design`].
    pub fn new(job: &Job<'_>) -> Result<Self> {
        let frame = job.frame();
        let terms = Terms::parse(&job.data.terms).map_err(|e| method("the model", e))?;
        let design = terms.design(frame, &DesignOptions::default()).map_err(|e| method("the model", e))?;
        let (y, trials) = match &job.data.response {
            Some(response) => {
                let text = format!("{} ~ 1", formula_left(job));
                let _ = response;
                let data = stats::data::Formula::parse(&text)
                    .and_then(|formula| formula.model(frame, &DesignOptions::default()))
                    .map_err(|e| method("the outcome", e))?;
                (data.response, data.trials)
            }
            None => {
                let outcome = job.plan.outcome.as_ref();
                let column = |name: &str| {
                    frame.numeric(name).map(<[f64]>::to_vec).map_err(|e| method("the outcome", e))
                };
                let y = column(outcome.map_or("", |o| &o.column))?;
                let trials = outcome.and_then(|o| o.trials.as_deref()).map(column).transpose()?;
                (y, trials)
            }
        };
        let mut groups = Vec::new();
        let mut group_names = Vec::new();
        for (place, name) in job.data.groups.iter().enumerate() {
            let (numbers, names) = codes(frame, name);
            groups.push(numbers);
            if place == 0 {
                group_names = names;
            }
        }
        let mut remarks = design.remarks;
        if !design.dropped.is_empty() {
            remarks.push(format!(
                "left out, because other variables determine them: {}",
                design.dropped.join(", ")
            ));
            remarks.dedup();
        }
        Ok(Self {
            x: design.x,
            names: design.names,
            y,
            trials,
            offset: design.offset,
            groups,
            group_names,
            remarks,
        })
    }

    /// The clusters of the rows: the outermost groups, or every row by itself.
    #[must_use]
    pub fn clusters(&self) -> Vec<usize> {
        self.groups.first().cloned().unwrap_or_else(|| (0..self.y.len()).collect())
    }

    /// The linear predictor without group effects.
    #[must_use]
    pub fn linear(&self, beta: &[f64]) -> Vec<f64> {
        let mut eta = self.offset.clone().unwrap_or_else(|| vec![0.0; self.y.len()]);
        for (column, b) in self.x.column_iter().zip(beta) {
            for (slot, value) in eta.iter_mut().zip(column.iter()) {
                *slot += b * value;
            }
        }
        eta
    }
}

fn formula_left(job: &Job<'_>) -> String {
    job.plan
        .formula
        .as_deref()
        .and_then(|formula| formula.split_once('~'))
        .map_or(String::new(), |(left, _)| left.trim().to_owned())
}

/// Pearson's dispersion and the picture of residuals, from fitted means and variances.
pub(crate) fn residual_checks(
    y: &[f64],
    mean: &[f64],
    variance: &[f64],
    parameters: usize,
    dispersion_expected: bool,
) -> (Vec<Check>, Vec<Figure>) {
    let residuals: Vec<f64> =
        y.iter().zip(mean).zip(variance).map(|((y, m), v)| (y - m) / v.sqrt()).collect();
    let mut checks = Vec::new();
    if dispersion_expected {
        let df = y.len().saturating_sub(parameters).max(1) as f64;
        let dispersion = residuals.iter().map(|r| r * r).sum::<f64>() / df;
        let passed = (0.6..=1.5).contains(&dispersion);
        let words = if dispersion > 1.5 {
            "the outcome varies more than the model allows: standard errors are too small; consider the negative binomial or cluster-robust errors"
        } else if dispersion < 0.6 {
            "the outcome varies less than the model expects (group effects take part of the variation)"
        } else {
            "the outcome varies about as much as the model expects"
        };
        checks.push(Check {
            name: "Pearson dispersion".to_owned(),
            value: Some(dispersion),
            passed: passed || dispersion < 0.6,
            words: words.to_owned(),
        });
    }
    let far = residuals.iter().filter(|r| r.abs() > 4.0).count();
    let share = far as f64 / residuals.len().max(1) as f64;
    checks.push(Check {
        name: "Rows far from the model".to_owned(),
        value: Some(far as f64),
        passed: share <= 0.005,
        words: format!(
            "{far} of {} rows lie more than four standard deviations from what the model expects",
            residuals.len()
        ),
    });
    let points: Vec<(f64, f64)> = mean.iter().copied().zip(residuals).collect();
    let figure = Figure::Scatter {
        title: "Residuals against fitted values".to_owned(),
        x: "Fitted value".to_owned(),
        y: "Pearson residual".to_owned(),
        points: thinned(&points),
        cross: false,
    };
    (checks, vec![figure])
}

/// The picture and check of group effects against the normal distribution that the model takes them from.
pub(crate) fn group_checks(effects: &[f64], sd: f64, word: &str) -> (Vec<Check>, Vec<Figure>) {
    let mut values = effects.to_vec();
    values.sort_by(f64::total_cmp);
    let largest = values.iter().map(|v| v.abs()).fold(0.0, f64::max);
    let passed = sd <= 0.0 || largest <= 4.0 * sd;
    let check = Check {
        name: format!("Effects of each {word}"),
        value: Some(if sd > 0.0 { largest / sd } else { 0.0 }),
        passed,
        words: if sd <= 0.0 {
            format!("no variation between one {word} and another beyond chance was found")
        } else {
            format!("the furthest lies {:.1} standard deviations from the middle", largest / sd)
        },
    };
    let figure = Figure::Normal {
        title: format!("Effects of each {word} against a normal distribution"),
        axis: "Estimated effect (model scale)".to_owned(),
        values,
        sd,
    };
    (vec![check], vec![figure])
}
