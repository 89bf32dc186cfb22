//! Early help and referrals, and the episodes of the returns that referrals may have become.

use platform::Result;
use record::{
    entity::{cin_episodes, person, person_return},
    known::AsKnown,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{concerns::LIST_MAX, key, one};
use crate::door::{
    entity::{early_help_episodes as help, referral_outcome, referral_sent},
    model::{matching::Episode, words::HelpEnd},
};

/// An early help episode.
pub(crate) async fn help(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<help::Model>> {
    Ok(help::Entity::find_by_id(id).one(db).await?)
}

/// The early help of these pupils, earliest first.
pub(crate) async fn help_of(db: &impl ConnectionTrait, pupils: &[Uuid]) -> Result<Vec<help::Model>> {
    Ok(help::Entity::find()
        .filter(help::Column::PupilId.is_in(pupils.iter().copied()))
        .order_by_asc(help::Column::StartDate)
        .order_by_asc(help::Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// The early help that runs at schools; `None` for every school.
pub(crate) async fn help_running(
    db: &impl ConnectionTrait,
    urns: Option<&[u32]>,
) -> Result<Vec<help::Model>> {
    let mut which = Condition::all().add(help::Column::EndDate.is_null());
    if let Some(urns) = urns {
        which = which.add(help::Column::Urn.is_in(urns.iter().map(|urn| key(*urn))));
    }
    Ok(help::Entity::find()
        .filter(which)
        .order_by_desc(help::Column::StartDate)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// Ends early help that runs.
pub(crate) async fn end_help(
    transaction: &DatabaseTransaction,
    id: Uuid,
    on: chrono::NaiveDate,
    reason: HelpEnd,
) -> Result<()> {
    let set = help::ActiveModel {
        end_date: Set(Some(on)),
        end_reason: Set(Some(reason.slug().to_owned())),
        ..Default::default()
    };
    let done = help::Entity::update_many()
        .set(set)
        .filter(help::Column::Id.eq(id))
        .filter(help::Column::EndDate.is_null())
        .exec(transaction)
        .await?;
    one(done.rows_affected)
}

/// A referral.
pub(crate) async fn referral(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<referral_sent::Model>> {
    Ok(referral_sent::Entity::find_by_id(id).one(db).await?)
}

/// The referrals of these pupils, earliest first.
pub(crate) async fn referrals_of(
    db: &impl ConnectionTrait,
    pupils: &[Uuid],
) -> Result<Vec<referral_sent::Model>> {
    Ok(referral_sent::Entity::find()
        .filter(referral_sent::Column::PupilId.is_in(pupils.iter().copied()))
        .order_by_asc(referral_sent::Column::SentOn)
        .order_by_asc(referral_sent::Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// The referrals of schools that have no decision, or no episode, yet; newest first.
pub(crate) async fn referrals_without(
    db: &impl ConnectionTrait,
    urns: Option<&[u32]>,
    kind: &str,
) -> Result<Vec<referral_sent::Model>> {
    let done = referral_outcome::Entity::find()
        .select_only()
        .column(referral_outcome::Column::ReferralId)
        .filter(referral_outcome::Column::Kind.eq(kind));
    let mut which = Condition::all()
        .add(referral_sent::Column::Id.not_in_subquery(sea_orm::QueryTrait::into_query(done)));
    if let Some(urns) = urns {
        which = which.add(referral_sent::Column::Urn.is_in(urns.iter().map(|urn| key(*urn))));
    }
    Ok(referral_sent::Entity::find()
        .filter(which)
        .order_by_desc(referral_sent::Column::SentOn)
        .order_by_desc(referral_sent::Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// What became of these referrals, earliest first.
pub(crate) async fn outcomes(
    db: &impl ConnectionTrait,
    referrals: &[Uuid],
) -> Result<Vec<referral_outcome::Model>> {
    Ok(referral_outcome::Entity::find()
        .filter(referral_outcome::Column::ReferralId.is_in(referrals.iter().copied()))
        .order_by_asc(referral_outcome::Column::RecordedAt)
        .order_by_asc(referral_outcome::Column::Id)
        .all(db)
        .await?)
}

/// The episodes of a child that live returns tell, in every record of the child.
pub(crate) async fn episodes(db: &impl ConnectionTrait, child: Uuid) -> Result<Vec<Episode>> {
    let records: Vec<Uuid> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(Condition::any().add(person::Column::Id.eq(child)).add(person::Column::MergedInto.eq(child)))
        .into_tuple()
        .all(db)
        .await?;
    let entries: Vec<Uuid> = person_return::Entity::find()
        .select_only()
        .column(person_return::Column::Id)
        .filter(person_return::Column::PersonId.is_in(records))
        .filter(AsKnown::Now.condition(person_return::Column::KnownFrom, person_return::Column::KnownTo))
        .into_tuple()
        .all(db)
        .await?;
    let rows = cin_episodes::Entity::find()
        .filter(cin_episodes::Column::PersonReturnId.is_in(entries))
        .order_by_asc(cin_episodes::Column::ReferralDate)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Episode {
                person: child,
                referral_date: row.referral_date?,
                source: row.referral_source_code,
                no_further_action: row.referral_nfa,
            })
        })
        .collect())
}
