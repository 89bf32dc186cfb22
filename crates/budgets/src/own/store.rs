//! Rows of what families see and ask for, in and out.

use platform::{Error, Result};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::entity::{money_answer, money_ask, money_share, money_share_end};

/// Rows of one kind that are read at most.
const ROWS_MAX: u64 = 2_000;

fn ended() -> sea_orm::sea_query::SelectStatement {
    use sea_orm::QueryTrait as _;
    money_share_end::Entity::find()
        .select_only()
        .column(money_share_end::Column::ShareId)
        .as_query()
        .to_owned()
}

/// The shares that run: of a user, or of these children.
pub(super) async fn shares(
    db: &impl ConnectionTrait,
    user: Option<Uuid>,
    children: Option<&[Uuid]>,
) -> Result<Vec<money_share::Model>> {
    let mut which = Condition::all().add(money_share::Column::Id.not_in_subquery(ended()));
    if let Some(user) = user {
        which = which.add(money_share::Column::UserId.eq(user));
    }
    if let Some(children) = children {
        which = which.add(money_share::Column::PersonId.is_in(children.iter().copied()));
    }
    let query = money_share::Entity::find().filter(which).order_by_asc(money_share::Column::Id);
    Ok(query.limit(ROWS_MAX).all(db).await?)
}

/// One share, ended or not.
pub(super) async fn share(db: &impl ConnectionTrait, id: Uuid) -> Result<money_share::Model> {
    money_share::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// What was asked for under these shares or for these children, the latest first, each with its answer.
pub(super) async fn asks(
    db: &impl ConnectionTrait,
    shares: Option<&[Uuid]>,
    children: Option<&[Uuid]>,
) -> Result<Vec<(money_ask::Model, Option<money_answer::Model>)>> {
    let mut query = money_ask::Entity::find().order_by_desc(money_ask::Column::Id).limit(ROWS_MAX);
    if let Some(shares) = shares {
        query = query.filter(money_ask::Column::ShareId.is_in(shares.iter().copied()));
    }
    if let Some(children) = children {
        query = query.filter(money_ask::Column::PersonId.is_in(children.iter().copied()));
    }
    let rows = query.all(db).await?;
    let mut answers = Vec::new();
    for some in rows.chunks(500) {
        let of = money_answer::Column::AskId.is_in(some.iter().map(|row| row.id));
        answers.extend(money_answer::Entity::find().filter(of).all(db).await?);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let answer = answers.iter().find(|answer| answer.ask_id == row.id).cloned();
            (row, answer)
        })
        .collect())
}

/// What nobody has answered yet, the oldest first.
pub(super) async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<money_ask::Model>> {
    use sea_orm::QueryTrait as _;
    let answered =
        money_answer::Entity::find().select_only().column(money_answer::Column::AskId).as_query().to_owned();
    Ok(money_ask::Entity::find()
        .filter(money_ask::Column::Id.not_in_subquery(answered))
        .order_by_asc(money_ask::Column::Id)
        .limit(ROWS_MAX)
        .all(db)
        .await?)
}

/// One question with its answer.
pub(super) async fn ask(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<(money_ask::Model, Option<money_answer::Model>)> {
    let row = money_ask::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let answer = money_answer::Entity::find_by_id(id).one(db).await?;
    Ok((row, answer))
}

/// The question of a form, if it came before.
pub(super) async fn by_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<money_ask::Model>> {
    Ok(money_ask::Entity::find().filter(money_ask::Column::FormKey.eq(key)).one(db).await?)
}
