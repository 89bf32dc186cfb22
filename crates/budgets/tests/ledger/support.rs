//! A grant of £1,000 with one council, one team and one pot.

use budgets::{
    Budgets, Pence, Result,
    ledger::{
        model::{Movement, What},
        store,
    },
    pots::{
        model::Owner,
        service::{NewEnvelope, NewFund, Way, create_fund, open, pass},
    },
};
use chrono::NaiveDate;
use platform::{
    Ctx,
    audit::{Subject, entry::Chain, verify::verify as verify_chain},
    capability::Capability as _,
    policy::{Action, Role},
    testing::{TestOrg, uuid, with_platform},
};
use record::Record;
use sea_orm_migration::MigrationTrait;
use uuid::Uuid;

pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = Record.migrations();
    all.extend(Budgets.migrations());
    with_platform(all)
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A movement of so many pence on 1 July 2019.
pub(crate) fn what(pence: i64, key: impl Into<String>) -> What {
    What { pence: Pence::new(pence), key: key.into(), booked_on: day(2019, 7, 1) }
}

pub(crate) struct Tree {
    pub(crate) grant: Uuid,
    pub(crate) council: Uuid,
    pub(crate) team: Uuid,
    pub(crate) pot: Uuid,
}

/// The tree, with `pence` of the grant's £1,000 in the pot; the pot's cap is £500.
pub(crate) async fn tree(org: &TestOrg, pence: i64) -> Tree {
    let ctx = everything(org);
    let new = NewFund {
        name: "What Works grant".to_owned(),
        funder: "What Works for Children’s Social Care".to_owned(),
        reference: "WW 1".to_owned(),
        first_day: day(2019, 1, 1),
        end_date: day(2020, 3, 31),
        pence: Pence::new(100_000),
    };
    let grant = create_fund(&ctx, &new, "grant").await.unwrap();
    let mut parent = grant;
    let mut made = vec![];
    let levels = [
        (Owner::Organisation, "Darlington", None),
        (Owner::Team(uuid(50)), "Safeguarding", None),
        (Owner::Worker(uuid(60)), "", Some(uuid(70))),
    ];
    for (owner, name, policy) in levels {
        let cap = policy.map(|_| Pence::new(50_000));
        let envelope = NewEnvelope { name: name.to_owned(), owner, policy, cap };
        let id = open(&ctx, parent, &envelope).await.unwrap();
        if pence > 0 {
            pass(&ctx, id, Way::Down, Pence::new(pence), "", &format!("pass {id}")).await.unwrap();
        }
        made.push(id);
        parent = id;
    }
    let [council, team, pot] = made[..] else { panic!("three levels") };
    Tree { grant, council, team, pot }
}

/// Somebody with every right over money.
pub(crate) fn everything(org: &TestOrg) -> Ctx {
    org.ctx(&[Role::FinanceOfficer, Role::ServiceManager, Role::TeamManager])
}

/// Posts in one change of its own.
pub(crate) async fn post(ctx: &Ctx, movement: Movement) -> Result<store::Posted> {
    let change = ctx.change(Action::RequestSpend, Subject::kind("journal")).await?;
    let posted = store::post(&change, &[movement]).await;
    match posted {
        Ok(posted) => {
            change.commit().await?;
            Ok(posted[0])
        }
        Err(error) => {
            change.abandon().await?;
            Err(error)
        }
    }
}

/// Adds the whole ledger up again, and walks through the audit chain.
pub(crate) async fn add_up(ctx: &Ctx) -> budgets::ledger::verify::Report {
    let report = budgets::ledger::verify::verify(ctx).await.unwrap();
    assert_eq!(report.faults, Vec::<String>::new());
    let chain = verify_chain(&ctx.org.database, &ctx.org.keys, Chain::Audit).await.unwrap();
    assert!(chain.faults.is_empty(), "{:?}", chain.faults);
    report
}
