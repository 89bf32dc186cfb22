//! Signing in through the pages: the whole way, and every way that must fail.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

use chrono::Duration;
use platform::{
    audit::store::changes,
    auth::{service::users, store::user},
    policy::Role,
    testing::{
        TestOrg,
        browser::{Browser, PASSWORD, Site},
        on_both, with_platform,
    },
};

fn site(org: &TestOrg) -> Site {
    Site::of(org, vec![])
}

/// What the audit chain says of sign-ins, oldest first: `event` of each entry.
async fn events(org: &TestOrg) -> Vec<String> {
    let mut entries = changes(org.org.database.read(), None, None, 1_000).await.unwrap();
    entries.reverse();
    let event = |detail: &str| {
        let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
        detail["event"].as_str().unwrap_or_default().to_owned()
    };
    entries.iter().map(|entry| event(&entry.detail)).collect()
}

async fn password(browser: &mut Browser, name: &str, password: &str) -> platform::testing::browser::Answer {
    browser.post("/sign-in", &[("sign-in-name", name), ("password", password)]).await
}

#[tokio::test]
async fn the_whole_way_in_and_out() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut browser = site.browser();
            assert_eq!(browser.get("/").await.location(), "/southampton/sign-in");
            let asked = browser.get("/account?x=1").await.expect(303);
            assert_eq!(asked.location(), "/southampton/sign-in?return=%2Faccount%3Fx%3D1");
            let page = browser.open("/account?x=1").await.expect(200);
            assert_eq!(page.value_of("return").unwrap(), "/account?x=1");
            let answer = browser
                .post(
                    "/sign-in",
                    &[
                        ("sign-in-name", " PERSON1@example.org "),
                        ("password", PASSWORD),
                        ("return", "/account?x=1"),
                    ],
                )
                .await
                .expect(303);
            let code_page =
                browser.get(answer.location().strip_prefix("/southampton").unwrap()).await.expect(200);
            assert!(
                code_page.says("autocomplete=\"one-time-code\"") && code_page.says("inputmode=\"numeric\"")
            );
            let back = code_page.value_of("return").unwrap();
            let code = site.code_of(&person).await;
            let answer =
                browser.post("/sign-in/code", &[("code", &code), ("return", &back)]).await.expect(303);
            assert_eq!(answer.location(), "/southampton/account?x=1");
            let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            browser.get("/account").await.expect(200);
            assert_eq!(browser.get("/").await.location(), "/southampton/today");
            browser.post("/sign-out", &[]).await.expect(303);
            assert!(browser.session().is_none());
            browser.get("/account").await.expect(303);
            assert_eq!(
                events(&org).await,
                ["demonstration-user-made", "password-accepted", "signed-in", "signed-out"]
            );
        },
    )
    .await;
}

#[tokio::test]
async fn an_ended_sessions_secret_is_worth_nothing() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let (mut browser, _) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/account").await.expect(200);
            let stolen = browser.cookies.clone();
            browser.post("/sign-out", &[]).await.expect(303);
            browser.cookies = stolen;
            browser.get("/account").await.expect(303);
        },
    )
    .await;
}

#[tokio::test]
async fn a_failure_says_the_same_whoever_it_is_and_keeps_the_name() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let active = site.person(&[Role::SocialWorker]).await;
            let suspended = site.person(&[Role::SocialWorker]).await;
            users::suspend(&org.operator(), suspended.id).await.unwrap();
            let waiting =
                users::NewUser { sign_in_name: "new@example.org", name: "New", roles: &[], team: None };
            users::create(&org.operator(), waiting).await.unwrap();
            let mut told = vec![];
            for (name, typed) in [
                (active.sign_in_name.as_str(), "not my password"),
                ("nobody@example.org", PASSWORD),
                ("no address", PASSWORD),
                (suspended.sign_in_name.as_str(), PASSWORD),
                ("new@example.org", PASSWORD),
                (active.sign_in_name.as_str(), &"x".repeat(5_000)),
            ] {
                let mut browser = site.browser();
                let answer = password(&mut browser, name, typed).await.expect(422);
                assert_eq!(answer.value_of("sign-in-name").unwrap(), name);
                assert!(!answer.says(PASSWORD) && browser.session().is_none());
                let token = answer.value_of("csrf").unwrap();
                let main = answer.body.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
                told.push(main.replace(name, "").replace(&token, ""));
            }
            assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
            // The event names a user that exists and never what was typed.
            let entries = changes(org.org.database.read(), None, None, 6).await.unwrap();
            let who: Vec<Option<String>> =
                entries.iter().rev().map(|entry| entry.subject_id.clone()).collect();
            assert_eq!(who[0], Some(active.id.to_string()));
            assert_eq!((&who[1], &who[2]), (&None, &None));
            assert!(entries.iter().all(|entry| !entry.detail.contains("example") && entry.actor_id.is_nil()));
        },
    )
    .await;
}

#[tokio::test]
async fn a_code_is_taken_once_only() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            let code = site.code_of(&person).await;
            let mut first = site.browser();
            password(&mut first, &person.sign_in_name, PASSWORD).await.expect(303);
            let wrong = if code == "000000" { "000001" } else { "000000" };
            first.post("/sign-in/code", &[("code", wrong)]).await.expect(422);
            first.post("/sign-in/code", &[("code", "")]).await.expect(422);
            first.post("/sign-in/code", &[("code", &code)]).await.expect(303);
            let mut second = site.browser();
            password(&mut second, &person.sign_in_name, PASSWORD).await.expect(303);
            second.post("/sign-in/code", &[("code", &code)]).await.expect(422);
            second.get("/account").await.expect(303);
            org.clock.advance(Duration::seconds(30));
            let next = site.code_of(&person).await;
            second.post("/sign-in/code", &[("code", &next)]).await.expect(303);
            second.get("/account").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn six_failures_lock_for_fifteen_minutes_and_a_right_password_does_not_set_them_back() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut browser = site.browser();
            for _ in 0..3 {
                password(&mut browser, &person.sign_in_name, "wrong wrong wrong").await.expect(422);
            }
            password(&mut browser, &person.sign_in_name, PASSWORD).await.expect(303);
            for _ in 0..3 {
                browser.post("/sign-in/code", &[("code", "12345")]).await.expect(422);
            }
            let code = site.code_of(&person).await;
            browser.post("/sign-in/code", &[("code", &code)]).await.expect(422);
            password(&mut browser, &person.sign_in_name, PASSWORD).await.expect(422);
            org.clock.advance(Duration::minutes(14));
            password(&mut browser, &person.sign_in_name, PASSWORD).await.expect(422);
            org.clock.advance(Duration::minutes(1));
            browser.sign_in_as(&site, &person).await;
            browser.get("/account").await.expect(200);
            let row = user::by_id(org.org.database.read(), person.id).await.unwrap().unwrap();
            assert_eq!((row.failed_attempts, row.locked_until), (0, None));
        },
    )
    .await;
}

#[tokio::test]
async fn an_address_is_slowed_down_and_then_let_go() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let mut browser = site.browser();
            for _ in 0..30 {
                browser.post("/sign-in", &[("sign-in-name", ""), ("password", "")]).await.expect(422);
            }
            browser.post("/sign-in", &[("sign-in-name", ""), ("password", "")]).await.expect(429);
            let mut other = site.browser();
            other.address = "192.0.2.2:1".parse().unwrap();
            other.post("/sign-in", &[("sign-in-name", ""), ("password", "")]).await.expect(422);
            org.clock.advance(Duration::minutes(1));
            browser.post("/sign-in", &[("sign-in-name", ""), ("password", "")]).await.expect(422);
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_without_its_token_or_with_another_is_refused() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut browser = site.browser();
            browser.get("/sign-in").await.expect(200);
            let fields = [("sign-in-name", person.sign_in_name.as_str()), ("password", PASSWORD)];
            browser.post_raw("/sign-in", &fields).await.expect(403);
            browser.csrf = "0".repeat(64);
            browser.post("/sign-in", &fields).await.expect(403);
            // Another visitor's token is not this one's.
            let mut other = site.browser();
            other.get("/sign-in").await;
            browser.csrf = other.csrf.clone();
            browser.post("/sign-in", &fields).await.expect(403);
            let (mut signed_in, _) = site.signed_in(&[Role::SocialWorker]).await;
            signed_in.post_raw("/sign-out", &[]).await.expect(403);
            signed_in.get("/account").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_return_path_that_is_not_ours_is_ignored() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            for evil in
                ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/../x"]
            {
                org.clock.advance(Duration::seconds(60));
                let mut browser = site.browser();
                let query = serde_urlencoded::to_string([("return", evil)]).unwrap();
                let page = browser.get(&format!("/sign-in?{query}")).await.expect(200);
                assert_eq!(page.value_of("return"), None, "{evil}");
                let fields = [
                    ("sign-in-name", person.sign_in_name.as_str()),
                    ("password", PASSWORD),
                    ("return", evil),
                ];
                let answer = browser.post("/sign-in", &fields).await.expect(303);
                assert_eq!(answer.location(), "/southampton/sign-in/code?return=%2Ftoday");
                let code = site.code_of(&person).await;
                let answer =
                    browser.post("/sign-in/code", &[("code", &code), ("return", evil)]).await.expect(303);
                assert_eq!(answer.location(), "/southampton/today");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn the_secret_is_a_new_one_after_the_password_and_after_the_code() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut browser = site.browser();
            browser.cookies.insert("nearhand-southampton".into(), "planted".into());
            password(&mut browser, &person.sign_in_name, PASSWORD).await.expect(303);
            let waiting = browser.session().unwrap().to_owned();
            assert_ne!(waiting, "planted");
            browser.get("/account").await.expect(303);
            let code = site.code_of(&person).await;
            browser.post("/sign-in/code", &[("code", &code)]).await.expect(303);
            let live = browser.session().unwrap().to_owned();
            assert_ne!(live, waiting);
            let mut thief = site.browser();
            for old in ["planted", &waiting] {
                thief.cookies.insert("nearhand-southampton".into(), old.to_owned());
                thief.get("/account").await.expect(303);
            }
            browser.get("/account").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn the_code_must_come_within_ten_minutes_of_the_password() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = site(&org);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut browser = site.browser();
            password(&mut browser, &person.sign_in_name, PASSWORD).await.expect(303);
            org.clock.advance(Duration::minutes(10));
            let code = site.code_of(&person).await;
            let answer = browser.post("/sign-in/code", &[("code", &code)]).await.expect(303);
            assert!(answer.location().starts_with("/southampton/sign-in?"), "{}", answer.location());
            assert!(browser.get("/sign-in?start-again=yes").await.says("too long ago"));
            browser.get("/account").await.expect(303);
        },
    )
    .await;
}
