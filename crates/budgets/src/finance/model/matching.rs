//! Which line of a statement is which payment: proposals for a person to confirm.

use chrono::NaiveDate;
use uuid::Uuid;

use super::statement::Line;
use crate::money::Pence;

/// Days that a payment may be written down before the bank books it, and after.
pub const DAYS_BEFORE: i64 = 3;
/// Days that the bank may take.
pub const DAYS_AFTER: i64 = 10;

/// A payment, or money that came back, of the ledger that no statement has confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its journal.
    pub journal: Uuid,
    /// What was paid; below zero where money came back.
    pub pence: Pence,
    /// When it was booked.
    pub on: NaiveDate,
    /// To whom; may be empty.
    pub payee: String,
}

/// How sure a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// The same amount near the day, and nothing else fits either of the two.
    Only,
    /// The same amount near the day; others fit too, and this is nearest in name and day.
    Best,
}

/// A line and the payment that it is proposed to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The place of the line in the list that was given.
    pub line: usize,
    /// The journal.
    pub journal: Uuid,
    /// How sure.
    pub sure: Sure,
}

/// How alike two are: 0 is the same day and name; `None` where they cannot be the same.
fn distance(line: &Line, payment: &Payment) -> Option<f64> {
    if line.pence != payment.pence {
        return None;
    }
    let days = (line.on - payment.on).num_days();
    if !(-DAYS_BEFORE..=DAYS_AFTER).contains(&days) {
        return None;
    }
    let plain = |text: &str| {
        text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect::<String>()
    };
    let (merchant, payee) = (plain(&line.merchant), plain(&payment.payee));
    let alike = if payee.is_empty() { 0.5 } else { strsim::jaro_winkler(&merchant, &payee) };
    #[expect(clippy::cast_precision_loss, reason = "at most ten days")]
    let apart = days.unsigned_abs() as f64 / 10.0;
    Some((1.0 - alike) + apart)
}

/// Proposes a payment for each line that has one, each payment once. Lines that repeat an earlier one get none: a bank that
/// sends a line twice paid once, and a person decides.
pub fn propose(lines: &[Line], payments: &[Payment]) -> Vec<Proposal> {
    use std::collections::{HashMap, HashSet};
    // Only payments of the same amount are compared, so that a year of lines costs little.
    let mut by_amount: HashMap<Pence, Vec<&Payment>> = HashMap::new();
    for payment in payments {
        by_amount.entry(payment.pence).or_default().push(payment);
    }
    let mut pairs: Vec<(f64, usize, Uuid)> = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.repeats.is_none()) {
        for payment in by_amount.get(&line.pence).into_iter().flatten() {
            if let Some(distance) = distance(line, payment) {
                pairs.push((distance, place, payment.journal));
            }
        }
    }
    let mut fits_line: HashMap<usize, u32> = HashMap::new();
    let mut fits_payment: HashMap<Uuid, u32> = HashMap::new();
    for (_, line, journal) in &pairs {
        *fits_line.entry(*line).or_default() += 1;
        *fits_payment.entry(*journal).or_default() += 1;
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut lines_taken, mut payments_taken) = (HashSet::new(), HashSet::new());
    let mut proposals = Vec::new();
    for (_, line, journal) in pairs {
        if lines_taken.contains(&line) || payments_taken.contains(&journal) {
            continue;
        }
        lines_taken.insert(line);
        payments_taken.insert(journal);
        let only = fits_line.get(&line) == Some(&1) && fits_payment.get(&journal) == Some(&1);
        proposals.push(Proposal { line, journal, sure: if only { Sure::Only } else { Sure::Best } });
    }
    proposals.sort_by_key(|proposal| proposal.line);
    proposals
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2019, 7, day).unwrap()
    }

    fn line(on: u32, pence: i64, merchant: &str) -> Line {
        Line {
            number: 2,
            on: day(on),
            pence: Pence::new(pence),
            merchant: merchant.to_owned(),
            reference: String::new(),
            repeats: None,
        }
    }

    fn payment(id: u128, on: u32, pence: i64, payee: &str) -> Payment {
        Payment {
            journal: Uuid::from_u128(id),
            pence: Pence::new(pence),
            on: day(on),
            payee: payee.to_owned(),
        }
    }

    #[test]
    fn the_only_one_that_fits_is_told_from_the_best_of_several() {
        let payments =
            [payment(1, 1, 2_000, "Argos"), payment(2, 2, 2_000, "Ikea"), payment(3, 3, 999, "Taxi")];
        let lines = [
            line(3, 2_000, "IKEA LEEDS"),
            line(4, 2_000, "ARGOS 123"),
            line(4, 999, "CITY CARS"),
            line(4, 5, "?"),
        ];
        let told: Vec<(usize, u128, Sure)> =
            propose(&lines, &payments).iter().map(|p| (p.line, p.journal.as_u128(), p.sure)).collect();
        assert_eq!(told, [(0, 2, Sure::Best), (1, 1, Sure::Best), (2, 3, Sure::Only)]);
    }

    #[test]
    fn another_amount_a_far_day_and_a_repeated_line_get_nothing() {
        let payments = [payment(1, 1, 2_000, "Argos")];
        assert_eq!(propose(&[line(1, 2_001, "Argos")], &payments), []);
        assert_eq!(propose(&[line(20, 2_000, "Argos")], &payments), []);
        assert_eq!(propose(&[line(1, -2_000, "Argos")], &payments), []);
        let repeated = Line { repeats: Some(2), ..line(1, 2_000, "Argos") };
        assert_eq!(propose(&[repeated], &payments), []);
    }

    proptest! {
        /// Nothing is proposed twice, and only the same amounts.
        #[test]
        fn each_line_and_each_payment_once(
            lines in proptest::collection::vec((1_u32..28, 1_i64..4), 0..40),
            payments in proptest::collection::vec((1_u32..28, 1_i64..4), 0..40),
        ) {
            let lines: Vec<Line> = lines.into_iter().map(|(on, pence)| line(on, pence, "x")).collect();
            let payments: Vec<Payment> = payments
                .into_iter()
                .enumerate()
                .map(|(id, (on, pence))| payment(id as u128, on, pence, "y"))
                .collect();
            let told = propose(&lines, &payments);
            let mut seen = std::collections::HashSet::new();
            for one in &told {
                prop_assert!(seen.insert(one.journal));
                let paid = payments.iter().find(|p| p.journal == one.journal).unwrap();
                prop_assert_eq!(paid.pence, lines[one.line].pence);
            }
            prop_assert!(told.windows(2).all(|two| two[0].line < two[1].line));
        }
    }
}
