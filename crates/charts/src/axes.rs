//! The field inside two axes.

use crate::canvas::{Anchor, Canvas, Ink};
use crate::{Frame, Scale, words};

/// The rectangle that data are drawn into, with its two scales.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Field {
    /// The usual field: a title of the vertical axis above it, words of its ticks at the left, the horizontal axis below.
    pub(crate) fn usual(frame: Frame, height: f64, left: f64) -> Self {
        Self {
            left,
            right: frame.width - 16.0,
            top: frame.line() + 14.0,
            bottom: height - 2.4 * frame.line() - 4.0,
        }
    }

    /// Room at the left for the words of the vertical axis.
    pub(crate) fn room_for(frame: Frame, scale: &Scale) -> f64 {
        scale.ticks(6).iter().map(|(_, label)| words::width(label, frame.text)).fold(20.0, f64::max) + 12.0
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Draws the horizontal axis: line, ticks, their words and the title below.
    pub(crate) fn horizontal(&self, canvas: &mut Canvas, scale: &Scale, title: &str) {
        let frame = canvas.frame;
        let longest = scale.ticks(6).iter().map(|(_, label)| label.chars().count()).max().unwrap_or(3);
        canvas.line((self.left, self.bottom), (self.right, self.bottom), Ink::Quiet, 1.0);
        for (value, label) in scale.ticks(frame.ticks_for(self.width(), longest as f64)) {
            self.tick(canvas, scale.at(value), &label);
        }
        self.below(canvas, title);
    }

    /// One tick of the horizontal axis.
    pub(crate) fn tick(&self, canvas: &mut Canvas, x: f64, label: &str) {
        let frame = canvas.frame;
        canvas.line((x, self.bottom), (x, self.bottom + 5.0), Ink::Quiet, 1.0);
        let half = words::width(label, frame.text) / 2.0;
        let x = x.clamp(half + 1.0, frame.width - half - 1.0);
        canvas.text(x, self.bottom + 5.0 + frame.text, Anchor::Middle, Ink::Text, label);
    }

    /// The title of the horizontal axis.
    pub(crate) fn below(&self, canvas: &mut Canvas, title: &str) {
        let frame = canvas.frame;
        let y = self.bottom + 5.0 + frame.text + frame.line() * 1.1;
        let words = canvas.fit(title, frame.width - 8.0);
        let half = words::width(&words, frame.text) / 2.0;
        let centre =
            ((self.left + self.right) / 2.0).clamp(half + 1.0, (frame.width - half - 1.0).max(half + 1.0));
        canvas.text(centre, y, Anchor::Middle, Ink::Quiet, &words);
    }

    /// Draws the vertical axis: the grid, the words of its ticks, and the title above, so that nobody reads sideways.
    pub(crate) fn vertical(&self, canvas: &mut Canvas, scale: &Scale, title: &str) {
        let frame = canvas.frame;
        for (value, label) in scale.ticks(6) {
            let y = scale.at(value);
            canvas.line((self.left, y), (self.right, y), Ink::Grid, 1.0);
            canvas.text(self.left - 7.0, y + frame.text * 0.36, Anchor::End, Ink::Text, &label);
        }
        let title = canvas.fit(title, frame.width - 8.0);
        canvas.text(2.0, frame.text + 1.0, Anchor::Start, Ink::Quiet, &title);
    }

    /// A vertical line of reference with words at its top.
    pub(crate) fn upright(&self, canvas: &mut Canvas, x: f64, label: &str) {
        let frame = canvas.frame;
        canvas.dashed((x, self.top - 4.0), (x, self.bottom), Ink::Text, 1.5, Some("5 4"));
        let width = words::width(label, frame.text);
        if x + 6.0 + width < self.right {
            canvas.text(x + 6.0, self.top + frame.text, Anchor::Start, Ink::Text, label);
        } else {
            canvas.text(x - 6.0, self.top + frame.text, Anchor::End, Ink::Text, label);
        }
    }

    /// Says that there is nothing to draw.
    pub(crate) fn nothing(&self, canvas: &mut Canvas) {
        let middle = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        canvas.text(middle.0, middle.1, Anchor::Middle, Ink::Quiet, "There are no data to show");
    }
}
