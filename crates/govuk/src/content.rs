//! What a component says: plain text, which is escaped, or markup, which is trusted.

use maud::{Markup, PreEscaped, Render};

/// The words inside a component.
///
/// Strings become [`Content::Text`] and are always escaped; only markup that was built by `maud::html!`
/// (or wrapped on purpose in `maud::PreEscaped`) becomes [`Content::Html`].
///
/// ```
/// use govuk::Content;
/// use maud::{Render, html};
///
/// let text: Content = "Fish & chips".into();
/// assert_eq!(text.render().into_string(), "Fish &amp; chips");
/// let markup: Content = html! { b { "Fish" } " and chips" }.into();
/// assert_eq!(markup.render().into_string(), "<b>Fish</b> and chips");
/// ```
#[derive(Debug, Clone)]
pub enum Content {
    /// Text, escaped when it is rendered.
    Text(String),
    /// Markup, rendered as it is.
    Html(Markup),
}

impl Content {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Html(markup) => markup.0.is_empty(),
        }
    }

    /// Markup as it is; text wrapped in a body paragraph, as the design system does for message bodies.
    pub(crate) fn paragraph(&self, class: &str) -> Markup {
        match self {
            Self::Html(markup) => markup.clone(),
            Self::Text(text) if text.is_empty() => PreEscaped(String::new()),
            Self::Text(text) => maud::html! { p class=(class) { (text) } },
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Render for Content {
    fn render_to(&self, buffer: &mut String) {
        match self {
            Self::Text(text) => text.render_to(buffer),
            Self::Html(markup) => markup.render_to(buffer),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Content {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<std::borrow::Cow<'_, str>> for Content {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<Markup> for Content {
    fn from(markup: Markup) -> Self {
        Self::Html(markup)
    }
}

/// Lets a component stand wherever content is taken, without `html!` around it.
macro_rules! components_are_content {
    ($($component:ty),* $(,)?) => { $(
        impl From<$component> for Content {
            fn from(component: $component) -> Self {
                Self::Html(component.render())
            }
        }
    )* };
}

components_are_content!(
    crate::Accordion,
    crate::BackLink,
    crate::Breadcrumbs,
    crate::Button,
    crate::CharacterCount,
    crate::Checkboxes,
    crate::CookieBanner,
    crate::DateInput,
    crate::Details,
    crate::ErrorSummary,
    crate::ExitThisPage,
    crate::Feedback,
    crate::Fieldset,
    crate::FileUpload,
    crate::Input,
    crate::InsetText,
    crate::LanguageNavigation,
    crate::NotificationBanner,
    crate::Pagination,
    crate::Panel,
    crate::PasswordInput,
    crate::PhaseBanner,
    crate::Radios,
    crate::Select,
    crate::ServiceNavigation,
    crate::SummaryList,
    crate::Table,
    crate::Tabs,
    crate::Tag,
    crate::TaskList,
    crate::Textarea,
    crate::WarningText,
    crate::patterns::Badge,
    crate::patterns::Filter,
    crate::patterns::IdentityBar,
    crate::patterns::InterruptionCard,
    crate::patterns::JobProgress,
    crate::patterns::ProgressBar,
    crate::patterns::Scroll,
    crate::patterns::SideNavigation,
    crate::patterns::SubNavigation,
    crate::patterns::Timeline,
);
