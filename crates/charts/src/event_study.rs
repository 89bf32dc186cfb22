use crate::canvas::{Ink, Shape};
use crate::{Canvas, Chart, Frame, Interval, Scale, Spacing, Table, axes::Field, number};

/// The effect at one time from the beginning of treatment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventPoint {
    /// Periods since treatment began: below 0 is before it.
    pub time: f64,
    /// The estimate with its interval for this time alone; equal ends mark the period of reference.
    pub interval: Interval,
    /// Ends of the band that covers all times together, where there is one.
    pub together: Option<(f64, f64)>,
}

/// Effects by time from the beginning of treatment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventStudy {
    /// The name of the chart.
    pub title: String,
    /// Title of the vertical axis.
    pub axis: String,
    /// Title of the horizontal axis, such as "Years since treatment began".
    pub time_axis: String,
    /// The points in order of time.
    pub points: Vec<EventPoint>,
    /// Decimals of the written estimates; 0 means 3.
    pub decimals: usize,
}

impl EventStudy {
    fn decimals(&self) -> usize {
        if self.decimals == 0 { 3 } else { self.decimals }
    }
}

impl Chart for EventStudy {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let side = |before: bool| {
            let points: Vec<&EventPoint> = self
                .points
                .iter()
                .filter(|p| (p.time < 0.0) == before && p.interval.low < p.interval.high)
                .collect();
            let away = points.iter().filter(|p| p.interval.low > 0.0 || p.interval.high < 0.0).count();
            format!("{away} of {}", points.len())
        };
        format!(
            "Effects by time from the beginning of treatment. Before it, {} intervals exclude zero; from it on, {}.",
            side(true),
            side(false)
        )
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let height = if frame.is_narrow() { 290.0 } else { 380.0 };
        let mut canvas = Canvas::new(frame, height);
        let values = self.points.iter().flat_map(|p| {
            let (a, b) = p.together.unwrap_or((p.interval.low, p.interval.high));
            [p.interval.low, p.interval.high, a, b, 0.0]
        });
        let probe = Scale::over(values.clone(), Spacing::Linear, 0.0, 1.0);
        let field = Field::usual(frame, height, Field::room_for(frame, &probe));
        let y = Scale::over(values, Spacing::Linear, field.bottom, field.top);
        let (first, last) = self
            .points
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), p| (a.min(p.time), b.max(p.time)));
        field.vertical(&mut canvas, &y, &self.axis);
        if self.points.is_empty() {
            field.nothing(&mut canvas);
            return canvas;
        }
        let x = Scale::exactly(first - 0.6, last + 0.6, field.left, field.right);
        canvas.line((field.left, y.at(0.0)), (field.right, y.at(0.0)), Ink::Text, 1.5);
        if first < 0.0 && last >= 0.0 {
            field.upright(&mut canvas, x.at(-0.5), "treatment begins");
        }
        for point in &self.points {
            let at = x.at(point.time);
            let (before, i) = (point.time < 0.0, &point.interval);
            let ink = if before { Ink::Series(4) } else { Ink::Series(0) };
            if let Some((low, high)) = point.together {
                canvas.line((at, y.at(low)), (at, y.at(high)), ink, 1.0);
            }
            if i.low < i.high {
                canvas.line((at, y.at(i.low)), (at, y.at(i.high)), ink, 3.0);
                for end in [i.low, i.high] {
                    canvas.line((at - 4.0, y.at(end)), (at + 4.0, y.at(end)), ink, 1.5);
                }
            }
            canvas.mark(Shape::Circle, (at, y.at(i.estimate)), 5.0, ink, before);
        }
        canvas.line((field.left, field.bottom), (field.right, field.bottom), Ink::Quiet, 1.0);
        let step = (((last - first + 1.0) / frame.ticks_for(field.width(), 3.0) as f64).ceil()).max(1.0);
        for point in self.points.iter().filter(|p| p.time.rem_euclid(step) == 0.0) {
            field.tick(&mut canvas, x.at(point.time), &number::fixed(point.time, 0));
        }
        field.below(&mut canvas, &self.time_axis);
        canvas
    }

    fn table(&self) -> Table {
        let d = self.decimals();
        let band = self.points.iter().any(|p| p.together.is_some());
        let mut head = vec!["Time", "Estimate", "Low", "High"];
        if band {
            head.extend(["Band low", "Band high"]);
        }
        let mut table = Table::new(&self.title, head);
        for p in &self.points {
            let i = &p.interval;
            let mut row = vec![
                number::fixed(p.time, 0),
                number::fixed(i.estimate, d),
                number::fixed(i.low, d),
                number::fixed(i.high, d),
            ];
            if band {
                let (low, high) = p.together.unwrap_or((f64::NAN, f64::NAN));
                row.extend([number::fixed(low, d), number::fixed(high, d)]);
            }
            table.row(row);
        }
        table
    }
}
