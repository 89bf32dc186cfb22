//! Panels of which one is shown at a time.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Attributes, Content};
use maud::{Markup, Render, html};

component! {
    /// One tab and its panel. Attributes go to the link of the tab.
    pub struct Tab {
        /// What the tab says.
        [set] label: String,
        /// `id` of the panel.
        [opt String] id: Option<String>,
        /// What the panel holds; text is put into a paragraph.
        [set] panel: Content,
        /// Attributes of the panel.
        [set] panel_attributes: Attributes,
    }
}

maybe_itself!(Tab);

impl Tab {
    /// A tab and its panel; `id` is the panel's.
    pub fn new(id: impl Into<String>, label: impl Into<String>, panel: impl Into<Content>) -> Self {
        Self { label: label.into(), id: Some(id.into()), panel: panel.into(), ..Self::default() }
    }
}

component! {
    /// [Tabs](https://design-system.service.gov.uk/components/tabs/). Without JavaScript every panel is shown
    /// below the list of links.
    pub struct Tabs {
        /// `id` of the whole.
        [opt String] id: Option<String>,
        /// First part of the ids of panels that have none.
        [set] id_prefix: String,
        /// Heading of the list of links without JavaScript, "Contents" unless changed.
        [opt String] title: Option<String>,
        /// Several tabs.
        [gap tab Tab] tabs: Vec<Option<Tab>>,
    }
}

impl Tabs {
    /// Tabs without panels so far.
    pub fn new() -> Self {
        Self::default()
    }

    fn panel_id(&self, tab: &Tab, position: usize) -> String {
        tab.id.clone().unwrap_or_else(|| format!("{}-{position}", self.id_prefix))
    }
}

impl Render for Tabs {
    fn render(&self) -> Markup {
        let tabs = || (1..).zip(&self.tabs).filter_map(|(position, tab)| Some((position, tab.as_ref()?)));
        Element::new("div")
            .maybe("id", self.id.as_ref())
            .class("govuk-tabs")
            .class(&self.classes)
            .attrs(&self.attributes)
            .attr("data-module", "govuk-tabs")
            .body(html! {
                h2 class="govuk-tabs__title" { (self.title.as_deref().unwrap_or("Contents")) }
                @if !self.tabs.is_empty() {
                    ul class="govuk-tabs__list" {
                        @for (position, tab) in tabs() {
                            li class={ "govuk-tabs__list-item" @if position == 1 { " govuk-tabs__list-item--selected" } } {
                                (Element::new("a").class("govuk-tabs__tab").class(&tab.classes)
                                    .attr("href", format!("#{}", self.panel_id(tab, position)))
                                    .attrs(&tab.attributes).body(&tab.label))
                            }
                        }
                    }
                    @for (position, tab) in tabs() {
                        (Element::new("div").class("govuk-tabs__panel")
                            .class_if(position > 1, "govuk-tabs__panel--hidden")
                            .attr("id", self.panel_id(tab, position))
                            .attrs(&tab.panel_attributes).body(tab.panel.paragraph("govuk-body")))
                    }
                }
            })
    }
}
