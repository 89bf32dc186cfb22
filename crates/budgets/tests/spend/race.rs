//! Many at once on one pot, through the whole of asking.

use std::sync::Arc;

use budgets::spend::{
    model::State,
    service::{self, NotAsked},
    store::{self, Which},
};

use crate::{
    common::on_each,
    support::{RULES, scene, spend},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_spends_on_one_pot_end_exactly_at_its_balance() {
    on_each(async |world| {
        let scene = scene(world, RULES, 300).await;
        let worker = Arc::new(scene.worker.clone());
        let pot = scene.pot;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..64 {
            let worker = Arc::clone(&worker);
            let mut new = spend(1, 1_000);
            new.paid = number % 2 == 0;
            tasks.spawn(async move { service::ask(&worker, pot, &new, None).await });
        }
        let (mut agreed, mut refused) = (0, 0);
        while let Some(done) = tasks.join_next().await {
            match done.unwrap() {
                Ok(sent) => {
                    assert!(!sent.before);
                    agreed += 1;
                }
                Err(NotAsked::Form(problems)) => {
                    assert!(problems[0].why.contains("£0 left"), "{problems:?}");
                    refused += 1;
                }
                Err(NotAsked::Other(error)) => panic!("{}: {error}", scene.world.org.engine),
            }
        }
        assert_eq!((agreed, refused), (30, 34), "{}", scene.world.org.engine);
        let (left, committed, spent) = scene.pence().await;
        assert_eq!((left, committed + spent), (0, 30_000));
        let all = store::asked(scene.worker.db(), &Which::of_pots([pot])).await.unwrap();
        let mut numbers: Vec<i64> = all.iter().map(|one| one.row.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=30).collect::<Vec<_>>(), "no reference twice and none left out");
        scene.add_up().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parts_sent_at_the_same_moment_still_count_together() {
    on_each(async |world| {
        let scene = scene(world, RULES, 9_000).await;
        let worker = Arc::new(scene.worker.clone());
        let pot = scene.pot;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let worker = Arc::clone(&worker);
            let new = spend(1, 20_000);
            tasks.spawn(async move { service::ask(&worker, pot, &new, None).await.unwrap() });
        }
        tasks.join_all().await;
        let all = store::asked(scene.worker.db(), &Which::of_pots([pot])).await.unwrap();
        let at_once = all.iter().filter(|one| one.course.state == State::Committed).count();
        assert_eq!((all.len(), at_once), (8, 2), "two times £200 are within £500, the third is not");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_form_sent_by_many_hands_is_one_request() {
    on_each(async |world| {
        let scene = scene(world, RULES, 300).await;
        let worker = Arc::new(scene.worker.clone());
        let pot = scene.pot;
        let new = spend(1, 1_000);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (worker, new) = (Arc::clone(&worker), new.clone());
            tasks.spawn(async move { service::ask(&worker, pot, &new, None).await.unwrap() });
        }
        let sent = tasks.join_all().await;
        assert_eq!(sent.iter().filter(|one| !one.before).count(), 1);
        assert!(sent.iter().all(|one| one.id == sent[0].id));
        assert_eq!(scene.pence().await, (29_000, 1_000, 0));
    })
    .await;
}
