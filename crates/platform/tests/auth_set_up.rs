//! Setting up a sign-in with a link, recovery codes, and looking after one's own sign-in.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

use chrono::Duration;
use platform::{
    auth::{
        model::code::Secret,
        service::users::{self, NewUser},
    },
    policy::Role,
    testing::{
        TestOrg,
        browser::{Answer, Browser, PASSWORD, Site},
        on_both, with_platform,
    },
};

const NEW: NewUser<'static> = NewUser {
    sign_in_name: "priya.nair@southampton.gov.uk",
    name: "Priya Nair",
    roles: &[Role::SocialWorker],
    team: None,
};
const OWN: &str = "marmalade under the bridge";

/// The groups of letters on a page that hold keys and codes.
fn codes(page: &Answer) -> Vec<String> {
    page.body
        .split("<code class=\"app-code\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

/// Follows a link to its end: the secret of one-time codes and the recovery codes.
async fn set_up(org: &TestOrg, browser: &mut Browser, path: &str) -> (Secret, Vec<String>) {
    browser.get(path).await.expect(200);
    let answer = browser.post(path, &[("password", OWN)]).await.expect(303);
    assert_eq!(answer.location(), format!("/southampton{path}/code"));
    let page = browser.get(&format!("{path}/code")).await.expect(200);
    assert!(page.says("<svg") && !page.says("<?xml") && !page.says("style="), "{}", page.body);
    let secret = Secret::parse(&codes(&page)[0]).unwrap();
    let code = secret.code_at(org.org.clock.now()).unwrap();
    let page = browser.post(&format!("{path}/code"), &[("code", &code)]).await.expect(200);
    (secret, codes(&page))
}

async fn sign_in(
    org: &TestOrg,
    browser: &mut Browser,
    password: &str,
    code: Option<&str>,
    secret: &Secret,
) -> Answer {
    browser.csrf.clear();
    let fields = [("sign-in-name", NEW.sign_in_name), ("password", password)];
    let answer = browser.post("/sign-in", &fields).await;
    if answer.status != 303 {
        return answer;
    }
    let shown = secret.code_at(org.org.clock.now()).unwrap();
    let answer = browser.post("/sign-in/code", &[("code", code.unwrap_or(&shown))]).await;
    browser.csrf.clear();
    answer
}

#[tokio::test]
async fn a_link_sets_up_a_sign_in_once() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let link = users::create(&org.operator(), NEW).await.unwrap();
            let mut browser = site.browser();
            let (secret, recovery) = set_up(&org, &mut browser, &link.path).await;
            assert_eq!(recovery.len(), 10);
            // The link is used up, in every way that it could be used.
            browser.get(&link.path).await.expect(404);
            browser.post(&link.path, &[("password", OWN)]).await.expect(404);
            browser.get(&format!("{}/code", link.path)).await.expect(404);
            browser.post(&format!("{}/code", link.path), &[("code", "123456")]).await.expect(404);
            // The code that confirmed the set-up is used up too.
            sign_in(&org, &mut browser, OWN, None, &secret).await.expect(422);
            org.clock.advance(Duration::seconds(30));
            sign_in(&org, &mut browser, OWN, None, &secret).await.expect(303);
            browser.get("/account").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_link_does_nothing_without_password_and_code_or_after_its_time() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let link = users::create(&org.operator(), NEW).await.unwrap();
            let mut browser = site.browser();
            browser.get("/set-up/not-a-link").await.expect(404);
            let code_path = format!("{}/code", link.path);
            assert_eq!(
                browser.get(&code_path).await.expect(303).location(),
                format!("/southampton{}", link.path)
            );
            browser.get(&link.path).await.expect(200);
            browser.post(&code_path, &[("code", "123456")]).await.expect(303);
            for (weak, words) in [
                ("short", "12 characters or more"),
                ("password1234", "commonest"),
                ("priya in southampton", "without your name"),
            ] {
                let page = browser.post(&link.path, &[("password", weak)]).await.expect(422);
                assert!(page.says(words) && !page.says(weak), "{}", page.body);
            }
            browser.post(&link.path, &[("password", OWN)]).await.expect(303);
            browser.post(&code_path, &[("code", "000000")]).await.expect(422);
            // Not set up: the password alone opens nothing.
            let answer =
                browser.post("/sign-in", &[("sign-in-name", NEW.sign_in_name), ("password", OWN)]).await;
            answer.expect(422);
            org.clock.advance(Duration::days(7));
            browser.get(&link.path).await.expect(404);
            // A new link ends the one before.
            let second = users::reset(&org.operator(), link.user).await.unwrap();
            let third = users::reset(&org.operator(), link.user).await.unwrap();
            browser.get(&second.path).await.expect(404);
            browser.get(&third.path).await.expect(200);
            // And a suspended user's link is none.
            users::suspend(&org.operator(), link.user).await.unwrap();
            browser.get(&third.path).await.expect(404);
        },
    )
    .await;
}

#[tokio::test]
async fn a_recovery_code_works_once_in_place_of_the_app() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let link = users::create(&org.operator(), NEW).await.unwrap();
            let mut browser = site.browser();
            let (secret, recovery) = set_up(&org, &mut browser, &link.path).await;
            let careless = recovery[3].replace('-', " ").to_lowercase();
            sign_in(&org, &mut browser, OWN, Some(&careless), &secret).await.expect(303);
            assert!(browser.get("/account").await.expect(200).says("9 left"));
            let mut other = site.browser();
            sign_in(&org, &mut other, OWN, Some(&recovery[3]), &secret).await.expect(422);
            sign_in(&org, &mut other, OWN, Some("ABCD-EFGH-JKMN-PQRS"), &secret).await.expect(422);
            sign_in(&org, &mut other, OWN, Some(&recovery[4]), &secret).await.expect(303);
            // New codes take the place of the old ones.
            org.clock.advance(Duration::seconds(60));
            let code = secret.code_at(org.org.clock.now()).unwrap();
            let page = other
                .post("/account/recovery-codes", &[("password", OWN), ("code", &code)])
                .await
                .expect(200);
            let fresh = codes(&page);
            assert_eq!(fresh.len(), 10);
            assert!(fresh.iter().all(|code| !recovery.contains(code)));
            let mut third = site.browser();
            sign_in(&org, &mut third, OWN, Some(&recovery[0]), &secret).await.expect(422);
            sign_in(&org, &mut third, OWN, Some(&fresh[0]), &secret).await.expect(303);
        },
    )
    .await;
}

#[tokio::test]
async fn changing_the_password_needs_both_proofs_renews_this_session_and_ends_the_others() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut here = site.browser_of(&person).await;
            let mut elsewhere = site.browser_of(&person).await;
            elsewhere.get("/account").await.expect(200);
            let code = site.code_of(&person).await;
            let change = async |browser: &mut Browser, password: &str, code: &str, new: &str| {
                let fields = [("password", password), ("code", code), ("new-password", new)];
                browser.post("/account/password", &fields).await
            };
            here.get("/account/password").await.expect(200);
            change(&mut here, "wrong wrong wrong", &code, OWN).await.expect(422);
            change(&mut here, PASSWORD, "000000", OWN).await.expect(422);
            change(&mut here, PASSWORD, &code, "short").await.expect(422);
            change(&mut here, PASSWORD, "", OWN).await.expect(422);
            elsewhere.get("/account").await.expect(200);
            let before = here.session().unwrap().to_owned();
            change(&mut here, PASSWORD, &code, OWN).await.expect(303);
            assert_ne!(here.session().unwrap(), before);
            here.get("/account?done=password").await.expect(200);
            elsewhere.get("/account").await.expect(303);
            let mut thief = site.browser();
            thief.cookies.insert("nearhand-southampton".into(), before);
            thief.get("/account").await.expect(303);
            let fields = |password| [("sign-in-name", person.sign_in_name.as_str()), ("password", password)];
            thief.csrf.clear();
            thief.post("/sign-in", &fields(PASSWORD)).await.expect(422);
            thief.post("/sign-in", &fields(OWN)).await.expect(303);
        },
    )
    .await;
}

#[tokio::test]
async fn the_codes_move_to_another_app_when_it_has_shown_one() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let person = site.person(&[Role::SocialWorker]).await;
            let (mut here, mut elsewhere) = (site.browser_of(&person).await, site.browser_of(&person).await);
            let code = site.code_of(&person).await;
            here.get("/account/authenticator").await.expect(200);
            let wrong = [("password", "wrong wrong wrong"), ("code", code.as_str())];
            here.post("/account/authenticator", &wrong).await.expect(422);
            let right = [("password", PASSWORD), ("code", code.as_str())];
            let page = here.post("/account/authenticator", &right).await.expect(200);
            let between = |from: &str, to: &str| {
                page.body.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned()
            };
            let offer = between("name=\"offer\" value=\"", "\"");
            let secret = Secret::parse(&between("<code class=\"app-code\">", "</code>")).unwrap();

            // Until the new app has shown a code nothing has changed, and nobody else can use the offer.
            let shows = |org: &TestOrg| secret.code_at(org.org.clock.now()).unwrap();
            let fresh = shows(&org);
            elsewhere.get("/account/authenticator").await.expect(200);
            let stolen = [("offer", offer.as_str()), ("code", fresh.as_str())];
            elsewhere.post("/account/authenticator/code", &stolen).await.expect(422);
            let early = [("offer", offer.as_str()), ("code", "000000")];
            here.post("/account/authenticator/code", &early).await.expect(422);
            elsewhere.get("/account").await.expect(200);

            here.post("/account/authenticator/code", &stolen).await.expect(303);
            here.get("/account?done=authenticator").await.expect(200);
            elsewhere.get("/account").await.expect(303);
            org.clock.advance(Duration::seconds(60));
            let old = site.code_of(&person).await;
            assert_eq!(old, shows(&org), "the stored secret is the new one");

            // An offer ends.
            let again = [("password", PASSWORD), ("code", old.as_str())];
            let page = here.post("/account/authenticator", &again).await.expect(200);
            let offer = page.body.split_once("name=\"offer\" value=\"").unwrap().1.split_once('"').unwrap().0;
            org.clock.advance(Duration::minutes(15));
            let late = [("offer", offer), ("code", "123456")];
            assert!(here.post("/account/authenticator/code", &late).await.expect(422).says("Begin again"));
        },
    )
    .await;
}

#[tokio::test]
async fn failures_at_ones_own_page_count_towards_the_lock_out() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/account/recovery-codes").await.expect(200);
            for _ in 0..6 {
                let fields = [("password", "wrong wrong wrong"), ("code", "000000")];
                browser.post("/account/recovery-codes", &fields).await.expect(422);
            }
            let line = users::get(&org.operator(), person.id).await.unwrap();
            assert!(line.locked_until.is_some());
            let code = site.code_of(&person).await;
            browser
                .post("/account/recovery-codes", &[("password", PASSWORD), ("code", &code)])
                .await
                .expect(422);
            users::unlock(&org.operator(), person.id).await.unwrap();
            browser
                .post("/account/recovery-codes", &[("password", PASSWORD), ("code", &code)])
                .await
                .expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn ones_own_sessions_can_be_ended_and_nobody_elses() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let person = site.person(&[Role::SocialWorker]).await;
            let mut lost = site.browser_of(&person).await;
            org.clock.advance(Duration::minutes(1));
            let mut here = site.browser_of(&person).await;
            let page = here.get("/account").await.expect(200);
            let end =
                page.body.split("action=\"/southampton").find(|rest| rest.starts_with("/account/sessions/"));
            let end = end.unwrap().split('"').next().unwrap().to_owned();
            let (mut stranger, _) = site.signed_in(&[Role::SocialWorker]).await;
            stranger.get("/account").await.expect(200);
            stranger.post(&end, &[]).await.expect(404);
            lost.get("/account").await.expect(200);
            here.post(&end, &[]).await.expect(303);
            lost.get("/account").await.expect(303);
            here.get("/account").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn two_confirmations_at_once_set_up_one_sign_in() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let link = users::create(&org.operator(), NEW).await.unwrap();
            let mut one = site.browser();
            one.get(&link.path).await.expect(200);
            one.post(&link.path, &[("password", OWN)]).await.expect(303);
            let page = one.get(&format!("{}/code", link.path)).await.expect(200);
            let secret = Secret::parse(&codes(&page)[0]).unwrap();
            let code = secret.code_at(org.org.clock.now()).unwrap();
            let mut two = one.clone();
            let path = format!("{}/code", link.path);
            let fields = [("code", code.as_str())];
            let (first, second) = tokio::join!(one.post(&path, &fields), two.post(&path, &fields));
            let mut statuses = [first.status.as_u16(), second.status.as_u16()];
            statuses.sort_unstable();
            assert!(statuses == [200, 404] || statuses == [200, 409], "{statuses:?}");
        },
    )
    .await;
}
