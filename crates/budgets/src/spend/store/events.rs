//! What happened to requests, and what changed afterwards.

use std::collections::HashMap;

use platform::audit::Change;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use super::{AT_ONCE, corrupt, requests::Asked};
use crate::{
    Result,
    money::Pence,
    pots::store::insert,
    spend::{
        entity::{spend_event, spend_outcome, spend_request},
        model::{Course, Kind, State, Step},
    },
};

/// The events of requests, by request, the first first.
///
/// # Errors
/// When the database cannot be read.
pub async fn events(
    db: &impl ConnectionTrait,
    requests: &[Uuid],
) -> Result<HashMap<Uuid, Vec<spend_event::Model>>> {
    let mut all: HashMap<Uuid, Vec<spend_event::Model>> = HashMap::new();
    for some in requests.chunks(AT_ONCE) {
        let rows = spend_event::Entity::find()
            .filter(spend_event::Column::RequestId.is_in(some.iter().copied()))
            .order_by_asc(spend_event::Column::RequestId)
            .order_by_asc(spend_event::Column::Seq)
            .all(db)
            .await?;
        for row in rows {
            all.entry(row.request_id).or_default().push(row);
        }
    }
    Ok(all)
}

/// Requests with their course, as their events tell it.
///
/// # Errors
/// When the database cannot be read, or an event does not follow from those before it.
pub async fn courses(db: &impl ConnectionTrait, rows: Vec<spend_request::Model>) -> Result<Vec<Asked>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut events = events(db, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let events = events.remove(&row.id).unwrap_or_default();
            Ok(Asked { course: course(&row, &events)?, row, events })
        })
        .collect()
}

/// Goes through the events again; each must be a step that was allowed, and lead to the state that it says.
fn course(row: &spend_request::Model, events: &[spend_event::Model]) -> Result<Course> {
    let people = u8::try_from(row.people).map_err(|_| corrupt("number of people"))?;
    let mut course = Course::new(row.recorded_by, Pence::new(row.pence), people);
    for event in events {
        let kind = Kind::from_slug(&event.kind).ok_or_else(|| corrupt("event"))?;
        let pence = Pence::new(event.pence.unwrap_or(0));
        let step = match kind {
            Kind::Submit => continue,
            Kind::ApproveAtOnce => Step::ApproveAtOnce,
            Kind::Route => Step::Route,
            Kind::Approve => Step::Approve,
            Kind::Refuse => Step::Refuse,
            Kind::Query => Step::Query,
            Kind::Answer => Step::Answer,
            Kind::Cancel => Step::Cancel,
            Kind::Commit => Step::Commit,
            Kind::Pay => {
                let receipt = event.state == State::ReceiptDue.slug();
                Step::Pay { pence, receipt, confirm_by: event.confirm_by }
            }
            Kind::Paper => Step::Paper,
            Kind::Excuse => Step::Excuse,
            Kind::Confirm => Step::Confirm,
            Kind::Deny => Step::Deny,
            Kind::Refund => Step::Refund(pence),
            Kind::Reverse => Step::Reverse,
            Kind::Expire => Step::Expire,
            Kind::Reconcile => Step::Reconcile,
            Kind::Tell => Step::Tell,
        };
        course = course.after(event.recorded_by, step).map_err(|_| corrupt("course of a request"))?;
        if course.state.slug() != event.state {
            return Err(corrupt("state of a request"));
        }
    }
    Ok(course)
}

pub(crate) async fn insert_event(change: &Change<'_>, row: spend_event::Model) -> Result<()> {
    Ok(insert(change, row.into_active_model()).await?)
}

/// What changed after payments, by request.
///
/// # Errors
/// When the database cannot be read.
pub async fn outcomes(
    db: &impl ConnectionTrait,
    requests: &[Uuid],
) -> Result<HashMap<Uuid, Vec<spend_outcome::Model>>> {
    let mut all: HashMap<Uuid, Vec<spend_outcome::Model>> = HashMap::new();
    for some in requests.chunks(AT_ONCE) {
        let rows = spend_outcome::Entity::find()
            .filter(spend_outcome::Column::RequestId.is_in(some.iter().copied()))
            .order_by_asc(spend_outcome::Column::RequestId)
            .order_by_asc(spend_outcome::Column::Days)
            .all(db)
            .await?;
        for row in rows {
            all.entry(row.request_id).or_default().push(row);
        }
    }
    Ok(all)
}

pub(crate) async fn insert_outcome(change: &Change<'_>, row: spend_outcome::Model) -> Result<()> {
    Ok(insert(change, row.into_active_model()).await?)
}
