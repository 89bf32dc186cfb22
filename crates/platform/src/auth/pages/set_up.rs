//! Setting up a sign-in with the link that the administrator passed on.

use axum::response::Response;
use govuk::{Button, PasswordInput, WarningText};
use maud::html;

use super::parts::{code_field, form as posted, recovery_codes, scan, summary};
use crate::{
    auth::service::set_up::{self, Confirmed, SetUp},
    web::{Errors, Form, Outcome, Path, Request},
};

/// Asks for a password.
pub(super) async fn form(request: Request, Path(token): Path<String>) -> Outcome {
    match set_up::find(&request, &token).await? {
        Some(found) => Ok(password_page(&request, &token, &found, &Errors::new())),
        None => Ok(link_is_over(&request)),
    }
}

/// Takes the password.
pub(super) async fn choose_password(request: Request, Path(token): Path<String>, form: Form) -> Outcome {
    let Some(found) = set_up::find(&request, &token).await? else { return Ok(link_is_over(&request)) };
    match set_up::choose_password(&request, &found, form.raw("password")).await? {
        Ok(()) => Ok(request.redirect(&format!("/set-up/{token}/code"))),
        Err(weakness) => {
            let mut errors = Errors::new();
            errors.add("password", weakness.message());
            Ok(password_page(&request, &token, &found, &errors))
        }
    }
}

/// Shows the secret of the one-time codes and asks for a code.
pub(super) async fn code_form(request: Request, Path(token): Path<String>) -> Outcome {
    match set_up::find(&request, &token).await? {
        Some(found) if found.has_password => code_page(&request, &token, &found, &Errors::new()),
        Some(_) => Ok(request.redirect(&format!("/set-up/{token}"))),
        None => Ok(link_is_over(&request)),
    }
}

/// Takes the code; the sign-in is set up, and the recovery codes are shown this once.
pub(super) async fn confirm(request: Request, Path(token): Path<String>, form: Form) -> Outcome {
    let Some(found) = set_up::find(&request, &token).await? else { return Ok(link_is_over(&request)) };
    if !found.has_password {
        return Ok(request.redirect(&format!("/set-up/{token}")));
    }
    let mut errors = Errors::new();
    if let Some(typed) = errors.required(&form, "code", "Enter the code from your app") {
        if let Confirmed::Done(codes) = set_up::confirm(&request, &found, typed).await? {
            return Ok(done_page(&request, &codes));
        }
        errors.add("code", "The code is not the one that your app shows now. Check the time on your phone");
    }
    code_page(&request, &token, &found, &errors)
}

fn password_page(request: &Request, token: &str, found: &SetUp, errors: &Errors) -> Response {
    let body = html! {
        (summary(errors))
        span class="govuk-caption-l" { "Step 1 of 2" }
        h1 class="govuk-heading-l" { "Choose a password" }
        p class="govuk-body" { "This is for the sign-in " strong { (found.sign_in_name) } " of " (found.name) "." }
        (posted(request, &format!("/set-up/{token}"), &html! {
            // A password manager saves the two together.
            input type="hidden" name="username" autocomplete="username" value=(found.sign_in_name);
            (PasswordInput::new("password").label("Password").autocomplete("new-password")
                .hint("At least 12 characters. Three or four words that do not belong together are a good start. \
                       Your name, your organisation and common passwords are refused.")
                .error(errors.of("password")))
            (Button::new("Continue"))
        }))
    };
    request.page("Choose a password").in_error(!errors.is_empty()).render(body)
}

fn code_page(request: &Request, token: &str, found: &SetUp, errors: &Errors) -> Outcome {
    let address = found.secret.address(&request.org.organisation.name, &found.sign_in_name)?;
    let body = html! {
        (summary(errors))
        span class="govuk-caption-l" { "Step 2 of 2" }
        h1 class="govuk-heading-l" { "Set up one-time codes" }
        (scan(&address, &found.secret)?)
        (posted(request, &format!("/set-up/{token}/code"), &html! {
            (code_field("Code", "The 6 digits that the app shows now", errors))
            (Button::new("Finish"))
        }))
    };
    Ok(request.page("Set up one-time codes").in_error(!errors.is_empty()).render(body))
}

fn done_page(request: &Request, codes: &[String]) -> Response {
    let body = html! {
        h1 class="govuk-heading-l" { "Your recovery codes" }
        (WarningText::new("Keep these codes now: this page cannot be shown again."))
        (recovery_codes(codes))
        (Button::new("I have kept them: sign in").href(request.href("/sign-in")))
    };
    request.page("Your recovery codes").render(body)
}

fn link_is_over(request: &Request) -> Response {
    let body = html! {
        h1 class="govuk-heading-l" { "This link cannot be used" }
        p class="govuk-body" {
            "A link to set up a sign-in works once and for 7 days. If yours is not set up, ask your administrator \
             for a new one."
        }
        p class="govuk-body" { a class="govuk-link" href=(request.href("/sign-in")) { "Sign in" } }
    };
    request.page("This link cannot be used").status(axum::http::StatusCode::NOT_FOUND).render(body)
}
