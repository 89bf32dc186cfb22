use crate::canvas::{Anchor, Ink, Shape, dashes};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number};

/// One unit of a [`Funnel`].
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelPoint {
    /// Its name.
    pub label: String,
    /// Its size: what precision grows with (people, expected events).
    pub size: f64,
    /// Its rate or ratio.
    pub value: f64,
    /// Whether it lies outside the outermost limits, and is named in the picture.
    pub outside: bool,
}

/// Limits of one level by size.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelLimit {
    /// Words for the level, such as "95% limits".
    pub name: String,
    /// Size, lower and upper limit, in order of size.
    pub points: Vec<(f64, f64, f64)>,
}

/// Units by size, with limits within which chance alone would leave most of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Funnel {
    /// The name of the chart.
    pub title: String,
    /// Title of the vertical axis.
    pub axis: String,
    /// Title of the horizontal axis.
    pub size_axis: String,
    /// The value that all would share if nothing but chance made them differ.
    pub target: f64,
    /// The units.
    pub points: Vec<FunnelPoint>,
    /// The limits, inner ones first.
    pub limits: Vec<FunnelLimit>,
}

impl Chart for Funnel {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let outside: Vec<&str> = self.points.iter().filter(|p| p.outside).map(|p| p.label.as_str()).collect();
        let mut out = format!(
            "Funnel plot of {} units around {}. {} lie outside the outermost limits",
            self.points.len(),
            number::significant(self.target, 3),
            outside.len()
        );
        if !outside.is_empty() && outside.len() <= 8 {
            out.push_str(&format!(": {}", outside.join(", ")));
        }
        out.push('.');
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let above = self.limits.len() as f64 * frame.line() + 8.0;
        let height = above + if frame.is_narrow() { 320.0 } else { 400.0 };
        let mut canvas = Canvas::new(frame, height);
        let ys = || {
            let limits = self.limits.iter().flat_map(|l| l.points.iter().flat_map(|p| [p.1, p.2]));
            // The wide mouth of the limits at tiny sizes must not press the units flat.
            let highest =
                self.points.iter().map(|p| p.value).filter(|v| v.is_finite()).fold(self.target, f64::max);
            let room = highest + 0.6 * (highest - self.target).abs().max(self.target.abs() * 0.3);
            self.points.iter().map(|p| p.value).chain(limits.filter(move |l| *l <= room)).chain([self.target])
        };
        let probe = Scale::over(ys(), Spacing::Linear, 0.0, 1.0);
        let mut field = Field::usual(frame, height, Field::room_for(frame, &probe));
        field.top += above;
        let y = Scale::over(ys(), Spacing::Linear, field.bottom, field.top);
        let x = Scale::over(
            self.points.iter().map(|p| p.size).chain([0.0]),
            Spacing::Linear,
            field.left,
            field.right,
        );
        for (number, limit) in self.limits.iter().enumerate() {
            let base = frame.text + 1.0 + frame.line() * number as f64;
            let ink = Ink::Series(number + 1);
            canvas.dashed((2.0, base - 5.0), (38.0, base - 5.0), ink, 2.0, dashes(number + 1));
            canvas.text(46.0, base, Anchor::Start, Ink::Text, &limit.name);
        }
        crate::series::draw_vertical(&mut canvas, &field, &y, &self.axis, above);
        for (number, limit) in self.limits.iter().enumerate() {
            let ink = Ink::Series(number + 1);
            let within: Vec<&(f64, f64, f64)> = limit.points.iter().filter(|p| x.shows(p.0)).collect();
            let side = |pick: fn(&(f64, f64, f64)) -> f64| -> Vec<(f64, f64)> {
                within.iter().filter(|p| y.shows(pick(p))).map(|p| (x.at(p.0), y.at(pick(p)))).collect()
            };
            canvas.polyline(&side(|p| p.1), ink, 2.0, dashes(number + 1));
            canvas.polyline(&side(|p| p.2), ink, 2.0, dashes(number + 1));
        }
        canvas.line((field.left, y.at(self.target)), (field.right, y.at(self.target)), Ink::Text, 1.5);
        for point in &self.points {
            let at = (x.at(point.size), y.at(point.value));
            canvas.mark(
                Shape::Circle,
                at,
                if point.outside { 4.5 } else { 3.0 },
                Ink::Series(0),
                !point.outside,
            );
        }
        for point in self.points.iter().filter(|p| p.outside).take(6) {
            let (px, py) = (x.at(point.size), y.at(point.value));
            let end = px > field.right - 90.0;
            let (tx, anchor) = if end { (px - 8.0, Anchor::End) } else { (px + 8.0, Anchor::Start) };
            let label = canvas.fit(&point.label, 120.0);
            canvas.text(tx, py - 4.0, anchor, Ink::Text, &label);
        }
        field.horizontal(&mut canvas, &x, &self.size_axis);
        canvas
    }

    fn table(&self) -> Table {
        let mut table =
            Table::new(&self.title, ["Unit", &self.size_axis, &self.axis, "Outside the outermost limits"])
                .words_in(&[3]);
        for p in &self.points {
            table.row([
                p.label.clone(),
                number::significant(p.size, 4),
                number::significant(p.value, 4),
                if p.outside { "yes" } else { "no" }.to_owned(),
            ]);
        }
        table
    }
}
