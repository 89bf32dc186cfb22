//! Links to the same page in other languages.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// One language of a [`LanguageNavigation`].
    pub struct Language {
        /// The name of the language, in itself.
        [set] content: Content,
        /// The page in that language.
        [opt String] href: Option<String>,
        /// The language's tag, for example `cy`.
        [opt String] lang: Option<String>,
        /// The tag of the page that the link leads to, as [`Language::lang`] unless changed.
        [opt String] hreflang: Option<String>,
        /// Direction of writing, for example `rtl`.
        [opt String] dir: Option<String>,
        /// Whether this is the language of the page.
        [flag] current: bool,
        /// Words read out after the name, in that language.
        [opt String] description: Option<String>,
    }
}

maybe_itself!(Language);

impl Language {
    /// A language and the page in it.
    pub fn new(lang: impl Into<String>, name: impl Into<Content>, href: impl Into<String>) -> Self {
        Self { content: name.into(), href: Some(href.into()), lang: Some(lang.into()), ..Self::default() }
    }

    fn link(&self, href: &str) -> Markup {
        Element::new("a")
            .class("govuk-language-navigation__link")
            .class(&self.classes)
            .attr("href", href)
            .attr("rel", "alternate")
            .maybe("lang", self.lang.as_ref())
            .maybe("hreflang", self.hreflang.as_ref().or(self.lang.as_ref()))
            .maybe("dir", self.dir.as_ref())
            .attrs(&self.attributes)
            .body(html! {
                (self.content)
                @if let Some(description) = &self.description {
                    span class="govuk-visually-hidden" { " " (description) }
                }
            })
    }

    fn here(&self) -> Markup {
        Element::new("span")
            .class("govuk-language-navigation__text")
            .class(&self.classes)
            .attr("aria-current", "true")
            .maybe("lang", self.lang.as_ref())
            .maybe("dir", self.dir.as_ref())
            .attrs(&self.attributes)
            .body(&self.content)
    }
}

component! {
    /// A [language navigation](https://design-system.service.gov.uk/components/language-navigation/).
    pub struct LanguageNavigation {
        /// Several languages.
        [add language Language] languages: Vec<Language>,
        /// What the landmark is called, "Language" unless changed.
        [opt String] aria_label: Option<String>,
    }
}

maybe_itself!(LanguageNavigation);

impl LanguageNavigation {
    /// A navigation without languages so far.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Render for LanguageNavigation {
    fn render(&self) -> Markup {
        Element::new("nav")
            .class("govuk-language-navigation")
            .class(&self.classes)
            .attrs(&self.attributes)
            .attr("aria-label", self.aria_label.as_deref().unwrap_or("Language"))
            .body(html! {
                ul class="govuk-language-navigation__list" {
                    @for language in &self.languages {
                        li class="govuk-language-navigation__list-item" {
                            @match language.href.as_deref().filter(|_| !language.current) {
                                Some(href) => (language.link(href)),
                                None => (language.here()),
                            }
                        }
                    }
                }
            })
    }
}
