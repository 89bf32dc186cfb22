//! The pages as people with different roles see them.

use platform::{policy::Role, testing::on_both};

use crate::{
    common::{migrations, site},
    support::small_authority,
};

#[tokio::test]
async fn a_data_officer_sees_the_table_the_chart_and_the_file() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let page = browser.get("/schools/counts").await.expect(200);
        for words in [
            "2018-19 (1 April 2018 to 31 March 2019)",
            "Ashdown Academy",
            "Beech Lane School",
            "No unique pupil number",
            "Total: schools and children at no school",
            "<svg",
            "250.0",
            "Two dates of your own",
            "What these figures mean",
        ] {
            assert!(page.says(words), "{words}\n{}", page.body);
        }
        assert!(!page.says("style="), "the content policy forbids inline style");
        let sorted = browser.get("/schools/counts?sort=-referrals").await.expect(200);
        let place = |name: &str| sorted.body.find(&format!(">{name}</a>")).unwrap();
        assert!(place("Beech Lane School") < place("Ashdown Academy"));
        let found = browser.get("/schools/counts?name=100001&phase=Primary").await.expect(200);
        assert!(found.says("1 school") && !found.says(">Beech Lane School</a>"), "by a former URN");
        let dates = "window=dates&from-day=10&from-month=5&from-year=2018&to-day=10&to-month=5&to-year=2018";
        let page = browser.get(&format!("/schools/counts?{dates}")).await.expect(200);
        assert!(page.says("10 May 2018 to 10 May 2018"));
        let file = browser.get(&format!("/schools/counts.csv?{dates}")).await.expect(200);
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        assert!(file.says(",140001,100001,Ashdown Academy,Primary,referrals,7,:,:"), "{}", file.body);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_period_keeps_what_was_typed_and_says_what_to_do() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let dates = "window=dates&from-day=31&from-month=2&from-year=2018&to-day=10&to-month=5&to-year=2018";
        let page = browser.get(&format!("/schools/counts?{dates}")).await.expect(422);
        assert!(page.says("First day must be a real date") && page.says("There is a problem"));
        assert_eq!(page.value_of("from-day").as_deref(), Some("31"));
        let page = browser.get("/schools/counts?window=winter-2018").await.expect(422);
        assert!(page.says("Choose a period from the list"));
        browser
            .get("/schools/counts?page=4000000000&sort=--x&measure=none&phase=%22%3E%3Cscript")
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_team_manager_sees_marks_and_census_years_only() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::TeamManager]).await;
        let page = browser.get("/schools/counts").await.expect(200);
        assert!(page.says("c (hidden)") && !page.says("250.0") && !page.says("Two dates of your own"));
        let page = browser.get("/schools/counts?window=autumn-2018").await.expect(422);
        assert!(page.says("Other periods would tell by subtraction what is hidden"));
        let page = browser.get("/schools/140001").await.expect(200);
        assert!(page.says("c (hidden)") && !page.says("250.0"));
        let file = browser.get("/schools/counts.csv").await.expect(200);
        assert!(file.says(",referrals,c,36,c") && !file.says("250.0"));
    })
    .await;
}

#[tokio::test]
async fn one_school_names_the_schools_that_it_followed() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::ServiceManager]).await;
        let page = browser.get("/schools/140001").await.expect(200);
        assert!(page.says("Ashdown Primary School (URN 100001)") && page.says("URN 140001"));
        assert!(page.says("250.0") && page.says("2017-18"));
        browser.get("/schools/100001?measure=assessments_completed").await.expect(200);
        browser.get("/schools/999999").await.expect(404);
        browser.get("/schools/ashdown").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn who_has_no_right_and_who_is_not_signed_in_get_nothing() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        for path in ["/schools/counts", "/schools/counts.csv", "/schools/140001"] {
            let answer = site.browser().get(path).await.expect(303);
            assert!(answer.location().contains("/sign-in"), "{}", answer.location());
            let (mut browser, _) = site.signed_in(&[Role::Administrator]).await;
            let answer = browser.get(path).await;
            assert!(answer.status.is_client_error() && !answer.says("Ashdown"), "{path}");
        }
        let (mut lead, _) = site.signed_in(&[Role::SafeguardingLead]).await;
        assert!(!lead.get("/schools/counts").await.expect(200).says("Ashdown"), "no school of their own");
        lead.get("/schools/140001").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn before_the_first_return_the_page_says_so() {
    on_both(migrations, async |org| {
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let page = browser.get("/schools/counts").await.expect(200);
        assert!(page.says("No children in need return was imported yet"));
        browser.get("/schools/counts.csv").await.expect(400);
    })
    .await;
}
