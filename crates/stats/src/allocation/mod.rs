//! Randomisation of people or clusters to arms, sealed and repeatable.
//!
//! A [`FrozenList`] of units, [`Arms`] and a [`Method`] are frozen and hashed; a secret seed is committed to
//! ([`commit`]) before anybody knows it, and revealed afterwards ([`reveal`]). The draw is a pure function of seed, list,
//! arms and method, by a published cipher and whole-number arithmetic, so that an outsider repeats it in any language;
//! `docs/methods/randomisation.md` has the algorithm byte by byte. The [`Certificate`] carries all of it, and
//! [`Certificate::verify`] runs it again.

mod arms;
mod balance;
mod certificate;
mod constrained;
mod draw;
mod list;
mod method;
mod minimise;
mod pairs;
mod permutation;
mod sealed;
mod strata;

pub use arms::Arms;
pub use balance::{Balance, BalanceRow, balance};
pub use certificate::{Certificate, Check, Placed};
pub use constrained::{Candidates, Constraint, Pair, Validity, candidates};
pub use draw::{Details, Drawn, draw};
pub use list::{Column, FrozenList, Values};
pub use method::{Imbalance, Method, Minimisation};
pub use minimise::{Minimiser, Step};
pub use pairs::{matched_pairs, paired_list};
pub use permutation::{PermutationTest, permutation_test};
pub use sealed::{Commitment, Secret, commit, draw_seed, hex, reveal, unhex};
