use crate::canvas::{Anchor, Ink, dashes};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number, words};

/// One line of a [`Series`]: values by time, with a band where there is one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Time and value, in order of time.
    pub points: Vec<(f64, f64)>,
    /// Time, low and high of a band around it; may be empty.
    pub band: Vec<(f64, f64, f64)>,
    /// Whether it is one of many lines of comparison, drawn thin and grey and left out of the key and the table.
    pub background: bool,
}

/// Lines over time: what was observed, and what would have been.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// The name of the chart.
    pub title: String,
    /// Title of the vertical axis.
    pub axis: String,
    /// Title of the horizontal axis.
    pub time_axis: String,
    /// The lines; the first is drawn whole, the others dashed.
    pub lines: Vec<Line>,
    /// When something began, with words for it.
    pub began: Option<(f64, String)>,
    /// Whether the vertical axis must reach zero.
    pub from_zero: bool,
}

impl Series {
    fn front(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().filter(|line| !line.background).enumerate()
    }
}

impl Chart for Series {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let names: Vec<&str> = self.front().map(|(_, line)| line.name.as_str()).collect();
        let mut out = format!("Lines over time: {}.", names.join(", "));
        let behind = self.lines.iter().filter(|line| line.background).count();
        if behind > 0 {
            out.push_str(&format!(" {behind} thin grey lines stand behind them for comparison."));
        }
        if let Some((at, what)) = &self.began {
            out.push_str(&format!(" A line at {at} marks: {what}."));
        }
        for (_, line) in self.front() {
            if let (Some(first), Some(last)) = (line.points.first(), line.points.last()) {
                out.push_str(&format!(
                    " {} goes from {} to {}.",
                    line.name,
                    number::significant(first.1, 3),
                    number::significant(last.1, 3)
                ));
            }
        }
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let key = self.front().count();
        let mut key_rows = 1.0_f64;
        let mut used = 2.0;
        for (_, line) in self.front() {
            let room = 46.0 + words::width(&line.name, frame.text);
            if used + room > frame.width && used > 2.0 {
                key_rows += 1.0;
                used = 2.0;
            }
            used += room + 18.0;
        }
        let above = if key > 1 { key_rows * frame.line() + 8.0 } else { 0.0 };
        let height = above + if frame.is_narrow() { 290.0 } else { 390.0 };
        let mut canvas = Canvas::new(frame, height);
        let zero = if self.from_zero { Some(0.0) } else { None };
        let values = || {
            self.lines
                .iter()
                .flat_map(|l| l.points.iter().map(|p| p.1).chain(l.band.iter().flat_map(|b| [b.1, b.2])))
                .chain(zero)
        };
        let probe = Scale::over(values(), Spacing::Linear, 0.0, 1.0);
        let mut field = Field::usual(frame, height, Field::room_for(frame, &probe));
        field.top += above;
        let y = Scale::over(values(), Spacing::Linear, field.bottom, field.top);
        let times = || self.lines.iter().flat_map(|l| l.points.iter().map(|p| p.0)).filter(|t| t.is_finite());
        let (first, last) =
            times().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), t| (a.min(t), b.max(t)));
        let (mut across, mut down) = (2.0, frame.text + 1.0);
        if key > 1 {
            for (number, line) in self.front() {
                let room = 46.0 + words::width(&line.name, frame.text);
                if across + room > frame.width && across > 2.0 {
                    across = 2.0;
                    down += frame.line();
                }
                let middle = down - frame.text * 0.35;
                canvas.dashed(
                    (across, middle),
                    (across + 36.0, middle),
                    Ink::Series(number),
                    3.0,
                    dashes(number),
                );
                canvas.text(across + 42.0, down, Anchor::Start, Ink::Text, &line.name);
                across += room + 18.0;
            }
        }
        let shifted = Field { top: field.top, ..field };
        draw_vertical(&mut canvas, &shifted, &y, &self.axis, above);
        if first > last {
            field.nothing(&mut canvas);
            return canvas;
        }
        let x = Scale::exactly(first, last, field.left + 6.0, field.right - 6.0);
        for (_, line) in self.front() {
            let upper = line.band.iter().map(|b| (x.at(b.0), y.at(b.2)));
            let lower = line.band.iter().rev().map(|b| (x.at(b.0), y.at(b.1)));
            let number = self.front().position(|(_, other)| std::ptr::eq(other, line)).unwrap_or(0);
            canvas.area(&upper.chain(lower).collect::<Vec<_>>(), Ink::Series(number), 0.18);
        }
        let place = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            points.iter().filter(|p| p.1.is_finite()).map(|p| (x.at(p.0), y.at(p.1))).collect()
        };
        for line in self.lines.iter().filter(|line| line.background) {
            canvas.polyline(&place(&line.points), Ink::Grid, 1.0, None);
        }
        for (number, line) in self.front() {
            canvas.polyline(&place(&line.points), Ink::Series(number), 3.0, dashes(number));
        }
        if let Some((at, what)) = &self.began {
            field.upright(&mut canvas, x.at(*at), what);
        }
        canvas.line((field.left, field.bottom), (field.right, field.bottom), Ink::Quiet, 1.0);
        for (value, _) in x.ticks(frame.ticks_for(field.width(), 4.0)) {
            // Years are not written with a comma.
            let label = if value.fract() == 0.0 { format!("{value}") } else { number::significant(value, 4) };
            field.tick(&mut canvas, x.at(value), &label.replace('-', "−"));
        }
        field.below(&mut canvas, &self.time_axis);
        canvas
    }

    fn table(&self) -> Table {
        let mut names: Vec<String> =
            vec![if self.time_axis.is_empty() { "Time".to_owned() } else { self.time_axis.clone() }];
        for (_, line) in self.front() {
            names.push(line.name.clone());
            if !line.band.is_empty() {
                names.push(format!("{}: low", line.name));
                names.push(format!("{}: high", line.name));
            }
        }
        let mut table = Table::new(&self.title, names.iter().map(String::as_str));
        let mut times: Vec<f64> = self.front().flat_map(|(_, l)| l.points.iter().map(|p| p.0)).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        for time in times {
            let mut row =
                vec![if time.fract() == 0.0 { format!("{time}") } else { number::significant(time, 5) }];
            for (_, line) in self.front() {
                let value = line.points.iter().find(|p| p.0 == time).map_or(f64::NAN, |p| p.1);
                row.push(number::significant(value, 5));
                if !line.band.is_empty() {
                    let (low, high) =
                        line.band.iter().find(|b| b.0 == time).map_or((f64::NAN, f64::NAN), |b| (b.1, b.2));
                    row.extend([number::significant(low, 5), number::significant(high, 5)]);
                }
            }
            table.row(row);
        }
        table
    }
}

/// The vertical axis with its title below the key.
pub(crate) fn draw_vertical(canvas: &mut Canvas, field: &Field, scale: &Scale, title: &str, above: f64) {
    let frame = canvas.frame;
    for (value, label) in scale.ticks(6) {
        let y = scale.at(value);
        canvas.line((field.left, y), (field.right, y), Ink::Grid, 1.0);
        canvas.text(field.left - 7.0, y + frame.text * 0.36, Anchor::End, Ink::Text, &label);
    }
    let title = canvas.fit(title, frame.width - 8.0);
    canvas.text(2.0, above + frame.text + 1.0, Anchor::Start, Ink::Quiet, &title);
}
