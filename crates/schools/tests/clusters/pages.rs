//! The pages as people with different roles see them.

use platform::{
    policy::Role,
    testing::{
        TestOrg,
        browser::{Answer, Browser},
        on_both,
    },
};

use crate::{
    common::{migrations, site},
    support::{authority, run_all},
};

/// Asks on the page, sees that it is looked for, and comes back when it was found: the path and the page.
async fn choose(org: &TestOrg, browser: &mut Browser, fields: &[(&str, &str)]) -> (String, Answer) {
    let ordered = browser.post("/schools/clusters", fields).await.expect(303);
    let path = below(ordered.location());
    let waiting = browser.get(&path).await.expect(200);
    assert!(waiting.says("Choosing clusters") && waiting.says("Waiting"), "{}", waiting.body);
    assert!(waiting.says("Check again") && !waiting.says("Freeze"), "{}", waiting.body);
    run_all(org).await;
    let page = browser.get(&path).await.expect(200);
    (path, page)
}

/// A path below the organisation's own.
fn below(location: &str) -> String {
    let (_, path) = location.split_once("/schools/").unwrap();
    format!("/schools/{path}")
}

#[tokio::test]
async fn clusters_are_chosen_a_unit_is_added_and_a_plan_frozen() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::ServiceManager]).await;
        let form = browser.get("/schools/clusters").await.expect(200);
        assert!(form.says("Clusters to choose") && !form.says("Your last choices"), "{}", form.body);
        let asked = [("clusters", "2"), ("workers", "3")];
        let (first, page) = choose(&org, &mut browser, &asked).await;
        for words in [
            "North High and its schools",
            "Beech Primary",
            "Proved: no other choice",
            "How the choice changes with the settings",
            "100% of pupils who moved on went to it (20 of 20)",
            "Where the schools are",
            "<svg",
            "Not a primary: add it by hand where it belongs",
        ] {
            assert!(page.says(words), "{words}\n{}", page.body);
        }
        assert!(!page.says("style="), "the content policy forbids inline style");

        let fields = [("school", "100020"), ("secondary", "100001"), ("decision", "add"), ("reason", "")];
        let wrong = browser.post("/schools/clusters/links", &fields).await.expect(422);
        assert!(wrong.says("Enter why") && wrong.says("There is a problem"));
        let fields = [
            ("school", "100020"),
            ("secondary", "100001"),
            ("decision", "add"),
            ("reason", "Its pupils come from there"),
            ("clusters", "2"),
            ("workers", "3"),
        ];
        let saved = browser.post("/schools/clusters/links", &fields).await.expect(303);
        let second = below(saved.location());
        assert_ne!(second, first, "the decision asks a new question");
        run_all(&org).await;
        assert!(browser.get(&second).await.expect(200).says("Added by hand"));
        let links = browser.get("/schools/clusters/links").await.expect(200);
        assert!(links.says("Its pupils come from there") && links.says("Test Person"));

        let search = second.rsplit('/').next().unwrap();
        let title = [("title", ""), ("why", "Most children"), ("search", search)];
        let wrong = browser.post("/schools/clusters/plans", &title).await.expect(422);
        assert!(
            wrong.says("Enter a name for the plan") && wrong.says("Most children"),
            "what was typed stays"
        );
        let title = [("title", "Spring plan"), ("why", "Most children"), ("search", search)];
        let saved = browser.post("/schools/clusters/plans", &title).await.expect(303);
        let path = below(saved.location());
        let plan = browser.get(&path).await.expect(200);
        for words in ["Spring plan", "Content hash", "The Lantern", "Added by hand", "Test Person"] {
            assert!(plan.says(words), "{words}\n{}", plan.body);
        }
        assert!(!plan.says(">Children</th>"), "numbers of single schools are not on the plan");
        assert!(browser.get("/schools/clusters/plans").await.expect(200).says("Spring plan"));
        for (file, kind) in [("csv", "text/csv; charset=utf-8"), ("json", "application/json")] {
            let answer = browser.get(&format!("{path}/{file}")).await.expect(200);
            assert!(answer.headers["content-type"] == kind && answer.says("Spring plan"), "{file}");
        }
        for file in ["csv", "xlsx"] {
            browser.get(&format!("{first}/{file}")).await.expect(200);
        }
        // The same question again shows the same answer at once.
        let again = browser.post("/schools/clusters", &[asked[0], asked[1]]).await.expect(303);
        assert_eq!(below(again.location()), second);
        let list = browser.get("/schools/clusters").await.expect(200);
        assert!(list.says("Your last choices") && list.says("At most 2 clusters, 3 social workers"));
        // Nobody else can open it.
        let (mut other, _) = site.signed_in(&[Role::ServiceManager]).await;
        for path in [&first, &format!("{first}/csv")] {
            other.get(path).await.expect(404);
        }
        other.get("/schools/clusters").await.expect(200);
        let stolen = [("title", "Mine"), ("why", "Most children"), ("search", search)];
        other.post("/schools/clusters/plans", &stolen).await.expect(404);
        browser.get("/schools/clusters/plans/00000000-0000-0000-0000-000000000000").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn wrong_settings_keep_what_was_typed_and_say_what_to_do() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        browser.get("/schools/clusters").await.expect(200);
        let fields = [("clusters", "many"), ("workers", "2"), ("must", "North")];
        let page = browser.post("/schools/clusters", &fields).await.expect(422);
        assert!(page.says("Clusters to choose must be a whole number from 1 to 30"));
        assert!(page.says("Secondaries that must be chosen must be at most 50 URNs"));
        assert_eq!(page.value_of("clusters").as_deref(), Some("many"));
        let (_, none) = choose(&org, &mut browser, &[("workers", "0")]).await;
        assert!(none.says("There is no social worker") && !none.says("Freeze the plan"));
        browser.get("/schools/clusters/links?page=99999999999999999999").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn before_the_first_return_the_page_says_so_and_others_get_nothing() {
    on_both(migrations, async |org| {
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let page = browser.get("/schools/clusters").await.expect(200);
        assert!(page.says("No children in need return was imported yet"), "{}", page.body);
        for role in [Role::TeamManager, Role::Evaluator, Role::Administrator] {
            let (mut other, _) = site.signed_in(&[role]).await;
            for path in ["/schools/clusters", "/schools/clusters/links", "/schools/clusters/plans"] {
                assert!(other.get(path).await.status.is_client_error(), "{path}");
            }
        }
        let answer = site.browser().get("/schools/clusters").await.expect(303);
        assert!(answer.location().contains("/sign-in"));
    })
    .await;
}
