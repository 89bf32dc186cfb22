//! Rounds: their rules, their money, and the basis on which families are drawn.

use chrono::NaiveDate;
use platform::{
    Ctx,
    audit::Subject,
    policy::{Action, Object},
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use super::may_read;
use crate::{
    Error, Result,
    families::{
        entity::family_round,
        model::{Round, is_words},
        store,
    },
    policy::service::live,
    pots::{model::is_name, store as pots},
};

/// A round that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRound {
    /// Its name.
    pub name: String,
    /// The policy; the version that holds today holds for the round.
    pub policy_id: Uuid,
    /// The fund from which the budgets come.
    pub fund_id: Uuid,
    /// Who agreed to the basis.
    pub agreed_by: String,
    /// When.
    pub agreed_on: NaiveDate,
    /// The basis: why it is right to let chance decide.
    pub basis: String,
    /// What families are told, when and by whom.
    pub notice: String,
    /// When somebody may go against the draw, and who decides.
    pub exceptions: String,
}

/// Begins a round.
///
/// # Errors
/// In words for the person who asked.
pub async fn begin(ctx: &Ctx, new: &NewRound) -> Result<Uuid> {
    ctx.require(Action::DrawFamilies, Object::None)?;
    if !is_name(&new.name) {
        return Err(Error::choice("write the name of the round in 1 to 120 characters"));
    }
    let rules = live(ctx, new.policy_id, ctx.today()).await?;
    if rules.policy.draw.is_none() {
        return Err(Error::choice("families are not drawn under these rules"));
    }
    let fund = pots::fund(ctx.db(), new.fund_id).await?;
    if !fund.is_open_on(ctx.today()) {
        return Err(Error::choice("that fund is not open today"));
    }
    if !is_name(&new.agreed_by) || new.agreed_on > ctx.today() {
        return Err(Error::choice("say who agreed to the basis, and on which day up to today"));
    }
    if ![&new.basis, &new.notice, &new.exceptions].into_iter().all(|words| is_words(words)) {
        return Err(Error::choice(
            "write the basis, what families are told, and the rule for exceptions, each in 1 to 1,000 characters",
        ));
    }
    let id = ctx.id();
    let mut change = ctx.change(Action::DrawFamilies, Subject::of("family-round", id)).await?;
    let row = family_round::Model {
        id,
        name: new.name.trim().to_owned(),
        policy_id: rules.policy_id,
        version_id: rules.version_id,
        fund_id: fund.id,
        agreed_by: new.agreed_by.trim().to_owned(),
        agreed_on: new.agreed_on,
        basis: new.basis.trim().to_owned(),
        notice: new.notice.trim().to_owned(),
        exceptions: new.exceptions.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    family_round::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    change.note("step", "begun").note("version", rules.number);
    change.commit().await?;
    Ok(id)
}

/// The rounds, the newest first.
///
/// # Errors
/// Refused, or the database.
pub async fn rounds(ctx: &Ctx) -> Result<Vec<Round>> {
    may_read(ctx)?;
    Ok(store::rounds(ctx.db()).await?)
}

/// One round.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn round(ctx: &Ctx, id: Uuid) -> Result<Round> {
    may_read(ctx)?;
    Ok(store::round(ctx.db(), id).await?)
}
