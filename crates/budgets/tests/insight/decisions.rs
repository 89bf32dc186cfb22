use budgets::{
    Pence,
    insight::{
        model::{decisions::Query, redact::search_words},
        service::{Found, search},
    },
    spend::service::{approve, refuse},
};
use platform::Ctx;

use crate::{
    common::on_each,
    support::{scene, spend},
};

async fn find(ctx: &Ctx, words: &str) -> Found {
    search(ctx, &Query { words: search_words(words), ..Query::default() }).await.unwrap()
}

#[tokio::test]
async fn earlier_decisions_are_found_without_the_people_in_them() {
    on_each(async |world| {
        let scene = scene(world).await;
        let mut bed = spend(1, 620);
        bed.what_for =
            "A bed for ZOE and Maya’s room at DL1 5QT, ring 0161 496 0000 (C1), Child12 too".to_owned();
        let bed = scene.ask(bed).await;
        refuse(
            &scene.manager,
            bed,
            "Wendy knows: o'brien asked housing",
            "Zoë can ask the council’s housing team",
        )
        .await
        .unwrap();
        let mut lessons = spend(11, 700);
        lessons.what_for = "Driving lessons".to_owned();
        lessons.category = "travel".to_owned();
        let lessons = scene.ask(lessons).await;
        let mut open = spend(12, 800);
        open.what_for = "A bed that nobody has decided on".to_owned();
        scene.ask(open).await;
        scene.later(1);
        let mut secret = spend(31, 90);
        secret.what_for = "A bed for a restricted child".to_owned();
        scene.ask(secret).await;
        approve(&scene.manager, lessons, "It opens doors").await.unwrap();

        for reader in [&scene.worker, &scene.manager, &scene.finance] {
            let found = find(reader, "bed").await;
            assert_eq!(found.total, 1);
            let one = &found.decisions[0];
            assert_eq!(
                one.what_for,
                "A bed for [name] and [name] room at [number], ring [number] ([name]), [name] too"
            );
            assert_eq!(
                one.why,
                ["[name] knows: [name] asked housing", "[name] can ask the council’s housing team"]
            );
            assert_eq!(
                (one.amount, one.agreed, one.month.plain().as_str()),
                (Pence::new(62_000), false, "2019-07")
            );
        }
        // What was taken out is not found either.
        for name in ["zoe", "Maya", "o'brien", "wendy", "0161", "child12"] {
            assert_eq!(find(&scene.worker, name).await.total, 0, "{name}");
        }
        let found = find(&scene.worker, "").await;
        assert_eq!(found.total, 2);
        let with = async |query: Query| search(&scene.worker, &query).await.unwrap().total;
        assert_eq!(with(Query { agreed: Some(true), ..Query::default() }).await, 1);
        assert_eq!(with(Query { category: Some("Travel".to_owned()), ..Query::default() }).await, 1);
        assert_eq!(with(Query { from: Some(Pence::new(62_001)), ..Query::default() }).await, 1);
        assert_eq!(with(Query { policy: Some(uuid::Uuid::nil()), ..Query::default() }).await, 0);

        // Every search is a look.
        let looks = async || {
            let since = chrono::DateTime::UNIX_EPOCH;
            platform::audit::store::looks_since(scene.finance.db(), scene.finance.actor.id, since)
                .await
                .unwrap()
        };
        let before = looks().await;
        find(&scene.finance, "nothing at all").await;
        assert_eq!(looks().await, before + 1);
        assert!(
            search(&scene.world.org.ctx(&[platform::policy::Role::Evaluator]), &Query::default())
                .await
                .is_err()
        );
    })
    .await;
}
