//! Each rule is held by the database itself: rows are put there past the code that would have refused them.

use budgets::{
    Error, Pence,
    ledger::{
        entity::{journal, ledger_account, ledger_entry},
        model::{Bucket, Movement, Refused},
        store,
    },
    pots::{
        entity::period_close,
        service::{Way, close, extend, pass},
        store as pots,
    },
};
use platform::{
    Ctx,
    audit::Subject,
    policy::{Action, Role},
    testing::{on_both, uuid},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use uuid::Uuid;

use super::support::{add_up, day, everything, migrations, post, tree, what};

#[tokio::test]
async fn money_goes_down_is_promised_paid_and_comes_back() {
    on_both(migrations, async |org| {
        let ctx = everything(&org);
        let tree = tree(&org, 30_000).await;
        let commit = post(&ctx, Movement::commit(tree.pot, what(10_000, "c1"))).await.unwrap().journal;
        let paid = post(&ctx, Movement::post(tree.pot, commit, what(8_000, "p1"))).await.unwrap().journal;
        post(&ctx, Movement::release(tree.pot, commit, false, what(2_000, "v1"))).await.unwrap();
        post(&ctx, Movement::refund(tree.pot, paid, what(500, "r1"))).await.unwrap();
        pass(&ctx, tree.pot, Way::Up, Pence::new(1_000), "not needed", "back").await.unwrap();
        let report = add_up(&ctx).await;
        let pot = report.standings[&tree.pot];
        let pence = |amount: Pence| amount.get();
        assert_eq!(
            [pot.allocated, pot.passed_on, pot.returned, pot.committed, pot.spent, pot.available].map(pence),
            [30_000, 0, 1_000, 0, 7_500, 21_500]
        );
        let team = report.standings[&tree.team];
        assert_eq!([team.allocated, team.passed_on, team.available].map(pence), [30_000, 29_000, 1_000]);
        let grant = report.standings[&tree.grant];
        assert_eq!([grant.allocated, grant.passed_on, grant.available].map(pence), [100_000, 30_000, 70_000]);
        assert_eq!(report.journals, 9);
        assert_eq!(report.entries, 18);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_books_once_and_other_contents_are_refused() {
    on_both(migrations, async |org| {
        let ctx = everything(&org);
        let tree = tree(&org, 30_000).await;
        let first = post(&ctx, Movement::commit(tree.pot, what(100, "once"))).await.unwrap();
        let again = post(&ctx, Movement::commit(tree.pot, what(100, "once"))).await.unwrap();
        assert!(!first.before && again.before && first.journal == again.journal);
        let other = post(&ctx, Movement::commit(tree.pot, what(101, "once"))).await;
        assert!(matches!(other, Err(Error::Ledger(Refused::OtherContents))), "{other:?}");
        assert_eq!(store::balance(ctx.db(), (tree.pot, Bucket::Committed)).await.unwrap(), Pence::new(100));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_promised_beyond_what_is_there_the_cap_the_period_or_the_end() {
    on_both(migrations, async |org| {
        let ctx = everything(&org);
        let tree = tree(&org, 30_000).await;
        let refusal = |result: budgets::Result<store::Posted>| match result {
            Err(Error::Ledger(refused)) => refused,
            other => panic!("{other:?}"),
        };
        let asked = Pence::new(30_001);
        assert_eq!(
            refusal(post(&ctx, Movement::commit(tree.pot, what(30_001, "a"))).await),
            Refused::NotEnough { holds: Pence::new(30_000), asked }
        );
        pass(&ctx, tree.council, Way::Down, Pence::new(40_000), "", "more 1").await.unwrap();
        pass(&ctx, tree.team, Way::Down, Pence::new(40_000), "", "more 2").await.unwrap();
        let over = pass(&ctx, tree.pot, Way::Down, Pence::new(20_001), "", "more 3").await;
        assert!(matches!(over, Err(Error::Ledger(Refused::Cap))), "{over:?}");
        pass(&ctx, tree.pot, Way::Down, Pence::new(20_000), "", "more 4").await.unwrap();

        let commit = post(&ctx, Movement::commit(tree.pot, what(1_000, "c"))).await.unwrap().journal;
        let too_much = post(&ctx, Movement::post(tree.pot, commit, what(1_001, "p"))).await;
        assert!(
            matches!(too_much, Err(Error::Ledger(Refused::NotEnough { .. } | Refused::MoreThanPut))),
            "{too_much:?}"
        );
        post(&ctx, Movement::commit(tree.pot, what(5_000, "c2"))).await.unwrap();
        assert_eq!(
            refusal(post(&ctx, Movement::post(tree.pot, commit, what(1_001, "p"))).await),
            Refused::MoreThanPut
        );
        let late = Movement { booked_on: day(2020, 4, 1), ..Movement::commit(tree.pot, what(1, "late")) };
        assert_eq!(refusal(post(&ctx, late.clone()).await), Refused::Ended);
        let fund = pots::envelope(ctx.db(), tree.grant).await.unwrap().fund;
        extend(&ctx, fund, day(2020, 6, 30), "The Centre", "a late start").await.unwrap();
        post(&ctx, late).await.unwrap();

        let change = ctx.change(Action::SettleSpend, Subject::of("fund", fund)).await.unwrap();
        let close = period_close::Model {
            id: ctx.id(),
            fund_id: fund,
            last_day: day(2019, 6, 30),
            note: String::new(),
            recorded_at: ctx.now(),
            recorded_by: ctx.actor.id,
            recorded_by_name: ctx.actor.name.clone(),
        };
        let query = period_close::Entity::insert(close.into_active_model());
        query.exec_without_returning(change.tx()).await.unwrap();
        change.commit().await.unwrap();
        let early = Movement { booked_on: day(2019, 6, 30), ..Movement::commit(tree.pot, what(1, "early")) };
        assert_eq!(refusal(post(&ctx, early).await), Refused::Closed);
        add_up(&ctx).await;
    })
    .await;
}

/// Rows as the code would write them, to be spoilt one by one.
async fn good(ctx: &Ctx, pot: Uuid, pence: i64) -> (journal::Model, [ledger_entry::Model; 2]) {
    let accounts = ledger_account::Entity::find()
        .filter(ledger_account::Column::EnvelopeId.eq(pot))
        .all(ctx.db())
        .await
        .unwrap();
    let account = |bucket: Bucket| accounts.iter().find(|row| row.bucket == bucket.slug()).unwrap().id;
    let (from, to) = (account(Bucket::Available), account(Bucket::Committed));
    let last = async |account: Uuid| {
        use sea_orm::QueryOrder as _;
        let row = ledger_entry::Entity::find()
            .filter(ledger_entry::Column::AccountId.eq(account))
            .order_by_desc(ledger_entry::Column::Seq)
            .one(ctx.db())
            .await
            .unwrap();
        row.map_or((0, 0), |row| (row.seq, row.balance))
    };
    let number = journal::Entity::find().all(ctx.db()).await.unwrap().len() as i64 + 1;
    let journal = journal::Model {
        number,
        id: ctx.id(),
        kind: "commit".to_owned(),
        fund_id: pots::envelope(ctx.db(), pot).await.unwrap().fund,
        debit_account_id: to,
        debit_entry_id: ctx.id(),
        credit_account_id: from,
        credit_entry_id: ctx.id(),
        pence,
        of_id: None,
        request_id: None,
        idempotency_key: format!("raw {number}"),
        booked_on: day(2019, 7, 1),
        reason: String::new(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: "Test".to_owned(),
    };
    let entry = async |account: Uuid, id: Uuid, side: &str, signed: i64| {
        let (seq, balance) = last(account).await;
        ledger_entry::Model {
            account_id: account,
            seq: seq + 1,
            id,
            journal_id: journal.id,
            side: side.to_owned(),
            pence,
            balance: balance + signed,
        }
    };
    let entries = [
        entry(from, journal.credit_entry_id, "credit", -pence).await,
        entry(to, journal.debit_entry_id, "debit", pence).await,
    ];
    (journal, entries)
}

/// Tries to write rows and to commit them; what the database said, if it said no.
async fn attempt(ctx: &Ctx, journal: journal::Model, entries: &[ledger_entry::Model]) -> Option<String> {
    let change = ctx.change(Action::SettleSpend, Subject::kind("journal")).await.unwrap();
    let query = journal::Entity::insert(journal.into_active_model());
    if let Err(error) = query.exec_without_returning(change.tx()).await {
        return Some(error.to_string());
    }
    for entry in entries {
        let query = ledger_entry::Entity::insert(entry.clone().into_active_model());
        if let Err(error) = query.exec_without_returning(change.tx()).await {
            return Some(error.to_string());
        }
    }
    change.commit().await.err().map(|error| error.chain())
}

#[tokio::test]
async fn the_database_refuses_what_the_code_would_not_write() {
    on_both(migrations, async |org| {
        let ctx = everything(&org);
        let tree = tree(&org, 30_000).await;
        let says = async |journal, entries: &[ledger_entry::Model], words: &str| {
            let said = attempt(&ctx, journal, entries).await;
            let said = said.unwrap_or_else(|| panic!("{}: {words}: was written", org.engine));
            assert!(said.to_lowercase().contains(words), "{}: {words}: {said}", org.engine);
        };
        let (journal, entries) = good(&ctx, tree.pot, 100).await;
        says(journal.clone(), &entries[..1], "foreign key").await;
        says(journal.clone(), &[], "foreign key").await;
        says(journal::Model { pence: 0, ..journal.clone() }, &entries, "check").await;
        says(journal::Model { pence: -5, ..journal.clone() }, &entries, "check").await;
        let other_kind = |kind: &str| journal::Model { kind: kind.to_owned(), ..journal.clone() };
        for kind in ["post", "receive", "pass", "give-back", "return", "refund", "reverse", "nonsense"] {
            says(other_kind(kind), &entries, "not a movement").await;
        }
        let spoilt = |spoil: fn(&mut [ledger_entry::Model; 2])| {
            let mut entries = entries.clone();
            spoil(&mut entries);
            entries
        };
        let more = spoilt(|e| (e[1].pence, e[1].balance) = (200, 200));
        says(journal.clone(), &more, "one of the two").await;
        says(journal.clone(), &spoilt(|e| e[0].balance += 1), "adds up").await;
        says(journal.clone(), &spoilt(|e| e[0].seq += 1), "follows").await;
        says(journal.clone(), &spoilt(|e| e[1].side = "credit".to_owned()), "one of the two").await;
        let (over, entries_over) = good(&ctx, tree.pot, 30_001).await;
        says(over, &entries_over, "below zero").await;
        let settles = journal::Model { of_id: Some(journal.id), ..journal.clone() };
        says(settles, &entries, "ledger").await;
        assert_eq!(attempt(&ctx, journal.clone(), &entries).await, None, "{}", org.engine);
        says(journal::Model { id: uuid(9), ..journal.clone() }, &entries, "unique").await;

        for table in ["journal", "ledger_entry", "ledger_account", "envelope", "fund"] {
            for sql in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET id = id")] {
                let change = ctx.change(Action::SettleSpend, Subject::kind("journal")).await.unwrap();
                let refused = change.tx().execute_unprepared(&sql).await.unwrap_err().to_string();
                assert!(refused.contains("frozen"), "{}: {sql}: {refused}", org.engine);
                change.abandon().await.unwrap();
            }
        }
        add_up(&ctx).await;
    })
    .await;
}

#[tokio::test]
async fn a_pot_is_closed_when_nothing_is_promised_and_what_is_left_goes_up() {
    on_both(migrations, async |org| {
        let ctx = everything(&org);
        let tree = tree(&org, 30_000).await;
        let commit = post(&ctx, Movement::commit(tree.pot, what(1_000, "c"))).await.unwrap().journal;
        assert!(close(&ctx, tree.pot, "the family moved").await.is_err());
        post(&ctx, Movement::post(tree.pot, commit, what(1_000, "p"))).await.unwrap();
        assert!(close(&ctx, tree.team, "over").await.is_err(), "a pot below is open");
        close(&ctx, tree.pot, "the family moved").await.unwrap();
        assert!(pass(&ctx, tree.pot, Way::Down, Pence::new(1), "", "after").await.is_err());
        close(&ctx, tree.team, "over").await.unwrap();
        let report = add_up(&ctx).await;
        assert_eq!(report.standings[&tree.council].available, Pence::new(29_000));
    })
    .await;
}

#[tokio::test]
async fn only_those_who_look_after_funds_move_them() {
    on_both(migrations, async |org| {
        let tree = tree(&org, 30_000).await;
        for role in [Role::SocialWorker, Role::YoungPerson, Role::Evaluator, Role::Administrator] {
            let ctx = org.ctx(&[role]);
            for id in [tree.grant, tree.council, tree.team, tree.pot] {
                assert!(pass(&ctx, id, Way::Down, Pence::new(1), "", "k").await.is_err(), "{}", role.slug());
                assert!(close(&ctx, id, "why").await.is_err(), "{}", role.slug());
            }
        }
        let elsewhere = org.ctx(&[Role::TeamManager]);
        assert!(pass(&elsewhere, tree.pot, Way::Up, Pence::new(1), "why", "k").await.is_err());
    })
    .await;
}
