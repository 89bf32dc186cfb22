use crate::canvas::{Ink, Shape};
use crate::{Canvas, Chart, Frame, Scale, Spacing, Table, axes::Field, number};

/// How many points a picture holds; of more, every n-th is drawn.
const MOST: usize = 2_000;

/// Points in a field: residuals against fitted values, costs against effects.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scatter {
    /// The name of the chart.
    pub title: String,
    /// Title of the horizontal axis.
    pub x_axis: String,
    /// Title of the vertical axis.
    pub y_axis: String,
    /// The points.
    pub points: Vec<(f64, f64)>,
    /// Whether the axes through zero are drawn (as in a plane of costs and effects).
    pub cross: bool,
    /// A slope through zero, with words for it (what a unit of effect may cost).
    pub slope: Option<(f64, String)>,
}

impl Scatter {
    fn usable(&self) -> Vec<(f64, f64)> {
        self.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect()
    }
}

impl Chart for Scatter {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let points = self.usable();
        let n = points.len().max(1) as f64;
        let (mx, my) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
        format!(
            "{} points: {} by {}. Their centre is at {} and {}.",
            points.len(),
            self.y_axis,
            self.x_axis.to_lowercase(),
            number::significant(mx, 3),
            number::significant(my, 3)
        )
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let height = if frame.is_narrow() { 300.0 } else { 380.0 };
        let mut canvas = Canvas::new(frame, height);
        let points = self.usable();
        let zero = if self.cross { Some(0.0) } else { None };
        let ys = || points.iter().map(|p| p.1).chain(zero);
        let probe = Scale::over(ys(), Spacing::Linear, 0.0, 1.0);
        let field = Field::usual(frame, height, Field::room_for(frame, &probe));
        let y = Scale::over(ys(), Spacing::Linear, field.bottom, field.top);
        let x = Scale::over(points.iter().map(|p| p.0).chain(zero), Spacing::Linear, field.left, field.right);
        field.vertical(&mut canvas, &y, &self.y_axis);
        if y.shows(0.0) {
            canvas.line((field.left, y.at(0.0)), (field.right, y.at(0.0)), Ink::Text, 1.5);
        }
        if self.cross {
            canvas.line((x.at(0.0), field.top), (x.at(0.0), field.bottom), Ink::Text, 1.5);
        }
        if let Some((slope, label)) = &self.slope {
            let (low, high) = x.ends();
            let (bottom, top) = y.ends();
            // The line is cut where it leaves the field.
            let (mut a, mut b) = (low, high);
            if *slope > 0.0 {
                a = a.max(bottom / slope);
                b = b.min(top / slope);
            }
            canvas.dashed(
                (x.at(a), y.at(a * slope)),
                (x.at(b), y.at(b * slope)),
                Ink::Text,
                1.5,
                Some("5 4"),
            );
            let words = canvas.fit(label, field.width());
            let from = if self.cross { x.at(0.0) } else { field.left };
            canvas.text(from + 6.0, field.top + frame.text, crate::Anchor::Start, Ink::Text, &words);
        }
        let every = points.len().div_ceil(MOST).max(1);
        let radius = if points.len() > 300 { 1.8 } else { 3.0 };
        for point in points.iter().step_by(every) {
            canvas.mark(
                Shape::Circle,
                (x.at(point.0), y.at(point.1)),
                radius,
                Ink::Series(0),
                points.len() <= 300,
            );
        }
        field.horizontal(&mut canvas, &x, &self.x_axis);
        canvas
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.title, ["Share of the points", &self.x_axis, &self.y_axis]);
        let points = self.usable();
        let quantile = |values: &mut Vec<f64>, share: f64| {
            values.sort_by(f64::total_cmp);
            let at = (share * (values.len().saturating_sub(1)) as f64).round() as usize;
            values.get(at).copied().unwrap_or(f64::NAN)
        };
        let mut xs: Vec<f64> = points.iter().map(|p| p.0).collect();
        let mut ys: Vec<f64> = points.iter().map(|p| p.1).collect();
        for (words, share) in [
            ("lowest", 0.0),
            ("a quarter below", 0.25),
            ("half below", 0.5),
            ("three quarters below", 0.75),
            ("highest", 1.0),
        ] {
            table.row([
                words.to_owned(),
                number::significant(quantile(&mut xs, share), 4),
                number::significant(quantile(&mut ys, share), 4),
            ]);
        }
        table
    }
}
