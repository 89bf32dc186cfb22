//! Rows and columns.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// One cell of a [`Table`], in its head or in its body.
    pub struct Cell {
        /// What the cell says.
        [set] content: Content,
        /// Whether it holds a number, set to the right.
        [flag] numeric: bool,
        /// Columns that it spans.
        [opt u32] colspan: Option<u32>,
        /// Rows that it spans.
        [opt u32] rowspan: Option<u32>,
    }
}

maybe_itself!(Cell);

impl Cell {
    /// A cell that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// A cell with a number, set to the right.
    pub fn number(value: impl std::fmt::Display) -> Self {
        Self { content: value.to_string().into(), numeric: true, ..Self::default() }
    }

    fn render_as(&self, element: Element) -> Markup {
        element
            .class(&self.classes)
            .maybe("colspan", self.colspan)
            .maybe("rowspan", self.rowspan)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}

impl<T: Into<Content>> From<T> for Cell {
    fn from(content: T) -> Self {
        Self::new(content)
    }
}

component! {
    /// A [table](https://design-system.service.gov.uk/components/table/).
    ///
    /// ```
    /// use govuk::{Cell, Table};
    ///
    /// let table = Table::new()
    ///     .caption("Referrals by school")
    ///     .head([Cell::new("School"), Cell::new("Referrals").numeric(true)])
    ///     .row([Cell::new("Riverside Primary"), Cell::number(12)])
    ///     .first_cell_is_header(true);
    /// ```
    pub struct Table {
        /// What the table is about.
        [opt String] caption: Option<String>,
        /// Class names of the caption, for example `govuk-table__caption--m`.
        [set] caption_classes: String,
        /// Several headings of columns.
        [add heading Cell] head: Vec<Cell>,
        /// Whether the first cell of each row names the row.
        [flag] first_cell_is_header: bool,
        /// Whether the cells of a row stand below each other on a phone, each after the heading of its column. For a table
        /// with one row of headings, read row by row; what is compared down a column scrolls instead.
        [flag] stacked: bool,
        /// The rows.
        [raw] rows: Vec<Vec<Cell>>,
    }
}

impl Table {
    /// A table without rows so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the caption in one of the sizes of headings.
    #[must_use]
    pub fn caption_size(self, size: crate::Size) -> Self {
        self.caption_classes(format!("govuk-table__caption--{}", size.suffix()))
    }

    /// Adds one row at the end.
    #[must_use]
    pub fn row<C: Into<Cell>>(mut self, cells: impl IntoIterator<Item = C>) -> Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// Adds several rows at the end.
    #[must_use]
    pub fn rows<C: Into<Cell>, R: IntoIterator<Item = C>>(self, rows: impl IntoIterator<Item = R>) -> Self {
        rows.into_iter().fold(self, |table, row| table.row(row))
    }

    fn cell(&self, index: usize, cell: &Cell) -> Markup {
        if index == 0 && self.first_cell_is_header {
            let element = Element::new("th").attr("scope", "row").class("govuk-table__header");
            return self.stack(cell, None, element, "rowheader");
        }
        let element = Element::new("td")
            .class("govuk-table__cell")
            .class_if(cell.numeric, "govuk-table__cell--numeric");
        self.stack(cell, self.head.get(index), element, "cell")
    }

    /// A cell that says what it is where it stands below others.
    fn stack(&self, cell: &Cell, heading: Option<&Cell>, element: Element, role: &str) -> Markup {
        if !self.stacked {
            return cell.render_as(element);
        }
        let content = html! {
            // The heading is announced with the cell as in any table, so this one is for the eye.
            @if let Some(heading) = heading {
                span class="pattern-stacked__label" aria-hidden="true" { (heading.content) }
            }
            div class="pattern-stacked__value" { (cell.content) }
        };
        Cell { content: content.into(), ..cell.clone() }.render_as(element.attr("role", role))
    }

    /// The role of a part where it stacks: what is no longer laid out as a table is still to be announced as one.
    fn role(&self, role: &'static str) -> Option<&'static str> {
        self.stacked.then_some(role)
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        let table = Element::new("table")
            .class("govuk-table")
            .class_if(self.stacked, "pattern-stacked")
            .class(&self.classes)
            .maybe("role", self.role("table"))
            .attrs(&self.attributes);
        table.body(html! {
            @if let Some(caption) = &self.caption {
                (Element::new("caption").class("govuk-table__caption").class(&self.caption_classes).body(caption))
            }
            @if !self.head.is_empty() {
                thead class="govuk-table__head" role=[self.role("rowgroup")] {
                    tr class="govuk-table__row" role=[self.role("row")] {
                        @for heading in &self.head {
                            (heading.render_as(Element::new("th").attr("scope", "col")
                                .maybe("role", self.role("columnheader"))
                                .class("govuk-table__header")
                                .class_if(heading.numeric, "govuk-table__header--numeric")))
                        }
                    }
                }
            }
            tbody class="govuk-table__body" role=[self.role("rowgroup")] {
                @for row in &self.rows {
                    tr class="govuk-table__row" role=[self.role("row")] {
                        @for (index, cell) in row.iter().enumerate() { (self.cell(index, cell)) }
                    }
                }
            }
        })
    }
}
