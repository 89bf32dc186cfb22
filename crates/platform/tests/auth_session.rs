//! Sessions: both time limits, what is kept when one ends, and rights that go at the next request.
#![expect(clippy::expect_used, reason = "a test's helpers stop at the first thing that goes wrong")]

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request as HttpRequest, header},
};
use chrono::Duration;
use maud::html;
use platform::{
    auth::{
        drafts,
        service::{Span, roles, teams, users},
    },
    capability::Capability,
    db::dump::TableDump,
    policy::{Action, Role},
    testing::{
        TestOrg,
        browser::{Browser, Site},
        on_both, with_platform,
    },
    web::{Errors, Form, Outcome, Request, Route},
};
use sea_orm_migration::MigrationTrait;

/// A capability with one form, and a page that shows what the actor holds.
struct Probe;

impl Capability for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![]
    }

    fn routes(&self) -> Vec<Route> {
        vec![
            Route::get("/today", Action::ViewToday, holdings),
            Route::get("/counts", Action::ViewCounts, holdings),
            Route::get("/note", Action::ViewToday, form),
            Route::post("/note", Action::ViewToday, take),
        ]
    }
}

async fn holdings(request: Request) -> Outcome {
    let roles: Vec<&str> = request.actor.roles.iter().map(|grant| grant.role.slug()).collect();
    let text =
        format!("roles={roles:?} teams={} schools={:?}", request.actor.teams.len(), request.actor.schools);
    Ok(request.page("Holdings").render(html! { (maud::PreEscaped(text)) }))
}

fn note_page(request: &Request, form: &Form, errors: &Errors) -> axum::response::Response {
    request.page("Note").in_error(!errors.is_empty()).render(html! {
        form method="post" { (request.csrf_field()) input name="text" value=(form.raw("text")); }
    })
}

async fn form(request: Request) -> Outcome {
    let draft = request.draft().await?.unwrap_or_default();
    assert!(!draft.has("csrf"), "a token is not worth keeping");
    Ok(note_page(&request, &draft, &Errors::new()))
}

async fn take(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "text", "Enter a note");
    Ok(if errors.is_empty() { request.redirect("/today") } else { note_page(&request, &form, &errors) })
}

fn site(org: &TestOrg) -> Site {
    Site::of(org, vec![Arc::new(Probe)])
}

async fn call(browser: &mut Browser, path: &str, body: &str) -> platform::testing::browser::Answer {
    let request = HttpRequest::post(format!("/southampton{path}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header("x-csrf-token", browser.csrf.clone())
        .body(Body::from(body.to_owned()))
        .expect("a request");
    browser.send(request).await
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_every_use_carries_it_on() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, _) = site.signed_in(&[Role::SocialWorker]).await;
            for _ in 0..4 {
                org.clock.advance(Duration::minutes(29));
                browser.get("/today").await.expect(200);
            }
            org.clock.advance(Duration::minutes(30));
            let answer = browser.get("/today").await.expect(303);
            assert_eq!(answer.location(), "/southampton/sign-in?return=%2Ftoday&timed-out=yes");
            assert!(browser.open("/today").await.says("You were signed out"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_session_ends_after_ten_hours_whatever_is_done() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, _) = site.signed_in(&[Role::SocialWorker]).await;
            for _ in 0..29 {
                org.clock.advance(Duration::minutes(20));
                browser.get("/today").await.expect(200);
            }
            org.clock.advance(Duration::minutes(19));
            browser.get("/today").await.expect(200);
            org.clock.advance(Duration::minutes(1));
            assert!(browser.get("/today").await.expect(303).location().contains("timed-out"));
        },
    )
    .await;
}

#[tokio::test]
async fn staying_signed_in_is_promised_and_kept() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, _) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/note").await.expect(200);
            org.clock.advance(Duration::seconds(30));
            let answer = call(&mut browser, "/session/stay", "").await.expect(200);
            assert!(answer.says("\"seconds\":1800"), "{}", answer.body);
            assert!(answer.says("\"idle_until\":\"2019-07-01T08:30:30Z\""), "{}", answer.body);
            assert!(answer.says("\"absolute_until\":\"2019-07-01T18:00:00Z\""), "{}", answer.body);
            org.clock.advance(Duration::minutes(29) + Duration::seconds(59));
            browser.get("/today").await.expect(200);
            org.clock.advance(Duration::minutes(30));
            call(&mut browser, "/session/stay", "").await.expect(401);
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_sent_too_late_is_given_back_after_signing_in_and_forgotten_when_taken() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/note").await.expect(200);
            org.clock.advance(Duration::hours(1));
            let answer = browser.post("/note", &[("text", "Seen at home & well <b>")]).await.expect(303);
            assert_eq!(answer.location(), "/southampton/sign-in?return=%2Fnote&timed-out=yes");
            browser.csrf.clear();
            browser.sign_in_as(&site, &person).await;
            let page = browser.get("/note").await.expect(200);
            assert_eq!(page.value_of("text").unwrap(), "Seen at home & well <b>");
            // Nobody else gets it, and a form that comes back with errors does not lose it.
            let (mut other, _) = site.signed_in(&[Role::SocialWorker]).await;
            assert_eq!(other.get("/note").await.value_of("text").unwrap(), "");
            browser.post("/note", &[("text", "")]).await.expect(422);
            assert!(browser.get("/note").await.says("Seen at home"));
            browser.post("/note", &[("text", "Seen at home")]).await.expect(303);
            assert_eq!(browser.get("/note").await.value_of("text").unwrap(), "");
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_with_a_strangers_token_is_not_kept_for_anybody() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/note").await.expect(200);
            org.clock.advance(Duration::hours(1));
            browser.csrf = "not-the-token".into();
            browser.post("/note", &[("text", "planted")]).await.expect(303);
            assert_eq!(drafts::find(&org.org, person.id, "/note").await.unwrap(), None);
        },
    )
    .await;
}

#[tokio::test]
async fn a_script_keeps_a_draft_within_limits_for_seven_days() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/note").await.expect(200);
            let body = "_draft=%2Fsouthampton%2Fnote%3Fx%3D1&csrf=x&text=half+a+sentence";
            call(&mut browser, "/session/draft", body).await.expect(200);
            assert_eq!(browser.get("/note").await.value_of("text").unwrap(), "half a sentence");
            for bad in ["_draft=https%3A%2F%2Fevil.example%2F&text=x", "text=x"] {
                call(&mut browser, "/session/draft", bad).await.expect(400);
            }
            let large = format!("_draft=%2Fnote&text={}", "x".repeat(300 * 1024));
            call(&mut browser, "/session/draft", &large).await.expect(413);
            browser.csrf = "wrong".into();
            call(&mut browser, "/session/draft", body).await.expect(403);
            // What is in the database is sealed.
            let row = platform::auth::store::draft::find(
                org.org.database.read(),
                person.id,
                "/note",
                org.org.clock.now() - Duration::days(1),
            );
            let fields = row.await.unwrap().unwrap().fields;
            assert!(!String::from_utf8_lossy(&fields).contains("half a sentence"));
            for n in 0..25 {
                org.clock.advance(Duration::seconds(1));
                let form = Form::of(vec![("text".into(), n.to_string())]);
                drafts::keep(&org.org, person.id, &format!("/note/{n}"), &form).await.unwrap();
            }
            assert_eq!(drafts::find(&org.org, person.id, "/note/4").await.unwrap(), None);
            assert!(drafts::find(&org.org, person.id, "/note/5").await.unwrap().is_some());
            org.clock.advance(Duration::days(7));
            assert_eq!(drafts::find(&org.org, person.id, "/note/24").await.unwrap(), None);
        },
    )
    .await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_gone_at_the_next_request() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let admin = org.operator();
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker, Role::Evaluator]).await;
            let team = teams::create(&admin, "North").await.unwrap();
            teams::add_member(&admin, team, person.id, Span::from_now(&admin)).await.unwrap();
            let to = org.org.clock.now() + Duration::minutes(5);
            let span = Span { from: org.org.clock.now(), to: Some(to) };
            teams::second(&admin, person.id, 116_449, span).await.unwrap();
            let page = browser.get("/today").await.expect(200);
            assert!(
                page.says(r#"roles=["social-worker", "evaluator"] teams=1 schools=[116449]"#),
                "{}",
                page.body
            );
            // A secondment that runs out by itself.
            org.clock.advance(Duration::minutes(5));
            assert!(browser.get("/today").await.says("schools=[]"));
            let membership = teams::of_user(&admin, person.id).await.unwrap();
            teams::end_member(&admin, membership.first().unwrap().id).await.unwrap();
            assert!(browser.get("/today").await.says("teams=0"));
            browser.get("/counts").await.expect(200);
            roles::end_role(&admin, person.id, Role::SocialWorker).await.unwrap();
            assert!(browser.get("/today").await.says(r#"roles=["evaluator"]"#));
            roles::end_role(&admin, person.id, Role::Evaluator).await.unwrap();
            browser.get("/counts").await.expect(403);
            browser.get("/today").await.expect(403);
            // Whoever holds nothing can still sign out.
            let mut leaving = browser.clone();
            leaving.post("/sign-out", &[]).await.expect(303);
            roles::give(&admin, person.id, Role::Evaluator, Span::from_now(&admin)).await.unwrap();
            let mut again = site.browser_of(&person).await;
            again.get("/counts").await.expect(200);
            users::suspend(&admin, person.id).await.unwrap();
            again.get("/counts").await.expect(303);
            users::restore(&admin, person.id).await.unwrap();
            // The old session ended with the suspension.
            again.get("/counts").await.expect(303);
        },
    )
    .await;
}

#[tokio::test]
async fn a_role_that_begins_later_gives_nothing_before() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let admin = org.operator();
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            let tomorrow = org.org.clock.today().succ_opt().unwrap();
            let span = Span::days(&admin, Some(tomorrow), Some(tomorrow)).unwrap();
            roles::give(&admin, person.id, Role::DataOfficer, span).await.unwrap();
            assert!(browser.get("/today").await.says(r#"["social-worker"]"#));
            // Midnight in England is eleven at night by the server's clock in summer.
            org.clock.advance(Duration::hours(15));
            let mut browser = site.browser_of(&person).await;
            assert!(browser.get("/today").await.says(r#"["social-worker", "data-officer"]"#));
            org.clock.advance(Duration::hours(24));
            let mut browser = site.browser_of(&person).await;
            assert!(browser.get("/today").await.says(r#"["social-worker"]"#));
        },
    )
    .await;
}

#[tokio::test]
async fn a_busy_database_does_not_keep_pages_waiting_for_the_last_use() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            org.clock.advance(Duration::minutes(2));
            let admin = org.operator();
            let subject = platform::audit::Subject::of("user", person.id);
            // An import, say, holds the writer (SQLite) or the row (PostgreSQL).
            let change = admin.change(Action::ManageUsers, subject).await.unwrap();
            let rows = platform::auth::store::session::end_all(change.tx(), person.id, None).await.unwrap();
            assert_eq!(rows, 1);
            let began = std::time::Instant::now();
            browser.get("/today").await.expect(200);
            assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
            change.abandon().await.unwrap();
            browser.get("/today").await.expect(200);
        },
    )
    .await;
}
