//! What a policy says, and what follows from it, without any database.

mod authority;
mod check;
mod eligible;
mod kinds;
mod policy;
mod pounds;
mod preview;
mod read;
mod ready;
mod words;

pub use authority::{Authority, decide};
pub use check::Problem;
pub use eligible::{Member, band_of, child_qualifies, family_qualifies, youngest};
pub use kinds::{About, Funding, PaymentKind, Standing};
pub use policy::{Band, Category, Draw, Eligibility, Policy, Receipts, Source, Tier, WorkedExample};
pub use preview::{Changed, Ground, Needed, Past, Preview, Qualifying, Side, preview};
pub use read::{TEXT_MAX, read, write};
pub use ready::{READY, Ready};
pub use words::{Difference, Rule, Stands, compare};
