//! Payments are handed over once, periods close, unspent money goes back.

use budgets::{
    Pence,
    finance::{
        model::handover::Codes,
        service::{
            handover::{file, files, make, waiting},
            periods,
        },
    },
    pots::store as pots,
    spend::service::{self, pay},
};
use platform::{Ctx, policy::Role};
use uuid::Uuid;

use crate::{
    common::{day, on_each},
    support::{RULES, Scene, photo, scene, spend, words},
};

fn coded() -> String {
    RULES.replace("[[categories]]\n", "[[categories]]\nsubjective_code = \"4010\"\ns251_code = \"3.0.5\"\n")
}

async fn pays(scene: &Scene, pence: i64) -> Uuid {
    let id = scene.send(&spend(1, pence)).await.unwrap().id;
    pay(&scene.worker, id, false, Pence::new(pence)).await.unwrap();
    id
}

async fn fund(ctx: &Ctx) -> Uuid {
    pots::funds(ctx.db()).await.unwrap()[0].id
}

#[tokio::test]
async fn each_payment_is_handed_over_once_and_the_file_is_made_again_byte_by_byte() {
    on_each(async |world| {
        let scene = scene(world, &coded(), 5_000).await;
        let finance = &scene.finance;
        let fund = fund(finance).await;
        let codes = Codes { cost_centre: "CS01".to_owned(), balancing: "9001".to_owned() };
        assert!(words(make(finance, fund, &codes).await).contains("nothing was paid"));
        let first = pays(&scene, 2_000).await;
        pays(&scene, 3_000).await;
        service::refund(finance, first, Pence::new(500), "one was broken").await.unwrap();
        let next = waiting(finance, fund).await.unwrap();
        assert_eq!(next.items.len(), 3);
        let id = make(finance, fund, &codes).await.unwrap();
        assert!(waiting(finance, fund).await.unwrap().items.is_empty());
        let (row, bytes) = file(finance, id).await.unwrap();
        assert_eq!((row.number, row.items, row.paid_pence, row.back_pence), (1, 3, 5_000, 500));
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(text.lines().count(), 7, "{text}");
        assert!(text.contains("4010") && text.contains("3.0.5") && text.contains("P-00001"), "{text}");
        assert!(!text.contains("Ada") && !text.contains("kettle"), "no name and no words: {text}");
        pays(&scene, 700).await;
        assert_eq!(file(finance, id).await.unwrap().1, bytes, "later payments change nothing of it");
        make(finance, fund, &codes).await.unwrap();
        assert_eq!(files(finance, fund).await.unwrap().len(), 2);
        for ctx in [&scene.worker, &scene.manager] {
            assert!(waiting(ctx, fund).await.is_err() && file(ctx, id).await.is_err());
        }
    })
    .await;
}

#[tokio::test]
async fn without_codes_no_file_is_made_and_no_period_closed() {
    on_each(async |world| {
        let scene = scene(world, RULES, 500).await;
        let finance = &scene.finance;
        let fund = fund(finance).await;
        pays(&scene, 2_000).await;
        let codes = Codes { cost_centre: "CS01".to_owned(), balancing: "9001".to_owned() };
        assert!(words(make(finance, fund, &codes).await).contains("Practical help"));
        scene.later(40);
        let why = words(periods::close(finance, fund, day("2019-07-31"), "").await);
        assert!(why.contains("1 payments") && why.contains("handed over"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn a_closed_period_takes_nothing_and_unspent_money_goes_back() {
    on_each(async |world| {
        let scene = scene(world, &coded(), 5_000).await;
        let finance = &scene.finance;
        let fund = fund(finance).await;
        let paid = pays(&scene, 2_000).await;
        service::add_paper(&scene.worker, paid, &photo(1)).await.unwrap();
        let codes = Codes { cost_centre: "CS01".to_owned(), balancing: "9001".to_owned() };
        make(finance, fund, &codes).await.unwrap();
        assert!(words(periods::close(finance, fund, day("2019-07-01"), "").await).contains("are over"));
        scene.later(31);
        periods::close(finance, fund, day("2019-07-31"), "agreed with the Centre").await.unwrap();
        assert!(words(periods::close(finance, fund, day("2019-07-15"), "").await).contains("already"));
        let promised = scene.send(&spend(1, 1_000)).await.unwrap().id;
        let back = periods::take_back(finance, fund, false, "carried to next year", "year 1").await.unwrap();
        assert_eq!(back, Pence::new(5_000_000 - 2_000 - 1_000));
        let left = periods::left(finance, fund).await.unwrap();
        assert_eq!((left.below, left.promised), (Pence::ZERO, Pence::new(1_000)));
        pay(&scene.worker, promised, false, Pence::new(1_000)).await.unwrap();
        let returned = periods::take_back(finance, fund, true, "returned", "year 2").await.unwrap();
        assert_eq!(returned, Pence::new(5_000_000 - 3_000));
        assert!(
            words(periods::take_back(finance, fund, true, "returned", "year 3").await).contains("nothing")
        );
        assert!(
            periods::take_back(&scene.world.org.ctx(&[Role::TeamManager]), fund, true, "x", "k")
                .await
                .is_err()
        );
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn the_pages_hand_over_and_close() {
    on_each(async |world| {
        let scene = scene(world, &coded(), 5_000).await;
        let fund = fund(&scene.finance).await;
        pays(&scene, 2_000).await;
        let (mut finance, _) = scene.world.signed_in(&[Role::FinanceOfficer], &[]).await;
        finance.get("/budgets/handover").await.expect(200);
        let path = format!("/budgets/funds/{fund}/handover");
        assert!(finance.get(&path).await.expect(200).says("1 payments are not handed over yet"));
        let empty = finance.post(&path, &[("cost-centre", ""), ("balancing", "9;1")]).await.expect(422);
        assert!(empty.says("Enter the cost centre") && empty.says("9;1"), "what was typed stays");
        finance.post(&path, &[("cost-centre", "CS01"), ("balancing", "9001")]).await.expect(303);
        let page = finance.get(&path).await.expect(200);
        assert!(page.says("NH-0001") && page.says("Everything that was paid is handed over"));
        let close = format!("/budgets/funds/{fund}/close");
        finance.get(&close).await.expect(200);
        let wrong = finance.post(&close, &[("last-day-day", "x"), ("note", "kept")]).await.expect(422);
        assert!(wrong.says("kept"));
        let none =
            finance.post(&format!("/budgets/funds/{fund}/take-back"), &[("key", "1")]).await.expect(422);
        assert!(none.says("Select where the unspent money goes"));
    })
    .await;
}
