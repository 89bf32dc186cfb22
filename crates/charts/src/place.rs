use crate::canvas::{Anchor, Ink, Shape};
use crate::{Canvas, Chart, Frame, Table, number};

/// A point on a map of [`Places`].
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name.
    pub label: String,
    /// Metres east of the grid's origin.
    pub easting: f64,
    /// Metres north of the grid's origin.
    pub northing: f64,
    /// Which of the chart's groups it belongs to, from 0.
    pub group: usize,
}

/// Points by easting and northing, the same scale in both directions, north at the top. No map lies behind them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    /// The name of the chart.
    pub title: String,
    /// Names of the groups.
    pub groups: Vec<String>,
    /// The points.
    pub places: Vec<Place>,
    /// Whether each point is named in the picture (for few points).
    pub named: bool,
}

impl Places {
    fn usable(&self) -> Vec<&Place> {
        self.places.iter().filter(|p| p.easting.is_finite() && p.northing.is_finite()).collect()
    }
}

impl Chart for Places {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let counts: Vec<String> = self
            .groups
            .iter()
            .enumerate()
            .map(|(group, name)| {
                format!("{} {name}", self.usable().iter().filter(|p| p.group == group).count())
            })
            .collect();
        format!(
            "Map of {} places by easting and northing, north at the top: {}.",
            self.usable().len(),
            counts.join(", ")
        )
    }

    fn draw(&self, frame: Frame) -> Canvas {
        let above = self.groups.len() as f64 * frame.line() + 8.0;
        let places = self.usable();
        let span = |pick: fn(&Place) -> f64| {
            places
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), p| (a.min(pick(p)), b.max(pick(p))))
        };
        let ((west, east), (south, north)) = (span(|p| p.easting), span(|p| p.northing));
        let side = 24.0;
        let wide = (east - west).max(1.0);
        let tall = (north - south).max(1.0);
        let room = (frame.width - 2.0 * side, if frame.is_narrow() { 380.0 } else { 520.0 });
        let per_metre = (room.0 / wide).min(room.1 / tall);
        let height = above + tall.min(room.1 / per_metre) * per_metre + 2.0 * side + 34.0;
        let mut canvas = Canvas::new(frame, if places.is_empty() { above + 80.0 } else { height });
        for (group, name) in self.groups.iter().enumerate() {
            let base = frame.text + 1.0 + frame.line() * group as f64;
            canvas.mark(Shape::of(group), (8.0, base - 5.0), 5.0, Ink::Series(group), false);
            let name = canvas.fit(name, frame.width - 26.0);
            canvas.text(20.0, base, Anchor::Start, Ink::Text, &name);
        }
        if places.is_empty() {
            canvas.text(
                frame.width / 2.0,
                above + 40.0,
                Anchor::Middle,
                Ink::Quiet,
                "There are no places to show",
            );
            return canvas;
        }
        let at = |p: &Place| {
            (side + (p.easting - west) * per_metre, above + side + (north - p.northing) * per_metre)
        };
        for place in &places {
            canvas.mark(Shape::of(place.group), at(place), 4.5, Ink::Series(place.group), false);
            if self.named {
                let (x, y) = at(place);
                let end = x > frame.width - 110.0;
                let label = canvas.fit(&place.label, 130.0);
                let (x, anchor) = if end { (x - 8.0, Anchor::End) } else { (x + 8.0, Anchor::Start) };
                canvas.text(x, y + frame.text * 0.36, anchor, Ink::Text, &label);
            }
        }
        let metres =
            [100.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0, 200_000.0];
        let bar = metres.into_iter().rev().find(|m| m * per_metre <= frame.width * 0.35).unwrap_or(100.0);
        let y = canvas.height - 8.0;
        let words = if bar >= 1_000.0 {
            format!("{} km", number::fixed(bar / 1_000.0, 0))
        } else {
            format!("{bar} m")
        };
        let length = (bar * per_metre).min(frame.width * 0.8);
        canvas.line((4.0, y), (4.0 + length, y), Ink::Text, 2.0);
        for x in [4.0, 4.0 + length] {
            canvas.line((x, y - 5.0), (x, y), Ink::Text, 2.0);
        }
        canvas.text(12.0 + length, y, Anchor::Start, Ink::Text, &words);
        canvas
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.title, ["Place", "Group", "Easting", "Northing"]).words_in(&[1]);
        for p in &self.places {
            table.row([
                p.label.clone(),
                self.groups.get(p.group).cloned().unwrap_or_default(),
                number::fixed(p.easting, 0).replace(',', ""),
                number::fixed(p.northing, 0).replace(',', ""),
            ]);
        }
        table
    }
}
