//! What the warning before a time-out calls: stay signed in, and keep what was typed.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    auth::{drafts, model::limits, session},
    web::{Failure, Form, Outcome, Request},
};

/// Stays signed in: the idle time begins anew. Answers with the seconds that are left and both ends.
pub(super) async fn stay(request: Request) -> Outcome {
    let Some(found) = &request.session else { return Err(Failure::Forbidden) };
    // Asking is a use, but the last use is written down once a minute only: here it must be written at once,
    // because the answer promises the time.
    session::touch(&request.org, found.id).await;
    let until = limits::end(request.now(), found.absolute_until);
    let seconds = seconds(request.now(), until);
    Ok(answer(&json!({ "seconds": seconds, "idle_until": until, "absolute_until": found.absolute_until })))
}

/// Keeps a form's fields until its owner comes back. The field `_draft` names the address to which the form
/// would be posted; it is not kept itself. Typing is being there, so the answer says how long the session lasts.
pub(super) async fn draft(request: Request, form: Form) -> Outcome {
    let address = form.raw("_draft");
    let path = address.strip_prefix(&request.href("")).unwrap_or(address);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if !crate::auth::paths::is_local(path) {
        return Err(Failure::BadRequest("the page whose form is to be kept is not one of this site".into()));
    }
    let fields = form.fields().iter().filter(|(name, _)| name != "_draft").cloned().collect();
    drafts::keep(&request.org, request.actor.id, path, &Form::of(fields)).await?;
    let until = request.session.as_ref().map_or(request.now(), |session| session.idle_until);
    Ok(answer(&json!({ "kept": true, "seconds": seconds(request.now(), until) })))
}

/// Whole seconds from now until then.
fn seconds(now: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
    (until - now).num_seconds().max(0)
}

fn answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
