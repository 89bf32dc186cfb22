//! Rows of allocations.

use chrono::NaiveDate;
use platform::Result;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::Part;
use crate::entity::involvements;

/// So many involvements are read for one caseload.
const CASELOAD_MAX: u64 = 20_000;

/// Involvements that hold on a day.
pub(crate) fn current(today: NaiveDate) -> Condition {
    Condition::all().add(involvements::Column::StartDate.lte(today)).add(
        Condition::any()
            .add(involvements::Column::EndDate.is_null())
            .add(involvements::Column::EndDate.gt(today)),
    )
}

/// The children of these workers and teams on a day.
pub(super) async fn children_of(
    db: &impl ConnectionTrait,
    workers: &[Uuid],
    teams: &[Uuid],
    today: NaiveDate,
) -> Result<Vec<Uuid>> {
    let whose = Condition::any()
        .add(involvements::Column::ProfessionalId.is_in(workers.iter().copied()))
        .add(involvements::Column::ProfessionalTeam.is_in(teams.iter().copied()));
    Ok(involvements::Entity::find()
        .select_only()
        .column(involvements::Column::PersonId)
        .distinct()
        .filter(whose)
        .filter(current(today))
        .order_by_asc(involvements::Column::PersonId)
        .limit(CASELOAD_MAX)
        .into_tuple()
        .all(db)
        .await?)
}

/// How many children each worker holds on a day.
pub(super) async fn loads(db: &impl ConnectionTrait, today: NaiveDate) -> Result<Vec<(Uuid, i64)>> {
    let rows: Vec<(Option<Uuid>, i64)> = involvements::Entity::find()
        .select_only()
        .column(involvements::Column::ProfessionalId)
        .column_as(involvements::Column::PersonId.count(), "children")
        .filter(involvements::Column::ProfessionalId.is_not_null())
        .filter(involvements::Column::ProfessionalRole.eq(Part::Allocated.slug()))
        .filter(current(today))
        .group_by(involvements::Column::ProfessionalId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(worker, children)| Some((worker?, children))).collect())
}

/// Every involvement of a child, newest first.
pub(crate) async fn of_child(
    db: &impl ConnectionTrait,
    records: &[Uuid],
) -> Result<Vec<involvements::Model>> {
    Ok(involvements::Entity::find()
        .filter(involvements::Column::PersonId.is_in(records.iter().copied()))
        .order_by_desc(involvements::Column::StartDate)
        .order_by_desc(involvements::Column::Id)
        .all(db)
        .await?)
}

/// Ends the involvements of a child in this part that hold on a day.
pub(super) async fn end(
    transaction: &DatabaseTransaction,
    records: &[Uuid],
    part: Part,
    today: NaiveDate,
    reason: Option<&str>,
) -> Result<u64> {
    let ended = involvements::ActiveModel {
        end_date: Set(Some(today)),
        worker_change_reason: Set(reason.map(str::to_owned)),
        ..Default::default()
    };
    let done = involvements::Entity::update_many()
        .set(ended)
        .filter(involvements::Column::PersonId.is_in(records.iter().copied()))
        .filter(involvements::Column::ProfessionalRole.eq(part.slug()))
        .filter(current(today))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected)
}

/// Begins an involvement.
pub(super) async fn begin(transaction: &DatabaseTransaction, row: involvements::Model) -> Result<()> {
    involvements::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}
