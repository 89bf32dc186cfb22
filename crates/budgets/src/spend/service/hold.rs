//! Pots from which nothing more is spent until what is missing comes.

use std::collections::{HashMap, hash_map::Entry};

use platform::Ctx;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Result,
    policy::{
        model::{PaymentKind, Policy},
        store as rules,
    },
    spend::{
        model::{Cash, Chase, State, chase},
        store::{self, Asked, Which},
    },
};

/// Why a pot is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Requests whose receipt is missing for too long.
    pub receipts: Vec<Asked>,
    /// Cash that nobody confirmed in time.
    pub cash: Vec<Asked>,
}

impl Held {
    /// Whether anything holds the pot.
    pub fn is_held(&self) -> bool {
        !self.receipts.is_empty() || !self.cash.is_empty()
    }

    /// Why, in words for the worker and the manager; empty where nothing holds it.
    pub fn words(&self) -> String {
        let list = |all: &[Asked]| all.iter().map(Asked::reference).collect::<Vec<_>>().join(", ");
        let mut words = Vec::new();
        if !self.receipts.is_empty() {
            words.push(format!("the receipt is missing for {}", list(&self.receipts)));
        }
        if !self.cash.is_empty() {
            words.push(format!("cash was not confirmed in time for {}", list(&self.cash)));
        }
        words.join(", and ")
    }
}

/// Why pots are held today, by pot; those that are not held are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn held(ctx: &Ctx, db: &impl ConnectionTrait, pots: &[Uuid]) -> Result<HashMap<Uuid, Held>> {
    // Only these can hold a pot: however much was spent from it before, nothing more is read.
    let of_pots = || Which::of_pots(pots.iter().copied());
    let mut asked = store::asked(db, &of_pots().at(&[State::ReceiptDue])).await?;
    let cash = Which { payment: Some(PaymentKind::Cash), ..of_pots() };
    asked.extend(store::asked(db, &cash.at(&[State::Paid, State::Reconciled])).await?);
    let mut versions: HashMap<Uuid, Policy> = HashMap::new();
    let mut all: HashMap<Uuid, Held> = HashMap::new();
    for one in asked {
        let late = matches!(one.course.cash, Some(Cash::Waiting(by)) if by < ctx.now());
        let mut missing = false;
        if let (State::ReceiptDue, Some(paid_on)) = (one.course.state, one.paid_on()) {
            let version = one.row.version_id;
            if let Entry::Vacant(place) = versions.entry(version) {
                place.insert(rules::version(db, version).await?.policy);
            }
            missing = versions
                .get(&version)
                .is_some_and(|rules| chase(&rules.receipts, paid_on, ctx.today()) == Chase::Held);
        }
        if !late && !missing {
            continue;
        }
        let of = all.entry(one.row.pot_id).or_insert_with(|| Held { receipts: vec![], cash: vec![] });
        if late {
            of.cash.push(one.clone());
        }
        if missing {
            of.receipts.push(one);
        }
    }
    for held in all.values_mut() {
        held.receipts.sort_by_key(|one| one.row.number);
        held.cash.sort_by_key(|one| one.row.number);
    }
    Ok(all)
}
