//! Whose pots are, by name, for who may know.

use std::collections::HashMap;

use platform::{
    Ctx,
    policy::{Action, Decision},
};
use record::access::{self, Outline};
use uuid::Uuid;

use crate::{
    Result,
    pots::model::{Envelope, Owner},
    spend::store::reach as rows,
};

/// Whose a pot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A family's or a young person's, by the names of the children.
    Children(Vec<Outline>),
    /// The actor's own, for their caseload.
    Own,
    /// Another worker's, for their caseload.
    Worker(String),
    /// Hidden from the reader.
    Hidden,
}

impl Whose {
    /// In words.
    pub fn title(&self) -> String {
        match self {
            Self::Children(children) => children.iter().map(Outline::title).collect::<Vec<_>>().join(", "),
            Self::Own => "Your own, for any family on your caseload".to_owned(),
            Self::Worker(name) => name.clone(),
            Self::Hidden => "Hidden from you".to_owned(),
        }
    }
}

/// Whose each of these pots is, once the looks are stored. Permission for the pots is the caller's.
///
/// # Errors
/// When the database or the access log fails.
pub async fn whose(ctx: &Ctx, pots: &[Envelope], page: &str) -> Result<HashMap<Uuid, Whose>> {
    let families: Vec<Uuid> = pots
        .iter()
        .filter_map(|pot| match pot.owner {
            Owner::Family(id) => Some(id),
            _ => None,
        })
        .collect();
    let mut members: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (family, child) in rows::members_of(ctx.db(), &families).await? {
        members.entry(family).or_default().push(child);
    }
    let children = |pot: &Envelope| match pot.owner {
        Owner::Family(family) => members.get(&family).cloned().unwrap_or_default(),
        Owner::Person(child) => vec![child],
        _ => vec![],
    };
    let every: Vec<Uuid> = pots.iter().flat_map(&children).collect();
    let decisions = access::decisions(ctx, Action::ViewOutline, &every).await?;
    let open = |child: &Uuid| decisions.get(child) == Some(&Decision::Allow);
    let shown: Vec<Uuid> = pots.iter().map(&children).filter(|all| all.iter().all(&open)).flatten().collect();
    let survivors = rows::survivors(ctx.db(), &shown).await?;
    let judged = access::judge(ctx, Action::ViewOutline, &shown).await?;
    let outlines = access::outlines(ctx, Action::ViewBudgets, &judged.listed, page).await?;
    let outlines: HashMap<Uuid, Outline> = outlines.into_iter().map(|one| (one.id, one)).collect();
    let workers: Vec<Uuid> = pots
        .iter()
        .filter_map(|pot| match pot.owner {
            Owner::Worker(id) => Some(id),
            _ => None,
        })
        .collect();
    let names = rows::names_of(ctx.db(), &workers).await?;
    let of = |pot: &Envelope| match pot.owner {
        Owner::Worker(id) if id == ctx.actor.id => Whose::Own,
        Owner::Worker(id) => names.get(&id).cloned().map_or(Whose::Hidden, Whose::Worker),
        _ => {
            let all = children(pot);
            let named = |child: &Uuid| survivors.get(child).and_then(|id| outlines.get(id)).cloned();
            match all.iter().map(named).collect::<Option<Vec<_>>>() {
                Some(named) if !named.is_empty() => Whose::Children(named),
                _ => Whose::Hidden,
            }
        }
    };
    Ok(pots.iter().map(|pot| (pot.id, of(pot))).collect())
}
