//! Opening a record: the look before the page, the question for a reason, and its review.

use chrono::Duration;
use platform::{
    audit::{entry::Chain, verify::verify},
    policy::Role,
};
use sea_orm::{ConnectionTrait as _, Database};
use uuid::Uuid;

use crate::world::{Told, child, on_each};

const CHILD: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn a_team_manager_opens_a_child_and_the_look_is_there() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        world.told(CHILD, Told::referral(2019, "2019-06-03")).await;
        let team = world.team(50).await;
        let (mut browser, person) = world.signed_in(&[Role::TeamManager], &[team]).await;
        let manager = world.as_user(&person, &[Role::TeamManager], &[team]);
        let order = record::allocation::service::Order {
            person: CHILD,
            worker: Some(person.id),
            team: Some(team),
            part: record::allocation::Part::Allocated,
            reason: None,
        };
        record::allocation::service::allocate(&manager, order).await.unwrap();
        let page = browser.get(&format!("/people/{CHILD}")).await.expect(200);
        for words in ["Ava Khan", "4 March 2010, 9 years old", "C1", "Child in need", "Test Person 1"] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        assert_eq!(world.looks(CHILD).await, ["view-child"]);
        let looked = browser.get(&format!("/people/{CHILD}/looked")).await.expect(200);
        assert!(looked.says("Test Person 1") && looked.says("record"), "{}", looked.body);
        let clocks = browser.get(&format!("/people/{CHILD}/clocks")).await.expect(200);
        // 45 working days after 3 June 2019 end on 5 August.
        assert!(clocks.says("5 August 2019") && clocks.says("National: 45 working days"), "{}", clocks.body);
        assert!(
            verify(&world.org.org.database, &world.org.org.keys, Chain::Access)
                .await
                .unwrap()
                .faults
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn without_the_access_table_the_answer_is_503_and_no_name() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let team = world.team(50).await;
        let (mut browser, person) = world.signed_in(&[Role::TeamManager], &[team]).await;
        let manager = world.as_user(&person, &[Role::TeamManager], &[team]);
        let order = record::allocation::service::Order {
            person: CHILD,
            worker: None,
            team: Some(team),
            part: record::allocation::Part::Allocated,
            reason: None,
        };
        record::allocation::service::allocate(&manager, order).await.unwrap();
        browser.get(&format!("/people/{CHILD}")).await.expect(200);
        let second = Database::connect(&world.org.address).await.unwrap();
        second.execute_unprepared("ALTER TABLE access_event RENAME TO access_event_gone").await.unwrap();
        for path in ["", "/chronology", "/clocks", "/family", "/looked"] {
            let page = browser.get(&format!("/people/{CHILD}{path}")).await.expect(503);
            assert!(!page.says("Khan"), "{path}");
        }
        for path in ["/caseload", "/caseload.csv"] {
            assert!(!browser.get(path).await.expect(503).says("Khan"));
        }
        assert!(!browser.post("/people/search", &[("name", "Khan")]).await.expect(503).says("Ava"));
        second.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_child_of_others_opens_on_a_reason_which_somebody_else_reviews() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let (mut worker, _) = world.signed_in(&[Role::SocialWorker, Role::TeamManager], &[]).await;
        let path = format!("/people/{CHILD}/chronology");
        let gate = worker.get(&path).await.expect(200);
        assert!(
            gate.says("Why do you need to open this record?") && gate.says("will be logged"),
            "{}",
            gate.body
        );
        let empty = worker.post(&format!("/people/{CHILD}/reason"), &[("return", &path)]).await.expect(422);
        assert!(empty.says("Select a reason") && empty.says("Error: "));
        let typed = [("reason", "Typed already"), ("return", path.as_str())];
        let kept = worker.post(&format!("/people/{CHILD}/reason"), &typed).await.expect(422);
        assert!(kept.says("Typed already") && kept.value_of("return").as_deref() == Some(&path));
        let elsewhere =
            [("reason-code", "duty"), ("reason", "On duty tonight"), ("return", "//evil.example")];
        let answer = worker.post(&format!("/people/{CHILD}/reason"), &elsewhere).await.expect(303);
        assert_eq!(answer.location(), format!("/southampton/people/{CHILD}"));
        let open = worker.get(&path).await.expect(200);
        assert!(open.says("Ava Khan") && open.says("Opened with a reason"), "{}", open.body);
        let looks =
            platform::audit::store::looks_at(world.org.org.database.read(), "person", &[CHILD], None, 10);
        let look = looks.await.unwrap().remove(0);
        assert_eq!(look.reason.as_deref(), Some("I am on duty or working out of hours"));
        // One's own access is not in one's own queue.
        assert!(worker.get("/access-reviews").await.expect(200).says("Nothing waits for your review"));
        let (mut reviewer, _) = world.signed_in(&[Role::TeamManager], &[]).await;
        assert!(reviewer.get("/today").await.expect(200).says("1 access to review"));
        let queue = reviewer.get("/access-reviews").await.expect(200);
        assert!(queue.says("Test Person 1") && queue.says("Ava Khan"), "{}", queue.body);
        let link = queue.body.split("/access-reviews/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let review = reviewer.get(&format!("/access-reviews/{link}")).await.expect(200);
        assert!(review.says("On duty tonight"));
        let own =
            worker.post(&format!("/access-reviews/{link}"), &[("outcome", "justified")]).await.expect(422);
        assert!(own.says("nobody reviews their own access"));
        reviewer.post(&format!("/access-reviews/{link}"), &[]).await.expect(422);
        let found = [("outcome", "not-justified"), ("note", "Not on the rota")];
        reviewer.post(&format!("/access-reviews/{link}"), &found).await.expect(303);
        reviewer.post(&format!("/access-reviews/{link}"), &found).await.expect(409);
        // What was not justified ends at once.
        assert!(worker.get(&path).await.expect(200).says("Why do you need to open this record?"));
    })
    .await;
}

#[tokio::test]
async fn access_on_a_reason_ends_after_three_hours() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let ctx = world.colleague(70, &[Role::SocialWorker], &[]).await;
        use record::access::{Access, GrantKind, ReasonCode, grant, open};
        let given = grant::give(&ctx, CHILD, ReasonCode::Cover, "Covering").await.unwrap();
        assert_eq!(given, Some(GrantKind::Reasoned));
        assert!(matches!(open(&ctx, CHILD, "test").await.unwrap(), Access::Open(_)));
        assert_eq!(grant::give(&ctx, CHILD, ReasonCode::Cover, "Again").await.unwrap(), None);
        world.org.clock.advance(Duration::minutes(179));
        assert!(matches!(open(&ctx, CHILD, "test").await.unwrap(), Access::Open(_)));
        world.org.clock.advance(Duration::minutes(1));
        assert!(matches!(open(&ctx, CHILD, "test").await.unwrap(), Access::Ask(_)));
    })
    .await;
}

#[tokio::test]
async fn roles_without_a_childs_record_are_refused_alike_whether_it_exists() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let (mut browser, _) = world.signed_in(&[Role::Administrator, Role::DataOfficer], &[]).await;
        for id in [CHILD, Uuid::from_u128(77)] {
            for path in ["", "/chronology", "/clocks", "/family", "/looked", "/restrict", "/allocate"] {
                browser.get(&format!("/people/{id}{path}")).await.expect(403);
            }
        }
        let mut nobody = world.site.browser();
        assert!(nobody.get(&format!("/people/{CHILD}")).await.expect(303).location().contains("/sign-in"));
    })
    .await;
}
