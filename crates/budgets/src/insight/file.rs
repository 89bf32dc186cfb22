//! Dose as a file.

use std::io::Write;

use super::{
    model::{Quartiles, dose::Dose},
    service::Measured,
};

/// The columns of the file.
const COLUMNS: [&str; 15] = [
    "month",
    "pounds_paid",
    "payments",
    "families",
    "requests",
    "decided",
    "agreed",
    "agreed_at_once",
    "share_at_once",
    "days_to_decision_lower",
    "days_to_decision_median",
    "days_to_decision_upper",
    "days_to_help_lower",
    "days_to_help_median",
    "days_to_help_upper",
];

/// Writes the dose of each month as CSV. Hidden numbers are `c`, as the Department writes them; what does not exist is
/// empty.
///
/// # Errors
/// When it cannot be written.
pub fn write_dose(measured: &Measured, to: impl Write) -> Result<(), csv::Error> {
    let mut file = csv::Writer::from_writer(to);
    file.write_record(COLUMNS)?;
    for (month, dose) in &measured.months {
        let mut line = vec![month.plain()];
        match dose {
            Some(dose) => line.extend(cells(dose)),
            None => line.extend((1..COLUMNS.len()).map(|_| "c".to_owned())),
        }
        file.write_record(&line)?;
    }
    Ok(file.flush()?)
}

fn cells(dose: &Dose) -> Vec<String> {
    let days = |quartiles: Option<Quartiles>| {
        let of = |value: fn(&Quartiles) -> f64| {
            quartiles.as_ref().map_or_else(String::new, |quartiles| value(quartiles).to_string())
        };
        [of(|q| q.lower), of(|q| q.median), of(|q| q.upper)]
    };
    let counts = [dose.payments, dose.families, dose.requests, dose.decided, dose.agreed, dose.at_once];
    let mut cells = vec![dose.paid.plain()];
    cells.extend(counts.map(|count| count.to_string()));
    cells.push(dose.share_at_once().map_or_else(String::new, |share| format!("{share:.4}")));
    cells.extend(days(dose.to_decision));
    cells.extend(days(dose.to_help));
    cells
}
