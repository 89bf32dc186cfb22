//! The pages in a browser: the small case in one form, an approval, finance, a restricted child.

use budgets::pots::model::Owner;
use platform::{policy::Role, testing::browser::Browser};
use uuid::Uuid;

use crate::{
    common::{World, child, on_each},
    support::{RULES, photo},
};

const WORKER: &[Role] = &[Role::SocialWorker];

struct Desk {
    worker: Browser,
    manager: Browser,
    finance: Browser,
    pot: String,
    world: World,
}

async fn desk(world: World) -> Desk {
    let team = world.team("Adolescents").await;
    let (worker, person) = world.signed_in(WORKER, &[team]).await;
    let (manager, _) = world.signed_in(&[Role::TeamManager], &[team]).await;
    let (finance, _) = world.signed_in(&[Role::FinanceOfficer], &[]).await;
    world.children(vec![child(1, "Ada North", "2005-05-01", "in-need")]).await;
    world.allocate(1, person.id, Some(team)).await;
    let tree = world.fund(team, 10_000).await;
    let policy = world.policy_of(RULES).await;
    let pot = world.pot(tree, Owner::Person(Uuid::from_u128(1)), policy, 5_000).await;
    let pot = format!("/budgets/pots/{pot}");
    Desk { worker, manager, finance, pot, world }
}

/// The fields that a browser sends from an untouched form, with the worker's own answers.
fn fields<'a>(key: &'a str, amount: &'a str, category: &'a str, paid: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("amount", amount),
        ("what", "Kettle & bedding"),
        ("child", "00000000-0000-0000-0000-000000000001"),
        ("category", category),
        ("goal", "Ada stays with her grandmother"),
        ("payment", "card"),
        ("paid", paid),
        ("suggested-by", "family"),
        ("duty", "nobody-else"),
        ("alternatives", "none-fits"),
        ("alternatives-words", ""),
        ("told", "yes"),
        ("told-why", ""),
        ("payee", ""),
        ("conditions", "none"),
        ("conditions-words", ""),
        ("benefits", "not-known"),
    ]
}

fn below(location: &str) -> String {
    location.strip_prefix("/southampton").unwrap().to_owned()
}

/// No file was chosen.
const NO_FILE: (&str, &str, &[u8]) = ("receipt", "", b"");

#[tokio::test]
async fn a_small_spend_is_one_form() {
    on_each(async |world| {
        let mut desk = desk(world).await;
        let worker = &mut desk.worker;
        let to = worker.get("/budgets/spend").await.expect(303);
        let path = below(to.location());
        assert_eq!(path, format!("{}/spend", desk.pot), "one pot: straight to the form");
        let page = worker.get(&path).await.expect(200);
        assert!(page.says("£5,000 left in this pot") && page.says("Up to £500 is agreed at once"));
        assert!(page.says("For <strong>Ada North</strong>") && page.says(">Spend<"), "{}", page.body);
        let key = page.value_of("key").unwrap();
        let again = worker.get(&path).await.expect(200).value_of("key").unwrap();
        assert_ne!(key, again, "every form has a key of its own");

        let empty = worker.upload(&path, &[("key", &key)], NO_FILE).await.expect(422);
        for words in [
            "Enter an amount",
            "Enter what it is for",
            "Enter the goal",
            "Select what kind of spend it is",
            "Select whether the family knows",
            "Select whose duty it normally is",
            "Error: Spend",
        ] {
            assert!(empty.says(words), "{words}: {}", empty.body);
        }
        for (typed, words) in [
            ("-5", "above zero"),
            ("0", "above zero"),
            ("1000000", "below £1,000,000"),
            ("20.005", "whole pence"),
        ] {
            let page =
                worker.upload(&path, &fields(&key, typed, "practical", "no"), NO_FILE).await.expect(422);
            assert!(page.says(words), "{typed}: {}", page.body);
            assert_eq!(page.value_of("amount").as_deref(), Some(typed), "what was typed is kept");
            assert_eq!(page.value_of("what").as_deref(), Some("Kettle & bedding"));
            assert_eq!(page.value_of("key").as_deref(), Some(key.as_str()));
        }
        let program = ("receipt", "receipt.jpg", &b"MZ\x90\0\x03"[..]);
        let page = worker.upload(&path, &fields(&key, "20", "practical", "yes"), program).await.expect(422);
        assert!(page.says("Its content is something else"), "{}", page.body);

        let paper = photo(3);
        let file = ("receipt", "photo.jpg", paper.content.as_slice());
        let sent = worker.upload(&path, &fields(&key, "20", "practical", "yes"), file).await.expect(303);
        let done = worker.get(&below(sent.location())).await.expect(200);
        assert!(done.says("£20 is agreed and paid") && done.says("S-00001"), "{}", done.body);
        assert!(done.says("£4,980 left in P-00001") && done.says("Nothing more is needed"), "{}", done.body);
        assert!(done.says("Kettle &amp; bedding") && done.says("Ada North"));

        let twice = worker.upload(&path, &fields(&key, "20", "practical", "yes"), file).await.expect(303);
        let done = worker.get(&below(twice.location())).await.expect(200);
        assert!(done.says("This form was sent already") && done.says("£20"), "{}", done.body);
        let pot = worker.get(&desk.pot).await.expect(200);
        assert!(pot.says("£4,980") && !pot.says("S-00002"), "{}", pot.body);

        let link = done.body.split("/budgets/papers/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let read = worker.get(&format!("/budgets/papers/{link}")).await.expect(200);
        assert_eq!(read.headers["content-type"], "image/jpeg");
        assert_eq!(read.headers["x-content-type-options"], "nosniff");
        assert!(
            read.headers["content-disposition"].to_str().unwrap().starts_with("inline; filename=\"receipt-")
        );
        assert!(read.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        desk.finance.get(&format!("/budgets/papers/{link}")).await.expect(404);

        let like = done.body.split("spend?like=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = worker.get(&format!("{path}?like={like}")).await.expect(200);
        assert_eq!(form.value_of("amount").as_deref(), Some("20.00"));
        assert_eq!(form.value_of("what").as_deref(), Some("Kettle & bedding"));
        assert_eq!(form.value_of("goal").as_deref(), Some("Ada stays with her grandmother"));
    })
    .await;
}

#[tokio::test]
async fn a_large_spend_is_decided_by_the_manager() {
    on_each(async |world| {
        let mut desk = desk(world).await;
        let path = format!("{}/spend", desk.pot);
        let sent =
            desk.worker.upload(&path, &fields("k1", "620", "practical", "no"), NO_FILE).await.expect(303);
        let request = below(sent.location().split('?').next().unwrap());
        let page = desk.worker.get(&below(sent.location())).await.expect(200);
        assert!(page.says("Sent for approval") && page.says("Somebody else decides"), "{}", page.body);
        let other = fields("k2", "900", "therapeutic", "no");
        desk.worker.upload(&path, &other, NO_FILE).await.expect(303);
        desk.worker.post(&format!("{request}/approve"), &[]).await.expect(403);

        let manager = &mut desk.manager;
        assert!(manager.get("/today").await.expect(200).says("Decide on S-00001, £620"));
        let list = manager.get("/budgets/approvals?sort=-amount").await.expect(200);
        assert!(list.body.find("£900").unwrap() < list.body.find("£620").unwrap(), "{}", list.body);
        let id = request.rsplit('/').next().unwrap();
        let side = manager.get(&format!("/budgets/approvals?compare={id}")).await.expect(200);
        assert!(side.says("Side by side") && side.says("</a> from P-00001"), "{}", side.body);
        let page = manager.get(&request).await.expect(200);
        assert!(page.says("Ada North") && page.says("0 of 1 agreed so far"), "{}", page.body);
        let wrong =
            manager.post(&format!("{request}/refuse"), &[("refuse-reason", "Too dear")]).await.expect(422);
        assert!(wrong.says("what the family may be told") && wrong.says("Too dear"), "{}", wrong.body);
        manager.post(&format!("{request}/approve"), &[("approve-note", "Yes")]).await.expect(303);
        let page = manager.get(&request).await.expect(200);
        assert!(page.says("Agreed, not paid yet") && page.says("Money set aside"), "{}", page.body);

        let worker = &mut desk.worker;
        let page = worker.get(&request).await.expect(200);
        assert_eq!(page.value_of("pay-amount").as_deref(), Some("620.00"));
        let wrong = worker.post(&format!("{request}/pay"), &[("pay-amount", "620.01")]).await.expect(422);
        assert!(wrong.says("No more than the £620"), "{}", wrong.body);
        assert_eq!(wrong.value_of("pay-amount").as_deref(), Some("620.01"));
        worker.post(&format!("{request}/pay"), &[("pay-amount", "600")]).await.expect(303);
        let page = worker.get(&request).await.expect(200);
        assert!(page.says("Paid, receipt missing") && page.says("due by 15 July 2019"), "{}", page.body);
        let exe = ("receipt", "a.pdf", &b"\x7fELF"[..]);
        let wrong = worker.upload(&format!("{request}/paper"), &[], exe).await.expect(422);
        assert!(wrong.says("must be a photo"), "{}", wrong.body);
        let pdf = ("receipt", "a.exe", &b"%PDF-1.4 a receipt"[..]);
        worker.upload(&format!("{request}/paper"), &[], pdf).await.expect(303);
        let page = worker.get(&request).await.expect(200);
        assert!(!page.says("receipt missing") && page.says("You are asked on 31 July 2019"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn finance_sees_sums_and_codes_and_no_child() {
    on_each(async |world| {
        let mut desk = desk(world).await;
        let path = format!("{}/spend", desk.pot);
        let mut order = fields("k1", "120", "practical", "no");
        for field in &mut order {
            match field.0 {
                "payment" => field.1 = "purchase-order",
                "payee" => field.1 = "Beds Ltd",
                _ => {}
            }
        }
        let sent = desk.worker.upload(&path, &order, NO_FILE).await.expect(303);
        let request = below(sent.location().split('?').next().unwrap());
        let looks = desk.world.looks(1).await.len();
        let finance = &mut desk.finance;
        let list = finance.get("/budgets/payments").await.expect(200);
        assert!(list.says("Beds Ltd") && list.says("£120") && list.says("P-00001"), "{}", list.body);
        let page = finance.get(&request).await.expect(200);
        for page in [&list, &page] {
            assert!(!page.says("Ada") && !page.says("Kettle") && !page.says("grandmother"), "{}", page.body);
        }
        assert!(page.says("Hidden from you"));
        assert_eq!(desk.world.looks(1).await.len(), looks);
        finance.post(&format!("{request}/settle"), &[("settle-amount", "110.50")]).await.expect(303);
        let wrong = finance
            .post(&format!("{request}/refund"), &[("refund-amount", "200"), ("refund-reason", "x")])
            .await
            .expect(422);
        assert!(wrong.says("No more than the £110.50"), "{}", wrong.body);
        finance
            .post(
                &format!("{request}/refund"),
                &[("refund-amount", "10.50"), ("refund-reason", "One bed back")],
            )
            .await
            .expect(303);
        let pot = finance.get(&desk.pot).await.expect(200);
        assert!(pot.says("£4,900") && !pot.says("Ada"), "{}", pot.body);
        finance.get(&format!("{}/spend", desk.pot)).await.expect(403);
        finance.post(&format!("{request}/approve"), &[]).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn the_chronology_and_the_pots_page_show_the_money() {
    on_each(async |world| {
        let mut desk = desk(world).await;
        let path = format!("{}/spend", desk.pot);
        desk.worker.upload(&path, &fields("k1", "20", "practical", "yes"), NO_FILE).await.expect(303);
        let line =
            desk.worker.get("/people/00000000-0000-0000-0000-000000000001/chronology").await.expect(200);
        assert!(line.says("Money spent") && line.says("£20 for Kettle &amp; bedding"), "{}", line.body);
        let pots = desk.worker.get("/budgets/pots").await.expect(200);
        assert!(pots.says("Ada North") && pots.says("£4,980") && pots.says("P-00001"), "{}", pots.body);
        let (mut other, _) = desk.world.signed_in(WORKER, &[]).await;
        other.get(&desk.pot).await.expect(404);
        other.get(&path).await.expect(404);
        let none = other.get("/budgets/pots").await.expect(200);
        assert!(none.says("There is no open pot that you can use") && !none.says("P-00001"));
    })
    .await;
}
