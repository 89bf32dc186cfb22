//! Duplicates: suggested, decided, merged and parted.

use chrono::Duration;
use platform::policy::Role;
use record::{
    access::{Access, open},
    duplicates::service::{compare, merge, not_same, suggestions, undo},
    people::search::{Terms, search},
};
use uuid::Uuid;

use crate::world::{Told, World, child, on_each};

const FIRST: Uuid = Uuid::from_u128(1);
const SECOND: Uuid = Uuid::from_u128(2);
const THIRD: Uuid = Uuid::from_u128(3);

async fn people(world: &World) {
    let mut first = child(1, "Ava", "O'Neill", "2010-03-04");
    first.upn = Some("B801200005001".into());
    let mut second = child(2, "Ava", "ONeil", "2010-03-04");
    second.upn = Some("B801200005001".into());
    second.ethnicity = Some("WBRI".into());
    let third = child(3, "Ava", "O’Neill", "2010-04-03");
    world.children(vec![first, second, third, child(4, "Tom", "Brown", "2010-03-04")]).await;
    world.told(FIRST, Told { file: "a.xml", ..Told::referral(2018, "2017-05-02") }).await;
    world.told(SECOND, Told { file: "b.xml", ..Told::referral(2019, "2019-01-07") }).await;
}

#[tokio::test]
async fn pairs_are_suggested_with_reasons_and_what_is_not_the_same_is_remembered() {
    on_each(async |world| {
        people(&world).await;
        let (mut browser, _) = world.signed_in(&[Role::DataOfficer], &[]).await;
        let list = browser.get("/duplicates").await.expect(200);
        assert!(
            list.says("3 pairs") && list.says("The unique pupil number is the same (+60)"),
            "{}",
            list.body
        );
        assert!(!list.says("Tom Brown"));
        let path = format!("/duplicates/{FIRST}/{SECOND}");
        let page = browser.get(&path).await.expect(200);
        // Differences in words; what the data team may not see is hidden and not compared.
        assert!(page.says("Different") && page.says("Hidden from you"), "{}", page.body);
        assert!(!page.says("WBRI") && !page.says("APKN"));
        browser.post(&path, &[("decision", "not-same")]).await.expect(422);
        browser.post(&path, &[("decision", "not-same"), ("reason", "Cousins")]).await.expect(303);
        assert!(browser.get("/duplicates").await.expect(200).says("2 pairs"));
        assert!(browser.get(&path).await.expect(200).says("that they are not: Cousins"));
    })
    .await;
}

#[tokio::test]
async fn a_merge_leads_the_old_address_on_unites_the_history_and_can_be_undone() {
    on_each(async |world| {
        people(&world).await;
        let (mut data, _) = world.signed_in(&[Role::DataOfficer], &[]).await;
        let path = format!("/duplicates/{FIRST}/{SECOND}");
        let same = [("decision", "same"), ("reason", "The same child"), ("keep-surname", "second")];
        let answer = data.post(&path, &same).await.expect(303);
        let merge_path = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        assert!(data.get(&merge_path).await.expect(200).says("Undo the merge"));
        data.get(&path).await.expect(404);
        let ctx = world.colleague(70, &[Role::SocialWorker], &[]).await;
        let found =
            search(&ctx, &Terms { upn: "B801200005001".into(), ..Terms::default() }, 0).await.unwrap();
        assert_eq!((found.total, found.results[0].id), (1, FIRST));
        assert_eq!(found.results[0].title(), "Ava ONeil", "the second record's surname was chosen");
        // The reason given for the old address opens the survivor; the history is that of both.
        let (mut worker, _) = world.signed_in(&[Role::SocialWorker], &[]).await;
        let reason = [("reason-code", "cover"), ("reason", "Covering")];
        worker.post(&format!("/people/{SECOND}/reason"), &reason).await.expect(303);
        let moved = worker.get(&format!("/people/{SECOND}/chronology")).await.expect(303);
        assert_eq!(moved.location(), format!("/southampton/people/{FIRST}/chronology"));
        let page = worker.get(&format!("/people/{FIRST}/chronology")).await.expect(200);
        assert!(page.says("a.xml") && page.says("b.xml") && page.says("2 entries"), "{}", page.body);
        data.post(&merge_path, &[]).await.expect(422);
        data.post(&merge_path, &[("reason", "Two children after all")]).await.expect(303);
        data.get(&path).await.expect(200);
        let apart = worker.get(&format!("/people/{FIRST}/chronology")).await.expect(200);
        assert!(apart.says("a.xml") && !apart.says("b.xml"));
        assert!(data.post(&merge_path, &[("reason", "Again")]).await.expect(422).says("undone already"));
    })
    .await;
}

#[tokio::test]
async fn merges_of_merges_are_undone_in_turn_and_only_within_the_window() {
    on_each(async |world| {
        people(&world).await;
        let ctx = world.colleague(70, &[Role::DataOfficer], &[]).await;
        let inner = merge(&ctx, SECOND, THIRD, &[], "same").await.unwrap();
        let outer = merge(&ctx, FIRST, SECOND, &[], "same").await.unwrap();
        let everything = suggestions(&ctx, 0).await.unwrap();
        assert_eq!(everything.1, 0, "one child is left of three records");
        // The third record leads to the first.
        let worker = world.colleague(71, &[Role::ServiceManager], &[]).await;
        use record::access::{ReasonCode, grant};
        grant::give(&worker, THIRD, ReasonCode::Oversight, "Audit").await.unwrap();
        let Access::Open(opened) = open(&worker, THIRD, "t").await.unwrap() else { panic!("not open") };
        assert_eq!((opened.id(), opened.ids().len()), (FIRST, 3));
        assert!(undo(&ctx, inner, "no").await.unwrap_err().to_string().contains("merged again later"));
        undo(&ctx, outer, "no").await.unwrap();
        assert!(merge(&ctx, FIRST, FIRST, &[], "x").await.is_err());
        assert!(merge(&ctx, FIRST, SECOND, &["shoe size".into()], "x").await.is_err());
        world.org.clock.advance(Duration::days(91));
        assert!(undo(&ctx, inner, "late").await.unwrap_err().to_string().contains("passed"));
        assert!(not_same(&ctx, SECOND, THIRD, "x").await.is_err(), "they are one record");
    })
    .await;
}

#[tokio::test]
async fn of_two_merges_at_once_one_is_refused() {
    on_each(async |world| {
        people(&world).await;
        let ctx = world.colleague(70, &[Role::DataOfficer], &[]).await;
        let (one, two) = tokio::join!(
            merge(&ctx, FIRST, SECOND, &[], "one way"),
            merge(&ctx, SECOND, FIRST, &[], "the other"),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert!(compare(&ctx, FIRST, THIRD).await.is_ok());
    })
    .await;
}
