//! A word in a frame.

use crate::Content;
use crate::builder::{component, from_content};
use crate::html::Element;
use maud::{Markup, Render};

/// The colour of a [`Badge`]; never the only sign of what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeColour {
    /// Purple.
    Purple,
    /// Bright purple.
    BrightPurple,
    /// Red, for danger.
    Red,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Black.
    Black,
    /// Grey.
    Grey,
}

impl BadgeColour {
    fn class(self) -> &'static str {
        match self {
            Self::Purple => "moj-badge--purple",
            Self::BrightPurple => "moj-badge--bright-purple",
            Self::Red => "moj-badge--red",
            Self::Green => "moj-badge--green",
            Self::Blue => "moj-badge--blue",
            Self::Black => "moj-badge--black",
            Self::Grey => "moj-badge--grey",
        }
    }
}

component! {
    /// A [badge](https://design-patterns.service.justice.gov.uk/components/badge/): a lasting fact about a person
    /// or a case, where a [`Tag`](crate::Tag) is a state that changes.
    pub struct Badge {
        /// What it says.
        [set] content: Content,
    }
}

from_content!(Badge);

impl Badge {
    /// A badge that says this.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Gives it a colour other than the brand's.
    #[must_use]
    pub fn colour(self, colour: BadgeColour) -> Self {
        self.class(colour.class())
    }
}

impl Render for Badge {
    fn render(&self) -> Markup {
        Element::new("span")
            .class("moj-badge")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(&self.content)
    }
}
