//! Money in whole pence.

use std::{fmt, iter::Sum};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest amount that one movement may have: a thousand million pounds. Balances stay far within 64 bits.
pub const MOVEMENT_MAX: Pence = Pence(100_000_000_000);
/// The largest amount that people may type for a single spend: below a million pounds.
pub const TYPED_MAX: Pence = Pence(99_999_999);

/// An amount of money in whole pence. There are no fractions of a penny and no floating point anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pence(i64);

/// Why a text is not an amount, in words that end "Enter …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotMoney {
    /// Nothing was typed.
    #[error("Enter an amount")]
    Missing,
    /// It is no number.
    #[error("Enter an amount in pounds and pence, such as 20 or 20.50")]
    NoNumber,
    /// It is below zero.
    #[error("Enter an amount above zero. Money that comes back is recorded as a refund")]
    Negative,
    /// It is zero.
    #[error("Enter an amount above zero")]
    Zero,
    /// It has part of a penny.
    #[error("Enter whole pence, with at most 2 digits after the point")]
    PartOfAPenny,
    /// It is too large.
    #[error("Enter an amount below £{}", Pence(.0.0 + 1).whole_pounds())]
    TooLarge(Pence),
}

impl Pence {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many pence.
    pub const fn new(pence: i64) -> Self {
        Self(pence)
    }

    /// So many whole pounds; `None` where it does not fit.
    pub const fn pounds(pounds: i64) -> Option<Self> {
        match pounds.checked_mul(100) {
            Some(pence) => Some(Self(pence)),
            None => None,
        }
    }

    /// The number of pence.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Pounds as a decimal number, for statistics and charts only.
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2 to the power of 53")]
    pub fn as_pounds(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// The sum, where it fits.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, where it fits.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Reads an amount that somebody typed: `20`, `£1,234.50`, `0.5`. It must be above zero and at most `most`.
    ///
    /// # Errors
    /// [`NotMoney`], in words for the page.
    pub fn typed(text: &str, most: Self) -> Result<Self, NotMoney> {
        let text: String = text.trim().chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() {
            return Err(NotMoney::Missing);
        }
        let (negative, rest) = match text.strip_prefix(['-', '−', '–']) {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let rest = rest.strip_prefix('£').unwrap_or(rest);
        let (negative, rest) = match rest.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (negative, rest),
        };
        let (pounds, pence) = rest.split_once('.').unwrap_or((rest, ""));
        let pounds = whole(pounds)?;
        if !pence.chars().all(|c| c.is_ascii_digit()) || (pounds.is_empty() && pence.is_empty()) {
            return Err(NotMoney::NoNumber);
        }
        if negative {
            return Err(NotMoney::Negative);
        }
        if pence.len() > 2 {
            return Err(NotMoney::PartOfAPenny);
        }
        let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i64>().ok() };
        let tenths = if pence.len() == 1 { 10 } else { 1 };
        let amount = digits(&pounds)
            .and_then(|pounds| pounds.checked_mul(100))
            .and_then(|whole| whole.checked_add(digits(pence)? * tenths))
            .map(Self)
            .ok_or(NotMoney::TooLarge(most))?;
        match amount {
            Self::ZERO => Err(NotMoney::Zero),
            amount if amount > most => Err(NotMoney::TooLarge(most)),
            amount => Ok(amount),
        }
    }

    /// `1234.50`: for files that machines read.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }

    fn whole_pounds(self) -> String {
        grouped(self.0.unsigned_abs() / 100)
    }
}

/// The digits before the point. Commas may stand between thousands and nowhere else, so that `1,50` is not taken for 150.
fn whole(text: &str) -> Result<String, NotMoney> {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let good = text.chars().all(|c| c.is_ascii_digit() || c == ',')
        && rest.iter().all(|group| group.len() == 3)
        && (rest.is_empty() || (1..=3).contains(&first.len()));
    if good { Ok(text.replace(',', "")) } else { Err(NotMoney::NoNumber) }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Pence {
    /// `£1,234.50`, and `£20` where there are no pence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "−" } else { "" };
        write!(f, "{sign}£{}", self.whole_pounds())?;
        match self.0.unsigned_abs() % 100 {
            0 => Ok(()),
            pence => write!(f, ".{pence:02}"),
        }
    }
}

impl Sum for Pence {
    /// The sum; at the ends of 64 bits it stays there, far beyond every limit of the ledger.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0_i64, |sum, one| sum.saturating_add(one.0)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, pence) in [
            ("20", 2_000),
            ("£20", 2_000),
            (" 20.5 ", 2_050),
            ("£1,234.50", 123_450),
            (".99", 99),
            ("0.01", 1),
            ("12.", 1_200),
            ("999999.99", 99_999_999),
        ] {
            assert_eq!(Pence::typed(text, TYPED_MAX), Ok(Pence(pence)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_told_apart() {
        for (text, why) in [
            ("", NotMoney::Missing),
            ("   ", NotMoney::Missing),
            ("twenty", NotMoney::NoNumber),
            ("1,50", NotMoney::NoNumber),
            (",150", NotMoney::NoNumber),
            ("1.2.3", NotMoney::NoNumber),
            (".", NotMoney::NoNumber),
            ("1e3", NotMoney::NoNumber),
            ("٢٠", NotMoney::NoNumber),
            ("-5", NotMoney::Negative),
            ("−5", NotMoney::Negative),
            ("£-5", NotMoney::Negative),
            ("0", NotMoney::Zero),
            ("0.00", NotMoney::Zero),
            ("20.005", NotMoney::PartOfAPenny),
            ("1,000,000", NotMoney::TooLarge(TYPED_MAX)),
            ("99999999999999999999", NotMoney::TooLarge(TYPED_MAX)),
        ] {
            assert_eq!(Pence::typed(text, TYPED_MAX), Err(why), "{text}");
        }
        assert_eq!(NotMoney::TooLarge(TYPED_MAX).to_string(), "Enter an amount below £1,000,000");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(pence in 1..=TYPED_MAX.get()) {
            let amount = Pence(pence);
            prop_assert_eq!(Pence::typed(&amount.to_string(), TYPED_MAX), Ok(amount));
            prop_assert_eq!(Pence::typed(&amount.plain(), TYPED_MAX), Ok(amount));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Pence::typed(&text, TYPED_MAX);
        }
    }
}
