//! Moving the one-time codes to another app.

use axum::response::Response;
use govuk::Button;
use maud::html;

use super::{
    account::{NOT_PROVED, again, proof_fields},
    parts::{code_field, form as posted, scan, summary, with_session},
};
use crate::{
    auth::service::authenticator::{self, Moved, Offer},
    web::{Errors, Failure, Form, Outcome, Request},
};

const PATH: &str = "/account/authenticator";

/// Asks for password and code.
pub(super) async fn form(request: Request) -> Outcome {
    Ok(proof_page(&request, &Errors::new()))
}

/// Shows the new secret.
pub(super) async fn offer(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    if let Some(again) = again(&request, &form, &mut errors)? {
        match authenticator::offer(&request, again).await? {
            Some(offer) => return code_page(&request, &offer, &Errors::new()),
            None => errors.add("password", NOT_PROVED),
        }
    }
    Ok(proof_page(&request, &errors))
}

/// Takes the new app's code.
pub(super) async fn confirm(request: Request, form: Form) -> Outcome {
    let session = request.session.as_ref().ok_or(Failure::Forbidden)?.id;
    let mut errors = Errors::new();
    let Some(offer) = authenticator::open(&request, session, form.raw("offer")) else {
        errors.add("password", "The new key is good for 15 minutes and has ended. Begin again");
        return Ok(proof_page(&request, &errors));
    };
    if let Some(typed) = errors.required(&form, "code", "Enter the code from your new app") {
        if let Moved::Done(secret) = authenticator::confirm(&request, session, &offer, typed).await? {
            return Ok(with_session(&request, request.redirect("/account?done=authenticator"), &secret));
        }
        errors
            .add("code", "The code is not the one that your new app shows now. Check the time on your phone");
    }
    code_page(&request, &offer, &errors)
}

fn proof_page(request: &Request, errors: &Errors) -> Response {
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Move your one-time codes to another app" }
        p class="govuk-body" {
            "For example to a new phone. Your present app works until the new one has shown a code. If you have lost the \
             present one, use a recovery code here."
        }
        (posted(request, PATH, &html! {
            (proof_fields(errors))
            (Button::new("Continue"))
        }))
    };
    let page = request.page("Move your one-time codes to another app").back("Back", "/account");
    page.in_error(!errors.is_empty()).render(body)
}

fn code_page(request: &Request, offer: &Offer, errors: &Errors) -> Outcome {
    let address = offer.secret.address(&request.org.organisation.name, &request.actor.name)?;
    let body = html! {
        (summary(errors))
        h1 class="govuk-heading-l" { "Add the account to your new app" }
        (scan(&address, &offer.secret)?)
        (posted(request, "/account/authenticator/code", &html! {
            input type="hidden" name="offer" value=(offer.sealed);
            (code_field("Code", "The 6 digits that the new app shows now", errors))
            (Button::new("Finish"))
        }))
    };
    let page = request.page("Add the account to your new app").back("Back", "/account");
    Ok(page.in_error(!errors.is_empty()).render(body))
}
