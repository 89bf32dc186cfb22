//! The chronology: sources, what was known when, filters.

use chrono::Duration;
use platform::policy::Role;
use record::entity::person_return;
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use uuid::Uuid;

use crate::world::{Told, child, day, on_each};

const CHILD: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn every_entry_names_its_file_and_the_past_can_be_seen_as_it_was_known() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let team = world.team(50).await;
        let (_, person) = world.signed_in(&[Role::TeamManager], &[team]).await;
        let manager = world.as_user(&person, &[Role::TeamManager], &[team]);
        let order = record::allocation::service::Order {
            person: CHILD,
            worker: Some(person.id),
            team: None,
            part: record::allocation::Part::Allocated,
            reason: None,
        };
        record::allocation::service::allocate(&manager, order).await.unwrap();
        let first = world.told(CHILD, Told { file: "first.xml", ..Told::referral(2019, "2019-01-07") }).await;
        // Ten days later a corrected file tells of an assessment too.
        world.org.clock.advance(Duration::days(10));
        let corrected = Told {
            file: "corrected.xml",
            assessment: Some((day("2019-01-08"), Some(day("2019-02-20")))),
            ..Told::referral(2019, "2019-01-07")
        };
        world.told(CHILD, corrected).await;
        let now = manager.now();
        world
            .write(async |change| {
                let row = person_return::ActiveModel {
                    id: Set(first),
                    known_to: Set(Some(now)),
                    ..Default::default()
                };
                person_return::Entity::update(row).exec(change.tx()).await.unwrap();
            })
            .await;
        let path = format!("/people/{CHILD}/chronology");
        // Signing in lasts less than ten days.
        let mut browser = world.site.browser_of(&person).await;
        let page = browser.get(&path).await.expect(200);
        for words in [
            "Referral",
            "From: school (2A)",
            "Assessment authorised",
            "corrected.xml, known since 11 July 2019",
        ] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        // The referral itself has been known since the first file.
        assert!(page.says("corrected.xml, known since 1 July 2019"), "{}", page.body);
        let before = browser.get(&format!("{path}?as-known=2019-07-05")).await.expect(200);
        assert!(before.says("As it was known at the end of 5 July 2019"));
        assert!(before.says("first.xml") && !before.says("Assessment authorised"), "{}", before.body);
        let earlier = browser.get(&format!("{path}?as-known=2019-06-30")).await.expect(200);
        assert!(earlier.says("0 entries"));
        let only = browser.get(&format!("{path}?kind=assessment")).await.expect(200);
        assert!(only.says("2 entries") && !only.says("From: school (2A)"));
        let dated = browser.get(&format!("{path}?from-day=1&from-month=2&from-year=2019")).await.expect(200);
        assert!(dated.says("Assessment authorised") && !dated.says("Assessment started"));
        browser.get(&format!("{path}?as-known=yesterday")).await.expect(422);
    })
    .await;
}
