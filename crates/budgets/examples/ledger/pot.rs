//! A grant with one council, one team and one pot.

use std::sync::Arc;

use budgets::{
    Budgets, Pence,
    ledger::{
        model::{Movement, What},
        store::{self, Posted},
    },
    pots::{
        model::Owner,
        service::{NewEnvelope, NewFund, Way, create_fund, open, pass},
    },
};
use chrono::NaiveDate;
use platform::{
    Ctx,
    audit::Subject,
    capability::Capability as _,
    policy::{Action, Role},
    testing::{TestOrg, uuid, with_platform},
};
use record::Record;
use sea_orm_migration::MigrationTrait;
use uuid::Uuid;

use crate::Result;

pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = Record.migrations();
    all.extend(Budgets.migrations());
    with_platform(all)
}

/// A pot without a cap, and the envelope of the team above it.
pub(crate) struct Pot {
    pub(crate) ctx: Arc<Ctx>,
    pub(crate) team: Uuid,
    pub(crate) id: Uuid,
}

/// Money enough for every promise that is timed.
pub(crate) async fn pot(org: &TestOrg, name: &str, worker: u128, pence: i64) -> Result<Pot> {
    let ctx = org.ctx(&[Role::FinanceOfficer, Role::ServiceManager]);
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).ok_or("a day");
    let new = NewFund {
        name: name.to_owned(),
        funder: "What Works for Children’s Social Care".to_owned(),
        reference: String::new(),
        first_day: day(2019, 1, 1)?,
        end_date: day(2020, 3, 31)?,
        pence: Pence::new(50_000_000_000),
    };
    let mut parent = create_fund(&ctx, &new, name).await?;
    let levels = [
        (Owner::Organisation, "Council", None, 40_000_000_000),
        (Owner::Team(uuid(50)), "Team", None, 30_000_000_000),
        (Owner::Worker(uuid(worker)), "", Some(uuid(70)), pence),
    ];
    let mut team = parent;
    for (owner, called, policy, pence) in levels {
        let envelope = NewEnvelope { name: called.to_owned(), owner, policy, cap: None };
        team = parent;
        parent = open(&ctx, parent, &envelope).await?;
        if pence > 0 {
            pass(&ctx, parent, Way::Down, Pence::new(pence), "", &format!("{name} {parent}")).await?;
        }
    }
    Ok(Pot { ctx: Arc::new(ctx), team, id: parent })
}

/// What every movement says on the day of the measurement.
pub(crate) fn what(ctx: &Ctx, pence: i64, key: String) -> What {
    What { pence: Pence::new(pence), key, booked_on: ctx.today() }
}

/// Posts in one change of its own.
pub(crate) async fn post(ctx: &Ctx, movement: Movement) -> budgets::Result<Option<Posted>> {
    let change = ctx.change(Action::RequestSpend, Subject::kind("journal")).await?;
    match store::post(&change, &[movement]).await {
        Ok(posted) => {
            change.commit().await?;
            Ok(posted.first().copied())
        }
        Err(error) => {
            change.abandon().await?;
            Err(error)
        }
    }
}
