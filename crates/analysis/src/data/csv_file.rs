use std::collections::HashMap;

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use stats::data::Frame;

use super::{Builder, check_names, finish, is_missing, number, wrong};
use crate::error::{AnalysisError, Result};
use crate::plan::DataPlan;

type Words = HashMap<String, (u64, String)>;

/// Reads a CSV file in two passes: the first finds which columns are numbers, the second takes them.
pub(super) fn read(file: &str, bytes: &[u8], plan: &DataPlan) -> Result<(Frame, Vec<u32>, Words)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(wrong(file, None, None, "the file is empty"));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(wrong(file, Some(1), None, "the file is UTF-16; save it as CSV in UTF-8"));
    }
    let delimiter = match plan.delimiter {
        Some(character) => u8::try_from(character)
            .map_err(|_| wrong(file, None, None, format!("'{character}' cannot stand between cells")))?,
        None => detect(bytes),
    };
    let reader = || ReaderBuilder::new().delimiter(delimiter).has_headers(true).from_reader(bytes);
    let explained = |error: csv::Error| explain(file, &error);
    let mut first = reader();
    let mut names: Vec<String> = first.headers().map_err(explained)?.iter().map(str::to_owned).collect();
    check_names(file, &mut names)?;
    let mut words: Words = HashMap::new();
    let mut numeric = vec![true; names.len()];
    let mut record = StringRecord::new();
    while first.read_record(&mut record).map_err(explained)? {
        for ((cell, name), numeric) in record.iter().zip(&names).zip(&mut numeric) {
            if *numeric && number(cell).is_none() && !is_missing(cell, plan) {
                *numeric = false;
                let line = line_of(bytes, &record);
                words.insert(name.clone(), (line, cell.trim().to_owned()));
            }
        }
    }
    let mut builders: Vec<Builder> =
        names.into_iter().zip(numeric).map(|(name, numeric)| Builder::new(name, numeric)).collect();
    let mut lines = Vec::new();
    let mut second = reader();
    while second.read_record(&mut record).map_err(explained)? {
        for (cell, builder) in record.iter().zip(&mut builders) {
            builder.push(cell, plan);
        }
        lines.push(u32::try_from(line_of(bytes, &record)).unwrap_or(u32::MAX));
    }
    if lines.is_empty() {
        return Err(wrong(file, Some(1), None, "there is a header and no row below it"));
    }
    Ok((finish(file, builders)?, lines, words))
}

/// The line that a record begins on. Where lines end with two characters the reader stops between them, one line early.
fn line_of(bytes: &[u8], record: &StringRecord) -> u64 {
    record.position().map_or(0, |position| {
        let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        position.line() + u64::from(bytes.get(at) == Some(&b'\n'))
    })
}

/// The character that stands most often between the names of the first line, outside quotation marks.
fn detect(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(delimiter == byte);
                }
            }
            _ => {}
        }
    }
    let mut best = (b',', 0);
    for candidate in counts {
        if candidate.1 > best.1 {
            best = candidate;
        }
    }
    best.0
}

fn explain(file: &str, error: &csv::Error) -> AnalysisError {
    let line = error.position().map(csv::Position::line);
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            wrong(file, line, None, format!("{len} cells where the header has {expected_len}"))
        }
        ErrorKind::Utf8 { err, .. } => wrong(
            file,
            line,
            None,
            format!("cell {} is not UTF-8; save the file as CSV in UTF-8", err.field() + 1),
        ),
        _ => wrong(file, line, None, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::from_bytes;
    use super::*;
    use stats::data::Column;

    fn load(text: &str) -> Result<super::super::Loaded> {
        from_bytes("d.csv", text.as_bytes().to_vec(), &DataPlan::default())
    }

    #[test]
    fn delimiters_quotes_and_marks_are_understood() {
        for text in [
            "\u{feff}a,\"b;c\"\n1,\"x, y\"\n,z\n",
            "a;\"b;c\"\r\n1;\"x, y\"\r\nNA;z\r\n",
            "a\t\"b;c\"\n1\t\"x, y\"\n\tz\n",
        ] {
            let loaded = load(text).unwrap();
            assert_eq!(loaded.frame.numeric("a").unwrap()[0], 1.0, "{text}");
            assert!(loaded.frame.numeric("a").unwrap()[1].is_nan());
            assert_eq!(loaded.frame.categorical("b;c").unwrap().levels, ["x, y", "z"]);
            assert_eq!(loaded.lines, [2, 3]);
            assert_eq!(loaded.words["b;c"], (2, "x, y".to_owned()));
        }
    }

    #[test]
    fn levels_do_not_depend_on_the_order_of_rows() {
        let levels = |text: &str| load(text).unwrap().frame.categorical("a").unwrap().levels.clone();
        assert_eq!(levels("a\nz\nb\n"), levels("a\nb\nz\n"));
        let plan = DataPlan { missing: vec!["-9".into()], ..DataPlan::default() };
        let loaded = from_bytes("d", b"a\n-9\n3\n".to_vec(), &plan).unwrap();
        assert!(matches!(loaded.frame.get("a"), Some(Column::Numeric(v)) if v[0].is_nan() && v[1] == 3.0));
    }

    #[test]
    fn faults_name_line_and_column() {
        for (text, says) in [
            ("", "the file is empty"),
            ("a,b\n", "no row below it"),
            ("a,b\n1,2\n1\n", "line 3: 1 cells where the header has 2"),
            ("a,a\n1,2\n", "two columns have this name"),
            ("a,,c\n1,2,3\n", "column 2 has no name"),
        ] {
            let error = load(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text:?}: {error}");
        }
        let latin =
            from_bytes("d.csv", b"a\nJos\xe9\n".to_vec(), &DataPlan::default()).unwrap_err().to_string();
        assert!(latin.contains("line 2") && latin.contains("UTF-8"), "{latin}");
    }
}
