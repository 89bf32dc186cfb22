//! Sixty-four people at once on one pot. `bench/run ledger` plays ten thousand rounds of it.

use std::sync::Arc;

use budgets::{
    Error, Pence,
    ledger::model::{Bucket, Movement, Refused},
    ledger::store,
};
use platform::testing::on_both;

use super::support::{add_up, everything, migrations, post, tree, what};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_at_once_never_spend_a_penny_over() {
    on_both(migrations, async |org| {
        let ctx = Arc::new(everything(&org));
        let tree = tree(&org, 50_000).await;
        let mut spent = 0;
        for round in 0..10 {
            // Some £50 are asked for by each of 64, and £500 are there in all.
            let mut tasks = tokio::task::JoinSet::new();
            for who in 0_i64..64 {
                let (ctx, pot) = (Arc::clone(&ctx), tree.pot);
                tasks.spawn(async move {
                    let pence = 37 + (who * 131 + round * 17) % 2_400;
                    (pence, post(&ctx, Movement::commit(pot, what(pence, format!("{round} {who}")))).await)
                });
            }
            let mut acknowledged = 0;
            while let Some(done) = tasks.join_next().await {
                match done.unwrap() {
                    (pence, Ok(_)) => acknowledged += pence,
                    (_, Err(Error::Ledger(Refused::NotEnough { .. }))) => {}
                    (_, Err(error)) => panic!("{}: {error}", org.engine),
                }
            }
            spent += acknowledged;
            let committed = store::balance(ctx.db(), (tree.pot, Bucket::Committed)).await.unwrap();
            assert_eq!(committed, Pence::new(spent), "{}: an acknowledged spend was lost", org.engine);
            assert!(spent <= 50_000);
        }
        assert!(spent > 49_000, "{}: the race was won too early: {spent}", org.engine);
        add_up(&ctx).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_form_sent_by_many_hands_books_once() {
    on_both(migrations, async |org| {
        let ctx = Arc::new(everything(&org));
        let tree = tree(&org, 50_000).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (ctx, pot) = (Arc::clone(&ctx), tree.pot);
            tasks.spawn(
                async move { post(&ctx, Movement::commit(pot, what(2_000, "one form"))).await.unwrap() },
            );
        }
        let posted = tasks.join_all().await;
        assert_eq!(posted.iter().filter(|posted| !posted.before).count(), 1);
        assert!(posted.iter().all(|one| one.journal == posted[0].journal));
        let committed = store::balance(ctx.db(), (tree.pot, Bucket::Committed)).await.unwrap();
        assert_eq!(committed, Pence::new(2_000));
    })
    .await;
}
