use std::collections::HashMap;

use parquet::data_type::AsBytes as _;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use stats::data::Frame;

use super::{Builder, check_names, finish, wrong};
use crate::error::Result;
use crate::plan::DataPlan;

/// For columns of words, the first cell that is one.
type Words = HashMap<String, (u64, String)>;

/// Most rows of a file.
const MOST_ROWS: i64 = 100_000_000;

/// Reads a Parquet file of flat columns: numbers, words, true and false.
pub(super) fn read(file: &str, bytes: Vec<u8>, plan: &DataPlan) -> Result<(Frame, Words)> {
    let broken = |error: parquet::errors::ParquetError| wrong(file, None, None, error.to_string());
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).map_err(broken)?;
    let metadata = reader.metadata().file_metadata();
    if metadata.num_rows() > MOST_ROWS {
        return Err(wrong(
            file,
            None,
            None,
            format!("{} rows; at most {MOST_ROWS} are read", metadata.num_rows()),
        ));
    }
    let mut names: Vec<String> = metadata
        .schema_descr()
        .root_schema()
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    check_names(file, &mut names)?;
    let mut numeric = vec![None; names.len()];
    let mut words = HashMap::new();
    // A column is words if its first value that is not missing is; Parquet's columns have one type.
    for (place, row) in reader.get_row_iter(None).map_err(broken)?.enumerate() {
        let row = row.map_err(broken)?;
        for ((kind, (_, field)), name) in numeric.iter_mut().zip(row.get_column_iter()).zip(&names) {
            if kind.is_none() {
                *kind = match text(field) {
                    Cell::Missing => None,
                    Cell::Number(_) => Some(true),
                    Cell::Words(found) => {
                        words.insert(name.clone(), (place as u64 + 1, found));
                        Some(false)
                    }
                    Cell::Nested => {
                        return Err(wrong(
                            file,
                            None,
                            Some(name),
                            "holds lists, dates or nested values; only numbers and words are read",
                        ));
                    }
                };
            }
        }
        if numeric.iter().all(Option::is_some) {
            break;
        }
    }
    let mut builders: Vec<Builder> = names
        .into_iter()
        .zip(&numeric)
        .map(|(name, kind)| Builder::new(name, kind.unwrap_or(true)))
        .collect();
    for row in reader.get_row_iter(None).map_err(broken)? {
        let row = row.map_err(broken)?;
        for (builder, (_, field)) in builders.iter_mut().zip(row.get_column_iter()) {
            match text(field) {
                Cell::Number(value) if builder.numeric => builder.values.push(value),
                Cell::Number(value) => builder.push(&value.to_string(), plan),
                Cell::Words(words) => builder.push(&words, plan),
                Cell::Missing | Cell::Nested => builder.push("", plan),
            }
        }
    }
    Ok((finish(file, builders)?, words))
}

enum Cell {
    Missing,
    Number(f64),
    Words(String),
    Nested,
}

fn text(field: &Field) -> Cell {
    match field {
        Field::Null => Cell::Missing,
        Field::Bool(value) => Cell::Number(f64::from(u8::from(*value))),
        Field::Byte(value) => Cell::Number(f64::from(*value)),
        Field::Short(value) => Cell::Number(f64::from(*value)),
        Field::Int(value) => Cell::Number(f64::from(*value)),
        Field::Long(value) => Cell::Number(*value as f64),
        Field::UByte(value) => Cell::Number(f64::from(*value)),
        Field::UShort(value) => Cell::Number(f64::from(*value)),
        Field::UInt(value) => Cell::Number(f64::from(*value)),
        Field::ULong(value) => Cell::Number(*value as f64),
        Field::Float(value) if value.is_finite() => Cell::Number(f64::from(*value)),
        Field::Double(value) if value.is_finite() => Cell::Number(*value),
        Field::Float(_) | Field::Double(_) => Cell::Missing,
        Field::Str(value) => Cell::Words(value.clone()),
        Field::Bytes(value) => Cell::Words(String::from_utf8_lossy(value.as_bytes()).into_owned()),
        _ => Cell::Nested,
    }
}
