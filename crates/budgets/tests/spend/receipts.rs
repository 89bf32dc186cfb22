//! Receipts: what they may be, who reads them, and the pot that is held for want of one. And rows that nobody changes.

use budgets::{
    Pence,
    spend::{
        model::State,
        service::{self, PaperIn, look_at_paper},
        store,
    },
};

use crate::{
    common::on_each,
    support::{RULES, concealed, photo, scene, spend, words, wrong},
};

#[tokio::test]
async fn a_receipt_is_kept_as_it_came_and_nothing_else_is() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let mut new = spend(1, 2_000);
        new.paid = true;
        let program = PaperIn { name: "receipt.jpg".to_owned(), content: b"MZ\x90\0\x03\0\0\0".to_vec() };
        let told = wrong(service::ask(&scene.worker, scene.pot, &new, Some(&program)).await, "receipt");
        assert!(told.contains("JPEG, PNG or HEIC") && told.contains("Its content"), "{told}");
        assert_eq!(scene.pence().await, (100_000, 0, 0), "nothing was booked for it");

        let id = service::ask(&scene.worker, scene.pot, &new, Some(&photo(7))).await.unwrap().id;
        assert_eq!(scene.state(id).await, State::Paid);
        let papers = store::papers(scene.worker.db(), id).await.unwrap();
        assert!(papers[0].is_receipt && papers[0].media_type == "image/jpeg" && papers[0].bytes == 150_000);
        let before = scene.world.looks(1).await.len();
        let (_, _, content) = look_at_paper(&scene.worker, papers[0].id).await.unwrap();
        assert_eq!(content, photo(7).content);
        assert!(scene.world.looks(1).await.len() > before, "reading it is a look at the child");
        assert!(concealed(look_at_paper(&scene.finance, papers[0].id).await), "finance reads no receipts");

        assert!(words(service::add_paper(&scene.worker, id, &program).await).contains("Its content"));
        assert!(words(service::add_paper(&scene.worker, id, &photo(7)).await).contains("already"));
        for noise in 8..27 {
            service::add_paper(&scene.worker, id, &photo(noise)).await.unwrap();
        }
        assert!(words(service::add_paper(&scene.worker, id, &photo(99)).await).contains("at most 20"));
    })
    .await;
}

#[tokio::test]
async fn what_comes_before_the_payment_is_no_receipt() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let sent = service::ask(&scene.worker, scene.pot, &spend(1, 2_000), Some(&photo(1))).await.unwrap();
        assert!(!store::papers(scene.worker.db(), sent.id).await.unwrap()[0].is_receipt);
        service::pay(&scene.worker, sent.id, false, Pence::new(2_000)).await.unwrap();
        assert_eq!(scene.state(sent.id).await, State::ReceiptDue);
        service::add_paper(&scene.worker, sent.id, &photo(2)).await.unwrap();
        assert_eq!(scene.state(sent.id).await, State::Paid);
    })
    .await;
}

#[tokio::test]
async fn a_pot_is_held_until_the_receipt_comes_or_a_manager_does_without() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let mut new = spend(1, 2_000);
        new.paid = true;
        let first = scene.ask(&new).await.row.id;
        scene.later(20);
        let mut other = spend(1, 60_000);
        other.paid = false;
        let waiting = scene.ask(&other).await.row.id;
        scene.later(7);
        assert!(service::held(&scene.worker, scene.worker.db(), &[scene.pot]).await.unwrap().is_empty());
        scene.later(1);
        let told = wrong(scene.send(&spend(1, 100)).await, "amount");
        assert!(told.contains("the receipt is missing for S-00001"), "{told}");
        let told = words(service::approve(&scene.manager, waiting, "").await);
        assert!(told.contains("S-00001"), "a held pot takes no new promise either: {told}");
        service::add_paper(&scene.worker, first, &photo(1)).await.unwrap();
        service::approve(&scene.manager, waiting, "").await.unwrap();

        let mut new = spend(1, 1_000);
        new.category = "therapeutic".to_owned();
        new.paid = true;
        let second = scene.ask(&new).await.row.id;
        scene.later(28);
        wrong(scene.send(&spend(1, 100)).await, "amount");
        assert!(words(service::excuse(&scene.manager, second, "").await).contains("why"));
        assert!(concealed(service::excuse(&scene.worker, second, "Lost").await));
        service::excuse(&scene.manager, second, "The shop burnt down").await.unwrap();
        scene.ask(&spend(1, 100)).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_what_was_written() {
    on_each(async |world| {
        let scene = scene(world, RULES, 1_000).await;
        let mut new = spend(1, 2_000);
        new.paid = true;
        let id = service::ask(&scene.worker, scene.pot, &new, Some(&photo(1))).await.unwrap().id;
        scene.later(30);
        let better = budgets::spend::model::Outcome::Better;
        service::say_outcome(&scene.worker, id, 30, better, "Sleeps").await.unwrap();
        for (table, column) in [
            ("spend_request", "what_for = 'A car'"),
            ("spend_event", "words = 'x'"),
            ("spend_paper", "name = 'x'"),
            ("spend_paper_piece", "content = content"),
            ("spend_outcome", "words = 'x'"),
        ] {
            let told = scene.world.tamper(&format!("UPDATE {table} SET {column}")).await.unwrap_err();
            assert!(told.contains("frozen"), "{told}");
            let told = scene.world.tamper(&format!("DELETE FROM {table}")).await.unwrap_err();
            assert!(told.contains("frozen"), "{told}");
        }
    })
    .await;
}
