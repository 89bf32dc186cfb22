//! Every route of every capability, walked: not signed in, each wrong role, another organisation, a missing or
//! wrong form token, and things that do not exist. And the documents that are written from the tables.
#![expect(clippy::expect_used, reason = "a helper of tests stops loudly")]

use std::{path::Path, sync::Arc};

use http::{Method, Request};
use nearhand::{capabilities, schema};
use platform::{
    backup::unregistered,
    capability::Capability,
    clock::SystemClock,
    policy::{Action, Actor, Role, RoleGrant, matrix, may_ever},
    testing::{
        TestOrg,
        browser::{Browser, Site},
        on_both, on_sqlite,
    },
    web::{Csrf, Route},
};

fn routes() -> Vec<Route> {
    capabilities(Arc::new(SystemClock)).iter().flat_map(|capability| capability.routes()).collect()
}

/// A path with its parameters filled in with things that do not exist.
fn path(route: &Route) -> String {
    route
        .path
        .split('/')
        .map(|part| match part {
            "{urn}" => "999999".to_owned(),
            "{token}" => "no-such-token".to_owned(),
            part if part.starts_with('{') => "0197a000-0000-7000-8000-000000000000".to_owned(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The application with every capability; the site brings sign-in itself.
fn site(org: &TestOrg) -> Site {
    let others = |capability: &Arc<dyn Capability>| capability.name() != "accounts";
    Site::of(org, capabilities(Arc::clone(&org.org.clock)).into_iter().filter(others).collect())
}

async fn call(browser: &mut Browser, route: &Route, token: &str) -> platform::testing::browser::Answer {
    let path = path(route);
    match (&route.method, route.csrf) {
        (&Method::GET, _) => browser.get(&path).await,
        (_, Csrf::Upload) => {
            // The browser fetches a token where it has none, as a person's would; a wrong one it sends as it is.
            browser.csrf = if token.is_empty() { "empty" } else { token }.to_owned();
            browser.upload(&path, &[], ("file", "a.xml", b"<a/>")).await
        }
        _ => browser.post_raw(&path, &[("csrf", token)]).await,
    }
}

fn role_may(role: Role, action: Action) -> bool {
    may_ever(&Actor { roles: vec![RoleGrant { role }], ..Actor::nobody() }, action)
}

#[tokio::test]
async fn nobody_gets_past_sign_in() {
    let org = on_sqlite(&schema().migrations).await;
    let site = site(&org);
    for route in routes().into_iter().filter(|route| route.action != Action::Public) {
        let mut browser = site.browser();
        browser.get("/sign-in").await.expect(200);
        let token = browser.csrf.clone();
        let answer = call(&mut browser, &route, &token).await;
        assert_eq!(answer.status, 303, "{} {}: {}", route.method, route.path, answer.body);
        assert!(answer.location().starts_with("/southampton/sign-in"), "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn a_role_without_the_right_is_refused_everywhere() {
    let org = on_sqlite(&schema().migrations).await;
    let site = site(&org);
    let mut refused = 0;
    for role in Role::assignable() {
        let (mut browser, _) = site.signed_in(&[role]).await;
        browser.get("/account").await.expect(200);
        let token = browser.csrf.clone();
        for route in routes() {
            if route.action == Action::Public || role_may(role, route.action) {
                continue;
            }
            let answer = call(&mut browser, &route, &token).await;
            assert_eq!(answer.status, 403, "{} may not {} {}", role.slug(), route.method, route.path);
            refused += 1;
        }
    }
    println!("{refused} refusals walked");
    assert!(refused > 100, "only {refused} refusals were walked");
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let org = on_sqlite(&schema().migrations).await;
    let site = site(&org);
    for route in routes().into_iter().filter(|route| route.method != Method::GET) {
        let Some(role) = Role::assignable().find(|role| role_may(*role, route.action)) else { continue };
        let (mut browser, _) = site.signed_in(&[role]).await;
        for token in ["", "another-token"] {
            let answer = call(&mut browser, &route, token).await;
            assert_eq!(answer.status, 403, "{} {} with token `{token}`", route.method, route.path);
            assert!(answer.says("too old or did not come from this site"), "{}: {}", route.path, answer.body);
        }
    }
}

#[tokio::test]
async fn every_changing_route_is_protected_against_other_sites() {
    for route in routes() {
        let protected = route.method == Method::GET || route.csrf != Csrf::NotNeeded;
        assert!(protected, "{} {} changes something without a token", route.method, route.path);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_never_found_and_never_a_fault() {
    let org = on_sqlite(&schema().migrations).await;
    let site = site(&org);
    for role in Role::assignable() {
        let (mut browser, _) = site.signed_in(&[role]).await;
        for route in routes().into_iter().filter(|route| route.method == Method::GET) {
            if route.action == Action::Public || !role_may(role, route.action) {
                continue;
            }
            let answer = browser.get(&path(&route)).await;
            assert!(!answer.status.is_server_error(), "{} {}: {}", role.slug(), route.path, answer.body);
            if route.path.contains('{') {
                assert_eq!(answer.status, 404, "{} {}: {}", role.slug(), route.path, answer.body);
            }
        }
    }
}

#[tokio::test]
async fn a_session_of_one_organisation_opens_nothing_of_another() {
    let (one, other) = (on_sqlite(&schema().migrations).await, on_sqlite(&schema().migrations).await);
    let (home, away) = (site(&one), site(&other));
    for role in Role::assignable() {
        let (signed_in, _) = home.signed_in(&[role]).await;
        let mut stranger = away.browser();
        stranger.cookies = signed_in.cookies.clone();
        let answer = stranger.get("/today").await;
        assert_eq!(answer.status, 303, "{}", role.slug());
        assert!(answer.location().starts_with("/southampton/sign-in"));
    }
}

#[tokio::test]
async fn unknown_paths_organisations_and_methods_get_an_error_page() {
    let org = on_sqlite(&schema().migrations).await;
    let site = site(&org);
    let (mut browser, _) = site.signed_in(&[Role::SocialWorker]).await;
    for (request, status) in [
        (Request::get("/southampton/no-such-page"), 404),
        (Request::get("/nowhere/today"), 404),
        (Request::get("/southampton/../../etc/passwd"), 404),
        (Request::delete("/southampton/today"), 405),
        (Request::get("/assets/../Cargo.toml"), 404),
    ] {
        let request = request.body(axum::body::Body::empty()).unwrap();
        let shown = format!("{request:?}");
        let answer = browser.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{shown}");
        assert!(answer.says("<h1"), "{shown} gave no page: {}", answer.body);
        let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn every_page_is_kept_out_of_caches_and_frames() {
    let org = on_sqlite(&schema().migrations).await;
    let (mut browser, _) = site(&org).signed_in(&[Role::DataOfficer]).await;
    for path in ["/today", "/account", "/sign-in", "/no-such-page"] {
        let answer = browser.get(path).await;
        let header =
            |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.body.contains("<script>"), "{path} has an inline script");
    }
}

#[tokio::test]
async fn every_table_is_backed_up() {
    on_both(
        || schema().migrations,
        async |org| {
            let found = unregistered(org.org.database.read(), &schema().tables).await.unwrap();
            assert_eq!(found, Default::default(), "tables() of a capability and its migrations differ");
        },
    )
    .await;
}

/// Compares a document with what it should be; writes it where `NEARHAND_WRITE_DOCS` is set.
fn hold(name: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("NEARHAND_WRITE_DOCS").is_some() {
        std::fs::write(&file, expected).expect("docs/ can be written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "docs/{name} is not what the tables say; write it with `make docs` and review it"
    );
}

#[test]
fn the_access_matrix_is_what_the_policy_says() {
    let lines: Vec<matrix::RouteLine> = routes()
        .iter()
        .map(|route| matrix::RouteLine {
            method: route.method.to_string(),
            path: route.path.to_owned(),
            action: route.action,
        })
        .collect();
    hold("access-matrix.md", &matrix::document(&lines));
}
