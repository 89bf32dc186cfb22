//! The guard before every handler: who asks, may they ever do this, did the form come from our own page.
//!
//! Order matters: organisation, session, permission by role, token, handler, error page. Permission for the
//! particular thing is asked again by the service that loads it.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use maud::html;
use subtle::ConstantTimeEq as _;

use super::{App, Csrf, Failure, Form, Request, headers::Nonce, remote};
use crate::{
    auth::{cookie, drafts, session},
    context::{Channel, Ctx},
    organisation::Org,
    policy::{Action, Actor, may_ever},
    random,
};

/// A form may be this large; files go another way.
const FORM_BYTES_MAX: usize = 256 * 1024;
/// A form may have this many fields.
const FIELDS_MAX: usize = 2_000;

/// What the guard of one route knows.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) app: Arc<App>,
    pub(super) action: Action,
    pub(super) csrf: Csrf,
}

/// Guards one route.
pub(super) async fn guard(State(guard): State<Guard>, mut http: HttpRequest, next: Next) -> Response {
    let Some(org) = http.extensions().get::<Arc<Org>>().cloned() else {
        return plain_not_found();
    };
    let nonce = random::token(org.random.as_ref());
    let (mut request, found) =
        match identify(&guard, &org, Asked::of(&http, &guard.app.settings.proxies), nonce).await {
            Ok(identified) => identified,
            Err(failure) => return failure.into_response(),
        };
    let fresh_visitor = found.fresh_visitor_cookie.clone();
    let response = match admit(&guard, &mut request, found, &mut http).await {
        Ok(()) => {
            http.extensions_mut().insert(request.clone());
            let method = http.method().clone();
            // A fault in a handler is answered like any other failure; the log says where it was.
            let answer = AssertUnwindSafe(next.run(http)).catch_unwind().await;
            let response = answer.unwrap_or_else(|_| Failure::Internal.into_response());
            forget_draft(&request, &method, response.status()).await;
            response
        }
        Err(Refused::Failure(failure)) => failure.into_response(),
        Err(Refused::Response(response)) => *response,
    };
    finish(&request, response, fresh_visitor)
}

/// A form that was taken (not sent back with its errors) needs no draft any more.
async fn forget_draft(request: &Request, method: &Method, status: StatusCode) {
    if method != Method::POST
        || request.session.is_none()
        || !(status.is_success() || status.is_redirection())
    {
        return;
    }
    if let Err(error) = drafts::forget(&request.ctx.org, request.actor.id, &request.path).await {
        tracing::warn!(error = error.chain(), "a draft that was taken could not be removed");
    }
}

/// Why a request did not reach its handler.
enum Refused {
    Failure(Failure),
    Response(Box<Response>),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// What the cookies said.
struct Found {
    expired: Option<session::Expired>,
    fresh_visitor_cookie: Option<String>,
}

/// The parts of a request that say who asks for what, without its body.
struct Asked {
    headers: HeaderMap,
    path: String,
    query: String,
    remote: String,
}

impl Asked {
    fn of(http: &HttpRequest, proxies: &[IpAddr]) -> Self {
        let peer = http.extensions().get::<ConnectInfo<SocketAddr>>();
        Self {
            headers: http.headers().clone(),
            path: http.uri().path().to_owned(),
            query: http.uri().query().unwrap_or_default().to_owned(),
            remote: peer
                .map(|ConnectInfo(peer)| remote::of(peer.ip(), http.headers(), proxies).to_string())
                .unwrap_or_default(),
        }
    }
}

async fn identify(
    guard: &Guard,
    org: &Arc<Org>,
    asked: Asked,
    nonce: String,
) -> Result<(Request, Found), Failure> {
    let resolved = match cookie::session_secret(org, &asked.headers) {
        Some(secret) => session::resolve(org, &secret).await?,
        None => session::Resolved::None,
    };
    let (actor, session, expired) = match resolved {
        session::Resolved::Live { actor, session } => (actor, Some(session), None),
        session::Resolved::Expired(expired) => (Actor::nobody(), None, Some(expired)),
        session::Resolved::None => (Actor::nobody(), None, None),
    };
    // Before sign-in the token is bound to a cookie of the visitor's own.
    let (csrf, fresh_visitor_cookie) = match &session {
        Some(session) => (session.csrf.clone(), None),
        None => {
            let (visitor, fresh) = match cookie::visitor(org, &asked.headers) {
                Some(visitor) => (visitor, false),
                None => (random::token(org.random.as_ref()), true),
            };
            (cookie::visitor_csrf(org, &visitor), fresh.then_some(visitor))
        }
    };
    let request = Request {
        ctx: Ctx::new(Arc::clone(org), actor, Channel::Page),
        app: Arc::clone(&guard.app),
        session,
        csrf,
        nonce,
        path: asked.path,
        query: asked.query,
        action: guard.action,
        remote: asked.remote,
    };
    Ok((request, Found { expired, fresh_visitor_cookie }))
}

async fn admit(
    guard: &Guard,
    request: &mut Request,
    found: Found,
    http: &mut HttpRequest,
) -> Result<(), Refused> {
    let public = guard.action == Action::Public;
    if !public && request.session.is_none() {
        return Err(ask_to_sign_in(guard, request, found.expired, http).await);
    }
    if !public && !may_ever(&request.actor, guard.action) {
        // Whether there is such a page is not a secret, the route table is published; the thing behind it is,
        // and for a thing the answer must be the same whether it exists or not: both end here.
        return Err(Failure::Forbidden.into());
    }
    if guard.csrf == Csrf::Guard {
        let form = read_form(http).await?;
        let header = http.headers().get("x-csrf-token").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let token = header.unwrap_or_else(|| form.raw("csrf").to_owned());
        if !same_token(&token, &request.csrf) || from_another_site(http) {
            return Err(Failure::BadToken.into());
        }
        http.extensions_mut().insert(form);
    } else if guard.csrf == Csrf::Upload && from_another_site(http) {
        return Err(Failure::BadToken.into());
    }
    Ok(())
}

/// Whether two tokens are equal, without telling by the time where they differ.
pub(super) fn same_token(given: &str, expected: &str) -> bool {
    !expected.is_empty() && bool::from(given.as_bytes().ct_eq(expected.as_bytes()))
}

/// Whether the browser says that another site sent this.
fn from_another_site(http: &HttpRequest) -> bool {
    http.headers()
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

/// Answers someone who is not signed in. A form sent after the session ended is kept as a draft (if it was
/// really theirs: its token must be the ended session's), so that nothing typed is lost.
async fn ask_to_sign_in(
    guard: &Guard,
    request: &Request,
    expired: Option<session::Expired>,
    http: &mut HttpRequest,
) -> Refused {
    let mut timed_out = expired.is_some();
    if let (Some(expired), Csrf::Guard) = (expired, guard.csrf)
        && let Ok(form) = read_form(http).await
        && same_token(form.raw("csrf"), &expired.csrf)
    {
        let kept = drafts::keep(&request.ctx.org, expired.user, &request.path, &form).await;
        if let Err(error) = kept {
            tracing::error!(error = error.chain(), "a form sent after time-out could not be kept");
            timed_out = false;
        }
    }
    if wants_json(http) {
        // A script's call: a redirect would lead it to a page that it cannot read.
        return Refused::Response(Box::new(StatusCode::UNAUTHORIZED.into_response()));
    }
    let back = if http.method() == Method::GET && !request.query.is_empty() {
        format!("{}?{}", request.path, request.query)
    } else {
        request.path.clone()
    };
    let query = serde_urlencoded::to_string([("return", back.as_str())]).unwrap_or_default();
    let why = if timed_out { "&timed-out=yes" } else { "" };
    Refused::Response(Box::new(request.redirect(&format!("/sign-in?{query}{why}"))))
}

/// Whether a script of ours calls, not a browser that shows pages.
fn wants_json(http: &HttpRequest) -> bool {
    let accept = http.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.starts_with("application/json"))
}

async fn read_form(http: &mut HttpRequest) -> Result<Form, Failure> {
    let kind = http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !kind.starts_with("application/x-www-form-urlencoded") {
        let empty = http.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
        if empty && kind.is_empty() {
            return Ok(Form::default());
        }
        return Err(Failure::BadRequest("the form was not sent in the form that this page expects".into()));
    }
    let body = std::mem::replace(http.body_mut(), Body::empty());
    let bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| Failure::TooLarge)?;
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| Failure::BadRequest("the form could not be read".into()))?;
    if fields.len() > FIELDS_MAX {
        return Err(Failure::TooLarge);
    }
    Ok(Form(fields))
}

/// Writes the error page where a handler failed, sets the cookie of a new visitor, passes the nonce on.
fn finish(request: &Request, mut response: Response, fresh_visitor: Option<String>) -> Response {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = error_page(request, &failure);
    }
    response.extensions_mut().insert(Rendered);
    response.extensions_mut().insert(crate::logging::Reference(request.ctx.request));
    response.extensions_mut().insert(Nonce(request.nonce.clone()));
    if let Some(visitor) = fresh_visitor {
        let secure = request.app.settings.secure;
        if let Ok(value) = HeaderValue::from_str(&cookie::set_visitor(&request.ctx.org, &visitor, secure)) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

fn error_page(request: &Request, failure: &Failure) -> Response {
    let (heading, words) = failure.words();
    let body = html! {
        h1 class="govuk-heading-l" { (heading) }
        p class="govuk-body" { (words) }
        p class="govuk-body" {
            a class="govuk-link" href=(request.href("/")) { "Go to the start page" }
        }
        p class="govuk-body-s" { "Reference: " (request.ctx.request) }
    };
    if failure.status().is_server_error() {
        tracing::error!(request = %request.ctx.request, path = "withheld", status = failure.status().as_u16(), "error page");
    }
    request.page(heading).status(failure.status()).render(body)
}

/// Marks an answer that a guard has already finished.
#[derive(Clone)]
struct Rendered;

/// The outermost layer of an organisation's pages: gives paths that no route knows, and methods that no route
/// takes, the same error page as everything else.
pub(super) async fn render_outermost(State(guard): State<Guard>, http: HttpRequest, next: Next) -> Response {
    let Some(org) = http.extensions().get::<Arc<Org>>().cloned() else {
        return plain_not_found();
    };
    let nonce = random::token(org.random.as_ref());
    let asked = Asked::of(&http, &guard.app.settings.proxies);
    let response = next.run(http).await;
    if response.extensions().get::<Rendered>().is_some() {
        return response;
    }
    match identify(&guard, &org, asked, nonce).await {
        Ok((request, _)) => finish(&request, response, None),
        Err(failure) => failure.into_response(),
    }
}

/// The page at `/`: the organisations of this installation.
pub(super) async fn front_page(State(state): State<super::app::Dispatch>) -> Response {
    super::page::front_page(&state.app)
}

/// A 404 outside any organisation.
pub(super) fn plain_not_found() -> Response {
    let body = super::page::bare(
        "Page not found",
        &html! {
            h1 class="govuk-heading-l" { "Page not found" }
            p class="govuk-body" { "If you typed the address, check that it is right." }
            p class="govuk-body" { a class="govuk-link" href="/" { "Choose your organisation" } }
        },
    );
    (StatusCode::NOT_FOUND, body).into_response()
}
