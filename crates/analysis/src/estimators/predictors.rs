//! Predictors of a synthetic control from the rows of a plan's data.

use std::ops::Range;

use stats::Matrix;
use stats::data::Column;
use stats::synthetic::{Importance, Panel, Predictors, Search};

use super::{Fit, Job, failed};
use crate::error::Result;
use crate::prepare::codes;
use crate::result::Check;

/// Means of the plan's predictors over their periods, one row a predictor and one column a unit of the panel.
pub(super) fn predictors(job: &Job<'_>, panel: &Panel) -> Result<Predictors> {
    let failed = failed(job.plan.estimator);
    let frame = job.frame();
    let first = panel.periods().get(panel.first()).copied().unwrap_or(f64::INFINITY);
    let (unit, names) = codes(frame, job.plan.unit.as_ref().map_or("", |unit| &unit.column));
    let period = frame.numeric(job.plan.period.as_ref().map_or("", |p| &p.column)).map_err(&failed)?;
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for predictor in &job.plan.predictors {
        let wrong = |message: String| job.source.fault(&predictor.column, message, None);
        if !(predictor.from <= predictor.last() && predictor.last() < first) {
            return Err(wrong(format!(
                "the predictor '{}' covers {} to {}; its periods must lie before treatment, which begins in {first}",
                predictor.column,
                predictor.from,
                predictor.last()
            )));
        }
        let values = match frame.get(&predictor.column) {
            Some(Column::Numeric(values)) => values,
            _ => {
                return Err(wrong(format!(
                    "the predictor '{}' is not a column of numbers",
                    predictor.column
                )));
            }
        };
        let mut sums = vec![(0.0, 0.0); names.len()];
        for ((code, time), value) in unit.iter().zip(period).zip(values) {
            let inside = (predictor.from..=predictor.last()).contains(time);
            if let Some(sum) = sums.get_mut(*code)
                && inside
                && value.is_finite()
            {
                *sum = (sum.0 + value, sum.1 + 1.0);
            }
        }
        let mut row = Vec::with_capacity(panel.units().len());
        for wanted in panel.units() {
            let found = names.iter().position(|name| name == wanted).and_then(|place| sums.get(place));
            match found {
                Some((sum, count)) if *count > 0.0 => row.push(sum / count),
                _ => {
                    return Err(wrong(format!(
                        "the predictor '{}' has no value for {wanted} from {} to {}; choose other periods, or leave the unit out under data.exclude",
                        predictor.column,
                        predictor.from,
                        predictor.last()
                    )));
                }
            }
        }
        rows.push(row);
    }
    let values = Matrix::from_fn(rows.len(), panel.units().len(), |k, j| {
        rows.get(k).and_then(|row| row.get(j)).copied().unwrap_or(f64::NAN)
    });
    let names = job.plan.predictors.iter().map(crate::plan::Predictor::words).collect();
    let search = Search { seed: job.seed(), ..Search::default() };
    Predictors::new(panel, names, values, Importance::Search(search), fitted(job, panel)?).map_err(failed)
}

/// The periods that the plan asks the importance of predictors to be fitted to.
fn fitted(job: &Job<'_>, panel: &Panel) -> Result<Option<Range<usize>>> {
    let Some([from, to]) = job.plan.options.fitted else { return Ok(None) };
    let inside: Vec<usize> = panel
        .periods()
        .iter()
        .enumerate()
        .filter(|(place, period)| (from..=to).contains(*period) && *place < panel.first())
        .map(|(place, _)| place)
        .collect();
    match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => Ok(Some(*first..last + 1)),
        _ => Err(job.source.fault(
            "",
            format!("fitted = [{from}, {to}] holds no period before treatment"),
            None,
        )),
    }
}

/// The balance of the predictors, as checks of the result.
pub(super) fn balance(predictors: &Predictors, panel: &Panel, fit: &mut Fit) -> stats::Result<()> {
    let found = predictors.fit(panel)?;
    fit.facts.push(crate::result::Fact::new("mean squared gap in the fitted periods", found.loss));
    for line in &found.balance {
        let show = |value: f64| charts::number::significant(value, 4);
        let nearer = (line.synthetic - line.treated).abs() <= (line.donors - line.treated).abs();
        fit.checks.push(Check {
            name: format!("Balance of {}", line.name),
            value: Some(line.importance),
            passed: nearer || line.importance < 0.01,
            words: format!(
                "importance; treated {}, synthetic {}, mean of the donors {}",
                show(line.treated),
                show(line.synthetic),
                show(line.donors)
            ),
        });
    }
    Ok(())
}
