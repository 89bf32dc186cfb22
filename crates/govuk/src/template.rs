//! The whole page around its content.

use crate::assets;
use crate::builder::component;
use crate::html::Element;
use crate::patterns::TimeoutWarning;
use crate::{Content, Footer, GenericHeader, PhaseBanner, ServiceNavigation, SkipLink};
use maud::{DOCTYPE, Markup, Render, html};

component! {
    /// A whole page, after the [page template](https://design-system.service.gov.uk/styles/page-template/) of
    /// the design system.
    ///
    /// It has no crown, no GOV.UK mark and no inline script, so that it works under a content security policy
    /// of `script-src 'self'` or of a nonce. Class names and attributes go to the `body`.
    ///
    /// ```
    /// use govuk::{Button, Footer, GenericHeader, Template};
    /// use maud::{Render, html};
    ///
    /// let page = Template::new("Apply for a licence")
    ///     .header(GenericHeader::new("Riverside Council"))
    ///     .footer(Footer::new().link(("Accessibility", "/accessibility")))
    ///     .content(html! {
    ///         h1 class="govuk-heading-xl" { "Apply for a licence" }
    ///         (Button::new("Start now").href("/name").start(true))
    ///     });
    /// assert!(page.render().into_string().starts_with("<!DOCTYPE html>"));
    /// ```
    pub struct Template {
        /// The title of the page, as the browser shows it; "Error: " goes to the front of it by
        /// [`Template::in_error`].
        [set] title: String,
        /// Whether the page shows an error summary.
        [flag] in_error: bool,
        /// Language of the page, `en` unless changed.
        [opt String] lang: Option<String>,
        /// The nonce of the content security policy, for the script elements.
        [opt String] nonce: Option<String>,
        /// Colour of the browser's own frame.
        [opt String] theme_colour: Option<String>,
        /// Further elements of the `head`.
        [set] head: Content,
        /// Shown first of all, for example a cookie banner.
        [set] body_start: Content,
        /// The link that skips the header.
        [opt SkipLink] skip_link: Option<SkipLink>,
        /// The bar at the top.
        [opt GenericHeader] header: Option<GenericHeader>,
        /// The name of the service and its main pages.
        [opt ServiceNavigation] navigation: Option<ServiceNavigation>,
        /// Says that the service is still being worked on.
        [opt PhaseBanner] phase_banner: Option<PhaseBanner>,
        /// Shown across the whole width below the header, for example an identity bar.
        [set] banner: Content,
        /// Shown above the main part, for example breadcrumbs or a back link.
        [set] before_content: Content,
        /// The main part.
        [set] content: Content,
        /// Class names of the main part.
        [set] main_classes: String,
        /// Class names added to the container.
        [set] container_classes: String,
        /// The foot of the page.
        [opt Footer] footer: Option<Footer>,
        /// Warns before the session of the signed-in user ends.
        [opt TimeoutWarning] timeout: Option<TimeoutWarning>,
        /// Shown last of all.
        [set] body_end: Content,
    }
}

/// The colour of the browser's own frame, as the header in `app.scss`.
const THEME_COLOUR: &str = "#0b4f57";

/// The address of an asset. A name that no asset has would be found by the tests of this file.
fn address(name: &str) -> &'static str {
    assets::named(name).map(|asset| asset.path).unwrap_or_default()
}

impl Template {
    /// A page with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    fn script_markup(&self) -> Markup {
        Element::new("script")
            .attr("type", "module")
            .attr("src", address("start.js"))
            .maybe("nonce", self.nonce.as_ref())
            .body("")
    }

    fn head_markup(&self) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                title { @if self.in_error { "Error: " } (self.title) }
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="theme-color" content=(self.theme_colour.as_deref().unwrap_or(THEME_COLOUR));
                link rel="icon" sizes="any" href=(address("favicon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(address("app.css"));
                (self.head)
            }
        }
    }

    fn top(&self) -> Markup {
        html! {
            @if self.header.is_some() || self.navigation.is_some() || self.phase_banner.is_some() {
                header class="govuk-template__header" {
                    @if let Some(header) = &self.header { (header) }
                    @if let Some(navigation) = &self.navigation { (navigation) }
                    @if let Some(banner) = &self.phase_banner { (banner) }
                }
            }
        }
    }

    fn body(&self) -> Markup {
        let skip_link = self.skip_link.clone().unwrap_or_else(SkipLink::to_main_content);
        html! {
            (self.body_start)
            (skip_link)
            (self.top())
            (self.banner)
            (Element::new("div").class("govuk-width-container").class(&self.container_classes).body(html! {
                (self.before_content)
                (Element::new("main").class("govuk-main-wrapper").class(&self.main_classes)
                    .attr("id", "main-content").body(&self.content))
            }))
            @if let Some(footer) = &self.footer { footer class="govuk-template__footer" { (footer) } }
            @if let Some(timeout) = &self.timeout { (timeout) }
            (self.body_end)
            (self.script_markup())
        }
    }
}

impl Render for Template {
    fn render(&self) -> Markup {
        let body = Element::new("body")
            .class("govuk-template__body")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(self.body());
        html! {
            (DOCTYPE)
            html lang=(self.lang.as_deref().unwrap_or("en")) class="govuk-template" { (self.head_markup()) (body) }
        }
    }
}
