//! What comes after: what changed, what the family knows, Today and the chronology.

use budgets::{
    Budgets, Pence,
    spend::{
        model::{Outcome, Told},
        service, store,
    },
};
use platform::{Ctx, capability::Capability as _};
use uuid::Uuid;

use crate::{
    common::on_each,
    support::{RULES, photo, scene, spend, words},
};

/// What Today says of requests; what it says of pots that nobody uses is of another part.
async fn today(ctx: &Ctx) -> Vec<String> {
    let mut all: Vec<String> = Budgets
        .due(ctx)
        .await
        .unwrap()
        .into_iter()
        .filter(|due| {
            ["/budgets/requests/", "/budgets/payments"].iter().any(|path| due.path.starts_with(path))
        })
        .map(|due| due.title.into_string())
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn today_says_what_waits_for_whom_and_never_a_name() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let looks = scene.world.looks(1).await.len();
        let mut new = spend(1, 2_000);
        new.paid = true;
        let paid = scene.ask(&new).await.row.id;
        let asked = scene.world.looks(1).await.len();
        assert!(asked > looks);
        assert_eq!(today(&scene.worker).await, Vec::<String>::new());
        let large = scene.ask(&spend(1, 60_000)).await.row.id;
        assert_eq!(today(&scene.manager).await, ["Decide on S-00002, £600"]);
        service::query(&scene.manager, large, "Why?").await.unwrap();
        assert_eq!(today(&scene.worker).await, ["Answer a question about S-00002"]);
        service::cancel(&scene.worker, large, "Not needed").await.unwrap();
        scene.later(7);
        assert_eq!(today(&scene.worker).await, ["Add the receipt for S-00001, £20"]);
        service::add_paper(&scene.worker, paid, &photo(1)).await.unwrap();
        assert_eq!(today(&scene.worker).await, Vec::<String>::new());
        scene.later(23);
        assert_eq!(today(&scene.worker).await, ["Say what changed after S-00001, £20"]);
        let mut order = spend(1, 3_000);
        order.payment = budgets::policy::model::PaymentKind::PurchaseOrder;
        order.payee = "Beds Ltd".to_owned();
        scene.ask(&order).await;
        assert_eq!(today(&scene.finance).await, ["1 order or reimbursement to pay"]);
    })
    .await;
}

#[tokio::test]
async fn what_changed_is_asked_at_30_and_90_days_and_said_once() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let mut new = spend(1, 2_000);
        new.paid = true;
        let id = service::ask(&scene.worker, scene.pot, &new, Some(&photo(1))).await.unwrap().id;
        let say = async |days: u16, words: &str| {
            service::say_outcome(&scene.worker, id, days, Outcome::Better, words).await
        };
        assert!(words(say(30, "Sleeps").await).contains("30 days after"));
        scene.later(30);
        assert!(words(say(30, " ").await).contains("1 to 500"));
        say(30, "Sleeps through").await.unwrap();
        assert!(words(say(30, "Again").await).contains("already"));
        assert!(words(say(90, "Early").await).contains("90 days after"));
        assert!(say(31, "No such day").await.is_err());
        scene.later(60);
        assert_eq!(today(&scene.worker).await, ["Say what changed after S-00001, £20"]);
        say(90, "Still sleeps").await.unwrap();
        assert_eq!(today(&scene.worker).await, Vec::<String>::new());
        let said = store::outcomes(scene.worker.db(), &[id]).await.unwrap();
        assert_eq!(said[&id].iter().map(|one| one.days).collect::<Vec<_>>(), [30, 90]);
    })
    .await;
}

#[tokio::test]
async fn what_the_family_knows_is_written_down_when_it_changes() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let mut new = spend(1, 2_000);
        new.told = Told::NotYet;
        new.told_why = "It is a surprise for her birthday".to_owned();
        let id = scene.ask(&new).await.row.id;
        assert_eq!(scene.read(id).await.told(), ("not-yet", None, "It is a surprise for her birthday"));
        scene.later(2);
        assert!(words(service::tell(&scene.worker, id, Told::No, "").await).contains("why"));
        service::tell(&scene.worker, id, Told::Yes, "").await.unwrap();
        let asked = scene.read(id).await;
        assert_eq!(asked.told(), ("yes", Some(scene.worker.today()), ""));
    })
    .await;
}

#[tokio::test]
async fn the_chronology_has_the_money_for_who_may_see_it() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let id = scene.ask(&spend(1, 2_000)).await.row.id;
        let lines =
            async |ctx: &Ctx, child: u128| Budgets.chronology(ctx, Uuid::from_u128(child)).await.unwrap();
        let line = lines(&scene.worker, 1).await.pop().unwrap();
        assert_eq!((line.what.as_str(), line.detail.as_str()), ("Money agreed", "£20 for A kettle"));
        service::pay(&scene.worker, id, false, Pence::new(1_900)).await.unwrap();
        let line = lines(&scene.manager, 1).await.pop().unwrap();
        assert_eq!((line.what.as_str(), line.detail.as_str()), ("Money spent", "£19 for A kettle"));
        assert!(lines(&scene.worker, 2).await.is_empty());
        assert!(lines(&scene.finance, 1).await.is_empty(), "finance has no chronology");
    })
    .await;
}
