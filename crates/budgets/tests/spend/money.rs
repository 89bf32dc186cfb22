//! The ledger's side: paying, releasing, filling from the team, refunds, reversals, what lapses.

use std::{sync::Arc, time::Duration};

use budgets::{
    Pence,
    policy::model::{PaymentKind, Ready},
    pots::model::Owner,
    spend::{
        model::{Cash, State},
        service::{self, ExpireSpends},
    },
};
use platform::jobs::{JobKind, Runner};
use uuid::Uuid;

use crate::{
    common::on_each,
    support::{RULES, concealed, scene, spend, words},
};

#[tokio::test]
async fn what_cost_less_goes_back_and_what_costs_more_is_asked_again() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let id = scene.ask(&spend(1, 10_000)).await.row.id;
        let more = words(service::pay(&scene.worker, id, false, Pence::new(10_001)).await);
        assert!(more.contains("no more than the £100"), "{more}");
        service::pay(&scene.worker, id, false, Pence::new(8_000)).await.unwrap();
        assert_eq!(scene.pence().await, (92_000, 0, 8_000));
        assert_eq!(scene.state(id).await, State::ReceiptDue);
        let little = scene.ask(&spend(1, 499)).await.row.id;
        service::pay(&scene.worker, little, false, Pence::new(499)).await.unwrap();
        assert_eq!(scene.state(little).await, State::Paid, "below £5 these rules need no receipt");
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn finance_pays_orders_and_puts_right_what_was_paid() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let mut new = spend(1, 10_000);
        new.payment = PaymentKind::Reimbursement;
        new.payee = "Grandmother".to_owned();
        let id = scene.ask(&new).await.row.id;
        let told = words(service::pay(&scene.worker, id, false, Pence::new(10_000)).await);
        assert!(told.contains("Finance pays"), "{told}");
        assert!(concealed(service::pay(&scene.worker, id, true, Pence::new(10_000)).await));
        service::pay(&scene.finance, id, true, Pence::new(10_000)).await.unwrap();
        assert_eq!(scene.pence().await, (90_000, 0, 10_000));

        assert!(concealed(service::refund(&scene.worker, id, Pence::new(1), "Back").await));
        assert!(words(service::refund(&scene.finance, id, Pence::new(1), "").await).contains("reason"));
        service::refund(&scene.finance, id, Pence::new(2_500), "Half came back").await.unwrap();
        service::refund(&scene.finance, id, Pence::new(2_500), "The other half").await.unwrap();
        assert_eq!(scene.pence().await, (95_000, 0, 5_000));
        let told = words(service::refund(&scene.finance, id, Pence::new(5_001), "Too much").await);
        assert!(told.contains("no more than the £50"), "{told}");
        service::reverse(&scene.finance, id, "Booked on the wrong pot").await.unwrap();
        assert_eq!(scene.pence().await, (100_000, 0, 0));
        assert_eq!(scene.state(id).await, State::Reversed);
        assert!(words(service::reverse(&scene.finance, id, "Again").await).contains("Undone"));
        let ledger = budgets::ledger::store::of_request(scene.worker.db(), id).await.unwrap();
        let kinds: Vec<&str> = ledger.iter().map(|one| one.kind.as_str()).collect();
        assert_eq!(kinds, ["commit", "post", "refund", "refund", "reverse"], "new entries, nothing edited");
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn a_pot_that_is_filled_as_needed_takes_from_the_team_and_gives_back() {
    on_each(async |world| {
        let mut scene = scene(world, Ready::named("hillingdon").unwrap().text, 0).await;
        let manager = scene.world.org.ctx(&[platform::policy::Role::ServiceManager]);
        let new = budgets::pots::service::NewEnvelope {
            name: String::new(),
            owner: Owner::Person(Uuid::from_u128(1)),
            policy: Some(scene.policy),
            cap: None,
        };
        scene.pot = budgets::pots::service::open(&manager, scene.tree.team, &new).await.unwrap();
        let left = async || scene.standing(scene.tree.team).await.available;
        let full = left().await;
        let first = scene.ask(&spend(1, 2_000)).await.row.id;
        assert_eq!(scene.pence().await, (0, 2_000, 0));
        service::pay(&scene.worker, first, false, Pence::new(1_500)).await.unwrap();
        assert_eq!(scene.pence().await, (0, 0, 1_500), "the rest is the team’s again");
        assert_eq!(left().await, full.minus(Pence::new(1_500)).unwrap());
        service::refund(&scene.finance, first, Pence::new(500), "Returned").await.unwrap();
        let second = scene.ask(&spend(1, 3_000)).await.row.id;
        service::cancel(&scene.worker, second, "Not needed").await.unwrap();
        assert_eq!(scene.state(second).await, State::Voided);
        assert_eq!(scene.pence().await, (0, 0, 1_000));
        service::reverse(&scene.finance, first, "Wrong").await.unwrap();
        assert_eq!((scene.pence().await, left().await), ((0, 0, 0), full));
        let much = scene.send(&spend(1, 5_000_001)).await;
        assert!(crate::support::wrong(much, "amount").contains("£50,000 left in the team"));
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_used_in_time_is_released_once() {
    on_each(async |world| {
        let scene = scene(world, RULES, 100).await;
        let first = scene.ask(&spend(1, 10_000)).await.row.id;
        scene.later(30);
        assert_eq!(service::release_lapsed(&scene.finance).await.unwrap(), 0, "the last day is in time");
        scene.later(1);
        let told = words(service::pay(&scene.worker, first, false, Pence::new(10_000)).await);
        assert!(told.contains("until 31 July 2019"), "{told}");
        // Whoever asks next finds the money released.
        let second = scene.ask(&spend(1, 10_000)).await.row.id;
        assert_eq!((scene.state(first).await, scene.state(second).await), (State::Expired, State::Committed));
        scene.later(31);
        assert!(service::release_lapsed(&scene.worker).await.is_err(), "finance releases");
        assert_eq!(service::lapsed_count(&scene.finance).await.unwrap(), 1);
        assert_eq!(service::release_lapsed(&scene.finance).await.unwrap(), 1);
        assert_eq!(service::release_lapsed(&scene.finance).await.unwrap(), 0);
        assert_eq!(scene.pence().await, (10_000, 0, 0));
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn the_server_releases_by_itself_what_is_not_used_in_time() {
    on_each(async |world| {
        let scene = scene(world, RULES, 100).await;
        let first = scene.ask(&spend(1, 10_000)).await.row.id;
        let ctx = scene.worker.clone();
        assert!(!ExpireSpends.wanted(&ctx).await.unwrap());
        let all: [Box<dyn JobKind>; 1] = [Box::new(ExpireSpends)];
        let runner = Runner::start(Arc::clone(&ctx.org), all.into_iter().collect());
        scene.later(31);
        let mut waited = 0;
        while scene.state(first).await != State::Expired {
            waited += 1;
            assert!(waited < 600, "nobody released it");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        runner.shut_down().await;
        assert!(!ExpireSpends.wanted(&ctx).await.unwrap());
        assert_eq!(scene.pence().await, (10_000, 0, 0));
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn cash_out_of_hours_is_confirmed_by_somebody_else_in_time() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let mut new = spend(1, 4_000);
        new.payment = PaymentKind::Cash;
        new.paid = true;
        let id = scene.ask(&new).await.row.id;
        assert!(matches!(scene.read(id).await.course.cash, Some(Cash::Waiting(_))));
        assert!(concealed(service::confirm(&scene.worker, id, true, "").await));
        scene.later(4);
        let told = crate::support::wrong(scene.send(&spend(1, 100)).await, "amount");
        assert!(told.contains("cash was not confirmed in time for S-00001"), "{told}");
        assert!(words(service::confirm(&scene.manager, id, false, "").await).contains("why"));
        service::confirm(&scene.manager, id, true, "").await.unwrap();
        assert_eq!(scene.read(id).await.course.cash, Some(Cash::Confirmed));
        scene.ask(&spend(1, 100)).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_spent_from_a_closed_pot() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let waiting = scene.ask(&spend(1, 60_000)).await.row.id;
        let manager = scene.world.org.ctx(&[platform::policy::Role::ServiceManager]);
        budgets::pots::service::close(&manager, scene.pot, "The family moved away").await.unwrap();
        let told = words(service::approve(&scene.manager, waiting, "").await);
        assert!(told.contains("closed"), "{told}");
        let told = crate::support::wrong(scene.send(&spend(1, 100)).await, "amount");
        assert!(told.contains("closed"), "{told}");
        assert_eq!(scene.state(waiting).await, State::Awaiting);
        scene.add_up().await;
    })
    .await;
}
