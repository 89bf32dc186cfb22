//! What the warning before a time-out calls: stay signed in, and keep what was typed.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use crate::{
    auth::{drafts, model::limits::IDLE, session},
    web::{Failure, Form, Outcome, Request},
};

/// Stays signed in: the idle time begins anew. Answers with both ends of the session.
pub(super) async fn stay(request: Request) -> Outcome {
    let Some(found) = &request.session else { return Err(Failure::Forbidden) };
    // Asking is a use, but the last use is written down once a minute only: here it must be written at once,
    // because the answer promises the time.
    session::touch(&request.org, found.id).await;
    let until = (request.now() + IDLE).min(found.absolute_until);
    Ok(answer(&json!({ "idle_until": until, "absolute_until": found.absolute_until })))
}

/// Keeps a form's fields until its owner comes back. The field `draft-path` names the page, as an address of
/// this organisation; it is not kept itself.
pub(super) async fn draft(request: Request, form: Form) -> Outcome {
    let address = form.raw("draft-path");
    let path = address.strip_prefix(&request.href("")).unwrap_or(address);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if !crate::auth::paths::is_local(path) {
        return Err(Failure::BadRequest("the page whose form is to be kept is not one of this site".into()));
    }
    let fields = form.fields().iter().filter(|(name, _)| name != "draft-path").cloned().collect();
    drafts::keep(&request.org, request.actor.id, path, &Form::of(fields)).await?;
    Ok(answer(&json!({ "kept": true })))
}

fn answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
