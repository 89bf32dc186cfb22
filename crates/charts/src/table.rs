use maud::{Markup, Render, html};

/// One cell of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Whether it holds a number, set to the right.
    pub numeric: bool,
}

impl Cell {
    /// A cell with words.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), numeric: false }
    }

    /// A cell with a number that is already written out.
    #[must_use]
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), numeric: true }
    }
}

/// The data of a chart as rows and columns. The first cell of each row names the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the table is about.
    pub caption: String,
    /// Headings of the columns; a heading is numeric where its column is.
    pub head: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows so far; headings from the second on stand above numbers.
    #[must_use]
    pub fn new<'a>(caption: &str, head: impl IntoIterator<Item = &'a str>) -> Self {
        let head = head
            .into_iter()
            .enumerate()
            .map(|(place, words)| Cell { text: words.to_owned(), numeric: place > 0 })
            .collect();
        Self { caption: caption.to_owned(), head, rows: Vec::new() }
    }

    /// Makes columns (counted from 0) columns of words.
    #[must_use]
    pub fn words_in(mut self, columns: &[usize]) -> Self {
        for (place, cell) in self.head.iter_mut().enumerate() {
            if columns.contains(&place) {
                cell.numeric = false;
            }
        }
        self
    }

    /// Adds a row; a cell is numeric where its heading is.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let numeric: Vec<bool> = self.head.iter().map(|cell| cell.numeric).collect();
        let row = cells
            .into_iter()
            .enumerate()
            .map(|(place, text)| Cell {
                text: text.into(),
                numeric: numeric.get(place).copied().unwrap_or(false),
            })
            .collect();
        self.rows.push(row);
    }

    /// The table as HTML. Classes are `ch-table` and `ch-number`; an application may render the fields by its own
    /// components instead.
    #[must_use]
    pub fn to_html(&self) -> Markup {
        html! {
            table.ch-table {
                caption { (self.caption) }
                thead { tr {
                    @for cell in &self.head { th.ch-number[cell.numeric] scope="col" { (cell.text) } }
                } }
                tbody {
                    @for row in &self.rows { tr {
                        @for (place, cell) in row.iter().enumerate() {
                            @if place == 0 { th scope="row" { (cell.text) } }
                            @else { td.ch-number[cell.numeric] { (cell.text) } }
                        }
                    } }
                }
            }
        }
    }

    /// The table as lines of plain text, columns aligned, for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let columns = self.head.len();
        let length = |cell: &Cell| cell.text.chars().count();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                std::iter::once(&self.head)
                    .chain(&self.rows)
                    .filter_map(|row| row.get(column))
                    .map(length)
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for row in std::iter::once(&self.head).chain(&self.rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let gap = " ".repeat(width.saturating_sub(length(cell)));
                if cell.numeric {
                    line.push_str(&gap);
                    line.push_str(&cell.text);
                } else {
                    line.push_str(&cell.text);
                    line.push_str(&gap);
                }
                line.push_str("  ");
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        self.to_html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_escaped_and_aligned() {
        let mut table = Table::new("A & B", ["Name", "Value"]);
        table.row(["<b>", "1.5"]);
        table.row(["longer name", "12.5"]);
        let html = table.to_html().into_string();
        assert!(html.contains("A &amp; B") && html.contains("&lt;b&gt;"));
        assert!(html.contains("<td class=\"ch-number\">1.5</td>"));
        assert_eq!(table.to_text(), "Name         Value\n<b>            1.5\nlonger name   12.5\n");
    }
}
