//! The application: organisations and capabilities behind one router.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use axum::{
    Router,
    extract::{Path, Request as HttpRequest, State},
    http::{Uri, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use tower::ServiceExt as _;

use super::{guard, headers};
use crate::{capability::Capability, logging, metrics::Observer, organisation::Org};

/// What the pages need to know of the installation.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// The address under which people reach the installation, without a slash at its end.
    pub public_url: String,
    /// Whether that address is https, so that cookies are marked `Secure`.
    pub secure: bool,
    /// Proxies whose word is taken for the address of whoever asks; see [`super::remote`].
    pub proxies: Vec<IpAddr>,
    /// The most bytes that an uploaded file may have.
    pub upload_max: u64,
}

impl WebSettings {
    /// Settings for this address: no proxy is believed, and files have the usual limit.
    pub fn new(public_url: impl Into<String>) -> Self {
        let public_url = public_url.into();
        let secure = public_url.starts_with("https://");
        Self { public_url, secure, proxies: vec![], upload_max: super::upload::FILE_BYTES_MAX }
    }
}

/// The application.
pub struct App {
    /// Organisations by the first part of the path.
    pub organisations: BTreeMap<String, Arc<Org>>,
    /// The capabilities, in the order of their migrations.
    pub capabilities: Vec<Arc<dyn Capability>>,
    /// Settings of the pages.
    pub settings: WebSettings,
}

/// The router: assets and health at the top, and below each organisation's name every capability's routes
/// behind the guard. Figures are for this machine only.
pub fn router(app: Arc<App>) -> Router {
    router_observed(app, Observer::new(false))
}

/// The router, with `observer` to count the requests and to say who may ask for the figures.
pub fn router_observed(app: Arc<App>, observer: Observer) -> Router {
    let mut inner = Router::new();
    for route in app.capabilities.iter().flat_map(|capability| capability.routes()) {
        let guard = middleware::from_fn_with_state(
            guard::Guard { app: Arc::clone(&app), action: route.action, csrf: route.csrf },
            guard::guard,
        );
        let named = middleware::from_fn_with_state(route.path, logging::name_route);
        inner = inner.route(route.path, route.handler.clone().layer(guard).layer(named));
    }
    // What no route knows is answered by the guard too, so that it looks the same signed in or not.
    let nowhere = guard::Guard {
        app: Arc::clone(&app),
        action: crate::policy::Action::Public,
        csrf: super::Csrf::NotNeeded,
    };
    let inner = inner
        .fallback(async || super::Failure::NotFound)
        .method_not_allowed_fallback(async || super::Failure::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(nowhere, guard::render_outermost))
        .with_state(Arc::clone(&app));
    Router::new()
        .route("/", get(guard::front_page))
        .route("/assets/{*path}", get(asset))
        .fallback(dispatch)
        .with_state(Dispatch { app: Arc::clone(&app), inner })
        .merge(observer.routes(app))
        .layer(middleware::from_fn(headers::security_headers))
        .layer(middleware::from_fn_with_state(observer, logging::observe))
}

/// State of the outer router.
#[derive(Clone)]
pub(super) struct Dispatch {
    pub(super) app: Arc<App>,
    inner: Router,
}

/// Takes the organisation's name off the path and hands the rest to the inner router.
async fn dispatch(State(state): State<Dispatch>, mut request: HttpRequest) -> Response {
    let path = request.uri().path().to_owned();
    let (first, rest) = match path.strip_prefix('/').map(|p| p.split_once('/')) {
        Some(Some((first, rest))) => (first, format!("/{rest}")),
        Some(None) => (path.trim_start_matches('/'), "/".to_owned()),
        None => ("", "/".to_owned()),
    };
    let Some(org) = state.app.organisations.get(first) else {
        return guard::plain_not_found();
    };
    let query = request.uri().query().map(|q| format!("?{q}")).unwrap_or_default();
    let Ok(uri) = format!("{rest}{query}").parse::<Uri>() else {
        return guard::plain_not_found();
    };
    *request.uri_mut() = uri;
    request.extensions_mut().insert(Arc::clone(org));
    let organisation = logging::Organisation(Arc::clone(org));
    match state.inner.clone().oneshot(request).await {
        Ok(mut response) => {
            response.extensions_mut().insert(organisation);
            response
        }
        Err(never) => match never {},
    }
}

/// A style sheet, script or picture of the design system; its name holds its hash, so it never changes.
async fn asset(Path(path): Path<String>) -> Response {
    let Some(asset) = govuk::assets::get(&path) else { return guard::plain_not_found() };
    let headers =
        [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, govuk::assets::CACHE_CONTROL)];
    (headers, asset.bytes).into_response()
}
