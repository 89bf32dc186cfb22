use maud::{Markup, PreEscaped, html};

use crate::{Frame, words};

/// What a mark or a line is drawn with. Colours are attributes of the shapes, so that a picture is right without a style
/// sheet; the classes let [`crate::STYLE`] and [`crate::DARK`] change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// The colour of the words around the picture.
    Text,
    /// Quieter than words: axes' titles, notes.
    Quiet,
    /// Lines of the grid.
    Grid,
    /// Data series, from 0; after the sixth the colours begin again.
    Series(usize),
    /// The page behind the picture.
    Page,
}

/// Six colours that keep apart for people who see colours differently, from the UK Government Analysis Function's
/// guidance, in an order in which neighbours also differ in lightness.
const SERIES: [&str; 6] = ["#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1"];

impl Ink {
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Self::Text => "currentColor",
            Self::Quiet => "#505a5f",
            Self::Grid => "#cecece",
            Self::Page => "#ffffff",
            Self::Series(number) => SERIES.get(number % SERIES.len()).copied().unwrap_or("currentColor"),
        }
    }

    fn class(self, role: char) -> String {
        match self {
            Self::Text => format!("ch-{role}t"),
            Self::Quiet => format!("ch-{role}q"),
            Self::Grid => format!("ch-{role}g"),
            Self::Page => format!("ch-{role}p"),
            Self::Series(number) => format!("ch-{role}{}", number % SERIES.len()),
        }
    }
}

/// Which side of its place words stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// They begin at the place.
    Start,
    /// They are centred on it.
    Middle,
    /// They end at it.
    End,
}

/// Shapes of marks: series differ by shape as well as by colour, so that they can be told apart in grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A square on its corner.
    Diamond,
    /// A triangle that points upwards.
    Triangle,
}

impl Shape {
    /// The shape of a series.
    #[must_use]
    pub fn of(series: usize) -> Self {
        match series % 4 {
            0 => Self::Circle,
            1 => Self::Diamond,
            2 => Self::Square,
            _ => Self::Triangle,
        }
    }
}

/// Dashes that tell lines apart in grey.
pub(crate) fn dashes(series: usize) -> Option<&'static str> {
    match series % 4 {
        0 => None,
        1 => Some("7 4"),
        2 => Some("2 3"),
        _ => Some("10 3 2 3"),
    }
}

/// A picture in the making.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub(crate) frame: Frame,
    pub(crate) height: f64,
    parts: String,
}

/// A coordinate with one decimal at most.
fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{}", rounded + 0.0) } else { "0".to_owned() }
}

fn points_of(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{},{}", n(*x), n(*y))).collect::<Vec<_>>().join(" ")
}

impl Canvas {
    pub(crate) fn new(frame: Frame, height: f64) -> Self {
        Self { frame, height, parts: String::new() }
    }

    fn push(&mut self, markup: Markup) {
        self.parts.push_str(&markup.into_string());
    }

    pub(crate) fn text(&mut self, x: f64, y: f64, anchor: Anchor, ink: Ink, words: &str) {
        self.write(x, y, anchor, ink, words, false);
    }

    pub(crate) fn bold(&mut self, x: f64, y: f64, anchor: Anchor, words: &str) {
        self.write(x, y, anchor, Ink::Text, words, true);
    }

    fn write(&mut self, x: f64, y: f64, anchor: Anchor, ink: Ink, words: &str, bold: bool) {
        let anchor = match anchor {
            Anchor::Start => None,
            Anchor::Middle => Some("middle"),
            Anchor::End => Some("end"),
        };
        self.push(html! {
            text class=(ink.class('f')) x=(n(x)) y=(n(y)) fill=(ink.colour()) text-anchor=[anchor]
                font-weight=[bold.then_some("bold")] { (words) }
        });
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) {
        self.dashed(from, to, ink, width, None);
    }

    pub(crate) fn dashed(
        &mut self,
        from: (f64, f64),
        to: (f64, f64),
        ink: Ink,
        width: f64,
        dash: Option<&str>,
    ) {
        self.push(html! {
            line class=(ink.class('s')) x1=(n(from.0)) y1=(n(from.1)) x2=(n(to.0)) y2=(n(to.1))
                stroke=(ink.colour()) stroke-width=(width) stroke-dasharray=[dash] {}
        });
    }

    pub(crate) fn polyline(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, dash: Option<&str>) {
        if points.len() < 2 {
            return;
        }
        self.push(html! {
            polyline class=(ink.class('s')) points=(points_of(points)) fill="none" stroke=(ink.colour())
                stroke-width=(width) stroke-dasharray=[dash] stroke-linejoin="round" {}
        });
    }

    /// A filled area, pale enough that lines upon it are seen.
    pub(crate) fn area(&mut self, points: &[(f64, f64)], ink: Ink, opacity: f64) {
        if points.len() < 3 {
            return;
        }
        self.push(html! {
            polygon class={ "ch-area " (ink.class('f')) } points=(points_of(points)) fill=(ink.colour())
                fill-opacity=(opacity) {}
        });
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, ink: Ink) {
        self.push(html! {
            rect class=(ink.class('f')) x=(n(x)) y=(n(y)) width=(n(width.max(0.0))) height=(n(height.max(0.0)))
                fill=(ink.colour()) {}
        });
    }

    /// A box with an outline and the page behind its words.
    pub(crate) fn outlined(&mut self, x: f64, y: f64, width: f64, height: f64, ink: Ink) {
        self.push(html! {
            rect class={ (Ink::Page.class('f')) " " (ink.class('s')) } x=(n(x)) y=(n(y)) width=(n(width))
                height=(n(height)) fill=(Ink::Page.colour()) stroke=(ink.colour()) stroke-width="1.5" {}
        });
    }

    /// A mark; a hollow one shows the page inside its outline.
    pub(crate) fn mark(&mut self, shape: Shape, at: (f64, f64), radius: f64, ink: Ink, hollow: bool) {
        let (x, y) = at;
        let fill = if hollow { Ink::Page } else { ink };
        let class = format!("{} {}", fill.class('f'), ink.class('s'));
        let corners = match shape {
            Shape::Circle => {
                self.push(html! {
                    circle class=(class) cx=(n(x)) cy=(n(y)) r=(n(radius)) fill=(fill.colour())
                        stroke=(ink.colour()) stroke-width="1.5" {}
                });
                return;
            }
            Shape::Square => {
                let r = radius * 0.9;
                vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
            }
            Shape::Diamond => {
                let r = radius * 1.25;
                vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
            }
            Shape::Triangle => {
                let r = radius * 1.2;
                vec![(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)]
            }
        };
        self.push(html! {
            polygon class=(class) points=(points_of(&corners)) fill=(fill.colour()) stroke=(ink.colour())
                stroke-width="1.5" {}
        });
    }

    /// An arrow head at a place, pointing along `direction` (a unit vector).
    pub(crate) fn arrow(&mut self, at: (f64, f64), direction: (f64, f64), ink: Ink) {
        let ((x, y), (dx, dy)) = (at, direction);
        let (bx, by) = (x - 8.0 * dx, y - 8.0 * dy);
        let corners = [(x, y), (bx - 4.5 * dy, by + 4.5 * dx), (bx + 4.5 * dy, by - 4.5 * dx)];
        self.push(html! {
            polygon class=(ink.class('f')) points=(points_of(&corners)) fill=(ink.colour()) {}
        });
    }

    /// Words cut to the room that there is.
    pub(crate) fn fit(&self, words: &str, room: f64) -> String {
        words::shorten(words, self.frame.text, room)
    }

    /// The whole picture, named by its title and described in words.
    pub(crate) fn finish(self, id: &str, title: &str, description: &str) -> Markup {
        html! {
            svg.ch xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby={ (id) "-title " (id) "-words" }
                viewBox={ "0 0 " (n(self.frame.width)) " " (n(self.height)) } width="100%" focusable="false"
                font-family="Arial, sans-serif" font-size=(self.frame.text) {
                title id={ (id) "-title" } { (title) }
                desc id={ (id) "-words" } { (description) }
                (PreEscaped(self.parts))
            }
        }
    }
}
