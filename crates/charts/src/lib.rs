//! Charts of estimates and their uncertainty, as SVG that everybody can use.
//!
//! Every chart is a plain struct with its data and words. It implements [`Chart`], which gives the picture
//! (`svg role="img"` with `title` and `desc`, words as text, no script and no `style` attribute), a sentence that
//! says what it shows, and the same data as a [`Table`]. Series differ by shape and dash as well as by colour, so
//! that a chart printed in grey is still read; [`STYLE`] adapts the colours to forced colours, and [`DARK`] to dark
//! pages.
//!
//! ```
//! use charts::{Chart, Forest, ForestRow, Frame, Interval};
//!
//! let forest = Forest {
//!     title: "Rate ratios".into(),
//!     axis: "Rate ratio (below 1: fewer)".into(),
//!     ratio: true,
//!     rows: vec![ForestRow::new("All schools", Interval { estimate: 1.055, low: 0.955, high: 1.166 })],
//!     ..Forest::default()
//! };
//! let svg = forest.svg("f1", Frame::WIDE).into_string();
//! assert!(svg.contains("role=\"img\""));
//! assert_eq!(forest.table().rows.len(), 1);
//! ```
#![doc(test(attr(deny(warnings))))]

mod axes;
mod canvas;
mod chart;
mod frame;
pub mod number;
mod scale;
mod table;
mod words;

mod bars;
mod curves;
mod distribution;
mod event_study;
mod flow;
mod forest;
mod funnel;
mod love;
mod place;
mod scatter;
mod series;

pub use bars::{Bar, Bars};
pub use canvas::{Anchor, Canvas, Ink, Shape};
pub use chart::Chart;
pub use curves::{Curve, CurvePoint, Curves, Reference};
pub use distribution::{Histogram, Qq};
pub use event_study::{EventPoint, EventStudy};
pub use flow::{Flow, FlowArm, FlowLine, FlowStep};
pub use forest::{Forest, ForestRow, Interval};
pub use frame::Frame;
pub use funnel::{Funnel, FunnelLimit, FunnelPoint};
pub use love::{Love, LoveRow};
pub use place::{Place, Places};
pub use scale::{Scale, Spacing};
pub use scatter::Scatter;
pub use series::{Line, Series};
pub use table::{Cell, Table};

/// The style sheet of charts and their tables: put it into the page's own sheet. It needs nothing else.
pub const STYLE: &str = include_str!("style.css");

/// What to add on pages that follow the reader's wish for dark colours.
pub const DARK: &str = include_str!("dark.css");
