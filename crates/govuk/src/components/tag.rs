//! A short word that shows the state of something.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render};

/// The colour of a [`Tag`]; never the only sign of what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagColour {
    /// Done, healthy.
    Green,
    /// New, in progress.
    Teal,
    /// In progress.
    Blue,
    /// Received.
    Purple,
    /// Sent, urgent.
    Magenta,
    /// Rejected, overdue.
    Red,
    /// Declined, at risk.
    Orange,
    /// Delayed, waiting.
    Yellow,
    /// Not started, inactive.
    Grey,
}

impl TagColour {
    fn class(self) -> &'static str {
        match self {
            Self::Green => "govuk-tag--green",
            Self::Teal => "govuk-tag--teal",
            Self::Blue => "govuk-tag--blue",
            Self::Purple => "govuk-tag--purple",
            Self::Magenta => "govuk-tag--magenta",
            Self::Red => "govuk-tag--red",
            Self::Orange => "govuk-tag--orange",
            Self::Yellow => "govuk-tag--yellow",
            Self::Grey => "govuk-tag--grey",
        }
    }
}

component! {
    /// A [tag](https://design-system.service.gov.uk/components/tag/).
    pub struct Tag {
        /// What the tag says.
        [set] content: Content,
    }
}

from_content!(Tag);

impl Tag {
    /// A tag that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Gives it a colour other than the usual blue.
    #[must_use]
    pub fn colour(self, colour: TagColour) -> Self {
        self.class(colour.class())
    }
}

impl Render for Tag {
    fn render(&self) -> Markup {
        Element::new("strong")
            .class("govuk-tag")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}
