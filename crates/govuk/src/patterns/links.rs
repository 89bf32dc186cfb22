//! Navigation below the service navigation: along the top of a page, and down its side.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{HeadingLevel, NavigationItem};
use maud::{Markup, Render, html};

component! {
    /// A [sub navigation](https://design-patterns.service.justice.gov.uk/components/sub-navigation/): the pages
    /// about one thing, side by side.
    ///
    /// On a phone they stand below each other and, where they are many, fill the first screen:
    /// [`SubNavigation::compact`] sets them there side by side in small type, in as many lines as they need. Nothing is
    /// hidden, so it needs neither a script nor a tap.
    pub struct SubNavigation {
        /// What the landmark is called.
        [set] label: String,
        /// Several pages.
        [add item NavigationItem] items: Vec<NavigationItem>,
        /// Whether the pages stand side by side on a phone too.
        [flag] compact: bool,
    }
}

impl SubNavigation {
    /// A navigation of this name.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
}

/// The link of an item, marked when it is where the user is.
fn link(item: &NavigationItem, class: &str, here: &str) -> Markup {
    Element::new("a")
        .class(class)
        .class(&item.classes)
        .maybe("aria-current", (item.current || item.active).then_some(here))
        .maybe("href", item.href.as_ref())
        .attrs(&item.attributes)
        .body(&item.content)
}

impl Render for SubNavigation {
    fn render(&self) -> Markup {
        Element::new("nav")
            .class("moj-sub-navigation")
            .class_if(self.compact, "pattern-compact")
            .class(&self.classes)
            .attr("aria-label", &self.label)
            .attrs(&self.attributes)
            .body(html! {
                ul class="moj-sub-navigation__list" {
                    @for item in &self.items {
                        li class="moj-sub-navigation__item" { (link(item, "moj-sub-navigation__link", "page")) }
                    }
                }
            })
    }
}

component! {
    /// A titled part of a [`SideNavigation`].
    pub struct SideSection {
        /// The title; none for a part without one.
        [opt String] heading: Option<String>,
        /// Level of the title, two unless changed.
        [opt HeadingLevel] heading_level: Option<HeadingLevel>,
        /// Several pages.
        [add item NavigationItem] items: Vec<NavigationItem>,
    }
}

maybe_itself!(SideSection);

impl SideSection {
    /// A part with this title.
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: Some(heading.into()), ..Self::default() }
    }
}

impl Render for SideSection {
    fn render(&self) -> Markup {
        html! {
            @if let Some(heading) = &self.heading {
                (self.heading_level.unwrap_or(HeadingLevel::Two).element()
                    .class("moj-side-navigation__title").body(heading))
            }
            ul class="moj-side-navigation__list" {
                @for item in &self.items {
                    (Element::new("li").class("moj-side-navigation__item")
                        .class_if(item.current || item.active, "moj-side-navigation__item--active")
                        .body(link(item, "", "location")))
                }
            }
        }
    }
}

component! {
    /// A [side navigation](https://design-patterns.service.justice.gov.uk/components/side-navigation/).
    pub struct SideNavigation {
        /// What the landmark is called.
        [set] label: String,
        /// Several parts.
        [add section SideSection] sections: Vec<SideSection>,
    }
}

impl SideNavigation {
    /// A navigation of this name.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
}

impl Render for SideNavigation {
    fn render(&self) -> Markup {
        Element::new("nav")
            .class("moj-side-navigation")
            .class(&self.classes)
            .attr("aria-label", &self.label)
            .attrs(&self.attributes)
            .body(html! { @for section in &self.sections { (section) } })
    }
}
