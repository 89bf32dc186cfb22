use std::collections::BTreeMap;
use std::ops::Range;

use crate::{Matrix, Result, StatsError};

/// Most cells that an error names.
const NAMED: usize = 5;

/// Outcomes of several units over the same periods, some of them treated together from one period on.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    units: Vec<String>,
    periods: Vec<f64>,
    outcomes: Matrix,
    treated: Vec<usize>,
    first: usize,
}

impl Panel {
    /// From a matrix with a row for each period (in order of time) and a column for each unit.
    ///
    /// `treated` are columns, `first` is the row of the first treated period (from 0).
    ///
    /// # Errors
    /// [`StatsError::Shape`] if names and matrix do not match; [`StatsError::NoAnswer`] naming missing cells, or if there is
    /// no treated unit, no untreated unit, no period before treatment or none after.
    pub fn new(
        units: Vec<String>,
        periods: Vec<f64>,
        outcomes: Matrix,
        treated: &[usize],
        first: usize,
    ) -> Result<Self> {
        StatsError::check_length("the names of the units", units.len(), outcomes.ncols())?;
        StatsError::check_length("the periods", periods.len(), outcomes.nrows())?;
        StatsError::check_finite("the periods", &periods)?;
        if let Some(at) = periods.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(StatsError::Value {
                what: "the periods".into(),
                row: at + 2,
                reason: "is not later than the one before",
            });
        }
        name_missing(&units, &periods, &outcomes)?;
        let mut treated = treated.to_vec();
        treated.sort_unstable();
        treated.dedup();
        if treated.is_empty() {
            return Err(StatsError::NoAnswer("no unit is treated, so there is no effect to estimate".into()));
        }
        if treated.iter().any(|&unit| unit >= units.len()) {
            return Err(StatsError::Setting(format!("a treated unit lies beyond the {} units", units.len())));
        }
        if treated.len() == units.len() {
            return Err(StatsError::NoAnswer(
                "every unit is treated, so there is no donor to compare with".into(),
            ));
        }
        if first == 0 {
            return Err(StatsError::NoAnswer(
                "the treated units are treated from the first period on; weights need periods before treatment".into(),
            ));
        }
        if first >= periods.len() {
            return Err(StatsError::NoAnswer("no period lies after the start of treatment".into()));
        }
        Ok(Self { units, periods, outcomes, treated, first })
    }

    /// From rows of unit, period, outcome and whether the unit is treated in that period. Units keep the order in which
    /// they first appear; periods are sorted.
    ///
    /// # Errors
    /// As [`Panel::new`]; and [`StatsError::NoAnswer`] if a cell stands twice, if treatment begins at different periods
    /// (a staggered design needs group-time effects) or ends again.
    pub fn from_rows(unit: &[String], period: &[f64], outcome: &[f64], treated: &[bool]) -> Result<Self> {
        StatsError::check_length("the periods", period.len(), unit.len())?;
        StatsError::check_length("the outcomes", outcome.len(), unit.len())?;
        StatsError::check_length("the treatment", treated.len(), unit.len())?;
        StatsError::check_finite("the periods", period)?;
        let mut units: Vec<String> = Vec::new();
        let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
        for name in unit {
            columns.entry(name).or_insert_with(|| {
                units.push(name.clone());
                units.len() - 1
            });
        }
        let mut periods = period.to_vec();
        periods.sort_unstable_by(f64::total_cmp);
        periods.dedup();
        let row_of = |value: f64| periods.partition_point(|known| *known < value);
        let mut outcomes = Matrix::from_element(periods.len(), units.len(), f64::NAN);
        let mut start = vec![periods.len(); units.len()];
        for at in 0..unit.len() {
            let (row, column) = (row_of(period[at]), columns[unit[at].as_str()]);
            if !outcomes[(row, column)].is_nan() {
                return Err(StatsError::NoAnswer(format!(
                    "unit {} has more than one row for period {}; give one outcome for each",
                    unit[at], period[at]
                )));
            }
            outcomes[(row, column)] = outcome[at];
            if treated[at] {
                start[column] = start[column].min(row);
            }
        }
        name_missing(&units, &periods, &outcomes)?;
        for at in 0..unit.len() {
            if !treated[at] && row_of(period[at]) >= start[columns[unit[at].as_str()]] {
                return Err(StatsError::NoAnswer(format!(
                    "unit {} is untreated in period {} after it was treated; treatment must last to the end",
                    unit[at], period[at]
                )));
            }
        }
        let chosen: Vec<usize> = (0..units.len()).filter(|&j| start[j] < periods.len()).collect();
        let first = chosen.iter().map(|&j| start[j]).min().unwrap_or(periods.len());
        if let Some(&other) = chosen.iter().find(|&&j| start[j] != first) {
            return Err(StatsError::NoAnswer(format!(
                "treatment starts in period {} for {} but in period {} for {}; analyse units that start together, or use \
                 group-time effects",
                periods[first], units[chosen[0]], periods[start[other]], units[other]
            )));
        }
        Self::new(units, periods, outcomes, &chosen, first)
    }

    /// Names of the units.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.units
    }

    /// The periods, ascending.
    #[must_use]
    pub fn periods(&self) -> &[f64] {
        &self.periods
    }

    /// Outcomes, a row for each period and a column for each unit.
    #[must_use]
    pub fn outcomes(&self) -> &Matrix {
        &self.outcomes
    }

    /// Columns of the treated units, ascending.
    #[must_use]
    pub fn treated(&self) -> &[usize] {
        &self.treated
    }

    /// Row of the first treated period.
    #[must_use]
    pub fn first(&self) -> usize {
        self.first
    }

    /// Columns of the units that are never treated, ascending.
    #[must_use]
    pub fn donors(&self) -> Vec<usize> {
        (0..self.units.len()).filter(|unit| !self.treated.contains(unit)).collect()
    }

    /// The mean of the treated units as a combination of columns.
    #[must_use]
    pub fn target(&self) -> Vec<(usize, f64)> {
        let share = 1.0 / self.treated.len() as f64;
        self.treated.iter().map(|&unit| (unit, share)).collect()
    }

    /// Rows before treatment.
    #[must_use]
    pub fn before(&self) -> Range<usize> {
        0..self.first
    }

    /// Rows from the start of treatment on.
    #[must_use]
    pub fn after(&self) -> Range<usize> {
        self.first..self.periods.len()
    }

    /// Outcomes of one unit over all periods.
    #[must_use]
    pub fn outcomes_of(&self, unit: usize) -> &[f64] {
        let rows = self.periods.len();
        &self.outcomes.as_slice()[unit * rows..(unit + 1) * rows]
    }

    /// A weighted sum of units over all periods.
    #[must_use]
    pub fn combined(&self, members: &[(usize, f64)]) -> Vec<f64> {
        let mut sum = vec![0.0; self.periods.len()];
        for &(unit, weight) in members {
            if weight != 0.0 {
                for (to, value) in sum.iter_mut().zip(self.outcomes_of(unit)) {
                    *to += weight * value;
                }
            }
        }
        sum
    }

    /// The same panel with only these rows, and treatment from row `first` of them on.
    pub(super) fn with_rows(&self, rows: &[usize], first: usize) -> Result<Self> {
        let periods = rows.iter().map(|&row| self.periods[row]).collect();
        Self::new(self.units.clone(), periods, self.outcomes.select_rows(rows), &self.treated, first)
    }

    /// Takes this much off the outcomes of every treated unit in a row.
    pub(super) fn take_off(&mut self, row: usize, effect: f64) {
        for &unit in &self.treated {
            self.outcomes[(row, unit)] -= effect;
        }
    }
}

fn name_missing(units: &[String], periods: &[f64], outcomes: &Matrix) -> Result<()> {
    let mut names = Vec::new();
    let mut count = 0;
    for unit in 0..outcomes.ncols() {
        for row in 0..outcomes.nrows() {
            if !outcomes[(row, unit)].is_finite() {
                count += 1;
                if names.len() < NAMED {
                    names.push(format!("{} in period {}", units[unit], periods[row]));
                }
            }
        }
    }
    if count == 0 {
        return Ok(());
    }
    let more = if count > names.len() { format!(" and {} more", count - names.len()) } else { String::new() };
    Err(StatsError::NoAnswer(format!(
        "the outcome is missing for {}{more}; every unit needs an outcome in every period",
        names.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> (Vec<String>, Vec<f64>, Vec<f64>, Vec<bool>) {
        let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for unit in ["b", "a", "c"] {
            for period in [2003.0, 2001.0, 2002.0] {
                columns.0.push(unit.to_owned());
                columns.1.push(period);
                columns.2.push(period - 2000.0 + if unit == "a" { 10.0 } else { 0.0 });
                columns.3.push(unit == "a" && period > 2001.0);
            }
        }
        columns
    }

    fn panel(change: impl Fn(&mut (Vec<String>, Vec<f64>, Vec<f64>, Vec<bool>))) -> Result<Panel> {
        let mut columns = rows();
        change(&mut columns);
        Panel::from_rows(&columns.0, &columns.1, &columns.2, &columns.3)
    }

    #[test]
    fn rows_become_a_matrix() {
        let found = panel(|_| ()).unwrap();
        assert_eq!(found.units(), ["b", "a", "c"]);
        assert_eq!(found.periods(), [2001.0, 2002.0, 2003.0]);
        assert_eq!((found.treated(), found.first()), ([1].as_slice(), 1));
        assert_eq!(found.outcomes_of(1), [11.0, 12.0, 13.0]);
        assert_eq!(found.donors(), [0, 2]);
    }

    fn message(found: Result<Panel>) -> String {
        found.unwrap_err().to_string()
    }

    #[test]
    fn errors_say_which_cell_or_unit() {
        assert!(message(panel(|c| c.2[4] = f64::NAN)).contains("a in period 2001"));
        let short = message(panel(|c| {
            c.0.pop();
            c.1.pop();
            c.2.pop();
            c.3.pop();
        }));
        assert!(short.contains("missing for c in period 2002"), "{short}");
        assert!(message(panel(|c| c.1[1] = 2003.0)).contains("more than one row for period 2003"));
        assert!(message(panel(|c| c.3[4] = true)).contains("from the first period"));
        assert!(message(panel(|c| c.3.fill(false))).contains("no unit is treated"));
        assert!(message(panel(|c| c.3[6] = true)).contains("starts in period"));
        assert!(message(panel(|c| c.3[3] = false)).contains("untreated in period 2003"));
        assert!(message(Panel::from_rows(&[], &[], &[], &[])).contains("no unit"));
    }
}
