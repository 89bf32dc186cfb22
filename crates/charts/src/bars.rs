use crate::canvas::{Anchor, Ink};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number, words};

/// One bar of [`Bars`].
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length; may be below zero.
    pub value: f64,
    /// Ends of an interval.
    pub interval: Option<(f64, f64)>,
}

/// Horizontal bars: weights, coefficients, doses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    /// The name of the chart.
    pub title: String,
    /// Title of the axis.
    pub axis: String,
    /// The bars, from the top.
    pub bars: Vec<Bar>,
    /// Decimals of the written values.
    pub decimals: usize,
}

impl Chart for Bars {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let longest =
            self.bars.iter().filter(|b| b.value.is_finite()).max_by(|a, b| a.value.total_cmp(&b.value));
        let mut out = format!("{} bars.", self.bars.len());
        if let Some(bar) = longest {
            out.push_str(&format!(
                " The largest is {} with {}.",
                bar.label,
                number::fixed(bar.value, self.decimals)
            ));
        }
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let line = frame.line();
        let narrow = frame.is_narrow();
        let widest = self.bars.iter().map(|b| words::width(&b.label, frame.text)).fold(0.0, f64::max);
        let left = if narrow { 4.0 } else { widest.clamp(60.0, 240.0) + 12.0 };
        let each = if narrow { line + 26.0 } else { line + 12.0 };
        let bottom = 6.0 + each * self.bars.len() as f64 + 4.0;
        let mut canvas = Canvas::new(frame, bottom + 2.4 * line + 8.0);
        let room = words::width(&number::fixed(-8.8, self.decimals), frame.text) + 14.0;
        let field = Field { left, right: frame.width - room, top: 6.0, bottom };
        let values = self
            .bars
            .iter()
            .flat_map(|b| {
                let (low, high) = b.interval.unwrap_or((b.value, b.value));
                [b.value, low, high]
            })
            .chain([0.0]);
        let x = Scale::over(values, Spacing::Linear, field.left, field.right);
        let zero = x.at(0.0);
        for (place, bar) in self.bars.iter().enumerate() {
            let y = 6.0 + each * place as f64;
            let (label_y, bar_y) = if narrow {
                (y + frame.text, y + line)
            } else {
                (y + line * 0.5 + frame.text * 0.36 + 4.0, y + 4.0)
            };
            if narrow {
                let label = canvas.fit(&bar.label, frame.width - 8.0);
                canvas.text(2.0, label_y, Anchor::Start, Ink::Text, &label);
            } else {
                let label = canvas.fit(&bar.label, left - 12.0);
                canvas.text(left - 9.0, label_y, Anchor::End, Ink::Text, &label);
            }
            let height = if narrow { 16.0 } else { line };
            let end = x.at(bar.value);
            canvas.rect(zero.min(end), bar_y, (end - zero).abs().max(1.0), height, Ink::Series(0));
            let mut beside = end.max(zero);
            if let Some((low, high)) = bar.interval {
                let middle = bar_y + height / 2.0;
                canvas.line((x.at(low), middle), (x.at(high), middle), Ink::Text, 2.0);
                for at in [low, high] {
                    canvas.line((x.at(at), middle - 4.0), (x.at(at), middle + 4.0), Ink::Text, 2.0);
                }
                beside = beside.max(x.at(high));
            }
            let words = number::fixed(bar.value, self.decimals);
            canvas.text(
                beside + 6.0,
                bar_y + height / 2.0 + frame.text * 0.36,
                Anchor::Start,
                Ink::Text,
                &words,
            );
        }
        canvas.line((zero, 4.0), (zero, bottom), Ink::Text, 1.5);
        field.horizontal(&mut canvas, &x, &self.axis);
        canvas
    }

    fn table(&self) -> Table {
        let with = self.bars.iter().any(|b| b.interval.is_some());
        let mut head = vec!["Name", "Value"];
        if with {
            head.extend(["Low", "High"]);
        }
        let mut table = Table::new(&self.title, head);
        for bar in &self.bars {
            let mut row = vec![bar.label.clone(), number::fixed(bar.value, self.decimals)];
            if with {
                let (low, high) = bar.interval.unwrap_or((f64::NAN, f64::NAN));
                row.extend([number::fixed(low, self.decimals), number::fixed(high, self.decimals)]);
            }
            table.row(row);
        }
        table
    }
}
