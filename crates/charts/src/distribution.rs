use crate::canvas::{Ink, Shape};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number};

/// How often values fall into each of some ranges of equal width.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Histogram {
    /// The name of the chart.
    pub title: String,
    /// Title of the horizontal axis.
    pub axis: String,
    /// The values.
    pub values: Vec<f64>,
    /// A value to point at, with words for it (an observed statistic among those of placebos).
    pub mark: Option<(f64, String)>,
}

impl Histogram {
    /// Ranges of a round width with their counts; their number grows with the cube root of the values (Rice).
    fn bins(&self) -> Vec<(f64, f64, usize)> {
        let values: Vec<f64> = self.values.iter().copied().filter(|v| v.abs() < 1e100).collect();
        if values.is_empty() {
            return Vec::new();
        }
        let wanted = (2.0 * (values.len() as f64).cbrt()).clamp(4.0, 40.0) as usize;
        let scale = Scale::over(values.iter().copied(), Spacing::Linear, 0.0, 1.0);
        let ticks = scale.ticks(wanted);
        let step = match ticks.as_slice() {
            [(a, _), (b, _), ..] => b - a,
            _ => 1.0,
        };
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let first = (lowest / step).floor();
        let count = ((highest / step).floor() - first + 1.0).clamp(1.0, 400.0) as usize;
        let mut counts = vec![0; count];
        for value in &values {
            let at = ((value / step).floor() - first).max(0.0) as usize;
            if let Some(slot) = counts.get_mut(at.min(count - 1)) {
                *slot += 1;
            }
        }
        counts
            .into_iter()
            .enumerate()
            .map(|(k, found)| ((first + k as f64) * step, (first + k as f64 + 1.0) * step, found))
            .collect()
    }
}

impl Chart for Histogram {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let bins = self.bins();
        let most = bins.iter().max_by_key(|bin| bin.2);
        let mut out =
            format!("Histogram of {} values.", self.values.iter().filter(|v| v.is_finite()).count());
        if let Some((low, high, count)) = most {
            out.push_str(&format!(
                " Most, {count}, lie between {} and {}.",
                number::significant(*low, 3),
                number::significant(*high, 3)
            ));
        }
        if let Some((at, words)) = &self.mark {
            out.push_str(&format!(" {words}: {}.", number::significant(*at, 3)));
        }
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let height = if frame.is_narrow() { 260.0 } else { 320.0 };
        let mut canvas = Canvas::new(frame, height);
        let bins = self.bins();
        let counts = || bins.iter().map(|bin| bin.2 as f64).chain([0.0]);
        let probe = Scale::over(counts(), Spacing::Linear, 0.0, 1.0);
        let field = Field::usual(frame, height, Field::room_for(frame, &probe));
        let y = Scale::over(counts(), Spacing::Linear, field.bottom, field.top);
        let ends = bins.iter().flat_map(|bin| [bin.0, bin.1]).chain(self.mark.as_ref().map(|m| m.0));
        let x = Scale::over(ends, Spacing::Linear, field.left, field.right);
        field.vertical(&mut canvas, &y, "How many");
        if bins.is_empty() {
            field.nothing(&mut canvas);
        }
        for (low, high, count) in &bins {
            let top = y.at(*count as f64);
            canvas.rect(
                x.at(*low),
                top,
                (x.at(*high) - x.at(*low) - 1.0).max(1.0),
                field.bottom - top,
                Ink::Series(0),
            );
        }
        if let Some((at, words)) = &self.mark {
            field.upright(&mut canvas, x.at(*at), words);
        }
        field.horizontal(&mut canvas, &x, &self.axis);
        canvas
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.title, ["From", "To below", "How many"]);
        for (low, high, count) in self.bins() {
            table.row([number::significant(low, 4), number::significant(high, 4), count.to_string()]);
        }
        table
    }
}

/// Observed values against those expected under a distribution: points on the line fit it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Qq {
    /// The name of the chart.
    pub title: String,
    /// Title of the horizontal axis.
    pub x_axis: String,
    /// Title of the vertical axis.
    pub y_axis: String,
    /// Expected and observed, in order.
    pub points: Vec<(f64, f64)>,
    /// Slope and level of the line that a perfect fit would follow.
    pub line: (f64, f64),
}

impl Chart for Qq {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let (slope, level) = self.line;
        let furthest = self
            .points
            .iter()
            .map(|(x, y)| (y - (level + slope * x)).abs())
            .filter(|d| d.is_finite())
            .fold(0.0, f64::max);
        format!(
            "{} points of observed against expected values. The furthest lies {} from the line of a perfect fit.",
            self.points.len(),
            number::significant(furthest, 2)
        )
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let height = if frame.is_narrow() { 300.0 } else { 360.0 };
        let mut canvas = Canvas::new(frame, height);
        let ys = || self.points.iter().map(|p| p.1);
        let probe = Scale::over(ys(), Spacing::Linear, 0.0, 1.0);
        let field = Field::usual(frame, height, Field::room_for(frame, &probe));
        let y = Scale::over(ys(), Spacing::Linear, field.bottom, field.top);
        let x = Scale::over(self.points.iter().map(|p| p.0), Spacing::Linear, field.left, field.right);
        field.vertical(&mut canvas, &y, &self.y_axis);
        let (slope, level) = self.line;
        let (low, high) = x.ends();
        let (bottom, top) = y.ends();
        let (mut a, mut b) = (low, high);
        if slope > 0.0 {
            a = a.max((bottom - level) / slope);
            b = b.min((top - level) / slope);
        }
        if self.points.is_empty() {
            field.nothing(&mut canvas);
        } else {
            canvas.dashed(
                (x.at(a), y.at(level + slope * a)),
                (x.at(b), y.at(level + slope * b)),
                Ink::Text,
                1.5,
                Some("5 4"),
            );
        }
        let every = self.points.len().div_ceil(1_000).max(1);
        for point in self.points.iter().step_by(every) {
            canvas.mark(Shape::Circle, (x.at(point.0), y.at(point.1)), 3.0, Ink::Series(0), true);
        }
        field.horizontal(&mut canvas, &x, &self.x_axis);
        canvas
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.title, ["Share of the points", "Expected", "Observed"]);
        let last = self.points.len().saturating_sub(1) as f64;
        for percent in [0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100] {
            let at = (f64::from(percent) / 100.0 * last).round() as usize;
            if let Some((x, y)) = self.points.get(at) {
                table.row([format!("{percent}%"), number::fixed(*x, 3), number::fixed(*y, 3)]);
            }
        }
        table
    }
}
