use crate::canvas::{Anchor, Ink, Shape};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number, words};

/// The balance of one variable before and after matching or weighting.
#[derive(Debug, Clone, PartialEq)]
pub struct LoveRow {
    /// The variable.
    pub label: String,
    /// Standardised difference of means before.
    pub before: f64,
    /// Standardised difference of means after; `None` where nothing was done.
    pub after: Option<f64>,
}

/// Standardised differences of means, variable by variable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Love {
    /// The name of the chart.
    pub title: String,
    /// The variables, from the top.
    pub rows: Vec<LoveRow>,
    /// Differences up to this size are counted as balanced (0.1 is usual).
    pub threshold: f64,
}

impl Chart for Love {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let beyond = |value: f64| value.abs() > self.threshold;
        let before = self.rows.iter().filter(|row| beyond(row.before)).count();
        let after = self.rows.iter().filter(|row| row.after.is_some_and(beyond)).count();
        format!(
            "Standardised differences of {} variables. Beyond {}: {before} before and {after} after.",
            self.rows.len(),
            self.threshold
        )
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let line = frame.line();
        let narrow = frame.is_narrow();
        let widest = self.rows.iter().map(|r| words::width(&r.label, frame.text)).fold(0.0, f64::max);
        let left = if narrow { 10.0 } else { widest.clamp(60.0, 240.0) + 14.0 };
        let each = if narrow { line + 20.0 } else { line + 8.0 };
        let top = line + 12.0;
        let bottom = top + each * self.rows.len() as f64 + 4.0;
        let mut canvas = Canvas::new(frame, bottom + 2.4 * line + 8.0);
        let field = Field { left, right: frame.width - 14.0, top, bottom };
        let values = self.rows.iter().flat_map(|r| [r.before, r.after.unwrap_or(r.before)]);
        let x = Scale::over(
            values.chain([-self.threshold, self.threshold]),
            Spacing::Linear,
            field.left,
            field.right,
        );
        let base = frame.text + 1.0;
        canvas.mark(Shape::Circle, (8.0, base - 5.0), 5.0, Ink::Series(3), true);
        canvas.text(19.0, base, Anchor::Start, Ink::Text, "before");
        canvas.mark(Shape::Diamond, (92.0, base - 5.0), 5.0, Ink::Series(0), false);
        canvas.text(103.0, base, Anchor::Start, Ink::Text, "after");
        let (low, high) = (x.at(-self.threshold), x.at(self.threshold));
        canvas.area(&[(low, top), (high, top), (high, bottom), (low, bottom)], Ink::Quiet, 0.14);
        canvas.line((x.at(0.0), top), (x.at(0.0), bottom), Ink::Text, 1.5);
        for (place, row) in self.rows.iter().enumerate() {
            let y = top + each * place as f64;
            let at = if narrow {
                let label = canvas.fit(&row.label, frame.width - 8.0);
                canvas.text(2.0, y + frame.text, Anchor::Start, Ink::Text, &label);
                y + line + 8.0
            } else {
                let label = canvas.fit(&row.label, left - 14.0);
                canvas.text(left - 12.0, y + each / 2.0 + frame.text * 0.36, Anchor::End, Ink::Text, &label);
                y + each / 2.0
            };
            canvas.line((field.left, at), (field.right, at), Ink::Grid, 1.0);
            if let Some(after) = row.after {
                canvas.line((x.at(row.before), at), (x.at(after), at), Ink::Quiet, 1.5);
            }
            canvas.mark(Shape::Circle, (x.at(row.before), at), 5.0, Ink::Series(3), true);
            if let Some(after) = row.after {
                canvas.mark(Shape::Diamond, (x.at(after), at), 5.0, Ink::Series(0), false);
            }
        }
        field.horizontal(&mut canvas, &x, "Standardised difference of means");
        canvas
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.title, ["Variable", "Before", "After"]);
        for row in &self.rows {
            table.row([
                row.label.clone(),
                number::fixed(row.before, 3),
                row.after.map_or_else(|| "–".to_owned(), |after| number::fixed(after, 3)),
            ]);
        }
        table
    }
}
