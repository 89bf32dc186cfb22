//! The page shell: header, service navigation, phase banner, main, footer, in the GOV.UK Design System
//! without the crown (this is not a GOV.UK domain).

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use maud::{DOCTYPE, Markup, html};

use super::{App, Request};
use crate::capability;

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
        let title = format!(
            "{}{} – {} – Nearhand",
            if self.in_error { "Error: " } else { "" },
            self.title,
            organisation.name
        );
        let items = if request.session.is_some() {
            capability::navigation(&request.app.capabilities, &request.actor)
        } else {
            vec![]
        };
        let navigation = html! {
            nav class="govuk-service-navigation" aria-label="Menu" {
                ul {
                    @for item in &items {
                        li { a href=(request.href(item.path)) { (item.text) } }
                    }
                }
            }
        };
        let content = html! {
            @if let Some((text, href)) = &self.back { a class="govuk-back-link" href=(href) { (text) } }
            (self.before)
            main class="govuk-main-wrapper" id="main-content" {
                div class="govuk-grid-row" {
                    div class=(if self.wide { "govuk-grid-column-full" } else { "govuk-grid-column-two-thirds" }) { (body) }
                }
            }
        };
        let document = document(&title, &html! { (navigation) (content) });
        (self.status, Html(document.into_string())).into_response()
    }
}

fn document(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" class="govuk-template" {
            head { meta charset="utf-8"; title { (title) } }
            body class="govuk-template__body" {
                div class="govuk-width-container" { (content) }
            }
        }
    }
}

/// A page outside any organisation.
pub(super) fn bare(title: &str, content: &Markup) -> Html<String> {
    Html(
        document(
            &format!("{title} – Nearhand"),
            &html! { main class="govuk-main-wrapper" id="main-content" { (content) } },
        )
        .into_string(),
    )
}

/// The list of organisations at `/`.
pub(super) fn front_page(app: &App) -> Response {
    let list = html! {
        h1 class="govuk-heading-l" { "Choose your organisation" }
        ul class="govuk-list govuk-list--spaced" {
            @for org in app.organisations.values() {
                li { a class="govuk-link" href={ "/" (org.slug()) "/" } { (org.organisation.name) } }
            }
        }
    };
    bare("Choose your organisation", &list).into_response()
}
