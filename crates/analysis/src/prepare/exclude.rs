use stats::data::{Column, Frame, MISSING};

use super::{Source, known};
use crate::error::Result;
use crate::plan::Exclusion;

/// A function that says whether a row of the frame is left out.
pub(super) fn taker<'a>(
    source: Source<'_>,
    frame: &'a Frame,
    exclusion: &'a Exclusion,
) -> Result<Box<dyn Fn(usize) -> bool + 'a>> {
    known(source, frame, &exclusion.column)?;
    match frame.get(&exclusion.column) {
        Some(Column::Numeric(values)) => {
            let listed = exclusion.one_of.iter().flatten();
            for scalar in exclusion.equals.iter().chain(&exclusion.other_than).chain(listed) {
                if scalar.number().is_none() {
                    return Err(source.fault(
                        &scalar.to_string(),
                        format!(
                            "column '{}' holds numbers, so no row has the value '{scalar}'",
                            exclusion.column
                        ),
                        None,
                    ));
                }
            }
            Ok(Box::new(|row| values.get(row).is_some_and(|value| exclusion.takes_number(*value))))
        }
        Some(Column::Categorical(factor)) => {
            if exclusion.compares() {
                return Err(source.fault(
                    &exclusion.column,
                    format!(
                        "column '{}' holds words, which are neither below nor above a number",
                        exclusion.column
                    ),
                    None,
                ));
            }
            let takes: Vec<bool> =
                factor.levels.iter().map(|level| exclusion.takes_words(Some(level))).collect();
            Ok(Box::new(move |row| match factor.codes.get(row) {
                Some(&MISSING) | None => exclusion.missing,
                Some(code) => takes.get(*code as usize).copied().unwrap_or(false),
            }))
        }
        None => Ok(Box::new(|_| false)),
    }
}
