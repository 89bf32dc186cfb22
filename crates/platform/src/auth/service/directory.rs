//! Who works here: names for other capabilities (who allocated, who imported, to whom a child can be given).
//! Reading it needs no right of its own: the pages that show it have asked for theirs.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    Ctx, Result,
    auth::store::{team, team_member, user},
    policy::Role,
};

/// Somebody who works here now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The user's identifier.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The teams of this moment.
    pub teams: Vec<Uuid>,
}

/// The most colleagues of one role that are listed.
const COLLEAGUES_MAX: u64 = 5_000;

/// The names of users by identifier; unknown ones are left out.
pub async fn names(ctx: &Ctx, ids: &[Uuid]) -> Result<BTreeMap<Uuid, String>> {
    let users =
        user::Entity::find().filter(user::Column::Id.is_in(ids.iter().copied())).all(ctx.db()).await?;
    Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
}

/// The active users who hold a role now, by name.
pub async fn with_role(ctx: &Ctx, role: Role) -> Result<Vec<Colleague>> {
    let filter =
        user::Filter { role: Some(role), status: Some(user::ACTIVE.to_owned()), ..Default::default() };
    let (users, _) = user::list(ctx.db(), &filter, ctx.now(), 0, COLLEAGUES_MAX).await?;
    let ids: Vec<Uuid> = users.iter().map(|user| user.id).collect();
    let members = team_member::current(ctx.db(), &ids, ctx.now()).await?;
    let teams = |id| members.iter().filter(|row| row.user_id == id).map(|row| row.team_id).collect();
    Ok(users
        .into_iter()
        .map(|user| Colleague { teams: teams(user.id), id: user.id, name: user.name })
        .collect())
}

/// Every team by name.
pub async fn teams(ctx: &Ctx) -> Result<Vec<(Uuid, String)>> {
    Ok(team::all(ctx.db()).await?.into_iter().map(|team| (team.id, team.name)).collect())
}
