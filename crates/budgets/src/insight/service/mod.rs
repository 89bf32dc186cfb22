//! Permission first, then the reading, then the figures.

mod decisions;
mod dose;
mod fairness;
mod gaps;
mod unused;
mod why;

pub use decisions::{Found, categories, search};
pub use dose::{Measured, measure};
pub use fairness::{Dimension, Report, fairness};
pub use gaps::{GapReport, gaps};
pub use unused::{Eligible, Quiet, Team, Unused, Wanted, unused};
pub(crate) use why::due;
pub use why::{pot_to_explain, said, say_why};

use std::collections::{HashMap, hash_map::Entry};

use platform::Ctx;
use uuid::Uuid;

use super::ground::People;
use crate::{
    Result,
    money::Pence,
    policy::{model::Policy, store as rules},
    spend::store::Asked,
};

/// The versions of the rules, each read once.
#[derive(Default)]
struct Versions(HashMap<Uuid, (Uuid, Policy)>);

impl Versions {
    async fn load(ctx: &Ctx, asked: &[Asked]) -> Result<Self> {
        let mut all = Self::default();
        for one in asked {
            let id = one.row.version_id;
            if let Entry::Vacant(place) = all.0.entry(id) {
                let version = rules::version(ctx.db(), id).await?;
                place.insert((version.policy_id, version.policy));
            }
        }
        Ok(all)
    }

    /// The policy and the version under which something was asked for.
    fn of(&self, asked: &Asked) -> Option<&(Uuid, Policy)> {
        self.0.get(&asked.row.version_id)
    }

    /// The category by its title.
    fn category(&self, asked: &Asked) -> String {
        let found = self.of(asked).and_then(|(_, policy)| policy.category(&asked.row.category));
        found.map_or_else(|| asked.row.category.clone(), |category| category.title.clone())
    }
}

/// The family of a request, or the child who has none; none where the record has neither any more.
fn family(people: &People, asked: &Asked) -> Option<Uuid> {
    match (asked.row.person_id, asked.row.family_id) {
        (Some(child), _) => people.family_of(child),
        (None, Some(family)) => Some(family).filter(|family| people.has(*family)),
        (None, None) => None,
    }
}

/// What was spent on each family, and what cannot be placed.
fn by_family(people: &People, asked: &[Asked]) -> (HashMap<Uuid, Pence>, Pence) {
    let mut spent: HashMap<Uuid, Pence> = HashMap::new();
    let mut unplaced = Pence::ZERO;
    for one in asked {
        let pence = one.course.spent();
        let sum = match family(people, one) {
            Some(family) => spent.entry(family).or_default(),
            None => &mut unplaced,
        };
        *sum = [*sum, pence].into_iter().sum();
    }
    (spent, unplaced)
}
