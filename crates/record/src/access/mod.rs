//! The only way to a child's data: facts are loaded, the policy decides, the look is stored, and only then is
//! anything handed out.
//!
//! - [`open()`]: one record, or the question for a reason;
//! - [`judge`] and [`outlines`]: lists, which give outlines only, and of restricted records their presence at
//!   most;
//! - [`grant`]: access with a reason and emergency access, for three hours, reviewed by somebody else.

mod facts;
pub mod grant;
mod list;
mod open;
pub(crate) mod pages;

pub use grant::{GrantKind, ReasonCode, ReviewOutcome};
pub use list::{Judged, Listed, Outline, decisions, denied, judge, outlines};
pub(crate) use list::{may_know_presence, unlooked};
pub(crate) use open::open_for;
pub use open::{Access, Opened, ask, open, outline_for, require};

use platform::policy::ChildFacts;
use uuid::Uuid;

/// Facts about children for the actor, by child; for tests that hold every list against the policy.
pub async fn facts(
    ctx: &platform::Ctx,
    children: &[Uuid],
) -> platform::Result<std::collections::HashMap<Uuid, ChildFacts>> {
    facts::load(ctx, children).await
}
