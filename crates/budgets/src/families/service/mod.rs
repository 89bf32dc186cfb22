//! What can be done with rounds, nominations and draws: permission, rules, and the change.

mod candidates;
mod draws;
mod nominations;
mod rounds;
mod sight;

pub use candidates::{Candidate, Candidates, candidates};
pub use draws::{FAMILIES, Opened, add, draw, draw_of, make, open_pots, proposed_places, seal, shares};
pub(crate) use nominations::envelopes;
pub use nominations::{NewNomination, nominate, nominate_together, tell, withdraw};
pub use rounds::{NewRound, begin, round, rounds};
pub use sight::{Line, Seen, lines, one};

use platform::{
    Ctx,
    policy::{Action, Object, decide},
};

use crate::{Error, Result};

/// Whether the actor may read rounds: those who nominate, and those who draw.
fn may_read(ctx: &Ctx) -> Result<()> {
    if decide(&ctx.actor, Action::DrawFamilies, Object::None).is_allowed() {
        return Ok(());
    }
    Ok(ctx.require(Action::NominateFamily, Object::None)?)
}

/// A reason as it is kept.
fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    if (1..=super::model::WORDS_MAX).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Error::choice(format!("say why, in 1 to {} characters", super::model::WORDS_MAX)))
}
