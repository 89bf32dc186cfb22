//! The project's own data files as frames.

use stats::data::Frame;

/// Reads a file of `tests/data`.
pub(crate) fn read(name: &str) -> stats::Result<Frame> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let wrong = |error: String| stats::StatsError::Setting(error);
    let mut reader = csv::Reader::from_path(&path).map_err(|error| wrong(error.to_string()))?;
    let names: Vec<String> =
        reader.headers().map_err(|error| wrong(error.to_string()))?.iter().map(str::to_owned).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        columns.iter_mut().zip(record.iter()).for_each(|(column, text)| column.push(text.to_owned()));
    }
    names.iter().zip(&columns).try_fold(Frame::new(), |frame, (name, texts)| frame.with_text(name, texts))
}
