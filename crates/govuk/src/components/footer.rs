//! The foot of every page.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// A link in a [`Footer`].
    pub struct FooterLink {
        /// What it says.
        [set] text: String,
        /// Where it leads.
        [set] href: String,
    }
}

maybe_itself!(FooterLink);

impl FooterLink {
    /// A link that says this.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), ..Self::default() }
    }
}

impl<T: Into<String>, H: Into<String>> From<(T, H)> for FooterLink {
    fn from((text, href): (T, H)) -> Self {
        Self::new(text, href)
    }
}

impl Render for FooterLink {
    fn render(&self) -> Markup {
        Element::new("a")
            .class("govuk-footer__link")
            .class(&self.classes)
            .attr("href", &self.href)
            .attrs(&self.attributes)
            .body(&self.text)
    }
}

component! {
    /// A titled list of links in a [`Footer`].
    pub struct FooterSection {
        /// The title.
        [set] title: String,
        /// Several links.
        [add link FooterLink] links: Vec<FooterLink>,
        /// Columns of the list, one unless changed.
        [opt u32] columns: Option<u32>,
        /// Width of the section in the grid, `full` unless changed, for example `two-thirds`.
        [opt String] width: Option<String>,
    }
}

maybe_itself!(FooterSection);

impl FooterSection {
    /// A list with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}

impl Render for FooterSection {
    fn render(&self) -> Markup {
        let columns = self.columns.map(|columns| format!("govuk-footer__list--columns-{columns}"));
        Element::new("div")
            .class("govuk-footer__section")
            .class(&format!("govuk-grid-column-{}", self.width.as_deref().unwrap_or("full")))
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                h2 class="govuk-footer__heading govuk-heading-m" { (self.title) }
                @if !self.links.is_empty() {
                    (Element::new("ul").class("govuk-footer__list").class(columns.as_deref().unwrap_or_default())
                        .body(html! {
                            @for link in &self.links { li class="govuk-footer__list-item" { (link) } }
                        }))
                }
            })
    }
}

/// Under which licence the content may be used.
#[derive(Debug, Clone, Default)]
pub enum ContentLicence {
    /// Nothing is said.
    #[default]
    Unstated,
    /// The Open Government Licence, in its usual words and with its mark.
    OpenGovernment,
    /// Words of your own beside the mark of the Open Government Licence.
    Custom(Content),
}

component! {
    /// A [footer](https://design-system.service.gov.uk/components/footer/) for services that are not on GOV.UK.
    ///
    /// The original always shows the crown and a link to Crown copyright. Here the emblem is a place for the
    /// organisation's own mark, empty unless filled, and the copyright is shown only when it is given.
    ///
    /// ```
    /// use govuk::Footer;
    ///
    /// let footer = Footer::new()
    ///     .link(("Accessibility", "/accessibility"))
    ///     .link(("Privacy", "/privacy"));
    /// ```
    pub struct Footer {
        /// A mark at the top.
        [set] emblem: Content,
        /// Several lists of links above everything else.
        [add section FooterSection] sections: Vec<FooterSection>,
        /// Several support links.
        [add link FooterLink] links: Vec<FooterLink>,
        /// Title read out before the support links, "Support links" unless changed.
        [opt String] links_title: Option<String>,
        /// Words below the support links.
        [set] note: Content,
        /// Whether the title is there even without links and note.
        [flag] always_titled: bool,
        /// Under which licence the content may be used.
        [set] licence: ContentLicence,
        /// Who holds the copyright, and where that is explained.
        [raw] copyright: Option<(Content, String)>,
        /// Class names of the copyright's link, for example of a mark above it.
        [set] copyright_classes: String,
        /// Class names added to the container.
        [set] container_classes: String,
    }
}

maybe_itself!(Footer);

impl Footer {
    /// A footer without links so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who holds the copyright, and the page that explains it.
    #[must_use]
    pub fn copyright(mut self, holder: impl Into<Content>, href: impl Into<String>) -> Self {
        self.copyright = Some((holder.into(), href.into()));
        self
    }

    fn support(&self) -> Markup {
        let titled = self.always_titled || !self.links.is_empty() || !self.note.is_empty();
        html! {
            @if titled {
                h2 class="govuk-visually-hidden" { (self.links_title.as_deref().unwrap_or("Support links")) }
            }
            @if !self.links.is_empty() {
                ul class="govuk-footer__inline-list" {
                    @for link in &self.links { li class="govuk-footer__inline-list-item" { (link) } " " }
                }
            }
            @if !self.note.is_empty() { div class="govuk-footer__meta-custom" { (self.note) } }
        }
    }

    fn licence_markup(&self) -> Markup {
        let words = match &self.licence {
            ContentLicence::Unstated => return Markup::default(),
            ContentLicence::Custom(words) => words.render(),
            ContentLicence::OpenGovernment => html! {
                "All content is available under the "
                a class="govuk-footer__link" rel="license"
                    href="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/" {
                    "Open Government Licence v3.0"
                }
                ", except where otherwise stated"
            },
        };
        html! {
            svg aria-hidden="true" focusable="false" class="govuk-footer__licence-logo"
                xmlns="http://www.w3.org/2000/svg" viewBox="0 0 483.2 195.7" height="17" width="41" {
                path fill="currentColor" d=(OPEN_GOVERNMENT_LICENCE_MARK) {}
            }
            " "
            span class="govuk-footer__licence-description" { (words) }
        }
    }
}

const OPEN_GOVERNMENT_LICENCE_MARK: &str = "M421.5 142.8V.1l-50.7 32.3v161.1h112.4v-50.7zm-122.3-9.6A47.12 47.12 0 0 1 221 97.8c0-26 21.1-47.1 47.1-47.1 16.7 0 31.4 8.7 39.7 21.8l42.7-27.2A97.63 97.63 0 0 0 268.1 0c-36.5 0-68.3 20.1-85.1 49.7A98 98 0 0 0 97.8 0C43.9 0 0 43.9 0 97.8s43.9 97.8 97.8 97.8c36.5 0 68.3-20.1 85.1-49.7a97.76 97.76 0 0 0 149.6 25.4l19.4 22.2h3v-87.8h-80l24.3 27.5zM97.8 145c-26 0-47.1-21.1-47.1-47.1s21.1-47.1 47.1-47.1 47.2 21 47.2 47S123.8 145 97.8 145";

impl Render for Footer {
    fn render(&self) -> Markup {
        let container =
            Element::new("div").class("govuk-width-container").class(&self.container_classes).body(html! {
                (self.emblem)
                @if !self.sections.is_empty() {
                    div class="govuk-footer__navigation" { @for section in &self.sections { (section) } }
                    hr class="govuk-footer__section-break";
                }
                div class="govuk-footer__meta" {
                    div class="govuk-footer__meta-item govuk-footer__meta-item--grow" {
                        (self.support()) (self.licence_markup())
                    }
                    @if let Some((holder, href)) = &self.copyright {
                        div class="govuk-footer__meta-item" {
                            (Element::new("a").class("govuk-footer__link").class(&self.copyright_classes)
                                .attr("href", href).body(holder))
                        }
                    }
                }
            });
        Element::new("div").class("govuk-footer").class(&self.classes).attrs(&self.attributes).body(container)
    }
}
