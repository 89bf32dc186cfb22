//! For whom money from a pot can be spent.

use platform::{Ctx, policy::Action};
use record::access::{self, Outline};
use uuid::Uuid;

use crate::{
    Result,
    pots::model::{Envelope, Owner},
    spend::store::reach as rows,
};

/// For whom a spend from a pot can be.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The family, where the whole of it can be named.
    pub family: Option<Uuid>,
    /// Its children, the young person, or the worker's children, by name.
    pub children: Vec<Outline>,
}

/// For whom the actor can spend from this pot, once the looks are stored. Permission for the pot is the caller's.
///
/// # Errors
/// When the database or the access log fails.
pub async fn choices(ctx: &Ctx, pot: &Envelope, page: &str) -> Result<Choice> {
    let (family, action, ids) = match pot.owner {
        Owner::Person(child) => (None, Action::ViewOutline, vec![child]),
        Owner::Family(family) => {
            let members = rows::members_of(ctx.db(), &[family]).await?;
            (Some(family), Action::ViewOutline, members.into_iter().map(|(_, child)| child).collect())
        }
        Owner::Worker(worker) => {
            (None, Action::RequestSpend, rows::children_of(ctx.db(), worker, ctx.today()).await?)
        }
        Owner::Organisation | Owner::Team(_) => return Ok(Choice::default()),
    };
    let judged = access::judge(ctx, action, &ids).await?;
    let mut children = access::outlines(ctx, Action::RequestSpend, &judged.listed, page).await?;
    children.sort_by_key(|child| child.title().to_lowercase());
    Ok(Choice { family, children })
}
