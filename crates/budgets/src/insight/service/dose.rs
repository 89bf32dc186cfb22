//! Dose for an evaluation.

use platform::{
    Ctx,
    policy::{Action, Object, decide},
};

use super::family;
use crate::{
    Result,
    insight::{
        ground::People,
        model::{
            dose::{Asked, Dose, by_month},
            gaps::Month,
        },
    },
    spend::{
        model::{Kind, State},
        store::{Which, asked},
    },
};

/// The dose of each month.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The months, the first first; of those whose numbers are too small for the reader, the month only.
    pub months: Vec<(Month, Option<Dose>)>,
    /// Whether the reader may see small numbers.
    pub exact: bool,
}

/// Measures the dose of all funds, month by month.
///
/// # Errors
/// Refused, or the database.
pub async fn measure(ctx: &Ctx) -> Result<Measured> {
    ctx.require(Action::ViewSpendDose, Object::None)?;
    let exact = decide(&ctx.actor, Action::ViewUnsuppressedCounts, Object::None).is_allowed();
    let people = People::load(ctx.db(), ctx.today()).await?;
    let all = asked(ctx.db(), &Which::default()).await?;
    let all: Vec<Asked> = all
        .iter()
        .map(|one| {
            let decided = one.events.iter().find(|event| {
                [State::Approved.slug(), State::Rejected.slug()].contains(&event.state.as_str())
            });
            Asked {
                family: family(&people, one),
                asked_on: one.row.asked_on,
                decided_on: decided.map(|event| event.happened_on),
                agreed: decided.is_some_and(|event| event.state == State::Approved.slug()),
                at_once: one.last(Kind::ApproveAtOnce).is_some(),
                paid: one
                    .paid_on()
                    .filter(|_| one.course.state.is_paid())
                    .map(|day| (day, one.course.spent())),
            }
        })
        .collect();
    let months = by_month(&all)
        .into_iter()
        .map(|(month, dose)| (month, Some(dose).filter(|dose| exact || !dose.is_small())))
        .collect();
    Ok(Measured { months, exact })
}
