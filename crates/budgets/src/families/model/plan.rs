//! What is sealed: references instead of names, bands as strata, a stated number of budgets in each.

use std::collections::BTreeMap;

use platform::clock::date_in_words;
use record::draw::model::Plan;
use stats::allocation::{Arms, FrozenList, Method};

use super::{Nomination, Round, Share};
use crate::policy::store::Version;

/// The arm of families with a budget.
pub const BUDGET: &str = "Budget";
/// The arm of families who are worked with as usual.
pub const USUAL: &str = "As usual";

/// A text in one line, as a sealed list keeps it.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plan of a draw: the nominations that stand, in the order of their numbers. It holds no name and no words about a
/// family, so that it may be shown to whoever may see the draw, and its certificate to anybody.
pub fn plan(round: &Round, version: &Version, all: &[Nomination], shares: &[Share], source: &str) -> Plan {
    let mut standing: Vec<&Nomination> = all.iter().filter(|one| one.end.is_none()).collect();
    standing.sort_by_key(|one| one.number);
    let present: Vec<&Share> = shares.iter().filter(|share| share.nominated > 0).collect();
    let counts = present
        .iter()
        .map(|share| (share.band.clone(), vec![share.places, share.nominated.saturating_sub(share.places)]))
        .collect();
    let told = standing.iter().filter(|one| !one.notices.is_empty()).count();
    let withdrawn = all.len().saturating_sub(standing.len());
    let mut basis = vec![
        format!("Rules: {}, version {}, SHA-256 {}", version.policy.name, version.number, version.hash),
        format!(
            "Basis, agreed by {} on {}: {}",
            round.agreed_by,
            date_in_words(round.agreed_on),
            line(&round.basis)
        ),
        format!("What families are told: {}", line(&round.notice)),
        format!("Rule for exceptions: {}", line(&round.exceptions)),
        format!(
            "{} families nominated, {withdrawn} more taken back before; {told} were told before the list was sealed",
            standing.len()
        ),
    ];
    basis.extend(
        shares
            .iter()
            .map(|share| format!("{}: {} of {} get a budget", share.band, share.places, share.nominated)),
    );
    Plan {
        purpose: format!("Families who get a budget: {}", round.name),
        list: FrozenList {
            ids: standing.iter().map(|one| one.id.to_string()).collect(),
            strata: standing.iter().map(|one| one.band.clone()).collect(),
            columns: vec![],
        },
        arms: Arms { names: vec![BUDGET.to_owned(), USUAL.to_owned()], ratio: vec![1, 1] },
        method: Method::Counts(counts),
        public_source: source.trim().to_owned(),
        labels: standing
            .iter()
            .map(|one| (one.id.to_string(), one.reference()))
            .collect::<BTreeMap<String, String>>(),
        basis,
    }
}
