use std::collections::HashMap;
use std::hash::Hash;

use crate::{Result, StatsError};

/// A factor to absorb: the level of each row, levels numbered from 0 in the order of their first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    name: String,
    codes: Vec<u32>,
    levels: usize,
}

impl Factor {
    /// A factor from one label for each row.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] if there are no rows; [`StatsError::Setting`] for more than four thousand million levels.
    pub fn new<L: Eq + Hash>(name: &str, labels: &[L]) -> Result<Self> {
        if labels.is_empty() {
            return Err(StatsError::TooFew { what: "rows of a factor", found: 0, needed: 1 });
        }
        let mut known: HashMap<&L, u32> = HashMap::new();
        let mut codes: Vec<u32> = Vec::with_capacity(labels.len());
        for (row, label) in labels.iter().enumerate() {
            // Rows of a level mostly stand together, and a comparison is cheaper than a look into the map.
            let code = match codes.last() {
                Some(code) if labels[row - 1] == *label => *code,
                _ => {
                    let next = u32::try_from(known.len())
                        .map_err(|_| StatsError::Setting(format!("the factor {name} has too many levels")))?;
                    *known.entry(label).or_insert(next)
                }
            };
            codes.push(code);
        }
        Ok(Self { name: name.to_owned(), codes, levels: known.len() })
    }

    /// Name of the factor.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Level of each row.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Number of levels.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// The factor on some of the rows, levels numbered anew; beside it the old number of each new level.
    pub(super) fn on(&self, rows: &[usize]) -> (Self, Vec<u32>) {
        let mut new = vec![u32::MAX; self.levels];
        let mut old = Vec::new();
        let mut codes = Vec::with_capacity(rows.len());
        for &row in rows {
            let code = self.codes[row];
            let place = &mut new[code as usize];
            if *place == u32::MAX {
                *place = old.len() as u32;
                old.push(code);
            }
            codes.push(*place);
        }
        (Self { name: self.name.clone(), codes, levels: old.len() }, old)
    }

    /// True if every level lies within one group of `codes`.
    pub(super) fn nested_in(&self, codes: &[usize]) -> bool {
        let mut group = vec![usize::MAX; self.levels];
        self.codes.iter().zip(codes).all(|(level, code)| {
            let known = &mut group[*level as usize];
            if *known == usize::MAX {
                *known = *code;
            }
            *known == *code
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_numbered_by_first_row() {
        let factor = Factor::new("f", &["x", "y", "x", "z"]).unwrap();
        assert_eq!((factor.codes(), factor.levels(), factor.name()), (&[0, 1, 0, 2][..], 3, "f"));
        let (some, old) = factor.on(&[1, 3]);
        assert_eq!((some.codes(), some.levels(), old), (&[0, 1][..], 2, vec![1, 2]));
        assert!(factor.nested_in(&[5, 6, 5, 5]));
        assert!(!factor.nested_in(&[5, 6, 7, 5]));
        assert!(Factor::new::<u8>("f", &[]).is_err());
    }
}
