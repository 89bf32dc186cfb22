use crate::canvas::{Anchor, Ink, Shape};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number, words};

/// An estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `1.05 (0.96 to 1.17)`, with this many decimals.
    #[must_use]
    pub fn words(&self, decimals: usize) -> String {
        if !self.estimate.is_finite() {
            return "no estimate".to_owned();
        }
        format!(
            "{} ({} to {})",
            number::fixed(self.estimate, decimals),
            number::fixed(self.low, decimals),
            number::fixed(self.high, decimals)
        )
    }
}

/// One row of a [`Forest`].
#[derive(Debug, Clone, PartialEq)]
pub struct ForestRow {
    /// What the estimate is of.
    pub label: String,
    /// The estimate; `None` makes the row a heading.
    pub interval: Option<Interval>,
    /// Whether the row carries the message of the chart (drawn as a diamond, words in bold).
    pub main: bool,
    /// Something to add in the table and the words of the row: how many, or why there is no estimate.
    pub note: String,
}

impl ForestRow {
    /// A row with an estimate.
    #[must_use]
    pub fn new(label: impl Into<String>, interval: Interval) -> Self {
        Self { label: label.into(), interval: Some(interval), main: false, note: String::new() }
    }

    /// A heading over the rows that follow.
    #[must_use]
    pub fn heading(label: impl Into<String>) -> Self {
        Self { label: label.into(), interval: None, main: false, note: String::new() }
    }

    /// The same row, carrying the message.
    #[must_use]
    pub fn main(self) -> Self {
        Self { main: true, ..self }
    }

    /// The same row with a note.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

/// Estimates with intervals below one another, and the line of no effect.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    /// The name of the chart.
    pub title: String,
    /// Title of the axis; say which side is which.
    pub axis: String,
    /// Whether the estimates are ratios: a logarithmic axis with no effect at 1 instead of 0.
    pub ratio: bool,
    /// The rows, from the top.
    pub rows: Vec<ForestRow>,
    /// Effects between these two are too small to matter: shown as a pale band.
    pub unimportant: Option<(f64, f64)>,
    /// Decimals of the written estimates; 0 means 2.
    pub decimals: usize,
}

impl Forest {
    /// The value that stands for no effect.
    #[must_use]
    pub fn null(&self) -> f64 {
        if self.ratio { 1.0 } else { 0.0 }
    }

    fn decimals(&self) -> usize {
        if self.decimals == 0 { 2 } else { self.decimals }
    }

    fn intervals(&self) -> impl Iterator<Item = &Interval> {
        self.rows.iter().filter_map(|row| row.interval.as_ref()).filter(|i| i.estimate.is_finite())
    }

    /// The axis shows every estimate and no effect. Intervals that would make it much longer are cut, with an arrow.
    fn scale(&self, start: f64, end: f64) -> Scale {
        let to_line = |value: f64| if self.ratio { value.max(1e-12).ln() } else { value };
        let from_line = |value: f64| if self.ratio { value.exp() } else { value };
        let mut widths: Vec<f64> =
            self.intervals().map(|i| to_line(i.high) - to_line(i.low)).filter(|w| w.is_finite()).collect();
        widths.sort_by(f64::total_cmp);
        let typical = widths.get(widths.len() / 2).copied().unwrap_or(1.0).max(1e-12);
        let mut ends = vec![self.null()];
        for interval in self.intervals() {
            let middle = to_line(interval.estimate);
            ends.push(interval.estimate);
            ends.push(from_line(to_line(interval.low).max(middle - 2.5 * typical)));
            ends.push(from_line(to_line(interval.high).min(middle + 2.5 * typical)));
        }
        let spacing = if self.ratio { Spacing::Log } else { Spacing::Linear };
        Scale::over(ends, spacing, start, end)
    }

    fn draw_interval(canvas: &mut Canvas, scale: &Scale, y: f64, interval: &Interval, main: bool) {
        let (low, high) = scale.ends();
        let (from, to) = (scale.at(interval.low), scale.at(interval.high));
        let ink = if main { Ink::Series(2) } else { Ink::Series(0) };
        canvas.line((from, y), (to, y), ink, if main { 3.0 } else { 2.0 });
        for (x, cut, direction) in
            [(from, interval.low < low, (-1.0, 0.0)), (to, interval.high > high, (1.0, 0.0))]
        {
            if cut {
                canvas.arrow((x, y), direction, ink);
            } else {
                canvas.line((x, y - 4.0), (x, y + 4.0), ink, 2.0);
            }
        }
        let shape = if main { Shape::Diamond } else { Shape::Square };
        canvas.mark(shape, (scale.at(interval.estimate), y), if main { 6.5 } else { 5.0 }, ink, false);
    }
}

impl Chart for Forest {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let null = self.null();
        let all: Vec<&Interval> = self.intervals().collect();
        let including = all.iter().filter(|i| i.low <= null && i.high >= null).count();
        let mut out = format!(
            "Forest plot of {} {} with intervals, beside a line at {null} for no effect. {including} of the intervals include no effect.",
            all.len(),
            if all.len() == 1 { "estimate" } else { "estimates" },
        );
        for row in self.rows.iter().filter(|row| row.main) {
            if let Some(interval) = &row.interval {
                out.push_str(&format!(" {}: {}.", row.label, interval.words(self.decimals())));
            }
        }
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let line = frame.line();
        let values: Vec<String> = self
            .rows
            .iter()
            .map(|row| row.interval.map_or_else(String::new, |interval| interval.words(self.decimals())))
            .collect();
        let longest = |words: &mut dyn Iterator<Item = &str>| {
            words.map(|w| words::width(w, frame.text * 1.06)).fold(0.0, f64::max)
        };
        let right = longest(&mut values.iter().map(String::as_str)) + 6.0;
        let narrow = frame.is_narrow();
        let left = if narrow {
            8.0
        } else {
            longest(&mut self.rows.iter().map(|r| r.label.as_str())).clamp(80.0, 230.0) + 14.0
        };
        let (start, end) =
            if narrow { (12.0, frame.width - 12.0) } else { (left, frame.width - right - 18.0) };
        // On a phone a row is two lines: words and numbers, and the interval below them.
        let heights: Vec<f64> = self
            .rows
            .iter()
            .map(|row| match (narrow, row.interval.is_some()) {
                (_, false) => line + 8.0,
                (true, true) if words::width(&row.label, frame.text * 1.06) + right > frame.width => {
                    2.0 * line + 20.0
                }
                (true, true) => line + 22.0,
                (false, true) => (words::wrap(&row.label, frame.text * 1.06, left - 14.0).len().max(1)
                    as f64)
                    .mul_add(line, 10.0),
            })
            .collect();
        let top = 12.0;
        let bottom = top + heights.iter().sum::<f64>() + 6.0;
        let mut canvas = Canvas::new(frame, bottom + 2.4 * line + 8.0);
        let field = Field { left: start, right: end, top, bottom };
        let scale = self.scale(start, end);
        // On a phone the words stand above the intervals, and lines through words are hard to read.
        let mut strips = Vec::new();
        if narrow {
            let mut y = top;
            for (row, height) in self.rows.iter().zip(&heights) {
                y += height;
                if row.interval.is_some() {
                    strips.push((y - 19.0, y));
                }
            }
        } else {
            strips.push((top - 4.0, bottom));
        }
        for (from, to) in strips {
            if let Some((low, high)) = self.unimportant {
                let (a, b) = (scale.at(low), scale.at(high));
                canvas.area(&[(a, from), (b, from), (b, to), (a, to)], Ink::Quiet, 0.14);
            }
            let null = scale.at(self.null());
            canvas.dashed((null, from), (null, to), Ink::Text, 1.5, (!narrow).then_some("5 4"));
        }
        let mut y = top;
        for ((row, value), height) in self.rows.iter().zip(&values).zip(&heights) {
            let base = y + frame.text + 4.0;
            let label = |canvas: &mut Canvas, base: f64, room: f64| {
                let mut at = base;
                for part in words::wrap(&row.label, frame.text * 1.06, room) {
                    if row.main || row.interval.is_none() {
                        canvas.bold(2.0, at, Anchor::Start, &part);
                    } else {
                        canvas.text(2.0, at, Anchor::Start, Ink::Text, &part);
                    }
                    at += line;
                }
                at
            };
            match &row.interval {
                None => {
                    label(&mut canvas, base, frame.width - 4.0);
                }
                Some(interval) if narrow => {
                    let below = label(&mut canvas, base, frame.width - 4.0);
                    let value_at = if words::width(&row.label, frame.text * 1.06) + right > frame.width {
                        below
                    } else {
                        base
                    };
                    canvas.text(frame.width - 2.0, value_at, Anchor::End, Ink::Text, value);
                    if interval.estimate.is_finite() {
                        Self::draw_interval(&mut canvas, &scale, y + height - 9.0, interval, row.main);
                    }
                }
                Some(interval) => {
                    label(&mut canvas, base, left - 14.0);
                    let write = if row.main {
                        Canvas::bold
                    } else {
                        |c: &mut Canvas, x, y, a, w: &str| c.text(x, y, a, Ink::Text, w)
                    };
                    write(&mut canvas, frame.width - 2.0, base, Anchor::End, value);
                    if interval.estimate.is_finite() {
                        Self::draw_interval(
                            &mut canvas,
                            &scale,
                            base - frame.text * 0.35,
                            interval,
                            row.main,
                        );
                    }
                }
            }
            y += height;
        }
        field.horizontal(&mut canvas, &scale, &self.axis);
        canvas
    }

    fn table(&self) -> Table {
        let mut table =
            Table::new(&self.title, ["Estimate of", "Estimate", "Low", "High", "Note"]).words_in(&[4]);
        for row in &self.rows {
            let d = self.decimals();
            match row.interval {
                Some(i) => table.row([
                    row.label.clone(),
                    number::fixed(i.estimate, d),
                    number::fixed(i.low, d),
                    number::fixed(i.high, d),
                    row.note.clone(),
                ]),
                None => table.row([
                    row.label.clone(),
                    String::new(),
                    String::new(),
                    String::new(),
                    row.note.clone(),
                ]),
            }
        }
        table
    }
}
