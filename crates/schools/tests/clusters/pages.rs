//! The pages as people with different roles see them.

use platform::{policy::Role, testing::on_both};

use crate::common::{migrations, site};
use crate::support::authority;

#[tokio::test]
async fn clusters_are_chosen_a_unit_is_added_and_a_plan_frozen() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::ServiceManager]).await;
        let page = browser.get("/schools/clusters?clusters=2&workers=3").await.expect(200);
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
        assert!(saved.location().contains("clusters=2&workers=3"), "{}", saved.location());
        let links = browser.get("/schools/clusters/links").await.expect(200);
        assert!(links.says("Its pupils come from there") && links.says("Test Person"));

        let title = [("title", ""), ("why", "Most children"), ("clusters", "2"), ("workers", "3")];
        let wrong = browser.post("/schools/clusters/plans", &title).await.expect(422);
        assert!(
            wrong.says("Enter a name for the plan") && wrong.says("Most children"),
            "what was typed stays"
        );
        let title = [("title", "Spring plan"), ("why", "Most children"), ("clusters", "2"), ("workers", "3")];
        let saved = browser.post("/schools/clusters/plans", &title).await.expect(303);
        let (_, path) = saved.location().split_once("/schools/").unwrap();
        let path = format!("/schools/{path}");
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
        for file in ["/schools/clusters.csv?clusters=1", "/schools/clusters.xlsx"] {
            browser.get(file).await.expect(200);
        }
        browser.get("/schools/clusters.csv?clusters=many").await.expect(400);
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
        let page = browser.get("/schools/clusters?clusters=many&workers=2&must=North").await.expect(422);
        assert!(page.says("Clusters to choose must be a whole number from 1 to 30"));
        assert!(page.says("Secondaries that must be chosen must be at most 50 URNs"));
        assert_eq!(page.value_of("clusters").as_deref(), Some("many"));
        let none = browser.get("/schools/clusters?workers=0").await.expect(200);
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
            for path in [
                "/schools/clusters",
                "/schools/clusters.csv",
                "/schools/clusters/links",
                "/schools/clusters/plans",
            ] {
                assert!(other.get(path).await.status.is_client_error(), "{path}");
            }
        }
        let answer = site.browser().get("/schools/clusters").await.expect(303);
        assert!(answer.location().contains("/sign-in"));
    })
    .await;
}
