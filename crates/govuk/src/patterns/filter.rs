//! A form beside results, which narrows them down.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Button, Content};
use maud::{Markup, Render, html};

/// How a form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FormMethod {
    /// In the address, which can be kept and shared. Not for what nobody else may see.
    #[default]
    Get,
    /// In the body, for what must not stand in an address or a log.
    Post,
}

component! {
    /// The filters of one kind that are in force.
    pub struct FilterCategory {
        /// What kind they are.
        [set] heading: String,
        /// What each says, and the address without it.
        [raw] items: Vec<(String, String)>,
    }
}

maybe_itself!(FilterCategory);

impl FilterCategory {
    /// A kind without filters so far.
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), ..Self::default() }
    }

    /// Adds a filter that is in force, and the address without it.
    #[must_use]
    pub fn item(mut self, text: impl Into<String>, href_without: impl Into<String>) -> Self {
        self.items.push((text.into(), href_without.into()));
        self
    }
}

impl Render for FilterCategory {
    fn render(&self) -> Markup {
        html! {
            h3 class="govuk-heading-s govuk-!-margin-bottom-0" { (self.heading) }
            ul class="moj-filter-tags" {
                @for (text, href) in &self.items {
                    li {
                        a class="moj-filter__tag" href=(href) {
                            span class="govuk-visually-hidden" { "Remove this filter" } " " (text)
                        }
                    }
                }
            }
        }
    }
}

component! {
    /// A [filter](https://design-patterns.service.justice.gov.uk/components/filter/) beside the results.
    ///
    /// ```
    /// use govuk::patterns::{Filter, FilterCategory};
    /// use govuk::Input;
    /// use maud::{Render, html};
    ///
    /// let page = Filter::new("/schools")
    ///     .selected(FilterCategory::new("Phase").item("Primary", "/schools"))
    ///     .clear_href("/schools")
    ///     .options(html! { (Input::new("name").label("Name of school")) })
    ///     .beside(html! { p { "12 schools" } });
    /// ```
    pub struct Filter {
        /// Where the form is sent.
        [set] action: String,
        /// How it is sent.
        [set] method: FormMethod,
        /// The title, "Filter" unless changed.
        [opt String] heading: Option<String>,
        /// Several kinds of filters that are in force.
        [add selected FilterCategory] all_selected: Vec<FilterCategory>,
        /// The address without any filter.
        [opt String] clear_href: Option<String>,
        /// The fields, and hidden ones such as a token.
        [set] options: Content,
        /// What the button says, "Apply filters" unless changed.
        [opt String] submit: Option<String>,
    }
}

impl Filter {
    /// A form that is sent to this address.
    pub fn new(action: impl Into<String>) -> Self {
        Self { action: action.into(), ..Self::default() }
    }

    /// The filter on the left and the results on the right; on a phone one below the other.
    pub fn beside(&self, results: impl Render) -> Markup {
        html! {
            div class="pattern-filter-layout" {
                div class="pattern-filter-layout__filter" { (self) }
                div class="pattern-filter-layout__results" { (results) }
            }
        }
    }

    /// The filter folded away above results that need the whole width; what is in force stays in sight.
    ///
    /// `summary` says what can be chosen, and `open` unfolds it, as it must be when something typed is wrong.
    pub fn above(&self, summary: &str, open: bool, results: impl Render) -> Markup {
        html! {
            details class="govuk-details pattern-filter-above" open[open] {
                summary class="govuk-details__summary" {
                    span class="govuk-details__summary-text" { (summary) }
                }
                (self)
            }
            (results)
        }
    }

    fn selected_markup(&self) -> Markup {
        if self.all_selected.is_empty() {
            return Markup::default();
        }
        html! {
            div class="moj-filter__selected" {
                div class="moj-filter__selected-heading" {
                    div class="moj-filter__heading-title" { h2 class="govuk-heading-m" { "Selected filters" } }
                    @if let Some(href) = &self.clear_href {
                        div class="moj-filter__heading-action" {
                            p { a class="govuk-link govuk-link--no-visited-state" href=(href) { "Clear filters" } }
                        }
                    }
                }
                @for category in &self.all_selected { (category) }
            }
        }
    }
}

impl Render for Filter {
    fn render(&self) -> Markup {
        let method = match self.method {
            FormMethod::Get => "get",
            FormMethod::Post => "post",
        };
        Element::new("form")
            .class("moj-filter")
            .class(&self.classes)
            .attr("method", method)
            .attr("action", &self.action)
            .attrs(&self.attributes)
            .body(html! {
                div class="moj-filter__header" {
                    div class="moj-filter__header-title" {
                        h2 class="govuk-heading-m" { (self.heading.as_deref().unwrap_or("Filter")) }
                    }
                }
                div class="moj-filter__content" {
                    (self.selected_markup())
                    div class="moj-filter__options" {
                        (self.options)
                        (Button::new(self.submit.as_deref().unwrap_or("Apply filters")))
                    }
                }
            })
    }
}
