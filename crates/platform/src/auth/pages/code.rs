//! The second page: the one-time code, or a recovery code.

use axum::{http::HeaderMap, response::Response};
use govuk::{Button, Details};
use maud::html;

use super::{
    parts::{code_field, form as posted, summary, with_session},
    sign_in::{back, with_return},
};
use crate::{
    auth::{
        cookie,
        service::sign_in::{self, CodeStep},
    },
    web::{Errors, Form, Outcome, Request},
};

const REFUSED: &str =
    "The code is not right, or was used already. After 6 failures a sign-in is locked for 15 minutes";

/// Asks for the code.
pub(super) async fn form(request: Request, headers: HeaderMap) -> Outcome {
    let awaited = match cookie::session_secret(&request.org, &headers) {
        Some(secret) => sign_in::is_code_awaited(&request, &secret).await?,
        None => false,
    };
    if !awaited {
        return Ok(start_again(&request, &back(request.query("return"))));
    }
    Ok(page(&request, &back(request.query("return")), &Errors::new()))
}

/// Takes the code.
pub(super) async fn submit(request: Request, headers: HeaderMap, form: Form) -> Outcome {
    let back = back(Some(form.raw("return").to_owned()));
    let Some(pending) = cookie::session_secret(&request.org, &headers) else {
        return Ok(start_again(&request, &back));
    };
    let mut errors = Errors::new();
    if let Some(typed) = errors.required(&form, "code", "Enter the code from your app") {
        match sign_in::code(&request, &pending, typed).await? {
            CodeStep::SignedIn(secret) => {
                return Ok(with_session(&request, request.redirect(&back), &secret));
            }
            CodeStep::StartAgain => return Ok(start_again(&request, &back)),
            CodeStep::Refused => errors.add("code", REFUSED),
        }
    }
    Ok(page(&request, &back, &errors))
}

fn start_again(request: &Request, back: &str) -> Response {
    request.redirect(&format!("{}&start-again=yes", with_return("/sign-in", back)))
}

fn page(request: &Request, back: &str, errors: &Errors) -> Response {
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Enter your one-time code" }
        (posted(request, "/sign-in/code", &html! {
            (code_field("Code", "6 digits from your authenticator app, or one of your recovery codes", errors))
            input type="hidden" name="return" value=(back);
            (Button::new("Sign in"))
        }))
        (Details::new(
            "I do not have my phone with me",
            "Enter one of your recovery codes instead. If you have none left, ask your administrator for a new link \
             to set up your sign-in."
        ))
    };
    request
        .page("Enter your one-time code")
        .back("Back", "/sign-in")
        .in_error(!errors.is_empty())
        .render(body)
}
