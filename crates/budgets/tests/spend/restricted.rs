//! A child whose record is restricted: their money is not there for who may not open the record.

use budgets::{
    policy::model::Ready,
    pots::model::Owner,
    spend::{
        service::{self, Whom, look_at_paper, see},
        store::{self, Which},
    },
};
use platform::policy::{Action, Role};

use crate::{
    common::on_each,
    support::{RULES, concealed, photo, scene, spend, words, wrong},
};

#[tokio::test]
async fn a_restricted_childs_money_does_not_exist_for_who_may_not_open_it() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let sent = service::ask(&scene.worker, scene.pot, &spend(1, 60_000), Some(&photo(1))).await.unwrap();
        let id = sent.id;
        let paper = store::papers(scene.worker.db(), id).await.unwrap()[0].id;
        scene.world.restrict(1, &[scene.worker.actor.id]).await;

        assert!(service::one(&scene.worker, id, "test").await.unwrap().words, "the listed worker sees it");
        assert!(concealed(service::one(&scene.manager, id, "test").await));
        assert!(concealed(service::approve(&scene.manager, id, "").await));
        assert!(concealed(look_at_paper(&scene.manager, paper).await));
        assert!(concealed::<()>(match service::ask(&scene.manager, scene.pot, &spend(1, 100), None).await {
            Err(service::NotAsked::Other(error)) => Err(error),
            other => panic!("{other:?}"),
        }));
        let all = store::asked(scene.manager.db(), &Which::default()).await.unwrap();
        assert!(see(&scene.manager, Action::ApproveSpend, all, Some("test")).await.unwrap().is_empty());
        assert!(service::pots_for(&scene.manager, Action::ViewBudgets).await.unwrap().is_empty());

        // Who sees every pot sees a reference and sums, and decides nothing unread.
        let head = scene.world.colleague(15, "Head", &[Role::ServiceManager], &[]).await;
        for ctx in [&head, &scene.finance] {
            let before = scene.world.looks(1).await.len();
            let seen = service::one(ctx, id, "test").await.unwrap();
            assert!(!seen.words && seen.whom == Whom::Hidden);
            assert!(concealed(look_at_paper(ctx, paper).await));
            assert_eq!(scene.world.looks(1).await.len(), before, "nothing was looked at");
        }
        let told = words(service::approve(&head, id, "").await);
        assert!(told.contains("not open to you"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_workers_pot_stays_and_the_restricted_childs_line_does_not() {
    on_each(async |world| {
        let mut scene = scene(world, Ready::named("wigan").unwrap().text, 0).await;
        let owner = Owner::Worker(scene.worker.actor.id);
        scene.pot = scene.world.pot(scene.tree, owner, scene.policy, 1_000).await;
        scene.ask(&spend(1, 1_000)).await;
        let hidden = scene.ask(&spend(2, 2_000)).await.row.id;
        scene.world.restrict(2, &[scene.worker.actor.id]).await;
        let all = || async { store::asked(scene.manager.db(), &Which::default()).await.unwrap() };
        let seen = see(&scene.manager, Action::ViewBudgets, all().await, Some("test")).await.unwrap();
        assert_eq!(seen.iter().map(|one| one.asked.reference()).collect::<Vec<_>>(), ["S-00001"]);
        assert!(concealed(service::one(&scene.manager, hidden, "test").await));
        let seen = see(&scene.finance, Action::ViewBudgets, all().await, Some("test")).await.unwrap();
        assert!(seen.len() == 2 && seen.iter().all(|one| !one.words), "finance has every sum and no words");
        let mine = see(&scene.worker, Action::ViewBudgets, all().await, Some("test")).await.unwrap();
        assert!(mine.len() == 2 && mine.iter().all(|one| one.words));
        // A worker who is not on the list cannot name the child in a form, whoever held the child before.
        scene.world.restrict(1, &[]).await;
        let told = wrong(scene.send(&spend(1, 100)).await, "child");
        assert!(told.contains("Select the child"), "{told}");
    })
    .await;
}
