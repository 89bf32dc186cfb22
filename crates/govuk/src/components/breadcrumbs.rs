//! Where the page is in the structure of the service.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// One step of [`Breadcrumbs`]. Attributes go to its link.
    pub struct Breadcrumb {
        /// The title of the page.
        [set] content: Content,
        /// Where it leads; none for the page that the user is on.
        [opt String] href: Option<String>,
    }
}

maybe_itself!(Breadcrumb);

impl Breadcrumb {
    /// A page above this one.
    pub fn new(content: impl Into<Content>, href: impl Into<String>) -> Self {
        Self { content: content.into(), href: Some(href.into()), ..Self::default() }
    }

    /// The page that the user is on.
    pub fn here(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}

impl<C: Into<Content>, H: Into<String>> From<(C, H)> for Breadcrumb {
    fn from((content, href): (C, H)) -> Self {
        Self::new(content, href)
    }
}

component! {
    /// [Breadcrumbs](https://design-system.service.gov.uk/components/breadcrumbs/).
    pub struct Breadcrumbs {
        /// Several steps, from `(title, address)` pairs or [`Breadcrumb`]s.
        [add item Breadcrumb] items: Vec<Breadcrumb>,
        /// Whether a phone shows only the first and the last step.
        [flag] collapse_on_mobile: bool,
        /// What the landmark is called, "Breadcrumb" unless changed.
        [opt String] label: Option<String>,
    }
}

impl Breadcrumbs {
    /// Breadcrumbs without steps so far.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Render for Breadcrumbs {
    fn render(&self) -> Markup {
        Element::new("nav")
            .class("govuk-breadcrumbs")
            .class(&self.classes)
            .class_if(self.collapse_on_mobile, "govuk-breadcrumbs--collapse-on-mobile")
            .attrs(&self.attributes)
            .attr("aria-label", self.label.as_deref().unwrap_or("Breadcrumb"))
            .body(html! {
                ol class="govuk-breadcrumbs__list" {
                    @for item in &self.items {
                        @match &item.href {
                            Some(href) => {
                                li class="govuk-breadcrumbs__list-item" {
                                    (Element::new("a").class("govuk-breadcrumbs__link").class(&item.classes)
                                        .attr("href", href).attrs(&item.attributes).body(&item.content))
                                }
                            }
                            None => {
                                li class="govuk-breadcrumbs__list-item" aria-current="page" { (item.content) }
                            }
                        }
                    }
                }
            })
    }
}
