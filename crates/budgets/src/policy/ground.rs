//! What a preview stands on: the record and the ledger as they are now.
//!
//! Restricted children are counted like all others: a count names nobody, and leaving them out would make the count
//! wrong for the one who decides.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use platform::{Ctx, Result};
use record::{
    entity::{family_member, involvements, person},
    model::Status,
    people::age,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::model::{Ground, Member, Past};
use crate::{
    ledger::{
        entity::{journal, ledger_account},
        model::Kind,
    },
    money::Pence,
    pots::entity::envelope,
};

/// How many children are read at once.
const AT_ONCE: u64 = 2_000;
/// Earlier spends that a preview looks at, the latest first.
const SPENDS_MAX: u64 = 20_000;

/// The children of the record by survivor, and which record stands for which.
pub(crate) struct Children {
    members: HashMap<Uuid, Member>,
    survivor: HashMap<Uuid, Uuid>,
}

impl Children {
    /// The child to whom a record belongs.
    pub(crate) fn of(&self, record: Uuid) -> Option<(Uuid, Member)> {
        let survivor = self.survivor.get(&record).copied().unwrap_or(record);
        self.members.get(&survivor).map(|member| (survivor, *member))
    }
}

/// A child as eligibility asks.
pub(crate) fn member(row: &person::Model, on: NaiveDate) -> Member {
    let alive = row.death_date.is_none();
    Member {
        age: row
            .dob
            .filter(|_| alive)
            .and_then(|dob| age(dob, on))
            .and_then(|years| u8::try_from(years).ok()),
        status: Status::from_slug(&row.status).filter(|_| alive).unwrap_or(Status::NotInReturn),
    }
}

/// Every child of the record.
pub(crate) async fn children(db: &impl ConnectionTrait, on: NaiveDate) -> Result<Children> {
    let mut all = Children { members: HashMap::new(), survivor: HashMap::new() };
    let mut after: Option<Uuid> = None;
    loop {
        let mut query = person::Entity::find().order_by_asc(person::Column::Id).limit(AT_ONCE);
        if let Some(after) = after {
            query = query.filter(person::Column::Id.gt(after));
        }
        let rows = query.all(db).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = Some(last.id);
        for row in &rows {
            match row.merged_into {
                Some(survivor) => drop(all.survivor.insert(row.id, survivor)),
                None => drop(all.members.insert(row.id, member(row, on))),
            }
        }
    }
}

async fn families(db: &impl ConnectionTrait, children: &Children) -> Result<Vec<Vec<Member>>> {
    let mut together: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    let mut inside: HashSet<Uuid> = HashSet::new();
    for row in family_member::Entity::find().all(db).await? {
        if let Some((child, _)) = children.of(row.person_id) {
            inside.insert(child);
            together.entry(row.family_id).or_default().insert(child);
        }
    }
    let of = |all: BTreeSet<Uuid>| -> Vec<Member> {
        all.iter().filter_map(|child| children.members.get(child).copied()).collect()
    };
    let mut all: Vec<Vec<Member>> = together.into_values().map(of).collect();
    let alone = children.members.iter().filter(|(child, _)| !inside.contains(*child));
    all.extend(alone.map(|(_, member)| vec![*member]));
    Ok(all)
}

async fn caseloads(
    db: &impl ConnectionTrait,
    children: &Children,
    on: NaiveDate,
) -> Result<Vec<Vec<Member>>> {
    let rows = involvements::Entity::find()
        .filter(involvements::Column::ProfessionalId.is_not_null())
        .filter(involvements::Column::StartDate.lte(on))
        .filter(
            Condition::any()
                .add(involvements::Column::EndDate.is_null())
                .add(involvements::Column::EndDate.gt(on)),
        )
        .all(db)
        .await?;
    let mut all: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in rows {
        if let (Some(worker), Some((child, _))) = (row.professional_id, children.of(row.person_id)) {
            all.entry(worker).or_default().insert(child);
        }
    }
    let of = |all: BTreeSet<Uuid>| -> Vec<Member> {
        all.iter().filter_map(|child| children.members.get(child).copied()).collect()
    };
    Ok(all.into_values().map(of).collect())
}

/// What was promised from pots, the latest first: of the pots under this policy, or of all where it has none yet.
async fn spends(db: &impl ConnectionTrait, policy: Uuid) -> Result<(Vec<Past>, bool)> {
    let pots: Vec<envelope::Model> =
        envelope::Entity::find().filter(envelope::Column::PolicyId.is_not_null()).all(db).await?;
    let own = pots.iter().any(|pot| pot.policy_id == Some(policy));
    let names: HashMap<Uuid, String> = pots
        .into_iter()
        .filter(|pot| !own || pot.policy_id == Some(policy))
        .map(|pot| (pot.id, pot.name))
        .collect();
    let accounts: HashMap<Uuid, Uuid> = ledger_account::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|account| (account.id, account.envelope_id))
        .collect();
    let rows = journal::Entity::find()
        .filter(journal::Column::Kind.eq(Kind::Commit.slug()))
        .order_by_desc(journal::Column::Number)
        .limit(SPENDS_MAX)
        .all(db)
        .await?;
    let past = |row: journal::Model| {
        let pot = names.get(accounts.get(&row.debit_account_id)?)?.clone();
        Some(Past { pot, day: row.booked_on, amount: Pence::new(row.pence) })
    };
    Ok((rows.into_iter().filter_map(past).collect(), own))
}

/// Everything that a preview of a policy stands on.
pub(crate) async fn ground(ctx: &Ctx, policy: Uuid) -> Result<Ground> {
    let (db, on) = (ctx.db(), ctx.today());
    let children = children(db, on).await?;
    let (spends, of_this_policy) = spends(db, policy).await?;
    Ok(Ground {
        families: families(db, &children).await?,
        caseloads: caseloads(db, &children, on).await?,
        spends,
        of_this_policy,
    })
}
