//! Parts that several of these pages share.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use govuk::{Button, DateInput, DateItem, ErrorItem, ErrorSummary, Input};
use maud::{Markup, PreEscaped, html};
use qrcode::{QrCode, render::svg};
use uuid::Uuid;

use crate::{
    Error,
    auth::{cookie, drafts::is_kept, model::code::Secret, service::Span},
    clock::in_words,
    web::{Errors, Failure, Form, Request},
};

/// The list of everything that is wrong, first on the page; nothing where nothing is.
pub(super) fn summary(errors: &Errors) -> Markup {
    html! {
        @if !errors.is_empty() {
            (ErrorSummary::new().errors(
                errors.iter().map(|error| ErrorItem::at(&error.field, error.message.as_str()))
            ))
        }
    }
}

/// A form that posts to a path of this organisation. What is typed into it is kept over a time-out, except where
/// it holds passwords and codes.
pub(super) fn form(request: &Request, path: &str, fields: &Markup) -> Markup {
    html! {
        form method="post" action=(request.href(path)) novalidate data-never-kept[!is_kept(path)] {
            (request.csrf_field())
            (fields)
        }
    }
}

/// A form that is nothing but a button. `what` is added for those who hear buttons one by one.
pub(super) fn button_form(request: &Request, path: &str, button: Button) -> Markup {
    form(request, path, &html! { (button) })
}

/// A button in a table row: its word, and what it is about for those who hear buttons one by one.
pub(super) fn row_button(request: &Request, path: &str, word: &str, what: &str) -> Markup {
    let content = html! { (word) span class="govuk-visually-hidden" { " " (what) } };
    button_form(request, path, Button::new(content).secondary().class("govuk-!-margin-bottom-0"))
}

/// The field for a one-time code.
pub(super) fn code_field(label: &str, hint: &str, errors: &Errors) -> Input {
    Input::new("code")
        .label(label)
        .hint(hint)
        .error(errors.of("code"))
        .inputmode("numeric")
        .autocomplete("one-time-code")
        .spellcheck(false)
        .width(govuk::InputWidth::Chars20)
}

/// A date to be typed, as it was typed so far.
pub(super) fn date_field(name: &str, legend: &str, hint: &str, form: &Form, errors: &Errors) -> DateInput {
    let part = |part: &str| Some(form.raw(&format!("{name}-{part}"))).filter(|text| !text.is_empty());
    DateInput::new(name)
        .legend(legend)
        .hint(hint)
        .error(errors.of(name))
        .item(DateItem::day().value(part("day")))
        .item(DateItem::month().value(part("month")))
        .item(DateItem::year().value(part("year")))
}

/// Reads a date that may be left empty.
pub(super) fn optional_date(form: &Form, name: &str, what: &str, errors: &mut Errors) -> Option<NaiveDate> {
    let [day, month, year] =
        ["day", "month", "year"].map(|part| form.text(&format!("{name}-{part}")).to_owned());
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return None;
    }
    let date = (year.len() == 4)
        .then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
        .flatten();
    if date.is_none() {
        errors.add(name, format!("{what} must be a real date, like 1 9 2019"));
    }
    date
}

/// First and last day as typed, as a span; what is wrong goes to the errors.
pub(super) fn span(request: &Request, form: &Form, errors: &mut Errors) -> Option<Span> {
    let first = optional_date(form, "from", "First day", errors);
    let last = optional_date(form, "to", "Last day", errors);
    if !errors.is_empty() {
        return None;
    }
    match Span::days(request, first, last) {
        Ok(span) => Some(span),
        Err(_) => {
            errors.add("to", crate::auth::model::Broken::EndBeforeStart.message());
            None
        }
    }
}

/// The two fields of [`span`].
pub(super) fn span_fields(form: &Form, errors: &Errors) -> Markup {
    html! {
        (date_field("from", "First day", "Leave empty to begin now", form, errors))
        (date_field("to", "Last day", "Leave empty if no end is known", form, errors))
    }
}

/// When something began or ends, for a table.
pub(super) fn instant(at: Option<DateTime<Utc>>, none: &str) -> String {
    at.map_or_else(|| none.to_owned(), in_words)
}

/// What a service said: a broken rule goes to the errors of the form, anything else is a failure.
pub(super) fn caught<T>(result: Result<T, Error>, errors: &mut Errors) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Invalid { what, why }) => {
            errors.add(what, why);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts a session's new secret into the answer's cookies.
pub(super) fn with_session(request: &Request, mut response: Response, secret: &str) -> Response {
    let cookie = cookie::set_session(&request.org, secret, request.app.settings.secure);
    append(&mut response, &cookie);
    response
}

/// Takes the session's cookie away.
pub(super) fn without_session(request: &Request, mut response: Response) -> Response {
    append(&mut response, &cookie::clear_session(&request.org, request.app.settings.secure));
    response
}

fn append(response: &mut Response, cookie: &str) {
    // Secrets are base 64 and names are slugs, so this is always a header.
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Recovery codes, this once.
pub(super) fn recovery_codes(codes: &[String]) -> Markup {
    html! {
        p class="govuk-body" {
            "Each of these codes works once in place of the code from your app. Print them, or write them down, \
             and keep them where nobody else finds them. They are not shown again."
        }
        ul class="govuk-list" {
            @for code in codes { li { code class="app-code" { (code) } } }
        }
    }
}

/// A table too wide for a phone scrolls in its own box, which the keyboard reaches.
pub(super) fn scroll(label: &str, table: &govuk::Table) -> Markup {
    html! { div class="app-scroll" tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// The page of a user.
pub(super) fn user_path(id: Uuid) -> String {
    format!("/users/{id}")
}

/// How an authenticator app takes a secret: by its picture, or typed.
pub(super) fn scan(address: &str, secret: &Secret) -> Result<Markup, Failure> {
    Ok(html! {
        p class="govuk-body" {
            "Open an authenticator app on your phone (for example Microsoft Authenticator or Google Authenticator), \
             add an account and scan this picture."
        }
        (picture(address)?)
        p class="govuk-body" { "If you cannot scan it, type this key into the app:" }
        p class="govuk-body" { code class="app-code" { (secret.groups()) } }
    })
}

/// The picture for the app, as a drawing in the page: no file, no style, no script.
fn picture(address: &str) -> Result<Markup, Failure> {
    let code = QrCode::new(address.as_bytes())
        .map_err(|error| Error::Corrupt { what: "one-time-code secret", why: error.to_string() })?;
    let drawing = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    // The library begins with an XML declaration, which has no place inside a page.
    let start = drawing.find("<svg").and_then(|at| drawing.get(at..)).unwrap_or_default();
    Ok(html! {
        div class="app-qr" role="img" aria-label="QR code with the key that is written below" {
            (PreEscaped(start))
        }
    })
}
