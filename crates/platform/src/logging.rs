//! Logs as lines of JSON on standard error, without personal data.
//!
//! One line per request says which page it was, by its route and not by its path, how it ended and how long
//! it took. What people type, who they are and whom they look at is never in a log: it is in the chains, where
//! it belongs. Other crates' lines are let through from warnings upwards only, because their finer ones
//! show headers and statements.

use std::{io, panic, sync::Arc};

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use http_body::Body as _;
use tokio::time::Instant;
use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, fmt::MakeWriter, layer::SubscriberExt as _,
};
use uuid::Uuid;

use crate::{Error, Result, metrics::Observer, organisation::Org};

/// The rooms of Nearhand: the first parts of the targets of our own lines.
const OURS: &[&str] = &["nearhand", "platform", "record", "schools", "returns", "govuk", "demo"];

/// Sends logs to standard error. `directives` sets how fine our own lines are (`debug`, `platform=trace`; the
/// usual is `info`). Panics are logged by their place; their words, which may hold anything, are not.
pub fn init(directives: Option<&str>) -> Result<()> {
    let subscriber = subscriber(directives, io::stderr)?;
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|_| Error::invalid("logging", "it was set up twice"))?;
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a fault of the program");
    }));
    Ok(())
}

/// What [`init`] sets up, writing to `writer`.
pub fn subscriber<W>(directives: Option<&str>, writer: W) -> Result<impl Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(directives.unwrap_or_default())
        .map_err(|error| Error::invalid("log filter", error.to_string()))?;
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(writer)
        .with_filter(filter)
        .with_filter(filter_fn(is_ours_or_serious));
    Ok(tracing_subscriber::registry().with(lines))
}

fn is_ours_or_serious(line: &Metadata<'_>) -> bool {
    let room = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::WARN || OURS.contains(&room)
}

/// The route that answered, by its template.
#[derive(Debug, Clone, Copy)]
struct Route(&'static str);

/// The request's reference, which error pages show and the chains keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference(pub(crate) Uuid);

/// Whose page it was.
#[derive(Clone)]
pub(crate) struct Organisation(pub(crate) Arc<Org>);

/// Tells the outer layer which route answered.
pub(crate) async fn name_route(State(path): State<&'static str>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Route(path));
    response
}

/// Writes one line for each request, and counts it.
pub(crate) async fn observe(State(observer): State<Observer>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = method(request.method());
    // Outside the organisations there are few paths, and only these may be named.
    let outer = match request.uri().path() {
        "/" => "/",
        "/health" => "/health",
        "/metrics" => "/metrics",
        path if path.starts_with("/assets/") => "/assets/{path}",
        _ => "none",
    };
    let response = next.run(request).await;
    let route = response.extensions().get::<Route>().map_or(outer, |Route(path)| path);
    let took = began.elapsed();
    let status = response.status().as_u16();
    observer.request(method, route, status, took);
    let organisation = response.extensions().get::<Organisation>();
    let reference = response.extensions().get::<Reference>();
    tracing::info!(
        method,
        route,
        status,
        ms = took.as_secs_f64() * 1_000.0,
        bytes = response.body().size_hint().exact(),
        organisation = organisation.map(|Organisation(org)| org.slug()),
        request = reference.map(|Reference(id)| tracing::field::display(id)),
        "request"
    );
    response
}

/// A method's name; one that is made up could say anything.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
