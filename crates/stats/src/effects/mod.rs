//! Effects on scales that readers know: average marginal effects, effect sizes, effects on those who complied.

mod cace;
mod marginal;
mod proportions;
mod sizes;

pub use cace::{Bloom, Fieller, bloom, bloom_from_data};
pub use marginal::{Change, Margins};
pub use proportions::{cohens_h, difference_from_odds_ratio, proportion_difference};
pub use sizes::{EffectSize, Group, cohens_d, gamma_correction, glass_delta, hedges_g};
