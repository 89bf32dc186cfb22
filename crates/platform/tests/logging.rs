//! Logs, health and figures: what is counted, what is shown to whom, and that nothing personal is in a log.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request as HttpRequest, StatusCode},
};
use platform::{
    MigrationTrait,
    capability::Capability,
    db::dump::TableDump,
    logging,
    metrics::Observer,
    policy::Action,
    testing::{TestOrg, on_sqlite, with_platform},
    web::{App, Form, Outcome, Path, Request, Route, WebSettings, router_observed, upload::Upload},
};
use serde_json::Value;
use tower::ServiceExt as _;

/// One test at a time: what is logged is decided for the whole process.
static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

const MARKER: &str = "Xanthippe-Quill-1999";

/// Pages that need nobody, and take in everything that a request can carry.
struct Pages;

impl Capability for Pages {
    fn name(&self) -> &'static str {
        "pages"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![]
    }

    fn routes(&self) -> Vec<Route> {
        vec![
            Route::get("/people/{id}", Action::Public, show),
            Route::get("/secret", Action::ViewHealth, show),
            Route::get("/fault/{id}", Action::Public, fault),
            Route::get("/broken/{id}", Action::Public, broken),
            Route::post("/search", Action::Public, search),
            Route::upload("/upload", Action::Public, upload),
        ]
    }
}

async fn show(request: Request, Path(id): Path<String>) -> Outcome {
    Ok(request.page("Person").render(maud::html! { p { (id) (request.query) } }))
}

async fn fault(_request: Request, Path(id): Path<String>) -> Outcome {
    panic!("no {id}")
}

async fn broken(request: Request, Path(id): Path<String>) -> Outcome {
    use sea_orm::ConnectionTrait as _;
    request.db().execute_unprepared(&format!("SELECT '{id}' FROM nowhere")).await?;
    Ok(request.redirect("/"))
}

async fn search(request: Request, form: Form) -> Outcome {
    Ok(request.page("Found").render(maud::html! { p { (form.raw("name")) } }))
}

async fn upload(request: Request, upload: Upload) -> Outcome {
    upload.receive(&request.org.folder, 1_000).await?;
    Ok(request.redirect("/"))
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn requests(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line.get("message").is_some_and(|message| message == "request")).collect()
    }
}

async fn org() -> TestOrg {
    on_sqlite(&with_platform(vec![])).await
}

fn app(org: &TestOrg, observer: Observer) -> axum::Router {
    let app = App {
        organisations: BTreeMap::from([("southampton".to_owned(), Arc::clone(&org.org))]),
        capabilities: vec![Arc::new(Pages)],
        settings: WebSettings::new("http://nearhand.test"),
    };
    router_observed(Arc::new(app), observer)
}

fn from(address: &str, mut request: HttpRequest<Body>) -> HttpRequest<Body> {
    request.extensions_mut().insert(ConnectInfo(address.parse::<SocketAddr>().unwrap()));
    request
}

fn get(path: &str) -> HttpRequest<Body> {
    HttpRequest::get(path).body(Body::empty()).unwrap()
}

async fn answer(app: &axum::Router, request: HttpRequest<Body>) -> (StatusCode, String) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn nothing_that_a_request_carries_is_in_a_log() {
    let _one = ONE.lock().await;
    let org = org().await;
    let lines = Lines::default();
    let writer = lines.clone();
    // As fine as logs can be set, for everybody.
    let subscriber = logging::subscriber(Some("trace"), move || writer.clone()).unwrap();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = app(&org, Observer::new(false));
    let marked = |request: axum::http::request::Builder| {
        request
            .header("cookie", format!("nearhand-southampton={MARKER}; other={MARKER}"))
            .header("user-agent", MARKER)
            .header("referer", format!("http://nearhand.test/{MARKER}"))
            .header("x-csrf-token", MARKER)
    };
    let multipart = "multipart/form-data; boundary=b";
    let form = "application/x-www-form-urlencoded";
    let mark = "a-visitor";
    let token = platform::auth::cookie::visitor_csrf(&org.org, mark);
    let visitor = HttpRequest::post("/southampton/search")
        .header("content-type", form)
        .header("cookie", format!("nearhand-visitor-southampton={mark}"))
        .body(Body::from(format!("name={MARKER}&csrf={token}")));
    let (status, page) = answer(&app, visitor.unwrap()).await;
    assert!(status == StatusCode::OK && page.contains(MARKER), "the search was really made: {page}");
    let requests = [
        marked(HttpRequest::get(format!("/southampton/people/{MARKER}?name={MARKER}"))).body(Body::empty()),
        marked(HttpRequest::get(format!("/southampton/fault/{MARKER}"))).body(Body::empty()),
        marked(HttpRequest::get(format!("/southampton/broken/{MARKER}"))).body(Body::empty()),
        marked(HttpRequest::get(format!("/southampton/{MARKER}"))).body(Body::empty()),
        marked(HttpRequest::get(format!("/southampton/secret?{MARKER}"))).body(Body::empty()),
        marked(HttpRequest::get(format!("/{MARKER}/people/1"))).body(Body::empty()),
        marked(HttpRequest::get(format!("/assets/{MARKER}"))).body(Body::empty()),
        marked(HttpRequest::builder().method(MARKER).uri("/southampton/people/1")).body(Body::empty()),
        marked(HttpRequest::post("/southampton/search").header("content-type", form))
            .body(Body::from(format!("name={MARKER}&{MARKER}=1&csrf={MARKER}"))),
        marked(HttpRequest::post("/southampton/upload").header("content-type", multipart)).body(Body::from(
            format!("--b\r\nContent-Disposition: form-data; name=\"{MARKER}\"\r\n\r\n{MARKER}\r\n--b--"),
        )),
    ];
    let count = requests.len();
    for request in requests {
        let _ = answer(&app, from("192.0.2.7:4000", request.unwrap())).await;
    }
    let text = lines.text();
    assert_eq!(lines.requests().len(), count + 1, "a line for each request:\n{text}");
    assert!(!text.to_lowercase().contains(&MARKER.to_lowercase()), "{text}");
    assert!(!text.contains("192.0.2.7"), "an address is personal data: {text}");
    let line = &lines.requests()[1];
    assert_eq!(line["route"], "/people/{id}");
    assert_eq!((line["method"].as_str(), line["status"].as_u64()), (Some("GET"), Some(200)));
    assert_eq!(line["organisation"], "southampton");
    assert!(line["request"].as_str().is_some_and(|id| id.len() == 36), "{line}");
    assert!(line["ms"].is_number() && line["bytes"].as_u64().is_some_and(|bytes| bytes > 100), "{line}");
}

#[tokio::test]
async fn a_fault_is_answered_with_the_reference_that_the_log_has() {
    let _one = ONE.lock().await;
    let org = org().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = logging::subscriber(None, move || writer.clone()).unwrap();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = app(&org, Observer::new(false));
    let (status, page) = answer(&app, get("/southampton/fault/1")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let line = lines.requests().remove(0);
    assert!(page.contains(line["request"].as_str().unwrap()), "{line}\n{page}");
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_an_error_and_not_a_panic() {
    let _one = ONE.lock().await;
    assert!(logging::subscriber(Some("platform=loudly"), io::sink).is_err());
}

#[tokio::test]
async fn health_says_whether_every_database_and_access_log_works_and_names_none() {
    let _one = ONE.lock().await;
    let org = org().await;
    let app = app(&org, Observer::new(false));
    let (status, body) = answer(&app, get("/health")).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, body["status"].as_str(), body["organisations"].as_u64()),
        (StatusCode::OK, Some("ok"), Some(1))
    );
    assert!(!body.to_string().contains("southampton"));
    org.org.database.clone().close().await.unwrap();
    let (status, body) = answer(&app, get("/health")).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, body["databases_failing"].as_u64()), (StatusCode::SERVICE_UNAVAILABLE, Some(1)));
}

#[tokio::test]
async fn figures_are_for_this_machine_unless_they_are_opened() {
    let _one = ONE.lock().await;
    let org = org().await;
    let closed = app(&org, Observer::new(false));
    for near in ["127.0.0.1:9", "[::1]:9", "[::ffff:127.0.0.1]:9"] {
        assert_eq!(answer(&closed, from(near, get("/metrics"))).await.0, StatusCode::OK, "{near}");
    }
    assert_eq!(answer(&closed, from("192.0.2.7:9", get("/metrics"))).await.0, StatusCode::NOT_FOUND);
    assert_eq!(answer(&closed, get("/metrics")).await.0, StatusCode::NOT_FOUND);
    let proxied = HttpRequest::get("/metrics").header("x-forwarded-for", "192.0.2.7").body(Body::empty());
    assert_eq!(answer(&closed, from("127.0.0.1:9", proxied.unwrap())).await.0, StatusCode::NOT_FOUND);
    let open = app(&org, Observer::new(true));
    assert_eq!(answer(&open, from("192.0.2.7:9", get("/metrics"))).await.0, StatusCode::OK);
}

#[tokio::test]
async fn figures_count_requests_by_route_jobs_by_state_and_entries_by_chain() {
    let _one = ONE.lock().await;
    use platform::audit::Subject;
    let org = org().await;
    let app = app(&org, Observer::new(false));
    let ctx = org.operator();
    for _ in 0..3 {
        let mut change = ctx.change(Action::ConfirmImport, Subject::kind("import")).await.unwrap();
        platform::jobs::order(&mut change, "import", &serde_json::json!({})).await.unwrap();
        change.commit().await.unwrap();
        answer(&app, get(&format!("/southampton/people/{MARKER}"))).await;
    }
    answer(&app, get("/southampton/nowhere")).await;
    let (_, figures) = answer(&app, from("127.0.0.1:9", get("/metrics"))).await;
    for line in [
        "nearhand_requests_total{method=\"GET\",route=\"/people/{id}\",status=\"200\"} 3",
        "nearhand_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "nearhand_request_seconds_count{method=\"GET\",route=\"/people/{id}\"} 3",
        "nearhand_jobs{organisation=\"southampton\",state=\"queued\"} 3",
        "nearhand_jobs{organisation=\"southampton\",state=\"running\"} 0",
        "nearhand_chain_entries{organisation=\"southampton\",chain=\"audit\"} 3",
        "nearhand_database_up{organisation=\"southampton\"} 1",
        "nearhand_looks_waiting{organisation=\"southampton\"} 0",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line} is not in\n{figures}");
    }
    assert!(!figures.contains(MARKER));
}
