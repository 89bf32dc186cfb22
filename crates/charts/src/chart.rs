use maud::{Markup, html};

use crate::{Canvas, Frame, Table};

/// What every chart offers: a picture for each width, words for those who do not see it, and its data as a table.
pub trait Chart {
    /// The name of the chart.
    fn title(&self) -> &str;

    /// What the picture shows, in a sentence or two that carry the message without the picture.
    fn description(&self) -> String;

    /// Draws the chart for a width.
    fn draw(&self, frame: Frame) -> Canvas;

    /// The data that the picture shows.
    fn table(&self) -> Table;

    /// The picture as an `svg` element. `id` must be unique in the page; the elements that name and describe the picture
    /// take their identifiers from it.
    fn svg(&self, id: &str, frame: Frame) -> Markup {
        self.draw(frame).finish(id, self.title(), &self.description())
    }

    /// The chart as a `figure`: a picture for wide pages and one for phones (of which [`crate::STYLE`] shows the one that
    /// fits), and the data in a part that opens.
    fn figure(&self, id: &str) -> Markup {
        html! {
            figure.ch-figure id=(id) {
                figcaption.ch-title { (self.title()) }
                div.ch-wide { (self.svg(&format!("{id}-wide"), Frame::WIDE)) }
                div.ch-narrow { (self.svg(&format!("{id}-narrow"), Frame::NARROW)) }
                details.ch-data {
                    summary { "The data of this chart as a table" }
                    div.ch-scroll tabindex="0" role="region" aria-label={ "Table: " (self.title()) } {
                        (self.table().to_html())
                    }
                }
            }
        }
    }
}
