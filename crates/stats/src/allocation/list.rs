use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sealed::hex;
use crate::{Result, StatsError};

/// What is known of every unit under one heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Levels of a factor.
    Levels(Vec<String>),
}

/// A covariate of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// One value for each unit.
    pub values: Values,
}

/// The units to be randomised, in a fixed order, with strata and covariates.
///
/// Once frozen it is identified by [`FrozenList::hash`]; the draw depends on nothing that is not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrozenList {
    /// Identifiers, all different.
    pub ids: Vec<String>,
    /// Stratum of each unit; empty text throughout if there are none.
    pub strata: Vec<String>,
    /// Covariates, for minimisation, constraints and balance.
    pub columns: Vec<Column>,
}

/// Most units on a list.
const MOST_UNITS: usize = 1_000_000;
const MOST_COLUMNS: usize = 200;
const LONGEST: usize = 500;

/// Refuses texts that would make the canonical form ambiguous.
pub(super) fn check_text(what: &str, text: &str, row: usize) -> Result<()> {
    let value = |reason| Err(StatsError::Value { what: what.to_owned(), row, reason });
    if text.chars().any(char::is_control) {
        return value("has a tab, line break or other control character");
    }
    if text.len() > LONGEST {
        return value("is longer than 500 bytes");
    }
    Ok(())
}

impl FrozenList {
    /// A list without covariates.
    ///
    /// # Errors
    /// As [`FrozenList::check`].
    pub fn new(ids: Vec<String>, strata: Vec<String>) -> Result<Self> {
        let list = Self { ids, strata, columns: Vec::new() };
        list.check()?;
        Ok(list)
    }

    /// The list with one more covariate.
    ///
    /// # Errors
    /// As [`FrozenList::check`].
    pub fn with_column(mut self, name: &str, values: Values) -> Result<Self> {
        self.columns.push(Column { name: name.to_owned(), values });
        self.check()?;
        Ok(self)
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True if there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Checks the list: at least one unit, identifiers all different and not empty, columns of the right length, numbers
    /// finite, no control characters.
    ///
    /// # Errors
    /// [`StatsError::Value`] naming the row, [`StatsError::Shape`] or [`StatsError::TooFew`].
    pub fn check(&self) -> Result<()> {
        let n = self.ids.len();
        if n == 0 {
            return Err(StatsError::TooFew { what: "units on the list", found: 0, needed: 1 });
        }
        if n > MOST_UNITS || self.columns.len() > MOST_COLUMNS {
            return Err(StatsError::Setting(format!(
                "a list has at most {MOST_UNITS} units and {MOST_COLUMNS} covariates"
            )));
        }
        StatsError::check_length("the strata of the list", self.strata.len(), n)?;
        let mut seen = HashSet::with_capacity(n);
        for (i, (id, stratum)) in self.ids.iter().zip(&self.strata).enumerate() {
            let value = |reason| StatsError::Value { what: "identifier".into(), row: i + 1, reason };
            check_text("identifier", id, i + 1)?;
            check_text("stratum", stratum, i + 1)?;
            if id.is_empty() {
                return Err(value("is empty"));
            }
            if !seen.insert(id.as_str()) {
                return Err(value("stands on the list twice"));
            }
        }
        for (j, column) in self.columns.iter().enumerate() {
            check_text("the heading of a covariate", &column.name, j + 1)?;
            if self.columns[..j].iter().any(|other| other.name == column.name) {
                return Err(StatsError::Setting(format!("two covariates are called '{}'", column.name)));
            }
            match &column.values {
                Values::Numbers(numbers) => {
                    StatsError::check_length("a covariate", numbers.len(), n)?;
                    StatsError::check_finite(&column.name, numbers)?;
                }
                Values::Levels(levels) => {
                    StatsError::check_length("a covariate", levels.len(), n)?;
                    for (i, level) in levels.iter().enumerate() {
                        check_text(&column.name, level, i + 1)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The canonical text: a line of headings, then a line for each unit in order; fields parted by tabs, every line ended
    /// by a line feed; UTF-8. Numbers as the shortest decimal that reads back to the same double, never with an exponent.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::from("id\tstratum");
        for column in &self.columns {
            text.push('\t');
            text.push_str(&column.name);
        }
        text.push('\n');
        for i in 0..self.ids.len() {
            text.push_str(&self.ids[i]);
            text.push('\t');
            text.push_str(&self.strata[i]);
            for column in &self.columns {
                text.push('\t');
                match &column.values {
                    Values::Numbers(numbers) => text.push_str(&format!("{}", numbers[i])),
                    Values::Levels(levels) => text.push_str(&levels[i]),
                }
            }
            text.push('\n');
        }
        text
    }

    /// SHA-256 of the canonical text, as 64 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.canonical().as_bytes()))
    }
}
