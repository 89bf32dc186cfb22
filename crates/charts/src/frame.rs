/// The width that a chart is drawn for. A chart for a phone is another drawing, not a smaller one: its words stay
/// readable, labels move above what they name, and axes have fewer ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Width of the picture in its own units; one unit is one pixel when the picture is shown at its full width.
    pub width: f64,
    /// Size of the words in the same units.
    pub text: f64,
}

impl Frame {
    /// For a page as wide as a desktop's column of text, and for paper.
    pub const WIDE: Self = Self { width: 720.0, text: 15.0 };
    /// For a phone held upright.
    pub const NARROW: Self = Self { width: 340.0, text: 14.0 };

    /// Whether the drawing has too little room for words and marks side by side.
    #[must_use]
    pub fn is_narrow(self) -> bool {
        self.width < 520.0
    }

    /// Distance between the base lines of two lines of words.
    #[must_use]
    pub fn line(self) -> f64 {
        (self.text * 1.3).round()
    }

    /// How many ticks of about this many characters an axis of this length can carry.
    pub(crate) fn ticks_for(self, length: f64, characters: f64) -> usize {
        let each = self.text * 0.56 * characters + 22.0;
        ((length / each) as usize).clamp(2, 10)
    }
}
