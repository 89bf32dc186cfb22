//! Families and relationships.

use platform::policy::Role;
use record::access::{Access, judge, open};
use uuid::Uuid;

use crate::world::{child, on_each};

const CHILD: Uuid = Uuid::from_u128(1);
const SISTER: Uuid = Uuid::from_u128(2);

#[tokio::test]
async fn a_worker_records_a_family_and_sees_the_sisters_outline_only() {
    on_each(async |world| {
        world
            .children(vec![child(1, "Ava", "Khan", "2010-03-04"), child(2, "Leila", "Khan", "2012-01-01")])
            .await;
        let (mut browser, person) = world.signed_in(&[Role::SocialWorker], &[]).await;
        let manager = world.colleague(60, &[Role::TeamManager], &[]).await;
        let order = record::allocation::service::Order {
            person: CHILD,
            worker: Some(person.id),
            team: None,
            part: record::allocation::Part::Allocated,
            reason: None,
        };
        record::allocation::service::allocate(&manager, order).await.unwrap();
        let path = format!("/people/{CHILD}/family");
        let wrong = browser.post(&path, &[("kind", "mother")]).await.expect(422);
        assert!(wrong.says("Enter the child number or the name"));
        let mother = [
            ("kind", "mother"),
            ("name", "Sara <Khan>"),
            ("parental-responsibility", "yes"),
            ("lives-with", "no"),
        ];
        browser.post(&path, &mother).await.expect(303);
        browser.post(&path, &[("kind", "sibling"), ("number", "C2")]).await.expect(303);
        let page = browser.get(&path).await.expect(200);
        for words in ["Sara &lt;Khan&gt;", "Mother", "Leila Khan", "<svg", "Not known"] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        assert!(!page.says("<Khan>"));
        let worker = world.as_user(&person, &[Role::SocialWorker], &[]);
        let facts = record::access::facts(&worker, &[SISTER]).await.unwrap();
        assert!(facts[&SISTER].sibling_of_own);
        let judged = judge(&worker, platform::policy::Action::ViewOutline, &[SISTER]).await.unwrap();
        assert_eq!(judged.listed.len(), 1);
        assert!(matches!(open(&worker, SISTER, "t").await.unwrap(), Access::Ask(_)));
        let end =
            page.body.split(&format!("{path}/")).nth(1).unwrap().split("/end").next().unwrap().to_owned();
        browser.post(&format!("{path}/{end}/end"), &[]).await.expect(303);
        browser.post(&format!("{path}/{end}/end"), &[]).await.expect(409);
        assert!(browser.get(&path).await.expect(200).says("1 July 2019"));
        // Not one's own child: nothing is recorded, with or without a reason.
        let asked = browser.post(&format!("/people/{SISTER}/family"), &mother).await.expect(200);
        assert!(asked.says("Why do you need to open this record?"));
        let reason = [("reason-code", "family"), ("reason", "Her sister is mine")];
        browser.post(&format!("/people/{SISTER}/reason"), &reason).await.expect(303);
        browser.post(&format!("/people/{SISTER}/family"), &mother).await.expect(403);
        assert!(!browser.get(&format!("/people/{SISTER}/family")).await.expect(200).says("Sara"));
    })
    .await;
}
