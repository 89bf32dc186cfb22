//! Figures for Prometheus: requests, jobs, the chains. `GET /metrics` answers this machine only, unless the
//! installation opens it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Extension, Router,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};

use crate::{
    Result,
    audit::{entry::Chain, store::head},
    health,
    jobs::{self, State as JobState},
    organisation::Org,
    web::App,
};

/// Bounds of the histogram of request times, in seconds.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Times are gathered one by one until somebody asks for the figures, or until there are this many.
const UPKEEP_EVERY: u64 = 4_096;
/// Headers by which a proxy says that it speaks for somebody else.
const PROXIED: &[&str] = &["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Where the figures of one server are gathered.
#[derive(Clone)]
pub struct Observer {
    recorder: Arc<PrometheusRecorder>,
    requests: Arc<AtomicU64>,
    open: bool,
}

impl Observer {
    /// A new set of figures. `open` lets anybody who reaches the server ask for them; otherwise only this
    /// machine may, and not through a proxy.
    pub fn new(open: bool) -> Self {
        let times = Matcher::Full("nearhand_request_seconds".to_owned());
        // Only an empty list of bounds is refused; without bounds the times become a summary.
        let builder = PrometheusBuilder::new().set_buckets_for_metric(times, SECONDS);
        let recorder = builder.unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder();
        metrics::with_local_recorder(&recorder, describe);
        Self { recorder: Arc::new(recorder), requests: Arc::default(), open }
    }

    /// Counts a request.
    pub(crate) fn request(&self, method: &'static str, route: &'static str, status: u16, took: Duration) {
        metrics::with_local_recorder(&*self.recorder, || {
            let labels = [("method", method), ("route", route)];
            counter!("nearhand_requests_total", "method" => method, "route" => route, "status" => status.to_string())
                .increment(1);
            histogram!("nearhand_request_seconds", &labels).record(took.as_secs_f64());
        });
        if self.requests.fetch_add(1, Ordering::Relaxed) % UPKEEP_EVERY == UPKEEP_EVERY - 1 {
            self.recorder.handle().run_upkeep();
        }
    }

    /// The routes outside the organisations: `/health` and `/metrics`.
    pub(crate) fn routes(&self, app: Arc<App>) -> Router {
        let figures = get(figures).with_state((self.clone(), Arc::clone(&app)));
        Router::new().route("/health", get(health::health).with_state(app)).route("/metrics", figures)
    }

    async fn render(&self, app: &App) -> String {
        for org in app.organisations.values() {
            if let Err(error) = self.measure(org).await {
                tracing::warn!(organisation = org.slug(), error = error.chain(), "figures could not be read");
            }
        }
        self.recorder.handle().render()
    }

    /// Figures that are read when they are asked for.
    async fn measure(&self, org: &Org) -> Result<()> {
        let name = || org.slug().to_owned();
        let up = health::database_answers(org).await;
        metrics::with_local_recorder(&*self.recorder, || {
            gauge!("nearhand_database_up", "organisation" => name()).set(if up { 1.0 } else { 0.0 });
            gauge!("nearhand_looks_waiting", "organisation" => name()).set(org.access_log.waiting() as f64);
        });
        if !up {
            return Ok(());
        }
        let read = org.database.read();
        let jobs = jobs::store::count_by_state(read).await?;
        let mut entries = Vec::new();
        for chain in Chain::ALL {
            entries.push((chain, head(read, chain).await?.map_or(0, |head| head.seq)));
        }
        metrics::with_local_recorder(&*self.recorder, || {
            for state in JobState::ALL {
                let count = jobs.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count);
                gauge!("nearhand_jobs", "organisation" => name(), "state" => state.slug()).set(count as f64);
            }
            for (chain, count) in entries {
                gauge!("nearhand_chain_entries", "organisation" => name(), "chain" => chain.slug())
                    .set(count as f64);
            }
        });
        Ok(())
    }
}

fn describe() {
    describe_counter!("nearhand_requests_total", "Requests answered, by route and status.");
    describe_histogram!("nearhand_request_seconds", Unit::Seconds, "Time until an answer began, by route.");
    describe_gauge!("nearhand_database_up", "1 where the organisation's database answers.");
    describe_gauge!("nearhand_looks_waiting", "Readers who wait for their look to be durable.");
    describe_gauge!("nearhand_jobs", "Jobs, by state.");
    describe_gauge!("nearhand_chain_entries", "Entries of the audit and the access chain.");
}

/// `GET /metrics`.
async fn figures(
    State((observer, app)): State<(Observer, Arc<App>)>,
    caller: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let local = caller
        .is_some_and(|Extension(ConnectInfo(address))| address.ip().to_canonical().is_loopback())
        && !PROXIED.iter().any(|name| headers.contains_key(*name));
    if !observer.open && !local {
        return StatusCode::NOT_FOUND.into_response();
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, observer.render(&app).await).into_response()
}
