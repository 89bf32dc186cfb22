//! Children in order, some at a time, with their events and spells.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use platform::{
    Ctx, Result,
    policy::{Action, Object, decide},
};
use record::{
    access,
    entity::{person, restriction},
    facts,
    known::AsKnown,
    model::{MergedOutline, ReturnOutline, merge_outlines},
    restriction::State,
    roll::{ChildKeys, spells_of},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Schools;
use crate::counts::model::child::{Child, PlanStart, Referral};

/// How many children are held at once.
const AT_ONCE: u64 = 4_000;

/// Reads children page by page. Merged records are one child; it comes with the first of them.
pub(in crate::counts) struct Children<'a> {
    ctx: &'a Ctx,
    schools: &'a Schools,
    apart: &'a Restricted,
    done: HashSet<Uuid>,
    after: Option<Uuid>,
}

/// Which records are one child, and the children whose records are restricted, by the record that stands for them.
pub(in crate::counts) struct Restricted {
    groups: Groups,
    children: BTreeSet<Uuid>,
}

impl Restricted {
    /// As it is now.
    pub(in crate::counts) async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        let groups = Groups::load(db).await?;
        let people: Vec<Uuid> = restriction::Entity::find()
            .select_only()
            .column(restriction::Column::PersonId)
            .distinct()
            .filter(restriction::Column::State.ne(State::Lifted.slug()))
            .into_tuple()
            .all(db)
            .await?;
        let root = |person: Uuid| groups.root.get(&person).copied().unwrap_or(person);
        let children = people.into_iter().map(root).collect();
        Ok(Self { groups, children })
    }

    /// The children whose school is not told to the actor of `ctx`, at this moment. Every restriction is looked at: with
    /// `suppressed` it withholds the child from everybody, so that two readers of suppressed figures always see the same;
    /// otherwise the policy judges.
    pub(in crate::counts) async fn withheld(&self, ctx: &Ctx, suppressed: bool) -> Result<BTreeSet<Uuid>> {
        let mut withheld = self.children.clone();
        if !suppressed {
            let asked: Vec<Uuid> = withheld.iter().copied().collect();
            let facts = access::facts(ctx, &asked).await?;
            withheld.retain(|person| {
                // Without facts nothing is told.
                facts.get(person).is_none_or(|facts| {
                    let action = Action::ViewUnsuppressedCounts;
                    !decide(&ctx.actor, action, Object::Child(*facts)).is_allowed()
                })
            });
        }
        Ok(withheld)
    }

    /// What tells these children from others.
    pub(in crate::counts) fn name(&self) -> String {
        name(&self.children)
    }
}

/// What tells one set of children from another: SHA-256 of the identifiers in order.
pub(in crate::counts) fn name(children: &BTreeSet<Uuid>) -> String {
    let mut digest = Sha256::new();
    for person in children {
        digest.update(person.as_bytes());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which records are one child.
#[derive(Default)]
struct Groups {
    root: HashMap<Uuid, Uuid>,
    members: HashMap<Uuid, Vec<Uuid>>,
}

impl<'a> Children<'a> {
    /// A reader at the beginning.
    pub(in crate::counts) fn begin(ctx: &'a Ctx, schools: &'a Schools, apart: &'a Restricted) -> Self {
        Self { ctx, schools, apart, done: HashSet::new(), after: None }
    }

    /// The restricted children, those who are withheld marked.
    pub(in crate::counts) async fn restricted(&self, withheld: &BTreeSet<Uuid>) -> Result<Vec<Child>> {
        let mut of_child = HashMap::new();
        for root in &self.apart.children {
            for member in self.apart.groups.members.get(root).into_iter().flatten().chain([root]) {
                of_child.insert(*member, *root);
            }
        }
        let ids: Vec<Uuid> = of_child.keys().copied().collect();
        let mut whole: BTreeMap<Uuid, Vec<ReturnOutline>> = BTreeMap::new();
        for (person, returns) in facts::outlines_of(self.ctx.db(), &ids, AsKnown::Now).await? {
            if let Some(root) = of_child.get(&person) {
                whole.entry(*root).or_default().extend(returns);
            }
        }
        self.children(whole.into_iter().collect(), withheld).await
    }

    /// The next children who are not restricted; an empty list at the end.
    pub(in crate::counts) async fn next(&mut self) -> Result<Vec<Child>> {
        loop {
            let page = facts::outlines_page(self.ctx.db(), self.after, AT_ONCE, AsKnown::Now).await?;
            let Some((last, _)) = page.last() else { return Ok(vec![]) };
            self.after = Some(*last);
            let mut whole = self.gather(page).await?;
            whole.retain(|(person, _)| !self.apart.children.contains(person));
            if !whole.is_empty() {
                return self.children(whole, &BTreeSet::new()).await;
            }
        }
    }

    /// Puts merged records together; a child all of whose records came before is left out.
    async fn gather(
        &mut self,
        page: Vec<(Uuid, Vec<ReturnOutline>)>,
    ) -> Result<Vec<(Uuid, Vec<ReturnOutline>)>> {
        let mut others = Vec::new();
        let mut whole: Vec<(Uuid, Vec<ReturnOutline>)> = Vec::with_capacity(page.len());
        let mut merged: HashMap<Uuid, usize> = HashMap::new();
        for (person, returns) in page {
            let Some(root) = self.apart.groups.root.get(&person) else {
                whole.push((person, returns));
                continue;
            };
            if let Some(place) = merged.get(root).copied() {
                if let Some((_, all)) = whole.get_mut(place) {
                    all.extend(returns);
                }
                others.retain(|(other, _)| *other != person);
            } else if self.done.insert(*root) {
                merged.insert(*root, whole.len());
                let rest = self
                    .apart
                    .groups
                    .members
                    .get(root)
                    .into_iter()
                    .flatten()
                    .filter(|other| **other != person);
                others.extend(rest.map(|other| (*other, whole.len())));
                whole.push((*root, returns));
            }
        }
        let ids: Vec<Uuid> = others.iter().map(|(other, _)| *other).collect();
        let mut returns = facts::outlines_of(self.ctx.db(), &ids, AsKnown::Now).await?;
        for (other, place) in others {
            if let (Some(more), Some((_, all))) = (returns.remove(&other), whole.get_mut(place)) {
                all.extend(more);
            }
        }
        Ok(whole)
    }

    async fn children(
        &self,
        whole: Vec<(Uuid, Vec<ReturnOutline>)>,
        withheld: &BTreeSet<Uuid>,
    ) -> Result<Vec<Child>> {
        let keys: Vec<ChildKeys> = whole
            .iter()
            .map(|(person, returns)| ChildKeys { person: *person, numbers: numbers(returns) })
            .collect();
        let mut spells = spells_of(self.ctx.db(), &self.schools.book, &self.schools.days, &keys).await?;
        let children = whole.into_iter().zip(keys).map(|((person, returns), keys)| {
            let mut child = child(returns);
            child.has_upn = !keys.numbers.is_empty();
            child.withheld = withheld.contains(&person);
            child.spells = spells.remove(&person).unwrap_or_default();
            child
        });
        Ok(children.collect())
    }
}

impl Groups {
    async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        let rows: Vec<(Uuid, Option<Uuid>)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::MergedInto])
            .filter(person::Column::MergedInto.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        let into: HashMap<Uuid, Uuid> = rows.into_iter().filter_map(|(id, into)| Some((id, into?))).collect();
        let mut groups = Self::default();
        for id in into.keys() {
            let mut root = *id;
            // A chain is as long as there are merged records at most; a circle ends there too.
            for _ in 0..into.len() {
                match into.get(&root) {
                    Some(next) => root = *next,
                    None => break,
                }
            }
            groups.root.insert(*id, root);
            groups.root.insert(root, root);
        }
        for (id, root) in &groups.root {
            groups.members.entry(*root).or_default().push(*id);
        }
        Ok(groups)
    }
}

/// Every pupil number by which the returns know a child.
fn numbers(returns: &[ReturnOutline]) -> Vec<String> {
    let of_entry = |one: &ReturnOutline| [one.upn.clone(), one.former_upn.clone()];
    let tidy = |number: String| number.trim().to_ascii_uppercase();
    let mut numbers: Vec<String> =
        returns.iter().flat_map(of_entry).flatten().map(tidy).filter(|number| !number.is_empty()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// A child's events, as one history of all its returns tells them.
fn child(returns: Vec<ReturnOutline>) -> Child {
    let latest = returns.iter().max_by_key(|one| (one.collection_year, one.occurrence));
    let born = latest.and_then(|one| one.dob.or(one.expected_dob));
    let born = born.or_else(|| returns.iter().find_map(|one| one.dob.or(one.expected_dob)));
    Child { born, ..events(&merge_outlines(returns)) }
}

fn events(episodes: &[MergedOutline]) -> Child {
    let mut child = Child::default();
    for episode in episodes {
        if let Some(on) = episode.episode.facts.referral_date {
            let source = episode.episode.facts.referral_source_code.clone();
            child.referrals.push(Referral { on, source });
        }
        child.assessments.extend(episode.assessments.iter().filter_map(|one| one.facts.ended));
        child.enquiries.extend(episode.enquiries.iter().filter_map(|one| one.facts.began));
        child.conferences.extend(episode.enquiries.iter().filter_map(|one| one.facts.ended));
        // The episode's own conference counts where no enquiry led to it; some systems repeat the enquiry's.
        let enquired_before = |on: NaiveDate| {
            episode.enquiries.iter().any(|one| one.facts.began.is_none_or(|start| start <= on))
        };
        let own = episode.conferences.iter().filter_map(|one| one.facts.began);
        child.conferences.extend(own.filter(|on| !enquired_before(*on)));
        for plan in &episode.cp_plans {
            if let Some(on) = plan.facts.days.began {
                let repeat = plan.facts.number_previous.is_some_and(|number| number >= 1);
                child.plans.push(PlanStart { on, repeat });
            }
        }
    }
    child
}
