//! What another service's duty cost.

use platform::{
    Ctx,
    policy::{Action, Object},
};
use uuid::Uuid;

use super::Versions;
use crate::{
    Result,
    insight::model::gaps::{self as model, Gaps, Spent},
    ledger::store::corrupt,
    money::Pence,
    pots::{model::Fund, store as pots},
    spend::{
        model::{Duty, State},
        store::{Which, asked},
    },
};

/// The report of a fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapReport {
    /// The fund.
    pub fund: Fund,
    /// The sums.
    pub gaps: Gaps,
}

/// What was spent of a fund on what another service has the duty to do. It names no child and no pot, so that spends for
/// restricted records are in it like all others.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn gaps(ctx: &Ctx, fund: Uuid) -> Result<GapReport> {
    ctx.require(Action::ViewSpendPatterns, Object::None)?;
    let fund = pots::fund(ctx.db(), fund).await?;
    let asked = asked(ctx.db(), &Which { fund: Some(fund.id), ..Which::default() }).await?;
    let versions = Versions::load(ctx, &asked).await?;
    let mut spends = Vec::new();
    for one in &asked {
        let state = one.course.state;
        if !state.is_paid() && state != State::Committed {
            continue;
        }
        let promised = if state == State::Committed { one.pence() } else { Pence::ZERO };
        spends.push(Spent {
            duty: Duty::from_slug(&one.row.duty).ok_or_else(|| corrupt("duty"))?,
            category: versions.category(one),
            day: one.paid_on().filter(|_| state.is_paid()).unwrap_or(one.row.asked_on),
            paid: one.course.spent(),
            promised,
        });
    }
    Ok(GapReport { fund, gaps: model::gaps(&spends) })
}
