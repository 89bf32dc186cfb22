//! What a handler knows of its request: the context, the session, and how to answer.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use super::{App, Failure, Page};
use crate::{context::Ctx, policy::Action};

/// The session behind a signed-in request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// The session's identifier (not the secret in the cookie).
    pub id: Uuid,
    /// The token that every form of this session carries.
    pub csrf: String,
    /// When it ends unless something is done before.
    pub idle_until: DateTime<Utc>,
    /// When it ends whatever is done.
    pub absolute_until: DateTime<Utc>,
}

/// What the warning before a time-out needs: when, and the addresses that it calls. Calls carry the token of
/// forms in the header `x-csrf-token` and `accept: application/json`; when the session is over they get 401.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOut {
    /// Seconds until the session ends unless something is asked before.
    pub seconds: u32,
    /// When it ends whatever is done.
    pub absolute_until: DateTime<Utc>,
    /// POST: stay signed in; answers `{"seconds": 1800, "idle_until": .., "absolute_until": ..}`.
    pub stay: String,
    /// POST, form-encoded: keep the fields; `_draft` is the address to which their form would be posted.
    pub draft: String,
    /// POST: sign out.
    pub sign_out: String,
    /// Where to go when the session is over; leads back to this page.
    pub sign_in: String,
}

/// A request that passed the guard.
#[derive(Clone)]
pub struct Request {
    /// Who asks, of which organisation.
    pub ctx: Ctx,
    /// The application.
    pub app: Arc<App>,
    /// The session; none before sign-in.
    pub session: Option<SessionInfo>,
    /// The token for forms: the session's, or before sign-in the one bound to the visitor's cookie.
    pub csrf: String,
    /// The nonce of this answer's content security policy.
    pub nonce: String,
    /// The path below the organisation's own.
    pub path: String,
    /// The query, without its question mark; empty where there is none.
    pub query: String,
    /// The action that the route declared.
    pub action: Action,
    /// Address of the caller, for rate limits; empty where it is not known.
    pub remote: String,
}

impl Deref for Request {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.ctx
    }
}

impl Request {
    /// A path of this organisation: `href("/people")` gives `/southampton/people`.
    pub fn href(&self, path: &str) -> String {
        format!("/{}{}", self.ctx.org.slug(), path)
    }

    /// Begins a page.
    pub fn page(&self, title: impl Into<String>) -> Page<'_> {
        Page::new(self, title.into())
    }

    /// The hidden field that every form must hold.
    pub fn csrf_field(&self) -> Markup {
        html! { input type="hidden" name="csrf" value=(self.csrf); }
    }

    /// Sends the browser to a path of this organisation with GET (after a form was taken).
    pub fn redirect(&self, path: &str) -> Response {
        (StatusCode::SEE_OTHER, [(header::LOCATION, self.href(path))]).into_response()
    }

    /// What this person was typing on this page when their session ended, if it was kept: put it back into the
    /// form. It is forgotten when the form is posted and taken. A form is posted to the path that shows it.
    pub async fn draft(&self) -> crate::Result<Option<super::Form>> {
        if self.session.is_none() {
            return Ok(None);
        }
        crate::auth::drafts::find(&self.ctx.org, self.ctx.actor.id, &self.path).await
    }

    /// What the warning before a time-out needs to know; none before sign-in.
    pub fn time_out(&self) -> Option<TimeOut> {
        let session = self.session.as_ref()?;
        let address = serde_urlencoded::to_string([("return", self.path.as_str())]).unwrap_or_default();
        Some(TimeOut {
            seconds: u32::try_from((session.idle_until - self.ctx.now()).num_seconds()).unwrap_or(0),
            absolute_until: session.absolute_until,
            stay: self.href("/session/stay"),
            draft: self.href("/session/draft"),
            sign_out: self.href("/sign-out"),
            sign_in: self.href(&format!("/sign-in?{address}&timed-out=yes")),
        })
    }

    /// One value of the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        serde_urlencoded::from_str::<Vec<(String, String)>>(&self.query)
            .ok()?
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Request {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // Only the guard makes one; a handler reached without it must not run.
        parts.extensions.get::<Self>().cloned().ok_or(Failure::Unguarded)
    }
}
