//! Colleagues, as far as the record needs to know them: to whom a child can be given, who works in which team.

use std::collections::{BTreeMap, HashSet};

use platform::{
    Ctx, Result,
    auth::{
        service::directory::{self, Colleague},
        store::team_member,
    },
    policy::Role,
};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

/// The roles to whose holders a child can be given.
const HOLDERS: [Role; 2] = [Role::SocialWorker, Role::TeamManager];
/// The roles whose holders may stand on the lists of a restriction.
const LISTED: [Role; 5] =
    [Role::SocialWorker, Role::TeamManager, Role::ServiceManager, Role::DataOfficer, Role::DataProtection];

/// Those to whom a child can be given, by name.
pub(crate) async fn holders(ctx: &Ctx) -> Result<Vec<Colleague>> {
    with_any(ctx, &HOLDERS).await
}

/// Those who may stand on the lists of a restriction, by name.
pub(crate) async fn may_be_listed(ctx: &Ctx) -> Result<Vec<Colleague>> {
    with_any(ctx, &LISTED).await
}

async fn with_any(ctx: &Ctx, roles: &[Role]) -> Result<Vec<Colleague>> {
    let mut all: BTreeMap<(String, Uuid), Colleague> = BTreeMap::new();
    for role in roles {
        for colleague in directory::with_role(ctx, *role).await? {
            all.insert((colleague.name.to_lowercase(), colleague.id), colleague);
        }
    }
    Ok(all.into_values().collect())
}

/// Names of users and of teams.
pub(crate) async fn names(ctx: &Ctx, ids: impl IntoIterator<Item = Uuid>) -> Result<BTreeMap<Uuid, String>> {
    let ids: HashSet<Uuid> = ids.into_iter().collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut names = BTreeMap::new();
    for some in ids.chunks(500) {
        names.extend(directory::names(ctx, some).await?);
    }
    Ok(names)
}

/// Every team by name.
pub(crate) async fn teams(ctx: &Ctx) -> Result<Vec<(Uuid, String)>> {
    directory::teams(ctx).await
}

/// Who belongs to one of these teams now.
pub(crate) async fn members(ctx: &Ctx, teams: &[Uuid]) -> Result<HashSet<Uuid>> {
    if teams.is_empty() {
        return Ok(HashSet::new());
    }
    let now = ctx.now();
    let ids: Vec<Uuid> = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::UserId)
        .filter(team_member::Column::TeamId.is_in(teams.iter().copied()))
        .filter(team_member::Column::StartsAt.lte(now))
        .filter(
            Condition::any()
                .add(team_member::Column::EndsAt.is_null())
                .add(team_member::Column::EndsAt.gt(now)),
        )
        .into_tuple()
        .all(ctx.db())
        .await?;
    Ok(ids.into_iter().collect())
}
