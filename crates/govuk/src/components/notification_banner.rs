//! News for the user that has nothing to do with the page itself.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Content, HeadingLevel};
use maud::{Markup, Render, html};

component! {
    /// A [notification banner](https://design-system.service.gov.uk/components/notification-banner/).
    pub struct NotificationBanner {
        /// What it says; text is set as a heading, markup as it is.
        [set] content: Content,
        /// Whether it tells that something succeeded; it is then green and read out at once.
        [flag] success: bool,
        /// The title, "Important" or "Success" unless changed.
        [set] title: Content,
        /// Level of the title, two unless changed.
        [opt HeadingLevel] title_heading_level: Option<HeadingLevel>,
        /// `id` of the title, to be changed when a page has two banners.
        [opt String] title_id: Option<String>,
        /// ARIA role, `alert` for success and `region` otherwise unless changed.
        [opt String] role: Option<String>,
        /// Whether the page's script leaves the focus where it is.
        [opt bool] disable_auto_focus: Option<bool>,
    }
}

maybe_itself!(NotificationBanner);

impl NotificationBanner {
    /// A banner about something important.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// A banner that tells that something succeeded.
    pub fn succeeded(content: impl Into<Content>) -> Self {
        Self::new(content).success(true)
    }
}

impl Render for NotificationBanner {
    fn render(&self) -> Markup {
        let (usual_role, usual_title) =
            if self.success { ("alert", "Success") } else { ("region", "Important") };
        let title_id = self.title_id.as_deref().unwrap_or("govuk-notification-banner-title");
        let title = if self.title.is_empty() { Content::from(usual_title) } else { self.title.clone() };
        Element::new("div")
            .class("govuk-notification-banner")
            .class_if(self.success, "govuk-notification-banner--success")
            .class(&self.classes)
            .attr("role", self.role.as_deref().unwrap_or(usual_role))
            .attr("aria-labelledby", title_id)
            .attr("data-module", "govuk-notification-banner")
            .maybe("data-disable-auto-focus", self.disable_auto_focus.map(|off| off.to_string()))
            .attrs(&self.attributes)
            .body(html! {
                div class="govuk-notification-banner__header" {
                    (self.title_heading_level.unwrap_or(HeadingLevel::Two).element()
                        .class("govuk-notification-banner__title").attr("id", title_id).body(title))
                }
                div class="govuk-notification-banner__content" {
                    (self.content.paragraph("govuk-notification-banner__heading"))
                }
            })
    }
}
