//! The data of pictures, kept with the result so that a report can be drawn again from its JSON.

use charts::{
    Bar, Bars, Chart, Curve, CurvePoint, Curves, EventPoint, EventStudy, Histogram, Interval, Line, Qq,
    Scatter, Series,
};
use serde::Serialize;

/// Most points that a figure keeps.
const MOST: usize = 2_000;

/// A picture's data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Figure {
    /// Effects by time from the beginning of treatment.
    EventStudy {
        /// The name of the chart.
        title: String,
        /// Title of the vertical axis.
        axis: String,
        /// Time, estimate, low, high and the ends of a band over all times.
        points: Vec<EventTime>,
    },
    /// Lines over time.
    Lines {
        /// The name of the chart.
        title: String,
        /// Title of the vertical axis.
        axis: String,
        /// Title of the horizontal axis.
        time: String,
        /// The lines.
        lines: Vec<NamedLine>,
        /// When something began.
        began: Option<f64>,
    },
    /// Bars with names.
    Bars {
        /// The name of the chart.
        title: String,
        /// Title of the axis.
        axis: String,
        /// Names and values.
        bars: Vec<(String, f64)>,
    },
    /// How often values occur.
    Histogram {
        /// The name of the chart.
        title: String,
        /// Title of the axis.
        axis: String,
        /// The values.
        values: Vec<f64>,
        /// A value to point at, with words.
        mark: Option<(f64, String)>,
    },
    /// Points in a plane.
    Scatter {
        /// The name of the chart.
        title: String,
        /// Title of the horizontal axis.
        x: String,
        /// Title of the vertical axis.
        y: String,
        /// The points.
        points: Vec<(f64, f64)>,
        /// Whether axes through zero are drawn.
        cross: bool,
    },
    /// Observed against expected quantiles of a normal distribution.
    Normal {
        /// The name of the chart.
        title: String,
        /// Title of the vertical axis.
        axis: String,
        /// The values, rising.
        values: Vec<f64>,
        /// Standard deviation of the distribution.
        sd: f64,
    },
    /// The chance of being cost-effective by what a unit may cost.
    Acceptability {
        /// The name of the chart.
        title: String,
        /// Title of the horizontal axis.
        axis: String,
        /// Curves: name and points.
        curves: Vec<(String, Vec<(f64, f64)>)>,
    },
}

/// One time of an event study.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EventTime {
    /// Periods since treatment began.
    pub time: f64,
    /// Estimate.
    pub estimate: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Ends of the band over all times.
    pub band: Option<(f64, f64)>,
}

/// A line with its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedLine {
    /// Its name.
    pub name: String,
    /// Time and value.
    pub points: Vec<(f64, f64)>,
    /// Time, low and high of a band; may be empty.
    pub band: Vec<(f64, f64, f64)>,
    /// Whether it is one of many drawn for comparison.
    pub background: bool,
}

/// At most [`MOST`] of some points, evenly picked.
#[must_use]
pub fn thinned<T: Copy>(points: &[T]) -> Vec<T> {
    points.iter().step_by(points.len().div_ceil(MOST).max(1)).copied().collect()
}

impl Figure {
    /// The chart of this figure.
    #[must_use]
    pub fn chart(&self) -> Box<dyn Chart> {
        match self {
            Self::EventStudy { title, axis, points } => Box::new(EventStudy {
                title: title.clone(),
                axis: axis.clone(),
                time_axis: "Periods since treatment began".to_owned(),
                points: points
                    .iter()
                    .map(|p| EventPoint {
                        time: p.time,
                        interval: Interval { estimate: p.estimate, low: p.low, high: p.high },
                        together: p.band,
                    })
                    .collect(),
                decimals: 4,
            }),
            Self::Lines { title, axis, time, lines, began } => Box::new(Series {
                title: title.clone(),
                axis: axis.clone(),
                time_axis: time.clone(),
                lines: lines
                    .iter()
                    .map(|line| Line {
                        name: line.name.clone(),
                        points: line.points.clone(),
                        band: line.band.clone(),
                        background: line.background,
                    })
                    .collect(),
                began: began.map(|at| (at, "treatment begins".to_owned())),
                from_zero: false,
            }),
            Self::Bars { title, axis, bars } => Box::new(Bars {
                title: title.clone(),
                axis: axis.clone(),
                bars: bars
                    .iter()
                    .map(|(label, value)| Bar { label: label.clone(), value: *value, interval: None })
                    .collect(),
                decimals: 3,
            }),
            Self::Histogram { title, axis, values, mark } => Box::new(Histogram {
                title: title.clone(),
                axis: axis.clone(),
                values: values.clone(),
                mark: mark.clone(),
            }),
            Self::Scatter { title, x, y, points, cross } => Box::new(Scatter {
                title: title.clone(),
                x_axis: x.clone(),
                y_axis: y.clone(),
                points: points.clone(),
                cross: *cross,
                slope: None,
            }),
            Self::Normal { title, axis, values, sd } => Box::new(Qq {
                title: title.clone(),
                x_axis: "Expected".to_owned(),
                y_axis: axis.clone(),
                points: normal_points(values),
                line: (*sd, 0.0),
            }),
            Self::Acceptability { title, axis, curves } => {
                let curve = |(name, points): &(String, Vec<(f64, f64)>)| Curve {
                    name: name.clone(),
                    points: points.iter().map(|(x, y)| CurvePoint { x: *x, y: *y, interval: None }).collect(),
                    marked: false,
                };
                Box::new(Curves {
                    curves: curves.iter().map(curve).collect(),
                    ..Curves::acceptability(title, axis, "", Vec::new())
                })
            }
        }
    }
}

fn normal_points(values: &[f64]) -> Vec<(f64, f64)> {
    let n = values.len() as f64;
    values
        .iter()
        .enumerate()
        .map(|(k, value)| (stats::numeric::distributions::normal_quantile((k as f64 + 0.5) / n), *value))
        .collect()
}
