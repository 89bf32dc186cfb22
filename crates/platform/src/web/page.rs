//! The page shell: header, service navigation, phase banner, main, footer, in the GOV.UK Design System
//! without the crown (this is not a GOV.UK domain).

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use govuk::{
    BackLink, Footer, GenericHeader, NavigationItem, PhaseBanner, ServiceNavigation, Template,
    patterns::TimeoutWarning,
};
use maud::{Markup, Render as _, html};

use super::{App, Request};
use crate::{capability, clock::date_in_words, organisation::Organisation};

/// A page being made for one request.
pub struct Page<'a> {
    request: &'a Request,
    title: String,
    status: StatusCode,
    back: Option<(String, String)>,
    wide: bool,
    in_error: bool,
    before: Markup,
}

impl<'a> Page<'a> {
    pub(super) fn new(request: &'a Request, title: String) -> Self {
        Self {
            request,
            title,
            status: StatusCode::OK,
            back: None,
            wide: false,
            in_error: false,
            before: html! {},
        }
    }

    /// Another status than 200.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// A back link to a path of this organisation.
    #[must_use]
    pub fn back(mut self, text: impl Into<String>, path: &str) -> Self {
        self.back = Some((text.into(), self.request.href(path)));
        self
    }

    /// Uses the whole width (tables), not two thirds (reading and forms).
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Puts `Error: ` before the title, for a page that shows an error summary, and answers 422.
    #[must_use]
    pub fn in_error(mut self, yes: bool) -> Self {
        self.in_error = yes;
        if yes && self.status == StatusCode::OK {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self
    }

    /// Something between the navigation and the main content (an identity bar).
    #[must_use]
    pub fn before(mut self, markup: Markup) -> Self {
        self.before = markup;
        self
    }

    /// Finishes the page.
    #[must_use]
    pub fn render(self, body: Markup) -> Response {
        let request = self.request;
        let organisation = &request.ctx.org.organisation;
        let column = if self.wide { "govuk-grid-column-full" } else { "govuk-grid-column-two-thirds" };
        let template = Template::new(format!("{} – {} – Nearhand", self.title, organisation.name))
            .in_error(self.in_error)
            .nonce(request.nonce.clone())
            .header(header())
            .navigation(navigation(request))
            .phase_banner(phase_banner(organisation))
            .timeout(warning(request))
            .before_content(html! {
                @if let Some((text, href)) = &self.back {
                    // In a landmark, so that nothing of the page stands outside of one.
                    nav aria-label="Back" { (BackLink::new(href.as_str()).content(text.as_str())) }
                }
                (self.before)
            })
            .content(html! { div class="govuk-grid-row" { div class=(column) { (body) } } })
            .footer(footer());
        (self.status, Html(template.render().into_string())).into_response()
    }
}

fn header() -> GenericHeader {
    GenericHeader::new("Nearhand").url("/")
}

/// Seconds before the end of the session at which a dialog warns.
const WARN_SECONDS: u32 = 300;

/// The warning before a time-out, for those who are signed in.
fn warning(request: &Request) -> Option<TimeoutWarning> {
    let end = request.time_out()?;
    let warning = TimeoutWarning::new(end.seconds, WARN_SECONDS, request.csrf.as_str())
        .keep_alive_url(end.stay)
        .keep_draft_url(end.draft)
        .sign_out_url(end.sign_out)
        .timed_out_url(end.sign_in);
    Some(warning)
}

/// The organisation's name, the actor's entries, and at the end who is signed in and the way out.
fn navigation(request: &Request) -> ServiceNavigation {
    let navigation = ServiceNavigation::new()
        .service_name(request.ctx.org.organisation.name.as_str())
        .service_url(request.href("/"));
    if request.session.is_none() {
        return navigation;
    }
    let items = capability::navigation(&request.app.capabilities, &request.actor);
    let longest =
        items.iter().filter(|item| stands_below(&request.path, item.room)).max_by_key(|item| item.room.len());
    let current = longest.map(|item| item.path);
    items
        .iter()
        .fold(navigation, |navigation, item| {
            let here = current == Some(item.path);
            navigation.item(NavigationItem::new(item.text, request.href(item.path)).active(here))
        })
        .end_inline(true)
        .end(html! {
            div class="app-signed-in" {
                a class="govuk-link govuk-link--no-visited-state" href=(request.href("/account")) { (request.actor.name) }
                form method="post" action=(request.href("/sign-out")) {
                    (request.csrf_field())
                    button class="app-link-button" type="submit" { "Sign out" }
                }
            }
        })
}

/// Whether a path is a page or one below it: `/people/1` stands below `/people`, `/peoples` does not.
fn stands_below(path: &str, page: &str) -> bool {
    path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn phase_banner(organisation: &Organisation) -> PhaseBanner {
    if !organisation.demonstration {
        let words = "This is a new service. Tell your administrator what does not work for you.";
        return PhaseBanner::new("Beta", words);
    }
    let mut words = "Every child, family and school here is invented.".to_owned();
    if let Some(today) = organisation.today {
        words.push_str(&format!(" Here it is always {}.", date_in_words(today)));
    }
    PhaseBanner::new("Demonstration", words)
}

fn footer() -> Footer {
    Footer::new().note("Nearhand is open-source software, licensed MIT or Apache-2.0.")
}

/// A page outside any organisation.
pub(super) fn bare(title: &str, content: &Markup) -> Html<String> {
    let template = Template::new(format!("{title} – Nearhand"))
        .header(header())
        .content(
            html! { div class="govuk-grid-row" { div class="govuk-grid-column-two-thirds" { (content) } } },
        )
        .footer(footer());
    Html(template.render().into_string())
}

/// The list of organisations at `/`.
pub(super) fn front_page(app: &App) -> Response {
    let list = html! {
        h1 class="govuk-heading-l" { "Choose your organisation" }
        @if app.organisations.is_empty() {
            p class="govuk-body" { "There is no organisation here yet. Whoever looks after this server adds the first one." }
        }
        ul class="govuk-list govuk-list--spaced" {
            @for org in app.organisations.values() {
                li { a class="govuk-link" href={ "/" (org.slug()) "/" } { (org.organisation.name) } }
            }
        }
    };
    bare("Choose your organisation", &list).into_response()
}

#[cfg(test)]
mod tests {
    use super::stands_below;

    #[test]
    fn a_page_is_current_for_the_pages_below_it_only() {
        assert!(stands_below("/people/1", "/people") && stands_below("/people", "/people"));
        assert!(!stands_below("/peoples", "/people") && !stands_below("/", "/people"));
    }
}
