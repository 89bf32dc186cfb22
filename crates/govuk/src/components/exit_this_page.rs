//! A way to leave a page at once, for those who may be watched.

use super::Button;
use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// An [exit this page](https://design-system.service.gov.uk/components/exit-this-page/) button.
    pub struct ExitThisPage {
        /// What it says, "Exit this page" unless changed.
        [set] content: Content,
        /// Where it leads, a page about the weather unless changed.
        [opt String] redirect_url: Option<String>,
        /// `id` of the element.
        [opt String] id: Option<String>,
        /// Words read out while the page is left.
        [opt String] activated_text: Option<String>,
        /// Words read out when the keys were not pressed in time.
        [opt String] timed_out_text: Option<String>,
        /// Words read out after the first press of the key.
        [opt String] press_two_more_times_text: Option<String>,
        /// Words read out after the second press of the key.
        [opt String] press_one_more_time_text: Option<String>,
    }
}

maybe_itself!(ExitThisPage);

impl ExitThisPage {
    /// The usual button.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Render for ExitThisPage {
    fn render(&self) -> Markup {
        let content = if self.content.is_empty() {
            Content::Html(html! { span class="govuk-visually-hidden" { "Emergency" } " Exit this page" })
        } else {
            self.content.clone()
        };
        let button = Button::new(content)
            .class("govuk-button--warning govuk-exit-this-page__button govuk-js-exit-this-page-button")
            .href(self.redirect_url.as_deref().unwrap_or("https://www.bbc.co.uk/weather"))
            .attribute("rel", "nofollow noreferrer");
        Element::new("div")
            .maybe("id", self.id.as_ref())
            .class("govuk-exit-this-page")
            .class(&self.classes)
            .attr("data-module", "govuk-exit-this-page")
            .attrs(&self.attributes)
            .words("activated", self.activated_text.as_ref())
            .words("timed-out", self.timed_out_text.as_ref())
            .words("press-two-more-times", self.press_two_more_times_text.as_ref())
            .words("press-one-more-time", self.press_one_more_time_text.as_ref())
            .body(button)
    }
}
