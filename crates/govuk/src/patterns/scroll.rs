//! What is wider than a phone.

use crate::Content;
use crate::builder::component;
use crate::html::Element;
use maud::{Markup, Render};

component! {
    /// Lets a wide table scroll by itself, by finger and by keyboard, instead of the whole page.
    ///
    /// ```
    /// use govuk::Table;
    /// use govuk::patterns::Scroll;
    ///
    /// let wide = Scroll::new("Referrals by school and month", Table::new().row(["A", "B", "C"]));
    /// ```
    pub struct Scroll {
        /// What the region is called, as the caption of the table as a rule.
        [set] label: String,
        /// What is wide.
        [set] content: Content,
    }
}

impl Scroll {
    /// A region of this name that scrolls.
    pub fn new(label: impl Into<String>, content: impl Into<Content>) -> Self {
        Self { label: label.into(), content: content.into(), ..Self::default() }
    }
}

impl Render for Scroll {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("pattern-scroll")
            .class(&self.classes)
            // A region that scrolls must be reached by keyboard, and then needs a name.
            .attr("role", "region")
            .attr("tabindex", "0")
            .attr("aria-label", &self.label)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}
