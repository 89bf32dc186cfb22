//! The file with which payments are handed over to the council's finance system, so that nobody keys them again.
//!
//! Each payment is two lines of one amount: the expense under its subjective code, and the other side under the balancing code
//! (the clearing account of the cards, say). Money that came back has its sides the other way round; no line is below zero.

use chrono::NaiveDate;

use crate::money::Pence;

/// A payment, or money that came back, to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The journal's number in the ledger.
    pub number: i64,
    /// The day in whose period it counts.
    pub on: NaiveDate,
    /// How much, above zero.
    pub pence: Pence,
    /// Whether the money came back.
    pub came_back: bool,
    /// What kind of movement, in words.
    pub kind: &'static str,
    /// The pot's reference.
    pub pot: String,
    /// The category's code, and what it is in the council's accounts.
    pub category: String,
    /// The subjective code.
    pub subjective_code: String,
    /// The line of the section 251 return.
    pub s251_code: String,
    /// To whom; may be empty.
    pub payee: String,
    /// How it was paid.
    pub payment_kind: String,
}

/// What the council's finance system needs beside the payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The cost centre.
    pub cost_centre: String,
    /// The code of the other side.
    pub balancing: String,
}

/// Characters of a code.
pub const CODE_MAX: usize = 40;

/// Whether it may be a code: letters, digits and a few signs.
pub fn is_code(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | ' ');
    (1..=CODE_MAX).contains(&text.chars().count()) && text.chars().all(good)
}

/// The headings of the file.
pub const HEADINGS: [&str; 14] = [
    "journal",
    "line",
    "booked_on",
    "cost_centre",
    "subjective_code",
    "s251_code",
    "debit",
    "credit",
    "kind",
    "pot",
    "category",
    "payment_kind",
    "payee",
    "ledger_number",
];

/// The file as CSV in UTF-8: two lines for each payment, whose debits and credits have one sum.
///
/// # Errors
/// Where the memory takes no more.
pub fn write(journal: &str, codes: &Codes, items: &[Item]) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(HEADINGS)?;
    let mut line = 0_u64;
    for item in items {
        for expense in [true, false] {
            line += 1;
            let (debit, credit) = if expense == item.came_back {
                (String::new(), item.pence.plain())
            } else {
                (item.pence.plain(), String::new())
            };
            let code = if expense { &item.subjective_code } else { &codes.balancing };
            let s251 = if expense { item.s251_code.as_str() } else { "" };
            let text = crate::pots::file::plain;
            file.write_record([
                journal,
                &line.to_string(),
                &item.on.to_string(),
                &text(&codes.cost_centre),
                &text(code),
                &text(s251),
                &debit,
                &credit,
                item.kind,
                &item.pot,
                &text(&item.category),
                &item.payment_kind,
                &text(&item.payee),
                &item.number.to_string(),
            ])?;
        }
    }
    file.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(pence: i64, came_back: bool) -> Item {
        Item {
            number: 7,
            on: NaiveDate::from_ymd_opt(2019, 7, 1).unwrap(),
            pence: Pence::new(pence),
            came_back,
            kind: "Paid",
            pot: "P-00001".to_owned(),
            category: "practical".to_owned(),
            subjective_code: "4010".to_owned(),
            s251_code: "3.0.5".to_owned(),
            payee: "=cmd".to_owned(),
            payment_kind: "card".to_owned(),
        }
    }

    #[test]
    fn debits_and_credits_have_one_sum_and_nothing_is_below_zero() {
        let codes = Codes { cost_centre: "CS01".to_owned(), balancing: "9001".to_owned() };
        let bytes = write("NH-1", &codes, &[item(2_050, false), item(500, true)]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut file = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = file.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 4);
        let sum = |place: usize| -> i64 {
            rows.iter()
                .filter(|row| !row[place].is_empty())
                .map(|row| Pence::typed(&row[place], crate::money::TYPED_MAX).unwrap().get())
                .sum()
        };
        assert_eq!(sum(6), 2_550);
        assert_eq!(sum(7), 2_550);
        assert_eq!((&rows[0][4], &rows[0][6]), ("4010", "20.50"));
        assert_eq!((&rows[1][4], &rows[1][7]), ("9001", "20.50"));
        assert_eq!((&rows[2][4], &rows[2][7]), ("4010", "5.00"), "money that came back is a credit");
        assert_eq!(&rows[0][12], "'=cmd", "a spreadsheet takes it for text");
    }

    #[test]
    fn codes_are_short_and_plain() {
        assert!(is_code("CS-01/4010") && !is_code("") && !is_code("a;b") && !is_code(&"1".repeat(41)));
    }
}
