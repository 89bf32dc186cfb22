//! Headings of columns that sort a table, as links.

use crate::Cell;
use maud::html;

/// By which column a table is sorted, and which way.
///
/// It is written as the name of the column, with a hyphen in front when the largest comes first: `?sort=-opened`.
///
/// ```
/// use govuk::patterns::Sort;
/// use govuk::Table;
///
/// let sort = Sort::parse("-opened", &["name", "opened"], "name");
/// assert!(sort.is_descending());
/// let href = |sort: &Sort| format!("?sort={sort}");
/// let table = Table::new()
///     .heading(sort.heading("Name", "name", href))
///     .heading(sort.heading("Opened", "opened", href));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    column: String,
    descending: bool,
}

impl Sort {
    /// By this column, smallest first.
    pub fn ascending(column: impl Into<String>) -> Self {
        Self { column: column.into(), descending: false }
    }

    /// By this column, largest first.
    pub fn descending(column: impl Into<String>) -> Self {
        Self { column: column.into(), descending: true }
    }

    /// What the address says, when it names one of the columns; else by `usual`, smallest first.
    pub fn parse(asked: &str, columns: &[&str], usual: &str) -> Self {
        let (name, descending) = match asked.strip_prefix('-') {
            Some(name) => (name, true),
            None => (asked, false),
        };
        if columns.contains(&name) {
            Self { column: name.to_owned(), descending }
        } else {
            Self::ascending(usual)
        }
    }

    /// The name of the column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Whether the largest comes first.
    pub fn is_descending(&self) -> bool {
        self.descending
    }

    /// The heading of a column: a link that sorts by it, and the other way round when it does already.
    pub fn heading(&self, text: &str, column: &str, href: impl Fn(&Sort) -> String) -> Cell {
        let here = self.column == column;
        let next = Self { column: column.to_owned(), descending: here && !self.descending };
        let (state, arrow) = match (here, self.descending) {
            (false, _) => ("none", "pattern-sort__arrow"),
            (true, false) => ("ascending", "pattern-sort__arrow pattern-sort__arrow--up"),
            (true, true) => ("descending", "pattern-sort__arrow pattern-sort__arrow--down"),
        };
        Cell::new(html! {
            a class="govuk-link govuk-link--no-visited-state pattern-sort" href=(href(&next)) {
                (text) span class=(arrow) aria-hidden="true" {}
            }
        })
        .attribute("aria-sort", state)
    }
}

impl std::fmt::Display for Sort {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}{}", if self.descending { "-" } else { "" }, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;
    use maud::Render;

    #[test]
    fn a_heading_turns_the_order_round() {
        let sort = Sort::parse("name", &["name", "opened"], "opened");
        let href = |sort: &Sort| format!("?sort={sort}");
        let html = Table::new()
            .heading(sort.heading("Name", "name", href))
            .heading(sort.heading("Opened", "opened", href))
            .render()
            .into_string();
        assert!(html.contains("aria-sort=\"ascending\"") && html.contains("href=\"?sort=-name\""), "{html}");
        assert!(html.contains("aria-sort=\"none\"") && html.contains("href=\"?sort=opened\""), "{html}");
    }

    #[test]
    fn an_unknown_column_is_not_sorted_by() {
        assert_eq!(Sort::parse("-password", &["name"], "name"), Sort::ascending("name"));
        assert_eq!(Sort::parse("", &["name"], "name"), Sort::ascending("name"));
        assert_eq!(Sort::parse("--name", &["name"], "name"), Sort::ascending("name"));
    }
}
