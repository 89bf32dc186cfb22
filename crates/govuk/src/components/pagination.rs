//! Links to the other pages of a list or a guide.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, PreEscaped, Render, html};

component! {
    /// The link to the page before or after this one.
    pub struct PaginationLink {
        /// Where it leads.
        [set] href: String,
        /// What it says, "Previous page" or "Next page" unless changed.
        [set] content: Content,
        /// The title of the page that it leads to, shown when there are no numbered pages.
        [opt String] label: Option<String>,
    }
}

maybe_itself!(PaginationLink);
crate::builder::maybe_text!(PaginationLink);

impl PaginationLink {
    /// A link to this address.
    pub fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), ..Self::default() }
    }
}

impl From<&str> for PaginationLink {
    fn from(href: &str) -> Self {
        Self::new(href)
    }
}

impl From<&String> for PaginationLink {
    fn from(href: &String) -> Self {
        Self::new(href)
    }
}

component! {
    /// One numbered page, or the dots in place of pages left out.
    pub struct PaginationItem {
        /// The number, or other short name, of the page.
        [set] number: String,
        /// Where it leads.
        [set] href: String,
        /// Whether this is the page that the user is on.
        [flag] current: bool,
        /// What is read out, "Page 2" unless changed.
        [opt String] visually_hidden_text: Option<String>,
        /// Whether these are dots for pages left out.
        [flag] ellipsis: bool,
    }
}

maybe_itself!(PaginationItem);

impl PaginationItem {
    /// A page and its address.
    pub fn new(number: impl std::fmt::Display, href: impl Into<String>) -> Self {
        Self { number: number.to_string(), href: href.into(), ..Self::default() }
    }

    /// Dots for the pages left out.
    pub fn dots() -> Self {
        Self { ellipsis: true, ..Self::default() }
    }
}

impl Render for PaginationItem {
    fn render(&self) -> Markup {
        let class = match (self.ellipsis, self.current) {
            (true, _) => "govuk-pagination__item--ellipsis",
            (false, true) => "govuk-pagination__item--current",
            (false, false) => "",
        };
        let page = || {
            Element::new("a")
                .class("govuk-link govuk-pagination__link")
                .class(&self.classes)
                .attr("href", &self.href)
                .attr(
                    "aria-label",
                    self.visually_hidden_text.clone().unwrap_or_else(|| format!("Page {}", self.number)),
                )
                .maybe("aria-current", self.current.then_some("page"))
                .attrs(&self.attributes)
                .body(&self.number)
        };
        Element::new("li").class("govuk-pagination__item").class(class).body(html! {
            @if self.ellipsis { "\u{22ef}" } @else { (page()) }
        })
    }
}

component! {
    /// [Pagination](https://design-system.service.gov.uk/components/pagination/).
    ///
    /// ```
    /// use govuk::Pagination;
    ///
    /// let links = Pagination::pages(7, 40, |page| format!("?page={page}"));
    /// ```
    pub struct Pagination {
        /// The page before this one.
        [opt PaginationLink] previous: Option<PaginationLink>,
        /// The page after this one.
        [opt PaginationLink] next: Option<PaginationLink>,
        /// Several numbered pages; dots where pages are left out.
        [add item PaginationItem] items: Vec<PaginationItem>,
        /// What the landmark is called, "Pagination" unless changed.
        [opt String] landmark_label: Option<String>,
    }
}

impl Pagination {
    /// Pagination without links so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Links to the pages of a list: first, last, and the neighbours of `current`. Pages count from one; a
    /// `current` beyond the last is taken for the last. Nothing is shown for a single page.
    pub fn pages(current: u32, last: u32, href: impl Fn(u32) -> String) -> Self {
        let last = last.max(1);
        let current = current.clamp(1, last);
        let mut pagination = Self::new();
        if last == 1 {
            return pagination;
        }
        if current > 1 {
            pagination = pagination.previous(PaginationLink::new(href(current.saturating_sub(1))));
        }
        if current < last {
            pagination = pagination.next(PaginationLink::new(href(current.saturating_add(1))));
        }
        let from = current.saturating_sub(1).max(1);
        let to = current.saturating_add(1).min(last);
        let mut shown: Vec<u32> = std::iter::once(1).chain(from..=to).chain(std::iter::once(last)).collect();
        shown.dedup();
        let mut before = 0;
        for page in shown {
            match page.saturating_sub(before) {
                0 | 1 => {}
                // Dots for a single page would be longer than the page itself.
                2 => {
                    let skipped = page.saturating_sub(1);
                    pagination = pagination.item(PaginationItem::new(skipped, href(skipped)));
                }
                _ => pagination = pagination.item(PaginationItem::dots()),
            }
            pagination = pagination.item(PaginationItem::new(page, href(page)).current(page == current));
            before = page;
        }
        pagination
    }

    fn arrow(&self, link: &PaginationLink, direction: Direction) -> Markup {
        let block = self.is_block();
        let (rel, usual, icon) = match direction {
            Direction::Previous => ("prev", "Previous", PREVIOUS_ICON),
            Direction::Next => ("next", "Next", NEXT_ICON),
        };
        let icon_first = block || direction == Direction::Previous;
        let title_class = if block && link.label.is_none() {
            "govuk-pagination__link-title govuk-pagination__link-title--decorated"
        } else {
            "govuk-pagination__link-title"
        };
        let anchor = Element::new("a")
            .class("govuk-link govuk-pagination__link")
            .class(&link.classes)
            .attr("href", &link.href)
            .attr("rel", rel)
            .attrs(&link.attributes)
            .body(html! {
                @if icon_first { (icon) " " }
                span class=(title_class) {
                    @if link.content.is_empty() {
                        (usual) span class="govuk-visually-hidden" { " page" }
                    } @else {
                        (link.content)
                    }
                }
                @if let (Some(label), true) = (&link.label, block) {
                    " " span class="govuk-visually-hidden" { ":" }
                    " " span class="govuk-pagination__link-label" { (label) }
                }
                @if !icon_first { " " (icon) }
            });
        html! { div class={ "govuk-pagination__" (rel) } { (anchor) } }
    }

    fn is_block(&self) -> bool {
        self.items.is_empty() && (self.next.is_some() || self.previous.is_some())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Previous,
    Next,
}

const PREVIOUS_ICON: PreEscaped<&str> = PreEscaped(
    r#"<svg class="govuk-pagination__icon govuk-pagination__icon--prev" xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"></path></svg>"#,
);
const NEXT_ICON: PreEscaped<&str> = PreEscaped(
    r#"<svg class="govuk-pagination__icon govuk-pagination__icon--next" xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z"></path></svg>"#,
);

impl Render for Pagination {
    fn render(&self) -> Markup {
        if self.items.is_empty() && self.previous.is_none() && self.next.is_none() {
            return Markup::default();
        }
        Element::new("nav")
            .class("govuk-pagination")
            .class_if(self.is_block(), "govuk-pagination--block")
            .class(&self.classes)
            .attr("aria-label", self.landmark_label.as_deref().unwrap_or("Pagination"))
            .attrs(&self.attributes)
            .body(html! {
                @if let Some(previous) = &self.previous { (self.arrow(previous, Direction::Previous)) }
                @if !self.items.is_empty() {
                    ul class="govuk-pagination__list" { @for item in &self.items { (item) } }
                }
                @if let Some(next) = &self.next { (self.arrow(next, Direction::Next)) }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(current: u32, last: u32) -> Vec<String> {
        Pagination::pages(current, last, |page| format!("?page={page}"))
            .items
            .into_iter()
            .map(|item| if item.ellipsis { "...".to_owned() } else { item.number })
            .collect()
    }

    #[test]
    fn shows_first_last_and_neighbours() {
        assert_eq!(numbers(7, 40), ["1", "...", "6", "7", "8", "...", "40"]);
        assert_eq!(numbers(1, 5), ["1", "2", "...", "5"]);
        assert_eq!(numbers(3, 5), ["1", "2", "3", "4", "5"]);
        assert_eq!(numbers(4, 40), ["1", "2", "3", "4", "5", "...", "40"]);
        assert_eq!(numbers(900, 2), ["1", "2"]);
        assert!(numbers(1, 1).is_empty());
        assert_eq!(numbers(u32::MAX, u32::MAX).len(), 4);
    }
}
