//! The first page: sign-in name and password; the start of the organisation; signing out.

use axum::response::Response;
use govuk::{Button, Input, InsetText, PasswordInput};
use maud::{Markup, html};

use super::parts::{form as posted, summary, with_session, without_session};
use crate::{
    auth::{
        paths::is_local,
        service::sign_in::{self, PasswordStep},
    },
    web::{Errors, Form, Outcome, Request},
};

/// What whoever fails is told, whatever the cause: a wrong name, a wrong password, a lock-out, a suspension.
pub(super) const REFUSED: &str = "Your sign-in name or password is not right. After 6 failures a sign-in is \
                                  locked for 15 minutes";

/// The start of the organisation's pages.
pub(super) async fn start(request: Request) -> Outcome {
    Ok(request.redirect(if request.session.is_some() { "/today" } else { "/sign-in" }))
}

/// Asks for sign-in name and password.
pub(super) async fn form(request: Request) -> Outcome {
    if request.session.is_some() {
        return Ok(request.redirect(&back(request.query("return"))));
    }
    Ok(page(&request, "", request.query("return"), &Errors::new()))
}

/// Takes sign-in name and password.
pub(super) async fn submit(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "sign-in-name", "Enter your sign-in name");
    if form.raw("password").is_empty() {
        errors.add("password", "Enter your password");
    }
    if errors.is_empty() {
        let answer = sign_in::password(&request, form.text("sign-in-name"), form.raw("password")).await?;
        if let PasswordStep::CodeNext(secret) = answer {
            let next = with_return("/sign-in/code", &back(Some(form.raw("return").to_owned())));
            return Ok(with_session(&request, request.redirect(&next), &secret));
        }
        errors.add("sign-in-name", REFUSED);
    }
    Ok(page(&request, form.raw("sign-in-name"), Some(form.raw("return").to_owned()), &errors))
}

/// Asks whether to sign out: where a link leads that cannot post a form.
pub(super) async fn out_form(request: Request) -> Outcome {
    if request.session.is_none() {
        return Ok(request.redirect("/sign-in"));
    }
    Ok(request.page("Sign out").back("Back to Today", "/today").render(html! {
        h1 class="govuk-heading-l" { "Sign out" }
        p class="govuk-body" { "Your session on this device ends. Other devices stay signed in." }
        form method="post" action=(request.href("/sign-out")) data-never-kept {
            (request.csrf_field())
            (Button::new("Sign out"))
        }
    }))
}

/// Signs out.
pub(super) async fn out(request: Request) -> Outcome {
    if let Some(session) = &request.session {
        sign_in::out(&request, session.id).await?;
    }
    Ok(without_session(&request, request.redirect("/sign-in?signed-out=yes")))
}

/// Where to go after signing in: the path that was asked for if it is one of ours, else Today.
pub(super) fn back(path: Option<String>) -> String {
    path.filter(|path| is_local(path)).unwrap_or_else(|| "/today".to_owned())
}

/// A path with where to go afterwards.
pub(super) fn with_return(path: &str, back: &str) -> String {
    serde_urlencoded::to_string([("return", back)])
        .map_or_else(|_| path.to_owned(), |query| format!("{path}?{query}"))
}

fn page(request: &Request, name: &str, back: Option<String>, errors: &Errors) -> Response {
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Sign in" }
        (note(request))
        (posted(request, "/sign-in", &html! {
            (Input::new("sign-in-name").label("Sign-in name").hint("Your work email address")
                .kind("email").autocomplete("username").spellcheck(false).autocapitalize("none")
                .value(name).error(errors.of("sign-in-name")))
            (PasswordInput::new("password").label("Password").error(errors.of("password")))
            @if let Some(back) = back.filter(|back| is_local(back)) {
                input type="hidden" name="return" value=(back);
            }
            (Button::new("Continue"))
        }))
        p class="govuk-body" {
            "If you cannot sign in, ask your administrator for a new link to set up your sign-in."
        }
    };
    request.page("Sign in").in_error(!errors.is_empty()).render(body)
}

/// Why somebody is here who did not ask to be.
fn note(request: &Request) -> Markup {
    html! {
        @if request.query("timed-out").is_some() {
            (InsetText::new(
                "You were signed out because the page was not used for 30 minutes, or after 10 hours. What you had \
                 typed is kept for 7 days. Sign in to go on."
            ))
        } @else if request.query("signed-out").is_some() {
            (InsetText::new("You are signed out."))
        } @else if request.query("start-again").is_some() {
            (InsetText::new("The password was entered too long ago. Sign in again."))
        }
    }
}
