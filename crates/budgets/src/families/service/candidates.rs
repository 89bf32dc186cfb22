//! The families of a manager’s team that could be nominated, so that nobody copies numbers of children from one list into
//! another.

use std::collections::{BTreeMap, HashMap, HashSet};

use platform::{
    Ctx,
    policy::{Action, Object},
};
use record::{
    access,
    allocation::service::own_and_team,
    family::service::{children_of, families_of},
};
use uuid::Uuid;

use super::{
    nominations::{TOGETHER_MAX, fits, members},
    sight::{Seen, outlines, sights},
};
use crate::{
    Error, Result,
    families::{model::Round, store},
    policy::store as policies,
};

/// A family that could be nominated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The child through whom it would be named: one with an allocated worker.
    pub child: Uuid,
    /// Its children, that one first.
    pub seen: Seen,
    /// Age of the youngest.
    pub age: u8,
    /// Band of that age.
    pub band: String,
}

/// The families of the actor’s caseload and teams, as far as nominations ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Those that fit, by band in the order of the rules, then by name.
    pub fitting: Vec<Candidate>,
    /// Whether there are more that fit than are given.
    pub more: bool,
    /// Why others do not fit, each with how many families.
    pub others: BTreeMap<String, usize>,
    /// Families that are nominated already.
    pub nominated: usize,
}

/// The children of each family with a child of the actor’s whom they may nominate. A child of no family yet is one by itself,
/// under its own identifier. Families with a child whose record is closed to the actor are left out.
async fn families(ctx: &Ctx) -> Result<(HashMap<Uuid, Vec<Uuid>>, Vec<Uuid>)> {
    let judged = access::judge(ctx, Action::NominateFamily, &own_and_team(ctx).await?).await?;
    let mine: Vec<Uuid> = judged.listed.iter().map(|one| one.id()).collect();
    let of = families_of(ctx.db(), &mine).await?;
    let ids: Vec<Uuid> = of.values().copied().collect::<HashSet<_>>().into_iter().collect();
    let mut all = children_of(ctx.db(), &ids).await?;
    all.extend(mine.iter().filter(|child| !of.contains_key(*child)).map(|child| (*child, vec![*child])));
    let (seen, _) = sights(ctx, &all).await?;
    all.retain(|family, _| seen.contains(family));
    Ok((all, mine))
}

/// The families of the actor’s caseload and teams that could be nominated in a round now. Looks at the children shown are
/// stored first; of those that do not fit there is a count only.
///
/// # Errors
/// Refused, or the database.
pub async fn candidates(ctx: &Ctx, round: &Round) -> Result<Candidates> {
    ctx.require(Action::NominateFamily, Object::None)?;
    let rules = policies::version(ctx.db(), round.version_id).await?.policy;
    let earlier = store::nominations(ctx.db(), round.id).await?;
    let standing: Vec<Uuid> =
        earlier.iter().filter(|one| one.end.is_none()).map(|one| one.family_id).collect();
    let taken: HashSet<Uuid> = children_of(ctx.db(), &standing).await?.into_values().flatten().collect();
    let (families, mine) = families(ctx).await?;
    let every: Vec<Uuid> = families.values().flatten().copied().collect();
    let members = members(ctx.db(), ctx, &every).await?;
    let mut all = Candidates::default();
    let mut fit = Vec::new();
    for (family, children) in families {
        if standing.contains(&family) || children.iter().any(|child| taken.contains(child)) {
            all.nominated += 1;
            continue;
        }
        let of: Vec<_> = children.iter().filter_map(|child| members.get(child).copied()).collect();
        match fits(&rules, &of) {
            Ok((age, band)) => fit.push((family, children, age, band)),
            Err(Error::Choice(why)) => *all.others.entry(why).or_default() += 1,
            Err(error) => return Err(error),
        }
    }
    let order =
        |band: &str| rules.draw.as_ref().and_then(|draw| draw.bands.iter().position(|one| one.title == band));
    fit.sort_by_key(|(family, _, age, band)| (order(band), *age, *family));
    all.more = fit.len() > TOGETHER_MAX;
    fit.truncate(TOGETHER_MAX);
    let shown: Vec<(Uuid, Vec<Uuid>)> =
        fit.iter().map(|(family, children, ..)| (*family, children.clone())).collect();
    let outlines = outlines(ctx, &shown, "families to nominate").await?;
    for (_, children, age, band) in fit {
        let mut seen: Vec<_> = children.iter().filter_map(|child| outlines.get(child).cloned()).collect();
        let named = seen.iter().position(|one| one.worker_id.is_some() && mine.contains(&one.id));
        let Some(named) = named else {
            let why = "no child of this family has an allocated worker, who would hold the budget";
            *all.others.entry(why.to_owned()).or_default() += 1;
            continue;
        };
        seen.swap(0, named);
        if let Some(first) = seen.first() {
            all.fitting.push(Candidate { child: first.id, seen: Seen { children: seen }, age, band });
        }
    }
    all.fitting.sort_by_cached_key(|one| (order(&one.band), one.seen.title()));
    Ok(all)
}
