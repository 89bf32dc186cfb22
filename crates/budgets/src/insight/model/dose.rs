//! Dose: how much money, how many families, how fast, month by month. Numbers for evaluators, never children.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Quartiles, gaps::Month};
use crate::money::Pence;

/// Counts from 1 to this are hidden from those who may not see small numbers.
pub const SMALL: usize = 5;
/// Months of a report at most.
const MONTHS_MAX: usize = 240;

/// One request, as far as dose asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The family, or the child who has none.
    pub family: Option<Uuid>,
    /// The day on which it was asked for.
    pub asked_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: Option<NaiveDate>,
    /// Whether it was agreed at once.
    pub at_once: bool,
    /// Whether it was agreed to.
    pub agreed: bool,
    /// Help: what was paid, less what came back, and the day of the payment.
    pub paid: Option<(NaiveDate, Pence)>,
}

/// The dose of a month.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dose {
    /// What was paid in the month, less what came back of it since.
    pub paid: Pence,
    /// Payments.
    pub payments: usize,
    /// Families for whom something was paid in the month.
    pub families: usize,
    /// Requests that were asked for in the month.
    pub requests: usize,
    /// Of these, how many were decided.
    pub decided: usize,
    /// Of these, how many were agreed to.
    pub agreed: usize,
    /// Of these, how many at once.
    pub at_once: usize,
    /// Days from asking to the decision, of those asked for in the month that were decided.
    pub to_decision: Option<Quartiles>,
    /// Days from asking to help, of those asked for in the month that were paid.
    pub to_help: Option<Quartiles>,
}

impl Dose {
    /// The share of the agreed that was agreed at once, from 0 to 1; none where nothing was agreed.
    pub fn share_at_once(&self) -> Option<f64> {
        (self.agreed > 0).then(|| self.at_once as f64 / self.agreed as f64)
    }

    /// Whether it tells of so few that it is hidden from those who may not see small numbers: families, payments or
    /// requests from 1 to 5. The whole month is hidden then, and no total of several months is given to them.
    pub fn is_small(&self) -> bool {
        [self.families, self.payments, self.requests].iter().any(|count| (1..=SMALL).contains(count))
    }
}

/// The dose of each month from the first request or payment to the last, those without any among them.
pub fn by_month(all: &[Asked]) -> Vec<(Month, Dose)> {
    let mut months: BTreeMap<Month, Dose> = BTreeMap::new();
    let mut families: BTreeMap<Month, BTreeSet<Uuid>> = BTreeMap::new();
    let mut decided: BTreeMap<Month, Vec<i64>> = BTreeMap::new();
    let mut helped: BTreeMap<Month, Vec<i64>> = BTreeMap::new();
    for asked in all {
        let month = Month::of(asked.asked_on);
        let dose = months.entry(month).or_default();
        dose.requests += 1;
        dose.decided += usize::from(asked.decided_on.is_some());
        dose.agreed += usize::from(asked.agreed);
        dose.at_once += usize::from(asked.agreed && asked.at_once);
        // Help that came before anybody wrote it down came on the day.
        let days = |day: NaiveDate| (day - asked.asked_on).num_days().max(0);
        decided.entry(month).or_default().extend(asked.decided_on.map(days));
        helped.entry(month).or_default().extend(asked.paid.map(|(day, _)| days(day)));
        if let Some((day, pence)) = asked.paid {
            let month = Month::of(day);
            let dose = months.entry(month).or_default();
            dose.paid = [dose.paid, pence].into_iter().sum();
            dose.payments += 1;
            families.entry(month).or_default().extend(asked.family);
        }
    }
    let (Some(first), Some(last)) =
        (months.first_key_value().map(|(month, _)| *month), months.last_key_value().map(|(month, _)| *month))
    else {
        return vec![];
    };
    let mut out = Vec::new();
    let mut month = first;
    while month <= last && out.len() < MONTHS_MAX {
        let mut dose = months.remove(&month).unwrap_or_default();
        dose.families = families.get(&month).map_or(0, BTreeSet::len);
        dose.to_decision = decided.get(&month).and_then(|days| Quartiles::of(days));
        dose.to_help = helped.get(&month).and_then(|days| Quartiles::of(days));
        out.push((month, dose));
        month = month.next();
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(
        family: u128,
        on: &str,
        decided: Option<&str>,
        paid: Option<(&str, i64)>,
        at_once: bool,
    ) -> Asked {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        Asked {
            family: Some(Uuid::from_u128(family)),
            asked_on: day(on),
            decided_on: decided.map(day),
            at_once,
            agreed: decided.is_some(),
            paid: paid.map(|(on, pence)| (day(on), Pence::new(pence))),
        }
    }

    #[test]
    fn months_count_what_was_asked_and_what_was_paid_in_them() {
        let months = by_month(&[
            asked(1, "2019-07-01", Some("2019-07-01"), Some(("2019-07-02", 2_000)), true),
            asked(1, "2019-07-10", Some("2019-07-14"), Some(("2019-09-01", 62_000)), false),
            asked(2, "2019-07-20", None, None, false),
            asked(2, "2019-07-21", Some("2019-07-23"), Some(("2019-07-20", 1_000)), false),
        ]);
        let names: Vec<String> = months.iter().map(|(month, _)| month.words()).collect();
        assert_eq!(names, ["July 2019", "August 2019", "September 2019"]);
        let july = &months[0].1;
        assert_eq!((july.requests, july.decided, july.agreed, july.at_once), (4, 3, 3, 1));
        assert_eq!((july.paid, july.payments, july.families), (Pence::new(3_000), 2, 2));
        assert_eq!(july.to_decision.unwrap().median, 2.0);
        assert_eq!(july.to_help.map(|q| (q.lower, q.median, q.upper)), Some((0.5, 1.0, 27.0)));
        assert_eq!(months[1].1, Dose::default());
        assert_eq!((months[2].1.requests, months[2].1.paid), (0, Pence::new(62_000)));
        assert!(july.is_small() && months[2].1.is_small() && !months[1].1.is_small());
        assert!(by_month(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn months_add_up(all in proptest::collection::vec((0_u128..9, 0_i64..300, proptest::option::of((0_i64..60, 1_i64..99_999))), 0..50)) {
            let first: NaiveDate = "2019-01-01".parse().unwrap();
            let all: Vec<Asked> = all
                .iter()
                .map(|(family, on, paid)| {
                    let asked_on = first + chrono::Duration::days(*on);
                    Asked {
                        family: Some(Uuid::from_u128(*family)),
                        asked_on,
                        decided_on: paid.map(|_| asked_on),
                        at_once: false,
                        agreed: paid.is_some(),
                        paid: paid.map(|(after, pence)| (asked_on + chrono::Duration::days(after), Pence::new(pence))),
                    }
                })
                .collect();
            let months = by_month(&all);
            prop_assert_eq!(months.iter().map(|(_, dose)| dose.requests).sum::<usize>(), all.len());
            let paid: Pence = all.iter().filter_map(|one| one.paid).map(|(_, pence)| pence).sum();
            prop_assert_eq!(months.iter().map(|(_, dose)| dose.paid).sum::<Pence>(), paid);
            prop_assert!(months.windows(2).all(|pair| pair[0].0.next() == pair[1].0));
        }
    }
}
