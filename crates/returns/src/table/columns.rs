//! Which columns a table needs and where its headings put them.

use crate::error::FileError;
use crate::limits::Limits;
use crate::problem::shorten;

/// A column that is read.
#[derive(Debug)]
pub(crate) struct Column {
    /// The heading.
    pub(crate) name: &'static str,
    /// Other headings that mean the same.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) needed: bool,
}

impl Column {
    pub(crate) const fn needed(name: &'static str) -> Self {
        Self { name, aliases: &[], needed: true }
    }

    pub(crate) const fn optional(name: &'static str) -> Self {
        Self { name, aliases: &[], needed: false }
    }

    pub(crate) const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

/// A heading without regard to case, white space, underscores and a byte-order mark.
pub(crate) fn normalise(heading: &str) -> String {
    heading
        .chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '_' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where the columns that are read stand in the rows of one file.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Name and position, sorted by name.
    positions: Vec<(&'static str, usize)>,
    /// Number of headings.
    pub(crate) width: usize,
    /// Headings that are not read.
    pub(crate) ignored: usize,
}

impl Layout {
    pub(crate) fn new(
        columns: &[Column],
        one_of: &[&'static str],
        headings: &[String],
        limits: &Limits,
    ) -> Result<Self, FileError> {
        let normal: Vec<String> = headings.iter().map(|heading| normalise(heading)).collect();
        let mut positions = Vec::new();
        let mut missing = Vec::new();
        for column in columns {
            let names = std::iter::once(&column.name).chain(column.aliases);
            let wanted: Vec<String> = names.map(|name| normalise(name)).collect();
            let mut found = normal.iter().enumerate().filter(|(_, heading)| wanted.contains(heading));
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => {
                    return Err(FileError::RepeatedColumn { column: column.name.to_owned() });
                }
                (Some((position, _)), None) => positions.push((column.name, position)),
                (None, _) if column.needed => missing.push(column.name.to_owned()),
                (None, _) => {}
            }
        }
        let has = |name: &&str| positions.iter().any(|(column, _)| column == name);
        if !one_of.is_empty() && !one_of.iter().any(has) {
            missing.push(one_of.join(" or "));
        }
        if !missing.is_empty() {
            let found =
                headings.iter().take(40).map(|heading| shorten(heading, limits.found_chars)).collect();
            return Err(FileError::MissingColumns { missing, found });
        }
        positions.sort_unstable();
        let ignored = headings.len() - positions.len();
        Ok(Self { positions, width: headings.len(), ignored })
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        let index = self.positions.binary_search_by(|(column, _)| (*column).cmp(name)).ok()?;
        self.positions.get(index).map(|(_, position)| *position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] =
        &[Column::needed("LA (code)"), Column::optional("sex").or(&["gender"]), Column::optional("urn")];

    fn layout(headings: &[&str]) -> Result<Layout, FileError> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Layout::new(COLUMNS, &["sex", "urn"], &headings, &Limits::default())
    }

    #[test]
    fn headings_are_found_in_any_order_and_writing() {
        let layout = layout(&["x", " GENDER", "\u{feff}la(Code)", "y"]).unwrap();
        assert_eq!(layout.position("LA (code)"), Some(2));
        assert_eq!(layout.position("sex"), Some(1));
        assert_eq!(layout.position("urn"), None);
        assert_eq!((layout.width, layout.ignored), (4, 2));
    }

    #[test]
    fn all_missing_columns_are_named_with_those_found() {
        let error = layout(&["a", "b"]).unwrap_err();
        assert_eq!(error.to_string(), "the table lacks the columns LA (code), sex or urn");
        assert!(matches!(error, FileError::MissingColumns { found, .. } if found == ["a", "b"]));
        assert!(matches!(layout(&["la (code)", "sex", "gender"]), Err(FileError::RepeatedColumn { .. })));
    }
}
