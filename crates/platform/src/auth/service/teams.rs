//! Teams, who is in them, and who is seconded to which school.

use uuid::Uuid;

use super::{Span, locked};
pub use crate::auth::store::team::Model as Team;
use crate::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::{
        model::{Broken, rules},
        store::{secondment, team, team_member},
    },
    policy::{Action, Object},
};

/// Somebody's time in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Its identifier, by which it is ended.
    pub id: Uuid,
    /// The team.
    pub team: Uuid,
    /// The person.
    pub user: Uuid,
    /// From when to when.
    pub span: Span,
}

/// Somebody's time at a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secondment {
    /// Its identifier, by which it is ended.
    pub id: Uuid,
    /// The school's unique reference number.
    pub urn: u32,
    /// From when to when.
    pub span: Span,
}

/// Makes a team.
pub async fn create(ctx: &Ctx, name: &str) -> Result<Uuid> {
    ctx.require(Action::ManageTeams, Object::None)?;
    let name = rules::name(name).ok_or(Broken::TeamName)?;
    let id = ctx.id();
    let mut change = ctx.change(Action::ManageTeams, Subject::of("team", id)).await?;
    if team::by_name(change.tx(), &name).await?.is_some() {
        return Err(Broken::TeamNameTaken.into());
    }
    let row = Team { id, name_key: name.to_lowercase(), name, created_at: ctx.now() };
    team::insert(change.tx(), row).await?;
    change.note("event", "team-made");
    change.commit().await?;
    Ok(id)
}

/// The team of that name, made if there is none.
pub async fn find_or_create(ctx: &Ctx, name: &str) -> Result<Uuid> {
    ctx.require(Action::ManageTeams, Object::None)?;
    let clean = rules::name(name).ok_or(Broken::TeamName)?;
    match team::by_name(ctx.db(), &clean).await? {
        Some(team) => Ok(team.id),
        None => create(ctx, &clean).await,
    }
}

/// One team.
pub async fn get(ctx: &Ctx, id: Uuid) -> Result<Team> {
    ctx.require(Action::ManageTeams, Object::None)?;
    team::by_id(ctx.db(), id).await?.ok_or(Error::NotFound)
}

/// Every team by name, with how many people are in it now.
pub async fn list(ctx: &Ctx) -> Result<Vec<(Team, u64)>> {
    ctx.require(Action::ManageTeams, Object::None)?;
    let counts = team_member::counts(ctx.db(), ctx.now()).await?;
    let count =
        |id| counts.iter().find(|(team, _)| *team == id).map_or(0, |(_, count)| (*count).unsigned_abs());
    Ok(team::all(ctx.db())
        .await?
        .into_iter()
        .map(|team| (count(team.id), team))
        .map(|(n, t)| (t, n))
        .collect())
}

/// Puts somebody else into a team.
pub async fn add_member(ctx: &Ctx, team: Uuid, user: Uuid, span: Span) -> Result<()> {
    ctx.require(Action::ManageTeams, Object::None)?;
    // A team widens what its managers and workers may open, so it is a right like a role.
    rules::not_own(ctx.actor.id, user)?;
    let mut change = ctx.change(Action::ManageTeams, Subject::of("user", user)).await?;
    locked(&change, user).await?;
    insert_member(&change, team, user, span).await?;
    change.note("event", "member-added").note("team", team.to_string());
    change.commit().await
}

/// The row of a new member, in a change that goes on.
pub(super) async fn insert_member(change: &Change<'_>, team: Uuid, user: Uuid, span: Span) -> Result<()> {
    team::by_id(change.tx(), team).await?.ok_or(Error::NotFound)?;
    if team_member::overlaps(change.tx(), team, user, span.from).await? {
        return Err(Broken::MemberAlready.into());
    }
    let row = team_member::Model {
        id: change.ctx().id(),
        team_id: team,
        user_id: user,
        starts_at: span.from,
        ends_at: span.to,
    };
    team_member::insert(change.tx(), row).await
}

/// Ends somebody else's time in a team at once.
pub async fn end_member(ctx: &Ctx, membership: Uuid) -> Result<()> {
    ctx.require(Action::ManageTeams, Object::None)?;
    let mut change = ctx.change(Action::ManageTeams, Subject::kind("user")).await?;
    let row = team_member::by_id(change.tx(), membership).await?.ok_or(Error::NotFound)?;
    rules::not_own(ctx.actor.id, row.user_id)?;
    team_member::end(change.tx(), membership, ctx.now()).await?;
    change.subject(Subject::of("user", row.user_id));
    change.note("event", "member-ended").note("team", row.team_id.to_string());
    change.commit().await
}

/// All who are, were or will be in a team, newest first.
pub async fn members(ctx: &Ctx, team: Uuid) -> Result<Vec<Membership>> {
    ctx.require(Action::ManageTeams, Object::None)?;
    Ok(team_member::of_team(ctx.db(), team).await?.into_iter().map(Membership::from).collect())
}

/// All of somebody's times in teams, newest first.
pub async fn of_user(ctx: &Ctx, user: Uuid) -> Result<Vec<Membership>> {
    ctx.require(Action::ManageTeams, Object::None)?;
    Ok(team_member::of_user(ctx.db(), user).await?.into_iter().map(Membership::from).collect())
}

impl From<team_member::Model> for Membership {
    fn from(row: team_member::Model) -> Self {
        let span = Span { from: row.starts_at, to: row.ends_at };
        Self { id: row.id, team: row.team_id, user: row.user_id, span }
    }
}

/// Seconds somebody else to a school.
pub async fn second(ctx: &Ctx, user: Uuid, urn: u32, span: Span) -> Result<()> {
    ctx.require(Action::ManageTeams, Object::None)?;
    rules::not_own(ctx.actor.id, user)?;
    let urn = rules::urn(&urn.to_string())?;
    let mut change = ctx.change(Action::ManageTeams, Subject::of("user", user)).await?;
    locked(&change, user).await?;
    let row = secondment::Model {
        id: ctx.id(),
        user_id: user,
        urn: i32::try_from(urn).map_err(|_| Broken::Urn)?,
        starts_at: span.from,
        ends_at: span.to,
    };
    secondment::insert(change.tx(), row).await?;
    change.note("event", "seconded").note("urn", urn);
    change.commit().await
}

/// Ends a secondment of somebody else at once.
pub async fn end_secondment(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(Action::ManageTeams, Object::None)?;
    let mut change = ctx.change(Action::ManageTeams, Subject::kind("user")).await?;
    let row = secondment::by_id(change.tx(), id).await?.ok_or(Error::NotFound)?;
    rules::not_own(ctx.actor.id, row.user_id)?;
    secondment::end(change.tx(), id, ctx.now()).await?;
    change.subject(Subject::of("user", row.user_id));
    change.note("event", "secondment-ended").note("urn", row.urn);
    change.commit().await
}

/// All of somebody's secondments, newest first.
pub async fn secondments(ctx: &Ctx, user: Uuid) -> Result<Vec<Secondment>> {
    ctx.require(Action::ManageTeams, Object::None)?;
    let rows = secondment::of_user(ctx.db(), user).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let span = Span { from: row.starts_at, to: row.ends_at };
            Some(Secondment { id: row.id, urn: u32::try_from(row.urn).ok()?, span })
        })
        .collect())
}
