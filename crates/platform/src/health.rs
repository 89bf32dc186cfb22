//! Whether the service is fit to serve, for whoever watches it: no names, no figures about anybody.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use futures::future::join_all;
use sea_orm::{
    ConnectionTrait as _,
    sea_query::{Expr, Query},
};
use serde::Serialize;
use tokio::time::timeout;

use crate::{organisation::Org, web::App};

/// A database that has not answered by then counts as down.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// What `GET /health` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Health {
    /// `ok`, or `failing` (with status 503).
    pub status: &'static str,
    /// How many organisations the installation has.
    pub organisations: usize,
    /// How many of their databases do not answer.
    pub databases_failing: usize,
    /// How many of their access logs do not write, so that no record opens.
    pub access_logs_failing: usize,
}

/// `GET /health`: 200 where every organisation can be served, else 503.
pub(crate) async fn health(State(app): State<Arc<App>>) -> Response {
    let health = look(&app).await;
    let status = if health.status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health)).into_response()
}

async fn look(app: &App) -> Health {
    let answers = join_all(app.organisations.values().map(|org| database_answers(org))).await;
    let databases_failing = answers.into_iter().filter(|answers| !answers).count();
    let access_logs_failing = app.organisations.values().filter(|org| !org.access_log.is_alive()).count();
    let well = databases_failing == 0 && access_logs_failing == 0;
    Health {
        status: if well { "ok" } else { "failing" },
        organisations: app.organisations.len(),
        databases_failing,
        access_logs_failing,
    }
}

/// Whether an organisation's database answers a question in good time.
pub(crate) async fn database_answers(org: &Org) -> bool {
    let question = Query::select().expr(Expr::val(1)).to_owned();
    let read = org.database.read();
    matches!(timeout(ANSWER_WITHIN, read.query_one(&question)).await, Ok(Ok(Some(_))))
}
