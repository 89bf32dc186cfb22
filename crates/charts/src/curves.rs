use crate::canvas::{Anchor, Ink, Shape, dashes};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number};

/// One point of a [`Curve`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Place along the horizontal axis.
    pub x: f64,
    /// The value.
    pub y: f64,
    /// Ends of an interval for the value (of a simulation, for instance).
    pub interval: Option<(f64, f64)>,
}

/// One curve of [`Curves`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Its points, in order.
    pub points: Vec<CurvePoint>,
    /// Whether the points themselves were computed one by one and are marked.
    pub marked: bool,
}

/// A value to read a curve against.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The value.
    pub at: f64,
    /// Words for it.
    pub label: String,
}

/// Probabilities as curves: the chance that something is worth its money at each price, or that a study finds an effect of
/// each size.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curves {
    /// The name of the chart.
    pub title: String,
    /// Title of the horizontal axis.
    pub x_axis: String,
    /// Title of the vertical axis.
    pub y_axis: String,
    /// The curves.
    pub curves: Vec<Curve>,
    /// Whether the horizontal axis is logarithmic.
    pub log_x: bool,
    /// A level to read the curves against, such as a power of 80%.
    pub level: Option<Reference>,
    /// A place on the horizontal axis to read the curves at, such as a threshold.
    pub place: Option<Reference>,
}

impl Curves {
    /// The chance of being worth its money, by what a unit of effect may cost.
    #[must_use]
    pub fn acceptability(title: &str, per_unit: &str, name: &str, points: Vec<(f64, f64)>) -> Self {
        let points = points.into_iter().map(|(x, y)| CurvePoint { x, y, interval: None }).collect();
        Self {
            title: title.to_owned(),
            x_axis: per_unit.to_owned(),
            y_axis: "Probability that it is cost-effective".to_owned(),
            curves: vec![Curve { name: name.to_owned(), points, marked: false }],
            level: Some(Reference { at: 0.5, label: "as likely as not".to_owned() }),
            ..Self::default()
        }
    }

    /// The chance that a study finds what it looks for, with the intervals of the simulation and a line at the power aimed at.
    #[must_use]
    pub fn power(title: &str, x_axis: &str, curves: Vec<Curve>, aim: f64) -> Self {
        Self {
            title: title.to_owned(),
            x_axis: x_axis.to_owned(),
            y_axis: "Power".to_owned(),
            curves,
            level: Some(Reference { at: aim, label: format!("{}% power", number::fixed(aim * 100.0, 0)) }),
            ..Self::default()
        }
    }
}

impl Chart for Curves {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let mut out = format!("{} by {}.", self.y_axis, self.x_axis.to_lowercase());
        for curve in &self.curves {
            if let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) {
                out.push_str(&format!(
                    " {}: {} at {} and {} at {}.",
                    curve.name,
                    number::fixed(first.y, 2),
                    number::significant(first.x, 3),
                    number::fixed(last.y, 2),
                    number::significant(last.x, 3)
                ));
            }
        }
        out
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let several = self.curves.len() > 1;
        let above = if several { self.curves.len() as f64 * frame.line() + 8.0 } else { 0.0 };
        let height = above + if frame.is_narrow() { 290.0 } else { 380.0 };
        let mut canvas = Canvas::new(frame, height);
        let probe = Scale::exactly(0.0, 1.0, 0.0, 1.0);
        let mut field = Field::usual(frame, height, Field::room_for(frame, &probe));
        field.top += above;
        let y = Scale::exactly(0.0, 1.0, field.bottom, field.top);
        if several {
            for (number, curve) in self.curves.iter().enumerate() {
                let base = frame.text + 1.0 + frame.line() * number as f64;
                let middle = base - frame.text * 0.35;
                canvas.dashed((2.0, middle), (38.0, middle), Ink::Series(number), 3.0, dashes(number));
                canvas.mark(Shape::of(number), (20.0, middle), 4.0, Ink::Series(number), false);
                let name = canvas.fit(&curve.name, frame.width - 50.0);
                canvas.text(46.0, base, Anchor::Start, Ink::Text, &name);
            }
        }
        crate::series::draw_vertical(&mut canvas, &field, &y, &self.y_axis, above);
        let spacing = if self.log_x { Spacing::Log } else { Spacing::Linear };
        let xs = || self.curves.iter().flat_map(|c| c.points.iter().map(|p| p.x));
        if xs().next().is_none() {
            field.nothing(&mut canvas);
            return canvas;
        }
        let (low, high) = xs().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let x = if self.log_x || low == high {
            Scale::over(xs(), spacing, field.left + 4.0, field.right)
        } else {
            Scale::exactly(low, high, field.left + 4.0, field.right)
        };
        if let Some(level) = &self.level {
            let at = y.at(level.at);
            canvas.dashed((field.left, at), (field.right, at), Ink::Text, 1.5, Some("5 4"));
            // Curves that rise leave room at the left, above their level.
            canvas.text(field.left + 6.0, at - 5.0, Anchor::Start, Ink::Text, &level.label);
        }
        if let Some(place) = &self.place {
            field.upright(&mut canvas, x.at(place.at), &place.label);
        }
        for (number, curve) in self.curves.iter().enumerate() {
            let ink = Ink::Series(number);
            let points: Vec<(f64, f64)> =
                curve.points.iter().filter(|p| p.y.is_finite()).map(|p| (x.at(p.x), y.at(p.y))).collect();
            canvas.polyline(&points, ink, 3.0, dashes(number));
            for point in &curve.points {
                if let Some((low, high)) = point.interval {
                    canvas.line((x.at(point.x), y.at(low)), (x.at(point.x), y.at(high)), ink, 1.5);
                }
                if (curve.marked || points.len() == 1) && point.y.is_finite() {
                    canvas.mark(Shape::of(number), (x.at(point.x), y.at(point.y)), 4.5, ink, false);
                }
            }
        }
        field.horizontal(&mut canvas, &x, &self.x_axis);
        canvas
    }

    fn table(&self) -> Table {
        let with = self.curves.iter().flat_map(|c| &c.points).any(|p| p.interval.is_some());
        let mut head = vec!["Curve", self.x_axis.as_str(), self.y_axis.as_str()];
        if with {
            head.extend(["Low", "High"]);
        }
        let mut table = Table::new(&self.title, head);
        for curve in &self.curves {
            // A smooth curve of a hundred points is told by about twenty of them.
            let every = if curve.marked { 1 } else { curve.points.len().div_ceil(21).max(1) };
            for point in curve.points.iter().step_by(every) {
                let mut row =
                    vec![curve.name.clone(), number::significant(point.x, 4), number::fixed(point.y, 3)];
                if with {
                    let (low, high) = point.interval.unwrap_or((f64::NAN, f64::NAN));
                    row.extend([number::fixed(low, 3), number::fixed(high, 3)]);
                }
                table.row(row);
            }
        }
        table
    }
}
