//! A card statement becomes matches that a person decided.

use budgets::{
    Error, Pence,
    finance::{
        model::decision::Decision,
        service::statements::{self, Decided, NotTaken},
    },
    spend::{
        model::State,
        service::{self, pay},
    },
};
use platform::policy::Role;
use uuid::Uuid;

use crate::{
    common::on_each,
    support::{RULES, Scene, photo, scene, spend},
};

/// Pays £20 by card at a shop, with its receipt; gives the request.
async fn paid(scene: &Scene, pence: i64, shop: &str) -> Uuid {
    let mut new = spend(1, pence);
    new.payee = shop.to_owned();
    let id = service::ask(&scene.worker, scene.pot, &new, Some(&photo(1))).await.unwrap().id;
    pay(&scene.worker, id, false, Pence::new(pence)).await.unwrap();
    if scene.state(id).await == State::ReceiptDue {
        service::add_paper(&scene.worker, id, &photo(2)).await.unwrap();
    }
    id
}

const STATEMENT: &str = "Date,Merchant,Amount,Reference\n\
    02/07/2019,ARGOS 123 LEEDS,20.00,A1\n\
    02/07/2019,argos 123 leeds,20.00,A1\n\
    03/07/2019,CITY COFFEE,3.10,A2\n\
    03/07/2019,IKEA,75.00,A3\n";

#[tokio::test]
async fn a_statement_is_matched_reviewed_and_each_payment_once() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let argos = paid(&scene, 2_000, "Argos").await;
        let finance = &scene.finance;
        let id = statements::take(finance, "july.csv", STATEMENT.as_bytes()).await.unwrap();
        let again = statements::take(finance, "july (1).csv", STATEMENT.as_bytes()).await.unwrap_err();
        assert!(again.to_string().contains("already"), "{again}");

        let review = statements::review(finance, id).await.unwrap();
        assert_eq!(review.lines.len(), 4);
        assert_eq!(review.lines[1].repeats, Some(2));
        assert_eq!(review.proposals.len(), 1, "one payment fits one line: {:?}", review.proposals);
        let journal = review.proposals[0].journal;
        let one = |line: usize, decision, journal| Decided {
            line: review.lines[line].id,
            decision,
            journal,
            words: String::new(),
        };
        let twice = [one(0, Decision::Payment, Some(journal)), one(1, Decision::Payment, Some(journal))];
        assert!(statements::decide(finance, id, &twice).await.is_err(), "a payment is one line");
        let wrong = [one(3, Decision::Payment, Some(journal))];
        let why = statements::decide(finance, id, &wrong).await.unwrap_err().to_string();
        assert!(why.contains("line 5") && why.contains("amounts differ"), "{why}");
        assert_eq!(scene.state(argos).await, State::Paid, "nothing was written");

        let all = [
            one(0, Decision::Payment, Some(journal)),
            one(1, Decision::Repeat, None),
            one(2, Decision::NotOurs, None),
        ];
        assert_eq!(statements::decide(finance, id, &all).await.unwrap(), 3);
        assert_eq!(scene.state(argos).await, State::Reconciled);
        assert!(statements::decide(finance, id, &all).await.is_err(), "decided once");

        let later = STATEMENT.replace("A3\n", "A3\n04/07/2019,TAXI,9.00,A4\n");
        let next = statements::take(finance, "july2.csv", later.as_bytes()).await.unwrap();
        let review = statements::review(finance, next).await.unwrap();
        let known = review.lines.iter().filter(|line| line.earlier_line_id.is_some()).count();
        assert_eq!(known, 4, "what an earlier statement had is told");
        assert_eq!(review.proposals, [], "and a payment that is matched is not proposed again");
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_writes_nothing_and_only_finance_sends_statements() {
    on_each(async |world| {
        let scene = scene(world, RULES, 500).await;
        let bad = "date,merchant,amount\n31/02/2019,x,1\n";
        let told = statements::take(&scene.finance, "x.csv", bad.as_bytes()).await;
        assert!(matches!(told, Err(NotTaken::File(ref problems)) if problems.len() == 1), "{told:?}");
        assert_eq!(statements::list(&scene.finance).await.unwrap(), []);
        for ctx in [&scene.worker, &scene.manager, &scene.world.org.ctx(&[Role::ServiceManager])] {
            let refused = statements::take(ctx, "x.csv", STATEMENT.as_bytes()).await;
            assert!(matches!(refused, Err(NotTaken::Other(Error::Platform(_)))), "{refused:?}");
            assert!(statements::list(ctx).await.is_err());
        }
    })
    .await;
}

#[tokio::test]
async fn the_pages_take_a_statement_and_keep_what_was_selected() {
    on_each(async |world| {
        let (mut finance, _) = world.signed_in(&[Role::FinanceOfficer], &[]).await;
        let path = "/budgets/statements";
        finance.get(path).await.expect(200);
        let none = finance.upload(path, &[], ("file", "", b"")).await.expect(422);
        assert!(none.says("Select a statement"), "{}", none.body);
        let bad = finance.upload(path, &[], ("file", "x.csv", b"MZ\x90\0\x03")).await.expect(422);
        assert!(bad.says("This is not a CSV file"), "{}", bad.body);
        let to = finance.upload(path, &[], ("file", "july.csv", STATEMENT.as_bytes())).await.expect(303);
        let review = to.location().strip_prefix("/southampton").unwrap().to_owned();
        let page = finance.get(&review).await.expect(200);
        assert!(page.says("0 of 4 lines are decided") && page.says("The bank wrote the same in line 2"));
        let empty = finance.post(&review, &[]).await.expect(422);
        assert!(empty.says("Select what at least one line is"));
        finance.post(&review, &[("line-3", "repeat"), ("line-4", "not-ours")]).await.expect(303);
        assert!(finance.get(&review).await.expect(200).says("2 of 4 lines are decided"));
    })
    .await;
}
