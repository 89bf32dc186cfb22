//! What the server orders by itself: once on each day it asks every kind of job whether there is something to do.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;

use super::{JobKind, runner::Kinds, service, store};
use crate::{
    Channel, Ctx, Result,
    audit::Subject,
    organisation::Org,
    policy::{Action, Actor},
};

/// The days on which an organisation's runner has asked.
#[derive(Debug, Default)]
pub(super) struct Daily(Option<NaiveDate>);

impl Daily {
    /// Orders what is wanted, when today it was not asked yet. A kind that cannot answer is asked again tomorrow, and
    /// keeps no other kind from its turn.
    pub(super) async fn order(&mut self, org: &Arc<Org>, kinds: &Kinds) {
        let ctx = by_itself(org);
        if self.0 == Some(ctx.today()) {
            return;
        }
        self.0 = Some(ctx.today());
        for kind in kinds.all() {
            if let Err(error) = order(&ctx, kind).await {
                let (organisation, job) = (org.slug(), kind.name());
                tracing::error!(organisation, job, error = error.chain(), "a daily job could not be ordered");
            }
        }
    }
}

/// Nobody's order: the rights of a job, and a name by which the chains and the list of jobs show what it is.
fn by_itself(org: &Arc<Org>) -> Ctx {
    let actor = Actor { name: "Nearhand (daily)".to_owned(), ..Actor::operator("job") };
    Ctx::new(Arc::clone(org), actor, Channel::Job)
}

async fn order(ctx: &Ctx, kind: &dyn JobKind) -> Result<()> {
    if !kind.wanted(ctx).await? {
        return Ok(());
    }
    let mut change = ctx.change(Action::RunJob, Subject::kind(service::SUBJECT)).await?;
    // Asked inside the change: what was ordered or taken up meanwhile is seen.
    if store::is_waiting(change.tx(), kind.name()).await? {
        return change.abandon().await;
    }
    service::order(&mut change, kind.name(), &json!({ "day": ctx.today() })).await?;
    change.commit().await?;
    Ok(())
}
