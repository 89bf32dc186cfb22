use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::arms::Arms;
use super::list::{FrozenList, Values};
use crate::{Result, StatsError};

/// Balance of one covariate, or one level of a factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BalanceRow {
    /// Covariate, and level after an equals sign.
    pub name: String,
    /// Mean in each arm (share, for a level). Zero where an arm is empty.
    pub means: Vec<f64>,
    /// Standard deviation in each arm, divisor `n - 1` (`sqrt(p (1 - p))` for a level).
    pub sds: Vec<f64>,
    /// Standardised difference of each arm from arm 0, `(mean_a - mean_0) / sqrt((s_a^2 + s_0^2) / 2)` (Austin 2009); zero for arm
    /// 0 itself. `None` where both standard deviations are zero and the means differ.
    pub differences: Vec<Option<f64>>,
}

/// Balance between arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// Units in each arm.
    pub counts: Vec<usize>,
    /// A row for every number and every level of a factor.
    pub rows: Vec<BalanceRow>,
    /// Largest absolute standardised difference.
    pub worst: f64,
}

/// The table of balance of an allocation (arm number of each unit).
///
/// # Errors
/// [`StatsError::Shape`] if there is not one arm for each unit, [`StatsError::Setting`] for a number that is no arm.
pub fn balance(list: &FrozenList, arms: &Arms, drawn: &[usize]) -> Result<Balance> {
    StatsError::check_length("the arms of the units", drawn.len(), list.len())?;
    if let Some(arm) = drawn.iter().find(|&&arm| arm >= arms.count()) {
        return Err(StatsError::Setting(format!("there is no arm number {arm}")));
    }
    let mut rows = Vec::new();
    for column in &list.columns {
        match &column.values {
            Values::Numbers(numbers) => {
                rows.push(row(column.name.clone(), numbers, arms.count(), drawn, false));
            }
            Values::Levels(levels) => {
                let mut names: Vec<&String> = levels.iter().collect();
                names.sort();
                names.dedup();
                for name in names {
                    let shares: Vec<f64> =
                        levels.iter().map(|level| f64::from(u8::from(level == name))).collect();
                    rows.push(row(format!("{}={name}", column.name), &shares, arms.count(), drawn, true));
                }
            }
        }
    }
    let worst = rows
        .iter()
        .flat_map(|row: &BalanceRow| row.differences.iter().flatten())
        .fold(0.0_f64, |worst, difference| worst.max(difference.abs()));
    let counts = (0..arms.count()).map(|arm| drawn.iter().filter(|&&a| a == arm).count()).collect();
    Ok(Balance { counts, rows, worst })
}

fn row(name: String, values: &[f64], arms: usize, drawn: &[usize], level: bool) -> BalanceRow {
    let mut means = Vec::with_capacity(arms);
    let mut sds = Vec::with_capacity(arms);
    for arm in 0..arms {
        let these: Vec<f64> =
            values.iter().zip(drawn).filter(|(_, a)| **a == arm).map(|(value, _)| *value).collect();
        let n = these.len() as f64;
        let mean = if these.is_empty() { 0.0 } else { these.iter().sum::<f64>() / n };
        let sd = if level {
            (mean * (1.0 - mean)).sqrt()
        } else if these.len() < 2 {
            0.0
        } else {
            (these.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
        };
        means.push(mean);
        sds.push(sd);
    }
    let differences = (0..arms)
        .map(|arm| {
            let difference = means[arm] - means[0];
            let pooled = (0.5 * (sds[arm] * sds[arm] + sds[0] * sds[0])).sqrt();
            if difference == 0.0 {
                Some(0.0)
            } else if pooled > 0.0 {
                Some(difference / pooled)
            } else {
                None
            }
        })
        .collect();
    BalanceRow { name, means, sds, differences }
}

impl Balance {
    /// The table as text.
    #[must_use]
    pub fn text(&self, arms: &Arms) -> String {
        let mut text = String::from(
            "Balance: mean (standard deviation) in each arm, standardised difference from the first\n",
        );
        let counts: Vec<String> =
            arms.names.iter().zip(&self.counts).map(|(name, count)| format!("{name}: {count}")).collect();
        let _ = writeln!(text, "Units\t{}", counts.join("\t"));
        for row in &self.rows {
            text.push_str(&row.name);
            for arm in 0..row.means.len() {
                let _ = write!(text, "\t{:.4} ({:.4})", row.means[arm], row.sds[arm]);
                match (arm, row.differences[arm]) {
                    (0, _) => {}
                    (_, Some(difference)) => {
                        let _ = write!(text, " {difference:+.4}");
                    }
                    (_, None) => text.push_str(" apart"),
                }
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standardised_differences_by_hand() {
        let list = FrozenList::new((0..4).map(|i| i.to_string()).collect(), vec!["".into(); 4])
            .unwrap()
            .with_column("x", Values::Numbers(vec![1.0, 3.0, 2.0, 6.0]))
            .unwrap()
            .with_column("f", Values::Levels(["a", "b", "b", "b"].map(String::from).to_vec()))
            .unwrap();
        let arms = Arms::two("c", "t").unwrap();
        let table = balance(&list, &arms, &[0, 0, 1, 1]).unwrap();
        assert_eq!(table.counts, vec![2, 2]);
        assert_eq!(table.rows[0].means, vec![2.0, 4.0]);
        // Variances 2 and 8: the pooled standard deviation is sqrt(5).
        assert!((table.rows[0].differences[1].unwrap() - 2.0 / 5.0_f64.sqrt()).abs() < 1e-15);
        assert!((table.rows[1].differences[1].unwrap() + 0.5 / 0.125_f64.sqrt()).abs() < 1e-14);
        assert!((table.worst - 0.5 / 0.125_f64.sqrt()).abs() < 1e-14);
        assert!(balance(&list, &arms, &[0, 0, 1]).is_err());
        assert!(balance(&list, &arms, &[0, 0, 1, 2]).is_err());
    }
}
