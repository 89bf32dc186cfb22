//! Patterns that the design system itself does not have (yet).
//!
//! Those of the Ministry of Justice's design system are styled by its own stylesheet: [`Badge`], [`Filter`],
//! [`IdentityBar`], [`SideNavigation`], [`SubNavigation`] and [`Timeline`]. The others are ours, after what services of
//! government do: [`InterruptionCard`], [`JobProgress`], [`ProgressBar`], [`Scroll`], [`Sort`] and [`TimeoutWarning`]. All work
//! without JavaScript.

mod badge;
mod filter;
mod identity_bar;
mod interruption_card;
mod links;
mod progress;
mod scroll;
mod sort;
mod timeline;
mod timeout_warning;

pub use badge::{Badge, BadgeColour};
pub use filter::{Filter, FilterCategory, FormMethod};
pub use identity_bar::IdentityBar;
pub use interruption_card::InterruptionCard;
pub use links::{SideNavigation, SideSection, SubNavigation};
pub use progress::{JobProgress, ProgressBar};
pub use scroll::Scroll;
pub use sort::Sort;
pub use timeline::{Timeline, TimelineEntry};
pub use timeout_warning::{DraftStatus, TimeoutWarning};
