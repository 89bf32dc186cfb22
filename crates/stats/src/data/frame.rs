use crate::{Result, StatsError};

/// The code of a missing value in a [`Categorical`] column.
pub const MISSING: u32 = u32::MAX;

/// A variable with levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Categorical {
    /// The levels; the first is the reference.
    pub levels: Vec<String>,
    /// For every row the position of its level, or [`MISSING`].
    pub codes: Vec<u32>,
}

/// A column of a [`Frame`].
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; NaN is a missing value.
    Numeric(Vec<f64>),
    /// Levels.
    Categorical(Categorical),
}

impl Column {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numeric(values) => values.len(),
            Self::Categorical(factor) => factor.codes.len(),
        }
    }

    /// True if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True if the value of this row is missing.
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numeric(values) => values[row].is_nan(),
            Self::Categorical(factor) => factor.codes[row] == MISSING,
        }
    }
}

impl Categorical {
    /// A variable with levels from one label for each row. Levels are in the order of their numbers where all labels are numbers,
    /// otherwise in the order of their characters (as R's in the C locale). Empty labels, `NA` and `NaN` are missing.
    #[must_use]
    pub fn from_labels<S: AsRef<str>>(labels: &[S]) -> Self {
        let mut levels: Vec<&str> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for label in labels {
            let label = label.as_ref().trim();
            if !is_missing_text(label) && known.insert(label) {
                levels.push(label);
            }
        }
        let numbers: Option<Vec<f64>> = levels.iter().map(|level| number(level)).collect();
        match numbers {
            Some(_) => levels.sort_by(|a, b| {
                let (x, y) = (number(a).unwrap_or(f64::NAN), number(b).unwrap_or(f64::NAN));
                x.total_cmp(&y).then_with(|| a.cmp(b))
            }),
            None => levels.sort_unstable(),
        }
        let places: std::collections::HashMap<&str, u32> =
            levels.iter().zip(0..).map(|(level, place)| (*level, place)).collect();
        let codes = labels
            .iter()
            .map(|label| places.get(label.as_ref().trim()).copied().unwrap_or(MISSING))
            .collect();
        Self { levels: levels.into_iter().map(str::to_owned).collect(), codes }
    }

    /// A variable with a level for each different number; NaN is missing. Whole numbers are written without a point.
    #[must_use]
    pub fn from_numbers(values: &[f64]) -> Self {
        // Adding zero turns minus zero into zero, so that the two are one level.
        let mut distinct: Vec<f64> = values.iter().map(|v| v + 0.0).filter(|v| !v.is_nan()).collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let codes = values
            .iter()
            .map(|value| match distinct.binary_search_by(|known| known.total_cmp(&(value + 0.0))) {
                Ok(place) => u32::try_from(place).unwrap_or(MISSING),
                Err(_) => MISSING,
            })
            .collect();
        Self { levels: distinct.iter().map(f64::to_string).collect(), codes }
    }

    /// The same variable with this level as the reference (the first); the others keep their order.
    ///
    /// # Errors
    /// [`StatsError::Setting`] naming the levels that there are.
    pub fn with_reference(mut self, level: &str) -> Result<Self> {
        let place = self.levels.iter().position(|known| known == level).ok_or_else(|| {
            StatsError::Setting(format!("there is no level '{level}'; there are {}", self.levels.join(", ")))
        })?;
        let name = self.levels.remove(place);
        self.levels.insert(0, name);
        for code in &mut self.codes {
            if *code == MISSING {
                continue;
            }
            let old = *code as usize;
            if old == place {
                *code = 0;
            } else if old < place {
                *code += 1;
            }
        }
        Ok(self)
    }
}

/// Named columns of the same length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frame {
    rows: usize,
    columns: Vec<(String, Column)>,
}

impl Frame {
    /// A frame without columns; the first column decides the number of rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a column.
    ///
    /// # Errors
    /// [`StatsError::Shape`] for a column of another length, [`StatsError::Value`] for an infinite number or a level code without
    /// a level, [`StatsError::Setting`] for an empty name.
    pub fn with_column(mut self, name: &str, column: Column) -> Result<Self> {
        if name.trim().is_empty() {
            return Err(StatsError::Setting("a column needs a name".into()));
        }
        if !self.columns.is_empty() {
            StatsError::check_length("a column", column.len(), self.rows)?;
        }
        check_column(name, &column)?;
        self.rows = column.len();
        match self.columns.iter_mut().find(|(known, _)| known == name) {
            Some(place) => place.1 = column,
            None => self.columns.push((name.to_owned(), column)),
        }
        Ok(self)
    }

    /// Adds or replaces a column of numbers; NaN is missing.
    ///
    /// # Errors
    /// As [`Frame::with_column`].
    pub fn with_numeric(self, name: &str, values: Vec<f64>) -> Result<Self> {
        self.with_column(name, Column::Numeric(values))
    }

    /// Adds or replaces a column of levels, one label for each row ([`Categorical::from_labels`]).
    ///
    /// # Errors
    /// As [`Frame::with_column`].
    pub fn with_labels<S: AsRef<str>>(self, name: &str, labels: &[S]) -> Result<Self> {
        self.with_column(name, Column::Categorical(Categorical::from_labels(labels)))
    }

    /// Adds or replaces a column read as text: numbers if every value that is not missing is one, levels otherwise.
    ///
    /// # Errors
    /// As [`Frame::with_column`].
    pub fn with_text<S: AsRef<str>>(self, name: &str, texts: &[S]) -> Result<Self> {
        let numbers: Option<Vec<f64>> = texts
            .iter()
            .map(|text| {
                let text = text.as_ref().trim();
                if is_missing_text(text) { Some(f64::NAN) } else { number(text) }
            })
            .collect();
        match numbers {
            Some(values) => self.with_numeric(name, values),
            None => self.with_labels(name, texts),
        }
    }

    /// The same frame with this level as the reference of a categorical column.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if there is no such column or level, or the column holds numbers.
    pub fn with_reference(mut self, name: &str, level: &str) -> Result<Self> {
        let factor = self.categorical(name)?.clone().with_reference(level)?;
        if let Some(place) = self.columns.iter_mut().find(|(known, _)| known == name) {
            place.1 = Column::Categorical(factor);
        }
        Ok(self)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names of the columns, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The column of this name, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`StatsError::Setting`] naming the columns that there are.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.names().take(40).collect();
            StatsError::Setting(format!("there is no column '{name}'; there are {}", known.join(", ")))
        })
    }

    /// The values of a numeric column.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if there is no such column or it holds levels.
    pub fn numeric(&self, name: &str) -> Result<&[f64]> {
        match self.column(name)? {
            Column::Numeric(values) => Ok(values),
            Column::Categorical(_) => {
                Err(StatsError::Setting(format!("column '{name}' holds text where numbers are needed")))
            }
        }
    }

    /// The levels of a categorical column.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if there is no such column or it holds numbers.
    pub fn categorical(&self, name: &str) -> Result<&Categorical> {
        match self.column(name)? {
            Column::Categorical(factor) => Ok(factor),
            Column::Numeric(_) => Err(StatsError::Setting(format!(
                "column '{name}' holds numbers where levels are needed; write factor({name})"
            ))),
        }
    }

    /// The frame made of these rows (positions from 0, in this order, repeats allowed); levels stay as they are.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a position that is not there.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        if let Some(row) = rows.iter().find(|row| **row >= self.rows) {
            return Err(StatsError::Setting(format!("there is no row {} of {}", row + 1, self.rows)));
        }
        let columns = self
            .columns
            .iter()
            .map(|(name, column)| {
                let chosen = match column {
                    Column::Numeric(values) => Column::Numeric(rows.iter().map(|row| values[*row]).collect()),
                    Column::Categorical(factor) => Column::Categorical(Categorical {
                        levels: factor.levels.clone(),
                        codes: rows.iter().map(|row| factor.codes[*row]).collect(),
                    }),
                };
                (name.clone(), chosen)
            })
            .collect();
        Ok(Self { rows: rows.len(), columns })
    }
}

fn check_column(name: &str, column: &Column) -> Result<()> {
    let wrong = match column {
        Column::Numeric(values) => values.iter().position(|value| value.is_infinite()),
        Column::Categorical(factor) => {
            let levels = factor.levels.len();
            factor.codes.iter().position(|code| *code != MISSING && *code as usize >= levels)
        }
    };
    match wrong {
        None => Ok(()),
        Some(at) => Err(StatsError::Value {
            what: name.to_owned(),
            row: at + 1,
            reason: "is infinite, or a code without a level",
        }),
    }
}

fn is_missing_text(text: &str) -> bool {
    matches!(text, "" | "NA" | "NaN" | "nan")
}

/// A number as people write it; words such as `inf` are not numbers.
fn number(text: &str) -> Option<f64> {
    if text.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_numbers_or_levels() {
        let frame = Frame::new()
            .with_text("x", &["1", " 2.5", "NA", "-3e2"])
            .unwrap()
            .with_text("arm", &["usual", "new", "", "usual"])
            .unwrap();
        let x = frame.numeric("x").unwrap();
        assert_eq!((x[0], x[1], x[3]), (1.0, 2.5, -300.0));
        assert!(x[2].is_nan());
        let arm = frame.categorical("arm").unwrap();
        assert_eq!(arm.levels, ["new", "usual"]);
        assert_eq!(arm.codes, [1, 0, MISSING, 1]);
        let moved = frame.with_reference("arm", "usual").unwrap();
        assert_eq!(moved.categorical("arm").unwrap().levels, ["usual", "new"]);
        assert_eq!(moved.categorical("arm").unwrap().codes, [0, 1, MISSING, 0]);
    }

    #[test]
    fn levels_that_are_numbers_are_in_the_order_of_numbers() {
        assert_eq!(Categorical::from_labels(&["10", "9", "2"]).levels, ["2", "9", "10"]);
        let years = Categorical::from_numbers(&[2004.0, f64::NAN, 2003.0, 2003.5, -0.0, 0.0]);
        assert_eq!(years.levels, ["0", "2003", "2003.5", "2004"]);
        assert_eq!(years.codes, [3, MISSING, 1, 2, 0, 0]);
    }

    #[test]
    fn wrong_columns_are_refused() {
        let frame = Frame::new().with_numeric("x", vec![1.0, 2.0]).unwrap();
        assert!(matches!(frame.clone().with_numeric("y", vec![1.0]), Err(StatsError::Shape { .. })));
        assert!(matches!(
            frame.clone().with_numeric("y", vec![1.0, f64::INFINITY]),
            Err(StatsError::Value { row: 2, .. })
        ));
        assert!(frame.categorical("x").unwrap_err().to_string().contains("factor(x)"));
        assert!(frame.numeric("z").unwrap_err().to_string().contains("there are x"));
        assert!(frame.select(&[2]).is_err());
        assert_eq!(frame.select(&[1, 1]).unwrap().numeric("x").unwrap(), [2.0, 2.0]);
    }

    #[test]
    fn infinity_as_text_is_a_word() {
        let frame = Frame::new().with_text("x", &["inf", "1"]).unwrap();
        assert!(frame.categorical("x").is_ok());
    }
}
