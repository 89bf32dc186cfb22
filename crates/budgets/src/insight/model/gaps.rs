//! Spend that did what another service had the duty to do.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::{money::Pence, spend::model::Duty};

/// A month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// `July 2019`.
    pub fn words(self) -> String {
        NaiveDate::from_ymd_opt(self.year, self.month, 1)
            .map_or_else(|| self.plain(), |day| day.format("%B %Y").to_string())
    }

    /// `2019-07`: for files.
    pub fn plain(self) -> String {
        format!("{}-{:02}", self.year, self.month)
    }
}

/// One spend that was agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Whose duty it was.
    pub duty: Duty,
    /// The category, by its title.
    pub category: String,
    /// When: the day of payment; of what is promised only, the day on which it was asked for.
    pub day: NaiveDate,
    /// What was paid and has not come back.
    pub paid: Pence,
    /// What is promised and not paid.
    pub promised: Pence,
}

/// A sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Of how many spends.
    pub spends: usize,
    /// What was paid.
    pub paid: Pence,
    /// What is promised and not paid.
    pub promised: Pence,
}

impl Sum {
    fn add(&mut self, spent: &Spent) {
        self.spends += 1;
        self.paid = [self.paid, spent.paid].into_iter().sum();
        self.promised = [self.promised, spent.promised].into_iter().sum();
    }
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gaps {
    /// By service: its stored name.
    pub by_duty: BTreeMap<&'static str, Sum>,
    /// By service and category.
    pub by_category: BTreeMap<(&'static str, String), Sum>,
    /// By month and service.
    pub by_month: BTreeMap<(Month, &'static str), Sum>,
    /// By service, category and month: the lines of the file.
    pub lines: BTreeMap<(Month, &'static str, String), Sum>,
    /// All of them.
    pub all: Sum,
    /// All spends, whosever duty they were.
    pub everything: Sum,
}

impl Gaps {
    /// What the report says, in a sentence.
    pub fn says(&self) -> String {
        if self.all.spends == 0 {
            return "No spend was marked as another service’s duty.".to_owned();
        }
        let share = match (self.all.paid.get(), self.everything.paid.get()) {
            (paid, all) if all > 0 => format!(" That is {}% of what was paid in all.", paid * 100 / all),
            _ => String::new(),
        };
        let (spends, were) = if self.all.spends == 1 { ("spend", "was") } else { ("spends", "were") };
        format!(
            "{} {spends} did what another service would normally do: {} {were} paid and {} is promised.{share}",
            self.all.spends, self.all.paid, self.all.promised
        )
    }
}

/// Adds up.
pub fn gaps(spends: &[Spent]) -> Gaps {
    let mut gaps = Gaps::default();
    for spent in spends {
        gaps.everything.add(spent);
        if spent.duty == Duty::NobodyElse {
            continue;
        }
        let (duty, month) = (spent.duty.slug(), Month::of(spent.day));
        gaps.all.add(spent);
        gaps.by_duty.entry(duty).or_default().add(spent);
        gaps.by_category.entry((duty, spent.category.clone())).or_default().add(spent);
        gaps.by_month.entry((month, duty)).or_default().add(spent);
        gaps.lines.entry((month, duty, spent.category.clone())).or_default().add(spent);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spent(duty: Duty, day: &str, paid: i64, promised: i64) -> Spent {
        Spent {
            duty,
            category: "Practical".to_owned(),
            day: day.parse().unwrap(),
            paid: Pence::new(paid),
            promised: Pence::new(promised),
        }
    }

    #[test]
    fn what_was_nobody_else_s_duty_is_left_out_and_counts_in_the_whole() {
        let gaps = gaps(&[
            spent(Duty::Health, "2019-07-31", 30_000, 0),
            spent(Duty::Health, "2019-08-01", 0, 10_000),
            spent(Duty::NobodyElse, "2019-08-01", 90_000, 0),
            spent(Duty::Housing, "2019-08-02", 0, 0),
        ]);
        assert_eq!(gaps.all, Sum { spends: 3, paid: Pence::new(30_000), promised: Pence::new(10_000) });
        assert_eq!((gaps.by_duty.len(), gaps.by_month.len()), (2, 3));
        assert_eq!(
            gaps.says(),
            "3 spends did what another service would normally do: £300 were paid and £100 is promised. That is 25% of what was paid in all."
        );
        assert_eq!(Month::of("2019-12-31".parse().unwrap()).next().words(), "January 2020");
    }

    proptest! {
        /// Every division adds up to the same.
        #[test]
        fn divisions_add_up(all in proptest::collection::vec((0_usize..6, 0_i64..400, 0_i64..99_999, 0_i64..99_999), 0..60)) {
            let first: NaiveDate = "2019-01-01".parse().unwrap();
            let spends: Vec<Spent> = all
                .iter()
                .map(|(duty, days, paid, promised)| Spent {
                    duty: Duty::ALL[*duty],
                    category: (paid % 3).to_string(),
                    day: first + chrono::Duration::days(*days),
                    paid: Pence::new(*paid),
                    promised: Pence::new(*promised),
                })
                .collect();
            let gaps = gaps(&spends);
            let sum = |sums: Vec<&Sum>| sums.into_iter().fold(Sum::default(), |mut all, one| {
                all.spends += one.spends;
                all.paid = [all.paid, one.paid].into_iter().sum();
                all.promised = [all.promised, one.promised].into_iter().sum();
                all
            });
            prop_assert_eq!(sum(gaps.by_duty.values().collect()), gaps.all);
            prop_assert_eq!(sum(gaps.by_category.values().collect()), gaps.all);
            prop_assert_eq!(sum(gaps.by_month.values().collect()), gaps.all);
            prop_assert_eq!(sum(gaps.lines.values().collect()), gaps.all);
            prop_assert_eq!(gaps.everything.spends, spends.len());
        }
    }
}
