//! A CSV file as columns of numbers, read without keeping its text.

use std::error::Error;

/// Columns of a file, in the order asked for.
pub fn numbers(path: &str, names: &[&str]) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let headings = reader.headers()?.clone();
    let places: Vec<usize> = names
        .iter()
        .map(|name| {
            headings.iter().position(|heading| heading == *name).ok_or(format!("{path} has no column {name}"))
        })
        .collect::<Result<_, _>>()?;
    let mut columns = vec![Vec::new(); names.len()];
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        for (column, place) in columns.iter_mut().zip(&places) {
            let field = record.get(*place).unwrap_or_default();
            // Labels such as `u017` count by their digits.
            column.push(field.trim_start_matches(char::is_alphabetic).parse()?);
        }
    }
    Ok(columns)
}

/// Labels as whole numbers.
pub fn labels(column: &[f64]) -> Vec<usize> {
    column.iter().map(|value| *value as usize).collect()
}
