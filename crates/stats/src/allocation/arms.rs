use serde::{Deserialize, Serialize};

use crate::{Result, StatsError};

/// The arms of a trial and the ratio in which units go to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arms {
    /// Names, in the order in which results number them from 0.
    pub names: Vec<String>,
    /// Ratio, one whole number above zero for each arm: `[1, 1]`, `[2, 1]`.
    pub ratio: Vec<u32>,
}

/// Most arms, and the largest number in a ratio.
const MOST_ARMS: usize = 100;
const MOST_RATIO: u32 = 1000;

impl Arms {
    /// Arms with a ratio.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for fewer than two arms, names that are empty or alike, or a ratio of zero.
    pub fn new(names: &[&str], ratio: &[u32]) -> Result<Self> {
        let arms =
            Self { names: names.iter().map(|name| (*name).to_owned()).collect(), ratio: ratio.to_vec() };
        arms.check()?;
        Ok(arms)
    }

    /// Two arms, one to one.
    ///
    /// # Errors
    /// As [`Arms::new`].
    pub fn two(first: &str, second: &str) -> Result<Self> {
        Self::new(&[first, second], &[1, 1])
    }

    /// Checks names and ratio, for arms that were read from a file.
    ///
    /// # Errors
    /// As [`Arms::new`].
    pub fn check(&self) -> Result<()> {
        StatsError::check_length("the ratio of the arms", self.ratio.len(), self.names.len())?;
        if self.names.len() < 2 {
            return Err(StatsError::TooFew { what: "arms", found: self.names.len(), needed: 2 });
        }
        if self.names.len() > MOST_ARMS {
            return Err(StatsError::Setting(format!("at most {MOST_ARMS} arms can be drawn")));
        }
        if self.ratio.iter().any(|&part| part == 0 || part > MOST_RATIO) {
            return Err(StatsError::Setting(format!(
                "each part of the ratio of the arms must lie between 1 and {MOST_RATIO}"
            )));
        }
        for (i, name) in self.names.iter().enumerate() {
            super::list::check_text("the name of an arm", name, i + 1)?;
            if self.names[..i].contains(name) {
                return Err(StatsError::Setting(format!("two arms are called '{name}'")));
            }
        }
        Ok(())
    }

    /// Number of arms.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Sum of the ratio: the smallest block.
    #[must_use]
    pub fn block(&self) -> usize {
        self.ratio.iter().map(|&part| part as usize).sum()
    }

    /// The smallest block in order: arm 0 as often as its part of the ratio, then arm 1, and so on.
    pub(super) fn template(&self) -> Vec<usize> {
        self.ratio
            .iter()
            .enumerate()
            .flat_map(|(arm, &part)| std::iter::repeat_n(arm, part as usize))
            .collect()
    }

    pub(super) fn one_to_one(&self) -> bool {
        self.ratio.windows(2).all(|pair| pair[0] == pair[1])
    }
}
