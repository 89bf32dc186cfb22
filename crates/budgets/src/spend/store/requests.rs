//! Requests, with their course.

use chrono::NaiveDate;
use platform::audit::Change;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{AT_ONCE, events::courses};
use crate::{
    Result,
    money::Pence,
    policy::model::PaymentKind,
    pots::store::insert,
    spend::{
        entity::{spend_event, spend_request},
        model::{Course, State},
    },
};

/// Requests that one question gives at most: several times what the largest council has in a year. More is refused, because
/// sums over a part of them would be wrong without anybody seeing it.
const ASKED_MAX: u64 = 100_000;

/// A request and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What was asked for.
    pub row: spend_request::Model,
    /// Its course so far.
    pub course: Course,
    /// What happened, the first first.
    pub events: Vec<spend_event::Model>,
}

impl Asked {
    /// Its reference: S-00001.
    pub fn reference(&self) -> String {
        reference(self.row.number)
    }

    /// How much was asked for.
    pub fn pence(&self) -> Pence {
        Pence::new(self.row.pence)
    }

    /// The latest event of a kind.
    pub fn last(&self, kind: crate::spend::model::Kind) -> Option<&spend_event::Model> {
        self.events.iter().rev().find(|event| event.kind == kind.slug())
    }

    /// The day on which it was paid.
    pub fn paid_on(&self) -> Option<NaiveDate> {
        self.last(crate::spend::model::Kind::Pay).map(|event| event.happened_on)
    }

    /// What the family knows now, since when, and why where they do not: the latest word on it.
    pub fn told(&self) -> (&str, Option<NaiveDate>, &str) {
        match self.last(crate::spend::model::Kind::Tell) {
            Some(event) => {
                let told = event.told.as_deref().unwrap_or_default();
                (told, (told == "yes").then_some(event.happened_on), event.words.as_str())
            }
            None => (self.row.told.as_str(), self.row.told_on, self.row.told_why.as_str()),
        }
    }
}

/// The reference of a request on screen.
pub fn reference(number: i64) -> String {
    format!("S-{number:05}")
}

/// Which requests are asked for; everything that is `None` or empty narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// Of these pots.
    pub pots: Option<Vec<Uuid>>,
    /// Of this fund.
    pub fund: Option<Uuid>,
    /// That stand at one of these states.
    pub states: Vec<State>,
    /// Asked for on this day or later.
    pub from: Option<NaiveDate>,
    /// Asked for on this day or earlier.
    pub to: Option<NaiveDate>,
    /// By this person.
    pub by: Option<Uuid>,
    /// For this child's records.
    pub children: Option<Vec<Uuid>>,
    /// Paid in this way.
    pub payment: Option<PaymentKind>,
}

impl Which {
    /// Of these pots only.
    pub fn of_pots(pots: impl IntoIterator<Item = Uuid>) -> Self {
        Self { pots: Some(pots.into_iter().collect()), ..Self::default() }
    }

    /// Those of them that stand at one of these states.
    #[must_use]
    pub fn at(self, states: &[State]) -> Self {
        Self { states: states.to_vec(), ..self }
    }

    fn condition(&self) -> Condition {
        use spend_request::Column;
        let mut all = Condition::all();
        if let Some(fund) = self.fund {
            all = all.add(Column::FundId.eq(fund));
        }
        if let Some(from) = self.from {
            all = all.add(Column::AskedOn.gte(from));
        }
        if let Some(to) = self.to {
            all = all.add(Column::AskedOn.lte(to));
        }
        if let Some(by) = self.by {
            all = all.add(Column::RecordedBy.eq(by));
        }
        if let Some(payment) = self.payment {
            all = all.add(Column::PaymentKind.eq(payment.slug()));
        }
        if let Some(children) = &self.children {
            all = all.add(Column::PersonId.is_in(children.iter().copied()));
        }
        all
    }
}

/// Requests with their course, the latest first.
///
/// # Errors
/// [`crate::Error::Choice`] for more than 100,000 of them; when the database cannot be read.
pub async fn asked(db: &impl ConnectionTrait, which: &Which) -> Result<Vec<Asked>> {
    asked_at_most(db, which, ASKED_MAX).await
}

async fn asked_at_most(db: &impl ConnectionTrait, which: &Which, most: u64) -> Result<Vec<Asked>> {
    let query = || {
        let query = spend_request::Entity::find()
            .filter(which.condition())
            .order_by_desc(spend_request::Column::Number)
            .limit(most.saturating_add(1));
        if which.states.is_empty() { query } else { query.filter(stands_at(&which.states)) }
    };
    let mut rows = Vec::new();
    match &which.pots {
        Some(pots) => {
            for some in pots.chunks(AT_ONCE) {
                let of = spend_request::Column::PotId.is_in(some.iter().copied());
                rows.extend(query().filter(of).all(db).await?);
                all_of_them(rows.len(), most)?;
            }
            rows.sort_by_key(|row| std::cmp::Reverse(row.number));
        }
        None => rows = query().all(db).await?,
    }
    all_of_them(rows.len(), most)?;
    courses(db, rows).await
}

/// Refuses rather than leaving some out.
fn all_of_them(rows: usize, most: u64) -> Result<()> {
    if u64::try_from(rows).is_ok_and(|rows| rows <= most) {
        return Ok(());
    }
    Err(crate::Error::choice(format!(
        "there are more than {most} requests; choose a shorter time or fewer pots, so that none is left out of the sums"
    )))
}

/// The last event of a request has one of these states.
fn stands_at(states: &[State]) -> sea_orm::sea_query::SimpleExpr {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
    let later = Alias::new("later");
    let newer = Query::select()
        .expr(Expr::val(1))
        .from_as(spend_event::Entity, later.clone())
        .and_where(
            Expr::col((later.clone(), spend_event::Column::RequestId))
                .equals((spend_event::Entity, spend_event::Column::RequestId)),
        )
        .and_where(
            Expr::col((later, spend_event::Column::Seq))
                .gt(Expr::col((spend_event::Entity, spend_event::Column::Seq))),
        )
        .to_owned();
    let last = Query::select()
        .column((spend_event::Entity, spend_event::Column::RequestId))
        .from(spend_event::Entity)
        .and_where(
            Expr::col((spend_event::Entity, spend_event::Column::State))
                .is_in(states.iter().map(|state| state.slug())),
        )
        .and_where(Expr::exists(newer).not())
        .to_owned();
    Expr::col((spend_request::Entity, spend_request::Column::Id)).in_subquery(last)
}

/// One request.
///
/// # Errors
/// Not found, or the database.
pub async fn one(db: &impl ConnectionTrait, id: Uuid) -> Result<Asked> {
    let row = spend_request::Entity::find_by_id(id).one(db).await?.ok_or(platform::Error::NotFound)?;
    Ok(courses(db, vec![row]).await?.pop().ok_or(platform::Error::NotFound)?)
}

/// The request of a form, if it came before.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<spend_request::Model>> {
    Ok(spend_request::Entity::find().filter(spend_request::Column::FormKey.eq(key)).one(db).await?)
}

/// Requests from one pot in one category on one day: what counts together.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_day(
    db: &impl ConnectionTrait,
    pot: Uuid,
    category: &str,
    day: NaiveDate,
) -> Result<Vec<Asked>> {
    let rows = spend_request::Entity::find()
        .filter(spend_request::Column::PotId.eq(pot))
        .filter(spend_request::Column::Category.eq(category))
        .filter(spend_request::Column::AskedOn.eq(day))
        .order_by_asc(spend_request::Column::Number)
        .limit(ASKED_MAX)
        .all(db)
        .await?;
    let asked = courses(db, rows).await?;
    Ok(asked.into_iter().filter(|asked| asked.course.state.counts()).collect())
}

/// The number that the next request gets; asked under the ledger's lock.
pub(crate) async fn next_number(db: &impl ConnectionTrait) -> Result<i64> {
    let last: Option<i64> = spend_request::Entity::find()
        .select_only()
        .column(spend_request::Column::Number)
        .order_by_desc(spend_request::Column::Number)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

pub(crate) async fn insert_request(change: &Change<'_>, row: spend_request::Model) -> Result<()> {
    Ok(insert(change, row.into_active_model()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_requests_than_may_be_read_are_refused_and_never_cut() {
        assert!(all_of_them(0, 2).is_ok() && all_of_them(2, 2).is_ok());
        let refused = all_of_them(3, 2).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|words| words.contains("more than 2 requests")));
    }
}
