//! Panels: units observed over periods, some of them treated from a period on.

use super::labels::{distinct, place_of};
use crate::{Result, StatsError};

/// The rows a [`Panel`] is made of; all columns have one value for each row.
#[derive(Debug, Clone, Copy)]
pub struct PanelRows<'a> {
    /// Code of the unit (any numbers; one code is one unit).
    pub unit: &'a [usize],
    /// Period (a year, a term): any whole numbers, gaps allowed.
    pub period: &'a [i64],
    /// Outcome.
    pub outcome: &'a [f64],
    /// First treated period of the unit; `None` for units that are never treated. The same on all rows of a unit.
    pub cohort: &'a [Option<i64>],
    /// Covariates: a name and one value for each row.
    pub covariates: &'a [(&'a str, &'a [f64])],
    /// Code of the cluster of the unit (at or above the unit), the same on all rows of a unit; `None`: the unit.
    pub cluster: Option<&'a [usize]>,
    /// Weights, not negative; `None`: one each. Rows of weight zero are left out and counted in the remarks.
    pub weight: Option<&'a [f64]>,
}

/// A checked panel, its rows in the order of units and, within a unit, of periods.
///
/// Every unit has at most one row in each period. Repeated cross-sections are panels whose units have one row each.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The periods, ascending.
    pub(crate) periods: Vec<i64>,
    /// Code of each unit, ascending.
    pub(crate) units: Vec<usize>,
    /// The rows of unit `u` are `starts[u]..starts[u + 1]`.
    pub(crate) starts: Vec<usize>,
    /// Position of each row's unit in `units`.
    pub(crate) row_unit: Vec<usize>,
    /// Position of each row's period in `periods`.
    pub(crate) row_period: Vec<usize>,
    /// Outcome of each row.
    pub(crate) outcome: Vec<f64>,
    /// Weight of each row.
    pub(crate) weight: Vec<f64>,
    /// First treated period of each unit.
    pub(crate) cohort: Vec<Option<i64>>,
    /// Cluster of each unit, numbered from 0.
    pub(crate) cluster: Vec<usize>,
    /// Code of each cluster.
    pub(crate) clusters: Vec<usize>,
    /// Whether clusters were given (otherwise every unit is one).
    pub(crate) clustered: bool,
    /// Names of the covariates.
    pub(crate) covariate_names: Vec<String>,
    /// Covariates, each with a value for each row.
    pub(crate) covariates: Vec<Vec<f64>>,
    /// What was left out or changed on the way.
    pub(crate) remarks: Vec<String>,
}

impl Panel {
    /// Checks rows and puts them in order.
    ///
    /// # Errors
    /// [`StatsError::Shape`] for columns of different lengths, [`StatsError::Value`] for missing or infinite values and
    /// negative weights (naming the row), [`StatsError::NoAnswer`] for two rows of one unit in one period, and for units
    /// whose cohort or cluster changes (naming unit and period), [`StatsError::TooFew`] without rows.
    pub fn new(rows: PanelRows<'_>) -> Result<Self> {
        check_columns(&rows)?;
        let kept = kept_rows(&rows);
        if kept.is_empty() {
            return Err(StatsError::TooFew { what: "rows with a positive weight", found: 0, needed: 1 });
        }
        let mut remarks = Vec::new();
        if kept.len() < rows.unit.len() {
            remarks.push(format!("{} rows of weight zero are left out", rows.unit.len() - kept.len()));
        }
        let units = distinct(kept.iter().map(|&row| rows.unit[row]));
        let periods = distinct(kept.iter().map(|&row| rows.period[row]));
        let order = ordered(&rows, kept)?;
        let row_unit = place_of(&units, order.iter().map(|&row| rows.unit[row]));
        let row_period = place_of(&periods, order.iter().map(|&row| rows.period[row]));
        let mut starts = vec![0; units.len() + 1];
        for &unit in &row_unit {
            starts[unit + 1] += 1;
        }
        for unit in 0..units.len() {
            starts[unit + 1] += starts[unit];
        }
        let cohort = constant(&rows, &order, &starts, "first treated period", |row| rows.cohort[row])?;
        let codes = match rows.cluster {
            None => units.clone(),
            Some(codes) => constant(&rows, &order, &starts, "cluster", |row| codes[row])?,
        };
        let clusters = distinct(codes.iter().copied());
        Ok(Self {
            cluster: place_of(&clusters, codes.into_iter()),
            clusters,
            clustered: rows.cluster.is_some(),
            outcome: order.iter().map(|&row| rows.outcome[row]).collect(),
            weight: order.iter().map(|&row| rows.weight.map_or(1.0, |weight| weight[row])).collect(),
            covariate_names: rows.covariates.iter().map(|(name, _)| (*name).to_owned()).collect(),
            covariates: rows
                .covariates
                .iter()
                .map(|(_, values)| order.iter().map(|&row| values[row]).collect())
                .collect(),
            periods,
            units,
            starts,
            row_unit,
            row_period,
            cohort,
            remarks,
        })
    }

    /// Number of units.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// Number of rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.outcome.len()
    }

    /// The periods, ascending.
    #[must_use]
    pub fn periods(&self) -> &[i64] {
        &self.periods
    }

    /// The first treated periods that occur, ascending, each with its number of units.
    #[must_use]
    pub fn cohorts(&self) -> Vec<(i64, usize)> {
        distinct(self.cohort.iter().flatten().copied())
            .into_iter()
            .map(|cohort| (cohort, self.cohort.iter().filter(|&&own| own == Some(cohort)).count()))
            .collect()
    }

    /// What was left out or changed on the way to this panel.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// True if every unit is observed in every period.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.row_count() == self.unit_count() * self.periods.len()
    }

    /// The panel of the units that are observed in every period, with a remark on how many were left out.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] if no unit is observed in every period.
    pub fn balanced(&self) -> Result<Self> {
        if self.is_balanced() {
            return Ok(self.clone());
        }
        let full: Vec<bool> =
            self.starts.windows(2).map(|ends| ends[1] - ends[0] == self.periods.len()).collect();
        let left = full.iter().filter(|&&full| full).count();
        if left == 0 {
            return Err(StatsError::NoAnswer(
                "no unit is observed in every period: treat the rows as repeated cross-sections or leave periods out"
                    .to_owned(),
            ));
        }
        let mut panel = self.with_rows(|row| full[self.row_unit[row]])?;
        panel.remarks.push(format!(
            "{} of {} units are not observed in every period and are left out ({} rows)",
            self.unit_count() - left,
            self.unit_count(),
            self.row_count() - panel.row_count()
        ));
        Ok(panel)
    }

    /// The panel of the rows for which `keep` (given the row's position) is true.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] if none is left.
    pub(crate) fn with_rows(&self, keep: impl Fn(usize) -> bool) -> Result<Self> {
        self.rebuilt(&self.cohort, keep)
    }

    /// The panel with other first treated periods for its units, and of these rows only.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] if no row is left.
    pub(crate) fn rebuilt(&self, cohort: &[Option<i64>], keep: impl Fn(usize) -> bool) -> Result<Self> {
        let rows: Vec<usize> = (0..self.row_count()).filter(|&row| keep(row)).collect();
        let pick = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row]).collect() };
        let columns: Vec<Vec<f64>> = self.covariates.iter().map(|values| pick(values)).collect();
        let covariates: Vec<(&str, &[f64])> =
            self.covariate_names.iter().map(String::as_str).zip(columns.iter().map(Vec::as_slice)).collect();
        let of_unit = |row: &usize| self.row_unit[*row];
        let cluster: Vec<usize> = rows.iter().map(|row| self.clusters[self.cluster[of_unit(row)]]).collect();
        let mut panel = Self::new(PanelRows {
            unit: &rows.iter().map(|row| self.units[of_unit(row)]).collect::<Vec<_>>(),
            period: &rows.iter().map(|&row| self.periods[self.row_period[row]]).collect::<Vec<_>>(),
            outcome: &pick(&self.outcome),
            cohort: &rows.iter().map(|row| cohort[of_unit(row)]).collect::<Vec<_>>(),
            covariates: &covariates,
            cluster: self.clustered.then_some(&cluster),
            weight: Some(&pick(&self.weight)),
        })?;
        panel.remarks.splice(0..0, self.remarks.iter().cloned());
        Ok(panel)
    }

    /// The period of a row.
    pub(crate) fn period_of(&self, row: usize) -> i64 {
        self.periods[self.row_period[row]]
    }

    /// The first treated period of a row's unit.
    pub(crate) fn cohort_of(&self, row: usize) -> Option<i64> {
        self.cohort[self.row_unit[row]]
    }

    /// Whether a row is of a treated unit in or after its first treated period.
    pub(crate) fn is_treated(&self, row: usize) -> bool {
        self.cohort_of(row).is_some_and(|first| self.period_of(row) >= first)
    }
}

fn check_columns(rows: &PanelRows<'_>) -> Result<()> {
    let n = rows.unit.len();
    StatsError::check_length("the periods", rows.period.len(), n)?;
    StatsError::check_length("the outcome", rows.outcome.len(), n)?;
    StatsError::check_length("the first treated periods", rows.cohort.len(), n)?;
    StatsError::check_finite("the outcome", rows.outcome)?;
    for (name, values) in rows.covariates {
        StatsError::check_length("a covariate", values.len(), n)?;
        StatsError::check_finite(name, values)?;
    }
    if let Some(cluster) = rows.cluster {
        StatsError::check_length("the clusters", cluster.len(), n)?;
    }
    if let Some(weight) = rows.weight {
        StatsError::check_length("the weights", weight.len(), n)?;
        StatsError::check_finite("the weight", weight)?;
        if let Some(at) = weight.iter().position(|&weight| weight < 0.0) {
            return Err(StatsError::Value {
                what: "the weight".to_owned(),
                row: at + 1,
                reason: "is negative",
            });
        }
    }
    Ok(())
}

fn kept_rows(rows: &PanelRows<'_>) -> Vec<usize> {
    (0..rows.unit.len()).filter(|&row| rows.weight.is_none_or(|weight| weight[row] > 0.0)).collect()
}

/// Puts row numbers in the order of unit and period, and refuses a unit with two rows in one period.
fn ordered(rows: &PanelRows<'_>, mut kept: Vec<usize>) -> Result<Vec<usize>> {
    let key = |row: &usize| (rows.unit[*row], rows.period[*row]);
    if !kept.is_sorted_by_key(key) {
        kept.sort_by_key(key);
    }
    let twice: Vec<String> = kept
        .windows(2)
        .filter(|pair| key(&pair[0]) == key(&pair[1]))
        .map(|pair| format!("unit {} in period {}", rows.unit[pair[0]], rows.period[pair[0]]))
        .collect();
    if !twice.is_empty() {
        let named = twice[..twice.len().min(5)].join(", ");
        let more = if twice.len() > 5 { format!(" and {} more", twice.len() - 5) } else { String::new() };
        return Err(StatsError::NoAnswer(format!(
            "more than one row for {named}{more}: keep one row for each unit and period"
        )));
    }
    Ok(kept)
}

/// One value for each unit, refused where it differs between the unit's rows.
fn constant<T: Copy + PartialEq>(
    rows: &PanelRows<'_>,
    order: &[usize],
    starts: &[usize],
    what: &str,
    value: impl Fn(usize) -> T,
) -> Result<Vec<T>> {
    let mut values = Vec::with_capacity(starts.len() - 1);
    for ends in starts.windows(2) {
        let first = value(order[ends[0]]);
        if let Some(&row) = order[ends[0]..ends[1]].iter().find(|&&row| value(row) != first) {
            return Err(StatsError::NoAnswer(format!(
                "the {what} of unit {} changes in period {} (row {}): it must be the same on all rows of a unit",
                rows.unit[row],
                rows.period[row],
                row + 1
            )));
        }
        values.push(first);
    }
    Ok(values)
}
