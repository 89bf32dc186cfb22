//! Reading a card statement: a CSV file as the card's bank makes it.
//!
//! Banks name their columns differently; the names in [`Columns`] are the ones that are known, in any order and case. One
//! of amount, or paid out and paid in, must be there. What was paid is above zero, what came back is below.

use std::{collections::HashMap, io::Read};

use chrono::NaiveDate;
use thiserror::Error;

use crate::money::{Pence, TYPED_MAX};

/// Bytes of a statement at most.
pub const BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Lines of a statement at most.
pub const LINES_MAX: usize = 20_000;
/// Characters that are kept of a text of a line.
pub const TEXT_MAX: usize = 200;
/// Problems that are told at most.
pub const PROBLEMS_MAX: usize = 50;

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// Its line in the file; the first after the headings is 2.
    pub number: u64,
    /// The day of the payment.
    pub on: NaiveDate,
    /// What was paid; below zero where money came back.
    pub pence: Pence,
    /// Where.
    pub merchant: String,
    /// The bank's reference; may be empty.
    pub reference: String,
    /// The earlier line that says exactly the same, where there is one.
    pub repeats: Option<u64>,
}

/// Something wrong with a statement, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// It is no CSV file in UTF-8.
    #[error("this is not a CSV file: save the statement as CSV (UTF-8) and try again")]
    NotCsv,
    /// It has too many lines.
    #[error("a statement has at most {LINES_MAX} lines: send one for a shorter time")]
    TooLong,
    /// It holds no lines.
    #[error("the statement holds no payments")]
    Empty,
    /// A column is missing.
    #[error("there is no column for the {what}. Its heading may be {names}; the file has: {found}")]
    Column {
        /// What is missing.
        what: &'static str,
        /// How it may be called.
        names: String,
        /// What the file has.
        found: String,
    },
    /// A cell that cannot be read.
    #[error("line {line}, column `{column}`: {why}")]
    Cell {
        /// The line of the file.
        line: u64,
        /// The heading of the column.
        column: String,
        /// What is wrong.
        why: String,
    },
}

/// A column: what it is, and how banks call it.
type Known = (&'static str, &'static [&'static str]);

const DATE: Known =
    ("date", &["date", "transaction date", "date of transaction", "posting date", "tran date"]);
const AMOUNT: Known = ("amount", &["amount", "transaction amount", "billing amount", "value", "amount gbp"]);
const OUT: Known = ("amount paid out", &["paid out", "debit", "money out", "debit amount"]);
const IN: Known = ("amount paid in", &["paid in", "credit", "money in", "credit amount"]);
const MERCHANT: Known =
    ("merchant", &["merchant", "merchant name", "description", "details", "payee", "narrative", "supplier"]);
const REFERENCE: Known =
    ("reference", &["reference", "transaction reference", "transaction id", "ref", "id"]);

/// Where the columns stand.
struct Columns {
    date: usize,
    amount: Option<usize>,
    out: Option<usize>,
    came_in: Option<usize>,
    merchant: usize,
    reference: Option<usize>,
    headings: Vec<String>,
}

impl Columns {
    fn of(headings: &csv::StringRecord) -> Result<Self, Problem> {
        let headings: Vec<String> =
            headings.iter().map(|heading| heading.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let find = |(_, names): Known| {
            let is_one = |heading: &String| {
                let plain = heading.to_lowercase().replace(['_', '-'], " ");
                let plain = plain.trim_end_matches(" (gbp)").trim_end_matches(" (£)");
                names.contains(&plain)
            };
            headings.iter().position(is_one)
        };
        let needed = |known: Known| {
            find(known).ok_or_else(|| Problem::Column {
                what: known.0,
                names: known.1.join(", "),
                found: headings.join(", ").chars().take(TEXT_MAX).collect(),
            })
        };
        let (date, merchant) = (needed(DATE)?, needed(MERCHANT)?);
        let (amount, out, came_in) = (find(AMOUNT), find(OUT), find(IN));
        if amount.is_none() && out.is_none() {
            needed(AMOUNT)?;
        }
        Ok(Self { date, amount, out, came_in, merchant, reference: find(REFERENCE), headings })
    }

    fn name(&self, place: usize) -> String {
        self.headings.get(place).cloned().unwrap_or_default()
    }
}

/// Reads a statement. Lines that repeat an earlier one are kept and marked; nothing is guessed.
///
/// # Errors
/// Every [`Problem`], up to fifty.
pub fn read(from: impl Read) -> Result<Vec<Line>, Vec<Problem>> {
    let mut file = csv::ReaderBuilder::new().flexible(true).from_reader(from);
    let headings = file.headers().map_err(|_| vec![Problem::NotCsv])?.clone();
    let columns = Columns::of(&headings).map_err(|problem| vec![problem])?;
    let mut lines: Vec<Line> = Vec::new();
    let mut problems = Vec::new();
    let mut seen: HashMap<(NaiveDate, Pence, String, String), u64> = HashMap::new();
    for record in file.records() {
        let Ok(record) = record else { return Err(vec![Problem::NotCsv]) };
        let number = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() >= LINES_MAX {
            return Err(vec![Problem::TooLong]);
        }
        match line(&columns, &record, number) {
            Ok(mut line) => {
                let key = (line.on, line.pence, line.merchant.to_lowercase(), line.reference.clone());
                line.repeats = seen.get(&key).copied();
                seen.entry(key).or_insert(number);
                lines.push(line);
            }
            Err(problem) if problems.len() < PROBLEMS_MAX => problems.push(problem),
            Err(_) => break,
        }
    }
    match (problems.is_empty(), lines.is_empty()) {
        (false, _) => Err(problems),
        (true, true) => Err(vec![Problem::Empty]),
        (true, false) => Ok(lines),
    }
}

fn line(columns: &Columns, record: &csv::StringRecord, number: u64) -> Result<Line, Problem> {
    let cell = |place: usize| record.get(place).unwrap_or_default().trim();
    let wrong = |place: usize, why: String| Problem::Cell { line: number, column: columns.name(place), why };
    let on = date(cell(columns.date)).ok_or_else(|| {
        wrong(columns.date, "write the day as 31/07/2019, 2019-07-31 or 31 Jul 2019".to_owned())
    })?;
    let amount = |place: usize| signed(cell(place)).map_err(|why| wrong(place, why));
    let pence = match (columns.amount, columns.out, columns.came_in) {
        (Some(place), ..) => amount(place)?,
        (None, Some(out), came_in) => {
            let paid = if cell(out).is_empty() { None } else { Some(amount(out)?) };
            let back = match came_in {
                Some(place) if !cell(place).is_empty() => Some(amount(place)?),
                _ => None,
            };
            match (paid, back) {
                (Some(paid), None) => paid,
                (None, Some(back)) => Pence::new(back.get().saturating_neg()),
                _ => return Err(wrong(out, "write either what was paid or what came back".to_owned())),
            }
        }
        (None, None, _) => return Err(wrong(columns.date, "there is no amount".to_owned())),
    };
    let kept = |text: &str| -> String { text.chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect() };
    let merchant = kept(cell(columns.merchant));
    let reference = columns.reference.map(|place| kept(cell(place))).unwrap_or_default();
    Ok(Line { number, on, pence, merchant, reference, repeats: None })
}

fn date(text: &str) -> Option<NaiveDate> {
    let day = text.split(['T', ' ']).next().filter(|first| first.len() >= 8).unwrap_or(text);
    ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(day, form).ok())
        .or_else(|| {
            ["%d %b %Y", "%d %B %Y", "%d-%b-%Y"]
                .iter()
                .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        })
        .filter(|day| (2000..2100).contains(&chrono::Datelike::year(day)))
}

/// An amount as banks write it: `20.00`, `-20.00`, `(20.00)`, `20.00 CR`.
fn signed(text: &str) -> Result<Pence, String> {
    let upper = text.to_uppercase();
    let (came_back, rest) = match upper.strip_suffix("CR") {
        Some(rest) => (true, rest.trim()),
        None => (false, upper.strip_suffix("DR").unwrap_or(&upper).trim()),
    };
    let (came_back, rest) = match rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(rest) => (true, rest),
        None => (came_back, rest),
    };
    let (came_back, rest) = match rest.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (came_back, rest),
    };
    let amount = Pence::typed(rest, TYPED_MAX).map_err(|why| why.to_string())?;
    Ok(if came_back { Pence::new(amount.get().saturating_neg()) } else { amount })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Result<Vec<Line>, Vec<Problem>> {
        read(text.as_bytes())
    }

    #[test]
    fn statements_of_several_banks_are_read() {
        let lines = of("\u{feff}Transaction Date,Merchant Name,Amount (GBP),Reference\n\
             31/07/2019,ARGOS 123,20.00,A1\n2019-08-01,\"Ikea, Leeds\",\"1,020.50\",A2\n\n01 Aug 2019,ARGOS 123,-5.00,A3\n")
        .unwrap();
        let pence: Vec<i64> = lines.iter().map(|line| line.pence.get()).collect();
        assert_eq!(pence, [2_000, 102_050, -500]);
        assert_eq!(lines[1].merchant, "Ikea, Leeds");
        assert_eq!(lines[0].on, lines[1].on.pred_opt().unwrap());
        let split =
            of("date,details,paid out,paid in\n01/08/2019,Shop,3.20,\n02/08/2019,Shop,,1.20\n").unwrap();
        assert_eq!(split.iter().map(|line| line.pence.get()).collect::<Vec<_>>(), [320, -120]);
    }

    #[test]
    fn a_repeated_line_is_kept_and_marked() {
        let text = "date,merchant,amount,reference\n01/08/2019,Shop,3.20,X\n01/08/2019,SHOP,3.20,X\n01/08/2019,Shop,3.20,Y\n";
        let lines = of(text).unwrap();
        assert_eq!(lines.iter().map(|line| line.repeats).collect::<Vec<_>>(), [None, Some(2), None]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let one = |text: &str| of(text).unwrap_err().remove(0).to_string();
        assert_eq!(
            one(""),
            "there is no column for the date. Its heading may be date, transaction date, date of transaction, posting date, tran date; the file has: "
        );
        assert!(one("date,shop\n1/1/2019,x\n").contains("no column for the merchant"));
        assert!(one("date,merchant\n1/1/2019,x\n").contains("no column for the amount"));
        assert_eq!(of("date,merchant,amount\n"), Err(vec![Problem::Empty]));
        let text =
            "date,merchant,amount\n31/02/2019,x,1\n01/02/2019,x,1.005\n01/02/2019,x,0\n01/02/2019,x,\n";
        let told: Vec<String> = of(text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4);
        assert!(told[0].starts_with("line 2, column `date`"));
        assert!(told[1].starts_with("line 3, column `amount`: Enter whole pence"));
        assert_eq!(of("a\u{0}b").unwrap_err().len(), 1);
        assert_eq!(read(&[0xff_u8, 0xfe, b'\n', 0xff][..]), Err(vec![Problem::NotCsv]));
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes[..]);
        }

        #[test]
        fn no_cell_makes_it_panic(cells in proptest::collection::vec(".{0,20}", 1..12)) {
            let mut text = "date,merchant,paid out,paid in\n".to_owned();
            for four in cells.chunks(4) {
                text.push_str(&four.join(","));
                text.push('\n');
            }
            let _ = of(&text);
        }
    }
}
