//! Lists as files for a spreadsheet.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use platform::{Error, Result};

/// A table as a file to be saved. A spreadsheet runs what begins like a formula, so such cells are given an
/// apostrophe, which it shows as text.
pub(super) fn file(
    name: &str,
    head: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fail = |error: csv::Error| Error::Corrupt { what: "list", why: error.to_string() };
    writer.write_record(head).map_err(fail)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(fail)?;
    }
    let bytes =
        writer.into_inner().map_err(|error| Error::Corrupt { what: "list", why: error.to_string() })?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    Ok((headers, bytes).into_response())
}

fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_text() {
        for formula in ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("CIN-1"), "CIN-1");
    }
}
