//! One's own sign-in.

use axum::response::Response;
use govuk::{Button, Cell, NotificationBanner, PasswordInput, SummaryList, SummaryRow, Table};
use maud::{Markup, html};
use uuid::Uuid;

use super::parts::{code_field, form as posted, recovery_codes, row_button, scroll, summary, with_session};
use crate::{
    auth::{
        proof::Method,
        service::own::{self, Again, OwnChange},
    },
    clock::in_words,
    web::{Errors, Failure, Form, Outcome, Path, Request},
};

pub(super) const NOT_PROVED: &str =
    "Your password or the code is not right. After 6 failures a sign-in is locked for 15 minutes";

/// Shows sessions and what can be changed.
pub(super) async fn show(request: Request) -> Outcome {
    let (sessions, codes) = own::overview(&request).await?;
    let this = request.session.as_ref().map(|session| session.id);
    let table = sessions.iter().fold(
        Table::new().head(["Signed in", "Last used", "How", "End"]).first_cell_is_header(true),
        |table, session| {
            let began = in_words(session.created_at);
            let end = if Some(session.id) == this {
                html! { "This session" }
            } else {
                row_button(
                    &request,
                    &format!("/account/sessions/{}/end", session.id),
                    "End",
                    &format!("the session of {began}"),
                )
            };
            table.row([
                Cell::new(began),
                Cell::new(in_words(session.last_seen_at)),
                Cell::new(Method::title(&session.method)),
                Cell::new(end),
            ])
        },
    );
    let body = html! {
        @if let Some(done) = request.query("done") { (done_banner(&done)) }
        h1 class="govuk-heading-l" { "Your sign-in" }
        (SummaryList::new()
            .row(SummaryRow::new("Name", request.actor.name.as_str()))
            .row(SummaryRow::new("Password", "Set")
                .action(govuk::SummaryAction::change("password", request.href("/account/password"))))
            .row(SummaryRow::new("One-time codes", "From your authenticator app")
                .action(govuk::SummaryAction::new("Move to another app", request.href("/account/authenticator"))))
            .row(SummaryRow::new("Recovery codes", format!("{codes} left"))
                .action(govuk::SummaryAction::new("Make new ones", request.href("/account/recovery-codes")))))
        h2 class="govuk-heading-m" { "Where you are signed in" }
        (scroll("Where you are signed in", &table))
        (posted(&request, "/sign-out", &html! { (Button::new("Sign out").secondary()) }))
    };
    Ok(request.page("Your sign-in").wide().render(body))
}

fn done_banner(done: &str) -> Markup {
    html! {
        @match done {
            "password" => (NotificationBanner::succeeded("Your password is changed. Your other sessions have ended.")),
            "authenticator" => (NotificationBanner::succeeded(
                "Your one-time codes come from the new app now. Your other sessions have ended."
            )),
            "session" => (NotificationBanner::succeeded("The session has ended.")),
            _ => {}
        }
    }
}

/// Asks for the present password, a code and a new password.
pub(super) async fn password_form(request: Request) -> Outcome {
    Ok(password_page(&request, &Errors::new()))
}

/// Changes the password.
pub(super) async fn change_password(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    if form.raw("new-password").is_empty() {
        errors.add("new-password", "Enter a new password");
    }
    if let Some(again) = again(&request, &form, &mut errors)? {
        match own::change_password(&request, again, form.raw("new-password")).await? {
            OwnChange::Done(secret, ()) => {
                return Ok(with_session(&request, request.redirect("/account?done=password"), &secret));
            }
            OwnChange::NotProved => errors.add("password", NOT_PROVED),
            OwnChange::Weak(weakness) => errors.add("new-password", weakness.message()),
        }
    }
    Ok(password_page(&request, &errors))
}

/// What the person gave to prove again who they are; none where something is missing.
pub(super) fn again<'a>(
    request: &Request,
    form: &'a Form,
    errors: &mut Errors,
) -> Result<Option<Again<'a>>, Failure> {
    let session = request.session.as_ref().ok_or(Failure::Forbidden)?.id;
    let password = form.raw("password");
    if password.is_empty() {
        errors.add("password", "Enter your present password");
    }
    let code = errors.required(form, "code", "Enter the code from your app");
    Ok(code.filter(|_| errors.is_empty()).map(|code| Again { session, password, code }))
}

pub(super) fn proof_fields(errors: &Errors) -> Markup {
    html! {
        (PasswordInput::new("password").label("Present password").error(errors.of("password")))
        (code_field("Code", "6 digits from your authenticator app, or one of your recovery codes", errors))
    }
}

fn password_page(request: &Request, errors: &Errors) -> Response {
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Change your password" }
        (posted(request, "/account/password", &html! {
            (PasswordInput::new("new-password").label("New password").autocomplete("new-password")
                .hint("At least 12 characters").error(errors.of("new-password")))
            (proof_fields(errors))
            (Button::new("Change password"))
        }))
    };
    request.page("Change your password").back("Back", "/account").in_error(!errors.is_empty()).render(body)
}

/// Asks for password and code before new recovery codes are made.
pub(super) async fn codes_form(request: Request) -> Outcome {
    Ok(codes_page(&request, &Errors::new()))
}

/// Makes new recovery codes and shows them this once.
pub(super) async fn new_codes(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    if let Some(again) = again(&request, &form, &mut errors)? {
        match own::new_recovery_codes(&request, again).await? {
            OwnChange::Done(secret, codes) => {
                let body = html! {
                    h1 class="govuk-heading-l" { "Your new recovery codes" }
                    p class="govuk-body" { "The old ones do not work any more." }
                    (recovery_codes(&codes))
                    (Button::new("I have kept them").href(request.href("/account")))
                };
                return Ok(with_session(
                    &request,
                    request.page("Your new recovery codes").render(body),
                    &secret,
                ));
            }
            OwnChange::NotProved | OwnChange::Weak(_) => errors.add("password", NOT_PROVED),
        }
    }
    Ok(codes_page(&request, &errors))
}

fn codes_page(request: &Request, errors: &Errors) -> Response {
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Make new recovery codes" }
        p class="govuk-body" { "The codes that you have now will not work any more." }
        (posted(request, "/account/recovery-codes", &html! {
            (proof_fields(errors))
            (Button::new("Make new codes"))
        }))
    };
    request.page("Make new recovery codes").back("Back", "/account").in_error(!errors.is_empty()).render(body)
}

/// Ends another session.
pub(super) async fn end_session(request: Request, Path(id): Path<Uuid>) -> Outcome {
    own::end_session(&request, id).await?;
    Ok(request.redirect("/account?done=session"))
}
