//! Imports in the browser: sent, previewed, decided, reported; and what a restricted child lets through.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use platform::{
    capability::Capability,
    jobs::{Jobs, Kinds, Runner},
    policy::Role,
    testing::{
        TestOrg,
        browser::{Answer, Browser, Site},
        on_both,
    },
};
use record::{
    Record,
    entity::person,
    restriction::service::{Terms, restrict},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::support::{child, cin, cin_of, gias, migrations, on_roll};

const ANNA: &str = "B801200005001";

/// The application with a runner of jobs.
struct House {
    org: TestOrg,
    site: Site,
    runner: Runner,
}

async fn with_house(test: impl AsyncFn(&House)) {
    on_both(migrations, async |org| {
        let capabilities: Vec<Arc<dyn Capability>> = vec![Arc::new(Jobs), Arc::new(Record)];
        let site = Site::of(&org, capabilities.clone());
        let runner = Runner::start(Arc::clone(&org.org), Kinds::of(&capabilities));
        let house = House { org, site, runner };
        test(&house).await;
        house.runner.shut_down().await;
    })
    .await;
}

impl House {
    async fn officer(&self) -> Browser {
        self.site.signed_in(&[Role::DataOfficer]).await.0
    }

    async fn person(&self, la_child_id: &str) -> Uuid {
        let found = person::Entity::find()
            .filter(person::Column::LaChildId.eq(la_child_id))
            .one(self.org.org.database.read())
            .await
            .unwrap();
        found.unwrap().id
    }

    /// Who looked at a child, by action and list.
    async fn looks(&self, person: Uuid) -> Vec<String> {
        let (read, people) = (self.org.org.database.read(), [person]);
        let looks = platform::audit::store::looks_at(read, "person", &people, None, 50);
        looks.await.unwrap().into_iter().map(|look| look.detail).collect()
    }
}

/// Sends a file and gives the path of its page below the organisation's own.
async fn send(browser: &mut Browser, name: &str, content: &str) -> String {
    let sent = browser.upload("/imports/new", &[("term", "")], ("file", name, content.as_bytes())).await;
    let sent = sent.expect(303);
    sent.location().trim_start_matches("/southampton").to_owned()
}

/// Waits until an import's page says something.
async fn until(browser: &mut Browser, path: &str, words: &str) -> Answer {
    for _ in 0..600 {
        let page = browser.get(path).await.expect(200);
        if page.says(words) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    panic!("{path} never says `{words}`: {}", browser.get(path).await.body);
}

/// Sends a file, waits for its preview, confirms it, and gives its page and the report.
async fn import(browser: &mut Browser, name: &str, content: &str) -> (String, Answer) {
    let path = send(browser, name, content).await;
    until(browser, &path, "Confirm and import").await;
    browser.post(&format!("{path}/confirm"), &[]).await.expect(303);
    let report = until(browser, &path, "Report</span>").await;
    (path, report)
}

#[tokio::test]
async fn a_file_is_sent_previewed_confirmed_and_reported() {
    with_house(async |house| {
        let mut officer = house.officer().await;
        let page = officer.get("/imports/new").await.expect(200);
        assert!(page.says("CIN_2019.xml") && page.says("Pupils on roll"), "{}", page.body);
        let children = [
            child("A1", Some(ANNA), "2018-05-01", ""),
            child("A2", None, "2018-06-31", ""),
            child("<b>A3</b>", None, "2018-06-01", "").replace("<b>A3</b>", "&lt;b&gt;A3&lt;/b&gt;"),
        ];
        let path = send(&mut officer, "CIN 2019.xml", &cin(2019, &children)).await;
        let preview = until(&mut officer, &path, "What would change").await;
        assert!(preview.says("Children in the file: 3") && preview.says("not in the record before"));
        assert!(preview.says("Children on the school rolls") && preview.says("0 children of 3"));
        assert!(preview.says("Problems by kind") && preview.says("2018-06-31"), "{}", preview.body);
        let problems = officer.get(&format!("{path}/problems")).await.expect(200);
        assert!(problems.says("A2") && problems.says("2018-06-31"), "{}", problems.body);
        let file = officer.get(&format!("{path}/problems.csv")).await.expect(200);
        assert!(file.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        assert!(file.says("A2") && file.body.lines().count() > 1);
        assert_eq!(person::Entity::find().all(house.org.org.database.read()).await.unwrap(), []);

        officer.post(&format!("{path}/confirm"), &[]).await.expect(303);
        let report = until(&mut officer, &path, "What changed").await;
        assert!(report.says("Imported") && report.says("CIN 2019.xml"));
        let unmatched = officer.get(&format!("{path}/children")).await.expect(200);
        assert!(unmatched.says("A1") && unmatched.says("&lt;b&gt;A3&lt;/b&gt;"), "{}", unmatched.body);
        assert!(officer.get(&format!("{path}/children.csv")).await.expect(200).says("A1"));
        let list = officer.get("/imports").await.expect(200);
        assert!(list.says("census 2018-19") && list.says("Imported"), "{}", list.body);
        // Whoever was named was looked at, and the look is written down.
        let looks = house.looks(house.person("A1").await).await;
        assert!(looks.iter().any(|look| look.contains("children by match")), "{looks:?}");
        assert!(looks.iter().any(|look| look.contains("as a file")), "{looks:?}");

        let again = send(&mut officer, "copy.xml", &cin(2019, &children)).await;
        assert_eq!(again, format!("{path}?known=yes"));
        assert!(officer.get(&again).await.expect(200).says("sent before"));
    })
    .await;
}

#[tokio::test]
async fn a_corrected_file_says_what_changes_and_takes_the_place_of_the_first() {
    with_house(async |house| {
        let mut officer = house.officer().await;
        let first = [child("A1", None, "2018-05-01", ""), child("A2", None, "2018-05-01", "")];
        let (first, _) = import(&mut officer, "cin.xml", &cin(2019, &first)).await;
        house.org.clock.advance(chrono::Duration::minutes(1));
        let second = [child("A1", None, "2018-05-02", ""), child("A9", None, "2018-05-01", "")];
        let path = send(&mut officer, "cin.xml", &cin(2019, &second)).await;
        until(&mut officer, &path, "See which children change or end").await;
        let changes = officer.get(&format!("{path}/changes")).await.expect(200);
        assert!(changes.says("A1") && changes.says("A2") && changes.says("Ends"), "{}", changes.body);
        assert!(!changes.says("A9"), "a new child does not change");
        assert!(officer.get(&format!("{path}/changes.csv")).await.expect(200).says("A2"));
        officer.post(&format!("{path}/confirm"), &[]).await.expect(303);
        let report = until(&mut officer, &path, "Report</span>").await;
        assert!(report.says("takes the place of") && report.says(&first));
    })
    .await;
}

#[tokio::test]
async fn a_restricted_child_is_no_more_than_a_presence_on_every_list_and_in_every_file() {
    with_house(async |house| {
        let mut officer = house.officer().await;
        let told = |day: &str| {
            [
                child("SECRET7", Some(ANNA), day, "").replace("2009-05-04", "1850-01-01"),
                child("OPEN8", None, day, "").replace("2009-05-04", "1850-01-02"),
            ]
        };
        import(&mut officer, "cin.xml", &cin(2019, &told("2018-05-01"))).await;
        let manager = house.site.person(&[Role::ServiceManager]).await;
        let terms = Terms {
            allow_list_only: true,
            allow: BTreeSet::from([manager.id]),
            deny: BTreeSet::new(),
            reason: "a relative works here".to_owned(),
            review_on: house.org.org.clock.today() + chrono::Days::new(90),
        };
        let ctx = house.org.ctx(&[Role::ServiceManager]);
        restrict(&ctx, house.person("SECRET7").await, &terms).await.unwrap();
        let before = house.looks(house.person("SECRET7").await).await.len();
        house.org.clock.advance(chrono::Duration::minutes(1));
        let (path, _) = import(&mut officer, "cin.xml", &cin(2019, &told("2018-05-02"))).await;
        let lists =
            ["", "/problems", "/problems.csv", "/changes", "/changes.csv", "/children", "/children.csv"];
        for list in lists {
            let answer = officer.get(&format!("{path}{list}")).await.expect(200);
            for secret in ["SECRET7", ANNA, "1850-01-01"] {
                assert!(!answer.says(secret), "{list} says {secret}: {}", answer.body);
            }
            assert!(answer.says("A restricted record"), "{list}: {}", answer.body);
            assert!(answer.says("OPEN8"), "{list}: {}", answer.body);
        }
        assert_eq!(house.looks(house.person("SECRET7").await).await.len(), before, "nothing was shown of it");
        assert!(house.looks(house.person("OPEN8").await).await.len() >= 6);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_taken_says_why_and_what_to_do() {
    with_house(async |house| {
        let mut officer = house.officer().await;
        let none = officer.upload("/imports/new", &[], ("file", "", b"")).await.expect(422);
        assert!(none.says("Select a file") && none.says("Error: "));
        let empty = officer.upload("/imports/new", &[], ("file", "a.xml", b"")).await.expect(422);
        assert!(empty.says("The selected file is empty"));
        let odd = officer.upload("/imports/new", &[], ("file", "a.pdf", b"%PDF-1.7 ...")).await.expect(422);
        assert!(odd.says("a.pdf"), "{}", odd.body);
        let table = on_roll(&[["SCH1", "r1", ANNA, "", "2009-05-04", "2015-09-01"]]);
        let no_term = officer.upload("/imports/new", &[("term", "")], ("file", "roll.csv", table.as_bytes()));
        assert!(no_term.await.expect(422).says("term"));
        let bad = officer.upload("/imports/new", &[("term", "soon")], ("file", "roll.csv", table.as_bytes()));
        assert!(bad.await.expect(422).says("Select a term"));
        let term = officer.upload(
            "/imports/new",
            &[("term", "2019-spring")],
            ("file", "roll.csv", table.as_bytes()),
        );
        term.await.expect(303);

        let foreign = [child("A1", None, "2018-05-01", "")];
        let path = send(&mut officer, "cin.xml", &cin_of(334, 2019, &foreign)).await;
        let refused = until(&mut officer, &path, "cannot be imported").await;
        assert!(refused.says("334") && !refused.says("Confirm and import"), "{}", refused.body);
        officer.post(&format!("{path}/confirm"), &[]).await.expect(409);
        officer.post(&format!("{path}/discard"), &[]).await.expect(303);
        assert!(officer.get(&path).await.expect(200).says("was discarded"));
        let files = std::fs::read_dir(house.org.org.folder.join("uploads")).unwrap();
        assert_eq!(files.count(), 0, "nothing of the uploads is left");
    })
    .await;
}

#[tokio::test]
async fn an_identifier_of_a_school_is_tied_to_a_urn_and_untied() {
    with_house(async |house| {
        let mut officer = house.officer().await;
        import(&mut officer, "edubasealldata20190101.csv", &gias(&[(116_351, 2001, "01-01-1990", "")])).await;
        let table = on_roll(&[["SCH1", "r1", ANNA, "", "2009-05-04", "2015-09-01"]]);
        let path = send(&mut officer, "2018_spring_pupilonroll.csv", &table).await;
        until(&mut officer, &path, "Say which schools they are").await;
        let schools = format!("{path}/schools");
        assert!(officer.get(&schools).await.expect(200).says("SCH1"));
        let nothing = officer.post(&schools, &[("urn-0", ""), ("urn-0-key", "SCH1")]).await.expect(422);
        assert!(nothing.says("at least one school"));
        let unknown = officer.post(&schools, &[("urn-0", "999999"), ("urn-0-key", "SCH1")]).await.expect(422);
        assert!(unknown.says("no school has this number") && unknown.says("value=\"999999\""));
        officer.post(&schools, &[("urn-0", "116351"), ("urn-0-key", "SCH1")]).await.expect(303);
        let page = officer.get(&schools).await.expect(200);
        assert!(page.says("Every identifier of this file means a school") && page.says("116351"));
        officer.post(&format!("{schools}/untie"), &[("key", "SCH1")]).await.expect(303);
        assert!(officer.get(&schools).await.expect(200).says("URN of SCH1"));
    })
    .await;
}

#[tokio::test]
async fn only_those_with_the_right_send_see_and_decide() {
    with_house(async |house| {
        let mut officer = house.officer().await;
        let path = send(&mut officer, "cin.xml", &cin(2019, &[child("A1", None, "2018-05-01", "")])).await;
        until(&mut officer, &path, "Confirm and import").await;
        let (mut worker, _) = house.site.signed_in(&[Role::SocialWorker]).await;
        for page in ["/imports", "/imports/new", &path, &format!("{path}/problems.csv")] {
            worker.get(page).await.expect(403);
        }
        worker.upload("/imports/new", &[], ("file", "cin.xml", b"<Message/>")).await.expect(403);
        worker.post(&format!("{path}/confirm"), &[]).await.expect(403);
        let (mut protection, _) = house.site.signed_in(&[Role::DataProtection]).await;
        let page = protection.get(&path).await.expect(200);
        assert!(!page.says("Confirm and import"), "may look and not decide");
        protection.post(&format!("{path}/confirm"), &[]).await.expect(403);
        let mut nobody = house.site.browser();
        assert!(nobody.get(&path).await.expect(303).location().contains("/sign-in"));
    })
    .await;
}
